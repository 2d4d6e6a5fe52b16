"""The how-to of a refresh is run as it stands: each command, in its order, prints what the page says."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
from typing import TYPE_CHECKING

import eutils
import extraction
import pytest
from filled_draft import fill
from invented_review import invented_review
from typer.testing import CliRunner

from evidence.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "docs/refresh.md"
QUERY = f"exercise[tiab] OR {eutils.QUERY}"
TRIAL = extraction.PMID
_STEP = re.compile(r"<!-- (?P<note>.+?) -->|```console\n(?P<block>.*?)```", re.DOTALL)
_CHANGING = (
    (re.compile(r"pubmed-\d{8}T\d{6}Z"), "pubmed-20261122T101500Z"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-11-22"),
    (re.compile(r"in \d+ s\b"), "in 3 s"),
    (re.compile(r"\S*/results/report/index.html"), "results/report/index.html"),
    (re.compile(r"\d+ new findings?"), "1 new finding"),
)


def plain(text: str) -> str:
    """Return text without what differs from run to run: times, places."""
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def decide(folder: Path, name: str, rows: list[tuple[str, str, str]]) -> None:
    lines = ["pmid,decision,reason", *(",".join(row) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


class Reader:
    """Somebody who follows the page in a folder."""

    def __init__(self, root: Path, store: eutils.Store, url: str) -> None:
        self.root, self.store = root, store
        self.environ = {"EVIDENCE_EUTILS_URL": url, "NCBI_EMAIL": "you@example.org", "COLUMNS": "80"}

    def run(self, command: str) -> str:
        """Run a command and return what it prints, messages among it."""
        arguments = shlex.split(command)
        assert arguments[0] == "evidence"
        ran = CliRunner().invoke(app, arguments[1:], env=self.environ)
        assert ran.exit_code == 0, f"{command}: {ran.output}{ran.exception}"
        return ran.output

    def do(self, note: str) -> None:
        """Do what a comment of the page says."""
        others = [pmid for pmid in self.store.pmids if pmid != TRIAL]
        if note.startswith("decided.csv"):
            rows = [(pmid, "exclude", "not about a painful knee") for pmid in others]
            decide(self.root, "decided.csv", [(TRIAL, "include", ""), *rows])
        elif note.startswith("fulltext.csv"):
            decide(self.root, "fulltext.csv", [(TRIAL, "include", "")])
        elif note.startswith("the draft is filled"):
            shutil.copytree(self.root / "data" / "processed", self.root / "before" / "data" / "processed")
            shutil.copy(self.root / "protocol.toml", self.root / "before" / "protocol.toml")
            fill(self.root / "data" / "extraction" / TRIAL / "a-reader")
        elif note.startswith("PubMed retracts"):
            self.store.retract(TRIAL, "90000900", on=dt.datetime.now(dt.UTC).date())
        elif note.startswith("kept.csv"):
            decide(self.root, "kept.csv", [(TRIAL, "include", "the notice concerns a figure that is not used")])
        else:
            raise AssertionError(f"nobody knows how to do: {note}")


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    project = invented_review(tmp_path / "knee", query=QUERY)
    monkeypatch.chdir(project.root)
    today = dt.datetime.now(dt.UTC).date()
    trial = extraction.record(added=dt.date(2026, 3, 1))
    others = eutils.make_records(11, seed=3, first=90000002, until=dt.date(2026, 6, 30))
    store = eutils.Store([trial, *others], today=today)
    with eutils.Server(store, per_second=None) as server:
        yield Reader(project.root, store, server.url)


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block with the lines that the page says it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        yield command, [line for line in lines if line.strip()]


def test_every_command_of_the_page_prints_what_the_page_says(root: Path, reader: Reader) -> None:
    page = (root / PAGE).read_text(encoding="utf-8")
    commands = 0
    for step in _STEP.finditer(page):
        if step["note"]:
            reader.do(step["note"])
            continue
        for command, lines in blocks(step["block"]):
            printed = iter(plain(reader.run(command)).split("\n"))
            commands += 1
            assert lines, f"the page does not say what {command} prints"
            for line in lines:
                if line.strip() != "…":
                    assert plain(line.rstrip()) in (found.rstrip() for found in printed), f"{command}: {line}"
    assert commands == page.count("\n$ evidence ")
