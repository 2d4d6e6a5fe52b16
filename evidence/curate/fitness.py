"""Whether a row may enter a synthesis, whatever its numbers: its time, status, kind, threshold and grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Analysis, Synthesis, Window

__all__ = ["PVALUE_ONLY", "row_obstacles", "status_obstacle"]

PVALUE_ONLY = "only its p-value can be used"
_STATUSES = {"conflict": "sources conflict", "secondary": "secondary source only"}


def row_obstacles(
    row: Mapping[str, Any], value_type: str, synthesis: Synthesis, window: Window | None, analysis: Analysis
) -> list[str]:
    """Return why a row may not enter; empty if it may.

    Parameters
    ----------
    row : mapping
        A row of the outcomes or contrasts table.
    value_type : str
        What its value is, as read.
    """
    reasons = [*_time(row, window, analysis), *status_obstacle(row, analysis)]
    if synthesis.value_types and value_type not in synthesis.value_types:
        reasons.append(f"reported as {value_type}" if value_type else "kind of value not stated")
    if synthesis.thresholds and row["threshold"] not in synthesis.thresholds:
        reasons.append(f"other threshold: {row['threshold'] or 'none'}")
    if row["pooling"] == "sensitivity" and "sensitivity" not in analysis.pooling:
        reasons.append("for sensitivity analyses only")
    elif row["pooling"] == "p-value-only":
        reasons.append(PVALUE_ONLY)
    elif row["pooling"] not in (*analysis.pooling, "sensitivity"):
        reasons.append("judged not fit for pooling")
    return reasons


def status_obstacle(row: Mapping[str, Any], analysis: Analysis) -> list[str]:
    """Return why a row is not sure enough; empty if it is."""
    if row["status"] in analysis.statuses:
        return []
    return [_STATUSES.get(row["status"], row["status"])]


def _time(row: Mapping[str, Any], window: Window | None, analysis: Analysis) -> list[str]:
    if window is None:
        return []
    low = row["time_weeks"]
    if low != low:
        return [] if analysis.unstated_time else ["time not stated"]
    high = row["time_weeks_max"] if row["time_weeks_max"] == row["time_weeks_max"] else low
    if window.low <= low and high <= window.high:
        return []
    shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return [f"at {shown} weeks, outside {window.low:g} to {window.high:g}"]
