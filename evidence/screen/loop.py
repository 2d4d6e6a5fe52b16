"""A session with a reader: shows a record, waits for a key, writes the decision, goes on.

Where keys come from, where pages go and what time it is are arguments. Each decision is in the ledger before the next
record is shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import EvidenceError
from .page import View
from .queue import Item, Queue
from .session import Session, press
from .standing import CONSENSUS, TITLE_ABSTRACT, Decision, current

if TYPE_CHECKING:
    from collections.abc import Callable

    from .desk import Desk
    from .session import Act

__all__ = ["Reader", "read_records"]

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_ESCAPE = "\x1b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads what, and how.

    Attributes
    ----------
    name : str
        The reviewer.
    stage, order : str
        As in `build_queue`.
    maybes : bool
        Whether to show again what was left at maybe.
    role : str
        ``reviewer``, or ``consensus`` to settle conflicts.
    """

    name: str
    stage: str = TITLE_ABSTRACT
    order: str = "score"
    maybes: bool = False
    role: str = "reviewer"

    def queue(self, desk: Desk) -> Queue:
        """Return what waits for this reader."""
        found = desk.queue(stage=self.stage, reviewer=self.name, order=self.order, maybes=self.maybes)
        if self.role != CONSENSUS:
            return found
        ranks = {entry.pmid: entry for entry in desk.ranking}
        conflicts = [one for one in desk.ledger.conflicts(self.stage) if one.pmid in desk.records]
        return replace(found, items=tuple(Item(pmid=one.pmid, ranked=ranks.get(one.pmid)) for one in conflicts))

    def requeue(self, desk: Desk, queue: Queue, earlier: Desk) -> Queue:
        """Return what waits after decisions, from what waited before them."""
        if self.role == CONSENSUS:
            return self.queue(desk)
        return desk.requeue(queue, earlier, order=self.order, maybes=self.maybes)

    def history(self, desk: Desk) -> tuple[str, ...]:
        """Return the records on which this reader has a decision that holds, the latest last."""
        held = []
        for (pmid, stage), standing in desk.ledger.standings.items():
            own = standing.consensus if self.role == CONSENSUS else standing.own.get(self.name)
            if stage == self.stage and own is not None and own.reviewer == self.name and pmid in desk.records:
                held.append((own.decided_at, pmid))
        return tuple(pmid for _, pmid in sorted(held))


def read_records(
    desk: Desk,
    reader: Reader,
    *,
    read: Callable[[bool], str],
    show: Callable[[View], None],
    now: Callable[[], dt.datetime],
) -> Session:
    """Let somebody read records until they quit, and return where they were then.

    Parameters
    ----------
    desk : Desk
        The tables and texts.
    reader : Reader
        Who reads what.
    read : callable
        Returns what was typed next: one key or several; nothing at the end of the input. It is told whether a record
        is shown that was not shown before, so that keys typed ahead can be dropped.
    show : callable
        Shows a page.
    now : callable
        Returns the time, with its zone.
    """
    queue = reader.queue(desk)
    items = {item.pmid: item for item in queue.items}
    session = Session(
        queue=tuple(items),
        stage=reader.stage,
        role=reader.role,
        reasons=desk.protocol.search.exclusion_reasons,
        history=reader.history(desk),
        mode="reading" if items else "over",
    )
    shown = ""
    while True:
        here = items.get(session.current, Item(pmid=session.current)) if session.current else None
        show(View(desk=desk, session=session, queue=queue, item=here, reviewer=reader.name))
        typed = read(session.current != shown)
        shown = session.current
        if not typed:
            return session
        for key in _keys(typed):
            before = session.current
            step = press(session, key)
            if step.act is None:
                session = step.session
            elif step.act.kind == "quit":
                return step.session
            else:
                desk, queue, session = _done(desk, queue, reader, session, step.session, step.act, now())
                items |= {item.pmid: item for item in queue.items}
            # keys typed ahead were meant for the record that was shown, not for the next one
            if session.current != before:
                break


def _keys(typed: str) -> list[str]:
    """Return what was typed as single keys; the sequence of a special key is one."""
    return [typed] if typed.startswith(_ESCAPE) else list(typed)


def _done(
    desk: Desk, queue: Queue, reader: Reader, before: Session, after: Session, act: Act, now: dt.datetime
) -> tuple[Desk, Queue, Session]:
    """Write what was decided and return desk, queue and state after it; a failure leaves all as they were."""
    try:
        later = desk.decide(_decision(desk, reader, act, now))
    except (EvidenceError, OSError) as error:
        return desk, queue, replace(before, message=f"not written: {error}")
    queue = reader.requeue(later, queue, desk)
    waiting = {item.pmid for item in queue.items} | {act.pmid if act.kind == "undo" else ""}
    left = tuple(pmid for pmid in after.queue if pmid in waiting)
    return later, queue, replace(after, queue=left, mode="reading" if left else "over")


def _decision(desk: Desk, reader: Reader, act: Act, now: dt.datetime) -> Decision:
    """Return the row for the ledger, later than all that anybody said of the record, and than what reopened it.

    A clock that is slow would else put a consensus before what it settles, or leave a reopened record open.
    """
    group = {act.pmid, *(other for other, keeper in desk.stands_for.items() if keeper == act.pmid)}
    said = [one.decided_at for one in desk.decisions if one.pmid in group and one.stage == reader.stage]
    reopened = desk.again.get(act.pmid)
    last = max((*said, reopened.latest if reopened else "")) if said or reopened else ""
    at = now.astimezone(dt.UTC).replace(microsecond=0)
    if last and at <= _moment(last):
        at = _moment(last) + dt.timedelta(seconds=1)
    pmid = _held(desk, reader, group) if act.kind == "undo" else ""
    return Decision(
        pmid=pmid or act.pmid,
        stage=reader.stage,
        reviewer=reader.name,
        decision="undone" if act.kind == "undo" else act.decision,
        reason=act.reason,
        decided_at=at.strftime(_TIME),
        role=reader.role,
        tool="evidence screen",
    )


def _held(desk: Desk, reader: Reader, group: set[str]) -> str:
    """Return under which PMID of one publication this reader's latest decision stands."""
    ledger = current((one for one in desk.decisions if one.pmid in group), reviewers=desk.protocol.search.reviewers)
    found = []
    for pmid in group:
        standing = ledger.standing(pmid, reader.stage)
        own = standing.consensus if reader.role == CONSENSUS else standing.own.get(reader.name)
        if own is not None and own.reviewer == reader.name:
            found.append((own.decided_at, pmid))
    return max(found)[1] if found else ""


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, _TIME).replace(tzinfo=dt.UTC)
