"""One row of the forest plot on the page: its texts and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .forest_columns import Columns, cell_line
from .forest_marks import diamond, interval, square
from .scene import Line
from .typeface import bound, wrap

if TYPE_CHECKING:
    from .forest_axis import PlotArea
    from .forest_data import ForestData, ForestSummary
    from .forest_table import TableRow
    from .page import Page
    from .style import Style

__all__ = ["draw_row"]

_CAP = 0.36  # half the height of a capital, in ems: what lies on the row's middle line
_SEEN = 2.0  # points; a smaller square needs a stroke to be found


def draw_row(page: Page, row: TableRow, columns: Columns, data: ForestData, area: PlotArea | None) -> None:
    """Set one row at the cursor and move the cursor under it; texts and picture share the first line."""
    style = page.style
    middle = page.y + style.pitch / 2
    baseline = middle + _CAP * style.size
    if row.kind == "heading":
        lines = _subgroup(page, row, columns, baseline)
    else:
        lines = max(
            _label(page, row, columns, baseline),
            _numbers(page, row, columns, baseline),
            _reason(page, row, columns, baseline),
        )
    if area and row.study:
        _draw_study(page, row, data, area, middle)
    elif area and row.summary and row.kind == "prediction":
        _draw_prediction(page, row.summary, area, middle)
    elif area and row.summary:
        _draw_summary(page, row.summary, area, middle)
    page.y += style.pitch + (lines - 1) * style.leading


def _subgroup(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set a subgroup's heading across the table; return its number of lines."""
    style = page.style
    lines = wrap(row.label, columns.plot_right - columns.label_left, style.size, bold=True)
    for number, line in enumerate(lines):
        y = baseline + number * style.leading
        page.write(columns.label_left, y, line, "subgroup", bold=True, ground_from=columns.plot_left)
    return len(lines)


def _label(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the study column and what stands under the name; return its number of lines."""
    style = page.style
    shift = style.indent if row.indented else 0.0
    x, width = columns.label_left + shift, columns.label_width - shift
    names = wrap(row.label, width, style.size, bold=row.bold)
    under: tuple[str, ...] = ()
    if columns.stacked_cells and cell_line(row.cells):
        under += wrap(cell_line(row.cells), width, style.small)
    if row.detail:
        under += wrap(row.detail, columns.plot_left - style.gap - x, style.small)
    for number, line in enumerate(names):
        page.write(x, baseline + number * style.leading, line, "label", bold=row.bold)
    for number, line in enumerate(under, start=len(names)):
        y = baseline + number * style.leading
        page.write(x, y, line, "detail", size=style.small, color=style.muted)
    return len(names) + len(under)


def _numbers(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the text columns, the weight and the effect; return the number of lines."""
    style = page.style
    for x, cell in zip(columns.cells, row.cells, strict=False):
        page.write(x, baseline, cell, "cell", align="right", bold=row.bold)
    if columns.stacked_effect:
        return _stacked_effect(page, row, baseline)
    for column, text, role in (
        (columns.weight, row.weight, "weight"),
        (columns.estimate, row.estimate, "effect"),
        (columns.low, row.low, "effect"),
        (columns.high, row.high, "effect"),
    ):
        if column:
            x = column.right_end(text, style.size, bold=row.bold)
            page.write(x, baseline, text, role, align="right", bold=row.bold)
    return 1


def _stacked_effect(page: Page, row: TableRow, baseline: float) -> int:
    """Set the interval under the estimate; return the number of lines."""
    style = page.style
    right = style.width - style.margin
    lines = [line for line in (row.estimate, f"{row.low} {row.high}") if line.strip()]
    for number, line in enumerate(lines):
        page.write(right, baseline + number * style.leading, line, "effect", align="right", bold=row.bold)
    return max(1, len(lines))


def _reason(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the reason for having no estimate from where the plot begins; return the number of lines.

    The row has no numbers, so a long reason runs on through their columns.
    """
    if row.study is None or row.study.estimate is not None:
        return 1
    style = page.style
    room = style.width - style.margin - columns.plot_left
    lines = wrap(bound(row.study.reason), room, style.small, italic=True)
    for number, line in enumerate(lines):
        page.write(
            columns.plot_left,
            baseline + number * style.leading,
            line,
            "reason",
            italic=True,
            size=style.small,
            color=style.muted,
            ground_from=columns.plot_left - 2,
        )
    return len(lines)


def _draw_study(page: Page, row: TableRow, data: ForestData, area: PlotArea, y: float) -> None:
    study, style = row.study, page.style
    if study is None or study.estimate is None or study.ci_low is None or study.ci_high is None:
        return
    bars = interval(
        (area.x(study.ci_low), area.x(study.ci_high)),
        y,
        within=(area.left, area.right),
        color=style.ink,
        width=0.9,
        arrow=style.arrow,
        role="interval",
    )
    x = area.x(study.estimate)
    weights = [other.weight for other in data.rows if other.weight is not None]
    if study.weight is None or not max(weights) > 0:
        side, ground = 0.6 * style.square, style.paper if weights else ""
        page.front += [*bars, *square((x, y), side, color=style.study, role="unweighted", hollow=ground)]
        return
    side = style.square * (study.weight / max(weights)) ** 0.5
    # The interval lies over the square, so that one that is narrower than its square is seen.
    page.front += [*square((x, y), side, color=style.study), *bars]
    if side < _SEEN:
        page.front.append(_stroke(x, y, style))


def _stroke(x: float, y: float, style: Style) -> Line:
    return Line(start=(x, y - 2), end=(x, y + 2), color=style.study, width=0.9, role="estimate")


def _draw_prediction(page: Page, summary: ForestSummary, area: PlotArea, y: float) -> None:
    if summary.pi_low is None or summary.pi_high is None:
        return
    style = page.style
    page.front += interval(
        (area.x(summary.pi_low), area.x(summary.pi_high)),
        y,
        within=(area.left, area.right),
        color=style.prediction,
        width=1.6,
        arrow=style.arrow,
        role="prediction",
        cap=5.0,
    )


def _draw_summary(page: Page, summary: ForestSummary, area: PlotArea, y: float) -> None:
    style = page.style
    page.front += diamond(
        (area.x(summary.ci_low), area.x(summary.ci_high)),
        (area.x(summary.estimate), y),
        within=(area.left, area.right),
        height=1.15 * style.size,
        color=style.study,
        hollow="" if summary.filled else style.paper,
        arrow=style.arrow,
    )
