"""The tables of a draft as they stand: read strictly, whatever an editor or a spreadsheet did to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Problem
from ..tables.files import read_file
from ..tables.io import natural_key, split_list
from .prefill import DRAFT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..tables import Table
    from ..tables.rows import Row as FileRow
    from ..tables.schema import Column

__all__ = ["DraftRow", "read_draft"]

_BESIDE = ("candidates.csv",)
_SPREADSHEETS = (".xlsx", ".xls", ".ods", ".tsv", ".numbers")


class DraftRow(dict[str, str]):
    """A row of a draft: every declared column with its cell as text, and the line on which it begins."""

    line: int


def read_draft(folder: Path, declared: Mapping[str, Table]) -> tuple[dict[str, list[DraftRow]], list[Problem]]:
    """Return the rows of a draft by table, and what is wrong with its files.

    Blanks around a cell and the order of the members of a list do not matter; lines without any cell that is filled
    are passed over. All else stays as it was typed.

    Parameters
    ----------
    folder : Path
        The draft's.
    declared : mapping of str to Table
        The review's tables.
    """
    rows: dict[str, list[DraftRow]] = {}
    problems = list(_strangers(folder))
    for name in DRAFT_TABLES:
        path = folder / f"{name}.csv"
        rows[name] = []
        if not path.exists():
            message = f"the draft has no file {name}.csv; a table that you do not need has its first line only"
            problems.append(Problem(message=message, table=name))
            continue
        file, faults = read_file(path, declared[name])
        if file is not None:
            torn = {row.label for row in file.torn if not _blank(row)}
            faults = [fault for fault in faults if not _torn(fault) or fault.row in torn]
            rows[name] = [_row(row, declared[name]) for row in file.rows if not _blank(row)]
        problems += faults
    return rows, problems


def _blank(row: FileRow) -> bool:
    return not any(cell.strip() for cell in row.cells.values())


def _torn(problem: Problem) -> bool:
    return " cells, " in problem.message and problem.allowed.endswith(" cells") and not problem.value.strip(", ")


def _row(row: FileRow, table: Table) -> DraftRow:
    made = DraftRow({column.name: _tidy(row.cells.get(column.name, ""), column) for column in table.columns})
    made.line = int(row.label.rpartition("line ")[2].rstrip(")"))
    return made


def _tidy(cell: str, column: Column) -> str:
    text = cell.strip()
    if column.type == "list" and text:
        return ";".join(sorted(split_list(text), key=natural_key))
    return text


def _strangers(folder: Path) -> Iterator[Problem]:
    """Yield files that look like tables of the draft and would not be read: what was typed there would be lost."""
    for path in sorted(folder.iterdir()):
        name = path.name
        if name.startswith((".", "~")) or name in _BESIDE or not path.is_file():
            continue
        known = name.endswith(".csv") and name.removesuffix(".csv") in DRAFT_TABLES
        if not known and path.suffix.lower() in (".csv", *_SPREADSHEETS):
            message = f"{name} is not read; save it as CSV under the name of its table, or take it away"
            yield Problem(message=message, allowed=", ".join(f"{table}.csv" for table in DRAFT_TABLES))
