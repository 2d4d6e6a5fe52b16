"""Percentages and whole people: shares that no count gives, the denominators that could, several shares together."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .grouping import grouped
from .rounding import column_decimals, exact, half_unit, joined, shown
from .sizes import printed_total

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = [
    "CHECKS",
    "SHARE_TYPES",
    "fitting_sizes",
    "is_cut_share",
    "is_rounded_share",
    "possible_counts",
    "printed_alike",
]

_SOURCE = "Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876"
# Values that are shares of people, and not sizes of an effect in percent.
SHARE_TYPES = ("responder", "category-count", "sign-present", "flow")
_ALIKE = ("study_id", "outcome", "threshold", "source", "seen_at")
_LARGEST = 100
_SEXES = re.compile(
    r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*(?:M|F|men|women)(?:\s*,\s*(\d{1,3}(?:\.\d+)?)\s*%\s*(?:M|F|men|women))?"
)


def possible_counts(percent: float, decimals: int, n: int) -> tuple[int, ...]:
    """Return every count of `n` people that rounds to a printed percentage, ties either way.

    Parameters
    ----------
    percent : float
        The share as printed, in percent.
    decimals : int
        With how many decimals it was printed.
    n : int
        The denominator.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876

    Examples
    --------
    >>> possible_counts(28.57, 2, 40), possible_counts(28.57, 2, 35), possible_counts(52.0, 0, 300)
    ((), (10,), (155, 156, 157))
    """
    from ...reported import counts_from_percent

    return counts_from_percent(percent, n, decimals=decimals).alternatives[0] if 0 <= percent <= 100 else ()


@lru_cache(maxsize=4096)
def fitting_sizes(percents: tuple[float, ...], decimals: int, largest: int) -> tuple[int, ...]:
    """Return the denominators, up to `largest`, of which every one of these percentages is a whole number of people.

    Parameters
    ----------
    percents : tuple of float
        Shares of the same people, as printed.
    decimals : int
        With how many decimals they were printed.
    largest : int
        The largest denominator tried.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876

    Examples
    --------
    >>> fitting_sizes((28.57,), 2, 40), fitting_sizes((64.0, 61.0), 0, 50)
    ((7, 14, 21, 28, 35), (28, 33, 36, 44))
    """
    import numpy as np

    from ...reported import counts_from_percent

    sizes = np.arange(1, largest + 1)
    fits = np.ones(largest, dtype=bool)
    for percent in percents:
        fits &= counts_from_percent(np.full(largest, percent), sizes, decimals=decimals).candidates > 0
    return tuple(int(size) for size in sizes[fits])


def is_rounded_share(percent: float, decimals: int, events: int, n: int) -> bool:
    """Whether `events` of `n`, in percent, round to what is printed, ties either way.

    Examples
    --------
    >>> is_rounded_share(4.5, 1, 2, 44), is_rounded_share(2.5, 1, 2, 44)
    (True, False)
    """
    return abs(exact(100) * events / n - exact(percent)) <= half_unit(decimals)


def is_cut_share(percent: float, decimals: int, events: int, n: int) -> bool:
    """Whether `events` of `n`, in percent, are what is printed when further decimals are cut off, not rounded.

    Examples
    --------
    >>> is_cut_share(66.6, 1, 2, 3), is_cut_share(66.7, 1, 2, 3)
    (True, False)
    """
    return 0 <= exact(100) * events / n - exact(percent) < 2 * half_unit(decimals)


def _is_share(percent: float, decimals: int, events: int, n: int) -> bool:
    return is_rounded_share(percent, decimals, events, n) or is_cut_share(percent, decimals, events, n)


def _can_be_share(percent: float, decimals: int, n: int) -> bool:
    """Whether some count of `n` people gives a printed share, rounded or cut off."""
    return bool(possible_counts(percent, decimals, n)) or any(
        is_cut_share(percent, decimals, events, n) for events in (math.ceil(exact(percent) * n / 100),) if events <= n
    )


def _percent_count(tables: EvidenceTables) -> Iterator[Finding]:
    sizes = {(arm["study_id"], arm["arm_id"]): arm for arm in tables.rows("arms")}
    totals = {row["study_id"]: printed_total(row) for row in tables.rows("studies")}
    for rows in grouped(tables.rows("outcomes"), _ALIKE):
        decimals = column_decimals(rows, "percent")
        for row in rows:
            if row["percent"] is None or row["value_type"] not in SHARE_TYPES:
                continue
            arm = sizes.get((row["study_id"], row["arm_id"]), {})
            own = row["total"] or row["n"]
            people = [own] if own else [size for size in (arm.get("n_analysed"), arm.get("n_randomised")) if size]
            events = row["events"] if row["total"] else None
            sure = bool(row["total"]) or row["n_status"] == "verified"
            largest = max([*people, totals.get(row["study_id"]) or 0])
            yield from _judge(tables, "outcomes", [row], decimals, people, events, largest, sure=sure)
    for rows in grouped(tables.rows("harms"), ("study_id", "event", "source", "seen_at")):
        decimals = column_decimals(rows, "percent")
        for row in rows:
            if row["percent"] is not None and row["n"] and row["counting"] != "events":
                sure = row["n_status"] == "verified"
                yield from _judge(tables, "harms", [row], decimals, [row["n"]], row["events"], row["n"], sure=sure)
    yield from _baselines(tables)
    yield from _sexes(tables, totals)


def _baselines(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield what baseline tables print: shares of the same people are taken together."""
    for rows in grouped(tables.rows("baselines"), ("study_id", "arm_id", "source", "seen_at")):
        shares = [row for row in rows if row["percent"] is not None]
        together: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in shares:
            decimals = row["decimals"] if row["decimals"] is not None else column_decimals([row], "percent")
            if row["total"] and row["events"] is not None:
                yield from _judge(
                    tables, "baselines", [row], decimals, [row["total"]], row["events"], row["total"], sure=True
                )
            elif (people := row["total"] or row["n"]) and not _can_be_share(row["percent"], decimals, people):
                together[people, decimals].append(row)
        for (people, decimals), impossible in together.items():
            yield from _judge(tables, "baselines", impossible, decimals, [people], None, people, sure=True)


