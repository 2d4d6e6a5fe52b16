"""What a specification curve shows, as plain data, and the same in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...numbers import format_effect, format_number
from ..page.scale import digits_for

__all__ = ["ChoiceGroup", "Specification", "SpecificationData", "curve_headline", "curve_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One column of the figure.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        The effect and its interval on the natural scale; limits are NaN where there are none.
    marks : tuple of tuple of int
        For each group of choices, which of its levels come to this result.
    excludes : bool
        Whether the interval excludes the null.
    primary : bool
        Whether it is the primary analysis.
    """

    estimate: float
    ci_low: float
    ci_high: float
    marks: tuple[tuple[int, ...], ...] = ()
    excludes: bool = False
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceGroup:
    """A choice with its levels, as rows of the figure."""

    title: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationData:
    """What a specification curve shows.

    Attributes
    ----------
    specifications : tuple of Specification
        In any order; the figure sorts them by estimate.
    groups : tuple of ChoiceGroup
        The choices below the curve.
    measure, unit : str
        The effect's name and unit, as ``Mean difference`` and ``mg/dl``.
    ratio : bool
        Whether the axis is logarithmic.
    null : float or None
        No effect; None for a proportion.
    factor : float
        What values are multiplied by as text: 100 for proportions.
    level : float
        Level of the intervals.
    title : str
        A line above the figure.
    message : str
        What is said in the figure's place where there is no specification.
    above : str
        What an effect above the null means, as ``in favour of exercise``.
    notes : tuple of str
        Lines under the figure.

    Examples
    --------
    >>> one = Specification(estimate=1.4, ci_low=0.9, ci_high=2.2, marks=((0,),), primary=True)
    >>> data = SpecificationData(
    ...     specifications=(one,), groups=(ChoiceGroup(title="test", levels=("z",)),), measure="Risk ratio", ratio=True
    ... )
    >>> curve_text(data)
    'Specification curve: risk ratio, 1 specification. The estimate is 1.40. Its 95% interval includes the null. The \
primary analysis gives 1.40 (0.90 to 2.20).'
    """

    specifications: tuple[Specification, ...]
    groups: tuple[ChoiceGroup, ...] = ()
    measure: str = "Effect"
    unit: str = ""
    ratio: bool = False
    null: float | None = None
    factor: float = 1.0
    level: float = 0.95
    title: str = ""
    message: str = ""
    above: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ordered(self) -> tuple[Specification, ...]:
        """The specifications by estimate; equal ones by their lower limit, then as they were given.

        Values that agree in ten digits are equal: what differs beyond is rounding, and not the same everywhere.
        """
        return tuple(sorted(self.specifications, key=lambda entry: (_rounded(entry.estimate), _rounded(entry.ci_low))))

    @property
    def digits(self) -> int:
        """Decimals of values as text."""
        if self.ratio:
            return 2
        return 1 if self.factor != 1 else digits_for(entry.ci_high - entry.ci_low for entry in self.specifications)

    def value(self, value: float) -> str:
        """Return a value as text."""
        if self.factor != 1:
            return f"{format_number(self.factor * value, self.digits)}%"
        return format_effect(value, self.digits, ratio=self.ratio)


def _rounded(value: float) -> float:
    return -math.inf if math.isnan(value) else float(f"{value:.10g}")


def curve_headline(data: SpecificationData) -> str:
    """Return a title for the figure in one line."""
    if data.title:
        return " ".join(data.title.split())
    measure = data.measure if not data.measure[1:2].islower() else data.measure[:1].lower() + data.measure[1:]
    count = len(data.specifications)
    return f"Specification curve: {measure}, {count} specification{'' if count == 1 else 's'}"


def curve_text(data: SpecificationData) -> str:
    """Return the alternative text: how many, their range, how many exclude the null, the primary analysis, choices."""
    parts = [f"{curve_headline(data)}."]
    if not data.specifications:
        return " ".join([*parts, data.message]).strip()
    found = data.ordered
    first, last = data.value(found[0].estimate), data.value(found[-1].estimate)
    many = len(found) > 1
    if many:
        parts.append(f"{len(found)} estimates, from {first} to {last}.")
    else:
        parts.append(f"The estimate is {first}.")
    if data.null is not None or data.ratio:
        excluding, level = sum(entry.excludes for entry in found), f"{100 * data.level:g}%"
        single = f"Its {level} interval {'excludes' if excluding else 'includes'} the null."
        parts.append(f"{excluding} of {len(found)} {level} intervals exclude the null." if many else single)
    primary = next((entry for entry in found if entry.primary), None)
    if primary is None:
        parts.append("The primary analysis is not among them.")
    else:
        limits = (
            "" if math.isnan(primary.ci_low) else f" ({data.value(primary.ci_low)} to {data.value(primary.ci_high)})"
        )
        parts.append(f"The primary analysis gives {data.value(primary.estimate)}{limits}.")
    for place, group in enumerate(data.groups):
        if len(group.levels) < 2:
            continue
        ranges = []
        for level_place, name in enumerate(group.levels):
            own = [entry.estimate for entry in found if level_place in entry.marks[place]]
            if own:
                low, high = data.value(min(own)), data.value(max(own))
                ranges.append(f"{name} {low}" if low == high else f"{name} {low} to {high}")
        parts.append(f"By {group.title}: {'; '.join(ranges)}.")
    return " ".join(parts)
