"""Trials that have another id and are the same trial: found once, so that they count neither as gone nor as new."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ..tables.io import split_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .snapshot import Rows, Snapshot

__all__ = ["renamed_studies", "with_new_names"]

# Rows of these tables keep their ids for ever; if they belong to another trial now, the trial was renamed.
_LASTING = ("outcomes", "contrasts", "harms", "reports")


def renamed_studies(before: Snapshot, after: Snapshot) -> dict[str, str]:
    """Return the old and the new id of each trial that was renamed.

    A trial that is gone and one that is new are the same if rows with lasting ids moved from one to the other, if they
    share a PMID, DOI or registration, or if their rows in ``studies`` say the very same under the same label. Where one
    trial could be several, as after a split or a merger, none is taken.
    """
    gone = set(before.rows("studies")) - set(after.rows("studies"))
    new = set(after.rows("studies")) - set(before.rows("studies"))
    if not gone or not new:
        return {}
    links = Counter(pair for pair in _links(before, after) if pair[0] in gone and pair[1] in new)
    forward: dict[str, set[str]] = {}
    backward: dict[str, set[str]] = {}
    for old, now in links:
        forward.setdefault(old, set()).add(now)
        backward.setdefault(now, set()).add(old)
    return {
        old: next(iter(names))
        for old, names in sorted(forward.items())
        if len(names) == 1 and len(backward[next(iter(names))]) == 1
    }


def _links(before: Snapshot, after: Snapshot) -> Iterator[tuple[str, str]]:
    for table in _LASTING:
        old, now = before.rows(table), after.rows(table)
        for key in old.keys() & now.keys():
            yield old[key].get("study_id", ""), now[key].get("study_id", "")
    marks = _marks(after)
    for mark, studies in _marks(before).items():
        yield from ((old, now) for old in studies for now in marks.get(mark, ()))


def _marks(snapshot: Snapshot) -> dict[tuple[str, str], set[str]]:
    """Return what a trial is known by anywhere, with the trials that have it."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in snapshot.rows("reports").values():
        if row.get("role") in ("duplicate", "suspected-overlap"):
            continue
        for name in ("pmid", "doi", "registration"):
            if row.get(name):
                found.setdefault((name, row[name].lower()), set()).add(row.get("study_id", ""))
    for key, row in snapshot.rows("studies").items():
        if row.get("registration"):
            found.setdefault(("registration", row["registration"].lower()), set()).add(key)
        said = "\0".join(f"{name}={cell}" for name, cell in sorted(row.items()) if cell and name != "study_id")
        if row.get("label"):
            found.setdefault(("row", said), set()).add(key)
    return found


def with_new_names(snapshot: Snapshot, names: Mapping[str, str]) -> Snapshot:
    """Return a base in which trials have their new ids, in every column that refers to trials."""
    if not names:
        return snapshot
    return replace(snapshot, tables={name: _rows(rows, names) for name, rows in snapshot.tables.items()})


def _rows(rows: Rows, names: Mapping[str, str]) -> Rows:
    referring = [
        column.name
        for column in rows.table.columns
        if column.name in rows.columns
        and (
            column.name in ("study_id", "study", "studies")
            or (column.reference and column.reference.table == "studies")
        )
    ]
    if not referring:
        return rows
    cells: dict[str, dict[str, str]] = {}
    for row in rows.cells.values():
        said = row | {name: _renamed(row[name], names) for name in referring}
        cells["/".join(said[name] for name in rows.table.key)] = said
    return replace(rows, cells=cells)


def _renamed(cell: str, names: Mapping[str, str]) -> str:
    if cell in names:
        return names[cell]
    members = split_list(cell)
    return ";".join(names.get(member, member) for member in members) if set(members) & set(names) else cell
