"""Bringing rows into tables of a base: checked as the base would then stand, written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError, TableError
from .definitions import TABLES
from .io import format_table, read_raw, typed, write_bytes
from .validate import check_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from ..errors import Problem

__all__ = ["faults_with", "record_rows", "write_checked"]


def record_rows(
    folder: Path,
    table: str,
    rows: pd.DataFrame,
    *,
    instead_of: Sequence[str],
    vocabularies: Mapping[str, Collection[str]],
) -> int:
    """Bring rows into a table; rows that stand there with the same values in some columns give way.

    Parameters
    ----------
    folder : Path
        The project's ``data/processed``.
    table : str
        The table's name.
    rows : DataFrame
        Cells as text, with every column of the table; other columns are left aside.
    instead_of : sequence of str
        The columns that name what is replaced: the whole key for single rows, a part of it for groups of rows.
    vocabularies : mapping
        The protocol's ids.

    Returns
    -------
    int
        How many rows gave way.

    Raises
    ------
    InputError
        If there are no rows, or a column is missing.
    TableError
        With every fault that the base would then have; nothing is written.
    """
    import pandas as pd

    declared = TABLES[table]
    missing = [name for name in declared.names if name not in rows.columns]
    if missing:
        raise InputError(f"rows for {table} lack the columns {', '.join(missing)}; needed: {', '.join(declared.names)}")
    if rows.empty:
        raise InputError(f"there are no rows to bring into {table}")
    path = folder / f"{table}.csv"
    old, names = read_raw(path), list(instead_of)
    brought = rows[list(declared.names)].reset_index(drop=True)
    given = set(brought[names].itertuples(index=False, name=None))
    stays = [key not in given for key in old[names].itertuples(index=False, name=None)]
    whole = pd.concat([old[stays], brought], ignore_index=True)
    as_brought = whole.to_csv(index=False, lineterminator="\n").encode()
    problems = faults_with(folder, {table: as_brought}, vocabularies)
    if problems:
        raise TableError(f"nothing was recorded; {table} would have faults:", problems)
    _write(folder, {table: format_table(typed(whole, declared), declared)})
    return len(old) - sum(stays)


def write_checked(folder: Path, contents: Mapping[str, bytes], *, vocabularies: Mapping[str, Collection[str]]) -> None:
    """Write tables if the base is then without fault, all of them or none.

    Parameters
    ----------
    folder : Path
        The project's ``data/processed``.
    contents : mapping of str to bytes
        Table name to the whole content of its file.
    vocabularies : mapping
        The protocol's ids.

    Raises
    ------
    TableError
        With every fault that the base would then have; nothing is written.
    OSError
        If a file cannot be written; those written before it are put back.
    """
    problems = faults_with(folder, contents, vocabularies)
    if problems:
        raise TableError("nothing was recorded; the base would have faults:", problems)
    _write(folder, contents)


def faults_with(
    folder: Path, contents: Mapping[str, bytes], vocabularies: Mapping[str, Collection[str]]
) -> list[Problem]:
    """Return the faults of the base as it would stand with other contents of some tables. Nothing is written.

    Parameters
    ----------
    folder : Path
        The project's ``data/processed``.
    contents : mapping of str to bytes
        Table name to the whole content of its file.
    vocabularies : mapping
        The protocol's ids.
    """
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch)
        for file in folder.glob("*.csv"):
            shutil.copy(file, trial / file.name)
        for name, content in contents.items():
            (trial / f"{name}.csv").write_bytes(content)
        return check_tables(trial, vocabularies=vocabularies)


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    before = {name: (folder / f"{name}.csv").read_bytes() for name in contents}
    try:
        for name, content in contents.items():
            if content != before[name]:
                write_bytes(folder / f"{name}.csv", content)
    except BaseException:
        for name, content in before.items():
            write_bytes(folder / f"{name}.csv", content)
        raise
