"""Risk of bias as traffic lights, a row for each trial, and as bars, a part for each judgement."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...errors import InputError
from ..page.page import Page
from ..page.style import MM, Style, style_for
from ..page.typeface import text_width, wrap
from .bias_bars import draw_bars, names_width, percent, shares
from .bias_data import OVERALL, BiasData, BiasForm, BiasRow
from .bias_legend import write_domains, write_judgements
from .bias_symbols import bias_mark, bias_word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..page.scene import Scene

__all__ = ["ROWS_PER_PAGE", "bias_summary", "light_pages", "traffic_lights"]

ROWS_PER_PAGE = 40
_LIGHT, _CELL = 9.0, 16.0
_WIDER = 3.0  # points by which the gaps of a wider page are larger
_LEAST_LABEL = 52.0  # points; a narrower column of names would break every one of them


def traffic_lights(data: BiasData, *, page: int = 1, width_mm: float = 120.0, preset: str = "house") -> Figure:
    """Return traffic lights: trials as rows, the domains of their form and the overall judgement as columns.

    Each judgement is a disc with a sign; what nobody assessed is a broken ring. Every form has columns of its own.
    Beyond forty trials there are several pages; `light_pages` says how many.

    Parameters
    ----------
    data : BiasData
        What to show; `evidence.report.figures.bias_data` makes it from a base.
    page : int
        Which page, from 1 on.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as for `evidence.forest`.

    Raises
    ------
    InputError
        If there is no such page; or the figure is too narrow for the domains, with the least width.

    References
    ----------
    McGuinness LA, Higgins JPT (2021). Risk-of-bias VISualization (robvis). Research Synthesis Methods 12, 55–61.
    doi:10.1002/jrsm.1411.

    Examples
    --------
    >>> from evidence.plot.review_plots.bias_data import BiasData, BiasForm, BiasRow
    >>> row = BiasRow(label="Ash 2019", judgements=("low", ""), overall="")
    >>> form = BiasForm(title="RoB 2", domains=(("D1", "randomisation"), ("D2", "deviations")), rows=(row,))
    >>> traffic_lights(BiasData(forms=(form,)), width_mm=84).heading
    'Risk of bias: 1 trial'
    """
    from ..page.canvas import draw

    return draw(_lights(data, page, style_for(preset, width_mm)))


def light_pages(data: BiasData) -> int:
    """Return how many pages the traffic lights take."""
    return math.ceil(len(data.rows) / ROWS_PER_PAGE)


def bias_summary(data: BiasData, *, width_mm: float = 120.0, preset: str = "house") -> Figure:
    """Return bars: for each domain, how much of the weight, or how many of the trials, got each judgement.

    Every part is labelled in percent; one too small for its label is told in words beside its bar. What nobody assessed
    is hatched. The bars are weighted where the trials have weights in a synthesis, and the figure says which it is.

    Parameters
    ----------
    data : BiasData
        What to show.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as for `evidence.forest`.

    References
    ----------
    McGuinness LA, Higgins JPT (2021). Risk-of-bias VISualization (robvis). Research Synthesis Methods 12, 55–61.
    doi:10.1002/jrsm.1411.

    Examples
    --------
    >>> from evidence.plot.review_plots.bias_data import BiasData, BiasForm, BiasRow
    >>> rows = (BiasRow(label="Ash 2019", judgements=("low",)), BiasRow(label="Elm 2020", judgements=("high",)))
    >>> form = BiasForm(title="RoB 2", domains=(("D1", "randomisation"),), rows=rows)
    >>> bias_summary(BiasData(forms=(form,)), width_mm=84).heading
    'Risk of bias, share of trials: 2 trials'
    """
    from ..page.canvas import draw

    return draw(_summary(data, style_for(preset, width_mm)))


def _count(rows: int) -> str:
    return "1 trial" if rows == 1 else f"{rows} trials"


def _lights(data: BiasData, number: int, style: Style) -> Scene:
    pages = light_pages(data)
    if not 1 <= number <= pages:
        raise InputError(f"page={number} is not there; the figure has {pages} page{'' if pages == 1 else 's'}")
    forms = _on_page(data, number)
    widest = max(len(form.domains) for form in forms) + 1
    label_width = style.width - 2 * style.margin - style.gap - widest * _CELL
    if label_width < _LEAST_LABEL:
        least = (style.width + _LEAST_LABEL - label_width + _WIDER) / MM
        raise InputError(f"{widest} columns do not fit; give width_mm of at least {math.ceil(least)}")
    # Names take what they need, so that the lights stand near them.
    label_width = min(label_width, max(text_width(row.label, style.size) for form in forms for row in form.rows) + 1)
    page = Page(style=style, y=style.margin)
    for form in forms:
        _form(page, form, label_width, several=len(data.forms) > 1 or bool(form.domains))
    write_judgements(page, data.shown)
    notes = list(data.notes)
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    title = f"Risk of bias{f', {data.title}' if data.title else ''}: {_count(len(data.rows))}"
    if pages > 1:
        title += f", page {number} of {pages}"
    told = [_told(form, row) for form in forms for row in form.rows]
    return page.scene(
        title=title,
        description=" ".join([f"{title}.", *told, *notes]),
    )


def _on_page(data: BiasData, number: int) -> list[BiasForm]:
    """Return the forms with the rows that stand on a page."""
    first, last = (number - 1) * ROWS_PER_PAGE, number * ROWS_PER_PAGE
    forms, done = [], 0
    for form in data.forms:
        rows = form.rows[max(0, first - done) : max(0, last - done)]
        if rows:
            forms.append(BiasForm(title=form.title, domains=form.domains, rows=rows))
        done += len(form.rows)
    return forms


def _form(page: Page, form: BiasForm, label_width: float, *, several: bool) -> None:
    style = page.style
    if several:
        page.paragraph(form.title, "form", size=style.size, color=style.ink, bold=True)
    columns = [*(sign for sign, _ in form.domains), "All"]
    places = [style.margin + label_width + style.gap + (place + 0.5) * _CELL for place in range(len(columns))]
    baseline = page.y + 1.1 * style.size
    for x, sign in zip(places, columns, strict=True):
        page.write(x, baseline, sign, "head", align="center", size=style.small, bold=sign == "All")
    page.y = baseline + 0.45 * style.size
    page.rule(width=0.7, color=style.rule, role="rule")
    page.y += 1.5
    for row in form.rows:
        lines = wrap(row.label, label_width, style.size)
        height = max(1.45 * _LIGHT, len(lines) * style.leading + 3.0)
        middle = page.y + height / 2
        first = middle - (len(lines) - 1) * style.leading / 2 + 0.36 * style.size
        for place, line in enumerate(lines):
            page.write(style.margin, first + place * style.leading, line, "label")
        for x, judgement in zip(places, (*row.judgements, row.overall), strict=True):
            page.front += bias_mark(judgement, x, middle, _LIGHT)
        page.y += height
    page.y += 1.5
    page.rule(width=0.5, color=style.faint, role="rule")
    page.y += 2.5
    write_domains(page, form)
    page.y += 0.7 * style.size


def _told(form: BiasForm, row: BiasRow) -> str:
    """Return one trial's judgements in a sentence."""
    parts = [f"{sign} {bias_word(one)}" for (sign, _), one in zip(form.domains, row.judgements, strict=True)]
    return f"{' '.join(row.label.split())}: {', '.join([*parts, f'overall {bias_word(row.overall)}'])}."


