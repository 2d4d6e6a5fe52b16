r"""Adaptive Gauss–Hermite quadrature over normal random effects, with exact first derivatives.

For study i with linear predictors :math:`η_{ia} = m_{ia} + b_{ia}'z`, a = 1 … A, and :math:`z \sim N(0, I_d)`,

.. math:: L_i = \int φ(z) \exp\Big(\sum_a ℓ_{ia}(η_{ia})\Big) dz .

The integrand is log-concave: its mode :math:`\hat z` is found by Newton's method, the rule is centred there and
scaled by the curvature H (Pinheiro and Bates 1995, doi:10.1080/10618600.1995.10474663). One point is Laplace's
approximation. The derivatives are those of the approximation itself, the movement of mode and scale included, so that
a maximum of the approximated likelihood has gradient zero with any number of points.

Second derivatives come from a complex step (Squire and Trapp 1998, doi:10.1137/S003614459631241X): a predictor or a
loading with an imaginary part of 1e-30 carries one derivative in its imaginary part, without rounding error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_hermite

from ..errors import ConvergenceError, InputError

if TYPE_CHECKING:
    from ..pool.core import Array

__all__ = ["COMPLEX_STEP", "MOST_POINTS", "Family", "LogIntegrals", "Rule", "gauss_hermite", "integrate"]

COMPLEX_STEP = 1e-30
MOST_POINTS = 400

# arrays that may carry a derivative in their imaginary part
Dual = NDArray[Any]

_LOG_2PI = float(np.log(2 * np.pi))
_BUDGET = 200
_LONGEST_STEP = 5.0
_DECREMENT = 1e-18


class Family(Protocol):
    """Log-likelihoods of single arms as functions of their linear predictors."""

    def derivatives(self, eta: Array, order: int) -> tuple[Array, ...]:
        """Return the log-likelihood and its first `order` derivatives, each of the shape (k, A, Q) of `eta`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """A product rule for the standard normal in d dimensions: `nodes` (Q, d) and `log_weights` (Q,)."""

    nodes: Array
    log_weights: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogIntegrals:
    r"""Log-likelihoods of k studies, and how they change.

    Attributes
    ----------
    value : array, shape (k,)
        :math:`\log L_i`.
    gradient : array, shape (k, A + L)
        Derivatives by the predictors :math:`m_{ia}`, then by the L parameters of the loadings.
    mode : array, shape (k, d)
        Where the integrand is largest.
    """

    value: Dual
    gradient: Dual
    mode: Array


@lru_cache(maxsize=32)
def gauss_hermite(points: int, dimensions: int) -> Rule:
    """Return the rule with `points` nodes a dimension, in units of standard deviations.

    Raises
    ------
    InputError
        Where `points` is not a whole number between 1 and 400.

    Examples
    --------
    >>> rule = gauss_hermite(3, 1)
    >>> rule.nodes.ravel().round(4) + 0.0
    array([-1.7321,  0.    ,  1.7321])
    """
    if not 1 <= points <= MOST_POINTS:
        raise InputError(f"nagq={points!r} must be a whole number between 1 and {MOST_POINTS}")
    x, w = roots_hermite(points)
    # with hundreds of points the outermost weights are less than the least double, and so is what they stand for
    x, w = x[w > 0], w[w > 0]
    nodes, logs = np.sqrt(2) * x, np.log(w) + x * x + 0.5 * np.log(2)
    if dimensions == 1:
        grid, total = nodes[:, None], logs
    else:
        first, second = np.meshgrid(nodes, nodes, indexing="ij")
        grid = np.column_stack([first.ravel(), second.ravel()])
        total = (logs[:, None] + logs[None, :]).ravel()
    for values in (grid, total):
        values.setflags(write=False)
    return Rule(nodes=grid, log_weights=total)


