"""The sentence on a comparison: pooled, of one trial, or none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...plot.forest_plot.trials import arms_in_words, noun
from ...plot.page.scale import pooled_values, trial_values
from ...vocabulary import NO_RANDOM_EFFECT
from ..wording import analysis_words, question, reading, row_reading, where_and_when, zero_counts
from .parts import caution, derived, guards, model, others, who
from .searched import searched_words

if TYPE_CHECKING:
    from ...pool import PooledResult
    from ...synthesis import SynthesisResult
    from .writer import Writer

__all__ = ["methods_of", "no_trial", "one_trial", "pooled", "spread"]

_ONLY_ADDED = "no events in either arm: the value comes from what was added"


def pooled(result: SynthesisResult, writer: Writer) -> tuple[str, list[str]]:
    """Return the sentence on a pooled comparison, and its details."""
    shown = pooled_values(result)
    numbers = [writer.ci(shown.ci_low, shown.ci_high), *_spread_of(result, writer), *guards(result)]
    text = (
        f"In {who(result, writer)} of {question(result)}, the pooled effect on {where_and_when(result)} was "
        f"{writer.measured(shown.estimate)} ({'; '.join(numbers)}): "
        f"{reading(result)}{_predicted(result, writer)}.{caution(result)}"
    )
    return text, [*methods_of(result, writer), *_rules(result)]


def spread(fit: PooledResult, low: float, high: float, writer: Writer) -> list[str]:
    """Return the prediction interval and I² of a fit, and that its model has no spread where it has none."""
    parts = [writer.pi(low, high)] if math.isfinite(low) else []
    if fit.tau2_method in NO_RANDOM_EFFECT:
        parts.append(f"{'equal' if fit.tau2_method == 'EE' else 'fixed'}-effects model")
    return [*parts, writer.i2(fit.i2)]


def methods_of(result: SynthesisResult, writer: Writer) -> list[str]:
    """Return τ², the model and what was derived."""
    fit = result.fit
    if fit is None:
        return derived(result)
    tau2 = [] if fit.tau2_method in NO_RANDOM_EFFECT else [writer.tau2(fit.tau2)]
    return [*tau2, model(fit), *derived(result)]


def one_trial(result: SynthesisResult, writer: Writer) -> tuple[str, list[str]]:
    """Return the sentence on one trial, and its details; each of several comparisons has its arms and its reading."""
    outcome = result.protocol.outcomes[result.synthesis.outcome].label
    several = "" if result.k == 1 else f", {writer.plural(result.k, 'comparison')}"
    n = writer.style.equals("n", writer.count(result.n))
    searched = searched_words(result.tables, writer.style)
    start = f"One trial ({result.contrasts[0].study_label}{several}, {n}; {searched}) of {question(result)} gives, for"
    single = f"a single trial, not a synthesis{others(result, writer)}."
    if result.k == 1:
        text = f"{start} {outcome}{_effect(result, 0, writer, guards(result))}; {single}"
    else:
        rows = (f"{arms_in_words(result, row)}{_effect(result, row, writer, [])}" for row in range(result.k))
        text = f"{start} {outcome}: {'; '.join(rows)} ({'; '.join(guards(result))}); {single}"
    return text, [*derived(result), *_rules(result)]


def no_trial(result: SynthesisResult, writer: Writer) -> tuple[str, list[str]]:
    """Return the sentence on a question for which no trial gives a number, and why each trial cannot enter."""
    left = sum(entry.compared for entry in result.exclusions)
    what, searched = noun(result), searched_words(result.tables, writer.style)
    if not left:
        asked = f"{question(result)} ({where_and_when(result)}; {searched})"
        return f"No {what} in this evidence base makes this comparison: {asked}.", []
    if what == "trial":
        made = f"{'makes' if left == 1 else 'make'} this comparison"
    else:
        made = f"{'has' if left == 1 else 'have'} such arms"
    text = (
        f"No {what} of {question(result)} gives a usable result for {where_and_when(result)}; "
        f"{writer.plural(left, what)} {made} but cannot enter ({analysis_words(result)}; {searched})."
    )
    return text, [f"{entry.study_label}: {entry.reason}" for entry in result.exclusions if entry.compared]


def _spread_of(result: SynthesisResult, writer: Writer) -> list[str]:
    shown = pooled_values(result)
    return [] if result.fit is None else spread(result.fit, shown.pi_low, shown.pi_high, writer)


def _rules(result: SynthesisResult) -> list[str]:
    """Return the name of a primary analysis; another one is named in the sentence itself."""
    return [analysis_words(result)] if result.analysis.primary else []


def _predicted(result: SynthesisResult, writer: Writer) -> str:
    """Return what the prediction interval adds where the confidence interval excludes no effect."""
    null, shown = writer.scale.null, pooled_values(result)
    if null is None or not math.isfinite(shown.pi_low) or shown.ci_low <= null <= shown.ci_high:
        return ""
    return ", but the prediction interval includes it" if shown.pi_low <= null <= shown.pi_high else ""


def _effect(result: SynthesisResult, position: int, writer: Writer, terms: list[str]) -> str:
    """Return the time, the effect and the reading of one row, as they follow what was measured."""
    shown, zeros = trial_values(result)[position], zero_counts(result, position)
    added = [_ONLY_ADDED] if zeros and _ONLY_ADDED in str(result.effects["effect_note"].iloc[position]) else []
    numbers = "; ".join([writer.ci(shown.ci_low, shown.ci_high), *added, *terms])
    effect = f"{writer.measured(shown.estimate)} ({numbers}): {row_reading(result, shown)}"
    return f"{_time(result, position)}, {f'{zeros}, ' if zeros else ''}{effect}"


def _time(result: SynthesisResult, position: int) -> str:
    weeks = result.contrasts[position].time_weeks
    if math.isfinite(weeks):
        return f" at {weeks:g} weeks"
    return " (time not stated)" if result.synthesis.window else ""
