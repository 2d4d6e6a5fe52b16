"""The columns of count data as numbers: what each may be, where it is found, and what cannot be used."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import ColumnError, InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..effects.arrays import FloatArray

__all__ = ["COUNT", "GROUP", "PERSON_TIME", "Limits", "Numbers", "Role", "read_roles"]


class Limits(NamedTuple):
    """What a number may be.

    Attributes
    ----------
    least, most : float
        The range, both ends allowed.
    message, allowed : str
        What is said of a number below `least`, and what would be allowed.
    """

    least: float
    most: float
    message: str
    allowed: str


# Beyond 1e15 doubles no longer hold every whole number, and products of four counts leave their range at 1e77.
COUNT = Limits(0.0, 1e15, "a count cannot be negative", "0 or more")
GROUP = Limits(1.0, 1e15, "nobody is in this group", "1 or more")
PERSON_TIME = Limits(1e-50, 1e50, "person-time must be above 0", "above 0")


class Role(NamedTuple):
    """A number that is needed, and its limits."""

    name: str
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What was found.

    Attributes
    ----------
    arrays : dict of str to ndarray of shape (n,)
        The numbers of each role, NaN where missing or refused.
    names : dict of str to str
        What messages call the role: its column, or the role itself.
    index : Index of length n
        Labels of the rows.
    problems : list of Problem
        The values that cannot be used.
    """

    arrays: dict[str, FloatArray]
    names: dict[str, str]
    index: pd.Index
    problems: list[Problem] = field(default_factory=list)


