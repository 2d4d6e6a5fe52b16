"""What an effect means in one plain sentence: its certainty times its size, as GRADE words it.

The certainty is that of people, the direction that of the estimate. The size is named only where the protocol or the
reader says from where on a difference matters; without that, an interval that includes no effect settles nothing, and
the sentence says so.

References
----------
Santesso N, et al. GRADE guidelines 26. J Clin Epidemiol 2020;119:126-35.
https://doi.org/10.1016/j.jclinepi.2019.10.014
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...errors import InputError
from ...plot.forest_plot.trials import noun
from ...plot.page.scale import scale_of, unit_label
from ..wording import against_null, no_event, reading
from .absolute import NOTHING
from .anticipated import effects_of
from .words import isolated, measured

if TYPE_CHECKING:
    from ...plot.page.scale import Values
    from ...synthesis import SynthesisResult
    from .absolute import Absolute
    from .given import Given

__all__ = ["Size", "Thresholds", "in_important_differences", "meaning", "size_of", "statement", "thresholds_for"]

Size = Literal["unknown", "trivial", "important", "small", "moderate", "large"]
_MODALS = {"high": "", "moderate": "probably ", "low": "may "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on a difference matters.

    Attributes
    ----------
    small, moderate, large : float
        In the unit of the differences: people per 1000 for risks. NaN where nobody said.
    source : str
        Who said so, in a sentence.
    """

    small: float
    moderate: float = math.nan
    large: float = math.nan
    source: str = ""


def thresholds_for(result: SynthesisResult, absolute: Absolute | None, given: Given) -> Thresholds | None:
    """Return the thresholds of a result: those of the reader, else the protocol's minimal important difference.

    None where there are none, or where the protocol's is in another unit than the difference.

    Raises
    ------
    InputError
        If the reader's are in another unit than the difference.
    """
    if absolute is None:
        return None
    outcome = result.protocol.outcomes[result.synthesis.outcome]
    own = unit_label(outcome.unit, result.protocol)
    told = given.thresholds_of(result)
    if absolute.kind == "mean" and absolute.unit != own:
        if told is not None and not math.isnan(absolute.difference.estimate):
            raise InputError(f"thresholds of {outcome.id} are in {own}, but {result.id} is in {absolute.unit}")
        return None
    unit = "per 1000" if absolute.kind == "risk" else own
    if told is not None:
        listed = ", ".join(f"{value:g}" for value in told)
        source = f"Small, moderate and large differences begin at {listed} {unit}, as given by the reader."
        return Thresholds(small=told[0], moderate=told[1], large=told[2], source=source)
    if outcome.mid is None or absolute.kind == "risk":
        return None
    source = f"Differences matter from {outcome.mid:g} {unit} on ({isolated(outcome.mid_source)})."
    return Thresholds(small=outcome.mid, source=source)


def size_of(difference: float, thresholds: Thresholds | None) -> Size:
    """Return how large a difference is, as far as thresholds tell.

    Examples
    --------
    >>> size_of(-12.0, Thresholds(small=10)), size_of(4.0, Thresholds(small=10)), size_of(4.0, None)
    ('important', 'trivial', 'unknown')
    >>> size_of(25.0, Thresholds(small=10, moderate=20, large=30))
    'moderate'
    """
    if thresholds is None or math.isnan(difference):
        return "unknown"
    size = abs(difference)
    if size < thresholds.small:
        return "trivial"
    if math.isnan(thresholds.moderate):
        return "important"
    return "small" if size < thresholds.moderate else "moderate" if size < thresholds.large else "large"


def statement(who: str, what: str, *, certainty: str, size: Size, rises: bool) -> str:
    """Return GRADE's sentence for a certainty and a size, without its full stop.

    Parameters
    ----------
    who, what : str
        The intervention and the outcome.
    certainty : str
        ``high``, ``moderate``, ``low`` or ``very-low``.
    size : str
        As `size_of` returns it; a size that is not known is not named.
    rises : bool
        Whether the outcome is higher with the intervention.

    Examples
    --------
    >>> statement("Exercise", "pain", certainty="moderate", size="large", rises=False)
    'Exercise probably results in a large reduction in pain'
    >>> statement("Exercise", "pain", certainty="low", size="small", rises=False)
    'Exercise may reduce pain slightly'
    >>> statement("Exercise", "pain", certainty="high", size="trivial", rises=True)
    'Exercise results in little to no difference in pain'
    """
    if certainty == "very-low":
        return f"The evidence is very uncertain about the effect of {who} on {what}"
    modal = _MODALS[certainty]
    ending = "" if certainty == "low" else "s"
    if size == "trivial":
        return f"{who} {modal}result{ending} in little to no difference in {what}"
    if size == "large":
        return f"{who} {modal}result{ending} in a large {'increase' if rises else 'reduction'} in {what}"
    slightly = " slightly" if size == "small" else ""
    return f"{who} {modal}{'increase' if rises else 'reduce'}{ending} {what}{slightly}"


