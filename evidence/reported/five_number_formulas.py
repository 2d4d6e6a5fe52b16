r"""Closed formulas for mean, SD and skewness of a five-number summary, each row by its scenario.

Scenario 1 is a median with minimum and maximum, 2 a median with quartiles, 3 all five numbers. A range and an
interquartile range of normal data are about :math:`\xi = 2 \Phi^{-1}((n - 0.375)/(n + 0.25))` and
:math:`\eta = 2 \Phi^{-1}((0.75 n - 0.125)/(n + 0.25))` standard deviations wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .values import BoolArray, FloatArray

__all__ = [
    "MEAN_FORMULAS",
    "NUMBERS",
    "SCENARIOS",
    "SD_FORMULAS",
    "Summary",
    "back_transform",
    "gauss_legendre",
    "skewness_test",
]

NUMBERS = ("minimum", "q1", "median", "q3", "maximum")
SCENARIOS: Mapping[str, tuple[int, ...]] = {
    "hozo2005": (1,),
    "walter2007": (1,),
    "bland2015": (3,),
    "shi2020": (3,),
}
_REACH = 12.0
_NODES = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Summary:
    """Five-number summaries on the scale of their distribution: logarithms where it is log-normal.

    Attributes
    ----------
    minimum, q1, median, q3, maximum, n : array, shape (k,)
        The numbers, NaN where missing.
    scenario : array of int, shape (k,)
        1, 2 or 3; 0 where nothing can be derived.
    is_log : array of bool, shape (k,)
        Which rows are logarithms.
    """

    minimum: FloatArray
    q1: FloatArray
    median: FloatArray
    q3: FloatArray
    maximum: FloatArray
    n: FloatArray
    scenario: FloatArray
    is_log: BoolArray

    def numbers(self, row: int) -> FloatArray:
        """Return the numbers of one row that its scenario uses, in ascending order."""
        names = {1: ("minimum", "median", "maximum"), 2: ("q1", "median", "q3")}.get(
            int(self.scenario[row]), ("minimum", "q1", "median", "q3", "maximum")
        )
        return np.array([getattr(self, name)[row] for name in names], dtype=np.float64)

    def by_scenario(self, one: FloatArray, two: FloatArray, three: FloatArray) -> FloatArray:
        """Return, for each row, the value that belongs to its scenario; NaN for none."""
        return np.select([self.scenario == 1, self.scenario == 2, self.scenario == 3], [one, two, three], np.nan)

    @property
    def mid_range(self) -> FloatArray:
        """Middle between minimum and maximum."""
        return self.minimum / 2 + self.maximum / 2

    @property
    def mid_quartile(self) -> FloatArray:
        """Middle between the quartiles."""
        return self.q1 / 2 + self.q3 / 2

    @property
    def sd_of_range(self) -> FloatArray:
        """Range over ξ."""
        from scipy.special import ndtri

        return (self.maximum - self.minimum) / (2 * ndtri((self.n - 0.375) / (self.n + 0.25)))

    @property
    def sd_of_quartiles(self) -> FloatArray:
        """Interquartile range over η."""
        from scipy.special import ndtri

        return (self.q3 - self.q1) / (2 * ndtri((0.75 * self.n - 0.125) / (self.n + 0.25)))


def _nothing(s: Summary) -> FloatArray:
    return np.full(s.n.shape, np.nan)


def _luo_mean(s: Summary) -> FloatArray:
    """Return the mean of Luo (2018), equations 7, 11 and 15."""
    one = 4 / (4 + s.n**0.75)
    two = 0.7 + 0.39 / s.n
    range_weight, quartile_weight = 2.2 / (2.2 + s.n**0.75), 0.7 - 0.72 / s.n**0.55
    return s.by_scenario(
        one * s.mid_range + (1 - one) * s.median,
        two * s.mid_quartile + (1 - two) * s.median,
        range_weight * s.mid_range + quartile_weight * s.mid_quartile + (1 - range_weight - quartile_weight) * s.median,
    )


def _wan_mean(s: Summary) -> FloatArray:
    """Return the mean of Wan (2014), equations 2, 14 and 10 (Bland 2015 in the last)."""
    return s.by_scenario(
        s.mid_range / 2 + s.median / 2,
        (2 * s.mid_quartile + s.median) / 3,
        s.mid_range / 4 + s.mid_quartile / 2 + s.median / 4,
    )


def _hozo_mean(s: Summary) -> FloatArray:
    """Return the mean of Hozo (2005): the median itself beyond 25 people."""
    return s.by_scenario(np.where(s.n <= 25, s.mid_range / 2 + s.median / 2, s.median), _nothing(s), _nothing(s))


def _bland_mean(s: Summary) -> FloatArray:
    return s.by_scenario(_nothing(s), _nothing(s), _wan_mean(s))


def _median(s: Summary) -> FloatArray:
    return s.by_scenario(s.median, _nothing(s), _nothing(s))


def _log_shrinkage(s: Summary) -> FloatArray:
    """Return what the variance of logarithms is divided by (Shi 2020, log-normal); 1 for other rows."""
    log_n = np.log(s.n)
    factor = s.by_scenario(1.01 + 0.25 / log_n**2, 1 + 1.58 / s.n, 1 + 0.28 / log_n**2)
    return np.where(s.is_log, factor, 1.0)


def _unshrunk_sd(s: Summary) -> FloatArray:
    """Return the SD of Wan (2014), equations 9 and 16, and of Shi (2020), equation 10."""
    weight = 1 / (1 + 0.07 * s.n**0.6)
    both = weight * s.sd_of_range + (1 - weight) * s.sd_of_quartiles
    return s.by_scenario(s.sd_of_range, s.sd_of_quartiles, both)


def _default_sd(s: Summary) -> FloatArray:
    return _unshrunk_sd(s) / np.sqrt(_log_shrinkage(s))


def _shi_sd(s: Summary) -> FloatArray:
    return s.by_scenario(_nothing(s), _nothing(s), _unshrunk_sd(s))


def _wan_sd(s: Summary) -> FloatArray:
    """Return the SD of Wan (2014), equations 9, 16 and 13."""
    return s.by_scenario(s.sd_of_range, s.sd_of_quartiles, s.sd_of_range / 2 + s.sd_of_quartiles / 2)


def _hozo_sd(s: Summary) -> FloatArray:
    """Return the SD of Hozo (2005), whose formula depends on the number of people."""
    span = s.maximum - s.minimum
    few = np.hypot(s.mid_range - s.median, span) / np.sqrt(12)
    by_n = np.select([s.n <= 15, s.n <= 70], [few, span / 4], span / 6)
    return s.by_scenario(by_n, _nothing(s), _nothing(s))


def _bland_sd(s: Summary) -> FloatArray:
    """Return the SD of Bland (2015), with the numbers taken from their median: no digits cancel."""
    a, b, d, e = (x - s.median for x in (s.minimum, s.q1, s.q3, s.maximum))
    squares = (a**2 + 2 * b**2 + 2 * d**2 + e**2) / 16 + (a * b + d * e) / 8
    centre = (a + 2 * b + 2 * d + e) / 8
    return s.by_scenario(_nothing(s), _nothing(s), np.sqrt(squares - centre**2))


def _walter_sd(s: Summary) -> FloatArray:
    """Return the range over its expectation for n standard normal numbers (Walter and Yao 2007)."""
    from scipy.special import log_ndtr

    nodes, weights = gauss_legendre(_NODES)
    x = _REACH / 2 * (nodes + 1)
    below, above = (np.exp(s.n[:, None] * log_ndtr(side * x)) for side in (1, -1))
    expected = _REACH * np.sum(weights * (1 - below - above), axis=1)
    return s.by_scenario((s.maximum - s.minimum) / expected, _nothing(s), _nothing(s))


MEAN_FORMULAS: Mapping[str, Callable[[Summary], FloatArray]] = {
    "luo/wan/shi": _luo_mean,
    "luo2016": _luo_mean,
    "hozo2005": _hozo_mean,
    "wan2014": _wan_mean,
    "bland2015": _bland_mean,
    "walter2007": _median,
}

SD_FORMULAS: Mapping[str, Callable[[Summary], FloatArray]] = {
    "luo/wan/shi": _default_sd,
    "shi2020": _shi_sd,
    "hozo2005": _hozo_sd,
    "wan2014": _wan_sd,
    "bland2015": _bland_sd,
    "walter2007": _walter_sd,
}


@cache
def gauss_legendre(count: int) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of Gauss–Legendre quadrature on [−1, 1]; each count is computed once.

    Examples
    --------
    >>> nodes, weights = gauss_legendre(3)
    >>> weights.round(4)
    array([0.5556, 0.8889, 0.5556])
    """
    from scipy.special import roots_legendre

    # Of a banded matrix: for hundreds of nodes a tenth of the time that numpy's full matrix takes, or less.
    nodes, weights = roots_legendre(count)
    nodes.setflags(write=False)
    weights.setflags(write=False)
    return nodes, weights


