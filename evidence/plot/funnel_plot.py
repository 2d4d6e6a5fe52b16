"""The funnel plot: effects against their standard errors, with contours of significance around no effect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..effects import is_ratio, measure_label, null_value
from ..numbers import format_number
from ..vocabulary import Measure, allowed
from .axis import Axis, choose_axis
from .page import Page
from .scene import Line, Polygon, Scene
from .style import Style, style_for
from .typeface import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from .scene import Point

__all__ = ["FEWEST_STUDIES", "funnel"]

FEWEST_STUDIES = 10
_SHADES = ((2.5758293035489004, "#dfe5ec"), (1.959963984540054, "#c9d3df"), (1.6448536269514722, "#ffffff"))
_OUTSIDE = "#f1f4f8"
_DOT = 2.3


def funnel(fit: Any, *, width_mm: float = 120.0, preset: str = "house") -> Figure:
    """Return a contour-enhanced funnel plot.

    The standard error runs downwards. Shades tell where a study would have p above 0.10 (white), from 0.05 to 0.10,
    from 0.01 to 0.05 and below 0.01 against no effect; the dashed triangle is where studies of one common effect would
    lie with the confidence of the fit. With fewer than ten studies a line says that asymmetry cannot be judged.

    Parameters
    ----------
    fit : PooledResult
        A fit without moderators.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house"}
        The look.

    Raises
    ------
    NotPooledError
        If the fit has moderators, and so no common effect.

    References
    ----------
    Peters JL et al. Contour-enhanced meta-analysis funnel plots. J Clin Epidemiol 2008;61:991-996.
    https://doi.org/10.1016/j.jclinepi.2007.11.010

    Examples
    --------
    >>> import evidence as ev
    >>> figure = funnel(ev.pool([0.1, 0.3, 0.5], [0.02, 0.05, 0.09]), width_mm=84)
    >>> figure.heading
    'Funnel plot: effect, 3 studies'
    """
    from .canvas import draw

    return draw(_scene(fit, style_for(preset, width_mm)))


class _Plane:
    """Where effects (on the scale of the fit) and standard errors lie on the page."""

    def __init__(self, axis: Axis, *, left: float, right: float, top: float, bottom: float, deepest: float) -> None:
        self.axis, self.left, self.right, self.top, self.bottom, self.deepest = axis, left, right, top, bottom, deepest

    def x(self, effect: float) -> float:
        return self.left + (effect - self.axis.low) / (self.axis.high - self.axis.low) * (self.right - self.left)

    def y(self, se: float) -> float:
        return self.top + se / self.deepest * (self.bottom - self.top)

    def wedge(self, centre: float, slope: float) -> tuple[list[Point], list[Point]]:
        """Return the left and the right edge of the wedge ``centre ± slope × SE``, cut off at the plane's sides."""
        edges: list[list[Point]] = []
        for sign, limit in ((-1, self.axis.low), (1, self.axis.high)):
            reach = abs(limit - centre) / slope
            depth = min(reach, self.deepest)
            points = [(self.x(centre), self.y(0.0)), (self.x(centre + sign * slope * depth), self.y(depth))]
            if reach < self.deepest:
                points.append((self.x(limit), self.bottom))
            edges.append(points)
        return edges[0], edges[1]


def _scene(fit: Any, style: Style) -> Scene:
    measure = fit.measure if fit.measure in allowed(Measure) else None
    ratio = measure is not None and is_ratio(measure)
    table = fit.to_frame()
    table = table[table["included"]] if "included" in table else table
    effects = [float(value) for value in table["yi"]]
    errors = [math.sqrt(float(value)) for value in table["vi"]]
    deepest = _ceiling(max(errors))
    name = measure_label(measure, back_transformed=ratio) if measure else "effect"
    page = Page(style=style, y=style.margin + style.pitch)
    step = style.pitch
    ticks = _depths(deepest)
    label_room = max(text_width(text, style.size) for text in _depth_texts(ticks))
    left, right = style.margin + label_room + 6, style.width - style.margin - 4
    axis = _axis(effects, errors, float(fit.estimate), ratio, style, right - left)
    top = page.y + 0.7 * step
    plane = _Plane(axis, left=left, right=right, top=top, bottom=top + 0.72 * (right - left), deepest=deepest)
    page.write(style.margin, page.y, "Standard error", "label", size=style.small, color=style.muted)
    _shade(page, plane, null_value(measure, back_transformed=False) if measure else 0.0)
    _triangle(page, plane, fit)
    for effect, se in zip(effects, errors, strict=True):
        page.front.append(Polygon(points=_circle(plane.x(effect), plane.y(se)), fill=style.study, role="study"))
    _frame(page, plane, ticks)
    page.y = plane.bottom + 1.7 * step
    page.write((left + right) / 2, page.y + 0.4 * step, name[:1].upper() + name[1:], "label", align="center")
    page.y += 1.1 * step
    notes = _notes(len(effects), contours=measure is None or null_value(measure) is not None)
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    title = f"Funnel plot: {name}, {len(effects)} {'study' if len(effects) == 1 else 'studies'}"
    listed = "; ".join(
        f"{label}: effect {format_number(effect, 3)}, standard error {format_number(se, 3)}"
        for label, effect, se in zip(table["study"].astype(str), effects, errors, strict=True)
    )
    return Scene(
        width=style.width,
        height=page.y + style.margin,
        title=title,
        description=f"{title}. {listed}. {' '.join(notes)}",
        paper=style.paper,
        items=(*page.back, *page.front),
    )


