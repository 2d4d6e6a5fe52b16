"""What either side of the null value favours: where the labels and their arrows stand, over or under the plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..page.scene import Line
from ..page.typeface import balanced, bound, longest_word, text_width
from .marks import arrowhead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.page import Page
    from ..page.scene import Align
    from ..page.style import Style
    from .axis import PlotArea
    from .data import ForestData

__all__ = ["Favours", "place_favours"]

_MOST_LINES = 2  # of a label in the better spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A label in lines: where it stands, where its arrow ends and on which line it is, whether it has room enough."""

    lines: tuple[str, ...]
    x: float
    align: Align
    tip: float
    to_right: bool
    first: int = 0
    arrow_line: int = 0
    fits: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Favours:
    """Both labels in their places.

    Attributes
    ----------
    sides : tuple
        The labels that there are.
    within : (float, float)
        The ends of the space that they keep to.
    """

    sides: tuple[_Side, ...]
    within: tuple[float, float]

    @property
    def lines(self) -> int:
        """How many lines they take."""
        return max(side.first + len(side.lines) for side in self.sides)

    def draw(self, page: Page, top: float) -> None:
        """Set the labels under `top`."""
        style = page.style
        for side in self.sides:
            for number, line in enumerate(side.lines, start=1 + side.first):
                page.write(side.x, top + number * style.leading, line, "favours", align=side.align)
            sign = 1.0 if side.to_right else -1.0
            y = top + (1 + side.first + side.arrow_line) * style.leading - 0.3 * style.size
            ends = ((side.tip - sign * 2.2 * style.arrow, y), (side.tip - sign * 0.9 * style.arrow, y))
            length, ink = 0.9 * style.arrow, style.ink
            page.front += [
                Line(start=ends[0], end=ends[1], color=ink, width=0.7, role="favours-line"),
                arrowhead((side.tip, y), length=length, to_right=side.to_right, color=ink, role="favours-arrow"),
            ]


def place_favours(
    data: ForestData, area: PlotArea, style: Style, spaces: Sequence[tuple[float, float]]
) -> Favours | None:
    """Return where the labels stand; None where there are none, or no value that means no effect.

    Parameters
    ----------
    data : ForestData
        What the figure shows.
    area : PlotArea
        The plot.
    style : Style
        How it looks.
    spaces : sequence of (float, float)
        The ends of the spaces that the labels may take, the best first. In the first that has room for either they
        stand on both sides of the null value, or under each other.
    """
    if data.null is None or not (data.left_label or data.right_label):
        return None
    labels = ((data.left_label, False), (data.right_label, True))
    for space in spaces:
        beside = [_beside(label, area.x(data.null), space, style, right) for label, right in labels if label]
        sides = tuple(side for side in beside if side is not None)
        if len(sides) < len(beside):
            sides = _under_each_other([(label, right) for label, right in labels if label], area, style, space)
        if all(side.fits for side in sides):
            break
    return Favours(sides=sides, within=space)


def _beside(label: str, null: float, space: tuple[float, float], style: Style, to_right: bool) -> _Side | None:
    """Return a label on its side of the null value; None where it has no room there."""
    edge = space[1] if to_right else space[0]
    sign = 1.0 if to_right else -1.0
    start = null + sign * 0.7 * style.size
    room = sign * (edge - start) - 3 * style.arrow
    text = bound(label)
    if longest_word(text, style.size) > room:
        return None
    lines = balanced(text, room, style.size)
    if len(lines) > _MOST_LINES:
        return None
    widths = [text_width(line, style.size) for line in lines]
    return _Side(
        lines=lines,
        x=start,
        align="left" if to_right else "right",
        tip=start + sign * (max(widths) + 2.8 * style.arrow),
        to_right=to_right,
        arrow_line=widths.index(max(widths)),
    )


def _under_each_other(
    labels: Sequence[tuple[str, bool]], area: PlotArea, style: Style, space: tuple[float, float]
) -> tuple[_Side, ...]:
    """Return the labels on lines of their own, each with its arrow before or behind it."""
    sides: list[_Side] = []
    arrow = 3 * style.arrow
    for label, to_right in labels:
        text = bound(label)
        # From the plot's end on; from the space's end where the plot's would not leave room for the longest word.
        tip = area.right if to_right else area.left
        room = (tip - space[0] if to_right else space[1] - tip) - arrow
        if longest_word(text, style.size) > room:
            tip = space[1] if to_right else space[0]
            room = space[1] - space[0] - arrow
        lines = balanced(text, room, style.size)
        side = _Side(
            lines=lines,
            x=tip - arrow if to_right else tip + arrow,
            align="right" if to_right else "left",
            tip=tip,
            to_right=to_right,
            first=sides[-1].first + len(sides[-1].lines) if sides else 0,
            fits=longest_word(text, style.size) <= room and len(lines) <= _MOST_LINES,
        )
        sides.append(side)
    return tuple(sides)
