"""The page of one synthesis: everything that is known of it, down to the sources."""

from __future__ import annotations

import shlex
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ...plot.forest_plot.table import table_rows
from ...plot.forest_plot.text import level_text
from ..references import formatted
from ..sentences import certainty_of
from ..sof import summary_of_findings
from ..wording import analysis_words
from .synthesis_files import DATA_SUFFIX, REFERENCE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...plot.forest_plot.data import ForestData
    from ...plot.forest_plot.table import TableRow
    from ...synthesis import SynthesisResult
    from .site import Site
    from .synthesis_view import SynthesisView

__all__ = ["neighbours", "view_synthesis"]

_WORDS = {
    ".svg": ("SVG", "figure for the screen and for drawing programs"),
    ".pdf": ("PDF", "figure for print, fonts embedded"),
    ".png": ("PNG", "figure for slides, 300 dots an inch"),
    DATA_SUFFIX: ("CSV", "every number of every analysis"),
    ".bib": ("BibTeX", "references of the trials"),
    ".ris": ("RIS", "references, for reference managers"),
}


def neighbours(site: Site) -> dict[str, dict[str, SynthesisView | None]]:
    """Return the synthesis before and after each, in the order of the results."""
    views = list(site.syntheses)
    around: dict[str, dict[str, SynthesisView | None]] = {view.id: {"before": None, "after": None} for view in views}
    for one, other in pairwise(views):
        around[one.id]["after"], around[other.id]["before"] = other, one
    return around


def view_synthesis(site: Site, view: SynthesisView) -> dict[str, Any]:
    """Return what the template of a synthesis reads."""
    from markupsafe import Markup

    shown = site.answers[view.id].shown
    found = summary_of_findings(site.base, site.answers, ids=[view.id]) if shown.k else None
    group = next(group for group in site.groups if view in group.syntheses)
    return {
        "view": view,
        "comparison": group.comparison,
        "certainty": certainty_of(shown),
        "outdated": _outdated(shown),
        "trials": _trials(shown, view.plot) if view.plot else None,
        # The table escapes what it shows, with an environment of its own.
        "findings": Markup(found.to_html()) if found else None,  # noqa: S704
        "references": formatted(site.references[view.id], "vancouver") if shown.k else (),
        "downloads": _downloads(view),
        "command": f"evidence plot forest {shlex.quote(view.id)}",
        "rules": () if shown.k else _rules(shown),
    }


def _outdated(result: SynthesisResult) -> str:
    """Return what a reader must know of a judgement that was about other evidence; empty where there is none."""
    from ...certainty import last_judged

    found = last_judged(result)
    if found is None or found.current:
        return ""
    return f"The certainty was {found.text}. For the evidence on this page it is not assessed."


def _rules(result: SynthesisResult) -> tuple[tuple[str, str], ...]:
    """Return by which rules nothing entered, in words: where there is no number there is no tree down from it."""
    from ...curate.derive import DERIVATIONS
    from ...effects import measure_label

    titles = "; ".join(DERIVATIONS[name].title for name in result.synthesis.admitted(result.analysis))
    return (
        ("Rows that may enter", analysis_words(result)),
        ("Measure", measure_label(result.synthesis.measure)),
        ("Derivations that are admitted", titles or "none"),
    )


def _downloads(view: SynthesisView) -> list[tuple[str, str, str]]:
    """Return suffix, short name and meaning of each file."""
    suffixes: list[str] = [suffix for suffix in (".svg", ".pdf", ".png") if suffix in view.figures]
    if view.kind != "none":
        suffixes += [DATA_SUFFIX, *REFERENCE_SUFFIXES]
    return [(suffix, *_WORDS[suffix]) for suffix in suffixes]


def _trials(result: SynthesisResult, data: ForestData) -> dict[str, Any]:
    """Return the rows of the figure as a table: for those who do not see it, and for those who copy numbers."""
    ids = {contrast.study_label: contrast.study_id for contrast in result.contrasts}
    rows = [
        {
            "kind": row.kind,
            "label": row.label,
            "id": ids.get(row.study.label, "") if row.study else "",
            "cells": row.cells or ("",) * len(data.columns),
            "weight": row.weight,
            "effect": " ".join(part for part in (row.estimate, row.low, row.high) if part),
        }
        for row in _with_numbers(table_rows(data))
    ]
    return {
        "columns": [" ".join(name.split()) for name in data.columns],
        "effect": _effect_heading(data),
        "weighted": any(row["weight"] for row in rows),
        "rows": rows,
        "notes": data.notes,
        "heterogeneity": data.overall.heterogeneity if data.overall else "",
    }


def _with_numbers(rows: Iterable[TableRow]) -> list[TableRow]:
    """Return the rows that have numbers, each after the heading that it stands under; other headings go."""
    kept: list[TableRow] = []
    for row in rows:
        if row.study is not None and row.study.estimate is None:
            continue
        if kept and kept[-1].kind == "heading" and row.kind in ("heading", "total"):
            kept.pop()
        kept.append(row)
    return kept[:-1] if kept and kept[-1].kind == "heading" else kept


def _effect_heading(data: ForestData) -> str:
    unit = f", {data.unit}" if data.unit else ""
    return f"{data.measure}{unit} ({level_text(data.level)} CI)"
