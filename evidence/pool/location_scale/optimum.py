"""Find the highest of all maxima of the likelihood of a location–scale model.

The likelihood can have several maxima, and with the log link it can go on rising while τ² of some studies goes to 0. So
it is evaluated on a wide grid of coefficients, climbed from the best and most different points of the grid, and the
highest maximum is taken. Where it is higher at infinity than at any maximum there is no estimate, and that is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConvergenceError, InputError
from .ascent import Peak, climb
from .likelihood import differentiate, log_likelihoods, study_tau2

if TYPE_CHECKING:
    from ..core import Array
    from .likelihood import ScaleProblem

__all__ = ["ScaleCertificate", "ScaleOptimum", "maximise"]

_CLIMBS = 12
_LEVELS = 14
_SLOPES = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
_MOST_SLOPES = 400
_SAME = 1e-6
# with many studies the likelihood is smooth, and the grid is thinned
_ELEMENTS = 4_000_000
_FEWEST_POINTS = 60
_CANDIDATES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleCertificate:
    """Why the estimates are the maximum.

    Attributes
    ----------
    iterations : int
        Newton steps of the climb to the highest maximum.
    climbs : int
        Climbs from different starting points.
    step : float
        Size of the Newton step that would come next, relative to that of the linear predictor.
    curvature : float
        The least downward curvature of the log-likelihood, in units of the linear predictor; infinite where the
        constraints leave no freedom.
    maxima : tuple of float
        The log-likelihood at every maximum that was found less that at the highest, in falling order.
    """

    iterations: int
    climbs: int
    step: float
    curvature: float
    maxima: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleOptimum:
    """The highest maximum.

    Attributes
    ----------
    coef : array, shape (q,)
        Coefficients of the basis.
    tau2 : array, shape (k,)
        τ² of each study, in the units of the problem; exactly 0 where it is on the boundary.
    hessian : array, shape (q, q)
        Second derivatives of the log-likelihood.
    active : array of bool, shape (k,)
        The studies whose τ² is on the boundary, with the identity link.
    certificate : ScaleCertificate
        Why it is the maximum.
    """

    coef: Array
    tau2: Array
    hessian: Array
    active: np.ndarray
    certificate: ScaleCertificate


def maximise(problem: ScaleProblem) -> ScaleOptimum:
    """Find the highest maximum of the likelihood.

    Parameters
    ----------
    problem : ScaleProblem
        What is maximised.

    Raises
    ------
    ConvergenceError
        Where the likelihood has no finite maximum, or goes higher still beyond all of them.
    InputError
        Where no coefficients of the identity link make every τ² positive.
    """
    bounded = problem.link == "identity"
    starts = _starts(problem, bounded=bounded)
    function = partial(differentiate, problem)
    ends = [climb(function, start, problem.basis, bounded=bounded) for start in starts]
    peaks = sorted((end for end in ends if end.is_maximum), key=lambda end: -end.value)
    beyond = max((end.value for end in ends if not end.is_maximum), default=-np.inf)
    if not peaks or beyond > peaks[0].value + _SAME:
        raise ConvergenceError(_no_estimate(problem, ends, peaks))
    best = peaks[0]
    tau2 = study_tau2(problem, best.coef)
    return ScaleOptimum(
        coef=best.coef,
        tau2=np.where(best.active, 0.0, tau2),
        hessian=best.hessian,
        active=best.active,
        certificate=ScaleCertificate(
            iterations=best.iterations,
            climbs=len(ends),
            step=best.step,
            curvature=best.curvature,
            maxima=_different(peaks),
        ),
    )


def _no_estimate(problem: ScaleProblem, ends: list[Peak], peaks: list[Peak]) -> str:
    """Return why there is no estimate, in words."""
    highest = max((end for end in ends if not end.is_maximum), key=lambda end: end.value)
    vanishing = int((study_tau2(problem, highest.coef) < 1e-6 * problem.v).sum())
    k = len(problem.y)
    where = "all studies" if vanishing == k else f"{vanishing} of {k} studies"
    advice = (
        "; link='identity' allows τ² = 0, and pool() fits one τ² for all"
        if problem.link == "log"
        else "; leave out a scale variable"
    )
    if vanishing:
        lower = f" (its highest finite maximum is lower by {highest.value - peaks[0].value:.2g})" if peaks else ""
        return f"the likelihood goes on rising as τ² of {where} goes to 0{lower}: the scale has no estimate{advice}"
    return f"the likelihood of the scale coefficients is flat: the data do not determine them{advice}"


def _different(peaks: list[Peak]) -> tuple[float, ...]:
    """Return the heights of maxima that are not one and the same, less that of the highest."""
    below = [peak.value - peaks[0].value for peak in peaks]
    kept = [0.0]
    for height in below:
        if kept[-1] - height > _SAME:
            kept.append(height)
    return tuple(kept)


def _starts(problem: ScaleProblem, *, bounded: bool) -> list[Array]:
    """Return points from which to climb: good ones that are not alike."""
    shapes = _slopes(problem)
    logs = _log_points(problem, shapes)
    most = max(_FEWEST_POINTS, _ELEMENTS // len(problem.y))
    if len(logs) > most:
        logs = logs[np.random.default_rng(1974).permutation(len(logs))[:most]]
    points = _within(problem, logs) if bounded else _around(problem, logs)
    heights = log_likelihoods(problem, points)
    best = points[np.argsort(-heights, kind="stable")[:_CANDIDATES]]
    profile = _profile(problem, best)
    chosen: list[int] = []
    for place in range(len(best)):
        if len(chosen) < _CLIMBS and all(np.abs(profile[place] - profile[other]).max() > 1.0 for other in chosen):
            chosen.append(place)
    return [best[place] for place in chosen]


def _profile(problem: ScaleProblem, points: Array) -> Array:
    """Return what a start implies for log τ² of each study, without differences that do not matter."""
    return np.asarray(4 * np.log(problem.v + study_tau2(problem, points)))


def _slopes(problem: ScaleProblem) -> Array:
    """Return directions and steepness of the scale, shape (N, q − 1), or (N, q) where there is no constant."""
    q = problem.basis.shape[1] - (1 if _has_constant(problem) else 0)
    signed = np.concatenate([-_SLOPES[:0:-1], _SLOPES])
    if q == 0:
        return np.zeros((1, 0))
    if len(signed) ** q <= _MOST_SLOPES:
        return np.array(list(product(signed, repeat=q)))
    axes = np.concatenate([np.eye(q) * slope for slope in signed])
    turns = np.random.default_rng(20230).normal(size=(_MOST_SLOPES, q))
    turns /= np.linalg.norm(turns, axis=1, keepdims=True)
    steep = _SLOPES[1:][np.arange(_MOST_SLOPES) % (len(_SLOPES) - 1)]
    return np.concatenate([np.zeros((1, q)), axes, turns * steep[:, None]])


def _log_points(problem: ScaleProblem, shapes: Array) -> Array:
    """Return coefficients of log τ², in the problem's units, whose largest τ² runs over all sizes it can have."""
    if not _has_constant(problem):
        return shapes
    constant = float(problem.basis[0, 0])
    top = (shapes @ problem.basis[:, 1:].T).max(axis=1)
    return np.concatenate([np.column_stack([(level - top) / constant, shapes]) for level in _levels(problem)])


