"""Rules for means, spreads, intervals, p-values and times within one row."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from ..rows import NUMBER, Base, Row
from .counts import PEOPLE_UNITS
from .rule import Rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import Problem

__all__ = ["BINARY_TYPES", "VALUE_RULES"]

BINARY_TYPES = ("event", "responder", "responder-or-size", "category-count", "sign-present", "flow")
_SIZES = ("change", "final", "change-or-final")
_SPREADS = ("sd", "se", "plus_minus")


@row_rule("outcomes", needs=("ci_low", "ci_high", "mean", "status"))
def interval_around_mean(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the confidence limits are in order and the mean lies between them.

    Let through where the row is in conflict.
    """
    if not row.in_conflict:
        yield from _ordered(row, ("ci_low", "mean", "ci_high"))


@row_rule("contrasts", needs=("ci_low", "ci_high", "estimate", "status"))
def interval_around_estimate(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the confidence limits are in order and the estimate lies between them.

    Let through where the row is in conflict.
    """
    if not row.in_conflict:
        yield from _ordered(row, ("ci_low", "estimate", "ci_high"))


@row_rule("outcomes", needs=("minimum", "q1", "median", "q3", "maximum", "mean", "status"))
def quantiles_in_order(row: Row, base: Base) -> Iterator[Problem]:
    """Require that minimum, quartiles and maximum rise and the mean lies within the range.

    Let through where the row is in conflict.
    """
    if row.in_conflict:
        return
    problems = list(_ordered(row, ("minimum", "q1", "median", "q3", "maximum")))
    yield from problems or _ordered(row, ("minimum", "mean", "maximum"))


@row_rule("outcomes", "contrasts", needs=("ci_low", "ci_high", "ci_level"))
def interval_whole(row: Row, base: Base) -> Iterator[Problem]:
    """Require that an interval has two limits and a level, or none of the three."""
    names = ("ci_low", "ci_high", "ci_level")
    if any(row.text(name) for name in names):
        for name in names:
            if not row.text(name):
                yield row.problem(
                    name, "an interval needs both its limits and its level", allowed="all of ci_low, ci_high, ci_level"
                )


@row_rule("outcomes", "contrasts", "baselines", needs=("p_operator", "p_value"))
def p_value_with_operator(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a p-value and its sign go together.

    `not-significant` and `significant` stand without a value. A p-value is never 0: a printed 0.000 is a bound.
    No exception.
    """
    operator, p = row.text("p_operator"), row.text("p_value")
    if p and not operator:
        yield row.problem("p_operator", f"the p-value {p} has no sign before it", allowed="=, <, ≤, >, ≥")
    if operator in ("=", "<", "≤", ">", "≥") and not p:
        yield row.problem("p_value", f"a p-value should follow {operator!r}", allowed="a number above 0, at most 1")
    if operator in ("not-significant", "significant") and p:
        yield row.problem(
            "p_value", f"{operator!r} stands alone, without a value", allowed="an empty cell, or another p_operator"
        )
    if row.number("p_value") == 0:
        yield row.problem(
            "p_value",
            "a p-value is never 0; a printed 0.000 is a bound",
            allowed="'<' and the smallest printable value",
        )


@row_rule("contrasts", needs=("statistic", "statistic_value"))
def statistic_with_value(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a test statistic and its value go together.

    No exception.
    """
    name, value = row.text("statistic"), row.text("statistic_value")
    if name and not value:
        yield row.problem("statistic_value", f"the value of {name} is missing", allowed="a number, or no statistic")
    if value and not name:
        known = ", ".join(base.values("contrasts", "statistic"))
        yield row.problem("statistic", f"{value} is the value of a statistic that is not named", allowed=known)


@row_rule("outcomes", "contrasts", needs=("time_weeks", "time_weeks_max"))
def time_range(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the end of a range of times lies after its beginning, and there is one."""
    begin, end = row.number("time_weeks"), row.number("time_weeks_max")
    if end is not None and begin is None:
        yield row.problem("time_weeks", "a range of times has an end but no beginning", allowed=f"below {end:g}")
    elif end is not None and begin is not None and end <= begin:
        yield row.problem(
            "time_weeks_max", f"the range ends at or before its beginning, week {begin:g}", allowed=f"above {begin:g}"
        )


@row_rule("outcomes", "harms", "baselines", needs=("n", "n_status"))
def n_with_status(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a number of people says how sure it is, and only where there is one."""
    if row.text("n") and not row.text("n_status"):
        yield row.problem(
            "n_status",
            "n is given without saying how sure it is",
            allowed="verified, secondary, implied, conflict, assumed",
        )
    if row.text("n_status") and not row.text("n"):
        yield row.problem("n", "n_status is given without n", allowed="a whole number, or an empty n_status")


@row_rule(
    "outcomes",
    needs=("mean", *_SPREADS, "ci_low", "q1", "median", "baseline_mean", "baseline_sd", "baseline_plus_minus"),
)
def spread_has_mean(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a standard deviation, standard error or ± belongs to a mean (a ± may also belong to a median)."""
    for name in _SPREADS:
        if row.text(name) and not row.text("mean") and not (name == "plus_minus" and row.text("median")):
            yield row.problem(name, "a spread without a mean", allowed="empty without a mean")
    for name in ("baseline_sd", "baseline_plus_minus"):
        if row.text(name) and not row.text("baseline_mean"):
            yield row.problem(name, "a spread at baseline without a mean", allowed="empty without baseline_mean")


@row_rule("outcomes", needs=("pooling", "status", *_SPREADS))
def spread_above_zero(row: Row, base: Base) -> Iterator[Problem]:
    """Require that no spread is 0: it is nearly always a lost number.

    A report that prints one is let through with pooling `no`, or in conflict.
    """
    if row.text("pooling") != "no" and not row.in_conflict:
        for name in _SPREADS:
            if row.number(name) == 0:
                yield row.problem(
                    name, "a spread of 0; an unknown spread is an empty cell", allowed="above 0, or pooling = no"
                )


@row_rule("outcomes", needs=("sd", "se", "n", "n_status", "status"))
def sd_matches_se(row: Row, base: Base) -> Iterator[Problem]:
    """Require that SE = SD/√n within rounding, where a report prints both.

    Let through where the row or its `n` is in conflict.
    """
    sd, se, n = row.number("sd"), row.number("se"), row.count("n")
    if not sd or not se or not n or row.text("n_status") == "conflict" or row.in_conflict:
        return
    half_sd, half_se = (_half_unit(row.text(name)) for name in ("sd", "se"))
    low, high = (sd - half_sd) / math.sqrt(n) - half_se, (sd + half_sd) / math.sqrt(n) + half_se
    if not low * (1 - 1e-9) <= se <= high * (1 + 1e-9):
        message = f"SD {row.text('sd')} with n = {n} gives a standard error of {sd / math.sqrt(n):.3g}"
        yield row.problem("se", message, allowed=f"{max(low, 0):.3g} to {high:.3g}, or status = conflict")


@row_rule("outcomes", needs=("value_type", "unit"))
def unit_of_value_type(row: Row, base: Base) -> Iterator[Problem]:
    """Require that shares and counts of people are in units of people; sizes and changes are not.

    A unit that begins with `percent-of-` is a share.
    """
    value_type, unit = row.text("value_type"), row.text("unit")
    if not unit or not base.known("outcomes", "unit", unit):
        return
    if not _measures(value_type, unit):
        fitting = [name for name in base.values("outcomes", "unit") if _measures(value_type, name)]
        yield row.problem("unit", f"{value_type!r} is not measured in {unit!r}", allowed=", ".join(fitting))


def _measures(value_type: str, unit: str) -> bool:
    """Whether values of a type may be in a unit; nothing is said of types that are not known."""
    people, share = unit in PEOPLE_UNITS, unit.startswith("percent-of-")
    if value_type in _SIZES:
        return not people and unit != "percent-of-baseline"
    if value_type == "percent-change":
        return share and not people
    if value_type == "responder-or-size":
        return share or unit == "not-stated"
    return people or value_type not in BINARY_TYPES


@row_rule("outcomes", needs=("value_type", "threshold"))
def threshold_of_responders(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a threshold stands with counts of people only, and every responder has one.

    No exception: an unknown one is `not-defined`.
    """
    value_type, threshold = row.text("value_type"), row.text("threshold")
    if threshold and value_type and value_type not in BINARY_TYPES:
        yield row.problem("threshold", f"a threshold with the value type {value_type!r}", allowed="an empty cell")
    if value_type in ("responder", "category-count") and not threshold:
        yield row.problem(
            "threshold", "who counts as a responder is not said", allowed="a threshold; not-defined if not known"
        )


@row_rule("outcomes", needs=("value_type", "mean", "median", "events", "total", "events_implied", "percent"))
def numbers_of_value_type(row: Row, base: Base) -> Iterator[Problem]:
    """Require that counts and percentages of people stand in rows about people; means and medians in the others."""
    value_type = row.text("value_type")
    wrong: tuple[str, ...]
    if value_type in (*_SIZES, "percent-change"):
        wrong = ("events", "total", "events_implied", "total_implied")
    elif value_type in BINARY_TYPES and value_type != "responder-or-size":
        wrong = ("mean", "median", *_SPREADS, "ci_low", "q1", "baseline_mean")
    else:
        return
    for name in wrong:
        if row.text(name):
            yield row.problem(
                name, f"the value type {value_type!r} has no {name}", allowed="an empty cell, or another value_type"
            )


def _ordered(row: Row, names: tuple[str, ...]) -> Iterator[Problem]:
    """Yield a problem for each number that is below the one before it; empty cells are passed over."""
    given = [(name, value) for name in names if (value := row.number(name)) is not None]
    for (before, low), (name, value) in itertools.pairwise(given):
        if value < low:
            yield row.problem(
                name, f"{name} is below {before} = {row.text(before)}", allowed=f"at least {row.text(before)}"
            )


def _half_unit(printed: str) -> float:
    """Return half of the last printed decimal place: what rounding may have taken away."""
    if not NUMBER.fullmatch(printed):
        return 0.0
    decimals = len(printed.lower().partition("e")[0].partition(".")[2])
    return float(0.5 * 10.0**-decimals)


VALUE_RULES: tuple[Rule, ...] = (
    interval_around_mean,
    interval_around_estimate,
    quantiles_in_order,
    interval_whole,
    p_value_with_operator,
    statistic_with_value,
    time_range,
    n_with_status,
    spread_has_mean,
    spread_above_zero,
    sd_matches_se,
    unit_of_value_type,
    threshold_of_responders,
    numbers_of_value_type,
)
