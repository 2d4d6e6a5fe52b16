"""The five domains together: where certainty starts, what is taken off, and what remains possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..card import Card, Carded
from ..curate.bias import of_outcome
from .bias import risk_of_bias
from .domain import DOMAINS, DomainProposal
from .imprecision import imprecision
from .inconsistency import inconsistency
from .indirectness import indirectness
from .judged import CERTAINTIES, certainty_text, last_judged, words
from .publication_bias import publication_bias

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["CertaintyProposal", "propose"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CertaintyProposal(Carded):
    """What the numbers propose for the certainty of one synthesis, and what people decided.

    Attributes
    ----------
    synthesis, analysis : str
        What was graded.
    start : str
        ``high`` for randomised trials and for others judged by ROBINS-I, ``low`` for other non-randomised ones; empty
        where it is not known.
    start_reason : str
        Why it starts there.
    domains : tuple of DomainProposal
        The five domains.
    certainty : str
        The proposal for all of them: ``high``, ``moderate``, ``low``, ``very-low``; empty while a domain is open.
    at_most : str
        The highest certainty that remains possible; empty where there is no number to be certain of.
    decided : str
        What people decided; or ``not assessed``; or that they judged other evidence, which does not count.
    standing : {"", "current", "changed", "unknown"}
        Whether what they decided is about the evidence as it is now; empty where nobody decided.
    """

    synthesis: str
    analysis: str
    start: str
    start_reason: str
    domains: tuple[DomainProposal, ...]
    certainty: str
    at_most: str
    decided: str
    standing: str = ""

    @property
    def outdated(self) -> bool:
        """Whether people decided, and about other evidence than this."""
        return self.standing not in ("", "current")

    @property
    def shown(self) -> str:
        """The proposal in words: a certainty, the bound that remains, or that it is not assessed."""
        if self.certainty:
            return words(self.certainty)
        return f"not assessed (at most {words(self.at_most)})" if self.at_most else "not assessed"

    def domain(self, name: str) -> DomainProposal:
        """Return the proposal for one domain, by its id."""
        return next(entry for entry in self.domains if entry.domain == name)

    def _card(self) -> Card:
        facts = [
            ("decided by people", self.decided),
            ("proposed", self.shown),
            ("starts at", f"{words(self.start) or 'not known'}: {self.start_reason}"),
            *((DOMAINS[entry.domain], f"{entry.shown}; {entry.reason}") for entry in self.domains),
        ]
        notes = ["A proposal from the numbers. People decide, in the table of certainty."]
        if self.outdated:
            notes.insert(0, "What people decided no longer counts. To judge again: the same command with --form FILE.")
        return Card(title=f"Certainty of {self.synthesis} ({self.analysis})", facts=tuple(facts), notes=tuple(notes))

    @property
    def again(self) -> str:
        """The command that writes the form for another judgement."""
        return f"evidence grade {self.synthesis} --analysis {self.analysis} --form FILE"


def propose(result: SynthesisResult) -> CertaintyProposal:
    """Return what the numbers propose for the certainty of a synthesis, domain by domain.

    The overall proposal is the start less the levels of the five domains, at lowest ``very-low``. While a domain is
    not assessed there is none, only the highest certainty that remains possible.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis under one analysis. Without a number nothing is assessed.

    References
    ----------
    Guyatt GH, et al. GRADE: an emerging consensus on rating quality of evidence and strength of recommendations. BMJ
    2008;336:924-6. https://doi.org/10.1136/bmj.39489.470347.AD

    Examples
    --------
    >>> import evidence as ev
    >>> found = propose(ev.load().synthesis("addon-minoxidil-response-women"))
    >>> found.decided
    'not assessed'
    """
    domains = tuple(rate(result) for rate in (risk_of_bias, inconsistency, indirectness, imprecision, publication_bias))
    start, why = _start(result)
    highest = CERTAINTIES.index(start or "high") if result.k else None
    known = bool(start) and all(entry.levels is not None for entry in domains)
    least = sum(entry.best for entry in domains)
    bound = "" if highest is None else CERTAINTIES[min(highest - least, len(CERTAINTIES) - 1)]
    decided = last_judged(result)
    return CertaintyProposal(
        synthesis=result.id,
        analysis=result.analysis.id,
        start=start,
        start_reason=why,
        domains=domains,
        certainty=bound if known and result.k else "",
        at_most=bound,
        decided=certainty_text(decided),
        standing=decided.standing if decided is not None else "",
    )


def _start(result: SynthesisResult) -> tuple[str, str]:
    """Return where certainty starts, and why; empty where it is not known."""
    if not result.k:
        return "", "there is no number"
    studies = result.tables["studies"].set_index("study_id")["randomised"]
    entered = result.effects["study_id"].unique()
    kinds = {str(studies[name]) for name in entered}
    if kinds == {"yes"}:
        return "high", "randomised"
    if "not-stated" in kinds:
        return "", "a trial does not state whether it was randomised"
    by_robins = {
        study
        for (study, tool, _), found in of_outcome(result.tables["risk_of_bias"], result.synthesis.outcome).items()
        if tool == "ROBINS-I" and found.get("overall", "no-information") not in ("no-information", "not-agreed")
    }
    others = {name for name in entered if studies[name] != "yes"}
    if others <= by_robins:
        return "high", "not randomised, and judged by ROBINS-I"
    return "low", "not randomised"
