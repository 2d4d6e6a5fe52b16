"""Estimators of the between-study variance τ², on many meta-analyses at once.

``REML`` and ``ML`` maximise their likelihood: the score is tabulated on a logarithmic grid between 0 and a bound
beyond which it cannot be positive, each sign change is refined by bracketed Newton, and of all maxima found the
highest is taken; the others are reported. ``PM`` solves :math:`Q(τ²) = k - p` the same way, ``DL`` is closed form.
Estimates on the boundary are exactly 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri

from ..errors import ConvergenceError
from ..vocabulary import Tau2Method, check_option
from .core import Array, Batch, project, trace_p, trace_pp
from .likelihood import profile_log_likelihood
from .moments import (
    check_weights,
    generalised_q,
    hedges,
    hunter_schmidt,
    moment_standard_error,
    sidik_jonkman,
    solve_probability,
)
from .roots import Roots, bracketed_newton, join_roots, newton_alone
from .sums import Kind, Stack, q_and_slope, score, score_and_slope, stack_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FIRST_POINT",
    "MOST_POINTS",
    "POINTS_PER_DECADE",
    "WEIGHTED",
    "Convergence",
    "Tau2Estimate",
    "estimate_tau2",
    "solve_q",
    "tau2_standard_error",
]

# A study's share in the score changes over about a factor of e in τ²; over many studies narrower features average out.
POINTS_PER_DECADE = 8
_POINTS_PER_DECADE_OF_MANY = 3
_MANY = 1000
MOST_POINTS = 160
FIRST_POINT = 0.05
_ELEMENTS = 50_000
# estimators that are made of given weights
WEIGHTED = ("GENQ", "GENQM")


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """The certificate of one τ² estimate.

    Attributes
    ----------
    iterations : int
        Newton or bisection steps; 0 where the solution is closed form or lies on the boundary.
    bracket : tuple of float
        The last interval known to hold the solution.
    modes : tuple of float
        Every local maximum of the likelihood that was found, in increasing order; for other estimators the
        solution alone.
    logliks : tuple of float
        The log-likelihood at each mode less that at the highest; for other estimators 0.
    """

    iterations: int
    bracket: tuple[float, float]
    modes: tuple[float, ...]
    logliks: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tau2Estimate:
    """Estimates of τ² for a batch, in the units of the data.

    Attributes
    ----------
    tau2, low, high : array, shape (B,)
        Estimates and their last brackets.
    iterations : array of int, shape (B,)
        Steps used.
    mode_row : array of int, shape (M,)
        The row to which each local maximum belongs; rows in increasing order.
    mode_tau2, mode_loglik : array, shape (M,)
        The maxima, increasing within a row, and their log-likelihoods less that of the row's highest.
    """

    tau2: Array
    low: Array
    high: Array
    iterations: NDArray[np.intp]
    mode_row: NDArray[np.intp]
    mode_tau2: Array
    mode_loglik: Array

    def certificate(self, row: int = 0) -> Convergence:
        """Return the certificate of one row."""
        mine = self.mode_row == row
        return Convergence(
            iterations=int(self.iterations[row]),
            bracket=(float(self.low[row]), float(self.high[row])),
            modes=tuple(self.mode_tau2[mine].tolist()),
            logliks=tuple(self.mode_loglik[mine].tolist()),
        )


def estimate_tau2(batch: Batch, method: str, weights: ArrayLike | None = None) -> Tau2Estimate:
    """Estimate τ² for every row of a batch.

    Parameters
    ----------
    batch : Batch
        From `evidence.pool.core.make_batch`.
    method : str
        ``EE`` is the equal-effects model, τ² = 0, and ``FE`` the same numbers by another name; ``DL`` DerSimonian and
        Laird 1986 (doi:10.1016/0197-2456(86)90046-2); ``PM`` Paule and Mandel 1982 (doi:10.6028/jres.087.022);
        ``ML`` and ``REML`` (restricted) maximum likelihood, Viechtbauer 2005 (doi:10.3102/10769986030003261).
        ``PMM`` solves the equation of ``PM`` for the median instead of the mean of chi-squared. ``EB`` (Morris 1983,
        doi:10.1080/01621459.1983.10477920) and the iterated ``DLIT`` and ``SJIT`` have their fixed point where ``PM``
        has its root. ``HE``, ``HS``, ``HSk``, ``SJ``, ``GENQ`` and ``GENQM`` are those of `evidence.pool.moments`.
    weights : array-like, shape (k,) or (B, k), optional
        The weights of ``GENQ`` and ``GENQM``; no other estimator takes note of them.

    Raises
    ------
    OptionError
        Where the method is unknown.
    InputError
        Where ``GENQ`` or ``GENQM`` has no weights, or they do not fit.
    ConvergenceError
        Where an iteration did not reach its solution.

    Examples
    --------
    >>> from evidence.pool.core import make_batch
    >>> batch = make_batch([[0.1, 0.4, 0.9], [0.2, 0.2, 0.2]], [[0.04, 0.09, 0.05], [0.04, 0.09, 0.05]])
    >>> estimate_tau2(batch, "DL").tau2.round(6).tolist()
    [0.144167, 0.0]
    """
    name = check_option("tau2", method, Tau2Method)
    if name in WEIGHTED:
        a = check_weights(batch, weights)
        if name == "GENQ":
            return _closed_form(batch, generalised_q(batch, a))
        found = solve_probability(batch, a, np.full(len(batch.k), 0.5))
        return _single_mode(batch, found.root, found.low, found.high, found.iterations)
    if name in _MOMENT_ESTIMATORS:
        return _closed_form(batch, _MOMENT_ESTIMATORS[name](batch))
    return _ESTIMATORS[name](batch)


def solve_q(batch: Batch, target: Array) -> Tau2Estimate:
    """Find the τ² at which the generalised Q statistic equals `target`; 0 where it is below it already at 0.

    :math:`Q(τ²) = y'Py` falls and is convex, and :math:`1/Q` rises and is concave, so that Newton's method on
    the reciprocal climbs to the root from the left without overshooting.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    target : array, shape (B,)
        Positive values: k − p for the Paule–Mandel estimate, chi-squared quantiles for a Q-profile interval.
    """
    n = len(batch.k)
    stack = stack_batch(batch)
    tau2, high, iterations = np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.intp)
    low = np.zeros(n)
    at_zero = np.reshape(q_and_slope(stack, np.zeros(()))[0], n)
    inside = np.flatnonzero(at_zero > target)
    if len(inside):
        goal, smallest = target[inside], batch.v[inside].min(axis=1)

        def reciprocal(some: Stack, rows: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
            q, slope = q_and_slope(some, t)
            aim = goal[rows]
            return 1 - aim / q, aim * slope / q**2

        # Q(t) <= RSS / (t + smallest variance), RSS that of unweighted least squares
        bound = np.maximum(_unweighted_rss(stack, n)[inside] / goal - smallest, 0) * 1.01 + 0.01 * smallest
        nothing = np.zeros(len(goal))
        roots = _solve(stack, inside, reciprocal, nothing, bound, start=nothing, floor=smallest)
        tau2[inside], iterations[inside] = roots.root, roots.iterations
        low[inside], high[inside] = roots.low, roots.high
    return _single_mode(batch, tau2, low, high, iterations)


def tau2_standard_error(batch: Batch, tau2: Array, method: str, weights: ArrayLike | None = None) -> Array:
    r"""Return the standard error of τ² by the estimator's own large-sample formula; NaN for ``EE`` and ``FE``.

    ML :math:`\sqrt{2/\sum w^2}` · REML :math:`\sqrt{2/\mathrm{tr} PP}` · PM, PMM, EB, DLIT, SJIT
    :math:`\sqrt{2k^2/(k-p)}/\sum w` · others `evidence.pool.moments.moment_standard_error`, which for DL is
    :math:`\sqrt{2(k-p) + 4τ²\,\mathrm{tr}P + 2τ⁴\,\mathrm{tr}PP}/\mathrm{tr}P` with P at τ² = 0
    (Viechtbauer 2005, doi:10.3102/10769986030003261; 2007, doi:10.1002/sim.2514).

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    tau2 : array, shape (B,)
        Estimates, in the units of the data.
    method : str
        The estimator.
    weights : array-like, shape (k,) or (B, k), optional
        Those of ``GENQ`` and ``GENQM``.
    """
    scaled = tau2 / batch.unit
    if method in WEIGHTED:
        return np.asarray(moment_standard_error(batch, scaled, method, check_weights(batch, weights)) * batch.unit)
    if method in _MOMENT_ESTIMATORS:
        return np.asarray(moment_standard_error(batch, scaled, method, None) * batch.unit)
    fit = project(batch.y, batch.v, batch.x, np.zeros_like(scaled) if method == "DL" else scaled)
    match method:
        case "ML":
            se = np.sqrt(2 / (fit.w * fit.w).sum(axis=-1))
        case "REML":
            se = np.sqrt(2 / trace_pp(fit))
        case "PM" | "PMM" | "EB" | "DLIT" | "SJIT":
            se = np.sqrt(2 * batch.k**2 / batch.df) / fit.total
        case "DL":
            trace = trace_p(fit)
            se = np.sqrt(2 * batch.df + 4 * scaled * trace + 2 * scaled**2 * trace_pp(fit)) / trace
        case _:
            se = np.full_like(scaled, np.nan)
    return np.asarray(se * batch.unit)


def _equal_effects(batch: Batch) -> Tau2Estimate:
    zeros = np.zeros(len(batch.k))
    return _single_mode(batch, zeros, zeros, zeros, np.zeros(len(zeros), dtype=np.intp))


def _dersimonian_laird(batch: Batch) -> Tau2Estimate:
    fit = project(batch.y, batch.v, batch.x, np.zeros(len(batch.k)))
    tau2 = np.maximum(0.0, (fit.q - batch.df) / trace_p(fit))
    return _single_mode(batch, tau2, tau2, tau2, np.zeros(len(tau2), dtype=np.intp))


def _paule_mandel(batch: Batch) -> Tau2Estimate:
    return solve_q(batch, batch.df)


def _maximum_likelihood(batch: Batch) -> Tau2Estimate:
    return _maximise(batch, "ML")


def _restricted_maximum_likelihood(batch: Batch) -> Tau2Estimate:
    return _maximise(batch, "REML")


def _median_unbiased(batch: Batch) -> Tau2Estimate:
    return solve_q(batch, np.asarray(chdtri(batch.df, 0.5), float))


def _closed_form(batch: Batch, tau2: Array) -> Tau2Estimate:
    return _single_mode(batch, tau2, tau2, tau2, np.zeros(len(tau2), dtype=np.intp))


_MOMENT_ESTIMATORS: Mapping[str, Callable[[Batch], Array]] = {
    "HE": hedges,
    "HS": partial(hunter_schmidt, corrected=False),
    "HSk": partial(hunter_schmidt, corrected=True),
    "SJ": sidik_jonkman,
}
_ESTIMATORS: Mapping[str, Callable[[Batch], Tau2Estimate]] = {
    "EE": _equal_effects,
    "FE": _equal_effects,
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "PMM": _median_unbiased,
    "EB": _paule_mandel,
    "DLIT": _paule_mandel,
    "SJIT": _paule_mandel,
    "ML": _maximum_likelihood,
    "REML": _restricted_maximum_likelihood,
}


def _maximise(batch: Batch, kind: Kind) -> Tau2Estimate:
    """Find every local maximum of the likelihood over τ² ≥ 0 and take the highest."""
    n = len(batch.k)
    stack = stack_batch(batch)
    smallest = batch.v.min(axis=1)
    rows, cell_low, cell_high, start, zero_rows = _bracket_modes(stack, batch, smallest, kind)

    def derivative(some: Stack, _: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
        return score_and_slope(some, t, kind)

    roots = _solve(stack, rows, derivative, cell_low, cell_high, start=start, floor=smallest[rows])
    nothing = np.zeros(len(zero_rows))
    row = np.concatenate([zero_rows, rows])
    mode = np.concatenate([nothing, roots.root])
    low, high = np.concatenate([nothing, roots.low]), np.concatenate([nothing, roots.high])
    iterations = np.concatenate([np.zeros(len(zero_rows), dtype=np.intp), roots.iterations])
    order = np.lexsort((mode, row))
    row, mode, low, high, iterations = (part[order] for part in (row, mode, low, high, iterations))
    maxima = np.bincount(row, minlength=n)
    if (maxima == 0).any():
        raise ConvergenceError("the likelihood of τ² has no maximum within its bracket")
    best, below = _highest(batch, row, mode, maxima, kind)
    unit = batch.unit
    return Tau2Estimate(
        tau2=mode[best] * unit,
        low=low[best] * unit,
        high=high[best] * unit,
        iterations=iterations[best],
        mode_row=row,
        mode_tau2=mode * unit[row],
        mode_loglik=below,
    )


def _highest(
    batch: Batch, row: NDArray[np.intp], mode: Array, maxima: NDArray[np.intp], kind: Kind
) -> tuple[NDArray[np.intp], Array]:
    """Return where each row's highest maximum stands, and how far each lies below its row's highest."""
    best = np.concatenate([[0], np.cumsum(maxima)[:-1]]).astype(np.intp)
    below = np.zeros(len(row))
    several = np.flatnonzero(maxima > 1)
    if len(several):
        among = np.flatnonzero(maxima[row] > 1)
        y, v, x = batch.rows(row[among])
        loglik = profile_log_likelihood(y, v, x, mode[among], kind=kind)
        highest = np.full(len(maxima), -np.inf)
        np.maximum.at(highest, row[among], loglik)
        below[among] = loglik - highest[row[among]]
        top = among[below[among] == 0][::-1]
        best[row[top]] = top
    return best, below


def _solve(
    stack: Stack,
    rows: NDArray[np.intp],
    function: Callable[[Stack, NDArray[np.intp], Array], tuple[Array, Array]],
    low: Array,
    high: Array,
    *,
    start: Array,
    floor: Array,
) -> Roots:
    """Solve one equation for each of the rows named; the function is given their stack, their places and a t each."""
    if stack.y.ndim == 1:
        first = np.zeros((), dtype=np.intp)
        found = [
            newton_alone(lambda t: function(stack, first, t), *one)
            for one in zip(low.tolist(), high.tolist(), start.tolist(), floor.tolist(), strict=True)
        ]
        return join_roots(found)
    everything = stack if len(rows) == stack.y.shape[1] and (rows == np.arange(len(rows))).all() else stack.take(rows)

    def some(active: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
        return function(everything if len(active) == len(rows) else everything.take(active), active, t)

    return bracketed_newton(some, low, high, start=start, floor=floor)


def _score_bound(stack: Stack, batch: Batch, smallest: Array) -> Array:
    """Return a τ² beyond which neither score is positive, shape (B,).

    With s² the residual variance of unweighted least squares, y'PPy is at most (k − p) s² / (τ² + v_min)², and
    tr P at least (k − p) / (τ² + v_max): the bound solves their equality. A margin covers rounding.
    """
    largest = np.where(np.isfinite(batch.v), batch.v, 0.0).max(axis=1)
    s2 = _unweighted_rss(stack, len(smallest)) / batch.df
    bound = 0.5 * (s2 + np.sqrt(s2 * (s2 + 4 * (largest - smallest)))) - smallest
    return np.asarray(np.maximum(bound, 0.0) * 1.01 + 0.01 * smallest)


def _bracket_modes(
    stack: Stack, batch: Batch, smallest: Array, kind: Kind
) -> tuple[NDArray[np.intp], Array, Array, Array, NDArray[np.intp]]:
    """Return rows, brackets and first guesses of the maxima above 0, and the rows with a maximum at 0."""
    bound = _score_bound(stack, batch, smallest)
    first = np.minimum(FIRST_POINT * smallest, 0.5 * bound)
    decades = float(np.log10(bound / first).max())
    density = POINTS_PER_DECADE if batch.y.shape[1] < _MANY else _POINTS_PER_DECADE_OF_MANY
    points = int(min(MOST_POINTS, 2 + np.ceil(density * decades)))
    share = np.arange(points)[:, None] / (points - 1)
    grid = np.concatenate([np.zeros((1, len(bound))), first * (bound / first) ** share])
    rise = _score_on_grid(stack, grid, kind)
    cell, row = np.nonzero((rise[:-1] > 0) & (rise[1:] <= 0))
    low, high = grid[cell, row], grid[cell + 1, row]
    part = rise[cell, row] / (rise[cell, row] - rise[cell + 1, row])
    return row, low, high, low + part * (high - low), np.flatnonzero(rise[0] <= 0)


def _score_on_grid(stack: Stack, grid: Array, kind: Kind) -> Array:
    """Return the score at each τ², shape (points, B), in parts that fit into the processor's memory."""
    spread = stack.against_grid()
    values = grid[:, 0] if stack.y.ndim == 1 else grid
    at_once = max(1, _ELEMENTS // stack.y.size)
    parts = [score(spread, values[start : start + at_once], kind) for start in range(0, len(values), at_once)]
    return np.concatenate(parts).reshape(grid.shape)


def _unweighted_rss(stack: Stack, n: int) -> Array:
    """Return the residual sum of squares of ordinary least squares, absent studies left out, shape (n,)."""
    flat = Stack(y=stack.y, v=np.where(np.isfinite(stack.v), 1.0, np.inf), x=stack.x)
    return np.reshape(q_and_slope(flat, np.zeros(()))[0], n)


def _single_mode(batch: Batch, tau2: Array, low: Array, high: Array, iterations: NDArray[np.intp]) -> Tau2Estimate:
    """Return estimates that have one solution a row, from the batch's units to those of the data."""
    unit = batch.unit
    return Tau2Estimate(
        tau2=tau2 * unit,
        low=low * unit,
        high=high * unit,
        iterations=iterations,
        mode_row=np.arange(len(unit)),
        mode_tau2=tau2 * unit,
        mode_loglik=np.zeros(len(unit)),
    )
