"""Gauss' hypergeometric function, where unbiased correlations need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .arrays import FloatArray

__all__ = ["gauss_series"]

# From here on the terms of the series fall like the 20th power of their number, even at z = 1.
_LARGE = 20.0
_TERMS = 200


def gauss_series(a: float, c: FloatArray, z: FloatArray) -> FloatArray:
    r"""Return :math:`{}_2F_1(a, a; c; z)` for `z` from 0 to 1.

    For large `c` by its series, whose terms are all positive. SciPy's function serves for small `c` only: for `c`
    from about 100 it is NaN for many values.

    Parameters
    ----------
    a : float
        Both upper parameters, ½ or 1.
    c, z : ndarray of shape (k,)
        The lower parameter, above 2a where z is 1, and the argument.

    References
    ----------
    Abramowitz M, Stegun IA (1964). Handbook of mathematical functions, equation 15.1.1.

    Examples
    --------
    >>> gauss_series(0.5, np.array([4.0, 500.0]), np.array([0.91, 0.91])).round(6)
    array([1.075183, 1.000456])
    """
    from scipy.special import hyp2f1

    lower, argument = np.broadcast_arrays(c, z)
    large = lower >= _LARGE
    big = np.where(large, lower, _LARGE)
    term = np.ones(lower.shape)
    total = np.ones(lower.shape)
    for k in range(_TERMS):
        term = term * (a + k) ** 2 / ((big + k) * (k + 1)) * argument
        total = total + term
    small = hyp2f1(a, a, np.where(large, 1.0, lower), np.where(large, 0.0, argument))
    return np.where(large, total, small)
