"""Published numbers as text, with the digits with which they were printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...numbers import MINUS, file_number, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["effect_as_printed", "measure_name", "number_as_printed", "p_as_printed"]

_P_VALUE = re.compile(r"^[<>=≤≥]?\s*\d*\.?\d")
_LEVEL = 0.95


def measure_name(measure: str) -> str:
    """Return a printed measure without what stands in brackets behind it.

    Examples
    --------
    >>> measure_name("OR (adjusted)"), measure_name("")
    ('OR', '')
    """
    return measure.partition("(")[0].strip()


def number_as_printed(value: float | None, decimals: int | None = None) -> str:
    """Return a printed number with a true minus; empty where there is none.

    Parameters
    ----------
    value : float or None
        The number.
    decimals : int, optional
        With how many decimals it was printed; by default as many as it needs.

    Examples
    --------
    >>> number_as_printed(-13.7, 2), number_as_printed(88.0), number_as_printed(None)
    ('−13.70', '88', '')
    """
    if value is None:
        return ""
    return file_number(value).replace("-", MINUS) if decimals is None else format_number(value, decimals)


def effect_as_printed(row: Mapping[str, Any]) -> str:
    """Return estimate and interval of a row of ``reviews``.

    Numbers that stand together were printed with the same decimals: a zero at the end, which tables of numbers lose,
    comes back.

    Parameters
    ----------
    row : mapping
        A row, with None where a cell is empty.

    Examples
    --------
    >>> effect_as_printed({"estimate": 18.11, "ci_low": 13.7, "ci_high": 22.52, "ci_level": 0.95})
    '18.11 (13.70 to 22.52)'
    >>> effect_as_printed({"estimate": None, "ci_low": None, "ci_high": None, "ci_level": None})
    ''
    """
    from ...curate.integrity.ranges import decimals_among

    values = [row["estimate"], row["ci_low"], row["ci_high"]]
    decimals = decimals_among(values)
    estimate, low, high = (number_as_printed(value, decimals) for value in values)
    if not (low or high):
        return estimate
    level = row["ci_level"]
    other = f"{number_as_printed(100 * level)}% " if level is not None and level != _LEVEL else ""
    interval = f"({other}{low or 'not printed'} to {high or 'not printed'})"
    return f"{estimate} {interval}".strip()


def p_as_printed(text: str) -> str:
    """Return a p-value, or the words that stand in its place, as printed.

    Examples
    --------
    >>> p_as_printed("<0.00001"), p_as_printed("0.05"), p_as_printed("not significant"), p_as_printed("")
    ('p <0.00001', 'p 0.05', 'p: “not significant”', '')
    """
    if not text:
        return ""
    return f"p {text}" if _P_VALUE.match(text) else f"p: “{text}”"