def skewness_test(s: Summary) -> tuple[FloatArray, FloatArray]:
    r"""Return the statistic of Shi's test for skewness and its critical value at the 0.05 level.

    Parameters
    ----------
    s : Summary
        The summaries; logarithms are tested as logarithms.

    Returns
    -------
    statistic, critical : array, shape (k,)
        The data are significantly skewed where the statistic reaches the critical value. NaN without a median.

    References
    ----------
    Shi J and others (2023). doi:10.1177/09622802231172043
    """
    span, iqr = s.maximum - s.minimum, s.q3 - s.q1
    outer = np.abs(2 * (s.mid_range - s.median)) / np.where(span > 0, span, 1.0)
    inner = np.abs(2 * (s.mid_quartile - s.median)) / np.where(iqr > 0, iqr, 1.0)
    statistic = s.by_scenario(outer, inner, np.maximum(2.65 * np.log(0.6 * s.n) / np.sqrt(s.n) * outer, inner))
    critical = s.by_scenario(
        1 / np.log(s.n + 9) + 2.5 / (s.n + 1),
        2.65 / np.sqrt(s.n) - 6 / s.n**2,
        3 / np.sqrt(s.n) - 40 / s.n**3,
    )
    return statistic, np.where(np.isnan(statistic), np.nan, critical)


