"""Events and people of one arm, from a count or from the only count that a percentage allows."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from ...numbers import MINUS, file_number
from ...tables.rules.percent import is_share
from ..arms import ArmData, Step
from .asking import ask
from .cells import number, printed, shown, word

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["checked", "count_from_percent", "read_binary"]

_PERCENT = re.compile(r"\d{1,3}(\.\d+)?\s*%?", re.ASCII)
# one figure, perhaps with a remark after it; “<5%”, “about 80%” and “5–10%” are none
_FIGURE = re.compile(r"\d{1,3}(\.\d+)?\s*%?\s*([(;,].*)?", re.ASCII | re.DOTALL)


def read_binary(
    row: Mapping[str, Any], *, key: str, admitted: Collection[str], n_statuses: Collection[str] | None
) -> tuple[ArmData | None, list[str]]:
    """Return one arm's events and n, and what stands in the way of using them.

    A printed count with its printed denominator comes first; then a printed count with the arm's n; then, where it is
    admitted, the only whole number of people that a printed percentage allows.

    Parameters
    ----------
    row : mapping
        A row as in the outcomes table; columns may be absent.
    key : str
        The column of the row's id.
    admitted : collection of str
        The derivations admitted.
    n_statuses : collection of str or None
        How sure an n must be that does not stand with the count; None asks nothing.
    """
    arm = word(row, "arm_id")
    identity: dict[str, Any] = {"arm_id": arm, "label": arm, "rows": (word(row, key),)}
    if printed(row, "events", "total"):
        return checked(ArmData(**identity, events=number(row, "events"), n=number(row, "total")))
    if printed(row, "events", "n"):
        basis = word(row, "n_basis") or "no basis"
        step = Step(
            method="n-from-elsewhere",
            text=f"{row['events']} printed without a denominator; n = {row['n']} ({basis})",
            assumption="everyone counted in n was assessed",
        )
        obstacles = [] if _sure(row, n_statuses) else [f"denominator is {word(row, 'n_status')}, not printed"]
        obstacles += [] if "n-from-elsewhere" in admitted else ["no denominator printed"]
        found, trouble = checked(ArmData(**identity, events=number(row, "events"), n=number(row, "n"), steps=(step,)))
        return found, [*obstacles, *trouble]
    if printed(row, "events"):
        return None, ["no denominator"]
    events, n, steps, obstacles = count_from_percent(row, n_statuses=n_statuses)
    if math.isnan(events):
        return None, obstacles
    obstacles += [] if "percent-to-events" in admitted else ["count only implied by a percentage"]
    found, trouble = checked(ArmData(**identity, events=events, n=n, steps=steps))
    return found, [*obstacles, *trouble]


def count_from_percent(
    row: Mapping[str, Any], *, n_statuses: Collection[str] | None
) -> tuple[float, float, tuple[Step, ...], list[str]]:
    """Return events and n from a percentage (NaN where they are not settled), the step, and what stands in the way.

    A count that a curator noted as implied is used if the percentage allows it; otherwise the percentage of n is, if
    one whole number alone agrees with it.
    """
    share = _percent(row)
    if printed(row, "events_implied", "total_implied"):
        events, n = number(row, "events_implied"), number(row, "total_implied")
        basis = word(row, "implied_basis") or "whole number"
        told = word(row, "percent_as_printed") or (f"{share}%" if share else "the statement")
        obstacles = _disagreement(share, events, n)
    elif share and printed(row, "n"):
        n = number(row, "n")
        found = ask("counts_from_percent", percent=share, n=n)
        events, basis, told = found["events"], "the only whole number that does", f"{share}%"
        if math.isnan(events):
            return math.nan, n, (), [found.why_not]
        obstacles = [] if _sure(row, n_statuses) else [f"denominator is {word(row, 'n_status')}, not printed"]
    elif word(row, "percent_as_printed") and not share:
        return math.nan, math.nan, (), [f"“{word(row, 'percent_as_printed')}” is no single percentage"]
    else:
        return math.nan, math.nan, (), ["no count, and no percentage that fits one"]
    step = Step(
        method="percent-to-events",
        text=f"{told} of {n:g} is {events:g} ({basis})",
        assumption=f"the denominator is {n:g}",
    )
    return events, n, (step,), obstacles


def _percent(row: Mapping[str, Any]) -> str:
    """Return a percentage with the decimals that it has: as printed, else as the number stands; empty if it is none."""
    text = word(row, "percent_as_printed")
    if _PERCENT.fullmatch(text):
        return text.removesuffix("%").strip()
    if text and not _FIGURE.fullmatch(text):
        return ""
    return file_number(number(row, "percent")) if printed(row, "percent") else ""


def _disagreement(share: str, events: float, n: float) -> list[str]:
    """Return why a count noted as implied cannot be right; empty if the percentage allows it, rounded or cut off."""
    if not share or is_share(share, int(events), int(n)):
        return []
    found = ask("counts_from_percent", percent=share, n=n)
    told = found.why_not or f"{share}% of {n:g} people is {found['events']:g}"
    return [f"{events:g} of {n:g} is noted as implied, but {told}"]


def _sure(row: Mapping[str, Any], n_statuses: Collection[str] | None) -> bool:
    return n_statuses is None or word(row, "n_status") in n_statuses


def checked(arm: ArmData) -> tuple[ArmData, list[str]]:
    """Return a count with what cannot be in it: nobody assessed, parts of people, more events than people."""
    if arm.n < 1:
        return arm, [f"nobody was assessed: n is {shown(arm.n)}"]
    if arm.events < 0 or not float(arm.events).is_integer() or not float(arm.n).is_integer():
        return arm, [f"{file_number(arm.events)} of {file_number(arm.n)} is not a count of people".replace("-", MINUS)]
    return arm, [f"{arm.events:g} events among {arm.n:g} people"] if arm.events > arm.n else []
