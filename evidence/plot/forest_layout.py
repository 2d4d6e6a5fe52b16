"""The forest plot as a scene: every row, mark and line in its place; the height follows from the content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .alternative import NO_TRIAL, alt_text, headline, in_sentence
from .forest_axis import PlotArea, draw_axis, draw_favours, draw_references, plot_area
from .forest_columns import Columns, choose_columns
from .forest_rows import draw_row
from .forest_table import TableRow, table_rows
from .page import Page
from .scene import Scene
from .typeface import bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .forest_data import ForestData
    from .style import Style

__all__ = ["forest_scene"]

_BLOCK_GAP = 4.0
_DETAIL_ROOM = 120.0  # points; where the table is narrower, the lines on heterogeneity stand under it


def forest_scene(data: ForestData, style: Style) -> Scene:
    """Return the scene of a forest plot.

    Parameters
    ----------
    data : ForestData
        What it shows.
    style : Style
        How it looks; its width is kept exactly.
    """
    rows = table_rows(data)
    columns = choose_columns(data, rows, style)
    area = plot_area(data, style, columns.plot_left, columns.plot_right)
    page = Page(style=style, y=style.margin)
    if data.title:
        page.paragraph(data.title, "title", size=style.size + 0.5, color=style.ink, bold=True)
        page.y += 4.0
    if rows:
        _header(page, columns)
    top = page.y
    details = _table(page, data, rows, columns, area)
    if area:
        draw_references(page, data, area, top)
        draw_axis(page, area)
        draw_favours(page, data, area)
    _foot(page, data, details)
    return Scene(
        width=style.width,
        height=page.y + style.margin,
        title=headline(data),
        description=alt_text(data),
        paper=style.paper,
        items=(*page.back, *page.front),
    )


def _header(page: Page, columns: Columns) -> None:
    """Set the column headings, all with their last line on one height, over a rule."""
    style, most = page.style, max(len(heading.lines) for heading in columns.headings)
    last = page.y + (most - 1) * style.leading + style.size
    for heading in columns.headings:
        count = len(heading.lines)
        for number, line in enumerate(heading.lines):
            muted = number >= count - heading.muted
            page.write(
                heading.x,
                last - (count - 1 - number) * style.leading,
                line,
                "heading",
                align=heading.align,
                color=style.muted if muted else style.ink,
                size=style.small if muted else style.size,
            )
    page.y = last + 4.0
    page.rule(width=0.8, color=style.rule, role="header-rule")
    page.y += 2.5


def _table(
    page: Page, data: ForestData, rows: Sequence[TableRow], columns: Columns, area: PlotArea | None
) -> list[str]:
    """Set all rows; return the lines on heterogeneity that find no room under their label."""
    inline = columns.plot_left - page.style.gap - columns.label_left >= _DETAIL_ROOM
    details = []
    for number, row in enumerate(rows):
        if row.kind == "total" and number:
            page.y += _BLOCK_GAP / 2
            page.rule(width=0.5, color=page.style.faint, role="total-rule")
            page.y += _BLOCK_GAP / 2
        elif row.kind == "heading" and number:
            page.y += _BLOCK_GAP
        if row.kind == "subtotal" and row.detail and row.summary and not inline:
            details.append(f"{row.summary.subgroup}: {row.detail}")
        detail = row.detail if inline and row.kind == "subtotal" else ""
        draw_row(page, replace(row, detail=detail), columns, data, area)
    return details


def _foot(page: Page, data: ForestData, details: Sequence[str]) -> None:
    """Set what stands under the table: heterogeneity, subgroup differences, notes."""
    style = page.style
    overall = data.overall.heterogeneity if data.overall else ""
    texts = [text for text in (overall, *details, data.subgroup_difference) if text]
    if not data.rows:
        texts.append(NO_TRIAL)
    elif not any(row.estimate is not None for row in data.rows):
        texts.append(f"No study gives an estimate of the {in_sentence(data)}, so nothing was pooled.")
    if texts or data.notes:
        page.y += 3.0
        page.rule(width=0.5, color=style.faint, role="foot-rule")
        page.y += 2.5
    for text in texts:
        page.paragraph(bound(text), "heterogeneity", size=style.small, color=style.ink)
    for note in data.notes:
        page.paragraph(bound(note), "note", size=style.small, color=style.muted)
