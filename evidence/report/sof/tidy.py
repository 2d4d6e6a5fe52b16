"""The table as data: tidy rows for files, with every number in full."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from ...numbers import file_number
from ...screen.exchange.spreadsheet import guarded
from ...tables.io import csv_bytes
from .layout import circles

if TYPE_CHECKING:
    from ...plot.page.scale import Values
    from .absolute import Absolute
    from .row import SofRow
    from .table import SummaryOfFindings

__all__ = ["TIDY_COLUMNS", "csv_of", "dict_of", "json_of"]

TIDY_COLUMNS = (
    *("synthesis", "analysis", "primary", "label", "comparison_id", "outcome", "follow_up", "population"),
    *("trials", "comparisons", "participants", "pooled", "reason", "measure", "level"),
    *("estimate", "ci_low", "ci_high", "effect"),
    *("basis", "kind", "unit", "comparison", "intervention", "intervention_low", "intervention_high"),
    *("difference", "difference_low", "difference_high", "beyond", "why_not"),
    *("certainty", "meaning", "notes"),
)
_NUMBERS = (
    *("trials", "comparisons", "participants", "level", "estimate", "ci_low", "ci_high"),
    *("comparison", "intervention", "intervention_low", "intervention_high"),
    *("difference", "difference_low", "difference_high"),
)


def csv_of(table: SummaryOfFindings) -> bytes:
    """Return one row for each outcome and comparison value; risks are fractions, `certainty` is empty if not judged.

    Numbers have ten significant digits. A negative number stays a number, and a text that a spreadsheet would take for
    a formula gets an apostrophe before it.
    """
    cells = ([_cell(row.get(name, ""), name) for name in TIDY_COLUMNS] for row in _rows(table))
    return csv_bytes(TIDY_COLUMNS, cells)


def _cell(text: str, column: str) -> str:
    return text if column in _NUMBERS else guarded(text)


def _rows(table: SummaryOfFindings) -> list[dict[str, str]]:
    found = []
    for row in table.rows:
        alone = len(row.absolutes) == len(row.effects)
        for place, absolute in enumerate(row.absolutes or (None,)):
            effect = row.effects[place if alone else 0] if row.effects else None
            found.append(_common(table, row) | _effect(effect) | _anticipated(absolute))
    return found


def _common(table: SummaryOfFindings, row: SofRow) -> dict[str, str]:
    letters = {mark for line in table.lines(row) for cell in line.values() for mark in cell.marks}
    return {
        "synthesis": row.synthesis,
        "analysis": row.analysis,
        "primary": "true" if row.primary else "false",
        "label": row.label,
        "comparison_id": row.comparison,
        "outcome": row.outcome,
        "follow_up": row.follow_up,
        "population": row.population,
        "trials": str(row.trials),
        "comparisons": str(row.k),
        "participants": str(row.n),
        "pooled": "true" if row.pooled else "false",
        "reason": row.reason,
        "measure": row.measure,
        "level": file_number(row.level),
        "effect": row.effect_text,
        "certainty": row.certainty,
        "meaning": row.meaning,
        "notes": " ".join(note.text for note in table.footnotes if note.mark in letters),
    }


def _effect(effect: Values | None) -> dict[str, str]:
    return {} if effect is None else _three("estimate", "ci_low", "ci_high", effect)


def _anticipated(absolute: Absolute | None) -> dict[str, str]:
    if absolute is None:
        return {}
    return {
        "basis": absolute.label,
        "kind": absolute.kind,
        "unit": absolute.unit,
        "comparison": file_number(absolute.comparison),
        **_three("intervention", "intervention_low", "intervention_high", absolute.intervention),
        **_three("difference", "difference_low", "difference_high", absolute.difference),
        "beyond": absolute.beyond,
        "why_not": absolute.why_not,
    }


def _three(first: str, low: str, high: str, shown: Values) -> dict[str, str]:
    values = (shown.estimate, shown.ci_low, shown.ci_high)
    return dict(zip((first, low, high), map(file_number, values), strict=True))


def dict_of(table: SummaryOfFindings) -> dict[str, Any]:
    """Return the table as plain data that survive JSON; what is not known is None."""
    return {
        "title": table.title,
        "review": table.review,
        "population": table.population,
        "comparisons": [
            {"id": group.comparison, "label": group.label, "intervention": group.arm_1, "comparison": group.arm_2}
            for group in table.groups
        ],
        "rows": [_row(table, row) for row in table.rows],
        "footnotes": {note.mark: note.text for note in table.footnotes},
        "remarks": list(table.remarks),
    }


def _row(table: SummaryOfFindings, row: SofRow) -> dict[str, Any]:
    cells = [
        {column: {"text": cell.text, "notes": list(cell.marks)} for column, cell in line.items()}
        for line in table.lines(row)
    ]
    return {
        "synthesis": row.synthesis,
        "analysis": row.analysis,
        "primary": row.primary,
        "comparison": row.comparison,
        "outcome": row.outcome,
        "follow_up": row.follow_up,
        "population": row.population,
        "trials": row.trials,
        "participants": row.n,
        "pooled": row.pooled,
        "reason": row.reason,
        "measure": row.measure,
        "effects": [_numbers(effect) for effect in row.effects],
        "anticipated": [_plain(absolute) for absolute in row.absolutes],
        "certainty": row.certainty or None,
        "symbols": circles(row.certainty).strip(),
        "meaning": row.meaning,
        "cells": cells,
    }


def _plain(absolute: Absolute) -> dict[str, Any]:
    return {
        "kind": absolute.kind,
        "label": absolute.label,
        "unit": absolute.unit,
        "comparison": _known(absolute.comparison),
        "intervention": _numbers(absolute.intervention),
        "difference": _numbers(absolute.difference),
        "beyond": absolute.beyond,
        "why_not": absolute.why_not,
    }


def _numbers(shown: Values) -> dict[str, float | None]:
    return {"estimate": _known(shown.estimate), "ci_low": _known(shown.ci_low), "ci_high": _known(shown.ci_high)}


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def json_of(table: SummaryOfFindings) -> str:
    """Return `dict_of` as JSON text."""
    return json.dumps(dict_of(table), ensure_ascii=False, indent=2) + "\n"
