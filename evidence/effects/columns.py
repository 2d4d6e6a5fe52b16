"""From a table and a mapping to one column of raw values for each number that a measure needs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import ColumnError
from .formulas import FORMULAS
from .options import has_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Column", "read_columns"]

# A table's p-values seldom carry the sign that is needed of them here.
_ONLY_MAPPED = frozenset({"pvalue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The raw values of one role, not yet checked.

    Attributes
    ----------
    role : str
        What the values are, as ``"sd1"``.
    source : str
        Where they come from: a column's name, ``"array"`` or the constant.
    name : str
        What messages call it: the table's column, or the role where there is none.
    raw : Series of length k
        The values, on the table's index.
    """

    role: str
    source: str
    name: str
    raw: pd.Series[Any]


def read_columns(
    table: pd.DataFrame,
    measure: str,
    given: Mapping[str, Any],
    *,
    optional: Sequence[str] = (),
    instead: Sequence[str] = (),
) -> dict[str, Column]:
    """Return a column for each role that the measure needs and the table or the mapping offers.

    A role is read from what the caller maps to it; without a mapping, from the table's column of the same name.
    Where either of two roles serves (``n1`` or ``nonevents1``), both are read if neither is mapped and both exist, and
    only the mapped one otherwise. A p-value is read only where it is mapped.

    Parameters
    ----------
    table : DataFrame of k rows
        The table.
    measure : str
        The measure, which knows its roles.
    given : mapping of str to (str, array_like, Series or number)
        The caller's mapping.
    optional : sequence of str
        Roles that may be absent.
    instead : sequence of str
        Roles beyond those of the measure that are read where they are mapped, and only there.

    Returns
    -------
    dict of str to Column

    Raises
    ------
    ColumnError
        If a role is unknown to the measure, a mapped column does not exist, an array has the wrong length or is a
        dict or set, a Series has another index, or a needed role is not to be found.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [3, 4], "n": [10, 20]})
    >>> {role: column.source for role, column in read_columns(frame, "PR", {"events": "x"}).items()}
    {'events': 'x', 'n': 'n'}
    """
    needs = FORMULAS[measure].needs
    roles = [*(role for group in needs for role in group), *instead]
    unknown = [role for role in given if role not in roles]
    if unknown:
        raise ColumnError(_unknown_message(measure, unknown, roles))
    columns = {role: _read(table, role, given[role]) for role in instead if role in given}
    absent: list[str] = []
    for group in needs:
        mapped = [role for role in group if role in given]
        named = mapped or [role for role in group if role in table.columns and role not in _ONLY_MAPPED]
        for role in named:
            columns[role] = _read(table, role, given.get(role, role))
        if not named and not set(group) & set(optional):
            absent.append(" or ".join(group))
    if absent:
        raise ColumnError(_absent_message(table, measure, absent))
    return columns


def _read(table: pd.DataFrame, role: str, spec: Any) -> Column:
    if isinstance(spec, str):
        if spec not in table.columns:
            raise ColumnError(
                f"{role}={spec!r}: the table has no such column{_near(spec, table)}. Its columns: {_listed(table)}."
            )
        same_name = int((table.columns == spec).sum())
        if same_name > 1:
            raise ColumnError(f"{role}: {same_name} columns are called {spec!r}; rename all but one")
        return Column(role=role, source=spec, name=spec, raw=table[spec])
    if isinstance(spec, pd.Series):
        if not spec.index.equals(table.index):
            raise ColumnError(
                f"{role}: the Series has another index than the table, so it is not clear which value belongs to "
                "which row; reindex it, or pass .to_numpy() to go by position"
            )
        return Column(role=role, source="array", name=role, raw=spec)
    if isinstance(spec, (Mapping, Set)):
        raise ColumnError(
            f"{role} is a {type(spec).__name__}, which has no place for each row; give a list, an array or a Series, "
            "one value per row"
        )
    if np.ndim(spec) == 0:
        constant = pd.Series([spec] * len(table), index=table.index, dtype=object)
        return Column(role=role, source=str(spec), name=role, raw=constant)
    values = pd.Series(list(spec), dtype=object)
    if len(values) != len(table):
        raise ColumnError(f"{role}: {len(values)} values for a table of {len(table)} rows")
    return Column(role=role, source="array", name=role, raw=values.set_axis(table.index))


def _unknown_message(measure: str, unknown: Sequence[str], roles: Sequence[str]) -> str:
    hints = []
    for role in unknown:
        near = difflib.get_close_matches(role, roles, n=1)
        hints.append(f"{role!r}" + (f" (did you mean {near[0]!r}?)" if near else ""))
    return f"{measure} does not use {', '.join(hints)}; it uses {', '.join(roles)}."


def _absent_message(table: pd.DataFrame, measure: str, absent: Sequence[str]) -> str:
    lines = [
        f"{measure} needs {', '.join(absent)}, which the table does not have.",
        f'Map a column to each: effect_sizes(table, {measure!r}, {absent[0].split()[0]}="...").',
    ]
    if has_pairs(measure) and {"r", "r1", "r2"} & set(absent):
        lines.append("A correlation that was not reported can be assumed: correlation=0.5, say. Vary it.")
    for role in absent:
        near = _near(role.split()[0], table)
        if near:
            lines.append(f"{role}{near}")
    lines.append(f"The table's columns: {_listed(table)}.")
    return "\n".join(lines)


def _near(name: str, table: pd.DataFrame) -> str:
    """Say which existing column names look like `name`, letter case aside."""
    by_lower: dict[str, str] = {}
    for column in table.columns:
        by_lower.setdefault(str(column).lower(), str(column))
    near = difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(repr(by_lower[match]) for match in near)}?" if near else ""


def _listed(table: pd.DataFrame) -> str:
    return ", ".join(repr(str(column)) for column in table.columns) or "none"
