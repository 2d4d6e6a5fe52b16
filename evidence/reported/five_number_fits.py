"""Means and SDs of data that need not be normal: the best-fitting distribution, and the Box–Cox way (McGrath 2020)."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .five_number_formulas import MEAN_FORMULAS, NUMBERS, SD_FORMULAS, gauss_legendre

if TYPE_CHECKING:
    from collections.abc import Callable

    from .five_number_formulas import Summary
    from .values import FloatArray

__all__ = ["box_cox", "box_cox_moments", "fit_quantiles"]

_GRID = 160
_NODES = 400
_REACH = 38.0
_LAMBDA = (-2.0, 3.0)
_NEARLY_0 = 1e-8


def fit_quantiles(s: Summary) -> tuple[FloatArray, FloatArray, list[str]]:
    r"""Return mean and SD of the distribution whose quantiles come nearest to the numbers, and its name.

    Normal, and where no number is negative and the median above 0 also log-normal, gamma and Weibull distributions are
    fitted by least squares: :math:`\sum (q_i - F^{-1}(p_i))^2`, with :math:`p` of the minimum and maximum :math:`1/n`
    and :math:`1 - 1/n`; a beta distribution too, where all numbers lie between 0 and 1. Each of the first four has one
    parameter that enters linearly, so that only the shape is searched for: on a grid, then to rounding.

    Parameters
    ----------
    s : Summary
        The summaries.

    References
    ----------
    McGrath S and others (2020). doi:10.1177/0962280219889080
    """
    mean, sd = np.full((2, len(s.n)), np.nan)
    names = [""] * len(s.n)
    for row in np.flatnonzero((s.scenario > 0) & ~np.isnan(s.median)):
        q, n = s.numbers(int(row)), float(s.n[row])
        tails = [1 / n, 0.5, 1 - 1 / n]
        p = np.array({1: tails, 2: [0.25, 0.5, 0.75]}.get(int(s.scenario[row]), [1 / n, 0.25, 0.5, 0.75, 1 - 1 / n]))
        candidates = [_normal(q, p)]
        # their medians lie above 0: made to fit a median of 0, they run away
        middle = s.median[row]
        if q.min() >= 0 and middle > 0:
            candidates += [_scaled_family(q, p, name) for name in _FAMILIES]
        if q.min() >= 0 and middle > 0 and q.max() <= 1:
            candidates.append(_beta(q, p))
        misfit, mean[row], sd[row], names[row] = min(candidates, key=lambda found: found[0])
        if not math.isfinite(misfit):
            mean[row] = sd[row] = np.nan
    return mean, sd, names


def _normal(q: FloatArray, p: FloatArray) -> tuple[float, float, float, str]:
    from scipy.special import ndtri

    z = ndtri(p)
    slope = float(np.sum((z - z.mean()) * (q - q.mean())) / np.sum((z - z.mean()) ** 2))
    centre = float(q.mean() - slope * z.mean())
    return float(np.sum((centre + slope * z - q) ** 2)), centre, slope, "normal"


def _log_normal_quantiles(shape: float, p: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    return np.exp(shape * np.asarray(ndtri(p), dtype=np.float64))


def _gamma_quantiles(shape: float, p: FloatArray) -> FloatArray:
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, p), dtype=np.float64)


def _weibull_quantiles(shape: float, p: FloatArray) -> FloatArray:
    return np.asarray((-np.log1p(-p)) ** (1 / shape), dtype=np.float64)


def _log_normal_moments(shape: float) -> tuple[float, float]:
    mean = math.exp(shape**2 / 2)
    return mean, mean * math.sqrt(math.expm1(shape**2))


def _weibull_moments(shape: float) -> tuple[float, float]:
    mean = math.gamma(1 + 1 / shape)
    # Var/mean² from log-gammas keeps its digits where the two gammas are alike
    return mean, mean * math.sqrt(math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)))


_FAMILIES: dict[
    str,
    tuple[Callable[[float, FloatArray], FloatArray], Callable[[float], tuple[float, float]], tuple[float, float]],
] = {
    "log-normal": (_log_normal_quantiles, _log_normal_moments, (1e-4, 10.0)),
    "gamma": (_gamma_quantiles, lambda shape: (shape, math.sqrt(shape)), (1e-2, 1e6)),
    "Weibull": (_weibull_quantiles, _weibull_moments, (5e-2, 1e4)),
}


def _scaled_family(q: FloatArray, p: FloatArray, name: str) -> tuple[float, float, float, str]:
    """Return misfit, mean, SD and name of the best member of a family of one shape and a scale."""
    quantiles, moments, (least, most) = _FAMILIES[name]

    def fit(log_shape: float) -> tuple[float, float]:
        unit = quantiles(math.exp(log_shape), p)
        scale = float(unit @ q / (unit @ unit)) if np.all(np.isfinite(unit)) and unit @ unit > 0 else math.nan
        misfit = float(np.sum((scale * unit - q) ** 2))
        return (misfit if math.isfinite(misfit) else math.inf), scale

    best = _minimise(lambda u: fit(u)[0], math.log(least), math.log(most))
    misfit, scale = fit(best)
    mean, sd = moments(math.exp(best))
    return misfit, scale * mean, scale * sd, name


def _beta(q: FloatArray, p: FloatArray) -> tuple[float, float, float, str]:
    """Return misfit, mean, SD and name of the best beta distribution, from several starts."""
    from scipy.optimize import least_squares
    from scipy.special import betaincinv

    def residuals(logs: FloatArray) -> FloatArray:
        a, b = np.exp(logs)
        return np.asarray(betaincinv(a, b, p) - q, dtype=np.float64)

    best = (math.inf, math.nan, math.nan, "beta")
    centre = float(np.clip(q.mean(), 0.01, 0.99))
    for size in (0.5, 2.0, 8.0, 40.0, 400.0):
        start = np.log([size * centre, size * (1 - centre)])
        found = least_squares(residuals, start, bounds=(-12, 16), xtol=1e-14, ftol=1e-14, gtol=1e-14)
        a, b = np.exp(found.x)
        misfit = 2 * float(found.cost)
        if misfit < best[0]:
            best = (misfit, float(a / (a + b)), float(np.sqrt(a * b / (a + b + 1)) / (a + b)), "beta")
    return best


def box_cox(s: Summary) -> tuple[FloatArray, FloatArray, list[str]]:
    r"""Return mean and SD by way of the Box–Cox transformation that makes the numbers symmetric, and its power.

    :math:`\lambda` in [−2, 3] minimises the sum of :math:`((u - m)/(m - l) - 1)^2` over the pairs of numbers `l`, `u`
    around the median `m`, all transformed; one below 0 is taken as 0. Luo's mean and Wan's SD of the transformed
    numbers are then those of a normal distribution, cut off symmetrically where the way back ends, whose moments on
    the raw scale are found by quadrature.

    Parameters
    ----------
    s : Summary
        The summaries; all numbers above 0.

    References
    ----------
    McGrath S and others (2020). doi:10.1177/0962280219889080
    """
    power = np.full(len(s.n), np.nan)
    for row in np.flatnonzero((s.scenario > 0) & ~np.isnan(s.median)):
        q = s.numbers(int(row))
        if np.all(np.diff(q) > 0):
            # powers of numbers relative to the median: any unit gives the same λ
            power[row] = max(0.0, _minimise(partial(_asymmetry, q / s.median[row]), *_LAMBDA))
    unit = s.median
    changes: dict[str, Any] = {name: _transformed(getattr(s, name) / unit, power) for name in NUMBERS}
    moved = replace(s, **changes)
    location, scale = MEAN_FORMULAS["luo2016"](moved), SD_FORMULAS["wan2014"](moved)
    moments = [box_cox_moments(m, d, x) for m, d, x in zip(location, scale, power, strict=True)]
    names = ["" if math.isnan(x) else f"λ = {x:.3f}" for x in power]
    return np.array([m for m, _ in moments]) * unit, np.array([d for _, d in moments]) * unit, names


def _transformed(q: FloatArray, power: FloatArray) -> FloatArray:
    small = np.abs(power) < _NEARLY_0
    return np.where(small, np.log(q), np.expm1(np.where(small, 1.0, power) * np.log(q)) / np.where(small, 1.0, power))


def _asymmetry(q: FloatArray, power: float) -> float:
    t = _transformed(q, np.full(q.shape, power))
    middle = len(t) // 2
    above, below = t[middle + 1 :] - t[middle], (t[middle] - t[:middle])[::-1]
    return float(np.sum((above / below - 1) ** 2))


def box_cox_moments(location: float, scale: float, power: float) -> tuple[float, float]:
    r"""Return mean and SD of :math:`(1 + \lambda X)^{1/\lambda}` for a normal `X`, cut off symmetrically.

    `X` is kept within :math:`(\mu + 1/\lambda)` of its mean, beyond which the power is not defined; for
    :math:`\lambda = 0` the way back is the exponential and nothing is cut off.

    Parameters
    ----------
    location, scale : float
        Mean and SD of `X`.
    power : float
        :math:`\lambda`, 0 or above.

    Examples
    --------
    >>> mean, sd = box_cox_moments(1.0, 0.5, 0.5)
    >>> print(f"{mean:.6f} {sd:.6f}")
    2.312500 0.755190
    """
    if not math.isfinite(location + scale + power) or scale <= 0:
        return math.nan, math.nan
    if power < _NEARLY_0:
        mean = math.exp(location + scale**2 / 2)
        return mean, mean * math.sqrt(math.expm1(scale**2))
    reach = min((location + 1 / power) / scale, _REACH)
    nodes, weights = gauss_legendre(_NODES)
    # the sine crowds the nodes at both ends, where the power has no derivative
    z = reach * np.sin(np.pi / 2 * nodes)
    mass = weights * np.cos(np.pi / 2 * nodes) * np.exp(-(z**2) / 2)
    mass /= mass.sum()
    raw = np.maximum(1 + power * (location + scale * z), 0) ** (1 / power)
    mean = float(mass @ raw)
    return mean, float(np.sqrt(mass @ (raw - mean) ** 2))


def _minimise(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function of one variable is smallest: on a grid first, then between the neighbours."""
    from scipy.optimize import minimize_scalar

    grid = np.linspace(low, high, _GRID)
    values = [function(float(x)) for x in grid]
    best = int(np.argmin(values))
    bounds = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, _GRID - 1)]))
    found = minimize_scalar(function, bounds=bounds, method="bounded", options={"xatol": 1e-12, "maxiter": 500})
    return float(found.x) if found.fun <= values[best] else float(grid[best])
