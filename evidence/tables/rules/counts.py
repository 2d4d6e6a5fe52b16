"""Rules for counts of people: events, denominators, percentages and the counts that they imply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rows import NUMBER, Base, Row
from .percent import counts_of_percent, is_share, nearest_shares
from .rule import Rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import Problem

__all__ = ["COUNT_RULES", "PEOPLE_UNITS"]

PEOPLE_UNITS = ("percent-of-patients", "patients")


@row_rule("outcomes", "baselines", needs=("events", "total"))
def events_within_total(row: Row, base: Base) -> Iterator[Problem]:
    """Require that events are never more than their printed denominator.

    No exception: a pair that a report prints so is told in the notes.
    """
    events, total = row.count("events"), row.count("total")
    if events is not None and total is not None and events > total:
        yield row.problem("events", f"more events than people: {events} of {total}", allowed=f"at most total = {total}")


@row_rule("outcomes", "harms", needs=("events", "n", "n_status"))
def events_within_n(row: Row, base: Base) -> Iterator[Problem]:
    """Require that events are never more than the people behind the value.

    Let through where `n` is in conflict, and for harms where events, not people, are counted.
    """
    events, n = row.count("events"), row.count("n")
    if events is None or n is None or events <= n:
        return
    if row.text("n_status") != "conflict" and row.text("counting") != "events":
        yield row.problem("events", f"more events than people: {events} of n = {n}", allowed=f"at most n = {n}")


@row_rule("outcomes", needs=("total", "total_implied", "n", "n_status", "value_type", "status"))
def total_within_n(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a denominator, printed or implied, is not above `n`.

    Let through where the row or its `n` is in conflict, and where the row tells the flow of participants.
    """
    n = row.count("n")
    if n is None or row.text("value_type") == "flow" or row.text("n_status") == "conflict" or row.in_conflict:
        return
    for name in ("total", "total_implied"):
        if (total := row.count(name)) is not None and total > n:
            yield row.problem(name, f"the denominator {total} is above n = {n}", allowed=f"at most n = {n}")


