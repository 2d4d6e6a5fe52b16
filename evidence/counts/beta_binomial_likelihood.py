r"""The beta-binomial likelihood with a logit link and one overdispersion ρ, and its maximum.

An arm has :math:`x` events among n people; its risk is beta with mean μ and variance :math:`μ(1-μ)ρ`, and
:math:`\operatorname{logit} μ = d'β`. Written as

.. math:: \ln\binom{n}{x} + \sum_{j<x} \ln(μ(1-ρ) + jρ) + \sum_{j<n-x} \ln((1-μ)(1-ρ) + jρ)
          - \sum_{j<n} \ln(1 - ρ + jρ)

the log-likelihood holds at ρ = 0, the binomial, like anywhere else, and nothing cancels near it.

Griffiths DA (1973). doi:10.2307/2529131. Kuss O (2015). doi:10.1002/sim.6383.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, gammaln

from ..errors import ConvergenceError, InputError
from .ascent import ascent_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["Arms", "BetaBinomialOptimum", "Slope", "gather_arms", "log_likelihood", "maximise_beta_binomial"]

# what takes about fifteen seconds
_MOST_TERMS = 2_000_000
_BUDGET = 200
_DECREMENT = 1e-14
_LARGEST = 1 - 1e-6
_GRID = 24
_SAME = 1e-6
_ROUNDING = 64 * float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Terms:
    """The terms of one sum: `pattern` (T,) which mean, `j` (T,), and `times` (T,) how many arms have the term."""

    pattern: NDArray[np.intp]
    j: Array
    times: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arms:
    """Arms, gathered by their design rows: arms with one mean share their sums.

    Attributes
    ----------
    patterns : array, shape (G, p)
        The distinct design rows.
    events, others, people : _Terms
        The three sums.
    constant : float
        The logarithms of the binomial coefficients.
    largest : float
        People in the largest arm.
    start : array, shape (p,)
        First guess of the coefficients.
    """

    patterns: Array
    events: _Terms
    others: _Terms
    people: _Terms
    constant: float
    largest: float
    start: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slope:
    """The log-likelihood and its derivatives by the coefficients and, last, ρ; `hessian` is (p + 1, p + 1).

    `noise` bounds the rounding error of the log-likelihood, which is the difference of sums that grow with the counts.
    """

    loglik: float
    noise: float
    gradient: Array
    hessian: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BetaBinomialOptimum:
    """The maximum.

    Attributes
    ----------
    coef : array, shape (p,)
        Coefficients.
    rho : float
        Overdispersion; exactly 0 where the likelihood falls from there.
    at, binomial : Slope
        The likelihood at the maximum, and at the best point with ρ = 0.
    distance : float
        The length of the next Newton step, in standard errors.
    iterations : int
        Newton steps in all.
    modes, logliks : tuple of float
        ρ at every maximum found, the highest first, and the log-likelihood there less that at the highest.
    """

    coef: Array
    rho: float
    at: Slope
    binomial: Slope
    distance: float
    iterations: int
    modes: tuple[float, ...]
    logliks: tuple[float, ...]


def gather_arms(x: Array, n: Array, design: Array) -> Arms:
    """Prepare arms.

    Parameters
    ----------
    x, n : array, shape (m,)
        Events and people; whole numbers.
    design : array, shape (m, p)
        Design rows.

    Raises
    ------
    InputError
        Where the sums would be too long.
    """
    patterns, place = np.unique(design, axis=0, return_inverse=True)
    place = np.ravel(place)
    total = sum(float(n[place == group].max()) for group in range(len(patterns)))
    if total > _MOST_TERMS:
        raise InputError(
            f"the beta-binomial likelihood of these counts has {total:.3g} terms, too many to sum (more than "
            f"{_MOST_TERMS:g}); with groups as large as these use glmm()"
        )
    logit = np.log((x + 0.5) / (n - x + 0.5))
    weight = np.sqrt((x + 0.5) * (n - x + 0.5) / (n + 1))
    start = np.linalg.lstsq(design * weight[:, None], logit * weight, rcond=None)[0]
    return Arms(
        patterns=patterns,
        events=_terms(x, place),
        others=_terms(n - x, place),
        people=_terms(n, np.zeros(len(n), dtype=np.intp)),
        constant=float((gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)).sum()),
        largest=float(n.max()),
        start=start,
    )


def _terms(counts: Array, place: NDArray[np.intp]) -> _Terms:
    """Return, for each pattern and each j, how many of its arms have a count above j."""
    groups, steps, times = [], [], []
    for group in np.unique(place):
        own = np.bincount(np.round(counts[place == group]).astype(np.intp))
        above = own[::-1].cumsum()[::-1][1:]
        groups.append(np.full(len(above), group))
        steps.append(np.arange(len(above), dtype=float))
        times.append(above.astype(float))
    return _Terms(pattern=np.concatenate(groups), j=np.concatenate(steps), times=np.concatenate(times))


def log_likelihood(arms: Arms, coef: Array, rho: float) -> Slope:
    """Return the log-likelihood and its derivatives.

    Parameters
    ----------
    arms : Arms
        The data.
    coef : array, shape (p,)
        Coefficients.
    rho : float
        Overdispersion, at least 0 and below 1.

    Examples
    --------
    >>> arms = gather_arms(np.array([3.0]), np.array([10.0]), np.ones((1, 1)))
    >>> round(log_likelihood(arms, np.array([-1.0]), 0.1).loglik, 4)
    -1.7447
    """
    eta = arms.patterns @ coef
    mu, nu = expit(eta), expit(-eta)
    with_events = _sum_of_logs(arms.events, mu, rho)
    without = _sum_of_logs(arms.others, nu, rho)
    base = 1 - rho + arms.people.j * rho
    ratio = (arms.people.j - 1) / base
    parts = (with_events[0], without[0], -float((arms.people.times * np.log(base)).sum()), arms.constant)
    # by the mean of each pattern: the second sum is one in 1 − μ
    by_mean = with_events[1] - without[1]
    by_mean2 = with_events[3] + without[3]
    mixed = with_events[4] - without[4]
    bend = mu * nu
    by_eta = by_mean * bend
    by_eta2 = by_mean2 * bend**2 + by_mean * bend * (nu - mu)
    p = len(coef)
    hessian = np.empty((p + 1, p + 1))
    hessian[:p, :p] = arms.patterns.T @ (by_eta2[:, None] * arms.patterns)
    hessian[:p, p] = hessian[p, :p] = arms.patterns.T @ (mixed * bend)
    hessian[p, p] = with_events[5] + without[5] + float((arms.people.times * np.square(ratio)).sum())
    by_rho = with_events[2] + without[2] - float((arms.people.times * ratio).sum())
    return Slope(
        loglik=sum(parts),
        noise=_ROUNDING * sum(map(abs, parts)),
        gradient=np.append(arms.patterns.T @ by_eta, by_rho),
        hessian=hessian,
    )


def _sum_of_logs(terms: _Terms, mean: Array, rho: float) -> tuple[float, Array, float, Array, Array, float]:
    """Return the sum of log(m(1 − ρ) + jρ); its derivatives by m (per pattern), ρ, m², mρ (per pattern) and ρ²."""
    m = mean[terms.pattern]
    base = m * (1 - rho) + terms.j * rho
    by_mean, by_rho = (1 - rho) / base, (terms.j - m) / base
    times, groups = terms.times, len(mean)

    def gather(values: Array) -> Array:
        return np.bincount(terms.pattern, weights=times * values, minlength=groups).astype(float)

    return (
        float((times * np.log(base)).sum()),
        gather(by_mean),
        float((times * by_rho).sum()),
        gather(-by_mean * by_mean),
        gather(-1 / base - by_mean * by_rho),
        float(-(times * np.square(by_rho)).sum()),
    )


def maximise_beta_binomial(arms: Arms) -> BetaBinomialOptimum:
    """Find the highest point: ρ on a grid, then Newton's method from every rise.

    Raises
    ------
    ConvergenceError
        Where Newton's method does not end, or the likelihood rises towards ρ = 1.
    """
    p = len(arms.start)
    grid = np.concatenate([[0.0], np.geomspace(min(1e-3, 0.1 / arms.largest), 0.98, _GRID)])
    coef, found, steps = arms.start, [], 0
    for rho in grid:
        coef, at, distance, taken = _newton(arms, coef, float(rho), free=np.arange(p + 1) < p)
        steps += taken
        found.append((coef, at, distance))
    heights = [at.loglik for _, at, _ in found]
    if int(np.argmax(heights)) == len(grid) - 1 and heights[-1] > heights[0]:
        raise ConvergenceError(
            "the likelihood rises as the overdispersion goes to 1: nearly every arm has no events or nothing else, "
            "and a beta distribution of the risks does not fit that"
        )
    binomial = found[0][1]
    ends = []
    falls = binomial.gradient[p] <= 0
    if falls:
        ends.append((found[0][0], 0.0, binomial, found[0][2]))
    for place in _rises(heights, at_zero=not falls):
        start, _, _ = found[place]
        free = np.ones(p + 1, dtype=bool)
        reached, at, distance, taken = _newton(arms, np.append(start, grid[place]), None, free=free)
        steps += taken
        if reached[p] > 0:
            ends.append((reached[:p], float(reached[p]), at, distance))
    if not ends:
        raise ConvergenceError("no maximum of the likelihood was found between an overdispersion of 0 and 1")
    ends.sort(key=lambda end: -end[2].loglik)
    kept = [end for place, end in enumerate(ends) if all(abs(end[1] - o[1]) > _SAME for o in ends[:place])]
    best = kept[0]
    return BetaBinomialOptimum(
        coef=best[0],
        rho=best[1],
        at=best[2],
        binomial=binomial,
        distance=best[3],
        iterations=steps,
        modes=tuple(end[1] for end in kept),
        logliks=tuple(end[2].loglik - best[2].loglik for end in kept),
    )


def _rises(heights: list[float], *, at_zero: bool) -> list[int]:
    """Return the grid points above 0 beside which the profile likelihood is lower."""
    last = len(heights) - 1
    found = [i for i in range(1, last) if heights[i] >= heights[i - 1] and heights[i] >= heights[i + 1]]
    return found or ([1] if at_zero else [])


def _newton(arms: Arms, start: Array, rho: float | None, *, free: NDArray[np.bool_]) -> tuple[Array, Slope, float, int]:
    """Climb to a maximum over the free parameters, ρ staying between 0 and 1.

    Returns the parameters, the derivatives there, the distance left in standard errors and the steps taken.
    """
    p = len(arms.start)

    def split(values: Array) -> tuple[Array, float]:
        return (values, rho) if rho is not None else (values[:p], float(values[p]))

    values, at = start, log_likelihood(arms, *split(start))
    closing = False
    for iteration in range(_BUDGET):
        step = ascent_step(at.gradient[free], -at.hessian[np.ix_(free, free)])
        gain = 0.5 * float(at.gradient[free] @ step)
        if closing or gain <= 1e-28:
            return values, at, float(np.sqrt(2 * max(gain, 0.0))), iteration
        closing = gain <= _DECREMENT
        size = 1.0
        if rho is None:
            # at most nine tenths of the way to either end
            room = values[p] if step[p] < 0 else _LARGEST - values[p]
            size = min(1.0, 0.9 * float(room) / abs(float(step[p]))) if step[p] != 0 else 1.0
        size = min(size, 5.0 / max(5.0, float(np.abs(arms.patterns @ step[:p]).max())))
        values, at = _move(arms, values, step, size, gain, at, split)
    raise ConvergenceError(f"the likelihood's maximum was not reached within {_BUDGET} steps")


def _move(
    arms: Arms,
    values: Array,
    step: Array,
    size: float,
    gain: float,
    at: Slope,
    split: Callable[[Array], tuple[Array, float]],
) -> tuple[Array, Slope]:
    """Take the step, halved until the likelihood rises."""
    slack = 1e-11 * (1 + abs(at.loglik)) + at.noise
    for _ in range(60):
        moved = values + size * step
        new = log_likelihood(arms, *split(moved))
        if new.loglik >= at.loglik + 1e-4 * size * gain - slack:
            return moved, new
        size *= 0.5
    raise ConvergenceError("the likelihood does not rise along its own gradient")
