"""What the evidence base says of popular claims: one verdict each, by a fixed rule.

A verdict comes from the primary analyses alone:

- ``untested``: no analysis of any synthesis that the protocol lists for the claim has a trial that can be used.
- ``supported``: at least one listed synthesis pools two trials or more in its primary analysis with an interval on the
  good side of no effect, and none has its interval on the bad side.
- ``contradicted``: the same with the sides exchanged.
- ``uncertain``: all else, such as single trials, sensitivity analyses only, intervals that include no effect,
  proportions without a comparison, comparisons of one dose or device with another, which name no good side, and
  claims that nothing could measure.

A verdict says nothing of certainty, and *untested* does not mean false.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..plot.scale import pooled_values, scale_of
from .wording import against_null

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..answers import Answer
    from ..base import EvidenceBase
    from ..protocol import Claim
    from ..synthesis import SynthesisResult

__all__ = ["ClaimVerdict", "Verdict", "judge_claims", "side"]

Verdict = Literal["supported", "contradicted", "uncertain", "untested"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVerdict:
    """One claim and what the syntheses say of it.

    Attributes
    ----------
    claim : Claim
        The claim, as in the protocol.
    verdict : {"supported", "contradicted", "uncertain", "untested"}
        By the rule of this module.
    basis : str
        One sentence on what the verdict rests on.
    syntheses : tuple of SynthesisResult
        The result shown of each listed synthesis.
    """

    claim: Claim
    verdict: Verdict
    basis: str
    syntheses: tuple[SynthesisResult, ...]


def judge_claims(base: EvidenceBase, answers: Mapping[str, Answer]) -> list[ClaimVerdict]:
    """Return the verdict on each claim of the protocol, in its order.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer
        Every synthesis that a claim names, under every analysis.

    Raises
    ------
    KeyError
        If a synthesis that a claim names is not among the answers.
    """
    return [_judge(claim, [answers[name] for name in claim.syntheses]) for claim in base.protocol.claims.values()]


def _judge(claim: Claim, answers: Sequence[Answer]) -> ClaimVerdict:
    sides = {answer.synthesis.id: side(answer.primary) for answer in answers}
    good = [name for name, found in sides.items() if found == "good"]
    bad = [name for name, found in sides.items() if found == "bad"]
    verdict: Verdict
    if not any(result.k for answer in answers for result in answer.results.values()):
        verdict = "untested"
    elif not claim.measurable:
        verdict = "uncertain"
    elif good and not bad:
        verdict = "supported"
    elif bad and not good:
        verdict = "contradicted"
    else:
        verdict = "uncertain"
    return ClaimVerdict(
        claim=claim,
        verdict=verdict,
        basis=_basis(verdict, answers, good=good, bad=bad)
        if claim.measurable or verdict == "untested"
        else "No measurement could decide it; its syntheses show what it would rest on.",
        syntheses=tuple(answer.shown for answer in answers),
    )


def side(result: SynthesisResult) -> str:
    """Return on which side of no effect a pooled interval lies: ``good``, ``bad``, or empty if on neither."""
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    direction = result.protocol.outcomes[result.synthesis.outcome].direction
    null = scale_of(result).null
    if not result.pooled or null is None or direction == "unclear" or comparison.kind in ("attribute", "single-arm"):
        return ""
    found = against_null(pooled_values(result), null)
    if found not in ("above", "below"):
        return ""
    return "good" if (found == "above") == (direction == "higher") else "bad"


def _basis(verdict: str, answers: Sequence[Answer], *, good: Sequence[str], bad: Sequence[str]) -> str:
    """Return one sentence: the nearest that the listed syntheses come to a verdict."""
    if not answers:
        return "No synthesis of this review tests it."
    total = len(answers)
    if verdict == "untested":
        return f"No trial can be used in {'its synthesis' if total == 1 else f'any of its {total} syntheses'}."
    if good and bad:
        return f"The intervals of {_of(len(good), total)} lie for it, and of {_of(len(bad), total)} against it."
    if good or bad:
        where = "for" if good else "against"
        return (
            f"The primary analysis of {_of(len(good or bad), total)} pools at least two trials with an interval that "
            f"lies {where} it, and none lies on the other side."
        )
    compared = sum(answer.primary.pooled and scale_of(answer.primary).null is not None for answer in answers)
    if compared:
        return f"Trials are pooled in the primary analysis of {_of(compared, total)}, and no interval decides it."
    counted = sum(answer.primary.trials > 1 and scale_of(answer.primary).null is None for answer in answers)
    if counted:
        return f"Trials count how often in {_of(counted, total)}; without a comparison that decides nothing."
    wider = sum(any(result.pooled for result in answer.results.values()) for answer in answers)
    if wider:
        return f"No primary analysis pools trials; sensitivity analyses do in {_of(wider, total)}."
    single = sum(any(result.k for result in answer.results.values()) for answer in answers)
    return f"There is no more than a single usable trial, in {_of(single, total)}."


def _of(count: int, total: int) -> str:
    return "its one synthesis" if total == 1 else f"{count} of its {total} syntheses"
