"""One sentence to cite: what was pooled with its numbers, or what there is instead.

No sentence says more than its numbers: an interval that holds the value of no effect is called compatible with no
effect, a single trial is called one, and certainty is quoted only where a person judged it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ..numbers import format_number, format_p, format_percent
from ..plot.heterogeneity import model_words, variance_text
from ..plot.large import readable
from ..plot.scale import Scale, Values, pooled_values, scale_for, scale_of, steps_in_words, trial_values
from ..plot.trials import arms_in_words, mixed, noun, row_labels
from ..vocabulary import NO_RANDOM_EFFECT, Measure, allowed
from .wording import (
    against_null,
    analysis_words,
    events_of,
    interval_reading,
    interval_words,
    no_event,
    plural,
    question,
    reading,
    row_reading,
    upper_limit,
    value_words,
    where_and_when,
    with_unit,
    zero_counts,
)

if TYPE_CHECKING:
    from ..pool import PooledResult
    from ..synthesis import SynthesisResult

__all__ = ["certainty_of", "cite", "cite_synthesis"]

_TWO = "Two trials say next to nothing about the variance between trials"


def cite_synthesis(result: SynthesisResult) -> str:
    """Return one sentence on a synthesis that may be pasted into a paper; a caution follows where one is due.

    Ratios stand on their natural scale, proportions in percent. What was derived rather than printed is named, and so
    are the model, the analysis and the certainty.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    """
    if not result.k:
        return _none(result)
    if scale_of(result).null is None:
        return _proportion(result) + _retractions(result)
    return (_pooled(result) if result.pooled else _one(result)) + _retractions(result)


def _retractions(result: SynthesisResult) -> str:
    """Return what nobody may leave out: retractions, concerns and corrections of the reports behind the number."""
    return "".join(f" Note that {notice.clause}." for notice in result.notices)


def certainty_of(result: SynthesisResult) -> str:
    """Return the certainty that people gave this number, or that nobody assessed it."""
    from ..certainty import certainty_text, judged

    return certainty_text(judged(result))


# ---------------------------------------------------------------- comparisons


def _pooled(result: SynthesisResult) -> str:
    scale, shown = scale_of(result), pooled_values(result)
    level = result.ci_level
    numbers = [f"{level} CI {interval_words(shown.ci_low, shown.ci_high, scale)}", *_spread(result)]
    return (
        f"In {_trials(result)} of {question(result)}, the pooled effect on {where_and_when(result)} was "
        f"{with_unit(shown.estimate, scale)} ({'; '.join([*numbers, *_terms(result)])}): "
        f"{reading(result)}{_predicted(result)}.{_caution(result)}"
    )


def _trials(result: SynthesisResult) -> str:
    people = plural(result.n, "participant")
    apart = "" if result.trials == result.k else f"{plural(result.k, 'comparison')} without an arm in common, "
    return f"{plural(result.trials, noun(result))} ({apart}{people})"


def _spread(result: SynthesisResult) -> list[str]:
    """Return the prediction interval and the heterogeneity, as far as they exist."""
    fit, scale, shown = result.fit, scale_of(result), pooled_values(result)
    if fit is None:
        return []
    parts = []
    if math.isfinite(fit.pi_low):
        parts.append(f"{result.ci_level} PI {interval_words(shown.pi_low, shown.pi_high, scale)}")
    if fit.tau2_method not in NO_RANDOM_EFFECT:
        parts.append(f"τ² = {variance_text(fit.tau2)}")
    return [*parts, f"I² = {format_percent(fit.i2)}", _model(fit)]


def _model(fit: PooledResult) -> str:
    words = model_words(fit)
    return words[:1].lower() + words[1:]


def _terms(result: SynthesisResult) -> list[str]:
    """Return what was derived, the analysis and the certainty."""
    derived = []
    rows = zip(row_labels(result), result.contrasts, result.effects["effect_note"], strict=True)
    for label, contrast, note in rows:
        if steps := steps_in_words(contrast, str(note)):
            derived.append(f"{label} not entered as printed: {', '.join(steps)}")
    return [*derived, analysis_words(result), f"certainty: {certainty_of(result)}"]


def _predicted(result: SynthesisResult) -> str:
    """Return what the prediction interval adds where the confidence interval excludes no effect."""
    scale, shown = scale_of(result), pooled_values(result)
    if scale.null is None or not math.isfinite(shown.pi_low) or shown.ci_low <= scale.null <= shown.ci_high:
        return ""
    return ", but the prediction interval includes it" if shown.pi_low <= scale.null <= shown.pi_high else ""


def _caution(result: SynthesisResult) -> str:
    """Return what two trials cannot tell, and what is mixed, as sentences of their own."""
    told = ""
    if result.trials == 2 and result.fit is not None:
        rests = result.k == 2 and result.fit.test != "z"
        told = f" {_TWO}{', and the interval rests on one degree of freedom' if rests else ''}."
    unlike = mixed(result)
    return f"{told} Note that {unlike}." if unlike else told


def _one(result: SynthesisResult) -> str:
    """Return the sentence on one trial; where it has several comparisons, each with its arms and its reading."""
    outcome = result.protocol.outcomes[result.synthesis.outcome].label
    name, terms = result.contrasts[0].study_label, _terms(result)
    effects = [_effect(result, position, [] if result.k > 1 else terms) for position in range(result.k)]
    start = f"of {question(result)} gives, for {outcome}"
    if result.k == 1:
        text = f"One trial ({name}, n = {result.n}) {start}{effects[0]}; a single trial, not a synthesis"
        return f"{text}{_others(result)}."
    listed = "; ".join(f"{arms_in_words(result, position)}{effect}" for position, effect in enumerate(effects))
    return (
        f"One trial ({name}, {plural(result.k, 'comparison')}, n = {result.n}) {start}: {listed} ({'; '.join(terms)}); "
        f"a single trial, not a synthesis{_others(result)}."
    )


def _effect(result: SynthesisResult, position: int, terms: list[str]) -> str:
    """Return the time, the effect and the reading of one row, as they follow what was measured."""
    scale, shown = scale_of(result), trial_values(result)[position]
    zeros = zero_counts(result, position)
    numbers = "; ".join([f"{result.ci_level} CI {interval_words(shown.ci_low, shown.ci_high, scale)}", *terms])
    effect = f"{with_unit(shown.estimate, scale)} ({numbers}): {row_reading(result, shown)}"
    return f"{_time(result, position)}, {f'{zeros}, ' if zeros else ''}{effect}"


def _time(result: SynthesisResult, position: int) -> str:
    weeks = result.contrasts[position].time_weeks
    if math.isfinite(weeks):
        return f" at {weeks:g} weeks"
    return " (time not stated)" if result.synthesis.window else ""


def _others(result: SynthesisResult) -> str:
    left = sum(entry.compared for entry in result.exclusions)
    return f"; {plural(left, 'more trial')} {_make(left)} this comparison but cannot enter" if left else ""


def _make(count: int) -> str:
    return "makes" if count == 1 else "make"


def _none(result: SynthesisResult) -> str:
    left = sum(entry.compared for entry in result.exclusions)
    what = noun(result)
    if not left:
        return f"No {what} in this evidence base makes this comparison: {question(result)} ({where_and_when(result)})."
    made = f"{_make(left)} this comparison" if what == "trial" else f"{'has' if left == 1 else 'have'} such arms"
    return (
        f"No {what} of {question(result)} gives a usable result for {where_and_when(result)}; "
        f"{plural(left, what)} {made} but cannot enter ({analysis_words(result)})."
    )


# ---------------------------------------------------------------- proportions


def _proportion(result: SynthesisResult) -> str:
    """Return the sentence on how often something was counted, with the crude count before the pooled proportion."""
    events, n = events_of(result)
    what = noun(result)
    single = f"a single {what}, not a synthesis"
    trials = f"In one {what} ({_name(result)})" if result.trials == 1 else f"In {_trials(result)}"
    start = (
        f"{trials}, {where_and_when(result)} was counted in {format_number(events, 0)} of {format_number(n, 0)} people"
    )
    terms = [question(result), *_terms(result)]
    if no_event(result):
        return _nobody(result, start, terms, single)
    scale = scale_of(result)
    if result.trials == 1:
        parts = []
        for position, shown in enumerate(trial_values(result)):
            arms = f"{arms_in_words(result, position)} " if result.k > 1 else ""
            interval = interval_words(shown.ci_low, shown.ci_high, scale)
            proportion = value_words(shown.estimate, scale)
            parts.append(f"{arms}{proportion} (exact {result.ci_level} CI {interval}")
        return f"{start}, {'), '.join(parts)}; {'; '.join(terms)}); {single}."
    values = pooled_values(result)
    numbers = f"{result.ci_level} CI {interval_words(values.ci_low, values.ci_high, scale)}"
    proportion = value_words(values.estimate, scale)
    details = "; ".join([numbers, *_spread(result), *terms])
    return f"{start}; the pooled proportion was {proportion} ({details}).{_caution(result)}"


def _name(result: SynthesisResult) -> str:
    label = result.contrasts[0].study_label
    return label if result.k == 1 else f"{label}, {plural(result.k, 'arm')}"


def _nobody(result: SynthesisResult, start: str, terms: list[str], single: str) -> str:
    """Return the sentence for none in n: what an exact limit leaves possible, not an interval of hardly any width."""
    from ..effects.exact import exact_interval

    _, n = events_of(result)
    scale, level = scale_of(result), result.synthesis.level
    limit = value_words(upper_limit(n, level=level), scale)
    power = f"1 − {1 - level:.2g}^(1/{n:.0f})"
    rule = f"exact one-sided upper {result.ci_level} limit {limit} = {power}, the exact form of the rule of three"
    both = f"two-sided exact {result.ci_level} CI {interval_words(0.0, exact_interval(0, n, level=level)[1], scale)}"
    together = "with no event there is nothing to pool, and the limits take all people as one sample"
    return (
        f"{start} ({'; '.join([rule, both, *terms])}); {single if result.trials == 1 else together}.{_caution(result)}"
    )


# ---------------------------------------------------------------- any fit


def cite(fit: PooledResult) -> str:
    """Return one sentence on a pooled result that knows no trials or protocol.

    Effects stand on the scale that people read; a Freeman–Tukey transform of a proportion or a rate stays as it is,
    because the way back takes the trials' sizes.

    Parameters
    ----------
    fit : PooledResult
        What `evidence.pool` returned.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> cite(pool([0.1, 0.4, 0.3], [0.04, 0.05, 0.03], measure="SMD", test="z"))
    "In 3 studies, the pooled effect was Hedges' g 0.26 (95% CI 0.04 to 0.48; 95% PI 0.04 to 0.48; τ² = 0.00; I² = 0%; \
random effects: REML, normal interval; certainty: not assessed): the interval excludes the null."
    """
    if fit.has_moderators:
        return _regression(fit)
    scale, shown = _bare(fit)
    level = f"{100 * fit.level:g}%"
    interval = f"{level} CI {interval_words(shown.ci_low, shown.ci_high, scale)}"
    effect = f"{scale.symbol} {value_words(shown.estimate, scale)}".strip()
    verdict = "" if scale.null is None else f": {interval_reading(against_null(shown, scale.null))}"
    if fit.k == 1:
        return f"One study ({fit.labels[0]}): {effect} ({interval}){verdict}; a single study, not a synthesis."
    parts = [interval]
    if math.isfinite(fit.pi_low):
        parts.append(f"{level} PI {interval_words(shown.pi_low, shown.pi_high, scale)}")
    if fit.tau2_method not in NO_RANDOM_EFFECT:
        parts.append(f"τ² = {variance_text(fit.tau2)}")
    parts += [f"I² = {format_percent(fit.i2)}", _model(fit), "certainty: not assessed"]
    caution = f" {_TWO.replace('trials', 'studies')}." if fit.k == 2 else ""
    return f"In {fit.k} studies, the pooled effect was {effect} ({'; '.join(parts)}){verdict}.{caution}"


def _bare(fit: PooledResult) -> tuple[Scale, Values]:
    """Return the scale and the values of a fit; a measure that is not known, or not turned back, keeps its scale."""
    from ..effects import back_transform, measure_label, needs_sizes

    values = [fit.estimate, fit.ci_low, fit.ci_high, fit.pi_low, fit.pi_high]
    widths = [fit.ci_high - fit.ci_low]
    sized = fit.measure in allowed(Measure) and needs_sizes(fit.measure)
    if fit.measure in allowed(Measure) and not sized:
        scale = scale_for(fit.measure, widths=widths)
        values = [float(back_transform(value, fit.measure)) for value in values]
    else:
        scale = replace(scale_for("MD", widths=widths), symbol=fit.measure, null=None)
        if sized:
            scale = replace(scale, symbol=measure_label(fit.measure, back_transformed=False))
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    return scale, Values(**dict(zip(names, values, strict=True)))


def _regression(fit: PooledResult) -> str:
    first, second = fit.qm_df
    test = f"F({first:g}, {second:g})" if math.isfinite(second) else f"χ²({first:g})"
    names = [name for place, name in enumerate(fit.design.names) if place != fit.design.intercept]
    return (
        f"In a meta-regression of {fit.k} studies on {', '.join(names)} ({_model(fit)}), the joint test of the "
        f"moderators was {test} = {readable(fit.qm)}, {format_p(fit.qm_pvalue)} (residual "
        f"I² = {format_percent(fit.i2)}; residual τ² = {variance_text(fit.tau2)}); it compares studies, not people."
    )
