"""What was published of each synthesis: the answers that the result files of a base hold."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal

from .changes import Effect
from .effects import State, Trial, certainty_in, conclusion_of, effect_text, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .snapshot import Snapshot

__all__ = ["published_states", "shown_analysis"]

_NEEDED = ("pooled", "not_pooled")


def published_states(snapshot: Snapshot) -> dict[str, dict[str, State]] | None:
    """Return synthesis → analysis → answer from the result files; None where they are not there.

    Analyses that the protocol does not declare, as those that run automatically, are left aside. What a file of its
    time does not have stays empty.
    """
    if any(name not in snapshot.published for name in _NEEDED):
        return None
    trials = _trials(snapshot)
    left = _left(snapshot)
    found: dict[str, dict[str, State]] = defaultdict(dict)
    order = list(snapshot.parts.get("analyses", {}))
    rows = [(row, name == "pooled") for name in _NEEDED for row in snapshot.published[name]]
    rows.sort(key=lambda entry: order.index(entry[0]["analysis"]) if entry[0].get("analysis") in order else len(order))
    for row, pooled in rows:
        synthesis, analysis = row.get("synthesis", ""), row.get("analysis", "")
        if analysis in order:
            same = row.get("same_as", "")
            place = (synthesis, same or analysis)
            found[synthesis][analysis] = State(
                effect=_effect(snapshot, row, trials.get(place, {}), pooled=pooled),
                trials=trials.get(place, {}),
                left=left.get(place, {}),
                same_as=same,
            )
    return dict(found)


def shown_analysis(states: Mapping[str, State], snapshot: Snapshot) -> str:
    """Return which analysis is shown of a synthesis, by the rule of `evidence.answers.Answer.shown`.

    The primary one if it pools; else the first in the protocol's order, of randomised trials, that pools; else the
    primary one if it has a trial; else the first such that has one; else the primary one.
    """
    analyses = snapshot.parts.get("analyses", {})
    primary = next((name for name, state in states.items() if state.effect.primary), next(iter(states)))
    if states[primary].effect.answer == "pooled":
        return primary
    default = snapshot.defaults.get("analyses", {}).get("randomised", ("yes",))
    wider = [name for name in states if "no" not in analyses.get(name, {}).get("randomised", default)]
    pooled = next((name for name in wider if states[name].effect.answer == "pooled"), None)
    if pooled is not None:
        return pooled
    if states[primary].effect.k:
        return primary
    return next((name for name in wider if states[name].effect.k), primary)


def _number(row: Mapping[str, str], name: str) -> float:
    try:
        return float(row.get(name) or "nan")
    except ValueError:
        return math.nan


def _count(row: Mapping[str, str], name: str) -> int:
    value = _number(row, name)
    return 0 if math.isnan(value) else round(value)


def _effect(snapshot: Snapshot, row: Mapping[str, str], trials: Mapping[str, Trial], *, pooled: bool) -> Effect:
    from ..effects import null_value

    measure, analysis, synthesis = row.get("measure", ""), row.get("analysis", ""), row.get("synthesis", "")
    numbers = tuple(_number(row, name) for name in ("display_estimate", "display_ci_low", "display_ci_high"))
    outcome = snapshot.parts.get("outcomes", {}).get(row.get("outcome", ""), {})
    unit = str(outcome.get("unit", "")) if measure == "MD" else ""
    mid = outcome.get("mid") if measure == "MD" else None
    conclusion = conclusion_of(numbers, null=null_value(measure), mid=mid)
    names = row.get("studies") or row.get("study_id") or ""
    studies = tuple(name for name in names.split(";") if name) or tuple(trials)
    k = _count(row, "k")
    answer: Literal["pooled", "counted", "single", "none"] = (
        "pooled" if pooled else "none" if not k else "single" if row.get("study_id") else "counted"
    )
    numeric = not math.isnan(numbers[0])
    return Effect(
        analysis=analysis,
        primary=bool(snapshot.parts.get("analyses", {}).get(analysis, {}).get("primary", False)),
        answer=answer,
        measure=measure,
        unit=unit,
        k=k,
        trials=len(studies) or k,
        n=_count(row, "n"),
        estimate=numbers[0],
        ci_low=numbers[1],
        ci_high=numbers[2],
        direction=conclusion.direction,
        interval=conclusion.interval,
        size=conclusion.size,
        certainty=certainty_in(snapshot, synthesis, analysis),
        studies=studies,
        reason=row.get("reason", ""),
        text=effect_text(measure, numbers, unit=unit)
        if numeric
        else "; ".join(trial.text for trial in trials.values()),
        level=None if math.isnan(_number(row, "level")) else _number(row, "level"),
    )


def _trials(snapshot: Snapshot) -> dict[tuple[str, str], dict[str, Trial]]:
    found: dict[tuple[str, str], dict[str, Trial]] = defaultdict(dict)
    for row in snapshot.published.get("effects", []):
        place = (row.get("synthesis", ""), row.get("analysis", ""))
        numbers = [_number(row, name) for name in ("display_estimate", "display_ci_low", "display_ci_high")]
        study = row.get("study_id", "")
        outcome: dict[str, Any] = snapshot.parts.get("outcomes", {}).get(_outcome(snapshot, place[0]), {})
        unit = str(outcome.get("unit", "")) if row.get("measure") == "MD" else ""
        trial = Trial(
            label=row.get("study") or study,
            numbers=(_number(row, "yi"), _number(row, "vi")),
            rows=tuple(name for name in row.get("rows", "").split(";") if name),
            text=effect_text(row.get("measure", ""), numbers, unit=unit) if not math.isnan(numbers[0]) else "",
        )
        found[place][study] = together(found[place].get(study), trial)
    return found


def _outcome(snapshot: Snapshot, synthesis: str) -> str:
    return str(snapshot.parts.get("syntheses", {}).get(synthesis, {}).get("outcome", ""))


def _left(snapshot: Snapshot) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in snapshot.published.get("exclusions", []):
        if row.get("compared") == "true":
            place = (row.get("synthesis", ""), row.get("analysis", ""))
            found[place].update(dict.fromkeys(filter(None, row.get("studies", "").split(";")), row.get("reason", "")))
    return found
