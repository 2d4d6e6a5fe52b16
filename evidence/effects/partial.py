"""What a regression says about one predictor, or about all: partial and semi-partial correlations and R².

Each function takes arrays of shape (k,) and returns ``(yi, vi)``; `m` counts all predictors, the one of interest among
them, but not the intercept. NaN in gives NaN out.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs, weighted_mean

__all__ = [
    "fisher_z_partial",
    "fisher_z_semipartial",
    "fisher_z_squared",
    "partial_correlation",
    "r_squared",
    "semipartial_correlation",
    "semipartial_from_t",
]

_ROUNDING = 0.005  # how far a number printed to two decimals may lie from what it was


def partial_correlation(r: FloatArray, n: FloatArray, m: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the partial correlation (PCOR).

    LS: :math:`(1 - r^2)^2/(n - m)`. AV: the same with the mean of all rows, weighted by n.

    Parameters
    ----------
    r, n, m : ndarray of shape (k,)
        Partial correlations, numbers of people and of predictors.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1.

    References
    ----------
    Aloe AM, Thompson CG (2013). The synthesis of partial effect sizes. doi:10.5243/jsswr.2013.24. The denominator is
    that of a simple correlation, n − 1, less the m − 1 other predictors.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = partial_correlation(np.array([0.3]), np.array([218.0]), np.array([4.0]))
    >>> yi, vi.round(4)
    (array([0.3]), array([0.0039]))
    """
    centre = weighted_mean(r, n) if vtype == "AV" else r
    return r.copy(), (1 - centre**2) ** 2 / (n - m) + 0 * r


def fisher_z_partial(r: FloatArray, n: FloatArray, m: FloatArray) -> EffectPair:
    r"""Return Fisher's z of the partial correlation (ZPCOR), with variance :math:`1/(n - m - 2)`.

    Parameters
    ----------
    r, n, m : ndarray of shape (k,)
        Partial correlations, numbers of people and of predictors.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z; no variance where the degrees of freedom are used up.

    References
    ----------
    Aloe AM, Thompson CG (2013). The synthesis of partial effect sizes. doi:10.5243/jsswr.2013.24

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = fisher_z_partial(np.array([0.3]), np.array([218.0]), np.array([4.0]))
    >>> yi.round(4), vi.round(4)
    (array([0.3095]), array([0.0047]))
    """
    left = n - m - 2
    return np.arctanh(r), np.where(left > 0, 1 / np.where(left > 0, left, 1.0), np.nan)


def semipartial_from_t(t: FloatArray, r2: FloatArray, df: FloatArray) -> FloatArray:
    r"""Return the semi-partial correlation of a predictor, :math:`t\sqrt{(1 - R^2)/df}`.

    Parameters
    ----------
    t, r2, df : ndarray of shape (k,)
        The predictor's t statistic, the regression's R² and its residual degrees of freedom.

    References
    ----------
    Aloe AM, Becker BJ (2012). An effect size for regression predictors in meta-analysis.
    doi:10.3102/1076998610396901

    Examples
    --------
    >>> import numpy as np
    >>> semipartial_from_t(np.array([4.61]), np.array([0.24]), np.array([213.0])).round(4)
    array([0.2754])
    """
    return t * np.sqrt((1 - r2) / df)


