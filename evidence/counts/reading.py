"""From what the caller has (a table, arrays) to checked counts.

Column names are those of :func:`evidence.effects.effect_sizes`: a number is read from the column of its name, or from
what is mapped to it by keyword.

>>> trials = pd.DataFrame({"events1": [4, 0], "n1": [123, 30], "events2": [11, 3], "n2": [139, 28]}, index=["A", "B"])
>>> counts = read_counts(trials)
>>> counts.b, list(counts.labels)
(array([119.,  30.]), ['A', 'B'])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import ColumnError, InputError, Problem, RowError
from ..pool.inputs import LABEL_COLUMNS
from ..vocabulary import RowPolicy, check_option
from .columns import COUNT, GROUP, PERSON_TIME, Numbers, Role, read_roles
from .tables import Counts, CountTable, Proportions, Rates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..effects.arrays import BoolArray, FloatArray

__all__ = ["Values", "read_counts", "read_group_rates", "read_proportions", "read_rates"]

Values = str | float | npt.ArrayLike | None

# a count and its total may each have gone through a division
_TOLERANCE = 1e-9


def read_counts(
    table: pd.DataFrame | None = None,
    *,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> Counts:
    """Read 2×2 tables, one per row.

    Parameters
    ----------
    table, data : DataFrame of n rows, optional
        The table; give it as either. It is not needed if every number is an array.
    labels : str or sequence, optional
        Names of the rows, or their column; by default the column ``study``, ``label`` or ``study_id``, or the index.
    missing : {"raise", "drop"}
        Whether a missing number is an error, or its row is left out with the reason.
    **columns
        For events1, nonevents1 or n1, events2, nonevents2 or n2: a column's name, an array, a Series with the
        table's index, or a constant.

    Returns
    -------
    Counts

    Raises
    ------
    ColumnError, InputError
        Where a column is missing or unknown, lengths differ, or no row is complete.
    RowError
        Naming every value that cannot be used: text, negative, infinite, more events than people, an empty group,
        cells that do not add up to the group's size.

    Examples
    --------
    >>> read_counts(events1=[4, 0], n1=[123, 30], events2=[11, 3], n2=[139, 28]).d
    array([128.,  25.])
    """
    read = _read(table, data, _two_groups(), columns, labels, missing)
    cells = [read.numbers[role] for role in ("events1", "nonevents1", "events2", "nonevents2")]
    return Counts(**_gathered(read, cells))


def read_rates(
    table: pd.DataFrame | None = None,
    *,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> Rates:
    """Read events and person-time of two groups, one comparison per row.

    Parameters are those of `read_counts`; the numbers are events1, time1, events2, time2. Person-time must be above
    0, in the same unit everywhere.

    Returns
    -------
    Rates

    Raises
    ------
    ColumnError, InputError, RowError
        As `read_counts`.

    Examples
    --------
    >>> read_rates(events1=[9, 8], time1=[413, 263], events2=[9, 11], time2=[394, 487]).t1
    array([413., 263.])
    """
    names = ("events1", "time1", "events2", "time2")
    roles = [(Role(name, PERSON_TIME if name.startswith("time") else COUNT),) for name in names]
    read = _read(table, data, roles, columns, labels, missing)
    return Rates(**_gathered(read, [read.numbers[name] for name in names]))


def read_proportions(
    table: pd.DataFrame | None = None,
    *,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> Proportions:
    """Read events in one group, one group per row.

    Parameters are those of `read_counts`; the numbers are events, and nonevents or n.

    Returns
    -------
    Proportions

    Raises
    ------
    ColumnError, InputError, RowError
        As `read_counts`.

    Examples
    --------
    >>> read_proportions(events=[3, 7], nonevents=[7, 13]).n
    array([10., 20.])
    """
    read = _read(table, data, [(Role("events", COUNT),), _rest("")], columns, labels, missing)
    x = read.numbers["events"]
    return Proportions(**_gathered(read, [x, x + read.numbers["nonevents"]]))


def read_group_rates(
    table: pd.DataFrame | None = None,
    *,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> CountTable:
    """Read events and person-time of one group, one group per row.

    Parameters are those of `read_counts`; the numbers are events, time.

    Returns
    -------
    CountTable
        Its `numbers` are events and person-time.

    Raises
    ------
    ColumnError, InputError, RowError
        As `read_counts`.

    Examples
    --------
    >>> read_group_rates(events=[9, 8], time=[413, 263]).column(1)
    array([413., 263.])
    """
    read = _read(table, data, [(Role("events", COUNT),), (Role("time", PERSON_TIME),)], columns, labels, missing)
    return CountTable(**_gathered(read, [read.numbers["events"], read.numbers["time"]]))


def _two_groups() -> list[tuple[Role, ...]]:
    return [(Role("events1", COUNT),), _rest("1"), (Role("events2", COUNT),), _rest("2")]


def _rest(suffix: str) -> tuple[Role, ...]:
    return Role(f"nonevents{suffix}", COUNT), Role(f"n{suffix}", GROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    numbers: dict[str, FloatArray]
    names: pd.Index
    reasons: dict[int, str]
    fractional: BoolArray


def _read(
    table: pd.DataFrame | None,
    data: pd.DataFrame | None,
    roles: Sequence[tuple[Role, ...]],
    columns: Mapping[str, Values],
    labels: str | Sequence[object] | None,
    missing: str,
) -> _Checked:
    check_option("missing", missing, RowPolicy)
    if table is not None and data is not None:
        raise InputError("give one table: either as the first argument or as data=")
    table = data if table is None else table
    if table is not None and not isinstance(table, pd.DataFrame):
        raise InputError(f"the table must be a pandas DataFrame, not {type(table).__name__}")
    found = read_roles(table, roles, {role: given for role, given in columns.items() if given is not None})
    names = _labels(labels, table, found.index)
    numbers, problems = _with_nonevents(found)
    problems = [*found.problems, *problems]
    fractional = np.zeros(len(names), dtype=np.bool_)
    for role, values in found.arrays.items():
        if not role.startswith("time"):
            fractional |= np.abs(values - np.round(values)) > _TOLERANCE
    refused = {problem.row for problem in problems}
    reasons = {row: why for row, why in _gaps(found, roles).items() if str(row) not in refused}
    if missing == "raise":
        problems += [Problem(message=why, row=str(row)) for row, why in reasons.items()]
    if problems:
        raise _row_error(problems, names, has_gaps=bool(reasons))
    if len(reasons) == len(names):
        raise InputError("there is no row to work with" + (": every row lacks a value" if reasons else ""))
    return _Checked(numbers=numbers, names=names, reasons=reasons, fractional=fractional)


def _with_nonevents(found: Numbers) -> tuple[dict[str, FloatArray], list[Problem]]:
    """Fill non-events from group sizes, and find the counts that contradict each other."""
    numbers = dict(found.arrays)
    problems: list[Problem] = []
    for suffix in ("", "1", "2"):
        x, n = numbers.get(f"events{suffix}"), numbers.get(f"n{suffix}")
        given = numbers.get(f"nonevents{suffix}")
        if x is None or (n is None and given is None):
            continue
        column = found.names[f"events{suffix}"]
        if given is None:
            given = np.full(x.shape, np.nan)
        if n is not None:
            more = x > n * (1 + _TOLERANCE)
            off = (np.abs(x + given - n) > _TOLERANCE * n) & ~more
            problems += [
                Problem(message="more events than people", row=str(p), column=column, value=f"{x[p]:g} of {n[p]:g}")
                for p in np.flatnonzero(more)
            ]
            problems += [
                Problem(
                    message=f"events and non-events do not add up to n{suffix}",
                    row=str(p),
                    column=column,
                    value=f"{x[p]:g} + {given[p]:g} of {n[p]:g}",
                )
                for p in np.flatnonzero(off)
            ]
            given = np.where(np.isnan(given), np.maximum(n - x, 0.0), given)
        empty = x + given < 1
        problems += [
            Problem(
                message="nobody is in this group: events and non-events sum to less than 1", row=str(p), column=column
            )
            for p in np.flatnonzero(empty)
        ]
        numbers[f"nonevents{suffix}"] = given
    return numbers, problems


def _gaps(found: Numbers, roles: Sequence[tuple[Role, ...]]) -> dict[int, str]:
    """Return the rows that lack a number, and which."""
    lacking: dict[int, list[str]] = {}
    for group in roles:
        offered = [role.name for role in group if role.name in found.arrays]
        absent = np.all([np.isnan(found.arrays[name]) for name in offered], axis=0)
        for row in np.flatnonzero(absent):
            lacking.setdefault(int(row), []).append(" or ".join(found.names[name] for name in offered))
    return {row: f"{', '.join(names)} missing" for row, names in sorted(lacking.items())}


def _labels(labels: str | Sequence[object] | None, table: pd.DataFrame | None, index: pd.Index) -> pd.Index:
    if isinstance(labels, str):
        if table is None:
            raise InputError(f"labels={labels!r} names a column; give the table as well")
        if labels not in table.columns:
            raise ColumnError(f"labels={labels!r}: the table has no such column")
        return _index_of(table, labels)
    if labels is not None:
        names = pd.Index(list(labels))
        if len(names) != len(index):
            raise InputError(f"labels has length {len(names)}, the counts {len(index)}")
        return names
    column = next((name for name in LABEL_COLUMNS if table is not None and name in table.columns), None)
    if table is None or column is None:
        return index
    return _index_of(table, column)


def _index_of(table: pd.DataFrame, column: str) -> pd.Index:
    names: pd.Index = pd.Index(table[column], name=column)
    return names


def _row_error(problems: Sequence[Problem], names: pd.Index, *, has_gaps: bool) -> RowError:
    """Name the rows by their labels where these say more than the position."""
    told = []
    for problem in sorted(problems, key=lambda problem: int(problem.row)):
        label = str(names[int(problem.row)])
        study = "" if label == problem.row else label
        told.append(
            Problem(
                message=problem.message, row=problem.row, column=problem.column, study=study,
                value=problem.value, allowed=problem.allowed,
            )
        )  # fmt: skip
    count = f"{len(told)} value{'s' if len(told) != 1 else ''} cannot be used; nothing was computed"
    return RowError(count + ('; missing="drop" leaves out incomplete rows' if has_gaps else ""), told)


def _gathered(read: _Checked, numbers: Sequence[FloatArray]) -> dict[str, Any]:
    gathered = np.array(numbers)
    included = ~np.isnan(gathered).any(axis=0)
    gathered.setflags(write=False)
    included.setflags(write=False)
    return {
        "numbers": gathered,
        "all_labels": read.names,
        "included": included,
        "reasons": read.reasons,
        "fractional": read.fractional,
    }
