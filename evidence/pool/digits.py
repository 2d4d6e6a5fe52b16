"""How many digits of a fit to show: enough for its standard errors, whatever the unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..numbers import MINUS, format_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["decimals", "show", "show_interval", "show_variance"]

_MOST = 7


def decimals(se: ArrayLike, *, usual: int) -> int:
    """Return the decimals for estimates with these standard errors.

    At least two digits of the smallest standard error show; `usual` decimals where its size is ordinary, fewer
    where it is large.

    Examples
    --------
    >>> decimals([0.18], usual=4), decimals([0.18, 0.00032], usual=2), decimals([2500.0], usual=4)
    (4, 5, 0)
    """
    sizes = np.asarray(se, float).ravel()
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return usual
    needed = 1 - math.floor(math.log10(sizes.min()))
    if needed > 0:
        return max(usual, needed)
    return min(usual, 2) if needed > -2 else 0


def show(value: float, digits: int) -> str:
    """Return a number with a fixed number of decimals, or in powers of ten where that would be unreadable.

    Examples
    --------
    >>> show(-0.71453, 2), show(-7.1453e-8, 9), show(3.2e9, 0), show(float("nan"), 2)
    ('−0.71', '−7.15e−08', '3.20e+09', 'n/e')
    """
    if not math.isfinite(value) or value == 0 or (digits <= _MOST and abs(value) < 10**_MOST):
        return format_number(value, min(digits, 4) if value == 0 else digits)
    return f"{value:.2e}".replace("-", MINUS)


def show_interval(low: float, high: float, digits: int) -> str:
    """Return two limits, as ``0.49 to 2.17``.

    Examples
    --------
    >>> show_interval(-0.6, 2.45, 1)
    '−0.6 to 2.5'
    """
    return f"{show(low, digits)} to {show(high, digits)}"


def show_variance(value: float) -> str:
    """Return a variance with three significant digits, and the usual four decimals unless it is large.

    Examples
    --------
    >>> show_variance(0.31324), show_variance(0.0000123), show_variance(421.3), show_variance(1.2e-12)
    ('0.3132', '0.0000123', '421.3', '1.20e−12')
    """
    if not math.isfinite(value) or value <= 0:
        return format_number(value, 4)
    magnitude = math.floor(math.log10(value))
    return show(value, max(4, 2 - magnitude) if magnitude < 1 else max(0, 3 - magnitude))
