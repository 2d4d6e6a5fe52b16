"""What a printed number may have been before it was rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from ...numbers import MINUS, file_number

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Range", "decimals_among", "p_range", "parse_p", "rounded", "show", "show_p"]

_P = re.compile(r"^p?\s*([<>=≤≥]?)\s*(0?\.\d+|\d(?:\.\d+)?(?:e-\d+)?)$", re.IGNORECASE)
_SIGNS = {"": "=", "=": "=", "<": "<", "≤": "<", ">": ">", "≥": ">"}


@dataclass(frozen=True, slots=True)
class Range:
    """Everything between two numbers, both included.

    Attributes
    ----------
    low, high : float
        The limits.

    Examples
    --------
    >>> Range(0.01, 0.02).overlaps(Range(0.02, 0.5)), 0.03 in Range(0.01, 0.02)
    (True, False)
    """

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.overlaps(Range(value, value))

    def overlaps(self, other: Range) -> bool:
        """Return whether the two have a number in common; the last bits of a double do not count."""
        slack = 1e-9 * max(1.0, *(abs(limit) for limit in (self.low, other.low) if abs(limit) < 1e300))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def hull(self, other: Range) -> Range:
        """Return the smallest range that holds both."""
        return Range(min(self.low, other.low), max(self.high, other.high))

    def within(self, low: float, high: float) -> Range:
        """Return the part between two limits."""
        return Range(min(max(self.low, low), high), max(min(self.high, high), low))


def decimals_among(values: Iterable[float | None], at_least: int | None = None) -> int:
    """Return with how many decimals numbers that stand together were printed at least: the most among them.

    Examples
    --------
    >>> decimals_among([28.26, 27.7, None]), decimals_among([25.0, 60.0]), decimals_among([25.0], 1)
    (2, 0, 1)
    """
    found = [_places(file_number(value)) for value in values if value is not None]
    return max([at_least or 0, *found])


def rounded(value: float, decimals: int) -> Range:
    """Return what a number printed with so many decimals may have been.

    Examples
    --------
    >>> rounded(12.5, 1)
    Range(low=12.45, high=12.55)
    """
    half = 0.5 * 10.0**-decimals
    return Range(value - half, value + half)


def p_range(operator: str | None, value: float | None, decimals: int | None = None) -> Range | None:
    """Return the p-values that may stand behind a printed one; None where nothing is printed.

    ``=`` allows rounding to the nearest and cutting off: 0.04 is anything from 0.035 up to 0.05. The words
    `significant` and `not-significant` are read at 0.05.

    Parameters
    ----------
    operator : str, optional
        ``=``, ``<``, ``>``, ``significant`` or ``not-significant``.
    value : float, optional
        The printed number.
    decimals : int, optional
        With how many decimals; by default as many as the number has.

    Examples
    --------
    >>> p_range("<", 0.001), p_range("significant", None), p_range("≥", 0.2)
    (Range(low=0.0, high=0.001), Range(low=0.0, high=0.05), Range(low=0.2, high=1.0))
    >>> r = p_range("=", 0.12)
    >>> round(r.low, 6), round(r.high, 6)
    (0.115, 0.13)
    """
    if operator == "significant":
        return Range(0.0, 0.05)
    if operator == "not-significant":
        return Range(0.05, 1.0)
    if value is None:
        return None
    if operator in ("<", "≤"):
        return Range(0.0, value)
    if operator in (">", "≥"):
        return Range(value, 1.0)
    unit = 10.0 ** -(decimals if decimals is not None else _places(file_number(value)))
    return Range(value - unit / 2, value + unit).within(0.0, 1.0)


def parse_p(printed: str | None) -> tuple[str, float | None, int] | None:
    """Return operator, value and decimals of a p-value in words or figures; None where it is neither.

    Examples
    --------
    >>> parse_p("<.00001"), parse_p("0.060"), parse_p("not significant"), parse_p("see text")
    (('<', 1e-05, 5), ('=', 0.06, 3), ('not-significant', None, 0), None)
    """
    text = (printed or "").strip()
    lowered = text.lower()
    if lowered in ("not significant", "ns", "n.s."):
        return "not-significant", None, 0
    if lowered == "significant":
        return "significant", None, 0
    match = _P.match(text)
    if match is None:
        return None
    number = float(match.group(2))
    return (_SIGNS[match.group(1)], number, _places(match.group(2))) if 0 <= number <= 1 else None


def show(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, a true minus and no exponent where it can be read without.

    Examples
    --------
    >>> show(-0.21), show(159.87), show(1.4e-6, 2), show(25.0)
    ('−0.21', '160', '1.4e−6', '25')
    """
    text = f"{value:.{digits}g}"
    mantissa, mark, exponent = text.partition("e")
    if mark:
        text = f"{value:.0f}" if 0 < int(exponent) < 7 else f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def show_p(values: Range) -> str:
    """Return a p-value, or the range that rounding leaves to it, with two significant digits.

    Examples
    --------
    >>> show_p(Range(0.7768, 0.7831)), show_p(Range(0.48276, 0.48276)), show_p(Range(1e-12, 1.4e-6))
    ('0.78', '0.48', 'below 1.4e−6')
    """
    low, high = show(values.low, 2), show(values.high, 2)
    if low == high:
        return low
    return f"below {high}" if values.low < 1e-8 else f"{low} to {high}"


def _places(text: str) -> int:
    try:
        exponent: Any = Decimal(text).as_tuple().exponent
    except InvalidOperation:
        return 0
    return max(0, -exponent) if isinstance(exponent, int) else 0
