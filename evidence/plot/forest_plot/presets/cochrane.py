"""Cochrane's RevMan Web: RevMan's columns, the interval of τ², judgements of bias beside the plot, footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....number_style import number_style
from ....numbers import format_i2
from ...page.large import readable
from ..arms import separate_cells
from ..heterogeneity import variance_text
from ..preset import Preset, Shape
from ..text import level_text
from ..words import (
    house_words,
    model_heading,
    model_of,
    plot_heading,
    revman_difference,
    revman_effect_test,
    study_heading,
    summary_with_level,
    variance_texts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..data import ForestData, ForestFacts, ForestSummary

__all__ = ["COCHRANE"]

_INTERVAL, _TAU2 = "ᵃ", "ᵇ"
_GIVEN = "given"  # instead of an estimator: there is no method to tell of


def _label(summary: ForestSummary) -> str:
    return f"{summary_with_level(summary)}{_INTERVAL if model_of(summary.facts).interval else ''}"


def _tau2(facts: ForestFacts, level: float) -> str:
    """Return τ² with its estimator and, where it is known, its interval."""
    estimator = model_of(facts).estimator
    named = f"{estimator}{_TAU2 if estimator != _GIVEN else ''}" if estimator else ""
    if facts.tau2 is None:
        return ""
    if facts.tau2_low is None or facts.tau2_high is None:
        return f"τ²{f' ({named})' if named else ''} = {variance_text(facts.tau2)}; "
    what = ", ".join(part for part in (named, f"{level_text(level)} CI") if part)
    tau2, low, high = variance_texts(facts.tau2, facts.tau2_low, facts.tau2_high)
    return f"τ² ({what}) = {tau2} [{low}, {high}]; "


def _words(summary: ForestSummary) -> tuple[str, ...]:
    facts = summary.facts
    if facts is None:
        return house_words(summary)
    p = number_style("revman").p(facts.p)
    i2 = "" if facts.i2 is None else f"; I² = {format_i2(facts.i2)}"
    line = f"{_tau2(facts, summary.level)}χ² = {readable(facts.q)}, df = {facts.df:g} ({p}){i2}"
    return (f"Heterogeneity: {line}", *revman_effect_test(facts))


def _footnotes(data: ForestData) -> tuple[str, ...]:
    """Say by which methods the intervals and τ² were found, once for all summaries."""
    models = [model_of(summary.facts) for summary in reversed(data.summaries)]
    intervals = dict.fromkeys(model.interval for model in models if model.interval)
    notes = []
    if intervals:
        notes.append(f"{_INTERVAL} Confidence interval: {'; '.join(intervals)}.")
    if words := _tau2_words([summary.facts for summary in reversed(data.summaries) if summary.facts]):
        notes.append(f"{_TAU2} τ² estimated by {words}.")
    return tuple(notes)


def _tau2_words(several: Sequence[ForestFacts]) -> str:
    """Return by which methods τ² and its interval were found; empty where τ² was not estimated."""
    found: dict[str, dict[str, None]] = {}
    for facts in several:
        model = model_of(facts)
        if model.estimator not in {"", _GIVEN}:
            intervals = found.setdefault(model.estimator_words, {})
            intervals |= {facts.tau2_ci_method: None} if facts.tau2_ci_method else {}
    return "; ".join(
        f"{estimator}, its interval by {', '.join(intervals)}" if intervals else estimator
        for estimator, intervals in found.items()
    )


COCHRANE = Preset(
    name="cochrane",
    shapes=(
        Shape(),
        Shape(effect_stacked=True),
        Shape(bias_under=True),
        Shape(bias_under=True, effect_stacked=True),
        Shape(cells_under=True),
        Shape(cells_under=True, bias_under=True),
        Shape(cells_under=True, bias_under=True, effect_stacked=True, weight=False),
    ),
    cells=separate_cells,
    effect_heading=model_heading,
    words=_words,
    difference=revman_difference,
    footnotes=_footnotes,
    summary_label=_label,
    label_heading=study_heading,
    plot_heading=plot_heading,
    weight_heading="Weight",
    weight_sign="%",
    effect_left=True,
    bias=True,
    lettered=True,
)
