"""Whole numbers: means and SDs of counts and whole points that no such numbers can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .finding import Check, Finding, Severity
from .granularity import debit, grim, grimmer, nearest_means
from .grouping import grouped
from .rounding import column_decimals, shown
from .scales import scale_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "PRINTED_TOGETHER"]

# Rows of one trial, outcome, kind of value and page are printed with the same decimals.
PRINTED_TOGETHER = ("study_id", "outcome", "value_type", "unit", "source", "seen_at")
_SHARES = ("responder", "sign-present", "category-count")
_COLUMNS = (("mean", "sd", "plus_minus"), ("baseline_mean", "baseline_sd", "baseline_plus_minus"))


def _whole(tables: EvidenceTables) -> Iterator[tuple[Row, str, int, str, int, float, Severity]]:
    """Yield row, column of the mean and its decimals, column of the SD and its decimals, step and severity."""
    for rows in grouped(tables.rows("outcomes"), PRINTED_TOGETHER):
        for mean, *spreads in _COLUMNS:
            mean_decimals = column_decimals(rows, mean)
            for row in rows:
                known = scale_of(tables, row)
                if row[mean] is None or not row["n"] or row["n_status"] == "conflict":
                    continue
                if known is None or known.scale.step is None:
                    continue
                spread = next((name for name in spreads if row[name] is not None), "")
                sd_decimals = column_decimals(rows, spread) if spread else 0
                sure: Severity = "impossible" if known.told else "inconsistent"
                yield row, mean, mean_decimals, spread, sd_decimals, known.scale.step, sure


def _grim(tables: EvidenceTables) -> Iterator[Finding]:
    for row, mean, decimals, _, _, step, severity in _whole(tables):
        n, value = row["n"], row[mean]
        if grim(value, decimals, n, step=step):
            continue
        below, above = (shown(near, decimals) for near in nearest_means(value, decimals, n, step=step))
        yield Finding(
            check="grim",
            severity=severity,
            study=row["study_id"],
            rows=(tables.key("outcomes", row),),
            value=f"mean {shown(value, decimals)} of {n}",
            recomputed=f"{below} or {above}",
            arithmetic=f"{shown(value, decimals)} × {n} = {shown(value * n, decimals)}: not whole within rounding",
            text=f"No {n} whole numbers have a mean of {shown(value, decimals)}; the nearest are {below} and {above}.",
        )


def _grimmer(tables: EvidenceTables) -> Iterator[Finding]:
    for row, mean, mean_decimals, spread, sd_decimals, step, severity in _whole(tables):
        n = row["n"]
        # a mean that is not possible is told once, by the test of means
        if not spread or n < 2 or not grim(row[mean], mean_decimals, n, step=step):
            continue
        value, sd = row[mean], row[spread]
        if grimmer(value, sd, n, mean_decimals=mean_decimals, sd_decimals=sd_decimals, step=step):
            continue
        squares = sd * sd * (n - 1) + n * value * value
        centre, spread_shown = shown(value, mean_decimals), shown(sd, sd_decimals)
        yield Finding(
            check="grimmer",
            severity="unusual" if "plus_minus" in spread else severity,
            study=row["study_id"],
            rows=(tables.key("outcomes", row),),
            value=f"{centre} ± {spread_shown} of {n}",
            recomputed="no sum of squares",
            arithmetic=f"{spread_shown}² × {n - 1} + {n} × {centre}² = {squares:.2f}: no whole number of the right "
            "parity within rounding",
            text=f"No {n} whole numbers have a mean of {centre} and an SD of {spread_shown}.",
        )


def _debit(tables: EvidenceTables) -> Iterator[Finding]:
    for rows in grouped(tables.rows("outcomes"), PRINTED_TOGETHER):
        decimals = {name: column_decimals(rows, name) for name in ("mean", "sd")}
        for row in rows:
            mean, sd, n = row["mean"], row["sd"], row["n"]
            if row["value_type"] not in _SHARES or mean is None or sd is None or not n or n < 2 or not 0 <= mean <= 1:
                continue
            if debit(mean, sd, n, mean_decimals=decimals["mean"], sd_decimals=decimals["sd"]):
                continue
            given = (mean * (1 - mean) * n / (n - 1)) ** 0.5
            yield Finding(
                check="debit",
                severity="impossible",
                study=row["study_id"],
                rows=(tables.key("outcomes", row),),
                value=f"share {shown(mean, decimals['mean'])}, SD {shown(sd, decimals['sd'])}, of {n}",
                recomputed=f"SD {given:.{max(decimals['sd'], 2)}f}",
                arithmetic=f"√({n}/{n - 1} × {shown(mean)} × {shown(1 - mean)}) = {given:.4f}",
                text=f"A share of {shown(mean, decimals['mean'])} of {n} people does not have an SD of "
                f"{shown(sd, decimals['sd'])}.",
            )


_WHOLE = (
    "Asked only of values known to be whole: a step told for the outcome, or points on a scale printed with whole "
    "ends. Decimals are the most that the outcome's rows show; ties round either way."
)

CHECKS: tuple[Check, ...] = (
    Check(
        id="debit",
        group="within-trial",
        title="Do a share and its SD agree?",
        method="SD = √(n/(n − 1) · x̄ (1 − x̄)), for every whole count whose share rounds to x̄; rows of shares that "
        "print a mean and an SD.",
        source="Heathers JAJ, Brown NJL (2019). DEBIT: a simple consistency test for binary data. osf.io/5vb3u",
        needs=("outcomes.mean", "outcomes.sd", "outcomes.n"),
        run=_debit,
    ),
    Check(
        id="grim",
        group="within-trial",
        title="Can whole numbers have this mean?",
        method=f"Some whole total T must give a mean T/n that rounds to what is printed. {_WHOLE}",
        source="Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876",
        needs=("outcomes.mean", "outcomes.n"),
        run=_grim,
    ),
    Check(
        id="grimmer",
        group="within-trial",
        title="Can whole numbers have this SD with this mean?",
        method="Some whole sum of squares Q, as even or odd as the total T, must give SD² = (Q − T²/n)/(n − 1) within "
        f"rounding. {_WHOLE}",
        source="Anaya J (2016). The GRIMMER test. doi:10.7287/peerj.preprints.2400v1; Allard A (2018). "
        "Analytic-GRIMMER",
        needs=("outcomes.mean", "outcomes.sd", "outcomes.n"),
        run=_grimmer,
    ),
)
