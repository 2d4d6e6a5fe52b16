"""The bars of a summary of bias: one for each domain and one for the whole, cut in the ratio of weights or counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...numbers import format_percent
from ..page.boxes import box
from ..page.scene import Line, Polygon
from ..page.typeface import text_width, wrap
from .bias_data import OVERALL
from .bias_symbols import JUDGEMENTS, bias_bar, bias_ink, bias_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.page import Page
    from ..page.style import Style
    from .bias_data import BiasForm

__all__ = ["draw_bars", "names_width", "percent", "shares"]

_BAR = 11.0
_LABEL_SHARE = 0.4  # the most of the width that names of domains take


def shares(form: BiasForm, place: int) -> list[tuple[str, float]]:
    """Return what share of a form's trials got each judgement in a domain, in percent, from the best on.

    Parameters
    ----------
    form : BiasForm
        The form with its trials; by weight where they have weights, else each trial counts once.
    place : int
        The domain; one beyond the last is the overall judgement.

    Examples
    --------
    >>> from evidence.plot.review_plots.bias_data import BiasForm, BiasRow
    >>> judged = BiasRow(label="A", judgements=("high",), weight=75.0)
    >>> bare = BiasRow(label="B", judgements=("",), weight=25.0)
    >>> shares(BiasForm(title="RoB 2", domains=(("D1", "randomisation"),), rows=(judged, bare)), 0)
    [('high', 75.0), ('', 25.0)]
    """
    weights = [row.weight for row in form.rows]
    known = [weight for weight in weights if weight is not None]
    # Trials that all have no weight at all, as those beside a synthesis of others, count once each.
    even = len(known) < len(weights) or sum(known) == 0
    total = float(len(form.rows)) if even else sum(known)
    found: dict[str, float] = {}
    for row in form.rows:
        judgement = (*row.judgements, row.overall)[place]
        found[judgement] = found.get(judgement, 0.0) + (1.0 if even or row.weight is None else row.weight)
    return [(name, 100 * found[name] / total) for name in JUDGEMENTS if found.get(name, 0.0) > 0]


def percent(share: float) -> str:
    """Return a share as text; one that is not nothing and not all is never written as if it were.

    Examples
    --------
    >>> percent(33.4), percent(0.2), percent(99.8), percent(100.0)
    ('33%', '<1%', '>99%', '100%')
    """
    if 0 < share < 0.5:
        return "<1%"
    return ">99%" if 99.5 <= share < 100 - 1e-9 else format_percent(share)


def names_width(forms: Sequence[BiasForm], style: Style) -> float:
    """Return the width of the column of names, the same for all forms, so that their bars can be compared."""
    names = [name for form in forms for name in _names(form)]
    widest = max(text_width(name, style.size, bold=name == OVERALL) for name in names)
    return min(_LABEL_SHARE * style.width, widest + 1)


def _names(form: BiasForm) -> list[str]:
    return [*(title[:1].upper() + title[1:] for _, title in form.domains), OVERALL]


def draw_bars(page: Page, form: BiasForm, label_width: float) -> None:
    """Draw a form's bars with an axis in percent, and move the cursor below."""
    style = page.style
    left, right = style.margin + label_width + style.gap, style.width - style.margin - 10.0
    top = page.y
    for place, name in enumerate(_names(form)):
        _bar(page, name, shares(form, place), (left, right), label_width)
    _axis(page, top, left, right)


def _bar(page: Page, name: str, parts: list[tuple[str, float]], ends: tuple[float, float], label_width: float) -> None:
    style, (left, right) = page.style, ends
    lines = wrap(name, label_width, style.size, bold=name == OVERALL)
    height = max(_BAR, len(lines) * style.leading)
    middle = page.y + height / 2
    first = middle - (len(lines) - 1) * style.leading / 2 + 0.36 * style.size
    for place, line in enumerate(lines):
        page.write(style.margin, first + place * style.leading, line, "label", bold=name == OVERALL)
    x, untold = left, []
    for judgement, share in parts:
        end = x + share / 100 * (right - left)
        page.front += bias_bar(judgement, x, middle - _BAR / 2, end, middle + _BAR / 2)
        text = percent(share)
        if text_width(text, style.small) + 4 <= end - x:
            _number(page, judgement, (x + end) / 2, middle, text)
        else:
            untold.append(f"{bias_word(judgement)} {text}")
        x = end
    page.y += height + 3.5
    if untold:
        told = ", ".join(untold)
        for line in wrap(told, right - left, style.small):
            baseline = page.y + 0.6 * style.small
            page.write(
                left + 1, baseline, line, "small-parts", size=style.small, color=style.muted, ground_from=left + 0.6
            )
            page.y += 1.28 * style.small
        page.y += 1.0


def _number(page: Page, judgement: str, x: float, y: float, text: str) -> None:
    """Write a share into its part, on clear ground where that is hatched."""
    style = page.style
    ground, ink = bias_ink(judgement)
    if ground == style.paper:
        half = text_width(text, style.small) / 2 + 1.5
        points = box(x - half, y - 0.6 * style.small, x + half, y + 0.6 * style.small)
        page.front.append(Polygon(points=points, fill=ground, role="ground"))
        ink = style.ink
    page.write(x, y + 0.36 * style.small, text, "share", align="center", size=style.small, color=ink)


def _axis(page: Page, top: float, left: float, right: float) -> None:
    style = page.style
    y = page.y
    page.front.append(Line(start=(left, y), end=(right, y), color=style.rule, width=0.7, role="axis"))
    for share in (0, 25, 50, 75, 100):
        x = left + share / 100 * (right - left)
        page.front.append(Line(start=(x, y), end=(x, y + 3), color=style.rule, width=0.7, role="tick"))
        page.back.append(Line(start=(x, top), end=(x, y), color=style.faint, width=0.5, role="grid"))
        page.write(x, y + 4 + style.small, format_percent(share), "tick", align="center", size=style.small)
    page.y = y + 4 + 1.5 * style.small
