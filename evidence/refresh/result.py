"""What a run found and did, as data."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .changes import is_substantial
from .wording import lines_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from .contents import Made
    from .plan import Plan
    from .reconcile import Received
    from .standing import Standing
    from .touched import Unread

__all__ = ["RefreshResult", "SeenEvent", "result_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEvent:
    """An event with what a person needs to recognise the record.

    Attributes
    ----------
    pmid, event, detail : str
        As in the table of events.
    fields : tuple of str
        Which fields differ.
    studies : tuple of str
        The trials that the record reports.
    title, journal, year : str
        Of the record.
    substantial : bool
        For a change: whether it may change a decision, or what was extracted.
    """

    pmid: str
    event: str
    fields: tuple[str, ...] = ()
    detail: str = ""
    studies: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    year: str = ""
    substantial: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshResult:
    """A run, or what a run would do.

    Attributes
    ----------
    search_id : str
        The run.
    dry_run : bool
        Whether nothing was fetched or written.
    scope, reason : str
        ``full`` or ``update``, and why.
    window_from : date or None
        First day of the window of an update.
    count, count_before : int
        What the query finds now; what it found in the last complete run, -1 if there was none.
    asked : mapping of str to int
        Reason → how many records are asked for because of it; one record may have several.
    n_asked, n_fetched, n_new : int
        Records asked for, received, and found by the query for the first time.
    n_records : int
        Records in the table now.
    events : tuple of SeenEvent
        What happened, in the order of the table.
    included : tuple of str
        Trials that are not excluded, and one of whose records is no longer as it was.
    notices : tuple of str
        What is open on trials and syntheses after this run, in words.
    unread : tuple of Unread
        What waits in the queue of each stage of screening after this run; none for a dry run.
    unwatched : tuple of str
        Reports of trials that are not excluded of which no PMID is known: nobody learns of their retraction.
    n_reports : int
        All reports of trials that are not excluded.
    known_found, known_missing : tuple of str
        The protocol's known items, by whether the query finds them.
    without_raw : int
        Records of which no raw answer is stored here, before this run.
    reused : int
        Records that an interrupted run had fetched already.
    completed : str
        An earlier run that was cut off while it was written, and has been completed now; empty if there was none.
    requests : int
        Requests sent.
    seconds : float
        From begin to end.
    warnings : tuple of str
        What a person should know.
    """

    search_id: str
    dry_run: bool
    scope: str
    reason: str
    window_from: dt.date | None
    count: int
    count_before: int = -1
    asked: Mapping[str, int]
    n_asked: int
    n_fetched: int = 0
    n_new: int = 0
    n_records: int = 0
    events: tuple[SeenEvent, ...] = ()
    included: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    unwatched: tuple[str, ...] = ()
    n_reports: int = 0
    known_found: tuple[str, ...] = ()
    known_missing: tuple[str, ...] = ()
    without_raw: int = 0
    reused: int = 0
    completed: str = ""
    requests: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def by_event(self) -> dict[str, int]:
        """How many events there are of each kind."""
        return dict(sorted(Counter(event.event for event in self.events).items()))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        data = asdict(self) | {"asked": dict(self.asked), "by_event": self.by_event}
        data["window_from"] = self.window_from.isoformat() if self.window_from else None
        return data

    def lines(self, width: int = 80) -> tuple[str, ...]:
        """Return what is new, changed and retracted, and what to do next, in lines of text.

        Parameters
        ----------
        width : int
            Characters a line.
        """
        return lines_of(self, width)


def result_of(
    plan: Plan,
    standing: Standing,
    *,
    search_id: str,
    made: Made | None = None,
    received: Received | None = None,
    notices: tuple[str, ...] = (),
    unread: tuple[Unread, ...] = (),
    completed: str = "",
    requests: int = 0,
    seconds: float = 0.0,
) -> RefreshResult:
    """Return a run as its result; without `made` and `received`, what it would do.

    Parameters
    ----------
    plan : Plan
        What was planned.
    standing : Standing
        The tables before.
    search_id : str
        The run; empty for a plan alone.
    made : Made, optional
        What became of the tables.
    received : Received, optional
        What came.
    notices, unread, completed, requests, seconds
        As in `RefreshResult`.
    """
    events, kept = _seen(made) if made else (), standing.kept_studies
    told = [event for event in events if event.event != "new" and event.substantial]
    return RefreshResult(
        search_id=search_id,
        dry_run=made is None,
        scope=plan.window.scope,
        reason=plan.window.reason,
        window_from=plan.window.since,
        count=plan.found.count,
        count_before=plan.last.count if plan.last else -1,
        asked={reason: len(pmids) for reason, pmids in plan.reasons.items()},
        n_asked=len(plan.ids),
        n_fetched=len(received.found) if received else 0,
        n_new=made.n_new if made else 0,
        n_records=len(made.rows) if made else 0,
        events=events,
        included=tuple(sorted({study for event in told for study in event.studies if study in kept})),
        notices=notices,
        unread=unread,
        unwatched=standing.unwatched_reports(made.rows.values() if made else standing.tables["records"]),
        n_reports=sum(row["study_id"] in kept for row in standing.tables["reports"]),
        known_found=plan.known_found,
        known_missing=plan.known_missing,
        without_raw=len(plan.without_raw),
        reused=received.reused if received else 0,
        completed=completed,
        requests=requests,
        seconds=seconds,
        warnings=(*plan.warnings, *(made.warnings if made else ())),
    )


def _seen(made: Made) -> tuple[SeenEvent, ...]:
    return tuple(
        SeenEvent(
            pmid=event.pmid,
            event=event.event,
            fields=event.fields,
            detail=event.detail,
            studies=made.studies.get(event.pmid, ()),
            title=made.rows[event.pmid]["title"],
            journal=made.rows[event.pmid]["journal"],
            year=made.rows[event.pmid]["year"],
            substantial=event.event != "changed" or is_substantial(event.fields),
        )
        for event in made.events
    )
