"""A small review beside an invented PubMed: run a refresh on a day, and look at what it did."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any

from evidence.fetch.client import Client
from evidence.fetch.settings import read_settings
from evidence.refresh.run import refresh

if TYPE_CHECKING:
    from evidence import practice
    from evidence.project import Project
    from evidence.refresh.result import RefreshResult

__all__ = ["BEGIN", "Desk"]

BEGIN = dt.date(2026, 11, 22)
"""The day of the first run in most tests."""


class Desk:
    """A project, a store with a server before it, and a clock."""

    def __init__(self, project: Project, store: practice.Store, server: practice.Server) -> None:
        self.project, self.store, self.server = project, store, server
        self.client = self.new_client()

    def new_client(self, **settings: Any) -> Client:
        """Return a client that asks the invented PubMed, quickly."""
        base = read_settings(
            email="reader@example.org", environ={"EVIDENCE_EUTILS_URL": self.server.url}, config="/dev/null"
        )
        quick = {"rate": 500.0, "backoff_seconds": 0.01, "timeout_seconds": 5.0}
        return Client(dataclasses.replace(base, **{**quick, **settings}))

    def run(self, day: dt.date | dt.datetime = BEGIN, **options: Any) -> RefreshResult:
        """Run a refresh on a day, at ten in the morning."""
        moment = day if isinstance(day, dt.datetime) else dt.datetime(day.year, day.month, day.day, 10, tzinfo=dt.UTC)
        if self.store.today is not None:
            self.store.today = moment.date()
        return refresh(self.project, self.client, clock=lambda: moment, **({"batch_size": 20} | options))

    def asked(self, tool: str = "efetch", since: int = 0) -> list[list[str]]:
        """Return the lists of PMIDs of all requests to a utility."""
        return [seen.params["id"].split(",") for seen in self.server.seen[since:] if seen.tool == tool]

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the rows of a table as they stand in its file."""
        with (self.project.processed / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def row(self, pmid: str) -> dict[str, str]:
        """Return a record's row."""
        (found,) = (row for row in self.rows("records") if row["pmid"] == pmid)
        return found

    def events(self, search_id: str) -> dict[str, set[str]]:
        """Return PMID → its events in a run."""
        found: dict[str, set[str]] = {}
        for row in self.rows("record_events"):
            if row["search_id"] == search_id:
                found.setdefault(row["pmid"], set()).add(row["event"])
        return found

    def files(self) -> dict[str, bytes]:
        """Return every table of the project, byte for byte."""
        return {path.name: path.read_bytes() for path in sorted(self.project.processed.iterdir()) if path.is_file()}

    def forget_raw(self) -> None:
        """Throw the raw answers away, as in a fresh copy of the project."""
        shutil.rmtree(self.project.raw)
