"""The base as an Excel workbook: a sheet for each table, with what its columns mean; no cell can start a formula."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..living.version import version_in
from ..tables.io import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ..answers import Answer
    from ..base import EvidenceBase

__all__ = ["workbook_bytes"]

_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_WIDEST, _NARROWEST = 60, 8
_LOOKED_AT = 200  # rows by which a column's width is chosen
_LONGEST_NAME = 31  # characters of a sheet's name, by Excel
_LONGEST_CELL = 32_767


def workbook_bytes(base: EvidenceBase, answers: Mapping[str, Answer] | None = None) -> bytes:
    """Return the base as ``.xlsx``: about it, the results, every table, and what each column means.

    Numbers are numbers. Every text is stored as a text with Excel's own mark for it, so that a cell that begins with
    ``=``, ``+``, ``-`` or ``@`` stays one even when somebody edits it. Empty stays empty. The same base gives the same
    bytes.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer, optional
        Every synthesis under every analysis; computed where they are not given.

    Raises
    ------
    InputError
        If a text is longer than a cell of Excel can be.

    Examples
    --------
    >>> import evidence as ev
    >>> workbook_bytes(ev.load(), {})[:2]
    b'PK'
    """
    from xlsxwriter import Workbook

    from ..report import tables as results

    if answers is None:
        answers = base.answers()
    buffer = io.BytesIO()
    with Workbook(buffer, _SAFE) as book:
        book.set_properties({"title": base.protocol.review.title, "created": dt.datetime(1980, 1, 1)})
        formats = _formats(book)
        _about(book, base, formats)
        for name in ("pooled", "not_pooled", "effects", "exclusions", "sensitivity"):
            _sheet(book, name, getattr(results, f"{name}_frame")(answers), formats)
        for name, table in base.protocol.tables.items():
            frame = base.tables[name]
            _sheet(book, _free(book, name), frame[list(table.names)], formats, meanings=_meanings(table))
        _dictionary(book, base, formats)
    return buffer.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "quote_prefix": True}),
        "text": book.add_format({"valign": "top", "quote_prefix": True}),
        "wrap": book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True}),
        "number": book.add_format({"valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14, "quote_prefix": True}),
    }


def _free(book: Workbook, name: str) -> str:
    """Return a sheet name that is not taken; results come first and keep theirs."""
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    short = name[:_LONGEST_NAME]
    return short if short.casefold() not in taken else f"{short[: _LONGEST_NAME - 6]} table"


def _meanings(table: Any) -> dict[str, str]:
    return {column.name: f"{column.meaning}{f' ({column.unit})' if column.unit else ''}" for column in table.columns}


def _about(book: Workbook, base: EvidenceBase, formats: Mapping[str, Format]) -> None:
    review, version = base.protocol.review, version_in(base.project)
    sheet = book.add_worksheet("about")
    sheet.set_column(0, 0, 100)
    _put(sheet, 0, 0, review.title, formats["title"])
    lines = [
        review.question,
        f"Version {version}" if version else "",
        review.caveat,
        "Sheets pooled to sensitivity are computed; the others hold what trials report, one row per fact.",
        "The sheet dictionary says what each column means. An empty cell is an unknown, never a zero.",
        f"Licence of the tables: {review.licence}" if review.licence else "",
    ]
    for row, line in enumerate((line for line in lines if line), start=2):
        _put(sheet, row, 0, line, formats["wrap"])


def _sheet(
    book: Workbook,
    name: str,
    frame: pd.DataFrame,
    formats: Mapping[str, Format],
    *,
    meanings: Mapping[str, str] | None = None,
) -> None:
    sheet = book.add_worksheet(name[:_LONGEST_NAME])
    columns = [str(column) for column in frame.columns]
    rows = records(frame)
    for place, column in enumerate(columns):
        _put(sheet, 0, place, column, formats["head"])
        if meanings and meanings.get(column):
            sheet.write_comment(0, place, meanings[column], {"x_scale": 2})
        sheet.set_column(place, place, _width(column, rows))
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _put(sheet, number, place, row[column], formats["text"], formats["number"])
    sheet.freeze_panes(1, 1)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _width(column: str, rows: Sequence[Mapping[str, Any]]) -> int:
    longest = max((len(str(row[column])) for row in rows[:_LOOKED_AT] if row[column] is not None), default=0)
    return max(_NARROWEST, min(_WIDEST, max(len(column), longest) + 2))


def _put(sheet: Worksheet, row: int, place: int, value: Any, text: Format, number: Format | None = None) -> None:
    """Write one cell: a number as a number, anything else as text, nothing where there is nothing."""
    if value is None or value != value:
        return
    if isinstance(value, bool):
        sheet.write_string(row, place, "true" if value else "false", text)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, place, value, number or text)
    elif str(value):
        words = str(value)
        if len(words) > _LONGEST_CELL:
            where = f"sheet {sheet.get_name()}, row {row + 1}, column {place + 1}"
            raise InputError(f"{where}: {len(words)} characters, and a cell of Excel holds {_LONGEST_CELL}; shorten it")
        sheet.write_string(row, place, words, text)


def _dictionary(book: Workbook, base: EvidenceBase, formats: Mapping[str, Format]) -> None:
    sheet = book.add_worksheet("dictionary")
    header = ("table", "column", "type", "unit", "required", "allowed", "meaning", "example")
    for place, (name, width) in enumerate(zip(header, (18, 24, 10, 12, 9, 40, 80, 24), strict=True)):
        sheet.set_column(place, place, width)
        _put(sheet, 0, place, name, formats["head"])
    number = 0
    for table in base.protocol.tables.values():
        for column in table.columns:
            number += 1
            cells = (
                table.name,
                column.name,
                column.type,
                column.unit,
                "yes" if column.required else "",
                ", ".join(column.allowed),
                column.meaning,
                column.example,
            )
            for place, cell in enumerate(cells):
                _put(sheet, number, place, cell, formats["wrap"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, number, len(header) - 1)
