"""Findings print numbers as all of the program does; the answers to those of earlier days keep their finding."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pandas as pd
import pytest

from evidence.curate.integrity import (
    EvidenceTables,
    Finding,
    IntegrityReport,
    all_checks,
    answer_finding,
    merge_findings,
)
from evidence.tables import TABLES

HYPHEN = re.compile(r"(?<![\w.])-\d|\de-\d")


def find(check: str, outcomes: list[dict], **more: list[dict]) -> list[Finding]:
    given = {"outcomes": outcomes, **more}
    return list(all_checks()[check].run(EvidenceTables({name: pd.DataFrame(rows) for name, rows in given.items()})))


def row(name: str, study: str, mean: float, unit: str, **cells: object) -> dict:
    place = {"row_id": name, "study_id": study, "arm_id": "A1", "outcome": "density", "source": "S"}
    return place | {"value_type": "change", "unit": unit, "mean": mean, "n_status": "verified", "n": 20} | cells


def printed(finding: Finding) -> str:
    return " | ".join([finding.value, finding.recomputed, finding.arithmetic, finding.text])


def test_converted_losses_have_a_true_minus() -> None:
    rows = [row("R1", "T1", -3.0, "hairs/cm2"), row("R2", "T2", -4.0, "hairs/cm2")]
    rows += [row("R3", "T3", -13.8, "hairs/inch2"), row("R4", "T3", -6.645, "hairs/inch2", arm_id="A2")]
    (finding,) = find("units-mixed", rows)
    assert finding.recomputed == "−2.14, −1.03 hairs/cm2"  # 1 inch² is 6.4516 cm²
    assert HYPHEN.search(printed(finding)) is None


def test_a_mean_fall_in_percent_has_a_true_minus() -> None:
    common = {"page": "S01", "seen_at": "S01", "sd": 2.0}
    final = row("R1", "T1", 60.0, "points", value_type="final", baseline_mean=100.0, baseline_sd=2.0, **common)
    change = row("R2", "T1", -10.0, "%", value_type="percent-change", **common)
    (finding,) = find("percent-change", [final | {"time_weeks": 12.0}, change | {"time_weeks": 12.0}])
    assert "−40.0%" in finding.recomputed
    assert HYPHEN.search(printed(finding)) is None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("MD −0.21 [−2.94, 2.52], z −2.1", "MD −0.21 [−2.94, 2.52], z -2.1"),
        ("9/17 and 3/17, p < 1e−5", "9/17 and 3/17, p < 1e-05"),
        ("9/17 and 3/17, p = 0.04", "9/17 and 3/17, p = 0.04"),
        ("21-24 weeks, −3", "21-24 weeks, −3"),
    ],
)
def test_an_answer_finds_its_finding_though_the_value_is_spelled_otherwise_now(now: str, then: str) -> None:
    usual = {"check": "ci-z", "severity": "inconsistent", "study": "T1", "rows": ("reviews:X",)}
    made = Finding(**usual, value=now, recomputed="z −3", arithmetic="", text="It does not follow.")
    first = hashlib.sha256("\n".join(["ci-z", "T1", "reviews:X", then]).encode()).hexdigest()[:10]
    assert made.finding_id == first
    names = list(TABLES["findings"].names)
    cells = dict.fromkeys(names, "") | {"finding_id": first, "value": then, "state": "open", "rows": "reviews:X"}
    cells |= {name: usual[name] for name in ("check", "severity", "study")} | {"text": "It does not follow."}
    old = pd.DataFrame([[cells[name] for name in names]], columns=names, dtype=object)
    old = answer_finding(old, first, response="explained", note="a slip", by="AB", on=dt.date(2026, 11, 22))
    (kept,) = merge_findings(old, IntegrityReport(findings=(made,), ran=("ci-z",))).to_dict("records")
    assert (kept["finding_id"], kept["state"], kept["response"], kept["value"]) == (first, "answered", "explained", now)