def _summary(data: BiasData, style: Style) -> Scene:
    page = Page(style=style, y=style.margin)
    label_width = names_width(data.forms, style)
    for form in data.forms:
        page.paragraph(f"{form.title}: {_of_form(data, form)}", "form", size=style.size, color=style.ink, bold=True)
        page.y += 3.0
        draw_bars(page, form, label_width)
        page.y += 0.8 * style.size
    write_judgements(page, data.shown, bars=True)
    basis = (
        "Bars: share of the weight in the synthesis; each form is a whole of its own."
        if data.weighted and len(data.forms) > 1
        else "Bars: share of the weight in the synthesis."
        if data.weighted
        else "Bars: share of the trials, unweighted."
    )
    notes = [basis, *data.notes]
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    share = "weight" if data.weighted else "trials"
    title = f"Risk of bias, share of {share}{f', {data.title}' if data.title else ''}: {_count(len(data.rows))}"
    return page.scene(
        title=title,
        description=" ".join([f"{title}.", *_bars_told(data), *notes]),
    )


def _of_form(data: BiasData, form: BiasForm) -> str:
    """Return how many trials a form has; with several forms and weights also how much they weigh."""
    if not data.weighted or len(data.forms) == 1:
        return _count(len(form.rows))
    weight = sum(row.weight for row in form.rows if row.weight is not None)
    if not weight:
        return f"{_count(len(form.rows))} without weight, each counted once"
    return f"{_count(len(form.rows))}, {percent(weight)} of the weight"


def _bars_told(data: BiasData) -> list[str]:
    told = []
    for form in data.forms:
        parts = []
        for place, name in enumerate([*(title for _, title in form.domains), OVERALL.lower()]):
            found = ", ".join(f"{bias_word(judgement)} {percent(share)}" for judgement, share in shares(form, place))
            parts.append(f"{name}: {found}")
        told.append(f"{form.title}, {_of_form(data, form)}. {'; '.join(parts)}.")
    return told
