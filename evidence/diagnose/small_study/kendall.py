"""Kendall's rank correlation, with its exact distribution where there are no ties."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from ...pool.core import Array

__all__ = ["RankCorrelation", "exact_pvalue", "rank_correlation"]

# beyond this the exact distribution takes long and the normal one is as good
_EXACT_MOST = 500


class RankCorrelation(NamedTuple):
    """Kendall's tau-b and its test.

    Attributes
    ----------
    tau : float
        Tau-b; NaN where one variable is constant.
    score, score_se : float
        Concordant less discordant pairs, and its standard error if there is no association, ties allowed for.
    statistic : float
        Their ratio, without continuity correction.
    pvalue : float
        Two-sided; exact where `exact`.
    pvalue_normal : float
        Two-sided, by the normal approximation.
    exact, ties : bool
        Whether `pvalue` is exact; whether either variable has ties.
    """

    tau: float
    score: float
    score_se: float
    statistic: float
    pvalue: float
    pvalue_normal: float
    exact: bool
    ties: bool


def rank_correlation(x: Array, y: Array) -> RankCorrelation:
    r"""Correlate the ranks of two variables.

    Parameters
    ----------
    x, y : array, shape (n,)
        Finite values.

    Notes
    -----
    With ties of sizes t in x and u in y the variance of the score is
    :math:`[n(n-1)(2n+5) - Σt(t-1)(2t+5) - Σu(u-1)(2u+5)]/18 + Σt(t-1)Σu(u-1)/(2n(n-1)) +
    Σt(t-1)(t-2)Σu(u-1)(u-2)/(9n(n-1)(n-2))`.

    References
    ----------
    Kendall M, Gibbons JD (1990). Rank correlation methods. Edward Arnold.

    Examples
    --------
    >>> found = rank_correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]))
    >>> round(found.tau, 4), found.score, round(found.pvalue, 4)
    (0.6667, 4.0, 0.3333)
    """
    n = len(x)
    t, u = (np.unique(values, return_counts=True)[1].astype(float) for values in (x, y))
    pairs = n * (n - 1) / 2
    untied = math.sqrt((pairs - (t * (t - 1)).sum() / 2) * (pairs - (u * (u - 1)).sum() / 2))
    ties = len(t) < n or len(u) < n
    if untied == 0:
        return RankCorrelation(math.nan, 0.0, 0.0, math.nan, math.nan, math.nan, exact=False, ties=True)
    from scipy.stats import kendalltau

    score = float(round(float(kendalltau(x, y, method="asymptotic").statistic) * untied))
    variance = (n * (n - 1) * (2 * n + 5) - sum((c * (c - 1) * (2 * c + 5)).sum() for c in (t, u))) / 18
    variance += (t * (t - 1)).sum() * (u * (u - 1)).sum() / (2 * n * (n - 1))
    if n > 2:
        triples = (t * (t - 1) * (t - 2)).sum() * (u * (u - 1) * (u - 2)).sum()
        variance += triples / (9 * n * (n - 1) * (n - 2))
    se = math.sqrt(variance)
    normal = 2 * float(ndtr(-abs(score) / se))
    exact = not ties and n <= _EXACT_MOST
    return RankCorrelation(
        tau=score / untied,
        score=score,
        score_se=se,
        statistic=score / se,
        pvalue=exact_pvalue(score, n) if exact else normal,
        pvalue_normal=normal,
        exact=exact,
        ties=ties,
    )


def exact_pvalue(score: float, n: int) -> float:
    """Return the two-sided p-value of a score without ties, from all n! orders.

    Examples
    --------
    >>> exact_pvalue(6, 4)  # two of the 24 orders are as extreme
    0.08333333333333333
    """
    fewer = round((n * (n - 1) / 2 - abs(score)) / 2)
    # the number of inversions is a sum of independent uniforms on 0 … j; only the lower tail is needed
    share = np.zeros(fewer + 1)
    share[0] = 1.0
    for j in range(1, n):
        total = np.cumsum(share)
        total[j + 1 :] -= total[: -(j + 1)].copy() if j < fewer else 0.0
        share = total / (j + 1)
    return min(1.0, 2 * float(share.sum()))
