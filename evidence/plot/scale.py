"""A result's numbers on the scale, in the unit and with the decimals that people read, the same wherever it is shown.

Ratios are given as ratios, not as logarithms; proportions as fractions, which become percent only as text.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..curate.derive.catalogue import DERIVATIONS
from ..vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..curate import Contrast
    from ..protocol import Protocol
    from ..synthesis import SynthesisResult

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
    return scale_for(result.synthesis.measure, widths=widths, unit=_unit(result))


def scale_for(measure: str, *, widths: Sequence[float] = (), unit: str = "") -> Scale:
    """Return how the values of a measure are named and written.

    Decimals: two for ratios, one for percent, and for differences two, or as many as show two figures of the width of
    the typical interval.

    Parameters
    ----------
    measure : str
        A measure's name.
    widths : sequence of float
        The widths of the intervals to be shown, in the unit of a difference.
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
    from ..effects import effect_scale, is_ratio, measure_label, null_value

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
        digits=1 if proportion else 2 if ratio else digits_for(widths),
    )


def _unit(result: SynthesisResult) -> str:
    """Return the unit of a mean difference: that of the trials, or of the outcome where there are none."""
    if result.synthesis.measure != "MD":
        return ""
    units = [str(unit) for unit in result.effects["unit"].unique()]
    declared = (*result.synthesis.units, result.protocol.outcomes[result.synthesis.outcome].unit)
    return unit_label(units[0] if len(units) == 1 else declared[0], result.protocol)


def digits_for(widths: Iterable[float]) -> int:
    """Return the decimals of differences: two, or as many as show two figures of the median width of their intervals.

    Examples
    --------
    >>> digits_for([2.4, 3.1]), digits_for([0.03]), digits_for([])
    (2, 3, 2)
    """
    known = [width for width in widths if 0 < width < math.inf]
    if not known:
        return 2
    return min(_MOST_DECIMALS, max(2, 1 - math.floor(math.log10(statistics.median(known)) + 1e-9)))


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