def _sexes(tables: EvidenceTables, totals: dict[str, int | None]) -> Iterator[Finding]:
    """Yield shares of men and women that stand only in the words of the studies table."""
    told = {row["study_id"] for row in tables.rows("baselines") if row["percent"] is not None}
    for study in tables.rows("studies"):
        match = _SEXES.fullmatch(study["sex_as_reported"] or "")
        total = totals[study["study_id"]]
        if not match or not total or study["study_id"] in told:
            continue
        shares = tuple(float(share) for share in match.groups() if share)
        decimals = max(len(share.partition(".")[2]) for share in match.groups() if share)
        if not all(_can_be_share(share, decimals, total) for share in shares):
            yield _impossible(tables, "studies", [study], shares, decimals, [total], total, sure=False)


def _judge(
    tables: EvidenceTables,
    table: str,
    rows: Sequence[Row],
    decimals: int,
    people: Sequence[int],
    events: int | None,
    largest: int,
    *,
    sure: bool,
) -> Iterator[Finding]:
    """Yield a finding if the shares do not fit the count beside them, or no count of the people at all."""
    shares = tuple(row["percent"] for row in rows)
    if not people or any(not 0 <= share <= 100 for share in shares):
        return
    if events is not None:
        (share,), n = shares, people[0]
        if events <= n and not _is_share(share, decimals, events, n):
            given = f"{shown(100 * events / n, max(decimals, 1))}%"
            yield Finding(
                check="percent-count",
                severity="inconsistent",
                study=rows[0]["study_id"],
                rows=(tables.key(table, rows[0]),),
                value=f"{shown(share, decimals)}%",
                recomputed=given,
                arithmetic=f"100 × {events} / {n} = {given}",
                text=f"{shown(share, decimals)}% does not follow from {events} of {n}, which is {given}.",
            )
        return
    if not any(all(_can_be_share(share, decimals, size) for share in shares) for size in people):
        yield _impossible(tables, table, rows, shares, decimals, people, largest, sure=sure)


def _impossible(
    tables: EvidenceTables,
    table: str,
    rows: Sequence[Row],
    shares: tuple[float, ...],
    decimals: int,
    people: Sequence[int],
    largest: int,
    *,
    sure: bool,
) -> Finding:
    fits = fitting_sizes(shares, decimals, min(largest, _LARGEST) if largest else _LARGEST)
    printed = " and ".join(f"{shown(share, decimals)}%" for share in shares)
    n = people[0]
    near = []
    for share in shares:
        below = min(int(exact(share) * n // 100), n - 1)
        steps = (f"{k}/{n} = {shown(100 * k / n, max(decimals, 1))}%" for k in (below, below + 1))
        near.append(" and ".join(steps))
    denominators = f"a denominator of {joined(fits)}" if fits else "no denominator up to that size"
    return Finding(
        check="percent-count",
        severity="impossible" if sure else "inconsistent",
        study=rows[0]["study_id"],
        rows=tuple(sorted(tables.key(table, row) for row in rows)),
        value=f"{printed} of {' or '.join(str(size) for size in dict.fromkeys(people))}",
        recomputed=denominators,
        arithmetic="; ".join(near),
        text=f"No whole number of {n} people is {printed}; {denominators} would fit.",
    )


def printed_alike(row: Row, rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the same trial, outcome, threshold and page: they were printed with as many decimals."""
    return [other for other in rows if all(other[name] == row[name] for name in _ALIKE)]


CHECKS: tuple[Check, ...] = (
    Check(
        id="percent-count",
        group="within-trial",
        title="Is each percentage a whole number of people?",
        method="Some whole k ≤ n must give 100 k / n that gives the printed share, rounded (ties either way) or cut "
        "off, at the decimals of the outcome's other shares. Where a count stands beside the share, it must give it. "
        "Denominators that would fit are listed.",
        source=_SOURCE,
        needs=("outcomes.percent", "baselines.percent", "harms.percent", "studies.sex_as_reported"),
        run=_percent_count,
    ),
)
