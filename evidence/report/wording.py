"""The words and number formats that sentences, tables and the report share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..numbers import format_effect, format_number
from ..plot.forest_plot.trials import only_sex, untimed
from ..plot.page.large import readable
from ..plot.page.scale import Scale, Values, pooled_values, scale_of, trial_values

if TYPE_CHECKING:
    from ..synthesis import SynthesisResult

__all__ = [
    "against_null",
    "analysis_words",
    "capital",
    "effect_cell",
    "effect_words",
    "events_of",
    "hidden_by_rounding",
    "interval_reading",
    "interval_words",
    "lost_in_turning_back",
    "no_event",
    "plural",
    "question",
    "reading",
    "row_reading",
    "upper_limit",
    "value_words",
    "where_and_when",
    "with_unit",
    "zero_counts",
]

_TOGETHER = ", sexes together"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "trial"), plural(2, "trial")
    ('1 trial', '2 trials')
    """
    return f"{format_number(count, 0)} {noun}{'' if count == 1 else 's'}"


def capital(text: str) -> str:
    """Return text with a capital first letter and the rest as it is; a symbol such as τ² stays small.

    Examples
    --------
    >>> capital("aspirin in men with AF"), capital("τ² by DL")
    ('Aspirin in men with AF', 'τ² by DL')
    """
    return text if "α" <= text[:1] <= "ω" else text[:1].upper() + text[1:]


def value_words(value: float, scale: Scale) -> str:
    """Return one value as text, with ``%`` for proportions and without other units."""
    shown = value * scale.factor
    text = format_effect(shown, scale.digits, ratio=True) if scale.ratio else readable(shown, scale.digits)
    return f"{text}%" if scale.unit == "%" and math.isfinite(value) else text


def interval_words(low: float, high: float, scale: Scale) -> str:
    """Return an interval as text, as ``0.49 to 2.17``."""
    return f"{value_words(low, scale)} to {value_words(high, scale)}"


def with_unit(value: float, scale: Scale) -> str:
    """Return a value with its measure and its unit, as ``MD 5.00 µm``; a proportion is a percentage alone."""
    text = value_words(value, scale)
    if scale.unit == "%":
        return text
    space = "" if scale.unit.startswith("%") or not scale.unit else " "
    return f"{scale.symbol} {text}{space}{scale.unit}".strip()


def effect_words(shown: Values, scale: Scale) -> str:
    """Return an effect with its confidence interval, as ``RR 1.89 (1.12 to 3.19)``."""
    return f"{with_unit(shown.estimate, scale)} ({interval_words(shown.ci_low, shown.ci_high, scale)})"


def zero_counts(result: SynthesisResult, position: int) -> str:
    """Return ``0/20 against 0/20`` for a row without events in either arm; else nothing."""
    row = result.effects.iloc[position]
    if row["events1"] != 0 or row["events2"] != 0:
        return ""
    return f"0/{format_number(row['n1'], 0)} against 0/{format_number(row['n2'], 0)}"


def events_of(result: SynthesisResult) -> tuple[float, float]:
    """Return the events and the people of all trials in a synthesis of proportions."""
    return float(result.effects["events1"].sum()), float(result.effects["n1"].sum())


def no_event(result: SynthesisResult) -> bool:
    """Whether a proportion is asked for and no trial that entered had an event.

    Then the spread of the transformed values only mirrors the trials' sizes, an interval from it is far too narrow,
    and only an exact limit says how much none in n can tell.
    """
    if scale_of(result).null is not None or not result.k:
        return False
    return events_of(result)[0] == 0


def lost_in_turning_back(result: SynthesisResult) -> str:
    """Return a clause where a pooled proportion is turned back to none or all, although there were some and not all.

    The inverse of the double arcsine uses one size for all groups; where sizes differ much it misleads.

    References
    ----------
    Schwarzer G, Chemaitelly H, Abu-Raddad LJ, Rücker G (2019). Seriously misleading results using inverse of
    Freeman-Tukey double arcsine transformation in meta-analysis of single proportions. doi:10.1002/jrsm.1348
    """
    if scale_of(result).null is not None or not result.pooled:
        return ""
    events, people = events_of(result)
    pooled = pooled_values(result).estimate
    if not 0 < events < people or 0 < pooled < 1:
        return ""
    shown = value_words(pooled, scale_of(result))
    return (
        f"the transformation is turned back to {shown}, which the counts contradict: group sizes differ too much for it"
    )


def upper_limit(n: float, *, level: float = 0.95) -> float:
    r"""Return the exact one-sided upper limit of a proportion with no event in `n` people, :math:`1-(1-L)^{1/n}`.

    The rule of three, 3/n, approximates it at a level of 95%.

    Parameters
    ----------
    n : float
        People, above 0.
    level : float
        Confidence level L of the one-sided limit.

    References
    ----------
    Hanley JA, Lippman-Hand A (1983). If nothing goes wrong, is everything all right? doi:10.1001/jama.249.13.1743

    Examples
    --------
    >>> round(upper_limit(20), 4)
    0.1391
    """
    return -math.expm1(math.log1p(-level) / n)


