"""The marks of the figure of claims: a sign for each verdict, and what kind of result an estimate is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..page.marks import circle, diamond
from ..page.scene import Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..page.style import Style

__all__ = ["INKS", "estimate_ink", "estimate_mark", "verdict_sign"]

# Apart in hue, in lightness and in shape; the word always stands beside the sign.
INKS = {"supported": "#0b4f9c", "contradicted": "#c9540a", "uncertain": "#5a636e", "untested": "#8b95a1"}
_TURNS = 24
_LINE = 1.0


def verdict_sign(verdict: str, center: Point, size: float, style: Style) -> Iterator[Polygon]:
    """Yield the sign of a verdict: a triangle up or down, a circle half filled, or an empty one."""
    (x, y), half, ink, role = center, size / 2, INKS[verdict], f"verdict-{verdict}"
    if verdict in ("supported", "contradicted"):
        tip = -half if verdict == "supported" else half
        yield Polygon(points=((x, y + tip), (x + half, y - tip), (x - half, y - tip)), fill=ink, role=role)
        return
    yield Polygon(points=circle(x, y, half), fill=ink, role=role)
    yield Polygon(points=circle(x, y, half - _LINE), fill=style.paper, role="verdict-inside")
    if verdict == "uncertain":
        turns = (math.pi * (0.5 + step / _TURNS) for step in range(_TURNS + 1))
        points = tuple((x + half * math.cos(turn), y + half * math.sin(turn)) for turn in turns)
        yield Polygon(points=points, fill=ink, role="verdict-half")


def estimate_ink(kind: str, style: Style) -> str:
    """Return the ink of a result: only what the primary analysis pools has the full one."""
    return style.study if kind == "pooled" else style.muted


def estimate_mark(kind: str, center: Point, style: Style) -> Iterator[Polygon]:
    """Yield the mark of an estimate: a filled diamond, an open one, or an open square for a single trial."""
    shape = _square if kind == "single" else diamond
    yield Polygon(
        points=shape(*center, 2.4 if kind == "single" else 3.4), fill=estimate_ink(kind, style), role=f"estimate-{kind}"
    )
    if kind != "pooled":
        yield Polygon(points=shape(*center, 1.4 if kind == "single" else 2.0), fill=style.paper, role="estimate-inside")


def _square(x: float, y: float, half: float) -> tuple[Point, ...]:
    return (x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)
