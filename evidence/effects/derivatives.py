"""Numerical derivatives by central differences, with their error extrapolated away and checked."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ConvergenceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arrays import FloatArray

__all__ = ["gradient_of", "hessian_of", "slope_of"]

# Steps h, h/2, h/4, h/8: their differences err by h², which is extrapolated to the power 8.
_LEVELS = 4
_TOLERANCE = 1e-5
_UNSETTLED = (
    "a numerical derivative does not settle: the function has a corner or a jump at or near the estimates. Give its "
    "derivative"
)


def slope_of(function: Callable[[FloatArray], FloatArray], x: FloatArray, *, scale: FloatArray) -> FloatArray:
    """Return the derivative at each value of a function that works value by value.

    Parameters
    ----------
    function : callable
        Array of shape (k,) in, the same out.
    x : ndarray of shape (k,)
        Where; NaN gives NaN.
    scale : ndarray of shape (k,)
        How uncertain each value is, as its standard error: the steps are a small part of it.

    Raises
    ------
    ConvergenceError
        If the extrapolated differences do not agree, as at a corner.

    Examples
    --------
    >>> slope_of(np.exp, np.array([0.0, 1.0]), scale=np.array([0.1, 0.1])).round(6)
    array([1.      , 2.718282])
    """
    step = _steps(x, scale)
    return _derivative(lambda h: function(x + h), function(x), step, unit=np.maximum(scale, step))


def gradient_of(function: Callable[[FloatArray], FloatArray], x: FloatArray, *, scale: FloatArray) -> FloatArray:
    """Return the derivatives of q functions by p arguments, of shape (q, p).

    Parameters
    ----------
    function : callable
        Array of shape (p,) in, array of shape (q,) out.
    x : ndarray of shape (p,)
        Where.
    scale : ndarray of shape (p,)
        How uncertain each argument is, as its standard error.

    Raises
    ------
    ConvergenceError
        As for :func:`slope_of`.

    Examples
    --------
    >>> gradient_of(lambda x: np.array([x[0] * x[1]]), np.array([2.0, 3.0]), scale=np.ones(2)).round(9)
    array([[3., 2.]])
    """
    step = _steps(x, scale)
    centre = function(x)
    columns = []
    for position, direction in enumerate(np.eye(x.size)):

        def along(h: FloatArray, direction: FloatArray = direction) -> FloatArray:
            return function(x + h * direction)

        unit = np.maximum(scale[position], step[position])
        columns.append(_derivative(along, centre, step[position], unit=unit))
    return np.stack(columns, axis=1)


def hessian_of(function: Callable[[FloatArray], FloatArray], x: FloatArray, *, scale: FloatArray) -> FloatArray:
    """Return the second derivatives of q functions by p arguments, of shape (q, p, p).

    Parameters
    ----------
    function, x, scale
        As for :func:`gradient_of`.

    Raises
    ------
    ConvergenceError
        As for :func:`slope_of`.

    Examples
    --------
    >>> hessian_of(lambda x: np.array([x[0] * x[1]]), np.array([2.0, 3.0]), scale=np.ones(2)).round(6) + 0.0
    array([[[0., 1.],
            [1., 0.]]])
    """
    # a second difference divides rounding by h², so its steps are longer
    step = 30 * _steps(x, scale)
    centre = function(x)
    result = np.zeros((centre.size, x.size, x.size))
    for i in range(x.size):
        for j in range(i + 1):
            scaled = []
            for part in _halved(1.0):
                a, b = np.zeros(x.size), np.zeros(x.size)
                a[i], b[j] = part * step[i], part * step[j]
                outer = function(x + a + b) - function(x + a - b) - function(x - a + b) + function(x - a - b)
                scaled.append(outer / (4 * a[i] * b[j]))
            size = np.abs(centre) / max(float(scale[i]), float(step[i])) / max(float(scale[j]), float(step[j]))
            result[:, i, j] = result[:, j, i] = _settled(_extrapolate(scaled), size)
    return result


def _derivative(
    along: Callable[[FloatArray], FloatArray], centre: FloatArray, step: FloatArray, *, unit: FloatArray
) -> FloatArray:
    """Return the derivative at 0 of a function of the way gone, which is `centre` there; `unit` is a long way."""
    ways = _halved(step)
    ends = [(along(h), along(-h)) for h in ways]
    with np.errstate(invalid="ignore"):
        size = np.max([np.abs(centre), *(np.abs(end) for end in ends[0])], axis=0) / unit
    slopes = [(above - below) / (2 * h) for (above, below), h in zip(ends, ways, strict=True)]
    # what the slope changes by at the centre shrinks with the step, but not at a corner
    widest, narrowest = (np.abs((ends[i][0] - centre) - (centre - ends[i][1])) / ways[i] for i in (0, -1))
    derivative = _settled(_extrapolate(slopes), size)
    with np.errstate(invalid="ignore"):
        corner = (narrowest > widest / 2) & (narrowest > _TOLERANCE * (np.abs(derivative) + 1e-3 * size))
    if np.any(corner):
        raise ConvergenceError(_UNSETTLED)
    return derivative


def _steps(x: FloatArray, scale: FloatArray) -> FloatArray:
    """Return first steps: a hundredth of the uncertainty, or where there is none a hundred-thousandth of the value."""
    small = np.maximum(np.abs(x) * 1e-5, np.where(x == 0, 1e-5, 0.0) * np.where(scale > 0, 0.0, 1.0))
    step: FloatArray = np.maximum(0.01 * scale, small)
    return step


def _halved(step: FloatArray | float) -> list[FloatArray]:
    return [np.asarray(step) / 2**level for level in range(_LEVELS)]


def _extrapolate(differences: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return Richardson's extrapolation of differences for halved steps, and how far its last stage moved."""
    table = differences
    moved = np.zeros_like(differences[0])
    for power in range(1, len(differences)):
        factor = 4.0**power
        table = [(factor * fine - coarse) / (factor - 1) for coarse, fine in pairwise(table)]
        if len(table) == 2:
            moved = np.abs(table[1] - table[0])
    return table[0], moved


def _settled(found: tuple[FloatArray, FloatArray], size: FloatArray) -> FloatArray:
    """Return the derivative if its extrapolation agrees with itself; `size` is what counts as large for it."""
    derivative, moved = found
    with np.errstate(invalid="ignore"):
        off = moved > _TOLERANCE * (np.abs(derivative) + 1e-3 * size)
    if np.any(off):
        raise ConvergenceError(_UNSETTLED)
    return derivative