def meaning(
    result: SynthesisResult, *, certainty: str, absolute: Absolute | None, thresholds: Thresholds | None
) -> str:
    """Return what a row of the table means.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    certainty : str
        What people judged; empty where nobody did.
    absolute : Absolute or None
        The anticipated effect whose size counts: that of the pooled comparison risk, or of the means.
    thresholds : Thresholds or None
        As `thresholds_for` returned them.
    """
    from ...certainty.judged import words

    if not result.k:
        return "Not known from this evidence base."
    single = f"One {noun(result)}, not a synthesis. " if result.trials == 1 else ""
    if scale_of(result).null is None:
        return single + _proportion(result, certainty)
    effects = effects_of(result)
    if not certainty:
        return f"{single}It is not judged how certain this is; {_interval(result)}."
    if len(effects) > 1:
        return f"{single}{words(certainty).capitalize()} certainty; {_interval(result)}."
    return single + _judged(result, effects[0], certainty, absolute, thresholds)


def _interval(result: SynthesisResult) -> str:
    told = isolated(reading(result))
    return told.replace("compatible with no effect", "the interval is compatible with no effect")


def _proportion(result: SynthesisResult, certainty: str) -> str:
    """Return what a frequency says; it has no comparison, so nothing is said to cause it."""
    from ...certainty.judged import words

    often = "No event was seen; the limit says how often there may be one" if no_event(result) else "How often"
    said = f"{words(certainty)} certainty" if certainty else "it is not judged how certain this is"
    return f"{often}, not what caused it; {said}."


def _judged(
    result: SynthesisResult,
    effect: Values,
    certainty: str,
    absolute: Absolute | None,
    thresholds: Thresholds | None,
) -> str:
    from ...certainty.judged import words

    comparison = result.protocol.comparisons[result.synthesis.comparison]
    who, other = (_arm(isolated(name)) for name in (comparison.arm_1, comparison.arm_2))
    what = isolated(result.protocol.outcomes[result.synthesis.outcome].label)
    null = scale_of(result).null or 0.0
    side = against_null(effect, null)
    if certainty == "very-low":
        return f"{statement(who, what, certainty=certainty, size='unknown', rises=True)}, compared with {other}."
    who = who[:1].upper() + who[1:]
    if side == "none" or math.isnan(effect.estimate):
        return f"{words(certainty).capitalize()} certainty; no interval can be given."
    size = size_of(_scaled(absolute), thresholds)
    if size == "unknown" and side == "across":
        return (
            f"The evidence ({words(certainty)} certainty) does not settle whether {_small(who, comparison.arm_1)} "
            f"increases or reduces {what}, compared with {other}: the interval includes no effect, and "
            f"{'nobody said which differences matter' if thresholds is None else 'the difference is not known'}."
        )
    told = statement(who, what, certainty=certainty, size=size, rises=effect.estimate > null)
    return f"{told}, compared with {other}{_beyond(absolute, thresholds, size, side)}."


def _small(who: str, label: str) -> str:
    """Return the arm as it stands inside a sentence."""
    return who if label[:1].isupper() else who[:1].lower() + who[1:]


def _arm(name: str) -> str:
    return f"the arm {name}" if name.startswith(("with ", "without ")) else name


def _scaled(absolute: Absolute | None) -> float:
    """Return a difference in the unit of thresholds: people per 1000, or as measured."""
    if absolute is None:
        return math.nan
    return absolute.difference.estimate * (1000 if absolute.kind == "risk" else 1)


def _beyond(absolute: Absolute | None, thresholds: Thresholds | None, size: Size, side: str) -> str:
    """Return what the interval adds to a sentence on the estimate."""
    factor = 1000 if absolute is not None and absolute.kind == "risk" else 1
    if size != "trivial" and side == "across":
        shown = absolute.difference if absolute is not None and thresholds is not None else NOTHING
        other = _far(shown.ci_low if shown.estimate > 0 else shown.ci_high)
        matters = thresholds is not None and other * factor >= thresholds.small
        return f"; the interval includes no effect{', and the opposite to a degree that matters' if matters else ''}"
    if absolute is None or thresholds is None or size == "unknown":
        return ""
    ends = [_far(end) * factor for end in (absolute.difference.ci_low, absolute.difference.ci_high)]
    if size == "trivial":
        return "; the interval includes differences that matter" if max(ends) >= thresholds.small else ""
    return "; the interval includes differences too small to matter" if min(ends) < thresholds.small else ""


def _far(limit: float) -> float:
    """Return how far a limit is from none; one that goes beyond what a risk can be is farther than all that matters."""
    return math.inf if math.isnan(limit) else abs(limit)


def in_important_differences(result: SynthesisResult, absolute: Absolute | None) -> str:
    """Return a difference as a multiple of the protocol's minimal important difference; empty where there is none."""
    outcome = result.protocol.outcomes[result.synthesis.outcome]
    own = unit_label(outcome.unit, result.protocol)
    if outcome.mid is None or absolute is None or absolute.kind != "mean" or absolute.unit != own:
        return ""
    shown = absolute.difference
    if math.isnan(shown.estimate):
        return ""
    first, low, high = (measured(value / outcome.mid, "") for value in (shown.estimate, shown.ci_low, shown.ci_high))
    return f"The difference is {first} ({low} to {high}) minimal important differences of {outcome.mid:g} {own}."
