"""Arrows along level and upright lines, drawn as shapes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .boxes import box
from .scene import Polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .scene import Point

__all__ = ["arrow"]

_HEAD, _HALF = 4.6, 2.4


def arrow(path: Sequence[Point], *, color: str, width: float = 0.8, role: str = "arrow") -> list[Polygon]:
    """Return an arrow along points, each level with or upright over the one before; the head ends at the last.

    Examples
    --------
    >>> [item.role for item in arrow([(0, 0), (0, 20), (30, 20)], color="#000000")]
    ['arrow', 'arrow', 'arrow-head']
    """
    half = width / 2
    (before_x, before_y), (tip_x, tip_y) = path[-2], path[-1]
    level = tip_y == before_y
    sign = 1.0 if (tip_x > before_x if level else tip_y > before_y) else -1.0
    neck = (tip_x - sign * _HEAD, tip_y) if level else (tip_x, tip_y - sign * _HEAD)
    shafts = []
    for (x0, y0), (x1, y1) in pairwise([*path[:-1], neck]):
        corners = box(min(x0, x1) - half, min(y0, y1) - half, max(x0, x1) + half, max(y0, y1) + half)
        shafts.append(Polygon(points=corners, fill=color, role=role))
    wings = (
        ((neck[0], neck[1] - _HALF), (neck[0], neck[1] + _HALF))
        if level
        else ((neck[0] - _HALF, neck[1]), (neck[0] + _HALF, neck[1]))
    )
    return [*shafts, Polygon(points=(path[-1], *wings), fill=color, role=f"{role}-head")]
