"""Rows of tables as text, whether they come as data frames or as rows already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...tables.io import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    Tables = Mapping[str, "pd.DataFrame | Sequence[Mapping[str, Any]]"]

__all__ = ["table_rows"]


def table_rows(tables: Tables, name: str) -> list[dict[str, str]]:
    """Return the rows of a table as text by column, empty where a cell is missing; a table that is not there has none.

    Parameters
    ----------
    tables : mapping of str to DataFrame or to rows
        Tables by name, as ``evidence.load().tables`` or as rows of text.
    name : str
        Which one.

    Examples
    --------
    >>> table_rows({"records": [{"pmid": "7", "year": 2013}]}, "records"), table_rows({}, "records")
    ([{'pmid': '7', 'year': '2013'}], [])
    """
    if name not in tables:
        return []
    table: Any = tables[name]
    rows: Iterable[Mapping[str, Any]] = records(table) if hasattr(table, "to_dict") else table
    return [{column: _text(value) for column, value in row.items()} for row in rows]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or value != value or str(value) in ("<NA>", "nan", "NaT"):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
