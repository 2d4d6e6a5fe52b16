"""CSV files for spreadsheets: no cell is ever run as a formula, and reading takes away what writing put before it."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from ...errors import ProjectError
from .foreign import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["guarded", "read_rows_of_csv", "unguarded", "write_csv"]

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_DELIMITERS = ",;\t"
# By this first line spreadsheets are told the mark that parts cells; it may be kept when they save.
_HINT = re.compile(r"\ufeff?\s*\"?sep=[,;\t]\"?[,;\t]*$", re.IGNORECASE)


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe before ``= + - @``, tab and return.

    Examples
    --------
    >>> guarded("=1+1"), guarded("plain"), unguarded(guarded("'=x"))
    ("'=1+1", 'plain', "'=x")
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that `guarded` put before it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return the bytes of a CSV file in UTF-8, every cell guarded."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guarded(row.get(column, "")) for column in columns] for row in rows)
    return buffer.getvalue().encode()


def read_rows_of_csv(text: str, name: str) -> list[Row]:
    """Return the rows of a CSV file of any tool, by column name in lower case, each with its line.

    Parameters
    ----------
    text : str
        The file's text; parted by comma, semicolon or tab, as its header is.
    name : str
        The file's name, for messages.

    Raises
    ------
    ProjectError
        If it has no header, or cannot be read as CSV.
    """
    lines = re.split(r"\r\n|\r|\n", text.lstrip("\ufeff"))
    hint = next((number for number, line in enumerate(lines) if line.strip()), 0)
    header = lines[hint]
    if _HINT.match(header):
        lines[hint] = ""
        header = next((line for line in lines if line.strip()), "")
        text = "\n" * (hint + 1) + "\n".join(lines[hint + 1 :])
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    columns: list[str] = []
    begin = 1
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if not any(columns):
                columns = [" ".join(cell.casefold().split()) for cell in cells]
            elif any(cell.strip() for cell in cells):
                rows.append(_row(columns, cells, line))
    except csv.Error as error:
        raise ProjectError(f"{name} is not a CSV file (line {reader.line_num}: {error})") from None
    if not columns or not any(columns):
        raise ProjectError(f"{name} is empty: not even a header")
    return rows


def _row(columns: Sequence[str], cells: Sequence[str], line: int) -> Row:
    found: dict[str, tuple[str, ...]] = {}
    for column, cell in zip(columns, cells, strict=False):
        value = unguarded(cell).strip()
        if column and value:
            found[column] = (*found.get(column, ()), value)
    fault = "" if len(cells) == len(columns) else f"{len(cells)} cells under {len(columns)} columns"
    return Row(line=line, columns=frozenset(columns), cells=found, fault=fault)
