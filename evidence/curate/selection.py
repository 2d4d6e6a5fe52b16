"""What a synthesis takes in and what it leaves out, as plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .arms import ArmData, Step

__all__ = ["Contrast", "Exclusion", "Selection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One trial's contribution to a synthesis.

    Attributes
    ----------
    arm_2 : ArmData or None
        The control arm; None for a proportion of one arm.
    paired : bool
        Both arms are the same people.
    correlation : float
        The correlation between the sides that a paired variance uses; NaN if not paired.
    steps : tuple of Step
        Everything that was done to the reported values, arm by arm, then to the contrast.
    """

    study_id: str
    study_label: str
    arm_1: ArmData
    arm_2: ArmData | None
    design: str
    value_type: str
    threshold: str
    time_weeks: float
    status: str
    paired: bool = False
    correlation: float = math.nan
    subgroup: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of the outcomes or harms table that it rests on."""
        return self.arm_1.rows + (self.arm_2.rows if self.arm_2 else ())

    @property
    def derived(self) -> bool:
        """Whether any step rests on an assumption."""
        return any(step.assumption for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One trial that does not enter, and why. `compared` tells whether it makes the comparison at all."""

    study_id: str
    study_label: str
    reason: str
    compared: bool
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What enters a synthesis and what does not; every trial of the base is in one of the two."""

    contrasts: tuple[Contrast, ...]
    exclusions: tuple[Exclusion, ...]
