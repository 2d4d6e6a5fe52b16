"""A result's numbers on the scale, in the unit and with the decimals that people read, the same wherever it is shown.

Ratios are given as ratios, not as logarithms; proportions as fractions, which become percent only as text.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...curate.derive.catalogue import DERIVATIONS
from ...vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from ...curate import Contrast
    from ...protocol import Protocol
    from ...synthesis import SynthesisResult

__all__ = [
    "Scale",
    "Values",
    "digits_for",
    "pooled_values",
    "scale_for",
    "scale_of",
    "step_label",
    "steps_in_words",
    "trial_values",
    "unit_label",
]

_SYMBOLS = {"SMD": "Hedges' g", "SMDH": "Hedges' g (unequal variances)", "PETO": "Peto OR"}
_PROPORTIONS = allowed(ProportionMeasure)
_MOST_DECIMALS = 8
_TOLD_APART = 0.02  # the narrowest interval of a ratio whose limits two decimals tell apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """An effect with its intervals on the natural scale; NaN where there is none.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        The effect and its confidence interval.
    pi_low, pi_high : float
        The prediction interval.
    """

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float = math.nan
    pi_high: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How the values of one result are named and written.

    Attributes
    ----------
    symbol : str
        The measure's short name, as ``RR`` or ``Hedges' g``.
    name : str
        The measure in words, in lower case.
    unit : str
        The unit as people write it, as ``mg/dl``; empty where the measure has none.
    ratio : bool
        Whether values are ratios.
    null : float or None
        No effect; None for a single proportion.
    factor : float
        What a value is multiplied by before it is written: 100 for proportions, else 1.
    digits : int
        Decimals.
    """

    symbol: str
    name: str
    unit: str
    ratio: bool
    null: float | None
    factor: float
    digits: int


def unit_label(unit: str, protocol: Protocol) -> str:
    """Return a unit of the tables as people write it; a unit that is not stated is not written."""
    return "" if unit == "not-stated" else protocol.label_of("units", unit)


def step_label(method: str, contrast: Contrast) -> str:
    """Return the name of a step in words; `contrast` is what it was done to."""
    if method == "paired":
        return f"paired, r = {contrast.correlation:g} assumed"
    if method == "paired-r":
        return f"paired, r = {contrast.correlation:.2g} from the printed test"
    return DERIVATIONS[method].title


def steps_in_words(contrast: Contrast, note: str) -> list[str]:
    """Return what stands between printed numbers and effect, be it arithmetic alone.

    Parameters
    ----------
    contrast : Contrast
        What was compared, with the steps of its derivation.
    note : str
        The effect's ``effect_note``, which says what was added to zero cells.
    """
    added = [part for part in note.split("; ") if " added to " in part or part.endswith("what was added")]
    return [*dict.fromkeys(step_label(step.method, contrast) for step in contrast.steps), *added]


def scale_of(result: SynthesisResult) -> Scale:
    """Return how the values of a result are named and written."""
    effects = result.effects
    widths = (effects["ci_high"] - effects["ci_low"]).tolist()
    scale = scale_for(result.synthesis.measure, widths=widths, unit=_unit(result))
    return replace(scale, digits=_percent_digits(effects)) if scale.unit == "%" and len(effects) else scale


def _percent_digits(effects: pd.DataFrame) -> int:
    """Return the decimals of percentages: one, or as many as show what is rare in so many people.

    1 in 100 000 is no ``0.0% (0.0% to 0.0%)``. Three events more than were counted are about the upper limit.
    """
    events, people = float(effects["events1"].sum()), float(effects["n1"].sum())
    if not people > 0:
        return 1
    return min(_MOST_DECIMALS, max(1, -math.floor(math.log10(100 * (events + 3) / people))))


def scale_for(measure: str, *, widths: Sequence[float] = (), unit: str = "") -> Scale:
    """Return how the values of a measure are named and written.

    Decimals: one for percent; for ratios and differences two, or as many more as the typical interval's width demands.

    Parameters
    ----------
    measure : str
        A measure's name.
    widths : sequence of float
        The widths of the intervals to be shown, in the unit of a difference, or of the logarithms of ratios.
    unit : str
        The unit of a difference.

    Raises
    ------
    OptionError
        If there is no such measure.

    Examples
    --------
    >>> scale_for("SMD").symbol, scale_for("RR").null, scale_for("PFT").unit, scale_for("MD", widths=[0.03]).digits
    ("Hedges' g", 1.0, '%', 3)
    """
    from ...effects import effect_scale, is_ratio, measure_label, null_value

    ratio, proportion = is_ratio(measure), measure in _PROPORTIONS
    # what is shown is no longer what its code stands for: ZCOR is Fisher's z, the number a correlation
    turned_back = not ratio and effect_scale(measure) != "none"
    return Scale(
        symbol=measure_label(measure) if proportion or turned_back else _SYMBOLS.get(measure, measure),
        name="proportion" if proportion else measure_label(measure),
        unit="%" if proportion else unit,
        ratio=ratio,
        null=null_value(measure),
        factor=100.0 if proportion else 1.0,
        digits=1 if proportion else digits_for(widths, ratio=ratio),
    )


def _unit(result: SynthesisResult) -> str:
    """Return the unit of a mean difference: that of the trials, or of the outcome where there are none."""
    if result.synthesis.measure != "MD":
        return ""
    units = [str(unit) for unit in result.effects["unit"].unique()]
    declared = (*result.synthesis.units, result.protocol.outcomes[result.synthesis.outcome].unit)
    return unit_label(units[0] if len(units) == 1 else declared[0], result.protocol)


def digits_for(widths: Iterable[float], *, ratio: bool = False) -> int:
    """Return the decimals of effects: two, or as many as show two figures of the median width of their intervals.

    Ratios keep two as long as these tell the limits apart. Their widths are those of the logarithms.

    Examples
    --------
    >>> digits_for([2.4, 3.1]), digits_for([0.03]), digits_for([])
    (2, 3, 2)
    >>> digits_for([0.03], ratio=True), digits_for([0.004], ratio=True)
    (2, 4)
    """
    known = [width for width in widths if 0 < width < math.inf]
    typical = statistics.median(known) if known else math.inf
    if not known or (ratio and typical >= _TOLD_APART):
        return 2
    return min(_MOST_DECIMALS, max(2, 1 - math.floor(math.log10(typical) + 1e-9)))


def pooled_values(result: SynthesisResult) -> Values:
    """Return the pooled effect on the natural scale.

    Raises
    ------
    NotPooledError
        If nothing was pooled.
    """
    low, high = result.pi
    estimate, ci_low, ci_high, pi_low, pi_high = result.display(result.estimate, *result.ci, low, high)
    return Values(estimate=estimate, ci_low=ci_low, ci_high=ci_high, pi_low=pi_low, pi_high=pi_high)


def trial_values(result: SynthesisResult) -> tuple[Values, ...]:
    """Return each trial's effect with its own confidence interval on the natural scale, in the order of ``effects``."""
    shown = (result.trial_display(position) for position in range(result.k))
    return tuple(Values(estimate=estimate, ci_low=low, ci_high=high) for estimate, low, high in shown)
