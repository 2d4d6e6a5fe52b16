"""Effects and their sampling variances on another scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import EvidenceError, InputError
from .derivatives import slope_of
from .elementwise import require, to_floats

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from .arrays import EffectPair, FloatArray

__all__ = ["transform_effects"]


def transform_effects(
    yi: npt.ArrayLike,
    vi: npt.ArrayLike,
    function: Callable[..., npt.ArrayLike],
    *,
    derivative: Callable[..., npt.ArrayLike] | None = None,
) -> EffectPair:
    r"""Return effects put through a function, and their variances by the delta method, :math:`f'(y)^2 v`.

    Parameters
    ----------
    yi, vi : array_like of shape (k,)
        Effects and their sampling variances. NaN stays NaN.
    function : callable
        Works on an array value by value, as :func:`~evidence.effects.scales.z_to_r` or ``np.exp``.
    derivative : callable, optional
        Its derivative, likewise. Otherwise it is found numerically.

    Returns
    -------
    yi, vi : ndarray of shape (k,)

    Raises
    ------
    InputError
        If shapes differ, a variance is negative, a value infinite, or the function fails.
    ConvergenceError
        If a numerical derivative does not settle; give the derivative then.

    References
    ----------
    Oehlert GW (1992). A note on the delta method. doi:10.1080/00031305.1992.10475842

    Examples
    --------
    >>> yi, vi = transform_effects([0.35, -0.2], [0.02, 0.01], np.tanh)
    >>> yi.round(4), vi.round(4)
    (array([ 0.3364, -0.1974]), array([0.0157, 0.0092]))
    """
    y, v = np.atleast_1d(to_floats(yi, "yi")), np.atleast_1d(to_floats(vi, "vi"))
    if y.shape != v.shape or y.ndim != 1:
        raise InputError(f"yi has shape {y.shape}, vi has {v.shape}: give one variance per effect")
    require(~np.isinf(y), y, "yi must be finite")
    require(~(np.isinf(v) | (v < 0)), v, "vi must be finite, 0 or more")
    usable = ~np.isnan(y)
    at = y[usable]

    def values(x: FloatArray) -> FloatArray:
        return _apply(function, x, "the function")

    new, slope = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    new[usable] = values(at)
    scale = np.sqrt(np.where(np.isnan(v[usable]), 0.0, v[usable]))
    slope[usable] = (
        slope_of(values, at, scale=scale) if derivative is None else _apply(derivative, at, "the derivative")
    )
    return new, slope**2 * v


def _apply(function: Callable[..., npt.ArrayLike], x: FloatArray, what: str) -> FloatArray:
    try:
        with np.errstate(all="ignore"):
            found = to_floats(function(x), f"what {what} returns")
    except EvidenceError:
        raise
    except Exception as error:
        raise InputError(f"{what} failed on an array of {x.size} effects: {error}") from error
    if found.shape != x.shape:
        raise InputError(f"{what} returned shape {found.shape} for {x.shape}: it must work value by value")
    require(np.isfinite(found), x, f"{what} must be finite at, and close to, every effect")
    return found
