"""The tables as they stand before a run: the last complete search, the records, and whom they are of interest to."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import TableError
from ..tables.io import read_raw
from ..tables.validate import check_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..project import Project
    from ..protocol import Protocol
    from .rows import RowOf

__all__ = ["DATABASE", "WRITTEN", "LastRun", "Standing", "last_run", "pmids_of_reports", "read_standing", "studies_of"]

DATABASE = "PubMed"
"""As the table of searches names it."""

WRITTEN = ("searches", "records", "record_events")
"""The tables that a refresh writes."""

_READ = (*WRITTEN, "reports", "studies", "review_reports", "screening")
_PMID = re.compile(r"[1-9][0-9]{0,8}")
_EXCLUDED = "excluded"
_KEPT = ("include", "maybe")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The last search of PubMed that was run to its end.

    Attributes
    ----------
    search_id, query : str
        Which, and what was asked.
    run_at, ended_at : datetime
        Begin and end, by the clock of the machine.
    seen_until : datetime
        Until when changes were certainly seen: the begin, or the day on which PubMed said that it was last updated, if
        that is earlier, as where the clock was ahead. Changes bear the dates of PubMed.
    count : int
        What the query found.
    """

    search_id: str
    query: str
    run_at: dt.datetime
    ended_at: dt.datetime
    seen_until: dt.datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The tables of a project as text, and what a refresh needs to know of them.

    Attributes
    ----------
    tables : mapping of str to list of rows
        Those that matter here.
    contents : mapping of str to bytes
        The files that a refresh writes, as they were read.
    """

    tables: Mapping[str, list[RowOf]]
    contents: Mapping[str, bytes]

    @property
    def last(self) -> LastRun | None:
        """The last complete search of PubMed."""
        return last_run(self.tables["searches"])

    @property
    def runs(self) -> dict[str, str]:
        """The runs that came to their end, each with its begin."""
        return {row["search_id"]: row["run_at"] for row in self.tables["searches"]}

    @property
    def records(self) -> dict[str, RowOf]:
        """The records by PMID."""
        return {row["pmid"]: row for row in self.tables["records"]}

    @property
    def kept_studies(self) -> frozenset[str]:
        """The trials that are not excluded."""
        return frozenset(
            row["study_id"] for row in self.tables["studies"] if not row["eligibility"].startswith(_EXCLUDED)
        )

    def watched(self, known_items: Iterable[str] = ()) -> dict[str, str]:
        """Return the PMIDs that every run looks at, whatever their dates, each with the reason in words.

        They are those of reports of trials that are not excluded, of published reviews, of the protocol's known items,
        and of records that screening keeps. A report without a PMID is watched by the record that has its DOI.
        """
        kept, why = self.kept_studies, {}
        for row in self.tables["screening"]:
            if row["decision"] in _KEPT:
                why[row["pmid"]] = "screening keeps it"
        why |= {pmid: "a known item of the protocol" for pmid in known_items if _PMID.fullmatch(pmid)}
        for row in self.tables["review_reports"]:
            why[row["pmid"]] = f"the published review {row['review_id']}"
        pmids = pmids_of_reports(self.tables["reports"], self.tables["records"])
        for row in self.tables["reports"]:
            if row["study_id"] in kept:
                why |= dict.fromkeys(pmids[row["report_id"]], f"report {row['report_id']} of {row['study_id']}")
        for row in self.tables["records"]:
            if row["merged_into"] and row["pmid"] in why:
                why.setdefault(row["merged_into"], f"PMID {row['pmid']} was merged into it")
        why.pop("", None)
        return why

    def unwatched_reports(self, records: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
        """Return the reports of trials that are not excluded of which no PMID is known, not by their DOI either.

        Parameters
        ----------
        records : iterable of mapping
            Rows of the table of records.
        """
        kept, pmids = self.kept_studies, pmids_of_reports(self.tables["reports"], records)
        reports = (row for row in self.tables["reports"] if row["study_id"] in kept)
        return tuple(row["report_id"] for row in reports if not pmids[row["report_id"]])


def read_standing(project: Project, protocol: Protocol) -> Standing:
    """Read the tables of a project.

    Raises
    ------
    TableError
        With every fault of every table: a base with faults is not refreshed.
    """
    problems = check_tables(project.processed, vocabularies=protocol.vocabularies)
    if problems:
        raise TableError("the tables have faults; mend them, then refresh:", problems)
    contents = {name: (project.processed / f"{name}.csv").read_bytes() for name in WRITTEN}
    tables = {}
    for name in _READ:
        frame = read_raw(project.processed / f"{name}.csv")
        names = list(frame.columns)
        tables[name] = [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]
    return Standing(tables=tables, contents=contents)


def pmids_of_reports(
    reports: Iterable[Mapping[str, str]], records: Iterable[Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Return for each report its PMID; for one that has none, those of the records that have its DOI.

    Examples
    --------
    >>> reports = [{"report_id": "Doe-1", "pmid": "", "doi": "10.1000/A"}, {"report_id": "Li-1", "pmid": "", "doi": ""}]
    >>> pmids_of_reports(reports, [{"pmid": "2", "doi": "10.1000/a"}, {"pmid": "3", "doi": ""}])
    {'Doe-1': ('2',), 'Li-1': ()}
    """
    by_doi: dict[str, tuple[str, ...]] = {"": ()}
    for row in records:
        if doi := row["doi"].lower():
            by_doi[doi] = (*by_doi.get(doi, ()), row["pmid"])
    return {row["report_id"]: (row["pmid"],) if row["pmid"] else by_doi.get(row["doi"].lower(), ()) for row in reports}


