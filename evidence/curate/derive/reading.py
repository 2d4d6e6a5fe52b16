"""What a row of values says of one arm: as reported, and as what can be derived from it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ...numbers import format_number
from ..arms import ArmData, Step
from ..units import conversion_factor
from .asking import ask
from .cells import number, printed, shown, word
from .counts import read_binary
from .spread import baseline_spread, beside_printed_sd, five_numbers, has_five_numbers, spread

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Reading", "ReadingRules", "read_arm"]

_FEWEST = 2
_SCALES = "people's percent changes do not depend on their baseline, whose spread adds none to that of the change"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRules:
    """What is asked of an arm's values.

    Attributes
    ----------
    admitted : collection of str
        The derivations admitted.
    unit : str
        The unit that values are brought to; empty keeps each as it is.
    units : tuple of str
        Units that stay as they are; ``any`` keeps every one.
    defined : mapping of str to str
        Unit → what it is in terms that pint knows; other units convert into nothing.
    n_statuses : collection of str or None
        How sure an arm's n must be; None asks nothing.
    r : float
        The correlation of baseline and final values.
    key : str
        The column of a row's id.
    """

    admitted: Collection[str]
    unit: str = ""
    units: tuple[str, ...] = ()
    defined: Mapping[str, str] = field(default_factory=dict)
    n_statuses: Collection[str] | None = None
    r: float = 0.5
    key: str = "row_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a row: the arm's numbers, or None, what they are, and what stands in the way of using them."""

    row: Mapping[str, Any]
    value_type: str
    arm: ArmData | None
    obstacles: tuple[str, ...] = ()


def read_arm(row: Mapping[str, Any], *, binary: bool, rules: ReadingRules) -> list[Reading]:
    """Return the ways to read a row: as reported first, then as a change where that is admitted.

    Parameters
    ----------
    row : mapping
        A row as in the outcomes table; columns may be absent.
    binary : bool
        Whether people are counted.
    rules : ReadingRules
        What is admitted, and the unit asked for.
    """
    kind = word(row, "value_type")
    if binary:
        arm, obstacles = read_binary(row, key=rules.key, admitted=rules.admitted, n_statuses=rules.n_statuses)
        return [Reading(row=row, value_type=kind, arm=arm, obstacles=tuple(obstacles))]
    plain, troubles = _values(row, rules)
    readings = [_in_unit(row, kind, plain, troubles, rules)]
    if plain is not None and printed(row, "baseline_mean") and not math.isnan(plain.sd):
        if kind == "final" and "change-from-final" in rules.admitted:
            readings.append(_in_unit(row, "change", *_from_final(row, plain, troubles, rules), rules))
        if kind == "percent-change" and "percent-change-to-change" in rules.admitted:
            readings.append(_in_unit(row, "change", *_from_percent_change(row, plain, troubles, rules), rules))
    return readings


def _values(row: Mapping[str, Any], rules: ReadingRules) -> tuple[ArmData | None, list[str]]:
    """Return mean, SD and n in the unit as reported."""
    n = number(row, "n")
    mean = number(row, "mean")
    if math.isnan(mean):
        if not (has_five_numbers(row) and printed(row, "median")):
            return None, ["no mean"]
        found = beside_printed_sd(row, five_numbers(row, n))
        mean = found.mean
        obstacles = [*found.obstacles]
        obstacles += [] if "five-numbers" in rules.admitted else ["only a median with quartiles or range"]
    else:
        found = spread(row, n, rules.admitted)
        obstacles = [*found.obstacles]
    if math.isnan(n):
        obstacles.append("n of the arm not stated")
    elif n < _FEWEST:
        obstacles.append(f"n is {shown(n)}: a mean needs at least {_FEWEST} people")
    elif rules.n_statuses is not None and word(row, "n_status") not in rules.n_statuses:
        obstacles.append(f"n is {word(row, 'n_status')}")
    if math.isnan(mean):
        return None, obstacles
    arm = word(row, "arm_id")
    data = ArmData(
        arm_id=arm,
        label=arm,
        rows=(word(row, rules.key),),
        n=n,
        mean=mean,
        sd=found.sd,
        unit=word(row, "unit"),
        steps=found.steps,
    )
    return data, obstacles


