"""Running the checks: which run, what stops them, any table, and what a build writes of them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evidence as ev
from evidence.build import build
from evidence.curate.integrity import (
    SEVERITIES,
    Check,
    EvidenceTables,
    Finding,
    IntegrityReport,
    all_checks,
    answer_finding,
    catalogue,
    check_integrity,
    check_table,
    merge_findings,
    runner,
)
from evidence.errors import CheckError, ColumnError, EvidenceError, InputError, RowError, UnknownIdError
from evidence.project import Project
from evidence.report.claims import judge_claims
from evidence.report.site import write_site
from evidence.tables import TABLES
from evidence.tables.io import read_table, write_table

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = dt.date(2026, 11, 22)


def made_up(run, needs=("outcomes.mean",)) -> Check:
    return Check(
        id="made-up", group="within-trial", title="Is it?", method="By looking.", source="", needs=needs, run=run
    )


def found(value="1", **changes) -> Finding:
    given = {
        "check": "made-up",
        "severity": "note",
        "study": "T",
        "rows": ("outcomes:1",),
        "value": value,
        "recomputed": "",
        "arithmetic": "",
        "text": "Text.",
    }
    return Finding(**(given | changes))


@pytest.fixture
def one_check(monkeypatch):
    """Return a function that makes a made-up check the only one."""

    def use(run, **changes) -> None:
        check = made_up(run, **changes)
        monkeypatch.setattr(runner, "checks_named", lambda only=None: (check,))

    return use


OUTCOMES = pd.DataFrame({"mean": [1.0, 2.0]})


def test_every_check_says_what_it_asks() -> None:
    for name, check in all_checks().items():
        assert check.id == name
        assert check.title.strip()
        assert check.method.strip()
        assert check.group in ("within-trial", "published-synthesis", "between-sources")
        assert check.source == "" or "10." in check.source or "osf.io" in check.source, f"{name}: no DOI"
        assert check.needs
        for need in check.needs:
            table, _, column = need.partition(".")
            assert column in TABLES[table].names, need


def test_a_check_that_stops_is_an_error_with_its_name(one_check) -> None:
    def run(tables):
        yield found()
        raise ZeroDivisionError("division by zero")

    one_check(run)
    with pytest.raises(CheckError, match="'made-up' stopped: ZeroDivisionError: division by zero"):
        check_table(OUTCOMES)


def test_two_findings_of_one_name_are_an_error(one_check) -> None:
    one_check(lambda tables: [found(text="One."), found(text="Other.")])
    with pytest.raises(CheckError, match="'made-up' stopped: two findings on outcomes:1 have one name"):
        check_table(OUTCOMES)
    one_check(lambda tables: [found(), found()])
    assert len(check_table(OUTCOMES).findings) == 1


def test_a_finding_under_another_name_is_an_error(one_check) -> None:
    one_check(lambda tables: [found(check="grim")])
    with pytest.raises(CheckError, match="said to be of 'grim'"):
        check_table(OUTCOMES)


def test_two_checks_of_one_name_are_an_error(monkeypatch) -> None:
    class Module:
        CHECKS = (made_up(lambda tables: []), made_up(lambda tables: []))

    real = catalogue.import_module
    monkeypatch.setattr(catalogue, "import_module", lambda name: Module if name.endswith(".finding") else real(name))
    catalogue.all_checks.cache_clear()
    try:
        with pytest.raises(EvidenceError, match="two integrity checks are called 'made-up'"):
            all_checks()
    finally:
        catalogue.all_checks.cache_clear()


def test_a_check_without_its_columns_is_said_to_have_been_skipped(one_check) -> None:
    one_check(lambda tables: [found()], needs=("outcomes.mean", "outcomes.sd", "arms.n_analysed"))
    with pytest.raises(ColumnError, match=r"outcomes.sd, arms.n_analysed.*columns=\{'mean': 'm_trt'\}"):
        check_table(OUTCOMES)
    assert check_table(OUTCOMES.assign(sd=1.0)).ran == ("made-up",), "one table has all that is needed of it"
    assert check_integrity({}).skipped == (("made-up", "outcomes.mean, outcomes.sd, arms.n_analysed"),)


def test_the_gravest_come_first(one_check) -> None:
    one_check(lambda tables: [found(str(place), severity=name) for place, name in enumerate(reversed(SEVERITIES))])
    report = check_table(OUTCOMES)
    assert [finding.severity for finding in report.findings] == list(SEVERITIES)
    assert report.counts() == dict.fromkeys(SEVERITIES, 1)
    assert [finding.severity for finding in report.of(severity="note")] == ["note"]
    assert report.of(study="nobody") == ()
    assert "Integrity checks" in report.summary()
    assert max(map(len, report.summary().splitlines())) <= 80
    assert json.loads(json.dumps(report.to_dict()))["ran"] == ["made-up"]
    assert list(report.to_frame()["severity"]) == list(SEVERITIES)


def test_an_unknown_check_or_table_or_column() -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'arms-sum'"):
        check_integrity({}, only=["arm-sum"])
    with pytest.raises(UnknownIdError, match="did you mean 'outcomes'"):
        check_table(OUTCOMES, "outcome")
    with pytest.raises(ColumnError, match="outcomes has no column 'average'"):
        check_table(OUTCOMES, columns={"average": "mean"})
    with pytest.raises(ColumnError, match="the table has no column 'm'; it has mean"):
        check_table(OUTCOMES, columns={"mean": "m"})
    with pytest.raises(InputError, match="takes a DataFrame, not list"):
        check_table([1, 2])


def test_cells_that_are_no_numbers_are_all_named() -> None:
    table = pd.DataFrame({"percent": ["28.57%", 50.0, None], "n": [40, "20.5", "many"]})
    with pytest.raises(RowError) as caught:
        check_table(table)
    assert [(problem.row, problem.column, problem.value) for problem in caught.value.problems] == [
        ("2", "n", "20.5"),
        ("3", "n", "many"),
        ("1", "percent", "28.57%"),
    ]


def test_a_table_of_ones_own_is_not_changed_and_its_names_do_not_matter() -> None:
    table = pd.DataFrame({"who": ["men"], "share": [28.57], "people": [40], "mean": ["not a number, not asked for"]})
    before = table.copy()
    columns = {"percent": "share", "n": "people", "outcome_as_reported": "who", "mean": "people"}
    report = check_table(table, columns=columns, only=["percent-count"])
    pd.testing.assert_frame_equal(table, before)
    assert [finding.rows for finding in report.findings] == [("outcomes:1",)]
    plain = check_table(pd.DataFrame({"percent": [28.57], "n": [40]}), only=["percent-count"])
    assert [finding.rows for finding in plain.findings] == [("outcomes:1",)]
    fits = check_table(pd.DataFrame({"percent": [28.57], "n": [35]}), only=["percent-count"])
    assert fits.findings == ()


def test_missing_tables_and_columns_are_empty() -> None:
    tables = EvidenceTables({"outcomes": pd.DataFrame({"row_id": ["R1"], "mean": [np.nan], "n": [pd.NA], "rows": [1]})})
    (row,) = tables.rows("outcomes")
    assert set(row) == set(TABLES["outcomes"].names)
    assert {name for name, value in row.items() if value not in (None, ())} == {"row_id"}
    assert tables.rows("arms") == []


def test_every_check_is_silent_on_tables_that_are_empty_or_full_of_nothing() -> None:
    header = {name: pd.DataFrame(columns=list(table.names)) for name, table in TABLES.items()}
    assert check_integrity(header).findings == ()
    blank = {
        name: pd.DataFrame([dict.fromkeys(table.names) | dict.fromkeys(table.key, "X")])
        for name, table in TABLES.items()
    }
    assert check_integrity(blank).findings == ()


def test_the_shipped_base_is_up_to_date() -> None:
    """The committed table of findings is what the checks find now, with the answers that stand there."""
    base = ev.load(ROOT)
    report = base.integrity()
    stored = base["findings"]
    current = stored[stored["state"] != "gone"].sort_values("finding_id")
    frame = report.to_frame().sort_values("finding_id")
    assert current["finding_id"].tolist() == frame["finding_id"].tolist()
    for column in ("check", "severity", "study", "value", "recomputed", "arithmetic", "text"):
        assert current[column].tolist() == frame[column].tolist()


@pytest.fixture
def project(built_review, tmp_path) -> Project:
    """Return a copy of this review, built, whose findings are written down once."""
    return Project(root=shutil.copytree(built_review.root, tmp_path / "copy"))


def test_a_build_writes_what_is_found_and_never_touches_an_answer(project) -> None:
    path = project.processed / "findings.csv"
    table = read_table(path, "findings")
    (name,) = table.loc[table["check"] == "arms-sum", "finding_id"].iloc[:1]
    kept = table[table["finding_id"] == name].assign(
        recomputed="typed over",
        state="open",
        **dict.fromkeys(("response", "response_note", "responded_by", "responded_on"), ""),
    )
    write_table(path, answer_finding(kept, name, response="explained", note="it is so", by="AB", on=DAY), "findings")
    result = build(project)
    once = path.read_bytes()
    after = read_table(path, "findings").set_index("finding_id")
    assert result.new_findings == len(after) - 1
    assert after.loc[name, ["state", "response", "response_note", "responded_by", "responded_on"]].tolist() == [
        "answered", "explained", "it is so", "AB", "2026-11-22",
    ]  # fmt: skip
    assert after.loc[name, "recomputed"] == table.set_index("finding_id").loc[name, "recomputed"]
    assert build(project).unchanged, "what a build wrote is not news to the next one"
    assert build(project, force=True).new_findings == 0
    assert path.read_bytes() == once
    page = (project.results / "report" / "checks.html").read_text(encoding="utf-8")
    assert "answered (explained): it is so — AB, 2026-11-22" in page
    for finding_id in after.index:
        assert f'id="finding-{finding_id}"' in page


def test_a_finding_of_rows_that_enter_is_a_caution_in_the_report() -> None:
    base = ev.load(ROOT)
    answers = base.answers()
    answer = next(answer for answer in answers.values() if answer.shown.contrasts and answer.shown.pooled)
    row = answer.shown.contrasts[0].rows[0]
    invented = found("7", check="left-out-check", severity="impossible", rows=(f"outcomes:{row}",), study="Someone2020")
    table = merge_findings(base["findings"], IntegrityReport(findings=(invented,), ran=()))
    base = replace(base, tables={**base.tables, "findings": table})
    article = write_site(base, answers, judge_claims(base, answers))[f"syntheses/{answer.shown.id}.html"].decode()
    sentence = "An open finding (impossible) stands against numbers of Someone2020 that enter here: Text."
    assert sentence in article
    notes = [node.text for node in base.explain(answer.shown.id, analysis=answer.shown.analysis.id).children]
    assert f"finding: {sentence}" in notes
