"""What a run will ask for: everything, or what is new or changed since the last complete run and what is watched."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InputError, RefreshError
from ..fetch.search import find_ids
from ..tables.cells import cell_fault
from ..tables.definitions import TABLES
from .standing import DATABASE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ..fetch.client import Client
    from ..fetch.search import Found
    from ..protocol import Protocol
    from .standing import LastRun, Standing

__all__ = ["OVERLAP", "Plan", "Window", "make_plan", "query_of", "window_of"]

OVERLAP = dt.timedelta(days=7)
"""How far a window reaches back before the last complete run: dates of PubMed are days, of its own place, and late."""

LARGEST_DROP = 0.2
"""A search that finds so much less than the last complete one is not believed."""

_UNANSWERED = ("absent-once", "gone")
_PMID = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whether a run fetches everything, or else from which day on; and why.

    Attributes
    ----------
    scope : str
        ``full`` or ``update``.
    since : date or None
        First day of the window of an update.
    reason : str
        In words.
    """

    scope: str
    since: dt.date | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be asked for, and why.

    Attributes
    ----------
    query : str
        The query as sent.
    window : Window
        Everything, or since when.
    last : LastRun or None
        The last complete run.
    found : Found
        Everything that the query finds now.
    answers : tuple
        The answers to all searches, each with its purpose.
    ids : tuple of str
        The PMIDs to ask for, sorted as numbers.
    reasons : mapping of str to tuple of str
        Reason → the PMIDs asked for because of it; a PMID may have several.
    watched : mapping of str to str
        The PMIDs that are looked at in every run, with the reason.
    without_raw : tuple of str
        Records of which no raw answer is stored here.
    known_found, known_missing : tuple of str
        The protocol's known items, by whether the query finds them.
    warnings : tuple of str
        What a person should know.
    """

    query: str
    window: Window
    last: LastRun | None
    found: Found
    answers: tuple[tuple[str, Any], ...]
    ids: tuple[str, ...]
    reasons: Mapping[str, tuple[str, ...]]
    watched: Mapping[str, str]
    without_raw: tuple[str, ...] = ()
    known_found: tuple[str, ...] = ()
    known_missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def query_of(protocol: Protocol) -> str:
    """Return the protocol's query on one line.

    Raises
    ------
    RefreshError
        If the protocol searches another database, or the query has characters that nobody sees.
    """
    if protocol.search.database.casefold() != DATABASE.casefold():
        raise RefreshError(
            f"the protocol searches {protocol.search.database}; only {DATABASE} can be asked by this command"
        )
    query = " ".join(protocol.search.query.split())
    if fault := cell_fault(query, TABLES["searches"].column("query")) if query else "it is empty":
        raise RefreshError(f"the query under [search] in protocol.toml cannot be used: {fault}; mend it there")
    return query


def window_of(
    query: str, last: LastRun | None, *, now: dt.datetime, since: dt.date | None = None, full: bool = False
) -> Window:
    """Return what has to be fetched so that nothing is missed.

    Parameters
    ----------
    query : str
        The query as it will be sent.
    last : LastRun or None
        The last complete run.
    now : datetime
        Begin of this run.
    since : date, optional
        An earlier day to begin with.
    full : bool
        Everything, whatever was fetched before.

    Raises
    ------
    InputError
        If `since` comes with `full`.
    RefreshError
        If `since` would leave a gap.
    """
    if full and since is not None:
        raise InputError("--full fetches everything, so that --since has no meaning; give one of them")
    if full:
        return Window(scope="full", since=None, reason="--full asks for it")
    if last is None:
        return Window(scope="full", since=None, reason="no search was run to its end before")
    if " ".join(last.query.split()) != query:
        return Window(scope="full", since=None, reason=f"the query is not that of {last.search_id}")
    if last.seen_until > now:
        reason = f"the last complete run is dated {last.seen_until:%Y-%m-%d}, which is still to come"
        return Window(scope="full", since=None, reason=reason)
    latest = last.seen_until.date() - OVERLAP
    reason = f"the last complete run began on {last.run_at:%Y-%m-%d}"
    if last.run_at - last.seen_until > OVERLAP:
        reason += f", when PubMed was as of {last.seen_until:%Y-%m-%d}"
    if since is not None and since > latest:
        raise RefreshError(
            f"--since {since} would leave a gap: {reason}, so that the window must begin on {latest} or earlier; leave "
            "--since away, or give an earlier day"
        )
    return Window(scope="update", since=since or latest, reason=reason)


def make_plan(
    client: Client,
    standing: Standing,
    protocol: Protocol,
    *,
    window: Window,
    without_raw: Collection[str] = (),
    allow_drop: int | None = None,
    cap: int = 9999,
    progress: Callable[[str, int, int], None] | None = None,
) -> Plan:
    """Search PubMed and say what will be fetched. Nothing is written.

    Parameters
    ----------
    client : Client
        Asks.
    standing : Standing
        The tables as they are.
    protocol : Protocol
        The query and the known items.
    window : Window
        Everything, or since when (`window_of`).
    without_raw : collection of str
        Records of which no raw answer is stored here; a full run fetches them as well.
    allow_drop : int, optional
        The count that is accepted although it is far below that of the last complete run.
    cap : int
        How many records PubMed lists at most for one query.
    progress : callable, optional
        Called with what is done, how much of it, and of how much.

    Raises
    ------
    FetchError
        If a search could not be read completely.
    RefreshError
        If the query finds nothing, or far less than before.
    """
    query, last, records = query_of(protocol), standing.last, standing.records
    found = find_ids(client, query, cap=cap, progress=progress)
    same_query = last is not None and " ".join(last.query.split()) == query
    _check_count(found.count, last if same_query else None, allow_drop)
    answers = [("query", answer) for answer in found.answers]
    now = frozenset(found.ids)
    watched = standing.watched(protocol.search.known_items)
    reasons: dict[str, Collection[str]] = {
        "not seen before": now - records.keys(),
        "watched": watched.keys(),
        "left the query": {pmid for pmid, row in records.items() if row["presence"] == "in-query"} - now,
        "back in the query": {
            pmid for pmid, row in records.items() if row["presence"] in ("left-query", "not-in-query")
        }
        & now,
        "without an answer last time": {
            pmid
            for pmid, row in records.items()
            if row["presence"] == "absent-once" or (row["presence"] in _UNANSWERED and pmid in now)
        },
    }
    if window.scope == "full":
        reasons |= {"found by the query": now, "no raw answer stored": without_raw}
    else:
        for reason, term in _window_terms(query, window):
            part = find_ids(client, term, cap=cap, progress=progress)
            answers += [(reason, answer) for answer in part.answers]
            reasons[reason] = now.intersection(part.ids)
    known = [pmid for pmid in protocol.search.known_items if _PMID.fullmatch(pmid)]
    strange = [pmid for pmid in protocol.search.known_items if not _PMID.fullmatch(pmid)]
    return Plan(
        query=query,
        window=window,
        last=last,
        found=found,
        answers=tuple(answers),
        ids=_sorted(pmid for pmids in reasons.values() for pmid in pmids),
        reasons={reason: _sorted(pmids) for reason, pmids in reasons.items() if pmids},
        watched=watched,
        without_raw=_sorted(without_raw),
        known_found=tuple(pmid for pmid in known if pmid in now),
        known_missing=tuple(pmid for pmid in known if pmid not in now),
        warnings=(
            *found.warnings,
            *(f"{pmid!r} among the known items of the protocol is no PMID" for pmid in strange),
        ),
    )


def _window_terms(query: str, window: Window) -> tuple[tuple[str, str], ...]:
    day = f"{window.since:%Y/%m/%d}"
    return (
        ("added", f"({query}) AND {day}:3000[crdt]"),
        ("revised", f"({query}) AND ({day}:3000[mdat] OR {day}:3000[lr])"),
    )


def _check_count(count: int, last: LastRun | None, allow_drop: int | None) -> None:
    if allow_drop is not None and allow_drop == count:
        return
    accept = f"if that is right, accept it with --allow-drop {count}"
    if allow_drop is not None:
        accept = f"--allow-drop {allow_drop} accepts {allow_drop} and no other count; {accept}"
    before = f", and {last.count} in {last.search_id}" if last else ""
    if count == 0:
        raise RefreshError(
            f"the query finds 0 records{before}; nothing was changed. Look at the query under [search] in "
            f"protocol.toml, or try again later; {accept}"
        )
    if last and count < (1 - LARGEST_DROP) * last.count:
        raise RefreshError(
            f"the query finds {count} records, {1 - count / last.count:.0%} fewer than the {last.count} of "
            f"{last.search_id}; nothing was changed. PubMed may be incomplete just now: try again later; {accept}"
        )


def _sorted(pmids: Any) -> tuple[str, ...]:
    return tuple(sorted(set(pmids), key=int))
