"""Inconsistency: I², directions, and whether a next trial might show something else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..numbers import format_i2
from .domain import DomainProposal, undecided

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["inconsistency"]

_DOMAIN = "inconsistency"
_MODERATE, _CONSIDERABLE = 40.0, 75.0
_ENOUGH_FOR_PREDICTION = 3


def inconsistency(result: SynthesisResult) -> DomainProposal:
    """Propose levels for inconsistency.

    One level is taken off for I² of 75% and more, for I² of 40% and more where trials point in opposite directions,
    and (from three trials on) where the interval of the mean excludes no effect while the prediction interval includes
    it. Two where I² is 75% and more and two trials with opposite directions have intervals that exclude each other.
    One trial has nothing to be inconsistent with.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis with a number, pooled or of one trial.

    References
    ----------
    Guyatt GH, et al. GRADE guidelines 7: rating the quality of evidence, inconsistency. J Clin Epidemiol
    2011;64:1294-302. https://doi.org/10.1016/j.jclinepi.2011.03.017

    IntHout J, et al. Plea for routinely presenting prediction intervals in meta-analysis. BMJ Open 2016;6:e010247.
    https://doi.org/10.1136/bmjopen-2015-010247
    """
    if result.fit is None:
        if result.trials == 1:
            return DomainProposal(domain=_DOMAIN, levels=0, reason="one trial: nothing to be inconsistent with")
        return undecided(_DOMAIN, "nothing was pooled" if result.k else "there is no number")
    from ..vocabulary import ProportionMeasure, allowed

    i2 = result.i2
    if result.synthesis.measure in allowed(ProportionMeasure):
        told = f"I² {format_i2(i2)}: for proportions I² says little, compare the reports themselves"
        return undecided(_DOMAIN, told)
    opposite, apart = _directions(result)
    reasons = [f"I² {format_i2(i2)}"]
    levels = 0
    if i2 >= _CONSIDERABLE or (i2 >= _MODERATE and opposite):
        levels = -2 if i2 >= _CONSIDERABLE and apart else -1
    if opposite:
        reasons.append(
            "trials in opposite directions exclude each other" if apart else "trials point in opposite directions"
        )
    if _prediction_differs(result):
        levels = min(levels, -1)
        reasons.append("the mean's interval excludes no effect, the prediction interval includes it")
    if result.k < _ENOUGH_FOR_PREDICTION:
        reasons.append("two trials tell little of heterogeneity")
    return DomainProposal(domain=_DOMAIN, levels=levels, reason="; ".join(reasons))


def _directions(result: SynthesisResult) -> tuple[bool, bool]:
    """Return whether trials point in opposite directions, and whether two such trials exclude each other."""
    frame = result.effects
    above, below = frame[frame["yi"] > 0], frame[frame["yi"] < 0]
    opposite = not above.empty and not below.empty
    return opposite, opposite and bool(above["ci_low"].max() > below["ci_high"].min())


def _prediction_differs(result: SynthesisResult) -> bool:
    if result.k < _ENOUGH_FOR_PREDICTION or not math.isfinite(result.pi[0]):
        return False
    (low, high), (far_low, far_high) = result.ci, result.pi
    return (low > 0 or high < 0) and far_low < 0 < far_high
