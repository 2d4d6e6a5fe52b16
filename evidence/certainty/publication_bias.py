"""Publication bias: tests of small-study effects where there are trials enough, and otherwise nothing but counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError
from ..numbers import format_p
from .domain import DomainProposal, undecided

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["publication_bias"]

_DOMAIN = "publication-bias"
_TRIALS_FOR_A_TEST = 10
_SUSPECT = 0.1
_BINARY = ("RR", "OR", "RD")


def publication_bias(result: SynthesisResult) -> DomainProposal:
    """Propose levels for publication bias.

    From ten trials on, a regression test decides: that of Peters for RR, OR and RD, whose effects and standard errors
    hang together, and that of Egger for the others; p < 0.1 takes off one level. With fewer, tests find little and the
    domain is not assessed; the reason counts the trials that make the comparison and give no number.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis with a number, pooled or of one trial.

    References
    ----------
    Guyatt GH, et al. GRADE guidelines 5: rating the quality of evidence, publication bias. J Clin Epidemiol
    2011;64:1277-82. https://doi.org/10.1016/j.jclinepi.2011.01.011

    Sterne JAC, et al. Recommendations for examining and interpreting funnel plot asymmetry. BMJ 2011;343:d4002.
    https://doi.org/10.1136/bmj.d4002
    """
    left = sum(entry.compared for entry in result.exclusions)
    counted = (
        f"{left} more make the comparison and give no number under these rules" if left else "none known is missing"
    )
    if result.fit is None or result.trials < _TRIALS_FOR_A_TEST:
        reason = f"{result.trials} of the {_TRIALS_FOR_A_TEST} trials that a test needs; {counted}"
        return undecided(_DOMAIN, reason, worst=-1)
    from ..diagnose.small_study import egger, peters

    measure = result.synthesis.measure
    binary = measure in _BINARY
    try:
        test = peters(result.effects, measure=measure) if binary else egger(result.fit)
    except InputError as error:  # as where all trials are of one size
        return undecided(_DOMAIN, f"the test of small-study effects cannot be made: {error}; {counted}", worst=-1)
    found = test.pvalue < _SUSPECT
    reason = f"{'Peters' if binary else 'Egger'} test {format_p(test.pvalue)}; {counted}"
    return DomainProposal(domain=_DOMAIN, levels=-1 if found else 0, reason=reason)
