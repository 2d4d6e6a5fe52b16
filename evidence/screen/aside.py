"""What a list of waiting records does not show, and where it is found: so that nothing is out of sight."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .queue import screened_records
from .standing import STAGES

if TYPE_CHECKING:
    from .desk import Desk
    from .queue import Queue

__all__ = ["Aside", "set_aside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Records that are open in some way and are not in a list.

    Attributes
    ----------
    stage : str
        The stage of the list.
    reopened : mapping of str to int
        Decided records to decide again at another stage, by stage.
    conflicts, maybes : int
        Records at the stage on which people differ; left at maybe.
    not_read : tuple of str
        PMIDs that PubMed no longer has, or merged into a record that is not here, and on which nobody decided.
    """

    stage: str
    reopened: dict[str, int]
    conflicts: int
    maybes: int
    not_read: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return asdict(self)

    def lines(self) -> tuple[str, ...]:
        """Return it in words, with the option that shows each."""
        said = [
            f"{_count(n, 'record')} to decide again at {stage}: --stage {stage}" for stage, n in self.reopened.items()
        ]
        if self.conflicts:
            said.append(f"{_count(self.conflicts, 'conflict')} at {self.stage}: --settle --stage {self.stage}")
        if self.maybes:
            said.append(f"{_count(self.maybes, 'record')} left at maybe at {self.stage}: --maybes --stage {self.stage}")
        if self.not_read:
            shown = ", ".join(self.not_read[:3]) + (" …" if len(self.not_read) > 3 else "")
            said.append(
                f"{_count(len(self.not_read), 'record')} not read, since PubMed has no such record now: {shown}"
            )
        return tuple(said)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def set_aside(desk: Desk, queue: Queue) -> Aside:
    """Return what a list of waiting records does not show.

    Parameters
    ----------
    desk : Desk
        The tables and the ledger.
    queue : Queue
        The list.
    """
    shown = {item.pmid for item in queue.items}
    there = {
        stage: set(screened_records(desk.records, desk.stands_for, ledger=desk.ledger, stage=stage)) for stage in STAGES
    }
    again = [
        entry.stage
        for pmid, entry in desk.again.items()
        if entry.stage != queue.stage and pmid in there[entry.stage] and queue.reviewer not in entry.knowing
    ]
    here = [desk.ledger.standing(pmid, queue.stage) for pmid in there[queue.stage] - shown]
    maybes = [one for one in here if one.outcome == "maybe" and (not queue.reviewer or queue.reviewer in one.own)]
    found = {pmid for pmid, row in desk.records.items() if row["presence"] != "not-in-query"}
    not_read = found - there[STAGES[0]] - desk.stands_for.keys()
    return Aside(
        stage=queue.stage,
        reopened={stage: again.count(stage) for stage in STAGES if stage in again},
        conflicts=sum(one.outcome == "conflict" for one in here),
        maybes=len(maybes),
        not_read=tuple(sorted(not_read, key=int)),
    )
