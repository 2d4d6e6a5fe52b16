"""The summaries of a synthesis's forest plot: total, subtotals, and the test between subgroups."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..page.scale import Scale, Values, pooled_values
from .data import ArmCell, ForestFacts, ForestSummary
from .heterogeneity import difference_facts, forest_facts, heterogeneity_line
from .synthesis_cells import NOT_BY_ARM, arm_sides, count_text, group_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...curate import Contrast
    from ...pool import PooledResult
    from ...synthesis import SynthesisResult

__all__ = ["overall_of", "subgroup_difference", "subtotals_of"]


def overall_of(result: SynthesisResult, scale: Scale) -> ForestSummary | None:
    """Return the total; None where nothing was pooled, or the pooled effect has no interval."""
    fit = result.fit
    if fit is None or not math.isfinite(fit.ci_low):
        return None
    return _summary(pooled_values(result), scale, fit=fit, contrasts=result.contrasts, weight=100.0)


def subtotals_of(result: SynthesisResult, scale: Scale) -> tuple[ForestSummary, ...]:
    """Return the subtotal of each subgroup with at least two trials: a single trial is not a synthesis."""
    if result.subgroups is None:
        return ()
    found = []
    for name, fit in result.subgroups.groups.items():
        inside = [contrast for contrast in result.contrasts if contrast.subgroup == name]
        if _trials(inside) < 2 or not math.isfinite(fit.ci_low):
            continue
        estimate, low, high, pi_low, pi_high = result.display(fit.estimate, *fit.ci, *fit.pi)
        shown = Values(estimate=estimate, ci_low=low, ci_high=high, pi_low=pi_low, pi_high=pi_high)
        weight = float(result.effects["weight"][result.effects["subgroup"] == name].sum())
        found.append(_summary(shown, scale, fit=fit, contrasts=inside, weight=weight, subgroup=group_name(name)))
    return tuple(found)


def subgroup_difference(result: SynthesisResult) -> tuple[str, ForestFacts | None]:
    """Return the line on the test between subgroups and its numbers; a group of one trial allows no test."""
    if result.subgroups is None:
        return "", None
    alone = [
        group_name(name)
        for name in result.subgroups.groups
        if _trials([contrast for contrast in result.contrasts if contrast.subgroup == name]) < 2
    ]
    if alone:
        return f"No test between subgroups: one trial only in {', '.join(alone)}.", None
    from ...pool.summary import between_line

    line = f"Test for subgroup differences: {between_line(result.subgroups)}."
    return line, difference_facts(result.subgroups)


def _summary(
    shown: Values,
    scale: Scale,
    *,
    fit: PooledResult,
    contrasts: Sequence[Contrast],
    weight: float,
    subgroup: str = "",
) -> ForestSummary:
    predicted = math.isfinite(fit.pi_low)
    arms = _totals(contrasts)
    return ForestSummary(
        label="Subtotal" if subgroup else "Total",
        estimate=shown.estimate * scale.factor,
        ci_low=shown.ci_low * scale.factor,
        ci_high=shown.ci_high * scale.factor,
        pi_low=shown.pi_low * scale.factor if predicted else None,
        pi_high=shown.pi_high * scale.factor if predicted else None,
        level=fit.level,
        k=fit.k,
        cells=tuple(_cell(arm) for arm in arms),
        weight=weight,
        heterogeneity=heterogeneity_line(fit),
        filled=not subgroup,
        subgroup=subgroup,
        facts=forest_facts(fit),
        arms=arms,
    )


def _totals(contrasts: Sequence[Contrast]) -> tuple[ArmCell, ...]:
    """Return people and events of all trials by side; a paired trial has the same people on both sides."""
    return tuple(
        ArmCell(n=_sum([arm.n for arm in arms]), events=_sum([arm.events for arm in arms]))
        for arms in arm_sides(contrasts)
    )


def _sum(values: Sequence[float]) -> float | None:
    """Add up; None where any of them is not known."""
    return float(sum(values)) if all(math.isfinite(value) for value in values) else None


def _cell(arm: ArmCell) -> str:
    people = NOT_BY_ARM if arm.n is None else count_text(arm.n)
    return people if arm.events is None else f"{count_text(arm.events)}/{people}"


def _trials(contrasts: Sequence[Contrast]) -> int:
    return len({contrast.study_id for contrast in contrasts})
