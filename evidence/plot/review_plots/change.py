"""The change plot: effects before and after as dumbbells, with what is new, what is gone and which conclusion moved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ...errors import InputError
from ..forest_plot.marks import interval
from ..page.axis import Axis, choose_axis
from ..page.marks import circle
from ..page.page import Page
from ..page.scene import Line, Polygon, Scene
from ..page.style import MM, Style, style_for
from ..page.typeface import longest_word, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from ..page.scene import Point
    from .change_data import ChangeData, ChangePanel, ChangePoint, ChangeRow

__all__ = ["change_plot"]

_RADIUS = 2.6
_FLAG = 6.0  # width of the column of flags
_LABEL_SHARE, _NARROW_SHARE = 0.34, 0.3  # the most of the width that labels take
_NARROW = 300.0  # points; below, texts are kept short
_LEAST_PLOT = 40.0  # points; a narrower plot shows nothing
_NOTHING = "No answer changed."


def change_plot(data: ChangeData, *, width_mm: float = 174.0, preset: str = "house") -> Figure:
    """Return a change plot.

    Each question has two lines: its effect before, open, and its effect after, filled, each with its interval. One of a
    single trial is a square, since one trial is no synthesis. A flag marks a conclusion that moved. Questions with one
    measure and unit share an axis; that of ratios is logarithmic. An interval beyond the axis ends in an arrowhead.

    Parameters
    ----------
    data : ChangeData
        What to show; `evidence.report.figures.change_data` makes it from a comparison of two bases.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as for `evidence.forest`.

    Raises
    ------
    InputError
        If the numbers are so long that no room is left for the plot; the message says how wide it must be.

    Examples
    --------
    >>> from evidence.plot.review_plots.change_data import ChangeData, ChangePanel, ChangePoint, ChangeRow
    >>> after = ChangePoint(estimate=1.4, ci_low=1.1, ci_high=1.8, trials=5)
    >>> panel = ChangePanel(measure="Risk ratio", ratio=True, null=1.0, rows=(ChangeRow(label="Pain", after=after),))
    >>> change_plot(ChangeData(panels=(panel,), before="v1", after="v2"), width_mm=84).heading
    'What changed between v1 and v2: 1 effect'
    """
    from ..page.canvas import draw

    return draw(_scene(data, style_for(preset, width_mm)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where labels, plot and texts stand."""

    labels: float
    label_width: float
    left: float
    right: float
    texts: float


def _scene(data: ChangeData, style: Style) -> Scene:
    page = Page(style=style, y=style.margin)
    if data.rows:
        columns = _columns(data, style)
        for panel in data.panels:
            _panel(page, panel, columns)
        page.y += 2.0
    else:
        page.paragraph(_NOTHING, "message", size=style.size, color=style.ink)
    notes = _notes(data)
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    title = _title(data)
    return page.scene(
        title=title,
        description=" ".join([f"{title}.", *_told(data), *notes]),
    )


def _columns(data: ChangeData, style: Style) -> _Columns:
    """Measure the texts; the plot has what they leave."""
    texts = max(
        text_width(_cell(text, point, style), style.size)
        for panel in data.panels
        for row in panel.rows
        for text, point in zip(panel.texts(row, style.numbers), (row.before, row.after), strict=True)
    )
    labels = style.margin + _FLAG
    words = max(longest_word(part, style.size) for row in data.rows for part in (row.label, row.tag))
    widest = max(text_width(" ".join(row.label.split()), style.size) for row in data.rows)
    room = (_LABEL_SHARE if style.width >= _NARROW else _NARROW_SHARE) * style.width
    right = style.width - style.margin - texts - style.gap
    label_width = min(max(words, 0.6 * room, min(widest, room)), room)
    spare = right - _LEAST_PLOT - labels - style.gap
    if spare < label_width:
        # Labels may be broken more often, as long as their words stay whole where words are of a usual length.
        label_width = max(spare, min(words, 0.6 * room))
    if right - labels - label_width - style.gap < _LEAST_PLOT - 1e-6:
        least = 1.1 * (style.width + label_width - spare) / MM
        raise InputError(f"the texts leave no room for the plot; give width_mm of at least {math.ceil(least)}")
    return _Columns(
        labels=labels,
        label_width=label_width,
        left=labels + label_width + style.gap,
        right=right,
        texts=style.width - style.margin,
    )


