"""Why a synthesis was not pooled, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    import pandas as pd

    from ..curate import Exclusion
    from ..protocol import Comparison, Synthesis

__all__ = ["asking", "can_pool", "why_not"]


def _no_event(effects: pd.DataFrame, synthesis: Synthesis) -> bool:
    """Whether a synthesis of proportions has no event at all: transforms of zeros have no spread to pool."""
    return synthesis.measure in allowed(ProportionMeasure) and float(effects["events1"].sum()) == 0


def can_pool(effects: pd.DataFrame, synthesis: Synthesis) -> bool:
    """Whether there are at least two trials, and for proportions at least one event."""
    return effects["study_id"].nunique() >= 2 and not _no_event(effects, synthesis)


def why_not(
    effects: pd.DataFrame, exclusions: tuple[Exclusion, ...], synthesis: Synthesis, comparison: Comparison
) -> str:
    """Return why nothing was pooled; empty if something was."""
    if can_pool(effects, synthesis):
        return ""
    single = comparison.kind == "single-arm"
    noun = "report" if single else "trial"
    tried = sum(entry.compared for entry in exclusions)
    trials = effects["study_id"].nunique()
    if trials >= 2:
        people = float(effects["n1"].sum())
        upper = 100 * (1 - (1 - synthesis.level) ** (1 / people))
        return (
            f"no event in {people:g} people of {trials} {noun}s: zeros are not pooled; the upper "
            f"{100 * synthesis.level:g}% limit, if they were one sample, is {upper:.2g}%"
        )
    asks = asking(tried, comparison)
    if trials == 1:
        others = f"; {tried} more {asks} but cannot enter" if tried else ""
        several = f", {len(effects)} comparisons" if len(effects) > 1 else ""
        return f"one {noun} ({effects['study'].iloc[0]}{several}): a {noun} is not a synthesis{others}"
    return f"no {noun} can enter; {tried} {asks}" if tried else f"no {noun} {asking(1, comparison)}"


def asking(count: int, comparison: Comparison) -> str:
    """Return what trials do that belong to a question: they make its comparison, or have such arms."""
    if comparison.kind == "single-arm":
        return "has such arms" if count == 1 else "have such arms"
    return "makes this comparison" if count == 1 else "make this comparison"
