"""The drapery plot: the p-value of every possible effect, for every study and for the pooled estimate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import ndtri

from ...number_style import number_style
from ...numbers import format_p
from ...vocabulary import check_option
from ..page.axis import choose_axis
from ..page.legend import Key, legend
from ..page.marks import tint
from ..page.page import Page
from ..page.scene import Line, Scene
from ..page.style import Style, style_for
from ..page.typeface import text_width
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .fit_points import FEWEST_STUDIES, FitPoints, as_ratio, left_out_text
from .p_value_curves import PValues, p_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ..page.canvas import DescribedFigure
    from ..page.scene import Point

__all__ = ["drapery", "drapery_scene"]

YScale = Literal["statistic", "p"]
_LEAST = 0.001
_TICKS = {"statistic": (1.0, 0.5, 0.2, 0.1, 0.05, 0.01, 0.001), "p": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)}
_LINES = (0.1, 0.05, 0.01)
_POINTS = 600
_MOST_NUMBERS = 40
_MOST_ROWS = 4


def drapery(
    fit: Any,
    *,
    yscale: YScale = "statistic",
    numbers: bool = True,
    title: str | None = None,
    width_mm: float = 120.0,
    preset: str = "house",
) -> DescribedFigure:
    """Return a drapery plot.

    Each curve tells, for every effect along the axis, the p-value of a test that it is the true one: it is 1 at the
    estimate, and where it crosses 0.05 are the ends of the 95% interval. Thin curves are studies, darker the more
    precise; the thick one is the pooled estimate by the test of the fit. The shaded region is that of the true effect
    of a new study.

    Parameters
    ----------
    fit : PooledResult, SynthesisResult, SubgroupResult or CountsResult
        A fit without moderators.
    yscale : {"statistic", "p"}
        Whether heights follow the test statistic, so that small p-values can be told apart, or the p-value itself.
    numbers : bool
        Whether to number the studies at their estimates and list them under the figure; at most 40 are numbered.
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

    References
    ----------
    Rücker G, Schwarzer G (2021). Beyond the forest plot: the drapery plot. doi:10.1002/jrsm.1410.

    Examples
    --------
    >>> import evidence as ev
    >>> drapery(ev.pool([0.1, 0.3, 0.5], [0.02, 0.05, 0.09]), width_mm=84).heading
    'Drapery plot: effect, 3 studies'
    """
    from ..page.canvas import draw

    check_option("yscale", yscale, ("statistic", "p"))
    return draw(drapery_scene(p_values(fit), style_for(preset, width_mm), yscale=yscale, numbers=numbers, title=title))


def drapery_scene(
    values: PValues, style: Style, *, yscale: YScale = "statistic", numbers: bool = True, title: str | None = None
) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    points = values.points
    page = Page(style=style, y=style.margin)
    warnings = _warnings(points)
    header(page, title or points.answer.title, warnings)
    frame = _frame(page, values, yscale, above=0.0)
    rows = _rows(points, frame, style) if numbers and points.k <= _MOST_NUMBERS else None
    if rows is not None:
        frame = _frame(page, values, yscale, above=(max(rows.values(), default=0) + 1) * 1.2 * style.small)
    _region(page, frame, values, yscale)
    _reference(page, frame, points, yscale)
    _curves(page, frame, values, yscale)
    if rows is not None:
        _number(page, frame, points, rows)
    _confidence(page, frame, yscale)
    draw_axes(page, frame)
    legend(page, _keys(values, style))
    notes = [*_notes(values, listed=rows is not None, wanted=numbers), *points.answer.notes]
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    heading = points.answer.named(f"Drapery plot: {points.name}, {points.count}")
    return page.scene(
        title=" ".join(title.split()) if title else heading,
        description=_description(heading, values, [*warnings, *points.answer.notes]),
    )


# ---------------------------------------------------------------- numbers


def _height(p: NDArray[np.float64], yscale: YScale) -> NDArray[np.float64]:
    if yscale == "p":
        return p
    return np.asarray(ndtri(np.clip(p, 1e-300, 1.0) / 2), dtype=float)


# ---------------------------------------------------------------- the plot


def _frame(page: Page, values: PValues, yscale: YScale, *, above: float) -> Frame:
    points, style = values.points, page.style
    low, high = _limits(values)
    ticks = _TICKS[yscale]
    heights = tuple(float(height) for height in _height(np.asarray(ticks), yscale))
    bottom = float(_height(np.asarray([_LEAST]), yscale)[0]) if yscale == "statistic" else 0.0
    right = max(text_width(_confidence_text(p), style.size) for p in ticks)
    return make_frame(
        page,
        x=Span(low=low, high=high, title=points.axis_title, ratio=points.ratio, null=points.null or 0.0),
        y=Span(
            low=bottom,
            high=0.0 if yscale == "statistic" else 1.0,
            title="p-value",
            ticks=heights,
            labels=tuple(f"{p:g}" for p in ticks),
        ),
        height=0.6 * (style.width - 2 * style.margin),
        room=right + 3.0,
        above=above,
    )


def _limits(values: PValues) -> tuple[float, float]:
    points = values.points
    z = float(ndtri(0.975))

    def natural(value: float) -> float:
        return as_ratio(value) if points.ratio else value

    intervals = [
        (natural(effect - z * error), natural(effect), natural(effect + z * error))
        for effect, error in zip(points.effects, points.errors, strict=True)
    ]
    pooled = (natural(points.ci_low), natural(points.estimate), natural(points.ci_high))
    wide = [pooled] if points.k > 1 and all(math.isfinite(limit) for limit in pooled) else []
    null = None if points.null is None else natural(points.null)
    axis = choose_axis(intervals, wide=wide, ratio=points.ratio, null=null, fits=lambda *_: True)
    return axis.low, axis.high


def _grid(frame: Frame, extra: Sequence[float]) -> list[float]:
    low, high = frame.x_axis.low, frame.x_axis.high
    inside = [value for value in extra if low <= value <= high]
    return sorted({*np.linspace(low, high, _POINTS).tolist(), *inside})


def _line(effects: Sequence[float], p: NDArray[np.float64], yscale: YScale) -> list[Point]:
    return list(zip(effects, _height(p, yscale).tolist(), strict=True))


def _region(page: Page, frame: Frame, values: PValues, yscale: YScale) -> None:
    if not values.predicts:
        return
    style = page.style
    grid = _grid(frame, [values.points.estimate])
    curve = _line(grid, values.prediction(grid), yscale)
    floor = frame.y_axis.low
    shape = [(grid[0], floor), *((x, max(y, floor)) for x, y in curve), (grid[-1], floor)]
    page.back += frame.area(shape, fill=tint(style.prediction, 0.16, style.paper), role="prediction")


def _reference(page: Page, frame: Frame, points: FitPoints, yscale: YScale) -> None:
    style = page.style
    for height in _height(np.asarray(_LINES), yscale).tolist():
        y = frame.y(height)
        page.back.append(
            Line(start=(frame.left, y), end=(frame.right, y), color=style.faint, width=0.6, role="p-line", dashed=True)
        )
    if points.null is not None and frame.x_axis.low <= points.null <= frame.x_axis.high:
        x = frame.x(points.null)
        page.back.append(Line(start=(x, frame.top), end=(x, frame.bottom), color=style.ink, width=0.7, role="null"))


def _curves(page: Page, frame: Frame, values: PValues, yscale: YScale) -> None:
    style, points = page.style, values.points
    order = sorted(range(points.k), key=lambda place: -points.errors[place])
    for rank, place in enumerate(order):
        # The most precise last, in front and darkest.
        shade = tint(style.muted, 0.35 + 0.65 * (rank + 1) / points.k, style.paper)
        page.front += _tent(frame, values.study(place, _around(frame, points, place)), points, place, yscale, shade)
    if values.has_pooled:
        spread = [points.estimate + step / 50 * values.se for step in range(-300, 301)]
        grid = _grid(frame, [points.estimate, *spread])
        line = _line(grid, values.pooled(grid), yscale)
        page.front += frame.curve(line, color=style.diamond_line, width=1.9, role="pooled")


def _around(frame: Frame, points: FitPoints, place: int) -> list[float]:
    effect, error = points.effects[place], points.errors[place]
    return _grid(frame, [effect, *(effect + step / 20 * error for step in range(-80, 81))])


def _tent(frame: Frame, p: NDArray[np.float64], points: FitPoints, place: int, yscale: YScale, shade: str) -> list[Any]:
    return list(frame.curve(_line(_around(frame, points, place), p, yscale), color=shade, width=0.7, role="study"))


def _rows(points: FitPoints, frame: Frame, style: Style) -> dict[int, int] | None:
    """Return the row above the plot in which each study's number stands; None if they need too many."""
    ends: list[float] = []
    rows = {}
    for place in sorted(range(points.k), key=lambda place: (points.effects[place], place)):
        x, half = frame.x(points.effects[place]), text_width(str(place + 1), style.small) / 2 + 1.2
        row = next((row for row, end in enumerate(ends) if x - half >= end), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = x + half
        rows[place] = row
    return rows if len(ends) <= _MOST_ROWS else None


def _number(page: Page, frame: Frame, points: FitPoints, rows: dict[int, int]) -> None:
    style = page.style
    for place, row in rows.items():
        x, baseline = frame.x(points.effects[place]), frame.top - 2.4 - row * 1.2 * style.small
        page.write(x, baseline, str(place + 1), "number", align="center", size=style.small, color=style.muted)


def _confidence_text(p: float) -> str:
    return f"{100 * (1 - p):g}%" if p else "100%"


def _confidence(page: Page, frame: Frame, yscale: YScale) -> None:
    """Draw the axis at the right: the confidence of the interval that reaches so far."""
    style = page.style
    x = frame.right
    page.front.append(
        Line(start=(x, frame.top), end=(x, frame.bottom), color=style.rule, width=0.7, role="confidence-axis")
    )
    for p in _TICKS[yscale]:
        y = frame.y(float(_height(np.asarray([p]), yscale)[0]))
        page.front.append(Line(start=(x, y), end=(x + 3.0, y), color=style.rule, width=0.7, role="tick-mark"))
        page.write(x + 5.0, y + 0.36 * style.size, _confidence_text(p), "confidence")
    edge = style.width - style.margin
    page.write(edge, page.y + style.size, "Confidence level", "axis-label", align="right", color=style.muted)


# ---------------------------------------------------------------- words


def _keys(values: PValues, style: Style) -> list[Key]:
    points = values.points
    keys = [Key(sign="line", color=style.muted, text="Study, darker the more precise", width=0.7)]
    if points.k > 1:
        text = f"Pooled estimate {points.estimate_text(style)}"
        if values.has_pooled and points.null is not None:
            p = number_style(style.numbers).p(float(values.pooled([points.null])[0]))
            text += f", {p} against {points.null_text}"
        keys.append(Key(sign="line", color=style.diamond_line, text=text, width=1.9))
    if values.predicts:
        text = "Prediction region: true effect of a new study"
        keys.append(Key(sign="swatch", color=tint(style.prediction, 0.16, style.paper), text=text))
    return keys


def _warnings(points: FitPoints) -> list[str]:
    if points.k == 1:
        return ["One study: its curve is no pooled result."]
    if points.k < FEWEST_STUDIES // 2:
        return [f"With {points.count} the variance between them is uncertain, and so is where a new study would lie."]
    return []


def _notes(values: PValues, *, listed: bool, wanted: bool) -> list[str]:
    points, notes = values.points, []
    if points.k > 1 and not values.has_pooled:
        notes.append("The pooled estimate has no standard error, and so no curve.")
    if listed:
        rows = "; ".join(
            f"{place}\u00a0{' '.join(label.split())}" for place, label in enumerate(points.labels, start=1)
        )
        notes.append(f"Studies: {rows}.")
    elif wanted:
        notes.append(f"The {points.count} stand too close to be numbered.")
    if points.left_out:
        notes.append(left_out_text(points.left_out))
    return notes


def _description(heading: str, values: PValues, warnings: Sequence[str]) -> str:
    points = values.points

    def against(p: Callable[[Sequence[float]], NDArray[np.float64]]) -> str:
        return "" if points.null is None else f", {format_p(float(p([points.null])[0]))} against {points.null_text}"

    parts = [f"{heading}."]
    if points.k > 1:
        tested = against(values.pooled) if values.has_pooled else ""
        parts.append(f"Pooled estimate {points.estimate_text()}{tested}.")
    if values.predicts:
        parts.append(
            f"A new study's true effect: {100 * points.level:g}% prediction interval {_prediction_text(values)}."
        )
    rows = "; ".join(
        f"{label}: {points.text(points.effects[place])}"
        + against(lambda effects, place=place: values.study(place, effects))  # type: ignore[misc]
        for place, label in enumerate(points.labels)
    )
    return " ".join([*parts, f"{rows}.", *warnings])


def _prediction_text(values: PValues) -> str:
    from ...pool.prediction import prediction_limits

    points = values.points
    low, high = prediction_limits(
        np.array([points.estimate]),
        np.array([values.prediction_se]),
        points.tau2,
        df=values.prediction_df,
        level=points.level,
    )
    return f"{points.text(float(low[0]))} to {points.text(float(high[0]))}"
