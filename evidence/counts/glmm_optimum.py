"""The highest point of a mixed model's likelihood, with a certificate.

For given loadings of the random effects the likelihood is log-concave in all other parameters (Prékopa 1973: it is a
marginal of a log-concave function), so that Newton's method with step halving cannot miss its only maximum. Over the
loadings there may be several maxima: the profile likelihood is scanned on a grid, every rise is followed by Newton's
method in all parameters at once, and the highest end is taken. The signs of loadings do not matter, so that a variance
of 0 is a stationary point like any other, and is found exactly.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ConvergenceError
from .ascent import ascent_step
from .glmm_likelihood import Derivatives, MixedModel, Point, derivatives, evaluate, origin
from .quadrature import MOST_POINTS, Rule, gauss_hermite

if TYPE_CHECKING:
    from ..pool.core import Array

__all__ = ["Optimum", "maximise"]

# half the squared distance to the maximum in standard errors; the step taken after it squares the error
_DECREMENT = 1e-14
_BUDGET = 200
_HALVINGS = 50
_LONGEST_STEP = 4.0
_LONGEST_LOAD = 0.7
# points of the scan up to each standard deviation: the larger it is, the more skewed are the integrands
_SCAN_POINTS = {1: ((2.0, 15), (6.0, 61), (np.inf, 201)), 2: ((np.inf, 9),)}
_LADDER = {1: (25, 51, 101, 201, 400), 2: (15, 31, 61, 121)}
_WORST_ERROR = 0.01
_QUADRATURE_ERROR = 1e-9
_MOST_SD = 20.0
_PER_DECADE = 5
_COARSE = 3
_SAME = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """The maximum and how it is known to be one.

    Attributes
    ----------
    at : Derivatives
        The log-likelihood and its derivatives at the maximum.
    distance : float
        The length of the next Newton step, in standard errors.
    iterations : int
        Newton steps taken in all.
    points : int
        Quadrature points per dimension.
    quadrature_error : float
        The change of the log-likelihood on about twice as many points, or on many where the number was given.
    modes : tuple of tuple of float
        The loading parameters at every maximum found, the highest first.
    logliks : tuple of float
        The log-likelihood there less that at the highest.
    """

    at: Derivatives
    distance: float
    iterations: int
    points: int
    quadrature_error: float
    modes: tuple[tuple[float, ...], ...]
    logliks: tuple[float, ...]


def maximise(model: MixedModel, start: tuple[Array, Array], spread: float, points: int | None) -> Optimum:
    """Find the highest point.

    Parameters
    ----------
    model : MixedModel
        The model.
    start : tuple of array
        First guesses of the common and of the studies' own coefficients.
    spread : float
        The least standard error of a study's effect: the scale below which a random effect makes no difference.
    points : int, optional
        Quadrature points per dimension; by default as many as it takes for the log-likelihood not to change.

    Raises
    ------
    ConvergenceError
        Where Newton's method does not end, or the likelihood still rises at a standard deviation of 20.
    """
    count, dimensions = len(model.basis), model.basis.shape[2]
    first = origin(model, start[0], start[1], np.zeros(count))
    if count == 0:
        at, distance, iterations = _newton(model, first, gauss_hermite(1, dimensions), loads=False)
        return Optimum(
            at=at, distance=distance, iterations=iterations, points=1, quadrature_error=0.0, modes=((),), logliks=(0.0,)
        )
    starts, iterations = _starts(model, first, spread, points or MOST_POINTS)
    rule = gauss_hermite(points or _LADDER[dimensions][0], dimensions)
    ends = []
    for place in starts:
        at, distance, steps = _newton(model, place, rule, loads=True)
        at, distance = _at_zero(model, at, distance, rule, spread)
        iterations += steps
        ends.append((at, distance))
    ends = _different(ends, spread)
    at, distance = ends[0]
    at, distance, used, error = _sharpened(model, at, distance, points, dimensions)
    return Optimum(
        at=at,
        distance=distance,
        iterations=iterations,
        points=used,
        quadrature_error=error,
        modes=tuple(tuple(np.abs(end.point.loads).tolist()) for end, _ in ends),
        logliks=tuple(end.loglik - ends[0][0].loglik for end, _ in ends),
    )


def _sharpened(
    model: MixedModel, at: Derivatives, distance: float, points: int | None, dimensions: int
) -> tuple[Derivatives, float, int, float]:
    """Use more points until the log-likelihood no longer changes, unless their number was given."""
    ladder = _LADDER[dimensions]
    if points is not None:
        exact = gauss_hermite(max(points, ladder[1]), dimensions)
        return at, distance, points, abs(evaluate(model, at.point, exact)[0] - at.loglik)
    for used, more in itertools.pairwise(ladder):
        finer = gauss_hermite(more, dimensions)
        error = abs(evaluate(model, at.point, finer)[0] - at.loglik)
        if error <= _QUADRATURE_ERROR * (1 + abs(at.loglik)):
            return at, distance, used, error
        at, distance, _ = _newton(model, at.point, finer, loads=True)
    if error > _WORST_ERROR:
        raise ConvergenceError(
            f"the random effects could not be integrated out: with {ladder[-1]} points the log-likelihood still "
            f"changes by {error:.2g}. The variance between studies is larger than counts can tell; use tau2='EE'"
        )
    return at, distance, ladder[-1], error


def _starts(model: MixedModel, first: Point, spread: float, most: int) -> tuple[list[Point], int]:
    """Return the points from which to climb, and the Newton steps that the scan took."""
    count = len(model.basis)
    low = min(0.1 * spread, 0.1)
    grid = np.geomspace(low, _MOST_SD, 2 + round(_PER_DECADE * np.log10(_MOST_SD / low)))
    if count > 1:
        grid = np.geomspace(max(low, 0.05), 5.0, _COARSE)
    axes = [np.concatenate([[0.0], grid])] if count == 1 else [grid] * count
    if count == 3:  # the second is a covariance: both signs, and none
        axes[1] = np.array([-0.3, 0.0, 0.3])
    point, found, iterations = first, [], 0
    for loads in itertools.product(*axes):
        here = Point(fixed=point.fixed, own=point.own, loads=np.array(loads), mode=point.mode)
        wanted = next(points for bound, points in _SCAN_POINTS[model.basis.shape[2]] if max(loads) <= bound)
        rule = gauss_hermite(min(wanted, most), model.basis.shape[2])
        at, _, steps = _newton(model, here, rule, loads=False, decrement=1e-4)
        iterations += steps
        point = at.point
        found.append((at.loglik, point))
    if count > 1:
        return [place for _, place in sorted(found, key=lambda entry: -entry[0])[:2]], iterations
    zero = derivatives(model, found[0][1], gauss_hermite(1, model.basis.shape[2]))
    return _rises([height for height, _ in found], [place for _, place in found], zero), iterations


def _rises(heights: list[float], points: list[Point], zero: Derivatives) -> list[Point]:
    """Return the grid points beside which the profile likelihood is lower; 0 where it falls from there."""
    if int(np.argmax(heights)) == len(heights) - 1 and heights[-1] > heights[0]:
        raise ConvergenceError(
            "the likelihood rises with the variance between studies beyond every bound: the counts of each study are "
            "at one end of what they can be, so that the variance cannot be estimated; use tau2='EE'"
        )
    last = len(heights) - 1
    found = [
        points[place]
        for place in range(1, last)
        if heights[place] >= heights[place - 1] and heights[place] >= heights[place + 1]
    ]
    rises_at_zero = zero.hessian[-1, -1] > 0
    if not rises_at_zero:
        found.append(points[0])
    elif not found:
        found.append(points[1])
    return found


def _newton(
    model: MixedModel, start: Point, rule: Rule, *, loads: bool, decrement: float = _DECREMENT
) -> tuple[Derivatives, float, int]:
    """Climb to a maximum over the coefficients and, if `loads`, the loadings too.

    Returns the derivatives there, the distance that was left in standard errors, and the steps taken.
    """
    at = derivatives(model, start, rule, loads=loads)
    closing = False
    for iteration in range(_BUDGET):
        step, own_step, gain = _step(at)
        if closing or gain <= 1e-28:
            return at, float(np.sqrt(2 * gain)), iteration
        closing = gain <= decrement
        if closing and decrement > _DECREMENT:
            return at, float(np.sqrt(2 * gain)), iteration
        at = _move(model, at, step, own_step, gain, rule, loads=loads)
    raise ConvergenceError(f"the likelihood's maximum was not reached within {_BUDGET} steps")


def _step(at: Derivatives) -> tuple[Array, Array, float]:
    """Return the Newton step of the common and own coefficients, and half the gain that it promises."""
    gradient, hessian = at.profiled()
    step = ascent_step(gradient, -hessian)
    own_step = -(at.own_gradient + at.cross @ step) / at.own_hessian
    own_gain = float((np.square(at.own_gradient) / -at.own_hessian).sum())
    return step, own_step, 0.5 * (float(gradient @ step) + own_gain)


def _move(
    model: MixedModel, at: Derivatives, step: Array, own_step: Array, gain: float, rule: Rule, *, loads: bool
) -> Derivatives:
    """Take the step, halved until the likelihood rises."""
    p, _ = model.sizes
    old = at.point
    reach = np.abs(model.design @ step[:p] + np.where(model.own, own_step, 0.0)[:, None] * model.nuisance).max()
    longest = max(float(reach) / _LONGEST_STEP, float(np.abs(step[p:]).max(initial=0.0)) / _LONGEST_LOAD)
    size = 1 / max(1.0, longest)
    slack = 1e-11 * (1 + abs(at.loglik))
    for _ in range(_HALVINGS):
        point = Point(
            fixed=old.fixed + size * step[:p],
            own=old.own + size * own_step,
            loads=old.loads + size * step[p:] if loads else old.loads,
            mode=old.mode,
        )
        value, parts = evaluate(model, point, rule)
        if value >= at.loglik + 1e-4 * size * gain - slack:
            point = Point(fixed=point.fixed, own=point.own, loads=point.loads, mode=parts.mode)
            return derivatives(model, point, rule, loads=loads)
        size *= 0.5
    raise ConvergenceError("the likelihood does not rise along its own gradient")


def _at_zero(
    model: MixedModel, at: Derivatives, distance: float, rule: Rule, spread: float
) -> tuple[Derivatives, float]:
    """Set loadings that are 0 but for rounding to 0."""
    loads = at.point.loads
    tiny = (np.abs(loads) < 1e-5 * min(spread, 1.0)) & (loads != 0)
    if not tiny.any():
        return at, distance
    point = Point(fixed=at.point.fixed, own=at.point.own, loads=np.where(tiny, 0.0, loads), mode=at.point.mode)
    again, left, _ = _newton(model, point, rule, loads=True)
    return again, left


def _different(ends: list[tuple[Derivatives, float]], spread: float) -> list[tuple[Derivatives, float]]:
    """Return the maxima that differ, the highest first."""
    kept: list[tuple[Derivatives, float]] = []
    for end in sorted(ends, key=lambda entry: -entry[0].loglik):
        here = np.abs(end[0].point.loads)
        if not any(
            np.abs(np.abs(other.point.loads) - here).max() <= _SAME * (spread + here.max()) for other, _ in kept
        ):
            kept.append(end)
    return kept
