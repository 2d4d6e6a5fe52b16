"""Trials with more than two arms: every person counts once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from .arms import combine_arms, split_arm

if TYPE_CHECKING:
    from .pick import Picked

__all__ = ["alike", "share_arms"]


def alike(pairs: list[Picked]) -> list[Picked]:
    """Return the pairs of the same kind, threshold and time as the first: those that can stand side by side."""
    return [pair for pair in pairs if _kind(pair) == _kind(pairs[0])]


def share_arms(pairs: list[Picked], policy: str) -> list[Picked]:
    """Return pairs in which no arm stands twice.

    Pairs of another kind, threshold or time than the first are dropped: together they would count the shared arm's
    people once for each.

    Parameters
    ----------
    pairs : list of Picked
        The pairs of one trial that make one comparison.
    policy : {"combine", "split"}
        ``combine`` makes one arm of all that share a partner; ``split`` divides the shared arm into equal parts,
        one for each pair.
    """
    kept = alike(pairs)
    if policy == "split":
        treated = Counter(pair.arm_1.arm_id for pair in kept)
        controls = Counter(pair.arm_2.arm_id for pair in kept)
        return [
            replace(
                pair,
                arm_1=split_arm(pair.arm_1, treated[pair.arm_1.arm_id]),
                arm_2=split_arm(pair.arm_2, controls[pair.arm_2.arm_id]),
            )
            for pair in kept
        ]
    return [
        replace(
            group[0],
            test=group[0].test if len(group) == 1 else None,
            arm_1=combine_arms(list({pair.arm_1.arm_id: pair.arm_1 for pair in group}.values())),
            arm_2=combine_arms(list({pair.arm_2.arm_id: pair.arm_2 for pair in group}.values())),
        )
        for group in _linked(kept)
    ]


def _linked(pairs: list[Picked]) -> list[list[Picked]]:
    """Return the pairs in groups that have no arm in common with one another."""
    groups: list[tuple[set[str], list[Picked]]] = []
    for pair in pairs:
        arms, members = {pair.arm_1.arm_id, pair.arm_2.arm_id}, [pair]
        touching = [group for group in groups if group[0] & arms]
        for group in touching:
            arms |= group[0]
            members = [*group[1], *members]
            groups.remove(group)
        groups.append((arms, members))
    return [members for _, members in groups]


def _kind(pair: Picked) -> str:
    return repr((pair.value_type, pair.threshold, pair.time_weeks))
