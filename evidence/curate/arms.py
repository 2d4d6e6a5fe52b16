"""One arm's numbers, ready for an effect size, and every step that led from the report to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ArmData", "Step", "combine_arms", "split_arm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named thing that was done to a reported value.

    Attributes
    ----------
    method : str
        Its short name, as in the documentation.
    text : str
        What was done, with the numbers.
    assumption : str
        What must be true for it to be right; empty if nothing beyond arithmetic.
    caution : str
        What a reader must know of the number that it gave; empty if nothing.
    """

    method: str
    text: str
    assumption: str = ""
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmData:
    """The numbers of one arm: events of n, or mean, SD and n; the rows that they come from and the steps between."""

    arm_id: str
    label: str
    rows: tuple[str, ...]
    n: float = math.nan
    mean: float = math.nan
    sd: float = math.nan
    events: float = math.nan
    unit: str = ""
    steps: tuple[Step, ...] = ()


def combine_arms(arms: Sequence[ArmData]) -> ArmData:
    """Return several arms as one, so that a shared control counts once.

    Counts are added. Means and SDs are combined as if the people of all arms had been one sample:
    SD² = (Σ (nᵢ − 1) SDᵢ² + Σ nᵢ (mᵢ − m)²) / (Σ nᵢ − 1), with m the mean weighted by n.

    References
    ----------
    Higgins JPT, Li T, Deeks JJ. Choosing effect measures and computing estimates of effect. In: Cochrane Handbook for
    Systematic Reviews of Interventions, section 6.5.2.10. https://doi.org/10.1002/9781119536604.ch6
    """
    if len(arms) == 1:
        return arms[0]
    mean, sd = _together(arms)
    names = " + ".join(arm.arm_id for arm in arms)
    step = Step(method="combine-arms", text=f"arms {names} taken together, so that everyone counts once")
    return ArmData(
        arm_id="+".join(arm.arm_id for arm in arms),
        label=" + ".join(arm.label for arm in arms),
        rows=tuple(row for arm in arms for row in arm.rows),
        n=sum(arm.n for arm in arms),
        mean=mean,
        sd=sd,
        events=sum(arm.events for arm in arms),
        unit=arms[0].unit,
        steps=(*(step for arm in arms for step in arm.steps), step),
    )


def _together(arms: Sequence[ArmData]) -> tuple[float, float]:
    """Return mean and SD of several arms as one; NaN where people were counted."""
    if any(math.isnan(value) for arm in arms for value in (arm.mean, arm.sd, arm.n)):
        return math.nan, math.nan
    from ..reported import combine_groups

    derived = combine_groups([arm.mean for arm in arms], [arm.sd for arm in arms], [arm.n for arm in arms])
    return float(derived["mean"]), float(derived["sd"])


def split_arm(arm: ArmData, parts: int) -> ArmData:
    """Return a `parts`-th of an arm that `parts` comparisons share: n (and events) divided, mean and SD kept.

    References
    ----------
    Cochrane Handbook, section 23.3.4. https://doi.org/10.1002/9781119536604.ch23
    """
    if parts == 1:
        return arm
    from ..reported import split_group

    counted = not math.isnan(arm.events)
    share = split_group(arm.n, parts, events=arm.events if counted else None)
    step = Step(
        method="split-control",
        text=f"the shared arm {arm.arm_id} divided by {parts}",
        assumption="the parts are independent, which they are only nearly",
    )
    return replace(
        arm, n=float(share["n"]), events=float(share["events"]) if counted else math.nan, steps=(*arm.steps, step)
    )
