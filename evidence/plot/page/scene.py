"""A picture as plain data: texts, lines and filled shapes, in points from the top left corner of the page.

Figures are composed as a scene first, so that a layout can be checked without drawing anything; ``canvas`` draws it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .typeface import text_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

__all__ = ["Align", "Curve", "Item", "Line", "Panel", "Point", "Polygon", "Scene", "Text"]

Align = Literal["left", "center", "right"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text.

    Attributes
    ----------
    x, baseline : float
        Where it stands: `x` is its left end, centre or right end, as `align` says.
    size : float
        Type size.
    role : str
        What it is in the figure, as ``label`` or ``tick``; a class in the SVG.
    """

    x: float
    baseline: float
    text: str
    size: float
    color: str
    role: str
    align: Align = "left"
    bold: bool = False
    italic: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the text, with room for accents and descenders."""
        width = text_width(self.text, self.size, bold=self.bold, italic=self.italic)
        left = self.x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]
        return left, self.baseline - 0.93 * self.size, left + width, self.baseline + 0.24 * self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line."""

    start: Point
    end: Point
    color: str
    width: float
    role: str
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line through many points."""

    points: tuple[Point, ...]
    color: str
    width: float
    role: str
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """A filled shape without an outline, so that it ends where its points are."""

    points: tuple[Point, ...]
    fill: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A bare part of the page for what is easier drawn in data coordinates, such as a distribution of many points.

    It has no ticks, labels or frame: those are texts and lines of the scene, so that their places can be checked.

    Attributes
    ----------
    left, top, right, bottom : float
        Where it is.
    x_limits, y_limits : tuple of float
        The values at left and right, and at bottom and top.
    paint : callable
        Called with the axes to draw on; whatever is drawn is clipped to them.
    """

    left: float
    top: float
    right: float
    bottom: float
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    paint: Callable[[Axes], None]
    role: str


Item = Text | Line | Curve | Polygon | Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A page and what is on it, from back to front.

    Attributes
    ----------
    width, height : float
        Size of the page.
    title, description : str
        What it shows, in a line and in full: the alternative text.
    items : tuple
        Texts, lines, curves, polygons and panels, the first at the back.
    """

    width: float
    height: float
    title: str
    description: str
    paper: str
    items: tuple[Item, ...] = field(default=())
