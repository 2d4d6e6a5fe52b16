"""Tables of any age: what both their time and today know is read, what only one of them knows is said."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Problem, TableError
from ..tables import check_tables
from ..tables.files import read_file
from ..tables.io import csv_bytes, natural_key, read_raw, read_table
from ..tables.topic import review_tables
from .snapshot import FEEDING, Rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from ..tables import Table

__all__ = ["IGNORED", "Reading", "ordered", "read_tables", "usable_tables"]

# The log tells of changes; its own growth is none.
IGNORED = ("changes",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The tables of a folder as text.

    Attributes
    ----------
    tables : dict
        Every declared table that is there.
    unkeyed : dict of str to str
        Tables that lack a column of their key, with that column; empty text where they have no rows either.
    strange : dict
        Table → columns that it has and today's code does not know.
    notes : tuple of str
        What else is there that today's code does not know.
    """

    tables: dict[str, Rows]
    unkeyed: dict[str, str]
    strange: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]


def read_tables(folder: Path, tables: Mapping[str, Table]) -> Reading:
    """Read every declared table of a folder as text.

    A table without a column of its key cannot be compared row by row; it is left out.

    Raises
    ------
    TableError
        If a file cannot be read: not UTF-8, not CSV, rows of another width than the header, the same key twice.
    """
    found: dict[str, Rows] = {}
    strange: dict[str, tuple[str, ...]] = {}
    unkeyed: dict[str, str] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        if not (folder / f"{name}.csv").is_file():
            continue
        file, said = read_file(folder / f"{name}.csv", table)
        if file is None or file.torn:
            problems += said
            continue
        raw = read_raw(folder / f"{name}.csv")
        columns = tuple(str(column) for column in raw.columns)
        twice = sorted({column for column in columns if columns.count(column) > 1})
        if twice:
            problems += [Problem(message="the column stands more than once", table=name, column=twice[0])]
            continue
        strange[name] = tuple(column for column in columns if column not in table.names)
        keyless = [column for column in table.key if column not in columns]
        if keyless:
            unkeyed[name] = keyless[0] if len(raw) else ""
            continue
        cells, doubled = _keyed(raw, table)
        problems += doubled
        found[name] = Rows(table=table, columns=columns, cells=cells)
    if problems:
        raise TableError(f"the tables are damaged ({len(problems)} problem{'s' * (len(problems) > 1)})", problems)
    known = (*tables, *IGNORED)
    unknown = sorted(path.stem for path in folder.glob("*.csv") if path.stem not in known)
    return Reading(
        tables={name: rows for name, rows in found.items() if name not in IGNORED},
        unkeyed=unkeyed,
        strange={name: columns for name, columns in strange.items() if columns},
        notes=tuple(f"has a table {name}, which today's code does not know" for name in unknown),
    )


def _keyed(raw: pd.DataFrame, table: Table) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """Return the rows by their keys, and the keys that stand twice or are empty."""
    cells: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for row in raw.to_dict("records"):
        plain = {str(column): str(value).strip() for column, value in row.items()}
        key = "/".join(plain[column] for column in table.key)
        if key in cells:
            message = "two rows have the same key, so that nobody can tell which of them changed"
            problems.append(Problem(message=message, table=table.name, row=key))
        cells[key] = plain
    ordered = sorted(cells, key=lambda key: tuple(natural_key(part) for part in key.split("/")))
    return {key: cells[key] for key in ordered}, problems


def usable_tables(
    reading: Reading, vocabularies: Mapping[str, Collection[str]]
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return the tables that effects come from, as today's code has them; or what stands in the way.

    A column that was added since is empty, which is what was known then. A column that is gone since stands in the way,
    for nobody can tell what it said; so does every fault by today's rules.

    Returns
    -------
    frames : dict of str to DataFrame
        In their declared types, rows sorted by key; empty if something stands in the way.
    obstacles : tuple of str
        What stands in the way.
    """
    tables = review_tables(vocabularies)
    obstacles = [
        f"table {name} has the column {column}, which nothing uses now"
        for name, columns in reading.strange.items()
        if name in FEEDING
        for column in columns
        if any(row[column] for row in reading.tables[name].cells.values())
    ]
    obstacles += [f"table {name} is not there" for name in FEEDING if name not in reading.tables]
    if obstacles:
        return {}, tuple(obstacles)
    with tempfile.TemporaryDirectory(prefix="evidence-") as scratch:
        folder = Path(scratch)
        for name, table in tables.items():
            _write(folder / f"{name}.csv", table, reading.tables.get(name))
        found = check_tables(folder, vocabularies=vocabularies)
        faults = [problem for problem in found if problem.table in FEEDING]
        if faults:
            more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
            return {}, (f"its tables have faults by today's rules ({replace(faults[0], allowed='')}{more})",)
        return {name: read_table(folder / f"{name}.csv", tables[name]) for name in FEEDING}, ()


def _write(path: Path, table: Table, rows: Rows | None) -> None:
    """Write a table with today's columns; those that it lacks are empty."""
    cells = rows.cells.values() if rows is not None else ()
    path.write_bytes(csv_bytes(table.names, ([row.get(name, "") for name in table.names] for row in cells)))


def ordered(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a table with its rows sorted by key, as files of the project are."""
    keys = [tuple(natural_key(str(cell)) for cell in row) for row in frame[list(table.key)].itertuples(index=False)]
    return frame.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)