def read_roles(table: pd.DataFrame | None, roles: Sequence[tuple[Role, ...]], given: Mapping[str, Any]) -> Numbers:
    """Return the numbers of each role.

    A role is read from what the caller maps to it; without a mapping, from the table's column of its name. Where
    either of two roles serves, both are read if neither is mapped and both exist, and only the mapped ones otherwise.

    Parameters
    ----------
    table : DataFrame of n rows or None
        The table; None if everything is mapped to arrays.
    roles : sequence of tuple of Role
        What is needed: one role at least of each inner tuple.
    given : mapping of str to (str, array_like, Series or number)
        The caller's mapping.

    Raises
    ------
    ColumnError
        Where a role is unknown, a column does not exist or a needed role is not to be found.
    InputError
        Where lengths differ or a value cannot be read as a column.

    Examples
    --------
    >>> read_roles(None, [(Role("events", COUNT),)], {"events": [3, -1]}).problems[0].message
    'a count cannot be negative'
    """
    known = {role.name: role for group in roles for role in group}
    unknown = [name for name in given if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ColumnError(f"{unknown[0]!r} is not a number that is needed{hint} Needed: {_needed(roles)}.")
    chosen: list[str] = []
    for group in roles:
        mapped = [role.name for role in group if role.name in given]
        named = mapped or [role.name for role in group if table is not None and role.name in table.columns]
        if not named:
            has = "" if table is None else f" The table has: {', '.join(repr(str(name)) for name in table.columns)}."
            raise ColumnError(
                f"{' or '.join(role.name for role in group)} is not to be found; map a column or an array to it, as "
                f'{group[0].name}="...".{has}'
            )
        chosen += named
    index = _index(table, {name: given.get(name) for name in chosen})
    arrays: dict[str, FloatArray] = {}
    names: dict[str, str] = {}
    problems: list[Problem] = []
    for name in chosen:
        spec = given.get(name, name)
        names[name] = spec if isinstance(spec, str) else name
        arrays[name], wrong = _numbers(names[name], _raw(name, spec, table, index), known[name].limits)
        problems += wrong
    return Numbers(arrays=arrays, names=names, index=index, problems=problems)


def _needed(roles: Sequence[tuple[Role, ...]]) -> str:
    return ", ".join(" or ".join(role.name for role in group) for group in roles)


def _index(table: pd.DataFrame | None, specs: Mapping[str, Any]) -> pd.Index:
    if table is not None:
        return table.index
    lengths: dict[str, int] = {}
    for name, spec in specs.items():
        if isinstance(spec, str):
            raise InputError(f"{name}={spec!r} names a column; give the table as well")
        if isinstance(spec, pd.Series):
            return spec.index
        if hasattr(spec, "__len__"):
            lengths[name] = len(spec)
    return pd.RangeIndex(max(lengths.values(), default=1))


def _raw(name: str, spec: Any, table: pd.DataFrame | None, index: pd.Index) -> pd.Series[Any]:
    if isinstance(spec, str):
        assert table is not None, "a name without a table was refused before"
        if spec not in table.columns:
            near = difflib.get_close_matches(spec, [str(column) for column in table.columns], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ColumnError(f"{name}={spec!r}: the table has no such column{hint}")
        same_name = int((table.columns == spec).sum())
        if same_name > 1:
            raise ColumnError(f"{name}: {same_name} columns are called {spec!r}; rename all but one")
        return table[spec]
    if isinstance(spec, (Mapping, Set)):
        raise InputError(f"{name} is a {type(spec).__name__}, which has no place for each row; give a list or an array")
    if isinstance(spec, pd.Series):
        if not spec.index.equals(index):
            raise InputError(
                f"{name}: the Series has another index than the table or the other Series, so it is not clear which "
                "value belongs to which row; pass .to_numpy() to go by position"
            )
        return spec
    if np.ndim(spec) == 0:
        return pd.Series([spec] * len(index), index=index, dtype=object)
    if np.ndim(spec) != 1:
        raise InputError(f"{name} must have one dimension; it has {np.ndim(spec)}")
    if len(spec) != len(index):
        raise InputError(f"{name} has {len(spec)} values for {len(index)} rows")
    # a list not by way of an array, which would turn every number into text if one is
    return pd.Series(spec, index=index) if isinstance(spec, np.ndarray) else pd.Series(list(spec), index, dtype=object)


def _numbers(name: str, raw: pd.Series[Any], limits: Limits) -> tuple[FloatArray, list[Problem]]:
    """Return values as floats, NaN where missing or refused, and what is wrong with the refused ones."""
    kinds: dict[int, str] = {}
    if raw.dtype.kind in "iuf":
        floats = raw.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    else:
        floats, kinds = _plain_numbers(raw)
    tests = (
        (np.isinf(floats), "not a finite number", "a finite number"),
        (np.isfinite(floats) & (floats < limits.least), limits.message, limits.allowed),
        (np.isfinite(floats) & (floats > limits.most), "too large to compute with", f"{limits.most:g} or less"),
    )
    problems = [
        Problem(
            message=f"{kind}, not a number", row=str(row), column=name, value=str(raw.iloc[row]), allowed="a number"
        )
        for row, kind in kinds.items()
    ]
    for wrong, message, allowed in tests:
        problems += [
            Problem(message=message, row=str(row), column=name, value=f"{floats[row]:g}", allowed=allowed)
            for row in np.flatnonzero(wrong)
        ]
        floats[wrong] = np.nan
    return floats, problems


def _plain_numbers(raw: pd.Series[Any]) -> tuple[FloatArray, dict[int, str]]:
    """Return what is a number as a float, and what stands there that is neither a number nor missing."""
    floats = np.full(len(raw), np.nan)
    kinds: dict[int, str] = {}
    for row, value in enumerate(raw):
        if _is_number(value):
            floats[row] = float(value)
        elif value is not None and value is not pd.NA and value is not pd.NaT:
            kinds[row] = "text" if isinstance(value, str) else type(value).__name__
    return floats, kinds


def _is_number(value: object) -> bool:
    """Whether it is a number; True and False are answers, not numbers."""
    if isinstance(value, bool):
        return False
    return isinstance(value, Real | Decimal)
