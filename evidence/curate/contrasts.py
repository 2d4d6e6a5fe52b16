"""The contrasts of a synthesis: which trials enter, with which numbers, and why the others do not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .arms import Step
from .eligible import PAIRED_DESIGNS, allocation_obstacle, barred, other_people, overlapping
from .pairs import ArmPair, arm_pairs
from .pick import Picked, named, pick_rows, reported_otherwise
from .selection import Contrast, Exclusion, Selection
from .sharing import share_arms
from .single_arms import select_single_arms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Analysis, Comparison, Protocol, Synthesis
    from .index import Index

__all__ = ["select"]


def select(index: Index, protocol: Protocol, synthesis: Synthesis, analysis: Analysis) -> Selection:
    """Return the contrasts of a synthesis under the rules of an analysis, and the reason for every trial left out.

    Parameters
    ----------
    index : Index
        The evidence base by trial.
    """
    comparison = protocol.comparisons[synthesis.comparison]
    if comparison.kind == "single-arm":
        return select_single_arms(index, protocol, synthesis, analysis)
    contrasts: list[Contrast] = []
    exclusions: list[Exclusion] = []
    for study in index.studies:
        found = _study(study, index, protocol, synthesis, comparison, analysis)
        entered = {contrast.study_id for contrast in contrasts}
        partner = overlapping(index, study["study_id"], entered) if isinstance(found, list) else ""
        if partner:
            found = _out(study, f"may be the same people as {partner}, which is in already", compared=True)
        if isinstance(found, Exclusion):
            exclusions.append(found)
        else:
            contrasts += found
    kept, mixed = _one_kind(contrasts, synthesis)
    return Selection(contrasts=tuple(kept), exclusions=(*exclusions, *mixed))


def _one_kind(contrasts: list[Contrast], synthesis: Synthesis) -> tuple[list[Contrast], list[Exclusion]]:
    """Return the contrasts of one kind of value, and exclusions for the others: changes and finals are never mixed.

    The kind that the protocol names first among those present stays.
    """
    kinds = {contrast.value_type for contrast in contrasts}
    if len(kinds) < 2 or synthesis.mix_values:
        return contrasts, []
    order = (*(kind for kind in synthesis.value_types if kind in kinds), *sorted(kinds))
    left_out = [
        Exclusion(
            study_id=contrast.study_id,
            study_label=contrast.study_label,
            reason=f"reported as {contrast.value_type}, the others as {order[0]}: not mixed",
            compared=True,
            rows=contrast.rows,
        )
        for contrast in contrasts
        if contrast.value_type != order[0]
    ]
    return [contrast for contrast in contrasts if contrast.value_type == order[0]], left_out


def _out(study: Mapping[str, Any], reason: str, *, compared: bool, rows: tuple[str, ...] = ()) -> Exclusion:
    return Exclusion(
        study_id=study["study_id"], study_label=study["label"], reason=reason, compared=compared, rows=rows
    )


def _study(
    study: dict[str, Any],
    index: Index,
    protocol: Protocol,
    synthesis: Synthesis,
    comparison: Comparison,
    analysis: Analysis,
) -> list[Contrast] | Exclusion:
    arms = index.arms.get(study["study_id"], [])
    pairs = arm_pairs(arms, comparison, protocol.components)
    if not arms:
        return _out(study, "no arms are known", compared=False)
    if not pairs:
        return _out(study, "does not make this comparison", compared=False)
    elsewhere = other_people(study, protocol.populations[synthesis.population])
    if elsewhere:
        return _out(study, elsewhere, compared=False)
    first, last = barred(study, synthesis, comparison, analysis), allocation_obstacle(study, analysis)
    picked = _pick_all(study, pairs, index, protocol, synthesis, analysis)
    if isinstance(picked, str):
        return _out(study, "; ".join([*first, picked, *last]), compared=True)
    usable = [entry for entry in picked if not entry.obstacles]
    if first or last or not usable:
        best = min(picked, key=lambda entry: len(entry.obstacles))
        reasons = dict.fromkeys([*first, *best.obstacles, *last])
        return _out(study, "; ".join(reasons), compared=True, rows=best.arm_1.rows + best.arm_2.rows)
    paired = study["design"] in PAIRED_DESIGNS
    trouble = _paired_trouble(usable, synthesis) if paired else ""
    if trouble:
        return _out(study, trouble, compared=True, rows=usable[0].arm_1.rows + usable[0].arm_2.rows)
    return [
        _contrast(study, entry, synthesis, analysis, paired=paired) for entry in share_arms(usable, synthesis.multi_arm)
    ]


def _pick_all(
    study: Mapping[str, Any],
    pairs: list[ArmPair],
    index: Index,
    protocol: Protocol,
    synthesis: Synthesis,
    analysis: Analysis,
) -> list[Picked] | str:
    """Return the best rows for each pair of arms, or in words why there are none."""
    where = (study["study_id"], synthesis.outcome)
    rows = index.outcomes.get(where, [])
    found: list[Picked] = []
    reasons: list[str] = []
    for pair in pairs:
        picked = pick_rows(
            [row for row in rows if row["arm_id"] == pair.one["arm_id"]],
            [row for row in rows if row["arm_id"] == pair.two["arm_id"]],
            synthesis=synthesis,
            protocol=protocol,
            analysis=analysis,
        )
        if isinstance(picked, str):
            reasons.append(picked)
        else:
            found.append(named(picked, pair))
    if found:
        return found
    otherwise = reported_otherwise(index.contrasts.get(where, []), pairs)
    if not rows:
        return otherwise or "not reported in any text that was seen"
    return "; ".join(dict.fromkeys([*reasons, *([otherwise] if otherwise else [])]))


def _paired_trouble(usable: list[Picked], synthesis: Synthesis) -> str:
    if not math.isnan(usable[0].arm_1.events):
        return "sides of the same people: a binary outcome needs the table of pairs"
    if any(entry.arm_1.n != entry.arm_2.n for entry in usable):
        return "sides of the same people, but with different n"
    return "" if synthesis.measure in ("MD", "SMD", "ROM") else f"no paired form of {synthesis.measure}"


def _contrast(
    study: Mapping[str, Any], entry: Picked, synthesis: Synthesis, analysis: Analysis, *, paired: bool
) -> Contrast:
    steps = (*entry.arm_1.steps, *entry.arm_2.steps)
    if paired:
        r = analysis.correlation
        text = f"both sides are the same people: variance of the difference with r = {r:g}"
        steps = (*steps, Step(method="paired", text=text, assumption=f"the sides correlate by {r:g} (not reported)"))
    return Contrast(
        study_id=study["study_id"],
        study_label=study["label"],
        arm_1=entry.arm_1,
        arm_2=entry.arm_2,
        design=study["design"],
        value_type=entry.value_type,
        threshold=entry.threshold,
        time_weeks=entry.time_weeks,
        status=entry.status,
        paired=paired,
        correlation=analysis.correlation if paired else math.nan,
        subgroup=_subgroup(study, entry, synthesis),
        steps=steps,
    )


def _subgroup(study: Mapping[str, Any], entry: Picked, synthesis: Synthesis) -> str:
    if synthesis.subgroup == "background":
        return entry.background
    return str(study[synthesis.subgroup]) if synthesis.subgroup else ""
