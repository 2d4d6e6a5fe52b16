r"""The likelihood of effects that were selected, with its gradient and Hessian, at many parameters at once.

With :math:`μ_i = x_i'β`, :math:`V_i = v_i + τ²` and the weight :math:`w_i(y)` the log-likelihood is

.. math:: \sum_i \log φ(y_i; μ_i, V_i) + \log w_i(y_i) - \log \int w_i(y)\,φ(y; μ_i, V_i)\,dy.

The derivatives of the last term are moments under the density proportional to :math:`w_i φ`. With the standardised
residual u they take no more than :math:`E u, …, E u^4` and the moments of the derivatives of :math:`\log w`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from .weights import terms_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool.core import Array
    from .partition import Partition
    from .weights import Terms

__all__ = ["Evaluation", "SelectionLikelihood", "evaluate", "interval_moments"]

_ELEMENTS = 2_000_000
_ROOT = math.sqrt(2 * math.pi)
_LOG_ROOT = math.log(_ROOT)
_TINY = 1e-290


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionLikelihood:
    """What the likelihood is made of. The parameters are β, τ² and the free working parameters θ of the weight.

    Attributes
    ----------
    y, v : array, shape (k,)
        Effects and variances.
    z : array, shape (k, p)
        Design.
    partition : Partition
        Cells and points.
    cells, observed : Linear or Curved
        The log-weight at the cells and points, and at the observed effects.
    selected : array of bool, shape (k,)
        The studies to which selection applies.
    parameters : int
        Length of θ.
    """

    y: Array
    v: Array
    z: Array
    partition: Partition
    cells: Terms
    observed: Terms
    selected: NDArray[np.bool_]
    parameters: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """Log-likelihoods, shape (S,), gradients, shape (S, d), and Hessians, shape (S, d, d).

    Where the likelihood underflows the log-likelihood is −∞ and the derivatives are 0.
    """

    loglik: Array
    gradient: Array
    hessian: Array


def evaluate(model: SelectionLikelihood, parameters: Array) -> Evaluation:
    """Evaluate the likelihood.

    Parameters
    ----------
    model : SelectionLikelihood
        Data and weight function.
    parameters : array, shape (S, p + 1 + m)
        β, τ² and θ.
    """
    rows, size = parameters.shape
    k = len(model.y)
    width = model.partition.low.shape[1] + len(model.partition.nodes)
    step = max(1, _ELEMENTS // (rows * width))
    loglik, gradient, hessian = np.zeros(rows), np.zeros((rows, size)), np.zeros((rows, size, size))
    # a far-off trial may leave the range of numbers: it is refused as a whole
    with np.errstate(all="ignore"):
        for start in range(0, k, step):
            one, slope, curvature = _some(model, parameters, slice(start, min(start + step, k)))
            loglik += one
            gradient += slope
            hessian += curvature
    finite = np.isfinite(loglik) & np.isfinite(gradient).all(axis=1) & np.isfinite(hessian).all(axis=(1, 2))
    return Evaluation(
        loglik=np.where(finite, loglik, -np.inf),
        gradient=np.where(finite[:, None], gradient, 0.0),
        hessian=np.where(finite[:, None, None], hessian, 0.0),
    )


def interval_moments(low: Array, high: Array) -> list[Array]:
    r"""Return :math:`\int_a^b u^j φ(u)\,du` for j = 0 … 4.

    Examples
    --------
    >>> [float(part.round(4)) for part in interval_moments(np.array(0.0), np.array(np.inf))]
    [0.5, 0.3989, 0.5, 0.7979, 1.5]
    """
    upper = low + high > 0
    zeroth = np.where(upper, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))
    at_low, at_high = _edge(low), _edge(high)
    second = zeroth + at_low[1] - at_high[1]
    return [
        zeroth,
        at_low[0] - at_high[0],
        second,
        at_low[2] - at_high[2] + 2 * (at_low[0] - at_high[0]),
        3 * second + at_low[3] - at_high[3],
    ]


def _edge(b: Array) -> tuple[Array, Array, Array, Array]:
    """Return the density times b to the power 0 … 3, 0 where b is infinite."""
    finite = np.where(np.isfinite(b), b, 0.0)
    density = np.exp(-0.5 * b * b) / _ROOT
    first = finite * density
    second = finite * first
    return density, first, second, finite * second


def _some(model: SelectionLikelihood, parameters: Array, rows: slice) -> tuple[Array, Array, Array]:
    """Return the contributions of some studies."""
    p = model.z.shape[1]
    y, v, z, selected = model.y[rows], model.v[rows], model.z[rows], model.selected[rows]
    beta, tau2, theta = parameters[:, :p], parameters[:, p], parameters[:, p + 1 :]
    mean, total = beta @ z.T, v + tau2[:, None]
    sd = np.sqrt(total)
    r = (y - mean) / sd
    log_mass, moments, first, second = _selected_moments(model, theta, mean, sd, rows)
    value, slope, bend = terms_at(model.observed, theta, rows)
    use = selected.astype(float)
    loglik = -0.5 * r * r - np.log(sd) - _LOG_ROOT + np.where(selected, value[..., 0] - log_mass, 0.0)
    # without selection the moments are those of the normal distribution
    e1, e2, e3, e4 = (
        np.where(selected, moment, normal) for moment, normal in zip(moments, (0.0, 1.0, 0.0, 3.0), strict=True)
    )
    by_mean = (r - e1) / sd
    by_tau2 = (r * r - e2) / (2 * total)
    by_theta = use[:, None] * (slope[:, :, 0] - first[:, :, 0])
    gradient = np.concatenate([by_mean @ z, by_tau2.sum(axis=1)[:, None], by_theta.sum(axis=1)], axis=1)
    hessian = np.empty((len(beta), gradient.shape[1], gradient.shape[1]))
    mean_mean = -(e2 - e1 * e1) / total
    mean_tau2 = (e1 - r - 0.5 * (e3 - e1 * e2)) / (total * sd)
    hessian[:, :p, :p] = np.swapaxes(mean_mean[..., None] * z, 1, 2) @ z
    hessian[:, :p, p] = mean_tau2 @ z
    hessian[:, p, p] = ((e2 - r * r - 0.25 * (e4 - e2 * e2)) / (total * total)).sum(axis=1)
    f0, f1, f2 = first[:, :, 0], first[:, :, 1], first[:, :, 2]
    cross = use[:, None] * (f1 - e1[..., None] * f0) / sd[..., None]
    hessian[:, :p, p + 1 :] = -(z.T @ cross)
    hessian[:, p, p + 1 :] = -(use[:, None] * (f2 - e2[..., None] * f0) / (2 * total[..., None])).sum(axis=1)
    own = f0[..., :, None] * f0[..., None, :] - second
    if bend is not None:
        own = own + bend[:, :, 0]
    hessian[:, p + 1 :, p + 1 :] = (use[:, None, None] * own).sum(axis=1)
    hessian[:, p, :p] = hessian[:, :p, p]
    hessian[:, p + 1 :, : p + 1] = np.swapaxes(hessian[:, : p + 1, p + 1 :], 1, 2)
    return loglik.sum(axis=1), gradient, hessian


def _selected_moments(
    model: SelectionLikelihood, theta: Array, mean: Array, sd: Array, rows: slice
) -> tuple[Array, list[Array], Array, Array]:
    r"""Return the logarithm of the share that is selected, and the moments of the selected effects.

    Returns
    -------
    log_mass : array, shape (S, k)
    moments : list of 4 arrays, shape (S, k)
        :math:`E u^j`.
    first : array, shape (S, k, 3, m)
        :math:`E \partial\ell`, :math:`E u\,\partial\ell` and :math:`E u^2 \partial\ell`.
    second : array, shape (S, k, m, m)
        :math:`E (\partial^2\ell + \partial\ell\,\partial\ell')`.
    """
    part = model.partition
    root = np.sqrt(model.v[rows])[:, None]
    low, high = (bound if len(bound) == 1 else bound[rows] for bound in (part.low, part.high))
    value, slope, bend = terms_at(model.cells, theta, rows)
    shift = value.max(axis=-1)
    weight = np.exp(value - shift[..., None])
    cells, m = low.shape[1], slope.shape[-1]
    edges = ((bound * root - mean[..., None]) / sd[..., None] for bound in (low, high))
    masses = [mass * weight[..., :cells] for mass in interval_moments(*edges)]
    powers = [mass.sum(axis=-1) for mass in masses]
    stack = np.stack(masses[:3], axis=-2)
    first = stack @ slope[..., :cells, :]
    products = _products(slope, bend)
    second = (masses[0][..., None, :] @ products[..., :cells, :])[..., 0, :]
    if len(part.nodes):
        nodes = _node_sums(part, mean, sd, root, weight[..., cells:], slope[..., cells:, :], products[..., cells:, :])
        powers = [one + other for one, other in zip(powers, nodes[0], strict=True)]
        first, second = first + nodes[1], second + nodes[2]
    share = np.where(powers[0] > _TINY, powers[0], np.nan)
    moments = [power / share for power in powers[1:]]
    second = second.reshape(*second.shape[:-1], m, m)
    return np.log(share) + shift, moments, first / share[..., None, None], second / share[..., None, None]


def _products(slope: Array, bend: Array | None) -> Array:
    """Return the second derivatives of the weight, divided by it, as vectors of m × m."""
    both = slope[..., :, None] * slope[..., None, :]
    if bend is not None:
        both = both + bend
    return both.reshape(*both.shape[:-2], -1)


def _node_sums(
    part: Partition, mean: Array, sd: Array, root: Array, weight: Array, slope: Array, products: Array
) -> tuple[list[Array], Array, Array]:
    """Return the sums over the points of the quadrature, as matrix products of the density with their powers."""
    m, nodes = slope.shape[-1], part.nodes
    alpha, beta = root[:, 0] / sd, -mean / sd
    u = alpha[..., None] * nodes + beta[..., None]
    np.multiply(u, u, out=u)
    u *= -0.5
    u += part.log_weights
    u += (np.log(alpha) - _LOG_ROOT)[..., None]
    density = np.exp(u, out=u)
    density *= weight
    power = np.vander(nodes, 5, increasing=True)
    raw = density @ power
    by_slope = [power[:, j, None] * slope for j in range(3)]
    sums = _contract(density, np.concatenate([*by_slope, products], axis=-1))
    # powers of the residual from those of the points
    moments = [sum(math.comb(j, i) * alpha**i * beta ** (j - i) * raw[..., i] for i in range(j + 1)) for j in range(5)]
    f0, f1, f2 = (sums[..., j * m : (j + 1) * m] for j in range(3))
    a, b = alpha[..., None], beta[..., None]
    first = np.stack([f0, a * f1 + b * f0, a * a * f2 + 2 * a * b * f1 + b * b * f0], axis=-2)
    return [np.asarray(moment) for moment in moments], first, sums[..., 3 * m :]


def _contract(density: Array, features: Array) -> Array:
    """Return the sums over points, shape (S, k, q), of features of shape (1 or S, 1 or k, N, q)."""
    if features.shape[1] == 1:
        return np.asarray(density @ features[:, 0])
    if features.shape[0] == 1:
        return np.swapaxes(np.swapaxes(density, 0, 1) @ features[0], 0, 1)
    return np.asarray((density[..., None, :] @ features)[..., 0, :])
