"""Verdicts on the claims of a protocol, each with the results that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .facts import facts_of
from .met import MetClaim, met_claims
from .rule import Ruling, Verdict, decide
from .shown import ClaimTest, claim_test
from .words import basis_of, needed_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...answers import Answer
    from ...base import EvidenceBase
    from ...protocol import Claim
    from ...synthesis import SynthesisResult

__all__ = ["ClaimVerdict", "judge_claims"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVerdict:
    """One claim and what the syntheses say of it.

    Attributes
    ----------
    claim : Claim
        The claim, as in the protocol.
    verdict : {"supported", "contradicted", "uncertain", "untested"}
        By the rule of `decide`.
    basis : str
        One or two sentences on what the verdict rests on.
    needed : tuple of str
        What would be needed for a verdict that decides; empty where there is one.
    ruling : Ruling
        How the rule came to the verdict.
    tests : tuple of ClaimTest
        What each listed synthesis shows, in words and numbers.
    met : tuple of MetClaim
        The claim as it is met in print, with what was seen there.
    syntheses : tuple of SynthesisResult
        The result shown of each listed synthesis.
    """

    claim: Claim
    verdict: Verdict
    basis: str
    syntheses: tuple[SynthesisResult, ...]
    needed: tuple[str, ...] = ()
    ruling: Ruling
    tests: tuple[ClaimTest, ...] = ()
    met: tuple[MetClaim, ...] = ()

    @property
    def from_article(self) -> bool:
        """Whether the claim is one of the article from which the review starts."""
        return self.claim.from_article


def judge_claims(
    base: EvidenceBase, answers: Mapping[str, Answer], *, claims: Iterable[Claim] | None = None
) -> list[ClaimVerdict]:
    """Return the verdict on each claim of the protocol, in its order.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer
        Every synthesis that a claim names, under every analysis.
    claims : iterable of Claim, optional
        Which claims; all of the protocol by default.

    Raises
    ------
    KeyError
        If a synthesis that a claim names is not among the answers.

    Examples
    --------
    >>> import evidence as ev
    >>> base = ev.load()
    >>> verdicts = judge_claims(base, base.answers())
    >>> {entry.verdict for entry in verdicts} <= {"supported", "contradicted", "uncertain", "untested"}
    True
    """
    asked = base.protocol.claims.values() if claims is None else claims
    met = met_claims(base.tables["claims"])
    return [_judge(claim, answers, met.get(claim.id, ())) for claim in asked]


def _judge(claim: Claim, answers: Mapping[str, Answer], met: tuple[MetClaim, ...]) -> ClaimVerdict:
    listed = [answers[name] for name in claim.syntheses]
    facts = facts_of(listed)
    ruling = decide(facts, measurable=claim.measurable, untested=claim.untested)
    tests = tuple(
        claim_test(answer, entry, measurable=claim.measurable) for answer, entry in zip(listed, facts, strict=True)
    )
    protocol = listed[0].primary.protocol if listed else None
    return ClaimVerdict(
        claim=claim,
        verdict=ruling.verdict,
        basis=basis_of(ruling, facts, tests, protocol),
        needed=needed_for(ruling, tests, protocol),
        ruling=ruling,
        tests=tests,
        met=met,
        syntheses=tuple(answer.shown for answer in listed),
    )
