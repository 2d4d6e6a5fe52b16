"""Differences and ratios of means between two independent groups.

Each function takes arrays of shape (k,), one row per comparison, and returns ``(yi, vi)`` of the same shape.
Group 1 is the intervention: a positive difference means a larger mean there. NaN in gives NaN out.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs, weighted_mean
from .standardised import hedges_j, standardised_effect

__all__ = [
    "mean_difference",
    "ratio_of_means",
    "standardised_mean_difference",
    "standardised_mean_difference_unequal",
]


def _pooled_variance(sd1: FloatArray, n1: FloatArray, sd2: FloatArray, n2: FloatArray) -> FloatArray:
    return ((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2)


def mean_difference(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return the mean difference (MD), :math:`\bar x_1 - \bar x_2`.

    LS: :math:`s_1^2/n_1 + s_2^2/n_2`, which lets the variances differ. HO: :math:`s_p^2 (1/n_1 + 1/n_2)` with the
    pooled variance, which takes them to be equal.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups, in the outcome's unit.
    vtype : {"LS", "HO"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In the outcome's unit, and its square.

    References
    ----------
    Bonett DG (2009). Meta-analytic interval estimation for standardized and unstandardized mean differences.
    doi:10.1037/a0016619

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = mean_difference(*(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50)))
    >>> yi, vi.round(4)
    (array([3.]), array([1.01]))
    """
    if vtype == "HO":
        variance = _pooled_variance(sd1, n1, sd2, n2)
        return mean1 - mean2, variance * (1 / n1 + 1 / n2)
    return mean1 - mean2, sd1**2 / n1 + sd2**2 / n2


def standardised_mean_difference(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the standardised mean difference (SMD): Hedges' g, or Cohen's d without the correction.

    .. math:: g = J(n_1 + n_2 - 2)\,\frac{\bar x_1 - \bar x_2}{s_p}

    with the pooled standard deviation. The variances are those of
    :func:`~evidence.effects.standardised.standardised_effect`, with :math:`b = 1/n_1 + 1/n_2` and
    :math:`n = n_1 + n_2`.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.
    vtype : {"LS", "LS2", "UB", "H0", "AV", "DF", "RM", "UBG"}
        Variance formula.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations, and their square.

    References
    ----------
    Hedges LV (1981). doi:10.3102/10769986006002107

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_mean_difference(*(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50)))
    >>> yi.round(4), vi.round(4)
    (array([0.5924]), array([0.0418]))
    """
    d = (mean1 - mean2) / np.sqrt(_pooled_variance(sd1, n1, sd2, n2))
    return standardised_effect(
        d, base=1 / n1 + 1 / n2, dof=n1 + n2 - 2, n=n1 + n2, vtype=vtype, correct=correct, factor=factor
    )


def standardised_mean_difference_unequal(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the standardised mean difference that lets the variances differ (SMDH).

    With :math:`\bar s^2 = (s_1^2 + s_2^2)/2` and :math:`\delta = J(n_1+n_2-2)\,(\bar x_1 - \bar x_2)/\bar s`,

    .. math:: v = \frac{\delta^2}{8 \bar s^4}\left(\frac{s_1^4}{n_1-1} + \frac{s_2^4}{n_2-1}\right)
              + \frac{1}{\bar s^2}\left(\frac{s_1^2}{n_1-1} + \frac{s_2^2}{n_2-1}\right)

    Some software shrinks this variance by :math:`J^2` once more (metafor before version 4); the corrected
    effect stands in it already, so that is not done here.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.
    correct : bool
        Whether to apply the small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In (average) standard deviations, and their square.

    References
    ----------
    Bonett DG (2008), doi:10.1037/1082-989X.13.2.99; Bonett DG (2009), doi:10.1037/a0016619

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_mean_difference_unequal(
    ...     *(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50))
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.5924]), array([0.0427]))
    """
    average = (sd1**2 + sd2**2) / 2
    yi = (mean1 - mean2) / np.sqrt(average)
    if correct:
        yi = hedges_j(n1 + n2 - 2, factor=factor) * yi
    spread = sd1**4 / (n1 - 1) + sd2**4 / (n2 - 1)
    centre = sd1**2 / (n1 - 1) + sd2**2 / (n2 - 1)
    return yi, yi**2 * spread / (8 * average**2) + centre / average


def ratio_of_means(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
) -> EffectPair:
    r"""Return the log ratio of means (ROM), :math:`\ln(\bar x_1/\bar x_2)`.

    It needs a scale with a true zero: rows whose means are not both above 0 give NaN. The correction adds
    :math:`\tfrac12\left(s_1^2/(n_1 \bar x_1^2) - s_2^2/(n_2 \bar x_2^2)\right)`, the bias of the log to second
    order. With the coefficients of variation :math:`c_j = s_j/\bar x_j`:

    ====== =====================================================================================
    LS     :math:`c_1^2/n_1 + c_2^2/n_2`
    HO     :math:`s_p^2/(n_1 \bar x_1^2) + s_p^2/(n_2 \bar x_2^2)`, equal variances
    AV     :math:`\bar c_1^2/n_1 + \bar c_2^2/n_2`, means over the rows weighted by group size
    AVHO   :math:`\bar c^2 (1/n_1 + 1/n_2)`, one mean over all groups of all rows
    ====== =====================================================================================

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.
    vtype : {"LS", "HO", "AV", "AVHO"}
        Variance formula.
    correct : bool
        Whether to remove the second-order bias of the log.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Hedges LV, Gurevitch J, Curtis PS (1999). doi:10.1890/0012-9658(1999)080[1150:TMAORR]2.0.CO;2.
    Correction: Lajeunesse MJ (2015), doi:10.1890/14-2402.1. AV, AVHO: Nakagawa S and others (2023),
    doi:10.1111/ele.14144

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = ratio_of_means(
    ...     *(np.array([x]) for x in (61.515, 19.475, 10, 51.015, 19.475, 10)), vtype="HO", correct=False
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.1872]), array([0.0246]))
    """
    positive = (mean1 > 0) & (mean2 > 0)
    mean1, mean2 = np.where(positive, mean1, np.nan), np.where(positive, mean2, np.nan)
    cv1, cv2 = sd1 / mean1, sd2 / mean2
    term1, term2 = cv1**2 / n1, cv2**2 / n2
    yi = np.log(mean1 / mean2)
    if correct:
        yi = yi + (term1 - term2) / 2
    if vtype == "LS":
        vi = term1 + term2
    elif vtype == "HO":
        variance = _pooled_variance(sd1, n1, sd2, n2)
        vi = variance * (1 / (n1 * mean1**2) + 1 / (n2 * mean2**2))
    elif vtype == "AV":
        vi = weighted_mean(cv1, n1) ** 2 / n1 + weighted_mean(cv2, n2) ** 2 / n2
    else:
        cv = weighted_mean(np.concatenate([cv1, cv2]), np.concatenate([n1, n2]))
        vi = cv**2 * (1 / n1 + 1 / n2)
    return finite_pairs(yi, np.where(positive, vi, np.nan))
