"""Numbers of one result as a journal's style writes them in a sentence; the digits are those of figures and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...number_style import NumberStyle, number_style
from ...numbers import format_i2, format_number
from ...plot.forest_plot.heterogeneity import variance_text
from ...plot.page.scale import scale_of
from ..wording import value_words

if TYPE_CHECKING:
    from ...plot.page.scale import Scale
    from ...synthesis import SynthesisResult

__all__ = ["Writer", "writer_for"]

_AN = "aeioR"  # R² is spoken with a vowel
_BOUNDED = ("risk difference", "matched-pairs risk difference", "area under the curve", "common-language effect size")
_HEDGES = "Hedges' g"
_CORRELATIONS = ("correlation", "coefficient", "R²", "alpha")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How the numbers of one result stand in a sentence.

    Attributes
    ----------
    style : NumberStyle
        The journal's conventions.
    scale : Scale
        The measure, its unit and its decimals.
    level : str
        The level of the intervals, as ``95%``.
    """

    style: NumberStyle
    scale: Scale
    level: str

    def value(self, value: float) -> str:
        """Return one value, with ``%`` for proportions and without other units."""
        text = value_words(value, self.scale)
        if self.scale.name.endswith(_CORRELATIONS) or self.scale.name in _BOUNDED:
            text = self.style.bounded(text)
        return self.style.grouped(text)

    def measured(self, value: float) -> str:
        """Return a value with its measure and unit, as ``MD 5.00 µm``; a proportion is a percentage alone."""
        text = self.value(value)
        if self.scale.unit == "%":
            return text
        space = "" if self.scale.unit.startswith("%") or not self.scale.unit else " "
        amount = f"{text}{space}{self.scale.unit}"
        if not self.scale.symbol:
            return amount
        if self.style.measure == "words":
            name = f"{self.scale.name} ({_HEDGES})" if self.scale.symbol == _HEDGES else self.scale.name
            return f"{'an' if name[:1] in _AN else 'a'} {name} of {amount}"
        if self.style.measure != "equals":
            return f"{self.scale.symbol} {amount}"
        bound = amount[:1] in "<>"
        return f"{self.scale.symbol} {amount[:1]} {amount[1:]}" if bound else f"{self.scale.symbol} = {amount}"

    def ci(self, low: float, high: float, words: str = "") -> str:
        """Return a confidence interval with its name and level."""
        return self.style.enclosed(words, self.level, self.limits(low, high))

    def pi(self, low: float, high: float) -> str:
        """Return a prediction interval with its name and level."""
        return self.style.enclosed("", self.level, self.limits(low, high), prediction=True)

    def limits(self, low: float, high: float) -> str:
        """Return an interval without brackets."""
        return self.style.limits(self.value(low), self.value(high))

    def i2(self, value: float) -> str:
        """Return I²; where it cannot be estimated, that."""
        return self.style.equals("I²", format_i2(value))

    def tau2(self, value: float) -> str:
        """Return τ²."""
        return self.style.equals("τ²", self.style.grouped(variance_text(value)))

    def count(self, value: float) -> str:
        """Return a count."""
        return self.style.grouped(format_number(value, 0))

    def plural(self, count: int, noun: str) -> str:
        """Return a count with its noun."""
        return f"{self.count(count)} {noun}{'' if count == 1 else 's'}"


def writer_for(result: SynthesisResult, style: str) -> Writer:
    """Return how the numbers of a synthesis stand in a sentence.

    Raises
    ------
    OptionError
        If there is no such style.
    """
    return Writer(style=number_style(style), scale=scale_of(result), level=result.ci_level)
