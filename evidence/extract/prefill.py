"""What a draft holds from the beginning: only what the record itself says, and names for the trial and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..tables import Table
    from .linking import Linked

__all__ = ["DRAFT_TABLES", "ID_COLUMNS", "NO_NOTICE", "notice_text", "prefilled_rows", "source_id"]

Row = dict[str, str]

DRAFT_TABLES = ("sources", "studies", "reports", "arms", "baselines", "outcomes", "contrasts", "harms", "conflicts")
"""The tables that a curator fills from a report, in the order in which it is done."""

ID_COLUMNS = {"baselines": "B", "outcomes": "R", "contrasts": "C", "harms": "H", "conflicts": "X"}
"""Tables whose rows have a name of their own, with the letter that the guide proposes for it."""

NO_NOTICE = "no retraction, concern or correction linked"
"""How a draft says that PubMed knew of no notice on the article."""


def source_id(pmid: str) -> str:
    """Return the name of PubMed's page of a record in the table of sources."""
    return f"PMID{pmid}"


def prefilled_rows(
    pmid: str,
    record: Row,
    study_id: str,
    *,
    linked: Linked | None,
    plain: Mapping[str, str],
    abstract: bool,
    tables: Mapping[str, Sequence[Row]],
    declared: Mapping[str, Table],
) -> dict[str, list[Row]]:
    """Return the first rows of each table of a draft.

    A trial that is in the base gets no second row of studies; neither does a report or a page that is there already.

    Parameters
    ----------
    pmid, record : str, dict
        The record, and its row in records.
    study_id : str
        The trial.
    linked : Linked, optional
        How it is known in the base already; None for a new trial.
    plain : mapping of str to str
        Columns of studies that title and abstract fill plainly.
    abstract : bool
        Whether the record has an abstract.
    tables : mapping of str to rows
        ``studies``, ``reports``, ``sources`` of the base.
    declared : mapping of str to Table
        The review's tables.
    """
    page = source_id(pmid)
    rows: dict[str, list[Row]] = {name: [] for name in DRAFT_TABLES}
    if page not in {row["source_id"] for row in tables["sources"]}:
        rows["sources"] = [
            {
                "source_id": page,
                "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
                "kind": "PubMed record",
                "studies": study_id,
                "extent_seen": "title, ids, abstract" if abstract else "title, ids",
            }
        ]
    registration = record["registrations"].replace(";", "; ")
    if study_id not in {row["study_id"] for row in tables["studies"]}:
        rows["studies"] = [
            {
                "study_id": study_id,
                "label": _label(record, study_id),
                "registration": registration,
                "retraction": notice_text(record),
                "seen_at": page,
                **plain,
            }
        ]
    if linked is None or not linked.report_id:
        rows["reports"] = [
            {
                "report_id": _next_report(study_id, tables["reports"]),
                "study_id": study_id,
                "role": "primary" if linked is None else "",
                **{name: record[name] for name in ("title", "authors", "journal", "year", "volume_pages")},
                **{name: record[name] for name in ("pmid", "pmcid", "doi")},
                "registration": registration,
                "seen_at": page,
            }
        ]
    return {
        name: [{column: row.get(column, "") for column in declared[name].names} for row in found]
        for name, found in rows.items()
    }


def _label(record: Row, study_id: str) -> str:
    """Return how the trial may be called: its name with a blank before the year."""
    year = record["year"]
    if year and study_id.rstrip("bcdefghijklmnopqrstuvwxyz").endswith(year):
        name, _, letter = study_id.rpartition(year)
        return f"{name} {year}{letter}"
    return study_id


def notice_text(record: Row) -> str:
    """Return what a row of records says of notices on the article, with the run that saw it."""
    run = record["changed_search_id"] or record["search_id"]
    seen = f"PubMed ({run})" if run else "PubMed"
    links = record["retraction_links"].replace(";", "; ")
    if links:
        return f"{seen}: {links}"
    return f"{seen}: {record['notice']}" if record["notice"] else f"{seen}: {NO_NOTICE}"


def _next_report(study_id: str, reports: Sequence[Row]) -> str:
    taken = {row["report_id"] for row in reports}
    number = 1
    while f"{study_id}-{number}" in taken:
        number += 1
    return f"{study_id}-{number}"
