"""Small-sample theory that the standardised mean differences share: Hedges' factor and their variances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..vocabulary import SmallSampleFactor, check_option
from .arrays import EffectPair, FloatArray, weighted_mean
from .elementwise import to_floats
from .hypergeometric import gauss_series

__all__ = ["hedges_j", "standardised_effect", "unbiased_correlation"]

# from here on 1 − 3/(4m) is exact to the last digit, and the log-beta no longer
_MANY = 1e10
# subtracted from the number of people in the variance of Review Manager
_REVIEW_MANAGER = 3.94


def hedges_j(dof: npt.ArrayLike, *, factor: str = "exact") -> FloatArray:
    r"""Return Hedges' exact small-sample factor for `dof` degrees of freedom.

    .. math:: J(m) = \frac{\Gamma(m/2)}{\sqrt{m/2}\,\Gamma((m-1)/2)}

    An uncorrected standardised difference is too far from 0 on average; multiplied by `J` it is unbiased.
    The often quoted :math:`1 - 3/(4m - 1)` is an approximation to it, used only where it is asked for.

    Parameters
    ----------
    dof : array_like
        Degrees of freedom of the standard deviation; the factor does not exist at 1 or below.
    factor : {"exact", "approximate"}
        The factor itself, or its approximation, as in older software.

    Returns
    -------
    ndarray
        The factor, between 0 and 1; NaN where it does not exist.

    Raises
    ------
    OptionError
        If there is no such form of the factor.
    InputError
        If `dof` is no number.

    References
    ----------
    Hedges LV (1981). Distribution theory for Glass's estimator of effect size and related estimators.
    doi:10.3102/10769986006002107, equation 6e.

    Examples
    --------
    >>> hedges_j([2, 10, 98]).round(4)
    array([0.5642, 0.9227, 0.9923])
    >>> hedges_j([2, 10, 98], factor="approximate").round(4)
    array([0.5714, 0.9231, 0.9923])
    """
    from scipy.special import betaln

    check_option("factor", factor, SmallSampleFactor)
    m = to_floats(dof, "dof")
    exists, many = m > 1, m > _MANY
    if factor == "approximate":
        return np.where(exists, 1 - 0.75 / (np.where(exists, m, 2.0) - 0.25), np.nan)
    safe = np.where(exists & ~many, m, 2.0)
    # Γ(m/2)/Γ((m−1)/2) = √π / B((m−1)/2, ½); the log-beta keeps its digits where two log-gammas cancel.
    exact = np.sqrt(2 * np.pi / safe) * np.exp(-betaln((safe - 1) / 2, 0.5))
    return np.where(many, 1 - 0.75 / np.where(many, m, 1.0), np.where(exists, exact, np.nan))


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
    exists = n > 2
    safe = np.where(exists, n, 3.0)
    return np.where(exists, r * gauss_series(0.5, (safe - 2) / 2, 1 - r**2), np.nan)


def standardised_effect(
    d: FloatArray,
    *,
    base: FloatArray,
    dof: FloatArray,
    n: FloatArray,
    vtype: str,
    correct: bool,
    factor: str = "exact",
    weights: FloatArray | None = None,
) -> EffectPair:
    r"""Return a standardised difference and its sampling variance, by any of eight variance formulas.

    With :math:`g = J d`, `b` the variance when the true effect is 0 and the SD is known, and `m` the degrees
    of freedom:

    ====== =====================================================================================
    LS     :math:`b + g^2 / (2n)`
    LS2    :math:`J^2 (b + d^2 / (2n))`
    UB     :math:`b + \left(1 - \frac{m-2}{m J^2}\right) g^2`, unbiased
    H0     :math:`J^2 \frac{m}{m-2} b`, exact if there is no effect
    AV     :math:`b + \bar g^2 / (2n)`, with the mean of all rows weighted by n
    DF     :math:`b + g^2 / (2m)`, as for Glass's Δ in R's meta
    RM     :math:`b + g^2 / (2(n - 3.94))`, as in Review Manager
    UBG    UB, whatever the effect, as for Cohen's d in R's meta
    ====== =====================================================================================

    Without the correction the effect is `d`. LS, AV, DF and RM then use `d` for `g`; LS2, UB and H0 are divided by
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
    vtype : {"LS", "LS2", "UB", "H0", "AV", "DF", "RM", "UBG"}
        Which formula.
    correct : bool
        Whether to multiply by Hedges' factor.
    factor : {"exact", "approximate"}
        Which form of that factor, for `J` everywhere.
    weights : ndarray of shape (k,), optional
        Weights of the mean in AV, where they are not `n`.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    References
    ----------
    LS: Hedges LV (1982), doi:10.1037/0033-2909.92.2.490, equation 8. UB: Hedges LV (1983),
    doi:10.1037/0033-2909.93.2.388, equation 9. AV: Lin L, Aloe AM (2021), doi:10.1002/sim.8781. RM: Deeks JJ,
    Higgins JPT (2010), Statistical algorithms in Review Manager 5. UBG: White IR, Thomas J (2005),
    doi:10.1191/1740774505cn081oa.

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
    j = hedges_j(dof, factor=factor)
    g = j * d
    yi = g if correct else d
    if vtype == "LS":
        return yi, base + yi**2 / (2 * n)
    if vtype == "AV":
        return yi, base + weighted_mean(yi, n if weights is None else weights) ** 2 / (2 * n) + 0 * yi
    with np.errstate(divide="ignore", invalid="ignore"):
        if vtype == "DF":
            return yi, base + yi**2 / (2 * dof)
        if vtype == "RM":
            return yi, np.where(n > _REVIEW_MANAGER, base + yi**2 / (2 * (n - _REVIEW_MANAGER)), np.nan)
        if vtype == "LS2":
            vi = j**2 * (base + d**2 / (2 * n))
        elif vtype == "H0":
            vi = np.where(dof > 2, j**2 * dof / (dof - 2) * base, np.nan)
        else:
            vi = base + (1 - (dof - 2) / (dof * j**2)) * g**2
    return yi, vi if correct or vtype == "UBG" else vi / j**2
