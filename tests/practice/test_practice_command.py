"""``evidence practice``: it serves until Ctrl-C, says where, and refuses what it cannot do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from evidence import practice
from evidence.cli import practice as command
from evidence.cli.main import app
from evidence.errors import InputError, OptionError, ProjectError
from evidence.starter import new_review

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Return what runs the command until its first moment of waiting."""
    monkeypatch.setattr(command, "_wait", lambda: None)
    return lambda *options: CliRunner().invoke(app, ["practice", "--port", "0", *options], env={"COLUMNS": "300"})


def test_it_serves_until_ctrl_c_and_ends_cleanly(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "evidence.cli", "practice", "--port", "0", "--week", "2", "--project", "elbows"]
    environ = {**os.environ, "COLUMNS": "200"}
    with subprocess.Popen(
        program, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        lines = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(running.stdout.readline())
            assert lines[-1], "".join(lines) + running.stderr.read()
        (url,) = (line.split("=", 1)[1].strip() for line in lines if "export EVIDENCE_EUTILS_URL=" in line)
        with urlopen(f"{url}efetch.fcgi?db=pubmed&id=90000001,90000101") as answer:
            body = answer.read()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 0
    assert said.splitlines() == ["efetch (2 PMIDs): 200", "Stopped."]
    assert body.count(b"<PubmedArticle>") == 2
    assert (tmp_path / "elbows" / "protocol.toml").is_file()
    assert lines[1] == "Week 2 of 4, 2026-01-12: 64 records\n"


def test_it_tells_what_happened_as_data(run) -> None:
    told = json.loads(run("--week", "3", "--json").stdout)
    assert told["url"].startswith("http://127.0.0.1:")
    assert (told["week"], told["day"], told["records"]) == (3, "2026-01-19", 67)
    assert told["happened"] == [text for week in practice.WEEKS[:3] for text in week.happened]


def test_every_fault_is_listed(run) -> None:
    listed = run("--faults").stdout.splitlines()[1:]
    assert [line.split()[0] for line in listed if not line.startswith(" ")] == list(practice.FAULTS)
    assert json.loads(run("--faults", "--json").stdout) == dict(practice.FAULTS)


@pytest.mark.parametrize(
    ("text", "times"), [("truncated", 1), ("truncated:1", 1), ("truncated:3", 3), ("truncated:all", None)]
)
def test_a_fault_says_how_often(text: str, times: int | None) -> None:
    fault = command._fault(text, practice.FAULTS)
    assert (fault.name, fault.times) == ("truncated", times)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (("--fault", "truncatd"), OptionError, "truncated"),
        (("--fault", "truncated:0"), InputError, "from 1 or 'all'"),
        (("--fault", "truncated:often"), InputError, "from 1 or 'all'"),
        (("--week", "5"), InputError, "the weeks 1 to 4"),
        (("--records", "3"), InputError, "too few"),
        (("--port", "70000"), InputError, "from 0 to 65535"),
    ],
)
def test_what_cannot_be_is_refused(run, options: tuple[str, ...], error: type[Exception], words: str) -> None:
    refused = run(*options).exception
    assert type(refused) is error
    assert words in str(refused)


def test_a_port_that_is_taken_is_named(run) -> None:
    with practice.Server(practice.Store()) as server:
        port = server.url.split(":")[2].split("/")[0]
        refused = run("--port", port).exception
    assert isinstance(refused, InputError)
    assert f"port {port}" in str(refused)


def test_its_review_is_written_once_and_no_other_one_is_touched(run, tmp_path: Path) -> None:
    folder = tmp_path / "elbows"
    assert "was written" in run("--project", str(folder)).stdout
    (folder / "protocol.toml").write_text(
        (folder / "protocol.toml").read_text(encoding="utf-8") + "# mine\n", encoding="utf-8"
    )
    assert "is there already" in run("--project", str(folder)).stdout
    assert (folder / "protocol.toml").read_text(encoding="utf-8").endswith("# mine\n")
    new_review(tmp_path / "other")
    before = (tmp_path / "other" / "protocol.toml").read_bytes()
    assert isinstance(run("--project", str(tmp_path / "other")).exception, ProjectError)
    assert (tmp_path / "other" / "protocol.toml").read_bytes() == before
