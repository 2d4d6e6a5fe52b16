"""Numbers of a size that nobody reads digit by digit."""

from __future__ import annotations

import math

from ..numbers import format_number

__all__ = ["readable"]

_LARGE = 1e6
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def readable(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals, from a million on with three figures and a power of ten.

    Examples
    --------
    >>> readable(18.304), readable(2979032653135524864.0), readable(-9_999_999.0)
    ('18.30', '2.98 × 10¹⁸', '−1.00 × 10⁷')
    """
    if not math.isfinite(value) or abs(value) < _LARGE:
        return format_number(value, digits)
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{format_number(float(mantissa), 2)} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"
