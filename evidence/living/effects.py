"""What a synthesis answers under one analysis, in a form that can be compared with another day's answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from ..certainty import certainty_text, last_judged
from ..numbers import format_effect, format_number
from ..plot.page.large import readable
from ..plot.page.scale import pooled_values, scale_for, scale_of, trial_values
from ..sensitivity.conclusion import Conclusion, conclude, mid_of
from ..tables import TABLES
from .changes import NOT_ASSESSED, Effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..synthesis import SynthesisResult
    from .snapshot import Snapshot

__all__ = [
    "State",
    "Trial",
    "certainty_in",
    "conclusion_of",
    "differs",
    "effect_text",
    "readable_pair",
    "renamed_state",
    "state_of",
    "together",
    "trials_differ",
]

# Files hold ten digits; two computations of the same number agree to more.
_CLOSE = 1e-8
_MOST_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one trial brings: its comparisons' numbers, the rows that they rest on, and both as text."""

    label: str
    numbers: tuple[float, ...]
    rows: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An effect with the trials in it, and the reason for each that makes the comparison and is left out.

    `same_as` names the earlier analysis that lets in the very same numbers.
    """

    effect: Effect
    trials: Mapping[str, Trial]
    left: Mapping[str, str]
    same_as: str = ""


def certainty_in(snapshot: Snapshot, synthesis: str, analysis: str) -> str:
    """Return the certainty that people gave a synthesis; what they judged of another analysis does not count."""
    for row in snapshot.rows("certainty").values():
        overall = row.get("synthesis") == synthesis and row.get("domain") == "overall"
        if overall and row.get("certainty") and row.get("analysis", analysis) in ("", analysis):
            return row["certainty"].replace("-", " ")
    return NOT_ASSESSED


def state_of(result: SynthesisResult, snapshot: Snapshot, *, same_as: str = "") -> State:
    """Return what a synthesis answers, from its result."""
    scale, null = scale_of(result), scale_of(result).null
    numbers = _numbers(result)
    conclusion = conclusion_of(numbers, null=null, mid=mid_of(result) if result.k else None)
    text = _text(result, numbers)
    effect = Effect(
        analysis=result.analysis.id,
        primary=result.analysis.primary,
        answer=_answer(result),
        measure=result.synthesis.measure,
        unit=scale.unit,
        k=result.k,
        trials=result.trials,
        n=result.n,
        estimate=numbers[0],
        ci_low=numbers[1],
        ci_high=numbers[2],
        direction=conclusion.direction,
        interval=conclusion.interval,
        size=conclusion.size,
        certainty=_certainty_of(result, snapshot),
        studies=tuple(dict.fromkeys(str(name) for name in result.effects["study_id"])),
        reason=result.reason,
        text=text,
        level=result.synthesis.level,
    )
    left = {entry.study_id: entry.reason for entry in result.exclusions if entry.compared}
    return State(effect=effect, trials=_trials(result), left=left, same_as=same_as)


def _certainty_of(result: SynthesisResult, snapshot: Snapshot) -> str:
    """Return the certainty that people gave a result, or why it does not count; tables of judgements are read apart."""
    import pandas as pd

    if certainty_in(snapshot, result.id, result.analysis.id) == NOT_ASSESSED:
        return NOT_ASSESSED
    judgements = {
        name: pd.DataFrame(list(snapshot.rows(name).values()), dtype=object)
        .reindex(columns=list(TABLES[name].names))
        .fillna("")
        for name in ("risk_of_bias", "certainty")
    }
    judgements["certainty"]["analysis"] = judgements["certainty"]["analysis"].replace("", result.analysis.id)
    return certainty_text(last_judged(replace(result, tables={**result.tables, **judgements})))


def _answer(result: SynthesisResult) -> Literal["pooled", "counted", "single", "none"]:
    if result.pooled:
        return "pooled"
    return "none" if not result.k else "single" if result.trials == 1 else "counted"


def _numbers(result: SynthesisResult) -> tuple[float, float, float]:
    """Return the one estimate with its interval, or NaN where there is none, or several."""
    if result.pooled:
        shown = pooled_values(result)
    elif result.k == 1:
        shown = trial_values(result)[0]
    else:
        return math.nan, math.nan, math.nan
    return shown.estimate, shown.ci_low, shown.ci_high


def conclusion_of(numbers: Sequence[float], *, null: float | None, mid: float | None) -> Conclusion:
    """Return what an estimate with its interval concludes; nothing where no value stands for no effect."""
    estimate, low, high = numbers
    if null is None or math.isnan(estimate):
        return Conclusion(direction="", interval="")
    return conclude(estimate, low, high, null=null, mid=mid)


def _text(result: SynthesisResult, numbers: tuple[float, float, float]) -> str:
    scale = scale_of(result)
    if not math.isnan(numbers[0]):
        return effect_text(result.synthesis.measure, numbers, unit=scale.unit)
    if not result.k:
        return ""
    if scale.null is None:
        people = format_number(float(result.effects["n1"].sum()), 0)
        return f"{format_number(float(result.effects['events1'].sum()), 0)} of {people}"
    cells = [
        effect_text(result.synthesis.measure, (shown.estimate, shown.ci_low, shown.ci_high), unit=scale.unit)
        for shown in trial_values(result)
    ]
    return "; ".join(cells)


def _trials(result: SynthesisResult) -> dict[str, Trial]:
    found: dict[str, Trial] = {}
    unit = scale_of(result).unit
    shown = trial_values(result)
    for position, row in enumerate(result.effects.to_dict("records")):
        values = (shown[position].estimate, shown[position].ci_low, shown[position].ci_high)
        here = Trial(
            label=str(row["study"]),
            numbers=(float(row["yi"]), float(row["vi"])),
            rows=tuple(str(row["rows"]).split(";")),
            text=effect_text(result.synthesis.measure, values, unit=unit),
        )
        found[str(row["study_id"])] = together(found.get(str(row["study_id"])), here)
    return found


def together(first: Trial | None, second: Trial) -> Trial:
    """Return two comparisons of one trial as what the trial brings."""
    if first is None:
        return second
    return Trial(
        label=first.label,
        numbers=(*first.numbers, *second.numbers),
        rows=(*first.rows, *second.rows),
        text=f"{first.text}; {second.text}",
    )


def effect_text(measure: str, numbers: Sequence[float], *, unit: str = "", digits: int | None = None) -> str:
    """Return an estimate with its interval as people read them.

    Parameters
    ----------
    measure : str
        The measure; it says whether the numbers are ratios, proportions or differences.
    numbers : sequence of three floats
        Estimate and limits on the natural scale.
    unit : str
        The unit of a difference.
    digits : int, optional
        Decimals; by default as many as the interval bears.

    Examples
    --------
    >>> effect_text("RR", (1.8849, 1.12, 3.19)), effect_text("PFT", (0.125, 0.05, 0.2))
    ('RR 1.88 (1.12 to 3.19)', '12.5% (5.0% to 20.0%)')
    """
    widths = [numbers[2] - numbers[1]]
    scale = scale_for(measure, widths=widths, unit=unit)
    decimals = scale.digits if digits is None else digits

    def text(value: float) -> str:
        shown = value * scale.factor
        words = format_effect(shown, decimals, ratio=True) if scale.ratio else readable(shown, decimals)
        return f"{words}%" if scale.unit == "%" else words

    interval = f"({text(numbers[1])} to {text(numbers[2])})"
    if scale.unit == "%":
        return f"{text(numbers[0])} {interval}"
    named = f"{scale.symbol} {text(numbers[0])}{' ' if scale.unit and scale.unit[0] != '%' else ''}{scale.unit}"
    return f"{named} {interval}"


def readable_pair(before: Effect, after: Effect) -> tuple[Effect, Effect]:
    """Return two effects with as many decimals as it takes to tell them apart."""
    if before.text != after.text or not _numeric(before) or not _numeric(after):
        return before, after
    one, two = ((effect.estimate, effect.ci_low, effect.ci_high) for effect in (before, after))
    if _alike(one, two):
        return before, after
    for digits in range(2, _MOST_DIGITS + 1):
        texts = [
            effect_text(effect.measure, numbers, unit=effect.unit, digits=digits)
            for effect, numbers in ((before, one), (after, two))
        ]
        if texts[0] != texts[1]:
            return replace(before, text=texts[0]), replace(after, text=texts[1])
    return before, after


def _numeric(effect: Effect) -> bool:
    return not math.isnan(effect.estimate)


def differs(before: Effect, after: Effect) -> bool:
    """Return whether two effects say something else; numbers that agree to eight figures say the same."""
    names = ("answer", "measure", "k", "trials", "n", "certainty", "direction", "interval", "size")
    if any(getattr(before, name) != getattr(after, name) for name in names):
        return True
    if set(before.studies) != set(after.studies):
        return True
    if _numeric(before) or _numeric(after):
        one, two = ((effect.estimate, effect.ci_low, effect.ci_high) for effect in (before, after))
        return not _alike(one, two)
    return before.text != after.text


def trials_differ(before: Trial, after: Trial) -> bool:
    """Return whether a trial brings other numbers."""
    return len(before.numbers) != len(after.numbers) or not _alike(before.numbers, after.numbers)


def _alike(one: Sequence[float], two: Sequence[float]) -> bool:
    pairs: list[tuple[Any, Any]] = list(zip(one, two, strict=True))
    return all(a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=_CLOSE, abs_tol=1e-12) for a, b in pairs)


def renamed_state(state: State, names: Mapping[str, str]) -> State:
    """Return a state in which trials have their new ids."""
    if not names:
        return state
    return replace(
        state,
        effect=replace(state.effect, studies=tuple(names.get(name, name) for name in state.effect.studies)),
        trials={names.get(name, name): trial for name, trial in state.trials.items()},
        left={names.get(name, name): reason for name, reason in state.left.items()},
    )
