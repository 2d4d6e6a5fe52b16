"""What one synthesis shows of a claim, in the words and numbers that tables, pages and figures share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...numbers import format_number
from ...plot.forest_plot.trials import noun
from ...plot.page.scale import pooled_values, scale_of, trial_values
from ..sentences import certainty_of
from ..wording import (
    analysis_words,
    effect_cell,
    events_of,
    no_event,
    plural,
    reading,
    upper_limit,
    value_words,
)

if TYPE_CHECKING:
    from ...answers import Answer
    from ...synthesis import SynthesisResult
    from .rule import Facts

__all__ = ["SIDES", "ClaimTest", "claim_test"]

SIDES = {
    "good": "lies for it",
    "bad": "lies against it",
    "both": "one comparison lies for it, one against it",
    "": "no effect is not excluded",
}
_ROLES = {
    "how-often": "counts how often; decides nothing",
    "no-side": "names no better side",
    "beside": "tests something given beside it",
}
_CANNOT = "cannot decide it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTest:
    """What one listed synthesis shows.

    Attributes
    ----------
    synthesis, label : str
        Its id and label.
    role : {"compares", "instead", "how-often", "no-side", "beside"}
        What it can say of the claim.
    outcome : str
        The outcome in words.
    analysis : str
        The id of the analysis shown.
    rules : str
        The analysis in words, said to be a sensitivity analysis where it is one.
    kind : {"pooled", "one trial", "count", "none"}
        What is shown: a pooled result, that of one trial, none in n people of several trials, or nothing.
    trials, people, known : int
        Trials and people in the result shown; how many trials are known to belong to the question and do not enter.
    rests_on : str
        The trials and people behind the number in words; a single trial is called one. Empty without a number.
    effect : str
        The result with its interval; ``no trial found`` or ``no usable number`` without one.
    side : str
        What the interval says of the claim, in words; empty without a number.
    reading : str
        What it says of the effect, in words.
    possible : str
        Of a count: how often it can still be, as ``4.4%``; empty for comparisons.
    at_most : float
        The same as a fraction; NaN for comparisons.
    certainty : str
        As people judged it, or ``not assessed``; empty without a number.
    doubts : tuple of str
        What stands against the primary number.
    primary : bool
        Whether the primary analysis is shown.
    """

    synthesis: str
    label: str
    role: str
    outcome: str
    analysis: str
    rules: str
    kind: str
    trials: int
    people: int
    known: int
    effect: str
    rests_on: str = ""
    side: str = ""
    reading: str = ""
    possible: str = ""
    at_most: float = math.nan
    certainty: str = ""
    doubts: tuple[str, ...] = ()
    primary: bool = True


def claim_test(answer: Answer, facts: Facts, *, measurable: bool = True) -> ClaimTest:
    """Return what a synthesis shows, under the analysis that is shown of it.

    Parameters
    ----------
    answer : Answer
        The synthesis under every analysis.
    facts : Facts
        What the rule knew of it.
    measurable : bool
        Whether a measurement could decide the claim; where none could, no interval lies for or against it.
    """
    result = answer.shown
    known = sum(entry.compared for entry in result.exclusions)
    shared: dict[str, Any] = {
        "synthesis": answer.synthesis.id,
        "label": answer.synthesis.label,
        "role": facts.role,
        "outcome": result.protocol.outcomes[answer.synthesis.outcome].label,
        "analysis": result.analysis.id,
        "rules": analysis_words(result),
        "primary": result.analysis.primary,
    }
    if not result.k:
        return ClaimTest(**shared, kind="none", trials=0, people=0, known=known, effect=_nothing(result, known))
    at_most = _possible(result)
    return ClaimTest(
        **shared,
        kind="pooled" if result.pooled else "one trial" if result.trials == 1 else "count",
        trials=result.trials,
        people=result.n,
        known=known,
        effect=effect_cell(result),
        rests_on=f"{_trials(result)}, {_people(result.n)}",
        side=_said(facts) if measurable else _CANNOT,
        reading=reading(result),
        possible=_limit_words(at_most, result),
        at_most=at_most,
        certainty=certainty_of(result),
        doubts=facts.doubts,
    )


def _nothing(result: SynthesisResult, known: int) -> str:
    from ...synthesis.reason import asking

    what = noun(result)
    if not known:
        return f"no {what} found"
    asks = asking(known, result.protocol.comparisons[result.synthesis.comparison])
    return f"no usable number; {plural(known, what)} {asks}"


def _trials(result: SynthesisResult) -> str:
    return f"a single {noun(result)}" if result.trials == 1 else plural(result.trials, noun(result))


def _people(count: int) -> str:
    return f"{format_number(count, 0)} {'person' if count == 1 else 'people'}"


def _said(facts: Facts) -> str:
    if facts.role in _ROLES:
        return _ROLES[facts.role]
    lying = SIDES["both" if len(facts.shown) > 1 else "".join(facts.shown)]
    return f"{lying} (against another treatment; decides nothing)" if facts.role == "instead" else lying


def _limit_words(at_most: float, result: SynthesisResult) -> str:
    """Return an upper limit as text; one that is hardly above 0 is not rounded down to it."""
    if math.isnan(at_most):
        return ""
    return "<0.1%" if 0 < at_most < 0.0005 else value_words(at_most, scale_of(result))


def _possible(result: SynthesisResult) -> float:
    """Return the largest proportion that the counts leave possible: an upper limit, never the count itself."""
    if scale_of(result).null is not None:
        return math.nan
    if no_event(result):
        return upper_limit(events_of(result)[1], level=result.synthesis.level)
    shown = (pooled_values(result),) if result.pooled else trial_values(result)
    return max(values.ci_high for values in shown)
