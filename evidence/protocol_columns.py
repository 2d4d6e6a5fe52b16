"""Faults of the columns that a protocol adds to the tables, and of what names a column."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from .errors import Problem
from .tables.definitions import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

__all__ = ["check_columns"]

_NUMERIC = ("integer", "number")
# Tables that commands write: further columns would be lost there.
_WRITTEN = (
    "bias_answers",
    "certainty",
    "changes",
    "duplicates",
    "extractions",
    "findings",
    "record_events",
    "records",
    "risk_of_bias",
    "screening",
    "searches",
)


def check_columns(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the faults of the protocol's own columns, and subgroups and attributes that are no column.

    Parameters
    ----------
    data : mapping
        The parsed protocol, each part of which is whole by itself.
    """
    names = {table: list(declared.names) for table, declared in TABLES.items()}
    for item in data.get("columns", []):
        problems = list(_column(item, names))
        yield from problems
        if not problems:
            table, _, name = item["id"].partition(".")
            names[table].append(name)
    for item in data.get("syntheses", []):
        yield from _named(item, "subgroup", "syntheses", (*names["studies"], "background"), "studies")
    for item in data.get("comparisons", []):
        yield from _named(item, "attribute", "comparisons", names["arms"], "arms")


def _column(item: Mapping[str, Any], names: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    def problem(column: str, message: str, allowed: str = "") -> Problem:
        value = str(item.get(column, ""))
        return Problem(message=message, table="columns", row=item["id"], column=column, value=value, allowed=allowed)

    table, _, name = item["id"].partition(".")
    if table not in names:
        yield problem("id", f"there is no table {table!r}{_near(table, names)}", "table.column, as studies.latitude")
        return
    if table in _WRITTEN:
        yield problem("id", f"{table} is written by commands, and has no room for further columns")
    if not name.isidentifier() or name != name.lower():
        yield problem("id", "not a column name", "small letters, digits and underscores, as studies.latitude")
    if name in names[table]:
        yield problem("id", f"{table} has this column already")
    after = item.get("after", "")
    if after and after not in names[table]:
        yield problem("after", f"{table} has no such column{_near(after, names[table])}")
    if (item["type"] == "category") != bool(item.get("allowed")):
        wanted = "a category needs its values" if item["type"] == "category" else "only a category has a list of values"
        yield problem("allowed", wanted)
    for key in ("minimum", "maximum", "above"):
        if key in item and item["type"] not in _NUMERIC:
            yield problem(key, "only a number has bounds")


def _named(item: Mapping[str, Any], key: str, part: str, known: Collection[str], table: str) -> Iterator[Problem]:
    value = item.get(key, "")
    if value and value not in known:
        message = f"{table} has no such column{_near(value, known)}"
        yield Problem(message=message, table=part, row=item["id"], column=key, value=value)


def _near(value: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(value, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
