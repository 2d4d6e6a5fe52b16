"""Small-sample theory that the standardised mean differences share: Hedges' factor and their variances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .arrays import EffectPair, FloatArray, weighted_mean

__all__ = ["hedges_j", "standardised_effect", "unbiased_correlation"]


def hedges_j(dof: npt.ArrayLike) -> FloatArray:
    r"""Return Hedges' exact small-sample factor for `dof` degrees of freedom.

    .. math:: J(m) = \frac{\Gamma(m/2)}{\sqrt{m/2}\,\Gamma((m-1)/2)}

    An uncorrected standardised difference is too far from 0 on average; multiplied by `J` it is unbiased.
    The often quoted :math:`1 - 3/(4m - 1)` is an approximation to it, and is not used.

    Parameters
    ----------
    dof : array_like
        Degrees of freedom of the standard deviation; the factor does not exist at 1 or below.

    Returns
    -------
    ndarray
        The factor, between 0 and 1; NaN where it does not exist.

    References
    ----------
    Hedges LV (1981). Distribution theory for Glass's estimator of effect size and related estimators.
    doi:10.3102/10769986006002107, equation 6e.

    Examples
    --------
    >>> hedges_j([2, 10, 98]).round(4)
    array([0.5642, 0.9227, 0.9923])
    """
    from scipy.special import betaln

    m = np.asarray(dof, dtype=np.float64)
    exists = m > 1
    safe = np.where(exists, m, 2.0)
    # Γ(m/2)/Γ((m−1)/2) = √π / B((m−1)/2, ½); the log-beta keeps its digits where two log-gammas cancel.
    factor = np.sqrt(2 * np.pi / safe) * np.exp(-betaln((safe - 1) / 2, 0.5))
    return np.where(exists, factor, np.nan)


def unbiased_correlation(r: FloatArray, n: FloatArray) -> FloatArray:
    r"""Return the unbiased estimate of a correlation from `n` pairs.

    .. math:: r \; {}_2F_1\left(\tfrac12, \tfrac12; \tfrac{n-2}{2}; 1 - r^2\right)

    Parameters
    ----------
    r, n : ndarray of shape (k,)
        Observed correlations and numbers of pairs; NaN is returned for 2 pairs or fewer.

    References
    ----------
    Olkin I, Pratt JW (1958). Unbiased estimation of certain correlation coefficients.
    doi:10.1214/aoms/1177706717

    Examples
    --------
    >>> import numpy as np
    >>> unbiased_correlation(np.array([0.34, 0.34]), np.array([12.0, 1200.0])).round(4)
    array([0.3586, 0.3401])
    """
    from scipy.special import hyp2f1

    exists = n > 2
    safe = np.where(exists, n, 3.0)
    return np.where(exists, r * hyp2f1(0.5, 0.5, (safe - 2) / 2, 1 - r**2), np.nan)


def standardised_effect(
    d: FloatArray, *, base: FloatArray, dof: FloatArray, n: FloatArray, vtype: str, correct: bool
) -> EffectPair:
    r"""Return a standardised difference and its sampling variance, by any of five variance formulas.

    With :math:`g = J d`, `b` the variance when the true effect is 0 and the SD is known, and `m` the degrees
    of freedom:

    ====== =====================================================================================
    LS     :math:`b + g^2 / (2n)`
    LS2    :math:`J^2 (b + d^2 / (2n))`
    UB     :math:`b + \left(1 - \frac{m-2}{m J^2}\right) g^2`, unbiased
    H0     :math:`J^2 \frac{m}{m-2} b`, exact if there is no effect
    AV     :math:`b + \bar g^2 / (2n)`, with the mean of all rows weighted by n
    ====== =====================================================================================

    Without the correction the effect is `d`. LS and AV then use `d` for `g`; the other three are divided by
    :math:`J^2`, because :math:`\mathrm{Var}(d) = \mathrm{Var}(g)/J^2`.

    Parameters
    ----------
    d : ndarray of shape (k,)
        Uncorrected standardised differences.
    base : ndarray of shape (k,)
        `b`: :math:`1/n_1 + 1/n_2` for two groups.
    dof : ndarray of shape (k,)
        Degrees of freedom of the SD that standardises.
    n : ndarray of shape (k,)
        People that the variance counts.
    vtype : {"LS", "LS2", "UB", "H0", "AV"}
        Which formula.
    correct : bool
        Whether to multiply by Hedges' factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    LS: Hedges LV (1982), doi:10.1037/0033-2909.92.2.490, equation 8. UB: Hedges LV (1983),
    doi:10.1037/0033-2909.93.2.388, equation 9. AV: Lin L, Aloe AM (2021), doi:10.1002/sim.8781.

    Examples
    --------
    >>> import numpy as np
    >>> fifty = np.array([50.0])
    >>> yi, vi = standardised_effect(
    ...     np.array([0.597]), base=2 / fifty, dof=2 * fifty - 2, n=2 * fifty, vtype="LS2", correct=True
    ... )
    >>> yi.round(4), vi.round(4)
    (array([0.5924]), array([0.0411]))
    """
    j = hedges_j(dof)
    g = j * d
    yi = g if correct else d
    if vtype == "LS":
        return yi, base + yi**2 / (2 * n)
    if vtype == "AV":
        return yi, base + weighted_mean(yi, n) ** 2 / (2 * n) + 0 * yi
    with np.errstate(divide="ignore", invalid="ignore"):
        if vtype == "LS2":
            vi = j**2 * (base + d**2 / (2 * n))
        elif vtype == "UB":
            vi = base + (1 - (dof - 2) / (dof * j**2)) * g**2
        else:
            vi = np.where(dof > 2, j**2 * dof / (dof - 2) * base, np.nan)
    return yi, vi if correct else vi / j**2
