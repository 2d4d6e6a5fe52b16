"""The forest plot as a scene: every row, mark and line in its place; the height follows from the content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..page.page import Page
from .alternative import alt_text, headline
from .arms import kind_of_arms
from .axis import PlotArea, draw_references, plot_area
from .columns import Columns, choose_columns
from .foot import DETAIL_ROOM, draw_foot
from .header import draw_header
from .presets import preset_for
from .rows import draw_row
from .table import TableRow, table_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.scene import Scene
    from ..page.style import Style
    from .data import ForestData

__all__ = ["forest_scene"]

_BLOCK_GAP = 4.0


def forest_scene(data: ForestData, style: Style, *, bias: bool | None = None, even: bool = False) -> Scene:
    """Return the scene of a forest plot.

    Parameters
    ----------
    data : ForestData
        What it shows.
    style : Style
        How it looks, with the name of its preset; its width is kept exactly.
    bias : bool or None
        Whether judgements of bias are shown; None for the preset's habit.
    even : bool
        Whether ratios stand on an axis with equal steps.
    """
    preset = preset_for(style.preset)
    cells = preset.cells(data)
    rows = table_rows(data, preset.name)
    with_bias = preset.bias if bias is None else bias
    columns = choose_columns(data, rows, preset, cells, style, bias=with_bias)
    style = _tinted(style, data)
    area = plot_area(data, style, columns.plot_left, columns.plot_right, even=even)
    page = Page(style=style, y=style.margin)
    if data.title:
        page.paragraph(data.title, "title", size=style.size + 0.5, color=style.ink, bold=True)
        page.y += 4.0
    if rows:
        draw_header(page, data, columns, area, favours=preset.favours_on_top)
    top = page.y
    details = _table(page, data, rows, columns, area)
    if area:
        draw_references(page, data, area, top)
    draw_foot(page, data, preset, columns, area, details)
    return page.scene(
        title=headline(data),
        description=alt_text(data, bias=columns.bias.signs if columns.bias else ()),
    )


def _tinted(style: Style, data: ForestData) -> Style:
    """Give studies that compare means their own ink, in a preset that has one."""
    kind = kind_of_arms(data)
    means = kind == "means" or (kind != "events" and not data.ratio)
    return replace(style, study=style.study_of_means) if style.study_of_means and means else style


def _shown(rows: Sequence[TableRow], columns: Columns) -> list[TableRow]:
    """Leave out the rows on all events where the events stand under the summaries' names."""
    shown: list[TableRow] = []
    for row in rows:
        if row.kind != "events" or columns.cells:
            shown.append(row)
        else:
            shown[-1] = replace(shown[-1], details=row.details)
    return shown


def _table(
    page: Page, data: ForestData, rows: Sequence[TableRow], columns: Columns, area: PlotArea | None
) -> list[str]:
    """Set all rows; return the lines on heterogeneity that find no room under their label."""
    inline = columns.plot_left - page.style.gap - columns.label_left >= DETAIL_ROOM
    details = []
    for number, row in enumerate(_shown(rows, columns)):
        if row.kind == "total" and number:
            page.y += _BLOCK_GAP / 2
            page.rule(width=0.5, color=page.style.faint, role="total-rule")
            page.y += _BLOCK_GAP / 2
        elif row.kind == "heading" and number:
            page.y += _BLOCK_GAP
        group = row.summary.subgroup if row.summary else ""
        if group and not inline:
            details += [f"{group}: {'. '.join(row.details)}"] if row.details else []
        shown = row.details if group and inline else ()
        draw_row(page, replace(row, details=shown), columns, data, area)
    return details
