"""The anticipated absolute effects of one result: risks per 1000, or differences in the unit that people measured."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ...plot.forest_plot.trials import arms_in_words
from ...plot.page.scale import Values, digits_for, pooled_values, scale_of, trial_values, unit_label
from ..wording import capital, events_of, no_event, upper_limit
from .absolute import Absolute, absolute_risk, within_risks
from .baseline import Baseline, Controls, control_means, control_risks, control_sd
from .words import isolated, measured, risk_digits

if TYPE_CHECKING:
    from ...synthesis import SynthesisResult
    from .given import Given

__all__ = ["anticipated", "effects_of"]

_MEANS = {"change": "mean change", "final": "mean", "percent-change": "mean percent change"}
_VALUES = {"change": "changes", "final": "final values", "percent-change": "percent changes"}


def effects_of(result: SynthesisResult) -> tuple[Values, ...]:
    """Return the pooled effect, or each comparison of a single trial; nothing where neither is there."""
    if result.pooled:
        return (pooled_values(result),)
    return trial_values(result) if result.trials == 1 else ()


def anticipated(result: SynthesisResult, given: Given) -> tuple[Absolute, ...]:
    """Return what is anticipated without and with the intervention, one entry for each comparison value.

    Of a single trial with several comparisons there is one entry for each, with its own control arm.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    given : Given
        What the reader gives; else the trials' control arms are asked.
    """
    if not result.k:
        return ()
    if scale_of(result).null is None:
        return (_proportion(result),)
    effects = effects_of(result)
    if len(effects) == 1:
        return _all_of(result, effects[0], given, None)
    found = ((place, _all_of(result, effect, given, place)[0]) for place, effect in enumerate(effects))
    return tuple(replace(first, label=isolated(arms_in_words(result, place))) for place, first in found)


def _all_of(result: SynthesisResult, effect: Values, given: Given, place: int | None) -> tuple[Absolute, ...]:
    measure = result.synthesis.measure
    if measure == "MD":
        return (_difference(result, effect, place),)
    if measure == "ROM":
        return (_ratio(result, effect, place),)
    if measure in ("SMD", "SMDH"):
        return (_standardised(result, effect, given, place),)
    return _risks(result, effect, given, place)


# ---------------------------------------------------------------- risks


def _proportion(result: SynthesisResult) -> Absolute:
    """Return how many of 1000; for none in n, up to the exact upper limit."""
    if no_event(result):
        limit = upper_limit(events_of(result)[1], level=result.synthesis.level)
        return Absolute(
            kind="risk",
            comparison=math.nan,
            intervention=Values(estimate=0.0, ci_low=0.0, ci_high=limit),
            digits=risk_digits(10 * limit),
        )
    effects = effects_of(result)
    if len(effects) != 1:
        return Absolute(kind="risk", comparison=math.nan)
    shown, beyond = within_risks(effects[0])
    digits = max(risk_digits(shown.estimate), risk_digits(10 * shown.ci_high))
    return Absolute(kind="risk", comparison=math.nan, intervention=shown, digits=digits, beyond=beyond)


def _risks(result: SynthesisResult, effect: Values, given: Given, place: int | None) -> tuple[Absolute, ...]:
    measure = result.synthesis.measure
    baselines = _given_risks(result, given) or control_risks(result, place=place)
    if not baselines:
        reason = "the control arms' counts are not known"
        difference = {"difference": effect} if measure == "RD" else {"why_not": reason}
        return (Absolute(kind="risk", comparison=math.nan, **difference),)
    if measure == "RD" and not given.risks_of(result):
        baselines = (replace(baselines[0], label=""),)  # a difference of risks is the same from every risk
    return tuple(absolute_risk(one.risk, effect, measure, label=one.label, basis=one.basis) for one in baselines)


def _given_risks(result: SynthesisResult, given: Given) -> tuple[Baseline, ...]:
    basis = "Comparison risk given by the reader, not taken from the trials."
    return tuple(Baseline(risk=risk, label="given", basis=basis) for risk in given.risks_of(result))


# ---------------------------------------------------------------- means


def _difference(result: SynthesisResult, effect: Values, place: int | None) -> Absolute:
    scale = scale_of(result)
    return _shifted(control_means(result, place=place), effect, unit=scale.unit, digits=scale.digits)


def _ratio(result: SynthesisResult, effect: Values, place: int | None) -> Absolute:
    """Return what a ratio of means makes of the control arms' mean."""
    controls = control_means(result, place=place)
    if controls is None or not controls.value > 0 or controls.unit in ("", "not-stated"):
        reason = "a ratio of means needs a mean above 0 in the control arms, in one unit"
        return Absolute(kind="mean", comparison=math.nan, why_not=reason)
    shift = Values(
        estimate=controls.value * (effect.estimate - 1),
        ci_low=controls.value * (effect.ci_low - 1),
        ci_high=controls.value * (effect.ci_high - 1),
    )
    unit = unit_label(controls.unit, result.protocol)
    return _shifted(controls, shift, unit=unit, digits=digits_for([shift.ci_high - shift.ci_low]))


