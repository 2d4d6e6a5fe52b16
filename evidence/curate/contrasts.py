"""The contrasts of a synthesis: which trials enter, with which numbers, and why the others do not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .derive.catalogue import DERIVATIONS
from .derive.pairing import paired_step, recovered_r
from .eligible import allocation_obstacle, barred, other_people, overlapping
from .missing import arms_without_numbers
from .pairs import arm_pairs
from .picking import pick_trial, sharing_trouble
from .selection import Contrast, Exclusion, Selection
from .sharing import alike, share_arms
from .single_arms import select_single_arms
from .subgroup import subgroup_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Analysis, Comparison, Protocol, Synthesis
    from .arms import Step
    from .index import Index, Row
    from .pairs import ArmPair
    from .pick import Picked

__all__ = ["select"]


def select(index: Index, protocol: Protocol, synthesis: Synthesis, analysis: Analysis) -> Selection:
    """Return the contrasts of a synthesis under the rules of an analysis, and the reason for every trial left out.

    Parameters
    ----------
    index : Index
        The evidence base by trial.
    """
    analysis = replace(analysis, derivations=synthesis.admitted(analysis))
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
    pairs = _pairs(study["study_id"], arms, index, comparison, protocol)
    if not arms:
        return _out(study, "no arms are known", compared=False)
    if not pairs:
        return _out(study, "does not make this comparison", compared=False)
    elsewhere = other_people(study, protocol.populations[synthesis.population])
    if elsewhere:
        return _out(study, elsewhere, compared=False)
    first, last = barred(study, synthesis, comparison, analysis), allocation_obstacle(study, analysis)
    picked = pick_trial(study, pairs, index, protocol, synthesis, analysis)
    if isinstance(picked, str):
        return _out(study, "; ".join([*first, picked, *last]), compared=True)
    usable = [entry for entry in picked.found if not entry.obstacles]
    if first or last or not usable:
        best = min(picked.found, key=lambda entry: len(entry.obstacles))
        reasons = dict.fromkeys([*first, *best.obstacles, *last])
        return _out(study, "; ".join(reasons), compared=True, rows=best.rows)
    paired = study["design"] in protocol.paired_designs
    trouble = _trouble(usable, synthesis, paired=paired)
    if trouble:
        return _out(study, trouble, compared=True, rows=usable[0].rows)
    shared = share_arms(usable, synthesis.multi_arm)
    missing = arms_without_numbers(picked.lost(alike(usable)), pairs)
    found = [replace(_contrast(study, entry, synthesis, analysis, paired=paired), missing=missing) for entry in shared]
    unwanted = _not_admitted(found, analysis)
    return _out(study, unwanted, compared=True, rows=usable[0].rows) if unwanted else found


def _pairs(study_id: str, arms: list[Row], index: Index, comparison: Comparison, protocol: Protocol) -> list[ArmPair]:
    """Return the pairs of arms of a trial that make a comparison; looked for once per index and protocol."""
    known, pairs = index.pairs.get((study_id, comparison), (None, []))
    if known is not protocol.components:
        pairs = arm_pairs(arms, comparison, protocol.components)
        index.pairs[study_id, comparison] = (protocol.components, pairs)
    return pairs


def _trouble(usable: list[Picked], synthesis: Synthesis, *, paired: bool) -> str:
    """Return why usable numbers still make no contrast; empty if they do."""
    own = [entry for entry in usable if not entry.direct]
    return (_paired_trouble(own, synthesis) if paired and own else "") or sharing_trouble(
        usable, synthesis.multi_arm, paired=paired
    )


def _paired_trouble(usable: list[Picked], synthesis: Synthesis) -> str:
    if not math.isnan(usable[0].arm_1.events):
        return "sides of the same people: a binary outcome needs the table of pairs"
    if any(entry.arm_1.n != entry.arm_2.n for entry in usable):
        return "sides of the same people, but with different n"
    return "" if synthesis.measure in ("MD", "SMD", "ROM") else f"no paired form of {synthesis.measure}"


def _contrast(
    study: Mapping[str, Any], entry: Picked, synthesis: Synthesis, analysis: Analysis, *, paired: bool
) -> Contrast:
    steps = (*entry.measured, *entry.arm_1.steps, *entry.arm_2.steps, *entry.steps)
    r = math.nan
    if paired and entry.direct:
        r = analysis.correlation if synthesis.measure == "SMD" and not entry.printed else math.nan
        steps = (*entry.measured, *(_of_pairs(step) for step in entry.steps)) if entry.printed else steps
    elif paired:
        r, told = _correlation(entry, analysis)
        steps = (*steps, *told)
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
        correlation=r,
        subgroup=_subgroup(study, entry, synthesis),
        steps=steps,
        yi=entry.yi,
        vi=entry.vi,
        people=entry.people,
        printed=entry.printed,
    )


def _correlation(entry: Picked, analysis: Analysis) -> tuple[float, tuple[Step, ...]]:
    """Return the correlation of two sides: from their test where that is admitted and gives one, else as stated."""
    r = analysis.correlation
    if "paired-r" not in analysis.derivations or entry.test is None:
        return r, (paired_step(r),)
    found = recovered_r(entry.arm_1, entry.arm_2, entry.test)
    if isinstance(found, str):
        return r, (replace(paired_step(r), caution=found),)
    return found[0], (*entry.test.steps, found[1])


def _of_pairs(step: Step) -> Step:
    """Return the step of a printed comparison of two sides of the same people, with what must be known of it."""
    known = "the sides are of the same people: right only if the printed analysis was a paired one"
    return replace(step, caution="; ".join(filter(None, [step.caution, known])))


def _not_admitted(contrasts: list[Contrast], analysis: Analysis) -> str:
    """Return what was done that the rules do not admit; empty if nothing was."""
    done = dict.fromkeys(step.method for contrast in contrasts for step in contrast.steps)
    unwanted = [DERIVATIONS[name].title for name in done if name not in analysis.derivations]
    return f"{', '.join(unwanted)}: not admitted" if unwanted else ""


def _subgroup(study: Mapping[str, Any], entry: Picked, synthesis: Synthesis) -> str:
    if synthesis.subgroup == "background":
        return entry.background
    return subgroup_of(study, synthesis.subgroup)
