"""A refresh from begin to end: plan, fetch, verify, commit all or nothing; only then does the watermark move."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError, RefreshError, TableError
from ..fetch.archive import Archive
from ..fetch.manifest import software
from ..fetch.marker import refuse_half_moved
from ..protocol import load_protocol
from ..tables.definitions import TABLES
from ..tables.record import faults_with
from .batches import Fetcher, stored_before
from .clean import clean_text
from .commit import commit, pending, roll_forward
from .contents import made_tables
from .earlier import records_before, without_raw
from .lock import refresh_lock
from .plan import make_plan, query_of, window_of
from .reconcile import receive
from .result import result_of
from .standing import DATABASE, read_standing
from .touched import open_matters, unread_records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..fetch.client import Client
    from ..fetch.record import Record
    from ..project import Project
    from ..protocol import Protocol
    from .contents import Made
    from .plan import Plan
    from .reconcile import Received
    from .result import RefreshResult
    from .rows import RowOf
    from .standing import Standing

__all__ = ["now_in_utc", "refresh"]

_PLATFORM = "NCBI E-utilities"
_LAST_UPDATE = re.compile(rb"<LastUpdate>\s*([^<]*?)\s*</LastUpdate>")
_LARGEST_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """How it was asked for."""

    since: dt.date | None
    full: bool
    allow_drop: int | None
    batch_size: int
    cap: int
    clock: Callable[[], dt.datetime]
    progress: Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What a run has at hand."""

    project: Project
    protocol: Protocol
    standing: Standing
    client: Client
    archive: Archive
    begin: dt.datetime
    requests: int


def now_in_utc() -> dt.datetime:
    """Return the time of day in UTC."""
    return dt.datetime.now(dt.UTC)


def refresh(
    project: Project,
    client: Client,
    *,
    since: dt.date | None = None,
    full: bool = False,
    dry_run: bool = False,
    allow_drop: int | None = None,
    batch_size: int = 200,
    cap: int = 9999,
    clock: Callable[[], dt.datetime] = now_in_utc,
    progress: Callable[[str, int, int], None] | None = None,
    archive: Archive | None = None,
) -> RefreshResult:
    """Bring the records of a project up to date with PubMed: completely, or not at all.

    Searches with the protocol's query, fetches what is new or changed since the last complete run and what is watched
    whatever its dates, explains every PMID asked for, and writes searches, records and their events in one commit. A
    run that fails or is stopped leaves the tables as they were; what it had fetched is stored for the next run.

    Parameters
    ----------
    project : Project
        The project.
    client : Client
        Asks PubMed.
    since : date, optional
        First day of the window, if earlier than 7 days before the last complete run.
    full : bool
        Fetch every record that the query finds.
    dry_run : bool
        Search only, and say what would be fetched; nothing is written.
    allow_drop : int, optional
        The count that is accepted although the query finds nothing, or over 20 % less than last time.
    batch_size : int
        Records a request, from 1 to 500.
    cap : int
        How many records PubMed lists at most for one query.
    clock : callable
        The time of day in UTC.
    progress : callable, optional
        Called with what is done, how much of it, and of how much.
    archive : Archive, optional
        Where raw answers are stored; ``data/raw`` of the project by default.

    Returns
    -------
    RefreshResult
        What was found and done.

    Raises
    ------
    FetchError
        If PubMed did not answer, or not with what it was asked for.
    RefreshError
        If another refresh is running, the query finds far too little, a window would leave a gap, or PubMed
        contradicts itself. Nothing is then changed.
    TableError, ProtocolError, ProjectError
        If tables, protocol or raw answers are damaged.
    InputError
        If options contradict each other.
    """
    if not 1 <= batch_size <= _LARGEST_BATCH:
        raise InputError(f"a batch of {batch_size} records: the number must be from 1 to {_LARGEST_BATCH}")
    options = _Options(
        since=since,
        full=full,
        allow_drop=allow_drop,
        batch_size=batch_size,
        cap=cap,
        clock=clock,
        progress=progress or _tell_nobody,
    )
    store = Archive(project.raw) if archive is None else archive
    if dry_run:
        refuse_half_moved(project)
        run = _begin(project, client, store, clock)
        return result_of(_plan(run, options), run.standing, search_id="", requests=client.requests - run.requests)
    with refresh_lock(project):
        completed = pending(project) or ""
        roll_forward(project)
        store.recover()
        return _carry_out(_begin(project, client, store, clock), options, completed)


def _tell_nobody(what: str, done: int, total: int) -> None:
    """Take the progress of a run that nobody watches."""


def _begin(project: Project, client: Client, archive: Archive, clock: Callable[[], dt.datetime]) -> _Run:
    begin = clock().astimezone(dt.UTC).replace(microsecond=0)
    protocol = load_protocol(project.protocol)
    return _Run(
        project=project,
        protocol=protocol,
        standing=read_standing(project, protocol),
        client=client,
        archive=archive,
        begin=begin,
        requests=client.requests,
    )


