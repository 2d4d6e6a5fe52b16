"""The declared part of validation: a `Table` becomes a pandera schema, and what fails becomes problems.

The schema is over the strings as they stand in the file, so that a message can quote what is printed there. pandera
collects the failures of every column at once (``lazy=True``). It is asked only where a cell fails: nearly every table
is without fault, and to see that takes no data frame.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .cells import KINDS, allowed_values, cell_fault, fault_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from ..errors import Problem
    from .rows import TableFile
    from .schema import Column, Table

__all__ = ["cell_problems", "duplicate_keys", "pandera_schema"]


def pandera_schema(table: Table) -> Any:
    """Return the pandera ``DataFrameSchema`` of a table over strings.

    Each column is checked for being filled if required, clean, of its type and within its bounds.

    Examples
    --------
    >>> from evidence.tables.definitions import TABLES
    >>> schema = pandera_schema(TABLES["arms"])
    >>> [check.name for check in schema.columns["interval_weeks"].checks]
    ['clean', 'type', 'bounds']
    """
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {column.name: pa.Column(object, list(_checks(column)), required=False) for column in table.columns},
        name=table.name,
    )


def cell_problems(file: TableFile) -> list[Problem]:
    """Return every cell that is not what its column declares, one problem a cell."""
    if not _any_fault(file):
        return []
    import pandas as pd
    from pandera.errors import SchemaErrors

    frame = pd.DataFrame(
        {name: [row.cells[name] for row in file.rows] for name in file.columns},
        dtype=object,
        columns=list(file.columns),
    )
    try:
        pandera_schema(file.table).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        failed = sorted({(int(index), str(name)) for index, name in zip(cases["index"], cases["column"], strict=True)})
    else:
        return []
    problems = []
    for position, name in failed:
        row, column = file.rows[position], file.table.column(name)
        problems.append(row.problem(name, cell_fault(row.cells[name], column), allowed=allowed_values(column)))
    return problems


def _any_fault(file: TableFile) -> bool:
    """Return whether any cell fails; what stands in a column many times is looked at once."""
    columns = ((file.table.column(name), {row.cells[name] for row in file.rows}) for name in file.columns)
    return any(cell_fault(cell, column) for column, cells in columns for cell in cells)


def duplicate_keys(file: TableFile) -> list[Problem]:
    """Return every row whose key another row above it has."""
    first: dict[tuple[str, ...], str] = {}
    problems = []
    for row in (*file.rows, *file.torn):
        if not all(row.key):
            continue
        if row.key in first:
            message = f"the key ({', '.join(file.table.key)}) stands twice; first in {first[row.key]}"
            problem = row.problem(file.table.key[-1], message, allowed="once")
            problems.append(problem)
        first.setdefault(row.key, row.label)
    return problems


def _checks(column: Column) -> Iterator[Any]:
    """Yield the pandera checks that can fail in a column."""
    import pandera.pandas as pa

    for kind in KINDS:
        if kind == "required" and not column.required:
            continue
        if kind == "type" and column.type == "text":
            continue
        if kind == "bounds" and (column.minimum, column.maximum, column.above) == (None, None, None):
            continue
        yield pa.Check(partial(_passes, kind=kind, column=column), name=kind)


def _passes(cells: pd.Series, *, kind: str, column: Column) -> pd.Series:
    import pandas as pd

    return pd.Series([not fault_of_kind(kind, cell, column) for cell in cells], index=cells.index, dtype=bool)
