"""From moderators, as a formula, a table or a matrix, to a design matrix whose columns can be told apart."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ColumnError, InputError, Problem, RowError
from .core import Array

__all__ = [
    "INTERCEPT",
    "Design",
    "Moderators",
    "build_design",
    "formula_columns",
    "mean_design",
    "plain_numbers",
]

INTERCEPT = "Intercept"
# with columns of unit length, a singular value below this means that they are collinear for all practical purposes
_COLLINEAR = 1e-11
_FAR_FROM_ZERO = 1e-8

_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAMES = re.compile(r"`([^`]+)`|([^\W\d]\w*)")

Moderators = str | pd.DataFrame | Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """A design matrix and how to make one for new studies.

    Attributes
    ----------
    matrix : array, shape (k, p)
        One row per study; an intercept is a column of ones.
    names : tuple of str
        The columns.
    intercept : int
        The column of the intercept, which is the first column of ones, whatever its name; −1 without one.
    spans_mean : bool
        Whether the mean is in the column space, with or without an explicit intercept.
    formula : str
        The formula; empty for a matrix.
    columns : tuple of str
        The columns of the table that the formula uses.
    spec : object or None
        The formula's state (levels, transforms), from formulaic.
    """

    matrix: Array
    names: tuple[str, ...]
    intercept: int
    spans_mean: bool
    formula: str
    columns: tuple[str, ...]
    spec: Any

    @property
    def has_moderators(self) -> bool:
        """Whether there is anything but an intercept."""
        return len(self.names) != 1 or self.intercept != 0

    def rows_for(self, new: pd.DataFrame | Mapping[str, Sequence[object]] | Array | None) -> tuple[Array, pd.Index]:
        """Return design rows, and their index, for new values of the moderators.

        Parameters
        ----------
        new : DataFrame, mapping, array of shape (m, moderators) or None
            Columns as in the moderators given to the model. None is for a model without moderators.

        Raises
        ------
        ColumnError
            Where a moderator is missing.
        InputError
            Where there are no moderators, the number of columns does not fit, a value is missing or not a number, or
            a factor level is unknown.
        """
        if not self.has_moderators:
            if new is not None:
                raise InputError("this model has no moderators: there are no new values to predict for; leave them out")
            return np.ones((1, 1)), pd.RangeIndex(1)
        if new is None:
            return self.matrix, pd.RangeIndex(len(self.matrix))
        if self.spec is not None:
            table = plain_numbers(_as_table(new))
            return self._rows_by_formula(table), table.index
        return self._rows_by_matrix(new)

    def _rows_by_formula(self, table: pd.DataFrame) -> Array:
        from formulaic.errors import DataMismatchWarning, FormulaicError

        columns = list(self.columns)
        _need_columns(table, columns, self.formula)
        empty = [name for name in columns if table[name].isna().any()]
        if empty:
            raise InputError(f"predictions need a value of every moderator; some are missing in: {', '.join(empty)}")
        # columns that the formula takes as they are, and that were numbers in the fit
        numeric = {str(factor) for factor in self.spec.factors} - {str(factor) for factor in self.spec.factor_contrasts}
        for name in columns:
            if name in numeric and table[name].dtype.kind not in "fiub":
                _numbers(table[name], [name])
        try:
            with warnings.catch_warnings():
                # formulaic would code an unknown level as the reference level
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", DataMismatchWarning)
                rows = np.asarray(self.spec.get_model_matrix(table, context={}, na_action="ignore"), float)
        except (FormulaicError, DataMismatchWarning) as error:
            raise InputError(f"{self.formula!r} cannot be evaluated on the new values: {_first_line(error)}") from error
        if not np.isfinite(rows).all():
            raise InputError("predictions need finite values of every moderator")
        return rows

    def _rows_by_matrix(self, new: object) -> tuple[Array, pd.Index]:
        names = [name for column, name in enumerate(self.names) if column != self.intercept]
        index: pd.Index | None = None
        if isinstance(new, (pd.DataFrame, Mapping)):
            table = _as_table(new)
            _need_columns(table, names, "the moderators")
            values, index = _numbers(table[names], names), table.index
        else:
            values = _numbers(new, names)
            values = values.reshape(-1, len(names)) if values.ndim < 2 and values.size % len(names) == 0 else values
        if values.ndim != 2 or values.shape[1] != len(names) or not np.isfinite(values).all():
            raise InputError(f"new values must be finite, with {len(names)} column(s): {', '.join(names)}")
        if self.intercept >= 0:
            values = np.insert(values, self.intercept, 1.0, axis=1)
        return values, index if index is not None else pd.RangeIndex(len(values))


def _as_table(new: Any) -> pd.DataFrame:
    """Return new values as a table; a mapping of single values is one row."""
    if isinstance(new, Mapping) and all(np.ndim(value) == 0 for value in new.values()):
        return pd.DataFrame({name: [value] for name, value in new.items()})
    try:
        return pd.DataFrame(new)
    except (TypeError, ValueError) as error:
        raise InputError(
            "new values must be a table, or a mapping such as {'dose': [1, 2]} with as many values for each moderator"
        ) from error


def _numbers(new: Any, names: Sequence[str]) -> Array:
    """Return new values as numbers."""
    wanted = f"new values must be numbers, with {len(names)} column(s): {', '.join(names)}"
    try:
        plain = np.asarray(new)
        values = plain if plain.dtype.kind in "fiub" else np.array(new, dtype=object)
    except ValueError as error:
        raise InputError(f"{wanted}; the rows given differ in length") from error
    for value in values.ravel() if values.dtype.kind == "O" else ():
        if isinstance(value, (str, bytes)):
            raise InputError(f"{wanted}; found the text {value!r}")
    try:
        return values.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(wanted) from error


def mean_design(k: int) -> Design:
    """Return the design of a model without moderators."""
    return Design(
        matrix=_frozen(np.ones((k, 1))),
        names=(INTERCEPT,),
        intercept=0,
        spans_mean=True,
        formula="",
        columns=(),
        spec=None,
    )


def formula_columns(formula: str, data: pd.DataFrame) -> list[str]:
    """Return the columns of `data` that a formula uses.

    Raises
    ------
    InputError
        Where the formula cannot be read, or has a left-hand side.
    ColumnError
        Where it names a column that `data` lacks, or has more than once.

    Examples
    --------
    >>> formula_columns("~ latitude + C(arm)", pd.DataFrame({"latitude": [1.0], "arm": ["a"], "x": [0]}))
    ['arm', 'latitude']
    """
    required = {str(name) for name in _parse(formula).required_variables}
    _need_columns(data, sorted(required), formula)
    # formulaic does not list what stands inside its own transforms, such as center(x)
    words = {quoted or word for quoted, word in _NAMES.findall(_STRINGS.sub("", formula))}
    columns = sorted(required | (words & {str(name) for name in data.columns}))
    repeated = [name for name in columns if (data.columns == name).sum() > 1]
    if repeated:
        raise ColumnError(
            f"{formula!r} uses {', '.join(map(repr, repeated))}, which the table has more than once; rename all but one"
        )
    return columns


def plain_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which columns of Python objects that all are numbers are numeric.

    A formula would take such a column for a factor, with one coefficient for each of its values.

    Examples
    --------
    >>> mixed = pd.DataFrame({"dose": [1.5, None], "arm": ["a", "b"]}, dtype=object)
    >>> plain_numbers(mixed)["dose"].dtype, plain_numbers(mixed)["arm"].dtype
    (dtype('float64'), dtype('O'))
    """
    numeric = {}
    for name, dtype in zip(table.columns, table.dtypes, strict=True):
        if not (isinstance(dtype, np.dtype) and dtype.kind == "O"):
            continue
        values, gaps = list(table[name]), table[name].isna()
        kinds = {type(value) for value, gap in zip(values, gaps, strict=True) if not gap}
        if not kinds or bool in kinds or not all(issubclass(kind, (Real, Decimal)) for kind in kinds):
            continue
        # whole numbers stay so, and C(year) keeps its names
        whole = not gaps.any() and all(issubclass(kind, Integral) and abs(v) < 2**53 for kind in kinds for v in values)
        numbers = [np.nan if gap else _float(value) for value, gap in zip(values, gaps, strict=True)]
        numeric[name] = pd.Series(numbers, index=table.index).astype("int64" if whole else "float64")
    return table.assign(**numeric) if numeric else table


