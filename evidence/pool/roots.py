"""Newton's method that cannot leave its bracket, on many equations at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ConvergenceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .core import Array

__all__ = ["Roots", "bracketed_newton"]

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
