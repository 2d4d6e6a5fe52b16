"""What a L'Abbé plot shows: events of two groups, and the effect that was pooled from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...counts import Counts, CountsResult, GlmmResult, Rates
from ...effects import is_ratio, measure_label
from ...errors import InputError
from ...vocabulary import check_option
from .answer_words import NO_ANSWER, AnswerWords, answer_words
from .fit_points import as_ratio, studies

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LabbeData", "LabbeStudy", "labbe_data"]

_RISKS = ("RR", "OR", "PETO", "RD", "AS")
_RATES = ("IRR", "IRD", "IRSD")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabbeStudy:
    """The events of one study.

    Attributes
    ----------
    label : str
        Its name.
    events1, total1 : float
        Events of group 1, and its people or its person-time.
    events2, total2 : float
        The same of group 2.
    weight : float or None
        Its weight in percent; None where it has none.
    """

    label: str
    events1: float
    total1: float
    events2: float
    total2: float
    weight: float | None = None

    @property
    def first(self) -> float:
        """Risk or rate of group 1."""
        return self.events1 / self.total1

    @property
    def second(self) -> float:
        """Risk or rate of group 2."""
        return self.events2 / self.total2


@dataclass(frozen=True, slots=True, kw_only=True)
class LabbeData:
    """What a L'Abbé plot shows.

    Attributes
    ----------
    studies : tuple of LabbeStudy
        The studies.
    measure : {"RR", "OR", "PETO", "RD", "AS", "IRR", "IRD", "IRSD"}
        What was pooled: a measure of two risks or of two rates.
    estimate, ci_low, ci_high : float or None
        The pooled effect and its interval on the scale of the analysis (logarithms for ratios); None where nothing was
        pooled.
    level : float
        Confidence level.
    arm_labels : tuple of str
        Names of the two groups.
    time_unit : str
        For rates, the unit of person-time, as ``person-years``.
    notes : tuple of str
        What stands under the figure.
    answer : AnswerWords
        Question, analysis and cautions, where it is an answer of a base.

    Raises
    ------
    InputError
        If there is no study, or its counts are impossible.
    OptionError
        If the measure has no curve in this plot.
    """

    studies: tuple[LabbeStudy, ...]
    measure: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    level: float = 0.95
    arm_labels: tuple[str, str] = ("Group 1", "Group 2")
    time_unit: str = "person-time"
    notes: tuple[str, ...] = ()
    answer: AnswerWords = NO_ANSWER

    def __post_init__(self) -> None:
        check_option("measure", self.measure, (*_RISKS, *_RATES))
        if not self.studies:
            raise InputError("a L'Abbé plot needs the events of at least one study")
        for study in self.studies:
            counts = (study.events1, study.total1, study.events2, study.total2)
            if not all(math.isfinite(count) and count >= 0 for count in counts) or min(counts[1], counts[3]) <= 0:
                raise InputError(f"{study.label}: events must be known and not negative, their groups larger than 0")
            if not self.rates and (study.events1 > study.total1 or study.events2 > study.total2):
                raise InputError(f"{study.label}: more events than people")

    @property
    def rates(self) -> bool:
        """Whether groups are described by rates, not risks."""
        return self.measure in _RATES

    @property
    def ratio(self) -> bool:
        """Whether the effect is shown as a ratio."""
        return is_ratio(self.measure)

    @property
    def name(self) -> str:
        """The measure in words."""
        return measure_label(self.measure)

    @property
    def weighted(self) -> bool:
        """Whether every study has a weight."""
        return all(study.weight is not None and math.isfinite(study.weight) for study in self.studies)

    def sizes(self) -> tuple[float, ...]:
        """Return what the areas of the bubbles are proportional to: the weights, or else people or person-time."""
        return tuple(
            study.weight if self.weighted and study.weight is not None else study.total1 + study.total2
            for study in self.studies
        )

    def expected(self, second: float, effect: float) -> float:
        """Return the risk or rate of group 1 that goes with that of group 2 and an effect; NaN where none does.

        Examples
        --------
        >>> study = LabbeStudy(label="A", events1=1, total1=10, events2=2, total2=10)
        >>> LabbeData(studies=(study,), measure="RR").expected(0.4, math.log(0.5))
        0.2
        """
        if self.measure in ("RR", "IRR"):
            first = as_ratio(effect) * second
            return first if self.rates or first <= 1 else math.nan
        if self.measure in ("OR", "PETO"):
            odds = as_ratio(effect)
            return odds * second / (1 - second + odds * second)
        if self.measure == "AS":
            turned = math.asin(math.sqrt(second)) + effect
            return math.sin(turned) ** 2 if 0 <= turned <= math.pi / 2 else math.nan
        if self.measure == "IRSD":
            root = math.sqrt(second) + effect
            return root**2 if root >= 0 else math.nan
        first = second + effect
        return first if first >= 0 and (self.rates or first <= 1) else math.nan


def labbe_data(result: Any, *, arm_labels: tuple[str, str] | None = None, time_unit: str = "person-time") -> LabbeData:
    """Return what the L'Abbé plot of a result shows.

    Parameters
    ----------
    result : SynthesisResult, CountsResult or GlmmResult
        A result that knows the events of two groups.
    arm_labels : tuple of str, optional
        Names of the two groups; those of the protocol for a synthesis.
    time_unit : str
        For rates, the unit of person-time.

    Raises
    ------
    InputError
        If it knows none, as a fit of effects and variances does not.

    Examples
    --------
    >>> from evidence.counts import mantel_haenszel
    >>> found = mantel_haenszel(events1=[4, 6], n1=[123, 306], events2=[11, 29], n2=[139, 303])
    >>> data = labbe_data(found)
    >>> data.measure, [round(study.first, 3) for study in data.studies]
    ('OR', [0.033, 0.02])
    """
    if hasattr(result, "synthesis") and hasattr(result, "effects"):
        return _from_synthesis(result, arm_labels)
    options: dict[str, Any] = {"arm_labels": arm_labels or ("Group 1", "Group 2"), "time_unit": time_unit}
    if isinstance(result, CountsResult):
        return _from_counts(result, options)
    if isinstance(result, GlmmResult) and isinstance(result.studies.table, (Counts, Rates)):
        return _from_glmm(result, options)
    raise InputError(
        "a L'Abbé plot needs the events of two groups; "
        f"{type(result).__name__} holds none. Give a synthesis of counts, mantel_haenszel(), peto() or glmm(), "
        "or LabbeData"
    )


def _from_synthesis(result: Any, arm_labels: tuple[str, str] | None) -> LabbeData:
    comparison = result.protocol.comparisons[result.synthesis.comparison]
    measure = result.synthesis.measure
    table = result.effects
    known = table[["events1", "n1", "events2", "n2"]].astype(float).notna().all(axis=1)
    if measure not in _RISKS or not known.any():
        raise InputError(
            f"a L'Abbé plot needs the events of two groups; {result.id} pools {measure_label(measure)} "
            f"of {studies(len(table))}, and {int(known.sum())} of them with events"
        )
    lost = int((~known).sum())
    pooled = result.fit is not None
    rows = table[known]
    return LabbeData(
        studies=tuple(
            LabbeStudy(
                label=str(row.study),
                events1=float(row.events1),
                total1=float(row.n1),
                events2=float(row.events2),
                total2=float(row.n2),
                weight=float(row.weight) if pooled else None,
            )
            for row in rows.itertuples()
        ),
        measure=measure,
        estimate=result.estimate if pooled else None,
        ci_low=result.ci[0] if pooled else None,
        ci_high=result.ci[1] if pooled else None,
        level=result.synthesis.level,
        arm_labels=arm_labels or (comparison.arm_1, comparison.arm_2),
        notes=_not_drawn(lost, "without events of both groups"),
        answer=answer_words(result),
    )


def _from_counts(result: CountsResult, options: dict[str, Any]) -> LabbeData:
    numbers = result.table.numbers[:, result.included]
    lost = int((~result.included).sum())
    return LabbeData(
        studies=_studies(numbers, [str(label) for label in result.labels], result.table, list(result.weights)),
        measure=result.measure,
        level=result.level,
        notes=_not_pooled(lost),
        **_pooled(result),
        **options,
    )


def _from_glmm(result: GlmmResult, options: dict[str, Any]) -> LabbeData:
    found = result.studies
    no_weights: list[float | None] = [None] * len(found.labels)
    return LabbeData(
        studies=_studies(found.numbers, [str(label) for label in found.labels], found.table, no_weights),
        measure=result.measure,
        level=result.level,
        notes=_not_pooled(int((~found.included).sum())),
        **_pooled(result),
        **options,
    )


def _studies(
    numbers: Any, labels: Sequence[str], table: object, weights: Sequence[float | None]
) -> tuple[LabbeStudy, ...]:
    rates = isinstance(table, Rates)
    found = []
    for label, (a, b, c, d), weight in zip(labels, numbers.T.tolist(), weights, strict=True):
        totals = (b, d) if rates else (a + b, c + d)
        # A study that adds nothing to the pooled estimate weighs nothing.
        share = weight if weight is None or math.isfinite(weight) else None
        found.append(LabbeStudy(label=label, events1=a, total1=totals[0], events2=c, total2=totals[1], weight=share))
    return tuple(found)


def _pooled(result: CountsResult | GlmmResult) -> dict[str, Any]:
    """Return the pooled effect and its interval; nothing for one study, or where there is no number."""
    # Raises for moderators, which leave no single curve.
    values = {"estimate": result.estimate, "ci_low": result.ci[0], "ci_high": result.ci[1]}
    if result.k < 2 or not math.isfinite(values["estimate"]):
        return {}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _not_pooled(count: int) -> tuple[str, ...]:
    return _not_drawn(count, f"that {'does' if count == 1 else 'do'} not enter the analysis")


def _not_drawn(count: int, why: str) -> tuple[str, ...]:
    return (f"{studies(count)} {why} {'is' if count == 1 else 'are'} not drawn.",) if count else ()
