"""What happened to a record between two runs: its row as it is now, and the events that led there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tables.definitions import TABLES
from .changes import changed_cells, changed_fields, words_before
from .clean import clean_text
from .notices import NOTICES, link_text, notices_of, notices_of_row
from .rows import RowOf, blank_row, record_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..fetch.record import Record

__all__ = ["EVENTS", "NOT_FOUND", "Event", "Outcome", "never_found", "next_state"]

NOT_FOUND = "the query does not find it"
"""With these words begins the first event of a record that is here for another reason than the query."""

EVENTS = TABLES["record_events"].column("event").allowed
"""Every kind of event."""

_DETAIL = TABLES["record_events"].column("detail")
_UNANSWERED = ("absent-once", "gone")
_LINKS = {
    "retracted": ("RetractionIn", "RetractedandRepublishedIn"),
    "concern": ("ExpressionOfConcernIn",),
    "republished": ("RepublishedIn", "CorrectedandRepublishedIn", "RetractedandRepublishedIn"),
    "corrected": ("ErratumIn",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the table of events, without the run.

    Attributes
    ----------
    pmid, event, detail : str
        As in the table.
    fields : tuple of str
        Which fields differ, for a change.
    """

    pmid: str
    event: str
    fields: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking for a PMID: its record, the PMID of another record, or nothing.

    Attributes
    ----------
    record : Record or None
        The record itself.
    record_hash, raw_hash : str
        SHA-256 of the record, and of the raw answer that has it.
    before : Record or None
        The record as an earlier run stored it, where that is at hand.
    merged_into : str
        The PMID of the record that PubMed answers with instead.
    """

    record: Record | None = None
    record_hash: str = ""
    raw_hash: str = ""
    before: Record | None = None
    merged_into: str = ""


def never_found(events: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Return the PMIDs of records that the query never found, by what the events of all runs say.

    Examples
    --------
    >>> rows = [{"pmid": "1", "event": "new", "detail": f"{NOT_FOUND}; a report names it"}]
    >>> sorted(never_found(rows)), sorted(never_found([*rows, {"pmid": "1", "event": "back-in-query", "detail": ""}]))
    (['1'], [])
    """
    rows = list(events)
    outside = {row["pmid"] for row in rows if row["detail"].startswith(NOT_FOUND)}
    return frozenset(outside - {row["pmid"] for row in rows if row["event"] == "back-in-query"})


def next_state(
    pmid: str,
    row: Mapping[str, str] | None,
    outcome: Outcome | None,
    *,
    run: str,
    in_query: bool,
    outside: bool,
    why: str = "",
) -> tuple[RowOf, tuple[Event, ...]]:
    """Return a record's row after a run, and its events.

    Parameters
    ----------
    pmid : str
        The record.
    row : mapping or None
        Its row before; None if it has none.
    outcome : Outcome or None
        What came of asking for it; None if it was not asked for.
    run : str
        The run.
    in_query : bool
        Whether the query finds it now.
    outside : bool
        Whether the query never found it before.
    why : str
        Why it is looked at, if not for the query: for a new row.

    Returns
    -------
    row : dict of str to str
        The row, which is that of before where nothing happened.
    events : tuple of Event
        None where nothing happened.
    """
    first = "" if in_query else "; ".join(part for part in (NOT_FOUND, why) if part)
    old = dict(row) if row is not None else blank_row(pmid, run)
    events: list[Event] = []
    if outcome is None:
        made = old
    elif outcome.merged_into:
        made, events = _merged(old, outcome.merged_into, first if row is None else "")
    elif outcome.record is None:
        made, events = _unanswered(old, first if row is None else "")
    else:
        made, events = _answered(old, outcome.record, outcome, run, first)
    if made["presence"] in _UNANSWERED and (outcome is None or outcome.record is None):
        return made, tuple(events)
    made, moved = _moved(made, in_query=in_query, outside=outside if row is not None else not in_query)
    return made, (*events, *moved)


