"""What the pages show of each synthesis: texts, ready to be set."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...numbers import format_i2, format_number
from ...plot.forest_plot.alternative import alt_text
from ...plot.forest_plot.trials import mixed, noun
from ...plot.page.scale import Values, pooled_values, scale_of
from ..sentences import cite_synthesis
from ..wording import (
    analysis_words,
    capital,
    effect_cell,
    effect_words,
    interval_words,
    no_event,
    plural,
    reading,
    row_reading,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ...answers import Answer
    from ...plot.forest_plot.data import ForestData
    from ...protocol import Comparison, Protocol
    from ...provenance import Node
    from ...sensitivity import Sensitivity, Variation
    from ...synthesis import SynthesisResult

__all__ = ["AnalysisRow", "Group", "ReasonGroup", "SynthesisView", "view_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRow:
    """One line of numbers: a synthesis under one analysis.

    Attributes
    ----------
    analysis : str
        The analysis in words.
    primary, shown : bool
        Whether it is the primary analysis, and the one that figure and sentence show.
    k, n, effect, pi, i2 : str
        Its numbers as text; empty where there are none.
    says : str
        What the interval says, or why there is none.
    verdict : str
        Whether its conclusion is that of the analysis shown, and if not what moves.
    automatic : bool
        Whether it runs without being declared in the protocol.
    same : tuple of str
        The analyses that let in the very same numbers.
    """

    analysis: str
    primary: bool
    shown: bool
    k: str
    n: str
    effect: str
    pi: str
    i2: str
    says: str
    verdict: str = ""
    automatic: bool = False
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonGroup:
    """A reason for staying out, with the trials (id, label) that share it."""

    reason: str
    trials: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisView:
    """One synthesis, ready to be set.

    Attributes
    ----------
    id : str
        Its id, from the protocol.
    kind : {"pooled", "counted", "single", "none"}
        What there is; ``counted`` are two trials or more without any event, which is nothing to pool.
    label, short : str
        Its label, and its label without the comparison's part.
    row : AnalysisRow
        The analysis shown.
    sentence : str
        To cite.
    figures : tuple of str
        The suffixes of the figure's files; empty if none was made.
    plot : ForestData or None
        What the figure shows; None where no trial entered.
    alt : str
        The figure in words; empty if none was made.
    analyses : tuple of AnalysisRow
        Each distinct analysis.
    variations : tuple of AnalysisRow
        The result shown under other models, and without each trial.
    robust : str
        What the conclusion is robust to or depends on, in a sentence; empty where there is no number to judge.
    left_out : tuple of ReasonGroup
        The trials that make the comparison and do not enter the analysis shown.
    noun : {"trial", "report"}
        What counts as one; single arms come from reports too.
    left_count : int
        How many they are.
    tree : tuple of Node
        Choices and contrasts down to the sources.
    notes, cautions : tuple of str
        What a reader must know.
    """

    id: str
    kind: str
    label: str
    short: str
    row: AnalysisRow
    sentence: str
    figures: tuple[str, ...]
    plot: ForestData | None
    alt: str
    analyses: tuple[AnalysisRow, ...]
    variations: tuple[AnalysisRow, ...]
    robust: str
    left_out: tuple[ReasonGroup, ...]
    left_count: int
    noun: str
    tree: tuple[Node, ...]
    notes: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The syntheses of one comparison."""

    comparison: Comparison
    syntheses: tuple[SynthesisView, ...]


def view_groups(
    protocol: Protocol, answers: Mapping[str, Answer], figures: Mapping[str, Collection[str]]
) -> tuple[Group, ...]:
    """Return every synthesis, ready to be set, by comparison in the protocol's order."""
    groups: dict[str, list[SynthesisView]] = {name: [] for name in protocol.comparisons}
    for answer in answers.values():
        groups[answer.synthesis.comparison].append(_synthesis(answer, tuple(figures.get(answer.synthesis.id, ()))))
    return tuple(
        Group(comparison=protocol.comparisons[name], syntheses=tuple(views)) for name, views in groups.items() if views
    )


def _synthesis(answer: Answer, figures: tuple[str, ...]) -> SynthesisView:
    shown, sensitivity = answer.shown, answer.sensitivity
    left = [entry for entry in shown.exclusions if entry.compared]
    plot = shown.forest_data() if shown.k or figures else None
    return SynthesisView(
        id=shown.id,
        kind=_kind(shown),
        label=shown.label,
        short=capital(shown.label.split(": ", 1)[-1]),
        row=_row(shown, answer),
        sentence=cite_synthesis(shown),
        figures=figures,
        plot=plot if shown.k else None,
        alt=alt_text(plot) if plot and figures else "",
        analyses=_analyses(answer, sensitivity),
        variations=tuple(_of_model(entry, answer, sensitivity) for entry in sensitivity.variations if _of_shown(entry)),
        robust=sensitivity.sentence if sensitivity.numbers.known or answer.automatic else "",
        left_out=_reasons(shown),
        left_count=len(left),
        noun=noun(shown),
        tree=tuple(node for node in shown.explain().children if node.kind != "left-out"),
        notes=tuple(note for note in (shown.synthesis.note, *_unseen(answer)) if note),
        cautions=_cautions(shown),
    )