@row_rule("outcomes", "harms", "baselines", needs=("n",))
def somebody(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a denominator is never 0.

    No exception: an unknown one is an empty cell.
    """
    for name in ("n", "total", "total_implied"):
        if row.count(name) == 0:
            yield row.problem(
                name, "nobody stands behind the value; an unknown number is an empty cell", allowed="at least 1"
            )


@row_rule("outcomes", needs=("events_implied", "total_implied", "percent", "percent_as_printed", "implied_basis"))
def implied_pair(row: Row, base: Base) -> Iterator[Problem]:
    """Require that an implied count comes with its denominator, is not above it, and rests on a printed percentage.

    A report that says in words that nobody or everybody had the event implies a count as well; then
    `implied_basis` says so. No other exception.
    """
    events, total = row.count("events_implied"), row.count("total_implied")
    given = {name for name in ("events_implied", "total_implied") if row.text(name)}
    if len(given) == 1:
        (missing,) = {"events_implied", "total_implied"} - given
        yield row.problem(missing, "an implied count and its denominator go together", allowed="both or neither")
    in_words = events is not None and events in (0, total) and row.text("implied_basis")
    if "events_implied" in given and not (row.text("percent") or row.text("percent_as_printed") or in_words):
        message = "a count is implied but no percentage is printed"
        yield row.problem("events_implied", message, allowed="empty, or none or all of them with an implied_basis")
    if events is not None and total is not None and events > total:
        message = f"more events than people: {events} of {total}"
        yield row.problem("events_implied", message, allowed=f"at most total_implied = {total}")


@row_rule("outcomes", needs=("percent", "events_implied", "total_implied"))
def implied_matches_percent(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the implied count gives the printed percentage at its printed precision.

    No exception: where no count fits, none is implied.
    """
    percent, events, total = row.text("percent"), row.count("events_implied"), row.count("total_implied")
    if not NUMBER.fullmatch(percent) or events is None or not total or events > total:
        return
    if not is_share(percent, events, total):
        share = f"{events}/{total} = {100 * events / total:.1f}%"
        yield row.problem(
            "events_implied", f"{share} is not the printed {percent}%", allowed=nearest_shares(percent, total)
        )


@row_rule("outcomes", needs=("percent", "events", "total", "total_implied", "n", "unit", "value_type", "status"))
def percent_fits_count(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a printed share of people fits a whole number of them at its printed precision.

    The denominator is `total`, else `total_implied`, else `n`. Let through where the row is in conflict.
    """
    percent = row.text("percent")
    if not NUMBER.fullmatch(percent) or row.text("unit") not in PEOPLE_UNITS or row.in_conflict:
        return
    name = next((name for name in ("total", "total_implied", "n") if row.count(name)), "")
    if not name or (row.count("events_implied") is not None and name == "total_implied"):
        return
    total = row.count(name) or 0
    events = row.count("events")
    if name == "total" and events is not None:
        if events <= total and not is_share(percent, events, total):
            share = f"{events}/{total} = {100 * events / total:.1f}%"
            yield row.problem(
                "percent", f"{share} is not the printed {percent}%", allowed=nearest_shares(percent, total)
            )
    elif row.text("value_type") != "responder-or-size" and not counts_of_percent(percent, total):
        message = f"no whole number of {name} = {total} people is {percent}%"
        yield row.problem("percent", message, allowed=nearest_shares(percent, total))


@row_rule("harms", needs=("percent", "events", "events_implied", "n", "counting", "status"))
def harm_percent_fits_count(row: Row, base: Base) -> Iterator[Problem]:
    """Require that a printed share of people harmed fits the count, or some count, out of `n`.

    Let through where the row is in conflict.
    """
    percent, n = row.text("percent"), row.count("n")
    if not NUMBER.fullmatch(percent) or not n or row.text("counting") != "patients" or row.in_conflict:
        return
    stated = [(name, count) for name in ("events", "events_implied") if (count := row.count(name)) is not None]
    for name, count in stated:
        if not is_share(percent, count, n):
            share = f"{count}/{n} = {100 * count / n:.1f}%"
            yield row.problem(name, f"{share} is not the printed {percent}%", allowed=nearest_shares(percent, n))
    if not stated and not counts_of_percent(percent, n):
        yield row.problem(
            "percent", f"no whole number of n = {n} people is {percent}%", allowed=nearest_shares(percent, n)
        )


@row_rule("harms", needs=("counting", "events", "events_implied", "percent"))
def harm_counting(row: Row, base: Base) -> Iterator[Problem]:
    """Require that what a harm's row counts agrees with what it holds.

    `stated-none` is 0, `mentioned` and `not-reported` have no number, `patients` and `events` have one. No
    exception.
    """
    counting = row.text("counting")
    numbers = [name for name in ("events", "events_implied", "percent") if row.text(name)]
    if counting == "stated-none":
        if not row.text("events"):
            yield row.problem("events", "the report states that there was none, so the count is 0", allowed="0")
        for name in numbers:
            if row.number(name) not in (0, None):
                yield row.problem(name, "the report states that there was none, yet some are counted", allowed="0")
    elif counting in ("mentioned", "not-reported"):
        for name in numbers:
            yield row.problem(name, f"counting is {counting!r}, so there is no number", allowed="an empty cell")
    elif counting in ("patients", "events") and not numbers:
        yield row.problem("counting", "nothing is counted in this row", allowed="stated-none, mentioned, not-reported")


COUNT_RULES: tuple[Rule, ...] = (
    events_within_total,
    events_within_n,
    total_within_n,
    somebody,
    implied_pair,
    implied_matches_percent,
    percent_fits_count,
    harm_percent_fits_count,
    harm_counting,
)
