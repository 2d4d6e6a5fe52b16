"""Rectangles, as shapes that end where their corners are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scene import Point

__all__ = ["box", "frame_of"]

_DASH, _SPACE = 3.0, 2.0


def box(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    """Return a rectangle.

    Examples
    --------
    >>> box(0, 0, 4, 2)
    ((0, 0), (4, 0), (4, 2), (0, 2))
    """
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def frame_of(
    left: float, top: float, right: float, bottom: float, *, width: float, dashed: bool = False
) -> list[tuple[Point, ...]]:
    """Return the four sides of a rectangle as shapes, within it; in pieces where it is dashed.

    Examples
    --------
    >>> len(frame_of(0, 0, 10, 5, width=1)), len(frame_of(0, 0, 10, 5, width=1, dashed=True)) > 4
    (4, True)
    """
    sides = []
    for low, high, across in ((left, right, True), (top, bottom, False)):
        pieces = _dashes(low, high) if dashed else [(low, high)]
        for start, end in pieces:
            if across:
                sides += [box(start, top, end, top + width), box(start, bottom - width, end, bottom)]
            else:
                sides += [box(left, start, left + width, end), box(right - width, start, right, end)]
    return sides


def _dashes(low: float, high: float) -> list[tuple[float, float]]:
    """Return dashes from end to end, the first and the last at the corners."""
    count = max(1, round((high - low - _DASH) / (_DASH + _SPACE)))
    step = (high - low - _DASH) / count
    return [(low + place * step, low + place * step + _DASH) for place in range(count + 1)]
