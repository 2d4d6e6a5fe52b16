"""Trials with more than two arms: every person counts once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .arms import combine_arms, split_arm

if TYPE_CHECKING:
    from collections.abc import Callable

    from .pick import Picked

__all__ = ["share_arms"]


def share_arms(pairs: list[Picked], policy: str) -> list[Picked]:
    """Return pairs in which no arm stands twice.

    Parameters
    ----------
    pairs : list of Picked
        The pairs of one trial that make one comparison.
    policy : {"combine", "split"}
        ``combine`` makes one arm of all that share a partner; ``split`` divides the shared arm into equal parts,
        one for each pair.
    """
    shared_control = _by(pairs, lambda pair: pair.arm_2.rows)
    if policy == "split":
        halved = [replace(pair, arm_2=split_arm(pair.arm_2, len(group))) for group in shared_control for pair in group]
        shared_treatment = _by(halved, lambda pair: pair.arm_1.rows)
        return [replace(pair, arm_1=split_arm(pair.arm_1, len(group))) for group in shared_treatment for pair in group]
    joined = [replace(group[0], arm_1=combine_arms([pair.arm_1 for pair in group])) for group in shared_control]
    return [
        replace(group[0], arm_2=combine_arms([pair.arm_2 for pair in group]))
        for group in _by(joined, lambda pair: pair.arm_1.rows)
    ]


def _by(pairs: list[Picked], key: Callable[[Picked], tuple[str, ...]]) -> list[list[Picked]]:
    groups: dict[tuple[str, ...], list[Picked]] = {}
    for pair in pairs:
        groups.setdefault(key(pair), []).append(pair)
    return list(groups.values())
