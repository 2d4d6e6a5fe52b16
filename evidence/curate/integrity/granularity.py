"""Granularity: which means and standard deviations whole numbers can have (GRIM, GRIMMER, DEBIT).

Values are whole multiples of a step: counts, whole points. All tests are exact in the rounding of what is printed; none
of them calls a pair impossible that some sample of whole numbers would give.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from .rounding import exact, half_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["chance_of_fit", "debit", "grim", "grimmer", "mean_totals", "nearest_means"]

# Beyond so many decimals the share of possible means falls as their number grows.
_COUNTED_DECIMALS = 3


def mean_totals(mean: float, decimals: int, n: int, *, step: float = 1.0) -> range:
    """Return every total, in steps, whose mean over `n` people rounds to what is printed.

    The total T is a whole number, and T · step / n differs from the mean by at most half a unit of the last decimal.

    Examples
    --------
    >>> mean_totals(5.19, 2, 28), mean_totals(5.18, 2, 28)
    (range(146, 146), range(145, 146))
    """
    size = exact(step)
    low = (exact(mean) - half_unit(decimals)) * n / size
    high = (exact(mean) + half_unit(decimals)) * n / size
    return range(math.ceil(low), max(math.floor(high) + 1, math.ceil(low)))


def grim(mean: float, decimals: int, n: int, *, step: float = 1.0) -> bool:
    """Whether `n` whole numbers can have a mean that is printed so.

    Parameters
    ----------
    mean : float
        The mean as printed.
    decimals : int
        With how many decimals.
    n : int
        How many people.
    step : float
        Distance of neighbouring values; 0.25 for the average of four whole items.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876

    Examples
    --------
    >>> grim(5.19, 2, 28), grim(5.18, 2, 28), grim(5.93, 2, 49)
    (False, True, False)
    """
    return len(mean_totals(mean, decimals, n, step=step)) > 0


def nearest_means(mean: float, decimals: int, n: int, *, step: float = 1.0) -> tuple[float, float]:
    """Return the possible means below and above, rounded as the printed one.

    Examples
    --------
    >>> nearest_means(5.19, 2, 28)
    (5.18, 5.21)
    """
    size = exact(step)
    below = math.floor(exact(mean) * n / size)
    low, high = (float(round(total * size / n, decimals)) for total in (below, below + 1))
    return low, high


def grimmer(mean: float, sd: float, n: int, *, mean_decimals: int, sd_decimals: int, step: float = 1.0) -> bool:
    r"""Whether `n` whole numbers can have a mean and a standard deviation that are printed so.

    For each total T that gives the mean, some whole sum of squares Q must give the SD,

    .. math:: SD^2 = \frac{Q - T^2/n}{n - 1},

    with Q as even or odd as T (a number and its square are), and not below that of the most even values.

    Parameters
    ----------
    mean, sd : float
        As printed; the SD has n − 1 below the line.
    n : int
        How many people, at least 2.
    mean_decimals, sd_decimals : int
        With how many decimals each was printed.
    step : float
        Distance of neighbouring values.

    References
    ----------
    Anaya J (2016). The GRIMMER test. doi:10.7287/peerj.preprints.2400v1. Allard A (2018). Analytic-GRIMMER: a new way
    of testing the possibility of standard deviations (the form used here).

    Examples
    --------
    >>> grimmer(2.57, 2.57, 30, mean_decimals=2, sd_decimals=2)
    True
    >>> grimmer(3.44, 2.47, 18, mean_decimals=2, sd_decimals=2)
    False
    """
    if n < 2:
        return sd == 0 and grim(mean, mean_decimals, n, step=step)
    return any(True for _ in _sums(mean, sd, n, mean_decimals, sd_decimals, step))


def _sums(
    mean: float, sd: float, n: int, mean_decimals: int, sd_decimals: int, step: float
) -> Iterator[tuple[int, int]]:
    """Yield the totals and sums of squares, in steps, that agree with both printed numbers."""
    size = exact(step)
    low_sd = max(exact(sd) - half_unit(sd_decimals), Fraction(0)) / size
    high_sd = (exact(sd) + half_unit(sd_decimals)) / size
    for total in mean_totals(mean, mean_decimals, n, step=step):
        centre = Fraction(total * total, n)
        each, more = divmod(total, n)
        fewest = (n - more) * each * each + more * (each + 1) ** 2
        low = max(math.ceil(low_sd * low_sd * (n - 1) + centre), fewest)
        high = math.floor(high_sd * high_sd * (n - 1) + centre)
        low += (low - total) % 2
        if low <= high:
            yield total, low


def debit(mean: float, sd: float, n: int, *, mean_decimals: int, sd_decimals: int) -> bool:
    r"""Whether `n` zeros and ones can have a mean and a standard deviation that are printed so.

    .. math:: SD = \sqrt{\frac{n}{n - 1}\, \bar x (1 - \bar x)}

    tried for every whole number of ones whose share rounds to the mean.

    Parameters
    ----------
    mean, sd : float
        As printed; the mean is a share between 0 and 1.
    n : int
        How many people, at least 2.
    mean_decimals, sd_decimals : int
        With how many decimals each was printed.

    References
    ----------
    Heathers JAJ, Brown NJL (2019). DEBIT: a simple consistency test for binary data. osf.io/5vb3u

    Examples
    --------
    >>> debit(0.35, 0.18, 20, mean_decimals=2, sd_decimals=2)
    False
    >>> debit(0.35, 0.49, 20, mean_decimals=2, sd_decimals=2)
    True
    """
    low = max(exact(sd) - half_unit(sd_decimals), Fraction(0)) ** 2
    high = (exact(sd) + half_unit(sd_decimals)) ** 2
    for ones in mean_totals(mean, mean_decimals, n):
        if 0 <= ones <= n and n > 1 and low <= Fraction(ones * (n - ones), n * (n - 1)) <= high:
            return True
    return False


def chance_of_fit(sd: float, n: int, *, mean_decimals: int, sd_decimals: int) -> float:
    """Return how often a mean and an SD of any other origin would fit `n` whole numbers by chance.

    The mean fits in the share of all decimals that some total of n people gives (counted, ties either way). The SD
    fits where a sum of squares of the right parity is: its range is 2 (n − 1) SD · 10⁻ᵈ wide, and every second number
    counts.

    Parameters
    ----------
    sd : float
        Standard deviation as printed.
    n : int
        How many people are supposed.
    mean_decimals, sd_decimals : int
        With how many decimals mean and SD were printed.

    Examples
    --------
    >>> round(chance_of_fit(3.988, 7, mean_decimals=2, sd_decimals=3), 5)
    0.00167
    """
    counted = min(mean_decimals, _COUNTED_DECIMALS)
    of_mean = _share_of_means(n, counted) * math.pow(10.0, counted - mean_decimals)
    of_sd = min(1.0, (n - 1) * sd * 10.0**-sd_decimals)
    return of_mean * of_sd


@cache
def _share_of_means(n: int, decimals: int) -> float:
    """Return the share of decimals that some total of `n` whole numbers gives."""
    unit = int(10**decimals)
    return sum(grim(digits / unit, decimals, n) for digits in range(unit)) / unit
