"""What the small conversions share: an array in, checked, and an array or a number out."""

from __future__ import annotations

from numbers import Real

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numbers import MINUS
from .arrays import BoolArray, FloatArray

__all__ = ["Number", "as_given", "check_level", "require", "to_floats", "within"]

Number = FloatArray | np.float64


def to_floats(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return values as an array of floats.

    Raises
    ------
    InputError
        If they are not numbers.

    Examples
    --------
    >>> to_floats([1, 2], "d")
    array([1., 2.])
    """
    if values is None:
        raise InputError(f"{name} is None: give a number or an array of numbers; NaN stands for a missing one")
    try:
        found = np.asarray(values)
        if found.dtype.kind in "bcSUmM":
            raise TypeError(f"{found.dtype} is no kind of number")
        return found.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must be a number or an array of numbers: {error}") from error
    except OverflowError as error:
        raise InputError(f"{name} has a whole number beyond 1.8e308, the largest that can be computed with") from error


def check_level(level: object) -> None:
    """Refuse what is no confidence level.

    Raises
    ------
    InputError
        If it is not a number between 0 and 1, or so near 1 that it cannot be told from it.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: level=95 must lie between 0 and 1, both excluded
    """
    if not isinstance(level, Real) or not 0 < float(level) < 1:
        raise InputError(f"level={level!r} must lie between 0 and 1, both excluded")
    if (1 + float(level)) / 2 == 1:
        raise InputError(f"level={level!r} cannot be told from 1; the interval would be endless")


def within(
    values: npt.ArrayLike, name: str, low: float, high: float, *, open_low: bool = False, open_high: bool = False
) -> FloatArray:
    """Return values as floats if they lie within limits; NaN may stand for a missing value.

    Parameters
    ----------
    values : array_like
        The values.
    name : str
        What a message calls them.
    low, high : float
        The limits; an infinite one is always excluded.
    open_low, open_high : bool
        Whether a limit itself is excluded.

    Raises
    ------
    InputError
        If one lies outside.

    Examples
    --------
    >>> within([0.2, 1.2], "p", 0, 1)
    Traceback (most recent call last):
    ...
    evidence.errors.InputError: p must lie between 0 and 1; found 1.2 at position 1
    """
    found = to_floats(values, name)
    with np.errstate(invalid="ignore"):
        below = found <= low if open_low or low == -np.inf else found < low
        above = found >= high if open_high or high == np.inf else found > high
    require(~(below | above), found, f"{name} must {_limits(low, high, open_low=open_low, open_high=open_high)}")
    return found


def _limits(low: float, high: float, *, open_low: bool, open_high: bool) -> str:
    bottom, top = (f"{limit:g}".replace("-", MINUS) for limit in (low, high))
    if high == np.inf:
        return f"be finite and above {bottom}" if open_low else f"be finite and {bottom} or above"
    if low == -np.inf:
        return f"be finite and below {top}" if open_high else f"be finite and {top} or below"
    excluded = " (excluded)"
    return f"lie between {bottom}{excluded if open_low else ''} and {top}{excluded if open_high else ''}"


def require(holds: BoolArray, values: FloatArray, message: str) -> None:
    """Refuse values for which something does not hold, naming the first.

    Parameters
    ----------
    holds : ndarray of bool
        For each value.
    values : ndarray
        The values, of the same shape.
    message : str
        What should hold, without a full stop.

    Raises
    ------
    InputError
        If it does not hold for one of them.

    Examples
    --------
    >>> require(np.array([True]), np.array([1.0]), "x must be above 0")
    """
    if bool(np.all(holds)):
        return
    position = int(np.flatnonzero(~np.ravel(holds))[0])
    where = f" at position {position}" if np.ndim(values) else ""
    raise InputError(f"{message}; found {np.ravel(values)[position]:g}{where}")


def as_given(result: FloatArray) -> Number:
    """Return an array, or a number where the array has no dimensions.

    Examples
    --------
    >>> as_given(np.array([1.0, 2.0])), float(as_given(np.array(1.0)))
    (array([1., 2.]), 1.0)
    """
    return np.asarray(result)[()]
