"""The number that is graded: pooled, or of one trial, on the scale of the analysis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = ["Graded", "graded"]

_APPRECIABLE_RATIO = (math.log(0.75), math.log(1.25))
_APPRECIABLE_SMD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """An estimate with its interval, and from where on an effect is appreciable, on either side of none.

    Attributes
    ----------
    estimate, low, high : float
        On the scale of the analysis: logarithms for ratios; no effect is 0.
    lower, upper : float
        The bounds of effects that do not matter; NaN where nobody said which matter.
    bounds : str
        What those bounds are, in words; empty where there are none.
    """

    estimate: float
    low: float
    high: float
    lower: float
    upper: float
    bounds: str

    @property
    def excludes_null(self) -> bool:
        """Whether the interval excludes no effect."""
        return self.low > 0 or self.high < 0

    @property
    def has_bounds(self) -> bool:
        """Whether it is known which effects matter."""
        return not math.isnan(self.upper)


def graded(result: SynthesisResult) -> Graded | None:
    """Return the number to be graded; None where there is none, or where it is a proportion, which has no null."""
    if result.synthesis.measure in allowed(ProportionMeasure) or not result.k:
        return None
    if result.fit is not None:
        estimate, (low, high) = result.estimate, result.ci
    elif result.trials == 1 and result.k == 1:
        row = result.effects.iloc[0]
        estimate, low, high = float(row["yi"]), float(row["ci_low"]), float(row["ci_high"])
    else:
        return None
    lower, upper, bounds = _appreciable(result)
    return Graded(estimate=estimate, low=low, high=high, lower=lower, upper=upper, bounds=bounds)


def _appreciable(result: SynthesisResult) -> tuple[float, float, str]:
    """Return between which bounds effects do not matter, and what the bounds are."""
    from ..effects import is_ratio

    measure = result.synthesis.measure
    outcome = result.protocol.outcomes[result.synthesis.outcome]
    if measure in ("RR", "OR"):
        low, high = _APPRECIABLE_RATIO
        return low, high, f"{measure} 0.75 and 1.25, the rough guide of GRADE"
    if is_ratio(measure):
        return math.nan, math.nan, ""
    if measure == "SMD":
        return -_APPRECIABLE_SMD, _APPRECIABLE_SMD, "0.5 SD, a rough guide"
    if measure == "MD" and outcome.mid is not None and set(result.effects["unit"]) == {outcome.unit}:
        return -outcome.mid, outcome.mid, f"the minimal important difference of {outcome.mid:g} {outcome.unit}"
    return math.nan, math.nan, ""
