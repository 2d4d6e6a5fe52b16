"""The kinds of number that an abstract may print, and the columns that each might fill."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of number: its name, what it is, and the columns that it might fill, as ``table.column``."""

    name: str
    meaning: str
    fills: tuple[str, ...] = ()


_P = ("contrasts.p_value", "contrasts.p_operator", "outcomes.p_value", "outcomes.p_operator", "baselines.p_value")

_QUARTILES = ("outcomes.median", "outcomes.q1", "outcomes.q3")
_ENDS = ("outcomes.minimum", "outcomes.maximum")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="people",
            meaning="a number of people, or of sides or sites within people",
            fills=("studies.n_randomised", "arms.n_randomised", "arms.n_analysed", "outcomes.n"),
        ),
        Kind(
            name="mean ± spread",
            meaning="a mean with its spread, or with a figure after ±",
            fills=("outcomes.mean", "baselines.mean"),
        ),
        Kind(name="number (number)", meaning="a number, and one in brackets", fills=("outcomes.mean",)),
        Kind(
            name="number (range)",
            meaning="a number, and two ends in brackets",
            fills=(*_QUARTILES, *_ENDS, "contrasts.estimate", "contrasts.ci_low", "contrasts.ci_high"),
        ),
        Kind(
            name="count of total",
            meaning="a count and its denominator, printed together",
            fills=("outcomes.events", "outcomes.total", "harms.events", "baselines.events"),
        ),
        Kind(
            name="count (percent)",
            meaning="a count with its share, without the denominator",
            fills=("outcomes.events", "outcomes.percent", "harms.events", "harms.percent"),
        ),
        Kind(name="percent", meaning="a percentage", fills=("outcomes.percent", "harms.percent", "baselines.percent")),
        Kind(name="p-value", meaning="a p-value with its sign", fills=_P),
        Kind(
            name="interval",
            meaning="the limits of an interval, with its level",
            fills=(
                "contrasts.ci_low",
                "contrasts.ci_high",
                "contrasts.ci_level",
                "outcomes.ci_low",
                "outcomes.ci_high",
            ),
        ),
        Kind(
            name="test statistic",
            meaning="a test statistic",
            fills=("contrasts.statistic", "contrasts.statistic_value", "contrasts.test"),
        ),
        Kind(
            name="effect",
            meaning="a printed effect or measure of association",
            fills=("contrasts.estimate", "contrasts.estimate_measure"),
        ),
        Kind(name="age", meaning="an age", fills=("studies.age", "baselines.mean", "baselines.minimum")),
        Kind(
            name="time",
            meaning="a time, or a length of time",
            fills=("outcomes.time_weeks", "outcomes.time_as_reported", "studies.followup_weeks", "arms.interval_weeks"),
        ),
        Kind(name="repetitions", meaning="how often something was done", fills=("arms.sessions",)),
        Kind(
            name="dose",
            meaning="a dose or concentration",
            fills=("arms.components", "arms.intervention_as_reported"),
        ),
        Kind(
            name="measure",
            meaning="a number with a unit",
            fills=("outcomes.mean", "outcomes.unit", "arms.intervention_as_reported"),
        ),
        Kind(name="range", meaning="two ends of a range", fills=("outcomes.minimum", "outcomes.maximum")),
        Kind(name="number", meaning="a number of no kind that was recognised", fills=("outcomes.mean",)),
        Kind(name="other", meaning="digits that are no result: part of a name, a label, a year, a registration"),
    )
}
