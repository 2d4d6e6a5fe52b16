"""Pooled results as published elsewhere, with what does not add up in them and where reviews disagree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ....errors import EvidenceError
from ...reviews import review_table
from ...reviews.printed import number_as_printed
from ...reviews.text import counted, summary_line
from ..page import Entry, Page
from ..page_figures import figure_files, page_figure
from ..reported_rows import page_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....plot.forest_plot.data import ForestData
    from ...reviews import PublishedResult, ReviewTable
    from ..page_figures import PageFigure
    from ..paths import Paths
    from ..site import Site

__all__ = ["PAGE"]

_FEWEST = 3  # results beside each other that are worth a figure


def _view(site: Site) -> dict[str, Any]:
    table = review_table(site.base, answers=site.answers)
    return {
        "results": [_result(row) for row in table.rows],
        "any_own": any(row.own for row in table.rows),
        "reviews": list(table.reviews.values()),
        "summary": summary_line(table) if table.rows else "",
        "figures": [(figure, f"{figure.heading}: {measure}") for figure, measure in _figures(table)],
    }


def _result(row: PublishedResult) -> dict[str, Any]:
    """Return a result with what is printed beside its effect, and the page where it was seen."""
    beside = [row.p, f"I² {row.i2_text}" if row.i2_text else ""]
    beside += [
        f"{name} {number_as_printed(value)}" for name, value in (("τ²", row.tau2), ("z", row.z)) if value is not None
    ]
    beside += [counted(row.n, "people"), row.model]
    return {
        "row": row,
        "beside": ", ".join(part for part in beside if part),
        "page": page_links(row.review_id, {row.review_id: row.url})[0][1],
    }


def _figures(table: ReviewTable) -> list[tuple[PageFigure, str]]:
    """Return a figure and its measure for each outcome that several reviews print, the most results first."""
    found: dict[tuple[object, ...], ForestData] = {}
    for row in table.rows:
        try:
            data = table.forest_data(outcome=row.outcome, measure=row.measure_short)
        except EvidenceError:
            continue  # no measure is printed, or nothing that could be drawn
        reviews = {
            entry.review_id for entry in table.rows if any(_named(entry.review_id, one.label) for one in data.rows)
        }
        drawn = sum(entry.estimate is not None for entry in data.rows)
        if drawn >= _FEWEST and len(reviews) > 1:
            found.setdefault(data.rows, data)
    ordered = sorted(found.values(), key=lambda data: -len(data.rows))
    return [(page_figure(_name(data), "reviews", data), data.measure) for data in ordered]


def _named(review_id: str, label: str) -> bool:
    """Whether a row of the figure is of a review: labels have blanks where ids have none."""
    return label.split(" · ")[0].replace(" ", "") == review_id.replace("_", "")


def _name(data: ForestData) -> str:
    return f"reviews-{hashlib.sha256(f'{data.title} {data.measure}'.encode()).hexdigest()[:8]}"


def _files(site: Site) -> dict[str, bytes]:
    return figure_files(figure for figure, _ in _figures(review_table(site.base, answers=site.answers)))


def _entries(site: Site, to: Paths) -> Iterator[Entry]:
    table = review_table(site.base, answers=site.answers)
    for name, review in table.reviews.items():
        told = "; ".join(f"{row.outcome}: {row.effect_text}" for row in table.rows if row.review_id == name)
        yield Entry(kind="Review", title=review.citation, text=told, address=to.page("reviews", "review", name))


PAGE = Page(
    name="reviews",
    label="Reviews",
    title="Pooled results as published",
    view=_view,
    entries=_entries,
    files=_files,
)
