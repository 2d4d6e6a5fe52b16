"""Ratios and differences of risks within matched pairs, from the 2×2 table that counts pairs.

Each function takes four arrays of shape (k,): pairs with the event under both conditions, only under 1, only
under 2, and under neither. They return ``(yi, vi)`` with NaN where a zero cell leaves no estimate. For split bodies,
condition 1 is the treated side.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = [
    "conditional_odds_ratio",
    "marginal_odds_ratio",
    "marginal_odds_ratio_from_margins",
    "marginal_risk_difference",
    "marginal_risk_ratio",
    "matched_peto_odds_ratio",
]


def _margins(
    both: FloatArray, only1: FloatArray, only2: FloatArray, neither: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Risk under each condition, and the variance of their difference."""
    n = both + only1 + only2 + neither
    variance = (only1 * (n - only1) + only2 * (n - only2) + 2 * only1 * only2) / n**3
    return (both + only1) / n, (both + only2) / n, variance


def marginal_risk_ratio(both: FloatArray, only1: FloatArray, only2: FloatArray, neither: FloatArray) -> EffectPair:
    r"""Return the log risk ratio of matched pairs (MPRR), variance :math:`\frac{b+c}{(a+b)(a+c)}`.

    `a`, `b`, `c` count pairs with the event under both conditions, only under 1 and only under 2.

    Parameters
    ----------
    both, only1, only2, neither : ndarray of shape (k,)
        Numbers of pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Zou GY (2007). One relative risk versus two odds ratios. doi:10.1177/1740774506075667

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = marginal_risk_ratio(*(np.array([x]) for x in (30.0, 18.0, 3.0, 28.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.3747]), array([0.0133]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log((both + only1) / (both + only2))
        return finite_pairs(yi, (only1 + only2) / ((both + only1) * (both + only2)) + 0 * neither)


def marginal_odds_ratio(both: FloatArray, only1: FloatArray, only2: FloatArray, neither: FloatArray) -> EffectPair:
    r"""Return the marginal log odds ratio of matched pairs (MPOR).

    The two marginal risks as in two groups; the variance of the difference of their logits takes the pairing into
    account: that of the risk difference over :math:`p_1(1-p_1)\,p_2(1-p_2)`.

    Parameters
    ----------
    both, only1, only2, neither : ndarray of shape (k,)
        Numbers of pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Becker MP, Balagtas CC (1993). Marginal modeling of binary cross-over data. doi:10.2307/2532242

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = marginal_odds_ratio(*(np.array([x]) for x in (30.0, 18.0, 3.0, 28.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.7693]), array([0.0502]))
    """
    risk1, risk2, variance = _margins(both, only1, only2, neither)
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(risk1 / (1 - risk1)) - np.log(risk2 / (1 - risk2))
        return finite_pairs(yi, variance / (risk1 * (1 - risk1) * risk2 * (1 - risk2)))


def marginal_risk_difference(both: FloatArray, only1: FloatArray, only2: FloatArray, neither: FloatArray) -> EffectPair:
    r"""Return the risk difference of matched pairs (MPRD), :math:`(b - c)/n`.

    The variance is that of a difference of two multinomial proportions,
    :math:`(b(n-b) + c(n-c) + 2bc)/n^3`.

    Parameters
    ----------
    both, only1, only2, neither : ndarray of shape (k,)
        Numbers of pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        As a fraction, not percent, and its square.

    References
    ----------
    May WL, Johnson WD (1997). Confidence intervals for differences in correlated binary proportions.
    doi:10.1002/(SICI)1097-0258(19970930)16:18<2127::AID-SIM633>3.0.CO;2-W

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = marginal_risk_difference(*(np.array([x]) for x in (30.0, 18.0, 3.0, 28.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.1899]), array([0.0029]))
    """
    risk1, risk2, variance = _margins(both, only1, only2, neither)
    return finite_pairs(risk1 - risk2, variance)


def conditional_odds_ratio(both: FloatArray, only1: FloatArray, only2: FloatArray, neither: FloatArray) -> EffectPair:
    r"""Return the conditional log odds ratio of matched pairs (MPORC), :math:`\ln(b/c)`, variance :math:`1/b + 1/c`.

    Only the discordant pairs count.

    Parameters
    ----------
    both, only1, only2, neither : ndarray of shape (k,)
        Numbers of pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Curtin F, Elbourne D, Altman DG (2002). Meta-analysis combining parallel and cross-over clinical trials. II:
    Binary outcomes. doi:10.1002/sim.1206

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = conditional_odds_ratio(*(np.array([x]) for x in (30.0, 18.0, 3.0, 28.0)))
    >>> yi.round(4), vi.round(4)
    (array([1.7918]), array([0.3889]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(only1 / only2) + 0 * (both + neither)
        return finite_pairs(yi, 1 / only1 + 1 / only2)


def matched_peto_odds_ratio(both: FloatArray, only1: FloatArray, only2: FloatArray, neither: FloatArray) -> EffectPair:
    r"""Return Peto's log odds ratio of matched pairs (MPPETO), :math:`2(b-c)/(b+c)`, variance :math:`4/(b+c)`.

    Only the discordant pairs count.

    Parameters
    ----------
    both, only1, only2, neither : ndarray of shape (k,)
        Numbers of pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Curtin F, Elbourne D, Altman DG (2002). doi:10.1002/sim.1206

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = matched_peto_odds_ratio(*(np.array([x]) for x in (30.0, 18.0, 3.0, 28.0)))
    >>> yi.round(4), vi.round(4)
    (array([1.4286]), array([0.1905]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = 2 * (only1 - only2) / (only1 + only2) + 0 * (both + neither)
        return finite_pairs(yi, 4 / (only1 + only2))


def marginal_odds_ratio_from_margins(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray, r: FloatArray
) -> EffectPair:
    r"""Return the marginal log odds ratio of matched pairs from the two margins and their correlation (MPORM).

    The margins are what each condition reports; `r`, the phi coefficient of the table of pairs, says how they go
    together:

    .. math:: v = \frac1a + \frac1b + \frac1c + \frac1d - \frac{2 r n}{n_1 n_2 \sqrt{p_1(1-p_1)\,p_2(1-p_2)}}

    where both conditions have the same `n` people. If the reported totals differ, `n` is their mean, rounded (a half
    to the even number), as in metafor.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The two margins.
    r : ndarray of shape (k,)
        Correlation of the two answers within pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale. No table of pairs has two given margins and a correlation beyond certain limits: the
        effect then has no variance (NaN). Where the totals differ, that cannot be judged.

    References
    ----------
    Elbourne DR and others (2002). Meta-analyses involving cross-over trials. doi:10.1093/ije/31.1.140; Becker MP,
    Balagtas CC (1993), doi:10.2307/2532242

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = marginal_odds_ratio_from_margins(*(np.array([x]) for x in (48.0, 31.0, 33.0, 46.0, 0.52298)))
    >>> yi.round(4), vi.round(4)
    (array([0.7693]), array([0.0502]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    n = np.where(n1 == n2, n1, np.round((n1 + n2) / 2))
    risk1, risk2 = events1 / n1, events2 / n2
    spread = np.sqrt(risk1 * (1 - risk1) * risk2 * (1 - risk2))
    both = r * spread + risk1 * risk2
    slack = 1e-9
    lowest, highest = np.maximum(risk1 + risk2 - 1, 0), np.minimum(risk1, risk2)
    possible = (n1 != n2) | ((both <= highest + slack) & (both >= lowest - slack))
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(events1 / nonevents1) - np.log(events2 / nonevents2)
        apart = 1 / events1 + 1 / nonevents1 + 1 / events2 + 1 / nonevents2
        vi = apart - 2 * r * n / (n1 * n2 * spread)
        yi, vi = finite_pairs(yi, np.where(np.isfinite(vi), np.maximum(vi, 0.0), vi))
    return yi, np.where(possible, vi, np.nan)
