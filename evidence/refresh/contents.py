"""The tables as they will stand after a run: what is asked of each PMID, and what came, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tables.definitions import TABLES
from ..tables.io import format_table
from .events import Event, Outcome, never_found, next_state
from .rows import RowOf, left_out
from .standing import WRITTEN, studies_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..fetch.record import Record
    from .plan import Plan
    from .reconcile import Received
    from .standing import Standing

__all__ = ["Made", "made_tables", "table_bytes"]

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a run makes of the tables.

    Attributes
    ----------
    rows : mapping of str to row
        Every record by PMID, as it is now.
    events : tuple of Event
        What happened, by PMID.
    studies : mapping of str to tuple of str
        PMID → the trials that it reports, as it is now.
    n_new : int
        Records that the query finds and no earlier run had found.
    warnings : tuple of str
        What a person should know.
    """

    rows: Mapping[str, RowOf]
    events: tuple[Event, ...]
    studies: Mapping[str, tuple[str, ...]]
    n_new: int
    warnings: tuple[str, ...]

    def contents(self, standing: Standing, run: str, search: RowOf) -> dict[str, bytes]:
        """Return the files that are no longer as they were: table name to its whole content.

        Parameters
        ----------
        standing : Standing
            The tables before.
        run : str
            The run.
        search : row
            The run's row in the table of searches.
        """
        happened = [
            {
                "search_id": run,
                "pmid": event.pmid,
                "event": event.event,
                "fields": ";".join(event.fields),
                "detail": event.detail,
                "studies": ";".join(self.studies.get(event.pmid, ())),
            }
            for event in self.events
        ]
        rows = {
            "searches": [*standing.tables["searches"], search],
            "records": list(self.rows.values()),
            "record_events": [*standing.tables["record_events"], *happened],
        }
        before = {name: standing.tables[name] for name in WRITTEN}
        return {name: table_bytes(name, rows[name]) for name in WRITTEN if rows[name] != before[name]}


def made_tables(standing: Standing, plan: Plan, received: Received, *, run: str, before: Mapping[str, Record]) -> Made:
    """Return the tables as they will stand, and what happened.

    Parameters
    ----------
    standing : Standing
        The tables before.
    plan : Plan
        What was asked for, and why.
    received : Received
        What came.
    run : str
        The run.
    before : mapping of str to Record
        Records as they were, where that is at hand: to name what differs in them.
    """
    now, never = frozenset(plan.found.ids), never_found(standing.tables["record_events"])
    old, outcomes, why = standing.records, _outcomes(received, before), dict(plan.watched)
    for pmid, fetched in received.merged.items():
        why.setdefault(fetched.record.pmid, f"PMID {pmid} was merged into it")
    rows = dict(old)
    events: list[Event] = []
    for pmid in sorted(outcomes, key=int):
        row = old.get(pmid)
        rows[pmid], happened = next_state(
            pmid,
            row,
            outcomes[pmid],
            run=run,
            in_query=pmid in now,
            outside=_is_outside(row, never),
            why=why.get(pmid, ""),
        )
        events += happened
    fresh = {event.pmid for event in events if event.event in ("new", "changed")}
    return Made(
        rows=rows,
        events=tuple(events),
        studies=studies_of(standing.tables["reports"], rows.values()),
        n_new=sum(pmid not in old or _is_outside(old[pmid], never) for pmid in now),
        warnings=tuple(_warnings(received, fresh)),
    )


def _outcomes(received: Received, before: Mapping[str, Record]) -> dict[str, Outcome]:
    outcomes = {pmid: Outcome() for pmid in received.absent}
    for pmid, fetched in received.merged.items():
        outcomes[pmid] = Outcome(merged_into=fetched.record.pmid)
    others = {fetched.record.pmid: fetched for fetched in received.merged.values()}
    for pmid, fetched in (others | dict(received.found)).items():
        outcomes[pmid] = Outcome(
            record=fetched.record,
            record_hash=fetched.record_hash,
            raw_hash=fetched.raw_hash,
            before=before.get(pmid),
        )
    return outcomes


def _is_outside(row: Mapping[str, str] | None, never: frozenset[str]) -> bool:
    """Return whether no earlier run found a record by the query."""
    if row is None or row["presence"] == "not-in-query":
        return True
    return row["presence"] in ("absent-once", "gone") and row["pmid"] in never


def _warnings(received: Received, fresh: set[str]) -> list[str]:
    found = []
    if received.extra:
        found.append(f"PubMed sent records that nobody asked for, left aside: PMID {_named(received.extra)}")
    if received.repeated:
        found.append(
            f"PubMed sent records more than once, of which the highest version counts: PMID {_named(received.repeated)}"
        )
    strange = [
        f"PMID {pmid}: {', '.join(said)}"
        for pmid, fetched in received.found.items()
        if pmid in fresh and (said := left_out(fetched.record))
    ]
    if strange:
        found.append(f"not in the form of an identifier, so not in the table: {_named(strange, '; ')}")
    return found


def _named(members: Sequence[str], mark: str = ", ") -> str:
    more = f" and {len(members) - _MOST_NAMED} more" if len(members) > _MOST_NAMED else ""
    return mark.join(members[:_MOST_NAMED]) + more


def table_bytes(name: str, rows: list[RowOf]) -> bytes:
    """Return the bytes of a table whose rows are text.

    Parameters
    ----------
    name : str
        The table.
    rows : list of row
        In any order.
    """
    import pandas as pd

    table = TABLES[name]
    return format_table(pd.DataFrame(rows, columns=list(table.names), dtype=object), table)
