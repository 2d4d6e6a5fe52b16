"""An invented record, and how it comes into a review as a refresh and a screening would bring it."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence import practice
from evidence.fetch.answer import Answer
from evidence.fetch.archive import Archive
from evidence.refresh.rows import record_cells
from evidence.tables.definitions import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.project import Project

__all__ = ["ABSTRACT", "PMID", "RUN", "Clock", "append", "include", "put", "record", "rows_of"]

PMID = "90000001"
RUN = "pubmed-20261122T101500Z"
NOW = dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC)
ABSTRACT = (
    practice.Section(
        text="Eighty adults with a painful knee were randomly allocated to exercise beside usual care (n = 40) or to "
        "usual care alone (n = 40) in this assessor-blinded trial (NCT01234567). Pain was read off a line of 100 mm at "
        "weeks 6 and 12.",
        label="METHODS",
    ),
    practice.Section(
        text="At 12 weeks pain changed by −21.90 ± 18.20 mm with exercise and by −10.3 ± 17.5 mm without "
        "(mean difference −11.6, 95% CI −19.5 to −3.7; p = 0.004). Response was seen in 24/40 (60%) and "
        "12 of 40 (30%). There were no serious harms.",
        label="RESULTS",
    ),
)


def record(**fields: object) -> practice.Synthetic:
    """Return the invented record, with other fields where they are given."""
    plain = {
        "pmid": PMID,
        "title": "Exercise for a painful knee: a randomised controlled trial.",
        "abstract": ABSTRACT,
        "authors": (
            practice.Person(last="Şahin", fore="Ayla", initials="A"),
            practice.Person(last="Roe", initials="B"),
        ),
        "journal": "J Invent Trials",
        "volume": "3",
        "issue": "2",
        "pages": "11-19",
        "date": "2026-02-01",
        "doi": "10.1000/invented.1",
        "publication_types": ("Journal Article",),
    }
    return practice.Synthetic(**{**plain, **fields})  # type: ignore[arg-type]


def append(project: Project, table: str, *rows: dict[str, str]) -> None:
    """Add rows to a table as they are; cells that are not given are empty."""
    path = project.processed / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([[row.get(name, "") for name in names] for row in rows])


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def put(project: Project, *found: practice.Synthetic) -> None:
    """Bring records into the raw archive and the table, in place of earlier ones of the same PMID."""
    body = practice.record_set(found)
    pmids = [one.pmid for one in found]
    Archive(project.raw).store(Answer(tool="efetch", body=body), run=RUN, purpose="records", ids=pmids)
    path = project.processed / "records.csv"
    kept = [row for row in rows_of(path) if row["pmid"] not in pmids]
    fresh = []
    for pmid in pmids:
        stored = Archive(project.raw).record(pmid)
        assert stored is not None
        fresh.append({**record_cells(stored), "pmid": pmid, "presence": "in-query", "search_id": RUN})
    names = TABLES["records"].names
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[row.get(name, "") for name in names] for row in (*kept, *fresh)])


def include(project: Project, pmid: str, decision: str = "include", by: str = "A. Reader") -> None:
    """Screen a record at title and abstract."""
    row = {"pmid": pmid, "stage": "title-abstract", "reviewer": by, "decision": decision, "role": "reviewer"}
    append(project, "screening", {**row, "decided_at": "2026-11-22T10:30:00Z"})


@dataclass
class Clock:
    """A clock that goes on by a minute whenever it is read."""

    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now
