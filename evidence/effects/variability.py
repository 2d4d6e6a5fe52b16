"""Ratios of spread: of standard deviations, and of coefficients of variation.

A treatment that works in some people and not in others widens the spread. The functions take arrays of shape (k,),
one row per comparison, and return ``(yi, vi)`` on the natural-log scale; group or side 1 is in the numerator. Normal
outcomes are assumed, so that mean and standard deviation of a sample are independent.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs

__all__ = [
    "coefficient_of_variation_ratio",
    "paired_coefficient_of_variation_ratio",
    "paired_variability_ratio",
    "variability_ratio",
]


def variability_ratio(
    sd1: FloatArray, n1: FloatArray, sd2: FloatArray, n2: FloatArray, *, correct: bool = True
) -> EffectPair:
    r"""Return the log variability ratio (VR, lnVR), :math:`\ln(s_1/s_2) + \frac{1}{2(n_1-1)} - \frac{1}{2(n_2-1)}`.

    .. math:: v = \frac{1}{2(n_1-1)} + \frac{1}{2(n_2-1)}

    Parameters
    ----------
    sd1, n1, sd2, n2 : ndarray of shape (k,)
        Standard deviations and sizes of the groups.
    correct : bool
        Whether to add the two terms that remove the bias of the log.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Nakagawa S and others (2015). Meta-analysis of variation: ecological and evolutionary applications and beyond.
    doi:10.1111/2041-210X.12309

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = variability_ratio(*(np.array([x]) for x in (5.5, 50.0, 4.5, 30.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.1936]), array([0.0274]))
    """
    term1, term2 = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    yi = np.log(sd1 / sd2)
    return (yi + term1 - term2 if correct else yi), term1 + term2


def coefficient_of_variation_ratio(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    correct: bool = True,
) -> EffectPair:
    r"""Return the log ratio of the coefficients of variation (CVR, lnCVR), :math:`\ln(c_1/c_2)` plus its correction.

    With :math:`c_j = s_j/\bar x_j`, the correction removes the bias of both logs,

    .. math:: \frac{1}{2(n_1-1)} - \frac{1}{2(n_2-1)} - \frac{c_1^2}{2 n_1} + \frac{c_2^2}{2 n_2}, \qquad
              v = \sum_j \left(\frac{1}{2(n_j-1)} + \frac{c_j^2}{n_j}\right)

    metafor before version 4 corrected for the standard deviations alone. It needs a scale with a true zero: rows
    whose means are not both above 0 give NaN.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.
    correct : bool
        Whether to remove the bias of the logs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Nakagawa S and others (2015), doi:10.1111/2041-210X.12309, equation 12 without its covariances. Senior AM,
    Viechtbauer W, Nakagawa S (2020), doi:10.1002/jrsm.1423

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = coefficient_of_variation_ratio(*(np.array([x]) for x in (20.0, 5.5, 50.0, 18.0, 4.5, 30.0)))
    >>> yi.round(4), vi.round(4)
    (array([0.0886]), array([0.031]))
    """
    positive = (mean1 > 0) & (mean2 > 0)
    cv1, cv2 = sd1 / np.where(positive, mean1, np.nan), sd2 / np.where(positive, mean2, np.nan)
    yi, vi = variability_ratio(cv1, n1, cv2, n2, correct=correct)
    term1, term2 = cv1**2 / n1, cv2**2 / n2
    return finite_pairs(yi - (term1 - term2) / 2 if correct else yi, vi + term1 + term2)


def paired_variability_ratio(sd1: FloatArray, sd2: FloatArray, n: FloatArray, r: FloatArray) -> EffectPair:
    r"""Return the log ratio of the two standard deviations of pairs (VRC), :math:`\ln(s_1/s_2)`.

    .. math:: v = \frac{1 - r^2}{n - 1}

    The bias of the log is the same on both sides and cancels.

    Parameters
    ----------
    sd1, sd2 : ndarray of shape (k,)
        Standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Nakagawa S and others (2015), doi:10.1111/2041-210X.12309

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = paired_variability_ratio(*(np.array([x]) for x in (5.5, 4.5, 30.0, 0.5)))
    >>> yi.round(4), vi.round(4)
    (array([0.2007]), array([0.0259]))
    """
    return np.log(sd1 / sd2), (1 - r**2) / (n - 1)


def paired_coefficient_of_variation_ratio(
    mean1: FloatArray,
    sd1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n: FloatArray,
    r: FloatArray,
    *,
    correct: bool = True,
) -> EffectPair:
    r"""Return the log ratio of the coefficients of variation of pairs (CVRC).

    .. math:: y = \ln\frac{c_1}{c_2} - \frac{c_1^2 - c_2^2}{2n}, \qquad
              v = \frac{1-r^2}{n-1} + \frac{c_1^2 + c_2^2 - 2 r c_1 c_2}{n}

    with :math:`c_j = s_j/\bar x_j`. It needs a scale with a true zero: rows whose means are not both above 0 give NaN.

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.
    correct : bool
        Whether to remove the bias of the logs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Nakagawa S and others (2015), doi:10.1111/2041-210X.12309

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = paired_coefficient_of_variation_ratio(
    ...     *(np.array([x]) for x in (20.0, 5.5, 18.0, 4.5, 30.0, 0.5))
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.0951]), array([0.0282]))
    """
    positive = (mean1 > 0) & (mean2 > 0)
    cv1, cv2 = sd1 / np.where(positive, mean1, np.nan), sd2 / np.where(positive, mean2, np.nan)
    yi, vi = paired_variability_ratio(cv1, cv2, n, r)
    if correct:
        yi = yi - (cv1**2 - cv2**2) / (2 * n)
    return finite_pairs(yi, vi + (cv1**2 + cv2**2 - 2 * r * cv1 * cv2) / n)
