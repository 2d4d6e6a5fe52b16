"""Values that a caller gives for each study of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError, Problem, RowError

if TYPE_CHECKING:
    from ..pool import PooledResult

__all__ = ["per_study"]


def per_study(fit: PooledResult, name: str, values: Any) -> pd.Series[Any]:
    """Return one value for each study of the fit.

    Parameters
    ----------
    fit : PooledResult
        The fit.
    name : str
        The argument, for messages.
    values : array-like
        One value for each study that was pooled, or one for each row that was given to the fit.

    Raises
    ------
    InputError
        Where the number of values fits neither, or one text stands for all.
    RowError
        Listing the studies that have no value.
    """
    if isinstance(values, (str, bytes)) or np.ndim(values) != 1:
        raise InputError(f"{name} must hold one value for each study, such as table['{name}']")
    given = pd.Series(list(values))
    if len(given) == len(fit.studies.included):
        given = given[fit.studies.included].reset_index(drop=True)
    if len(given) != fit.k:
        raise InputError(f"{name} has {len(given)} value(s) for {fit.k} studies; there must be one for each")
    missing = np.flatnonzero(given.isna())
    if len(missing):
        raise RowError(
            f"{name} lacks a value for {len(missing)} of {fit.k} studies",
            [Problem(message="value missing", row=str(row), study=str(fit.labels[row])) for row in missing.tolist()],
        )
    return given
