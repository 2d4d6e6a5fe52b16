"""What stands under the table by letter: where numbers come from, what was derived, who judged what, and why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...numbers import MINUS, format_i2
from ...plot.forest_plot.heterogeneity import model_words
from ...plot.forest_plot.trials import mixed, noun, row_labels
from ...plot.page.scale import pooled_values, scale_of, steps_in_words
from ...synthesis.mixtures import doubtful
from ...tables.io import records
from ..wording import capital, interval_words, lost_in_turning_back, plural
from .words import isolated

if TYPE_CHECKING:
    from ...synthesis import SynthesisResult
    from .absolute import Absolute
    from .row import Column

__all__ = [
    "about_absolute",
    "about_certainty",
    "about_effect",
    "about_outcome",
    "about_participants",
]

_BEYOND = {
    "limit": "A limit of the interval, applied to this comparison risk, goes beyond what a risk can be: instead of it "
    "there is a dash.",
    "estimate": "The effect, applied to this comparison risk, goes beyond what a risk can be: it forecasts nothing "
    "here, and there is no number.",
}


def about_outcome(result: SynthesisResult) -> tuple[str, ...]:
    """Return which rules let rows in where they are not the primary ones, what is mixed, and retractions."""
    notes = []
    if not result.analysis.primary:
        notes.append(f"Sensitivity analysis, not the primary one: {isolated(result.analysis_label)}.")
    if unlike := mixed(result):
        notes.append(f"{capital(unlike)}.")
    return (*notes, *(isolated(str(notice)) for notice in result.notices))


def about_participants(result: SynthesisResult) -> tuple[str, ...]:
    """Return that there is one trial or two, that comparisons are more than trials, and how many stay out."""
    if not result.k:
        return ()
    what, notes = noun(result), []
    if result.trials == 1:
        names = isolated(result.contrasts[0].study_label)
        several = f", {plural(result.k, 'comparison')} that are not pooled" if result.k > 1 else ""
        notes.append(f"One {what} ({names}{several}): not pooled, and not a synthesis.")
    elif result.k > result.trials:
        notes.append(f"{plural(result.k, 'comparison')} without an arm in common, from {plural(result.trials, what)}.")
    left = sum(entry.compared for entry in result.exclusions)
    if left:
        verb = "belongs" if left == 1 else "belong"
        notes.append(f"{plural(left, f'more {what}')} {verb} here but cannot enter.")
    return tuple(notes)


def about_effect(result: SynthesisResult) -> tuple[str, ...]:
    """Return the model with the spread between trials, and every number that was not entered as printed."""
    if not result.k:
        return ()
    notes = []
    if result.fit is not None:
        shown, scale = pooled_values(result), scale_of(result)
        parts = [model_words(result.fit), f"I² = {format_i2(result.fit.i2)}"]
        if math.isfinite(shown.pi_low):
            span = interval_words(shown.pi_low, shown.pi_high, scale)
            parts.append(f"{result.ci_level} prediction interval {span}")
        notes.append("; ".join(parts) + ".")
    if lost := lost_in_turning_back(result):
        notes.append(f"{capital(lost)}.")
    notes += _derived(result)
    notes += [isolated(text) for text in doubtful(result.contrasts)]
    if result.fit is not None:
        notes += [isolated(text) for text in result.fit.cautions]
    return tuple(notes)


def _derived(result: SynthesisResult) -> list[str]:
    """Return what stands between printed numbers and effects; trials with the same steps share a sentence."""
    found: dict[str, list[str]] = {}
    rows = zip(row_labels(result), result.contrasts, result.effects["effect_note"], strict=True)
    for label, contrast, note in rows:
        if steps := steps_in_words(contrast, str(note)):
            found.setdefault(", ".join(steps), []).append(isolated(label))
    return [f"Not entered as printed: {', '.join(names)} ({steps})." for steps, names in found.items()]


def about_absolute(absolute: Absolute) -> dict[Column, tuple[str, ...]]:
    """Return, by column, where the comparison value and the SD come from, and what can be no risk."""
    beyond = (_BEYOND[absolute.beyond],) if absolute.beyond else ()
    shown = absolute.difference
    dashed = not math.isnan(shown.estimate) and math.isnan(shown.ci_low + shown.ci_high)
    return {
        "comparison": (absolute.basis,) if absolute.basis else (),
        "intervention": beyond,
        "difference": (*((absolute.sd_basis,) if absolute.sd_basis else ()), *(beyond if dashed else ())),
    }


def about_certainty(result: SynthesisResult) -> tuple[str, ...]:
    """Return who judged the certainty and why, and then each domain that took levels off or put them on.

    Of a judgement of other evidence nothing is told but that.
    """
    from ...certainty import DOMAINS, last_judged
    from ...certainty.judged import words

    found = last_judged(result)
    if found is not None and not found.current:
        return (f"The certainty was {found.text}. That judgement says nothing of the evidence in this row.",)
    rows = [
        row
        for row in records(result.tables["certainty"])
        if row["synthesis"] == result.id and row["analysis"] == result.analysis.id
    ]
    overall = next((row for row in rows if row["domain"] == "overall"), None)
    if overall is None:
        return ()
    grade = words(str(overall["certainty"])).capitalize()
    start = f", from {overall['start']} at the start" if overall["start"] else ""
    notes = [f"{grade} certainty{start}: {_why(overall)}"]
    for row in rows:
        levels = str(row["levels"] or "0").replace("-", MINUS)
        if row is not overall and levels != "0":
            domain = DOMAINS.get(str(row["domain"]), "rated up")
            notes.append(f"{domain.capitalize()} {levels}: {_why(row)}")
    return tuple(notes)


def _why(row: dict[str, object]) -> str:
    reason = isolated(str(row["reason"])).rstrip(".")
    who = ", ".join(filter(None, (isolated(str(row[name])) for name in ("judged_by", "judged_on"))))
    return f"{reason} ({who})."
