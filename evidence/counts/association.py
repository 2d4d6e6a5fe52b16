"""Is there an effect at all, and is it the same in every table: chi-squared tests on the tables themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from .formulas import peto_parts

if TYPE_CHECKING:
    from ..effects.arrays import FloatArray

__all__ = ["ChiSquaredTest", "cochran_mantel_haenszel", "homogeneity_of_odds_ratios", "rate_association"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquaredTest:
    """A chi-squared test; NaN where there is none.

    Attributes
    ----------
    statistic, df, pvalue : float
        Statistic, degrees of freedom, upper-tail probability.
    """

    statistic: float
    df: float
    pvalue: float


def _chi_squared(statistic: float, df: float) -> ChiSquaredTest:
    pvalue = float(chdtrc(df, statistic)) if df > 0 and not math.isnan(statistic) else math.nan
    return ChiSquaredTest(statistic=statistic, df=df, pvalue=pvalue)


def cochran_mantel_haenszel(cells: FloatArray, *, correct: bool) -> ChiSquaredTest:
    r"""Test whether the odds ratio is 1 in every table, :math:`(|Σ(O - E)| - ½)^2 / ΣV` on 1 df.

    The variance is the hypergeometric one (N − 1). The correction for continuity, ½, never exceeds what it corrects.

    Parameters
    ----------
    cells : ndarray of shape (4, k)
        a, b, c, d.
    correct : bool
        Whether to subtract ½.

    References
    ----------
    Mantel N, Haenszel W (1959). doi:10.1093/jnci/22.4.719

    Examples
    --------
    >>> found = cochran_mantel_haenszel(np.array([[4.0], [119.0], [11.0], [128.0]]), correct=True)
    >>> round(found.statistic, 4), round(found.pvalue, 4)
    (1.8276, 0.1764)
    """
    difference, spread = peto_parts(cells)
    return _one_df(float(difference.sum()), float(spread.sum()), correct=correct)


def rate_association(cells: FloatArray, *, correct: bool) -> ChiSquaredTest:
    r"""Test whether the rate ratio is 1 in every row, :math:`(|Σ(x_1 - E)| - ½)^2 / Σ(x_1 + x_2) t_1 t_2/T^2`, 1 df.

    Parameters
    ----------
    cells : ndarray of shape (4, k)
        x1, t1, x2, t2.
    correct : bool
        Whether to subtract ½, never more than what it corrects.

    References
    ----------
    Rothman KJ, Greenland S, Lash TL (2008). Modern epidemiology, 3rd edition, chapter 15.

    Examples
    --------
    >>> round(rate_association(np.array([[9.0], [413.0], [19.0], [398.0]]), correct=False).statistic, 4)
    3.9523
    """
    x1, t1, x2, t2 = cells
    share1, share2 = t1 / (t1 + t2), t2 / (t1 + t2)
    difference = float((x1 * share2 - x2 * share1).sum())
    return _one_df(difference, float(((x1 + x2) * share1 * share2).sum()), correct=correct)


def _one_df(difference: float, spread: float, *, correct: bool) -> ChiSquaredTest:
    if spread <= 0:
        return _chi_squared(math.nan, 1.0)
    distance = max(0.0, abs(difference) - (0.5 if correct else 0.0))
    return _chi_squared(distance**2 / spread, 1.0)


def homogeneity_of_odds_ratios(cells: FloatArray, log_ratio: float) -> tuple[ChiSquaredTest, ChiSquaredTest]:
    """Test whether the odds ratio is the same in every table: Breslow–Day, and with Tarone's correction.

    Both compare the events of group 1 with those expected if every table had the pooled odds ratio. Only Tarone's
    statistic is chi-squared when that is the Mantel–Haenszel estimate, which is not fully efficient.

    Parameters
    ----------
    cells : ndarray of shape (4, k)
        a, b, c, d.
    log_ratio : float
        The log of the pooled odds ratio.

    Returns
    -------
    breslow_day, tarone : ChiSquaredTest
        Degrees of freedom are the tables that inform, less 1.

    References
    ----------
    Breslow NE, Day NE (1980). Statistical methods in cancer research, volume 1. Lyon: IARC.
    Tarone RE (1985). On heterogeneity tests based on efficient scores. doi:10.1093/biomet/72.1.91

    Examples
    --------
    >>> cells = np.array([[4.0, 6.0], [119.0, 300.0], [11.0, 29.0], [128.0, 274.0]])
    >>> breslow_day, tarone = homogeneity_of_odds_ratios(cells, -1.4215)
    >>> round(breslow_day.statistic, 4), round(tarone.statistic, 4), tarone.df
    (0.9534, 0.953, 1.0)
    """
    nothing = _chi_squared(math.nan, math.nan)
    if math.isnan(log_ratio):
        return nothing, nothing
    a, b, c, d = cells
    informs = (a + c > 0) & (b + d > 0)
    if not informs.any():
        return nothing, nothing
    a, n1, n2, events = a[informs], (a + b)[informs], (c + d)[informs], (a + c)[informs]
    expected = _expected_events(n1, n2, events, math.exp(log_ratio))
    fitted = np.array([expected, n1 - expected, events - expected, n2 - events + expected])
    possible = (fitted > 0).all(axis=0)
    spread = 1 / (1 / fitted[:, possible]).sum(axis=0)
    difference = (a - expected)[possible]
    if not spread.size:
        return nothing, nothing
    breslow_day = float((difference**2 / spread).sum())
    tarone = max(0.0, breslow_day - float(difference.sum()) ** 2 / float(spread.sum()))
    df = float(possible.sum() - 1)
    return _chi_squared(breslow_day, df), _chi_squared(tarone, df)


def _expected_events(n1: FloatArray, n2: FloatArray, events: FloatArray, ratio: float) -> FloatArray:
    """Return the events of group 1 in a table with these margins and this odds ratio.

    They solve a quadratic equation; each branch is the form of its root that does not subtract nearly equal numbers.
    """
    linear = ratio * (n1 + events) + (n2 - events)
    root = np.sqrt(np.maximum(linear**2 - 4 * n1 * events * ratio * (ratio - 1), 0.0))
    upper = linear >= 0
    one = 2 * n1 * events * ratio / np.where(upper, linear + root, 1.0)
    other = (linear - root) / np.where(upper, 1.0, 2 * (ratio - 1))
    return np.where(upper, one, other)
