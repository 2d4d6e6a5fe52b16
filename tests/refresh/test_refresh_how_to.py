"""The how-to of a refresh is run as it stands: each command, in its order, prints what the page says."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING

import extraction
import pytest
from filled_draft import fill
from invented_review import invented_review
from printed_pages import assert_prints_what_it_says, decide, run_in_process

from evidence import practice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "docs/refresh.md"
QUERY = f"exercise[tiab] OR {practice.QUERY}"
TRIAL = extraction.PMID


class Reader:
    """Somebody who follows the page in a folder."""

    def __init__(self, root: Path, store: practice.Store, url: str) -> None:
        self.root, self.store = root, store
        self.environ = {"EVIDENCE_EUTILS_URL": url, "NCBI_EMAIL": "you@example.org"}

    def run(self, command: str) -> str:
        return run_in_process(command, self.environ)

    def do(self, note: str) -> None:
        """Do what a comment of the page says."""
        others = [pmid for pmid in self.store.pmids if pmid != TRIAL]
        if note.startswith("decided.csv"):
            rows = [(pmid, "exclude", "not about a painful knee") for pmid in others]
            decide(self.root / "decided.csv", [(TRIAL, "include", ""), *rows])
        elif note.startswith("fulltext.csv"):
            decide(self.root / "fulltext.csv", [(TRIAL, "include", "")])
        elif note.startswith("the draft is filled"):
            shutil.copytree(self.root / "data" / "processed", self.root / "before" / "data" / "processed")
            shutil.copy(self.root / "protocol.toml", self.root / "before" / "protocol.toml")
            fill(self.root / "data" / "extraction" / TRIAL / "a-reader")
        elif note.startswith("PubMed retracts"):
            self.store.retract(TRIAL, "90000900", on=dt.datetime.now(dt.UTC).date())
        elif note.startswith("kept.csv"):
            decide(self.root / "kept.csv", [(TRIAL, "include", "the notice concerns a figure that is not used")])
        else:
            raise AssertionError(f"nobody knows how to do: {note}")


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    project = invented_review(tmp_path / "knee", query=QUERY)
    monkeypatch.chdir(project.root)
    today = dt.datetime.now(dt.UTC).date()
    trial = extraction.record(added=dt.date(2026, 3, 1))
    others = practice.make_records(11, seed=3, first=90000002, until=dt.date(2026, 6, 30))
    store = practice.Store([trial, *others], today=today)
    with practice.Server(store, per_second=None) as server:
        yield Reader(project.root, store, server.url)


def test_every_command_of_the_page_prints_what_the_page_says(root: Path, reader: Reader) -> None:
    page = (root / PAGE).read_text(encoding="utf-8")
    assert_prints_what_it_says(page, run=reader.run, do=reader.do)
