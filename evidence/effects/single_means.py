"""What a measurement looks like in one group: its mean, its spread, and the two together.

Each function takes the mean, the standard deviation and the number of people as arrays of shape (k,) and returns
``(yi, vi)``. NaN in gives NaN out.
"""

from __future__ import annotations

import numpy as np

from .arrays import EffectPair, FloatArray, finite_pairs, weighted_mean
from .standardised import hedges_j

__all__ = ["log_coefficient_of_variation", "log_mean", "log_sd", "raw_mean", "standardised_mean"]


def raw_mean(mean: FloatArray, sd: FloatArray, n: FloatArray, *, vtype: str = "LS") -> EffectPair:
    r"""Return the mean as it is (MN).

    LS: :math:`s^2/n`. HO: the same with the variance of all rows together, weighted by :math:`n - 1`.

    Parameters
    ----------
    mean, sd, n : ndarray of shape (k,)
        Mean, standard deviation (not standard error) and number of people.
    vtype : {"LS", "HO"}
        Variance formula.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        In the unit of the measurement, and its square.

    References
    ----------
    Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. doi:10.18637/jss.v036.i03

    Examples
    --------
    >>> import numpy as np
    >>> raw_mean(np.array([103.0]), np.array([5.5]), np.array([50.0]))
    (array([103.]), array([0.605]))
    """
    variance = np.full_like(sd, weighted_mean(sd**2, n - 1)) + 0 * mean if vtype == "HO" else sd**2
    return mean.copy(), variance / n


def log_mean(mean: FloatArray, sd: FloatArray, n: FloatArray) -> EffectPair:
    r"""Return the logarithm of the mean (MNLN), :math:`\ln \bar x`, with variance :math:`s^2/(n \bar x^2)`.

    For measurements with a true zero. A mean that is not above 0 has no logarithm and gives NaN.

    Parameters
    ----------
    mean, sd, n : ndarray of shape (k,)
        Mean, standard deviation and number of people.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Nakagawa S and others (2015). Meta-analysis of variation. doi:10.1111/2041-210X.12309

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = log_mean(np.array([103.0]), np.array([5.5]), np.array([50.0]))
    >>> yi.round(4), vi.round(6)
    (array([4.6347]), array([5.7e-05]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite_pairs(np.log(mean), sd**2 / (n * mean**2))


def standardised_mean(mean: FloatArray, sd: FloatArray, n: FloatArray, *, correct: bool = True) -> EffectPair:
    r"""Return the mean in standard deviations (SMN), :math:`y = J(n-1)\,\bar x / s`.

    :math:`v = 1/n + y^2/(2n)`, with `J` Hedges' factor.

    Parameters
    ----------
    mean, sd, n : ndarray of shape (k,)
        Mean, standard deviation and number of people.
    correct : bool
        Whether to multiply by Hedges' factor.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        Without a unit.

    References
    ----------
    Hedges LV (1981), for the factor. doi:10.3102/10769986006002107

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = standardised_mean(np.array([3.0]), np.array([5.0]), np.array([25.0]))
    >>> yi.round(4), vi.round(4)
    (array([0.581]), array([0.0468]))
    """
    yi = mean / sd * (hedges_j(n - 1) if correct else 1.0)
    return yi, 1 / n + yi**2 / (2 * n)


def log_sd(sd: FloatArray, n: FloatArray, *, correct: bool = True) -> EffectPair:
    r"""Return the logarithm of the standard deviation (SDLN), :math:`\ln s + \frac{1}{2(n-1)}`.

    :math:`v = \frac{1}{2(n-1)}`. The second term of the effect takes away the bias of the logarithm.

    Parameters
    ----------
    sd, n : ndarray of shape (k,)
        Standard deviation and number of people.
    correct : bool
        Whether to correct for the bias.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Raudenbush SW, Bryk AS (1987). Examining correlates of diversity. doi:10.3102/10769986012003241

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = log_sd(np.array([5.5]), np.array([50.0]))
    >>> yi.round(4), vi.round(4)
    (array([1.715]), array([0.0102]))
    """
    bias = 1 / (2 * (n - 1))
    return np.log(sd) + (bias if correct else 0.0), bias


def log_coefficient_of_variation(
    mean: FloatArray, sd: FloatArray, n: FloatArray, *, correct: bool = True
) -> EffectPair:
    r"""Return the logarithm of the coefficient of variation (CVLN), :math:`\ln\frac{s}{\bar x} + \frac{1}{2(n-1)}`.

    :math:`v = \frac{1}{2(n-1)} + \frac{s^2}{n \bar x^2}`: the mean and the spread of normal measurements are
    independent. A mean that is not above 0 gives NaN.

    Parameters
    ----------
    mean, sd, n : ndarray of shape (k,)
        Mean, standard deviation and number of people.
    correct : bool
        Whether to correct for the bias of the logarithm.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
        On the natural-log scale.

    References
    ----------
    Nakagawa S and others (2015). Meta-analysis of variation. doi:10.1111/2041-210X.12309, equation 27 without its
    correlation term.

    Examples
    --------
    >>> import numpy as np
    >>> yi, vi = log_coefficient_of_variation(np.array([103.0]), np.array([5.5]), np.array([50.0]))
    >>> yi.round(4), vi.round(4)
    (array([-2.9198]), array([0.0103]))
    """
    spread, spread_variance = log_sd(sd, n, correct=correct)
    centre, centre_variance = log_mean(mean, sd, n)
    return finite_pairs(spread - centre, spread_variance + centre_variance)
