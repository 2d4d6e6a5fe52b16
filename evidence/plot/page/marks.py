"""Small shapes and mixed inks that figures share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scene import Point

__all__ = ["circle", "diamond", "tint"]


def circle(x: float, y: float, radius: float, corners: int = 28) -> tuple[Point, ...]:
    """Return a circle as a polygon, of the circle's own area.

    Examples
    --------
    >>> len(circle(0.0, 0.0, 2.0))
    28
    """
    # The polygon that touches the circle from within is smaller; areas are read, so it is made as large.
    outer = radius * math.sqrt(2 * math.pi / corners / math.sin(2 * math.pi / corners))
    turns = [2 * math.pi * place / corners for place in range(corners)]
    return tuple((x + outer * math.cos(turn), y + outer * math.sin(turn)) for turn in turns)


def diamond(x: float, y: float, half: float) -> tuple[Point, ...]:
    """Return a square on its corner."""
    return (x, y - half), (x + half, y), (x, y + half), (x - half, y)


def tint(color: str, share: float, paper: str = "#ffffff") -> str:
    """Return a colour mixed with that of the paper: `share` of the one, the rest of the other.

    Examples
    --------
    >>> tint("#2468ad", 1.0), tint("#000000", 0.5)
    ('#2468ad', '#808080')
    """
    mixed = (
        round(share * int(color[place : place + 2], 16) + (1 - share) * int(paper[place : place + 2], 16))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{value:02x}" for value in mixed)
