"""The invented review with more outcomes, a smallest difference that matters, and certainty as a person judged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from invented_review import invented_review
from judged_now import record_present

from evidence.tables.io import read_raw, write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evidence.project import Project

__all__ = ["LOW", "MODERATE", "add_rows", "judged_review"]

_MORE = """
[[outcomes]]
id = "function"
label = "function"
kind = "continuous"
direction = "higher"
unit = "points"
mid = 8
mid_source = "invented"

[[syntheses]]
id = "exercise-response"
label = "Exercise added to usual care: response"
comparison = "exercise-added"
outcome = "response"
population = "adults"
measure = "RR"
test = "z"
value_types = ["responder"]

[[syntheses]]
id = "exercise-function"
label = "Exercise added to usual care: function"
comparison = "exercise-added"
outcome = "function"
population = "adults"
measure = "SMD"
test = "z"
units = ["any"]
value_types = ["final"]

[[syntheses]]
id = "exercise-harm"
label = "Exercise added to usual care: any harm"
comparison = "exercise-added"
outcome = "any-harm"
population = "adults"
measure = "RD"
value_types = ["event"]

[[outcomes]]
id = "quality"
label = "quality of life"
kind = "continuous"
direction = "higher"
unit = "points"

[[syntheses]]
id = "exercise-quality"
label = "Exercise added to usual care: quality of life"
comparison = "exercise-added"
outcome = "quality"
population = "adults"
measure = "MD"
window = "12-weeks"
"""
# Trial, arm, events, people of the outcome `response`.
_RESPONSES = (
    ("InventedA", "A1", 24, 40),
    ("InventedA", "A2", 12, 40),
    ("InventedB", "A1", 15, 30),
    ("InventedB", "A2", 9, 30),
    ("InventedC", "A1", 13, 25),
    ("InventedC", "A2", 6, 25),
)
# Trial, arm, mean, SD, people of the outcome `function`, after treatment.
_FUNCTIONS = (
    ("InventedA", "A1", 66.0, 14.0, 40),
    ("InventedA", "A2", 58.5, 15.0, 40),
    ("InventedB", "A1", 61.0, 17.0, 30),
    ("InventedB", "A2", 55.0, 18.0, 30),
)
_DOMAINS = ("risk-of-bias", "inconsistency", "indirectness", "imprecision", "publication-bias")
LOW = {"risk-of-bias": "-1", "imprecision": "-1"}
MODERATE = {"risk-of-bias": "-1"}
_CERTAINTIES = ("high", "moderate", "low", "very-low")


def judged_review(
    folder: Path,
    *,
    judged: Mapping[str, Mapping[str, str]] | None = None,
    mid: float | None = 10,
    reason: str = "invented, to show how it looks",
    by: str = "A. Reader",
) -> Project:
    """Make the review.

    Parameters
    ----------
    folder : Path
        Where; it must not exist.
    judged : mapping, optional
        Synthesis → domain → levels; domains that are not named are not rated down. By default pain is of low certainty
        and response of moderate.
    mid : float, optional
        The smallest difference of pain that matters, in mm.
    reason, by : str
        What stands in the rows of certainty.
    """
    project = invented_review(folder)
    protocol = project.protocol.read_text(encoding="utf-8")
    if mid is not None:
        protocol = protocol.replace('unit = "mm"\n', f'unit = "mm"\nmid = {mid}\nmid_source = "invented"\n', 1)
    write_bytes(project.protocol, (protocol + _MORE).encode())
    add_rows(project, "outcomes", [_response(*cells) for cells in _RESPONSES])
    add_rows(project, "outcomes", [_function(*cells) for cells in _FUNCTIONS])
    add_rows(project, "outcomes", [_harm("A1", 3), _harm("A2", 1)])
    chosen = judged if judged is not None else {"exercise-pain": LOW, "exercise-response": MODERATE}
    rows = [row for name, levels in chosen.items() for row in _certainty(name, levels, reason, by)]
    add_rows(project, "certainty", rows)
    if rows:
        record_present(project)
    return project


def add_rows(project: Project, name: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Add rows to a table; cells that are not given are empty."""
    path = project.processed / f"{name}.csv"
    table = read_raw(path)
    more = pd.DataFrame([{column: row.get(column, "") for column in table.columns} for row in rows], dtype=object)
    whole = pd.concat([part for part in (table, more) if len(part)]) if rows else table
    write_bytes(path, whole.to_csv(index=False, lineterminator="\n").encode())


def _common(trial: str, arm: str, outcome: str) -> dict[str, str]:
    return {
        "row_id": f"{outcome[:2].upper()}{trial[-1]}{arm}",
        "study_id": trial,
        "arm_id": arm,
        "outcome": outcome,
        "outcome_as_reported": outcome,
        "time_weeks": "12",
        "n_status": "verified",
        "pooling": "yes",
        "source": f"Invented report {trial[-1]}",
        "seen_at": "S1",
        "location": "table 4",
        "locator": "a row",
        "status": "verified",
    }


def _response(trial: str, arm: str, events: int, n: int) -> dict[str, str]:
    counts = {
        "value_type": "responder",
        "threshold": "half",
        "unit": "patients",
        "events": str(events),
        "total": str(n),
        "n": str(n),
    }
    return _common(trial, arm, "response") | counts


def _function(trial: str, arm: str, mean: float, sd: float, n: int) -> dict[str, str]:
    values = {"value_type": "final", "unit": "points", "n": str(n), "mean": str(mean), "sd": str(sd)}
    return _common(trial, arm, "function") | values


def _harm(arm: str, events: int) -> dict[str, str]:
    counts = {"value_type": "event", "unit": "patients", "events": str(events), "total": "40", "n": "40"}
    return _common("InventedA", arm, "any-harm") | counts


def _certainty(name: str, levels: Mapping[str, str], reason: str, by: str) -> list[dict[str, str]]:
    shared = {"synthesis": name, "analysis": "primary", "reason": reason, "judged_by": by, "judged_on": "2026-11-22"}
    rows = [{**shared, "domain": domain, "levels": levels.get(domain, "0")} for domain in _DOMAINS]
    taken = -sum(int(value) for value in levels.values())
    overall = {"domain": "overall", "start": "high", "certainty": _CERTAINTIES[min(taken, 3)]}
    return [*rows, {**shared, **overall}]
