"""One arm's numbers, ready for an effect size, and every step that led from the report to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..numbers import format_number
from .index import present
from .units import conversion_factor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..protocol import Analysis, Outcome, Synthesis

__all__ = ["ArmData", "Step", "combine_arms", "read_binary", "read_continuous", "split_arm"]


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
    """

    method: str
    text: str
    assumption: str = ""


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


def read_binary(row: Mapping[str, Any], analysis: Analysis) -> tuple[ArmData | None, list[str]]:
    """Return one arm's events and n, and what stands in the way of using them.

    A printed count with its printed denominator comes first; then a printed count with the arm's n; then, where the
    analysis admits it, the only whole number of people that a printed percentage allows.
    """
    identity = {"arm_id": row["arm_id"], "label": row["arm_id"], "rows": (row["row_id"],)}
    if present(row["events"]) and present(row["total"]):
        return ArmData(**identity, events=float(row["events"]), n=float(row["total"])), []
    if present(row["events"]) and present(row["n"]):
        step = Step(
            method="n-from-elsewhere",
            text=f"{row['events']} printed without a denominator; n = {row['n']} ({row['n_basis'] or 'no basis'})",
            assumption="everyone counted in n was assessed",
        )
        obstacles = [] if row["n_status"] in analysis.n_statuses else [f"denominator is {row['n_status']}, not printed"]
        return ArmData(**identity, events=float(row["events"]), n=float(row["n"]), steps=(step,)), obstacles
    if present(row["events"]):
        return None, ["no denominator"]
    if present(row["events_implied"]) and present(row["total_implied"]):
        share = row["percent_as_printed"] or (f"{row['percent']:g}%" if present(row["percent"]) else "the statement")
        basis = row["implied_basis"] or "whole number"
        step = Step(
            method="percent-to-events",
            text=f"{share} of {row['total_implied']} is {row['events_implied']} ({basis})",
            assumption=f"the denominator is {row['total_implied']}",
        )
        obstacles = [] if "implied" in analysis.counts else ["count only implied by a percentage"]
        arm = ArmData(**identity, events=float(row["events_implied"]), n=float(row["total_implied"]), steps=(step,))
        return arm, obstacles
    return None, ["no count, and no percentage that fits one"]


def _dispersion(row: Mapping[str, Any], n: float, analysis: Analysis) -> tuple[float, tuple[Step, ...], list[str]]:
    """Return an SD, the steps to it, and what stands in the way."""
    if present(row["sd"]):
        return float(row["sd"]), (), [] if "sd" in analysis.dispersion else ["SD not admitted"]
    if present(row["se"]):
        sd = float(row["se"]) * math.sqrt(n)
        step = Step(method="se-to-sd", text=f"SD = SE × √n = {row['se']:g} × √{n:g} = {sd:.4g}")
        return sd, (step,), [] if "se" in analysis.dispersion else ["only an SE"]
    if present(row["ci_low"]) and present(row["ci_high"]):
        from scipy import stats

        level = float(row["ci_level"])
        quantile = float(stats.t.ppf((1 + level) / 2, n - 1)) if n > 1 else math.nan
        sd = math.sqrt(n) * (float(row["ci_high"]) - float(row["ci_low"])) / (2 * quantile)
        step = Step(
            method="ci-to-sd",
            text=f"SD = √n × (upper − lower) / (2 t) = {sd:.4g}",
            assumption="the interval is a t interval of one mean",
        )
        return sd, (step,), [] if "ci" in analysis.dispersion else ["only a confidence interval"]
    if present(row["plus_minus"]):
        step = Step(
            method="plus-minus-as-sd",
            text=f"± {row['plus_minus']:g} read as an SD",
            assumption="the unlabelled ± is an SD, not an SE",
        )
        admitted = "presumed-sd" in analysis.dispersion
        return float(row["plus_minus"]), (step,), [] if admitted else ["± is not labelled: SD or SE unknown"]
    return math.nan, (), ["no SD, SE or interval"]


def read_continuous(
    row: Mapping[str, Any], synthesis: Synthesis, outcome: Outcome, analysis: Analysis
) -> tuple[ArmData | None, list[str]]:
    """Return one arm's mean, SD and n in the outcome's unit, and what stands in the way of using them."""
    if not present(row["mean"]):
        return None, ["no mean"]
    n = float(row["n"]) if present(row["n"]) else math.nan
    sd, steps, obstacles = _dispersion(row, n, analysis)
    if not present(row["n"]):
        obstacles.append("n of the arm not stated")
    elif row["n_status"] not in analysis.n_statuses:
        obstacles.append(f"n is {row['n_status']}")
    mean, unit = float(row["mean"]), row["unit"]
    if unit not in synthesis.units and "any" not in synthesis.units:
        factor = conversion_factor(unit, outcome.unit)
        if factor is None:
            obstacles.append(f"unit {unit} cannot be brought to {outcome.unit}")
        elif factor != 1.0:
            mean, sd = mean * factor, sd * factor
            text = f"{row['mean']:g} {unit} × {factor:.6g} = {format_number(mean, 3)} {outcome.unit}"
            steps += (Step(method="unit", text=text),)
            unit = outcome.unit
    if not math.isnan(sd) and sd <= 0:
        obstacles.append("SD is zero")
    arm = ArmData(
        arm_id=row["arm_id"], label=row["arm_id"], rows=(row["row_id"],), n=n, mean=mean, sd=sd, unit=unit, steps=steps
    )
    return arm, obstacles


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
    n = sum(arm.n for arm in arms)
    mean = sum(arm.n * arm.mean for arm in arms) / n
    squares = sum((arm.n - 1) * arm.sd**2 + arm.n * (arm.mean - mean) ** 2 for arm in arms)
    names = " + ".join(arm.arm_id for arm in arms)
    step = Step(method="combine-arms", text=f"arms {names} taken together, so that everyone counts once")
    return ArmData(
        arm_id="+".join(arm.arm_id for arm in arms),
        label=" + ".join(arm.label for arm in arms),
        rows=tuple(row for arm in arms for row in arm.rows),
        n=n,
        mean=mean,
        sd=math.sqrt(squares / (n - 1)),
        events=sum(arm.events for arm in arms),
        unit=arms[0].unit,
        steps=(*(step for arm in arms for step in arm.steps), step),
    )


def split_arm(arm: ArmData, parts: int) -> ArmData:
    """Return a `parts`-th of an arm that `parts` comparisons share: n (and events) divided, mean and SD kept.

    References
    ----------
    Cochrane Handbook, section 23.3.4. https://doi.org/10.1002/9781119536604.ch23
    """
    if parts == 1:
        return arm
    step = Step(
        method="split-control",
        text=f"the shared arm {arm.arm_id} divided by {parts}",
        assumption="the parts are independent, which they are only nearly",
    )
    return replace(arm, n=arm.n / parts, events=arm.events / parts, steps=(*arm.steps, step))
