"""The groups of a synthesis's trials: as numbers, as cells of a table, and how they are called."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...numbers import format_number
from .data import ArmCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...curate import ArmData, Contrast
    from ...synthesis import SynthesisResult

__all__ = [
    "NOT_BY_ARM",
    "arm_cells",
    "arm_names",
    "arm_sides",
    "cell_decimals",
    "cell_texts",
    "count_text",
    "group_name",
    "headings",
]

NOT_BY_ARM = "–"


def arm_names(result: SynthesisResult) -> tuple[str, ...]:
    """Return what the groups got, as the protocol calls it; one name where there is no comparison."""
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    names = (comparison.arm_1,) if comparison.kind == "single-arm" else (comparison.arm_1, comparison.arm_2)
    return tuple(f"{name[:1].upper()}{name[1:]}" for name in names)


def headings(result: SynthesisResult) -> tuple[str, ...]:
    """Return the headings of the text columns: what each group got, and what its cells hold."""
    binary = result.protocol.outcomes[result.synthesis.outcome].kind == "binary"
    return tuple(f"{name}\n{'n/N' if binary else 'mean (SD), n'}" for name in arm_names(result))


def group_name(name: str) -> str:
    """Return a subgroup as it is written in a figure."""
    text = name.replace("-", " ")
    return text[:1].upper() + text[1:]


def arm_sides(contrasts: Sequence[Contrast]) -> list[list[ArmData]]:
    """Return the first arms of all trials, and the second ones where every trial has one."""
    second = [contrast.arm_2 for contrast in contrasts if contrast.arm_2]
    sides = [[contrast.arm_1 for contrast in contrasts]]
    return [*sides, second] if second and len(second) == len(contrasts) else sides


def arm_cells(contrast: Contrast) -> tuple[ArmCell, ...]:
    """Return the numbers of a trial's groups; None for what is not known."""
    return tuple(
        ArmCell(n=_known(arm.n), events=_known(arm.events), mean=_known(arm.mean), sd=_known(arm.sd))
        for arm in (contrast.arm_1, contrast.arm_2)
        if arm
    )


def cell_texts(contrast: Contrast, decimals: tuple[int, int]) -> tuple[str, ...]:
    """Return the cells of a trial, with so many decimals of means and SDs."""
    return tuple(_cell(arm, decimals) for arm in (contrast.arm_1, contrast.arm_2) if arm)


def cell_decimals(contrasts: Sequence[Contrast]) -> tuple[int, int]:
    """Return the decimals of means and SDs: as many as were reported, at most two."""
    arms = [arm for contrast in contrasts for arm in (contrast.arm_1, contrast.arm_2) if arm]
    return _fewest([arm.mean for arm in arms]), _fewest([arm.sd for arm in arms])


def count_text(people: float) -> str:
    """Return a number of people as text; half of a divided arm may be no whole number.

    Examples
    --------
    >>> count_text(20.0), count_text(12.5)
    ('20', '12.5')
    """
    return format_number(people, _fewest([people], most=1))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _fewest(values: Sequence[float], *, most: int = 2) -> int:
    known = [value for value in values if math.isfinite(value)]
    fits = (digits for digits in range(most) if all(abs(round(value, digits) - value) < 1e-9 for value in known))
    return next(fits, most)


def _cell(arm: ArmData, decimals: tuple[int, int]) -> str:
    if math.isfinite(arm.events):
        return f"{count_text(arm.events)}/{count_text(arm.n)}"
    if not math.isfinite(arm.mean):
        return NOT_BY_ARM
    if not math.isfinite(arm.sd):
        return f"{format_number(arm.mean, decimals[0])} ({NOT_BY_ARM}), {count_text(arm.n)}"
    return f"{format_number(arm.mean, decimals[0])} ({format_number(arm.sd, decimals[1])}), {count_text(arm.n)}"
