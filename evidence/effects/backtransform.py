"""From the scale on which effects are pooled back to the one that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from .measures import effect_scale

if TYPE_CHECKING:
    from .arrays import FloatArray

__all__ = ["back_transform", "harmonic_mean_n"]


def harmonic_mean_n(n: npt.ArrayLike) -> float:
    r"""Return the harmonic mean of the sample sizes, :math:`k / \sum 1/n_i`, for a pooled double arcsine.

    Parameters
    ----------
    n : array_like
        Sample sizes, each above 0.

    Raises
    ------
    InputError
        If there are none, or one is missing, infinite or not above 0.

    Examples
    --------
    >>> harmonic_mean_n([10, 40])
    16.0
    """
    sizes = np.asarray(n, dtype=np.float64)
    _check_sizes(sizes)
    return float(sizes.size / np.sum(1 / sizes))


def back_transform(y: npt.ArrayLike, measure: str, *, n: npt.ArrayLike | None = None) -> FloatArray | np.float64:
    r"""Return effects, or the ends of their intervals, on the scale that readers know.

    A ratio is :math:`e^y`; a logit proportion :math:`1/(1+e^{-y})`; an arcsine :math:`\sin^2 y`; a double arcsine
    goes through Miller's inverse

    .. math:: p = \tfrac12\left\{1 - \mathrm{sgn}(\cos 2y)
              \sqrt{1 - \left[\sin 2y + \frac{\sin 2y - 1/\sin 2y}{n}\right]^2}\right\}

    All other measures are returned as they are. A proportion never leaves [0, 1]: an arcsine below 0 or above
    π/2, and a double arcsine beyond that of 0 or n events in n people, become 0 or 1.

    Parameters
    ----------
    y : array_like
        Values on the scale of ``yi``.
    measure : str
        The measure that they are of.
    n : array_like, optional
        For ``"PFT"`` only: the people behind each value, one number or one per value. For a study that is its own
        n. A pooled value belongs to no study; by Miller's proposal it takes :func:`harmonic_mean_n` of the studies,
        which is one convention among several and can mislead when sizes differ a lot.

    Returns
    -------
    ndarray, or a number if `y` is one
        The same shape as `y`.

    Raises
    ------
    OptionError
        If there is no such measure.
    InputError
        If ``"PFT"`` comes without `n`, or with sizes that do not fit `y`.

    References
    ----------
    Miller JJ (1978). The inverse of the Freeman–Tukey double arcsine transformation.
    doi:10.1080/00031305.1978.10479283. On its limits: Schwarzer G and others (2019), doi:10.1002/jrsm.1348

    Examples
    --------
    >>> back_transform([-0.6931471805599453, 0.0], "RR")
    array([0.5, 1. ])
    >>> float(back_transform(1.0901, "PFT", n=20).round(3))
    0.8
    """
    scale = effect_scale(measure)
    values = np.asarray(y, dtype=np.float64)
    if scale == "exp":
        with np.errstate(over="ignore"):
            result = np.exp(values)
    elif scale == "logit":
        with np.errstate(over="ignore"):
            result = 1 / (1 + np.exp(-values))
    elif scale == "arcsine":
        result = np.sin(np.clip(values, 0, np.pi / 2)) ** 2
    elif scale == "freeman-tukey":
        result = _inverse_double_arcsine(values, _sizes_for(values, n))
    else:
        result = values.copy()
    return np.asarray(result)[()]


def _check_sizes(sizes: FloatArray) -> None:
    if sizes.size == 0 or not np.all(np.isfinite(sizes) & (sizes > 0)):
        raise InputError("n must be one or more finite sample sizes above 0")


def _sizes_for(values: FloatArray, n: npt.ArrayLike | None) -> FloatArray:
    if n is None:
        raise InputError(
            "a double arcsine proportion (PFT) needs n to be turned back: each study's own n, or "
            "harmonic_mean_n(n of the studies) for a pooled value"
        )
    sizes = np.asarray(n, dtype=np.float64)
    _check_sizes(sizes)
    if sizes.size != 1 and sizes.shape != values.shape:
        raise InputError(
            f"n has shape {sizes.shape}, y has {values.shape}: give one n per value, or one for all; "
            "for a pooled value that is harmonic_mean_n(n)"
        )
    return sizes if sizes.size != 1 else sizes.reshape(())


def _inverse_double_arcsine(y: FloatArray, n: FloatArray) -> FloatArray:
    lowest = np.arcsin(np.sqrt(1 / (n + 1))) / 2
    highest = np.pi / 2 - lowest
    inside = (y > lowest) & (y < highest)
    sine = np.sin(2 * np.where(inside, y, np.pi / 4))
    # Rounding can push the bracket past 1 near the middle and the ends; there the root is 0, not NaN.
    root = np.sqrt(np.clip(1 - (sine + (sine - 1 / sine) / n) ** 2, 0, 1))
    middle = (1 - np.sign(np.cos(2 * y)) * root) / 2
    result = np.where(inside, middle, np.where(y <= lowest, 0.0, 1.0))
    return np.where(np.isnan(y), np.nan, result)