def semipartial_correlation(r: FloatArray, n: FloatArray, r2: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the semi-partial correlation (SPCOR).

    LS, with :math:`q = R^2 - r^2`, the share that the other predictors explain:

    .. math:: v = \frac{(1 - R^2)^2 + q (1 - q)}{n}

    AV: the same with the mean of all rows, weighted by n, in place of `r`.

    Parameters
    ----------
    r, n, r2 : ndarray of shape (k,)
        Semi-partial correlations, numbers of people and R² of the regressions.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Between −1 and 1; NaN where r² is above R² by more than printing to two decimals explains: the predictor cannot
        explain more than all of them, and the variance would be far too small.

    References
    ----------
    Aloe AM, Becker BJ (2012). An effect size for regression predictors in meta-analysis.
    doi:10.3102/1076998610396901

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = semipartial_correlation(np.array([0.2754]), np.array([218.0]), np.array([0.24]))
    >>> yi, vi.round(4)
    (array([0.2754]), array([0.0033]))
    """
    centre = weighted_mean(r, n) if vtype == "AV" else r
    others = r2 - centre**2
    vi = ((1 - r2) ** 2 + others * (1 - others)) / n
    possible = np.maximum(np.abs(r) - _ROUNDING, 0.0) ** 2 <= r2 + _ROUNDING
    return finite_pairs(np.where(possible & (np.abs(r) <= 1), r, np.nan), vi + 0 * r)


def fisher_z_semipartial(r: FloatArray, n: FloatArray, r2: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return Fisher's z of the semi-partial correlation (ZSPCOR), with variance :math:`v/(1 - r^2)^2`.

    `v` is the variance of :func:`semipartial_correlation`. The transformation does not stabilise it.

    Parameters
    ----------
    r, n, r2 : ndarray of shape (k,)
        Semi-partial correlations, numbers of people and R² of the regressions.
    vtype : {"LS", "AV"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z.

    References
    ----------
    Aloe AM, Becker BJ (2012), as above. doi:10.3102/1076998610396901

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = fisher_z_semipartial(np.array([0.2754]), np.array([218.0]), np.array([0.24]))
    >>> yi.round(4), vi.round(4)
    (array([0.2827]), array([0.0038]))
    """
    yi, vi = semipartial_correlation(r, n, r2, vtype=vtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite_pairs(np.arctanh(yi), vi / (1 - yi**2) ** 2)


def r_squared(r2: FloatArray, n: FloatArray, m: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the coefficient of determination (R2).

    LS: :math:`4 R^2 (1 - R^2)^2 / n`. LS2: with :math:`(n-m-1)^2 / \{(n^2-1)(n+3)\}` in place of :math:`1/n`. AV and
    AV2: the same with the mean of all rows, weighted by n. For predictors that were sampled with the outcome, from a
    multivariate normal distribution, and a true R² above 0; a pooled R² cannot be tested against 0.

    Parameters
    ----------
    r2, n, m : ndarray of shape (k,)
        R², numbers of people and of predictors.
    vtype : {"LS", "LS2", "AV", "AV2"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        As a fraction.

    References
    ----------
    Kendall M, Stuart A (1979). The advanced theory of statistics, volume 2, 4th edition, equations 27.87 and 27.88.
    ISBN 978-0-85264-255-9

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = r_squared(np.array([0.24]), np.array([218.0]), np.array([4.0]))
    >>> yi, vi.round(4)
    (array([0.24]), array([0.0025]))
    """
    centre = np.full_like(r2, weighted_mean(r2, n)) if vtype in {"AV", "AV2"} else r2
    size = (n - m - 1) ** 2 / ((n**2 - 1) * (n + 3)) if vtype in {"LS2", "AV2"} else 1 / n
    return r2.copy(), 4 * centre * (1 - centre) ** 2 * size + 0 * r2


def fisher_z_squared(r2: FloatArray, n: FloatArray) -> EffectPair:
    r"""Return Fisher's z of the multiple correlation (ZR2), :math:`\operatorname{artanh}\sqrt{R^2}`, variance 1/n.

    Parameters
    ----------
    r2, n : ndarray of shape (k,)
        R² and numbers of people.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the scale of z.

    References
    ----------
    Olkin I, Finn JD (1995). Correlations redux. doi:10.1037/0033-2909.118.1.155

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = fisher_z_squared(np.array([0.24]), np.array([218.0]))
    >>> yi.round(4), vi.round(4)
    (array([0.5359]), array([0.0046]))
    """
    with np.errstate(divide="ignore"):
        return finite_pairs(np.arctanh(np.sqrt(r2)), 1 / n + 0 * r2)
