"""Reading a table that may be damaged: what is wrong with the file, its header and the width of its rows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ..errors import Problem
from .rows import Row, TableFile, did_you_mean, row_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .schema import Table

__all__ = ["header_problems", "read_file"]


def read_file(path: Path, table: Table) -> tuple[TableFile | None, list[Problem]]:
    """Read one table as it stands.

    Returns
    -------
    file : TableFile or None
        None if nothing of it can be used.
    problems : list of Problem
        What is wrong with the file, its header and the number of cells in its rows.
    """
    try:
        records = list(_records(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return None, [_missing(path, table)]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"the file is not UTF-8 (byte {error.start}); save it as UTF-8"
        return None, [Problem(message=message, table=table.name, row=f"line {line}", allowed="UTF-8")]
    except OSError as error:
        return None, [Problem(message=f"the file cannot be read: {error.strerror}", table=table.name)]
    except csv.Error as error:
        return None, [Problem(message=f"the file is not CSV: {error}", table=table.name)]
    header = records[0][1] if records else []
    if unusable := _unusable(header, table):
        return None, [unusable]
    known = frozenset(table.names)
    rows = [(_row(table, header, record, line, known), record) for line, record in records[1:]]
    file = TableFile(
        table=table,
        columns=tuple(name for name in table.names if name in header),
        rows=tuple(row for row, record in rows if len(record) == len(header)),
        torn=tuple(row for row, record in rows if len(record) != len(header)),
    )
    torn = [_torn(row, record, len(header)) for row, record in rows if len(record) != len(header)]
    return file, header_problems(header, table) + torn


def header_problems(header: Sequence[str], table: Table) -> list[Problem]:
    """Return what is wrong with the column names: missing, unknown, twice or out of order.

    Examples
    --------
    >>> from evidence.tables.definitions import TABLES
    >>> for problem in header_problems(["source_id", "URL", "kind", "studies", "extent_seen"], TABLES["sources"]):
    ...     print(problem)
    sources · line 1 · column url: the column is missing; 'URL' looks like it
    sources · line 1 · column trust: the column is missing
    sources · line 1 · column URL: no such column in this table; did you mean 'url'?
    """

    def problem(column: str, message: str, allowed: str = "") -> Problem:
        return Problem(message=message, table=table.name, row="line 1", column=column, allowed=allowed)

    names = table.names
    missing = [name for name in names if name not in header]
    extra = [name for name in dict.fromkeys(header) if name not in names]
    problems = []
    for name in missing:
        near = did_you_mean(name, extra).removeprefix("; did you mean ").removesuffix("?")
        problems.append(problem(name, "the column is missing" + (f"; {near} looks like it" if near else "")))
    for name in extra:
        message = (
            f"no such column in this table{did_you_mean(name, missing or names)}" if name else "a column has no name"
        )
        problems.append(problem(name, message))
    problems += [
        problem(name, f"the column stands {header.count(name)} times", "once")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    if not problems and tuple(header) != names:
        found, expected = next((a, b) for a, b in zip(header, names, strict=True) if a != b)
        problems.append(
            problem(found, f"the columns are out of order: {expected!r} should stand here", ",".join(names))
        )
    return problems


def _missing(path: Path, table: Table) -> Problem:
    others = [other.name for other in path.parent.glob("*.csv")] if path.parent.is_dir() else []
    hint = did_you_mean(path.name, others)
    return Problem(
        message=f"there is no file {path.name}{hint}", table=table.name, allowed="an empty table has its header only"
    )


def _unusable(header: Sequence[str], table: Table) -> Problem | None:
    """Return what makes the whole file useless: no header, or cells that are not parted by commas."""
    allowed = ",".join(table.names)
    if not header:
        return Problem(message="the file is empty: not even a header", table=table.name, allowed=allowed)
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        message = "the cells are not parted by commas; save the file as comma-separated"
        return Problem(message=message, table=table.name, row="line 1", value=header[0], allowed=allowed)
    return None


def _torn(row: Row, record: Sequence[str], width: int) -> Problem:
    kind = "more" if len(record) > width else "fewer"
    return Problem(
        message=f"the row has {len(record)} cells, {kind} than the header; its cells may stand in the wrong columns",
        table=row.table,
        row=row.label,
        study=row.text("study_id"),
        value=",".join(record[width:]),
        allowed=f"{width} cells",
    )


def _records(content: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it begins; a cell may hold line breaks, so records are not lines."""
    reader = csv.reader(io.StringIO(content, newline=""))
    begins = 1
    for record in reader:
        if record:
            yield begins, record
        begins = reader.line_num + 1


def _row(table: Table, header: Sequence[str], record: Sequence[str], line: int, known: frozenset[str]) -> Row:
    # Of a column that stands twice the first one counts; the second is reported with the header.
    cells = dict(reversed([(name, cell) for name, cell in zip(header, record, strict=False) if name in known]))
    key = tuple(cells.get(name, "").strip() for name in table.key)
    return Row(table=table.name, label=row_label(table, cells, line), key=key, cells=cells)
