"""Two independent groups, each measured before and after: pre–post–control differences.

The functions take, for group 1 and then for group 2, the mean after and before, the standard deviations, the number
of people and the correlation between a person's two measurements, as arrays of shape (k,); they return ``(yi, vi)``.
Group 1 is the intervention: a positive value means a larger rise there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .paired import paired_mean_difference, standardised_by_one_side
from .standardised import standardised_effect

if TYPE_CHECKING:
    from .arrays import EffectPair, FloatArray

__all__ = ["difference_in_change", "difference_in_change_by_pooled_sd", "difference_in_standardised_change"]


def difference_in_change(
    mean_post1: FloatArray,
    sd_post1: FloatArray,
    mean_pre1: FloatArray,
    sd_pre1: FloatArray,
    n1: FloatArray,
    r1: FloatArray,
    mean_post2: FloatArray,
    sd_post2: FloatArray,
    mean_pre2: FloatArray,
    sd_pre2: FloatArray,
    n2: FloatArray,
    r2: FloatArray,
) -> EffectPair:
    r"""Return the difference between the mean changes of two groups (PPCM), in the outcome's unit.

    .. math:: y = (\bar x_{1,post} - \bar x_{1,pre}) - (\bar x_{2,post} - \bar x_{2,pre}), \qquad
              v = \sum_j \frac{s_{j,post}^2 + s_{j,pre}^2 - 2 r_j s_{j,post} s_{j,pre}}{n_j}

    Parameters
    ----------
    mean_post1, sd_post1, mean_pre1, sd_pre1, n1, r1 : ndarray of shape (k,)
        Group 1.
    mean_post2, sd_post2, mean_pre2, sd_pre2, n2, r2 : ndarray of shape (k,)
        Group 2.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In the outcome's unit, and its square.

    References
    ----------
    Morris SB (2008). Estimating effect sizes from pretest-posttest-control group designs.
    doi:10.1177/1094428106291059

    Examples
    --------
    >>> import numpy as np
    >>> group1, group2 = (38.5, 11.6, 30.6, 15.0, 20, 0.47), (19.7, 14.8, 23.1, 13.8, 20, 0.47)
    >>> yi, vi = difference_in_change(*(np.array([x]) for x in (*group1, *group2)))
    >>> yi.round(4), vi.round(4)
    (array([11.3]), array([20.6747]))
    """
    change1, variance1 = paired_mean_difference(mean_post1, sd_post1, mean_pre1, sd_pre1, n1, r1)
    change2, variance2 = paired_mean_difference(mean_post2, sd_post2, mean_pre2, sd_pre2, n2, r2)
    return change1 - change2, variance1 + variance2


def difference_in_standardised_change(
    mean_post1: FloatArray,
    mean_pre1: FloatArray,
    sd_pre1: FloatArray,
    n1: FloatArray,
    r1: FloatArray,
    mean_post2: FloatArray,
    mean_pre2: FloatArray,
    sd_pre2: FloatArray,
    n2: FloatArray,
    r2: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the difference between two standardised changes, each by its own baseline SD (PPCR).

    That of two :func:`~evidence.effects.paired.standardised_by_one_side` (SMCR), whose variances add up, since the
    groups are independent. Becker's :math:`d_{ppc1}` in Morris's notation.

    Parameters
    ----------
    mean_post1, mean_pre1, sd_pre1, n1, r1 : ndarray of shape (k,)
        Group 1: means after and before, baseline SD, people, correlation of the two measurements.
    mean_post2, mean_pre2, sd_pre2, n2, r2 : ndarray of shape (k,)
        Group 2.
    vtype : {"LS", "LS2", "UB", "H0"}
        Variance formula of each change.
    correct : bool
        Whether to apply Hedges' small-sample factor to each.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In baseline standard deviations, and their square.

    References
    ----------
    Becker BJ (1988), doi:10.1111/j.2044-8317.1988.tb00901.x; Morris SB (2008), doi:10.1177/1094428106291059

    Examples
    --------
    >>> import numpy as np
    >>> group1, group2 = (38.5, 30.6, 15.0, 20, 0.47), (19.7, 23.1, 13.8, 20, 0.47)
    >>> yi, vi = difference_in_standardised_change(*(np.array([x]) for x in (*group1, *group2)))
    >>> yi.round(4), vi.round(4)
    (array([0.7421]), array([0.1138]))
    """
    change1, variance1 = standardised_by_one_side(
        mean_post1, sd_pre1, mean_pre1, n1, r1, vtype=vtype, correct=correct, factor=factor
    )
    change2, variance2 = standardised_by_one_side(
        mean_post2, sd_pre2, mean_pre2, n2, r2, vtype=vtype, correct=correct, factor=factor
    )
    return change1 - change2, variance1 + variance2


def difference_in_change_by_pooled_sd(
    mean_post1: FloatArray,
    mean_pre1: FloatArray,
    sd_pre1: FloatArray,
    n1: FloatArray,
    r1: FloatArray,
    mean_post2: FloatArray,
    mean_pre2: FloatArray,
    sd_pre2: FloatArray,
    n2: FloatArray,
    r2: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the difference between two mean changes over the pooled baseline SD (PPCP), Morris's :math:`d_{ppc2}`.

    The variances are those of :func:`~evidence.effects.standardised.standardised_effect` with
    :math:`b = 2(1-r_1)/n_1 + 2(1-r_2)/n_2`, :math:`m = n_1 + n_2 - 2` and :math:`n = n_1 + n_2`. It assumes one
    standard deviation for both groups and both times. UB is the unbiased form of Morris's equation 25.

    Parameters
    ----------
    mean_post1, mean_pre1, sd_pre1, n1, r1 : ndarray of shape (k,)
        Group 1: means after and before, baseline SD, people, correlation of the two measurements.
    mean_post2, mean_pre2, sd_pre2, n2, r2 : ndarray of shape (k,)
        Group 2.
    vtype : {"LS", "LS2", "UB", "H0"}
        Variance formula.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In baseline standard deviations, and their square.

    References
    ----------
    Morris SB (2008), equations 8 and 25. doi:10.1177/1094428106291059

    Examples
    --------
    >>> import numpy as np
    >>> group1, group2 = (38.5, 30.6, 15.0, 20, 0.47), (19.7, 23.1, 13.8, 20, 0.47)
    >>> yi, vi = difference_in_change_by_pooled_sd(*(np.array([x]) for x in (*group1, *group2)))
    >>> yi.round(4), vi.round(4)
    (array([0.7684]), array([0.1134]))
    """
    dof = n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * sd_pre1**2 + (n2 - 1) * sd_pre2**2) / dof)
    d = ((mean_post1 - mean_pre1) - (mean_post2 - mean_pre2)) / pooled
    base = 2 * (1 - r1) / n1 + 2 * (1 - r2) / n2
    return standardised_effect(d, base=base, dof=dof, n=n1 + n2, vtype=vtype, correct=correct, factor=factor)
