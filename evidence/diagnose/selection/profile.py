"""Profile-likelihood intervals: the values of a parameter that a likelihood-ratio test does not refute."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConvergenceError
from .fitting import hold, maximise, reach
from .likelihood import evaluate

if TYPE_CHECKING:
    from ...pool.core import Array
    from .fitting import Climb, Maximum

__all__ = ["profile_limits"]

_DOUBLINGS = 60
_BUDGET = 100
_WIDTH = 1e-10
_CLOSE = 1e-11
# the exponential of less is 0 for any purpose
_LEAST_LOG = -40.0
_HIGHER = 1e-6


def profile_limits(what: Climb, top: Maximum, index: int, drop: float, *, se: float) -> tuple[float, float]:
    """Return where the profile log-likelihood has fallen by some amount on both sides of its maximum.

    Parameters
    ----------
    what : Climb
        The likelihood and its bounds.
    top : Maximum
        Its maximum.
    index : int
        The parameter.
    drop : float
        Half the critical value of chi-squared.
    se : float
        A standard error of the parameter to start the search with; NaN where there is none.

    Returns
    -------
    tuple of float
        In climbing parameters; −∞ or ∞ where the profile stays above as far as the bound.

    Raises
    ------
    ConvergenceError
        Where a limit is not found within its budget.
    """
    first = math.sqrt(2 * drop) * se
    if not (math.isfinite(first) and first > 0):
        first = float(reach(what, top.place[None])[0, index]) / 4
    return tuple(_limit(what, top, index, drop, side * first) for side in (-1, 1))  # type: ignore[return-value]


def _limit(what: Climb, top: Maximum, index: int, drop: float, step: float) -> float:
    inner, outer = float(top.place[index]), math.nan
    bound = float(what.low[index] if step < 0 else what.high[index])
    if what.logs[index] and step < 0:
        bound = max(bound, _LEAST_LOG)
    if inner == bound:
        return math.copysign(math.inf, step)
    warm = top.place
    for _ in range(_DOUBLINGS):
        trial = inner + step
        trial = max(trial, bound) if step < 0 else min(trial, bound)
        short, slope, warm = _shortfall(what, top, warm, index, trial, drop)
        if short >= 0:
            outer = trial
            break
        if trial == bound:
            return math.copysign(math.inf, step)
        inner, step = trial, 2 * step
    else:
        return math.copysign(math.inf, step)
    return _root(what, top, warm, index, drop, (inner, outer), (outer, short, slope))


def _root(
    what: Climb,
    top: Maximum,
    warm: Array,
    index: int,
    drop: float,
    bracket: tuple[float, float],
    last: tuple[float, float, float],
) -> float:
    """Return where the shortfall, negative at the inner end and not at the outer, is 0."""
    inner, outer = bracket
    place, short, slope = last
    for _ in range(_BUDGET):
        newton = place - short / slope if slope != 0 else math.nan
        inside = min(inner, outer) < newton < max(inner, outer)
        new = newton if inside else 0.5 * (inner + outer)
        close = abs(new - place) <= _WIDTH * (abs(new) + abs(float(top.place[index]) - new))
        if (inside and close) or abs(short) <= _CLOSE:
            return new if abs(short) > _CLOSE else place
        if abs(outer - inner) <= _WIDTH * (abs(outer) + abs(float(top.place[index]) - outer)):
            return 0.5 * (inner + outer)
        place = new
        short, slope, warm = _shortfall(what, top, warm, index, place, drop)
        inner, outer = (place, outer) if short < 0 else (inner, place)
    raise ConvergenceError("a limit of a profile-likelihood interval was not found within its budget")


def _shortfall(
    what: Climb, top: Maximum, warm: Array, index: int, value: float, drop: float
) -> tuple[float, float, Array]:
    """Return how far the profile is below the drop (negative where it is not yet), its slope, and its place."""
    start = np.vstack([warm, top.modes])
    found = maximise(hold(what, index, value), start, name="the profile likelihood")
    if found.loglik > top.loglik + _HIGHER:
        raise ConvergenceError(
            "while a profile was followed, a higher maximum of the likelihood was found "
            f"({found.loglik - top.loglik:.3g} above); the estimates are not those of the highest maximum"
        )
    slope = float(evaluate(what.model, found.place[None]).gradient[0, index])
    return top.loglik - found.loglik - drop, -slope, found.place
