"""What curators decided on pairs: read from duplicates.csv, added to it, and which record stands for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import InputError, OptionError, ProjectError, UnknownIdError
from ...tables.definitions import TABLES
from ...tables.io import natural_key
from ...tables.record import record_rows
from ..rows import read_rows
from .pair import RELATIONS
from .reading import table_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from ...project import Project
    from .reading import Tables

__all__ = ["contradicted", "decide_pair", "decided_pairs", "is_there", "pair_key", "stands_for"]

_TABLE = TABLES["duplicates"]
_WAIT = 10.0


def pair_key(one: str, other: str) -> tuple[str, str]:
    """Return two names in an order that does not depend on who was named first.

    Examples
    --------
    >>> pair_key("PMID:12", "PMID:3") == pair_key("PMID:3", "PMID:12")
    True
    """
    first, second = sorted((one, other), key=natural_key)
    return first, second


def decided_pairs(tables: Tables) -> dict[tuple[str, str], dict[str, str]]:
    """Return the latest decision on every pair, by `pair_key`."""
    rows = sorted(table_rows(tables, "duplicates"), key=lambda row: row.get("decided_at", ""))
    return {pair_key(f"PMID:{row['pmid']}", row["other"]): row for row in rows}


def stands_for(tables: Tables) -> dict[str, str]:
    """Return, for each record that is the same publication as another one, the record that stands for it.

    Of records that hang together by decisions that they are the same publication, or because PubMed merged them, one
    stands for all: one that a search found, that PubMed still has as itself, and of those the one with the smallest
    PMID. Screening shows that one, and a decision on any of them counts for it. A curator's decision on a pair goes
    before PubMed's.

    Examples
    --------
    >>> decided = {"relation": "same-publication", "decided_at": "2026-11-22T10:15:00Z"}
    >>> stands_for({"duplicates": [{"pmid": "30", "other": "PMID:4", **decided}]})
    {'30': '4'}
    >>> stands_for({"records": [{"pmid": "4", "presence": "gone", "merged_into": "30"}, {"pmid": "30"}]})
    {'4': '30'}
    """
    rows = {row["pmid"]: row for row in table_rows(tables, "records")}
    root: dict[str, str] = {}

    def top(pmid: str) -> str:
        root.setdefault(pmid, pmid)
        while root[pmid] != pmid:
            pmid = root[pmid]
        return pmid

    for row in (_merged(rows) | decided_pairs(tables)).values():
        if row["relation"] == "same-publication" and row["other"].startswith("PMID:"):
            root[top(row["pmid"])] = top(row["other"].removeprefix("PMID:"))
    families: dict[str, list[str]] = {}
    for pmid in sorted(root, key=int):
        families.setdefault(top(pmid), []).append(pmid)
    keepers = {name: min(family, key=lambda pmid: _rank(pmid, rows)) for name, family in families.items()}
    return {pmid: keepers[top(pmid)] for pmid in sorted(root, key=int) if keepers[top(pmid)] != pmid}


def contradicted(tables: Tables) -> tuple[tuple[str, str], ...]:
    """Return the pairs of PMIDs decided to be different that other decisions make one publication all the same.

    Examples
    --------
    >>> def decided(pmid, other, relation="same-publication"):
    ...     return {"pmid": pmid, "other": f"PMID:{other}", "relation": relation, "decided_at": "1"}
    >>> contradicted({"duplicates": [decided("1", "2"), decided("2", "3"), decided("1", "3", "different")]})
    (('1', '3'),)
    """
    standing = stands_for(tables)
    pairs = [
        (row["pmid"], row["other"].removeprefix("PMID:"))
        for row in decided_pairs(tables).values()
        if row["relation"] == "different" and row["other"].startswith("PMID:")
    ]
    return tuple((one, other) for one, other in pairs if standing.get(one, one) == standing.get(other, other))


def _rank(pmid: str, rows: Mapping[str, Mapping[str, str]]) -> tuple[bool, bool, int]:
    """Return a key by which what can be screened comes first: led to a record that is not, all would be lost."""
    row = rows.get(pmid, {})
    return row.get("presence") == "not-in-query", not is_there(row), int(pmid)


def is_there(row: Mapping[str, str]) -> bool:
    """Return whether PubMed still has a record, as itself."""
    return not row.get("merged_into") and row.get("presence") != "gone"


def _merged(rows: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the pairs of records that PubMed merged and that are both here, as if somebody had decided so."""
    merged = [(pmid, row["merged_into"]) for pmid, row in rows.items() if row.get("merged_into") in rows]
    return {
        pair_key(f"PMID:{old}", f"PMID:{new}"): {"pmid": old, "other": f"PMID:{new}", "relation": "same-publication"}
        for old, new in merged
    }


