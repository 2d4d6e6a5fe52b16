r"""How the line of test statistics is divided: cells of one weight, and points where the weight varies.

A study's weight depends on its p-value, hence on :math:`z_i = y_i/\sqrt{v_i}`. What selection does to the likelihood
is an integral of that weight over the normal distribution of :math:`z`. Where the weight is constant, normal
distribution functions give it in closed form; elsewhere Gauss–Legendre rules on short panels do, exact to rounding
because weights are smooth functions of :math:`z` on a scale of 1 and the density is at least as wide. The points do
not depend on any parameter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import erf, log_ndtr, ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool.core import Array

__all__ = ["Partition", "log_probabilities", "smooth_partition", "step_partition", "threshold"]

_PANEL_POINTS = 10
_PANEL = 0.5
# where weights hardly vary any more, only the density does
_TAIL_PANEL = 2.0
_TAIL = 4.5
# beyond, p is 1 or 0 to rounding; where the logarithm of p matters, up to the smallest normal number
_SATURATED = 8.5
_FAR = 37.5
# a weight with a power of 1 − p has a singularity at z = 0 for two-sided p: panels shrink towards it
_GRADING = 3.0
_NEAREST = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Partition:
    """Cells and points, in units of the standard error.

    Attributes
    ----------
    low, high : array, shape (1, L) or (k, L)
        Bounds of the cells of constant weight, the same for all studies or one row for each.
    inside : array, shape (L,)
        A point of each cell, or the cell's end, at which the weight is that of the cell.
    nodes, log_weights : array, shape (N,)
        Points of the quadrature and the logarithms of its weights.
    """

    low: Array
    high: Array
    inside: Array
    nodes: Array
    log_weights: Array


def threshold(alpha: float, *, two_sided: bool) -> float:
    """Return the statistic at which p equals `alpha`.

    Examples
    --------
    >>> round(threshold(0.025, two_sided=False), 3), round(threshold(0.05, two_sided=True), 3)
    (1.96, 1.96)
    """
    return float(-ndtri(alpha / 2 if two_sided else alpha))


def log_probabilities(z: Array, *, two_sided: bool) -> tuple[Array, Array]:
    """Return the logarithms of p and of 1 − p at statistics `z`, for p in favour of large ones.

    Examples
    --------
    >>> [round(float(np.exp(part)), 3) for part in log_probabilities(np.array(-1.96), two_sided=True)]
    [0.05, 0.95]
    """
    if not two_sided:
        return log_ndtr(-z), log_ndtr(z)
    with np.errstate(divide="ignore"):
        inner = np.log(erf(np.abs(z) / math.sqrt(2)))
    return math.log(2) + log_ndtr(-np.abs(z)), inner


def step_partition(steps: tuple[float, ...], *, two_sided: bool) -> tuple[Partition, NDArray[np.intp]]:
    """Return the cells of a step function, and the interval of p to which each belongs.

    Parameters
    ----------
    steps : tuple of float
        Increasing upper ends of the intervals of p; the last is 1.
    two_sided : bool
        Whether p-values are two-sided.

    Examples
    --------
    >>> cells, interval = step_partition((0.025, 1.0), two_sided=False)
    >>> cells.low.round(2).tolist(), cells.high.round(2).tolist(), interval.tolist()
    ([[1.96, -inf]], [[inf, 1.96]], [0, 1])
    """
    inner = [threshold(step, two_sided=two_sided) for step in steps[:-1]]
    last = len(steps) - 1
    if not two_sided:
        edges = [math.inf, *inner, -math.inf]
        return _cells([(edges[j + 1], edges[j]) for j in range(last + 1)]), np.arange(last + 1)
    edges = [math.inf, *inner]
    bounds = [(edges[j + 1], edges[j]) for j in range(last)]
    mirrored = [(-high, -low) for low, high in bounds]
    interval = [*range(last), *range(last), last]
    return _cells([*bounds, *mirrored, (-edges[-1], edges[-1])]), np.array(interval)


def smooth_partition(*, two_sided: bool, alpha: float, least: float, log_p: bool, log_rest: bool) -> Partition:
    """Return cells and points for a weight that varies smoothly with p.

    Parameters
    ----------
    two_sided : bool
        Whether p-values are two-sided.
    alpha : float
        The weight is constant for p up to this threshold; 0 for none.
    least : float
        p-values below `least` and above 1 − `least` count as those; 0 for none.
    log_p, log_rest : bool
        Whether the weight depends on the logarithm of p, and on that of 1 − p.
    """
    constant = max(alpha, least)
    high = threshold(constant, two_sided=two_sided) if constant > 0 else (_FAR if log_p else _SATURATED)
    if two_sided:
        low = threshold(1 - least, two_sided=True) if least > 0 else (_NEAREST if log_rest else 0.0)
        nodes, weights = _rule(tuple(_graded(low, high) if log_rest else _panels(low, high)))
        nodes, weights = np.concatenate([-nodes[::-1], nodes]), np.concatenate([weights[::-1], weights])
        cells = _cells([(high, math.inf), (-math.inf, -high), (-low, low)])
        inside = np.array([high, high, low])
    else:
        low = threshold(1 - least, two_sided=False) if least > 0 else -(_FAR if log_rest else _SATURATED)
        nodes, weights = _rule(tuple(_panels(low, high)))
        cells = _cells([(high, math.inf), (-math.inf, low)])
        inside = np.array([high, low])
    return Partition(low=cells.low, high=cells.high, inside=inside, nodes=nodes, log_weights=np.log(weights))


def _cells(bounds: list[tuple[float, float]]) -> Partition:
    nothing = np.empty(0)
    low, high = np.array(bounds).T
    return Partition(low=low[None], high=high[None], inside=nothing, nodes=nothing, log_weights=nothing)


def _panels(low: float, high: float) -> list[float]:
    """Return the edges of the panels: short ones in the middle, long ones where only the density varies."""
    inner = [edge for edge in (-_SATURATED, -_TAIL, _TAIL, _SATURATED) if low < edge < high]
    edges = [low]
    for end in [*inner, high]:
        start = edges[-1]
        middle = abs(start + end) / 2
        width = _PANEL if middle < _TAIL else 1.0 if middle < _SATURATED else _TAIL_PANEL
        edges += np.linspace(start, end, max(1, math.ceil((end - start) / width - 1e-9)) + 1)[1:].tolist()
    return edges


def _graded(low: float, high: float) -> list[float]:
    edges = [low]
    while (_GRADING - 1) * edges[-1] < _PANEL and _GRADING * edges[-1] < high:
        edges.append(_GRADING * edges[-1])
    return edges[:-1] + _panels(edges[-1], high)


@lru_cache(maxsize=32)
def _rule(edges: tuple[float, ...]) -> tuple[Array, Array]:
    """Return the points and weights of the composite Gauss–Legendre rule."""
    points, weights = np.polynomial.legendre.leggauss(_PANEL_POINTS)
    left, half = np.array(edges[:-1])[:, None], np.diff(edges)[:, None] / 2
    nodes, scaled = (left + half * (1 + points)).ravel(), (half * weights).ravel()
    nodes.setflags(write=False)
    scaled.setflags(write=False)
    return nodes, scaled
