"""Reading and writing tidy tables: CSV, UTF-8, LF, sorted by key, empty = missing, byte-stable."""

from __future__ import annotations

import csv
import io
import os
import re
from typing import TYPE_CHECKING, Any

from ..errors import ColumnError, ProjectError
from ..numbers import file_number
from .definitions import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

    from .schema import Column, Table

__all__ = [
    "csv_bytes",
    "format_table",
    "natural_key",
    "read_raw",
    "read_table",
    "records",
    "split_list",
    "typed",
    "write_bytes",
    "write_table",
]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column name, in order; numbers are Python's own, NA is None."""
    # what DataFrame.to_dict("records") gives, at half its time
    import numpy as np
    from pandas import NA

    names = frame.columns.tolist()
    found = [dict(zip(names, row, strict=True)) for row in frame.to_numpy(dtype=object).tolist()]
    for row in found:
        for name, value in row.items():
            if value is NA:
                row[name] = None
            elif isinstance(value, np.generic):
                row[name] = value.item()
    return found


def split_list(value: object) -> tuple[str, ...]:
    """Return the members of a ``list`` cell, in order; an empty cell has none.

    Examples
    --------
    >>> split_list("microneedling; minoxidil-5"), split_list("")
    (('microneedling', 'minoxidil-5'), ())
    """
    if not isinstance(value, str):
        return ()
    return tuple(part.strip() for part in value.split(";") if part.strip())


def read_raw(path: Path) -> pd.DataFrame:
    """Read a CSV file as it stands: every cell a string, the line number as the index.

    Raises
    ------
    ProjectError
        If there is no such file, it is not UTF-8, or it has no header.
    """
    import pandas as pd

    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ProjectError(
            f"there is no table {path}; `evidence check` lists the tables that a project needs"
        ) from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8 and try again") from None
    rows = list(csv.reader(io.StringIO(content, newline="")))
    if not rows:
        raise ProjectError(f"{path} is empty: not even a header")
    header, body = rows[0], rows[1:]
    width = len(header)
    lines = [number for number, row in enumerate(body, start=2) if row]
    cells = [(row + [""] * width)[: max(width, len(row))] for row in body if row]
    longest = max((len(row) for row in cells), default=width)
    names = header + [f"(cell {position} beyond the header)" for position in range(width + 1, longest + 1)]
    padded = [row + [""] * (longest - len(row)) for row in cells]
    return pd.DataFrame(padded, columns=names, index=pd.Index(lines, name="line"), dtype=object)


def typed(raw: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return `raw` with each column in its declared type; raises ValueError on a cell that has another one."""
    import pandas as pd

    out: dict[str, pd.Series] = {}
    for column in table.columns:
        stripped = [cell.strip() if isinstance(cell, str) else "" for cell in raw[column.name]]
        cells = pd.Series(stripped, raw.index, dtype=object)
        if column.type == "integer":
            out[column.name] = pd.to_numeric(cells.replace("", None)).astype("Int64")
        elif column.type == "number":
            # float() reads every digit; to_numeric may be one unit off in the last place
            out[column.name] = cells.map(lambda cell: float(cell or "nan")).astype("float64")
        elif column.type == "boolean":
            out[column.name] = cells.map({"true": True, "false": False}).astype("boolean")
        else:
            out[column.name] = cells
    frame = pd.DataFrame(out, columns=list(table.names))
    return frame.reset_index(drop=True)


def read_table(path: Path, table: Table | str) -> pd.DataFrame:
    """Read one table in its declared types; `check_tables` finds faults, here the cells are trusted.

    Parameters
    ----------
    path : Path
        The CSV file.
    table : Table or str
        Its declaration, or the name of one in ``TABLES``.

    Returns
    -------
    DataFrame
        Missing: NaN in numbers, NA in integers and booleans, an empty string in all else.

    Raises
    ------
    ProjectError
        If there is no such file, it is not UTF-8, or it has no header.
    KeyError
        If a declared column is missing.
    ValueError
        If a cell is not of its column's type.
    """
    declared = TABLES[table] if isinstance(table, str) else table
    return typed(read_raw(path), declared)


def _cell(value: object, column: Column) -> str:
    import pandas as pd

    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if column.type == "number" and not isinstance(value, str):
        return file_number(float(value))  # type: ignore[arg-type]
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type == "list":
        return ";".join(sorted(dict.fromkeys(split_list(str(value))), key=natural_key))
    return str(value).strip()


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which R9 comes before R10.

    Examples
    --------
    >>> sorted(["R10", "R9", "A1"], key=natural_key)
    ['A1', 'R9', 'R10']
    """
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def format_table(frame: pd.DataFrame, table: Table | str) -> bytes:
    """Return the bytes of a table: declared columns in declared order, rows sorted by key.

    A number given as a string is written as it stands, so that ``121.90`` keeps its printed decimals; a float is
    written with ten significant digits.

    Parameters
    ----------
    frame : DataFrame
        The declared columns, in any order; it is not changed.
    table : Table or str
        The declaration, or the name of one in ``TABLES``. A review with columns of its own has its declarations in
        ``protocol.tables``.

    Raises
    ------
    KeyError
        If the frame lacks a declared column.
    ColumnError
        If it has a column that is not declared, which would be lost.
    """
    declared = TABLES[table] if isinstance(table, str) else table
    if extra := [str(name) for name in frame.columns if name not in declared.names]:
        raise ColumnError(
            f"{declared.name} has no {', '.join(extra)}, which would be lost; drop what is not meant, or write with "
            "the declaration of the review that has it (protocol.tables)"
        )
    rows = [
        [_cell(value, column) for value, column in zip(row, declared.columns, strict=True)]
        for row in frame[list(declared.names)].itertuples(index=False, name=None)
    ]
    positions = [declared.names.index(name) for name in declared.key]
    rows.sort(key=lambda row: tuple(natural_key(row[position]) for position in positions))
    return csv_bytes(declared.names, rows)


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    r"""Return the bytes of a CSV file: UTF-8, LF.

    Examples
    --------
    >>> csv_bytes(["study", "yi"], [["Lee, 2013", "0.1"]])
    b'study,yi\n"Lee, 2013",0.1\n'
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: part file, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_table(path: Path, frame: pd.DataFrame, table: Table | str) -> None:
    """Write one table whole or not at all; parameters as in `format_table`, and the same frame gives the same bytes."""
    write_bytes(path, format_table(frame, table))