def integrate(family: Family, mean: Dual, load: Dual, tangents: Array, rule: Rule, *, start: Array) -> LogIntegrals:
    """Return the log of each study's integral and its derivatives.

    Parameters
    ----------
    family : Family
        The likelihoods of the arms.
    mean : array, shape (k, A)
        Linear predictors without random effects.
    load : array, shape (A, d)
        Loadings of the random effects, d at most 2.
    tangents : array, shape (L, A, d)
        Derivatives of the loadings by each of their parameters.
    rule : Rule
        A rule of dimension d.
    start : array, shape (k, d)
        Where to begin the search for the modes.

    Raises
    ------
    ConvergenceError
        Where a mode was not found; the integrand is log-concave, so there is no known case.
    """
    mode = _find_mode(family, mean.real, load.real, start)
    centre: Dual = mode
    if np.iscomplexobj(mean) or np.iscomplexobj(load):
        # one Newton step from the real mode gives the mode's derivative exactly
        slope, curvature, _ = _at_mode(family, mean, load, mode.astype(complex))
        centre = mode + _solve(curvature, slope)
    _, curvature, bend = _at_mode(family, mean, load, centre)
    root = _inverse_root(curvature)
    steps = np.einsum("kde,qe->kqd", root, rule.nodes)
    z = centre[:, None, :] + steps
    eta = mean[:, :, None] + np.einsum("ad,kqd->kaq", load, z)
    value, first = _evaluate(family, eta, 1)
    logs = value.sum(axis=1) - 0.5 * (z * z).sum(axis=-1) + rule.log_weights
    top = logs.real.max(axis=1)
    shares = np.exp(logs - top[:, None])
    total = shares.sum(axis=1)
    shares = shares / total[:, None]
    log_scale = np.log(_determinant_of_root(root))
    dimensions = load.shape[1]
    gradient = [
        _directional(shares, first, z, rule, load, root, bend, change)
        for change in _directions(family, mean, load, tangents, centre, curvature)
    ]
    return LogIntegrals(
        value=top + np.log(total) + log_scale - 0.5 * dimensions * _LOG_2PI,
        gradient=np.stack(gradient, axis=1),
        mode=mode,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """One direction: how predictors, loadings and mode change, and how the second-derivative part of H does."""

    mean: Dual
    load: Dual
    mode: Dual
    curvature: Dual


def _evaluate(family: Family, eta: Dual, order: int) -> tuple[Dual, ...]:
    """Return the derivatives; an imaginary part becomes that of the result, by the next derivative."""
    if not np.iscomplexobj(eta):
        return family.derivatives(eta, order)
    found = family.derivatives(eta.real, order + 1)
    return tuple(found[n] + 1j * (eta.imag * found[n + 1]) for n in range(order + 1))


def _at_mode(family: Family, mean: Dual, load: Dual, z: Dual) -> tuple[Dual, Dual, Dual]:
    """Return the gradient of the log-integrand, minus its Hessian, and the third derivatives of the arms."""
    eta = (mean + z @ load.T)[:, :, None]
    _, first, second, third = (values[:, :, 0] for values in _evaluate(family, eta, 3))
    curvature = np.eye(load.shape[1]) - np.einsum("ka,ad,ae->kde", second, load, load)
    return first @ load - z, curvature, third


def _find_mode(family: Family, mean: Array, load: Array, start: Array) -> Array:
    """Return the mode of each integrand by Newton's method with step halving."""
    z: Array = start.copy()
    identity = np.eye(load.shape[1])
    value, first, second = _sums(family, mean, load, z)
    for _ in range(_BUDGET):
        slope = first @ load - z
        step = _solve(identity - np.einsum("ka,ad,ae->kde", second, load, load), slope)
        decrement = (slope * step).sum(axis=1)
        reach = np.abs(step @ load.T).max(axis=1)
        size = np.minimum(1.0, _LONGEST_STEP / np.maximum(reach, _LONGEST_STEP))
        least = value - 1e-12 * (1 + np.abs(value))
        for _ in range(60):
            moved: Array = z + size[:, None] * step
            new = _sums(family, mean, load, moved)
            worse = new[0] < least
            if not worse.any():
                break
            size = np.where(worse, 0.5 * size, size)
        z, (value, first, second) = moved, new
        if (decrement <= _DECREMENT * (1 + np.abs(value))).all():
            return z
    raise ConvergenceError("the most likely random effect of a study was not found")


def _sums(family: Family, mean: Array, load: Array, z: Array) -> tuple[Array, Array, Array]:
    value, first, second = (values[:, :, 0] for values in family.derivatives((mean + z @ load.T)[:, :, None], 2))
    return value.sum(axis=1) - 0.5 * (z * z).sum(axis=1), first, second


def _directions(
    family: Family, mean: Dual, load: Dual, tangents: Array, centre: Dual, curvature: Dual
) -> list[_Change]:
    """Return the change along each predictor and each loading parameter."""
    eta = (mean + centre @ load.T)[:, :, None]
    _, first, second, third = (values[:, :, 0] for values in _evaluate(family, eta, 3))
    arms, none = mean.shape[1], np.zeros(load.shape)
    moves = [(np.eye(arms)[arm], none) for arm in range(arms)]
    moves += [(np.zeros(arms), tangent) for tangent in tangents]
    changes = []
    for d_mean, d_load in moves:
        shift = d_mean + centre @ d_load.T
        d_mode = _solve(curvature, first @ d_load + (second * shift) @ load)
        d_eta = shift + d_mode @ load.T
        d_curvature = -np.einsum("ka,ad,ae->kde", third * d_eta, load, load)
        if d_load is not none:
            mixed = np.einsum("ka,ad,ae->kde", second, d_load, load)
            d_curvature = d_curvature - mixed - np.swapaxes(mixed, 1, 2)
        changes.append(_Change(d_mean, d_load, d_mode, d_curvature))
    return changes


def _directional(
    shares: Dual, first: Dual, z: Dual, rule: Rule, load: Dual, root: Dual, bend: Dual, change: _Change
) -> Dual:
    """Return the derivative of the log-integral along one direction."""
    d_root = _change_of_root(root, change.curvature)
    d_z = change.mode[:, None, :] + np.einsum("kde,qe->kqd", d_root, rule.nodes)
    d_eta = change.mean[None, :, None] + np.einsum("ad,kqd->kaq", change.load, z) + np.einsum("ad,kqd->kaq", load, d_z)
    inside = (shares * ((first * d_eta).sum(axis=1) - (z * d_z).sum(axis=-1))).sum(axis=1)
    return np.asarray(inside + _trace_of_log(root, d_root))


def _solve(matrix: Dual, vector: Dual) -> Dual:
    """Solve (k, d, d) systems, d at most 2."""
    if matrix.shape[-1] == 1:
        return np.asarray(vector / matrix[:, 0])
    a, b, d = matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 1, 1]
    determinant = a * d - b * b
    first = (d * vector[:, 0] - b * vector[:, 1]) / determinant
    second = (a * vector[:, 1] - b * vector[:, 0]) / determinant
    return np.stack([first, second], axis=1)


