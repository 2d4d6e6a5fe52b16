"""A retraction of what a trial was read from marks every number that the trial enters, until somebody decides."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import evidence as ev
from evidence.build import build
from evidence.curate import all_notices, open_notices
from evidence.project import find_project
from evidence.tables.definitions import TABLES
from evidence.tables.io import csv_bytes, read_raw

if TYPE_CHECKING:
    from pathlib import Path

RUN = {
    "search_id": "run-1",
    "database": "PubMed",
    "query": "q",
    "run_at": "2026-03-01T00:00:00Z",
    "count": "1",
    "raw_hash": "0",
}
DECISION = {
    "pmid": "90000001",
    "stage": "full-text",
    "reviewer": "A. Reader",
    "decision": "include",
    "reason": "results were confirmed",
    "role": "reviewer",
}


def put(root: Path, table: str, *rows: dict[str, str]) -> None:
    names = TABLES[table].names
    content = csv_bytes(names, [[row.get(name, "") for name in names] for row in rows])
    (root / "data" / "processed" / f"{table}.csv").write_bytes(content)


@pytest.fixture
def review(root: Path, tmp_path: Path) -> Path:
    """Return a copy of the example review in which one report, 90000001, has been retracted."""
    folder = tmp_path / "review"
    shutil.copytree(root / "examples" / "bcg-vaccine", folder)
    reports = read_raw(folder / "data" / "processed" / "reports.csv")
    reports.loc[reports["study_id"] == "Aronson1948", "pmid"] = "90000001"
    put(folder, "reports", *reports.to_dict("records"))
    put(folder, "searches", RUN, RUN | {"search_id": "run-2", "run_at": "2026-06-01T00:00:00Z"})
    retract(folder)
    return folder


def retract(folder: Path, notice: str = "retracted", links: str = "RetractionIn 90000009") -> None:
    record = {"pmid": "90000001", "title": "A trial", "notice": notice, "retraction_links": links}
    put(folder, "records", record | {"search_id": "run-1"})
    event = {"search_id": "run-2", "pmid": "90000001", "event": notice}
    put(folder, "record_events", {"search_id": "run-1", "pmid": "90000001", "event": "new"}, event)


def synthesis_of(folder: Path) -> ev.SynthesisResult:
    base = ev.load(folder)
    return next(
        base.synthesis(name)
        for name in base.protocol.syntheses
        if "Aronson1948" in set(base.synthesis(name).effects["study_id"])
    )


def test_an_undecided_retraction_is_open_and_names_trial_record_and_notice(review: Path) -> None:
    (notice,) = open_notices(ev.load(review).tables)
    assert (notice.kind, notice.study_id, notice.pmid, notice.search_id) == (
        "retracted",
        "Aronson1948",
        "90000001",
        "run-2",
    )
    assert "90000001 has been retracted (retraction: PMID 90000009); nobody has decided on it since" in str(notice)


def test_every_number_that_the_trial_enters_is_marked(review: Path) -> None:
    result = synthesis_of(review)
    (notice,) = result.notices
    assert str(notice) in result.cautions
    assert f"Note that {notice.clause}." in result.cite()
    assert any(f"caution: {notice}" == node.text for node in result.explain().children)
    labels = [row.label for row in result.forest_data().rows]
    assert [label for label in labels if "(retracted)" in label] == [
        label for label in labels if label.startswith("Aronson")
    ]


def test_the_number_itself_stays_until_somebody_decides(review: Path, root: Path) -> None:
    marked = synthesis_of(review)
    unmarked = ev.load(root / "examples" / "bcg-vaccine").synthesis(marked.id)
    assert unmarked.notices == ()
    assert (marked.estimate, marked.ci) == (unmarked.estimate, unmarked.ci)


def test_a_trial_that_enters_nothing_marks_nothing(review: Path) -> None:
    base = ev.load(review)
    for name in base.protocol.syntheses:
        result = base.synthesis(name)
        assert bool(result.notices) == ("Aronson1948" in set(result.effects["study_id"]))


def test_a_decision_before_the_notice_does_not_settle_it_and_one_after_does(review: Path) -> None:
    put(review, "screening", DECISION | {"decided_at": "2026-05-31T23:59:59Z"})
    (notice,) = open_notices(ev.load(review).tables)
    assert notice.decided_by == ""
    put(review, "screening", DECISION | {"decided_at": "2026-06-02T00:00:00Z"})
    assert open_notices(ev.load(review).tables) == ()
    (notice,) = synthesis_of(review).notices
    assert "A. Reader decided on 2026-06-02 to include it: results were confirmed" in str(notice)


def test_a_decision_taken_back_settles_nothing(review: Path) -> None:
    put(
        review,
        "screening",
        DECISION | {"decided_at": "2026-06-02T00:00:00Z"},
        DECISION | {"decided_at": "2026-06-03T00:00:00Z", "decision": "undone", "reason": ""},
    )
    (notice,) = open_notices(ev.load(review).tables)
    assert notice.decided_at == ""


def test_a_report_without_pmid_is_known_by_its_doi(review: Path) -> None:
    reports = read_raw(review / "data" / "processed" / "reports.csv")
    reports.loc[reports["study_id"] == "Aronson1948", ["pmid", "doi"]] = ["", "10.5555/ARONSON"]
    put(review, "reports", *reports.to_dict("records"))
    record = {"pmid": "90000001", "title": "A trial", "notice": "concern", "doi": "10.5555/aronson"}
    put(review, "records", record | {"search_id": "run-1"})
    put(review, "record_events")
    (notice,) = all_notices(ev.load(review).tables)
    assert (notice.study_id, notice.kind, notice.found_at) == ("Aronson1948", "concern", "2026-03-01T00:00:00Z")


def test_a_notice_on_the_record_into_which_a_report_was_merged_counts(review: Path) -> None:
    other = {"pmid": "90000002", "title": "A trial", "notice": "retracted", "search_id": "run-1"}
    old = {"pmid": "90000001", "title": "A trial", "merged_into": "90000002", "presence": "gone", "search_id": "run-1"}
    put(review, "records", old, other)
    put(review, "record_events", {"search_id": "run-2", "pmid": "90000002", "event": "retracted"})
    (notice,) = open_notices(ev.load(review).tables)
    assert (notice.study_id, notice.pmid) == ("Aronson1948", "90000002")


@pytest.mark.parametrize(("kind", "mark"), [("concern", "(under concern)"), ("corrected", "")])
def test_graver_kinds_stand_in_the_figure_too(review: Path, kind: str, mark: str) -> None:
    retract(review, kind, "")
    labels = [row.label for row in synthesis_of(review).forest_data().rows if row.label.startswith("Aronson")]
    assert labels
    assert all(label.endswith(mark) if mark else "(" not in label for label in labels)
    assert len(all_notices(ev.load(review).tables)) == 1


def test_an_excluded_trial_has_no_open_notice(review: Path) -> None:
    studies = read_raw(review / "data" / "processed" / "studies.csv")
    studies.loc[studies["study_id"] == "Aronson1948", ["eligibility", "eligibility_reason"]] = [
        "excluded-not-a-trial",
        "retracted",
    ]
    studies.to_csv(review / "data" / "processed" / "studies.csv", index=False, lineterminator="\n")
    tables = ev.load(review).tables
    assert open_notices(tables) == ()
    assert len(all_notices(tables)) == 1


def test_build_and_its_report_show_it_also_when_nothing_else_changed(review: Path) -> None:
    project = find_project(review)
    first = build(project)
    again = build(project)
    assert again.unchanged
    assert first.notices == again.notices == tuple(str(notice) for notice in open_notices(ev.load(review).tables))
    page = first.report.read_text(encoding="utf-8")
    assert "nobody has decided on it since" in page
    assert "retraction: " in page
    pooled = read_raw(project.results / "pooled.csv")
    assert set(pooled.loc[pooled["studies"].str.contains("Aronson1948"), "notices"]) == {
        "retracted: Aronson 1948 (PMID 90000001)"
    }
    printed = subprocess.run(
        [sys.executable, "-m", "evidence.cli", "build", "--json", "--project", str(review)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(printed.stdout)["notices"] == list(first.notices)
