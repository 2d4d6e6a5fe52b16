"""Estimators of the between-study variance τ², on many meta-analyses at once.

``REML`` and ``ML`` maximise their likelihood: the score is tabulated on a logarithmic grid between 0 and a bound
beyond which it cannot be positive, each sign change is refined by bracketed Newton, and of all maxima found the
highest is taken; the others are reported. ``PM`` solves :math:`Q(τ²) = k - p` the same way, ``DL`` is closed form.
Estimates on the boundary are exactly 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..errors import ConvergenceError
from ..vocabulary import Tau2Method, check_option
from .core import Array, Batch, Projection, project, trace_p, trace_pp, y_ppp_y
from .likelihood import profile_log_likelihood
from .roots import bracketed_newton

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["Convergence", "Tau2Estimate", "estimate_tau2", "solve_q", "tau2_standard_error"]

# A study's share in the score changes over about a factor of e in τ²; over many studies narrower features average out.
_POINTS_PER_DECADE = 8
_POINTS_PER_DECADE_OF_MANY = 3
_MANY = 1000
_MOST_POINTS = 160
_FIRST_POINT = 0.05
_ELEMENTS = 100_000


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


def estimate_tau2(batch: Batch, method: str) -> Tau2Estimate:
    """Estimate τ² for every row of a batch.

    Parameters
    ----------
    batch : Batch
        From `evidence.pool.core.make_batch`.
    method : {"EE", "DL", "PM", "ML", "REML"}
        ``EE`` is the equal-effects model, τ² = 0; ``DL`` DerSimonian and Laird 1986
        (doi:10.1016/0197-2456(86)90046-2); ``PM`` Paule and Mandel 1982 (doi:10.6028/jres.087.022);
        ``ML`` and ``REML`` (restricted) maximum likelihood, Viechtbauer 2005
        (doi:10.3102/10769986030003261).

    Raises
    ------
    OptionError
        Where the method is unknown.
    ConvergenceError
        Where an iteration did not reach its solution.

    Examples
    --------
    >>> from evidence.pool.core import make_batch
    >>> batch = make_batch([[0.1, 0.4, 0.9], [0.2, 0.2, 0.2]], [[0.04, 0.09, 0.05], [0.04, 0.09, 0.05]])
    >>> estimate_tau2(batch, "DL").tau2.round(6).tolist()
    [0.144167, 0.0]
    """
    return _ESTIMATORS[check_option("tau2", method, Tau2Method)](batch)


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
    tau2, high, iterations = np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.intp)
    low = np.zeros(n)
    at_zero = project(batch.y, batch.v, batch.x, np.zeros(n)).q
    inside = np.flatnonzero(at_zero > target)
    if len(inside):
        y, v, x = batch.rows(inside)
        goal = target[inside]
        smallest = v.min(axis=1)

        def reciprocal(some: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
            fit = project(*_rows(y, v, x, some), t)
            return 1 - goal[some] / fit.q, -goal[some] * fit.u2 / fit.q**2

        # Q(t) <= RSS / (t + smallest variance), RSS that of unweighted least squares
        bound = np.maximum(_unweighted_rss(y, v, x) / goal - smallest, 0) * 1.01 + 0.01 * smallest
        roots = bracketed_newton(reciprocal, np.zeros(len(goal)), bound, start=np.zeros(len(goal)), floor=smallest)
        tau2[inside], iterations[inside] = roots.root, roots.iterations
        low[inside], high[inside] = roots.low, roots.high
    return _single_mode(batch, tau2, low, high, iterations)


def tau2_standard_error(batch: Batch, tau2: Array, method: str) -> Array:
    r"""Return the standard error of τ² by the estimator's own large-sample formula; NaN for ``EE``.

    ML :math:`\sqrt{2/\sum w^2}` · REML :math:`\sqrt{2/\mathrm{tr} PP}` · PM
    :math:`\sqrt{2k^2/(k-p)}/\sum w` · DL
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
    """
    scaled = tau2 / batch.unit
    fit = project(batch.y, batch.v, batch.x, np.zeros_like(scaled) if method == "DL" else scaled)
    match method:
        case "ML":
            se = np.sqrt(2 / (fit.w * fit.w).sum(axis=-1))
        case "REML":
            se = np.sqrt(2 / trace_pp(fit))
        case "PM":
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


_ESTIMATORS: Mapping[str, Callable[[Batch], Tau2Estimate]] = {
    "EE": _equal_effects,
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "ML": _maximum_likelihood,
    "REML": _restricted_maximum_likelihood,
}


def _maximise(batch: Batch, kind: Literal["ML", "REML"]) -> Tau2Estimate:
    """Find every local maximum of the likelihood over τ² ≥ 0 and take the highest."""
    n = len(batch.k)
    bound = _score_bound(batch)
    rows, cell_low, cell_high, start, zero_rows = _bracket_modes(batch, bound, kind)
    y, v, x = batch.rows(rows)
    smallest = v.min(axis=1) if len(rows) else np.zeros(0)

    def score(some: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
        fit = project(*_rows(y, v, x, some), t)
        return _rise(fit, kind), _slope(fit, kind)

    roots = bracketed_newton(score, cell_low, cell_high, start=start, floor=smallest)
    nothing = np.zeros(len(zero_rows))
    row = np.concatenate([zero_rows, rows])
    mode = np.concatenate([nothing, roots.root])
    low, high = np.concatenate([nothing, roots.low]), np.concatenate([nothing, roots.high])
    iterations = np.concatenate([np.zeros(len(zero_rows), dtype=np.intp), roots.iterations])
    order = np.lexsort((mode, row))
    row, mode, low, high, iterations = (part[order] for part in (row, mode, low, high, iterations))
    if not np.array_equal(np.unique(row), np.arange(n)):
        raise ConvergenceError("the likelihood of τ² has no maximum within its bracket")
    y, v, x = batch.rows(row)
    loglik = profile_log_likelihood(y, v, x, mode, kind=kind)
    highest = np.full(n, -np.inf)
    np.maximum.at(highest, row, loglik)
    best = np.zeros(n, dtype=np.intp)
    top = np.flatnonzero(loglik == highest[row])[::-1]
    best[row[top]] = top
    unit = batch.unit
    return Tau2Estimate(
        tau2=mode[best] * unit,
        low=low[best] * unit,
        high=high[best] * unit,
        iterations=iterations[best],
        mode_row=row,
        mode_tau2=mode * unit[row],
        mode_loglik=loglik - highest[row],
    )


def _rise(fit: Projection, kind: Literal["ML", "REML"]) -> Array:
    """Return twice the score of τ²."""
    expected = trace_p(fit) if kind == "REML" else fit.total
    return np.asarray(fit.u2 - expected)


def _slope(fit: Projection, kind: Literal["ML", "REML"]) -> Array:
    """Return the derivative of twice the score of τ²."""
    curvature = trace_pp(fit) if kind == "REML" else (fit.w * fit.w).sum(axis=-1)
    return np.asarray(curvature - 2 * y_ppp_y(fit))


def _score_bound(batch: Batch) -> Array:
    """Return a τ² beyond which neither score is positive, shape (B,).

    With s² the residual variance of unweighted least squares, y'PPy is at most (k − p) s² / (τ² + v_min)², and
    tr P at least (k − p) / (τ² + v_max): the bound solves their equality. A margin covers rounding.
    """
    smallest = batch.v.min(axis=1)
    largest = np.where(np.isfinite(batch.v), batch.v, 0.0).max(axis=1)
    s2 = _unweighted_rss(batch.y, batch.v, batch.x) / batch.df
    bound = 0.5 * (s2 + np.sqrt(s2 * (s2 + 4 * (largest - smallest)))) - smallest
    return np.asarray(np.maximum(bound, 0.0) * 1.01 + 0.01 * smallest)


def _bracket_modes(
    batch: Batch, bound: Array, kind: Literal["ML", "REML"]
) -> tuple[NDArray[np.intp], Array, Array, Array, NDArray[np.intp]]:
    """Return rows, brackets and first guesses of the maxima above 0, and the rows with a maximum at 0."""
    first = np.minimum(_FIRST_POINT * batch.v.min(axis=1), 0.5 * bound)
    decades = float(np.log10(bound / first).max())
    density = _POINTS_PER_DECADE if batch.y.shape[1] < _MANY else _POINTS_PER_DECADE_OF_MANY
    points = int(min(_MOST_POINTS, 2 + np.ceil(density * decades)))
    share = np.linspace(0.0, 1.0, points)
    grid = np.concatenate([np.zeros((len(bound), 1)), first[:, None] * (bound / first)[:, None] ** share], axis=1)
    rise = np.empty_like(grid)
    x = batch.x[:, None] if batch.x is not None and batch.x.ndim == 3 else batch.x
    at_once = max(1, _ELEMENTS // batch.y.size)
    for start in range(0, grid.shape[1], at_once):
        part = slice(start, start + at_once)
        fit = project(batch.y[:, None], batch.v[:, None], x, grid[:, part])
        rise[:, part] = _rise(fit, kind)
    row, cell = np.nonzero((rise[:, :-1] > 0) & (rise[:, 1:] <= 0))
    low, high = grid[row, cell], grid[row, cell + 1]
    share = rise[row, cell] / (rise[row, cell] - rise[row, cell + 1])
    return row, low, high, low + share * (high - low), np.flatnonzero(rise[:, 0] <= 0)


def _unweighted_rss(y: Array, v: Array, x: Array | None) -> Array:
    """Return the residual sum of squares of ordinary least squares, absent studies left out."""
    return project(y, np.where(np.isfinite(v), 1.0, np.inf), x, np.zeros(len(y))).q


def _rows(y: Array, v: Array, x: Array | None, rows: NDArray[np.intp]) -> tuple[Array, Array, Array | None]:
    """Return some rows, without a copy where they are all."""
    if len(rows) == len(y):
        return y, v, x
    return y[rows], v[rows], x[rows] if x is not None and x.ndim == 3 else x


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
