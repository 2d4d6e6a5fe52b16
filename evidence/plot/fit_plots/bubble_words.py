"""The bubble plot in words: the lines under it, and its alternative text, from the numbers of the model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...number_style import number_style
from ...numbers import format_effect
from ...pool.digits import decimals, show
from ..page.scale import digits_for
from .fit_points import FEWEST_STUDIES, reading

if TYPE_CHECKING:
    from ...pool import PooledResult
    from .bubble_data import BubbleData

__all__ = ["BubbleWords", "bubble_words"]

_BEYOND = 300.0  # logarithms of ratios that no axis holds


@dataclass(frozen=True, slots=True, kw_only=True)
class BubbleWords:
    """How the numbers of a bubble plot are named and written.

    Attributes
    ----------
    data : BubbleData
        The numbers, on the scale of the fit.
    name : str
        The effect in words.
    ratio : bool
        Whether effects are ratios, and the fit's numbers their logarithms.
    null : float or None
        No effect, on the scale of the fit.
    level : str
        Level of the intervals, as ``95%``.
    numbers : str
        How numbers are written, as `evidence.number_style.number_style` takes it.
    """

    data: BubbleData
    name: str
    ratio: bool
    null: float | None
    level: str
    numbers: str

    @property
    def title(self) -> str:
        """A title in one line."""
        return f"Bubble plot: {self.name} by {self.data.moderator}, {len(self.data.labels)} studies"

    def natural(self, value: float) -> float:
        """Return an effect of the fit on the scale that people read."""
        return math.exp(min(max(value, -_BEYOND), _BEYOND)) if self.ratio else value

    def text(self, value: float) -> str:
        """Return an effect of the fit as text."""
        if self.ratio:
            return format_effect(self.natural(value), 2, ratio=True)
        return show(value, decimals([float(np.ptp(self.data.yi))], usual=2))

    def few(self) -> str:
        """Return a caution where there are few studies; empty where there are enough."""
        k = len(self.data.labels)
        if k >= FEWEST_STUDIES:
            return ""
        return f"{k} studies are few for a meta-regression; {FEWEST_STUDIES} are the least that is commonly advised."

    def notes(self, *, cut: bool, unlabelled: int) -> list[str]:
        """Return the lines under the figure.

        Parameters
        ----------
        cut : bool
            Whether a band reaches beyond the axis.
        unlabelled : int
            How many bubbles have no name beside them.
        """
        data = self.data
        notes = []
        bands = [
            f"; {words}"
            for words, values in (
                (f"darker band: {self.level} confidence interval", data.ci_low),
                (f"lighter band between dashes: {self.level} prediction interval", data.pi_low),
            )
            if np.isfinite(values).all()
        ]
        lines = "Lines" if data.levels else "Line"
        notes.append(f"Areas of bubbles: weights. {lines}: the mean by the model{''.join(bands)}.")
        if data.slope:
            notes.append(self._slope())
        if data.held:
            notes.append(f"Held at their means: {data.held_words()}.")
        if cut:
            notes.append("A band reaches beyond the axis and is cut off there.")
        if unlabelled:
            which = "1 bubble has" if unlabelled == 1 else f"{unlabelled} bubbles have"
            notes.append(f"{which} no room for a name.")
        return notes

    def _slope(self) -> str:
        """Return the coefficient in words: how the effect changes with each unit of the moderator."""
        estimate, low, high, p = self.data.slope
        style = number_style(self.numbers)
        shown = [self.natural(value) for value in (estimate, low, high)]
        known = math.isfinite(low) and math.isfinite(high)
        digits = digits_for([shown[2] - shown[1]]) if known else 3
        text = format_effect(shown[0], digits, ratio=self.ratio)
        interval = ""
        if known:
            limits = style.interval(shown[1], shown[2], digits, ratio=self.ratio)
            interval = f" ({self.level} CI {limits}; {style.p(p)})"
        return f"For each unit of {self.data.moderator}: {'times ' if self.ratio else ''}{text}{interval}."

    def told(self) -> list[str]:
        """Return every study, and the ends of the line or each level, in sentences."""
        data = self.data
        places = [data.levels[int(x)] if data.levels else _plain(x) for x in data.x]
        listed = "; ".join(
            f"{label}: {data.moderator} {place}, {self.name} {self.text(value)}"
            for label, place, value in zip(data.labels, places, data.yi, strict=True)
        )
        ends = range(len(data.grid)) if data.levels else (0, len(data.grid) - 1)
        told = "; ".join(self._at(place) for place in ends)
        return [f"{listed}.", f"{told[:1].upper()}{told[1:]}."]

    def _at(self, place: int) -> str:
        data = self.data
        at = data.levels[place] if data.levels else _plain(data.grid[place])
        words = f"at {at} the model gives {self.text(data.estimate[place])}"
        if math.isfinite(data.ci_low[place]):
            words += f" ({self.level} CI {self.text(data.ci_low[place])} to {self.text(data.ci_high[place])})"
        if math.isfinite(data.pi_low[place]):
            words += f", prediction interval {self.text(data.pi_low[place])} to {self.text(data.pi_high[place])}"
        return words


def bubble_words(fit: PooledResult, data: BubbleData, numbers: str) -> BubbleWords:
    """Return how a fit's bubble plot names and writes its numbers."""
    name, ratio, null = reading(fit.measure, float(np.abs(data.yi).max()))
    return BubbleWords(
        data=data,
        name=name,
        ratio=ratio,
        null=null,
        level=f"{100 * fit.level:g}%",
        numbers=numbers,
    )


def _plain(value: float) -> str:
    """Return a value of a moderator with up to four figures and no zeros at its end."""
    from ..page.large import readable

    text = readable(value, max(0, 3 - math.floor(math.log10(abs(value)) + 1e-9)) if value else 0)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text
