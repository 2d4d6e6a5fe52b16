"""The correlation of two sides of the same people, from the test that compares them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..arms import ArmData, Step
from .asking import Found, ask
from .cells import shown

if TYPE_CHECKING:
    from .between import BetweenTest

__all__ = ["paired_step", "recovered_r"]


def paired_step(r: float) -> Step:
    """Return the step of a variance of paired sides with a correlation that is not reported."""
    return Step(
        method="paired",
        text=f"both sides are the same people: variance of the difference with r = {r:g}",
        assumption=f"the sides correlate by {r:g} (not reported)",
    )


def recovered_r(one: ArmData, two: ArmData, test: BetweenTest) -> tuple[float, Step] | str:
    """Return the correlation that a paired test and the SDs of both sides imply, or why they imply none.

    SD of the difference = √n |difference| / |t| = √n SE, and r = (SD₁² + SD₂² − SD²) / (2 SD₁ SD₂).

    Parameters
    ----------
    one, two : ArmData
        The sides, with means, SDs and the same n.
    test : BetweenTest
        An exact p-value, t or F of the paired comparison, or the SE of the difference in the sides' unit.
    """
    usable = test.kind in ("t", "p") or (test.kind == "f" and test.value >= 0) or (test.kind == "se" and test.value > 0)
    if not usable or test.operator != "=":
        return f"{test.text} gives no r"
    if test.kind == "se" and test.unit != one.unit:
        return f"{test.text} gives no r: it is in {test.unit or 'a unit not stated'}"
    gap = one.mean - two.mean
    spread = _spread_of_differences(gap, one.n, test)
    if math.isnan(spread["sd"]):
        return f"{test.text} gives no r: {spread.why_not}"
    found = ask("r_from_sds", sd_baseline=one.sd, sd_final=two.sd, sd_change=spread["sd"])
    r = found["r"]
    if math.isnan(r) or r == 1:
        return f"{test.text} gives no r: {found.why_not or 'it would be 1'}"
    name = {"p": "p-value", "f": "F", "se": "SE"}.get(test.kind, test.kind)
    step = Step(
        method="paired-r",
        text=(
            f"difference {shown(gap)} of {shown(one.n)} people with paired {test.text}: SD of the differences "
            f"{shown(spread['sd'])}; with SDs {shown(one.sd)} and {shown(two.sd)}, r = {shown(r)}"
        ),
        assumption=f"the {name} is that of the paired t-test of these two means",
        caution="the sides correlate negatively, which is implausible" if r < 0 else "",
    )
    return r, step


def _spread_of_differences(gap: float, n: float, test: BetweenTest) -> Found:
    """Return the SD of people's differences: from the SE by √n, else from their mean and its test."""
    if test.kind == "se":
        return ask("sd_from_se", se=test.value, n=n)
    # of two sides, F on 1 degree of freedom is t²
    given = {"t": math.sqrt(test.value)} if test.kind == "f" else {test.kind: test.value}
    return ask("sd_of_change_from_test", mean_change=gap, n=n, **given)
