"""One domain of GRADE: the levels that the numbers propose, and why."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DOMAINS", "DomainProposal", "undecided"]

DOMAINS = {
    "risk-of-bias": "risk of bias",
    "inconsistency": "inconsistency",
    "indirectness": "indirectness",
    "imprecision": "imprecision",
    "publication-bias": "publication bias",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainProposal:
    """What the numbers propose for one domain.

    Attributes
    ----------
    domain : str
        Its id; see `DOMAINS`.
    levels : int or None
        Levels to rate down by: 0, −1 or −2. None where the domain cannot be assessed from what is known.
    reason : str
        Why, with the numbers; for None, what is missing.
    best, worst : int
        The levels that remain possible; both equal `levels` where it is known.

    Examples
    --------
    >>> proposal = DomainProposal(domain="imprecision", levels=-1, reason="the interval includes no effect")
    >>> proposal.text, proposal.best
    ('imprecision −1: the interval includes no effect', -1)
    """

    domain: str
    levels: int | None
    reason: str
    best_possible: int = 0
    worst_possible: int = -2

    @property
    def best(self) -> int:
        """The fewest levels that may have to be taken off."""
        return self.best_possible if self.levels is None else self.levels

    @property
    def worst(self) -> int:
        """The most levels that may have to be taken off."""
        return self.worst_possible if self.levels is None else self.levels

    @property
    def shown(self) -> str:
        """The levels as text: ``0``, ``−1``, or ``not assessed``."""
        return "not assessed" if self.levels is None else f"−{-self.levels}" if self.levels else "0"

    @property
    def text(self) -> str:
        """The domain, its levels and the reason in one line."""
        return f"{DOMAINS[self.domain]} {self.shown}: {self.reason}"


def undecided(domain: str, reason: str, *, best: int = 0, worst: int = -2) -> DomainProposal:
    """Return a domain that is not assessed, with what is missing and what remains possible."""
    return DomainProposal(domain=domain, levels=None, reason=reason, best_possible=best, worst_possible=worst)
