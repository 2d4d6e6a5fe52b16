"""The numbers of one trial for a comparison: for each pair of arms the best way to get at an effect."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .arms import Step
from .fitness import status_obstacle
from .pick import Around, Picked, named, pick_rows
from .printed import pick_printed, reported_otherwise, rows_of_pair
from .sharing import alike

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Analysis, Protocol, Synthesis
    from .index import Index
    from .pairs import ArmPair

__all__ = ["PickedTrial", "pick_trial", "sharing_trouble"]

_BY_P = ("p-to-sd", "p-bound-to-sd")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedTrial:
    """The best numbers for the pairs of arms of a trial.

    Attributes
    ----------
    found : list of Picked
        Pairs with numbers, and what stands in the way of using them.
    without : dict
        The two arms' ids of each pair without numbers → in words why there are none.
    """

    found: list[Picked]
    without: dict[frozenset[str], str]

    def lost(self, entering: list[Picked]) -> dict[frozenset[str], str]:
        """Return the pairs that do not enter where these do, each with the reason."""
        entered = [_ids(entry) for entry in entering]
        unused = {
            _ids(entry): "; ".join(entry.obstacles) or "of another kind, threshold or time than the others"
            for entry in self.found
            if _ids(entry) not in entered
        }
        return self.without | unused


def _ids(entry: Picked) -> frozenset[str]:
    return frozenset((entry.arm_1.arm_id, entry.arm_2.arm_id))


def pick_trial(
    study: Mapping[str, Any],
    pairs: list[ArmPair],
    index: Index,
    protocol: Protocol,
    synthesis: Synthesis,
    analysis: Analysis,
) -> PickedTrial | str:
    """Return the best numbers for each pair of arms of a trial, or in words why there are none.

    Where the trial has nothing usable for the synthesis's outcome and another measure is admitted, the first of its
    alternatives that is usable stands in.

    Parameters
    ----------
    pairs : list of ArmPair
        The pairs that make the comparison.
    analysis : Analysis
        With the derivations that the synthesis admits under it.
    """
    found = _pick_outcome(study, pairs, index, protocol, synthesis, analysis, synthesis.outcome)
    if "other-measure" not in analysis.derivations or _usable(found):
        return found
    for name in synthesis.alternatives:
        other = _pick_outcome(study, pairs, index, protocol, synthesis, analysis, name)
        if not isinstance(other, str) and _usable(other):
            step = _other_measure(protocol, synthesis.outcome, name)
            return replace(other, found=[replace(entry, measured=(step,)) for entry in other.found])
    return found


def _usable(picked: PickedTrial | str) -> bool:
    return not isinstance(picked, str) and any(not entry.obstacles for entry in picked.found)


def _other_measure(protocol: Protocol, asked: str, name: str) -> Step:
    wanted, taken = protocol.outcomes[asked].label, protocol.outcomes[name].label
    return Step(
        method="other-measure",
        text=f"{taken} in the place of {wanted}, of which the trial has nothing usable",
        assumption=f"{taken} measures what {wanted} does",
    )


def _pick_outcome(
    study: Mapping[str, Any],
    pairs: list[ArmPair],
    index: Index,
    protocol: Protocol,
    synthesis: Synthesis,
    analysis: Analysis,
    outcome: str,
) -> PickedTrial | str:
    where = (study["study_id"], outcome)
    # an alternative is brought to the unit of the outcome that was asked for
    unit = protocol.outcomes[synthesis.outcome].unit
    asked = replace(synthesis, outcome=outcome)
    rows, comparisons = index.outcomes.get(where, []), index.contrasts.get(where, [])
    paired = study["design"] in protocol.paired_designs
    direct_too = any(name.startswith("contrast-") for name in analysis.derivations)
    found: list[Picked] = []
    reasons: dict[frozenset[str], str] = {}
    for pair in pairs:
        around = Around(
            tests=tuple(row for row in rows_of_pair(comparisons, pair) if _fit_for_testing(row, analysis)),
            others=tuple(row for row in rows if row["arm_id"] not in pair.ids),
            spreads=index.spreads.get(outcome, {}),
            paired=paired,
            defined=protocol.pint_units,
        )
        picked = pick_rows(
            [row for row in rows if row["arm_id"] == pair.one["arm_id"]],
            [row for row in rows if row["arm_id"] == pair.two["arm_id"]],
            synthesis=asked,
            protocol=protocol,
            analysis=analysis,
            around=around,
            unit=unit,
        )
        direct = (
            pick_printed(
                comparisons, pair, synthesis=asked, protocol=protocol, analysis=analysis, unit=unit, paired=paired
            )
            if direct_too
            else None
        )
        best = _better(picked if isinstance(picked, str) else named(picked, pair), direct)
        if isinstance(best, str):
            reasons[pair.ids] = best
        else:
            found.append(best)
    if found:
        return PickedTrial(found=found, without=reasons)
    otherwise = reported_otherwise(comparisons, pairs)
    if not rows:
        return otherwise or "not reported in any text that was seen"
    return "; ".join(dict.fromkeys([*reasons.values(), *([otherwise] if otherwise else [])]))


def _fit_for_testing(row: Mapping[str, Any], analysis: Analysis) -> bool:
    """Whether the p-value or statistic of a printed comparison may be used at all."""
    return not status_obstacle(row, analysis) and row["pooling"] in (*analysis.pooling, "p-value-only")


def _better(picked: Picked | str, direct: Picked | None) -> Picked | str:
    """Return the arms' own numbers if they can be used, else the printed comparison.

    An SD that is only inferred from a p-value gives way to an effect that is printed with its SE or interval.
    """
    if direct is None:
        return picked
    if isinstance(picked, str):
        return direct
    inferred = any(step.method in _BY_P for step in picked.steps)
    closer = any(step.method in ("contrast-se", "contrast-ci") for step in direct.steps)
    if not direct.obstacles and (picked.obstacles or (inferred and closer)):
        return direct
    return picked


def sharing_trouble(usable: list[Picked], policy: str, *, paired: bool = False) -> str:
    """Return why several pairs of a trial cannot be put together; empty if they can.

    Several pairs of sides of the same people would count these once for each pair, whether or not they share a side.

    Parameters
    ----------
    usable : list of Picked
        The pairs of one trial.
    policy : {"combine", "split"}
        What is done with a shared arm.
    paired : bool
        Whether all arms are sides of the same people.
    """
    if paired and len(alike(usable)) > 1:
        return "several comparisons of sides of the same people, which would count them more than once"
    uses = Counter(arm.arm_id for entry in usable for arm in (entry.arm_1, entry.arm_2))
    shared = {name for name, count in uses.items() if count > 1}
    if not shared:
        return ""
    if any(entry.shares_test for entry in usable):
        return "several comparisons share an arm, and only tests of pairs tell their spread"
    parts = {arm.arm_id: arm for entry in usable for arm in (entry.arm_1, entry.arm_2) if arm.arm_id in shared}
    too_small = [
        name
        for name in sorted(parts)
        if policy == "split" and parts[name].n / uses[name] < (1 if math.isnan(parts[name].mean) else 2)
    ]
    if not too_small:
        return ""
    if parts[too_small[0]].n < uses[too_small[0]]:
        return f"arm {too_small[0]} has fewer people than comparisons that share it"
    return f"arm {too_small[0]}, divided by {uses[too_small[0]]}, has fewer people than a mean needs"
