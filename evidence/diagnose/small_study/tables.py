"""From a table of 2×2 counts to the numbers that the tests for binary outcomes need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...effects import effect_sizes
from ...effects.checks import check_numbers
from ...effects.columns import read_columns
from ...effects.zero_cells import uninformative_arms
from ...errors import InputError, RowError
from ...pool.inputs import LABEL_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ...pool.core import Array

__all__ = ["TwoByTwo", "read_two_by_two"]

_WHOLE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoByTwo:
    """Counts of the studies that a test can use.

    Attributes
    ----------
    a, b, c, d : array, shape (k,)
        Events and non-events of group 1, then of group 2.
    yi, vi : array, shape (k,)
        The effects and their sampling variances, with half an event added to rows with a zero cell.
    labels : tuple of str
        Their names.
    excluded : tuple of str
        The studies in which nobody, or everybody, had the event.
    fractional : tuple of str
        The studies with counts that are not whole.
    """

    a: Array
    b: Array
    c: Array
    d: Array
    yi: Array
    vi: Array
    labels: tuple[str, ...]
    excluded: tuple[str, ...]
    fractional: tuple[str, ...]

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.a)

    @property
    def n1(self) -> Array:
        """Size of group 1, shape (k,)."""
        return np.asarray(self.a + self.b)

    @property
    def n2(self) -> Array:
        """Size of group 2, shape (k,)."""
        return np.asarray(self.c + self.d)

    @property
    def n(self) -> Array:
        """Size of the study, shape (k,)."""
        return np.asarray(self.n1 + self.n2)

    @property
    def events(self) -> Array:
        """Events in both groups, shape (k,)."""
        return np.asarray(self.a + self.c)

    @property
    def nonevents(self) -> Array:
        """Non-events in both groups, shape (k,)."""
        return np.asarray(self.b + self.d)

    def cautions(self) -> tuple[str, ...]:
        """Return what is to be said of the studies that were left out, and of counts that are not whole."""
        halves = (
            (f"Counts that are not whole numbers of people were taken as they are: {', '.join(self.fractional)}.",)
            if self.fractional
            else ()
        )
        if not self.excluded:
            return halves
        many = len(self.excluded)
        rows = f"{many} study" if many == 1 else f"{many} studies"
        return (
            f"{rows} left out, in which nobody, or everybody, had the event: {', '.join(self.excluded)}.",
            *halves,
        )


def read_two_by_two(
    table: pd.DataFrame, columns: Mapping[str, Any], *, measure: str = "OR", keep_all: bool = False
) -> TwoByTwo:
    """Check a table of counts.

    Parameters
    ----------
    table : DataFrame
        One row per study, with columns ``events1``, ``n1`` or ``nonevents1``, ``events2``, ``n2`` or ``nonevents2``.
    columns : mapping
        Where the numbers are, if their columns have other names; as for `evidence.effects.effect_sizes`.
    measure : {"OR", "RR", "RD"}
        The effect.
    keep_all : bool
        Whether studies in which nobody, or everybody, had the event stay in.

    Raises
    ------
    ColumnError, RowError, InputError
        Where columns or counts cannot be used, or no study is left.
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"the table must be a pandas DataFrame, not {type(table).__name__}")
    if not len(table):
        raise InputError("the table has no rows")
    read = read_columns(table, measure, columns)
    try:
        numbers, _ = check_numbers(table, measure, read, missing="raise")
    except RowError as error:
        raise RowError(
            f"{error.summary.split(';')[0]}; correct these rows, or drop them from the table and say so", error.problems
        ) from None
    effects = effect_sizes(table, measure, append=False, **columns)
    a, b = _pair(numbers, "1")
    c, d = _pair(numbers, "2")
    none, everyone = uninformative_arms(np.array([a, b, c, d]))
    used: NDArray[np.bool_] = np.ones_like(none) if keep_all else ~(none | everyone)
    if not used.any():
        raise InputError("no study can be used: in each nobody, or everybody, had the event")
    column = next((name for name in LABEL_COLUMNS if name in table.columns), "")
    cells = np.array([a, b, c, d])
    fractional = used & (np.abs(cells - np.round(cells)) > _WHOLE * np.maximum(1.0, cells)).any(axis=0)
    names = np.array([str(name) for name in (table[column] if column else table.index)], dtype=object)
    return TwoByTwo(
        a=a[used],
        b=b[used],
        c=c[used],
        d=d[used],
        yi=effects["yi"].to_numpy(float)[used],
        vi=effects["vi"].to_numpy(float)[used],
        labels=tuple(names[used]),
        excluded=tuple(names[~used]),
        fractional=tuple(names[fractional]),
    )


def _pair(numbers: Mapping[str, Array], group: str) -> tuple[Array, Array]:
    """Return events and non-events of one group."""
    events = numbers[f"events{group}"]
    n = numbers.get(f"n{group}", np.full_like(events, np.nan))
    nonevents = numbers.get(f"nonevents{group}", np.full_like(events, np.nan))
    return events, np.where(np.isnan(nonevents), np.maximum(n - events, 0.0), nonevents)
