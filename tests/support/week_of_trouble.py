"""A week in the invented PubMed between two refreshes, and what must be true whatever happened in it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from invented_review import invented_review, set_reports

from evidence import practice
from evidence.fetch.archive import Archive
from evidence.fetch.client import Client
from evidence.fetch.parse import parse_records
from evidence.fetch.redact import Secret
from evidence.fetch.settings import Settings
from evidence.practice import Server, Store
from evidence.project import Project
from evidence.refresh.run import refresh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from evidence.refresh.result import RefreshResult

__all__ = [
    "BEGIN",
    "EMAIL",
    "KEY",
    "LATER",
    "NEXT",
    "OUTSIDE",
    "STRANGE",
    "Ready",
    "Scene",
    "check_records",
    "check_secrets",
    "files_of",
    "make_ready",
    "new_client",
    "refresh_at",
    "set_scene",
    "tables_of",
]

BEGIN = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
NEXT = BEGIN + dt.timedelta(days=7)
LATER = NEXT + dt.timedelta(hours=1)
KEY = "c0ffee0123456789abcdef0123456789abcd"
EMAIL = "secret.reader@example.org"
STRANGE = "90000105"
OUTSIDE = "what nobody may read"
TABLES = ("searches", "records", "record_events")

# ---------------------------------------------------------------- a week in the invented PubMed


def _store() -> Store:
    return Store(practice.make_records(45, seed=3), today=BEGIN.date())


def _let_a_week_pass(store: Store) -> None:
    """New records, a retraction of what is included, a change, a record that vanishes and one that leaves the query."""
    store.today = NEXT.date()
    day = NEXT.date() - dt.timedelta(days=2)
    for record in practice.make_records(14, seed=9, first=90000100, since=day, until=day):
        store.add(record)
    store.retract("90000004", "90000900", on=day)
    store.change("90000010", revised=day, title="The felt roller for evening hum: a title that was changed.")
    store.remove("90000020")
    store.change("90000021", revised=day, title="Something else.", abstract="Nothing to do with it.", keywords=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A project after its first complete run, and what the next run makes of it without faults."""

    project: Project
    right: dict[str, list[dict[str, str]]]


# ---------------------------------------------------------------- running, and looking at it


