r"""Newton's method between bounds, from many starts at once, with a certificate.

Parameters at a bound whose gradient points outwards rest there; the others take the Newton step of a Hessian whose
eigenvalues are made negative, no farther than the first bound and no farther than a trusted length, halved until the
function rises. An end is accepted where the next step would be negligible and the function curves downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .likelihood import Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ...pool.core import Array

__all__ = ["BUDGET", "CLOSE", "Ascent", "ascend"]

# half the squared distance to the maximum in standard errors
CLOSE = 1e-18
_NEAR = 1e-9
BUDGET = 200
_HALVINGS = 30
_RISE = 1e-4
_FLAT = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ascent:
    """Where the climbs from S starts ended.

    Attributes
    ----------
    end : array, shape (S, d)
        Parameters.
    loglik, distance : array, shape (S,)
        The function there, and the length of the next Newton step, in standard errors.
    iterations : array of int, shape (S,)
        Steps taken.
    ended : array of bool, shape (S,)
        Whether the end is a maximum between the bounds; the others had not come to rest.
    """

    end: Array
    loglik: Array
    distance: Array
    iterations: NDArray[np.intp]
    ended: NDArray[np.bool_]


def ascend(
    function: Callable[[Array], Evaluation],
    start: Array,
    low: Array,
    high: Array,
    reach: Callable[[Array], Array],
    *,
    budget: int = BUDGET,
    enough: float = CLOSE,
) -> Ascent:
    """Climb from many starts.

    Parameters
    ----------
    function : callable
        Given parameters of shape (S, d), returns the function, its gradients and Hessians.
    start, low, high : array, shape (S, d)
        Starts and bounds; a parameter whose bounds are equal is fixed.
    reach : callable
        Given parameters, returns the longest step to trust in each of them.
    budget : int
        The most steps to take.
    enough : float
        What the next step may gain at an end.

    Examples
    --------
    >>> def hill(x):
    ...     return Evaluation(loglik=-(x**2).sum(1), gradient=-2 * x, hessian=np.full((len(x), 1, 1), -2.0))
    >>> found = ascend(hill, np.array([[3.0]]), np.array([[1.0]]), np.array([[5.0]]), np.ones_like)
    >>> found.end.tolist(), found.ended.tolist()
    ([[1.0]], [True])
    """
    end = np.clip(start, low, high)
    count = len(end)
    loglik, distance = np.full(count, -np.inf), np.full(count, np.inf)
    iterations, ended = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=bool)
    active = np.arange(count)
    at = function(end)
    loglik[:] = at.loglik
    keep = np.isfinite(at.loglik)
    active, gradient, hessian = active[keep], at.gradient[keep], at.hessian[keep]
    for _ in range(budget):
        if not len(active):
            break
        place = end[active]
        direction, curved = _direction(place, gradient, hessian, low[active], high[active])
        gain = 0.5 * (gradient * direction).sum(axis=1)
        distance[active] = np.sqrt(2 * gain)
        done = curved & (gain <= enough)
        ended[active[done]] = True
        active, place, direction, gain = active[~done], place[~done], direction[~done], gain[~done]
        gradient, hessian = gradient[~done], hessian[~done]
        if not len(active):
            break
        length = _longest(place, direction, low[active], high[active], reach(place))
        new, at, moved = _search(function, place, direction, length, gain, loglik[active], low[active], high[active])
        iterations[active] += 1
        end[active] = new
        loglik[active] = at.loglik
        active, gradient, hessian = active[moved], at.gradient[moved], at.hessian[moved]
    return Ascent(end=end, loglik=loglik, distance=distance, iterations=iterations, ended=ended)


def _direction(
    place: Array, gradient: Array, hessian: Array, low: Array, high: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the step to take, and whether the function curves downwards in all that may move."""
    size = place.shape[1]
    resting = (low == high) | ((place <= low) & (gradient <= 0)) | ((place >= high) & (gradient >= 0))
    first = ~resting
    for _ in range(size + 1):
        free = ~resting
        both = free[:, :, None] & free[:, None, :]
        diagonal = np.abs(np.einsum("sii->si", hessian))
        unit = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        scaled = np.where(both, -hessian * unit[:, :, None] * unit[:, None, :], np.eye(size))
        values, vectors = np.linalg.eigh(scaled)
        curved = (values > _FLAT).all(axis=1)
        slope = np.where(free, gradient * unit, 0.0)
        along = np.einsum("sij,si->sj", vectors, slope) / np.maximum(np.abs(values), 1e-8)
        step = np.where(free, np.einsum("sij,sj->si", vectors, along) * unit, 0.0)
        outward = free & (((place <= low) & (step < 0)) | ((place >= high) & (step > 0)))
        if not outward.any():
            break
        resting = resting | outward
    # what was held back for others' sake moves on its own once they are done
    alone = np.where(first, gradient * unit * unit, 0.0)
    held = ((gradient * step).sum(axis=1) <= 2 * CLOSE) & ((gradient * alone).sum(axis=1) > 2 * CLOSE)
    held &= (first & resting).any(axis=1)
    return np.where(held[:, None], alone, step), curved & ~held


def _longest(place: Array, direction: Array, low: Array, high: Array, reach: Array) -> Array:
    """Return the largest share of the step, at most 1, within the bounds and the trusted lengths."""
    size = np.abs(direction)
    room = np.where(direction < 0, place - low, high - place)
    limit = np.minimum(room, reach)
    share = np.divide(limit, size, out=np.full_like(size, np.inf), where=size > 0)
    return np.asarray(np.minimum(1.0, share.min(axis=1)))


def _search(
    function: Callable[[Array], Evaluation],
    place: Array,
    direction: Array,
    length: Array,
    gain: Array,
    before: Array,
    low: Array,
    high: Array,
) -> tuple[Array, Evaluation, NDArray[np.bool_]]:
    """Halve the steps until the function rises enough; near the maximum rounding decides, and they are taken whole."""
    length = length.copy()
    new = _step(place, direction, length, low, high)
    at = function(new)
    loglik, gradient, hessian = at.loglik.copy(), at.gradient.copy(), at.hessian.copy()
    enough = (loglik >= before + _RISE * length * gain) | ((gain <= _NEAR) & np.isfinite(loglik))
    for _ in range(_HALVINGS):
        short = np.flatnonzero(~enough)
        if not len(short):
            break
        length[short] /= 4
        new[short] = _step(place[short], direction[short], length[short], low[short], high[short])
        at = function(new[short])
        loglik[short], gradient[short], hessian[short] = at.loglik, at.gradient, at.hessian
        enough[short] = at.loglik >= before[short] + _RISE * length[short] * gain[short]
    new[~enough], loglik[~enough] = place[~enough], before[~enough]
    return new, Evaluation(loglik=loglik, gradient=gradient, hessian=hessian), enough


def _step(place: Array, direction: Array, length: Array, low: Array, high: Array) -> Array:
    """Return the new place; what comes within rounding of a bound is on it."""
    new = place + length[:, None] * direction
    width = 1e-14 * (1 + np.abs(place))
    new = np.where((direction < 0) & (new <= low + width), low, new)
    return np.where((direction > 0) & (new >= high - width), high, new)
