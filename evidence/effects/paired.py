"""Differences and ratios of two means of the same people: two sides of a body, or two times.

Each function takes arrays of shape (k,) and returns ``(yi, vi)``. `n` counts people (pairs), not measurements, and `r`
is the correlation between the two measurements of a person. It is seldom reported; an assumed value belongs in a
sensitivity analysis. Treating the two sides as independent groups is the special case r = 0, and is wrong whenever
r is not 0.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs
from .standardised import hedges_j, standardised_effect, unbiased_correlation

__all__ = [
    "paired_mean_difference",
    "paired_ratio_of_means",
    "standardised_by_differences",
    "standardised_by_one_side",
    "standardised_by_pooled_sd",
]


def _difference_variance(sd1: FloatArray, sd2: FloatArray, r: FloatArray) -> FloatArray:
    """Variance of the within-person difference."""
    return sd1**2 + sd2**2 - 2 * r * sd1 * sd2


def paired_mean_difference(
    mean1: FloatArray, sd1: FloatArray, mean2: FloatArray, sd2: FloatArray, n: FloatArray, r: FloatArray
) -> EffectPair:
    r"""Return the mean difference within pairs (MC), with variance :math:`(s_1^2 + s_2^2 - 2 r s_1 s_2)/n`.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides, in the outcome's unit.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In the outcome's unit, and its square.

    References
    ----------
    Elbourne DR and others (2002). Meta-analyses involving cross-over trials. doi:10.1093/ije/31.1.140

    Examples
    --------
    >>> import numpy as np
    >>> paired_mean_difference(*(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5)))
    (array([5.]), array([5.]))
    """
    return mean1 - mean2, _difference_variance(sd1, sd2, r) / n


def standardised_by_differences(
    mean1: FloatArray,
    sd1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n: FloatArray,
    r: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the mean difference within pairs over the SD of the differences (SMCC).

    Its unit shrinks as `r` grows, so that it must not be pooled with an SMD of two groups. The variances are those
    of :func:`~evidence.effects.standardised.standardised_effect` with :math:`b = 1/n` and :math:`m = n - 1`.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    vtype : {"LS", "LS2", "UB", "H0"}
        Variance formula.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    Gibbons RD, Hedeker DR, Davis JM (1993). doi:10.3102/10769986018003271

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_by_differences(
    ...     *(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5))
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.48]), array([0.0558]))
    """
    d = (mean1 - mean2) / np.sqrt(_difference_variance(sd1, sd2, r))
    return standardised_effect(d, base=1 / n, dof=n - 1, n=n, vtype=vtype, correct=correct, factor=factor)


def standardised_by_one_side(
    mean1: FloatArray,
    sd1: FloatArray,
    mean2: FloatArray,
    n: FloatArray,
    r: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the mean difference within pairs over one raw standard deviation (SMCR), in the unit of an SMD.

    `sd1` is the SD that standardises. For a change from baseline that should be the baseline's, for a split body
    the control side's: map that column to `sd1`. The variances are those of
    :func:`~evidence.effects.standardised.standardised_effect` with :math:`b = 2(1 - r)/n` and :math:`m = n - 1`;
    UB and H0 put the unbiased estimate of the correlation in place of `r`.

    Parameters
    ----------
    mean1, mean2 : ndarray of shape (k,)
        Means of the two sides.
    sd1 : ndarray of shape (k,)
        The standard deviation to divide by.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    vtype : {"LS", "LS2", "UB", "H0"}
        Variance formula.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    Becker BJ (1988), doi:10.1111/j.2044-8317.1988.tb00901.x; Morris SB (2000), doi:10.1348/000711000159150

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_by_one_side(*(np.array([x]) for x in (105.0, 10.0, 100.0, 20.0, 0.5)))
    >>> yi.round(4), vi.round(4)
    (array([0.48]), array([0.0558]))
    """
    used_r = unbiased_correlation(r, n) if vtype in {"UB", "H0"} else r
    d = (mean1 - mean2) / sd1
    return standardised_effect(
        d, base=2 * (1 - used_r) / n, dof=n - 1, n=n, vtype=vtype, correct=correct, factor=factor
    )


def standardised_by_pooled_sd(
    mean1: FloatArray,
    sd1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n: FloatArray,
    r: FloatArray,
    *,
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the mean difference within pairs over the pooled SD of the two sides (SMCRP), in the unit of an SMD.

    .. math:: y = J\!\left(\frac{2(n-1)}{1+r^2}\right)\frac{\bar x_1 - \bar x_2}{\sqrt{(s_1^2+s_2^2)/2}},
              \qquad v = \frac{2(1-r)}{n} + \frac{(1+r^2)\,y^2}{4n}

    At r = 0 both are those of an SMD of two independent groups of `n` people.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    correct : bool
        Whether to apply the small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    Bonett DG (2008), doi:10.1037/1082-989X.13.2.99; degrees of freedom: Cousineau D (2020),
    doi:10.20982/tqmp.16.4.p418

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_by_pooled_sd(*(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5)))
    >>> yi.round(4), vi.round(4)
    (array([0.4875]), array([0.0537]))
    """
    yi = (mean1 - mean2) / np.sqrt((sd1**2 + sd2**2) / 2)
    if correct:
        yi = hedges_j(2 * (n - 1) / (1 + r**2), factor=factor) * yi
    return yi, 2 * (1 - r) / n + yi**2 * (1 + r**2) / (4 * n)


def paired_ratio_of_means(
    mean1: FloatArray,
    sd1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n: FloatArray,
    r: FloatArray,
    *,
    correct: bool = True,
) -> EffectPair:
    r"""Return the log ratio of the two means of a pair (ROMC).

    With :math:`c_j = s_j/\bar x_j` the variance is :math:`(c_1^2 + c_2^2 - 2 r c_1 c_2)/n`; the correction adds
    :math:`(c_1^2 - c_2^2)/(2n)`. It needs a scale with a true zero: rows whose means are not both above 0 give NaN.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    correct : bool
        Whether to remove the second-order bias of the log.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Lajeunesse MJ (2011), doi:10.1890/11-0423.1; correction: Lajeunesse MJ (2015), doi:10.1890/14-2402.1

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = paired_ratio_of_means(*(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5)))
    >>> yi.round(5), vi.round(6)
    (array([0.04877]), array([0.000477]))
    """
    positive = (mean1 > 0) & (mean2 > 0)
    mean1, mean2 = np.where(positive, mean1, np.nan), np.where(positive, mean2, np.nan)
    cv1, cv2 = sd1 / mean1, sd2 / mean2
    yi = np.log(mean1 / mean2)
    if correct:
        yi = yi + (cv1**2 - cv2**2) / (2 * n)
    return finite_pairs(yi, (cv1**2 + cv2**2 - 2 * r * cv1 * cv2) / n)
