r"""The prediction interval of Nagashima, Noma and Furukawa, a parametric bootstrap.

Each of many draws takes a τ² at which the probability of a larger Q than observed is uniform on (0, 1), 0 where that
probability exceeds the draw already at τ² = 0; with it the weighted mean and its Hartung–Knapp standard error; and from
these a true effect of a new study, :math:`\hat{μ}(τ²) + zτ - t_{k-1}\,se(τ²)`. The limits are quantiles of the draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from ..card import Card, Carded, show_number
from ..errors import InputError
from .checks import check_fit
from .choices import check_level
from .core import make_batch, project, residual_variance
from .quadratic import q_distribution
from .tau2 import estimate_tau2

if TYPE_CHECKING:
    from .core import Array, Batch
    from .result import PooledResult

__all__ = ["BootstrapPrediction", "bootstrap_prediction"]

_GRID = 300
_FEWEST = 3
_LEAST_DRAWS = 1000
_ELEMENTS = 2_000_000
# the distribution of τ² is followed until so little of it is left
_TAIL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BootstrapPrediction(Carded):
    """A prediction interval by the parametric bootstrap.

    Attributes
    ----------
    estimate : float
        The pooled effect with DerSimonian and Laird's τ².
    pi_low, pi_high : float
        Prediction limits.
    pi_low_error, pi_high_error : float
        Their Monte Carlo standard errors.
    tau2 : float
        DerSimonian and Laird's estimate.
    level : float
        Coverage.
    draws, seed : int
        Number of draws, and the seed that repeats them.
    k : int
        Studies.
    measure : str
        The effect measure; empty if not said.
    """

    estimate: float
    pi_low: float
    pi_high: float
    pi_low_error: float
    pi_high_error: float
    tau2: float
    level: float
    draws: int
    seed: int
    k: int
    measure: str

    @property
    def pi(self) -> tuple[float, float]:
        """The prediction interval."""
        return self.pi_low, self.pi_high

    def _card(self) -> Card:
        facts = (
            ("k", str(self.k)),
            (self.measure or "Estimate", show_number(self.estimate)),
            (f"{100 * self.level:g}% PI", f"{show_number(self.pi_low)} to {show_number(self.pi_high)}"),
            ("Monte Carlo error", f"{show_number(self.pi_low_error)} and {show_number(self.pi_high_error)}"),
            ("τ² (DL)", show_number(self.tau2)),
            ("Draws, seed", f"{self.draws}, {self.seed}"),
        )
        notes = ("Parametric bootstrap of Nagashima, Noma and Furukawa (2019).",)
        return Card(title="Bootstrap prediction interval", facts=facts, notes=notes)


def bootstrap_prediction(
    fit: PooledResult, *, seed: int, draws: int = 25_000, level: float | None = None
) -> BootstrapPrediction:
    """Return the prediction interval of Nagashima, Noma and Furukawa (``NNF`` in meta, ``boot`` in pimeta).

    Parameters
    ----------
    fit : PooledResult
        A fit without moderators; only its effects and variances are used.
    seed : int
        Seed of the random numbers.
    draws : int
        Number of draws, at least 1000.
    level : float, optional
        Coverage; the level of the fit by default.

    Raises
    ------
    InputError
        With moderators, fewer than three studies, effects that are all the same, too few draws, or a seed that is
        not a number.

    References
    ----------
    Nagashima K, Noma H, Furukawa TA (2019). Prediction intervals for random-effects meta-analysis: a confidence
    distribution approach. doi:10.1177/0962280218773520.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.10, 0.30, 0.35, 0.65, 0.45, 0.15], [0.03, 0.03, 0.05, 0.01, 0.05, 0.02])
    >>> found = bootstrap_prediction(fit, seed=1)
    >>> round(found.pi_low, 1), round(found.pi_high, 1)
    (-0.3, 1.0)
    """
    check_fit(fit, "bootstrap_prediction()")
    if fit.has_moderators:
        raise InputError("the bootstrap prediction interval is for a mean; this fit has moderators")
    if fit.k < _FEWEST:
        raise InputError(f"the bootstrap prediction interval needs at least {_FEWEST} studies; there are {fit.k}")
    if isinstance(draws, bool) or not isinstance(draws, (int, np.integer)) or draws < _LEAST_DRAWS:
        raise InputError(f"draws={draws!r} must be a whole number of at least {_LEAST_DRAWS}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise InputError(f"seed={seed!r} must be a whole number of at least 0")
    chosen = fit.level if level is None else check_level(level)
    batch = make_batch(fit.yi, fit.vi)
    if residual_variance(batch, project(batch.y, batch.v, None, np.zeros(1)))[0] == 0:
        raise InputError("the effects are all the same: their spread, of which the interval is made, is 0")
    rng = np.random.default_rng(seed)
    effects = _new_effects(batch, rng, int(draws))
    unit, offset = math.sqrt(float(batch.unit[0])), float(batch.offset[0])
    limits, errors = _quantiles(effects * unit + offset, chosen)
    tau2 = estimate_tau2(batch, "DL").tau2
    mean = float(project(batch.y, batch.v, None, tau2 / batch.unit).coef[0, 0])
    return BootstrapPrediction(
        estimate=mean * unit + offset,
        pi_low=limits[0],
        pi_high=limits[1],
        pi_low_error=errors[0],
        pi_high_error=errors[1],
        tau2=float(tau2[0]),
        level=chosen,
        draws=int(draws),
        seed=int(seed),
        k=fit.k,
        measure=fit.measure,
    )


def _new_effects(batch: Batch, rng: np.random.Generator, draws: int) -> Array:
    """Return true effects of a new study, in the batch's units."""
    tau2 = _draw_tau2(batch, rng, draws)
    normal, student = rng.standard_normal(draws), rng.standard_t(batch.df[0], draws)
    found = np.empty(draws)
    at_once = max(1, _ELEMENTS // batch.y.size)
    for start in range(0, draws, at_once):
        part = slice(start, start + at_once)
        shape = (len(tau2[part]), batch.y.shape[1])
        fit = project(np.broadcast_to(batch.y, shape), np.broadcast_to(batch.v, shape), None, tau2[part])
        se = np.sqrt(fit.q / batch.df[0] / fit.total)
        found[part] = fit.coef[:, 0] + normal[part] * np.sqrt(tau2[part]) - student[part] * se
    return found


def _draw_tau2(batch: Batch, rng: np.random.Generator, draws: int) -> Array:
    """Return draws of τ² from its confidence distribution.

    The exact distribution of Q is tabulated over τ² and inverted by monotone interpolation of the normal quantile in
    log τ², whose error is far below that of the draws.
    """
    from scipy.interpolate import PchipInterpolator

    a = 1 / batch.v
    observed = project(batch.y, batch.v, None, np.zeros(1)).q
    smallest = float(batch.v.min())

    def below(t: Array) -> Array:
        """Return the probability of a Q not above the one observed."""
        shape = (len(t), batch.v.shape[1])
        q = np.repeat(observed, len(t))
        return q_distribution(q, np.broadcast_to(a, shape), batch.v + t[:, None])

    most = 8 * smallest
    while below(np.array([most]))[0] > _TAIL and most < 1e30 * smallest:
        most *= 8
    grid = smallest * np.expm1(np.linspace(0.0, math.log1p(most / smallest), _GRID))
    uniform = rng.random(draws)
    probability = below(grid)
    found = np.zeros(draws)
    positive = uniform < probability[0]
    if positive.any():
        height = -ndtri(np.clip(probability, _TAIL, 1 - 1e-16))
        rising = np.concatenate([[True], np.diff(np.maximum.accumulate(height)) > 1e-12])
        rising &= height >= np.maximum.accumulate(height)
        inverse = PchipInterpolator(height[rising], np.log1p(grid[rising] / smallest))
        wanted = np.clip(-ndtri(uniform[positive]), height[rising][0], height[rising][-1])
        found[positive] = smallest * np.expm1(inverse(wanted))
    return found


def _quantiles(values: Array, level: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two quantiles and their Monte Carlo standard errors, by order statistics."""
    ordered = np.sort(values)
    n = len(ordered)
    limits, errors = [], []
    for share in ((1 - level) / 2, (1 + level) / 2):
        spread = math.sqrt(share * (1 - share) / n)
        around = np.quantile(ordered, np.clip([share - spread, share + spread], 0.0, 1.0))
        limits.append(float(np.quantile(ordered, share)))
        errors.append(float(around[1] - around[0]) / 2)
    return (limits[0], limits[1]), (errors[0], errors[1])
