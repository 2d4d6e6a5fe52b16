"""Imprecision: the interval against no effect and against effects that matter; then the optimal information size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..numbers import format_number
from .domain import DomainProposal, undecided
from .estimate import graded
from .ois import optimal_information_size

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["imprecision"]

_DOMAIN = "imprecision"
_SMALL = 0.2


def imprecision(result: SynthesisResult) -> DomainProposal:
    """Propose levels for imprecision.

    The interval comes first. If it includes no effect, one level is taken off for reaching effects that matter on one
    side, two for reaching them on both, none if it stays among effects that do not matter. If it excludes no effect,
    the people are counted against the `optimal_information_size`: fewer take off one level, fewer than half take off
    two. Effects that matter are those beyond the protocol's minimal important difference; for RR and OR beyond 0.75
    and 1.25, for SMD beyond 0.5.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis with a number, pooled or of one trial.

    References
    ----------
    Guyatt GH, et al. GRADE guidelines 6. J Clin Epidemiol 2011;64:1283-93.
    https://doi.org/10.1016/j.jclinepi.2011.01.012

    Zeng L, et al. GRADE guidance 34. J Clin Epidemiol 2022;150:216-24. https://doi.org/10.1016/j.jclinepi.2022.07.014
    """
    effect = graded(result)
    if effect is None:
        what = "there is no number" if not result.k else "a proportion has no null; name a threshold and judge by it"
        return undecided(_DOMAIN, what)
    if effect.excludes_null:
        return _by_size(result)
    if not effect.has_bounds:
        reason = "the interval includes no effect; without a minimal important difference it is not known how much more"
        return undecided(_DOMAIN, reason, worst=-2)
    reached = (effect.low < effect.lower) + (effect.high > effect.upper)
    words = ("no effect that matters", "effects that matter on one side", "effects that matter on both sides")
    reason = f"the interval includes no effect and {words[reached]} ({effect.bounds})"
    return DomainProposal(domain=_DOMAIN, levels=-reached, reason=reason)


def _by_size(result: SynthesisResult) -> DomainProposal:
    """Count the people against the optimal information size."""
    size, basis = _needed(result)
    if size is None:
        return undecided(_DOMAIN, f"the interval excludes no effect, but the information size needs {basis}")
    people = result.n
    told = (
        f"the interval excludes no effect; {people} people of {format_number(size, 0)} that one trial needs ({basis})"
    )
    if result.effects["paired"].astype(bool).any():
        told += "; people who are their own controls tell more than that size allows for"
    levels = 0 if people >= size else -1 if 2 * people >= size else -2
    return DomainProposal(domain=_DOMAIN, levels=levels, reason=told)


def _needed(result: SynthesisResult) -> tuple[int | None, str]:
    """Return the optimal information size and what it rests on, or None and what is missing."""
    frame, outcome = result.effects, result.protocol.outcomes[result.synthesis.outcome]
    if outcome.kind == "binary":
        counted = frame[["events2", "n2"]].astype(float).dropna()  # a printed ratio need not tell the counts behind it
        if counted.empty:
            return None, "the counts of a control arm, which are not known here"
        risk = float(counted["events2"].sum() / counted["n2"].sum())
        if not 0 < risk < 1:
            return None, f"a control risk between 0 and 1; it is {risk:g} here"
        return optimal_information_size(control_risk=risk), f"control risk {100 * risk:.0f}%, relative reduction 25%"
    sd = _pooled_sd(result)
    in_unit = result.synthesis.measure == "MD" and set(frame["unit"]) == {outcome.unit}
    if outcome.mid is not None and in_unit and math.isfinite(sd):
        basis = f"difference {outcome.mid:g} {outcome.unit}, SD {format_number(sd, 1)}"
        return optimal_information_size(difference=outcome.mid, sd=sd), basis
    return optimal_information_size(difference=_SMALL, sd=1.0), f"a small difference of {_SMALL:g} SD"


def _pooled_sd(result: SynthesisResult) -> float:
    """Return the SD of the arms that have one, together; NaN where the effects do not rest on SDs."""
    freedom, squares = 0.0, 0.0
    for arm in ("1", "2"):
        known = result.effects[[f"n{arm}", f"sd{arm}"]].astype(float).dropna()
        freedom += float((known[f"n{arm}"] - 1).sum())
        squares += float(((known[f"n{arm}"] - 1) * known[f"sd{arm}"] ** 2).sum())
    return math.sqrt(squares / freedom) if freedom > 0 and squares > 0 else math.nan
