"""The rows of tables that may be damaged: every cell still a string, every row knowing where it stands."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .schema import Table

__all__ = ["NUMBER", "Base", "Row", "TableFile", "did_you_mean", "row_label"]

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def did_you_mean(value: str, options: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the option nearest to `value`, or nothing.

    Examples
    --------
    >>> did_you_mean("Asprin-100", ["aspirin-100", "exercise"])
    "; did you mean 'aspirin-100'?"
    """
    options = tuple(options)
    by_lower = {option.lower(): option for option in options}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def row_label(table: Table, cells: Mapping[str, str], line: int) -> str:
    """Return the name of a row in messages: its key and its line, or its line where the key has a gap.

    Examples
    --------
    >>> from evidence.tables.definitions import TABLES
    >>> row_label(TABLES["arms"], {"study_id": "Lee2013", "arm_id": "A1"}, 7)
    'Lee2013/A1 (line 7)'
    >>> row_label(TABLES["arms"], {"study_id": "Lee2013", "arm_id": ""}, 7)
    'line 7'
    """
    key = [cells.get(name, "").strip() for name in table.key]
    return f"{'/'.join(key)} (line {line})" if all(key) else f"line {line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it stands in the file.

    Attributes
    ----------
    table, label : str
        Where it is.
    key : tuple of str
        The cells of the table's key.
    cells : mapping of str to str
        Column name to cell; columns that the file lacks are absent.
    """

    table: str
    label: str
    key: tuple[str, ...]
    cells: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return the cell without the blanks around it; empty where there is none."""
        return self.cells.get(name, "").strip()

    def number(self, name: str) -> float | None:
        """Return the cell as a number; None where it is empty or not a finite number."""
        text = self.text(name)
        if not NUMBER.fullmatch(text):
            return None
        value = float(text)
        return value if math.isfinite(value) else None

    def count(self, name: str) -> int | None:
        """Return the cell as a whole number; None where it is empty or not one."""
        value = self.number(name)
        return int(value) if value is not None and value == int(value) else None

    @property
    def in_conflict(self) -> bool:
        """Whether the base says that the row contradicts something: its status is ``conflict``."""
        return self.text("status") == "conflict"

    def problem(self, column: str, message: str, *, allowed: str = "") -> Problem:
        """Return a problem of this row, with the cell of `column` as its value."""
        return Problem(
            message=message,
            table=self.table,
            row=self.label,
            column=column,
            study=self.text("study_id"),
            value=self.cells.get(column, ""),
            allowed=allowed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file that could be read: its declared columns that are there, and its rows.

    Attributes
    ----------
    table : Table
        The declaration.
    columns : tuple of str
        The declared columns that the file has, in declared order.
    rows : tuple of Row
        The rows that have as many cells as the header.
    torn : tuple of Row
        The rows that have more or fewer; their cells may stand in the wrong columns, so only their keys are used.
    """

    table: Table
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    torn: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """All tables that could be read, with the look-ups that rules between tables need.

    Attributes
    ----------
    files : mapping of str to TableFile
        By table name.
    studies : mapping of str to Row
        By study.
    arms : mapping of (str, str) to Row
        By study and arm.
    conflict_studies : frozenset of str
        Studies with an entry in ``conflicts``.
    designs : mapping of str to str
        Designs that the review has under names of its own, with the general design that each is like.
    """

    files: Mapping[str, TableFile]
    studies: Mapping[str, Row]
    arms: Mapping[tuple[str, ...], Row]
    conflict_studies: frozenset[str]
    designs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, TableFile], designs: Mapping[str, str] | None = None) -> Base:
        """Return the base made of these files."""

        def rows(name: str) -> tuple[Row, ...]:
            return files[name].rows if name in files else ()

        return cls(
            files=files,
            studies={row.text("study_id"): row for row in rows("studies")},
            arms={(row.text("study_id"), row.text("arm_id")): row for row in rows("arms")},
            conflict_studies=frozenset(row.text("study_id") for row in rows("conflicts")),
            designs=dict(designs or {}),
        )

    def design(self, study: Row) -> str:
        """Return the general design of a study, as ``split-body`` for one that its field calls split-mouth."""
        stated = study.text("design")
        return self.designs.get(stated, stated)

    def known(self, table: str, column: str, value: str) -> bool:
        """Return whether a category has this value; true where nothing says which values it may have."""
        return not self.values(table, column) or value in self.values(table, column)

    def values(self, table: str, column: str) -> tuple[str, ...]:
        """Return the values that a category may have; none where nothing says which."""
        return self.files[table].table.column(column).allowed

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table; none if it could not be read."""
        return self.files[table].rows if table in self.files else ()

    def has(self, table: str, columns: Iterable[str]) -> bool:
        """Return whether a table could be read and has these columns."""
        return table in self.files and set(columns) <= set(self.files[table].columns)
