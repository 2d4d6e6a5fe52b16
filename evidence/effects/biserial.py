"""The correlation between a measurement and a split into two groups.

Each function takes mean, standard deviation and size of group 1, then of group 2, as arrays of shape (k,) and returns
``(yi, vi)``. The sign is that of mean 1 minus mean 2. NaN in gives NaN out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .association import as_fisher_z

if TYPE_CHECKING:
    from .arrays import EffectPair, FloatArray

__all__ = ["biserial_correlation", "fisher_z_biserial", "fisher_z_point_biserial", "point_biserial_correlation"]


def point_biserial_correlation(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return the correlation with a true split into two groups (RPB), :math:`r = d/\sqrt{d^2 + h}`.

    `d` is the difference in pooled standard deviations and :math:`h = m/n_1 + m/n_2` with :math:`m = n_1 + n_2 - 2`.

    ======= ==================================================================================================
    LS, ST  the sizes of the groups were fixed: :math:`\frac{h^2}{(h + d^2)^3} (1/n_1 + 1/n_2 + d^2/(2n))`
    CS      only their sum was: :math:`(1-r^2)^2 \left(\frac{n r^2}{4 n_1 n_2} + \frac{2 - 3 r^2}{2n}\right)`
    ======= ==================================================================================================

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Summary of the two groups.
    vtype : {"LS", "ST", "CS"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1.

    References
    ----------
    Tate RF (1954). Correlation between a discrete and a continuous variable. doi:10.1214/aoms/1177728730. Jacobs P,
    Viechtbauer W (2017). Estimation of the biserial correlation and its sampling variance. doi:10.1002/jrsm.1218

    Examples
    --------
    >>> import numpy as np
    >>> groups = [np.array([x]) for x in (103.0, 5.5, 50.0, 100.0, 4.5, 50.0)]
    >>> yi, vi = point_biserial_correlation(*groups)
    >>> yi.round(4), vi.round(4)
    (array([0.2887]), array([0.0082]))
    """
    d = _difference(mean1, sd1, n1, mean2, sd2, n2)
    n = n1 + n2
    h = (n - 2) / n1 + (n - 2) / n2
    r = d / np.hypot(d, np.sqrt(h))
    if vtype == "CS":
        vi = (1 - r**2) ** 2 * (n * r**2 / (4 * n1 * n2) + (2 - 3 * r**2) / (2 * n))
    else:
        vi = h**2 / (h + d**2) ** 3 * (1 / n1 + 1 / n2 + d**2 / (2 * n))
    return r, vi


def fisher_z_point_biserial(
    mean1: FloatArray,
    sd1: FloatArray,
    n1: FloatArray,
    mean2: FloatArray,
    sd2: FloatArray,
    n2: FloatArray,
    *,
    vtype: str = "LS",
) -> EffectPair:
    r"""Return Fisher's z of the point-biserial correlation (ZPB), with variance :math:`v/(1 - r^2)^2`.

    The transformation does not stabilise the variance.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Summary of the two groups.
    vtype : {"LS", "ST", "CS"}
        Formula of `v`, as for :func:`point_biserial_correlation`.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z.

    References
    ----------
    Jacobs P, Viechtbauer W (2017), as above. doi:10.1002/jrsm.1218

    Examples
    --------
    >>> import numpy as np
    >>> groups = [np.array([x]) for x in (103.0, 5.5, 50.0, 100.0, 4.5, 50.0)]
    >>> yi, vi = fisher_z_point_biserial(*groups)
    >>> yi.round(4), vi.round(4)
    (array([0.2971]), array([0.0098]))
    """
    r, vi = point_biserial_correlation(mean1, sd1, n1, mean2, sd2, n2, vtype=vtype)
    return as_fisher_z(r, vi)


def biserial_correlation(
    mean1: FloatArray, sd1: FloatArray, n1: FloatArray, mean2: FloatArray, sd2: FloatArray, n2: FloatArray
) -> EffectPair:
    r"""Return the correlation with a measurement that was cut into two groups (RBIS).

    The point-biserial correlation times :math:`\sqrt{pq}/\varphi(z)`, where `p` and `q` are the shares of the groups
    and :math:`\varphi(z)` the normal density at the cut. Both measurements are taken to be normal together. With `r`
    cut off at ±1:

    .. math:: v = \frac{1}{n-1} \left\{\frac{pq}{\varphi^2} - \left[\frac32 + \left(1 - \frac{pz}{\varphi}\right)
              \left(1 + \frac{qz}{\varphi}\right)\right] r^2 + r^4\right\}

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Summary of the two groups.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Can lie beyond ±1.

    References
    ----------
    Soper HE (1914). On the probable error of the bi-serial expression for the correlation coefficient.
    doi:10.1093/biomet/10.2-3.384. Jacobs P, Viechtbauer W (2017). doi:10.1002/jrsm.1218

    Examples
    --------
    >>> import numpy as np
    >>> groups = [np.array([x]) for x in (103.0, 5.5, 50.0, 100.0, 4.5, 50.0)]
    >>> yi, vi = biserial_correlation(*groups)
    >>> yi.round(4), vi.round(4)
    (array([0.3618]), array([0.0127]))
    """
    from scipy.special import ndtri

    r, _ = point_biserial_correlation(mean1, sd1, n1, mean2, sd2, n2)
    n = n1 + n2
    p, q = n1 / n, n2 / n
    # from the smaller group, whose share keeps its digits
    z = np.where(p < q, -ndtri(p), ndtri(q))
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    yi = np.sqrt(p * q) / density * r
    kept = np.clip(yi, -1, 1)
    slope = 1.5 + (1 - p * z / density) * (1 + q * z / density)
    return yi, (p * q / density**2 - slope * kept**2 + kept**4) / (n - 1)


def fisher_z_biserial(
    mean1: FloatArray, sd1: FloatArray, n1: FloatArray, mean2: FloatArray, sd2: FloatArray, n2: FloatArray
) -> EffectPair:
    r"""Return Fisher's z of the biserial correlation (ZBIS), with variance :math:`v/(1 - r^2)^2`.

    A biserial correlation beyond ±1 has no z and gives NaN.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : ndarray of shape (k,)
        Summary of the two groups.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z.

    References
    ----------
    Jacobs P, Viechtbauer W (2017), as above. doi:10.1002/jrsm.1218

    Examples
    --------
    >>> import numpy as np
    >>> groups = [np.array([x]) for x in (103.0, 5.5, 50.0, 100.0, 4.5, 50.0)]
    >>> yi, vi = fisher_z_biserial(*groups)
    >>> yi.round(4), vi.round(4)
    (array([0.379]), array([0.0169]))
    """
    return as_fisher_z(*biserial_correlation(mean1, sd1, n1, mean2, sd2, n2))


def _difference(
    mean1: FloatArray, sd1: FloatArray, n1: FloatArray, mean2: FloatArray, sd2: FloatArray, n2: FloatArray
) -> FloatArray:
    pooled = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
    return (mean1 - mean2) / pooled
