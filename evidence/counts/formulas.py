r"""Mantel–Haenszel, Cochran and Peto estimates with their variances, from cells of shape (..., k).

A row whose numbers are all 0 is absent: it adds nothing to any sum. In the formulas n₁ and n₂ are the sizes of the
groups, N their sum, a and c the events, t the person-time and T its sum.

References
----------
Mantel N, Haenszel W (1959). Journal of the National Cancer Institute 22:719–748. doi:10.1093/jnci/22.4.719
Greenland S, Robins JM (1985). Biometrics 41:55–68. doi:10.2307/2530643
Robins J, Breslow N, Greenland S (1986). Biometrics 42:311–323. doi:10.2307/2531052
Sato T, Greenland S, Robins JM (1989). Biometrics 45:1323–1324. doi:10.2307/2531784
Yusuf S and others (1985). Progress in Cardiovascular Diseases 27:335–371. doi:10.1016/s0033-0620(85)80003-7
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..effects.arrays import FloatArray

__all__ = [
    "ESTIMATORS",
    "Estimates",
    "cochran_rate_ratio",
    "mh_odds_ratio",
    "mh_rate_difference",
    "mh_rate_ratio",
    "mh_risk_difference",
    "mh_risk_difference_gr",
    "mh_risk_ratio",
    "peto_one_step",
    "peto_parts",
]

# a variance this much smaller than the terms that it is the difference of is rounding
_ROUNDING = 1e-13


class Estimates(NamedTuple):
    """Estimates of one or more selections.

    Attributes
    ----------
    estimate, variance : ndarray of shape (...)
        Ratios on the natural-log scale. NaN where there is none.
    weights : ndarray of shape (..., k)
        What each row weighs.
    """

    estimate: FloatArray
    variance: FloatArray
    weights: FloatArray


def mh_odds_ratio(cells: FloatArray) -> Estimates:
    r"""Return the log Mantel–Haenszel odds ratio, :math:`\ln(R/S)`, R = Σ ad/N, S = Σ bc/N.

    The variance is that of Robins, Breslow and Greenland (1986), good for few large and for many small tables.

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        a, b, c, d.

    Examples
    --------
    >>> found = mh_odds_ratio(np.array([[4.0, 6.0], [119.0, 300.0], [11.0, 29.0], [128.0, 274.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 4)
    (-1.4215, 0.1293)
    """
    a, b, c, d = cells
    people = _positive(a + b + c + d)
    r, s = a * d / people, b * c / people
    concordant, discordant = (a + d) / people, (b + c) / people
    big_r, big_s = r.sum(axis=-1), s.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 0.5 * (
            (concordant * r).sum(axis=-1) / big_r**2
            + (concordant * s + discordant * r).sum(axis=-1) / (big_r * big_s)
            + (discordant * s).sum(axis=-1) / big_s**2
        )
    return Estimates(*_log_ratio(big_r, big_s, variance), s)


def mh_risk_ratio(cells: FloatArray) -> Estimates:
    r"""Return the log Mantel–Haenszel risk ratio, :math:`\ln(R/S)`, R = Σ a n₂/N, S = Σ c n₁/N.

    Variance of Greenland and Robins (1985): Σ (n₁n₂(a + c)/N² − ac/N) / (RS).

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        a, b, c, d.

    Examples
    --------
    >>> found = mh_risk_ratio(np.array([[4.0, 6.0], [119.0, 300.0], [11.0, 29.0], [128.0, 274.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 4)
    (-1.3517, 0.1194)
    """
    a, b, c, d = cells
    n1, n2 = a + b, c + d
    people = _positive(n1 + n2)
    s = c * (n1 / people)
    big_r, big_s = (a * (n2 / people)).sum(axis=-1), s.sum(axis=-1)
    both = (n1 / people) * (n2 / people) * (a + c)
    spread = (both - a * c / people).sum(axis=-1)
    spread = np.where(spread > _ROUNDING * both.sum(axis=-1), spread, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = spread / (big_r * big_s)
    return Estimates(*_log_ratio(big_r, big_s, variance), s)


def mh_risk_difference(cells: FloatArray) -> Estimates:
    r"""Return the Mantel–Haenszel risk difference, Σ (a n₂ − c n₁)/N / Σ n₁n₂/N.

    Variance of Sato, Greenland and Robins (1989), good for few large and for many small tables.

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        a, b, c, d.

    Examples
    --------
    >>> found = mh_risk_difference(np.array([[4.0, 6.0], [119.0, 300.0], [11.0, 29.0], [128.0, 274.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 6)
    (-0.0673, 0.000241)
    """
    a, b, c, d = cells
    n1, n2 = a + b, c + d
    people = _positive(n1 + n2)
    share1, share2 = n1 / people, n2 / people
    weights = n1 * share2
    total = weights.sum(axis=-1)
    p = (c * share1**2 - a * share2**2 + share1 * share2 * (n2 - n1) / 2).sum(axis=-1)
    q = (a * (d / people) + c * (b / people)).sum(axis=-1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = (a * share2 - c * share1).sum(axis=-1) / total
        spread = estimate * p + q
        variance = np.where(spread > _ROUNDING * (np.abs(estimate * p) + q), spread, np.nan) / total**2
    return Estimates(estimate, variance, weights)


def mh_risk_difference_gr(cells: FloatArray) -> Estimates:
    r"""Return the Mantel–Haenszel risk difference with the variance of Greenland and Robins (1985), as RevMan has it.

    :math:`\sum (ab\,n_2^3 + cd\,n_1^3)/(n_1n_2N^2) / (\sum n_1n_2/N)^2`, good for few large tables, and smaller than
    Sato's for many small ones.

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        a, b, c, d.

    Examples
    --------
    >>> found = mh_risk_difference_gr(np.array([[4.0, 6.0], [119.0, 300.0], [11.0, 29.0], [128.0, 274.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 6)
    (-0.0673, 0.000241)
    """
    a, b, c, d = cells
    n1, n2 = _positive(a + b), _positive(c + d)
    share1, share2 = n1 / (n1 + n2), n2 / (n1 + n2)
    spread = (a * (b / n1) * share2**2 + c * (d / n2) * share1**2).sum(axis=-1)
    estimate, _, weights = mh_risk_difference(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(spread > 0, spread, np.nan) / weights.sum(axis=-1) ** 2
    return Estimates(estimate, variance, weights)


def mh_rate_ratio(cells: FloatArray) -> Estimates:
    r"""Return the log Mantel–Haenszel rate ratio, :math:`\ln(R/S)`, R = Σ x₁t₂/T, S = Σ x₂t₁/T.

    Variance of Greenland and Robins (1985): Σ t₁t₂(x₁ + x₂)/T² / (RS).

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        x1, t1, x2, t2.

    Examples
    --------
    >>> found = mh_rate_ratio(np.array([[9.0, 8.0], [413.0, 263.0], [19.0, 19.0], [398.0, 245.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 4)
    (-0.8578, 0.0851)
    """
    x1, t1, x2, t2 = cells
    time = _positive(t1 + t2)
    s = x2 * (t1 / time)
    big_r, big_s = (x1 * (t2 / time)).sum(axis=-1), s.sum(axis=-1)
    spread = ((t1 / time) * (t2 / time) * (x1 + x2)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = spread / (big_r * big_s)
    return Estimates(*_log_ratio(big_r, big_s, variance), s)


def mh_rate_difference(cells: FloatArray) -> Estimates:
    r"""Return the Mantel–Haenszel rate difference, Σ (x₁t₂ − x₂t₁)/T / Σ t₁t₂/T.

    Variance of Greenland and Robins (1985): Σ (t₁t₂/T)² (x₁/t₁² + x₂/t₂²) / (Σ t₁t₂/T)².

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        x1, t1, x2, t2.

    Examples
    --------
    >>> found = mh_rate_difference(np.array([[9.0, 8.0], [413.0, 263.0], [19.0, 19.0], [398.0, 245.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 7)
    (-0.0341, 0.0001294)
    """
    x1, t1, x2, t2 = cells
    time = _positive(t1 + t2)
    weights = t1 * (t2 / time)
    total = weights.sum(axis=-1)
    spread = (x1 * (t2 / time) ** 2 + x2 * (t1 / time) ** 2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = (x1 * (t2 / time) - x2 * (t1 / time)).sum(axis=-1) / total
        variance = np.where(spread > 0, spread, np.nan) / total**2
    return Estimates(estimate, variance, weights)


def cochran_rate_ratio(cells: FloatArray) -> Estimates:
    r"""Return the mean log rate ratio, weighted by the events expected in group 1 at the rates of group 2.

    Weights :math:`x_2t_1/t_2`, variance 1/Σx₁ + 1/Σx₂: Cochran's method as the R package meta has it. (The report that
    it goes back to, Smoking and Health 1964, chapter 8, has the ratio of the sums of observed and expected events.)

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        x1, t1, x2, t2.

    Examples
    --------
    >>> found = cochran_rate_ratio(np.array([[9.0, 8.0], [413.0, 263.0], [19.0, 19.0], [398.0, 245.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 4)
    (-0.8613, 0.0851)
    """
    x1, t1, x2, t2 = cells
    weights = x2 * (t1 / _positive(t2))
    total = weights.sum(axis=-1)
    informs = weights > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(x1 / t1) - np.log(x2 / t2)
        estimate = np.where(informs, weights * np.where(informs, logs, 0.0), 0.0).sum(axis=-1) / total
        variance = 1 / x1.sum(axis=-1) + 1 / x2.sum(axis=-1)
    defined = np.isfinite(estimate)
    return Estimates(np.where(defined, estimate, np.nan), np.where(defined, variance, np.nan), weights)


def peto_parts(cells: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return O − E and V of each table: events of group 1 less those expected, and their hypergeometric variance.

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        a, b, c, d.

    Returns
    -------
    difference, variance : ndarray of shape (..., k)

    Examples
    --------
    >>> difference, variance = peto_parts(np.array([[4.0], [119.0], [11.0], [128.0]]))
    >>> difference.round(3), variance.round(3)
    (array([-3.042]), array([3.536]))
    """
    a, b, c, d = cells
    n1, n2 = a + b, c + d
    total = n1 + n2
    people = _positive(total)
    difference = (a * (n2 / people)) - c * (n1 / people)
    variance = (n1 / people) * (n2 / people) * (a + c) * ((b + d) / _positive(total - 1))
    return difference, variance


def peto_one_step(cells: FloatArray) -> Estimates:
    """Return Peto's log odds ratio, Σ(O − E)/ΣV, with variance 1/ΣV.

    Parameters
    ----------
    cells : ndarray of shape (4, ..., k)
        a, b, c, d.

    Examples
    --------
    >>> found = peto_one_step(np.array([[4.0, 6.0], [119.0, 300.0], [11.0, 29.0], [128.0, 274.0]]))
    >>> round(float(found.estimate), 4), round(float(found.variance), 4)
    (-1.2401, 0.0848)
    """
    difference, spread = peto_parts(cells)
    total = spread.sum(axis=-1)
    informs = total > 0
    safe = np.where(informs, total, 1.0)
    estimate = np.where(informs, difference.sum(axis=-1) / safe, np.nan)
    return Estimates(estimate, np.where(informs, 1 / safe, np.nan), spread)


ESTIMATORS: Mapping[str, Callable[[FloatArray], Estimates]] = MappingProxyType(
    {
        "MH OR": mh_odds_ratio,
        "MH RR": mh_risk_ratio,
        "MH RD sato": mh_risk_difference,
        "MH RD gr": mh_risk_difference_gr,
        "MH IRR": mh_rate_ratio,
        "MH IRD": mh_rate_difference,
        "Cochran IRR": cochran_rate_ratio,
        "Peto PETO": peto_one_step,
    }
)


def _positive(values: FloatArray) -> FloatArray:
    """Return the values, with 1 in place of the 0 of an absent row, whose other numbers are 0 as well."""
    return np.where(values > 0, values, 1.0)


def _log_ratio(above: FloatArray, below: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    defined = (above > 0) & (below > 0) & np.isfinite(variance)
    ratio = np.where(defined, above, 1.0) / np.where(defined, below, 1.0)
    return np.where(defined, np.log(ratio), np.nan), np.where(defined, variance, np.nan)
