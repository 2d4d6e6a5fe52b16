"""A refresh that is killed at any moment: nothing lost, nothing doubled, nothing asked twice.

The killed run is a real ``evidence refresh`` in a process of its own, against a PubMed on loopback. Moments are drawn
by seed: while Python is still loading the program, over the whole length of a run, just after an answer was asked for,
and while the results are being moved into place, which takes too short a time to be hit by chance. What stands
afterwards is compared with a run that nobody disturbed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
from ready_process import ReadyProgram, Started, ready_program
from refresh_desk import Desk

from evidence import practice
from evidence.fetch.archive import Archive
from evidence.fetch.marker import marker_path, staging_folder
from evidence.fetch.parse import parse_set
from evidence.project import Project
from evidence.refresh.commit import pending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Process = Started | subprocess.Popen[bytes]

GROUPS, MOMENTS = 10, 5
BATCH = 6
ERRORS = "errors.txt"
TABLES = ("searches", "records", "record_events")
OF_THE_RUN = {"search_id", "changed_search_id", "raw_hash"}  # differ between two runs that find the same


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A review before a run, and what an undisturbed run makes of it."""

    before: Project
    store: practice.Store
    after: dict[str, list[dict[str, str]]]
    seconds: float


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def tables(project: Project) -> dict[str, bytes]:
    return {name: (project.processed / f"{name}.csv").read_bytes() for name in TABLES}


def start(project: Project, server: practice.Server, folder: Path, program: ReadyProgram | None) -> Process:
    """Begin ``evidence refresh`` in a process of its own: of a program that is loaded, or by a new Python."""
    config = folder / "config.toml"
    config.write_text("[ncbi]\nrate = 500\nbackoff_seconds = 0.01\n")
    environ = {**os.environ, "EVIDENCE_EUTILS_URL": server.url, "EVIDENCE_CONFIG": str(config)}
    arguments = ["refresh", "--project", str(project.root), "--batch-size", str(BATCH), "--email", "reader@example.org"]
    if program is not None:
        return program.start(arguments, environ=environ, folder=folder, errors=folder / ERRORS)
    with (folder / ERRORS).open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "evidence.cli", *arguments],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=folder,
        )


def serve(store: practice.Store) -> practice.Server:
    return practice.Server(store, per_second=None, per_second_with_key=None)


def complete(project: Project, server: practice.Server) -> None:
    """Run a refresh to its end, in this process."""
    Desk(project, practice.Store(), server).run(dt.datetime.now(dt.UTC), batch_size=BATCH)


def measured(before: Project, store: practice.Store, folder: Path, program: ReadyProgram) -> Scene:
    """Run a refresh that nobody disturbs, and take its time from the first request to its end."""
    project = Project(root=folder / "undisturbed")
    shutil.copytree(before.root, project.root)
    with serve(store) as server:
        code = start(project, server, folder, program).wait(timeout=60)
        seconds = time.monotonic() - server.seen[0].at
    assert code == 0, (folder / ERRORS).read_text()
    return Scene(
        before=before,
        store=store,
        after={name: rows(content) for name, content in tables(project).items()},
        seconds=seconds,
    )


@pytest.fixture(scope="session")
def program() -> Iterator[ReadyProgram]:
    with ready_program() as ready:
        yield ready


