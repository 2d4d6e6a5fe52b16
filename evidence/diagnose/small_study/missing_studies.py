"""How many studies a funnel lacks on one side: Duval and Tweedie's iteration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConvergenceError
from ...pool.choices import FIXED
from ...pool.core import make_batch, project
from ...pool.tau2 import estimate_tau2

if TYPE_CHECKING:
    from ...pool.choices import Choices
    from ...pool.core import Array

__all__ = ["MissingStudies", "all_alike", "count_missing"]

_ROUNDING = 64 * np.finfo(float).eps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingStudies:
    """How many studies are missing on the left of effects in increasing order.

    Attributes
    ----------
    k0 : int
        Their number.
    se : float
        Its standard error; NaN where its formula has no value.
    center : float
        The mean of the studies that are left after trimming.
    history : tuple of int
        The counts in turn.
    """

    k0: int
    se: float
    center: float
    history: tuple[int, ...]


def all_alike(yi: Array) -> bool:
    """Whether effects differ by no more than rounding, so that a funnel of them has no sides.

    Examples
    --------
    >>> all_alike(np.array([0.3, 0.1 + 0.2])), all_alike(np.array([0.3, 0.31]))
    (True, False)
    """
    return bool(np.ptp(yi) <= _ROUNDING * np.abs(yi).max())


def count_missing(
    yi: Array, vi: Array, *, choices: Choices, estimator: str, max_iterations: int = 100
) -> MissingStudies:
    """Estimate how many studies are missing on the left of effects in increasing order.

    Parameters
    ----------
    yi, vi : array, shape (k,)
        Effects in increasing order, and variances.
    choices : Choices
        The estimator of τ², or its value.
    estimator : {"L0", "R0", "Q0"}
        Estimator of the count.
    max_iterations : int
        Steps allowed.

    Raises
    ------
    ConvergenceError
        Where the count does not settle, trims everything, or has no value.
    """
    k, history = len(yi), [0]
    # deviations that differ by the rounding of the effects are ties: their order must not be left to chance
    noise = _ROUNDING * float(np.abs(yi).max())
    while True:
        left = k - history[-1]
        if left < 1:
            raise ConvergenceError(
                f"trim and fill would trim all {k} studies with estimator={estimator!r}; the funnel is too asymmetric "
                "for it. Try another estimator"
            )
        center = _mean(yi[:left], vi[:left], choices)
        deviation = yi - center
        deviation[np.abs(deviation) <= noise] = 0.0
        estimate, se = _estimate(deviation, noise, estimator)
        # half to even, as IEEE arithmetic and R round
        count = max(0, round(estimate))
        if count == history[-1]:
            return MissingStudies(k0=count, se=se, center=center, history=(*history, count))
        if count in history:
            cycle = ", ".join(str(value) for value in history[history.index(count) :])
            raise ConvergenceError(
                f"trim and fill does not settle: the number of missing studies runs in a circle ({cycle}, {count}). "
                "Try another estimator"
            )
        history.append(count)
        if len(history) > max_iterations:
            raise ConvergenceError(
                f"trim and fill did not settle in {max_iterations} steps; the counts were "
                f"{', '.join(map(str, history))}"
            )


def _mean(yi: Array, vi: Array, choices: Choices) -> float:
    """Return the pooled effect of some studies."""
    if len(yi) == 1:
        return float(yi[0])
    batch = make_batch(yi, vi)
    if choices.tau2_method == FIXED:
        tau2 = np.array([choices.tau2_given])
    else:
        tau2 = estimate_tau2(batch, choices.tau2_method).tau2
    found = project(batch.y, batch.v, batch.x, tau2 / batch.unit)
    return float(found.coef[0, 0] * np.sqrt(batch.unit[0]) + batch.offset[0])


def _estimate(deviation: Array, noise: float, estimator: str) -> tuple[float, float]:
    """Return the unrounded count and its standard error."""
    k = len(deviation)
    rank = _ranks(np.abs(deviation), noise)
    if estimator == "R0":
        # a study at the centre lies on neither side, so that it ends the run of those above
        rest = rank[deviation <= 0]
        count = k - (rest.max() if len(rest) else 0.0) - 1
        return float(count), math.sqrt(2 * max(0.0, count) + 2)
    above = float(rank[deviation > 0].sum())
    if estimator == "L0":
        count = (4 * above - k * (k + 1)) / (2 * k - 1)
        factor = 4 / (2 * k - 1)
    else:
        inside = 2 * k**2 - 4 * above + 0.25
        if inside < 0:
            raise ConvergenceError("Q0 has no value: too many studies lie on one side. Use estimator='L0' or 'R0'")
        count = k - 0.5 - math.sqrt(inside)
        inside = (k - 0.5) ** 2 - count * (2 * k - count - 1)
        factor = 2 / math.sqrt(inside) if inside > 0 else math.nan
    variance = (
        k * (k + 1) * (2 * k + 1)
        + 10 * count**3
        + 27 * count**2
        + 17 * count
        - 18 * k * count**2
        - 18 * k * count
        + 6 * k**2 * count
    ) / 24
    return count, factor * math.sqrt(variance) if variance >= 0 else math.nan


def _ranks(size: Array, noise: float) -> Array:
    """Return ranks from 1; ties, within the noise, in the order in which they stand."""
    order = np.argsort(size, kind="stable")
    group = np.concatenate([[0], np.cumsum(np.diff(size[order]) > noise)])
    rank = np.empty(len(size))
    rank[order[np.lexsort((order, group))]] = np.arange(1.0, len(size) + 1)
    return rank
