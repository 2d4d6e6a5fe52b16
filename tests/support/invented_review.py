"""A small review whose trials are invented, and whose query finds the invented records of `evidence.practice`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from evidence import practice
from evidence.project import Project
from evidence.starter import new_review
from evidence.tables.io import read_raw, write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["invented_review", "set_protocol", "set_reports"]


def invented_review(
    folder: Path,
    *,
    query: str = practice.QUERY,
    known_items: Sequence[str] = (),
    reports: Mapping[str, str] | None = None,
) -> Project:
    """Make a review with three invented trials.

    Parameters
    ----------
    folder : Path
        Where; it must not exist.
    query : str
        The protocol's query.
    known_items : sequence of str
        PMIDs that the query should find.
    reports : mapping of str to str
        Report (``InventedA-1``, ``InventedB-1``, ``InventedC-1``) → its PMID.
    """
    new_review(folder, title="A review for tests", with_example=True)
    project = Project(root=folder)
    set_protocol(project, query=query, known_items=known_items)
    set_reports(project, reports or {})
    return project


def set_protocol(project: Project, *, query: str, known_items: Sequence[str] = ()) -> None:
    """Write another query and other known items into a protocol."""
    lines = []
    for line in project.protocol.read_text(encoding="utf-8").split("\n"):
        if line.startswith("query = "):
            line = f"query = {json.dumps(query)}"
        elif line.startswith("known_items = "):
            line = f"known_items = {json.dumps(list(known_items))}"
        lines.append(line)
    write_bytes(project.protocol, "\n".join(lines).encode())


def set_reports(project: Project, pmids: Mapping[str, str]) -> None:
    """Write PMIDs into the table of reports."""
    path = project.processed / "reports.csv"
    table = read_raw(path)
    for report, pmid in pmids.items():
        table.loc[table["report_id"] == report, "pmid"] = pmid
    write_bytes(path, table.to_csv(index=False, lineterminator="\n").encode())
