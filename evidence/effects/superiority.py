"""The probability that a person of group 1 scores above one of group 2: the common-language effect size.

It equals the area under the receiver operating characteristic curve; one half is no difference. The functions take
arrays of shape (k,) and return ``(yi, vi)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .arrays import EffectPair, FloatArray

__all__ = ["paired_superiority_normal", "superiority", "superiority_normal"]


def superiority(auc: FloatArray, n1: FloatArray, n2: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return a reported probability of superiority (CLES, AUC) with its variance.

    With :math:`q_1 = A/(2-A) - A^2` and :math:`q_2 = 2A^2/(1+A) - A^2`, as for exponential scores,

    ====== ===================================================================================
    LS     :math:`\frac{A(1-A) + (\bar n - 1)(q_1 + q_2)}{(n_1-1)(n_2-1)}`, :math:`\bar n = (n_1+n_2)/2`
    LS2    :math:`\frac{A(1-A) + (n_1-1) q_1 + (n_2-1) q_2}{(n_1-1)(n_2-1)}`
    ====== ===================================================================================

    Parameters
    ----------
    auc : ndarray of shape (k,)
        Probabilities, from 0 to 1.
    n1, n2 : ndarray of shape (k,)
        Sizes of the groups.
    vtype : {"LS", "LS2"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        The probability, and its variance.

    References
    ----------
    Hanley JA, McNeil BJ (1982). The meaning and use of the area under a receiver operating characteristic (ROC)
    curve. doi:10.1148/radiology.143.1.7063747. LS: Newcombe RG (2006), doi:10.1002/sim.2324

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = superiority(np.array([0.7]), np.array([30.0]), np.array([40.0]))
    >>> yi, vi.round(4)
    (array([0.7]), array([0.0042]))
    """
    q1, q2 = auc / (2 - auc) - auc**2, 2 * auc**2 / (1 + auc) - auc**2
    weight1, weight2 = (n1, n2) if vtype == "LS2" else ((n1 + n2) / 2, (n1 + n2) / 2)
    spread = (weight1 - 1) * q1 + (weight2 - 1) * q2
    # both q vanish at 0 and 1, where rounding may leave them below 0
    return auc, np.maximum(auc * (1 - auc) + spread, 0.0) / ((n1 - 1) * (n2 - 1))


def superiority_normal(
    mean1: FloatArray, sd1: FloatArray, n1: FloatArray, mean2: FloatArray, sd2: FloatArray, n2: FloatArray
) -> EffectPair:
    r"""Return the probability of superiority of two normal groups (CLESN, AUCN) from means and SDs.

    .. math:: y = \Phi(z), \qquad z = \frac{\bar x_1 - \bar x_2}{\sqrt{s_1^2 + s_2^2}}, \qquad
              v = \varphi(z)^2 \left\{\frac{1}{s}\left(\frac{s_1^2}{n_1-1} + \frac{s_2^2}{n_2-1}\right)
              + \frac{z^2}{2 s^2}\left(\frac{s_1^4}{n_1-1} + \frac{s_2^4}{n_2-1}\right)\right\}

    with :math:`s = s_1^2 + s_2^2`; the variances may differ.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Means, standard deviations and sizes of the groups.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        A probability, and its variance.

    References
    ----------
    McGraw KO, Wong SP (1992). A common language effect size statistic. doi:10.1037/0033-2909.111.2.361. Variance:
    the delta method on that of Bonett DG (2008), doi:10.1037/1082-989X.13.2.99

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = superiority_normal(*(np.array([x]) for x in (103.0, 5.5, 50, 100.0, 4.5, 50)))
    >>> yi.round(4), vi.round(4)
    (array([0.6635]), array([0.0028]))
    """
    share1, share2 = sd1**2 / (sd1**2 + sd2**2), sd2**2 / (sd1**2 + sd2**2)
    z = (mean1 - mean2) / np.hypot(sd1, sd2)
    centre = share1 / (n1 - 1) + share2 / (n2 - 1)
    spread = share1**2 / (n1 - 1) + share2**2 / (n2 - 1)
    return _probability(z, centre + z**2 * spread / 2)


def paired_superiority_normal(
    mean1: FloatArray, sd1: FloatArray, mean2: FloatArray, sd2: FloatArray, n: FloatArray, r: FloatArray
) -> EffectPair:
    r"""Return the probability of superiority of one side over the other of different people (CLESCN, AUCCN).

    As :func:`superiority_normal`, but the two samples are of the same people, which makes the estimate more or less
    precise:

    .. math:: v = \frac{\varphi(z)^2}{n-1} \left\{\frac{s_1^2 + s_2^2 - 2 r s_1 s_2}{s}
              + \frac{z^2}{2 s^2}\left(s_1^4 + s_2^4 + 2 r^2 s_1^2 s_2^2\right)\right\}

    Parameters
    ----------
    mean1, sd1, mean2, sd2 : ndarray of shape (k,)
        Means and standard deviations of the two sides.
    n, r : ndarray of shape (k,)
        Number of pairs; correlation within pairs.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        A probability, and its variance.

    References
    ----------
    Variance: the delta method on that of Bonett DG (2008), doi:10.1037/1082-989X.13.2.99

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = paired_superiority_normal(*(np.array([x]) for x in (105.0, 10.0, 100.0, 10.0, 20.0, 0.5)))
    >>> yi.round(4), vi.round(4)
    (array([0.6382]), array([0.004]))
    """
    share1, share2 = sd1**2 / (sd1**2 + sd2**2), sd2**2 / (sd1**2 + sd2**2)
    z = (mean1 - mean2) / np.hypot(sd1, sd2)
    centre = 1 - 2 * r * np.sqrt(share1 * share2)
    spread = share1**2 + share2**2 + 2 * r**2 * share1 * share2
    return _probability(z, (centre + z**2 * spread / 2) / (n - 1))


def _probability(z: FloatArray, variance: FloatArray) -> EffectPair:
    from scipy.special import ndtr

    return ndtr(z), np.exp(-(z**2)) / (2 * np.pi) * variance
