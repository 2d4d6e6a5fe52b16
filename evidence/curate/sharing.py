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
    alike = [pair for pair in pairs if _kind(pair) == _kind(pairs[0])]
    if policy == "split":
        parts = [
            replace(pair, arm_2=split_arm(pair.arm_2, len(group))) for group in _by_control(alike) for pair in group
        ]
        return [
            replace(pair, arm_1=split_arm(pair.arm_1, len(group))) for group in _by_treatment(parts) for pair in group
        ]
    joined = [replace(group[0], arm_1=combine_arms([pair.arm_1 for pair in group])) for group in _by_control(alike)]
    return [replace(group[0], arm_2=combine_arms([pair.arm_2 for pair in group])) for group in _by_treatment(joined)]


def _kind(pair: Picked) -> str:
    return repr((pair.value_type, pair.threshold, pair.time_weeks))


def _by_control(pairs: list[Picked]) -> list[list[Picked]]:
    return _by(pairs, lambda pair: pair.arm_2.arm_id)


def _by_treatment(pairs: list[Picked]) -> list[list[Picked]]:
    return _by(pairs, lambda pair: pair.arm_1.arm_id)


def _by(pairs: list[Picked], key: Callable[[Picked], str]) -> list[list[Picked]]:
    groups: dict[str, list[Picked]] = {}
    for pair in pairs:
        groups.setdefault(key(pair), []).append(pair)
    return list(groups.values())
