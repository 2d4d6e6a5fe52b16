"""The frame of a figure with two axes: a plot with ticks, titles and clear room, without grid or box.

The vertical axis's title stands above the axis, level, where it can be read without turning the head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .axis import round_ticks
from .clip import clip_curve, clip_polygon
from .marks import tint
from .scene import Curve, Line, Polygon
from .typeface import text_width, wrap

if TYPE_CHECKING:
    from .clip import Box
    from .page import Page
    from .scene import Point
    from .style import Style

__all__ = ["Frame", "Ruler", "Span", "banner", "draw_axes", "header", "make_frame"]

_TICK = 3.0
Fits = Callable[[Sequence[float], Sequence[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What an axis shows, before its ticks are chosen.

    Attributes
    ----------
    low, high : float
        The values at its left or lower end and at its right or upper end, on the scale on which it is even; for a
        logarithmic axis their logarithms. The first may be the larger one.
    title : str
        What it measures.
    ratio : bool
        Whether it is logarithmic.
    null : float
        The value from which equal steps are counted.
    ticks, labels : tuple
        Ticks on the even scale and their texts, where they are given; chosen otherwise.
    suffix : str
        What follows each label, as ``%``; the values are then given in that unit.
    """

    low: float
    high: float
    title: str
    ratio: bool = False
    null: float = 0.0
    ticks: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """An axis with its ticks, on the scale on which it is even."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def share(self, value: float) -> float:
        """Return where `value` lies: 0 at the lower end, 1 at the upper end."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a plot is on the page, and its two axes."""

    left: float
    top: float
    right: float
    bottom: float
    x_axis: Ruler
    y_axis: Ruler

    @property
    def box(self) -> Box:
        """Left, top, right and bottom."""
        return self.left, self.top, self.right, self.bottom

    def x(self, value: float) -> float:
        """Return where a value of the horizontal axis is on the page."""
        return self.left + self.x_axis.share(value) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return where a value of the vertical axis is on the page."""
        return self.bottom - self.y_axis.share(value) * (self.bottom - self.top)

    def at(self, x: float, y: float) -> Point:
        """Return the place of a point."""
        return self.x(x), self.y(y)

    def curve(
        self, points: Sequence[Point], *, color: str, width: float, role: str, dashed: bool = False
    ) -> list[Curve]:
        """Return a curve through points in the units of the axes, cut off at the sides."""
        placed = [self.at(*point) for point in points]
        return [
            Curve(points=part, color=color, width=width, role=role, dashed=dashed)
            for part in clip_curve(placed, self.box)
        ]

    def area(self, points: Sequence[Point], *, fill: str, role: str) -> list[Polygon]:
        """Return a shape with corners in the units of the axes, cut off at the sides; none where it is outside."""
        cut = clip_polygon([self.at(*point) for point in points], self.box)
        return [Polygon(points=cut, fill=fill, role=role)] if len(cut) > 2 else []


def header(page: Page, title: str | None, warnings: Sequence[str] = ()) -> None:
    """Write a figure's title, where it has one, and banners with what a reader must know first."""
    style = page.style
    if title:
        page.paragraph(title, "title", size=style.size + 0.5, color=style.ink, bold=True)
        page.y += 3.0
    for text in warnings:
        banner(page, text)


def banner(page: Page, text: str) -> None:
    """Write a warning on tinted ground across the page at the cursor."""
    style = page.style
    room, top = 4.0, page.y
    lines = wrap(text, style.width - 2 * style.margin - 2 * room - 2.0, style.size)
    bottom = top + 2 * room - 1.0 + len(lines) * style.leading
    left, right = style.margin, style.width - style.margin
    for start, end, fill in (
        (left, right, tint(style.prediction, 0.1, style.paper)),
        (left, left + 2.0, style.prediction),
    ):
        corners = ((start, top), (end, top), (end, bottom), (start, bottom))
        page.back.append(Polygon(points=corners, fill=fill, role="banner"))
    for number, line in enumerate(lines):
        page.write(left + 2.0 + room, top + room + style.size + number * style.leading - 1.0, line, "warning")
    page.y = bottom + 5.0


