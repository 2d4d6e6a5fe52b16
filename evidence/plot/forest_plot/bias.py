"""Judgements of bias in a forest plot: their columns, their place under a study's name, and their legend."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..page.typeface import bound, text_width
from ..review_plots.bias_symbols import JUDGEMENTS, bias_mark, bias_word

if TYPE_CHECKING:
    from ..page.page import Page
    from ..page.style import Style
    from .data import ForestData, ForestRow

__all__ = ["BiasColumns", "bias_columns", "draw_judgements", "draw_legend", "judgements_of"]

_SYMBOL = 0.98  # diameter of a symbol, in ems
_CLEAR = 2.2  # points between two symbols
_OVERALL = "All"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasColumns:
    """The columns of judgements.

    Attributes
    ----------
    signs : tuple of str
        Their headings.
    widths : tuple of float
        The room that each takes, in points.
    size : float
        Diameter of a symbol.
    """

    signs: tuple[str, ...]
    widths: tuple[float, ...]
    size: float

    @property
    def width(self) -> float:
        """Width of all columns side by side."""
        return sum(self.widths)

    def places(self, room: float) -> tuple[tuple[float, int], ...]:
        """Return for each judgement how far from the left its centre is and on which line, where `room` is short."""
        places, x, line = [], 0.0, 0
        for width in self.widths:
            if x and x + width > room + 1e-6:
                x, line = 0.0, line + 1
            places.append((x + width / 2, line))
            x += width
        return tuple(places)


def bias_columns(data: ForestData, style: Style, *, lettered: bool) -> BiasColumns | None:
    """Return the columns of judgements; None where nobody judged any study.

    With `lettered` the domains are called A, B, C; the overall judgement keeps its name.
    """
    if not data.bias_domains or not any(any(row.bias) for row in data.rows):
        return None
    signs = tuple(sign for sign, _ in data.bias_domains)
    if lettered:
        signs = tuple(
            sign if sign == _OVERALL else letter for sign, letter in zip(signs, string.ascii_uppercase, strict=False)
        )
    size = _SYMBOL * style.size
    widths = tuple(max(size, text_width(sign, style.small)) + _CLEAR for sign in signs)
    return BiasColumns(signs=signs, widths=widths, size=size)


def judgements_of(row: ForestRow, data: ForestData) -> tuple[str, ...]:
    """Return a study's judgements; none for one without an estimate, unless there are some after all."""
    if row.bias or row.estimate is None or row.summarises:
        return row.bias
    return ("",) * len(data.bias_domains)


def draw_judgements(
    page: Page, judgements: tuple[str, ...], columns: BiasColumns, left: float, middle: float, room: float
) -> None:
    """Draw the judgements of one study from `left` on, the first line's centre at `middle`."""
    for judgement, (x, line) in zip(judgements, columns.places(room), strict=True):
        page.front += bias_mark(judgement, left + x, middle + line * page.style.leading, columns.size)


def draw_legend(page: Page, data: ForestData, columns: BiasColumns) -> None:
    """Set what the columns are about and what the symbols mean under the table, and move the cursor under it."""
    style = page.style
    about = "; ".join(f"{sign}:\u00a0{text}" for sign, (_, text) in zip(columns.signs, data.bias_domains, strict=True))
    found = {judgement for row in data.rows for judgement in judgements_of(row, data)}
    x = style.margin
    for judgement in (word for word in JUDGEMENTS if word in found):
        word = bias_word(judgement)
        width = columns.size + 2.5 + text_width(word, style.small)
        if x > style.margin and x + width > style.width - style.margin:
            x, page.y = style.margin, page.y + 1.28 * style.small + 1.0
        middle = page.y + 0.66 * style.small
        page.front += bias_mark(judgement, x + columns.size / 2, middle, columns.size)
        baseline = page.y + style.small
        page.write(x + columns.size + 2.5, baseline, word, "bias-legend", size=style.small, color=style.muted)
        x += width + 1.2 * style.size
    page.y += 1.28 * style.small + 1.0
    text = bound(f"Risk of bias ({data.bias_tool}): {about}.")
    page.paragraph(text, "bias-legend", size=style.small, color=style.muted)