def _inverse_root(curvature: Dual) -> Dual:
    """Return R, upper triangular with R R' the inverse of each matrix."""
    if curvature.shape[-1] == 1:
        return np.asarray(1 / np.sqrt(curvature))
    low = np.sqrt(curvature[:, 0, 0])
    cross = curvature[:, 0, 1] / low
    last = np.sqrt(curvature[:, 1, 1] - cross * cross)
    root = np.zeros_like(curvature)
    root[:, 0, 0], root[:, 1, 1] = 1 / low, 1 / last
    root[:, 0, 1] = -cross / (low * last)
    return root


def _change_of_root(root: Dual, change: Dual) -> Dual:
    """Return dR for R R' = H⁻¹ with R upper triangular, given dH."""
    inner = np.swapaxes(root, 1, 2) @ change @ root
    upper = np.triu(np.ones(inner.shape[-2:]), 1) + 0.5 * np.eye(inner.shape[-1])
    return np.asarray(-root @ (inner * upper))


def _determinant_of_root(root: Dual) -> Dual:
    return np.asarray(np.prod(np.diagonal(root, axis1=1, axis2=2), axis=1))


def _trace_of_log(root: Dual, d_root: Dual) -> Dual:
    """Return the derivative of log|R|."""
    return np.asarray((np.diagonal(d_root, axis1=1, axis2=2) / np.diagonal(root, axis1=1, axis2=2)).sum(axis=1))
