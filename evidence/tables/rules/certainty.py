"""Rules for the certainty of evidence: rows that are whole, and an overall certainty that follows from its domains."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .rule import Rule, base_rule, row_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import Problem
    from ..rows import Base, Row

__all__ = ["CERTAINTY_RULES"]

_CERTAINTIES = ("high", "moderate", "low", "very-low")
_DOMAINS = ("risk-of-bias", "inconsistency", "indirectness", "imprecision", "publication-bias")
_LEVELS = ("-3", "-2", "-1", "0", "+1", "+2")


@row_rule("certainty", needs=("domain", "start", "levels", "certainty", "judged_on"))
def certainty_whole(row: Row, base: Base) -> Iterator[Problem]:
    """Require that the row `overall` has a start and a certainty, other rows levels, and every judgement a date.

    Levels go up in the row `upgrade` only, and down in the others only.

    No exception.
    """
    domain = row.text("domain")
    for name, of_overall in (("start", True), ("certainty", True), ("levels", False)):
        if domain and (domain == "overall") == of_overall and not row.text(name):
            yield row.problem(name, f"the row of {domain!r} has no {name}", allowed=f"a value in {name}")
        if domain and (domain == "overall") != of_overall and row.text(name):
            yield row.problem(name, f"the row of {domain!r} has {name}", allowed="an empty cell")
    levels = row.text("levels")
    up = domain == "upgrade"
    if domain and levels in _LEVELS and int(levels) * (1 if up else -1) < 0:
        message = f"the row of {domain!r} takes certainty {'up' if up else 'down'}, if anywhere"
        yield row.problem("levels", message, allowed="0, +1 or +2" if up else "0, -1, -2 or -3")
    judged_on = row.text("judged_on")
    if judged_on and not _is_date(judged_on):
        yield row.problem("judged_on", "not a date", allowed="a date such as 2026-11-22")


@base_rule(*(f"certainty.{name}" for name in ("synthesis", "analysis", "domain", "start", "levels", "certainty")))
def certainty_follows(base: Base) -> Iterator[Problem]:
    """Require that the certainty of `overall` is its start less the levels of its domains, all of them judged.

    No exception: who disagrees with the sum changes the levels of a domain and says why.
    """
    levels: dict[tuple[str, str], dict[str, int]] = {}
    for row in base.rows("certainty"):
        if row.text("domain") != "overall" and row.text("levels") in _LEVELS:
            levels.setdefault(_graded(row), {})[row.text("domain")] = int(row.text("levels"))
    for row in base.rows("certainty"):
        if row.text("domain") == "overall" and row.text("start") in ("high", "low"):
            yield from _overall(row, levels.get(_graded(row), {}))


def _graded(row: Row) -> tuple[str, str]:
    return row.text("synthesis"), row.text("analysis")


def _overall(row: Row, levels: dict[str, int]) -> Iterator[Problem]:
    missing = [name for name in _DOMAINS if name not in levels]
    if missing:
        yield row.problem("domain", f"judged overall without {', '.join(missing)}", allowed="a row for each domain")
        return
    taken = sum(levels.values())
    place = min(max(_CERTAINTIES.index(row.text("start")) - taken, 0), len(_CERTAINTIES) - 1)
    if row.text("certainty") in _CERTAINTIES and row.text("certainty") != _CERTAINTIES[place]:
        message = f"{row.text('start')} and the levels of its domains ({taken:+d}) make {_CERTAINTIES[place]}"
        yield row.problem("certainty", message, allowed=_CERTAINTIES[place])


def _is_date(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


CERTAINTY_RULES: tuple[Rule, ...] = (certainty_whole, certainty_follows)
