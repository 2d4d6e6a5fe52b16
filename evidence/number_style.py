"""How journals write numbers: the same figures under the conventions of AMA, APA, Vancouver and BMJ.

Digits come from `evidence.numbers`; a style only sets what stands around them: brackets, separators, signs.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from .numbers import MINUS, format_effect, format_p, format_percent
from .vocabulary import check_option

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NUMBER_STYLES", "NumberStyle", "StyleName", "number_style"]

StyleName = Literal["house", "ama", "apa", "bmj", "revman", "vancouver"]

# Beside these, a hyphen or a comma between two limits reads as a sign or as part of the number.
_MISLEADS = (MINUS, "<", ">", "∞", "×", "n/e")
_GROUPS = "\u202f"  # between thousands, as `evidence.numbers` writes them
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """How a journal writes intervals and p-values.

    Attributes
    ----------
    name : str
        As `number_style` takes it.
    separator : str
        Between the limits of an interval.
    separator_if_negative : str
        The same where a limit is negative, a bound or a power of ten, since ``−0.6–2.4`` and ``<0.01->1000`` mislead.
    opening, closing : str
        Brackets around an interval.
    interval_words, prediction_words : str
        What a sentence calls a confidence and a prediction interval, as ``CI`` or ``confidence interval``.
    after_words : str
        Between those words and the interval, as a comma in AMA style.
    p_sign : str
        The letter of a p-value.
    p_spaces : bool
        Whether spaces stand around ``=`` and ``<``.
    p_leading_zero : bool
        Whether a p-value has a zero before its point.
    p_two_figures : bool
        Whether p from 0.01 on has two decimals and below three, as AMA and BMJ ask.
    measure : {"symbol", "equals", "words"}
        How a sentence names the measure: ``RR 0.49``, ``RR = 0.49`` or ``a risk ratio of 0.49``.
    thousands : str
        Between thousands.
    group_thousands : bool
        Whether numbers from 1000 on are parted so, and not only those from 10 000 on.
    bounded_leading_zero : bool
        Whether numbers that cannot be beyond 1, as correlations, have a zero before their point.
    date : {"iso", "day-first", "month-first"}
        How a date is written: ``2026-11-22``, ``22 November 2026`` or ``November 22, 2026``.
    """

    name: str
    separator: str = " to "
    separator_if_negative: str = " to "
    opening: str = "("
    closing: str = ")"
    interval_words: str = "CI"
    prediction_words: str = "PI"
    after_words: str = " "
    p_sign: str = "p"
    p_spaces: bool = True
    p_leading_zero: bool = True
    p_two_figures: bool = False
    measure: Literal["symbol", "equals", "words"] = "symbol"
    thousands: str = _GROUPS
    group_thousands: bool = False
    bounded_leading_zero: bool = True
    date: Literal["iso", "day-first", "month-first"] = "iso"

    def interval(self, low: float, high: float, digits: int = 2, *, ratio: bool = False) -> str:
        """Return the limits without brackets.

        Examples
        --------
        >>> number_style("ama").interval(0.491, 2.17), number_style("ama").interval(-0.6, 2.17)
        ('0.49-2.17', '−0.60 to 2.17')
        """
        return self.limits(format_effect(low, digits, ratio=ratio), format_effect(high, digits, ratio=ratio))

    def limits(self, low: str, high: str) -> str:
        """Return two limits that are text already, as an interval without brackets.

        Examples
        --------
        >>> number_style("ama").limits("15.4%", "59.2%"), number_style("ama").limits("<0.01", ">1000")
        ('15.4%-59.2%', '<0.01 to >1000')
        """
        misleads = any(sign in text for sign in _MISLEADS for text in (low, high))
        return f"{low}{self.separator_if_negative if misleads else self.separator}{high}"

    def enclosed(self, words: str, level: str, limits: str, *, prediction: bool = False) -> str:
        """Return an interval with its name and level, as a sentence has it inside round brackets.

        Parameters
        ----------
        words : str
            What stands before the level, as ``exact``; usually empty.
        level : str
            As ``95%``.
        limits : str
            The interval, as `limits` gives it.

        Examples
        --------
        >>> for name in ("house", "ama", "apa", "bmj"):
        ...     print(number_style(name).enclosed("", "95%", number_style(name).limits("0.34", "0.70")))
        95% CI 0.34 to 0.70
        95% CI, 0.34-0.70
        95% CI [0.34, 0.70]
        95% confidence interval 0.34 to 0.70
        """
        name = self.prediction_words if prediction else self.interval_words
        inside = f"[{limits}]" if self.opening == "[" else limits
        return f"{words} {level} {name}{self.after_words}{inside}".strip()

    def p(self, p: float) -> str:
        """Return a p-value with its sign.

        Examples
        --------
        >>> [number_style(name).p(0.0123) for name in ("house", "ama", "apa", "bmj", "vancouver")]
        ['p = 0.012', 'P = .01', 'p = .012', 'P=0.01', 'p=0.012']
        >>> [number_style(name).p(0.0004) for name in ("house", "ama", "apa", "bmj", "vancouver")]
        ['p < 0.001', 'P < .001', 'p < .001', 'P<0.001', 'p<0.001']
        """
        digits = 2 if self.p_two_figures and not math.isnan(p) and p >= 0.01 and not 0.045 <= p < 0.05 else 3
        text = format_p(p, digits=digits).removeprefix("p")
        if self.p_two_figures and text == " = 0.010":
            text = " = 0.01"
        if self.name != "house" and p < 0.05 and text == " = 0.050":
            text = " < 0.05"  # no journal wants significance to hang on a rounding
        if not self.p_spaces:
            text = text.replace(" ", "")
        if not self.p_leading_zero:
            text = text.replace("0.", ".")
        return f"{self.p_sign}{text}"

    def equals(self, name: str, text: str) -> str:
        """Return a quantity with its value, as ``I² = 84%`` or ``I²=84%``."""
        return f"{name} = {text}" if self.p_spaces else f"{name}={text}"

    def grouped(self, text: str) -> str:
        """Return a number that is text already, with its thousands parted as the style does.

        Examples
        --------
        >>> number_style("apa").grouped("1282"), number_style("bmj").grouped("1282")
        ('1,282', '1282')
        """
        if self.thousands == _GROUPS:
            return text
        parted = text.replace(_GROUPS, self.thousands)
        if not self.group_thousands or self.thousands in parted:
            return parted
        return re.sub(r"(?<![\d.])(\d)(\d{3})(?!\d)", rf"\1{self.thousands}\2", parted)

    def bounded(self, text: str) -> str:
        """Return a number that cannot be beyond 1, without its leading zero where the style wants none.

        Examples
        --------
        >>> number_style("apa").bounded("−0.45"), number_style("apa").bounded("1.00")
        ('−.45', '1.00')
        """
        return text if self.bounded_leading_zero else re.sub(r"^([−<>]*)0\.", r"\1.", text)

    def day(self, text: str) -> str:
        """Return a date, given as ``2026-11-22`` or with a time behind it.

        Examples
        --------
        >>> [number_style(name).day("2026-11-22T10:15:00Z") for name in ("house", "bmj", "ama")]
        ['2026-11-22', '22 November 2026', 'November 22, 2026']
        """
        found = dt.date.fromisoformat(text[:10])
        if self.date == "iso":
            return found.isoformat()
        month = _MONTHS[found.month - 1]
        if self.date == "day-first":
            return f"{found.day} {month} {found.year}"
        return f"{month} {found.day}, {found.year}"

    def percent(self, x: float, digits: int = 0) -> str:
        """Return a percentage, given in percent."""
        return format_percent(x, digits)


_ALL = (
    NumberStyle(name="house"),
    NumberStyle(
        name="ama", separator="-", after_words=", ", p_sign="P", p_leading_zero=False, p_two_figures=True,
        measure="words", date="month-first",
    ),
    NumberStyle(
        name="apa", separator=", ", separator_if_negative=", ", opening="[", closing="]", p_leading_zero=False,
        measure="equals", thousands=",", group_thousands=True, bounded_leading_zero=False, date="month-first",
    ),
    NumberStyle(
        name="bmj", interval_words="confidence interval", prediction_words="prediction interval", p_sign="P",
        p_spaces=False, p_two_figures=True, measure="words", date="day-first",
    ),
    NumberStyle(
        name="revman", separator=", ", separator_if_negative=", ", opening="[", closing="]", p_sign="P",
        date="day-first",
    ),
    NumberStyle(name="vancouver", p_spaces=False, date="day-first"),
)  # fmt: skip
NUMBER_STYLES: Mapping[str, NumberStyle] = MappingProxyType({style.name: style for style in _ALL})


def number_style(name: str) -> NumberStyle:
    """Return the style called `name`.

    Raises
    ------
    OptionError
        If there is none.
    """
    check_option("style", name, tuple(NUMBER_STYLES))
    return NUMBER_STYLES[name]
