"""From what the caller has (arrays, Series, a table) to checked effects, variances and labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import ColumnError, InputError, Problem, RowError
from ..vocabulary import RowPolicy, check_option
from .design import Moderators, formula_columns, plain_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .core import Array

__all__ = ["LABEL_COLUMNS", "Studies", "check_ordered", "find_column", "read_studies"]

LABEL_COLUMNS = ("study", "label", "study_id")

# beyond these, squares and their sums leave the range of floating-point numbers
_EFFECT_MOST = 1e150
_SPREAD_RANGE = {"vi": (1e-303, 1e300), "sei": (1e-151, 1e150)}
_STANDARD_ERRORS_MOST = 1e40
_STANDARD_ERRORS_LEAST = 1e-151
# within these there is nothing to look for
_ORDINARY = (1e-12, 1e12)
_WEIGHT_RATIO_MOST = 1e100
_SPREAD_RATIO_MOST = {"vi": 1e100, "sei": 1e50}

Mask = NDArray[np.bool_]
Column = str | ArrayLike | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Studies:
    """The studies of a fit, those left out among them.

    Attributes
    ----------
    all_yi, all_vi : array, shape (n,)
        Effects and sampling variances of all rows, NaN where missing.
    all_labels : Index, length n
        Their names.
    included : array of bool, shape (n,)
        Which rows are pooled; there are k of them.
    reasons : dict
        For each row that is left out, its position and why.
    moderators : str, DataFrame, array or None
        Moderators of the included rows, as given.
    data : DataFrame or None
        For a formula: the columns it uses, included rows only.
    all_weights : array, shape (n,), or None
        Given weights of all rows, NaN where missing; None where none were given.
    """

    all_yi: Array
    all_vi: Array
    all_labels: pd.Index
    included: Mask
    reasons: dict[int, str]
    moderators: Moderators | None
    data: pd.DataFrame | None
    all_weights: Array | None = None

    @property
    def yi(self) -> Array:
        """Effects of the included studies, shape (k,)."""
        return self.all_yi if not self.reasons else self.all_yi[self.included]

    @property
    def vi(self) -> Array:
        """Sampling variances of the included studies, shape (k,)."""
        return self.all_vi if not self.reasons else self.all_vi[self.included]

    @property
    def weights(self) -> Array | None:
        """Given weights of the included studies, shape (k,); None where none were given."""
        if self.all_weights is None or not self.reasons:
            return self.all_weights
        return self.all_weights[self.included]

    @property
    def labels(self) -> pd.Index:
        """Names of the included studies."""
        return self.all_labels if not self.reasons else self.all_labels[self.included]


def read_studies(
    yi: Column | pd.DataFrame,
    vi: Column,
    *,
    sei: Column,
    mods: Any,
    data: pd.DataFrame | None,
    labels: str | Sequence[object] | None,
    missing: str,
    weights: Column = None,
) -> Studies:
    """Check what was given and gather it.

    Parameters are those of `evidence.pool.pool`.

    Raises
    ------
    ColumnError
        Where a named column does not exist.
    InputError
        Where lengths differ, variances are given twice or not at all, or nothing is left to pool.
    RowError
        Listing every row that cannot be used, and why.
    """
    check_option("missing", missing, RowPolicy)
    arguments = {"yi": yi, "vi": vi, "sei": sei, "mods": mods, "data": data, "labels": labels, "weights": weights}
    for name, given in arguments.items():
        check_ordered(name, given)
    if isinstance(yi, pd.DataFrame):
        if data is not None:
            raise InputError("give one table: either as the first argument or as data=")
        data, yi = yi, "yi"
        vi = "vi" if vi is None and sei is None else vi
    if (vi is None) == (sei is None):
        raise InputError("give the sampling variances (vi) or the standard errors (sei), one of the two")
    spread_name = "vi" if sei is None else "sei"
    columns = (_column(yi, data, "yi"), _column(vi if sei is None else sei, data, spread_name))
    weight_column = _column(weights, data, "weights")
    indexed = {"yi": columns[0], spread_name: columns[1], "mods": mods, "data": data, "labels": labels}
    _check_same_index({**indexed, "weights": weight_column})
    effects, effect_gaps, effect_problems = _numbers("yi", columns[0])
    spread, spread_gaps, spread_problems = _numbers(spread_name, columns[1])
    n = len(effects)
    _check_length(n, spread_name, len(spread))
    names = _labels(labels, data, yi, n)
    gaps = {"yi": effect_gaps, spread_name: spread_gaps}
    moderators, table, moderator_gaps, moderator_problems = _read_moderators(mods, data, n)
    gaps.update(moderator_gaps)
    weight_values, weight_gaps, weight_problems = _read_weights(weight_column, n)
    gaps.update(weight_gaps)
    problems = effect_problems + spread_problems + moderator_problems + _not_positive(spread_name, spread)
    problems += _not_squarable(effects, spread_name, spread) + weight_problems
    reasons = _reasons(gaps, n)
    if missing == "raise":
        problems += [Problem(message=reason, row=str(row)) for row, reason in reasons.items()]
    if problems:
        raise _row_error(problems, n, names, has_gaps=bool(reasons) and missing == "raise")
    included = np.ones(n, dtype=bool)
    included[list(reasons)] = False
    if not included.any():
        raise InputError("there is no study to pool" + (": every row lacks a value" if n else ""))
    included.setflags(write=False)
    return Studies(
        all_yi=_frozen(effects),
        all_vi=_frozen(spread if sei is None else spread * spread),
        all_labels=names,
        included=included,
        reasons=reasons,
        moderators=_keep(moderators, included),
        data=table[included] if table is not None else None,
        all_weights=None if weight_values is None else _frozen(weight_values),
    )


def _column(values: Column, data: pd.DataFrame | None, name: str) -> Any:
    """Return the values, looked up in `data` where they are a column's name."""
    if not isinstance(values, str):
        return values
    if data is None:
        raise InputError(f"{name}={values!r} names a column; give the table as data=")
    return find_column(data, values)


