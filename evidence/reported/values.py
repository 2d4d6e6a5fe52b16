"""From what the caller has (numbers, lists, arrays, Series) to checked arrays of one length."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError, Problem, RowError
from ..vocabulary import check_option

__all__ = [
    "ANY",
    "CORRELATION",
    "COUNT",
    "GROUP",
    "LEVEL",
    "NOT_NEGATIVE",
    "PEOPLE",
    "POSITIVE",
    "P_VALUE",
    "SIGN",
    "SIGNED_P_VALUE",
    "BoolArray",
    "FloatArray",
    "Given",
    "Rule",
    "Values",
    "raise_rows",
    "read",
    "read_options",
]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = npt.ArrayLike | None

_WHOLE = 1e-9
_LONG = 10**300


class Rule(NamedTuple):
    """What a number must be: where it holds, what to say where it does not, and what would be allowed."""

    holds: Callable[[FloatArray], BoolArray]
    message: str
    allowed: str


def _whole(x: FloatArray, least: int) -> BoolArray:
    whole: BoolArray = (x >= least) & (np.abs(x - np.round(x)) <= _WHOLE)
    return whole


ANY = Rule(lambda x: np.ones(x.shape, dtype=np.bool_), "", "")
POSITIVE = Rule(lambda x: x > 0, "it must be above 0", "above 0")
NOT_NEGATIVE = Rule(lambda x: x >= 0, "it cannot be negative", "0 or more")
PEOPLE = Rule(lambda x: _whole(x, 2), "a spread needs a whole number of at least 2 people", "2, 3, 4 …")
GROUP = Rule(lambda x: _whole(x, 1), "a group has a whole number of at least 1 person", "1, 2, 3 …")
COUNT = Rule(lambda x: _whole(x, 0), "a count is a whole number of at least 0", "0, 1, 2 …")
CORRELATION = Rule(lambda x: np.abs(x) <= 1, "a correlation lies between −1 and 1", "−1 to 1")
LEVEL = Rule(lambda x: (x > 0) & (x < 1), "a confidence level lies between 0 and 1", "such as 0.95 for 95%")
P_VALUE = Rule(
    lambda x: (x > 0) & (x <= 1), "a p-value lies above 0 and up to 1; one printed as 0.000 is a bound", "above 0 to 1"
)
SIGNED_P_VALUE = Rule(
    lambda x: (np.abs(x) > 0) & (np.abs(x) <= 1),
    "a p-value lies above 0 and up to 1 (with a minus for a negative effect); one printed as 0.000 is a bound",
    "above 0 to 1, or with a minus",
)
SIGN = Rule(lambda x: np.abs(x) == 1, "a direction is 1 or −1", "1, −1")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """Checked inputs.

    Attributes
    ----------
    columns : dict of str to array, shape (k,)
        All inputs of one length, NaN where missing or not given.
    named : tuple of str
        Those that were given.
    shape : tuple
        ``(k,)``, or ``()`` where only scalars were given.
    labels : tuple of str, length k
        What the rows are called.
    """

    columns: dict[str, FloatArray]
    named: tuple[str, ...]
    shape: tuple[int, ...]
    labels: tuple[str, ...]

    def __getitem__(self, name: str) -> FloatArray:
        """Return one input."""
        return self.columns[name]

    def has(self, name: str) -> BoolArray:
        """Return in which rows an input is there."""
        return ~np.isnan(self.columns[name])

    def lacking(self, *names: str) -> list[tuple[BoolArray, str]]:
        """Return remarks that name what is missing, for each of these inputs."""
        return [(~self.has(name), f"{name} is missing") for name in names]


def read(columns: Mapping[str, tuple[Values, Rule]], *, need: Sequence[str] = ()) -> Given:
    """Return inputs as arrays of one length, or name every value that cannot be used.

    A scalar holds for every row. ``None`` and NaN are missing; text is not read as a number.

    Parameters
    ----------
    columns : mapping of str to (values, Rule)
        The inputs by name; values of None were not given.
    need : sequence of str
        Inputs that must be given.

    Raises
    ------
    InputError
        Where an input that is needed was not given, lengths or indexes differ, there is no row, or an input is
        not a number or a one-dimensional sequence.
    RowError
        With one problem for each value that is not a finite number or breaks its rule.
    """
    for name in need:
        if columns[name][0] is None:
            raise InputError(f"{name} is needed; give a number, or one for each row")
    raw = {name: _cells(name, values) for name, (values, _) in columns.items() if values is not None}
    k, shape = _length(raw)
    labels = _labels([values for values, _ in columns.values()], k)
    problems: list[Problem] = []
    numbers = {name: np.full(k, np.nan) for name in columns}
    for name, (cells, is_scalar) in raw.items():
        # a fault of a scalar is told once, not once for each row
        floats, faults = _floats(name, cells, labels, columns[name][1])
        problems += faults
        numbers[name] = np.full(k, floats[0]) if is_scalar else floats
    if problems:
        raise _row_error(problems)
    return Given(columns=numbers, named=tuple(raw), shape=shape, labels=labels)


def read_options(argument: str, value: str | Sequence[str], options: Any, k: int) -> tuple[str, ...]:
    """Return an option for each of `k` rows, from one for all or one for each.

    Raises
    ------
    OptionError
        Where a value is not among the `options`.
    InputError
        Where there is not one for each row.
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (check_option(argument, value, options),) * k
    chosen = tuple(check_option(argument, item, options) for item in value)
    if len(chosen) != k:
        raise InputError(f"{argument} has {len(chosen)} value(s) for {k} row(s); give one for all or one for each")
    return chosen


