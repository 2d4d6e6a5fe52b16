"""Ratios and differences of risks between two independent groups.

Each function takes the four cells as arrays of shape (k,): events and non-events of group 1, then of group 2. They
return ``(yi, vi)`` with NaN where a zero cell leaves no estimate; what is added to zero cells is decided before, in
:mod:`~evidence.effects.zero_cells`. Group 1 is the intervention.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs, weighted_mean

__all__ = ["arcsine_difference", "odds_ratio", "peto_odds_ratio", "risk_difference", "risk_ratio"]


def arcsine_difference(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return the difference of arcsines (AS), :math:`\arcsin\sqrt{p_1} - \arcsin\sqrt{p_2}`.

    .. math:: v = \frac{1}{4 n_1} + \frac{1}{4 n_2}

    It is defined at any count, so that zeros need no correction. Twice the effect is Cohen's h; R's meta calls it ASD.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In radians, and its square.

    References
    ----------
    Rücker G, Schwarzer G, Carpenter J, Olkin I (2009). Why add anything to nothing? doi:10.1002/sim.3511

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = arcsine_difference(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi
    (array([-0.0962]), array([0.005]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    yi = np.arcsin(np.sqrt(events1 / n1)) - np.arcsin(np.sqrt(events2 / n2))
    return yi, 1 / (4 * n1) + 1 / (4 * n2)


def risk_ratio(
    events1: FloatArray,
    nonevents1: FloatArray,
    events2: FloatArray,
    nonevents2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return the log risk ratio (RR), :math:`\ln(p_1/p_2)`.

    LS: :math:`\sum_j (1/a_j - 1/n_j)`. AV: :math:`\sum_j (1-\bar p_j)/(\bar p_j n_j)` with the risk of each arm
    averaged over the rows, weighted by n.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Borenstein M and others (2009). Introduction to meta-analysis, chapter 5. doi:10.1002/9780470743386

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = risk_ratio(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.6931]), array([0.28]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    with np.errstate(divide="ignore", invalid="ignore"):
        risk1, risk2 = events1 / n1, events2 / n2
        yi = np.log(risk1) - np.log(risk2)
        if vtype == "AV":
            mean1, mean2 = weighted_mean(risk1, n1), weighted_mean(risk2, n2)
            vi = np.divide(1 - mean1, mean1 * n1) + np.divide(1 - mean2, mean2 * n2)
        else:
            vi = nonevents1 / (events1 * n1) + nonevents2 / (events2 * n2)
    return finite_pairs(yi, vi)


def odds_ratio(
    events1: FloatArray,
    nonevents1: FloatArray,
    events2: FloatArray,
    nonevents2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return the log odds ratio (OR), :math:`\ln\frac{a\,d}{b\,c}`.

    LS: :math:`1/a + 1/b + 1/c + 1/d`. AV: :math:`\sum_j 1/(\bar p_j (1-\bar p_j) n_j)` with the risk of each arm
    averaged over the rows, weighted by n.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Borenstein M and others (2009). Introduction to meta-analysis, chapter 5. doi:10.1002/9780470743386

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = odds_ratio(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.7472]), array([0.3216]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    with np.errstate(divide="ignore", invalid="ignore"):
        yi = np.log(events1 / nonevents1) - np.log(events2 / nonevents2)
        if vtype == "AV":
            mean1, mean2 = weighted_mean(events1 / n1, n1), weighted_mean(events2 / n2, n2)
            vi = np.divide(1, mean1 * (1 - mean1) * n1) + np.divide(1, mean2 * (1 - mean2) * n2)
        else:
            vi = 1 / events1 + 1 / nonevents1 + 1 / events2 + 1 / nonevents2
    return finite_pairs(yi, vi)


def risk_difference(
    events1: FloatArray,
    nonevents1: FloatArray,
    events2: FloatArray,
    nonevents2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return the risk difference (RD), :math:`p_1 - p_2`.

    LS: :math:`\sum_j p_j(1-p_j)/n_j`. UB: the same with :math:`n_j - 1`, unbiased. AV: as LS with the risk of each
    arm averaged over the rows, weighted by n.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.
    vtype : {"LS", "UB", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        As a fraction, not percent, and its square.

    References
    ----------
    Borenstein M and others (2009). Introduction to meta-analysis, chapter 5. doi:10.1002/9780470743386

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = risk_difference(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(6)
    (array([-0.05]), array([0.001375]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    risk1, risk2 = events1 / n1, events2 / n2
    yi = risk1 - risk2
    if vtype == "AV":
        risk1 = np.full_like(risk1, weighted_mean(risk1, n1))
        risk2 = np.full_like(risk2, weighted_mean(risk2, n2))
    less = 1 if vtype == "UB" else 0
    with np.errstate(divide="ignore", invalid="ignore"):
        vi = risk1 * (1 - risk1) / (n1 - less) + risk2 * (1 - risk2) / (n2 - less)
    return finite_pairs(yi, vi)


def peto_odds_ratio(
    events1: FloatArray, nonevents1: FloatArray, events2: FloatArray, nonevents2: FloatArray
) -> EffectPair:
    r"""Return Peto's one-step log odds ratio (PETO), :math:`(O - E)/V`, and its variance :math:`1/V`.

    `O` are the events of group 1, `E` their number expected if there is no effect, and `V` the hypergeometric
    variance of `O`. Good for rare events, small effects and balanced groups; biased otherwise. It needs no
    correction of a zero in one arm.

    Parameters
    ----------
    events1, nonevents1, events2, nonevents2 : ndarray of shape (k,)
        The four cells.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Yusuf S, Peto R, Lewis J, Collins R, Sleight P (1985). Beta blockade during and after myocardial infarction.
    doi:10.1016/s0033-0620(85)80003-7

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = peto_odds_ratio(*(np.array([x]) for x in (5.0, 95.0, 10.0, 90.0)))
    >>> yi.round(4), vi.round(4)
    (array([-0.7171]), array([0.2868]))
    """
    n1, n2 = events1 + nonevents1, events2 + nonevents2
    total, events = n1 + n2, events1 + events2
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = events * (total - events) * (n1 / total) * (n2 / total) / (total - 1)
        variance = np.where(total > 1, variance, np.nan)
        return finite_pairs((events1 - events * n1 / total) / variance, 1 / variance)