def back_transform(s: Summary, mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Return mean and SD of log-normal data from those of their logarithms, corrected for bias.

    .. math::

        \bar x = \frac{e^{m + s^2/2}}{\phi},\quad
        SD = e^{m + s^2/2} \sqrt{e^{s^2}/\phi_1 - 1/\phi_2}

    with :math:`\phi = 1 + (c_1 s^2 + c_2 s_4)/n`, :math:`\phi_1 = 1 + (4 c_1 s^2 + 16 c_2 s_4)/n`,
    :math:`\phi_2 = 1 + (4 c_1 s^2 + 4 c_2 s_4)/n` and :math:`s_4` an unbiased fourth power of the SD.

    Parameters
    ----------
    s : Summary
        The summaries, as logarithms.
    mean, sd : array, shape (k,)
        Mean and SD of the logarithms.

    References
    ----------
    Shi J and others (2020). doi:10.4310/SII.2020.v13.n4.a9
    """
    one, two, three = (np.full(s.n.shape, c) for c in (0.565, 0.57, 0.405))
    first = s.by_scenario(one, two, three) * sd**2 / s.n
    inflation = s.by_scenario(1 + 2.23 / np.log(s.n) ** 2, 1 + 19.2 / s.n**1.2, 1 + 3.93 / s.n)
    one, two, three = (np.full(s.n.shape, c) for c in (0.37, 0.75, 0.315))
    second = s.by_scenario(one, two, three) * _unshrunk_sd(s) ** 4 / inflation / s.n
    centre = np.exp(mean + sd**2 / 2)
    spread = np.sqrt(np.exp(sd**2) / (1 + 4 * first + 16 * second) - 1 / (1 + 4 * first + 4 * second))
    return centre / (1 + first + second), centre * spread
