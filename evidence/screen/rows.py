"""The rows of a project's tables as text, without the weight of a data frame."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ..errors import TableError
from ..tables.definitions import TABLES
from ..tables.files import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..project import Project

__all__ = ["read_column", "read_rows"]


def read_rows(project: Project, table: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one table: declared column to cell, blanks around it taken away.

    Parameters
    ----------
    project : Project
        Where the table is.
    table : str
        Its name, one of ``TABLES``.

    Raises
    ------
    TableError
        If the file is missing or torn, or a declared column is missing.
    """
    names = TABLES[table].names
    return tuple(dict(zip(names, row, strict=True)) for row in _cells(project, table, names))


def read_column(project: Project, table: str, name: str) -> tuple[str, ...]:
    """Return the cells of one column of a table, in the order of its rows; parameters and errors as in `read_rows`."""
    return tuple(row[0] for row in _cells(project, table, (name,)))


def _cells(project: Project, table: str, names: Sequence[str]) -> list[list[str]]:
    """Return the cells of some columns, row by row."""
    path = project.processed / f"{table}.csv"
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        header = lines[0]
        if set(TABLES[table].names) <= set(header) and len(set(header)) == len(header):
            places = [header.index(name) for name in names]
            body = [row for row in lines[1:] if row]
            if all(len(row) == len(header) for row in body):
                return [[row[place].strip() for place in places] for row in body]
    except (OSError, UnicodeDecodeError, csv.Error, IndexError):
        pass  # what exactly is wrong is said below
    _, problems = read_file(path, TABLES[table])
    raise TableError(f"{table}.csv is damaged; `evidence check` lists every fault:", problems)
