"""Rounded numbers: what rounding hides, with how many decimals they stand, counts that open a text."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from ...numbers import MINUS, file_number
from .evidence_tables import decimals_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .evidence_tables import Row

__all__ = ["column_decimals", "exact", "half_unit", "joined", "leading_count", "limits", "shown"]

# A count that opens a text, unless it is a share, a range, one of several parted by strokes, or a plan.
_LEADING = re.compile(r"\s*(\d{1,7})\b(?!\s*[./,]\s*\d|\s*%|\s*[-–−]\s*\d|\s+to\s+\d|\s*\(?\s*(?:target|planned))")


def exact(value: float) -> Fraction:
    """Return a printed number as the decimal fraction that it is.

    Examples
    --------
    >>> exact(28.57)
    Fraction(2857, 100)
    """
    return Fraction(file_number(value))


def half_unit(decimals: int) -> Fraction:
    """Return by how much a number printed with so many decimals may differ from the one that was computed.

    Examples
    --------
    >>> float(half_unit(2))
    0.005
    """
    return Fraction(1, 2 * 10**decimals)


def limits(value: float, decimals: int) -> tuple[float, float]:
    """Return the smallest and the largest number that round to a printed one, ties either way.

    Examples
    --------
    >>> limits(9.4, 1)
    (9.35, 9.45)
    """
    middle, margin = exact(value), half_unit(decimals)
    return float(middle - margin), float(middle + margin)


def column_decimals(rows: Iterable[Row], *columns: str) -> int:
    """Return with how many decimals a group of rows was printed: the most that any of their cells shows.

    A zero at the end is lost in a table of numbers; rows that were printed alike give each other's decimals back.

    Examples
    --------
    >>> column_decimals([{"mean": 17.4}, {"mean": 28.26}, {"mean": None}], "mean")
    2
    """
    return max((decimals_of(row[name]) for row in rows for name in columns if row[name] is not None), default=0)


def shown(value: float, decimals: int | None = None) -> str:
    """Return a number as people read it, with its own decimals or with those given, and a true minus.

    Examples
    --------
    >>> shown(-9.5, 2), shown(40.0)
    ('−9.50', '40')
    """
    text = file_number(value) if decimals is None else f"{value:.{decimals}f}"
    return text.replace("-", MINUS) if any(digit in "123456789" for digit in text) else text.lstrip("-")


def joined(items: Iterable[object], most: int = 12) -> str:
    """Return a list in words: all of it, or its beginning.

    Examples
    --------
    >>> joined([7, 14, 21]), joined(range(20), most=3)
    ('7, 14, 21', '0, 1, 2 …')
    """
    listed = [str(item) for item in items]
    return ", ".join(listed) if len(listed) <= most else f"{', '.join(listed[:most])} …"


def leading_count(text: str | None) -> int | None:
    """Return the whole number that opens a text; None where it is a share, a range, a list, or only planned.

    Examples
    --------
    >>> leading_count("60 in all, but arms of 40+30+30"), leading_count("40 target"), leading_count("20/20 implied")
    (60, None, None)
    """
    match = _LEADING.match(text or "")
    return int(match[1]) if match else None
