"""A small made-up evidence base, valid as it stands, that tests damage."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from evidence.tables import TABLES
from evidence.tables.topic import with_built_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

ROWS: dict[str, list[dict[str, str]]] = {
    "searches": [
        {
            "search_id": "run-1",
            "database": "PubMed",
            "query": "needle AND hair",
            "run_at": "2026-01-02T03:04:05Z",
            "count": "2",
            "raw_hash": "ab12",
        }
    ],
    "records": [
        {"pmid": "101", "doi": "10.1000/one", "title": "One", "year": "2020", "search_id": "run-1"},
        {"pmid": "102", "title": "Two", "publication_types": "Journal Article;Review", "search_id": "run-1"},
    ],
    "screening": [
        {
            "pmid": "101",
            "stage": "title-abstract",
            "reviewer": "AB",
            "decision": "include",
            "decided_at": "2026-01-03T00:00:00Z",
            "role": "reviewer",
        },
        {
            "pmid": "102",
            "stage": "full-text",
            "reviewer": "AB",
            "decision": "exclude",
            "reason": "a review",
            "decided_at": "2026-01-03T00:00:00Z",
            "role": "reviewer",
        },
    ],
    "record_events": [
        {"search_id": "run-1", "pmid": "101", "event": "new", "studies": "Ada2020"},
    ],
    "duplicates": [
        {
            "pmid": "102",
            "other": "PMID:101",
            "relation": "different",
            "found_by": "title",
            "decided_by": "AB",
            "decided_at": "2026-01-03T00:00:00Z",
        },
        {
            "pmid": "102",
            "other": "Bose2021-1",
            "relation": "same-trial",
            "decided_by": "AB",
            "decided_at": "2026-01-03T00:00:00Z",
        },
    ],
    "extractions": [
        {
            "pmid": "101",
            "extractor": "AB",
            "study_id": "Ada2020",
            "status": "saved",
            "begun_at": "2026-01-03T00:00:00Z",
            "saved_at": "2026-01-03T01:00:00Z",
        },
    ],
    "studies": [
        {"study_id": "Ada2020", "label": "Ada 2020", "n_randomised": "40", "followup_weeks": "12"},
        {"study_id": "Bose2021", "label": "Bose 2021", "design": "split-face", "n_randomised": "19"},
        {
            "study_id": "Curie2022",
            "label": "Curie 2022",
            "design": "single-arm",
            "randomised": "no",
            "eligibility": "excluded-not-controlled",
            "eligibility_reason": "single arm",
        },
        {"study_id": "Darwin2023", "label": "Darwin 2023", "n_randomised": "60", "registration": "NCT01234567"},
    ],
    "reports": [
        {"report_id": "Ada2020-1", "study_id": "Ada2020", "role": "primary", "pmid": "101", "doi": "10.1000/one"},
        {"report_id": "Bose2021-1", "study_id": "Bose2021", "role": "primary", "year": "2021"},
        {
            "report_id": "Darwin2023-1",
            "study_id": "Darwin2023",
            "role": "suspected-overlap",
            "related_study": "Ada2020",
        },
    ],
    "arms": [
        {"study_id": "Ada2020", "arm_id": "A1", "label": "N+X", "components": "needling;x-5", "n_randomised": "20"},
        {"study_id": "Ada2020", "arm_id": "A2", "label": "X", "components": "x-5", "n_randomised": "20"},
        {"study_id": "Bose2021", "arm_id": "A1", "label": "left", "components": "needling", "n_randomised": "19"},
        {"study_id": "Bose2021", "arm_id": "A2", "label": "right", "n_randomised": "19"},
        {"study_id": "Curie2022", "arm_id": "A1", "label": "N", "components": "needling", "interval_weeks": "1.5"},
        {"study_id": "Darwin2023", "arm_id": "A1", "label": "N", "n_randomised": "40", "status": "conflict"},
        {"study_id": "Darwin2023", "arm_id": "A2", "label": "X", "n_randomised": "30", "status": "conflict"},
    ],
    "baselines": [
        {"baseline_id": "B1", "arm_id": "A1", "kind": "mean", "mean": "34.2", "sd": "8.1", "n": "20"},
        {"baseline_id": "B2", "arm_id": "A2", "kind": "mean", "mean": "33.9", "plus_minus": "7.9", "n": "20"},
        {"baseline_id": "B3", "characteristic": "male", "kind": "count", "events": "12", "total": "40"},
        {
            "baseline_id": "B4",
            "characteristic": "severity",
            "kind": "p-value-only",
            "p_operator": "=",
            "p_value": "0.8",
            "p_scope": "between-arms",
        },
    ],
    "outcomes": [
        {"row_id": "R1", "study_id": "Ada2020", "arm_id": "A1", "mean": "21.90", "sd": "9.4", "n": "20"},
        {"row_id": "R2", "study_id": "Ada2020", "arm_id": "A2", "mean": "12.0", "sd": "8.0", "n": "20"},
        {
            "row_id": "R3",
            "study_id": "Ada2020",
            "arm_id": "A1",
            "outcome": "response",
            "value_type": "responder",
            "threshold": "half",
            "unit": "patients",
            "events": "15",
            "total": "20",
            "percent": "75",
        },
        {
            "row_id": "R4",
            "study_id": "Ada2020",
            "arm_id": "A2",
            "outcome": "response",
            "value_type": "responder",
            "threshold": "half",
            "unit": "percent-of-patients",
            "percent": "85",
            "events_implied": "17",
            "total_implied": "20",
            "p_operator": "=",
            "p_value": "0.03",
        },
        {"row_id": "R5", "study_id": "Bose2021", "arm_id": "A1", "mean": "73.14", "value_type": "final"},
        {
            "row_id": "R6",
            "study_id": "Bose2021",
            "arm_id": "A2",
            "mean": "63.21",
            "value_type": "final",
            "ci_low": "60",
            "ci_high": "66",
            "ci_level": "0.95",
        },
        {
            "row_id": "R7",
            "study_id": "Bose2021",
            "arm_id": "A1",
            "outcome": "thickness",
            "unit": "um",
            "median": "10",
            "q1": "8",
            "q3": "13",
            "minimum": "2",
            "maximum": "20",
        },
        {
            "row_id": "R8",
            "study_id": "Darwin2023",
            "arm_id": "A1",
            "mean": "12.52",
            "status": "conflict",
            "conflicts_with": "R9",
            "pooling": "no",
        },
        {
            "row_id": "R9",
            "study_id": "Darwin2023",
            "arm_id": "A1",
            "mean": "12.82",
            "unit": "not-stated",
            "status": "conflict",
            "conflicts_with": "R8",
            "pooling": "no",
        },
        {
            "row_id": "R10",
            "study_id": "Darwin2023",
            "arm_id": "A2",
            "mean": "1.89",
            "p_operator": "not-significant",
            "p_scope": "between-arms",
        },
    ],
    "contrasts": [
        {
            "contrast_id": "K1",
            "study_id": "Ada2020",
            "arm_id_1": "A1",
            "arm_id_2": "A2",
            "outcome": "thickness",
            "estimate": "2.5",
            "ci_low": "1.0",
            "ci_high": "4.0",
            "ci_level": "0.95",
            "direction": "favours-1",
        }
    ],
    "harms": [
        {"harm_id": "H1", "arm_id": "A1", "event": "pain", "events": "1", "n": "20", "percent": "5"},
        {
            "harm_id": "H2",
            "arm_id": "A2",
            "event": "pain",
            "events": "0",
            "n": "20",
            "counting": "stated-none",
            "pooling": "yes",
        },
        {"harm_id": "H3", "event": "itch", "counting": "mentioned", "pooling": "no"},
    ],
    "bias_answers": [
        {"study_id": "Ada2020", "question": "1.1", "domain": "D1", "answer": "Y"},
        {"study_id": "Ada2020", "question": "1.2", "domain": "D1", "answer": "NI"},
        {"study_id": "Ada2020", "question": "1.3", "domain": "D1", "answer": "N"},
        {"study_id": "Ada2020", "question": "3.1", "domain": "D3", "answer": "Y"},
        {"study_id": "Ada2020", "question": "3.2", "domain": "D3", "answer": "NA"},
    ],
    "risk_of_bias": [
        {"study_id": "Ada2020", "domain": "D1", "judgement": "some-concerns", "proposed": "some-concerns"},
        {
            "study_id": "Ada2020",
            "domain": "D3",
            "judgement": "some-concerns",
            "proposed": "low",
            "override_reason": "x",
        },
        {"study_id": "Ada2020", "domain": "D4", "judgement": "no-information"},
    ],
    "certainty": [
        {
            "synthesis": "main",
            "analysis": "primary",
            "domain": domain,
            "levels": levels,
            "start": start,
            "certainty": certainty,
            "reason": "few people",
            "judged_by": "AB",
            "judged_on": "2026-02-03",
        }
        for domain, levels, start, certainty in (
            ("risk-of-bias", "-1", "", ""),
            ("inconsistency", "0", "", ""),
            ("indirectness", "0", "", ""),
            ("imprecision", "-1", "", ""),
            ("publication-bias", "0", "", ""),
            ("overall", "", "high", "low"),
        )
    ],
    "conflicts": [
        {
            "conflict_id": "X1",
            "study_id": "Darwin2023",
            "what": "mean",
            "version_1": "12.52",
            "version_2": "12.82",
            "rows": "R8;R9",
            "handling": "never pooled",
        }
    ],
    "findings": [
        {"finding_id": "0af81c22d9", "check": "arms-sum", "study": "Ada2020", "rows": "studies:Ada2020"},
        {
            "finding_id": "1b2c3d4e5f",
            "check": "percent-count",
            "severity": "impossible",
            "study": "Ada2020",
            "rows": "outcomes:R3;outcomes:R4",
            "state": "answered",
            "response": "explained",
            "response_note": "shares of those who came back",
            "responded_by": "AB",
            "responded_on": "2026-11-22",
        },
    ],
    "reviews": [
        {"result_id": "Rev-1", "review_id": "Rev2024", "estimate": "1.3", "ci_low": "1.5", "ci_high": "1.9", "i2": "88"}
    ],
    "review_reports": [{"review_id": "Rev2024", "citation": "Rev A. J 2024", "pmid": "103"}],
    "review_inputs": [{"input_id": "I1", "level": "review-table", "review_id": "Rev2024", "study_id": "Ada2020"}],
    "review_appraisals": [{"appraisal_id": "Q1", "review_id": "Rev2024", "rating": "3"}],
    "claims": [{"claim_id": "C1", "claim": "works", "claim_as_met": "It works"}],
    "sources": [
        {"source_id": "S1", "url": "https://example.org/1", "studies": "Ada2020"},
        {"source_id": "S2", "url": "https://example.org/2"},
    ],
}
DEFAULTS: dict[str, dict[str, str]] = {
    "studies": {
        "eligibility": "included",
        "design": "parallel",
        "randomised": "yes",
        "condition": "mixed",
        "sex": "both",
        "seen_at": "S1",
    },
    "reports": {"seen_at": "S1"},
    "arms": {"status": "verified", "seen_at": "S1;S2"},
    "baselines": {
        "study_id": "Ada2020",
        "characteristic": "age",
        "source": "PMID:101",
        "seen_at": "S1",
        "status": "verified",
    },
    "outcomes": {
        "outcome": "density",
        "value_type": "change",
        "unit": "hairs/cm2",
        "time_weeks": "12",
        "pooling": "yes",
        "source": "PMID:101",
        "seen_at": "S1",
        "status": "verified",
    },
    "contrasts": {"pooling": "yes", "source": "PMID:101", "seen_at": "S1", "status": "verified"},
    "harms": {
        "study_id": "Ada2020",
        "counting": "patients",
        "pooling": "yes",
        "source": "PMID:101",
        "seen_at": "S1",
        "status": "verified",
    },
    "findings": {"severity": "inconsistent", "value": "60", "text": "60 does not follow.", "state": "open"},
    "bias_answers": {"outcome": "all", "tool": "RoB2", "variant": "parallel", "assessor": "AB"},
    "risk_of_bias": {"outcome": "all", "tool": "RoB2", "variant": "parallel", "assessor": "AB"},
}
VOCABULARIES = {
    "components": {"needling", "x-5"},
    "outcomes": {"density", "thickness", "response", "pain", "itch"},
    "claims": {"works"},
    "analyses": {"primary"},
    "units": with_built_in("units", ("hairs/cm2", "hairs/inch2", "um")),
    "thresholds": with_built_in("thresholds", ("half",)),
    "conditions": with_built_in("conditions", ("baldness",)),
    "designs": {name: name for name in with_built_in("designs")} | {"split-face": "split-body"},
}


@dataclass
class Base:
    """The made-up base, to be changed and written."""

    folder: Path
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)

    def row(self, table: str, key: str) -> dict[str, str]:
        names = TABLES[table].key
        return next(row for row in self.rows[table] if "/".join(row[name] for name in names) == key)

    def set(self, table: str, key: str, **cells: str) -> None:
        self.row(table, key).update(cells)

    def text(self, table: str) -> str:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(self.headers[table])
        writer.writerows([row.get(name, "") for name in TABLES[table].names] for row in self.rows[table])
        return buffer.getvalue()

    def write(self) -> Path:
        for table in TABLES:
            (self.folder / f"{table}.csv").write_text(self.text(table), encoding="utf-8", newline="")
        return self.folder


def _rows(table: str) -> list[dict[str, str]]:
    blank = dict.fromkeys(TABLES[table].names, "")
    rows = [blank | DEFAULTS.get(table, {}) | row for row in ROWS.get(table, [])]
    for row in rows:
        if row.get("n"):
            row["n_status"] = "verified"
    return rows


@pytest.fixture
def make_base(tmp_path: Path) -> Callable[[], Base]:
    def make(name: str = "processed") -> Base:
        folder = tmp_path / name
        folder.mkdir()
        headers = {name: list(table.names) for name, table in TABLES.items()}
        return Base(folder=folder, rows={table: _rows(table) for table in TABLES}, headers=headers)

    return make


@pytest.fixture
def base(make_base: Callable[[], Base]) -> Base:
    return make_base()


@pytest.fixture
def vocabularies() -> dict[str, Collection[str]]:
    return dict(VOCABULARIES)
