"""The specification curve: sorted estimates with their intervals above, the choices that lead to each below."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ..page.axis import Axis, choose_axis
from ..page.page import Page
from ..page.scene import Line, Polygon, Scene
from ..page.style import Style, style_for
from ..page.typeface import text_width, wrap
from .specification_data import Specification, SpecificationData, curve_headline, curve_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..page.scene import Point

__all__ = ["MOST_COLUMNS", "curve_scene", "specification_curve"]

MOST_COLUMNS = 500
_WIDEST_STEP = 30.0
_DOTS_FROM = 3.2  # points per column from which a mark is a dot and not a stroke
_LABELS = 0.36  # the most of the width that labels of choices take
_ROW = 1.32  # height of a row of choices, in type sizes


def specification_curve(data: SpecificationData, *, width_mm: float = 174.0, preset: str = "house") -> Figure:
    """Return a specification curve.

    Above, each specification's estimate with its interval, from the lowest to the highest estimate; blue where the
    interval excludes the null, grey where it does not; the primary analysis as a red diamond. Below, a mark wherever a
    specification uses a level of a choice. An interval that reaches beyond the axis ends in an arrowhead. Ratios stand
    on a logarithmic axis. Of more than 500 specifications, 500 are drawn, evenly spaced by rank, and a line says so.

    Parameters
    ----------
    data : SpecificationData
        What to show; `Multiverse.plot` makes it from a synthesis.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house"}
        The look.

    References
    ----------
    Simonsohn U, Simmons JP, Nelson LD (2020). Specification curve analysis. doi:10.1038/s41562-020-0912-z

    Examples
    --------
    >>> from evidence.plot import Specification, SpecificationData
    >>> points = tuple(Specification(estimate=y, ci_low=y - 1, ci_high=y + 1) for y in (0.2, 0.5, 0.3))
    >>> specification_curve(SpecificationData(specifications=points, null=0.0), width_mm=84).heading
    'Specification curve: effect, 3 specifications'
    """
    from ..page.canvas import draw

    return draw(curve_scene(data, style_for(preset, width_mm)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """Where the columns are on the page, and the axis of estimates."""

    axis: Axis
    labels: float
    left: float
    right: float
    top: float
    bottom: float
    step: float

    def x(self, column: int) -> float:
        return self.left + (column + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.bottom - self.axis.position(value) * (self.bottom - self.top)


def curve_scene(data: SpecificationData, style: Style) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    page = Page(style=style, y=style.margin)
    if data.title:
        page.paragraph(data.title, "title", size=style.size + 0.5, color=style.ink, bold=True)
        page.y += 3.0
    drawn = _drawn(data.ordered)
    if drawn:
        panel = _panel(data, drawn, style, page.y)
        _curve(page, data, drawn, panel)
        _matrix(page, data, drawn, panel)
    elif data.message:
        page.paragraph(data.message, "message", size=style.size, color=style.ink)
    page.y += 3.0
    for note in _notes(data, drawn):
        page.paragraph(note, "note", size=style.small, color=style.muted)
    return page.scene(
        title=curve_headline(data),
        description=curve_text(data),
    )


def _drawn(ordered: Sequence[Specification]) -> list[Specification]:
    """Return the specifications to draw: all, or evenly spaced ones with both ends and the primary one."""
    count = len(ordered)
    if count <= MOST_COLUMNS:
        return list(ordered)
    places = {round(column * (count - 1) / (MOST_COLUMNS - 1)) for column in range(MOST_COLUMNS)}
    primary = next((place for place, entry in enumerate(ordered) if entry.primary), None)
    if primary is not None and primary not in places:
        # It takes the place of its nearest neighbour, ends excepted.
        inner = sorted(places - {0, count - 1}, key=lambda place: (abs(place - primary), place))
        places = (places - {inner[0]}) | {primary}
    return [ordered[place] for place in sorted(places)]


def _notes(data: SpecificationData, drawn: Sequence[Specification]) -> list[str]:
    notes = []
    total = len(data.specifications)
    if len(drawn) < total:
        notes.append(f"{len(drawn)} of {total} specifications are drawn, evenly spaced by rank.")
    if drawn:
        said = f"Vertical lines: {100 * data.level:g}% intervals"
        if data.null is not None:
            said += ", blue where they exclude the null"
        primary = any(entry.primary for entry in drawn)
        notes.append(
            f"{said}. {'Red diamond: the primary analysis.' if primary else 'The primary analysis gives no estimate.'}"
        )
    return [*notes, *data.notes]


# ---------------------------------------------------------------- the curve


def _panel(data: SpecificationData, drawn: Sequence[Specification], style: Style, top: float) -> _Panel:
    height = (0.36 if style.width < 300 else 0.3) * style.width
    axis = _axis(data, drawn, style, height)
    ticks = max(text_width(_tick(label, data), style.size) for label in axis.labels)
    levels = [text_width(text, style.size) + style.indent for group in data.groups for text in group.levels]
    titles = [text_width(group.title, style.size, bold=True) for group in data.groups]
    widest = max([*levels, *titles], default=0.0)
    labels = max(min(widest, _LABELS * style.width), ticks + 4.0)
    left = style.margin + labels + style.gap
    right = style.width - style.margin - 2.0
    step = min(_WIDEST_STEP, (right - left) / len(drawn))
    lines = len(_heading(data, style))
    begin = top + lines * style.leading + 0.8 * style.size
    return _Panel(axis=axis, labels=labels, left=left, right=right, top=begin, bottom=begin + height, step=step)


def _axis(data: SpecificationData, drawn: Sequence[Specification], style: Style, height: float) -> Axis:
    def fits(positions: Sequence[float], labels: Sequence[str]) -> bool:
        return all(height * (b - a) > 1.5 * style.size for a, b in pairwise(positions))

    intervals = sorted((_limits(entry, data.factor) for entry in drawn), key=lambda entry: _width(entry, data))
    null = None if data.null is None else data.factor * data.null
    # The narrower half sets the scale: intervals of two trials can be so wide that no estimate could be told apart.
    half = (len(intervals) + 1) // 2
    axis = choose_axis(intervals[:half], wide=intervals[half:], ratio=data.ratio, null=null, fits=fits)
    if data.factor == 1.0:
        return axis
    return Axis(
        low=axis.low / data.factor,
        high=axis.high / data.factor,
        ratio=axis.ratio,
        ticks=tuple(tick / data.factor for tick in axis.ticks),
        labels=axis.labels,
    )


def _limits(entry: Specification, factor: float) -> tuple[float, float, float]:
    low, high = (entry.estimate if math.isnan(value) else value for value in (entry.ci_low, entry.ci_high))
    return factor * low, factor * entry.estimate, factor * high


def _width(interval: tuple[float, float, float], data: SpecificationData) -> float:
    low, _, high = interval
    if not data.ratio:
        return high - low
    return math.inf if low <= 0 or not math.isfinite(high) else math.log(high) - math.log(low)


def _tick(label: str, data: SpecificationData) -> str:
    return f"{label}%" if data.factor != 1.0 else label


def _heading(data: SpecificationData, style: Style) -> tuple[str, ...]:
    unit = f" in {data.unit}" if data.unit and data.unit != "%" else ""
    side = f"; above {data.null * data.factor:g}: {data.above}" if data.above and data.null is not None else ""
    return wrap(f"{data.measure}{unit}{side}", style.width - 2 * style.margin, style.size)


def _curve(page: Page, data: SpecificationData, drawn: Sequence[Specification], panel: _Panel) -> None:
    style = page.style
    for number, line in enumerate(_heading(data, style), start=1):
        page.write(style.margin, page.y + number * style.leading - 1.0, line, "axis-label", color=style.muted)
    start, end = (panel.left, panel.top), (panel.left, panel.bottom)
    page.back.append(Line(start=start, end=end, color=style.rule, width=0.7, role="axis"))
    for tick, label in zip(panel.axis.ticks, panel.axis.labels, strict=True):
        y = panel.y(tick)
        page.back.append(
            Line(start=(panel.left - 2.8, y), end=(panel.left, y), color=style.rule, width=0.7, role="tick")
        )
        page.write(panel.left - 4.6, y + 0.36 * style.size, _tick(label, data), "tick-label", align="right")
    if data.null is not None:
        y, far = panel.y(data.null), max(panel.x(len(drawn) - 1) + panel.step / 2, panel.left + 40.0)
        page.back.append(Line(start=(panel.left, y), end=(far, y), color=style.muted, width=0.7, role="null"))
    for column, entry in enumerate(drawn):
        _interval(page, entry, panel, column)
    for column, entry in enumerate(drawn):
        _estimate(page, entry, panel, column)
    page.y = panel.bottom + 4.0


def _color(entry: Specification, style: Style) -> str:
    return style.prediction if entry.primary else style.study if entry.excludes else style.muted


def _interval(page: Page, entry: Specification, panel: _Panel, column: int) -> None:
    if math.isnan(entry.ci_low) or math.isnan(entry.ci_high):
        return
    style, x = page.style, panel.x(column)
    color = _color(entry, style)
    width = 1.2 if entry.primary else max(0.25, min(0.9, 0.45 * panel.step))
    arrow = min(4.0, max(1.6, 1.2 * panel.step))
    ends = []
    for value, limit, sign in ((entry.ci_high, panel.top, 1.0), (entry.ci_low, panel.bottom, -1.0)):
        y = panel.y(value)
        if sign * (y - limit) >= 0:
            ends.append(y)
            continue
        half = min(2.0, max(0.5, 0.42 * panel.step))
        tip, base = (x, limit), limit + sign * arrow
        page.front.append(Polygon(points=(tip, (x - half, base), (x + half, base)), fill=color, role="interval-arrow"))
        ends.append(base)
    if ends[1] > ends[0]:
        page.front.append(Line(start=(x, ends[0]), end=(x, ends[1]), color=color, width=width, role="interval"))


def _estimate(page: Page, entry: Specification, panel: _Panel, column: int) -> None:
    style, x, y = page.style, panel.x(column), panel.y(entry.estimate)
    if entry.primary:
        half = 3.4
        points: tuple[Point, ...] = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
        page.front.append(Polygon(points=points, fill=style.prediction, role="primary"))
        return
    radius = min(2.1, max(0.5, 0.42 * panel.step))
    page.front.append(Polygon(points=_dot(x, y, radius), fill=_color(entry, style), role="estimate"))


def _dot(x: float, y: float, radius: float) -> tuple[Point, ...]:
    turns = [2 * math.pi * place / 12 for place in range(12)]
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)


# ---------------------------------------------------------------- the choices


def _matrix(page: Page, data: SpecificationData, drawn: Sequence[Specification], panel: _Panel) -> None:
    style = page.style
    for place, group in enumerate(data.groups):
        page.y += 3.0
        for line in wrap(group.title, panel.labels, style.size, bold=True):
            page.y += _ROW * style.size
            page.write(style.margin, page.y - 0.3 * style.size, line, "group", bold=True)
        for level, name in enumerate(group.levels):
            columns = [column for column, entry in enumerate(drawn) if level in entry.marks[place]]
            _level(page, name, columns, drawn, panel)
    for column, entry in enumerate(drawn):
        if entry.primary:
            x = panel.x(column)
            start, end = (x, panel.bottom), (x, page.y)
            page.back.append(Line(start=start, end=end, color=style.prediction, width=0.5, role="primary-trace"))


def _level(page: Page, name: str, columns: Sequence[int], drawn: Sequence[Specification], panel: _Panel) -> None:
    style = page.style
    lines = wrap(name, panel.labels - style.indent, style.size)
    height = (_ROW + 1.26 * (len(lines) - 1)) * style.size
    for number, line in enumerate(lines):
        baseline = page.y + (1.0 + 1.26 * number) * style.size
        page.write(style.margin + style.indent, baseline, line, "choice")
    y = page.y + (_ROW / 2) * style.size
    end = panel.x(len(drawn) - 1) + panel.step / 2
    page.back.append(Line(start=(panel.left, y), end=(end, y), color=style.faint, width=0.4, role="row"))
    for first, last in _runs(columns, apart=panel.step >= _DOTS_FROM):
        page.front.append(_mark(style, drawn[first], panel, first, last, y))
    page.y += height


def _runs(columns: Sequence[int], *, apart: bool) -> list[tuple[int, int]]:
    """Return marks as (first, last) column: one each where they stand apart, neighbours together where they do not."""
    runs: list[tuple[int, int]] = []
    for column in columns:
        if runs and not apart and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return runs


def _mark(style: Style, entry: Specification, panel: _Panel, first: int, last: int, y: float) -> Polygon:
    if panel.step >= _DOTS_FROM:
        color = style.prediction if entry.primary else style.ink
        return Polygon(points=_dot(panel.x(first), y, min(1.9, 0.4 * panel.step)), fill=color, role="mark")
    half, left, right = 0.3 * style.size, panel.x(first) - panel.step / 2, panel.x(last) + panel.step / 2
    return Polygon(
        points=((left, y - half), (right, y - half), (right, y + half), (left, y + half)), fill=style.ink, role="mark"
    )
