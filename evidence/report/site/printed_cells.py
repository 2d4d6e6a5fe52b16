"""Numbers as the files of a base have them: ``121.90`` says that two decimals were printed, ``121.9`` does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...numbers import MINUS
from ...tables.io import read_raw, records

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["records_as_printed"]


def records_as_printed(table: pd.DataFrame, folder: Path, *, name: str, key: str) -> list[dict[str, Any]]:
    """Return the rows of a table, each number as text with the decimals that it has in its file, and a true minus.

    A number that the file does not have so, and every number of a base without files, stays a number.

    Parameters
    ----------
    table : DataFrame
        The table as read.
    folder : Path
        Where the files are.
    name, key : str
        The table, and the column that names its rows.
    """
    path = folder / f"{name}.csv"
    texts = {row[key]: row for row in records(read_raw(path))} if path.is_file() else {}
    return [
        {column: _printed(value, texts.get(row[key], {}).get(column)) for column, value in row.items()}
        for row in records(table)
    ]


def _printed(value: Any, text: Any) -> Any:
    if not isinstance(value, float) or not isinstance(text, str):
        return value
    try:
        same = float(text) == value
    except ValueError:
        return value
    return text.strip().replace("-", MINUS) if same else value
