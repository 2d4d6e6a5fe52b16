"""The forest plot's header: column headings over a rule, and in some presets what either side favours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..page.scene import Line
from .favours import place_favours

if TYPE_CHECKING:
    from ..page.page import Page
    from .axis import PlotArea
    from .columns import Columns, Heading
    from .data import ForestData

__all__ = ["draw_header"]


def draw_header(page: Page, data: ForestData, columns: Columns, area: PlotArea | None, *, favours: bool) -> None:
    """Set the column headings, all with their last line on one height, over a rule.

    With `favours` the labels of the two sides stand over the plot: beside the headings where they keep to the plot's
    own columns, and else over them.
    """
    style = page.style
    height = max(_height(heading, style.leading) for heading in columns.headings)
    if favours and area:
        own = (columns.plot_left, columns.reason[1])
        placed = place_favours(data, area, style, [own, (style.margin, style.width - style.margin)])
        if placed and placed.within == own:
            height = max(height, placed.lines * style.leading)
            last_line = page.y + height - style.leading + style.size
            placed.draw(page, last_line - placed.lines * style.leading)
        elif placed:
            placed.draw(page, page.y - 0.26 * style.size)
            page.y += placed.lines * style.leading + 2.0
    last = page.y + height - style.leading + style.size
    for heading in columns.headings:
        _heading(page, heading, last - heading.lift)
    page.y = last + 4.0
    page.rule(width=0.8, color=style.rule, role="header-rule")
    page.y += 2.5


def _height(heading: Heading, leading: float) -> float:
    return len(heading.lines) * leading + heading.lift


def _heading(page: Page, heading: Heading, last: float) -> None:
    style, count = page.style, len(heading.lines)
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
    if heading.rule:
        y = last + 0.38 * style.size
        left, right = heading.rule
        page.back.append(Line(start=(left, y), end=(right, y), color=style.faint, width=0.5, role="span-rule"))
