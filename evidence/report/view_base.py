"""What the report shows of the evidence base itself: trials, risk of bias, conflicts, published results, claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..curate.bias.counting import settled, whole_of
from ..curate.bias.words import shown, symbol_of
from ..curate.notices import all_notices
from ..instruments import FORMS
from ..numbers import MINUS, file_number
from ..tables.io import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from ..answers import Answer
    from ..base import EvidenceBase
    from .claims import ClaimVerdict

__all__ = ["view_bias", "view_claims", "view_conflicts", "view_notices", "view_reviews", "view_studies"]

_ROLE_ORDER = ("primary", "secondary", "preprint", "thesis", "conference-abstract", "registration")


def _text(value: Any) -> str:
    """Return a cell as text, empty where it is missing."""
    missing = value is None or value != value or str(value) in ("", "<NA>")
    return "" if missing else str(value)


def _number(value: Any) -> str:
    """Return a printed number with a true minus and with all its digits; empty where it is missing."""
    text = _text(value)
    return file_number(float(text)).replace("-", MINUS) if text else ""


def _words(value: Any) -> str:
    return _text(value).replace("-", " ")


def view_studies(base: EvidenceBase) -> list[dict[str, Any]]:
    """Return every trial with its decision, reason, design and where it was reported."""
    reports: dict[str, list[dict[str, Any]]] = {}
    for report in records(base.tables["reports"]):
        reports.setdefault(report["study_id"], []).append(report)
    return [
        {
            "id": row["study_id"],
            "label": row["label"],
            "eligibility": _words(row["eligibility"]),
            "reason": _text(row["eligibility_reason"]),
            "design": _words(row["design"]),
            "randomised": _words(row["randomised"]),
            "condition": _words(row["condition"]),
            "sex": _words(row["sex"]),
            "n": _text(row["n_randomised"]) or _text(row["n_randomised_as_reported"]),
            "links": _links(reports.get(row["study_id"], [])),
        }
        for row in records(base.tables["studies"])
    ]


def _links(reports: Sequence[dict[str, Any]]) -> str:
    """Return the identifiers of a trial's own reports, the primary report first."""
    own = [report for report in reports if report["role"] in _ROLE_ORDER]
    own.sort(key=lambda report: _ROLE_ORDER.index(report["role"]))
    found = []
    for report in own:
        if _text(report["pmid"]):
            found.append(f"PMID:{report['pmid']}")
        elif _text(report["doi"]):
            found.append(f"DOI:{report['doi']}")
        elif _text(report["registration"]):
            found.append(_text(report["registration"]))
    return "; ".join(dict.fromkeys(found))


