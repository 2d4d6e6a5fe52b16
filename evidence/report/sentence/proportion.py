"""The sentence on how often something was counted in single arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plot.forest_plot.trials import arms_in_words, noun
from ...plot.page.scale import pooled_values, trial_values
from ..wording import analysis_words, events_of, lost_in_turning_back, no_event, question, upper_limit, where_and_when
from .compared import methods_of, spread
from .parts import caution, derived, guards, who
from .searched import searched_words

if TYPE_CHECKING:
    from ...synthesis import SynthesisResult
    from .writer import Writer

__all__ = ["proportion"]


def proportion(result: SynthesisResult, writer: Writer) -> tuple[str, list[str]]:
    """Return the sentence on how often something was counted, and its details; the crude count comes first."""
    rules = [analysis_words(result)] if result.analysis.primary else []
    if no_event(result):
        return _nobody(result, writer), [_rule(result, writer), *derived(result), *rules]
    if result.trials == 1:
        return _one(result, writer), [*derived(result), *rules]
    return _pooled(result, writer), [*methods_of(result, writer), *rules]


def _start(result: SynthesisResult, writer: Writer) -> str:
    events, n = events_of(result)
    single = f"one {noun(result)} ({_name(result, writer)}; {searched_words(result.tables, writer.style)})"
    trials = single if result.trials == 1 else who(result, writer)
    counted = f"was counted in {writer.count(events)} of {writer.count(n)} people"
    return f"In {trials}, {where_and_when(result)} {counted}"


def _name(result: SynthesisResult, writer: Writer) -> str:
    label = result.contrasts[0].study_label
    return label if result.k == 1 else f"{label}, {writer.plural(result.k, 'arm')}"


def _one(result: SynthesisResult, writer: Writer) -> str:
    parts = []
    for position, shown in enumerate(trial_values(result)):
        arms = f"{arms_in_words(result, position)} " if result.k > 1 else ""
        exact = writer.ci(shown.ci_low, shown.ci_high, "exact")
        parts.append(f"{arms}{writer.value(shown.estimate)} ({exact}")
    terms = "; ".join([question(result), *guards(result)])
    return f"{_start(result, writer)}, {'), '.join(parts)}; {terms}); a single {noun(result)}, not a synthesis."


def _pooled(result: SynthesisResult, writer: Writer) -> str:
    shown = pooled_values(result)
    around = [] if result.fit is None else spread(result.fit, shown.pi_low, shown.pi_high, writer)
    numbers = [writer.ci(shown.ci_low, shown.ci_high), *around, question(result), *guards(result)]
    pooled = f"the pooled proportion was {writer.value(shown.estimate)} ({'; '.join(numbers)})"
    lost = lost_in_turning_back(result)
    return f"{_start(result, writer)}; {pooled}.{f' Note that {lost}.' if lost else ''}{caution(result)}"


def _nobody(result: SynthesisResult, writer: Writer) -> str:
    """Return the sentence for none in n: what an exact limit leaves possible, not an interval of hardly any width."""
    terms = "; ".join([_limit(result, writer), question(result), *guards(result)])
    single = f"a single {noun(result)}, not a synthesis"
    together = "with no event there is nothing to pool, and the limit takes all people as one sample"
    return f"{_start(result, writer)} ({terms}); {single if result.trials == 1 else together}.{caution(result)}"


def _limit(result: SynthesisResult, writer: Writer) -> str:
    limit = upper_limit(events_of(result)[1], level=result.synthesis.level)
    return f"exact one-sided upper {result.ci_level} limit {writer.value(limit)}"


def _rule(result: SynthesisResult, writer: Writer) -> str:
    """Return how the limit is computed, and the two-sided interval that other reviews print."""
    from ...effects.exact import exact_interval

    _, n = events_of(result)
    level = result.synthesis.level
    power = f"1 − {1 - level:.2g}^(1/{n:.0f})"
    limit = f"upper {result.ci_level} limit {writer.value(upper_limit(n, level=level))} = {power}"
    both = writer.ci(0.0, exact_interval(0, n, level=level)[1], "two-sided exact")
    return f"{limit}, the exact form of the rule of three; {both}"
