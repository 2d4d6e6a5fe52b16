"""What sources print against each other and against themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....curate.integrity import SEVERITIES, all_checks
from ....tables.io import records
from ...findings import SEVERITY_NAMES, answer_text, findings_headline, findings_rows
from ..cells import text_cell
from ..page import Page
from ..reported_rows import cells_left

if TYPE_CHECKING:
    from ..site import Site

__all__ = ["PAGE"]

_PLACED = ("conflict_id", "study_id", "what", "version_1", "version_2", "handling")


def _view(site: Site) -> dict[str, Any]:
    return {"conflicts": _conflicts(site), "findings": _findings(site)}


def _conflicts(site: Site) -> list[dict[str, Any]]:
    """Return every disagreement between sources, with both versions and what is done about it."""
    labels = site.trial_labels
    return [
        {
            "conflict_id": row["conflict_id"],
            "id": row["study_id"],
            "is_study": row["study_id"] in labels,
            "label": labels.get(row["study_id"], row["study_id"]),
            "what": row["what"],
            "one": row["version_1"],
            "two": text_cell(row["version_2"]),
            "handling": row["handling"],
            "more": cells_left(row, _PLACED),
        }
        for row in records(site.base.tables["conflicts"])
    ]


def _findings(site: Site) -> dict[str, Any]:
    """Return the findings of the last build: a headline, and one group for each severity."""
    labels, checks = site.trial_labels, all_checks()
    rows = [
        {
            **row,
            "label": labels.get(row["study"], row["study"]),
            "is_study": row["study"] in labels,
            "title": checks[row["check"]].title if row["check"] in checks else row["check"],
            "answer": answer_text(row) if row["response"] else "",
            "printed": "" if row["value"] in ("", "nan", "<NA>") else row["value"],
            "again": "" if row["recomputed"] in ("", "nan", "<NA>") else row["recomputed"],
        }
        for row in findings_rows(site.base.tables["findings"])
        if row["state"] != "gone"
    ]
    groups = [
        {"severity": name, "title": SEVERITY_NAMES[name][1], "meaning": meaning, "rows": here}
        for name, meaning in SEVERITIES.items()
        if (here := [row for row in rows if row["severity"] == name])
    ]
    return {"headline": findings_headline(rows).replace(" 0 new,", ""), "groups": groups}


PAGE = Page(name="checks", label="Checks", title="What does not follow from what", view=_view)
