"""Standardised mean differences in the unit of one group's standard deviation: Glass's Δ.

The functions take arrays of shape (k,) and return ``(yi, vi)``. Group 2 is the control, whose standard deviation the
treatment did not touch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .standardised import hedges_j, standardised_effect

if TYPE_CHECKING:
    from .arrays import EffectPair, FloatArray

__all__ = ["difference_by_control_sd", "difference_by_control_sd_unequal"]


def difference_by_control_sd(
    mean1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
) -> EffectPair:
    r"""Return the mean difference over the control's SD (SMD1), :math:`J(n_2-1)(\bar x_1-\bar x_2)/s_2`.

    The variances are those of :func:`~evidence.effects.standardised.standardised_effect` with
    :math:`b = 1/n_1 + 1/n_2`, :math:`m = n_2 - 1` and :math:`n = n_2`; they take the two true variances to be equal.
    AV averages with the weights :math:`n_1 + n_2`.

    Parameters
    ----------
    mean1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means and sizes of the groups, and the standard deviation of group 2.
    vtype : {"LS", "LS2", "UB", "H0", "AV", "DF"}
        Variance formula.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations of group 2, and their square.

    References
    ----------
    Glass GV (1976), doi:10.3102/0013189X005010003; Hedges LV (1981), doi:10.3102/10769986006002107

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = difference_by_control_sd(*(np.array([x]) for x in (103.0, 50, 100.0, 4.5, 50)))
    >>> yi.round(4), vi.round(4)
    (array([0.6564]), array([0.0443]))
    """
    d = (mean1 - mean2) / sd2
    return standardised_effect(
        d, base=1 / n1 + 1 / n2, dof=n2 - 1, n=n2, vtype=vtype, correct=correct, factor=factor, weights=n1 + n2
    )


def difference_by_control_sd_unequal(
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
    r"""Return the mean difference over the control's SD, where the true variances may differ (SMD1H).

    .. math:: v = \frac{s_1^2/s_2^2}{n_1-1} + \frac{1}{n_2-1} + \frac{y^2}{2(n_2-1)}

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In standard deviations of group 2, and their square.

    References
    ----------
    Bonett DG (2008). Confidence intervals for standardized linear contrasts of means.
    doi:10.1037/1082-989X.13.2.99

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = difference_by_control_sd_unequal(*(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50)))
    >>> yi.round(4), vi.round(4)
    (array([0.6564]), array([0.0553]))
    """
    yi = (mean1 - mean2) / sd2
    if correct:
        yi = hedges_j(n2 - 1, factor=factor) * yi
    return yi, (sd1 / sd2) ** 2 / (n1 - 1) + (1 + yi**2 / 2) / (n2 - 1)
