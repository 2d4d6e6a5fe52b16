"""The distribution of a sum of independent uniform variables."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from ...errors import InputError

__all__ = ["irwin_hall_cdf", "irwin_hall_quantile"]


def irwin_hall_cdf(x: float, n: int) -> float:
    r"""Return the probability that a sum of `n` uniform variables is at most `x`.

    The density of the sum is the cardinal B-spline of order n, and the probability a sum of those of order n + 1 at
    :math:`x, x - 1, …`. Their recursion has positive terms only, so that no digits are lost, unlike in the
    alternating sum of the textbooks.

    Parameters
    ----------
    x : float
        The sum.
    n : int
        Number of variables, at least 1.

    Raises
    ------
    InputError
        Where `n` is below 1.

    References
    ----------
    de Boor C (1972). On calculating with B-splines. doi:10.1016/0021-9045(72)90080-9.

    Examples
    --------
    >>> round(irwin_hall_cdf(1.0, 2), 12), round(irwin_hall_cdf(1.5, 3), 12)
    (0.5, 0.5)
    """
    if n < 1:
        raise InputError(f"n={n} must be at least 1")
    if x <= 0 or x >= n:
        return 0.0 if x <= 0 else 1.0
    # by symmetry the smaller tail, of which all digits are right
    if 2 * x > n:
        return 1.0 - irwin_hall_cdf(n - x, n)
    points = x - np.arange(math.floor(x) + n + 2)
    spline = ((points >= 0) & (points < 1)).astype(float)
    for order in range(2, n + 2):
        shifted = np.append(spline[1:], 0.0)
        spline = (points * spline + (order - points) * shifted) / (order - 1)
    return float(spline[: math.floor(x) + 1].sum())


def irwin_hall_quantile(probability: float, n: int) -> float:
    """Return the sum that `n` uniform variables do not exceed with a probability.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    n : int
        Number of variables.

    Examples
    --------
    >>> round(irwin_hall_quantile(0.025, 2), 7), round(irwin_hall_quantile(0.025, 30), 5)
    (0.2236068, 11.90541)
    """
    from scipy.optimize import brentq

    if probability > 0.5:
        return n - irwin_hall_quantile(1 - probability, n)
    low = 0.0
    high = min(n / 2, max(1.0, n / 2 + 0.5 * float(ndtri(probability)) * math.sqrt(n / 12)))
    return float(brentq(lambda x: irwin_hall_cdf(x, n) - probability, low, high, xtol=1e-13, rtol=1e-14))
