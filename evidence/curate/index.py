"""The tables by trial, read once: what a selection looks up a thousand times."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..tables.io import records, split_list
from .notices import notices_by_study

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..protocol import Comparison, Component
    from .notices import Notice
    from .pairs import ArmPair

__all__ = ["Index", "Row", "make_index", "present"]

Row = dict[str, Any]
_NUMBERS = ("time_weeks", "time_weeks_max", "mean", "sd", "se", "plus_minus", "ci_low", "ci_high", "ci_level")
_TEXTS = ("threshold", "implied_basis", "percent_as_printed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The evidence base by trial.

    Attributes
    ----------
    studies : tuple of Row
        In the order of the table.
    arms : dict
        Trial → its arms, ``components`` as a tuple.
    outcomes, contrasts : dict
        (trial, outcome) → rows.
    harms : dict
        (trial, event) → rows.
    overlaps : dict
        Trial → the trials that are, or may be, the same people.
    spreads : dict
        Outcome → unit → the SDs (or unlabelled figures after ±) that are printed anywhere in the base.
    notices : dict
        Trial → retractions, concerns and corrections of its reports.
    pairs : dict
        (trial, comparison) → the components that were known when its pairs of arms were looked for, and the pairs:
        every analysis asks for them again.
    """

    studies: tuple[Row, ...]
    arms: dict[str, list[Row]]
    outcomes: dict[tuple[str, str], list[Row]]
    contrasts: dict[tuple[str, str], list[Row]]
    harms: dict[tuple[str, str], list[Row]]
    overlaps: dict[str, set[str]]
    spreads: dict[str, dict[str, tuple[float, ...]]] = field(default_factory=dict)
    notices: dict[str, tuple[Notice, ...]] = field(default_factory=dict)
    pairs: dict[tuple[str, Comparison], tuple[Mapping[str, Component], list[ArmPair]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )


def present(value: Any) -> bool:
    """Whether a cell holds something: neither None, nor NaN, nor pandas' NA, nor an empty string."""
    return value is not None and str(value) not in ("", "<NA>", "nan")


def _grouped(frame: pd.DataFrame, *keys: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in records(frame):
        groups[tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]].append(row)
    return dict(groups)


def _as_outcome(harm: Row) -> Row:
    """Return a row of the harms table as an outcome row, so that two arms' harms can be compared."""
    counted = harm["counting"] in ("patients", "stated-none")
    nothing = dict.fromkeys(_NUMBERS, math.nan)
    return (
        nothing
        | dict.fromkeys(_TEXTS, "")
        | {name: harm[name] for name in ("study_id", "arm_id", "n", "n_status", "status")}
        | {
            "row_id": harm["harm_id"],
            "outcome": harm["event"],
            "value_type": "responder",
            "unit": "patients",
            "events": harm["events"] if counted else None,
            "total": harm["n"] if counted and harm["n_status"] == "verified" else None,
            "percent": harm["percent"] if counted else math.nan,
            "events_implied": harm["events_implied"] if counted else None,
            "total_implied": harm["n"] if counted else None,
            "n_basis": "harms table",
            "pooling": harm["pooling"],
        }
    )


def make_index(tables: Mapping[str, pd.DataFrame]) -> Index:
    """Return the evidence base by trial."""
    arms = _grouped(tables["arms"], "study_id")
    for rows in arms.values():
        for row in rows:
            row["components"] = split_list(row["components"])
    overlaps: dict[str, set[str]] = defaultdict(set)
    for report in records(tables["reports"]):
        if report["role"] in ("duplicate", "suspected-overlap") and report["related_study"]:
            overlaps[report["study_id"]].add(report["related_study"])
            overlaps[report["related_study"]].add(report["study_id"])
    outcomes = _grouped(tables["outcomes"], "study_id", "outcome")
    for row in records(tables["harms"]):
        outcomes.setdefault((row["study_id"], row["event"]), []).append(_as_outcome(row))
    return Index(
        studies=tuple(records(tables["studies"])),
        arms=arms,
        outcomes=outcomes,
        contrasts=_grouped(tables["contrasts"], "study_id", "outcome"),
        harms=_grouped(tables["harms"], "study_id", "event"),
        overlaps=dict(overlaps),
        spreads=_spreads(outcomes),
        notices=notices_by_study(tables),
    )


def _spreads(outcomes: Mapping[tuple[str, str], list[Row]]) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return what is printed of the spread of each outcome, by unit."""
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for (_, outcome), rows in outcomes.items():
        for row in rows:
            figure = row["sd"] if present(row["sd"]) else row["plus_minus"]
            if present(figure) and figure > 0:
                units = found.setdefault(outcome, {})
                units[row["unit"]] = (*units.get(row["unit"], ()), float(figure))
    return found
