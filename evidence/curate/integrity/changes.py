"""Changes: what changed is what was there after less what was there before, and so with percentages and spreads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .finding import Check, Finding
from .grouping import grouped
from .rounding import column_decimals, half_unit, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evidence_tables import EvidenceTables, Row

__all__ = ["CHECKS", "change_gap", "percent_of_means", "percent_slack", "sd_of_change_limits"]

_PRINTED = ("study_id", "outcome", "source", "seen_at")
_STEEP = 0.3
_SLACK = 1.5


def change_gap(change: float, baseline: float, final: float, tolerance: float) -> float | None:
    """Return final − baseline, if the printed change is not within the rounding of the three numbers.

    Examples
    --------
    >>> change_gap(21.4, 44.12, 73.14, 0.015)
    29.02
    >>> change_gap(29.0, 44.12, 73.14, 0.055) is None
    True
    """
    difference = final - baseline
    return round(difference, 10) if abs(difference - change) > tolerance + 1e-9 else None


def percent_of_means(baseline: float, final: float) -> float:
    """Return the change of the mean in percent of the mean before.

    Examples
    --------
    >>> round(percent_of_means(58.0, 92.0), 1), round(percent_of_means(49.0, 74.14), 1)
    (58.6, 51.3)
    """
    return 100 * (final - baseline) / baseline


def percent_slack(baseline: float, sd_baseline: float, final: float, sd_final: float) -> float:
    r"""Return by how much a mean of percent changes may differ from the percent change of the means.

    To second order the two differ by :math:`100\,(m_f s_b^2/m_b^3 - r\, s_b s_f/m_b^2)`; with r between −1 and 1 that
    is at most the sum of both parts, here taken one and a half times.

    Parameters
    ----------
    baseline, final : float
        Means before and after.
    sd_baseline, sd_final : float
        Their standard deviations.

    Examples
    --------
    >>> round(percent_slack(100.0, 10.0, 120.0, 12.0), 1)
    3.6
    """
    ratio = sd_baseline / baseline
    return _SLACK * 100 * (final / baseline * ratio**2 + ratio * sd_final / baseline)


def sd_of_change_limits(sd_baseline: float, sd_final: float) -> tuple[float, float]:
    """Return the smallest and the largest SD of a change that SDs before and after allow, with r of 1 and of −1.

    References
    ----------
    Cochrane Handbook, chapter 6, section 6.5.2.8. doi:10.1002/9781119536604.ch6

    Examples
    --------
    >>> sd_of_change_limits(6.5, 7.0)
    (0.5, 13.5)
    """
    return abs(sd_baseline - sd_final), sd_baseline + sd_final


def _pairs(tables: EvidenceTables, value_type: str) -> Iterator[tuple[Row, Row, list[Row]]]:
    """Yield a row of changes, the row of final values of the same people, and the rows printed with them."""
    for rows in grouped(tables.rows("outcomes"), _PRINTED):
        changes = [row for row in rows if row["value_type"] == value_type and row["mean"] is not None]
        finals = [row for row in rows if row["value_type"] == "final" and row["mean"] is not None]
        for change in changes:
            for final in finals:
                same = all(change[name] == final[name] for name in ("arm_id", "time_weeks", "n"))
                if same and change["arm_id"] and final["baseline_mean"] is not None:
                    yield change, final, rows


def _change(tables: EvidenceTables) -> Iterator[Finding]:
    for change, final, rows in _pairs(tables, "change"):
        if change["unit"] != final["unit"]:
            continue
        changes = column_decimals([row for row in rows if row["value_type"] == "change"], "mean")
        finals = [row for row in rows if row["value_type"] == "final"]
        decimals = (changes, column_decimals(finals, "mean"), column_decimals(finals, "baseline_mean"))
        tolerance = float(sum(half_unit(places) for places in decimals))
        gap = change_gap(change["mean"], final["baseline_mean"], final["mean"], tolerance)
        if gap is None:
            continue
        places = max(decimals)
        printed = [shown(value, places) for value in (final["mean"], final["baseline_mean"], gap)]
        yield Finding(
            check="change-arithmetic",
            severity="inconsistent",
            study=change["study_id"],
            rows=tuple(sorted((tables.key("outcomes", change), tables.key("outcomes", final)))),
            value=f"change {shown(change['mean'], changes)}",
            recomputed=printed[2],
            arithmetic=f"{printed[0]} − {printed[1]} = {printed[2]}, not {shown(change['mean'], changes)}",
            text=f"A mean change of {shown(change['mean'], changes)} does not follow from {printed[1]} before and "
            f"{printed[0]} after.",
        )


def _spread(tables: EvidenceTables) -> Iterator[Finding]:
    for change, final, rows in _pairs(tables, "change"):
        for name in ("sd", "plus_minus"):
            spreads = change[name], final[f"baseline_{name}"], final[name]
            if change["unit"] != final["unit"] or None in spreads:
                continue
            places = column_decimals(rows, name, f"baseline_{name}")
            margin = float(half_unit(places))
            low, high = sd_of_change_limits(spreads[1], spreads[2])
            # three printed numbers may each be off by half a unit
            if low - 3 * margin <= spreads[0] <= high + 3 * margin:
                continue
            printed = [shown(value, places) for value in spreads]
            yield Finding(
                check="change-sd",
                severity="impossible" if name == "sd" else "unusual",
                study=change["study_id"],
                rows=tuple(sorted((tables.key("outcomes", change), tables.key("outcomes", final)))),
                value=f"SD of change {printed[0]}",
                recomputed=f"{shown(low, places)} to {shown(high, places)}",
                arithmetic=f"|{printed[1]} − {printed[2]}| = {shown(low, places)}; {printed[1]} + {printed[2]} = "
                f"{shown(high, places)}",
                text=f"SDs of {printed[1]} before and {printed[2]} after allow no SD of {printed[0]} of the change.",
            )


def _percent(tables: EvidenceTables) -> Iterator[Finding]:
    for change, final, rows in _pairs(tables, "percent-change"):
        before, after = final["baseline_mean"], final["mean"]
        spreads = [
            next((final[name] for name in names if final[name] is not None), None)
            for names in (("baseline_sd", "baseline_plus_minus"), ("sd", "plus_minus"))
        ]
        if before <= 0 or spreads[0] is None or spreads[1] is None or spreads[0] > _STEEP * before:
            continue
        decimals = column_decimals(rows, "mean", "baseline_mean")
        given = percent_of_means(before, after)
        rounding = float(half_unit(decimals)) * (1 + 100 * (1 + after / before) / before)
        slack = percent_slack(before, spreads[0], after, spreads[1]) + rounding
        if abs(given - change["mean"]) <= slack:
            continue
        yield Finding(
            check="percent-change",
            severity="inconsistent",
            study=change["study_id"],
            rows=tuple(sorted((tables.key("outcomes", change), tables.key("outcomes", final)))),
            value=f"{shown(change['mean'])}%",
            recomputed=f"{shown(given, 1)}% ± {shown(slack, 1)}",
            arithmetic=f"100 × ({shown(after)} − {shown(before)}) / {shown(before)} = {shown(given, 1)}%",
            text=f"A mean change of {shown(change['mean'])}% does not follow from {shown(before)} before and "
            f"{shown(after)} after, which is {shown(given, 1)}%.",
        )


_METHOD = "for rows of the same arm, time, number of people and page."

CHECKS: tuple[Check, ...] = (
    Check(
        id="change-arithmetic",
        group="within-trial",
        title="Is the mean change final less baseline?",
        method=f"change = final − baseline, ± the half units of the three last decimals, {_METHOD}",
        source="",
        needs=("outcomes.mean", "outcomes.baseline_mean"),
        run=_change,
    ),
    Check(
        id="change-sd",
        group="within-trial",
        title="Do the SDs before, after and of the change allow one another?",
        method=f"|SD_b − SD_f| ≤ SD_change ≤ SD_b + SD_f (a correlation between 1 and −1), ± rounding, {_METHOD}",
        source="Cochrane Handbook, chapter 6, section 6.5.2.8. doi:10.1002/9781119536604.ch6",
        needs=("outcomes.sd", "outcomes.baseline_sd"),
        run=_spread,
    ),
    Check(
        id="percent-change",
        group="within-trial",
        title="Is the change in percent that of the means?",
        method="100 (final − baseline)/baseline, ± rounding and 1.5 times 100 (m_f s_b²/m_b³ + s_b s_f/m_b²), by which "
        f"a mean of percent changes may differ; where the SD before is at most 0.3 of its mean, {_METHOD}",
        source="",
        needs=("outcomes.mean", "outcomes.baseline_mean"),
        run=_percent,
    ),
)
