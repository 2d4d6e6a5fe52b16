r"""From an effect and what happens without the intervention to what happens with it.

With a comparison risk :math:`p_0`, the risk with the intervention is

- risk ratio: :math:`p_0\,RR`,
- odds ratio: :math:`p_0\,OR\,/\,(1-p_0+p_0\,OR)`,
- hazard ratio, for the event by a point in time: :math:`1-(1-p_0)^{HR}`,
- risk difference: :math:`p_0+RD`,

where that is a risk: of what comes out below 0 or above 1 no number is given. Both limits of the interval go the same
way; the comparison risk is taken as known.

References
----------
Guyatt GH, et al. GRADE guidelines 12. J Clin Epidemiol 2013;66:158-72. https://doi.org/10.1016/j.jclinepi.2012.01.012

Schünemann HJ, et al. Cochrane Handbook, chapters 14 and 15.
https://training.cochrane.org/handbook/current/chapter-15
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ...errors import InputError
from ...plot.page.scale import Values
from ...vocabulary import check_option
from .words import measured, measured_difference, risk, risk_difference, risk_digits, shift_digits

__all__ = ["NOTHING", "RISK_MEASURES", "Absolute", "absolute_risk", "risk_with", "within_risks"]

RISK_MEASURES = ("RR", "OR", "PETO", "RD", "HR")
_ROUNDING = 1e-12
_BEYOND = "the effect would make of this comparison risk one above 1000 per 1000, which no risk can be"
NOTHING = Values(estimate=math.nan, ci_low=math.nan, ci_high=math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absolute:
    """What is anticipated without and with the intervention.

    Attributes
    ----------
    kind : {"risk", "mean"}
        Risks are fractions, means are in `unit`.
    label : str
        Which comparison this is, as ``lowest``; empty where there is one.
    basis : str
        Where the comparison value comes from.
    sd_basis : str
        Which SD a standardised effect was multiplied by; else empty.
    unit : str
        The unit of means, as people write it.
    what : str
        What kind of mean it is, as ``mean change``.
    comparison : float
        The risk or mean without the intervention; NaN where it is not known.
    intervention, difference : Values
        With its interval; NaN where it cannot be computed.
    digits : int
        Decimals; of people per 1000 for risks.
    beyond : {"", "limit", "estimate"}
        What came out below 0 or above 1 and is therefore NaN: a limit of the interval alone, or the estimate too.
    why_not : str
        Why there is no number; empty where there is one.
    """

    kind: Literal["risk", "mean"]
    comparison: float
    intervention: Values = NOTHING
    difference: Values = NOTHING
    label: str = ""
    basis: str = ""
    sd_basis: str = ""
    unit: str = ""
    what: str = "mean"
    digits: int = 0
    beyond: Literal["", "limit", "estimate"] = ""
    why_not: str = ""

    @property
    def comparison_text(self) -> str:
        """The value without the intervention, with its label."""
        start = f"{self.label}: " if self.label else ""
        if math.isnan(self.comparison):
            return f"{start}not known"
        if self.kind == "risk":
            return f"{start}{risk(self.comparison, self.digits)} per 1000"
        return f"{start}{self.what} {measured(self.comparison, self.unit, self.digits)}"

    @property
    def intervention_text(self) -> str:
        """The value with the intervention and its interval; a dash where there is none."""
        shown = self.intervention
        if math.isnan(shown.estimate):
            return "–"
        if self.kind == "risk":
            first, low, high = (risk(value, self.digits) for value in (shown.estimate, shown.ci_low, shown.ci_high))
            return f"{first} per 1000 ({low} to {high})"
        low, high = (measured(value, "", self.digits) for value in (shown.ci_low, shown.ci_high))
        return f"{self.what} {measured(shown.estimate, self.unit, self.digits)} ({low} to {high})"

    @property
    def difference_text(self) -> str:
        """The difference and its interval, or why there is none."""
        if math.isnan(self.difference.estimate):
            return f"not known: {self.why_not}" if self.why_not else "–"
        if self.kind == "risk":
            return risk_difference(self.difference, self.digits)
        return measured_difference(self.difference, self.unit, self.digits)


def risk_with(comparison: float, effect: float, measure: str) -> float:
    """Return what effect and comparison risk make of the risk with the intervention, be it a risk or not.

    Parameters
    ----------
    comparison : float
        The risk without it, from 0 to 1.
    effect : float
        On the natural scale: a ratio, or a difference of fractions.
    measure : str
        ``RR``, ``OR``, ``PETO``, ``RD`` or ``HR``.

    Raises
    ------
    OptionError
        If the measure is another one.
    InputError
        If the comparison risk is no risk.

    Examples
    --------
    >>> [round(risk_with(0.2, 0.5, measure), 4) for measure in ("RR", "OR", "HR")]
    [0.1, 0.1111, 0.1056]
    >>> round(risk_with(0.2, -0.05, "RD"), 4)
    0.15
    """
    check_option("measure", measure, RISK_MEASURES)
    if not 0 <= comparison <= 1:
        raise InputError(f"a risk lies between 0 and 1; got {comparison:g}")
    if measure == "RD":
        return comparison + effect
    if comparison == 0:
        return 0.0  # also where the upper limit of a ratio is infinite
    if measure == "RR":
        return comparison * effect
    if math.isinf(effect):
        return 1.0
    if measure == "HR":
        return 1 - math.pow(1 - comparison, effect)
    return comparison * effect / (1 - comparison + comparison * effect)


def absolute_risk(comparison: float, effect: Values, measure: str, *, label: str = "", basis: str = "") -> Absolute:
    """Return the anticipated risks for one comparison risk.

    Nothing is below 0 or above 1: where the effect makes such a thing of the comparison risk, there is no number, and
    where a limit of its interval does, there is no such limit. A risk difference itself stays. A ratio says nothing
    about a risk of 0, nor odds or hazards about a risk of 1: then there is no number, and why.

    Parameters
    ----------
    comparison : float
        The risk without the intervention, from 0 to 1.
    effect : Values
        The effect with its interval, on the natural scale.
    measure, label, basis : str
        As in `risk_with` and `Absolute`.

    Examples
    --------
    >>> effect = Values(estimate=0.5, ci_low=0.3, ci_high=0.8)
    >>> found = absolute_risk(0.2, effect, "RR")
    >>> found.comparison_text, found.intervention_text
    ('200 per 1000', '100 per 1000 (60 to 160)')
    >>> found.difference_text
    '100 fewer per 1000 (140 fewer to 40 fewer)'
    >>> absolute_risk(0.0, effect, "RR").difference_text
    'not known: a ratio says nothing about a comparison risk of 0'
    >>> absolute_risk(0.8, Values(estimate=1.1, ci_low=0.9, ci_high=1.3), "RR").intervention_text
    '880 per 1000 (720 to –)'
    """
    why_not = _why_not(comparison, effect, measure)
    if why_not:
        return Absolute(kind="risk", comparison=comparison, label=label, basis=basis, why_not=why_not)
    raw = [risk_with(comparison, value, measure) for value in (effect.estimate, effect.ci_low, effect.ci_high)]
    risks, beyond = within_risks(_values(raw))
    shifts = _values([value - comparison for value in (risks.estimate, risks.ci_low, risks.ci_high)])
    difference = effect if measure == "RD" else shifts
    return Absolute(
        kind="risk",
        comparison=comparison,
        intervention=risks,
        difference=difference,
        label=label,
        basis=basis,
        digits=max(risk_digits(comparison), shift_digits(difference)),
        beyond=beyond,
        why_not=_BEYOND if beyond == "estimate" and measure != "RD" else "",
    )


def within_risks(shown: Values) -> tuple[Values, Literal["", "limit", "estimate"]]:
    """Return what of an estimate with its interval is a risk, NaN for the rest; and what is not.

    Without an estimate there is no interval either.

    Examples
    --------
    >>> risks, beyond = within_risks(Values(estimate=0.9, ci_low=0.7, ci_high=1.2))
    >>> (risks.estimate, risks.ci_low, risks.ci_high, beyond)
    (0.9, 0.7, nan, 'limit')
    """
    values = [shown.estimate, shown.ci_low, shown.ci_high]
    if _no_risk(values[0]):
        return NOTHING, "estimate"
    return _values([math.nan if _no_risk(value) else value for value in values]), (
        "limit" if any(map(_no_risk, values)) else ""
    )


def _no_risk(value: float) -> bool:
    """Return whether a number cannot be a risk, by more than the rounding of computers."""
    return value < -_ROUNDING or value > 1 + _ROUNDING


def _why_not(comparison: float, effect: Values, measure: str) -> str:
    if math.isnan(comparison):
        return "the comparison risk is not known"
    if math.isnan(effect.estimate):
        return "there is no effect"
    if comparison == 0 and measure != "RD":
        return "a ratio says nothing about a comparison risk of 0"
    if comparison == 1 and measure in ("OR", "PETO", "HR"):
        return "odds and hazards say nothing about a comparison risk of 1"
    return ""


def _values(numbers: list[float]) -> Values:
    estimate, low, high = numbers
    return Values(estimate=estimate, ci_low=low, ci_high=high)
