"""What is to be read next: reopened records first, then those that wait, in the order asked for."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from ..vocabulary import check_option
from .standing import FULL_TEXT, STAGES, TITLE_ABSTRACT, current

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .rank import Ranked
    from .reopen import Reopened
    from .standing import Ledger, Outcome

__all__ = ["GOES_ON", "Item", "Order", "Queue", "build_queue", "requeue", "screened_records", "stage_outcome"]

Order = Literal["score", "date", "pmid"]
GOES_ON = ("included", "maybe")
_AGAIN, _WAITING, _MAYBE = 1, 2, 3  # the parts of the queue, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A record that is to be read.

    Attributes
    ----------
    pmid : str
        The record.
    reopened : tuple of str
        Why a decision on it is open again; empty for one that is read for the first time.
    ranked : Ranked or None
        Its score with all parts.
    also : tuple of str
        The PMIDs of the same publication for which it stands.
    key : tuple of numbers
        By which the queue is ordered.
    """

    pmid: str
    reopened: tuple[str, ...] = ()
    ranked: Ranked | None = None
    also: tuple[str, ...] = ()
    key: tuple[float | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for a reviewer at a stage.

    Attributes
    ----------
    stage, reviewer : str
        Where, and for whom; without a reviewer, all that is not settled.
    items : tuple of Item
        In the order of reading.
    total : int
        How many records there are at the stage, those decided among them.
    included : int
        How many of them are included.
    led_away : mapping of str to str
        PMID → the PMID that stands for it, for every record that is not read because another one is.
    """

    stage: str
    reviewer: str
    items: tuple[Item, ...]
    total: int
    included: int
    led_away: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many records need no reading any more."""
        return self.total - len(self.items)


def screened_records(
    records: Mapping[str, Mapping[str, str]],
    stands_for: Mapping[str, str],
    *,
    ledger: Ledger | None = None,
    stage: str = TITLE_ABSTRACT,
) -> tuple[str, ...]:
    """Return the PMIDs that are screened at a stage, by number.

    They are those that a search found and that are not led away to another record. A record that PubMed no longer has,
    or merged into one that is not here, is read only if somebody has decided on it. At full text stand those that title
    and abstract included or left at maybe, and those that somebody decided there alone.

    Parameters
    ----------
    records : mapping of str to mapping
        Rows of the table of records, by PMID.
    stands_for : mapping of str to str
        PMID → the PMID that stands for it.
    ledger : Ledger, optional
        Where records stand; by default nobody decided anything.
    stage : str
        ``title-abstract`` or ``full-text``.
    """
    ledger = ledger or current(())
    decided = {pmid for pmid, _ in ledger.standings}
    there = [
        pmid
        for pmid, row in records.items()
        if row["presence"] != "not-in-query"
        and pmid not in stands_for
        and (pmid in decided or not (row.get("merged_into") or row["presence"] == "gone"))
        and (stage == TITLE_ABSTRACT or stage_outcome(ledger, pmid, TITLE_ABSTRACT) in GOES_ON)
    ]
    return tuple(sorted(there, key=int))


def stage_outcome(ledger: Ledger, pmid: str, stage: str) -> Outcome:
    """Return what came of a record at a stage; who decided at full text let it pass the stage before.

    Parameters
    ----------
    ledger : Ledger
        Where records stand.
    pmid, stage : str
        The record, and where.
    """
    outcome = ledger.outcome_of(pmid, stage)
    if (stage, outcome) == (TITLE_ABSTRACT, "waiting") and ledger.standing(pmid, FULL_TEXT).counted:
        return "included"
    return outcome


def build_queue(
    records: Mapping[str, Mapping[str, str]],
    ledger: Ledger,
    *,
    stage: str = TITLE_ABSTRACT,
    reviewer: str = "",
    order: str = "score",
    ranked: Sequence[Ranked] = (),
    again: Mapping[str, Reopened] | None = None,
    stands_for: Mapping[str, str] | None = None,
    maybes: bool = False,
    only: Collection[str] | None = None,
) -> Queue:
    """Return what a reviewer is to read.

    At full text stand the records that title and abstract included or left at maybe. A record waits for a reviewer
    who has not decided on it, as long as fewer people than the review asks for have. A reopened one waits for those
    who have not decided on it again.

    Parameters
    ----------
    records : mapping of str to mapping
        Rows of the table of records, by PMID.
    ledger : Ledger
        Where records stand.
    stage : str
        ``title-abstract`` or ``full-text``.
    reviewer : str
        For whom; without one, everything that is not settled.
    order : str
        ``score`` (highest first), ``date`` (added last first) or ``pmid``.
    ranked : sequence of Ranked
        The scores.
    again : mapping of str to Reopened
        What is reopened.
    stands_for : mapping of str to str
        PMID → the PMID that stands for it.
    maybes : bool
        Whether to show again what was left at maybe, after all else.
    only : collection of str, optional
        The records to look at; by default all.

    Raises
    ------
    OptionError
        If stage or order is not known.
    """
    check_option("stage", stage, STAGES)
    check_option("order", order, Order)
    away, again = dict(stands_for or {}), again or {}
    scores = {entry.pmid: entry for entry in ranked}
    some = records if only is None else {pmid: records[pmid] for pmid in only if pmid in records}
    there = screened_records(some, away, ledger=ledger, stage=stage)
    waiting = {pmid: place for pmid in there if (place := _place(ledger, pmid, stage, reviewer, again, maybes=maybes))}
    graver = {pmid: again[pmid].gravity if place == _AGAIN else 0 for pmid, place in waiting.items()}
    keys = {pmid: (place, graver[pmid], *_order(pmid, order, scores, records)) for pmid, place in waiting.items()}
    also: dict[str, list[str]] = {}
    for other, keeper in away.items():
        also.setdefault(keeper, []).append(other)
    items = tuple(
        Item(
            pmid=pmid,
            reopened=again[pmid].reasons if waiting[pmid] == _AGAIN else (),
            ranked=scores.get(pmid),
            also=tuple(sorted(also.get(pmid, ()), key=int)),
            key=keys[pmid],
        )
        for pmid in sorted(waiting, key=lambda pmid: keys[pmid])
    )
    return Queue(
        stage=stage,
        reviewer=reviewer,
        items=items,
        total=len(there),
        included=sum(stage_outcome(ledger, pmid, stage) == "included" for pmid in there),
        led_away={other: keeper for other, keeper in away.items() if other in records},
    )


def requeue(queue: Queue, before: Queue, after: Queue, touched: Collection[str]) -> Queue:
    """Return a queue after decisions on a few records; the others stand as they stood.

    Parameters
    ----------
    queue : Queue
        Of all records, before the decisions.
    before, after : Queue
        Of the records that were decided alone, before and after.
    touched : collection of str
        Those records.
    """
    items = [item for item in queue.items if item.pmid not in touched]
    for item in after.items:
        insort(items, item, key=lambda one: one.key)
    return replace(
        queue,
        items=tuple(items),
        total=queue.total - before.total + after.total,
        included=queue.included - before.included + after.included,
    )


def _place(ledger: Ledger, pmid: str, stage: str, reviewer: str, again: Mapping[str, Reopened], *, maybes: bool) -> int:
    """Return which part of the queue a record is in; 0 if it does not wait."""
    entry, standing = again.get(pmid), ledger.standing(pmid, stage)
    if entry and entry.stage == stage and reviewer not in entry.knowing:
        return _AGAIN
    if stage_outcome(ledger, pmid, stage) == "waiting" and reviewer not in {one.reviewer for one in standing.counted}:
        return _WAITING
    left = standing.outcome == "maybe" and (not reviewer or reviewer in standing.own)
    return _MAYBE if maybes and left else 0


def _order(
    pmid: str, order: str, scores: Mapping[str, Ranked], records: Mapping[str, Mapping[str, str]]
) -> tuple[float | int, ...]:
    if order == "score" and pmid in scores:
        return -scores[pmid].score, int(pmid)
    if order == "date":
        added = records[pmid]["added"].replace("-", "")
        return -int(added or 0), int(pmid)
    return 0, int(pmid)
