"""The phrases of the table: people per 1000, fewer or more, lower or higher, with every record's text made harmless."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

from ...numbers import format_number
from ...plot.page.large import readable

if TYPE_CHECKING:
    from ...plot.page.scale import Values

__all__ = [
    "clean",
    "isolated",
    "measured",
    "measured_difference",
    "risk",
    "risk_difference",
    "risk_digits",
    "shift_digits",
]

# Marks that change the direction of all that follows: no label needs them, and one left open turns a whole table round.
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_MOST_DECIMALS = 6
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def clean(text: str) -> str:
    r"""Return text on one line, without control characters.

    Examples
    --------
    >>> clean("two\nlines \x1b[31mred")
    'two lines [31mred'
    """
    spaced = re.sub(r"\s+", lambda found: found.group() if found.group() in " \u00a0\u202f\u2009" else " ", text)
    kept = (mark for mark in spaced if unicodedata.category(mark) not in ("Cc", "Cs", "Zl", "Zp"))
    return "".join(mark for mark in kept if mark not in "\ufffe\uffff").strip()  # XML knows no such characters


def isolated(text: str) -> str:
    r"""Return a record's text so that it cannot turn the words and numbers around it.

    Marks of direction are taken out; text that runs from right to left is isolated, or ``1999: 10`` behind a name in
    Hebrew would be shown as ``10 :1999``.

    Examples
    --------
    >>> isolated("Smith 1999"), isolated("Smith\u202e1999")
    ('Smith 1999', 'Smith1999')
    """
    plain = _DIRECTIONS.sub("", clean(text))
    backwards = any(unicodedata.bidirectional(mark) in ("R", "AL") for mark in plain)
    return f"{_FIRST_STRONG}{plain}{_POP}" if backwards else plain


def risk_digits(comparison: float) -> int:
    """Return the decimals of people per 1000: none, but one, two and so on where fewer than ten, one … are expected.

    Examples
    --------
    >>> risk_digits(0.25), risk_digits(0.004), risk_digits(0.0004), risk_digits(0.00004)
    (0, 1, 2, 3)
    """
    if not 0 < comparison < 0.01:
        return 0
    return min(_MOST_DECIMALS, 1 - math.floor(math.log10(1000 * comparison) + 1e-9))


def shift_digits(shift: Values) -> int:
    """Return the decimals that a difference of risks needs, lest all of it be ``0 (0 to 0)``.

    Examples
    --------
    >>> from evidence.plot.page.scale import Values
    >>> shift_digits(Values(estimate=-0.0002, ci_low=-0.0003, ci_high=-0.0001))
    1
    """
    known = [abs(value) for value in (shift.estimate, shift.ci_low, shift.ci_high) if value == value]
    return risk_digits(10 * max(known, default=0.0))


def risk(value: float, digits: int = 0) -> str:
    """Return a risk as people per 1000, without the words; a dash for a limit that is none.

    Examples
    --------
    >>> risk(0.1062), risk(0.00129, 1)
    ('106', '1.3')
    """
    return format_number(1000 * value, digits) if value == value else "–"


def risk_difference(shown: Values, digits: int = 0) -> str:
    """Return a difference of risks, as ``109 fewer per 1000 (143 fewer to 57 fewer)``."""
    values = [1000 * value for value in (shown.estimate, shown.ci_low, shown.ci_high)]
    first, low, high = (_signed(value, digits, "fewer", "more") if value == value else "–" for value in values)
    return f"{first} per 1000 ({low} to {high})"


def measured(value: float, unit: str, digits: int = 2) -> str:
    """Return a value with its unit, as ``12.50 mm`` or ``40.00%``."""
    return _with_unit(readable(value, digits), unit)


def measured_difference(shown: Values, unit: str, digits: int = 2) -> str:
    """Return a difference in a unit, as ``9.75 mm lower (31.89 lower to 12.38 higher)``.

    Examples
    --------
    >>> from evidence.plot.page.scale import Values
    >>> measured_difference(Values(estimate=-9.75, ci_low=-31.89, ci_high=12.38), "mm")
    '9.75 mm lower (31.89 lower to 12.38 higher)'
    """
    values = (shown.estimate, shown.ci_low, shown.ci_high)
    units = (unit, "", "")
    first, low, high = (
        _signed(value, digits, "lower", "higher", each) for value, each in zip(values, units, strict=True)
    )
    return f"{first} ({low} to {high})"


def _signed(value: float, digits: int, below: str, above: str, unit: str = "") -> str:
    """Return a number without its sign and with the word for it; what rounds to nothing has no word."""
    text = readable(abs(value), digits)
    nothing = not any(digit in text for digit in "123456789∞")
    word = "" if nothing or value != value else below if value < 0 else above
    return f"{_with_unit(text, unit)} {word}".strip()


def _with_unit(text: str, unit: str) -> str:
    space = "" if unit.startswith("%") or not unit else " "
    return f"{text}{space}{unit}"
