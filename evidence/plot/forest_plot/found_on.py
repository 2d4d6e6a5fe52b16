"""When a search first found a trial: the day of the refresh that brought a report of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import Problem, RowError
from ...screen.duplicates.reading import table_rows
from ...screen.prisma.steps import records_of_reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

__all__ = ["found_on"]

_DAY = 10  # characters of a day, as 2026-11-22


def found_on(tables: Mapping[str, pd.DataFrame], studies: Iterable[str]) -> dict[str, str]:
    """Return the day on which each trial was first found, as ``2026-11-22``.

    Which record is that of a report, and whether a search found it, is told as for the PRISMA flow; the search is the
    one that found it first. A record that no search found counts from the first decision on it in the screening table.
    A trial counts from the earliest of its reports.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The evidence base.
    studies : iterable of str
        The trials.

    Raises
    ------
    RowError
        Listing the trials of which no table knows when they were found.
    """
    runs = {row["search_id"]: row["run_at"][:_DAY] for row in table_rows(tables, "searches")}
    names = {row["pmid"]: row["search_id"] for row in table_rows(tables, "records")}
    decided: dict[str, str] = {}
    for row in table_rows(tables, "screening"):
        day = row["decided_at"][:_DAY]
        decided[row["pmid"]] = min(decided.get(row["pmid"], day), day)
    records = records_of_reports(tables)
    found: dict[str, str] = {}
    for report in table_rows(tables, "reports"):
        search = names.get(records.get(report["report_id"], ""), "")
        day = runs.get(search, "") or decided.get(report["pmid"], "")
        if day:
            study = report["study_id"]
            found[study] = min(found.get(study, day), day)
    wanted = list(dict.fromkeys(studies))
    unknown = [study for study in wanted if study not in found]
    if unknown:
        raise RowError(
            f"no order by refresh: of {len(unknown)} of {len(wanted)} trials nobody knows when they were found. "
            "A refresh and the screening of its records fill in the tables that know it; order by year instead",
            [
                Problem(message="no report of it was found by a search, or screened", table="reports", study=study)
                for study in unknown
            ],
        )
    return {study: found[study] for study in wanted}
