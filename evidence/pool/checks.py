"""What a function of a fit was given: a fit, a number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError

if TYPE_CHECKING:
    from .result import PooledResult

__all__ = ["check_fit", "is_finite"]


def check_fit(fit: object, what: str) -> PooledResult:
    """Return a fit.

    Parameters
    ----------
    fit : object
        What was given.
    what : str
        The function, for the message.

    Raises
    ------
    InputError
        Where it is no fit.

    Examples
    --------
    >>> check_fit(None, "henmi_copas()")
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: henmi_copas() takes a fit, such as pool(yi, vi); it was given NoneType
    """
    from .result import PooledResult

    if isinstance(fit, PooledResult):
        return fit
    raise InputError(f"{what} takes a fit, such as pool(yi, vi); it was given {type(fit).__name__}")


def is_finite(value: object) -> bool:
    """Return whether a value is a finite number, and not a truth value.

    Examples
    --------
    >>> is_finite(0.5), is_finite("0.5"), is_finite(True), is_finite(float("nan")), is_finite(10**400)
    (True, False, False, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
