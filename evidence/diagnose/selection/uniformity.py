"""Conditional p-values of significant effects, and the effects that make them uniform."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import erfcx, log_ndtr

from ...errors import ConvergenceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...pool.core import Array

__all__ = [
    "anderson_darling_estimate",
    "conditional_log_p",
    "kolmogorov_smirnov_estimate",
    "solve_mean",
]

_DOUBLINGS = 60
_GRID = 400
_TAIL_SHARE = 0.001


def conditional_log_p(mean: float, y: Array, sei: Array, critical: float) -> Array:
    r"""Return the logarithms of :math:`P(Y > y_i) / P(Y > c\,σ_i)`.

    Parameters
    ----------
    mean : float
        The effect.
    y, sei : array, shape (k,)
        Significant effects and their standard errors.
    critical : float
        The critical value c.

    Examples
    --------
    >>> np.exp(conditional_log_p(0.0, np.array([2.5758]), np.array([1.0]), 1.96)).round(3).tolist()
    [0.2]
    """
    upper, cut = (y - mean) / sei, critical - mean / sei
    # far out both probabilities underflow, and the squares of their arguments lose the difference
    ratio = erfcx(np.maximum(upper, 0) / math.sqrt(2)) / erfcx(np.maximum(cut, 0) / math.sqrt(2))
    far = -0.5 * (upper - cut) * (upper + cut) + np.log(ratio)
    return np.asarray(np.where(cut > 0, far, log_ndtr(-upper) - log_ndtr(-cut)))


def solve_mean(method: str, target: float, y: Array, sei: Array, critical: float) -> float:
    r"""Return the effect at which a sum over conditional p-values is at a target.

    Parameters
    ----------
    method : {"P", "LNP", "LN1MINP"}
        The sum of :math:`q`, :math:`-\log q` or :math:`-\log(1 - q)`.
    target : float
        Its value.
    y, sei, critical
        As for `conditional_log_p`.
    """
    sums: dict[str, Callable[[Array], float]] = {
        "P": lambda log_q: float(np.exp(log_q).sum()) - target,
        "LNP": lambda log_q: target + float(log_q.sum()),
        "LN1MINP": lambda log_q: float(-np.log(-np.expm1(np.minimum(log_q, -1e-300))).sum()) - target,
    }
    return _increasing_root(lambda mean: sums[method](conditional_log_p(mean, y, sei, critical)), y, sei)


def kolmogorov_smirnov_estimate(y: Array, sei: Array, critical: float) -> float:
    """Return the effect at which the greatest distance of conditional p-values from uniformity is least.

    Parameters are those of `conditional_log_p`.
    """
    k = len(y)
    steps = np.arange(k + 1) / k

    def excess(mean: float) -> float:
        q = np.sort(np.exp(conditional_log_p(mean, y, sei, critical)))
        return float((q - steps[:-1]).max() - (steps[1:] - q).max())

    return _increasing_root(excess, y, sei)


def anderson_darling_estimate(y: Array, sei: Array, critical: float) -> float:
    """Return the effect at which the Anderson–Darling distance of conditional p-values from uniformity is least.

    Parameters are those of `conditional_log_p`.
    """
    from scipy.optimize import minimize_scalar

    k = len(y)
    rank = 2 * np.arange(1, k + 1) - 1

    def distance(mean: float) -> float:
        log_q = np.sort(conditional_log_p(mean, y, sei, critical))
        log_rest = np.log(-np.expm1(np.minimum(log_q, -1e-300)))
        return float(-(rank * (log_q + log_rest[::-1])).sum() / k - k)

    low, high = (solve_mean("P", share * k, y, sei, critical) for share in (_TAIL_SHARE, 1 - _TAIL_SHARE))
    grid = np.linspace(low, high, _GRID)
    best = int(np.argmin([distance(float(mean)) for mean in grid]))
    bounds = float(grid[max(0, best - 1)]), float(grid[min(_GRID - 1, best + 1)])
    found = minimize_scalar(distance, bounds=bounds, method="bounded", options={"xatol": 1e-9 * float(sei.min())})
    return float(found.x)


def _increasing_root(function: Callable[[float], float], y: Array, sei: Array) -> float:
    """Return the root of an increasing function of the effect."""
    from scipy.optimize import brentq

    unit = float(sei.min())
    ends = [float(y.min()), float(y.max())]
    for place, side in ((0, -1), (1, 1)):
        step = unit
        for _ in range(_DOUBLINGS):
            if side * function(ends[place]) >= 0:
                break
            ends[place] += side * step
            step *= 2
        else:
            raise ConvergenceError("no effect makes the conditional p-values uniform")
    if ends[0] == ends[1]:
        return ends[0]
    return float(brentq(function, ends[0], ends[1], xtol=1e-13 * unit, rtol=1e-14))
