"""Newton's method that cannot leave its bracket, on many equations at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ConvergenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .core import Array

__all__ = ["Root", "Roots", "bracketed_newton", "join_roots", "newton_alone"]

# A Newton step this small, relative to τ² plus the smallest variance, leaves an error of its square.
_STEP = 1e-11
_WIDTH = 1e-14
_BUDGET = 300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roots:
    """Roots of many equations, each array of shape (n,): the root, its last bracket and the iterations used."""

    root: Array
    low: Array
    high: Array
    iterations: NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The root of one equation, its last bracket and the iterations used."""

    root: float
    low: float
    high: float
    iterations: int


def join_roots(roots: Sequence[Root]) -> Roots:
    """Return the roots of single equations together."""
    return Roots(
        root=np.array([one.root for one in roots]),
        low=np.array([one.low for one in roots]),
        high=np.array([one.high for one in roots]),
        iterations=np.array([one.iterations for one in roots], dtype=np.intp),
    )


def newton_alone(
    function: Callable[[Any], tuple[Any, Any]], low: float, high: float, start: float, floor: float
) -> Root:
    """Solve one equation by the steps of `bracketed_newton`, without the cost of arrays.

    Parameters
    ----------
    function : callable
        Given t, returns f and its derivative there.
    low, high, start, floor : float
        As for `bracketed_newton`.

    Raises
    ------
    ConvergenceError
        Where the equation gives NaN, or is not solved within 300 iterations.

    Examples
    --------
    >>> round(newton_alone(lambda t: (2 - t * t, -2 * t), 0.0, 2.0, 1.0, 1.0).root, 12)
    1.414213562373
    """
    t, step = start, high - low
    before_last = step
    for iteration in range(1, _BUDGET + 1):
        value, slope = (float(part) for part in function(t))
        if not (math.isfinite(value) and math.isfinite(slope)):
            raise ConvergenceError("the equation for τ² is not finite within its bracket")
        low, high = (t, high) if value > 0 else (low, t)
        newton = t - value / slope if slope < 0 else math.inf
        good = low <= newton <= high and 2 * abs(newton - t) <= abs(before_last)
        new = newton if good else 0.5 * (low + high)
        before_last, step = step, new - t
        scale = new + floor
        if value == 0 or (good and abs(new - t) <= _STEP * scale) or high - low <= _WIDTH * scale:
            return Root(root=t if value == 0 else new, low=low, high=high, iterations=iteration)
        t = new
    raise ConvergenceError(f"τ² was not found within {_BUDGET} iterations")


def bracketed_newton(
    function: Callable[[NDArray[np.intp], Array], tuple[Array, Array]],
    low: Array,
    high: Array,
    *,
    start: Array,
    floor: Array,
) -> Roots:
    """Solve ``f(t) = 0`` for many functions that are positive at `low` and not positive at `high`.

    Newton's step is taken where it stays inside the bracket and halves the step before the last; else the
    bracket is halved. So it converges always, and quadratically near the root.

    Parameters
    ----------
    function : callable
        Given the positions of some equations and a `t` for each, returns f and its derivative there.
    low, high, start : array, shape (n,)
        Brackets and first guesses.
    floor : array, shape (n,)
        Tolerances are relative to ``t + floor``; the smallest sampling variance makes them scale-invariant.

    Raises
    ------
    ConvergenceError
        Where an equation gives NaN, or is not solved within 300 iterations.
    """
    low, high, root = low.copy(), high.copy(), start.copy()
    step = high - low
    before_last = step.copy()
    iterations = np.zeros(len(root), dtype=np.intp)
    active = np.arange(len(root))
    for _ in range(_BUDGET):
        if not len(active):
            return Roots(root=root, low=low, high=high, iterations=iterations)
        t = root[active]
        value, slope = function(active, t)
        if not (np.isfinite(value).all() and np.isfinite(slope).all()):
            raise ConvergenceError("the equation for τ² is not finite within its bracket")
        positive = value > 0
        low[active] = np.where(positive, t, low[active])
        high[active] = np.where(positive, high[active], t)
        newton = t - np.divide(value, slope, out=np.full_like(t, np.inf), where=slope < 0)
        good = (
            (newton >= low[active]) & (newton <= high[active]) & (2 * np.abs(newton - t) <= np.abs(before_last[active]))
        )
        new = np.where(good, newton, 0.5 * (low[active] + high[active]))
        before_last[active], step[active] = step[active], new - t
        scale = new + floor[active]
        width = high[active] - low[active]
        done = (good & (np.abs(new - t) <= _STEP * scale)) | (width <= _WIDTH * scale) | (value == 0)
        root[active] = np.where(value == 0, t, new)
        iterations[active] += 1
        active = active[~done]
    raise ConvergenceError(f"τ² was not found within {_BUDGET} iterations for {len(active)} of {len(root)} fits")
