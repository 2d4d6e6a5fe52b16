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
    yi, vi : float
        Effect and variance where the report gives them and not the arms' numbers; else NaN.
    people : float
        The people behind them, where the arms' sizes are not known.
    printed : tuple of str
        Rows of the contrasts table that it rests on.
    missing : tuple of str
        A sentence for the trial's arms that belong to the comparison and give no usable numbers.
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
    yi: float = math.nan
    vi: float = math.nan
    people: float = math.nan
    printed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of the outcomes, harms or contrasts table that it rests on."""
        return self.arm_1.rows + (self.arm_2.rows if self.arm_2 else ()) + self.printed

    @property
    def direct(self) -> bool:
        """Whether effect and variance are as the report gives them, not from the arms' numbers."""
        return not math.isnan(self.yi)

    @property
    def n(self) -> float:
        """The people in it, each counted once; NaN where that is not known."""
        if not math.isnan(self.people):
            return self.people
        return self.arm_1.n + (self.arm_2.n if self.arm_2 and not self.paired else 0)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know of the numbers that its steps gave, and of the arms that gave none."""
        return tuple(dict.fromkeys([*(step.caution for step in self.steps if step.caution), *self.missing]))

    @property
    def derived(self) -> bool:
        """Whether anything was done to the printed values, be it arithmetic alone."""
        return bool(self.steps)


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
