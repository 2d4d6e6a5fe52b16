"""Risk of bias: how much of the weight comes from trials at high risk, and how much nobody judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..curate.bias import of_outcome
from ..curate.bias.words import NOT_AGREED
from .domain import DomainProposal, undecided

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["risk_of_bias", "shares_of_weight"]

_DOMAIN = "risk-of-bias"
_CLASS = {
    "low": "low",
    "some-concerns": "some",
    "moderate": "some",
    "high": "high",
    "serious": "high",
    "critical": "high",
}
_MOST, _NEARLY_ALL = 50.0, 75.0


def risk_of_bias(result: SynthesisResult) -> DomainProposal:
    """Propose levels for risk of bias, from the overall judgements and the trials' weights.

    One level is taken off where trials at some or high risk carry half of the weight or more; two where those at high
    risk carry three quarters. Weight that nobody judged is counted once as low and once as high: if that makes a
    difference, the domain is not assessed.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis with a number, pooled or of one trial.

    References
    ----------
    Guyatt GH, et al. GRADE guidelines 4: rating the quality of evidence, study limitations. J Clin Epidemiol
    2011;64:407-15. https://doi.org/10.1016/j.jclinepi.2010.07.017
    """
    if not result.k:
        return undecided(_DOMAIN, "there is no number")
    share = shares_of_weight(result)
    told = ", ".join(f"{share[name]:.0f}% {words}" for name, words in _WORDS.items() if share[name] > 0)
    best = _levels(high=share["high"], some=share["some"])
    worst = _levels(high=share["high"] + share["unknown"], some=share["some"])
    if best == worst:
        return DomainProposal(domain=_DOMAIN, levels=best, reason=f"weight by overall judgement: {told}")
    return undecided(_DOMAIN, f"weight by overall judgement: {told}", best=best, worst=worst)


_WORDS = {"low": "low risk", "some": "some concerns", "high": "high risk", "unknown": "not judged"}


def _levels(*, high: float, some: float) -> int:
    if high >= _NEARLY_ALL:
        return -2
    return -1 if high + some >= _MOST else 0


def shares_of_weight(result: SynthesisResult) -> dict[str, float]:
    """Return the percentage of weight at low, some and high risk, and of weight that nobody judged.

    What two assessors do not agree on is not judged, and neither is a trial of which two forms tell different things
    (as for the effects of assignment and of adherence). A judgement for the outcome itself goes before one for all
    outcomes; see `of_outcome`. A trial without pooled weight counts like every other one.
    """
    judgements: dict[str, set[str]] = {}
    for (study, *_), judged in of_outcome(result.tables["risk_of_bias"], result.synthesis.outcome).items():
        told = _CLASS.get(judged.get("overall", ""))
        if told or judged.get("overall") == NOT_AGREED:
            judgements.setdefault(study, set()).add(told or "unknown")
    share = dict.fromkeys(_WORDS, 0.0)
    frame = result.effects
    weights = frame["weight"].tolist() if frame["weight"].notna().all() else [100 / len(frame)] * len(frame)
    for study, weight in zip(frame["study_id"], weights, strict=True):
        found = judgements.get(study, set())
        share[next(iter(found)) if len(found) == 1 else "unknown"] += float(weight)
    return {name: round(value, 9) for name, value in share.items()}  # three quarters stay so, whatever is summed
