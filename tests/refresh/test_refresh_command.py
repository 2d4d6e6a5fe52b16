"""``evidence refresh`` as a person runs it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from rich.console import Console
from typed_commands import typed

from evidence import practice
from evidence.cli.refresh_progress import watched
from evidence.fetch.archive import Archive

KEY = "0123456789abcdef0123456789abcdef0123"
EMAIL = "ada.reader@example.org"


def environment(desk, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NCBI", "EVIDENCE"))}
    quick = {"NCBI_EMAIL": EMAIL, "NCBI_API_KEY": KEY}  # a key for ten requests a second
    return {**kept, "EVIDENCE_EUTILS_URL": desk.server.url, "COLUMNS": "80", **quick, **more}


def command(desk, *arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "evidence.cli", "refresh", "-C", str(desk.project.root), *arguments],
        env=environment(desk, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def here(monkeypatch, capfd):
    """Return what runs the command in this process: the tests of the first run and of Ctrl-C start others."""

    def run(desk, *arguments, **more):
        for name in set(os.environ) - set(kept := environment(desk, **more)):
            monkeypatch.delenv(name)
        for name, value in kept.items():
            monkeypatch.setenv(name, value)
        return typed(capfd, "refresh", "-C", str(desk.project.root), *arguments)

    return run


@pytest.fixture
def desk(make_desk):
    desk = make_desk(reports={"InventedA-1": "90000004"}, known_items=["90000001"])
    desk.store.today = None
    return desk


def test_a_first_and_a_second_run(desk) -> None:
    first = command(desk)
    assert first.returncode == 0, first.stderr
    assert "New: 45" in first.stdout
    assert "evidence screen" in first.stdout
    assert max(len(line) for line in first.stdout.splitlines()) <= 80
    assert "records: 45 of 45" in first.stderr
    second = command(desk, "--json")
    data = json.loads(second.stdout)
    assert (data["scope"], data["events"], data["count_before"]) == ("update", [], 45)


def test_a_retraction_of_a_report_says_what_it_touches(desk, here) -> None:
    assert here(desk).returncode == 0
    desk.store.retract("90000004", "90001001")
    run = here(desk)
    text = " ".join(run.stdout.split())
    assert "Retracted: 1" in text
    assert "InventedA: RetractionIn 90001001" in text
    assert "exercise-pain" in text
    assert "evidence extract 90000004" in text
    assert max(len(line) for line in run.stdout.splitlines()) <= 80


def test_a_dry_run(desk, here) -> None:
    before = {path: path.read_bytes() for path in desk.project.root.rglob("*") if path.is_file()}
    run = here(desk, "--dry-run")
    assert run.returncode == 0
    assert "Would fetch everything" in run.stdout
    assert {path: path.read_bytes() for path in desk.project.root.rglob("*") if path.is_file()} == before


def test_rebuild_asks_nobody(desk, here) -> None:
    assert here(desk).returncode == 0
    requests = len(desk.server.seen)
    run = here(desk, "--rebuild")
    assert run.returncode == 0
    assert "45 of 45 records read again; 0 rows differ." in run.stdout
    assert json.loads(here(desk, "--rebuild", "--json").stdout)["n_read"] == 45
    assert len(desk.server.seen) == requests
    mixed = here(desk, "--rebuild", "--full")
    assert mixed.returncode == 1
    assert "--full has no meaning with it" in " ".join(mixed.stderr.split())


def test_errors_are_messages(desk, here) -> None:
    for arguments, words in [
        (("--since", "22.11.2026"), "is not a date"),
        (("--since", "2026-01-01", "--full"), "give one of them"),
    ]:
        run = here(desk, *arguments)
        assert run.returncode == 1
        assert words in run.stderr
        assert "Traceback" not in run.stderr
    assert here(desk, "--batch-size", "0").returncode == 2


def test_a_drop_names_both_numbers_and_what_to_do(desk, here) -> None:
    assert here(desk).returncode == 0
    for pmid in desk.store.pmids[5:30]:
        desk.store.remove(pmid)
    run = here(desk)
    assert run.returncode == 1
    assert "finds 20 records, 56% fewer than the 45" in " ".join(run.stderr.split())
    assert here(desk, "--allow-drop", "20").returncode == 0


def test_key_and_email_reach_the_server_and_nothing_else(desk, here) -> None:
    run = here(desk, "--api-key", KEY, "--email", EMAIL)
    assert run.returncode == 0
    assert "list of processes; NCBI_API_KEY is better" in run.stderr
    assert {seen.params.get("api_key") for seen in desk.server.seen} == {KEY}
    quiet = here(desk, NCBI_API_KEY=KEY)
    assert "NCBI_API_KEY is better" not in quiet.stderr
    files = b"".join(path.read_bytes() for path in desk.project.root.rglob("*") if path.is_file())
    stored = b"".join(Archive(desk.project.raw).read(entry.sha256) for entry in Archive(desk.project.raw).entries())
    for secret in (KEY, EMAIL):
        assert secret not in run.stdout + run.stderr + quiet.stdout + quiet.stderr
        assert secret.encode() not in files + stored


def test_ctrl_c_leaves_a_state_from_which_the_next_run_goes_on(make_desk) -> None:
    slow = practice.Fault("slow-drip", tool="efetch", nth=3, times=None, pause=0.2, size=64)
    desk = make_desk(faults=[slow])
    desk.store.today = None
    before = desk.files()
    process = subprocess.Popen(
        [sys.executable, "-m", "evidence.cli", "refresh", "-C", str(desk.project.root), "--batch-size", "10"],
        env=environment(desk),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while sum(seen.tool == "efetch" for seen in list(desk.server.seen)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "Stopped. The tables are as before" in " ".join(err.split())
    assert "Traceback" not in err
    assert desk.files() == before
    desk.server.script()
    run = command(desk, "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["reused"] == 20
    assert len(desk.rows("records")) == 45


def test_progress_in_lines_tells_rate_and_ends() -> None:
    seconds = iter([0.0, 1.0, 3.0, 4.0, 9.0])
    text = io.StringIO()
    with watched(Console(file=text, width=80), clock=lambda: next(seconds)) as watcher:
        for done in (0, 10, 30, 40):
            watcher.tell("records", done, 40)
        watcher.wait("the server asked for a rest", 2.0)
    assert text.getvalue().splitlines() == [
        "records: 0 of 40",
        "records: 30 of 40, about 1 s left",
        "records: 40 of 40",
        "waiting 2 s: the server asked for a rest",
    ]


def test_progress_on_a_terminal_draws_bars() -> None:
    text = io.StringIO()
    console = Console(file=text, width=80, force_terminal=True, highlight=False)
    with watched(console) as watcher:
        watcher.tell("search", 45, 45)
        watcher.tell("records", 20, 45)
        watcher.tell("records", 45, 45)
        watcher.wait("busy [now]", 1.0)
    assert "records" in text.getvalue()
    assert "45/45" in text.getvalue()
    assert "busy [now]" in text.getvalue()
