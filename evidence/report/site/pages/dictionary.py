"""Every table and column of the base, from the declarations that validation uses, and the tables to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....tables.io import format_table, read_table
from ...wording import plural
from ..page import Page

if TYPE_CHECKING:
    from ....tables.schema import Column, Table
    from ..site import Site

__all__ = ["PAGE"]

_FOLDER = "tables"


def _view(site: Site) -> dict[str, Any]:
    from ....tables.rules import RULES

    return {
        "tables": [_table(table, len(site.base.tables[name])) for name, table in site.protocol.tables.items()],
        "rules": [{"name": rule.name, "tables": ", ".join(rule.tables), "meaning": rule.meaning} for rule in RULES],
        "words": [(part, list(entries)) for part, entries in site.protocol.words.items() if entries],
    }


def _table(table: Table, count: int) -> dict[str, Any]:
    return {
        "name": table.name,
        "row": table.row,
        "meaning": table.meaning,
        "key": ", ".join(table.key),
        "count": plural(count, "row"),
        "path": f"{_FOLDER}/{table.name}.csv",
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: Column) -> dict[str, str]:
    return {
        "name": column.name,
        "type": column.type,
        "unit": column.unit,
        "required": "required" if column.required else "",
        "allowed": "; ".join(part for part in (column.bounds(), _found_in(column)) if part),
        "meaning": column.meaning,
        "example": column.example,
    }


def _found_in(column: Column) -> str:
    """Return where a column's values must stand."""
    parts = [f"stands in {column.reference.table}"] if column.reference else []
    parts += [f"of the protocol's {column.vocabulary}"] if column.vocabulary else []
    return "; ".join(parts)


def _files(site: Site) -> dict[str, bytes]:
    return {f"{_FOLDER}/{name}.csv": _content(site, table) for name, table in site.protocol.tables.items()}


def _content(site: Site, table: Table) -> bytes:
    """Return a table as its file has it, zeros at the end of printed numbers and all, if that is what is shown."""
    shown = format_table(site.base.tables[table.name], table)
    path = site.base.project.processed / f"{table.name}.csv"
    if path.is_file() and format_table(read_table(path, table), table) == shown:
        return path.read_bytes()
    return shown


PAGE = Page(name="dictionary", label="Data", title="The tables, column by column", view=_view, files=_files)
