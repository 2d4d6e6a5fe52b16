"""Names beside points, placed one after another where there is room.

Every point has the same list of places to try, the nearest first. A place is free if the text meets no mark and no
other text; among the free ones that of the fewest lines crossed is taken. Farther places get a short line to the point.
A name without any free place is left out, and the caller says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .clip import clip_curve
from .scene import Line, Text
from .typeface import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .clip import Box
    from .page import Page
    from .scene import Point

__all__ = ["Spot", "lost_text", "place_names", "shortened"]

_AROUND = ((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (0.7, -0.7), (0.7, 0.7), (-0.7, -0.7), (-0.7, 0.7))
_NEAR, _FAR = 2.2, (9.0, 15.0, 22.0)
_ROOM = 0.8
Stroke = tuple["Point", "Point"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point and the name that it is to have; empty for none."""

    x: float
    y: float
    radius: float
    name: str = ""


@dataclass(slots=True, kw_only=True)
class _Board:
    """What is on the plot already."""

    size: float
    color: str
    box: Box
    marks: list[Box]
    lines: list[Stroke]
    texts: list[Box] = field(default_factory=list)
    leaders: list[Stroke] = field(default_factory=list)

    def free(self, place: Box, leader: Stroke | None) -> bool:
        """Return whether a text may stand here, and its line to the point be drawn."""
        if not _within(place, self.box) or any(_meet(place, other) for other in (*self.marks, *self.texts)):
            return False
        if any(_crosses(other, place) for other in self.leaders):
            return False
        if leader is None:
            return True
        others = [mark for mark in self.marks if not _holds(mark, leader[0])]
        return not any(_crosses(leader, other) for other in (*others, *self.texts))


def place_names(
    page: Page,
    spots: Sequence[Spot],
    box: Box,
    *,
    size: float,
    taken: Sequence[Box] = (),
    lines: Sequence[tuple[Point, Point]] = (),
) -> int:
    """Write the names beside their points, and return how many had no room.

    Parameters
    ----------
    page : Page
        The page to write on.
    spots : sequence of Spot
        All points, those without a name among them, since no text may cover them; the most important name first.
    box : tuple
        Left, top, right and bottom of where texts may be.
    size : float
        Type size.
    taken : sequence of tuple
        Other places that must stay clear.
    lines : sequence of pairs of points
        Lines that texts avoid where they can.
    """
    marks = [_around(spot) for spot in spots] + list(taken)
    board = _Board(size=size, color=page.style.ink, box=box, marks=marks, lines=list(lines))
    widest = 0.45 * (box[2] - box[0])
    lost = 0
    for spot in spots:
        if not spot.name.strip():
            continue
        found = _place(spot, shortened(spot.name, widest, size), board)
        if found is None:
            lost += 1
            continue
        text, leader = found
        left, top, right, bottom = text.box
        board.texts.append((left - _ROOM, top, right + _ROOM, bottom))
        if leader is not None:
            board.leaders.append(leader)
            page.front.append(Line(start=leader[0], end=leader[1], color=page.style.muted, width=0.4, role="leader"))
        page.front.append(text)
    return lost


def lost_text(count: int) -> str:
    """Say how many names had no room.

    Examples
    --------
    >>> lost_text(1)
    '1 name left out for want of room.'
    """
    return f"{count} {'name' if count == 1 else 'names'} left out for want of room."


def shortened(name: str, width: float, size: float) -> str:
    """Return a name in one line, cut off with an ellipsis where it is wider than `width`.

    Examples
    --------
    >>> shortened("A name that is far too long", 60, 7)
    'A name that is…'
    """
    line = " ".join(wrap(name, math.inf, size)).strip()
    if text_width(line, size) <= width:
        return line
    while line and text_width(line + "…", size) > width:
        line = line[:-1]
    return line.rstrip(" ,;:-") + "…"


def _place(spot: Spot, name: str, board: _Board) -> tuple[Text, Stroke | None] | None:
    best: tuple[int, Text, Stroke | None] | None = None
    for reach in (_NEAR, *_FAR):
        for across, down in _AROUND:
            text = _beside(spot, name, board, across, down, reach)
            leader = _leader(spot, text) if reach > _NEAR else None
            if not board.free(text.box, leader):
                continue
            crossed = sum(_crosses(line, text.box) for line in board.lines)
            if crossed == 0:
                return text, leader
            if best is None or crossed < best[0]:
                best = crossed, text, leader
        # A place that crosses a line but touches the point is better than a free one very far away.
        if best is not None and reach > _NEAR:
            break
    return None if best is None else best[1:]


def _beside(spot: Spot, name: str, board: _Board, across: float, down: float, reach: float) -> Text:
    size, distance = board.size, spot.radius + reach
    x, y = spot.x + across * distance, spot.y + down * distance
    width = text_width(name, size)
    left = x if across > 0 else x - width if across < 0 else x - width / 2
    # Level with the point at its sides; above or under it elsewhere.
    baseline = y + 0.36 * size if down == 0 else y + 0.8 * size if down > 0 else y - 0.12 * size
    return Text(x=left, baseline=baseline, text=name, size=size, color=board.color, role="name")


def _leader(spot: Spot, text: Text) -> Stroke:
    left, top, right, bottom = text.box
    end = (min(max(spot.x, left), right), min(max(spot.y, top + 1), bottom - 1))
    length = math.hypot(end[0] - spot.x, end[1] - spot.y) or 1.0
    share = spot.radius / length
    return (spot.x + share * (end[0] - spot.x), spot.y + share * (end[1] - spot.y)), end


def _around(spot: Spot) -> Box:
    room = spot.radius + 0.4
    return spot.x - room, spot.y - room, spot.x + room, spot.y + room


def _within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _holds(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meet(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _crosses(line: Stroke, box: Box) -> bool:
    (x0, y0), (x1, y1) = line
    if max(x0, x1) <= box[0] or min(x0, x1) >= box[2] or max(y0, y1) <= box[1] or min(y0, y1) >= box[3]:
        return False
    return bool(clip_curve([(x0, y0), (x1, y1)], box))
