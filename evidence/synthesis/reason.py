"""Why a synthesis was not pooled, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..vocabulary import ProportionMeasure, allowed

if TYPE_CHECKING:
    import pandas as pd

    from ..curate import Exclusion
    from ..protocol import Synthesis

__all__ = ["can_pool", "why_not"]


def _no_event(effects: pd.DataFrame, synthesis: Synthesis) -> bool:
    """Whether a synthesis of proportions has no event at all: transforms of zeros have no spread to pool."""
    return synthesis.measure in allowed(ProportionMeasure) and float(effects["events1"].sum()) == 0


def can_pool(effects: pd.DataFrame, synthesis: Synthesis) -> bool:
    """Whether there are at least two trials, and for proportions at least one event."""
    return effects["study_id"].nunique() >= 2 and not _no_event(effects, synthesis)


def why_not(effects: pd.DataFrame, exclusions: tuple[Exclusion, ...], synthesis: Synthesis) -> str:
    """Return why nothing was pooled; empty if something was."""
    if can_pool(effects, synthesis):
        return ""
    tried = sum(entry.compared for entry in exclusions)
    trials = effects["study_id"].nunique()
    if trials >= 2:
        people = float(effects["n1"].sum())
        upper = 100 * (1 - (1 - synthesis.level) ** (1 / people))
        return (
            f"no event in {people:g} people of {trials} trials: zeros are not pooled; the upper "
            f"{100 * synthesis.level:g}% limit, if they were one sample, is {upper:.2g}%"
        )
    others = f"; {tried} more ask{'s' if tried == 1 else ''} this question but cannot enter" if tried else ""
    if trials == 1:
        return f"one trial ({effects['study'].iloc[0]}): a trial is not a synthesis{others}"
    return (
        f"no trial can enter; {tried} ask{'s' if tried == 1 else ''} this question" if tried else "no trial asks this"
    )
