"""The marks of a forest plot: squares, intervals, diamonds and the arrowheads where the axis ends before they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .scene import Line, Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["arrowhead", "diamond", "interval", "square"]

_CLEAR = 1.6  # points between a cut diamond and the arrowhead that says so


def arrowhead(tip: Point, *, length: float, to_right: bool, color: str, role: str) -> Polygon:
    """Return a horizontal arrowhead; drawn as a shape, since common fonts lack the sign."""
    x, y = tip
    back = x - length if to_right else x + length
    half = 0.5 * length
    return Polygon(points=((x, y), (back, y - half), (back, y + half)), fill=color, role=role)


def square(center: Point, side: float, *, color: str, role: str = "square", hollow: str = "") -> Polygon:
    """Return a square; with `hollow` it has that fill, and `color` for its edge."""
    (x, y), half = center, side / 2
    points = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
    if hollow:
        return Polygon(points=points, fill=hollow, edge=color, line_width=0.8, role=role)
    return Polygon(points=points, fill=color, role=role)


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
    fill: str,
    arrow: float,
    role: str = "diamond",
) -> Iterator[Polygon]:
    """Yield a diamond over an interval, cut straight where the plot ends, with an arrowhead beyond each cut."""
    (x, y), (low, high), half = center, within, height / 2
    points: list[Point] = [(x, y - half)]
    arrows = []
    for end, limit, sign in ((ends[1], high, 1.0), (ends[0], low, -1.0)):
        if (end - limit) * sign > 0:
            cut = limit - sign * (arrow + _CLEAR)
            cut = max(cut, x) if sign > 0 else min(cut, x)
            # How high the diamond still is at the cut: nothing is left of the slope of an infinite one.
            share = 1.0 - (cut - x) / (end - x)
            points += [(cut, y - sign * half * share), (cut, y + sign * half * share)]
            arrows.append(arrowhead((limit, y), length=arrow, to_right=sign > 0, color=color, role=f"{role}-arrow"))
        else:
            points.append((end, y))
        if sign > 0:
            points.append((x, y + half))
    yield Polygon(points=tuple(points), fill=fill, edge=color, line_width=0.9, role=role)
    yield from arrows
