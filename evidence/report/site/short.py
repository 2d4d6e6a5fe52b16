"""The evidence base in ten seconds: what is known, what is not, how sure; counted from the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...plot.forest_plot.trials import mixed, noun
from ...plot.page.scale import scale_of
from ..claims import side
from ..wording import effect_cell, plural, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...answers import Answer
    from ...base import EvidenceBase
    from ...synthesis import SynthesisResult
    from ..claims import ClaimVerdict

__all__ = ["Line", "Short", "in_ten_seconds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence; where it is about one synthesis, that has an id and a label, with which the sentence begins.

    Attributes
    ----------
    text : str
        The sentence, without the label.
    synthesis, label : str
        The synthesis that it is about; empty if it is about the base.
    """

    text: str
    synthesis: str = ""
    label: str = ""

    def __str__(self) -> str:
        """Return the whole sentence."""
        return f"{self.label}: {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """The base in three lists of sentences.

    Attributes
    ----------
    known, unknown, sure : tuple of Line
        What is known, what is not, and how sure either is.
    """

    known: tuple[Line, ...]
    unknown: tuple[Line, ...]
    sure: tuple[Line, ...]


def in_ten_seconds(base: EvidenceBase, answers: Mapping[str, Answer], verdicts: Sequence[ClaimVerdict]) -> Short:
    """Return what is known, what is not and how sure, in a few sentences that the answers give.

    Only primary analyses with two trials or more count as known.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer
        Every synthesis under every analysis.
    verdicts : sequence of ClaimVerdict
        What `judge_claims` returned.
    """
    return Short(
        known=tuple(_known(list(answers.values()))),
        unknown=tuple(Line(text=text) for text in _unknown(list(answers.values()), verdicts)),
        sure=tuple(Line(text=text) for text in _sure(base, list(answers.values()))),
    )


def _comparative(result: SynthesisResult) -> bool:
    return scale_of(result).null is not None


def _known(answers: Sequence[Answer]) -> list[Line]:
    pooled = [answer for answer in answers if answer.primary.pooled]
    compared = [answer.primary for answer in pooled if _comparative(answer.primary)]
    decided = [result for result in compared if side(result)]
    shaky = {answer.primary.id for answer in pooled if answer.sensitivity.verdict == "depends"}
    lines = [
        _line(
            result,
            f"{effect_cell(result)}, {reading(result)}{_unlike(result)}"
            f"{'; depends on the analysis' if result.id in shaky else ''}.",
        )
        for result in decided
    ]
    questions = [answer.primary for answer in answers if _comparative(answer.primary)]
    asked, rules = len(questions), questions[0].analysis_label if questions else ""
    if questions and not compared:
        who = "The one comparison cannot" if asked == 1 else f"None of the {asked} comparisons can"
        lines.append(Line(text=f"{who} be pooled by the primary rules ({rules})."))
    elif len(compared) > len(decided):
        open_ones = len(compared) - len(decided)
        who = "The one comparison is" if asked == 1 else f"{open_ones} of {asked} comparisons are"
        leave = "leaves" if asked == 1 else "leave"
        lines.append(Line(text=f"{who} pooled and {leave} the direction open."))
    often = [answer.primary for answer in answers if answer.primary.trials > 1 and not _comparative(answer.primary)]
    return lines + [_line(result, f"{effect_cell(result)}, {_counted(result)}{_unlike(result)}.") for result in often]


def _line(result: SynthesisResult, text: str) -> Line:
    return Line(text=text, synthesis=result.id, label=result.label)


def _counted(result: SynthesisResult) -> str:
    """Return how many reports stand behind a proportion, and how many say nothing that counts."""
    silent = sum(entry.compared for entry in result.exclusions)
    return f"in {plural(result.trials, noun(result))} that counted; {silent} more did not, or cannot be used"


def _unlike(result: SynthesisResult) -> str:
    unlike = mixed(result)
    return f"; {unlike}" if unlike else ""


def _unknown(answers: Sequence[Answer], verdicts: Sequence[ClaimVerdict]) -> list[str]:
    total = len(answers)
    wider = sum(answer.shown.pooled and not answer.primary.pooled for answer in answers)
    single = sum(answer.shown.trials == 1 for answer in answers)
    nothing = sum(not answer.shown.k for answer in answers)
    lines = [_how_many(total, wider, single, nothing)]
    if verdicts:
        names = ("supported", "contradicted", "uncertain", "untested")
        counts = [f"{sum(verdict.verdict == name for verdict in verdicts)} {name}" for name in names]
        lines.append(f"{plural(len(verdicts), 'popular claim')}: {', '.join(counts[:3])} and {counts[3]}.")
    return lines


def _how_many(total: int, wider: int, single: int, nothing: int) -> str:
    """Return how many questions have less than two trials in their primary analysis."""
    if not nothing and not single and not wider:
        return "Each question has two trials or more in its primary analysis; see what the intervals leave open."
    if total == 1:
        if nothing or single:
            return f"The one question has {'no trial that can be used' if nothing else 'one trial only'}."
        return "The one question can be answered only by the wider rules of a sensitivity analysis."
    return (
        f"{nothing} of {plural(total, 'question')} have no trial that can be used, {single} have one trial only, and "
        f"{wider} can be pooled only by the wider rules of a sensitivity analysis."
    )


def _sure(base: EvidenceBase, answers: Sequence[Answer]) -> list[str]:
    from ...certainty import last_judged

    found = [entry for answer in answers if (entry := last_judged(answer.shown)) is not None]
    judged = sum(entry.current for entry in found)
    bias = base.tables["risk_of_bias"]
    blank = int((bias["judgement"] == "no-information").sum())
    lines = [f"Certainty was judged for {judged} of {plural(len(answers), 'question')}."]
    if old := len(found) - judged:
        why = "the evidence has changed since, or nobody recorded what was judged"
        lines.append(f"For {old} more a judgement no longer counts: {why}.")
    if len(bias):
        lines.append(f"{blank} of {plural(len(bias), 'risk-of-bias judgement')} had to say: no information.")
    lines.append(f"On record: {plural(len(base.tables['conflicts']), 'conflict')} between or inside sources.")
    return [*lines, *([base.protocol.review.caveat] if base.protocol.review.caveat else [])]
