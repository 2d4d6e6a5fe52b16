"""How journals write numbers: the same figures under the conventions of AMA, APA, Vancouver and BMJ.

Digits come from `evidence.numbers`; a style only sets what stands around them: brackets, separators, signs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from .numbers import MINUS, format_interval, format_p, format_percent
from .vocabulary import check_option

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NUMBER_STYLES", "NumberStyle", "StyleName", "number_style"]

StyleName = Literal["house", "ama", "apa", "bmj", "revman", "vancouver"]


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
        The same where a limit is negative, since ``−0.6–2.4`` misleads.
    opening, closing : str
        Brackets around an interval.
    interval_words : str
        What a sentence calls a confidence interval, as ``CI`` or ``confidence interval``.
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
    """

    name: str
    separator: str = " to "
    separator_if_negative: str = " to "
    opening: str = "("
    closing: str = ")"
    interval_words: str = "CI"
    after_words: str = " "
    p_sign: str = "p"
    p_spaces: bool = True
    p_leading_zero: bool = True
    p_two_figures: bool = False

    def interval(self, low: float, high: float, digits: int = 2, *, ratio: bool = False) -> str:
        """Return the limits without brackets.

        Examples
        --------
        >>> number_style("ama").interval(0.491, 2.17), number_style("ama").interval(-0.6, 2.17)
        ('0.49-2.17', '−0.60 to 2.17')
        """
        text = format_interval(low, high, digits, separator=self.separator, ratio=ratio)
        if MINUS not in text:
            return text
        return format_interval(low, high, digits, separator=self.separator_if_negative, ratio=ratio)

    def p(self, p: float) -> str:
        """Return a p-value with its sign.

        Examples
        --------
        >>> [number_style(name).p(0.0123) for name in ("house", "ama", "apa", "bmj", "vancouver")]
        ['p = 0.012', 'P = .01', 'p = .012', 'P=0.01', 'p=0.012']
        >>> [number_style(name).p(0.0004) for name in ("house", "ama", "apa", "bmj", "vancouver")]
        ['p < 0.001', 'P < .001', 'p < .001', 'P<0.001', 'p<0.001']
        """
        digits = 3
        if self.p_two_figures and not math.isnan(p) and p >= 0.01 and not 0.045 <= p < 0.05:
            digits = 2
        text = format_p(p, digits=digits).removeprefix("p")
        if not self.p_spaces:
            text = text.replace(" ", "")
        if not self.p_leading_zero:
            text = text.replace("0.", ".")
        return f"{self.p_sign}{text}"

    def percent(self, x: float, digits: int = 0) -> str:
        """Return a percentage, given in percent."""
        return format_percent(x, digits)


_ALL = (
    NumberStyle(name="house"),
    NumberStyle(name="ama", separator="-", after_words=", ", p_sign="P", p_leading_zero=False, p_two_figures=True),
    NumberStyle(name="apa", separator=", ", separator_if_negative=", ", opening="[", closing="]", p_leading_zero=False),
    NumberStyle(name="bmj", interval_words="confidence interval", p_sign="P", p_spaces=False, p_two_figures=True),
    NumberStyle(name="revman", separator=", ", separator_if_negative=", ", opening="[", closing="]", p_sign="P"),
    NumberStyle(name="vancouver", p_spaces=False),
)
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
