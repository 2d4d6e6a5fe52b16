"""How far screening is: counts by stage, and who decided how much."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .queue import screened_records, stage_outcome
from .standing import STAGES

if TYPE_CHECKING:
    from .desk import Desk

__all__ = ["StageStatus", "screening_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStatus:
    """How far one stage is.

    Attributes
    ----------
    stage : str
        Which.
    records : int
        Records that reach it: at full text those included or left at maybe before.
    included, excluded, maybe, conflict, waiting : int
        What came of them; together they are `records`.
    reopened : int
        Decided records that have to be looked at again; they are counted above as well.
    by_reviewer : mapping of str to int
        On how many of them each person has a decision that holds.
    reasons : mapping of str to int
        Exclusions by reason; the empty one where none was given.
    """

    stage: str
    records: int
    included: int
    excluded: int
    maybe: int
    conflict: int
    waiting: int
    reopened: int
    by_reviewer: dict[str, int]
    reasons: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return asdict(self)


def screening_status(desk: Desk) -> tuple[StageStatus, ...]:
    """Return how far each stage is.

    Parameters
    ----------
    desk : Desk
        The tables and the ledger.
    """
    ledger, again = desk.ledger, desk.again
    found = []
    for stage in STAGES:
        there = screened_records(desk.records, desk.stands_for, ledger=ledger, stage=stage)
        outcomes = [stage_outcome(ledger, pmid, stage) for pmid in there]
        standings = [ledger.standing(pmid, stage) for pmid in there]
        reasons = [entry.reason for entry in standings if entry.outcome == "excluded"]
        people = sorted({name for entry in standings for name in entry.own})
        found.append(
            StageStatus(
                stage=stage,
                records=len(there),
                included=outcomes.count("included"),
                excluded=outcomes.count("excluded"),
                maybe=outcomes.count("maybe"),
                conflict=outcomes.count("conflict"),
                waiting=outcomes.count("waiting"),
                reopened=sum(pmid in again and again[pmid].stage == stage for pmid in there),
                by_reviewer={name: sum(name in entry.own for entry in standings) for name in people},
                reasons={reason: reasons.count(reason) for reason in sorted(set(reasons))},
            )
        )
    return tuple(found)
