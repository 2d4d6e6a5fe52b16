"""Shapes and curves cut off at the sides of a rectangle, so that nothing is drawn outside a plot."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .scene import Point

__all__ = ["Box", "clip_curve", "clip_polygon"]

Box = tuple[float, float, float, float]


def clip_polygon(points: Sequence[Point], box: Box) -> tuple[Point, ...]:
    """Return the part of a shape that lies in a box (left, top, right, bottom); empty where none does.

    The sides are cut off one after another (Sutherland and Hodgman 1974, doi:10.1145/360767.360802).

    Examples
    --------
    >>> clip_polygon([(0, 0), (4, 0), (4, 4)], (0, 0, 2, 4))
    ((2.0, 2.0), (0, 0), (2.0, 0.0))
    """
    left, top, right, bottom = box
    found = list(points)
    for axis, limit, sign in ((0, left, 1.0), (0, right, -1.0), (1, top, 1.0), (1, bottom, -1.0)):
        kept: list[Point] = []
        for place, point in enumerate(found):
            before = found[place - 1]
            here, there = sign * (point[axis] - limit), sign * (before[axis] - limit)
            if here * there < 0:
                kept.append(_crossing(before, point, axis, limit))
            if here >= 0:
                kept.append(point)
        found = kept
    return tuple(found)


def clip_curve(points: Sequence[Point], box: Box) -> list[tuple[Point, ...]]:
    """Return the parts of a curve that lie in a box, in order.

    Examples
    --------
    >>> clip_curve([(-1, 1), (1, 1), (3, 1)], (0, 0, 2, 2))
    [((0.0, 1.0), (1, 1), (2.0, 1.0))]
    """
    parts: list[list[Point]] = []
    joined = False
    for before, point in pairwise(points):
        piece = _piece(before, point, box)
        if piece is None:
            joined = False
            continue
        start, end = piece
        if not joined or not parts:
            parts.append([start])
        parts[-1].append(end)
        joined = end == point
    return [tuple(part) for part in parts if len(part) > 1]


def _piece(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    """Return the part of a straight line in the box; None where it passes by."""
    left, top, right, bottom = box
    for axis, limit, sign in ((0, left, 1.0), (0, right, -1.0), (1, top, 1.0), (1, bottom, -1.0)):
        first, last = sign * (start[axis] - limit), sign * (end[axis] - limit)
        if first < 0 and last < 0:
            return None
        if first < 0:
            start = _crossing(start, end, axis, limit)
        elif last < 0:
            end = _crossing(start, end, axis, limit)
    return start, end


def _crossing(start: Point, end: Point, axis: int, limit: float) -> Point:
    share = (limit - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
    return (float(limit), other) if axis == 0 else (other, float(limit))