def _in_unit(
    row: Mapping[str, Any], kind: str, arm: ArmData | None, obstacles: list[str], rules: ReadingRules
) -> Reading:
    """Return a reading in the unit asked for, with the step that brought it there, or what stands in the way."""
    if arm is None:
        return Reading(row=row, value_type=kind, arm=None, obstacles=tuple(obstacles))
    told = list(obstacles)
    if rules.unit and arm.unit not in rules.units and "any" not in rules.units:
        factor = conversion_factor(arm.unit, rules.unit, rules.defined)
        if factor is None:
            told.append(f"unit {arm.unit or 'not-stated'} cannot be brought to {rules.unit}")
        elif factor != 1.0:
            told += [] if "unit" in rules.admitted else [f"in {arm.unit}, not in {rules.unit}"]
            text = f"{shown(arm.mean)} {arm.unit} × {factor:.6g} = {format_number(arm.mean * factor, 3)} {rules.unit}"
            arm = replace(
                arm,
                mean=arm.mean * factor,
                sd=arm.sd * factor,
                unit=rules.unit,
                steps=(*arm.steps, Step(method="unit", text=text)),
            )
    if not math.isnan(arm.sd) and arm.sd <= 0:
        told.append("SD is zero" if arm.sd == 0 else "SD is below 0")
    return Reading(row=row, value_type=kind, arm=arm, obstacles=tuple(told))


def _from_final(
    row: Mapping[str, Any], final: ArmData, obstacles: list[str], rules: ReadingRules
) -> tuple[ArmData | None, list[str]]:
    """Return the change of an arm from its baseline and final values, both in the unit as reported."""
    before = baseline_spread(row, final.n, rules.admitted)
    start = number(row, "baseline_mean")
    unit = word(row, "baseline_unit") or final.unit
    if unit != final.unit:
        return None, [*obstacles, f"baseline in {unit}, final values in {final.unit}"]
    if math.isnan(before.sd):
        return None, [*obstacles, *before.obstacles]
    found = ask("sd_of_change", sd_baseline=before.sd, sd_final=final.sd, r=rules.r)
    if math.isnan(found["sd"]):
        return None, [*obstacles, found.why_not]
    change = final.mean - start
    step = Step(
        method="change-from-final",
        text=(
            f"change {shown(final.mean)} − {shown(start)} = {shown(change)}, SD √({shown(before.sd)}² + "
            f"{shown(final.sd)}² − 2 × {rules.r:g} × {shown(before.sd)} × {shown(final.sd)}) = {shown(found['sd'])}"
        ),
        assumption=f"baseline and final values correlate by {rules.r:g} (not reported), and are of the same people",
    )
    steps = tuple(dict.fromkeys((*final.steps, *before.steps)))
    arm = replace(final, mean=change, sd=found["sd"], steps=(*steps, step))
    return arm, [*dict.fromkeys((*obstacles, *before.obstacles))]


def _from_percent_change(
    row: Mapping[str, Any], share: ArmData, obstacles: list[str], rules: ReadingRules
) -> tuple[ArmData | None, list[str]]:
    """Return the change of an arm from its percent change and its baseline mean."""
    start, unit = number(row, "baseline_mean"), word(row, "baseline_unit")
    if share.unit not in ("", "%", "not-stated") and not share.unit.startswith("percent"):
        return None, [*obstacles, f"a percent change in {share.unit} is not a percentage"]
    if not unit and "any" not in rules.units:
        return None, [*obstacles, "the unit of the baseline is not stated"]
    if start <= 0:
        return None, [*obstacles, f"a percentage of a baseline of {shown(start)} is no change"]
    change, sd = share.mean / 100 * start, share.sd / 100 * start
    step = Step(
        method="percent-change-to-change",
        text=(
            f"{shown(share.mean)}% of a baseline mean of {shown(start)} is {shown(change)}; SD {shown(share.sd)}% of "
            f"it, {shown(sd)}"
        ),
        assumption=_SCALES,
    )
    arm = replace(share, mean=change, sd=sd, unit=unit or "not-stated", steps=(*share.steps, step))
    return arm, list(obstacles)
