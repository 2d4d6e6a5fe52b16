"""What stands under a forest plot's table: axis, favoured sides, heterogeneity, tests, legend and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..page.typeface import bound
from .alternative import NO_TRIAL, in_sentence
from .axis import draw_axis, draw_axis_title
from .bias import draw_legend
from .favours import place_favours
from .words import measure_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.page import Page
    from .axis import PlotArea
    from .columns import Columns
    from .data import ForestData
    from .preset import Preset

__all__ = ["DETAIL_ROOM", "draw_foot"]

DETAIL_ROOM = 160.0  # points; where there is less, the lines on heterogeneity stand under the whole table


def draw_foot(
    page: Page, data: ForestData, preset: Preset, columns: Columns, area: PlotArea | None, details: Sequence[str]
) -> None:
    """Set everything under the table; `details` are lines on heterogeneity that found no room in it."""
    overall = preset.words(data.overall) if data.overall else ()
    texts = [bound(text) for text in (*overall, *details, preset.difference(data)) if text]
    if not data.rows:
        texts.append(NO_TRIAL)
    elif not any(row.estimate is not None for row in data.rows):
        texts.append(f"No study gives an estimate of the {in_sentence(data)}, so nothing was pooled.")
    if area and _axis(page, data, preset, columns, area, texts):
        texts = []
    _under(page, data, preset, columns, texts)


def _axis(page: Page, data: ForestData, preset: Preset, columns: Columns, area: PlotArea, texts: Sequence[str]) -> bool:
    """Draw the axis and what belongs to it; set `texts` to the left of it where the preset does and room allows."""
    style, top = page.style, page.y
    room = columns.plot_left - style.gap
    beside = columns.plot_is_last and room - style.margin >= DETAIL_ROOM
    draw_axis(page, area)
    if preset.favours_on_top:
        draw_axis_title(page, measure_words(data), area)
    else:
        whole = (style.margin, style.width - style.margin)
        own = (columns.plot_left, whole[1])
        favours = place_favours(data, area, style, [own, whole] if beside else [whole])
        if favours:
            favours.draw(page, page.y)
            page.y += favours.lines * style.leading + 2.0
            beside = beside and favours.within == own
    if not beside:
        return False
    bottom, page.y = page.y, top + 2.0
    for text in texts:
        page.paragraph(text, "heterogeneity", size=style.small, color=style.ink, right=room)
    page.y = max(page.y, bottom)
    return True


def _under(page: Page, data: ForestData, preset: Preset, columns: Columns, texts: Sequence[str]) -> None:
    style = page.style
    notes = (*preset.footnotes(data), *data.notes)
    if texts or notes or columns.bias:
        page.y += 3.0
        page.rule(width=0.5, color=style.faint, role="foot-rule")
        page.y += 2.5
    for text in texts:
        page.paragraph(text, "heterogeneity", size=style.small, color=style.ink)
    if columns.bias:
        draw_legend(page, data, columns.bias)
    for note in notes:
        page.paragraph(bound(note), "note", size=style.small, color=style.muted)
