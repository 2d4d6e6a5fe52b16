"""The correlation between two measurements of the same people, as it is, without its bias, or as Fisher's z.

Each function takes correlations and numbers of people as arrays of shape (k,) and returns ``(yi, vi)``. The variance
is NaN for 3 people or fewer. NaN in gives NaN out.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, weighted_mean
from .hypergeometric import gauss_series
from .standardised import unbiased_correlation

__all__ = ["correlation_from_t", "fisher_z", "raw_correlation", "t_from_signed_p", "unbiased_raw_correlation"]


def raw_correlation(r: FloatArray, n: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the correlation as it is (COR).

    LS: :math:`(1 - r^2)^2/(n - 1)`. AV: the same with the mean of all rows, weighted by n. UB: the unbiased estimate
    of :func:`unbiased_raw_correlation` with the correlation as it is in place of the unbiased one.

    Parameters
    ----------
    r, n : ndarray of shape (k,)
        Correlations and numbers of people.
    vtype : {"LS", "UB", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1.

    References
    ----------
    Borenstein M and others (2009). Introduction to meta-analysis, chapter 6. doi:10.1002/9780470743386

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = raw_correlation(np.array([0.34]), np.array([55.0]))
    >>> yi, vi.round(4)
    (array([0.34]), array([0.0145]))
    """
    return r.copy(), _variance(r, r, n, vtype)


def unbiased_raw_correlation(r: FloatArray, n: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the correlation without its bias towards 0 (UCOR).

    .. math:: G = r \; {}_2F_1\left(\tfrac12, \tfrac12; \tfrac{n-2}{2}; 1 - r^2\right)

    LS: :math:`(1 - G^2)^2/(n - 1)`. AV: the same with the mean of all rows, weighted by n. UB, unbiased:

    .. math:: G^2 - 1 + \frac{n-3}{n-2} (1 - r^2) \; {}_2F_1\left(1, 1; \tfrac{n}{2}; 1 - r^2\right)

    Parameters
    ----------
    r, n : ndarray of shape (k,)
        Correlations and numbers of people.
    vtype : {"LS", "UB", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1; NaN for 4 people or fewer.

    References
    ----------
    Olkin I, Pratt JW (1958). Unbiased estimation of certain correlation coefficients. doi:10.1214/aoms/1177706717.
    UB: Hedges LV (1989). doi:10.1037/0021-9010.74.3.469

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = unbiased_raw_correlation(np.array([0.34]), np.array([55.0]), vtype="UB")
    >>> yi.round(4), vi.round(4)
    (array([0.3429]), array([0.0151]))
    """
    enough = n > 4
    yi = np.where(enough, unbiased_correlation(r, np.where(enough, n, 5.0)), np.nan)
    return yi, _variance(yi, r, n, vtype)


def fisher_z(r: FloatArray, n: FloatArray) -> EffectPair:
    r"""Return Fisher's z of the correlation (ZCOR), :math:`\operatorname{artanh} r`, with variance :math:`1/(n-3)`.

    Parameters
    ----------
    r, n : ndarray of shape (k,)
        Correlations and numbers of people.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z.

    References
    ----------
    Fisher RA (1921). On the "probable error" of a coefficient of correlation deduced from a small sample. Metron
    1:3–32.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = fisher_z(np.array([0.34]), np.array([55.0]))
    >>> yi.round(4), vi.round(4)
    (array([0.3541]), array([0.0192]))
    """
    return np.arctanh(r), np.where(n > 3, 1 / np.where(n > 3, n - 3, 1.0), np.nan)


def correlation_from_t(t: FloatArray, df: FloatArray) -> FloatArray:
    r"""Return the correlation that has this t statistic, :math:`t/\sqrt{t^2 + df}`.

    With :math:`n - 2` degrees of freedom the plain correlation; with those of a regression's residuals the partial
    correlation of the outcome and the predictor that `t` tests.

    Parameters
    ----------
    t, df : ndarray of shape (k,)
        Test statistics, with their sign, and degrees of freedom.

    References
    ----------
    Borenstein M and others (2009). Introduction to meta-analysis, chapter 6. doi:10.1002/9780470743386

    Examples
    --------
    >>> import numpy as np
    >>> correlation_from_t(np.array([-3.0]), np.array([16.0]))
    array([-0.6])
    """
    r: FloatArray = t / np.hypot(t, np.sqrt(df))
    return r


def t_from_signed_p(p: FloatArray, df: FloatArray) -> FloatArray:
    """Return the t statistic that has this two-sided p-value, with the sign that the p-value carries.

    Parameters
    ----------
    p, df : ndarray of shape (k,)
        Two-sided p-values, written negative where the statistic is; degrees of freedom.

    Examples
    --------
    >>> import numpy as np
    >>> t_from_signed_p(np.array([0.05, -0.05]), np.array([28.0, 28.0])).round(3)
    array([ 2.048, -2.048])
    """
    from scipy.special import betainccinv, betaincinv

    # I_x(df/2, ½) = |p| at x = df/(df + t²), solved for x, or where that is near 1 for 1 − x
    x, rest = betaincinv(df / 2, 0.5, np.abs(p)), betainccinv(0.5, df / 2, np.abs(p))
    with np.errstate(divide="ignore"):
        ratio = np.where(x < 0.5, (1 - x) / x, rest / (1 - rest))
    return np.copysign(np.sqrt(df * ratio), p)


def _variance(yi: FloatArray, r: FloatArray, n: FloatArray, vtype: str) -> FloatArray:
    enough = (n > 3) & ~np.isnan(yi)
    size = np.where(enough, n, 5.0)
    if vtype == "UB":
        rest = 1 - r**2
        vi = yi**2 - 1 + (size - 3) / (size - 2) * rest * gauss_series(1.0, size / 2, rest)
        enough &= np.isfinite(vi) & (vi >= 0)
    else:
        centre = weighted_mean(yi, n) if vtype == "AV" else yi
        vi = (1 - centre**2) ** 2 / (size - 1)
    return np.where(enough, vi, np.nan)
