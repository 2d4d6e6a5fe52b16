"""Which records screening let in, and at which stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..screen.duplicates.decisions import stands_for
from ..screen.ledger import current, load_decisions
from ..screen.rows import read_rows
from ..screen.standing import STAGES, as_one

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..project import Project

__all__ = ["Screened", "screening_outcomes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """How far screening is.

    Attributes
    ----------
    outcomes : mapping of str to (str, str)
        PMID → (the last stage that has an outcome, the outcome), of every record on which somebody decided. The outcome
        is ``included``, ``excluded``, ``maybe`` or ``conflict``, or ``waiting`` where too few people have decided.
    stands_for : mapping of str to str
        PMID → the PMID that stands for it, of records of the same publication.
    """

    outcomes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    stands_for: Mapping[str, str] = field(default_factory=dict)

    def standing(self, pmid: str) -> str:
        """Return the PMID that stands for a record: its own, if it has no other."""
        return self.stands_for.get(pmid, pmid)

    def of(self, pmid: str) -> tuple[str, str]:
        """Return stage and outcome of a record; both empty if nobody decided."""
        return self.outcomes.get(self.standing(pmid), ("", ""))


def screening_outcomes(project: Project, *, reviewers: int) -> Screened:
    """Return what came of screening so far; a decision on a record counts for all of the same publication.

    Parameters
    ----------
    project : Project
        Its ledger of decisions, its records and its duplicates are read.
    reviewers : int
        How many people decide on each record, as the protocol says.

    Raises
    ------
    TableError
        If a table is damaged.
    """
    alike = stands_for({name: read_rows(project, name) for name in ("records", "duplicates")})
    ledger = current(as_one(load_decisions(project), alike), reviewers=reviewers)
    found: dict[str, tuple[str, str]] = {}
    last_first = [(stage, entry) for stage in reversed(STAGES) for entry in ledger.standings.values()]
    for waiting in (False, True):
        for stage, entry in last_first:
            if entry.stage == stage and entry.counted and (entry.outcome == "waiting") is waiting:
                found.setdefault(entry.pmid, (stage, entry.outcome))
    return Screened(outcomes=found, stands_for=alike)
