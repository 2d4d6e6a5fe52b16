"""Risk of bias: a table for each form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....curate.bias.counting import settled, whole_of
from ....curate.bias.words import shown, symbol_of
from ....errors import InputError
from ....instruments import FORMS
from ....tables.io import records
from ..cells import text_cell
from ..page import Page
from ..page_figures import figure_files, page_figure

if TYPE_CHECKING:
    from ....base import EvidenceBase
    from ..page_figures import PageFigure
    from ..site import Site

__all__ = ["PAGE"]

_Judged = dict[str, dict[str, Any]]


def _view(site: Site) -> dict[str, Any]:
    """Return one table for each form: a row for each trial and outcome, a symbol and its word for each domain.

    The judgement that counts is shown where several people judged. A domain without a row was not assessed, which is
    neither low nor `no information`.
    """
    groups: dict[tuple[str, str], dict[tuple[str, str], _Judged]] = {}
    for row in records(settled(site.base.tables["risk_of_bias"])):
        results = groups.setdefault((row["tool"], row["variant"]), {})
        results.setdefault((row["study_id"], row["outcome"]), {})[row["domain"]] = row
    tables: list[dict[str, Any]] = []
    for key, form in FORMS.items():
        domains = (*form.domain_ids, "overall")
        for judged in groups.get(key, {}).values():
            whole = whole_of({name: str(row["judgement"]) for name, row in judged.items()}, form)
            if whole and "overall" not in judged:
                judged["overall"] = dict.fromkeys(("support", "proposed", "override_reason"), "") | {"judgement": whole}
        rows = [
            _row(site, study, outcome, judged, domains, form.tool)
            for (study, outcome), judged in groups.get(key, {}).items()
        ]
        if rows:
            tables.append(
                {
                    "id": f"bias-{len(tables) + 1}",
                    "tool": form.title,
                    "domains": [(domain.id, domain.title) for domain in form.domains] + [("overall", "overall")],
                    "rows": rows,
                }
            )
    return {"bias": tables, "figure": _figure(site) if tables else None}


def _figure(site: Site) -> PageFigure | None:
    """Return the summary of all eligible trials; None where there is none of them."""
    from ...figures import bias_data

    try:
        data = bias_data(site.base)
    except InputError:
        return None
    return page_figure("bias-summary", "bias-summary", data)


def _files(site: Site) -> dict[str, bytes]:
    return figure_files([_figure(site)]) if len(site.base.tables["risk_of_bias"]) else {}


def _row(site: Site, study: str, outcome: str, judged: _Judged, domains: tuple[str, ...], tool: str) -> dict[str, Any]:
    told = [_support(name, judged[name]) for name in domains if name in judged]
    return {
        "id": study,
        "label": site.trial_labels[study],
        "outcome": "" if outcome == "all" else _outcome(site.base, outcome),
        "cells": [_judgement(judged.get(domain), tool) for domain in domains],
        "support": [text for text in told if text],
    }


def _support(domain: str, row: dict[str, Any]) -> str:
    """Return the facts behind a judgement, and why it is another than the proposed one."""
    reason = text_cell(row["override_reason"])
    proposed = shown(text_cell(row["proposed"]) or None)
    parts = [text_cell(row["support"]), f"proposed: {proposed}; judged otherwise: {reason}" if reason else ""]
    told = "; ".join(part for part in parts if part)
    return f"{domain}: {told}" if told else ""


def _outcome(base: EvidenceBase, name: str) -> str:
    outcome = base.protocol.outcomes.get(name)
    return outcome.label if outcome else name


def _judgement(row: dict[str, Any] | None, tool: str) -> dict[str, str]:
    if row is None:
        return {"symbol": "", "word": shown(None), "kind": "absent"}
    word = str(row["judgement"])
    told = shown(word)
    if word == "no-information" and tool == "RoB2":
        told = f"{shown(None)}: {told}"
    return {"symbol": symbol_of(word), "word": told, "kind": word}


PAGE = Page(name="bias", label="Risk of bias", title="Risk of bias", view=_view, files=_files)
