"""The marks of a forest plot: squares, intervals, diamonds and the arrowheads where the axis ends before they do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..page.scene import Line, Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["arrowhead", "diamond", "edged_square", "interval", "square"]

_OUTLINE = 0.9  # points; how thick the outline of an open shape is
_EDGE = 0.6  # points; how thick the clear edge of a square is
_SEEN = 1.5  # points; a narrower diamond needs a stroke to be found
_CLEAR = 1.6  # points between a cut diamond and the arrowhead that says so


def arrowhead(tip: Point, *, length: float, to_right: bool, color: str, role: str) -> Polygon:
    """Return a horizontal arrowhead; drawn as a shape, since common fonts lack the sign."""
    x, y = tip
    back = x - length if to_right else x + length
    half = 0.5 * length
    return Polygon(points=((x, y), (back, y - half), (back, y + half)), fill=color, role=role)


def square(center: Point, side: float, *, color: str, role: str = "square", hollow: str = "") -> Iterator[Polygon]:
    """Yield a square; with `hollow` it has that colour inside."""
    yield Polygon(points=_corners(center, side), fill=color, role=role)
    if hollow:
        yield Polygon(points=_corners(center, max(0.0, side - 2 * _OUTLINE)), fill=hollow, role=f"{role}-inside")


def edged_square(
    center: Point, side: float, ends: tuple[float, float], *, color: str, edge: str
) -> Iterator[Polygon | Line]:
    """Yield a square with a clear edge, for over its interval.

    What it covers of the interval is drawn in the edge's ink; `ends` are those of the interval as far as it is drawn.
    """
    (x, y), half = center, side / 2
    yield Polygon(points=_corners(center, side + 2 * _EDGE), fill=edge, role="square-edge")
    yield Polygon(points=_corners(center, side), fill=color, role="square")
    left, right = max(ends[0], x - half), min(ends[1], x + half)
    if right > left:
        yield Line(start=(left, y), end=(right, y), color=edge, width=0.7, role="interval-inside")


def _corners(center: Point, side: float) -> tuple[Point, ...]:
    (x, y), half = center, side / 2
    return (x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)


def interval(
    ends: tuple[float, float],
    y: float,
    *,
    within: tuple[float, float],
    color: str,
    width: float,
    arrow: float,
    role: str,
    cap: float = 0.0,
) -> Iterator[Line | Polygon]:
    """Yield an interval's line, cut where the plot ends, with an arrowhead at each cut.

    Parameters
    ----------
    ends : (float, float)
        Where the interval begins and ends; possibly outside the plot, possibly infinite.
    y : float
        Its height on the page.
    within : (float, float)
        The plot's left and right end.
    color, width, role
        How the line looks and what it is.
    arrow : float
        Length of an arrowhead.
    cap : float
        Height of the end strokes; 0 for none.
    """
    (left, right), (low, high) = ends, within
    cut_left, cut_right = left < low, right > high
    x0, x1 = (low + arrow if cut_left else left), (high - arrow if cut_right else right)
    if x1 > x0:
        yield Line(start=(x0, y), end=(x1, y), color=color, width=width, role=role)
    for is_cut, tip, x, to_right in ((cut_left, low, left, False), (cut_right, high, right, True)):
        if is_cut:
            yield arrowhead((tip, y), length=arrow, to_right=to_right, color=color, role=f"{role}-arrow")
        elif cap:
            yield Line(start=(x, y - cap / 2), end=(x, y + cap / 2), color=color, width=width, role=f"{role}-cap")


def diamond(
    ends: tuple[float, float],
    center: Point,
    *,
    within: tuple[float, float],
    height: float,
    color: str,
    arrow: float,
    hollow: str = "",
    role: str = "diamond",
) -> Iterator[Line | Polygon]:
    """Yield a diamond over an interval, cut straight where the plot ends, with an arrowhead beyond each cut.

    With `hollow` it has that colour inside. One that is too narrow to be seen has a stroke where it is.
    """
    (x, y), (low, high), half = center, within, height / 2
    is_cut = (ends[0] < low, ends[1] > high)
    reach = arrow + _CLEAR
    cuts = (min(low + reach, x) if is_cut[0] else ends[0], max(high - reach, x) if is_cut[1] else ends[1])
    yield Polygon(points=_rhomb(ends, center, half, cuts), fill=color, role=role)
    if hollow:
        yield Polygon(points=_inner_rhomb(ends, center, half, cuts), fill=hollow, role=f"{role}-inside")
    if cuts[1] - cuts[0] < _SEEN:
        yield Line(start=(x, y - half), end=(x, y + half), color=color, width=0.7, role="estimate")
    for cut, tip, to_right in ((is_cut[0], low, False), (is_cut[1], high, True)):
        if cut:
            yield arrowhead((tip, y), length=arrow, to_right=to_right, color=color, role=f"{role}-arrow")


def _rhomb(ends: tuple[float, float], center: Point, half: float, cuts: tuple[float, float]) -> tuple[Point, ...]:
    """Return the corners of a diamond that is cut straight where it reaches beyond `cuts`."""
    x, y = center
    left, right = (
        # How high the diamond still is at the cut; an infinite one has its full height everywhere.
        half * (1 - (cut - x) / (end - x)) if cut != end else 0.0
        for cut, end in zip(cuts, ends, strict=True)
    )
    return (
        (x, y - half),
        (cuts[1], y - right),
        (cuts[1], y + right),
        (x, y + half),
        (cuts[0], y + left),
        (cuts[0], y - left),
    )


def _inner_rhomb(ends: tuple[float, float], center: Point, half: float, cuts: tuple[float, float]) -> tuple[Point, ...]:
    """Return the inside of an open diamond: its edges moved inwards, so that the outline keeps to the interval."""
    x, _ = center
    arms = [abs(end - x) for end in ends]
    # Distance of the centre from an edge; an infinite arm has its edge at half the height.
    near = [half * arm / math.hypot(arm, half) if math.isfinite(arm) else half for arm in arms]
    line = min(_OUTLINE, *(distance / 2 for distance in near))
    scales = [1 - line / distance if distance else 0.0 for distance in near]
    inner = (x - arms[0] * scales[0], x + arms[1] * scales[1])
    inner_cuts = (
        inner[0] if cuts[0] == ends[0] else min(cuts[0] + line, x),
        inner[1] if cuts[1] == ends[1] else max(cuts[1] - line, x),
    )
    return _rhomb(inner, center, half * min(scales), inner_cuts)
