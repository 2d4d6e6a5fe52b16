r"""The average effect on the readers' scale, where true effects vary normally around μ on the pooled one.

The transformed mean, as :math:`e^\mu`, is the median of the transformed effects, not their mean: with a heterogeneity
of τ² the mean is :math:`E\,g(\mu + \tau Z)`. Each function takes numbers or arrays and returns the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .elementwise import Number, as_given, to_floats, within

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from .arrays import FloatArray

__all__ = ["exp_mean", "exp_mode", "inverse_logit_mean", "z_to_r_mean"]

# Trapezoids of this step are exact to rounding for what is analytic in a strip of ±π/2 around the real line.
_STEP = 0.2
_REACH = 60.0


def exp_mean(mu: npt.ArrayLike, tau2: npt.ArrayLike) -> Number:
    r"""Return the mean of effects that are normal on the log scale, :math:`e^{\mu + \tau^2/2}`.

    Aitchison J, Brown JAC (1957). The lognormal distribution. Cambridge University Press.

    Examples
    --------
    >>> float(exp_mean(0.4, 0.2).round(4))
    1.6487
    """
    y, v = np.broadcast_arrays(to_floats(mu, "mu"), within(tau2, "tau2", 0, np.inf))
    with np.errstate(over="ignore"):
        return as_given(np.exp(y + v / 2))


def exp_mode(mu: npt.ArrayLike, tau2: npt.ArrayLike) -> Number:
    r"""Return the most frequent of effects that are normal on the log scale, :math:`e^{\mu - \tau^2}`.

    Aitchison J, Brown JAC (1957). The lognormal distribution. Cambridge University Press.

    Examples
    --------
    >>> float(exp_mode(0.4, 0.2).round(4))
    1.2214
    """
    y, v = np.broadcast_arrays(to_floats(mu, "mu"), within(tau2, "tau2", 0, np.inf))
    with np.errstate(over="ignore"):
        return as_given(np.exp(y - v))


def inverse_logit_mean(mu: npt.ArrayLike, tau2: npt.ArrayLike) -> Number:
    """Return the mean of proportions that are normal on the logit scale, by quadrature.

    Zeger SL, Liang K-Y, Albert PS (1988), doi:10.2307/2531734, on the difference between it and the proportion of the
    mean logit.

    Examples
    --------
    >>> float(inverse_logit_mean(-1.5, 0.2).round(4))
    0.1915
    """
    return _mean(mu, tau2, _expit, lambda x: _expit(x) * _expit(-x), low=0.0)


def z_to_r_mean(mu: npt.ArrayLike, tau2: npt.ArrayLike) -> Number:
    """Return the mean of correlations whose Fisher's z are normal, by quadrature.

    Law KS (1995). The use of Fisher's z in Schmidt–Hunter-type meta-analyses. doi:10.3102/10769986020003287

    Examples
    --------
    >>> float(z_to_r_mean(0.4, 0.2).round(4))
    0.3297
    """
    return _mean(mu, tau2, np.tanh, lambda x: 4 * _expit(2 * x) * _expit(-2 * x), low=-1.0)


def _mean(
    mu: npt.ArrayLike,
    tau2: npt.ArrayLike,
    function: Callable[[FloatArray], FloatArray],
    slope: Callable[[FloatArray], FloatArray],
    *,
    low: float,
) -> Number:
    """Return E g(μ + τZ) for a rising g between `low` and 1.

    For a narrow spread over Z; for a wide one, by parts, over the argument of g: both integrands are then smooth.
    """
    from scipy.special import ndtr

    y, v = np.broadcast_arrays(to_floats(mu, "mu"), within(tau2, "tau2", 0, np.inf))
    tau = np.sqrt(v)[..., None]
    z = np.arange(-50, 51) * _STEP
    weights = np.exp(-(z**2) / 2)
    narrow = (function(y[..., None] + np.minimum(tau, 1) * z) * weights).sum(axis=-1) / weights.sum()
    x = np.arange(-_REACH / _STEP, _REACH / _STEP + 1) * _STEP
    above = ndtr((y[..., None] - x) / np.maximum(tau, 1))
    if low < 0:
        above = 2 * above - 1
    wide = (slope(x) * above).sum(axis=-1) * _STEP * (0.5 if low < 0 else 1.0)
    return as_given(np.where(tau[..., 0] <= 1, narrow, wide))


def _expit(x: FloatArray) -> FloatArray:
    fall = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + fall), fall / (1 + fall))
