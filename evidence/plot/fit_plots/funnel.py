"""The funnel plot: effects against their standard errors, with contours of significance around no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ...errors import InputError
from ...vocabulary import check_option
from ..page.label_placement import Spot, place_names
from ..page.legend import legend
from ..page.marks import circle, tint
from ..page.page import Page
from ..page.scene import Curve, Line, Polygon, Scene
from ..page.style import Style, style_for
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .fit_points import FitPoints, fit_points, plain_fit
from .funnel_depth import Depth, participants
from .funnel_words import (
    BEYOND,
    CONTOURS,
    added_studies,
    funnel_description,
    funnel_keys,
    funnel_notes,
    funnel_warnings,
    shade_keys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...diagnose.small_study import TrimAndFill
    from ..page.canvas import DescribedFigure
    from ..page.scene import Point

__all__ = ["funnel", "funnel_scene"]

YAxis = Literal["se", "variance", "inverse-se", "n"]
_YAXES = ("se", "variance", "inverse-se", "n")
_NAMES = ("outside", "all", "none")
_DOT = 2.3
_STEPS = 120
_FAR = 2.0  # spans of the data by which no effect may lie beside them and still be on the axis


def funnel(
    fit: Any,
    *,
    contours: bool = True,
    trim_and_fill: TrimAndFill | bool | None = None,
    yaxis: YAxis = "se",
    n: Sequence[float] | None = None,
    names: str = "outside",
    title: str | None = None,
    width_mm: float = 120.0,
    preset: str = "house",
) -> DescribedFigure:
    """Return a contour-enhanced funnel plot.

    The standard error runs downwards from 0. Shades tell where a study would have p above 0.10 (white), from 0.05 to
    0.10, from 0.01 to 0.05 and below 0.01 against no effect, wherever the pooled effect lies. The dashed triangle is
    where studies of the one pooled effect would lie with the confidence of the fit, if there were no heterogeneity.
    With fewer than ten studies a banner says that asymmetry cannot be judged.

    Parameters
    ----------
    fit : PooledResult, SynthesisResult, SubgroupResult or CountsResult
        A fit without moderators.
    contours : bool
        Whether to shade by significance. Measures of one group have no value of no effect and so no shades.
    trim_and_fill : TrimAndFill or bool, optional
        Show the studies that trim and fill adds, as rings, and the estimate with them; `True` runs it as it comes.
    yaxis : {"se", "variance", "inverse-se", "n"}
        What stands on the vertical axis. With sizes there are no shades and no triangle: they need standard errors.
    n : sequence of float, optional
        Participants of each study pooled, for ``yaxis="n"``; a synthesis knows them.
    names : {"outside", "all", "none"}
        Which studies to name: those outside the triangle, all, or none. A name without room is left out.
    title : str, optional
        A title above the figure.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        The look.

    Raises
    ------
    NotPooledError
        If nothing was pooled, or the fit has moderators, and so no single effect.
    InputError
        If `trim_and_fill` belongs to another fit, or sizes are missing or do not fit.

    References
    ----------
    Sterne JAC, Egger M (2001). Funnel plots for detecting bias in meta-analysis: guidelines on choice of axis.
    doi:10.1016/S0895-4356(01)00377-8.
    Peters JL and others (2008). Contour-enhanced meta-analysis funnel plots. doi:10.1016/j.jclinepi.2007.11.010.

    Examples
    --------
    >>> import evidence as ev
    >>> figure = funnel(ev.pool([0.1, 0.3, 0.5], [0.02, 0.05, 0.09]), width_mm=84)
    >>> figure.heading
    'Funnel plot: effect, 3 studies'
    """
    from ..page.canvas import draw

    check_option("yaxis", yaxis, _YAXES)
    check_option("names", names, _NAMES)
    style = style_for(preset, width_mm)
    points = fit_points(fit, what="funnel()")
    filled = _filled(fit, trim_and_fill)
    depth = Depth(kind=yaxis, sizes=participants(fit, points, n) if yaxis == "n" else ())
    return draw(funnel_scene(points, style, depth, filled=filled, contours=contours, names=names, title=title))


def funnel_scene(
    points: FitPoints,
    style: Style,
    depth: Depth,
    *,
    filled: TrimAndFill | None = None,
    contours: bool = True,
    names: str = "outside",
    title: str | None = None,
) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    page = Page(style=style, y=style.margin)
    added = list(zip(*added_studies(filled), strict=True)) if filled and filled.k0 else []
    warnings = funnel_warnings(points)
    header(page, title or points.answer.title, warnings)
    errors = [*points.errors, *(error for _, error in added)]
    bottom, top = depth.ends(depth.of(errors))
    z = _critical(points.level)
    shaded = contours and points.null is not None and depth.kind != "n"
    low, high, null_inside = _limits(points, [effect for effect, _ in added], depth, (bottom, top))
    frame = make_frame(
        page,
        x=Span(low=low, high=high, title=points.axis_title, ratio=points.ratio, null=points.null or 0.0),
        y=Span(low=bottom, high=top, title=depth.title),
        height=0.62 * (style.width - 2 * style.margin),
    )
    if shaded and points.null is not None:
        _shade(page, frame, points.null, depth, style)
    outside = [
        depth.kind != "n" and abs(effect - points.estimate) > z * error
        for effect, error in zip(points.effects, points.errors, strict=True)
    ]
    lines = _pooled(page, frame, points, depth, z, filled if added else None)
    if points.null is not None and null_inside:
        upright = frame.at(points.null, bottom), frame.at(points.null, top)
        page.back.append(Line(start=upright[0], end=upright[1], color=style.ink, width=0.7, role="null"))
        lines.append(upright)
    spots = _dots(page, frame, points, depth, outside if names == "outside" else [names == "all"] * points.k)
    spots += _rings(page, frame, added, depth)
    box = (frame.left + 1.5, frame.top + 1.0, frame.right - 1.0, frame.bottom - 1.0)
    lost = place_names(page, spots, box, size=style.small, lines=lines)
    draw_axes(page, frame)
    notes = [*funnel_notes(points, filled, lost, null_inside=null_inside or not shaded), *points.answer.notes]
    legend(page, funnel_keys(points, style, depth, filled))
    if shaded:
        legend(page, shade_keys(style), lead="Against no effect:")
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    heading = points.answer.named(f"Funnel plot: {points.name}, {points.count}")
    return page.scene(
        title=" ".join(title.split()) if title else heading,
        description=funnel_description(heading, points, depth, outside, filled, [*warnings, *notes]),
    )


# ---------------------------------------------------------------- what is shown


def _filled(fit: Any, given: TrimAndFill | bool | None) -> TrimAndFill | None:
    if given is None or given is False:
        return None
    own = plain_fit(fit, what="funnel()")
    if given is True:
        from ...diagnose.small_study.trim_and_fill import trim_and_fill

        return trim_and_fill(own)
    same = len(given.fit.yi) == len(own.yi) and bool(np.array_equal(given.fit.yi, own.yi, equal_nan=True))
    if not same or not np.array_equal(given.fit.vi, own.vi, equal_nan=True):
        raise InputError("trim_and_fill belongs to another fit; give that of the fit that the figure shows, or True")
    return given


def _critical(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def _limits(
    points: FitPoints, added: Sequence[float], depth: Depth, ends: tuple[float, float]
) -> tuple[float, float, bool]:
    """Return the ends of the axis of effects, and whether no effect lies between them."""
    values = [*points.effects, *added, points.estimate]
    if depth.kind != "n" and points.k > 1:
        reach = _critical(points.level) * depth.error(ends[0])
        values += [points.estimate - reach, points.estimate + reach]
    elif points.k == 1:
        values += [points.effects[0] - 2 * points.errors[0], points.effects[0] + 2 * points.errors[0]]
    low, high = min(values), max(values)
    span = (high - low) or max(abs(low), 1.0)
    null = points.null
    if null is not None and low - _FAR * span <= null <= high + _FAR * span:
        low, high = min(low, null), max(high, null)
    pad = 0.05 * ((high - low) or max(abs(low), 1.0))
    inside = null is not None and low - pad <= null <= high + pad
    return low - pad, high + pad, inside


# ---------------------------------------------------------------- the plot


def _shade(page: Page, frame: Frame, null: float, depth: Depth, style: Style) -> None:
    """Fill the plot, then the regions within each contour, from the outermost to the innermost."""
    left, top, right, bottom = frame.box
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    page.back.append(Polygon(points=corners, fill=tint(style.muted, BEYOND, style.paper), role="contour"))
    for p, share in CONTOURS:
        edges = _edges(frame, null, _critical(1 - p), depth)
        shape = [*edges[0], *reversed(edges[1])]
        page.back += frame.area(shape, fill=tint(style.muted, share, style.paper), role="contour")


def _edges(frame: Frame, centre: float, z: float, depth: Depth) -> tuple[list[Point], list[Point]]:
    """Return the left and the right edge of where an effect is less than z standard errors from the centre."""
    low, high = frame.y_axis.low, frame.y_axis.high
    steps = 1 if depth.kind == "se" else _STEPS
    # A parabola turns fastest at the top, so its points are dense there.
    power = 2 if depth.kind == "variance" else 1
    values = [high + (low - high) * (place / steps) ** power for place in range(steps + 1)]
    errors = [depth.error(value) for value in values]
    return tuple(  # type: ignore[return-value]
        [(centre + sign * z * error, value) for value, error in zip(values, errors, strict=True)] for sign in (-1, 1)
    )


def _pooled(
    page: Page, frame: Frame, points: FitPoints, depth: Depth, z: float, filled: TrimAndFill | None
) -> list[tuple[Point, Point]]:
    """Draw the pooled effect and the triangle around it; return their lines, which names avoid."""
    if points.k < 2:
        return []
    style, low, high = page.style, frame.y_axis.low, frame.y_axis.high
    drawn = frame.curve(
        [(points.estimate, low), (points.estimate, high)],
        color=style.diamond_line,
        width=0.9,
        role="pooled",
        dashed=True,
    )
    if depth.kind != "n":
        for edge in _edges(frame, points.estimate, z, depth):
            drawn += frame.curve(edge, color=style.diamond_line, width=0.9, role="triangle", dashed=True)
    if filled is not None:
        drawn += frame.curve(
            [(filled.estimate, low), (filled.estimate, high)], color=style.prediction, width=1.2, role="adjusted"
        )
    page.front += drawn
    return [pair for curve in drawn for pair in zip(curve.points, curve.points[1:], strict=False)]


def _dots(page: Page, frame: Frame, points: FitPoints, depth: Depth, named: Sequence[bool]) -> list[Spot]:
    style = page.style
    spots = []
    rows = zip(points.labels, points.effects, depth.of(points.errors), named, strict=True)
    for label, effect, value, name in rows:
        x, y = frame.at(effect, value)
        page.front.append(Polygon(points=circle(x, y, _DOT + 0.5), fill=style.paper, role="study-edge"))
        page.front.append(Polygon(points=circle(x, y, _DOT), fill=style.study, role="study"))
        spots.append(Spot(x=x, y=y, radius=_DOT + 0.5, name=label if name else ""))
    # The farthest from the middle first: they are what names are for.
    return sorted(spots, key=lambda spot: -abs(spot.x - frame.x(points.estimate)))


def _rings(page: Page, frame: Frame, added: Sequence[tuple[float, float]], depth: Depth) -> list[Spot]:
    style = page.style
    spots = []
    for effect, error in added:
        # Filled studies have no size: on that axis they have no place.
        if depth.kind == "n":
            continue
        x, y = frame.at(effect, depth.of([error])[0])
        around = circle(x, y, _DOT)
        page.front.append(Polygon(points=around, fill=style.paper, role="filled-study"))
        page.front.append(
            Curve(points=(*around, around[0]), color=style.prediction, width=0.9, role="filled-study-edge")
        )
        spots.append(Spot(x=x, y=y, radius=_DOT + 0.5))
    return spots