def _standardised(result: SynthesisResult, effect: Values, given: Given, place: int | None) -> Absolute:
    """Return a standardised difference times an SD that is named."""
    told, found = given.sd_of(result), control_sd(result, place=place)
    if math.isnan(told) and found is None:
        return Absolute(kind="mean", comparison=math.nan, why_not="no control arm has an SD in a stated unit")
    if found is None or not math.isnan(told):
        unit, sd, where = result.protocol.outcomes[result.synthesis.outcome].unit, told, "given by the reader"
        controls = None
    else:
        unit, sd = found.unit, found.value
        pooled = "pooled over" if len(found.names) > 1 else "in"
        where = f"of {_VALUES.get(found.value_type, 'values')}, {pooled} {found.where}"
        controls = control_means(result, place=place, unit=found.unit, value_type=found.value_type)
    name = unit_label(unit, result.protocol)
    shift = Values(estimate=effect.estimate * sd, ci_low=effect.ci_low * sd, ci_high=effect.ci_high * sd)
    digits = digits_for([shift.ci_high - shift.ci_low])
    basis = f"The standardised difference times an SD of {measured(sd, name, digits)}, {where}."
    basis += _printed_difference(result, place)
    return replace(_shifted(controls, shift, unit=name, digits=digits), sd_basis=basis)


def _printed_difference(result: SynthesisResult, place: int | None) -> str:
    """Return the difference that a single trial itself measured, from which one by another SD departs."""
    if result.k != 1 and place is None:
        return ""
    row = result.effects.iloc[place or 0]
    apart = float(row["mean1"]) - float(row["mean2"]) if row[["mean1", "mean2"]].notna().all() else math.nan
    if math.isnan(apart) or row["unit"] in ("", "not-stated") or "other-measure" in str(row["steps"]).split(";"):
        return ""
    shown = measured(apart, unit_label(str(row["unit"]), result.protocol), 2)
    return f" The means that the trial measured differ by {shown}."


def _shifted(controls: Controls | None, shift: Values, *, unit: str, digits: int) -> Absolute:
    """Return means moved by a difference; without a mean in the control arms, the difference alone."""
    mean = controls.value if controls else math.nan
    what = _MEANS.get(controls.value_type, "mean") if controls else "mean"
    return Absolute(
        kind="mean",
        comparison=mean,
        intervention=Values(estimate=mean + shift.estimate, ci_low=mean + shift.ci_low, ci_high=mean + shift.ci_high),
        difference=shift,
        unit=unit,
        digits=digits,
        what=what,
        basis=f"{capital(what)} in {controls.where}{_weighted(controls)}." if controls else "",
    )


def _weighted(controls: Controls) -> str:
    return ", weighted by people" if len(controls.names) > 1 else ""
