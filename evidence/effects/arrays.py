"""The array type of the formulas, and the arithmetic that they share."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "EffectPair", "FloatArray", "finite_pairs", "weighted_mean"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
EffectPair: TypeAlias = tuple[FloatArray, FloatArray]


def finite_pairs(yi: FloatArray, vi: FloatArray) -> EffectPair:
    """Return effects and variances with NaN in both places where they are not an estimate.

    That is where the effect is infinite or NaN, or the variance infinite or negative. A row may have an effect without
    a variance (the variance then stays NaN), never the reverse.

    Parameters
    ----------
    yi, vi : ndarray of shape (k,)
        Effects and their sampling variances.

    Examples
    --------
    >>> import numpy as np
    >>> finite_pairs(np.array([-np.inf, 0.5]), np.array([np.inf, 0.1]))
    (array([nan, 0.5]), array([nan, 0.1]))
    """
    with np.errstate(invalid="ignore"):
        unusable = ~np.isfinite(yi) | np.isinf(vi) | (vi < 0)
    return np.where(unusable, np.nan, yi), np.where(unusable, np.nan, vi)


def weighted_mean(values: FloatArray, weights: FloatArray) -> float:
    """Return the weighted mean over the rows that have a value; NaN when none has.

    Parameters
    ----------
    values, weights : ndarray of shape (k,)
        Values and their weights; rows with a NaN or an infinity in either are left out.

    Examples
    --------
    >>> import numpy as np
    >>> weighted_mean(np.array([1.0, 4.0, np.nan]), np.array([2.0, 1.0, 5.0]))
    2.0
    """
    usable = np.isfinite(values) & np.isfinite(weights)
    total = float(weights[usable].sum())
    return float((values[usable] * weights[usable]).sum() / total) if total > 0 else float("nan")
