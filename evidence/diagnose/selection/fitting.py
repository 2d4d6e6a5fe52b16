r"""The maximum of a selection likelihood, found by a scan over τ², with a certificate.

For a given τ² effects selected by a weight whose logarithm is linear in θ follow an exponential family in
:math:`(β, θ)`: the likelihood is concave in them, and Newton's method cannot miss its only maximum. So several maxima
can exist over τ² only. The profile of τ² is tabulated on a grid from 0 to far beyond the spread of the effects, every
rise is followed in all parameters at once, and the highest end is taken. Curved weights are tabulated from several
starts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConvergenceError
from .ascent import ascend
from .likelihood import evaluate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool.core import Array
    from .ascent import Ascent
    from .likelihood import SelectionLikelihood
    from .model import Working

__all__ = ["Climb", "Maximum", "climb", "covariance", "hold", "maximise", "reach", "search", "starting_points"]

_SAME = 1e-6
_SAME_PLACE = 1e-3
_RISING = 1e-6
_STEP = 4.0
_LOG_STEP = 2.0
_SCAN_STEPS = 40
_SCAN_GAIN = 1e-5
_SINGULAR = 1e-10
# δ to start from: for a curved weight several, as its likelihood is not concave in them
_STARTS: dict[str, tuple[tuple[float, ...], ...]] = {
    "stepfun": ((0.7,),),
    "trunc": ((0.7,),),
    "truncest": ((0.7,),),
    "beta": ((1.0, 1.0),),
    "halfnorm": ((1.0,),),
    "negexp": ((1.0,),),
    "power": ((0.5,),),
    "logistic": ((1.0,), (10.0,)),
    "negexppow": ((1.0, 1.0), (3.0, 0.3), (3.0, 3.0), (30.0, 30.0), (10.0, 0.1)),
}
_PER_DECADE = 3
# over many studies narrow features of the profile average out
_PER_DECADE_OF_MANY = 1
_MANY = 500
_MOST_POINTS = 24
_FIRST_POINT = 0.05
_LAST_POINT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climb:
    """What there is to climb.

    Attributes
    ----------
    model : SelectionLikelihood
        The likelihood, in climbing parameters.
    low, high : array, shape (d,)
        Bounds of β, τ² and θ; equal where a parameter is fixed.
    logs : array of bool, shape (d,)
        Which parameters are logarithms.
    """

    model: SelectionLikelihood
    low: Array
    high: Array
    logs: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maximum:
    """The highest end of all climbs.

    Attributes
    ----------
    place : array, shape (d,)
        The parameters there.
    loglik, distance : float
        The log-likelihood, and the length of the next Newton step in standard errors.
    iterations, starts : int
        Newton steps taken in all, and climbs begun.
    modes : array, shape (M, d)
        The different maxima found, the highest first.
    logliks : array, shape (M,)
        Their log-likelihoods.
    """

    place: Array
    loglik: float
    distance: float
    iterations: int
    starts: int
    modes: Array
    logliks: Array


def climb(model: SelectionLikelihood, working: Working, *, tau2: float | None) -> Climb:
    """Return what there is to climb; `tau2` is its fixed value in scaled units, None where it is estimated."""
    p, m = model.z.shape[1], model.parameters
    far = np.full(p, math.inf)
    between = (0.0, math.inf) if tau2 is None else (tau2, tau2)
    return Climb(
        model=model,
        low=np.concatenate([-far, [between[0]], working.low[:m]]),
        high=np.concatenate([far, [between[1]], working.high[:m]]),
        logs=np.concatenate([np.zeros(p + 1, dtype=bool), working.logs[:m]]),
    )


def hold(what: Climb, index: int, value: float) -> Climb:
    """Return the same climb with one parameter held at a value."""
    low, high = what.low.copy(), what.high.copy()
    low[index] = high[index] = value
    return replace(what, low=low, high=high)


def reach(what: Climb, place: Array) -> Array:
    """Return the longest steps to trust at some places, shape (S, d)."""
    z = what.model.z
    p = z.shape[1]
    longest = np.where(what.logs, _LOG_STEP, 1.0 + 2.0 * np.abs(place))
    # some standard errors of a regression without selection
    weights = 1 / (what.model.v + place[:, p, None])
    longest[:, :p] = _STEP / np.sqrt(weights @ (z * z))
    return longest


def starting_points(kind: str, working: Working, beta: Array, tau2: float) -> Array:
    """Return where to begin, one row for each start of the selection parameters.

    Parameters
    ----------
    kind : str
        The weight function.
    working : Working
        Its working parameters.
    beta : array, shape (p,)
        Coefficients without selection.
    tau2 : float
        Between-study variance without selection, in scaled units.
    """
    count = len(working.free)
    starts = []
    for start in _STARTS[kind]:
        full = start if len(start) == count else tuple(start[0] ** (j / max(1, count - 1)) for j in range(count))
        delta = working.climbing(np.array(full)[working.free])
        starts.append(np.concatenate([beta, [tau2], np.clip(delta, working.low, working.high)]))
    return np.unique(np.array(starts), axis=0)


def search(what: Climb, start: Array, *, name: str) -> Maximum:
    """Return the highest maximum over all parameters.

    Parameters
    ----------
    what : Climb
        The likelihood and its bounds.
    start : array, shape (S, d)
        Where to begin; its τ² is one of those that are tabulated.
    name : str
        The model, for the message.

    Raises
    ------
    ConvergenceError
        Where the likelihood has no maximum that could be found.
    """
    p = what.model.z.shape[1]
    if what.low[p] == what.high[p]:
        return maximise(what, start, name=name)
    grid = _grid(what, start[:, p])
    rows = np.repeat(start, len(grid), axis=0)
    rows[:, p] = np.tile(grid, len(start))
    rows[:, :p] = _regressions(what.model, rows[:, p])
    low, high = (np.repeat(bound[None], len(rows), axis=0) for bound in (what.low, what.high))
    low[:, p] = high[:, p] = rows[:, p]
    scan = ascend(
        partial(evaluate, what.model), rows, low, high, partial(reach, what), budget=_SCAN_STEPS, enough=_SCAN_GAIN
    )
    profile = np.pad(scan.loglik.reshape(len(start), -1), ((0, 0), (1, 1)), constant_values=-math.inf)
    rising = (profile[:, 1:-1] >= profile[:, :-2]) & (profile[:, 1:-1] >= profile[:, 2:])
    from_here = scan.end[rising.ravel() & np.isfinite(scan.loglik)]
    top = maximise(what, from_here if len(from_here) else start, name=name)
    return replace(top, iterations=top.iterations + int(scan.iterations.sum()), starts=len(rows))


def _regressions(model: SelectionLikelihood, tau2: Array) -> Array:
    """Return the coefficients without selection for each value of τ², shape (S, p)."""
    weighted = model.z / (model.v + tau2[:, None])[..., None]
    moments = np.swapaxes(weighted, 1, 2) @ np.concatenate([model.z, model.y[:, None]], axis=1)
    return np.asarray(np.linalg.solve(moments[..., :-1], moments[..., -1:])[..., 0])


def _grid(what: Climb, own: Array) -> Array:
    """Return the values of τ² at which the likelihood is tabulated: 0, and a logarithmic grid."""
    y, v = what.model.y, what.model.v
    spread = float(np.square(y - np.median(y)).mean())
    low, high = _FIRST_POINT * float(v.min()), _LAST_POINT * (spread + float(np.median(v)))
    density = _PER_DECADE if len(y) < _MANY else _PER_DECADE_OF_MANY
    count = min(_MOST_POINTS, 2 + math.ceil(density * math.log10(high / low)))
    return np.unique(np.concatenate([[0.0], np.geomspace(low, high, count), own]))


def maximise(what: Climb, start: Array, *, name: str) -> Maximum:
    """Climb from every start and return the highest end.

    Parameters
    ----------
    what : Climb
        The likelihood and its bounds.
    start : array, shape (S, d)
        Where to begin.
    name : str
        The model, for the message.

    Raises
    ------
    ConvergenceError
        Where no climb ended, or one that did not has risen above all that did.
    """
    low, high = np.broadcast_to(what.low, start.shape), np.broadcast_to(what.high, start.shape)
    return _highest(ascend(partial(evaluate, what.model), start, low, high, partial(reach, what)), name)


def _highest(found: Ascent, name: str) -> Maximum:
    """Return the highest end of an ascent, and the different ends."""
    ended = np.flatnonzero(found.ended)
    stray = found.loglik[~found.ended].max(initial=-math.inf)
    if not len(ended) or stray > found.loglik[ended].max() + _RISING:
        raise ConvergenceError(
            f"the likelihood of {name} has no maximum that could be found: it still rises where its parameters are "
            "far out, or is flat there. The data do not determine all of its parameters; a simpler model may have one"
        )
    order = ended[np.argsort(-found.loglik[ended], kind="stable")]
    different: list[int] = []
    for row in order.tolist():
        near = (
            abs(found.loglik[row] - found.loglik[other]) <= _SAME
            or (np.abs(found.end[row] - found.end[other]) <= _SAME_PLACE * (1 + np.abs(found.end[row]))).all()
            for other in different
        )
        if not any(near):
            different.append(row)
    best = order[0]
    return Maximum(
        place=found.end[best],
        loglik=float(found.loglik[best]),
        distance=float(found.distance[best]),
        iterations=int(found.iterations.sum()),
        starts=len(found.end),
        modes=found.end[different],
        logliks=found.loglik[different],
    )


def covariance(what: Climb, at: Array, jacobian: Array, unit: float, working: Working) -> Array | None:
    """Return the inverse of the observed information in the parameters of the data.

    It is NaN for parameters that are fixed, and for τ² where it is 0. Selection parameters at a bound are among the
    others, unless the information is singular with them.

    Parameters
    ----------
    what : Climb
        The likelihood.
    at : array, shape (d,)
        The maximum, in climbing parameters.
    jacobian : array, shape (p, p)
        Derivatives of the coefficients.
    unit : float
        The unit of the effects.
    working : Working
        How selection parameters are climbed in.

    Returns
    -------
    array, shape (d, d), or None
        In the order β, τ², δ; None where the likelihood does not curve downwards in all parameters.
    """
    here = evaluate(what.model, at[None])
    hessian, gradient = here.hessian[0], here.gradient[0]
    p, size = len(jacobian), len(at)
    delta = working.natural(at[p + 1 :])
    if (working.logs & (delta == 0)).any():
        return None
    # a small change of δ, in working parameters
    inner = np.linalg.inv(working.sums) / np.where(working.logs, delta, 1.0) if len(delta) else np.empty((0, 0))
    change = np.zeros((size, size))
    change[:p, :p] = np.linalg.inv(jacobian)
    change[p, p] = 1 / unit**2
    change[p + 1 :, p + 1 :] = inner
    information = -(change.T @ hessian @ change)
    # at a bound the gradient is not 0, and the logarithm bends
    if len(delta):
        slope = np.linalg.solve(working.sums.T, gradient[p + 1 :])
        bend = np.where(working.logs, slope / np.where(working.logs, delta, 1.0) ** 2, 0.0)
        information[range(p + 1, size), range(p + 1, size)] += bend
    estimated = what.low < what.high
    at_bound = (at <= what.low) | (at >= what.high)
    estimated[p] &= not at_bound[p]
    for free in (estimated, estimated & ~at_bound):
        inverse = _inverse(information[np.ix_(free, free)])
        if inverse is not None:
            found = np.full((size, size), np.nan)
            found[np.ix_(free, free)] = inverse
            return found
    return None


def _inverse(information: Array) -> Array | None:
    """Return the inverse of a matrix, or None where it is not positive definite to working precision."""
    diagonal = np.diag(information)
    if not (diagonal > 0).all():
        return None
    scale = 1 / np.sqrt(diagonal)
    values, vectors = np.linalg.eigh(information * np.outer(scale, scale))
    if values[0] <= _SINGULAR:
        return None
    return np.asarray((vectors / values) @ vectors.T * np.outer(scale, scale))
