"""What may be wrong with one cell: unclean text, another type, a value that is not allowed, a number out of bounds.

Each function looks at the string as it stands in the file and returns what is wrong, or nothing.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

from .io import natural_key, split_list
from .rows import NUMBER, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from .schema import Column

__all__ = ["KINDS", "allowed_values", "cell_fault", "fault_of_kind"]

_MISSING = frozenset({"NaN", "nan", "NAN", "NA", "N/A", "n/a", "<NA>", "null", "NULL", "None", "NaT", "nil", "-", "--"})
_SPREADSHEET_ERROR = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!)")
_MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SPREADSHEET_DATE = re.compile(rf"\d{{1,2}}-{_MONTH}(-\d{{2,4}})?|{_MONTH}-\d{{1,2}}", re.IGNORECASE)
_SPREADSHEET_ID = re.compile(r"\d(\.\d+)?E\+\d+")
# UTF-8 read as Windows-1252: a lead byte turned into a letter, then what a continuation byte turns into.
_CONTINUATION = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MOJIBAKE = re.compile(rf"\ufffd|[ÂÃÎÏ]{_CONTINUATION}|â(€|{_CONTINUATION}{{2}})|ï»¿")
# What Unicode calls control characters (Cc), marks that take no room, and marks that turn the text behind them round.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200d\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_LONGEST_INTEGER = 15


def _unclean(value: str, column: Column) -> str:
    """Return what is wrong with a cell of any type; empty if nothing."""
    if value != value.strip():
        return "blanks stand before or after the value"
    if _INVISIBLE.search(value):
        return "the cell holds a line break, a tab or an invisible character"
    if not value.isascii() and (found := _MOJIBAKE.search(value)):
        return f"broken characters ({found.group()!r}): the text was saved in one encoding and read in another"
    if value in _MISSING and value not in column.allowed:
        return "a missing value is an empty cell"
    if _SPREADSHEET_ERROR.fullmatch(value):
        return "a spreadsheet error instead of a value"
    if _SPREADSHEET_DATE.fullmatch(value):
        return "this looks like a date that a spreadsheet made of something else"
    return ""


def _not_number(value: str, column: Column) -> str:
    unit = column.unit or "unit"
    if NUMBER.fullmatch(value):
        return "" if math.isfinite(float(value)) else "the number is not finite"
    if value.lower().lstrip("+-") in {"inf", "infinity", "∞"}:
        return "the number is not finite"
    if re.fullmatch(r"-?\d+,\d+", value):
        return f"a comma in a number; the decimal mark is a point ({value.replace(',', '.')!r}?)"
    if value[:1] in "−–" and NUMBER.fullmatch(value[1:]):
        return f"the minus is not a plain hyphen ({'-' + value[1:]!r}?)"
    if re.match(r"[<>=≤≥~≈±]", value):
        return "a sign before the number has a column of its own"
    if re.fullmatch(r"-?\d+(\.\d+)?\s*%", value):
        return "the percent sign does not belong in the cell"
    if re.fullmatch(r"-?\d+(\.\d+)?\s+\S.*", value):
        return f"words after the number; only the number, in the column's {unit}"
    return "not a number"


def _not_integer(value: str, column: Column) -> str:
    if re.fullmatch(r"-?\d+", value):
        return "" if len(value) <= _LONGEST_INTEGER else "the number is too long for a count"
    return _not_number(value, column) or "not a whole number"


def _not_list(value: str, column: Column) -> str:
    members = split_list(value)
    if not members or ";".join(members) != value:
        return "blanks or empty members in a list; members are parted by ';' alone"
    if len(set(members)) < len(members):
        return "a member stands twice in the list"
    canonical = ";".join(sorted(members, key=natural_key))
    return "" if canonical == value else f"the members are not sorted; {canonical!r} is"


def _not_moment(value: str, column: Column) -> str:
    form = "%Y-%m-%d" if column.type == "date" else "%Y-%m-%dT%H:%M:%SZ"
    try:
        moment = dt.datetime.strptime(value, form)
    except ValueError:
        return f"not a {'date' if column.type == 'date' else 'time in UTC'}"
    return "" if moment.strftime(form) == value else "not written in full"


def _not_boolean(value: str, column: Column) -> str:
    return "" if value in {"true", "false"} else "neither true nor false"


def _not_id(value: str, column: Column) -> str:
    if any(mark.isspace() for mark in value):
        return "a blank inside a name that must not have one"
    return "a number that a spreadsheet shortened" if _SPREADSHEET_ID.fullmatch(value) else ""


def _not_allowed(value: str, column: Column) -> str:
    if not column.allowed:
        return ""  # the values come from a protocol that is not at hand
    return "" if value in column.allowed else f"not an allowed value{did_you_mean(value, column.allowed)}"


_TYPES: dict[str, Callable[[str, Column], str]] = {
    "number": _not_number,
    "integer": _not_integer,
    "list": _not_list,
    "date": _not_moment,
    "datetime": _not_moment,
    "boolean": _not_boolean,
    "id": _not_id,
    "category": _not_allowed,
}


def _wrong_type(value: str, column: Column) -> str:
    return _TYPES[column.type](value, column) if column.type in _TYPES else ""


def _out_of_bounds(value: str, column: Column) -> str:
    if column.type not in {"number", "integer"} or not NUMBER.fullmatch(value):
        return ""
    number = float(value)
    if column.minimum is not None and number < column.minimum:
        return "the number is too small" if column.minimum else "the number is negative"
    if column.above is not None and number <= column.above:
        return "the number is too small"
    return "the number is too large" if column.maximum is not None and number > column.maximum else ""


def _empty(value: str, column: Column) -> str:
    return "the cell must not be empty" if column.required and not value else ""


_CHECKS: dict[str, Callable[[str, Column], str]] = {
    "required": _empty,
    "clean": _unclean,
    "type": _wrong_type,
    "bounds": _out_of_bounds,
}
KINDS = tuple(_CHECKS)


def fault_of_kind(kind: str, value: str, column: Column) -> str:
    """Return what is wrong with a cell in one respect (one of `KINDS`); empty if nothing is."""
    return _CHECKS[kind](value, column) if value or kind == "required" else ""


def cell_fault(value: str, column: Column) -> str:
    """Return the first thing that is wrong with a cell; empty if nothing is.

    Examples
    --------
    >>> from evidence.tables.definitions import TABLES
    >>> sd = TABLES["outcomes"].column("sd")
    >>> cell_fault("6.5", sd), cell_fault("6,5", sd), cell_fault("-6.5", sd)
    ('', "a comma in a number; the decimal mark is a point ('6.5'?)", 'the number is negative')
    """
    return next((fault for kind in KINDS if (fault := fault_of_kind(kind, value, column))), "")


def allowed_values(column: Column) -> str:
    """Return in words what a column may hold."""
    if column.allowed:
        return column.bounds()
    words = {
        "category": f"one of the protocol's {column.vocabulary}",
        "id": "a name without blanks",
        "integer": "a whole number",
        "number": "a number such as 12.5",
        "list": "sorted names, parted by ';'",
        "date": "a date such as 2026-11-22",
        "datetime": "a time such as 2026-11-22T10:15:00Z",
        "boolean": "true, false",
        "text": "text",
    }[column.type]
    return f"{words}, {column.bounds()}" if column.bounds() else words