def _cell(text: str, point: ChangePoint | None, style: Style) -> str:
    """Return the text of an effect; on wide pages with its number of trials."""
    if point is None or style.width < _NARROW:
        return text
    return f"{text}, {point.trials} trial{'' if point.trials == 1 else 's'}"


def _panel(page: Page, panel: ChangePanel, columns: _Columns) -> None:
    style = page.style
    head = panel.measure + (f" ({panel.unit})" if panel.unit and panel.unit != "%" else "")
    page.paragraph(head, "panel", size=style.size, color=style.ink, bold=True)
    page.y += 1.5
    page.rule(width=0.7, color=style.rule, role="rule")
    page.y += 3.0
    axis = _axis(panel, columns, style)
    top = page.y
    for row in panel.rows:
        _row(page, row, panel, axis, columns)
    if panel.null is not None and 0 <= axis.position(panel.null) <= 1:
        x = columns.left + axis.position(panel.null) * (columns.right - columns.left)
        page.back.append(Line(start=(x, top), end=(x, page.y), color=style.ink, width=0.6, role="null"))
    _ticks(page, panel, axis, columns)


def _axis(panel: ChangePanel, columns: _Columns, style: Style) -> Axis:
    points = [point for row in panel.rows for point in (row.before, row.after) if point is not None]
    length = columns.right - columns.left

    sign = "" if panel.factor == 1 else "%"

    def fits(positions: Sequence[float], labels: Sequence[str]) -> bool:
        halves = [text_width(label + sign, style.size) / 2 for label in labels]
        ends = [(length * at - half, length * at + half) for at, half in zip(positions, halves, strict=True)]
        inside = ends[0][0] > -style.gap and ends[-1][1] < length + style.gap
        return inside and all(right + 4 < left for (_, right), (left, _) in pairwise(ends))

    values = [
        (panel.factor * point.ci_low, panel.factor * point.estimate, panel.factor * point.ci_high) for point in points
    ]
    found = choose_axis(values, ratio=panel.ratio, null=panel.null, fits=fits)
    if panel.factor == 1:
        return found
    return Axis(
        low=found.low / panel.factor,
        high=found.high / panel.factor,
        ratio=False,
        ticks=tuple(tick / panel.factor for tick in found.ticks),
        labels=tuple(label + sign for label in found.labels),
    )


def _row(page: Page, row: ChangeRow, panel: ChangePanel, axis: Axis, columns: _Columns) -> None:
    """Draw one question: label and tag at the left, an effect on each of two lines."""
    style = page.style
    top, lane = page.y, 1.35 * style.size
    label = wrap(row.label, columns.label_width, style.size)
    tag = wrap(row.tag, columns.label_width, style.small) if row.tag else ()
    for number, line in enumerate(label):
        page.write(columns.labels, top + style.size + number * style.leading, line, "label")
    for number, line in enumerate(tag):
        baseline = top + style.size + (len(label) + number) * style.leading
        page.write(columns.labels, baseline, line, "tag", size=style.small, color=style.muted)
    if row.moved:
        x, y = style.margin, top + 0.64 * style.size
        points = ((x, y - 2.6), (x + 4.2, y), (x, y + 2.6))
        page.front.append(Polygon(points=points, fill=style.prediction, role="moved"))
    texts = panel.texts(row, style.numbers)
    centres: list[Point] = []
    for number, (point, text) in enumerate(zip((row.before, row.after), texts, strict=True)):
        y = top + 0.64 * style.size + number * lane
        color = style.muted if number == 0 else style.ink
        cell = _cell(text, point, style) if point else "none"
        page.write(columns.texts, y + 0.36 * style.size, cell, "effect", align="right", color=color)
        if point is not None:
            centres.append(_effect(page, point, axis, columns, y, after=number == 1))
    if len(centres) == 2:
        page.back.append(Line(start=centres[0], end=centres[1], color=style.study, width=0.9, role="dumbbell"))
    lines = (len(label) + len(tag)) * style.leading
    page.y = top + max(2 * lane, lines) + 0.55 * style.size


