"""Standard deviation or standard error: figures that read like the other one beside those of other trials."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .grouping import grouped
from .ranges import show
from .rounding import column_decimals, joined, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "is_too_uniform", "printed_sd", "reads_like_sd", "reads_like_se"]

_HANDBOOK = "Cochrane Handbook, chapter 6, section 6.5.2. doi:10.1002/9781119536604.ch6"
_GROUP = ("study_id", "outcome", "value_type", "unit", "time_weeks", "source")
_LABELS = {"sd": "SD ", "plus_minus": "± ", "se": "SE "}
_OTHERS = 3
_THIRD = 1 / 3
_UNIFORM = 4.0
_CHANGES = ("change", "percent-change")


def reads_like_se(sd: float, n: int, others: Sequence[float]) -> bool:
    """Whether a figure is too small for an SD beside those of other trials, though as a standard error it would fit.

    It is below a third of their median and half of their smallest, and times √n it lies between half of their smallest
    and twice their largest. Fewer than three others say nothing.

    Examples
    --------
    >>> reads_like_se(3.4, 30, [18.0, 20.5, 25.0]), reads_like_se(14.0, 30, [18.0, 20.5, 25.0])
    (True, False)
    """
    if len(others) < _OTHERS or n < 2:
        return False
    low, high = min(others), max(others)
    small = sd < _THIRD * median(others) and sd < low / 2
    return small and low / 2 <= sd * math.sqrt(n) <= 2 * high


def reads_like_sd(se: float, n: int, others: Sequence[float]) -> bool:
    """Whether a standard error is so large that it reads like an SD: it is among those of others, what it gives is not.

    Parameters
    ----------
    se : float
        Standard error as printed.
    n : int
        How many people.
    others : sequence of float
        SDs of other trials; fewer than three say nothing.

    Examples
    --------
    >>> reads_like_sd(21.0, 30, [18.0, 20.5, 25.0]), reads_like_sd(3.7, 30, [18.0, 20.5, 25.0])
    (True, False)
    """
    if len(others) < _OTHERS or n < 2:
        return False
    low, high = min(others), max(others)
    sd = se * math.sqrt(n)
    return sd > median(others) / _THIRD and sd > 2 * high and low / 2 <= se <= 2 * high


def is_too_uniform(mean_change: float, sd: float) -> bool:
    """Whether a mean change is more than four times its SD: all people would have changed by about the same.

    Examples
    --------
    >>> is_too_uniform(22.1, 4.5), is_too_uniform(24.53, 9.49)
    (True, False)
    """
    return abs(mean_change) > _UNIFORM * sd


def printed_sd(row: Row) -> float | None:
    """Return the figure of a row that is an SD, or may be one; None where there is none."""
    figures: list[float] = [row[name] for name in ("sd", "plus_minus") if row[name]]
    return figures[0] if figures else None


def _sd_or_se(tables: EvidenceTables) -> Iterator[Finding]:
    for alike in grouped(tables.rows("outcomes"), ("outcome", "value_type", "unit")):
        spreads: dict[str, list[float]] = defaultdict(list)
        for row in alike:
            if (sd := printed_sd(row) or _from_error(row)) is not None:
                spreads[row["study_id"]].append(sd)
        for rows in grouped(alike, _GROUP):
            others = [median(found) for study, found in spreads.items() if study != rows[0]["study_id"]]
            told = [(row, why) for row in rows if row["n"] and (why := _why(row, row["n"], others))]
            if told:
                yield _doubtful(tables, told)


def _from_error(row: Row) -> float | None:
    """Return the SD that a printed standard error, or an interval of the mean, gives."""
    if not row["n"] or row["n"] < 2:
        return None
    if row["se"]:
        return float(row["se"] * math.sqrt(row["n"]))
    low, high, level = row["ci_low"], row["ci_high"], row["ci_level"]
    if low is None or high is None or not level or high <= low:
        return None
    from ...reported import sd_from_ci

    return float(sd_from_ci(low, high, row["n"], level=level).sd)


def _why(row: Row, n: int, others: Sequence[float]) -> str:
    """Return why a row's spread reads like another one; empty if it does not."""
    sd, se = printed_sd(row), row["se"]
    known = f"{len(others)} other trials have SDs of {show(min(others), 4)} to {show(max(others), 4)}" if others else ""
    if sd is None:
        if se and reads_like_sd(se, n, others):
            return f"{known}; {shown(se)} × √{n} = {show(se * math.sqrt(n), 4)}"
        return ""
    reasons = []
    if reads_like_se(sd, n, others):
        reasons.append(known)
    if row["value_type"] in _CHANGES and row["mean"] is not None and is_too_uniform(row["mean"], sd):
        reasons.append(f"the mean change is {abs(row['mean']) / sd:.1f} times {shown(sd)}")
    return "; ".join([*reasons, f"{shown(sd)} × √{n} = {show(sd * math.sqrt(n), 4)}"]) if reasons else ""


def _doubtful(tables: EvidenceTables, told: list[tuple[Row, str]]) -> Finding:
    first = told[0][0]
    decimals = column_decimals([row for row, _ in told], "mean")
    values = []
    for row, _ in told:
        name = next(name for name in _LABELS if row[name])
        mean = f"{shown(row['mean'], decimals)} " if row["mean"] is not None else ""
        values.append(f"{mean}{_LABELS[name]}{shown(row[name])} (n = {row['n']})")
    other = "standard error" if printed_sd(first) is not None else "standard deviation"
    return Finding(
        check="sd-or-se",
        severity="unusual",
        study=first["study_id"],
        rows=tuple(sorted(tables.key("outcomes", row) for row, _ in told)),
        value=joined(values),
        recomputed=f"reads like a {other}",
        arithmetic="; ".join(why for _, why in told),
        text=f"{joined(values)}: such a spread reads more like a {other}; the weight rests on which it is.",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="sd-or-se",
        group="within-trial",
        title="Does a standard deviation read like a standard error, or the other way round?",
        method="An SD (or an unlabelled ±) below a third of the median and half of the smallest SD of at least three "
        "other trials with the same outcome, value and unit, that times √n would be one of them; or a mean change of "
        "more than four times the figure, so that all would have changed by about the same. A standard error is asked "
        "the reverse.",
        source=_HANDBOOK,
        needs=("outcomes.sd", "outcomes.n"),
        run=_sd_or_se,
    ),
)