def effect_cell(result: SynthesisResult) -> str:
    """Return the effect with its interval as a table shows it; for none in n, the exact limit instead.

    Every comparison of a single trial is shown.
    """
    scale = scale_of(result)
    if no_event(result):
        n = events_of(result)[1]
        limit = value_words(upper_limit(n, level=result.synthesis.level), scale)
        return f"0 of {format_number(n, 0)} (upper {result.ci_level} limit {limit})"
    if result.pooled:
        return effect_words(pooled_values(result), scale)
    cells = []
    for position, shown in enumerate(trial_values(result)):
        zeros = zero_counts(result, position)
        cells.append(effect_words(shown, scale) + (f", {zeros}" if zeros else ""))
    return "; ".join(cells)


def reading(result: SynthesisResult) -> str:
    """Return in a few words what the interval says; empty where there is none, or no value of no effect.

    Of one trial with several comparisons, each is read, and the same words are said once.
    """
    if result.pooled:
        return row_reading(result, pooled_values(result))
    if result.trials != 1:
        return ""
    return "; ".join(dict.fromkeys(row_reading(result, shown) for shown in trial_values(result)))


def row_reading(result: SynthesisResult, shown: Values) -> str:
    """Return in a few words what one interval of a result says; empty where there is no value of no effect."""
    scale = scale_of(result)
    if scale.null is None:
        return ""
    side = against_null(shown, scale.null)
    words = interval_reading(side, hidden=hidden_by_rounding(shown, scale))
    return words + (_favours(result, above=side == "above") if side in ("above", "below") else "")


def against_null(shown: Values, null: float) -> str:
    """Return where the confidence interval lies: ``above`` or ``below`` no effect, ``across`` it, or ``none``.

    An interval that ends at no effect holds it, and one without limits lies nowhere.

    Examples
    --------
    >>> against_null(Values(estimate=1.9, ci_low=1.1, ci_high=3.2), 1.0)
    'above'
    >>> against_null(Values(estimate=1.9, ci_low=1.0, ci_high=3.6), 1.0)
    'across'
    """
    if math.isnan(shown.ci_low) or math.isnan(shown.ci_high):
        return "none"
    if shown.ci_low <= null <= shown.ci_high:
        return "across"
    return "above" if shown.ci_low > null else "below"


def interval_reading(side: str, *, hidden: bool = False) -> str:
    """Return the words for a side that `against_null` names; `hidden` as `hidden_by_rounding` finds it."""
    words = {"none": "no interval can be given", "across": "compatible with no effect"}
    return words.get(side, f"the interval excludes the null{' before rounding' if hidden else ''}")


def hidden_by_rounding(shown: Values, scale: Scale) -> bool:
    """Whether an interval excludes no effect while its limit, as printed, is that value.

    Without a word on it ``RR 1.11 (1.00 to 1.22)`` contradicts the sentence that it excludes 1.
    """
    if scale.null is None or (side := against_null(shown, scale.null)) not in ("above", "below"):
        return False
    limit = shown.ci_low if side == "above" else shown.ci_high
    return value_words(limit, scale) == value_words(scale.null, scale)


def _favours(result: SynthesisResult, *, above: bool) -> str:
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    direction = result.protocol.outcomes[result.synthesis.outcome].direction
    if direction == "unclear":
        return f"; {'higher' if above else 'lower'} with {comparison.arm_1}"
    first = above == (direction == "higher")
    name = comparison.arm_1 if first else comparison.arm_2
    return f", in favour of {'the arm ' if name.startswith(('with ', 'without ')) else ''}{name}"


def where_and_when(result: SynthesisResult) -> str:
    """Return the outcome with its time, as ``pain at 12 weeks (8 to 16)``, and who states no time."""
    outcome = result.protocol.outcomes[result.synthesis.outcome].label
    window = result.protocol.windows.get(result.synthesis.window)
    if not window:
        return outcome
    unknown = ", ".join(untimed(result))
    return f"{outcome} at {window.label}" + (f" (time not stated in {unknown})" if unknown else "")


def question(result: SynthesisResult) -> str:
    """Return the comparison with its population, as ``exercise added to a drug in men with …``."""
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    return f"{comparison.label} in {_people(result)}"


def _people(result: SynthesisResult) -> str:
    """Return the population in words; sexes are not said to be together where only one of them took part."""
    label, sex = result.protocol.populations[result.synthesis.population].label, only_sex(result)
    if not sex or _TOGETHER not in label:
        return label
    return label.replace(_TOGETHER, "").replace("people", sex, 1)


def analysis_words(result: SynthesisResult) -> str:
    """Return what the analysis is called, said to be a sensitivity analysis where it is one."""
    label = result.analysis_label
    return f"primary analysis: {label}" if result.analysis.primary else f"sensitivity analysis: {label}"
