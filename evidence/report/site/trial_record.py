"""Everything that the base holds on one trial, ready to be set."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ...curate.bias.counting import settled
from ...curate.bias.words import told
from ...instruments import FORMS
from ...tables.io import records, split_list
from ..findings import answer_text, findings_rows
from .cells import text_cell, words_cell
from .printed_cells import records_as_printed
from .reported_rows import cell_text, cells_left, page_links, reported_row, seen_text
from .trial_questions import trial_questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...protocol import Protocol
    from .site import Site
    from .trial_questions import TrialQuestions

__all__ = ["trial_records"]

_Rows = dict[str, list[dict[str, Any]]]
_ROLES = ("primary", "secondary", "preprint", "thesis", "conference-abstract", "registration")
_CATEGORIES = ("eligibility", "design", "randomised", "condition", "sex")
# Table → its key, and the part of the record in which its rows stand.
_REPORTED = {
    "outcomes": ("row_id", "Outcomes as reported"),
    "contrasts": ("contrast_id", "Comparisons as reported"),
    "harms": ("harm_id", "Harms as reported"),
    "baselines": ("baseline_id", "At the start"),
}


def trial_records(site: Site) -> list[dict[str, Any]]:
    """Return one record for each trial, in the order of the table."""
    tables = site.base.tables
    by_trial = {name: _by(records(tables[name]), "study_id") for name in ("arms", "reports", "conflicts")}
    for table, (key, _) in _REPORTED.items():
        rows = records_as_printed(tables[table], site.base.project.processed, name=table, key=key)
        by_trial[table] = _by(rows, "study_id")
    bias = _by(records(settled(tables["risk_of_bias"])), "study_id")
    findings = _by([row for row in findings_rows(tables["findings"]) if row["state"] != "gone"], "study")
    pages = {str(row["source_id"]): cell_text(row["url"]) for row in records(tables["sources"])}
    trials = records(tables["studies"])
    questions = trial_questions([row["study_id"] for row in trials], site.answers.values())
    made = []
    for row in trials:
        name = row["study_id"]
        own = {table: rows.get(name, []) for table, rows in by_trial.items()}
        made.append(
            {
                **_head(row, own["arms"], findings.get(name, []), questions[name], site.protocol),
                "facts": cells_left(row, {"study_id", "label", "seen_at", "notes"}),
                "note": cell_text(row["notes"]),
                "pages": page_links(_seen([row, *(one for rows in own.values() for one in rows)]), pages),
                "reports": [_report(report) for report in _ordered(own["reports"])],
                "arms": [_arm(arm, site.protocol) for arm in own["arms"]],
                "parts": [
                    {"title": title, "table": table, "rows": [_row(one, table, site.protocol) for one in rows]}
                    for table, (_, title) in _REPORTED.items()
                    if (rows := own[table])
                ],
                "findings": [_finding(finding) for finding in findings.get(name, [])],
                "conflicts": [{"id": one["conflict_id"], "what": one["what"]} for one in own["conflicts"]],
                "bias": _bias(bias.get(name, []), site.protocol),
                "questions": questions[name],
            }
        )
    return made


def _seen(rows: list[dict[str, Any]]) -> str:
    """Return every page on which something of a trial was seen, once."""
    names = {name for row in rows for name in cell_text(row.get("seen_at")).split(";") if name}
    return ";".join(sorted(names))


def _by(rows: list[dict[str, Any]], column: str) -> _Rows:
    found: _Rows = defaultdict(list)
    for row in rows:
        found[str(row[column])].append(row)
    return dict(found)


def _head(
    row: Mapping[str, Any],
    arms: list[dict[str, Any]],
    findings: list[dict[str, Any]],
    questions: TrialQuestions,
    protocol: Protocol,
) -> dict[str, Any]:
    """Return what the table of trials shows and what it can be filtered by."""
    given = sorted({name for arm in arms for name in _components(arm)})
    grave = [finding for finding in findings if finding["severity"] != "note"]
    entered = sum(entry.shown for entry in questions.entered)
    return {
        "id": row["study_id"],
        "label": row["label"],
        "reason": text_cell(row["eligibility_reason"]),
        **{name: words_cell(row[name]) for name in _CATEGORIES},
        "keys": {
            **{name: text_cell(row[name]) for name in _CATEGORIES},
            "given": " ".join(given),
            "findings": " ".join([*(["any"] if grave else ["none"]), *(["open"] if _open(grave) else [])]),
            "enters": "yes" if entered else "no",
        },
        "given": ", ".join(_component(name, protocol) for name in given),
        "n": text_cell(row["n_randomised"]) or text_cell(row["n_randomised_as_reported"]),
        "counted": bool(text_cell(row["n_randomised"])),
        "grave": len(grave),
        "entered": entered,
    }


def _open(findings: list[dict[str, Any]]) -> bool:
    return any(finding["state"] == "open" for finding in findings)


def _components(arm: Mapping[str, Any]) -> list[str]:
    value = arm["components"]
    return list(split_list(value) if isinstance(value, str) else value or ())


def _component(name: str, protocol: Protocol) -> str:
    return protocol.components[name].label if name in protocol.components else name


def _ordered(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = {role: place for place, role in enumerate(_ROLES)}
    return sorted(reports, key=lambda report: places.get(report["role"], len(places)))


def _report(row: Mapping[str, Any]) -> dict[str, Any]:
    where = " ".join(part for part in map(cell_text, (row["journal"], row["year"], row["volume_pages"])) if part)
    ids = [f"{mark}{text}" for mark, name in (("PMID:", "pmid"), ("", "pmcid"), ("DOI:", "doi"), ("", "registration"))
           if (text := cell_text(row[name]))]  # fmt: skip
    placed = {"report_id", "study_id", "role", "title", "authors", "journal", "year", "volume_pages", "pmid", "pmcid",
              "doi", "registration", "seen_at", "notes"}  # fmt: skip
    return {
        "role": words_cell(row["role"]),
        "id": row["report_id"],
        "text": ". ".join(part for part in (cell_text(row["authors"]), cell_text(row["title"]), where) if part),
        "ids": "; ".join(ids),
        "more": cells_left(row, placed),
        "seen": seen_text(row),
        "note": cell_text(row["notes"]),
    }


def _arm(row: Mapping[str, Any], protocol: Protocol) -> dict[str, Any]:
    placed = {"study_id", "arm_id", "label", "components", "intervention_as_reported", "status", "seen_at", "notes"}
    return {
        "id": row["arm_id"],
        "label": cell_text(row["label"]),
        "components": ", ".join(_component(name, protocol) for name in _components(row)),
        "as_reported": cell_text(row["intervention_as_reported"]),
        "more": cells_left(row, placed),
        "status": words_cell(row["status"]),
        "seen": seen_text(row),
        "note": cell_text(row["notes"]),
    }


def _row(row: Mapping[str, Any], table: str, protocol: Protocol) -> dict[str, Any]:
    key = _REPORTED[table][0]
    if table == "contrasts":
        arm, told_by = (
            " against ".join(cell_text(row[name]) for name in ("arm_id_1", "arm_id_2")),
            {"arm_id_1", "arm_id_2"},
        )
    else:
        arm, told_by = cell_text(row["arm_id"]), {"arm_id"}
    what = next(name for name in ("outcome", "event", "characteristic") if name in row)
    name = cell_text(row[what])
    outcome = protocol.outcomes.get(name)
    label = outcome.label if outcome and what != "characteristic" else words_cell(name)
    return reported_row(row, key=key, what=label, arm=arm, told={what, *told_by})


def _finding(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "id": row["finding_id"],
        "severity": row["severity"],
        "state": row["state"],
        "text": row["text"],
        "answer": answer_text(dict(row)) if row["response"] else "",
    }


def _bias(rows: list[dict[str, Any]], protocol: Protocol) -> list[dict[str, Any]]:
    """Return each assessment: with which form, of what, and each judgement in words with the facts behind it."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["tool"], row["variant"], row["outcome"]), []).append(row)
    found = []
    for (tool, variant, outcome), judged in groups.items():
        form = FORMS.get((tool, variant))
        known = protocol.outcomes.get(outcome)
        found.append(
            {
                "form": form.title if form else tool,
                "of": "" if outcome == "all" else known.label if known else outcome,
                "judgements": [
                    (row["domain"], told(str(row["judgement"]), tool), text_cell(row["support"])) for row in judged
                ],
            }
        )
    return found