def studies_of(
    reports: Iterable[Mapping[str, str]], records: Iterable[Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Return PMID → the trials that it reports, also for a record into which the reported one was merged.

    Examples
    --------
    >>> reports = [{"report_id": "Doe2020-1", "pmid": "1", "doi": "", "study_id": "Doe2020"}]
    >>> studies_of(reports, [{"pmid": "1", "doi": "", "merged_into": "2"}])
    {'1': ('Doe2020',), '2': ('Doe2020',)}
    """
    found: dict[str, set[str]] = {}
    reports, records = tuple(reports), tuple(records)
    pmids = pmids_of_reports(reports, records)
    for row in reports:
        for pmid in pmids[row["report_id"]]:
            found.setdefault(pmid, set()).add(row["study_id"])
    for row in records:
        if row["merged_into"] and row["pmid"] in found:
            found.setdefault(row["merged_into"], set()).update(found[row["pmid"]])
    return {pmid: tuple(sorted(studies)) for pmid, studies in found.items()}


def last_run(searches: Iterable[Mapping[str, str]]) -> LastRun | None:
    """Return the last complete search of PubMed, by what it certainly saw; None if there was none.

    Examples
    --------
    >>> row = {"search_id": "a", "database": "PubMed", "query": "x", "count": "3", "ended_at": ""}
    >>> ahead = row | {"run_at": "2027-01-02T03:04:05Z", "database_updated": "2026/01/01 04:15"}
    >>> last_run([ahead]).seen_until.date().isoformat()
    '2026-01-01'
    """
    runs = [
        LastRun(
            search_id=row["search_id"],
            query=row["query"],
            run_at=_moment(row["run_at"]),
            ended_at=_moment(row["ended_at"] or row["run_at"]),
            seen_until=min(_moment(row["run_at"]), _day_of(row["database_updated"]) or _moment(row["run_at"])),
            count=int(row["count"]),
        )
        for row in searches
        if row["database"] == DATABASE
    ]
    return max(runs, key=lambda run: (run.seen_until, run.run_at, run.search_id), default=None)


def _day_of(updated: str) -> dt.datetime | None:
    """Return the day in what PubMed says of its last update, as ``2026/11/22 04:15``; None if it has another form."""
    try:
        return dt.datetime.strptime(updated[:10], "%Y/%m/%d").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