def make_frame(page: Page, *, x: Span, y: Span, height: float, room: float = 0.0, above: float = 0.0) -> Frame:
    """Return a frame of the page's width at the cursor, under its vertical axis's title, and write nothing yet.

    Parameters
    ----------
    page : Page
        The page; its cursor stays.
    x, y : Span
        The axes.
    height : float
        Height of the plot.
    room : float
        Clear space at its right side, for an axis or texts there.
    above : float
        The same above it, under the vertical axis's title.
    """
    style = page.style
    upright = _ruler(y, lambda positions, _: _apart(positions, height, 1.6 * style.size))
    label_room = max((text_width(label, style.size) for label in upright.labels), default=0.0)
    left = style.margin + label_room + _TICK + 3.0
    top = page.y + len(_title_lines(y.title, style)) * style.leading + 5.0 + above
    edge = style.width - style.margin - 4.0 - room
    for right in (edge, edge - style.size, edge - 2 * style.size):
        level = _ruler(x, _beside_each_other(left, right, x.suffix, style))
        if level.ticks:
            break
    return Frame(left=left, top=top, right=right, bottom=top + height, x_axis=level, y_axis=upright)


def _beside_each_other(left: float, right: float, suffix: str, style: Style) -> Fits:
    """Return a test of whether texts under an axis stand clear of each other and on the page."""

    def fits(positions: Sequence[float], labels: Sequence[str]) -> bool:
        halves = [text_width(label + suffix, style.size) / 2 for label in labels]
        places = sorted((left + at * (right - left), half) for at, half in zip(positions, halves, strict=True))
        inside = all(
            style.margin <= place - half and place + half <= style.width - style.margin for place, half in places
        )
        return inside and all(b[0] - a[0] > a[1] + b[1] + 5.0 for a, b in pairwise(places))

    return fits


def draw_axes(page: Page, frame: Frame) -> None:
    """Draw the two axes with ticks, texts and titles, and move the cursor under them."""
    style = page.style
    corner = (frame.left, frame.bottom)

    def stroke(start: Point, end: Point, role: str) -> None:
        page.front.append(Line(start=start, end=end, color=style.rule, width=0.7, role=role))

    stroke(corner, (frame.right, frame.bottom), "axis")
    stroke(corner, (frame.left, frame.top), "axis")
    for value, label in zip(frame.x_axis.ticks, frame.x_axis.labels, strict=True):
        x = frame.x(value)
        stroke((x, frame.bottom), (x, frame.bottom + _TICK), "tick-mark")
        page.write(x, frame.bottom + _TICK + 1.5 + style.size, label, "tick", align="center")
    for value, label in zip(frame.y_axis.ticks, frame.y_axis.labels, strict=True):
        y = frame.y(value)
        stroke((frame.left - _TICK, y), (frame.left, y), "tick-mark")
        page.write(frame.left - _TICK - 2.0, y + 0.36 * style.size, label, "tick", align="right")
    for number, line in enumerate(_title_lines(frame.y_axis.title, style)):
        page.write(style.margin, page.y + style.size + number * style.leading, line, "axis-label", color=style.muted)
    page.y = frame.bottom + _TICK + 2.0 + style.size
    for line in wrap(frame.x_axis.title, style.width - 2 * style.margin, style.size):
        page.y += style.leading + 0.5
        half = text_width(line, style.size) / 2
        middle = max((frame.left + frame.right) / 2, style.margin + half)
        page.write(min(middle, style.width - style.margin - half), page.y, line, "axis-label", align="center")
    page.y += 6.0


def _title_lines(title: str, style: Style) -> tuple[str, ...]:
    return wrap(title, style.width - 2 * style.margin, style.size)


def _apart(positions: Sequence[float], length: float, least: float) -> bool:
    return all(length * abs(b - a) > least for a, b in pairwise(positions))


def _ruler(span: Span, fits: Fits) -> Ruler:
    if span.ticks:
        return Ruler(title=span.title, low=span.low, high=span.high, ticks=span.ticks, labels=span.labels)
    ends = sorted((span.low, span.high))
    values, labels = round_ticks(ends[0], ends[1], ratio=span.ratio, null=span.null, fits=fits)
    ticks = tuple(math.log(value) for value in values) if span.ratio else values
    texts = tuple(label + span.suffix for label in labels)
    return Ruler(title=span.title, low=span.low, high=span.high, ticks=ticks, labels=texts)
