"""Which rows of a trial enter a contrast: one row for each arm, of the same kind, threshold and time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from .arms import ArmData, read_binary, read_continuous

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..protocol import Analysis, Outcome, Protocol, Synthesis, Window
    from .index import Row
    from .pairs import ArmPair

__all__ = ["Picked", "named", "pick_rows", "reported_otherwise"]

_STATUS_ORDER = ("verified", "implied", "assumed", "secondary", "conflict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The best rows found for a pair of arms, and what stands in their way (nothing, if they can enter)."""

    arm_1: ArmData
    arm_2: ArmData
    value_type: str
    threshold: str
    time_weeks: float
    status: str
    obstacles: tuple[str, ...]
    background: str = ""


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


def _row_obstacles(
    row: Mapping[str, Any], synthesis: Synthesis, window: Window | None, analysis: Analysis
) -> list[str]:
    reasons = _time(row, window, analysis)
    if row["status"] not in analysis.statuses:
        reasons.append(
            {"conflict": "sources conflict", "secondary": "secondary source only"}.get(row["status"], row["status"])
        )
    if synthesis.value_types and row["value_type"] not in synthesis.value_types:
        reasons.append(f"reported as {row['value_type']}")
    if synthesis.thresholds and row["threshold"] not in synthesis.thresholds:
        reasons.append(f"other threshold: {row['threshold'] or 'none'}")
    if row["pooling"] == "sensitivity" and "sensitivity" not in analysis.pooling:
        reasons.append("for sensitivity analyses only")
    elif row["pooling"] == "p-value-only":
        reasons.append("only its p-value can be used")
    elif row["pooling"] not in (*analysis.pooling, "sensitivity"):
        reasons.append("judged not fit for pooling")
    return reasons


def _read(
    row: Mapping[str, Any], synthesis: Synthesis, outcome: Outcome, window: Window | None, analysis: Analysis
) -> tuple[ArmData | None, list[str]]:
    read, trouble = (
        read_binary(row, analysis) if outcome.kind == "binary" else read_continuous(row, synthesis, outcome, analysis)
    )
    return read, [*trouble, *_row_obstacles(row, synthesis, window, analysis)]


def _rank(values: Sequence[str], value: str) -> int:
    return values.index(value) if value in values else len(values)


def pick_rows(
    rows_1: list[Row], rows_2: list[Row], *, synthesis: Synthesis, protocol: Protocol, analysis: Analysis
) -> Picked | str:
    """Return the best pair of rows for two arms, or in words why there is none.

    Rows pair if they are of the same kind of value, threshold and time. Of the pairs that can enter, the protocol's
    order of thresholds decides, then that of kinds of value, then nearness to the window's target, then how sure the
    rows are. If none can enter, the pair with the fewest obstacles is returned with them.

    Parameters
    ----------
    rows_1, rows_2 : list of Row
        The outcome's rows of the intervention and the control arm.
    """
    if not rows_1 or not rows_2:
        return "no value for either arm" if not rows_1 and not rows_2 else "a value for one arm only"
    window = protocol.windows[synthesis.window] if synthesis.window else None
    outcome = protocol.outcomes[synthesis.outcome]
    pairs = [
        _pair(first, second, synthesis, outcome, window, analysis)
        for first, second in product(rows_1, rows_2)
        if _alike(first, second)
    ]
    if not pairs:
        return "the arms' values are of different kinds, thresholds or times"
    return min(pairs, key=lambda pair: pair[0])[1]


def _alike(one: Row, two: Row) -> bool:
    """Whether two rows are of the same kind of value, threshold and time."""
    same = all(one[name] == two[name] for name in ("value_type", "threshold"))
    return same and _same_time(one, two)


def _pair(
    first: Row, second: Row, synthesis: Synthesis, outcome: Outcome, window: Window | None, analysis: Analysis
) -> tuple[tuple[float, ...], Picked | str]:
    """Return two rows as a pair with its place in the order of preference, or as a reason if they give no numbers."""
    data_1, trouble_1 = _read(first, synthesis, outcome, window, analysis)
    data_2, trouble_2 = _read(second, synthesis, outcome, window, analysis)
    obstacles = tuple(dict.fromkeys([*trouble_1, *trouble_2]))
    if data_1 is not None and data_2 is not None and data_1.unit != data_2.unit:
        obstacles = (*obstacles, f"arms in different units: {data_1.unit} and {data_2.unit}")
    status = max(first["status"], second["status"], key=lambda name: _rank(_STATUS_ORDER, name))
    unknown = window is None or math.isnan(first["time_weeks"])
    order = (
        len(obstacles) + (data_1 is None) + (data_2 is None),
        _rank(synthesis.thresholds, first["threshold"]),
        _rank(synthesis.value_types, first["value_type"]),
        0.0 if window is None or unknown else abs(first["time_weeks"] - window.target),
        _rank(_STATUS_ORDER, status),
    )
    if data_1 is None or data_2 is None:
        return order, "; ".join(obstacles)
    picked = Picked(
        arm_1=data_1,
        arm_2=data_2,
        value_type=first["value_type"],
        threshold=first["threshold"],
        time_weeks=first["time_weeks"],
        status=status,
        obstacles=obstacles,
    )
    return order, picked


def _same_time(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    first, second = one["time_weeks"], two["time_weeks"]
    return bool(first == second or (math.isnan(first) and math.isnan(second)))


def reported_otherwise(rows: list[Row], pairs: list[ArmPair]) -> str:
    """Return how a trial reports an outcome for which it prints no values by arm; empty if it does not at all.

    Parameters
    ----------
    rows : list of Row
        The trial's rows of the contrasts table for this outcome.
    pairs : list of ArmPair
        The pairs in question; a printed result of other arms says nothing of them.
    """
    wanted = {pair.ids for pair in pairs}
    texts = []
    for row in rows:
        arms = frozenset(name for name in (row["arm_id_1"], row["arm_id_2"]) if name)
        if arms and not any(arms <= pair for pair in wanted):
            continue
        if row["p_value"] == row["p_value"]:
            texts.append(f"only a p-value is printed (p {row['p_operator']} {row['p_value']:g})")
        elif row["direction"] == "no-difference":
            texts.append("only said to show no difference")
        else:
            texts.append("only the direction is reported")
    return "; ".join(dict.fromkeys(texts))


def named(picked: Picked, pair: ArmPair) -> Picked:
    """Return `picked` with the arms called as in the arms table, and what both of them received."""
    return replace(
        picked,
        arm_1=replace(picked.arm_1, label=pair.one["label"]),
        arm_2=replace(picked.arm_2, label=pair.two["label"]),
        background=pair.background,
    )
