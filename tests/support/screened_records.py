"""Synthetic records, their texts and a project that has them, for tests of screening."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd

from evidence.fetch.record import AbstractPart, Author, Record
from evidence.project import Project
from evidence.screen.standing import Decision
from evidence.tables.definitions import TABLES
from evidence.tables.io import write_table

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["decided", "make_project", "record_row", "record_text", "run_command", "search_row"]


def search_row(**cells: Any) -> dict[str, str]:
    """Return a row of searches."""
    usual = {
        "search_id": "pubmed-20261101T090000Z",
        "database": "PubMed",
        "platform": "NCBI E-utilities",
        "query": "(knee[tiab] OR hip[tiab]) AND exercise[tiab]",
        "scope": "full",
        "run_at": "2026-11-01T09:00:00Z",
        "ended_at": "2026-11-01T09:01:00Z",
        "count": "20",
        "n_fetched": "20",
        "n_new": "20",
        "raw_hash": "a" * 64,
    }
    return {name: str(({**usual, **cells}).get(name, "")) for name in TABLES["searches"].names}


def record_row(number: int, **cells: Any) -> dict[str, str]:
    """Return a row of records, each unlike the others."""
    names = ["Alder", "Birch", "Cedar", "Dahl", "Elm", "Fir", "Gorse", "Hazel", "Iris", "Juniper"]
    usual = {
        "pmid": str(90_000_000 + number),
        "version": "1",
        "doi": f"10.5555/knee.{number}",
        "title": f"Exercise number {number} for painful knees of {names[number % 10].lower()} growers",
        "authors": f"{names[number % 10]} AB; Roe C",
        "journal": "J Joints",
        "volume_pages": f"{number}(2):{number + 10}-{number + 19}",
        "year": str(2000 + number % 25),
        "publication_types": "Journal Article",
        "languages": "eng",
        "presence": "in-query",
        "search_id": "pubmed-20261101T090000Z",
    }
    return {name: str(({**usual, **cells}).get(name, "")) for name in TABLES["records"].names}


def record_text(row: dict[str, str], **fields: Any) -> Record:
    """Return the record of a row as it would be archived, with an abstract full of what breaks files."""
    hostile = (
        "=SUM(A1) and a <b>tag</b>, 5 < 6 & 7 > 3;\nER  - \nTY  - JOUR\nTI  - not a title | RAYYAN-INCLUSION: none\r\n"
        "\u2028quoted \"words\", and 'more'\x0b."
    )
    usual: dict[str, Any] = {
        "pmid": row["pmid"],
        "doi": row["doi"],
        "title": row["title"],
        "abstract": (
            AbstractPart(label="METHODS", text=hostile),
            AbstractPart(label="RESULTS", text="Pain fell by 3."),
        ),
        "authors": (Author(last="Alder", fore="Ann B"), Author(collective="Knee Study Group")),
        "keywords": ("exercise", "knee; pain"),
        "volume": "5",
        "issue": "2",
        "pages": "11-19",
    }
    return Record(**{**usual, **fields})


def decided(pmid: str, decision: str, **fields: Any) -> Decision:
    """Return a decision of A. Reader on title and abstract."""
    usual = {"reviewer": "A. Reader", "decided_at": "2026-11-02T10:15:00Z"}
    return Decision(pmid=pmid, decision=decision, **{**usual, **fields})


def make_project(folder: Path, root: Path, **tables: list[dict[str, str]]) -> Project:
    """Return a copy of the project in `root` in which some tables have these rows and no others."""
    shutil.copy(root / "protocol.toml", folder / "protocol.toml")
    shutil.copytree(root / "data" / "processed", folder / "data" / "processed")
    project = Project(root=folder)
    for name, rows in tables.items():
        frame = pd.DataFrame(rows, columns=list(TABLES[name].names), dtype=object)
        write_table(project.processed / f"{name}.csv", frame, name)
    return project


def run_command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, as a process of its own would, without the time that one takes to begin."""
    from evidence.cli.main import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    before = sys.argv
    sys.argv = ["evidence", *arguments]
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        sys.argv = before
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