def decide_pair(
    project: Project,
    pmid: str,
    other: str,
    relation: str,
    *,
    by: str,
    at: dt.datetime,
    note: str = "",
    found_by: tuple[str, ...] = (),
    vocabularies: Mapping[str, Collection[str]],
    timeout: float = _WAIT,
) -> dict[str, str]:
    """Add a decision on a pair to duplicates.csv; earlier ones stay, the latest holds.

    Parameters
    ----------
    project : Project
        Whose table.
    pmid : str
        A record.
    other : str
        Another record, as ``PMID:…`` or digits alone, or a report's id.
    relation : str
        ``same-publication``, ``same-trial`` or ``different``.
    by, note : str
        Who decided, and why.
    at : datetime
        When, with its time zone.
    found_by : tuple of str
        What made the two look alike.
    vocabularies : mapping
        The protocol's ids.
    timeout : float
        For how many seconds to wait for another process that writes.

    Returns
    -------
    dict
        The row as it was written.

    Raises
    ------
    OptionError
        If the relation is none of the three.
    UnknownIdError
        If the record or the other entry is not in the base.
    InputError
        If an entry is compared with itself, or nobody decides.
    TableError
        If the table would have faults; nothing is written.
    ProjectError
        If another process keeps the table locked.
    """
    from filelock import FileLock, Timeout

    row = _row(project, pmid, other, relation, by=by, at=at, note=note, found_by=found_by)
    lock = project.raw / ".duplicates.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=timeout):
            _append(project, row, vocabularies)
    except Timeout:
        raise ProjectError(
            f"another process has been writing to duplicates.csv for {timeout:g} s; nothing was recorded; try again"
        ) from None
    return row


def _row(
    project: Project, pmid: str, other: str, relation: str, *, by: str, at: dt.datetime, note: str, found_by: Any
) -> dict[str, str]:
    import datetime as dt

    if relation not in RELATIONS:
        raise OptionError("--as", relation, RELATIONS)
    known = {row["pmid"] for row in read_rows(project, "records")}
    reports = {row["report_id"] for row in read_rows(project, "reports")}
    pmid = pmid.strip().removeprefix("PMID:").strip()
    other = other.strip()
    other = f"PMID:{other}" if other in known and other not in reports else other
    if pmid not in known:
        raise UnknownIdError("record", pmid, known)
    if other not in reports and other.removeprefix("PMID:") not in known:
        raise UnknownIdError("record or report", other, {*(f"PMID:{name}" for name in known), *reports})
    if other == f"PMID:{pmid}":
        raise InputError(f"{other} is compared with itself; name another record or a report")
    if not by.strip():
        raise InputError("who decides? name somebody with --by")
    if at.tzinfo is None:
        raise InputError("a time without its zone; give one in UTC")
    return {
        "pmid": pmid,
        "other": other,
        "relation": relation,
        "found_by": ";".join(sorted(found_by)),
        "decided_by": by.strip(),
        "decided_at": at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "notes": " ".join(note.split()),
    }


def _append(project: Project, row: dict[str, str], vocabularies: Mapping[str, Collection[str]]) -> None:
    import pandas as pd

    there = {tuple(old[name] for name in _TABLE.key) for old in read_rows(project, "duplicates")}
    if tuple(row[name] for name in _TABLE.key) in there:
        raise InputError(f"a decision on {row['pmid']} and {row['other']} was recorded in this very second; wait one")
    frame = pd.DataFrame([row], columns=list(_TABLE.names), dtype=object)
    record_rows(project.processed, "duplicates", frame, instead_of=_TABLE.key, vocabularies=vocabularies)