def raise_rows(given: Given, rules: Iterable[tuple[BoolArray, str, str]]) -> None:
    """Refuse rows whose inputs contradict each other.

    Parameters
    ----------
    given : Given
        The inputs.
    rules : iterable of (array of bool, message, column)
        Where there is a contradiction, what it is, and the input that shows it.

    Raises
    ------
    RowError
        With one problem for each.
    """
    problems = [
        Problem(message=message, row=given.labels[row], column=column, value=f"{given[column][row]:g}")
        for where, message, column in rules
        for row in np.flatnonzero(where)
    ]
    if problems:
        raise _row_error(problems)


def _row_error(problems: list[Problem]) -> RowError:
    count = f"{len(problems)} value{'s' if len(problems) != 1 else ''}"
    return RowError(f"{count} cannot be used; nothing was derived (rows count from 0)", problems)


class _Cells(NamedTuple):
    cells: list[Any]
    is_scalar: bool


def _cells(name: str, values: Any) -> _Cells:
    if isinstance(values, (Mapping, Set)):
        raise InputError(f"{name} is a {type(values).__name__}, which has no place for each row; give a list or array")
    if isinstance(values, pd.DataFrame) or (isinstance(values, np.ndarray) and values.ndim > 1):
        raise InputError(f"{name} must have one dimension; its shape is {np.shape(values)}")
    if isinstance(values, np.ndarray) and values.ndim == 0:
        return _Cells([values.item()], is_scalar=True)
    if isinstance(values, np.ma.MaskedArray):
        values = [
            None if hidden else cell for cell, hidden in zip(values.data, np.ma.getmaskarray(values), strict=True)
        ]
    # bytes are text, not the numbers of their characters
    if isinstance(values, (str, bytes, bytearray, memoryview)) or not isinstance(values, Iterable):
        return _Cells([values], is_scalar=True)
    return _Cells(list(values), is_scalar=False)


def _length(given: Mapping[str, _Cells]) -> tuple[int, tuple[int, ...]]:
    """Return the number of rows and the shape of the result."""
    lengths = {name: len(column.cells) for name, column in given.items() if not column.is_scalar}
    if not lengths:
        return 1, ()
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise InputError(
            f"the inputs differ in length: {told}; give one value for each row, or a single number for all"
        )
    k = next(iter(lengths.values()))
    if k == 0:
        raise InputError("there are no rows to derive anything from")
    return k, (k,)


def _labels(given: Sequence[object], k: int) -> tuple[str, ...]:
    """Return the labels of the first Series; refuse Series whose indexes differ."""
    indexes = [values.index for values in given if isinstance(values, pd.Series)]
    for other in indexes[1:]:
        if not indexes[0].equals(other):
            raise InputError("the Series have different indexes; align them, or give arrays to go by position")
    if not indexes or isinstance(indexes[0], pd.RangeIndex):
        return tuple(str(row) for row in range(k))
    return tuple(str(label) for label in indexes[0])


def _is_missing(value: object) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def _named(cell: object) -> str:
    """Return what messages show of a value; whole numbers beyond floats in short."""
    if isinstance(cell, int) and not -_LONG < cell < _LONG:
        return "a whole number of more than 300 digits"
    return str(cell)


def _floats(name: str, cells: Sequence[Any], labels: Sequence[str], rule: Rule) -> tuple[FloatArray, list[Problem]]:
    """Return cells as floats, NaN where missing, and what is wrong with those that cannot be used."""
    floats = np.full(len(cells), np.nan)
    problems: list[Problem] = []

    def fault(row: int, message: str, allowed: str) -> None:
        label = labels[row] if len(cells) == len(labels) else ""
        problems.append(Problem(message=message, row=label, column=name, value=_named(cells[row]), allowed=allowed))

    for row, cell in enumerate(cells):
        if _is_missing(cell):
            continue
        is_signal = isinstance(cell, Decimal) and cell.is_snan()
        if is_signal or isinstance(cell, (bool, np.bool_)) or not isinstance(cell, Real | Decimal):
            kind = "text" if isinstance(cell, str) else type(cell).__name__
            fault(row, f"{kind}, not a number", "a number")
            continue
        try:
            number = float(cell)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            floats[row] = number
        else:
            fault(row, "not a finite number", "a finite number")
    broken = np.isfinite(floats) & ~rule.holds(np.where(np.isfinite(floats), floats, 1.0))
    for place in np.flatnonzero(broken):
        fault(int(place), rule.message, rule.allowed)
    return floats, problems
