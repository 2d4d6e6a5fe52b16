"""A small review of invented records to be screened: tables on disk, abstracts in a stand-in for the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from evidence.fetch.record import AbstractPart, Record
from evidence.project import Project
from evidence.screen.desk import Desk, open_desk
from evidence.screen.ledger import Decision
from evidence.starter import new_review
from evidence.tables import TABLES
from evidence.tables.io import format_table, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Archive", "at", "desk_of", "make_review", "record", "said", "search_row", "write_rows"]

QUERY = '(lamp*[tiab] OR "copper lamp"[tiab]) AND (hiccup*[tiab] OR "Hiccup"[Mesh])'


def at(minute: int, *, day: int = 1) -> str:
    """Return a time in UTC, some minutes after ten on a day of November 2026."""
    return f"2026-11-{day:02}T{10 + minute // 60}:{minute % 60:02}:00Z"


def said(pmid: str, decision: str, minute: int = 0, *, by: str = "A. Reader", **more: Any) -> Decision:
    """Return a decision."""
    return Decision(pmid=pmid, reviewer=by, decision=decision, decided_at=at(minute), **more)


def record(pmid: str, title: str, abstract: str = "", **more: Any) -> Record:
    """Return an invented record."""
    parts = (AbstractPart(text=abstract),) if abstract else ()
    usual = {"publication_types": ("Journal Article",), "languages": ("eng",), "year": 2025, "added": "2026-01-02"}
    return Record(**({"pmid": pmid, "title": title, "abstract": parts} | usual | more))


@dataclass(frozen=True)
class Archive:
    """Stands in for the archive of raw answers."""

    kept: tuple[Record, ...]

    def records(self, pmids: Iterable[str] | None = None) -> Iterator[Record]:
        """Yield the records that it has."""
        wanted = None if pmids is None else set(pmids)
        return (one for one in self.kept if wanted is None or one.pmid in wanted)


def search_row(search_id: str, moment: str) -> dict[str, str]:
    """Return the row of a search that ended at a moment."""
    return {
        "search_id": search_id,
        "database": "PubMed",
        "query": QUERY,
        "scope": "full",
        "run_at": moment,
        "ended_at": moment,
        "count": "3",
        "raw_hash": "0" * 64,
    }


def write_rows(project: Project, table: str, rows: Iterable[dict[str, str]]) -> None:
    """Write a table of a project: empty where a row does not say."""
    names = TABLES[table].names
    frame = pd.DataFrame([{name: row.get(name, "") for name in names} for row in rows], columns=names, dtype=object)
    write_bytes(project.processed / f"{table}.csv", format_table(frame, table))


def _row(one: Record) -> dict[str, str]:
    return {
        "pmid": one.pmid,
        "doi": one.doi,
        "title": one.title,
        "authors": "; ".join(author.short for author in one.authors),
        "journal": one.journal,
        "year": str(one.year or ""),
        "added": one.added,
        "publication_types": ";".join(one.publication_types),
        "languages": ";".join(one.languages),
        "registrations": ";".join(one.registrations),
        "presence": "in-query",
        "search_id": "first",
    }


def make_review(folder: Path, records: Iterable[Record], *, search: str = "", **cells: dict[str, str]) -> Project:
    """Make a review with these records; `cells` gives further cells of rows, as ``p7={"presence": "gone"}``."""
    new_review(folder, title="Copper lamps for hiccups")
    project = Project(root=folder)
    text = project.protocol.read_text(encoding="utf-8")
    begin = text.index("[search]")
    end = text.index("known_items", begin)
    head = f"[search]\ndatabase = \"PubMed\"\nquery = '{QUERY}'\n{search}\n"
    project.protocol.write_text(text[:begin] + head + text[end:], encoding="utf-8")
    write_rows(project, "searches", [search_row("first", "2026-10-01T10:00:00Z")])
    write_rows(project, "records", [_row(one) | cells.get(f"p{one.pmid}", {}) for one in records])
    return project


def desk_of(project: Project, *kept: Record) -> Desk:
    """Return the desk with these abstracts at hand."""
    return open_desk(project, archive=Archive(kept))