def _axis(
    effects: Sequence[float], errors: Sequence[float], centre: float, ratio: bool, style: Style, width: float
) -> Axis:
    def natural(value: float) -> float:
        return math.exp(value) if ratio else value

    half = 1.96 * max(errors)
    ends = [(natural(y - 1.2 * se), natural(y), natural(y + 1.2 * se)) for y, se in zip(effects, errors, strict=True)]
    wedge = (natural(centre - half), natural(centre), natural(centre + half))

    def fits(positions: Sequence[float], labels: Sequence[str]) -> bool:
        places = [width * position for position in positions]
        halves = [text_width(label, style.size) / 2 for label in labels]
        return all(
            second - first > one + two + 4
            for first, second, one, two in zip(places, places[1:], halves, halves[1:], strict=False)
        )

    return choose_axis([*ends, wedge], ratio=ratio, null=natural(0.0), fits=fits)


def _ceiling(largest: float) -> float:
    """Return the standard error at the bottom of the plane: a little beyond the largest."""
    return 1.08 * largest


def _depths(deepest: float) -> list[float]:
    """Return three to six round standard errors from zero on."""
    power = 10.0 ** math.floor(math.log10(deepest))
    step = next(size * power for size in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0) if deepest / (size * power) <= 5)
    return [step * position for position in range(int(deepest / step) + 1)]


def _depth_texts(depths: Sequence[float]) -> list[str]:
    """Return the depths as text, all with the decimals that the step needs."""
    step = depths[1] - depths[0]
    digits = next(digits for digits in range(12) if abs(step - round(step, digits)) < 1e-9 * step)
    return [format_number(depth, digits) for depth in depths]


def _shade(page: Page, plane: _Plane, null: float | None) -> None:
    corners = (
        (plane.left, plane.top),
        (plane.right, plane.top),
        (plane.right, plane.bottom),
        (plane.left, plane.bottom),
    )
    page.back.append(Polygon(points=corners, fill=_OUTSIDE if null is not None else page.style.paper, role="contour"))
    if null is None or not plane.axis.low <= null <= plane.axis.high:
        return
    for slope, shade in _SHADES:
        left, right = plane.wedge(null, slope)
        page.back.append(Polygon(points=(*left, *reversed(right[1:])), fill=shade, role="contour"))
    x = plane.x(null)
    page.back.append(Line(start=(x, plane.top), end=(x, plane.bottom), color=page.style.ink, width=0.7, role="null"))


def _triangle(page: Page, plane: _Plane, fit: Any) -> None:
    from scipy.special import ndtri

    slope = float(ndtri((1 + fit.level) / 2))
    style = page.style
    for edge in plane.wedge(float(fit.estimate), slope):
        page.front.append(Line(start=edge[0], end=edge[1], color=style.study, width=0.8, role="triangle", dashed=True))
    x = plane.x(float(fit.estimate))
    page.front.append(
        Line(start=(x, plane.top), end=(x, plane.bottom), color=style.study, width=0.8, role="pooled", dashed=True)
    )


def _frame(page: Page, plane: _Plane, depths: Sequence[float]) -> None:
    style = page.style
    page.front.append(
        Line(
            start=(plane.left, plane.bottom), end=(plane.right, plane.bottom), color=style.rule, width=0.8, role="axis"
        )
    )
    page.front.append(
        Line(start=(plane.left, plane.top), end=(plane.left, plane.bottom), color=style.rule, width=0.8, role="axis")
    )
    for value, label in zip(plane.axis.ticks, plane.axis.labels, strict=True):
        x = plane.left + plane.axis.position(value) * (plane.right - plane.left)
        page.front.append(
            Line(start=(x, plane.bottom), end=(x, plane.bottom + 3), color=style.rule, width=0.8, role="tick")
        )
        page.write(x, plane.bottom + 4 + style.size, label, "tick", align="center")
    for depth, text in zip(depths, _depth_texts(depths), strict=True):
        y = plane.y(depth)
        page.front.append(
            Line(start=(plane.left - 3, y), end=(plane.left, y), color=style.rule, width=0.8, role="tick")
        )
        page.write(plane.left - 5, y + 0.36 * style.size, text, "tick", align="right")


def _circle(x: float, y: float) -> tuple[Point, ...]:
    turns = [2 * math.pi * position / 24 for position in range(24)]
    return tuple((x + _DOT * math.cos(turn), y + _DOT * math.sin(turn)) for turn in turns)


def _notes(k: int, *, contours: bool) -> list[str]:
    notes = []
    if k < FEWEST_STUDIES:
        notes.append(f"{k} studies are too few to judge asymmetry; {FEWEST_STUDIES} are the least.")
    if contours:
        notes.append("Shades, from the middle: p > 0.10 (white), 0.05 to 0.10, 0.01 to 0.05, < 0.01 against no effect.")
    return notes
