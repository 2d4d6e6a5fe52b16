"""A judgement is about the evidence that people saw: when that changes, it counts no longer, anywhere."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from judged_review import add_rows, judged_review
from typer.testing import CliRunner

import evidence as ev
from evidence.certainty import evidence_fingerprint, judged, last_judged
from evidence.cli.main import app
from evidence.report.claims import judge_claims
from evidence.report.methods import methods_paragraph
from evidence.report.site import write_site
from evidence.report.sof import summary_of_findings
from evidence.tables.io import read_raw, write_bytes

if TYPE_CHECKING:
    from evidence.project import Project

NAME = "exercise-response"
CHANGED = "judged before the evidence changed, on 2026-11-22"
UNKNOWN = "judged of evidence that was not recorded, on 2026-11-22"


def edit(project: Project, table: str, column: str, value: str, **where: str) -> None:
    """Write another value into a column of the rows that hold what is asked for."""
    path = project.processed / f"{table}.csv"
    frame = read_raw(path)
    chosen = (frame[list(where)] == list(where.values())).all(axis=1)
    assert chosen.any()
    frame.loc[chosen, column] = value
    write_bytes(path, frame.to_csv(index=False, lineterminator="\n").encode())


@pytest.fixture
def project(tmp_path):
    return judged_review(tmp_path / "review")


def one_more_event(project: Project) -> None:
    edit(project, "outcomes", "events", "25", study_id="InventedA", arm_id="A1", outcome="response")


def forgotten(project: Project) -> None:
    edit(project, "certainty", "fingerprint", "")


def half_copied(project: Project) -> None:
    edit(project, "certainty", "fingerprint", "", synthesis=NAME, domain="imprecision")


@pytest.mark.parametrize(
    ("change", "said", "standing"),
    [
        (lambda project: None, "moderate", "current"),
        (one_more_event, CHANGED, "changed"),
        (forgotten, UNKNOWN, "unknown"),
        (half_copied, UNKNOWN, "unknown"),
    ],
)
def test_what_everything_says_of_a_judgement(project, change, said, standing) -> None:
    change(project)
    base = ev.load(project.root)
    result = base.synthesis(NAME)
    assert last_judged(result).standing == standing
    assert (judged(result) is not None) == (standing == "current")
    assert f"certainty: {said}" in result.cite()
    assert f"certainty: {said}" in result.cite(form="full")
    row = summary_of_findings(base, ids=[NAME]).rows[0]
    notes = " ".join(row.notes["certainty"])
    if standing == "current":
        assert (row.certainty, row.outdated) == ("moderate", False)
        assert "Moderate certainty" in notes
    else:
        assert (row.certainty, row.outdated) == ("", True)
        assert notes == f"The certainty was {said}. That judgement says nothing of the evidence in this row."
        assert "It is not judged how certain this is" in row.meaning
    text = summary_of_findings(base, ids=[NAME]).to_text()
    assert ("not assessed for the present evidence" in " ".join(text.split())) == (standing != "current")
    methods = methods_paragraph(result).text
    assert ("Nobody has assessed the certainty of this evidence as it is now" in methods) == (standing != "current")


def test_the_site_warns_and_counts(project) -> None:
    one_more_event(project)
    base = ev.load(project.root)
    answers = base.answers()
    pages = write_site(base, answers, judge_claims(base, answers), {})
    page = next(content for name, content in pages.items() if name.endswith(f"{NAME}.html"))
    page = page.decode()
    assert f"The certainty was {CHANGED}. For the evidence on this page it is not assessed." in page
    assert re.search(r"<dt>Certainty</dt><dd>Not assessed for the present evidence</dd>", page)
    index = next(content for name, content in pages.items() if name == "index.html")
    index = index.decode()
    assert "Certainty was judged for 1 of " in index
    assert "For 1 more a judgement no longer counts" in index


def test_grade_lists_it_first_and_says_what_to_do(project) -> None:
    run = CliRunner().invoke
    before = run(app, ["grade", "-C", str(project.root)])
    assert "out of date" not in before.output
    one_more_event(project)
    told = run(app, ["grade", "-C", str(project.root)])
    rows = [line for line in told.stdout.splitlines() if "(primary)" in line]
    assert [NAME in line for line in rows] == [True, *[False] * (len(rows) - 1)]
    assert "out of date" in rows[0]
    assert f"evidence grade {NAME} --analysis primary --form FILE" in " ".join(told.stderr.split())
    listed = json.loads(run(app, ["grade", "--json", "-C", str(project.root)]).stdout)
    assert (listed[0]["synthesis"], listed[0]["decided"], listed[0]["standing"]) == (NAME, CHANGED, "changed")
    assert {entry["standing"] for entry in listed[1:]} == {"current", ""}
    card = run(app, ["grade", NAME, "-C", str(project.root)]).stdout
    assert "What people decided no longer counts" in card


def test_a_judgement_of_a_number_that_is_gone_is_listed(project) -> None:
    edit(project, "outcomes", "pooling", "no", outcome="response")
    listed = json.loads(CliRunner().invoke(app, ["grade", "--json", "-C", str(project.root)]).stdout)
    assert (listed[0]["synthesis"], listed[0]["standing"], listed[0]["at_most"]) == (NAME, "changed", "")


def test_a_form_of_other_evidence_is_refused(project, tmp_path) -> None:
    run = CliRunner().invoke
    form, table = tmp_path / "form.csv", project.processed / "certainty.csv"
    assert run(app, ["grade", NAME, "--form", str(form), "-C", str(project.root)]).exit_code == 0
    filled = read_raw(form).assign(reason="so", judged_by="AB", judged_on="2026-11-23")
    filled.loc[filled["domain"] != "overall", "levels"] = "0"
    filled.loc[filled["domain"] == "overall", ["start", "certainty"]] = "high"
    form.write_text(filled.to_csv(index=False), encoding="utf-8")
    before = table.read_bytes()
    one_more_event(project)
    refused = run(app, ["grade", "--record", str(form), "-C", str(project.root)])
    assert refused.exit_code != 0
    assert "is about other evidence" in str(refused.exception)
    form.write_text(filled.assign(fingerprint="").to_csv(index=False), encoding="utf-8")
    refused = run(app, ["grade", "--record", str(form), "-C", str(project.root)])
    assert "does not say what evidence it is about" in str(refused.exception)
    assert table.read_bytes() == before
    edit(project, "outcomes", "events", "24", study_id="InventedA", arm_id="A1", outcome="response")
    form.write_text(filled.to_csv(index=False), encoding="utf-8")
    assert run(app, ["grade", "--record", str(form), "-C", str(project.root)]).exit_code == 0
    assert judged(ev.load(project.root).synthesis(NAME)).certainty == "high"


@pytest.mark.parametrize(
    ("table", "column", "value", "where"),
    [
        ("outcomes", "events", "25", {"study_id": "InventedA", "arm_id": "A1", "outcome": "response"}),
        ("outcomes", "pooling", "no", {"study_id": "InventedB", "outcome": "response"}),
        ("outcomes", "threshold", "not-defined", {"study_id": "InventedB", "outcome": "response"}),
        ("studies", "randomised", "not-stated", {"study_id": "InventedA"}),
        ("risk_of_bias", "judgement", "high", {"study_id": "InventedA"}),
    ],
)
def test_what_is_weighed_is_in_the_fingerprint(project, table, column, value, where) -> None:
    bias = {"study_id": "InventedA", "outcome": "all", "tool": "RoB2", "variant": "parallel", "domain": "overall"}
    add_rows(project, "risk_of_bias", [bias | {"assessor": "AB", "judgement": "low", "override_reason": "read"}])
    before = evidence_fingerprint(ev.load(project.root).synthesis(NAME))
    edit(project, table, column, value, **where)
    assert evidence_fingerprint(ev.load(project.root).synthesis(NAME)) != before


def test_rules_and_model_are_in_the_fingerprint_and_names_are_not(project) -> None:
    base = ev.load(project.root)
    found = evidence_fingerprint(base.synthesis(NAME))
    assert re.fullmatch(r"g1-[0-9a-f]{16}", found)
    spec = base.protocol.syntheses[NAME]
    assert spec.tau2 != "DL"
    for part in ({"tau2": "DL"}, {"test": "hksj"}, {"level": 0.9}):
        syntheses = {**base.protocol.syntheses, NAME: replace(spec, **part)}
        other = replace(base, protocol=replace(base.protocol, syntheses=syntheses))
        assert evidence_fingerprint(other.synthesis(NAME)) != found
    said = {**base.protocol.syntheses, NAME: replace(spec, label="Otherwise said", note="a note")}
    assert evidence_fingerprint(replace(base, protocol=replace(base.protocol, syntheses=said)).synthesis(NAME)) == found
    edit(project, "outcomes", "notes", "read again", outcome="response")
    assert evidence_fingerprint(ev.load(project.root).synthesis(NAME)) == found


def test_trials_of_another_question_leave_a_judgement_standing(project) -> None:
    edit(project, "outcomes", "mean", "67", study_id="InventedA", arm_id="A1", outcome="function")
    assert judged(ev.load(project.root).synthesis(NAME)).certainty == "moderate"
