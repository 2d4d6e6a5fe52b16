"""Two tables compared row by row and cell by cell: what is written otherwise but says the same is no change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..tables.io import natural_key, split_list
from .changes import CellChange, CellKind, RowChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .snapshot import Rows

__all__ = ["canonical", "cell_changes", "common_columns", "row_changes", "same_cell", "study_of", "summary_of"]

_KINDS: dict[str, CellKind] = {"number": "number", "integer": "number", "text": "words"}
# What says most of a row, the first that is there and not empty; only for people, never compared.
_TELLING = (
    ("label",),
    ("outcome", "value_type"),
    ("event",),
    ("title", "role"),
    ("check", "severity"),
    ("what",),
    ("citation",),
    ("domain", "judgement"),
    ("domain", "certainty"),
    ("claim_as_met",),
    ("database", "run_at", "count"),
    ("stage", "decision"),
    ("url",),
)
_LONG = 80


def canonical(cell: str, type_: str) -> str:
    """Return what a cell says, the same for every way of writing it.

    Examples
    --------
    >>> canonical("121.90", "number") == canonical("121.9", "number")
    True
    >>> canonical("b; a", "list"), canonical("TRUE", "boolean")
    ('a;b', 'true')
    """
    text = cell.strip().replace("\r\n", "\n")
    if type_ in ("number", "integer"):
        try:
            value = float(text)
        except ValueError:
            return text
        return repr(value + 0.0) if math.isfinite(value) else text
    if type_ == "list":
        return ";".join(sorted(set(split_list(text)), key=natural_key))
    return text.lower() if type_ == "boolean" else text


def same_cell(before: str, after: str, type_: str) -> bool:
    """Return whether two cells of a column say the same."""
    return before == after or canonical(before, type_) == canonical(after, type_)


def common_columns(before: Rows, after: Rows) -> tuple[str, ...]:
    """Return the columns that both tables have, keys left out, in the order of the later one."""
    return tuple(name for name in after.columns if name in before.columns and name not in after.table.key)


def study_of(row: Mapping[str, str]) -> str:
    """Return the trial that a row belongs to; empty where it names none."""
    return row.get("study_id") or row.get("study") or ""


def summary_of(row: Mapping[str, str]) -> str:
    """Return in a few words what a row says."""
    for names in _TELLING:
        if row.get(names[0]):
            text = ", ".join(row[name] for name in names if row.get(name))
            return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
    return ""


def row_changes(before: Rows, after: Rows) -> Iterator[RowChange]:
    """Yield the rows that came, went, or have another name and are otherwise the same."""
    gone = [key for key in before.cells if key not in after.cells]
    new = [key for key in after.cells if key not in before.cells]
    renamed = _renamed(before, after, gone, new)
    for old, key in renamed.items():
        row = after.cells[key]
        yield RowChange(
            what="renamed", table=after.table.name, row=key, was=old, study=study_of(row), text=summary_of(row)
        )
    for key in gone:
        if key not in renamed:
            row = before.cells[key]
            yield RowChange(what="removed", table=after.table.name, row=key, study=study_of(row), text=summary_of(row))
    for key in new:
        if key not in renamed.values():
            row = after.cells[key]
            yield RowChange(what="added", table=after.table.name, row=key, study=study_of(row), text=summary_of(row))


def _renamed(before: Rows, after: Rows, gone: list[str], new: list[str]) -> dict[str, str]:
    """Return the rows that differ by the last column of their key alone, where that column is a name.

    Rows that look alike on one side are not matched: nobody could tell which of them became which.
    """
    key = after.table.key
    name = key[-1]
    if not gone or not new or after.table.column(name).type != "id" or len(key) > 2:
        return {}
    columns = [column for column in after.columns if column in before.columns and column != name]
    old, now = (_by_content(rows, keys, columns) for rows, keys in ((before, gone), (after, new)))
    return {old[content]: now[content] for content in old if content in now}


def _by_content(rows: Rows, keys: Iterable[str], columns: list[str]) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        content = tuple(canonical(rows.cells[key][column], rows.type_of(column)) for column in columns)
        if sum(bool(cell) for cell in content) > len(rows.table.key):
            found.setdefault(content, []).append(key)
    return {content: names[0] for content, names in found.items() if len(names) == 1}


def cell_changes(before: Rows, after: Rows) -> Iterator[CellChange]:
    """Yield every cell that says something else, of rows that both tables have."""
    columns = [(name, after.type_of(name)) for name in common_columns(before, after)]
    for key, row in after.cells.items():
        old = before.cells.get(key)
        if old is None or old == row:
            continue
        for name, type_ in columns:
            if not same_cell(old[name], row[name], type_):
                yield CellChange(
                    table=after.table.name,
                    row=key,
                    column=name,
                    study=study_of(row),
                    kind=_KINDS.get(type_, "fact"),
                    before=old[name],
                    after=row[name],
                )
