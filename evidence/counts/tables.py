"""Checked counts: two groups, two rates, or one group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..effects.arrays import BoolArray, FloatArray

__all__ = ["CountTable", "Counts", "Proportions", "Rates"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountTable:
    """Checked counts of n rows, of which k are complete.

    Attributes
    ----------
    numbers : ndarray of shape (columns, n)
        The counts of every row, NaN where missing; the subclass says which.
    all_labels : Index of length n
        Their names.
    included : ndarray of bool of shape (n,)
        Which rows have every number.
    reasons : dict of int to str
        For each row that is left out, its position and why.
    fractional : ndarray of bool of shape (n,)
        Which rows have a count that is not a whole number.
    """

    numbers: FloatArray
    all_labels: pd.Index
    included: BoolArray
    reasons: dict[int, str]
    fractional: BoolArray

    @property
    def k(self) -> int:
        """Number of complete rows."""
        return int(self.included.sum())

    @property
    def labels(self) -> pd.Index:
        """Names of the complete rows."""
        return self.all_labels[self.included]

    @property
    def complete(self) -> FloatArray:
        """The numbers of the complete rows, shape (columns, k)."""
        return self.numbers[:, self.included]

    def column(self, position: int) -> FloatArray:
        """Return one of the numbers, complete rows, shape (k,)."""
        values: FloatArray = self.numbers[position, self.included]
        return values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts(CountTable):
    """2×2 tables; `numbers` are a, b, c, d: events and non-events of group 1, then of group 2."""

    @property
    def a(self) -> FloatArray:
        """Events of group 1, complete rows, shape (k,)."""
        return self.column(0)

    @property
    def b(self) -> FloatArray:
        """Non-events of group 1."""
        return self.column(1)

    @property
    def c(self) -> FloatArray:
        """Events of group 2."""
        return self.column(2)

    @property
    def d(self) -> FloatArray:
        """Non-events of group 2."""
        return self.column(3)

    @property
    def n1(self) -> FloatArray:
        """People in group 1."""
        return self.a + self.b

    @property
    def n2(self) -> FloatArray:
        """People in group 2."""
        return self.c + self.d


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates(CountTable):
    """Events and person-time of two groups; `numbers` are x1, t1, x2, t2."""

    @property
    def x1(self) -> FloatArray:
        """Events of group 1, complete rows, shape (k,)."""
        return self.column(0)

    @property
    def t1(self) -> FloatArray:
        """Person-time of group 1."""
        return self.column(1)

    @property
    def x2(self) -> FloatArray:
        """Events of group 2."""
        return self.column(2)

    @property
    def t2(self) -> FloatArray:
        """Person-time of group 2."""
        return self.column(3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proportions(CountTable):
    """Events in one group; `numbers` are x, n."""

    @property
    def x(self) -> FloatArray:
        """Events, complete rows, shape (k,)."""
        return self.column(0)

    @property
    def n(self) -> FloatArray:
        """People."""
        return self.column(1)
