"""Validation of all tables at once: every fault of every table, or the typed tables.

The order of the work: can the file be read, are its columns there, is every cell what its column declares, do
references lead somewhere, do the columns of a row and the rows of a study agree (`evidence.tables.rules`).
Nothing is written and nothing is repaired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Problem, TableError
from .declared import cell_problems, duplicate_keys
from .files import read_file
from .io import typed
from .references import reference_problems, vocabulary_problems
from .rows import Base, TableFile
from .rules import RULES
from .topic import review_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd

    from .schema import Table

__all__ = ["check_tables", "load_tables"]

_LINE = re.compile(r"line (\d+)")


def load_tables(folder: Path, *, vocabularies: Mapping[str, Collection[str]] | None = None) -> dict[str, pd.DataFrame]:
    """Read and validate every table of a folder.

    Parameters
    ----------
    folder : Path
        Where the CSV files are (``data/processed``).
    vocabularies : mapping of str to collection of str, optional
        The ids that the protocol knows, by ``components``, ``outcomes``, ``units`` …; a part left out is not checked.
        Those of ``designs`` map each design to the general one whose rules it obeys, those of ``columns`` each of the
        review's own columns to its declaration (`Protocol.vocabularies`).

    Returns
    -------
    dict of str to DataFrame
        Every table in its declared types, in the order of the declarations.

    Raises
    ------
    TableError
        If anything is wrong; ``problems`` has every fault of every table.

    Examples
    --------
    >>> from pathlib import Path
    >>> load_tables(Path("no/such/folder"))
    Traceback (most recent call last):
    ...
    evidence.errors.TableError: ... problems in ... tables; nothing was read
      searches: there is no file searches.csv; allowed: an empty table has its header only
      ...
    """
    files, problems = _check(Path(folder), vocabularies or {})
    if problems:
        damaged = len({problem.table for problem in problems})
        summary = f"{_many(len(problems), 'problem')} in {_many(damaged, 'table')}; nothing was read"
        raise TableError(summary, problems)
    return {name: typed(_strings(file), file.table) for name, file in files.items()}


def check_tables(folder: Path, *, vocabularies: Mapping[str, Collection[str]] | None = None) -> list[Problem]:
    """Return every fault of every table of a folder, in the order of the tables and their lines; none if all is well.

    Parameters are those of `load_tables`. Damage never raises: a file that is missing or cannot be read is a fault
    like any other.
    """
    return _check(Path(folder), vocabularies or {})[1]


def _check(folder: Path, vocabularies: Mapping[str, Collection[str]]) -> tuple[dict[str, TableFile], list[Problem]]:
    tables = review_tables(vocabularies)
    files: dict[str, TableFile] = {}
    found: dict[str, list[Problem]] = {name: [] for name in tables}
    for name, table in tables.items():
        file, problems = read_file(folder / f"{name}.csv", table)
        found[name] += problems
        if file is not None:
            files[name] = file
    base = Base.of(files, _likes(vocabularies.get("designs")))
    for name, file in files.items():
        found[name] += cell_problems(file)
        found[name] += duplicate_keys(file)
        found[name] += reference_problems(base, name)
        found[name] += vocabulary_problems(base, name, vocabularies)
    for rule in RULES:
        for problem in rule.problems(base):
            found[problem.table].append(problem)
    return files, [
        problem for name, problems in found.items() for problem in sorted(problems, key=_place(tables[name]))
    ]


def _likes(designs: Collection[str] | None) -> dict[str, str]:
    """Return which general design each design of the review is like, where that is told."""
    return dict(designs) if isinstance(designs, Mapping) else {}


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _place(table: Table) -> Callable[[Problem], tuple[int, int]]:
    """Return a sort key: by line, then by column."""

    def place(problem: Problem) -> tuple[int, int]:
        line = _LINE.search(problem.row)
        order = ("", *table.names)
        column = order.index(problem.column) if problem.column in order else len(order)
        return int(line.group(1)) if line else 0, column

    return place


def _strings(file: TableFile) -> pd.DataFrame:
    import pandas as pd

    names = list(file.table.names)
    return pd.DataFrame([[row.cells[name] for name in names] for row in file.rows], columns=names, dtype=object)
