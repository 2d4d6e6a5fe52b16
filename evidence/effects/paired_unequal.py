"""Standardised mean differences of the same people whose spread may differ between the two sides or times.

The functions take arrays of shape (k,) and return ``(yi, vi)``; `n` counts people (pairs) and `r` is the correlation
between the two measurements of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .standardised import hedges_j

if TYPE_CHECKING:
    from .arrays import EffectPair, FloatArray

__all__ = ["standardised_by_average_sd_unequal", "standardised_by_one_side_unequal"]


def standardised_by_one_side_unequal(
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
    r"""Return the mean difference within pairs over `sd1`, where the true variances may differ (SMCRH).

    .. math:: y = J(n-1)\,\frac{\bar x_1 - \bar x_2}{s_1}, \qquad
              v = \frac{s_1^2 + s_2^2 - 2 r s_1 s_2}{s_1^2 (n-1)} + \frac{y^2}{2(n-1)}

    `sd1` is the SD that standardises: for a change that should be the baseline's, for a split body the control
    side's.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    correct : bool
        Whether to apply Hedges' small-sample factor.
    factor : {"exact", "approximate"}
        Which form of that factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    Bonett DG (2008). Confidence intervals for standardized linear contrasts of means.
    doi:10.1037/1082-989X.13.2.99

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_by_one_side_unequal(
    ...     *(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5))
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.48]), array([0.0587]))
    """
    yi = (mean1 - mean2) / sd1
    if correct:
        yi = hedges_j(n - 1, factor=factor) * yi
    ratio = sd2 / sd1
    return yi, (1 + ratio**2 - 2 * r * ratio + yi**2 / 2) / (n - 1)


def standardised_by_average_sd_unequal(
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
    r"""Return the mean difference within pairs over the root of the average variance, which may differ (SMCRPH).

    With :math:`\bar s^2 = (s_1^2 + s_2^2)/2` and :math:`y = J\!\left(\frac{2(n-1)}{1+r^2}\right)
    (\bar x_1 - \bar x_2)/\bar s`,

    .. math:: v = \frac{s_1^2 + s_2^2 - 2 r s_1 s_2}{\bar s^2 (n-1)}
              + \frac{y^2 (s_1^4 + s_2^4 + 2 r^2 s_1^2 s_2^2)}{8 \bar s^4 (n-1)}

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    correct : bool
        Whether to apply Hedges' small-sample factor.
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
    >>> yi, vi = standardised_by_average_sd_unequal(
    ...     *(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5))
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.4875]), array([0.0565]))
    """
    total = sd1**2 + sd2**2
    share1, share2 = sd1**2 / total, sd2**2 / total
    yi = (mean1 - mean2) / np.sqrt(total / 2)
    if correct:
        yi = hedges_j(2 * (n - 1) / (1 + r**2), factor=factor) * yi
    centre = 2 * (1 - 2 * r * np.sqrt(share1 * share2))
    spread = share1**2 + share2**2 + 2 * r**2 * share1 * share2
    return yi, (centre + yi**2 * spread / 2) / (n - 1)
