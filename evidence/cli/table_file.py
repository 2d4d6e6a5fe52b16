"""A table of somebody's own, read from a file: what is not a plain CSV file says so instead of giving other numbers."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import InputError, Problem, ProjectError, RowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd

__all__ = ["TableFile", "column_mapping", "is_table_file", "read_table_file"]

_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
_WORKBOOKS = {b"PK\x03\x04": "a workbook (Excel or LibreOffice)", b"\xd0\xcf\x11\xe0": "an old Excel workbook"}
_OTHER = {b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive"}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "<NA>", ".")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DECIMAL_COMMA = re.compile(r"\s*[+\-−]?\d+,\d+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A table as it was read from a file.

    Attributes
    ----------
    path : Path
        The file.
    table : DataFrame
        Its rows.
    parted : str
        What its columns are parted by: commas, semicolons or tabs.
    lines : tuple of int
        The line of the file on which each row ends, counted from 1.
    """

    path: Path
    table: pd.DataFrame
    parted: str
    lines: tuple[int, ...]

    @contextmanager
    def by_line(self) -> Iterator[None]:
        """Let complaints about rows name lines of the file, and no option that only Python has."""
        try:
            yield
        except RowError as error:
            found = [
                replace(problem, row=f"line {self.lines[int(problem.row)]}") if problem.row.isdecimal() else problem
                for problem in error.problems
            ]
            rows = len({problem.row for problem in found})
            text = f"{self.path}: {rows} of {len(self.lines)} rows cannot be pooled; nothing was computed. "
            raise RowError(f"{text}Correct them, or take them out of the file:", found) from error


def is_table_file(target: str) -> bool:
    """Whether a word names a file with a table, by its ending.

    Examples
    --------
    >>> is_table_file("Trials.CSV"), is_table_file("addon-any-response")
    (True, False)
    """
    return target.lower().endswith(_SUFFIXES)


def column_mapping(given: Iterable[str] | None) -> dict[str, str]:
    """Return declared column → own column from ``DECLARED=YOURS``.

    Examples
    --------
    >>> column_mapping(["mean=m_trt"])
    {'mean': 'm_trt'}
    """
    columns = {}
    for text in given or ():
        declared, sign, own = text.partition("=")
        if not (sign and declared and own):
            raise InputError(f"--column {text!r}: write DECLARED=YOURS, as in --column mean=m_trt")
        columns[declared] = own
    return columns


def read_table_file(path: Path, *, decimal: str = ".", numbers: Iterable[str] = ()) -> TableFile:
    """Return the table in a file.

    Parameters
    ----------
    path : Path
        The file: text in UTF-8, one row per trial, a first row of column names.
    decimal : {".", ","}
        The decimal sign of its numbers.
    numbers : iterable of str
        Columns that must be numbers: where some cells are not, the others are numbers nevertheless, so that only the
        wrong ones are complained of.

    Raises
    ------
    ProjectError
        If the file is not there, or is something else than a text table.
    RowError
        With every row that has more or fewer cells than the header.
    InputError
        If two columns have one name, or numbers have another decimal sign.
    """
    import pandas as pd

    if decimal not in (".", ","):
        raise InputError(f"--decimal {decimal!r}: a point or a comma")
    text = _text(path)
    separator = _separator(text)
    header, rows = _rows(path, text, separator)
    _check_rows(path, header, rows)
    _check_decimals(path, header, rows, decimal, separator)
    wanted = set(numbers)
    frame = pd.DataFrame(
        {
            name: _column([row[place].strip() for _, row in rows], decimal, mixed=name in wanted)
            for place, name in enumerate(header)
        }
    )
    lines = tuple(line for line, _ in rows)
    return TableFile(path=path, table=frame, parted=_SEPARATORS[separator], lines=lines)


