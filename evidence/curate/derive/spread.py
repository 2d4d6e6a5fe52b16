"""The SD of one arm, from whatever is printed of its spread."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..arms import Step
from .asking import Found, ask
from .cells import number, printed, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["NO_SPREAD", "Spread", "baseline_spread", "beside_printed_sd", "five_numbers", "has_five_numbers", "spread"]

NO_SPREAD = "no SD, SE or interval"
_NUMBERS = ("minimum", "q1", "median", "q3", "maximum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """An SD (NaN if none), the mean where it had to be derived with it, the steps, and what stands in the way."""

    sd: float = math.nan
    mean: float = math.nan
    steps: tuple[Step, ...] = ()
    obstacles: tuple[str, ...] = ()


def spread(row: Mapping[str, Any], n: float, admitted: Collection[str]) -> Spread:
    """Return the SD of an arm: as printed, else from the first of SE, interval, quartiles or range, and ±.

    What is not admitted is derived all the same, with an obstacle: so that what it would need can be said.
    """
    if printed(row, "sd"):
        return Spread(sd=number(row, "sd"))
    if printed(row, "se"):
        return _admit(_from_se(row, n), "se-to-sd" in admitted, "only an SE")
    if printed(row, "ci_low", "ci_high"):
        return _admit(_from_ci(row, n), "ci-to-sd" in admitted, "only a confidence interval")
    if has_five_numbers(row) and ("five-numbers" in admitted or not printed(row, "plus_minus")):
        return _admit(five_numbers(row, n), "five-numbers" in admitted, "only quartiles or a range")
    if printed(row, "plus_minus"):
        return _unlabelled(number(row, "plus_minus"), n, admitted)
    return Spread(obstacles=(NO_SPREAD,))


def baseline_spread(row: Mapping[str, Any], n: float, admitted: Collection[str]) -> Spread:
    """Return the SD before treatment, as printed or from an unlabelled ±."""
    if printed(row, "baseline_sd"):
        return Spread(sd=number(row, "baseline_sd"))
    if printed(row, "baseline_plus_minus"):
        return _unlabelled(number(row, "baseline_plus_minus"), n, admitted)
    return Spread(obstacles=("no SD at baseline",))


def has_five_numbers(row: Mapping[str, Any]) -> bool:
    """Whether both quartiles or both ends of the range are printed."""
    return printed(row, "q1", "q3") or printed(row, "minimum", "maximum")


def five_numbers(row: Mapping[str, Any], n: float) -> Spread:
    """Return mean and SD from median, quartiles and range, unless the test of skewness refuses them."""
    numbers = {name: number(row, name) for name in _NUMBERS if printed(row, name)}
    found = ask("mean_sd_from_five_numbers", n=n, **numbers)
    if math.isnan(found["sd"]):
        return Spread(obstacles=(f"median and quartiles give no mean and SD: {found.why_not}",) if _known(n) else ())
    untested = "" if "median" in numbers else ", which cannot be tested without a median"
    listed = ", ".join(f"{name} {shown(value)}" for name, value in numbers.items())
    mean = "" if math.isnan(found["mean"]) else f"mean {shown(found['mean'])}, "
    step = Step(
        method="five-numbers",
        text=f"{listed} (n = {shown(n)}): {mean}SD {shown(found['sd'])}",
        assumption=f"the values are normally distributed{untested}",
        caution=found.caution,
    )
    return Spread(sd=found["sd"], mean=found["mean"], steps=(step,))


def beside_printed_sd(row: Mapping[str, Any], found: Spread) -> Spread:
    """Return what `five_numbers` found with the SD that is printed beside the median, where there is one."""
    if not printed(row, "sd") or not found.steps:
        return found
    sd, step = number(row, "sd"), found.steps[0]
    text = f"{step.text.rpartition(': ')[0]}: mean {shown(found.mean)}; SD {shown(sd)} as printed"
    return replace(found, sd=sd, steps=(replace(step, text=text),))


def _from_se(row: Mapping[str, Any], n: float) -> Spread:
    se = number(row, "se")
    found = ask("sd_from_se", se=se, n=n)
    text = f"SD = SE × √n = {shown(se)} × √{shown(n)} = {shown(found['sd'])}" if _known(found["sd"]) else ""
    return _found(found, n, Step(method="se-to-sd", text=text))


def _from_ci(row: Mapping[str, Any], n: float) -> Spread:
    low, high, level = (number(row, name) for name in ("ci_low", "ci_high", "ci_level"))
    found = ask("sd_from_ci", ci_low=low, ci_high=high, n=n, mean=number(row, "mean"), level=level)
    if not _known(found["sd"]):
        return _found(found, n, Step(method="ci-to-sd", text=""))
    step = Step(
        method="ci-to-sd",
        text=(
            f"SD = √n × (upper − lower) / (2 t) = √{shown(n)} × ({shown(high)} − {shown(low)}) / (2 t) = "
            f"{shown(found['sd'])}, {100 * level:g}% interval"
        ),
        assumption="the interval is a t interval of one arm's mean, on the raw scale",
        caution=found.caution,
    )
    return _found(found, n, step)


def _unlabelled(figure: float, n: float, admitted: Collection[str]) -> Spread:
    """Return an unlabelled ± as an SD, or as an SE where that reading is admitted: it is the wider one."""
    if "plus-minus-as-se" in admitted:
        found = ask("sd_from_se", se=figure, n=n)
        text = f"± {shown(figure)} read as an SE: × √{shown(n)} = {shown(found['sd'])}" if _known(found["sd"]) else ""
        assumption = "the unlabelled ± is an SE, not an SD"
        return _found(found, n, Step(method="plus-minus-as-se", text=text, assumption=assumption))
    step = Step(
        method="plus-minus-as-sd",
        text=f"± {shown(figure)} read as an SD",
        assumption="the unlabelled ± is an SD, not an SE",
    )
    return _admit(
        Spread(sd=figure, steps=(step,)),
        "plus-minus-as-sd" in admitted,
        "± is not labelled: SD or SE unknown",
    )


def _known(value: float) -> bool:
    return not math.isnan(value)


def _found(found: Found, n: float, step: Step) -> Spread:
    """Return the SD found with its step, or why there is none; a missing n is told by whoever reads the arm."""
    if _known(found["sd"]):
        return Spread(sd=found["sd"], steps=(step,))
    return Spread(obstacles=(found.why_not,) if _known(n) else ())


def _admit(found: Spread, admitted: bool, obstacle: str) -> Spread:
    if admitted:
        return found
    return Spread(sd=found.sd, mean=found.mean, steps=found.steps, obstacles=(*found.obstacles, obstacle))
