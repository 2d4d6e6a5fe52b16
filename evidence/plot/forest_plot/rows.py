"""One row of the forest plot on the page: its texts and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..page.scene import Line
from ..page.typeface import bound, wrap
from .bias import draw_judgements, judgements_of
from .marks import diamond, edged_square, interval, square

if TYPE_CHECKING:
    from ..page.page import Page
    from ..page.style import Style
    from .axis import PlotArea
    from .columns import Columns
    from .data import ForestData, ForestRow, ForestSummary
    from .table import TableRow

__all__ = ["draw_row"]

_CAP = 0.36  # half the height of a capital, in ems: what lies on the row's middle line
_SEEN = 2.0  # points; a smaller square needs a stroke to be found
_TOTAL, _ROW = 1.15, 0.82  # heights of diamonds, in ems: of a summary, and of a row that is pooled itself


def draw_row(page: Page, row: TableRow, columns: Columns, data: ForestData, area: PlotArea | None) -> None:
    """Set one row at the cursor and move the cursor under it; texts and picture share the first line."""
    style = page.style
    middle = page.y + style.pitch / 2
    baseline = middle + _CAP * style.size
    if row.kind == "heading":
        lines = _subgroup(page, row, columns, baseline)
    else:
        lines = max(
            _label(page, row, columns, data, baseline),
            _numbers(page, row, columns, baseline),
            _reason(page, row, columns, baseline),
        )
        lines += _details(page, row, columns, baseline + lines * style.leading)
    if area and row.study:
        _draw_study(page, row.study, data, area, middle)
    elif area and row.summary and row.kind == "prediction":
        _draw_prediction(page, row.summary, area, middle)
    elif area and row.summary and row.kind in {"subtotal", "total"}:
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


def _label(page: Page, row: TableRow, columns: Columns, data: ForestData, baseline: float) -> int:
    """Set the study column and what stands under the name; return its number of lines."""
    style, shape = page.style, columns.shape
    shift = style.indent if row.indented else 0.0
    # A prediction interval has nothing beside its name.
    right = columns.free_right if row.kind == "prediction" else columns.label_left + columns.label_width
    x = columns.label_left + shift
    width = right - x
    names = wrap(row.label, width, style.size, bold=row.bold)
    under = wrap(row.under, width, style.small) if shape.cells_under and row.under else ()
    for number, line in enumerate(names):
        page.write(x, baseline + number * style.leading, line, "label", bold=row.bold)
    for number, line in enumerate(under, start=len(names)):
        y = baseline + number * style.leading
        page.write(x, y, line, "detail", size=style.small, color=style.muted)
    lines = len(names) + len(under)
    judgements = judgements_of(row.study, data) if columns.bias and row.study else ()
    if columns.bias and judgements:
        middle = baseline - _CAP * style.size
        if not shape.bias_under:
            room = columns.bias.width
            draw_judgements(page, judgements, columns.bias, columns.bias_left, middle, room)
            return lines
        room = columns.label_width - (columns.bias_left - columns.label_left)
        first = middle + lines * style.leading
        draw_judgements(page, judgements, columns.bias, columns.bias_left, first, room)
        return lines + 1 + columns.bias.places(room)[-1][1]
    return lines


def _details(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the lines on heterogeneity under everything else of the row; return their number."""
    style = page.style
    x = columns.label_left + (style.indent if row.indented else 0.0)
    lines = [line for text in row.details for line in wrap(bound(text), columns.plot_left - style.gap - x, style.small)]
    for number, line in enumerate(lines):
        y = baseline + number * style.leading
        page.write(x, y, line, "detail", size=style.small, color=style.muted)
    return len(lines)


def _numbers(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the text columns, the weight and the effect; return the number of lines."""
    style = page.style
    for cell in columns.cells:
        if row.cells:
            page.write(cell.x, baseline, row.cells[cell.index], "cell", align=cell.align, bold=row.bold)
    parts = [(columns.weight, row.weight, "weight")]
    if not columns.shape.effect_stacked:
        parts += [
            (columns.estimate, row.estimate, "effect"),
            (columns.low, row.low, "effect"),
            (columns.high, row.high, "effect"),
        ]
    for column, text, role in parts:
        if column:
            x = column.right_end(text, style.size, bold=row.bold)
            page.write(x, baseline, text, role, align="right", bold=row.bold)
    return _stacked_effect(page, row, columns, baseline) if columns.shape.effect_stacked else 1


def _stacked_effect(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the interval under the estimate; return the number of lines."""
    style = page.style
    lines = [line for line in (row.estimate, row.interval) if line]
    for number, line in enumerate(lines):
        y = baseline + number * style.leading
        page.write(columns.effect_right, y, line, "effect", align="right", bold=row.bold)
    return max(1, len(lines))


def _reason(page: Page, row: TableRow, columns: Columns, baseline: float) -> int:
    """Set the reason for having no estimate where the effect or the plot begins; return the number of lines.

    The row has no numbers, so a long reason runs on through their columns.
    """
    if row.study is None or row.study.estimate is not None:
        return 1
    style = page.style
    left, right = columns.reason
    lines = wrap(bound(row.study.reason), right - left, style.small, italic=True)
    for number, line in enumerate(lines):
        page.write(
            left,
            baseline + number * style.leading,
            line,
            "reason",
            italic=True,
            size=style.small,
            color=style.muted,
            ground_from=columns.plot_left - 2,
        )
    return len(lines)


def _draw_study(page: Page, study: ForestRow, data: ForestData, area: PlotArea, y: float) -> None:
    if study.estimate is None or study.ci_low is None or study.ci_high is None:
        return
    style = page.style
    ends = (area.x(study.ci_low), area.x(study.ci_high))
    x = area.x(study.estimate)
    if study.summarises:
        page.front += diamond(
            ends,
            (x, y),
            within=(area.left, area.right),
            height=_ROW * style.size,
            color=style.study,
            arrow=style.arrow,
            role="row-diamond",
        )
        return
    bars = list(
        interval(
            ends,
            y,
            within=(area.left, area.right),
            color=style.ink,
            width=0.9,
            arrow=style.arrow,
            role="interval",
        )
    )
    weights = [other.weight for other in data.rows if other.weight is not None]
    if study.weight is None or not max(weights) > 0:
        side, ground = 0.6 * style.square, style.paper if weights else ""
        page.front += [*bars, *square((x, y), side, color=style.study, role="unweighted", hollow=ground)]
        return
    side = style.square * (study.weight / max(weights)) ** 0.5
    if style.edge:
        cut = (max(ends[0], area.left + style.arrow), min(ends[1], area.right - style.arrow))
        page.front += [*bars, *edged_square((x, y), side, cut, color=style.study, edge=style.edge)]
    else:
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
    inside = style.diamond if summary.filled else style.paper
    page.front += diamond(
        (area.x(summary.ci_low), area.x(summary.ci_high)),
        (area.x(summary.estimate), y),
        within=(area.left, area.right),
        height=_TOTAL * style.size,
        color=style.diamond_line,
        hollow="" if inside == style.diamond_line else inside,
        arrow=style.arrow,
    )
