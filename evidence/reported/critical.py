"""Between p-values, statistics and critical values, accurate far into the tails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from .values import FloatArray

__all__ = ["critical_value", "t_from_p", "z_from_p"]


def z_from_p(p: npt.ArrayLike) -> FloatArray:
    """Return the absolute z of a two-sided p-value.

    Examples
    --------
    >>> z_from_p([0.05, 1.0]).round(4)
    array([1.96, 0.  ])
    """
    from scipy.special import ndtri

    return np.abs(np.asarray(ndtri(np.asarray(p, np.float64) / 2), np.float64))


def t_from_p(p: npt.ArrayLike, df: npt.ArrayLike) -> FloatArray:
    r"""Return the absolute t of a two-sided p-value; that of the normal distribution where `df` is infinite.

    With :math:`I` the regularised incomplete beta function, :math:`p = I_x(df/2, 1/2)` at
    :math:`x = df / (df + t^2)`. It is inverted for `x`, or where that is near 1 for :math:`1 - x`.

    Examples
    --------
    >>> t_from_p([0.008, 0.05], [45, np.inf]).round(3)
    array([2.776, 1.96 ])
    """
    from scipy.special import betainccinv, betaincinv

    probability, dof = np.broadcast_arrays(np.asarray(p, np.float64), np.asarray(df, np.float64))
    finite = np.where(np.isfinite(dof), dof, 1.0)
    with np.errstate(all="ignore"):
        x = betaincinv(finite / 2, 0.5, probability)
        rest = betainccinv(0.5, finite / 2, probability)
        squared = np.where(x < 0.5, finite * (1 - x) / x, finite * rest / (1 - rest))
        t = np.where(np.isfinite(dof), np.sqrt(squared), z_from_p(probability))
    return np.asarray(t, np.float64)


def critical_value(level: npt.ArrayLike, df: npt.ArrayLike = np.inf) -> FloatArray:
    """Return the critical value of a two-sided interval.

    Parameters
    ----------
    level : array_like
        Confidence level, between 0 and 1.
    df : array_like
        Degrees of freedom of the t distribution; infinite for the normal one.

    Examples
    --------
    >>> critical_value([0.95, 0.95], [np.inf, 24]).round(3)
    array([1.96 , 2.064])
    """
    return t_from_p(1 - np.asarray(level, np.float64), df)
