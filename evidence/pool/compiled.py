"""Mean models by ML or REML as machine code, one meta-analysis after the other on all cores.

The steps are those of `tau2`: a logarithmic grid, brackets, Newton's method inside them, the highest of all maxima.
numba (the extra ``fast``) compiles them at the first call and keeps the result.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from ..errors import ConvergenceError
from .tau2 import FIRST_POINT, MOST_POINTS, POINTS_PER_DECADE

if TYPE_CHECKING:
    from .core import Array, Batch
    from .sums import Kind

__all__ = ["mean_tau2"]

_STEP = 1e-11
_WIDTH = 1e-14
_BUDGET = 300


def mean_tau2(batch: Batch, kind: Kind) -> Array:
    """Return τ² of each meta-analysis, shape (B,), in the units of the data.

    Parameters
    ----------
    batch : Batch
        B meta-analyses without moderators.
    kind : {"ML", "REML"}
        The likelihood.

    Raises
    ------
    ConvergenceError
        Where τ² was not found; there is no known case.
    """
    tau2 = np.empty(len(batch.k))
    _fit_rows(batch.y, batch.v, batch.df, kind == "REML", tau2)
    if np.isnan(tau2).any():
        raise ConvergenceError(f"τ² was not found for {int(np.isnan(tau2).sum())} of {len(tau2)} fits")
    return np.asarray(tau2 * batch.unit)


@numba.njit(cache=True, error_model="numpy")
def _score(y, v, best, t, restricted):  # type: ignore[no-untyped-def]
    """Return twice the score of τ²."""
    rest = 0.0
    weighted = 0.0
    for i in range(len(y)):
        w = 1.0 / (v[i] + t)
        weighted += w * y[i]
        if i != best:
            rest += w
    first = 1.0 / (v[best] + t)
    total = first + rest
    mean = weighted / total
    squares = 0.0
    y_ppy = 0.0
    for i in range(len(y)):
        w = 1.0 / (v[i] + t)
        u = w * (y[i] - mean)
        y_ppy += u * u
        if i != best:
            squares += w * w
    expected = ((first + total) * rest - squares) / total if restricted else total
    return y_ppy - expected


@numba.njit(cache=True, error_model="numpy")
def _slope(y, v, best, t, restricted):  # type: ignore[no-untyped-def]
    """Return the derivative of twice the score."""
    rest = 0.0
    weighted = 0.0
    for i in range(len(y)):
        w = 1.0 / (v[i] + t)
        weighted += w * y[i]
        if i != best:
            rest += w
    first = 1.0 / (v[best] + t)
    total = first + rest
    mean = weighted / total
    u_mean = 0.0
    for i in range(len(y)):
        w = 1.0 / (v[i] + t)
        u_mean += w * w * (y[i] - mean)
    u_mean /= total
    bend = 0.0
    squares = 0.0
    fourths = 0.0
    own = 0.0
    for i in range(len(y)):
        w = 1.0 / (v[i] + t)
        r = w * (y[i] - mean) - u_mean
        bend += w * r * r
        if i != best:
            square = w * w
            squares += square
            fourths += square * square
            own += square * (total - w) * (total - w)
    first *= first
    if not restricted:
        return first + squares - 2.0 * bend
    pairs = 2.0 * first * squares + (squares * squares - fourths)
    return (first * rest * rest + own + pairs) / (total * total) - 2.0 * bend


@numba.njit(cache=True, error_model="numpy")
def _log_likelihood(y, v, best, t, restricted):  # type: ignore[no-untyped-def]
    total = 0.0
    weighted = 0.0
    logs = 0.0
    for i in range(len(y)):
        w = 1.0 / (v[i] + t)
        if w > 0.0:
            total += w
            weighted += w * y[i]
            logs += math.log(w)
    mean = weighted / total
    q = 0.0
    for i in range(len(y)):
        q += (y[i] - mean) ** 2 / (v[i] + t)
    return 0.5 * (logs - q - (math.log(total) if restricted else 0.0))


@numba.njit(cache=True, error_model="numpy")
def _root(y, v, best, low, high, start, restricted):  # type: ignore[no-untyped-def]
    """Return the root of the score in its bracket, by Newton's method that cannot leave it; NaN if not found."""
    floor = v[best]
    t = start
    step = high - low
    before_last = step
    for _ in range(_BUDGET):
        value = _score(y, v, best, t, restricted)
        slope = _slope(y, v, best, t, restricted)
        if value > 0:
            low = t
        else:
            high = t
        newton = t - value / slope if slope < 0 else np.inf
        good = low <= newton <= high and 2 * abs(newton - t) <= abs(before_last)
        new = newton if good else 0.5 * (low + high)
        before_last = step
        step = new - t
        scale = new + floor
        if value == 0:
            return t
        if (good and abs(new - t) <= _STEP * scale) or high - low <= _WIDTH * scale:
            return new
        t = new
    return np.nan


@numba.njit(cache=True, error_model="numpy")
def _bound(y, v, df):  # type: ignore[no-untyped-def]
    """Return a τ² beyond which the score is not positive, as in `tau2`."""
    n = 0
    mean = 0.0
    largest = 0.0
    smallest = np.inf
    for i in range(len(y)):
        if v[i] < np.inf:
            n += 1
            mean += y[i]
            largest = max(largest, v[i])
            smallest = min(smallest, v[i])
    mean /= n
    s2 = 0.0
    for i in range(len(y)):
        if v[i] < np.inf:
            s2 += (y[i] - mean) ** 2
    s2 /= df
    bound = 0.5 * (s2 + math.sqrt(s2 * (s2 + 4 * (largest - smallest)))) - smallest
    return max(bound, 0.0) * 1.01 + 0.01 * smallest


@numba.njit(cache=True, error_model="numpy")
def _fit_row(y, v, df, restricted):  # type: ignore[no-untyped-def]
    best = np.argmin(v)
    bound = _bound(y, v, df)
    first = min(FIRST_POINT * v[best], 0.5 * bound)
    points = int(min(MOST_POINTS, 2 + math.ceil(POINTS_PER_DECADE * math.log10(bound / first))))
    factor = (bound / first) ** (1.0 / (points - 1))
    low = 0.0
    rise_low = _score(y, v, best, 0.0, restricted)
    found = 0.0 if rise_low <= 0 else np.nan
    highest = -np.inf
    compared = False
    high = first
    for _ in range(points):
        rise = _score(y, v, best, high, restricted)
        if rise_low > 0 and rise <= 0:
            start = low + rise_low / (rise_low - rise) * (high - low)
            root = _root(y, v, best, low, high, start, restricted)
            if np.isnan(root):
                return root
            if np.isnan(found):
                found = root
            else:
                if not compared:
                    highest = _log_likelihood(y, v, best, found, restricted)
                    compared = True
                here = _log_likelihood(y, v, best, root, restricted)
                if here > highest:
                    highest = here
                    found = root
        low, rise_low = high, rise
        high *= factor
    return found


@numba.njit(cache=True, parallel=True, error_model="numpy")
def _fit_rows(y, v, df, restricted, tau2):  # type: ignore[no-untyped-def]
    for row in numba.prange(len(y)):
        tau2[row] = _fit_row(y[row], v[row], df[row], restricted)
