"""Indirectness: whether the trials that entered answer the question asked, as far as the tables tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..synthesis.mixtures import mixtures
from ..tables.io import records, split_list
from .domain import DomainProposal, undecided

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["indirectness"]

_DOMAIN = "indirectness"
_PEOPLE = "whether the people, the outcome and the follow-up matter to those who ask is for people to judge"


def indirectness(result: SynthesisResult) -> DomainProposal:
    """Propose levels for indirectness.

    That the arms differ by exactly the components in question is so by construction. One level is taken off where
    trials are pooled that differ in what both arms received, in who counts as a responder, in the kind of value, in
    time or in design. Whether people and outcomes are the ones that matter cannot be computed; the reason says so.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis with a number, pooled or of one trial.

    References
    ----------
    Guyatt GH, et al. GRADE guidelines 8: rating the quality of evidence, indirectness. J Clin Epidemiol
    2011;64:1303-10. https://doi.org/10.1016/j.jclinepi.2011.04.014
    """
    if not result.k:
        return undecided(_DOMAIN, "there is no number")
    found = [text.rstrip(".") for text in mixtures(result.effects)]
    backgrounds = sorted(_backgrounds(result))
    if len(backgrounds) > 1:
        found.append(f"both arms received different things: {'; '.join(backgrounds)}")
    if found:
        return DomainProposal(domain=_DOMAIN, levels=-1, reason="; ".join([*found, _PEOPLE]))
    return DomainProposal(domain=_DOMAIN, levels=0, reason=f"the arms differ by what is asked; {_PEOPLE}")


def _backgrounds(result: SynthesisResult) -> set[str]:
    """Return what both arms of the trials received, in words; a single arm has no background."""
    known = result.protocol.components
    given = {
        (row["study_id"], row["arm_id"]): frozenset(
            name for name in split_list(row["components"]) if not known[name].placebo
        )
        for row in records(result.tables["arms"])
    }
    found = set()
    for contrast in result.contrasts:
        if contrast.arm_2 is None:
            continue
        arms = [
            given[contrast.study_id, name]
            for name in (*contrast.arm_1.arm_id.split("+"), *contrast.arm_2.arm_id.split("+"))
        ]
        shared = frozenset.intersection(*arms)
        found.add(" + ".join(sorted(known[name].label for name in shared)) or "nothing else")
    return found
