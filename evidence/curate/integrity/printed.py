"""Printed numbers: their decimals, what rounding may hide, and how they are shown again."""

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

_LEADING = re.compile(r"\s*(\d+)\b(?![.%])")


def column_decimals(rows: Iterable[Row], *columns: str) -> int:
    """Return with how many decimals the numbers of these columns were printed: the most among them.

    Examples
    --------
    >>> column_decimals([{"percent": 82.1}, {"percent": 88.0}, {"percent": None}], "percent")
    1
    """
    given = [row[column] for row in rows for column in columns if row[column] is not None]
    return max((decimals_of(float(value)) for value in given), default=0)


def exact(value: float) -> Fraction:
    """Return the number as it is printed, without the error of binary fractions.

    Examples
    --------
    >>> exact(28.57)
    Fraction(2857, 100)
    """
    return Fraction(file_number(float(value)))


def half_unit(decimals: int) -> Fraction:
    """Return half of the last printed place: what rounding may have taken away.

    Examples
    --------
    >>> half_unit(2)
    Fraction(1, 200)
    """
    return Fraction(1, 2 * 10**decimals)


def limits(value: float, decimals: int) -> tuple[float, float]:
    """Return the smallest and the largest number that is printed as `value`.

    Examples
    --------
    >>> limits(12.5, 1)
    (12.45, 12.55)
    """
    half = half_unit(decimals)
    return float(exact(value) - half), float(exact(value) + half)


def shown(value: float, decimals: int | None = None) -> str:
    """Return a number as it was printed, with a true minus; `decimals` gives back zeros at the end.

    Examples
    --------
    >>> shown(-0.5), shown(88.0, 1), shown(28.57)
    ('−0.5', '88.0', '28.57')
    """
    text = file_number(float(value)) if decimals is None else f"{value:.{decimals}f}"
    return text.replace("-", MINUS)


def joined(items: Iterable[object], most: int = 8) -> str:
    """Return a list in words; beyond `most` members the rest is an ellipsis.

    Examples
    --------
    >>> joined([7, 14, 21]), joined([40]), joined([])
    ('7, 14 and 21', '40', '')
    """
    words = [str(item) for item in items]
    if len(words) > most:
        return ", ".join([*words[:most], "…"])
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def leading_count(text: str | None) -> int | None:
    """Return the whole number that opens a text; None where it opens with anything else.

    Examples
    --------
    >>> leading_count("60 in all, arms of 40+30+30"), leading_count("about 20"), leading_count(None)
    (60, None, None)
    """
    match = _LEADING.match(text or "")
    return int(match.group(1)) if match else None