def _float(value: Any) -> float:
    """Return a number as a float, infinite where it is beyond them."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def build_design(moderators: Moderators, data: pd.DataFrame | None, *, intercept: bool, labels: pd.Index) -> Design:
    """Make the design matrix of the studies that are kept.

    Parameters
    ----------
    moderators : str, DataFrame or array of shape (k, m)
        A right-hand-side formula in the columns of `data`, or the moderators themselves.
    data : DataFrame, optional
        For a formula: one row per study.
    intercept : bool
        Whether to add an intercept. A formula also says so itself, with ``- 1``.
    labels : Index, length k
        Study names, for error messages.

    Raises
    ------
    InputError
        Where moderators are collinear or constant, or as many as studies.
    RowError
        Where a moderator is not finite in some rows.
    """
    if isinstance(moderators, str):
        matrix, names, spec = _by_formula(moderators, data if data is not None else pd.DataFrame(), intercept=intercept)
        formula = moderators
    else:
        matrix, names = _by_matrix(moderators, intercept=intercept)
        spec, formula = None, ""
        data = None
    _check_finite(matrix, names, labels)
    place = names.index(INTERCEPT) if INTERCEPT in names else _column_of_ones(matrix)
    if matrix.shape[1] == 1 and place == 0:
        return mean_design(len(matrix))
    _check_rank(matrix, names, place)
    return Design(
        matrix=_frozen(matrix),
        names=tuple(names),
        intercept=place,
        spans_mean=place >= 0 or _rank(np.column_stack([matrix, np.ones(len(matrix))])) == matrix.shape[1],
        formula=formula,
        columns=() if data is None else tuple(map(str, data.columns)),
        spec=spec,
    )


def _parse(formula: str) -> Any:
    from formulaic import Formula
    from formulaic.errors import FormulaicError
    from formulaic.formula import SimpleFormula

    try:
        parsed = Formula(formula)
    except FormulaicError:
        parsed = None
    if not isinstance(parsed, SimpleFormula):
        raise InputError(
            f"mods={formula!r} is not a right-hand-side formula; write one such as '~ latitude + C(allocation)'"
        )
    return parsed


def _by_formula(formula: str, data: pd.DataFrame, *, intercept: bool) -> tuple[Array, list[str], Any]:
    from formulaic.errors import FormulaicError

    columns = formula_columns(formula, data)
    table = data[columns].copy()
    for name in columns:
        if isinstance(table[name].dtype, pd.CategoricalDtype):
            table[name] = table[name].cat.remove_unused_categories()
    if not columns:
        table = pd.DataFrame(index=data.index)
        table["_"] = 0.0
    parsed = _parse(formula if intercept else f"{formula} - 1")
    try:
        rows = parsed.get_model_matrix(table, context={}, na_action="ignore")
    except FormulaicError as error:
        raise InputError(f"mods={formula!r} cannot be evaluated: {_first_line(error)}") from error
    for factor, contrasts in rows.model_spec.factor_contrasts.items():
        if len(contrasts.levels) == 1:
            raise InputError(
                f"mods={formula!r}: the factor {str(factor)!r} has one level, {contrasts.levels[0]!r}, in all "
                f"{len(data)} studies; leave it out"
            )
    return np.asarray(rows, float), [str(name) for name in rows.columns], rows.model_spec


def _by_matrix(moderators: pd.DataFrame | Array, *, intercept: bool) -> tuple[Array, list[str]]:
    if isinstance(moderators, pd.DataFrame):
        names = [str(name) for name in moderators.columns]
        matrix = moderators.to_numpy(float)
    else:
        matrix = np.asarray(moderators, float)
        names = [f"x{column + 1}" for column in range(matrix.shape[1])]
    if intercept:
        return np.column_stack([np.ones(len(matrix)), matrix]), [INTERCEPT, *names]
    return matrix, names


def _frozen(matrix: Array) -> Array:
    matrix.setflags(write=False)
    return matrix


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _need_columns(table: pd.DataFrame, names: Sequence[str], where: str) -> None:
    missing = [name for name in names if name not in table.columns]
    if missing:
        known = ", ".join(repr(str(name)) for name in table.columns) or "none"
        raise ColumnError(f"{where!r} needs the column(s) {', '.join(map(repr, missing))}; the table has: {known}")


def _check_finite(matrix: Array, names: Sequence[str], labels: pd.Index) -> None:
    problems = [
        Problem(
            message="the moderator is not a finite number",
            row=str(row),
            column=names[column],
            study=str(labels[row]),
            value=str(matrix[row, column]),
        )
        for row, column in zip(*np.nonzero(~np.isfinite(matrix)), strict=True)
    ]
    if problems:
        raise RowError("moderators must be finite in every study; correct these rows, or leave them out", problems)


def _check_rank(matrix: Array, names: Sequence[str], intercept: int) -> None:
    k, p = matrix.shape
    if p == 0:
        raise InputError("the model has no coefficient: keep the intercept, or name a moderator")
    if k <= p:
        raise InputError(
            f"a model with {p} coefficients ({', '.join(names)}) needs at least {p + 1} studies; there are {k}"
        )
    constant = [name for column, name in enumerate(names) if column != intercept and np.ptp(matrix[:, column]) == 0]
    if constant and (intercept >= 0 or any((matrix[:, names.index(name)] == 0).all() for name in constant)):
        raise InputError(
            f"moderator(s) {', '.join(map(repr, constant))} are the same in all {k} studies; leave them out"
        )
    rank = _rank(matrix)
    if rank < p:
        redundant = [
            names[column] for column in range(p) if _rank(matrix[:, : column + 1]) == _rank(matrix[:, :column])
        ]
        raise InputError(
            f"the moderators are collinear: {', '.join(map(repr, redundant))} can be computed from those before; "
            f"leave {'them' if len(redundant) > 1 else 'it'} out{_centring(matrix, names, redundant)}. "
            f"Columns: {', '.join(names)}."
        )


def _centring(matrix: Array, names: Sequence[str], redundant: Sequence[str]) -> str:
    """Advise to centre moderators that seem constant only because of where their zero lies."""
    columns = {name: matrix[:, list(names).index(name)] for name in redundant}
    far = [name for name, x in columns.items() if 0 < np.ptp(x) < _FAR_FROM_ZERO * np.abs(x).max()]
    if not far:
        return ""
    return f", or, as the values of {', '.join(map(repr, far))} differ by little beside their size, subtract their mean"


def _column_of_ones(matrix: Array) -> int:
    """Return the place of an intercept among given columns; −1 where there is none."""
    found = np.flatnonzero((matrix == 1).all(axis=0))
    return int(found[0]) if len(found) else -1


def _rank(matrix: Array) -> int:
    """Return the number of columns that can be told apart, each brought to length 1."""
    if matrix.shape[1] == 0:
        return 0
    largest = np.abs(matrix).max(axis=0)
    # the squares of very large and very small numbers leave the range
    scaled = matrix / np.where(largest > 0, largest, 1.0)
    length = np.linalg.norm(scaled, axis=0)
    values = np.linalg.svd(scaled / np.where(length > 0, length, 1.0), compute_uv=False)
    return int((values > _COLLINEAR * values.max()).sum())