def _kind(result: SynthesisResult) -> str:
    if result.pooled:
        return "pooled"
    return "none" if not result.k else "single" if result.trials == 1 else "counted"


def _analyses(answer: Answer, sensitivity: Sensitivity) -> tuple[AnalysisRow, ...]:
    """Return each distinct analysis with its verdict."""
    verdicts = {entry.id: sensitivity.words(entry) for entry in sensitivity.variations if _is_told(entry)}
    rows = [
        replace(_row(result, answer), verdict=capital(verdicts.get(name, "")), automatic=name in answer.automatic)
        for name, result in answer.distinct.items()
    ]
    return tuple(rows)


def _of_shown(entry: Variation) -> bool:
    """Whether a variation is one of the model or of the trials of the result shown, and not other rules."""
    return entry.kind in ("model", "left-out")


def _is_told(entry: Variation) -> bool:
    """Whether a verdict says something that the numbers beside it do not."""
    return entry.verdict not in ("reference", "no-number", "not-judged")


def _of_model(entry: Variation, answer: Answer, sensitivity: Sensitivity) -> AnalysisRow:
    numbers, shown = entry.numbers, answer.shown
    estimate, low, high = numbers.shown
    values = Values(estimate=estimate, ci_low=low, ci_high=high)
    return AnalysisRow(
        analysis=capital(entry.label),
        primary=False,
        shown=False,
        k=str(numbers.trials),
        n=format_number(numbers.n, 0),
        effect=effect_words(values, scale_of(shown)),
        pi="",
        i2="",
        says=capital(row_reading(shown, values)),
        verdict=capital(sensitivity.words(entry)) if _is_told(entry) else "",
        automatic=True,
    )


def _row(result: SynthesisResult, answer: Answer) -> AnalysisRow:
    pi, i2 = _spread(result)
    same = [name for name, twin in answer.same_as.items() if twin == result.analysis.id]
    return AnalysisRow(
        analysis=capital(analysis_words(result)),
        primary=result.analysis.primary,
        shown=result is answer.shown,
        k=str(result.trials),
        n=format_number(result.n, 0) if result.k else "",
        effect=effect_cell(result) if result.k else "",
        pi=pi,
        i2=i2,
        says=_says(result),
        same=tuple(answer.results[name].analysis_label for name in same),
    )


def _spread(result: SynthesisResult) -> tuple[str, str]:
    if result.fit is None or no_event(result):
        return "", ""
    shown = pooled_values(result)
    pi = interval_words(shown.pi_low, shown.pi_high, scale_of(result)) if math.isfinite(shown.pi_low) else ""
    return pi, format_i2(result.fit.i2)


def _says(result: SynthesisResult) -> str:
    """Return what the interval says, or, where nothing entered, how many trials make the comparison."""
    left = sum(entry.compared for entry in result.exclusions)
    if not result.k:
        return f"{plural(left, noun(result))} in question, none can enter" if left else "No trial makes this comparison"
    told = reading(result) or ("no event" if no_event(result) else "how often, not what caused it")
    if result.trials == 1:
        several = "" if result.k == 1 else f", {result.k} comparisons"
        return capital(f"one {noun(result)}{several}, not a synthesis; {told}")
    unlike = mixed(result)
    return capital(f"{told}; {unlike}" if unlike else told)


def _reasons(result: SynthesisResult) -> tuple[ReasonGroup, ...]:
    """Return the reasons with the trials that share each, the most frequent first where many trials stay out."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in result.exclusions:
        if entry.compared:
            groups.setdefault(entry.reason, []).append((entry.study_id, entry.study_label))
    found = [ReasonGroup(reason=reason, trials=tuple(trials)) for reason, trials in groups.items()]
    return tuple(sorted(found, key=lambda group: (-len(group.trials), group.reason)))


def _unseen(answer: Answer) -> Sequence[str]:
    """Return notes on what the analysis shown leaves unsaid."""
    if answer.shown.analysis.primary:
        return ()
    return ("The primary analysis gives no pooled number; what is shown comes from wider rules, which are named.",)


def _cautions(result: SynthesisResult) -> tuple[str, ...]:
    return result.cautions if result.trials > 1 else tuple(str(notice) for notice in result.notices)
