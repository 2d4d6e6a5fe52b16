"""What a tidy table is: its columns, key, references and meaning, as data.

A `Table` is declared once, in `evidence.tables.definitions`. From the declaration come reading, validation, byte-stable
writing, the data dictionary, ``datapackage.json`` and the blank templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Column", "ColumnType", "Reference", "Table"]

ColumnType = Literal["text", "id", "category", "integer", "number", "list", "date", "datetime", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A column whose values must be keys of another table.

    Attributes
    ----------
    table : str
        The table referred to.
    with_study : bool
        The key is (study_id, this column), as for arms.
    """

    table: str
    with_study: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it is called, what it holds, what it means.

    Attributes
    ----------
    name : str
        Its name, with the unit where it has one (``time_weeks``, ``dose_mg``).
    type : ColumnType
        ``list`` is a set of values parted by ``;``, sorted; ``id`` a short name without spaces; ``category`` one of
        `allowed`.
    meaning : str
        A sentence for the data dictionary.
    example : str
        A value as it stands in the file.
    unit : str
        The unit, if the column's numbers have one of their own.
    allowed : tuple of str
        The only values that a ``category`` may have.
    minimum, maximum : float, optional
        Bounds, both inclusive.
    above : float, optional
        An exclusive lower bound.
    required : bool
        Never empty.
    reference : Reference, optional
        What its values must be keys of.
    vocabulary : str
        The part of the protocol that its values must come from (``components``, ``outcomes``, …).
    """

    name: str
    type: ColumnType
    meaning: str
    example: str = ""
    unit: str = ""
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    required: bool = False
    reference: Reference | None = None
    vocabulary: str = ""

    @property
    def dtype(self) -> Any:
        """The pandas dtype that the column has once it is read."""
        return {"integer": "Int64", "number": "float64", "boolean": "boolean"}.get(self.type, "object")

    def bounds(self) -> str:
        """Return what is allowed, in words; empty when anything is."""
        if self.allowed:
            return ", ".join(self.allowed)
        parts = [
            f"above {self.above:g}" if self.above is not None else "",
            f"at least {self.minimum:g}" if self.minimum is not None else "",
            f"at most {self.maximum:g}" if self.maximum is not None else "",
        ]
        return " and ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One tidy table: a file in ``data/processed``, one row per thing that `row` names.

    Attributes
    ----------
    name : str
        The file's name without ``.csv``.
    row : str
        What one row is, as in "one row per …".
    meaning : str
        What the table is for.
    key : tuple of str
        The columns that name a row; rows are sorted by them.
    columns : tuple of Column
        In the order in which they are written.
    """

    name: str
    row: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)
