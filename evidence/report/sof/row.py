"""One row of the table: a synthesis with its numbers, its words and its notes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from ...numbers import format_number
from ...plot.forest_plot.trials import noun, untimed
from ...plot.page.scale import scale_of
from ..wording import capital, effect_cell, plural
from .anticipated import anticipated, effects_of
from .meaning import in_important_differences, meaning, thresholds_for
from .notes import about_certainty, about_effect, about_outcome, about_participants
from .words import isolated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...plot.page.scale import Values
    from ...synthesis import SynthesisResult
    from .absolute import Absolute
    from .given import Given

__all__ = ["COLUMNS", "Column", "SofRow", "sof_row"]

Column = Literal[
    "outcome", "participants", "effect", "comparison", "intervention", "difference", "certainty", "meaning"
]
COLUMNS: tuple[Column, ...] = (
    "outcome",
    "participants",
    "effect",
    "comparison",
    "intervention",
    "difference",
    "certainty",
    "meaning",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SofRow:
    """One outcome of a summary of findings.

    Attributes
    ----------
    synthesis, analysis : str
        Ids.
    primary : bool
        Whether it is the primary analysis.
    label : str
        The synthesis's label.
    comparison : str
        The comparison's id.
    outcome, follow_up, population : str
        In words; the follow-up is that of the trials, and empty where no time is asked for or stated.
    measure, unit : str
        The measure's name, and the unit of differences.
    trials, k, n : int
        Trials, comparisons and people that entered.
    tried : int
        Trials in question that did not enter.
    noun : str
        What counts as one: ``trial`` or ``report``.
    pooled : bool
        Whether there is a pooled number.
    reason : str
        Why there is none.
    level : float
        The level of the intervals.
    effects : tuple of Values
        The pooled effect, or each comparison of one trial, on the natural scale.
    effect_text : str
        The same as text.
    absolutes : tuple of Absolute
        The anticipated effects, one for each comparison value.
    certainty : str
        ``high``, ``moderate``, ``low``, ``very-low``, or empty where nobody judged it.
    outdated : bool
        Whether people judged it of other evidence than this, so that it is not assessed for what there is now.
    meaning : str
        The plain sentence.
    notes : mapping of str to tuple of str
        Column → its notes; those of the comparison value stand in the `absolutes`.
    """

    synthesis: str
    analysis: str
    primary: bool
    label: str
    comparison: str
    outcome: str
    follow_up: str
    population: str
    measure: str
    unit: str
    trials: int
    k: int
    n: int
    tried: int
    noun: str
    pooled: bool
    reason: str
    level: float
    effects: tuple[Values, ...]
    effect_text: str
    absolutes: tuple[Absolute, ...]
    certainty: str
    meaning: str
    outdated: bool = False
    notes: Mapping[Column, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def participants_text(self) -> str:
        """Participants and trials."""
        several = f", {plural(self.k, 'comparison')}" if self.k > self.trials else ""
        return f"{format_number(self.n, 0)} ({plural(self.trials, self.noun)}{several})"


def sof_row(result: SynthesisResult, given: Given) -> SofRow:
    """Return the row of one synthesis under one analysis.

    Parameters
    ----------
    result : SynthesisResult
        The answer.
    given : Given
        Comparison risks, SDs and thresholds that the reader gives.
    """
    from ...certainty import last_judged

    outcome = result.protocol.outcomes[result.synthesis.outcome]
    absolutes = anticipated(result, given)
    first = absolutes[0] if absolutes else None
    limits = thresholds_for(result, first, given)
    decided = last_judged(result)
    certainty = decided.certainty if decided is not None and decided.current else ""
    known = absolutes and scale_of(result).null is not None
    sizes = [limits.source] if limits and certainty and certainty != "very-low" else []
    sizes += [text] if (text := in_important_differences(result, first)) else []
    return SofRow(
        synthesis=result.id,
        analysis=result.analysis.id,
        primary=result.analysis.primary,
        label=isolated(result.label),
        comparison=result.synthesis.comparison,
        outcome=capital(isolated(outcome.label)),
        follow_up=_follow_up(result),
        population=isolated(result.protocol.populations[result.synthesis.population].label),
        measure=result.synthesis.measure,
        unit=first.unit if first and known else "",
        trials=result.trials,
        k=result.k,
        n=result.n,
        tried=sum(entry.compared for entry in result.exclusions),
        noun=noun(result),
        pooled=result.pooled,
        reason=isolated(result.reason),
        level=result.synthesis.level,
        effects=effects_of(result),
        effect_text=_effect_text(result),
        absolutes=absolutes,
        certainty=certainty,
        outdated=decided is not None and not decided.current,
        meaning=meaning(result, certainty=certainty, absolute=first, thresholds=limits),
        notes=MappingProxyType(
            {
                "outcome": about_outcome(result),
                "participants": about_participants(result),
                "effect": about_effect(result),
                "certainty": about_certainty(result),
                "meaning": tuple(sizes),
            }
        ),
    )


def _effect_text(result: SynthesisResult) -> str:
    if result.k:
        return isolated(effect_cell(result))
    left = any(entry.compared for entry in result.exclusions)
    return f"not pooled: {isolated(result.reason)}" if left else f"no {noun(result)} found"


def _follow_up(result: SynthesisResult) -> str:
    """Return when the trials looked, in weeks; the window asked for where none entered."""
    window = result.protocol.windows.get(result.synthesis.window)
    times = sorted({contrast.time_weeks for contrast in result.contrasts if math.isfinite(contrast.time_weeks)})
    if not times:
        asked = isolated(window.label) if window else ""
        return f"{asked}, time not stated" if asked and result.k else asked
    span = f"{times[0]:g} weeks" if times[0] == times[-1] else f"{times[0]:g} to {times[-1]:g} weeks"
    silent = untimed(result)
    return f"{span}, time not stated in {', '.join(map(isolated, silent))}" if silent else span