def check_ordered(name: str, values: object) -> None:
    """Refuse a mapping or a set, whose keys would pass for values, or which has no order.

    Raises
    ------
    InputError
        Where `values` is one.
    """
    if isinstance(values, (Mapping, Set)):
        table = "; make a table of it with pandas.DataFrame()" if isinstance(values, Mapping) else ""
        raise InputError(
            f"{name} is a {type(values).__name__}, which has no place for each study; "
            f"give a list, an array or a Series, one value per study{table}"
        )


def find_column(table: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return a column of a table.

    Raises
    ------
    ColumnError
        Where there is none of this name, or more than one.
    """
    if name not in table.columns:
        known = ", ".join(repr(str(column)) for column in table.columns) or "none"
        raise ColumnError(f"the table has no column {name!r}; it has: {known}")
    same_name = int((table.columns == name).sum())
    if same_name > 1:
        raise ColumnError(f"the table has {same_name} columns called {name!r}; rename all but one")
    return table[name]


def _numbers(name: str, values: Any) -> tuple[Array, Mask, list[Problem]]:
    """Return values as floats (NaN where they cannot be), which are missing, and what is wrong with the others."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f" and values.ndim == 1:
        numbers, gaps = values.astype(float), np.isnan(values)
        odd = np.isinf(numbers)
        return numbers, gaps, [_not_finite(name, row, values[row]) for row in np.flatnonzero(odd)]
    series = _series(name, values)
    gaps = series.isna().to_numpy(bool)
    if series.dtype.kind in "fiu":
        numbers = series.to_numpy(float, na_value=np.nan)
        odd = np.isinf(numbers)
    else:
        numbers = np.array([_number(value) for value in series], float)
        odd = ~np.isfinite(numbers) & ~gaps
    problems = [_not_finite(name, row, series.iloc[row]) for row in np.flatnonzero(odd)]
    return numbers, gaps, problems


def _read_weights(values: Any, n: int) -> tuple[Array | None, dict[str, Mask], list[Problem]]:
    """Return given weights, which are missing, and what is wrong with the others."""
    if values is None:
        return None, {}, []
    numbers, gaps, problems = _numbers("weights", values)
    _check_length(n, "weights", len(numbers))
    problems += [
        Problem(message="the weight must be positive", row=str(row), column="weights", value=f"{numbers[row]:g}")
        for row in np.flatnonzero(np.isfinite(numbers) & (numbers <= 0))
    ]
    most = np.where(np.isfinite(numbers), numbers, 0.0).max(initial=0.0)
    problems += [
        Problem(
            message="the weight is too small beside the largest",
            row=str(row),
            column="weights",
            value=f"{numbers[row]:g}",
        )
        for row in np.flatnonzero((numbers > 0) & (numbers < most / _WEIGHT_RATIO_MOST))
    ]
    return numbers, {"weights": gaps}, problems


def _not_finite(name: str, row: int | np.integer[Any], value: object) -> Problem:
    if isinstance(value, int) and not isinstance(value, bool):
        digits = int(math.log10(abs(value))) + 1
        message, shown = "too large a number to compute with", f"a whole number of {digits} digits"
    else:
        message, shown = _what_else(value), str(value)
    return Problem(message=message, row=str(row), column=name, value=shown)


def _what_else(value: object) -> str:
    """Say what stands where a finite number should."""
    if isinstance(value, (str, bytes)):
        return "text, not a number"
    if isinstance(value, (bool, np.bool_)):
        return "a truth value, not a number"
    if isinstance(value, (complex, np.complexfloating)):
        return "a complex number, not a real one"
    if isinstance(value, (date, time, timedelta, np.datetime64, np.timedelta64, pd.Period)):
        return "a date or a time, not a number"
    if isinstance(value, (float, np.floating)):
        return "not a finite number"
    return f"of type {type(value).__name__}, not a number"


def _not_positive(name: str, spread: Array) -> list[Problem]:
    what = "sampling variance" if name == "vi" else "standard error"
    return [
        Problem(message=f"the {what} must be positive", row=str(row), column=name, value=f"{spread[row]:g}")
        for row in np.flatnonzero(np.isfinite(spread) & (spread <= 0))
    ]


def _not_squarable(effects: Array, name: str, spread: Array) -> list[Problem]:
    """Name the values whose squares would leave the range of floating-point numbers."""
    small, large = _ORDINARY
    ordinary = len(effects) and spread.min() > small and spread.max() < large and np.abs(effects).max() < large
    if ordinary and not 0 < np.ptp(effects) < small:
        return []
    what = "sampling variance" if name == "vi" else "standard error"
    to = " to compute with" if name == "vi" else " to square"
    least, most = _SPREAD_RANGE[name]
    found = [
        (np.abs(effects) > _EFFECT_MOST, "the effect is too large to square", "yi", effects),
        (spread > most, f"the {what} is too large{to}", name, spread),
        ((spread > 0) & (spread < least), f"the {what} is too small{to}", name, spread),
    ]
    usable = np.isfinite(effects) & np.isfinite(spread) & (spread > 0)
    if usable.sum() > 1 and not any(rows.any() for rows, *_ in found):
        smallest = int(np.where(usable, spread, np.inf).argmin())
        unit = spread[smallest] if name == "sei" else np.sqrt(spread[smallest])
        far = usable & (np.abs(effects) > _STANDARD_ERRORS_MOST * unit)
        message = f"the effect is too large to square beside the smallest {what} (row {smallest})"
        found.append((far, message, "yi", effects))
        # both sides are within range: the smallest may be above 1e208, and the largest below 1e-208
        wide = usable & (spread / _SPREAD_RATIO_MOST[name] > spread[smallest])
        found.append((wide, f"the {what} is too large beside the smallest (row {smallest})", name, spread))
        furthest = np.where(usable, np.abs(effects - effects[smallest]), 0.0)
        close = (furthest > 0) & (furthest.max() < _STANDARD_ERRORS_LEAST * unit)
        message = f"the effect differs too little from row {smallest} to square, beside the smallest {what}"
        found.append((close, message, "yi", effects))
    return [
        Problem(message=message, row=str(row), column=column, value=f"{values[row]:g}")
        for rows, message, column, values in found
        for row in np.flatnonzero(rows & np.isfinite(values))
    ]


def _series(name: str, values: Any) -> pd.Series[Any]:
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise InputError(f"{name} must have one dimension; it has {values.ndim}")
        return pd.Series(values)
    if not isinstance(values, Iterable):
        raise InputError(f"{name} must be a sequence of numbers, one per study; it is {values!r}")
    # not by way of an array, which would turn every number into text if one is
    items = list(values)
    try:
        series = pd.Series(items)
    except OverflowError:
        # pandas 2 makes floats of whole numbers, however large
        return pd.Series(items, dtype=object)
    # one complex number would make all of them complex, and none of them a number
    return pd.Series(items, dtype=object) if series.dtype.kind == "c" else series


def _number(value: object) -> float:
    """Return a number that is one already; text is not read as a number, lest a typing error pass."""
    if isinstance(value, (bool, np.bool_, str, bytes)) or not np.isscalar(value):
        return float("nan")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _labels(labels: str | Sequence[object] | None, data: pd.DataFrame | None, yi: object, n: int) -> pd.Index:
    column = next((name for name in LABEL_COLUMNS if data is not None and name in data.columns), "")
    names: pd.Index
    if isinstance(labels, str):
        names = pd.Index(_column(labels, data, "labels"), name=labels)
    elif labels is not None:
        names = pd.Index(list(labels))
    elif data is not None and len(data) == n:
        names = pd.Index(data[column], name=column) if column else data.index
    else:
        names = yi.index if isinstance(yi, pd.Series) else pd.RangeIndex(n, name="study")
    _check_length(n, "labels", len(names))
    return names


def _read_moderators(
    mods: Any, data: pd.DataFrame | None, n: int
) -> tuple[Moderators | None, pd.DataFrame | None, dict[str, Mask], list[Problem]]:
    """Return the moderators, the table a formula needs, what is missing in each column, and what is wrong."""
    if mods is None:
        return None, None, {}, []
    if isinstance(mods, str):
        if data is None:
            raise InputError(f"mods={mods!r} is a formula; give the table it is about as data=")
        _check_length(n, "data", len(data))
        columns = formula_columns(mods, data)
        used = plain_numbers(data[columns])
        return mods, used, {name: used[name].isna().to_numpy(bool) for name in columns}, []
    table = mods if isinstance(mods, pd.DataFrame) else _as_table(mods)
    written = table.columns.map(str)
    if not written.is_unique:
        repeated = ", ".join(map(repr, dict.fromkeys(written[written.duplicated()])))
        raise InputError(f"mods has more than one column called {repeated}; rename all but one")
    _check_length(n, "mods", len(table))
    gaps: dict[str, Mask] = {}
    problems: list[Problem] = []
    clean: dict[str, Array] = {}
    for column in table.columns:
        series = table[column].astype(float) if table[column].dtype.kind == "b" else table[column]
        clean[str(column)], gaps[str(column)], wrong = _numbers(str(column), series)
        problems += wrong
    if problems and any(table[column].dtype.kind not in "fiub" for column in table.columns):
        raise RowError(
            "moderators must be numbers; for categories give a formula, such as mods='~ C(allocation)', and data=",
            problems,
        )
    return pd.DataFrame(clean), None, gaps, problems


def _as_table(mods: Any) -> pd.DataFrame:
    if isinstance(mods, pd.Series):
        return mods.to_frame(name="x1" if mods.name is None else mods.name)
    values = _as_objects(mods)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or values.shape[1] == 0:
        raise InputError(f"mods must have one row per study and at least one column; its shape is {np.shape(mods)}")
    return pd.DataFrame(values, columns=[f"x{column + 1}" for column in range(values.shape[1])])


def _as_objects(mods: Any) -> NDArray[Any]:
    """Return values as an array in which a number beside text is still a number."""
    try:
        values = np.asarray(mods)
        return values if values.dtype.kind in "fiubM" or values is mods else np.array(mods, dtype=object)
    except ValueError as error:
        raise InputError("mods must have one row per study, and as many columns in each of them") from error


def _check_same_index(given: dict[str, Any]) -> None:
    """Refuse Series and tables whose indexes differ: it would be a guess which rows belong together."""
    indexed = {name: values.index for name, values in given.items() if isinstance(values, (pd.Series, pd.DataFrame))}
    for (first, one), (second, other) in pairwise(indexed.items()):
        if len(one) == len(other) and not one.equals(other):
            raise InputError(
                f"{first} and {second} have different indexes; align them, or give arrays to go by position"
            )


def _check_length(n: int, name: str, length: int) -> None:
    if length != n:
        raise InputError(f"{name} has {length} value(s) for {n} effect(s); there must be one for each")


def _reasons(gaps: dict[str, Mask], n: int) -> dict[int, str]:
    """Return, for each row that lacks a value, which."""
    if not any(mask.any() for mask in gaps.values()):
        return {}
    lacking = ((row, [name for name, mask in gaps.items() if mask[row]]) for row in range(n))
    return {row: f"{', '.join(names)} missing" for row, names in lacking if names}


def _row_error(problems: list[Problem], n: int, labels: pd.Index, *, has_gaps: bool) -> RowError:
    ordered = sorted(problems, key=lambda problem: int(problem.row))
    rows = len({problem.row for problem in ordered})
    named = not isinstance(labels, pd.RangeIndex)
    if named:
        ordered = [replace(problem, study=str(labels[int(problem.row)])) for problem in ordered]
    advice = "; missing='drop' leaves out those that lack a value" if has_gaps else ""
    return RowError(f"{rows} of {n} rows cannot be pooled (positions count from 0). Correct them{advice}.", ordered)


def _keep(moderators: Moderators | None, included: Mask) -> Moderators | None:
    return moderators if moderators is None or isinstance(moderators, str) else moderators[included]


def _frozen(values: Array) -> Array:
    copy = np.array(values, float)
    copy.setflags(write=False)
    return copy