class _Hurry:
    """A clock whose waits take no time."""

    def __init__(self) -> None:
        self.slept = 0.0

    def clock(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def new_client(server: Server, said: list[str], **settings: Any) -> Client:
    """Return a client with key and email, in a hurry unless told; what it says of its waits is added to `said`."""
    quick: dict[str, Any] = {
        "rate": 1e6,
        "tries": 3,
        "timeout_seconds": 10.0,
        "deadline_seconds": 20.0,
        "backoff_seconds": 0.01,
        "max_bytes": 1 << 20,
    }
    hurry = _Hurry()
    return Client(
        Settings(base_url=server.url, email=Secret(EMAIL), api_key=Secret(KEY), **(quick | settings)),
        clock=hurry.clock,
        sleep=hurry.sleep,
        on_wait=lambda reason, seconds: said.append(f"{reason} {seconds}"),
    )


def refresh_at(
    project: Project, server: Server, moment: dt.datetime, said: list[str] | None = None, **settings: Any
) -> RefreshResult:
    """Run a refresh at a moment, in batches of eight; progress and waits are added to `said`."""
    said = [] if said is None else said
    return refresh(
        project,
        new_client(server, said, **settings),
        batch_size=8,
        clock=lambda: moment,
        progress=lambda what, done, total: said.append(f"{what} {done} {total}"),
    )


def files_of(project: Project) -> dict[str, bytes]:
    """Return every processed file, byte for byte."""
    return {
        str(path.relative_to(project.processed)): path.read_bytes()
        for path in sorted(project.processed.rglob("*"))
        if path.is_file()
    }


def tables_of(project: Project) -> dict[str, list[dict[str, str]]]:
    """Return the tables that a refresh writes, without what no two runs share: name, times, hashes."""
    read: dict[str, list[dict[str, str]]] = {}
    for name in TABLES:
        with (project.processed / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            read[name] = list(csv.DictReader(file))
    last = read["searches"][-1]
    name = last["search_id"]
    last |= {"run_at": "", "ended_at": ""}
    for rows in read.values():
        for row in rows:
            row.pop("raw_hash", None)
            row.update({key: "LAST" for key, value in row.items() if key.endswith("search_id") and value == name})
    return read


def check_records(project: Project, store: Store, *, but: frozenset[str] = frozenset()) -> None:
    """Compare every row with the invented record itself, and its hash with the raw answer."""
    with (project.processed / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["pmid"]: row for row in csv.DictReader(file)}
    archive = Archive(project.raw)
    assert archive.verify() == ()
    assert set(store.pmids) - but <= rows.keys()
    for pmid in set(store.pmids) - but:
        record, row = store[pmid], rows[pmid]
        (parsed,) = parse_records(io.BytesIO(practice.record_set([record])))
        assert row["record_hash"] == parsed.sha256, pmid
        assert row["title"] == record.title
        assert row["doi"] == record.doi
        assert row["added"] == record.added.isoformat()
        assert row["version"] == str(record.version)
        assert set(row["publication_types"].split(";")) == set(record.publication_types)
        assert f">{pmid}</PMID>".encode() in archive.read(row["raw_hash"])


def check_secrets(folder: Path, texts: list[str], error: BaseException | None = None) -> None:
    """Look for the key and the email in every file of a folder, every text, and all that hangs on an error."""
    secrets = (KEY, EMAIL, EMAIL.replace("@", "%40"))
    for text in [*texts, *_texts_of(error)]:
        assert not any(secret in text for secret in secrets), text
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            content = gzip.decompress(raw) if path.suffix == ".gz" else raw
            assert not any(secret.encode() in content or secret in path.name for secret in secrets), path


def _texts_of(error: BaseException | None) -> Iterator[str]:
    """Yield what an error and those behind it say: their words, attributes, notes, and the package's variables."""
    seen: set[int] = set()
    chain = [error]
    while chain:
        link = chain.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        chain += [link.__cause__, link.__context__]
        yield from (str(link), repr(link), repr(link.args), repr(vars(link)), *getattr(link, "__notes__", ()))
        for name in ("url", "filename", "headers", "hdrs", "reason", "object"):
            yield str(getattr(link, name, ""))
        yield from _variables(link.__traceback__)


def _variables(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        if "/evidence/" in trace.tb_frame.f_code.co_filename:
            yield from (repr(value) for value in trace.tb_frame.f_locals.values())
        trace = trace.tb_next


@dataclass(slots=True)
class Scene:
    """A copy of the project, and an invented PubMed a week later."""

    project: Project
    store: Store
    server: Server
    right: dict[str, list[dict[str, str]]]


def make_ready(folder: Path) -> Ready:
    """Run the first refresh and, a week later, the second, without faults; return what the second began with."""
    project = invented_review(folder / "review")
    set_reports(project, {"InventedA-1": "90000004"})
    store = _store()
    with Server(store, per_second=None, per_second_with_key=None) as server:
        refresh_at(project, server, BEGIN)
        before = Project(root=shutil.copytree(project.root, folder / "before"))
        _let_a_week_pass(store)
        refresh_at(project, server, NEXT)
    return Ready(project=before, right=tables_of(project))


@contextmanager
def set_scene(ready: Ready, folder: Path, **limits: Any) -> Iterator[Scene]:
    """Copy the project, and start the invented PubMed a week later; without limits on requests unless given."""
    project = Project(root=shutil.copytree(ready.project.root, folder / "review"))
    store = _store()
    _let_a_week_pass(store)
    with Server(store, **({"per_second": None, "per_second_with_key": None} | limits)) as server:
        yield Scene(project, store, server, ready.right)
