"""Tables as checks read them: every declared column is there, missing ones are empty, numbers keep what was printed."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...numbers import file_number
from ...tables.definitions import TABLES
from ...tables.io import split_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ...tables.schema import Column

__all__ = ["EvidenceTables", "Row", "Scale", "decimals_of"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What values an outcome can have in one person.

    Attributes
    ----------
    minimum, maximum : float, optional
        The ends of the scale; None where there is none.
    step : float, optional
        The distance of neighbouring values (1 for whole points or counts); None where any value is possible.
    """

    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None

    def __post_init__(self) -> None:
        known = [value for value in (self.minimum, self.maximum, self.step) if value is not None]
        if not all(math.isfinite(value) for value in known):
            raise InputError(f"a scale has finite ends and steps; found {known}")
        if self.step is not None and self.step <= 0:
            raise InputError(f"the step of a scale is above 0; found {self.step:g}")
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            found = f"{self.minimum:g} to {self.maximum:g}"
            raise InputError(f"a scale goes from its smallest to its largest value; found {found}")


def decimals_of(value: float) -> int:
    """Return with how many decimals a number must have been printed at least.

    Tables hold numbers, so a zero at the end is lost: 12.50 is read as 12.5. The printed precision is therefore never
    less than this; rows that were printed alike (one outcome of one trial) should be given the largest of theirs.

    Examples
    --------
    >>> decimals_of(12.52), decimals_of(28.0)
    (2, 0)
    """
    text = file_number(value)
    return len(text.partition(".")[2]) if "e" not in text else 0


@dataclass(frozen=True)
class EvidenceTables:
    """The tables of an evidence base, or whichever of them there are, row by row.

    Every row has every column that its table declares: None where a cell, a column or the whole table is missing.
    Numbers are floats, whole numbers ints, lists tuples of strings.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Tables by name; a table may lack columns.
    paired_designs : tuple of str
        Designs in which both arms are the same people.
    scales : mapping of str to Scale
        Outcome → the values that one person can have, where that is known for certain.
    """

    frames: Mapping[str, pd.DataFrame]
    paired_designs: tuple[str, ...] = ("split-body", "within-person")
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table; an absent table has none."""
        if table not in self._read:
            self._read[table] = self._rows_of(table)
        return self._read[table]

    def key(self, table: str, row: Row) -> str:
        """Return the name of a row, as findings give it: ``outcomes:R038``."""
        return f"{table}:{'/'.join(str(row[name]) for name in TABLES[table].key)}"

    def by_study(self, table: str) -> dict[str, list[Row]]:
        """Return the rows of a table by trial."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            groups[row["study_id"]].append(row)
        return dict(groups)

    @cached_property
    def _read(self) -> dict[str, list[Row]]:
        """What was read so far: a check looks at few tables."""
        return {}

    @cached_property
    def ordered(self) -> dict[str, tuple[Row, ...]]:
        """The tables that `ordered_rows` has sorted so far: many checks ask for the same ones."""
        return {}

    def _rows_of(self, table: str) -> list[Row]:
        if table not in self.frames:
            return []
        frame, columns = self.frames[table], TABLES[table].columns
        cells = [_cells(frame, column) for column in columns]
        names = [column.name for column in columns]
        return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _cells(frame: pd.DataFrame, column: Column) -> list[Any]:
    """Return the cells of a column, typed; None, or no members, where there is nothing."""
    if column.name not in frame.columns:
        return [() if column.type == "list" else None] * len(frame)
    from pandas import NA

    values = frame[column.name].tolist()
    if column.type == "list":
        return [tuple(value) if isinstance(value, tuple | list) else split_list(value) for value in values]
    kind = {"integer": int, "number": float}.get(column.type, str)
    # NaN and NaT differ from themselves; NA cannot be asked
    return [None if value is None or value is NA or value != value or value == "" else kind(value) for value in values]