def _text(path: Path) -> str:
    """Return the text of a file, or say what the file is instead."""
    if path.is_dir():
        raise ProjectError(f"{path} is a folder; name a CSV file in it")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ProjectError(f"there is no file {path}{_near_files(path)}") from None
    for beginning, kind in _WORKBOOKS.items():
        if content.startswith(beginning):
            raise ProjectError(f'{path} is {kind}; save the sheet as "CSV UTF-8" and name that file')
    for beginning, kind in _OTHER.items():
        if content.startswith(beginning):
            raise ProjectError(f"{path} is {kind}, not a table; save the table as a CSV file in UTF-8")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ProjectError(f'{path} is in UTF-16; save it as "CSV UTF-8"')
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ProjectError(
            f'{path} is not in UTF-8 (line {line}, byte {content[error.start]:#04x}); save it as "CSV UTF-8"'
        ) from None
    if not text.strip():
        raise ProjectError(f"{path} is empty; its first row must name the columns")
    return text


def _near_files(path: Path) -> str:
    import difflib

    folder = path.parent
    if not folder.is_dir():
        return f": there is no folder {folder}"
    near = difflib.get_close_matches(path.name, [entry.name for entry in folder.iterdir()], n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _separator(text: str) -> str:
    """Return what parts the columns in the first row: a comma wherever there is one."""
    first = text.lstrip("\n\r").splitlines()[0]
    return next((sign for sign in _SEPARATORS if sign in first), ",")


def _rows(path: Path, text: str, separator: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        found = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise ProjectError(f"{path} cannot be read as a CSV file: {error} (line {reader.line_num})") from None
    header = [name.strip() for name in found[0][1]]
    if len(found) == 1:
        raise InputError(f"{path} has a first row with the names of columns, and no trial below it")
    double = sorted({name for name in header if header.count(name) > 1})
    if double:
        raise InputError(f"{path}: two columns are called {double[0]!r}; each needs a name of its own")
    return header, found[1:]


def _check_rows(path: Path, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Refuse rows of another length: their cells would stand under other columns than they belong to."""
    problems = [
        Problem(message=f"{len(row)} cells, but the header names {len(header)} columns", row=f"line {line}")
        for line, row in rows
        if len(row) != len(header)
    ]
    if problems:
        noun = "row has" if len(problems) == 1 else "rows have"
        hint = "a text with a comma in it, or a decimal comma, must stand in quotes"
        raise RowError(f"{path}: {len(problems)} {noun} another number of cells than the header; {hint}:", problems)


def _check_decimals(
    path: Path, header: list[str], rows: list[tuple[int, list[str]]], decimal: str, separator: str
) -> None:
    """Refuse decimal commas that nobody announced: 12,5 may be twelve and a half, or no number at all."""
    if decimal == ",":
        if separator == ",":
            quoted = any(_DECIMAL_COMMA.fullmatch(cell) for _, row in rows for cell in row)
            if not quoted:
                raise InputError(f"{path} has commas between its columns, and no decimal comma; leave out --decimal")
        point = next((cell for _, row in rows for cell in row if re.fullmatch(r"\s*[+-]?\d+\.\d+\s*", cell)), None)
        if point is not None:
            raise InputError(f"{path} has decimal points too ({point.strip()}); write all its numbers in one way")
        return
    for line, row in rows:
        for name, cell in zip(header, row, strict=True):
            if _DECIMAL_COMMA.fullmatch(cell):
                raise InputError(
                    f"{path} has decimal commas ({cell.strip()} in line {line}, column {name}); say so with "
                    '--decimal "," or write the numbers with points'
                )


def _column(cells: list[str], decimal: str, *, mixed: bool) -> pd.Series[Any]:
    """Return a column of numbers if every cell is one or missing, else of text.

    Where it is mixed, the cells that are numbers are numbers among the text nevertheless.
    """
    import pandas as pd

    plain = ["" if cell in _MISSING else cell.replace(decimal, ".").replace("−", "-") for cell in cells]
    if all(not cell or _NUMBER.fullmatch(cell) for cell in plain):
        if all(_WHOLE.fullmatch(cell) for cell in plain):
            return pd.Series([int(cell) for cell in plain])
        return pd.Series([float(cell or "nan") for cell in plain])
    if not mixed:
        return pd.Series([None if cell in _MISSING else cell for cell in cells], dtype=object)
    found = [
        float(new) if _NUMBER.fullmatch(new) else old if new else None for old, new in zip(cells, plain, strict=True)
    ]
    return pd.Series(found, dtype=object)
