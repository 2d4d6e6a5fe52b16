"""Values that a caller gives for each study of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError, Problem, RowError

if TYPE_CHECKING:
    from ..pool import PooledResult

__all__ = ["per_study", "refuse_other_order"]


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
        Where the number of values fits neither, one text stands for all, or a Series has the studies in another order.
    RowError
        Listing the studies that have no value.
    """
    if isinstance(values, (str, bytes)) or np.ndim(values) != 1:
        raise InputError(f"{name} must hold one value for each study, such as table['{name}']")
    refuse_other_order(name, values, fit.labels)
    given, rows = pd.Series(list(values)), np.arange(fit.k)
    if len(given) == len(fit.studies.included):
        given, rows = given[fit.studies.included].reset_index(drop=True), np.flatnonzero(fit.studies.included)
    if len(given) != fit.k:
        raise InputError(f"{name} has {len(given)} value(s) for {fit.k} studies; there must be one for each")
    missing = np.flatnonzero(given.isna()).tolist()
    if missing:
        raise RowError(
            f"{name} lacks a value for {len(missing)} of {fit.k} studies",
            [Problem(message="value missing", row=str(rows[place]), study=str(fit.labels[place])) for place in missing],
        )
    return given


def refuse_other_order(name: str, values: Any, labels: pd.Index) -> None:
    """Refuse a Series whose index names the studies of a fit, but in another order than the fit has them.

    Taken by position, its values would go to the wrong studies.

    Raises
    ------
    InputError
        Where it does.
    """
    if not isinstance(values, pd.Series) or not (values.index.is_unique and labels.is_unique):
        return
    named = values.index[values.index.isin(labels)]
    if len(named) == len(labels) and list(named) != list(labels):
        raise InputError(
            f"{name} is a Series with the studies in another order than the fit; sort it as the fit is, or pass "
            ".to_numpy() to go by position"
        )
