"""The marks of an evidence map: bubbles and squares by certainty, its pips, and what stands for nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from ..page.boxes import box
from ..page.marks import circle
from ..page.scene import Polygon, Text
from ..page.typeface import text_width
from .map_data import CERTAINTIES

if TYPE_CHECKING:
    from ..page.scene import Align, Item, Point
    from ..page.style import Style
    from .map_data import MapCell

__all__ = ["certainty_inks", "map_mark", "mark_height", "nothing_mark", "pips"]

_NOTHING = 1.3  # radius of the ring
_CROSS, _CROSS_WIDTH = 2.0, 0.4  # halves of the bars of the cross
_PIPS = 4.5  # height that pips take under a mark
_PIP, _PIP_STEP = 1.15, 3.0
_LINE = 0.8
_GAP = 1.5  # between a mark and a number beside it
# Darker is more certain, so that a grey copy keeps the order; ground and ink of the number on it.
_INKS = {
    "high": ("#0b3c6f", "#ffffff"),
    "moderate": ("#2f74b5", "#ffffff"),
    "low": ("#86b6de", "#1b1f24"),
    "very-low": ("#cfe1f2", "#1b1f24"),
}


def certainty_inks(certainty: str, style: Style) -> tuple[str, str]:
    """Return the colour of a certainty and of the number on it; the paper's where nobody judged."""
    return _INKS.get(certainty, (style.paper, style.ink))


def _half(cell: MapCell, radius: float) -> float:
    """Return half of the height of a mark."""
    return radius if cell.pooled else _SIDE * radius


def _number_place(cell: MapCell, radius: float, room: float, size: float) -> Literal["inside", "beside", "above"]:
    """Return where the number of trials stands: within the mark, or where there is room outside."""
    half, wide = _half(cell, radius) - _LINE - 0.3, text_width(str(cell.trials), size)
    inside = math.hypot(wide / 2, 0.37 * size) < half if cell.pooled else max(wide / 2, 0.37 * size) < half
    if inside:
        return "inside"
    return "beside" if 2 * (half + _LINE) + _GAP + wide <= room else "above"


def mark_height(cell: MapCell, radius: float, room: float, size: float) -> tuple[float, float]:
    """Return how far a mark with its number and its dots reaches above and below its centre.

    Parameters
    ----------
    cell : MapCell
        The cell.
    radius : float
        The radius of a disc of the mark's area.
    room : float
        Width of a column.
    size : float
        Type size of the number.
    """
    if not cell.trials:
        return _CROSS, _CROSS
    half, place = _half(cell, radius), _number_place(cell, radius, room, size)
    above = half + size if place == "above" else max(half, 0.6 * size) if place == "beside" else half
    below = half + _PIPS if cell.certainty else max(half, 0.6 * size) if place == "beside" else half
    return above, below


def map_mark(cell: MapCell, x: float, y: float, radius: float, room: float, style: Style) -> list[Item]:
    """Return the mark of a cell with its number of trials and, under it, its certainty.

    A pooled result is a disc and anything else a square, both of the area of a disc of this radius. The number stands
    within the mark, beside it, or above it.
    """
    fill, ink = certainty_inks(cell.certainty, style)
    text, size, half = str(cell.trials), style.small, _half(cell, radius)
    wide, place = text_width(text, size), _number_place(cell, radius, room, size)
    if place == "beside":
        # Mark and number together stand in the middle of the column.
        x -= (_GAP + wide) / 2
    places: dict[str, tuple[float, float, Align]] = {
        "inside": (x, y + 0.36 * size, "center"),
        "beside": (x + half + _GAP, y + 0.36 * size, "left"),
        "above": (x, y - half - 0.28 * size, "center"),
    }
    at, baseline, align = places[place]
    role = "pooled" if cell.pooled else "not-pooled"
    items: list[Item] = [Polygon(points=_shape(cell, x, y, radius), fill=style.ink, role=role)]
    inner = radius - (_LINE if cell.pooled else _LINE / _SIDE)
    if inner > 0:
        items.append(Polygon(points=_shape(cell, x, y, inner), fill=fill, role=f"{role}-inside"))
    color = ink if place == "inside" else style.ink
    items.append(Text(x=at, baseline=baseline, text=text, size=size, color=color, role="trials", align=align))
    if cell.certainty:
        items += pips(cell.certainty, x, y + half + _PIPS / 2 + 0.3, style)
    return items


_SIDE = math.sqrt(math.pi) / 2  # half of the side of a square with the area of a disc of radius 1


def _shape(cell: MapCell, x: float, y: float, radius: float) -> tuple[Point, ...]:
    if cell.pooled:
        return circle(x, y, radius)
    half = _SIDE * radius
    return box(x - half, y - half, x + half, y + half)


def pips(certainty: str, x: float, y: float, style: Style) -> list[Item]:
    """Return a certainty as four dots, filled from the left as the circles of GRADE are."""
    count = len(CERTAINTIES) - CERTAINTIES.index(certainty)
    items: list[Item] = []
    for place in range(len(CERTAINTIES)):
        at = x + (place - 1.5) * _PIP_STEP
        items.append(Polygon(points=circle(at, y, _PIP, 16), fill=style.ink, role="pip"))
        if place >= count:
            items.append(Polygon(points=circle(at, y, _PIP - 0.45, 16), fill=style.paper, role="pip-inside"))
    return items


def nothing_mark(x: float, y: float, style: Style, *, wider: bool = False) -> list[Item]:
    """Return what stands where no trial answers: a small ring; a cross where a wider analysis has trials."""
    if wider:
        bars = ((_CROSS, _CROSS_WIDTH), (_CROSS_WIDTH, _CROSS))
        return [
            Polygon(points=box(x - across, y - down, x + across, y + down), fill=style.muted, role="wider")
            for across, down in bars
        ]
    return [
        Polygon(points=circle(x, y, _NOTHING, 20), fill=style.muted, role="nothing"),
        Polygon(points=circle(x, y, _NOTHING - 0.5, 20), fill=style.paper, role="nothing-inside"),
    ]
