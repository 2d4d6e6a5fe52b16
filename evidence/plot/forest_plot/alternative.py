"""The forest plot in words, for those who cannot see it, from the numbers that it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..review_plots.bias_symbols import bias_word
from .text import effect_digits, effect_text, level_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .data import ForestData, ForestRow, ForestSummary

__all__ = ["NO_TRIAL", "alt_text", "headline", "in_sentence"]

NO_TRIAL = "No trial makes this comparison."
_NAMES = ("Hedges", "Cohen", "Glass", "Peto", "Mantel", "Freeman")  # of people: their capital stays


def headline(data: ForestData) -> str:
    """Return a title for the figure in one line.

    Examples
    --------
    >>> from evidence.plot import ForestData, ForestRow
    >>> row = ForestRow(label="Bao 2020", reason="no SD reported")
    >>> headline(ForestData(rows=(row,), measure="Mean difference", unit="hairs/cm²", ratio=False, null=0.0))
    'Forest plot: mean difference in hairs/cm², 1 study'
    """
    if data.title:
        return " ".join(data.title.split())
    return f"Forest plot: {in_sentence(data)}, {_count(data)}"


def alt_text(data: ForestData, *, bias: Sequence[str] = ()) -> str:
    """Return the alternative text of a forest plot: every study, every summary, in the numbers of the figure.

    Parameters
    ----------
    data : ForestData
        What the figure shows.
    bias : sequence of str
        What the domains of bias are called in the figure; empty where it does not show judgements.

    Examples
    --------
    >>> from evidence.plot import ForestData, ForestRow
    >>> row = ForestRow(label="Dhurat 2013", estimate=2.0, ci_low=1.1, ci_high=3.6)
    >>> alt_text(ForestData(rows=(row,), measure="Risk ratio", ratio=True, null=1.0))
    'Forest plot of 1 study: risk ratio with 95% confidence interval. Dhurat 2013: 2.00 (1.10 to 3.60). ...'
    """
    digits = effect_digits(data)
    what = f"{in_sentence(data)} with {level_text(data.level)} confidence interval"
    parts = [f"Forest plot of {_count(data)}: {what}."]
    if not data.rows:
        parts.append(NO_TRIAL)
    for group in data.subgroups:
        if group:
            parts.append(f"Subgroup {group}.")
        parts += [_study(row, data, digits, bias) for row in data.rows if row.subgroup == group]
        parts += [_summary(subtotal, data, digits) for subtotal in data.subtotals if subtotal.subgroup == group]
    parts.append(_summary(data.overall, data, digits) if data.overall else "No pooled estimate.")
    if data.subgroup_difference:
        parts.append(_sentence(data.subgroup_difference))
    return " ".join(parts)


def in_sentence(data: ForestData) -> str:
    """Return the measure and its unit as they stand within a sentence."""
    named = data.measure.startswith(_NAMES) or not data.measure[1:2].islower()
    measure = data.measure if named else data.measure[:1].lower() + data.measure[1:]
    return f"{measure} in {data.unit}" if data.unit else measure


def _count(data: ForestData) -> str:
    """Return the number of studies behind the rows, which is not always that of the rows."""
    k = sum(row.stands_for for row in data.rows)
    if data.of != "study":  # one of them may have several rows
        return f"1 result of a {data.of}" if k == 1 else f"{k} results of {data.of}s"
    return "1 study" if k == 1 else f"{k} studies"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _study(row: ForestRow, data: ForestData, digits: int, bias: Sequence[str]) -> str:
    label = " ".join(row.label.split()) + row.mark
    judged = ""
    if bias and not row.bias and row.estimate is not None:
        judged = " Risk of bias: not assessed."
    elif bias and row.bias:
        words = ", ".join(f"{sign} {bias_word(word)}" for sign, word in zip(bias, row.bias, strict=True))
        judged = f" Risk of bias: {words}."
    if row.estimate is None or row.ci_low is None or row.ci_high is None:
        return f"{label}: no estimate, {row.reason}.{judged}"
    return f"{label}: {_effect(row.estimate, row.ci_low, row.ci_high, data, digits)}.{judged}"


def _effect(estimate: float, low: float, high: float, data: ForestData, digits: int) -> str:
    texts = [effect_text(value, digits, ratio=data.ratio) for value in (estimate, low, high)]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"


def _summary(summary: ForestSummary, data: ForestData, digits: int) -> str:
    text = f"{summary.label}: {_effect(summary.estimate, summary.ci_low, summary.ci_high, data, digits)}"
    if summary.pi_low is not None and summary.pi_high is not None:
        low, high = (effect_text(value, digits, ratio=data.ratio) for value in (summary.pi_low, summary.pi_high))
        text += f", prediction interval {low} to {high}"
    text += "."
    return f"{text} {_sentence(summary.heterogeneity)}" if summary.heterogeneity else text