@pytest.fixture(scope="session")
def first_run(blank_review: Project, program: ReadyProgram, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Nothing is known; 45 records wait."""
    store = practice.Store(practice.make_records(45, seed=11))
    return measured(blank_review, store, tmp_path_factory.mktemp("first"), program)


@pytest.fixture(scope="session")
def update(blank_review: Project, program: ReadyProgram, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Twenty-five records are known; then come twenty new ones, changes, a retraction, and one that is gone."""
    folder = tmp_path_factory.mktemp("update")
    records = practice.make_records(45, seed=12)
    store = practice.Store(records[:25])
    project = Project(root=folder / "before")
    shutil.copytree(blank_review.root, project.root)
    with serve(store) as server:
        complete(project, server)
    for record in records[25:]:
        store.add(record)
    for record in records[3:9]:
        store.change(record.pmid, title=f"{record.title} Amended.")
    store.retract(records[10].pmid, "90009000")
    store.remove(records[12].pmid)
    return measured(project, store, folder, program)


def wait_until(moment: Callable[[], bool], process: Process) -> None:
    """Wait, closely, until something is so or the process has ended."""
    for step in count():
        if moment() or (step % 20 == 0 and process.poll() is not None):
            return
        time.sleep(0.0005)


def kill_somewhere(
    scene: Scene, project: Project, server: practice.Server, folder: Path, rng: random.Random, program: ReadyProgram
) -> None:
    """Begin a run, and kill or interrupt it at a moment drawn by chance."""
    way = rng.choices(["start", "any time", "request", "made ready", "moved"], [1, 5, 3, 2, 3])[0]
    kind = rng.choices([signal.SIGKILL, signal.SIGINT], [3, 1])[0]
    asked = rng.randint(1, len(scene.after["records"]) // BATCH)
    process = start(project, server, folder, None if way == "start" else program)
    if way == "start":
        time.sleep(rng.uniform(0, 0.5))
    else:
        wait_until(lambda: bool(server.seen), process)
    if way == "any time":
        time.sleep(rng.uniform(0, scene.seconds))
    elif way == "request":
        wait_until(lambda: len(server.seen) > asked, process)
        time.sleep(rng.uniform(0, 0.01))
    elif way == "made ready":
        wait_until(staging_folder(project).exists, process)
        time.sleep(rng.uniform(0, 0.01))
    elif way == "moved":
        wait_until(marker_path(project).exists, process)
        time.sleep(rng.uniform(0, 0.004))
    process.send_signal(kind)
    code = process.wait(timeout=60)
    if kind is signal.SIGINT and server.seen and code not in (0, -signal.SIGINT):
        assert code == 130
        assert "Traceback" not in (folder / ERRORS).read_text()


def stored_by(archive: Archive, run_before: set[str]) -> set[str]:
    """Return the PMIDs that whole, verified answers have which no earlier run stored."""
    stored: set[str] = set()
    for entry in archive.entries():
        if entry.tool == "efetch" and entry.run not in run_before:
            stored |= {record.pmid for record in parse_set(archive.read(entry.sha256)).records}
    return stored


def comparable(found: list[dict[str, str]], leave_out: set[str]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted((k, v) for k, v in row.items() if k not in leave_out)) for row in found)


def check(scene: Scene, project: Project, server: practice.Server) -> None:
    """Look at what the killed run left, let another run complete it, and look at everything again."""
    before, left, archive = tables(scene.before), tables(project), Archive(project.raw)
    earlier = {entry.run for entry in Archive(scene.before.raw).entries()}
    waits = pending(project)
    if waits is None and left != before:  # the commit was whole: all of it is there, and the watermark has moved once
        assert len(rows(left["searches"])) == len(rows(before["searches"])) + 1
        assert comparable(rows(left["records"]), OF_THE_RUN) == comparable(scene.after["records"], OF_THE_RUN)
    committed = waits is not None or left != before
    stored = stored_by(archive, earlier)
    asked_before = len(server.seen)

    complete(project, server)

    asked = [seen.params["id"].split(",") for seen in server.seen[asked_before:] if seen.tool == "efetch"]
    if not committed:
        assert stored.isdisjoint(pmid for ids in asked for pmid in ids), "asked again for what was stored"
    after = {name: rows(content) for name, content in tables(project).items()}
    expected = [
        {**row, "presence": "gone"} if committed and row["presence"] == "absent-once" else row  # absent twice by now
        for row in scene.after["records"]
    ]
    assert comparable(after["records"], OF_THE_RUN) == comparable(expected, OF_THE_RUN)
    assert Counter(row["pmid"] for row in after["records"]).most_common(1)[0][1] == 1
    events = [row for row in after["record_events"] if row["event"] != "gone" or not committed]
    assert comparable(events, {"search_id"}) == comparable(scene.after["record_events"], {"search_id"})
    runs = [row["search_id"] for row in after["searches"]]
    assert len(set(runs)) == len(runs) == len(rows(before["searches"])) + 1 + committed
    assert {row["search_id"] for row in after["record_events"]} <= set(runs)
    assert archive.verify() == ()
    assert pending(project) is None
    assert not staging_folder(project).exists()
    assert [path.name for path in project.root.rglob("*.part")] == []


@pytest.mark.parametrize("seed", range(GROUPS))
def test_killed_at_random_moments(
    seed: int, first_run: Scene, update: Scene, program: ReadyProgram, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    for moment in range(MOMENTS):
        scene = (first_run, update)[moment % 2]
        project = Project(root=tmp_path / str(moment))
        shutil.copytree(scene.before.root, project.root)
        with serve(scene.store) as server:
            kill_somewhere(scene, project, server, tmp_path, rng, program)
            check(scene, project, server)
