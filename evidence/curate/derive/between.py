"""The SD of two arms, or the SE of their difference, from a printed test of the one against the other."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..arms import ArmData, Step
from ..units import conversion_factor
from .asking import Found, ask
from .cells import number, printed, shown, word

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["BetweenTest", "Differing", "difference_of_sides", "find_test", "in_unit_of", "spread_from_test"]

_LARGEST_G = 3.0
_MOST_UNLIKE = 3.0
_USABLE = ("=", "<", "≤")  # signs before a p-value that bounds a spread from above, or gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenTest:
    """A printed test of one arm against another.

    Attributes
    ----------
    kind : {"t", "f", "se", "p"}
        What is printed.
    value : float
        Its value.
    operator : {"=", "<", "≤"}
        The sign before a p-value.
    rows : tuple of str
        The rows of the contrasts table that print it; empty where it stands with the arms' values.
    unit : str
        The unit of an SE as printed; statistics and p-values have none.
    steps : tuple of Step
        What brought it there from what is printed.
    """

    kind: str
    value: float
    operator: str = "="
    rows: tuple[str, ...] = ()
    unit: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def method(self) -> str:
        """The derivation that uses it."""
        if self.kind != "p":
            return "statistic-to-sd"
        return "p-to-sd" if self.operator == "=" else "p-bound-to-sd"

    @property
    def sign(self) -> str:
        """The sign before a p-value as `evidence.reported` takes it."""
        return "<=" if self.operator == "≤" else self.operator

    @property
    def text(self) -> str:
        """The test as a reader would write it."""
        name = {"f": "F", "se": "SE of the difference"}.get(self.kind, self.kind)
        return f"{name} {self.operator} {shown(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """The difference of two arms of the same people, straight from a paired test."""

    yi: float
    vi: float
    step: Step


def find_test(
    rows: tuple[Mapping[str, Any], Mapping[str, Any]],
    contrasts: Sequence[Mapping[str, Any]],
    others: Sequence[Mapping[str, Any]],
    *,
    value_type: str,
) -> BetweenTest | str:
    """Return the printed test of two arms, or why there is none that says anything in numbers.

    A test statistic comes before an exact p-value, and that before a bound. A p-value or test that stands with final
    values whose baseline is printed too is not used, unless it says that it is of final values: it may be that of the
    changes. A t that is printed the other way round is turned.

    Parameters
    ----------
    rows : pair of mappings
        The arms' rows of the outcomes table.
    value_type : str
        The kind of value that is to be tested.
    contrasts : sequence of mappings
        The rows of the contrasts table on these arms, this outcome and this time.
    others : sequence of mappings
        The outcome's rows of the trial's other arms.
    """
    unsure = any(word(row, "value_type") == "final" and printed(row, "baseline_mean") for row in rows)
    unnamed = [row for row in contrasts if not word(row, "value_type")] if unsure else []
    contrasts = [row for row in contrasts if word(row, "value_type") in ("", value_type) and row not in unnamed]
    second = word(rows[1], "arm_id")
    statistic = next(filter(None, (_statistic(row, second) for row in contrasts)), None)
    own = [row for row in rows if word(row, "p_operator") and word(row, "p_scope") == "between-arms"]
    signs = {(word(row, "p_operator"), number(row, "p_value")) for row in own if printed(row, "p_value")}
    if statistic is not None:
        return statistic
    if len(signs) > 1:
        return "the arms' rows print different p-values"
    shared = [row for row in others if (word(row, "p_operator"), number(row, "p_value")) in signs]
    if signs and shared:
        return "the p-value may compare more than two arms"
    if signs and unsure:
        return "the p-value may be that of the changes, not of the final values"
    found = [BetweenTest(kind="p", value=value, operator=operator) for operator, value in signs if operator in _USABLE]
    found += filter(None, map(_p_value, contrasts))
    if found:
        return min(found, key=lambda test: test.operator != "=")
    if any(_statistic(row, second) or _p_value(row) for row in unnamed):
        return "the test may be that of the changes, not of the final values"
    contrasts = [*contrasts, *unnamed]
    if any(word(row, "p_operator") == "not-significant" for row in (*own, *contrasts)):
        return "“not significant” is not a number"
    if any(word(row, "p_operator") in (">", "≥") for row in (*own, *contrasts)):
        return "a p-value above something is not a number"
    return "no p-value or test of these two arms"


def _p_value(row: Mapping[str, Any]) -> BetweenTest | None:
    operator = word(row, "p_operator")
    if not printed(row, "p_value") or operator not in _USABLE or word(row, "p_scope") != "between-arms":
        return None
    return BetweenTest(kind="p", value=number(row, "p_value"), operator=operator, rows=(word(row, "contrast_id"),))


def _statistic(row: Mapping[str, Any], second: str) -> BetweenTest | None:
    """Return the statistic that a row prints; `second` is the arm that is taken away from the other."""
    kind = {"t": "t", "F": "f"}.get(word(row, "statistic"), "")
    rows = (word(row, "contrast_id"),)
    if kind and printed(row, "statistic_value"):
        turned = kind == "t" and second != "" and word(row, "arm_id_1") == second
        value = number(row, "statistic_value")
        return BetweenTest(kind=kind, value=-value if turned else value, rows=rows)
    if printed(row, "se") and word(row, "estimate_measure").casefold() in ("md", "mean difference"):
        return BetweenTest(kind="se", value=number(row, "se"), rows=rows, unit=word(row, "unit"))
    return None


def in_unit_of(
    arm: ArmData, test: BetweenTest, defined: Mapping[str, str], admitted: Collection[str]
) -> tuple[BetweenTest, tuple[Step, ...]] | str:
    """Return a test in the unit of an arm's values with the step to it, or why it is not in that unit.

    Parameters
    ----------
    arm : ArmData
        One of the arms, in the unit of the analysis.
    test : BetweenTest
        Only an SE has a unit.
    defined : mapping of str to str
        Unit → what it is in terms that pint knows.
    admitted : collection of str
        The derivations admitted.
    """
    factor = 1.0 if test.kind != "se" else conversion_factor(test.unit, arm.unit, defined)
    if factor == 1.0:
        return test, ()
    if factor is None or "unit" not in admitted:
        return f"{test.text} is in {test.unit or 'a unit not stated'}, not in {arm.unit or 'a unit not stated'}"
    value = test.value * factor
    text = f"SE of {shown(test.value)} {test.unit} × {factor:.6g} = {shown(value)} {arm.unit}"
    return replace(test, value=value, unit=arm.unit), (Step(method="unit", text=text),)


def spread_from_test(
    one: ArmData, two: ArmData, test: BetweenTest, siblings: Sequence[float] = ()
) -> tuple[ArmData, ArmData, Step] | str:
    """Return two arms with the pooled SD that their test implies and the step to it, or why it implies none.

    Parameters
    ----------
    one, two : ArmData
        The arms, with means and n in the same unit.
    test : BetweenTest
        Of an unpaired comparison.
    siblings : sequence of float
        SDs of other arms with the same outcome and unit, to tell whether this one is plausible.
    """
    gap = one.mean - two.mean
    found = ask(
        "sd_from_test",
        difference=gap,
        n1=one.n,
        n2=two.n,
        **{test.kind: test.value},
        operator=test.sign,
    )
    sd = found["sd"]
    if math.isnan(sd):
        return f"{test.text} gives no SD: {found.why_not}"
    cautions = [*filter(None, [found.caution]), *_implausible(gap / sd, sd, siblings)]
    step = Step(
        method=test.method,
        text=f"difference {shown(gap)}, {test.text}, n {shown(one.n)} and {shown(two.n)}: SD {shown(sd)} in both arms",
        assumption=_assumption(test),
        caution="; ".join(cautions),
    )
    return replace(one, sd=sd), replace(two, sd=sd), step


def _assumption(test: BetweenTest, *, paired: bool = False) -> str:
    design = "a paired" if paired else "an unpaired, unadjusted"
    what = "the p-value is that of" if test.kind == "p" else f"{test.text.split(' ')[0]} is of"
    bound = "; the true SD is smaller, so that the trial counts for less than it should" if test.operator != "=" else ""
    return f"{what} {design}, two-sided t-test of these two arms{'' if paired else ' with equal SDs'}{bound}"


def _implausible(g: float, sd: float, siblings: Sequence[float]) -> list[str]:
    """Return what makes an implied SD hard to believe."""
    told = []
    if abs(g) > _LARGEST_G:
        told.append(f"it makes the arms differ by {shown(abs(g))} SDs, which is implausibly many")
    if siblings:
        middle = statistics.median(siblings)
        ratio = sd / middle
        if not 1 / _MOST_UNLIKE <= ratio <= _MOST_UNLIKE:
            count = f"{len(siblings)} other arm{'s' * (len(siblings) > 1)}"
            told.append(
                f"the SD of {shown(sd)} is {ratio:.2g} times that of {count} with this outcome and unit "
                f"(median {shown(middle)}), which is implausible"
            )
    return told


def difference_of_sides(one: ArmData, two: ArmData, test: BetweenTest, *, measure: str, r: float) -> Differing | str:
    """Return the difference of two sides of the same people from their paired test, or why there is none.

    The mean difference needs no correlation: its SE is the difference over t. A standardised difference is in units of
    the SD of the people, which follows from that of the differences only with a correlation.
    """
    gap = one.mean - two.mean
    if one.n != two.n:
        return "sides of the same people, but with different n"
    if test.kind == "se":
        return f"{test.text} gives no paired difference by arm"
    options: dict[str, Any] = {test.kind: abs(test.value)} if test.kind != "p" else {"p": test.value}
    if measure == "MD":
        if test.kind == "f":
            options = {"t": math.sqrt(test.value)} if test.value >= 0 else {"t": math.nan}
        found = ask("sd_of_change_from_test", mean_change=gap, n=one.n, **options, operator=test.sign)
        yi, vi, what = gap, found["se"] ** 2, f"SE {shown(found['se'])}" if found.value else ""
        extra = ""
    elif measure == "SMD":
        signed = {name: math.copysign(value, gap) for name, value in options.items()}
        found = ask("smd_from_paired_statistic", n=one.n, r=r, **signed, measure="SMCR", operator=test.sign)
        yi, vi, what = found["yi"], found["vi"], f"g {shown(found['yi'])}" if found.value else ""
        extra = f"; the sides have equal SDs and correlate by {r:g} (not reported)"
    else:
        return f"no paired form of {measure} from a test"
    if math.isnan(vi) or gap == 0:
        return f"{test.text} gives no SE: {_why(found)}"
    step = Step(
        method=test.method,
        text=f"difference {shown(gap)} of {shown(one.n)} people, paired {test.text}: {what}",
        assumption=_assumption(test, paired=True) + extra,
        caution=found.caution,
    )
    return Differing(yi=yi, vi=vi, step=step)


def _why(found: Found) -> str:
    return found.why_not or "there is no difference"
