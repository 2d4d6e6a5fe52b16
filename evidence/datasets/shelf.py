"""The data sets by name: which there are, what they are, and their tables."""

from __future__ import annotations

import csv
import io
import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..errors import TableError, UnknownIdError
from .declaration import Column, Dataset, read_declaration

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["describe", "load", "names"]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all data sets, sorted.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> "raudenbush1985" in names()
    True
    """
    tables = files(__package__) / "tables"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in tables.iterdir() if entry.name.endswith(".toml")))


@cache
def _declared(name: str) -> Dataset:
    if name not in names():
        raise UnknownIdError("data set", name, names())
    return read_declaration(name, tomllib.loads(_text(f"{name}.toml")))


def describe(name: str) -> Dataset:
    """Return what is known about a data set.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Dataset
        Title, question, source, columns with their meaning, and an example. ``print`` shows it as a card.

    Raises
    ------
    UnknownIdError
        If there is no such data set; it names those that look like it.

    Examples
    --------
    >>> describe("hackshaw1998").title
    'Lung cancer in women whose husbands smoke'
    >>> [column.name for column in describe("normand1999").columns][:4]
    ['study', 'source', 'n1i', 'm1i']
    """
    return _declared(str(name))


def load(name: str) -> pd.DataFrame:
    """Return the table of a data set: a fresh copy, one row per trial, arm or effect.

    Columns are those of the R package metadat, dots in their names being underscores. Whole numbers are ``int64``,
    others ``float64``, text is ``str`` (``object`` before pandas 3). Whole numbers of which some are missing are
    ``float64``, with NaN.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    DataFrame

    Raises
    ------
    UnknownIdError
        If there is no such data set; it names those that look like it.
    TableError
        If the stored table is not the one that was declared.

    Examples
    --------
    >>> table = load("raudenbush1985")
    >>> table.shape
    (19, 10)
    >>> table[["author", "weeks", "yi", "vi"]].head(3)
                  author  weeks    yi      vi
    0  Rosenthal et al.      2  0.03  0.0156
    1       Conn et al.     21  0.12  0.0216
    2       Jose & Cody     19 -0.14  0.0279
    """
    import pandas as pd

    dataset = describe(name)
    header, *rows = csv.reader(io.StringIO(_text(f"{dataset.name}.csv")))
    if header != [column.name for column in dataset.columns] or len(rows) != dataset.rows:
        raise TableError(f"the table of the data set {name} is not the one declared: its columns or rows differ")
    by_column = zip(dataset.columns, zip(*rows, strict=True), strict=True)
    return pd.DataFrame({column.name: _values(column, cells) for column, cells in by_column})


def _values(column: Column, cells: Sequence[str]) -> pd.Series[Any]:
    """Return a column's values; Python reads decimals exactly, which not every version of pandas does."""
    import pandas as pd

    if column.kind == "text":
        return pd.Series(cells, dtype="str")
    # int() refuses what is not a whole number
    number = float if column.kind == "number" else int
    values = [number(cell) if cell else math.nan for cell in cells]
    dtype: Any = column.dtype
    found: pd.Series[Any] = pd.Series(values, dtype=dtype)
    return found


def _text(filename: str) -> str:
    return (files(__package__) / "tables" / filename).read_text(encoding="utf-8")