def _levels(problem: ScaleProblem) -> Array:
    """Return logarithms of all sizes that τ² can have."""
    spread = np.ptp(problem.y) ** 2 + problem.v.max()
    return np.linspace(np.log(1e-3 * problem.v.min()), np.log(4 * spread), _LEVELS)


def _around(problem: ScaleProblem, logs: Array) -> Array:
    """Return the same points with the unit of variance put back in, where there is a constant to hold it."""
    if not _has_constant(problem):
        return logs
    shifted = logs.copy()
    shifted[:, 0] += problem.shift / float(problem.basis[0, 0])
    return shifted


def _within(problem: ScaleProblem, logs: Array) -> Array:
    """Return coefficients of the identity link, within its constraints, whose τ² is near that of the log points."""
    basis = problem.basis
    wanted = np.exp(np.minimum(logs @ basis.T, 300.0))
    if not _has_constant(problem):
        sizes = np.exp(_levels(problem)[::3])
        wanted = np.concatenate([size * wanted / wanted.max(axis=1, keepdims=True) for size in sizes])
    inner = _inner_point(basis)
    near = wanted @ basis / len(basis)
    middle = wanted.mean(axis=1, keepdims=True) * inner
    # from the middle towards the wanted point as far as every τ² stays positive
    ahead, base = near @ basis.T, middle @ basis.T
    drop = base - ahead
    reach = np.divide(base, drop, out=np.full_like(base, np.inf), where=drop > 0).min(axis=1)
    points = middle + np.minimum(1.0, 0.999 * reach)[:, None] * (near - middle)
    return np.concatenate([np.zeros((1, basis.shape[1])), points])


def _inner_point(basis: Array) -> Array:
    """Return coefficients that make every linear predictor positive, the least of them 1 or all about 1."""
    mean = basis.mean(axis=0)
    if (basis @ mean > 0.5).all():
        return np.asarray(mean)
    from scipy.optimize import linprog

    k, q = basis.shape
    found = linprog(
        np.r_[np.zeros(q), -1.0],
        A_ub=np.column_stack([-basis, np.ones(k)]),
        b_ub=np.zeros(k),
        bounds=[(-1.0, 1.0)] * q + [(0.0, None)],
    )
    if found.x is None or not found.x[-1] > 1e-9:
        raise InputError("with link='identity' no scale coefficients make τ² of every study positive; add an intercept")
    return np.asarray(found.x[:q] / found.x[-1])


def _has_constant(problem: ScaleProblem) -> bool:
    first = problem.basis[:, 0]
    return bool(np.ptp(first) <= 1e-9 * abs(first[0]))
