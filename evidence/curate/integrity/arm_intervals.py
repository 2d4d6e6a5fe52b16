"""Intervals of an arm's mean against the mean, its SD or SE, and the people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .effect_intervals import Interval, centre_gap
from .finding import Check, Finding
from .ordering import ordered_rows
from .ranges import Range, decimals_among, rounded, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables

__all__ = ["CHECKS"]


def _run(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield intervals of an arm's mean that do not lie around it, or do not have the width of its SD or SE."""
    from scipy import stats

    for row in ordered_rows(tables, "outcomes"):
        if row["mean"] is None or row["ci_low"] is None or row["ci_high"] is None:
            continue
        low, high, n = row["ci_low"], row["ci_high"], row["n"]
        decimals = decimals_among([row["mean"], low, high])
        interval = Interval(estimate=row["mean"], low=low, high=high, decimals=decimals)
        shown = f"{show(row['mean'], 6)} [{show(low, 6)}, {show(high, 6)}]"
        problem = recomputed = ""
        if centre_gap(interval) > 0:
            problem, recomputed = "does not lie around its mean", f"middle {show((low + high) / 2, 5)}"
        elif n and n > 1 and (row["se"] is not None or row["sd"] is not None):
            name = "se" if row["se"] is not None else "sd"
            spread = rounded(row[name], decimals_among([row[name]]))
            factor = 1.0 if name == "se" else 1 / math.sqrt(n)
            level = 0.5 + (row["ci_level"] or 0.95) / 2
            quantiles = (float(stats.norm.ppf(level)), float(stats.t.ppf(level, n - 1)))
            expected = Range(2 * quantiles[0] * spread.low * factor, 2 * quantiles[1] * spread.high * factor)
            if not Range(high - low - 2 * interval.half, high - low + 2 * interval.half).overlaps(expected):
                problem = f"does not have the width that its {name.upper()} gives"
                recomputed = f"width {show(expected.low, 4)} to {show(expected.high, 4)}"
        if problem:
            yield Finding(
                check="arm-ci",
                severity="inconsistent",
                study=row["study_id"],
                rows=(tables.key("outcomes", row),),
                value=shown,
                recomputed=recomputed,
                arithmetic=f"width {show(high - low, 4)}, middle {show((low + high) / 2, 5)}; each number ± "
                f"{show(interval.half, 6)}",
                text=f"The interval of the mean of {row['outcome'].replace('-', ' ')} {problem}.",
            )


CHECKS: tuple[Check, ...] = (
    Check(
        id="arm-ci",
        group="within-trial",
        title="Does the interval of an arm's mean follow from mean, SD or SE, and n?",
        method="Mean in the middle; width = 2 q SE with q normal or t. Rounding of every number allowed.",
        source="Cochrane Handbook, 6.3.1 and 6.3.2. doi:10.1002/9781119536604.ch6",
        needs=("outcomes.mean", "outcomes.ci_low"),
        run=_run,
    ),
)
