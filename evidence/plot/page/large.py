"""Numbers of a size that nobody reads digit by digit, large or small."""

from __future__ import annotations

import math

from ...numbers import format_number

__all__ = ["readable"]

_LARGE = 1e6
_FINE = 8  # decimals that are asked for only where everything is tiny
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def readable(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals, from a million on with three figures and a power of ten.

    So is a number that eight decimals would show as zero.

    Examples
    --------
    >>> readable(18.304), readable(2979032653135524864.0), readable(-9_999_999.0)
    ('18.30', '2.98 × 10¹⁸', '−1.00 × 10⁷')
    >>> readable(1.5e-9, 8), readable(0.001, 2)
    ('1.50 × 10⁻⁹', '0.00')
    """
    lost = digits >= _FINE and 0 < abs(value) < 0.5 * 10.0**-_FINE
    if not math.isfinite(value) or (abs(value) < _LARGE and not lost):
        return format_number(value, digits)
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{format_number(float(mantissa), 2)} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"
