"""Confidence intervals of single proportions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..vocabulary import IntervalMethod, check_option
from .elementwise import Number, as_given, check_level, require, within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from .arrays import FloatArray

__all__ = ["proportion_interval"]

# counts beyond are not whole numbers any more, and smaller ones are no counts
_MOST, _LEAST = 1e15, 1e-9


def proportion_interval(
    events: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95, method: str = "wilson"
) -> tuple[Number, Number]:
    r"""Return a confidence interval of each proportion :math:`p = x/n`.

    With `z` the normal quantile of the level:

    ============= ==========================================================================================
    exact         Clopper and Pearson: never covers less than the level, usually more
    wilson        inverts the score test: :math:`\frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}`
    wilson-cc     the same with a correction for continuity
    agresti-coull the Wald interval of :math:`x + z^2/2` events in :math:`n + z^2` people
    wald          :math:`p \pm z\sqrt{p(1-p)/n}`: a point for no events; covers too little
    wald-cc       the same, :math:`1/(2n)` wider on each side
    ============= ==========================================================================================

    Limits below 0 or above 1 become 0 and 1.

    Parameters
    ----------
    events, n : array_like
        People with the event, of how many; NaN gives NaN. Counts need not be whole numbers.
    level : float
        Confidence level.
    method : {"exact", "wilson", "wilson-cc", "agresti-coull", "wald", "wald-cc"}
        Which interval.

    Returns
    -------
    low, high : ndarray, or two numbers if both counts are numbers

    Raises
    ------
    OptionError
        If there is no such method.
    InputError
        If events are not between 0 and `n`, `n` is not above 0 or above 1e15, counts are below 1e-9 without being 0,
        the shapes do not fit, or `level` is not between 0 and 1.

    References
    ----------
    Newcombe RG (1998). Two-sided confidence intervals for the single proportion.
    doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, methods 1 to 5. Agresti A, Coull BA (1998).
    doi:10.1080/00031305.1998.10480550

    Examples
    --------
    >>> low, high = proportion_interval([0, 16], 20)
    >>> low.round(4), high.round(4)
    (array([0.   , 0.584]), array([0.1611, 0.9193]))
    """
    from scipy.special import ndtri

    check_option("method", method, IntervalMethod)
    check_level(level)
    x, size = within(events, "events", 0, np.inf), within(n, "n", 0, np.inf, open_low=True)
    try:
        x, size = np.broadcast_arrays(x, size)
    except ValueError as error:
        raise InputError(f"events have shape {x.shape}, n has {size.shape}: give one n per count, or one n") from error
    require(~(x > size), x, "there cannot be more events than people")
    require(~(size > _MOST), size, f"n must be {_MOST:g} or fewer: beyond that people cannot be counted one by one")
    for counts in (x, size):
        require(~((counts != 0) & (counts < _LEAST)), counts, f"counts must be 0, or {_LEAST:g} or more")
    low, high = _METHODS[method](x, size, float(ndtri((1 + level) / 2)), level)
    return as_given(np.clip(low, 0, 1)), as_given(np.clip(high, 0, 1))


def _exact(x: FloatArray, n: FloatArray, z: float, level: float) -> tuple[FloatArray, FloatArray]:
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = betaincinv(np.where(x == 0, 1.0, x), n - x + 1, tail)
    high = betaincinv(x + 1, np.where(x == n, 1.0, n - x), 1 - tail)
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


def _wilson(x: FloatArray, n: FloatArray, z: float, level: float) -> tuple[FloatArray, FloatArray]:
    middle = x + z**2 / 2
    half = z * np.sqrt(x * (n - x) / n + z**2 / 4)
    total = n + z**2
    return np.where(x == 0, 0.0, (middle - half) / total), np.where(x == n, 1.0, (middle + half) / total)


def _wilson_corrected(x: FloatArray, n: FloatArray, z: float, level: float) -> tuple[FloatArray, FloatArray]:
    return _lower_corrected(x, n, z), 1 - _lower_corrected(n - x, n, z)


def _lower_corrected(x: FloatArray, n: FloatArray, z: float) -> FloatArray:
    p = x / n
    inside = np.maximum(z**2 - 2 - 1 / n + 4 * p * (n - x + 1), 0)
    # the correction takes half an event away: with no more than that the limit is 0, and its formula the other root
    return np.where(x <= 0.5, 0.0, (2 * x + z**2 - 1 - z * np.sqrt(inside)) / (2 * (n + z**2)))


def _agresti_coull(x: FloatArray, n: FloatArray, z: float, level: float) -> tuple[FloatArray, FloatArray]:
    return _wald(x + z**2 / 2, n + z**2, z, level)


def _wald(x: FloatArray, n: FloatArray, z: float, level: float) -> tuple[FloatArray, FloatArray]:
    p = x / n
    half = z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def _wald_corrected(x: FloatArray, n: FloatArray, z: float, level: float) -> tuple[FloatArray, FloatArray]:
    low, high = _wald(x, n, z, level)
    return low - 1 / (2 * n), high + 1 / (2 * n)


_METHODS: Mapping[str, Callable[[FloatArray, FloatArray, float, float], tuple[FloatArray, FloatArray]]] = (
    MappingProxyType(
        {
            "exact": _exact,
            "wilson": _wilson,
            "wilson-cc": _wilson_corrected,
            "agresti-coull": _agresti_coull,
            "wald": _wald,
            "wald-cc": _wald_corrected,
        }
    )
)
