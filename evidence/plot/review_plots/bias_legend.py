"""What stands under figures of bias: the domains of each form and the meaning of each symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..page.typeface import text_width
from .bias_symbols import bias_bar, bias_mark, bias_word

if TYPE_CHECKING:
    from ..page.page import Page
    from .bias_data import BiasForm

__all__ = ["write_domains", "write_judgements"]

_SIZE = 8.0
_BETWEEN = 11.0


def write_domains(page: Page, form: BiasForm) -> None:
    """Write what the signs of a form's domains mean, and move the cursor below."""
    if form.domains:
        text = "; ".join(f"{sign}:\u00a0{title}" for sign, title in form.domains)
        page.paragraph(f"{text}.", "domains", size=page.style.small, color=page.style.muted)


def write_judgements(page: Page, judgements: tuple[str, ...], *, bars: bool = False) -> None:
    """Write symbols and their words, as many in a row as there is room for, and move the cursor below.

    Parameters
    ----------
    page : Page
        The page.
    judgements : tuple of str
        Those that occur.
    bars : bool
        Whether to show each as a part of a bar besides its symbol.
    """
    style = page.style
    x, row = style.margin, 1.55 * style.size
    sign = _SIZE + (11.0 if bars else 0.0) + 3.0
    for judgement in judgements:
        word = bias_word(judgement)
        width = sign + text_width(word, style.small)
        if x > style.margin and x + width > style.width - style.margin:
            x, page.y = style.margin, page.y + row
        middle = page.y + row / 2
        page.front += bias_mark(judgement, x + _SIZE / 2, middle, _SIZE)
        if bars:
            left = x + _SIZE + 2.0
            page.front += bias_bar(judgement, left, middle - _SIZE / 2, left + 9.0, middle + _SIZE / 2)
        page.write(x + sign, middle + 0.36 * style.small, word, "legend", size=style.small)
        x += width + _BETWEEN
    page.y += row
