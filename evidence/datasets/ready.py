"""A data set with the column names that `evidence pool` and `effect_sizes` look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shelf import describe, load

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load_ready", "pool_command"]


def load_ready(name: str) -> pd.DataFrame:
    """Return the table of a data set, columns that an effect measure needs renamed to what this toolkit calls them.

    Where effects come with standard errors, their squares are added as ``vi``. Other columns stay as they are.

    Parameters
    ----------
    name : str
        One of `evidence.datasets.names`.

    Returns
    -------
    DataFrame

    Raises
    ------
    UnknownIdError
        If there is no such data set.

    Examples
    --------
    >>> list(load_ready("bcg").columns)
    ['trial', 'author', 'year', 'events1', 'nonevents1', 'events2', 'nonevents2', 'ablat', 'alloc']
    >>> load_ready("curtin2002")[["yi", "sei", "vi"]].head(2).round(2)
        yi  sei    vi
    0 -4.5  2.1  4.41
    1 -0.5  1.7  2.89
    """
    table = load(name).rename(columns={column: role for role, column in describe(name).roles.items()})
    return table.assign(vi=table["sei"] ** 2) if "sei" in table.columns else table


def pool_command(name: str, file: str) -> str:
    """Return the command that pools the file in which `load_ready` was saved; empty where its rows do not pool whole.

    Examples
    --------
    >>> pool_command("bcg", "trials.csv"), pool_command("hackshaw1998", "smoke.csv")
    ('evidence pool trials.csv --measure RR', 'evidence pool smoke.csv')
    """
    dataset = describe(name)
    if not dataset.pools_whole:
        return ""
    return f"evidence pool {file}" if dataset.has_effects else f"evidence pool {file} --measure {dataset.measure}"
