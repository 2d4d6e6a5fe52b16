"""The tables as a Frictionless tabular data package: ``datapackage.json`` from the declarations.

Specification: https://specs.frictionlessdata.io/tabular-data-package/. References that need a list or an optional pair
of columns cannot be said there; `evidence.tables.check_tables` checks them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .definitions import TABLES
from .io import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .schema import Column, Table

__all__ = ["datapackage", "datapackage_bytes", "write_datapackage"]

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime"}
_LICENCES = {
    "CC-BY-4.0": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0 International",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "CC0-1.0": {
        "name": "CC0-1.0",
        "title": "Creative Commons Zero 1.0 Universal",
        "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    },
}
_SOURCE = {
    "title": "The pages listed in sources.csv; each row says on which of them its values were seen",
    "path": "sources.csv",
}


def datapackage(
    *,
    name: str = "evidence-base",
    title: str = "Evidence base",
    description: str = "Trials, results and judgements of a systematic review, as reported.",
    licence: str = "",
    tables: Mapping[str, Table] = TABLES,
) -> dict[str, Any]:
    """Return the descriptor of the data package.

    Parameters
    ----------
    name, title, description : str
        Of the review, as the protocol has them.
    licence : str
        Under which the tables are published, as a short name (``CC-BY-4.0``); none is declared where it is empty.
    tables : mapping of str to Table
        The declared tables.

    Examples
    --------
    >>> package = datapackage(name="knee-pain", licence="CC0-1.0")
    >>> package["name"], package["profile"], package["licenses"][0]["title"]
    ('knee-pain', 'tabular-data-package', 'Creative Commons Zero 1.0 Universal')
    """
    licences = {"licenses": [dict(_LICENCES.get(licence, {"name": licence}))]} if licence else {}
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "description": description,
        **licences,
        "sources": [dict(_SOURCE)],
        "resources": [_resource(table, tables) for table in tables.values()],
    }


def datapackage_bytes(**options: Any) -> bytes:
    """Return the descriptor as JSON; the arguments are those of `datapackage`. The same ones give the same bytes."""
    return (json.dumps(datapackage(**options), ensure_ascii=False, indent=2) + "\n").encode()


def write_datapackage(folder: Path, **options: Any) -> None:
    """Write ``datapackage.json`` into the folder of the tables; the other arguments are those of `datapackage`."""
    write_bytes(Path(folder) / "datapackage.json", datapackage_bytes(**options))


def _resource(table: Table, tables: Mapping[str, Table]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if keys := list(_foreign_keys(table, tables)):
        schema["foreignKeys"] = keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "title": f"One row per {table.row}",
        "description": table.meaning,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, "string"),
        "description": _meaning(column),
    }
    if column.type == "date":
        field["format"] = "%Y-%m-%d"
    if column.type == "datetime":
        field["format"] = "%Y-%m-%dT%H:%M:%SZ"
    if column.unit:
        field["unit"] = column.unit
    if column.example:
        field["example"] = column.example
    if constraints := _constraints(column):
        field["constraints"] = constraints
    return field


def _meaning(column: Column) -> str:
    parts = [column.meaning]
    if column.type == "list":
        parts.append("Names parted by ';'.")
    if column.above is not None:
        parts.append(f"Above {column.above:g}.")
    return " ".join(parts)


def _constraints(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if column.type == "id":
        constraints["pattern"] = r"\S+"
    lowest = column.minimum if column.minimum is not None else column.above
    for key, bound in (("minimum", lowest), ("maximum", column.maximum)):
        if bound is not None:
            constraints[key] = int(bound) if float(bound).is_integer() else bound
    return constraints


def _foreign_keys(table: Table, tables: Mapping[str, Table]) -> Iterator[dict[str, Any]]:
    """Yield the references of single columns to single-column keys."""
    for column in table.columns:
        reference = column.reference
        if reference is None or reference.with_study or column.type == "list" or reference.table not in tables:
            continue
        target = "" if reference.table == table.name else reference.table.replace("_", "-")
        yield {
            "fields": [column.name],
            "reference": {"resource": target, "fields": [tables[reference.table].key[0]]},
        }