def _merged(row: RowOf, into: str, first: str) -> tuple[RowOf, list[Event]]:
    made = {**row, "presence": "gone", "merged_into": into}
    if row["merged_into"] == into:
        return made, []
    detail = "; ".join(part for part in (first, f"PubMed answers with {into}") if part)
    return made, [Event(pmid=row["pmid"], event="merged", detail=detail)]


def _unanswered(row: RowOf, first: str) -> tuple[RowOf, list[Event]]:
    """Return the row of a record that PubMed did not answer with: absent the first time, gone from the second on."""
    if row["presence"] == "gone":
        return row, []
    if row["presence"] == "absent-once":
        return {**row, "presence": "gone"}, [Event(pmid=row["pmid"], event="gone", detail="absent in two runs")]
    return {**row, "presence": "absent-once"}, [Event(pmid=row["pmid"], event="absent", detail=first)]


def _answered(row: RowOf, record: Record, outcome: Outcome, run: str, first: str) -> tuple[RowOf, list[Event]]:
    pmid, unknown = row["pmid"], not row["record_hash"]
    events: list[Event] = []
    made = {**row, "merged_into": ""}
    if unknown:
        events.append(Event(pmid=pmid, event="new", detail=first))
    elif row["presence"] in _UNANSWERED:
        events.append(Event(pmid=pmid, event="returned"))
    if outcome.record_hash == row["record_hash"]:
        return made, events
    cells = record_cells(record, outcome.record_hash)
    made |= {**cells, "raw_hash": outcome.raw_hash}
    if unknown:
        return made, [*events, *_notice_events(row, record)]
    if outcome.before == record:  # only the way of reading has changed
        return made, [*events, *_notice_events(row, record)]
    names = changed_fields(outcome.before, record) if outcome.before else changed_cells(row, cells)
    detail = words_before(row, cells) or ("" if names else "in what the table does not hold")
    events.append(Event(pmid=pmid, event="changed", fields=names, detail=clean_text(detail, _DETAIL)))
    made["changed_search_id"] = run
    return made, [*events, *_notice_events(row, record)]


def _notice_events(row: RowOf, record: Record) -> list[Event]:
    """Return an event for each kind of notice that is new or has become more, and one for all that are withdrawn."""
    before, now = notices_of_row(row), notices_of(record)
    known = set(row["retraction_links"].split(";"))
    events = []
    for notice in NOTICES:
        if now[notice] <= before[notice]:
            continue
        links = [link for link in record.links if link.kind in _LINKS[notice]]
        fresh = [link for link in links if link_text(link) not in known]
        said = "; ".join(
            f"{link_text(link)}{f' ({link.source})' if link.pmid and link.source else ''}" for link in fresh
        )
        detail = clean_text(said or "by its publication type or status", _DETAIL)
        events.append(Event(pmid=row["pmid"], event=notice, detail=detail))
    if withdrawn := [notice for notice in NOTICES if before[notice] and not now[notice]]:
        events.append(Event(pmid=row["pmid"], event="notice-withdrawn", detail=f"was {', '.join(withdrawn)}"))
    return events


def _moved(row: RowOf, *, in_query: bool, outside: bool) -> tuple[RowOf, list[Event]]:
    """Return the row as the query finds it or not, and the event if that was otherwise before."""
    before = row["presence"]
    now = "in-query" if in_query else "not-in-query" if outside else "left-query"
    made = {**row, "presence": now}
    if before == "in-query" and now == "left-query":
        return made, [Event(pmid=row["pmid"], event="left-query")]
    if now == "in-query" and before in ("left-query", "not-in-query"):
        detail = "the query finds it for the first time" if outside else ""
        return made, [Event(pmid=row["pmid"], event="back-in-query", detail=detail)]
    if now == "in-query" and before in _UNANSWERED and outside:
        return made, [Event(pmid=row["pmid"], event="back-in-query", detail="the query finds it for the first time")]
    return made, []
