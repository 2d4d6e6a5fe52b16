"""How far the literature was searched, as a sentence says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ...number_style import NumberStyle

__all__ = ["NO_SEARCH", "last_searches", "searched_words", "unscreened"]

NO_SEARCH = "no search recorded"
_NOT_THERE = ("not-in-query", "gone")


def last_searches(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the date of the last search of each database, as ``2026-11-22``; empty where none is recorded."""
    from ...tables.io import records

    table = tables.get("searches")
    found: dict[str, str] = {}
    for row in [] if table is None else records(table):
        found[row["database"]] = max(found.get(row["database"], ""), str(row["run_at"])[:10])
    return dict(sorted(found.items()))


def unscreened(tables: Mapping[str, pd.DataFrame]) -> int:
    """Return how many records a search found on which nobody has decided at all.

    Records that PubMed no longer has, and those that somebody decided to be the same publication as another, do not
    count: there is nothing to decide. Columns are read, not rows, since every sentence asks.
    """
    found = tables.get("records")
    if found is None or found.empty:
        return 0
    there = ~found["presence"].isin(_NOT_THERE) & (found["merged_into"].fillna("") == "")
    screened = set(tables["screening"]["pmid"]) if "screening" in tables else set()
    waiting = set(found.loc[there, "pmid"]) - screened
    return len(waiting - _copies(tables, screened))


def _copies(tables: Mapping[str, pd.DataFrame], screened: set[str]) -> set[str]:
    """Return the records that stand for no publication of their own, or whose copy was screened."""
    if "duplicates" not in tables:
        return set()
    pairs = tables["duplicates"]
    same = pairs[pairs["relation"] == "same-publication"]
    copies = set()
    for pmid, other in zip(same["pmid"], same["other"].str.removeprefix("PMID:"), strict=True):
        copies |= {pmid, other} if screened & {pmid, other} else {pmid}
    return copies


def searched_words(tables: Mapping[str, pd.DataFrame], style: NumberStyle) -> str:
    """Return how far was searched: the date that every database was searched to, or that no search is recorded.

    Records that wait for a first decision are counted beside it, since the answer does not know of them.
    """
    dates = last_searches(tables)
    if not dates:
        return NO_SEARCH
    waiting = unscreened(tables)
    count = style.grouped(str(waiting))
    left = f", {count} record{'' if waiting == 1 else 's'} not screened yet" if waiting else ""
    return f"searched to {style.day(min(dates.values()))}{left}"
