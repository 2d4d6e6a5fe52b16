"""Who stands behind a result, in words: trials or reports, their names, sexes and times, and what they mix."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from ...synthesis.mixtures import mixtures

if TYPE_CHECKING:
    from ...synthesis import SynthesisResult

__all__ = [
    "arms_in_words",
    "mixed",
    "noun",
    "only_sex",
    "row_labels",
    "study_years",
    "trial_labels",
    "untimed",
]

_SEXES = ("men", "women")
_MARKS = {"retracted": "retracted", "concern": "under concern", "republished": "withdrawn and republished"}


def noun(result: SynthesisResult) -> str:
    """Return what counts as one in a synthesis: ``trial``, or ``report`` where single arms enter too."""
    return "report" if result.protocol.comparisons[result.synthesis.comparison].kind == "single-arm" else "trial"


def arms_in_words(result: SynthesisResult, position: int) -> str:
    """Return the arms of one row as ``N+D vs D``; one label where there is one arm."""
    contrast = result.contrasts[position]
    return " vs ".join(arm.label for arm in (contrast.arm_1, contrast.arm_2) if arm)


def row_labels(result: SynthesisResult) -> tuple[str, ...]:
    """Return a label for each row that entered: the trial, its arms where it has several rows, and a grave notice."""
    rows, marks = Counter(contrast.study_id for contrast in result.contrasts), _notice_marks(result)
    labels = []
    for position, contrast in enumerate(result.contrasts):
        arms = arms_in_words(result, position) if rows[contrast.study_id] > 1 else ""
        details = ", ".join(part for part in (arms, marks.get(contrast.study_id, "")) if part)
        labels.append(f"{contrast.study_label} ({details})" if details else contrast.study_label)
    return tuple(labels)


def trial_labels(result: SynthesisResult) -> dict[str, str]:
    """Return trial → label, with a grave notice, of the trials that entered, in the order of their first rows."""
    marks = _notice_marks(result)
    return {
        contrast.study_id: f"{contrast.study_label} ({marks[contrast.study_id]})"
        if contrast.study_id in marks
        else contrast.study_label
        for contrast in result.contrasts
    }


def _notice_marks(result: SynthesisResult) -> dict[str, str]:
    return {notice.study_id: _MARKS[notice.kind] for notice in reversed(result.notices) if notice.kind in _MARKS}


def study_years(result: SynthesisResult) -> dict[str, int]:
    """Return trial → year of its primary report, the earliest of several; trials whose year is not known are absent."""
    reports = result.tables["reports"]
    known = reports[(reports["role"] == "primary") & reports["year"].notna()]
    return {str(study): int(year) for study, year in known.groupby("study_id")["year"].min().items()}


def untimed(result: SynthesisResult) -> tuple[str, ...]:
    """Return the trials that entered a synthesis of a window of time without stating theirs."""
    if not result.synthesis.window:
        return ()
    return tuple(
        dict.fromkeys(contrast.study_label for contrast in result.contrasts if not math.isfinite(contrast.time_weeks))
    )


def only_sex(result: SynthesisResult) -> str:
    """Return ``men`` or ``women`` where every trial that entered is of that sex alone; else nothing."""
    studies = result.tables["studies"]
    entered = studies["study_id"].isin(result.effects["study_id"])
    sexes = {str(sex) for sex in studies.loc[entered, "sex"]}
    return next((sex for sex in _SEXES if sexes == {sex}), "")


def mixed(result: SynthesisResult) -> str:
    """Return in one clause what the trials of a result mix; empty where nothing is, or one trial stands alone.

    The cautions of the model are not in it.
    """
    if result.trials < 2:
        return ""
    parts = [_clause(text) for text in mixtures(result.effects)]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _clause(sentence: str) -> str:
    """Return a sentence as a clause: ``Times differ: 4 to 9 weeks.`` as ``times differ (4 to 9 weeks)``."""
    text = sentence[:1].lower() + sentence[1:].rstrip(".")
    what, found, which = text.partition(": ")
    return f"{what} ({which})" if found else text
