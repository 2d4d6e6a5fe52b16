"""Which questions each trial answers, under which analysis, and why it stays out of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...plot.page.scale import scale_of, trial_values
from ..wording import analysis_words, capital, effect_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...answers import Answer
    from ...synthesis import SynthesisResult

__all__ = ["Entered", "TrialQuestions", "trial_questions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A question that a trial helps to answer.

    Attributes
    ----------
    id, label : str
        The synthesis.
    effects : tuple of str
        What the trial gives, one for each comparison of its arms.
    analysis : str
        The analysis in words.
    shown : bool
        Whether that is the analysis that is shown; else only a wider one lets the trial in.
    """

    id: str
    label: str
    effects: tuple[str, ...]
    analysis: str
    shown: bool


@dataclass(slots=True, kw_only=True)
class TrialQuestions:
    """What becomes of one trial in all questions.

    Attributes
    ----------
    entered : list of Entered
        Where it enters.
    left_out : dict of str to list of (str, str)
        Reason → the questions, by id and label, that it asks and does not enter.
    others : int
        How many questions compare something else.
    """

    entered: list[Entered] = field(default_factory=list)
    left_out: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    others: int = 0


def trial_questions(trials: Iterable[str], answers: Iterable[Answer]) -> dict[str, TrialQuestions]:
    """Return for each trial where it enters, and where it could and does not, with the reason.

    Parameters
    ----------
    trials : iterable of str
        The ids of the trials.
    answers : iterable of Answer
        Every synthesis under every analysis.
    """
    found = {name: TrialQuestions() for name in trials}
    for answer in answers:
        inside: set[str] = set()
        for result in (answer.shown, *(entry for entry in answer.distinct.values() if entry is not answer.shown)):
            fresh = {contrast.study_id for contrast in result.contrasts} - inside
            for name in sorted(fresh & set(found)):
                found[name].entered.append(_entered(name, result, shown=result is answer.shown))
            inside |= fresh
        for exclusion in answer.shown.exclusions:
            if exclusion.study_id not in found or exclusion.study_id in inside:
                continue
            if exclusion.compared:
                asked = found[exclusion.study_id].left_out.setdefault(exclusion.reason, [])
                asked.append((answer.synthesis.id, answer.synthesis.label))
            else:
                found[exclusion.study_id].others += 1
    return found


def _entered(name: str, result: SynthesisResult, *, shown: bool) -> Entered:
    scale, values = scale_of(result), trial_values(result)
    effects = [
        effect_words(value, scale)
        for contrast, value in zip(result.contrasts, values, strict=True)
        if contrast.study_id == name
    ]
    return Entered(
        id=result.id, label=result.label, effects=tuple(effects), analysis=capital(analysis_words(result)), shown=shown
    )
