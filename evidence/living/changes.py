"""What a comparison finds, as plain data: one class for each kind of change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "NOT_ASSESSED",
    "AnalysisChange",
    "CellChange",
    "CellKind",
    "Effect",
    "FindingChange",
    "NoticeChange",
    "ProtocolChange",
    "RowChange",
    "StudyChange",
    "SynthesisChange",
    "TrialMove",
]

NOT_ASSESSED = "not assessed"
CellKind = Literal["number", "fact", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell that says something else.

    Attributes
    ----------
    table, row, column : str
        Where it stands; `row` is the key's cells joined by ``/``.
    study : str
        The trial it belongs to; empty where there is none.
    kind : {"number", "fact", "words"}
        Numbers; ids, categories, lists, dates; free text.
    before, after : str
        What stood there and what stands there, as in the file; empty is missing.
    reason : str
        Why, as far as the tables tell; empty if they do not.
    """

    table: str
    row: str
    column: str
    study: str
    kind: CellKind
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """A row that came, went, or is called otherwise.

    Attributes
    ----------
    what : {"added", "removed", "renamed"}
        What happened.
    table, row : str
        Where; of a renamed row, its new name.
    was : str
        The old name of a renamed row.
    study : str
        The trial it belongs to.
    text : str
        What it says, in a few words.
    """

    what: Literal["added", "removed", "renamed"]
    table: str
    row: str
    study: str = ""
    text: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyChange:
    """A trial that came, went, is called otherwise, or is judged otherwise.

    Attributes
    ----------
    what : {"new", "gone", "renamed", "included", "excluded", "reclassified"}
        ``included`` and ``excluded`` are trials that were there and crossed the line of the primary analysis's
        eligibility; ``reclassified`` ones changed their eligibility on one side of it.
    study, label : str
        Its id and how it is called.
    was : str
        The old id of a renamed trial.
    before, after : str
        Its eligibility.
    included : bool
        Whether the primary analysis admits it now; of one that is gone, whether it did.
    reason : str
        Why, as far as the tables tell.
    """

    what: Literal["new", "gone", "renamed", "included", "excluded", "reclassified"]
    study: str
    label: str
    before: str = ""
    after: str = ""
    included: bool = False
    reason: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChange:
    """A finding of the integrity checks that is new, gone, answered, or answered otherwise."""

    what: Literal["new", "gone", "answered", "changed"]
    finding: str
    check: str
    severity: str
    study: str
    text: str
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChange:
    """A retraction, concern or correction that a bibliographic record now links to, or no longer does."""

    what: Literal["new", "gone"]
    pmid: str
    studies: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolChange:
    """A part of the protocol that came, went or says something else.

    Attributes
    ----------
    what : {"added", "removed", "changed"}
        What happened.
    part, id, key : str
        Where: ``syntheses``, its id, and the key that changed (empty if the whole entry came or went).
    weight : {"rule", "addition", "wording"}
        Whether it changes how an answer is found, only adds something, or only changes words.
    before, after : object
        The old and the new value; None where there is none.
    """

    what: Literal["added", "removed", "changed"]
    part: str
    id: str
    key: str
    weight: Literal["rule", "addition", "wording"]
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one synthesis answers under one analysis.

    Attributes
    ----------
    analysis : str
        Its id.
    primary : bool
        Whether it is the primary one.
    answer : {"pooled", "counted", "single", "none"}
        A pooled number; trials without any event, which are not pooled; one trial; no trial.
    measure, unit : str
        What the numbers are.
    k, trials, n : int
        Comparisons, trials, people.
    estimate, ci_low, ci_high : float
        On the natural scale; NaN where there is no number.
    direction, interval, size : str
        Where estimate and interval lie, as in `evidence.sensitivity`; empty where nothing can be said.
    certainty : str
        As people judged it, or ``not assessed``.
    studies : tuple of str
        The trials that entered.
    reason : str
        Why nothing was pooled.
    text : str
        Estimate and interval as people read them; empty without a number.
    level : float or None
        The confidence level of the interval; None where result files do not tell it.
    """

    analysis: str
    primary: bool
    answer: Literal["pooled", "counted", "single", "none"]
    measure: str
    unit: str
    k: int
    trials: int
    n: int
    estimate: float
    ci_low: float
    ci_high: float
    direction: str
    interval: str
    size: str
    certainty: str
    studies: tuple[str, ...]
    reason: str
    text: str
    level: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialMove:
    """A trial that entered a synthesis, left it, or brings other numbers into it, with the reason."""

    what: Literal["entered", "left", "changed"]
    study: str
    label: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisChange:
    """One analysis of a synthesis that gives something else; None where it was or is not there."""

    analysis: str
    before: Effect | None
    after: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisChange:
    """A synthesis that answers something else, came, or went.

    Attributes
    ----------
    what : {"added", "removed", "changed"}
        What happened.
    synthesis, label : str
        Its id and how it is called.
    before, after : Effect or None
        The result that is shown of it; None where there is none.
    moved : tuple of str
        What moved of the conclusion: ``answer``, ``analysis``, ``direction``, ``interval``, ``size``, ``certainty``.
    trials : tuple of TrialMove
        What the change comes from: trials that entered, left, or changed.
    rules : tuple of str
        The parts of the protocol that changed and bear on it.
    analyses : tuple of AnalysisChange
        Each analysis that gives something else, the one shown included.
    """

    what: Literal["added", "removed", "changed"]
    synthesis: str
    label: str
    before: Effect | None
    after: Effect | None
    moved: tuple[str, ...]
    trials: tuple[TrialMove, ...]
    rules: tuple[str, ...]
    analyses: tuple[AnalysisChange, ...]

    @property
    def concludes(self) -> bool:
        """Whether the conclusion moved, and not only its numbers.

        A question that gains its first trial or loses its only one concludes nothing else: one trial is no synthesis.
        Which analysis is shown matters where both pool. A certainty that is judged for the first time moves nothing.
        """
        pooled = [effect is not None and effect.answer in ("pooled", "counted") for effect in (self.before, self.after)]
        parts = set(self.moved)
        if any(effect is not None and effect.certainty == NOT_ASSESSED for effect in (self.before, self.after)):
            parts -= {"certainty"}
        if not any(pooled):
            parts -= {"answer"}
        if not all(pooled):
            parts -= {"analysis"}
        return bool(parts)
