"""Rows of the tables as a reader meets them: what was reported in words, then every other filled cell, then where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...provenance import describe_row
from .cells import number_cell, text_cell, words_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["cell_text", "cells_left", "page_links", "reported_row", "seen_text", "words_of"]

_ADDRESS = re.compile(r'https?://[^\s"<>]+')
# Cells that have a place of their own, or that `describe_row` says whenever they are filled.
_PLACED = {
    "study_id", "status", "source", "seen_at", "location", "locator", "notes", "time_as_reported", "time_weeks",
    "percent", "events", "estimate", "n", "median", "mean", "p_as_printed", "baseline_mean",
}  # fmt: skip
# Cells that it says only beside others: they are told again unless their number stands in its words.
_SAID = {
    "total", "sd", "se", "plus_minus", "unit", "value_type", "q1", "q3", "minimum", "maximum", "ci_low", "ci_high",
    "n_status", "baseline_sd", "baseline_plus_minus", "estimate_measure", "statistic", "statistic_value",
}  # fmt: skip


def cell_text(value: Any) -> str:
    """Return a cell with all its digits and a true minus; empty where it is missing.

    Examples
    --------
    >>> cell_text(-1.50), cell_text("a"), cell_text(None)
    ('−1.5', 'a', '')
    """
    return number_cell(value) if isinstance(value, float) else text_cell(value)


def words_of(column: str) -> str:
    """Return a column's name as words, as ``time weeks``."""
    return column.replace("_", " ")


def cells_left(row: Mapping[str, Any], told: Collection[str]) -> list[tuple[str, str]]:
    """Return every filled cell of a row but those already told: the column in words, and its value."""
    return [(words_of(name), text) for name, value in row.items() if name not in told and (text := cell_text(value))]


def page_links(seen: str, pages: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the pages on which something was seen, each with its address where that can be opened."""
    names = [name for name in seen.split(";") if name]
    return [(name, pages[name] if _ADDRESS.fullmatch(pages.get(name, "")) else "") for name in names]


def seen_text(row: Mapping[str, Any]) -> str:
    """Return the ids of the pages on which a row was seen."""
    return ", ".join(name for name in cell_text(row.get("seen_at")).split(";") if name)


def reported_row(row: Mapping[str, Any], *, key: str, what: str, arm: str, told: Collection[str]) -> dict[str, Any]:
    """Return a row of outcomes, contrasts, harms or baselines, ready to be set; no filled cell is left out.

    Parameters
    ----------
    row : mapping
        The row as read.
    key : str
        The column that names it.
    what : str
        What was measured, in words.
    arm : str
        Of whom.
    told : collection of str
        The columns that `what` and `arm` tell.
    """
    value = describe_row(row)
    said = {name for name in _SAID if _holds(value, cell_text(row.get(name)))}
    weeks = cell_text(row.get("time_weeks"))
    return {
        "id": str(row[key]),
        "what": what,
        "as_reported": cell_text(row.get(f"{_measured(row)}_as_reported")),
        "arm": arm,
        "time": f"{weeks} weeks" if weeks else "",
        "time_as_reported": cell_text(row.get("time_as_reported")),
        "value": value,
        "more": cells_left(row, {key, f"{_measured(row)}_as_reported", *told, *_PLACED, *said}),
        "status": words_cell(row.get("status")),
        "source": ", ".join(text for name in ("source", "location", "locator") if (text := cell_text(row.get(name)))),
        "seen": seen_text(row),
        "note": cell_text(row.get("notes")),
    }


def _measured(row: Mapping[str, Any]) -> str:
    """Return which column says what a row measures."""
    return next(name for name in ("outcome", "event", "characteristic") if name in row)


def _holds(text: str, value: str) -> bool:
    return not value or bool(re.search(rf"(?<![\w.]){re.escape(value)}(?![\w]|\.\d)", text))
