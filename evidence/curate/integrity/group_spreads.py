"""Groups side by side: spreads that differ more than people do, differences of too many standard deviations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .grouping import grouped
from .ranges import show
from .rounding import column_decimals, half_unit, shown
from .sd_or_se import printed_sd
from .sizes import other_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "hedges_g", "spread_ratio_p"]

_TOGETHER = ("study_id", "outcome", "value_type", "unit", "time_weeks", "source", "seen_at")
_LARGE_G = 3.0
_RATIO = 2.5
_RARE = 1e-3
_Z = 1.959963985


def spread_ratio_p(sd_1: float, n_1: int, sd_2: float, n_2: int) -> float:
    """Return the two-sided p of the F test of two variances, SD₁²/SD₂² on n₁ − 1 and n₂ − 1 degrees of freedom.

    It assumes normal values; here it says only how far apart two spreads are.

    Examples
    --------
    >>> round(spread_ratio_p(10.0, 20, 2.5, 20), 8)
    1.2e-07
    """
    from scipy import stats

    ratio = (sd_1 / sd_2) ** 2
    return min(1.0, 2 * float(min(stats.f.sf(ratio, n_1 - 1, n_2 - 1), stats.f.cdf(ratio, n_1 - 1, n_2 - 1))))


def hedges_g(mean_1: float, sd_1: float, n_1: int, mean_2: float, sd_2: float, n_2: int) -> tuple[float, float, float]:
    """Return the standardised mean difference with its 95% limits.

    g = J (m₁ − m₂)/s with s pooled over df = n₁ + n₂ − 2, J = 1 − 3/(4 df − 1), and a variance of
    1/n₁ + 1/n₂ + g²/(2 (n₁ + n₂)).

    References
    ----------
    Hedges LV (1981). Distribution theory for Glass's estimator of effect size. doi:10.3102/10769986006002107

    Examples
    --------
    >>> [round(value, 2) for value in hedges_g(22.1, 4.5, 40, 10.9, 4.1, 30)]
    [2.56, 1.92, 3.19]
    """
    df = n_1 + n_2 - 2
    pooled = math.sqrt(((n_1 - 1) * sd_1**2 + (n_2 - 1) * sd_2**2) / df)
    g = (1 - 3 / (4 * df - 1)) * (mean_1 - mean_2) / pooled
    half = _Z * math.sqrt(1 / n_1 + 1 / n_2 + g * g / (2 * (n_1 + n_2)))
    return g, g - half, g + half


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """One printed spread, and the row that it stands in."""

    row: Row
    sd: float
    n: int
    when: str = ""

    @property
    def said(self) -> str:
        """The spread in words."""
        return f"{shown(self.sd)}{self.when} (n = {self.n})"


def _sd_ratio(tables: EvidenceTables) -> Iterator[Finding]:
    for rows in grouped(tables.rows("outcomes"), _TOGETHER):
        for column in ("sd", "plus_minus"):
            margin = float(half_unit(column_decimals(rows, column, f"baseline_{column}")))
            for large, small in _compared(rows, column):
                low, high = large.sd - margin, small.sd + margin
                if low <= _RATIO * high or spread_ratio_p(low, large.n, high, small.n) >= _RARE:
                    continue
                yield _apart(tables, large, small)


def _compared(rows: list[Row], column: str) -> Iterator[tuple[_Group, _Group]]:
    """Yield the spreads to compare, the larger first: of two arms, and of one arm after and before."""
    after = [_Group(row=row, sd=row[column], n=row["n"]) for row in rows if row[column] and row["n"] and row["n"] > 1]
    pairs = [(one, other) for one, other in combinations(after, 2) if one.row["arm_id"] != other.row["arm_id"]]
    pairs += [
        (group, _Group(row=group.row, sd=before, n=group.n, when=" before treatment"))
        for group in after
        if (before := group.row[f"baseline_{column}"])
    ]
    for one, other in pairs:
        yield (one, other) if one.sd >= other.sd else (other, one)


def _apart(tables: EvidenceTables, large: _Group, small: _Group) -> Finding:
    p = spread_ratio_p(large.sd, large.n, small.sd, small.n)
    return Finding(
        check="sd-ratio",
        severity="unusual",
        study=large.row["study_id"],
        rows=tuple(sorted({tables.key("outcomes", large.row), tables.key("outcomes", small.row)})),
        value=f"{large.said}, {small.said}",
        recomputed=f"ratio {large.sd / small.sd:.1f}",
        arithmetic=f"{shown(large.sd)} / {shown(small.sd)} = {large.sd / small.sd:.2f}; √{small.n} = "
        f"{math.sqrt(small.n):.2f}; F test p = {show(p, 1)}",
        text=f"Spreads of {large.said} and {small.said} in one outcome differ more than people do; one of them may be "
        "a standard error, or misprinted.",
    )


def _large(tables: EvidenceTables) -> Iterator[Finding]:
    left_out = {row["study_id"] for row in tables.rows("studies") if not other_people(tables, row)}
    for rows in grouped(tables.rows("outcomes"), _TOGETHER):
        if rows[0]["study_id"] in left_out:
            continue
        places = column_decimals(rows, "mean")
        groups = [
            _Group(row=row, sd=sd, n=row["n"])
            for row in rows
            if row["mean"] is not None and (sd := printed_sd(row)) is not None and row["n"] and row["n"] > 1
        ]
        groups.sort(key=lambda group: group.row["mean"])
        for low, high in combinations(groups, 2):
            if low.row["arm_id"] == high.row["arm_id"]:
                continue
            shift = 2 * float(half_unit(places))
            _, least, _ = _g(high, low, shift=shift)
            if least > _LARGE_G:
                yield _huge(tables, high, low, places)


def _g(high: _Group, low: _Group, *, shift: float = 0.0, as_se: bool = False) -> tuple[float, float, float]:
    sds = [group.sd * (math.sqrt(group.n) if as_se else 1.0) for group in (high, low)]
    return hedges_g(high.row["mean"] - shift, sds[0], high.n, low.row["mean"], sds[1], low.n)


def _huge(tables: EvidenceTables, high: _Group, low: _Group, places: int) -> Finding:
    (g, least, most), (other, *_) = _g(high, low), _g(high, low, as_se=True)
    printed = " and ".join(f"{shown(group.row['mean'], places)} ± {group.said}" for group in (high, low))
    return Finding(
        check="effect-too-large",
        severity="unusual",
        study=high.row["study_id"],
        rows=tuple(sorted({tables.key("outcomes", high.row), tables.key("outcomes", low.row)})),
        value=printed,
        recomputed=f"g = {shown(g, 2)}",
        arithmetic=f"g = {shown(g, 2)} ({shown(least, 2)} to {shown(most, 2)}); with the spreads read as standard "
        f"errors {shown(other, 2)}",
        text=f"{printed} differ by {shown(g, 1)} standard deviations; hardly any treatment does so much.",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="effect-too-large",
        group="within-trial",
        title="Is a standardised difference beyond 3?",
        method="The lower 95% limit of |g| is above 3 for two arms of different people, g = J (m₁ − m₂)/s, with the "
        "means rounded towards one another; g is given with the spreads read as standard errors as well.",
        source="Hedges LV (1981). Distribution theory for Glass's estimator of effect size. "
        "doi:10.3102/10769986006002107",
        needs=("outcomes.mean", "outcomes.n"),
        run=_large,
    ),
    Check(
        id="sd-ratio",
        group="within-trial",
        title="Do the spreads of two arms, or before and after, differ more than people do?",
        method="A ratio above 2.5 with p < 0.001 in the F test of variances, both at the rounding that makes them "
        "smallest.",
        source="",
        needs=("outcomes.sd", "outcomes.n"),
        run=_sd_ratio,
    ),
)
