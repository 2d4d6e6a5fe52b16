"""Groups combined into one, a group shared out, and the spread within groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from .finish import finish
from .values import ANY, COUNT, GROUP, NOT_NEGATIVE, Given, raise_rows, read

if TYPE_CHECKING:
    from .result import Derived
    from .values import FloatArray, Rule, Values

__all__ = ["combine_groups", "pooled_sd", "split_group"]


def combine_groups(mean: Values, sd: Values, n: Values) -> Derived:
    r"""Return size, mean and standard deviation of several groups taken as one.

    .. math::

        N = \sum n_j,\quad \bar m = \frac{\sum n_j m_j}{N},\quad
        SD^2 = \frac{\sum (n_j - 1) SD_j^2 + \sum n_j (m_j - \bar m)^2}{N - 1}

    This is exactly what the people of all groups together would give. For two groups it is the Handbook's formula.

    Parameters
    ----------
    mean, sd, n : array_like of shape (groups,) or (k, groups)
        One number for each group; with two dimensions, one row for each combination, labelled by the index of a
        DataFrame. A group that is missing in all three is left out of its row. A group of one person has an SD of 0.

    Returns
    -------
    Derived
        Fields ``mean``, ``sd`` and ``n``.

    Raises
    ------
    InputError, RowError
        Where shapes differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.10. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> both = combine_groups(mean=[11.8, 15.3, 8.4], sd=[2.4, 3.2, 4.1], n=[10, 20, 15])
    >>> print(f"{both.n:.0f} {both.mean:.4f} {both.sd:.4f}")
    45 12.2222 4.5028
    """
    given, tables = _groups({"mean": (mean, ANY), "sd": (sd, NOT_NEGATIVE), "n": (n, GROUP)})
    absent = np.all([np.isnan(table) for table in tables.values()], axis=0)
    m, s, size = (np.where(absent, 0.0, table) for table in tables.values())
    with np.errstate(all="ignore"):
        total = size.sum(axis=1)
        centre = (size * m).sum(axis=1) / total
        squares = ((size - 1) * s**2 * ~absent + size * (m - centre[:, None]) ** 2 * ~absent).sum(axis=1)
        spread = np.sqrt(squares / (total - 1))
    return finish(
        "combine-groups",
        given,
        {"mean": centre, "sd": spread, "n": total},
        withheld=[
            (np.isnan(total + centre + squares) & ~absent.all(axis=1), "a group lacks one of its numbers"),
            (absent.all(axis=1), "no group is there"),
            (total == 1, "one person has no spread"),
        ],
    )


def pooled_sd(sd: Values, n: Values) -> Derived:
    r"""Return the standard deviation within groups.

    .. math:: SD^2 = \frac{\sum (n_j - 1) SD_j^2}{\sum (n_j - 1)}

    Parameters
    ----------
    sd, n : array_like of shape (groups,) or (k, groups)
        One number for each group; with two dimensions, one row for each comparison, labelled by the index of a
        DataFrame. A group that is missing in both is left out of its row.

    Returns
    -------
    Derived
        Fields ``sd`` and ``df``, its degrees of freedom.

    Raises
    ------
    InputError, RowError
        Where shapes differ, or a number cannot be used.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.1.2. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> print(f"{pooled_sd([4.0, 6.0], [11, 31]).sd:.4f}")
    5.5678
    """
    given, tables = _groups({"sd": (sd, NOT_NEGATIVE), "n": (n, GROUP)})
    absent = np.all([np.isnan(table) for table in tables.values()], axis=0)
    s, size = (np.where(absent, other, table) for table, other in zip(tables.values(), (0.0, 1.0), strict=True))
    with np.errstate(all="ignore"):
        df = (size - 1).sum(axis=1)
        squares = ((size - 1) * s**2).sum(axis=1)
    return finish(
        "pooled-sd",
        given,
        {"sd": np.sqrt(squares / np.where(df > 0, df, 1.0)), "df": df},
        withheld=[
            (np.isnan(df + squares), "a group lacks one of its numbers"),
            (df <= 0, "no group has a spread"),
        ],
    )


def split_group(n: Values, parts: Values, *, events: Values = None) -> Derived:
    """Return the share of a group that each of several comparisons gets.

    People, and events, are divided by the number of comparisons; a mean and an SD stay as they are. Shares are not
    rounded: rounding would lose or invent people.

    Parameters
    ----------
    n : array_like of shape (k,)
        People in the shared group.
    parts : array_like of shape (k,)
        Number of comparisons that share it.
    events : array_like of shape (k,), optional
        Events in the shared group.

    Returns
    -------
    Derived
        Fields ``n`` and, where events are given, ``events``: of one share.

    Raises
    ------
    InputError, RowError
        Where lengths differ, or a number cannot be used: more events than people, more parts than people.

    References
    ----------
    Cochrane Handbook, chapter 23, section 23.3.4. doi:10.1002/9781119536604.ch23

    Examples
    --------
    >>> share = split_group(31, 2, events=20)
    >>> print(share.n, share.events)
    15.5 10.0
    """
    given = read({"n": (n, GROUP), "parts": (parts, GROUP), "events": (events, COUNT)}, need=("n", "parts"))
    raise_rows(
        given,
        [
            (given["events"] > given["n"], "more events than people", "events"),
            (given["parts"] > given["n"], "more parts than people", "parts"),
        ],
    )
    value = {"n": given["n"] / given["parts"]}
    lacking = given.lacking("n", "parts")
    if "events" in given.named:
        value["events"] = given["events"] / given["parts"]
        lacking += given.lacking("events")
    whole = np.all([share == np.round(share) for share in value.values()], axis=0)
    return finish(
        "split-group", given, value, withheld=lacking, notes=[(~whole, "shares are not whole numbers, and stay so")]
    )


def _groups(columns: dict[str, tuple[Any, Rule]]) -> tuple[Given, dict[str, FloatArray]]:
    """Return checked tables of shape (k, groups), and the inputs with one column for each group."""
    tables = {name: _two_dimensional(name, values) for name, (values, _) in columns.items()}
    shapes = {name: table.shape for name, table in tables.items()}
    if len(set(shapes.values())) > 1:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise InputError(f"the inputs differ in shape: {told}; give one number for each group, row by row")
    k, groups = next(iter(shapes.values()))
    if not k or not groups:
        raise InputError("there are no groups")
    flat = {
        f"{name}{group + 1}": (_column(values, tables[name][:, group]), rule)
        for name, (values, rule) in columns.items()
        for group in range(groups)
    }
    given = read(flat)
    one_row = all(np.ndim(np.asarray(values, object)) == 1 for values, _ in columns.values())
    if one_row:
        given = Given(columns=given.columns, named=given.named, shape=(), labels=given.labels)
    read_tables = {name: np.stack([given[f"{name}{group + 1}"] for group in range(groups)], axis=1) for name in columns}
    return given, read_tables


def _column(given: Any, cells: np.ndarray[Any, np.dtype[np.object_]]) -> Any:
    """Return the numbers of one group, with the labels of the rows where a DataFrame had them."""
    return pd.Series(cells, index=given.index, dtype=object) if isinstance(given, pd.DataFrame) else list(cells)


def _two_dimensional(name: str, values: Any) -> np.ndarray[Any, np.dtype[np.object_]]:
    if values is None:
        raise InputError(f"{name} is needed; give one number for each group")
    try:
        table = np.array(values, dtype=object)
    except ValueError as error:
        raise InputError(f"{name} must have as many groups in every row") from error
    if table.ndim == 1:
        if any(isinstance(row, (list, tuple)) for row in table):
            raise InputError(f"{name} must have as many groups in every row")
        table = table[None, :]
    if table.ndim != 2:
        raise InputError(f"{name} must have one number for each group; its shape is {table.shape}")
    return table