def view_notices(base: EvidenceBase, answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """Return every notice on a trial, with the questions into whose result shown the trial enters."""
    fed: dict[str, list[tuple[str, str]]] = {}
    for name, answer in answers.items():
        for study in dict.fromkeys(notice.study_id for notice in answer.shown.notices):
            fed.setdefault(study, []).append((name, answer.shown.label))
    return [
        {"text": str(notice), "open": notice.is_open, "fed": fed.get(notice.study_id, [])}
        for notice in all_notices(base.tables)
    ]


def view_bias(base: EvidenceBase) -> list[dict[str, Any]]:
    """Return one table for each form: a row for each trial and outcome, a symbol and its word for each domain.

    The judgement that counts is shown where several people judged. A domain without a row was not assessed, which is
    neither low nor `no information`.
    """
    labels = dict(zip(base.tables["studies"]["study_id"], base.tables["studies"]["label"], strict=True))
    groups: dict[tuple[str, str], dict[tuple[str, str], dict[str, dict[str, Any]]]] = {}
    for row in records(settled(base.tables["risk_of_bias"])):
        results = groups.setdefault((row["tool"], row["variant"]), {})
        results.setdefault((row["study_id"], row["outcome"]), {})[row["domain"]] = row
    tables = []
    for key, form in FORMS.items():
        domains = (*form.domain_ids, "overall")
        for judged in groups.get(key, {}).values():
            whole = whole_of({name: str(row["judgement"]) for name, row in judged.items()}, form)
            if whole and "overall" not in judged:
                judged["overall"] = dict.fromkeys(("support", "proposed", "override_reason"), "") | {"judgement": whole}
        rows = [
            {
                "id": study,
                "label": labels[study],
                "outcome": "" if outcome == "all" else _outcome(base, outcome),
                "cells": [_judgement(judged.get(domain), form.tool) for domain in domains],
                "support": [
                    _support(name, judged[name]) for name in domains if name in judged and _support(name, judged[name])
                ],
            }
            for (study, outcome), judged in groups.get(key, {}).items()
        ]
        if rows:
            tables.append({"tool": form.title, "domains": list(domains), "rows": rows})
    return tables


def _support(domain: str, row: dict[str, Any]) -> str:
    """Return the facts behind a judgement, and why it is another than the proposed one."""
    reason = _text(row["override_reason"])
    proposed = shown(_text(row["proposed"]) or None)
    parts = [_text(row["support"]), f"proposed: {proposed}; judged otherwise: {reason}" if reason else ""]
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


def view_conflicts(base: EvidenceBase) -> list[dict[str, Any]]:
    """Return every disagreement between sources, with both versions and what is done about it."""
    labels = dict(zip(base.tables["studies"]["study_id"], base.tables["studies"]["label"], strict=True))
    return [
        {
            "id": row["study_id"],
            "label": labels.get(row["study_id"], row["study_id"]),
            "what": row["what"],
            "one": row["version_1"],
            "two": _text(row["version_2"]),
            "handling": row["handling"],
        }
        for row in records(base.tables["conflicts"])
    ]


def view_reviews(base: EvidenceBase) -> list[dict[str, Any]]:
    """Return every published pooled result, as printed, with the review that prints it."""
    reviews = {row["review_id"]: row for row in records(base.tables["review_reports"])}
    found = []
    for row in records(base.tables["reviews"]):
        review = reviews[row["review_id"]]
        pmid, doi = _text(review["pmid"]), _text(review["doi"])
        limits = [_number(row["ci_low"]), _number(row["ci_high"])]
        found.append(
            {
                "citation": review["citation"],
                "link": f"PMID:{pmid}" if pmid else f"DOI:{doi}" if doi else "",
                "outcome": ", ".join(part for part in (_text(row["outcome"]), _text(row["subgroup"])) if part),
                "comparison": _text(row["comparison"]),
                "k": _text(row["k"]) or _text(row["k_as_printed"]),
                "n": _text(row["n"]),
                "effect": f"{_text(row['measure'])} {_number(row['estimate'])}".strip(),
                "ci": " to ".join(limits) if all(limits) else "",
                "i2": f"{_number(row['i2'])}%" if _number(row["i2"]) else "",
                "notes": _text(row["notes"]),
            }
        )
    return found


def view_claims(base: EvidenceBase, verdicts: Sequence[ClaimVerdict]) -> list[dict[str, Any]]:
    """Return each claim with its verdict, the results listed for it and what was seen in print."""
    seen = _seen(base.tables["claims"])
    return [
        {
            "claim": verdict.claim.claim,
            "verdict": verdict.verdict,
            "basis": verdict.basis,
            "note": verdict.claim.note,
            "syntheses": [(result.id, result.label) for result in verdict.syntheses],
            "seen": seen.get(verdict.claim.id, []),
        }
        for verdict in verdicts
    ]


def _seen(table: pd.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in records(table):
        parts = [row["claim_as_met"], _text(row["evidence_seen"]), _text(row["numbers"])]
        found.setdefault(row["claim"], []).append(": ".join([parts[0], "; ".join(part for part in parts[1:] if part)]))
    return found