def _effect(page: Page, point: ChangePoint, axis: Axis, columns: _Columns, y: float, *, after: bool) -> Point:
    """Draw an effect with its interval, and return where it is."""
    style = page.style
    width = columns.right - columns.left
    x = columns.left + axis.position(point.estimate) * width
    ends = tuple(columns.left + axis.position(value) * width for value in (point.ci_low, point.ci_high))
    color = style.study if after else style.muted
    page.back += interval(
        (ends[0], ends[1]),
        y,
        within=(columns.left, columns.right),
        color=color,
        width=1.0 if after else 0.7,
        arrow=style.arrow,
        role="interval",
    )
    role = "after" if after else "before"
    page.front.append(Polygon(points=_mark(x, y, _RADIUS, point), fill=color, role=role))
    if not after:
        inner = _mark(x, y, _RADIUS - 0.9, point)
        page.front.append(Polygon(points=inner, fill=style.paper, role="before-inside"))
    return x, y


def _mark(x: float, y: float, radius: float, point: ChangePoint) -> tuple[Point, ...]:
    if point.trials == 1:
        half = 0.9 * radius
        return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
    return circle(x, y, radius)


def _ticks(page: Page, panel: ChangePanel, axis: Axis, columns: _Columns) -> None:
    style, y = page.style, page.y
    page.front.append(Line(start=(columns.left, y), end=(columns.right, y), color=style.rule, width=0.7, role="axis"))
    for value, label in zip(axis.ticks, axis.labels, strict=True):
        x = columns.left + axis.position(value) * (columns.right - columns.left)
        page.front.append(Line(start=(x, y), end=(x, y + 3), color=style.rule, width=0.7, role="tick"))
        page.write(x, y + 4 + style.size, label, "tick", align="center")
    page.y = y + 2.4 * style.size + 3.0


def _title(data: ChangeData) -> str:
    count = len(data.rows)
    effects = "1 effect" if count == 1 else f"{count} effects"
    return f"What changed between {data.before} and {data.after}: {effects if count else 'no effect'}"


def _notes(data: ChangeData) -> list[str]:
    notes = []
    if data.rows:
        level = "" if data.level is None else f"{100 * data.level:g}% "
        notes.append(f"Open: {data.before}; filled: {data.after}; lines: {level}confidence intervals.")
        points = [point for row in data.rows for point in (row.before, row.after) if point is not None]
        if any(point.trials == 1 for point in points):
            notes.append("Squares: a single trial, which is no synthesis.")
        if any(row.moved for row in data.rows):
            notes.append("Triangles: the conclusion moved.")
    return [*notes, *data.notes]


def _told(data: ChangeData) -> list[str]:
    """Return every row in a sentence."""
    told = [] if data.rows else [_NOTHING]
    for panel in data.panels:
        unit = f" in {panel.unit}" if panel.unit and panel.unit != "%" else ""
        for row in panel.rows:
            before, after = panel.texts(row)
            words = [
                f"{text} from {point.trials} trial{'' if point.trials == 1 else 's'}" if point else "none"
                for text, point in zip((before, after), (row.before, row.after), strict=True)
            ]
            tag = f"; {row.tag}" if row.tag else ""
            told.append(f"{row.label}, {panel.measure}{unit}: before {words[0]}, after {words[1]}{tag}.")
    return told