def _plan(run: _Run, options: _Options) -> Plan:
    last = run.standing.last
    window = window_of(query_of(run.protocol), last, now=run.begin, since=options.since, full=options.full)
    return make_plan(
        run.client,
        run.standing,
        run.protocol,
        window=window,
        without_raw=without_raw(run.archive, run.standing.tables["records"]),
        allow_drop=options.allow_drop,
        cap=options.cap,
        progress=options.progress,
    )


def _carry_out(run: _Run, options: _Options, completed: str) -> RefreshResult:
    """Fetch what is planned, verify it, and commit."""
    plan = _plan(run, options)
    search_id = _name(run)
    fetcher = Fetcher(client=run.client, archive=run.archive, run=search_id, progress=options.progress)
    for purpose, answer in plan.answers:
        fetcher.keep(answer, purpose)
    info = run.client.info()
    fetcher.keep(info, "database")
    stored = stored_before(run.archive, plan.ids, complete=run.standing.runs, since=_ended(run), now=run.begin)
    received = receive(fetcher, plan.ids, in_query=plan.found.ids, stored=stored, size=options.batch_size)
    made = made_tables(run.standing, plan, received, run=search_id, before=_before(run, received))
    ended = options.clock().astimezone(dt.UTC).replace(microsecond=0)
    search = _search_row(run, plan, received, made, search_id=search_id, ended=ended, updated=_updated(info.body))
    _commit(run, search_id, made.contents(run.standing, search_id, search))
    return result_of(
        plan,
        run.standing,
        search_id=search_id,
        made=made,
        received=received,
        notices=open_matters(run.project) if any(row["notice"] for row in made.rows.values()) else (),
        unread=unread_records(run.project),
        completed=completed,
        requests=run.client.requests - run.requests,
        seconds=(ended - run.begin).total_seconds(),
    )


def _name(run: _Run) -> str:
    """Return a name for the run that no other has, complete or not."""
    first = f"pubmed-{run.begin:%Y%m%dT%H%M%SZ}"
    taken = {*run.standing.runs, *(entry.run for entry in run.archive.entries())}
    name, number = first, 1
    while name in taken:
        number += 1
        name = f"{first}-{number}"
    return name


def _ended(run: _Run) -> str:
    last = run.standing.last
    return f"{last.ended_at:%Y-%m-%dT%H:%M:%SZ}" if last else ""


def _updated(info: bytes) -> str:
    """Return when PubMed says that it was last updated; empty if it does not say."""
    found = _LAST_UPDATE.search(info)
    return found.group(1).decode("utf-8", "replace") if found else ""


def _before(run: _Run, received: Received) -> dict[str, Record]:
    """Return the records that may have changed, as they were, where that is at hand."""
    known = run.standing.records
    differing = [
        known[pmid]
        for pmid, fetched in received.found.items()
        if pmid in known and known[pmid]["record_hash"] not in ("", fetched.record_hash)
    ]
    before = records_before(run.archive, differing, runs=run.standing.runs)
    return {record.pmid: record for record, _ in before}


def _search_row(
    run: _Run, plan: Plan, received: Received, made: Made, *, search_id: str, ended: dt.datetime, updated: str
) -> RowOf:
    table, moment = TABLES["searches"], "%Y-%m-%dT%H:%M:%SZ"
    since, full_again = plan.window.since, plan.window.scope == "full" and plan.last is not None
    texts = {
        "query_translated": plan.found.translation,
        "database_updated": updated,
        "warnings": "; ".join(plan.warnings),
        "software": software(),
        "notes": plan.window.reason if full_again else "",
    }
    return {
        **dict.fromkeys(table.names, ""),
        **{name: clean_text(text, table.column(name)) for name, text in texts.items()},
        "search_id": search_id,
        "database": DATABASE,
        "platform": _PLATFORM,
        "query": plan.query,
        "scope": plan.window.scope,
        "window_from": since.isoformat() if since else "",
        "run_at": run.begin.strftime(moment),
        "ended_at": ended.strftime(moment),
        "count": str(plan.found.count),
        "ids_hash": plan.found.ids_hash,
        "n_fetched": str(len(received.found)),
        "n_new": str(made.n_new),
        "raw_hash": plan.found.answers[0].sha256,
    }


def _commit(run: _Run, search_id: str, contents: Mapping[str, bytes]) -> None:
    """Write the tables, if they are then without fault and nobody has written them meanwhile."""
    faults = faults_with(run.project.processed, contents, run.protocol.vocabularies)
    if faults:
        raise TableError("nothing was changed; the tables would have faults:", faults)
    for name, content in run.standing.contents.items():
        if (run.project.processed / f"{name}.csv").read_bytes() != content:
            raise RefreshError(
                f"{name}.csv was changed while this run was fetching; nothing was changed by the run. Run it again: "
                "what it fetched is stored and will be used"
            )
    folder = run.project.processed.relative_to(run.project.root).as_posix()
    commit(run.project, search_id, {f"{folder}/{name}.csv": content for name, content in contents.items()})
