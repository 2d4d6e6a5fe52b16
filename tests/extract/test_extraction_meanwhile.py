"""What happens between the opening of a draft and its saving: to the record, to the base, by somebody else."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from extraction import PMID, put, record, rows_of
from filled_draft import edit, fill
from typer.testing import CliRunner

from evidence import practice
from evidence.cli.main import app
from evidence.errors import TableError
from evidence.extract import check_draft, find_draft, open_extraction, save_draft, verify_extraction

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.project import Project

RETRACTED = {
    "publication_types": ("Journal Article", "Retracted Publication"),
    "links": (practice.Link(kind="RetractionIn", pmid="90000009", source="J Invent Trials. 2026"),),
}


@pytest.fixture
def folder(project: Project, clock) -> Path:
    """Return the folder of a filled draft."""
    made = open_extraction(project, PMID, by="A. Reader", clock=clock).draft.folder
    fill(made)
    return made


def test_a_draft_does_not_say_that_nothing_is_retracted_when_it_was_meanwhile(project, clock, folder) -> None:
    put(project, record(**RETRACTED))
    (problem,) = check_draft(project, find_draft(project, PMID)).problems
    assert (problem.table, problem.column) == ("studies", "retraction")
    assert "RetractionIn 90000009" in problem.allowed
    with pytest.raises(TableError, match="PubMed links a notice to the article"):
        save_draft(project, PMID, by="A. Reader", clock=clock)
    edit(folder, "studies", cells={"retraction": problem.allowed})
    saved = save_draft(project, PMID, by="A. Reader", clock=clock)
    assert "PubMed marks the article as retracted" in saved.check.notes
    stored = {row["study_id"]: row["retraction"] for row in rows_of(project.processed / "studies.csv")}
    assert "RetractionIn 90000009" in stored["Sahin2026"]


def test_who_verifies_is_told_that_the_record_changed(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    put(project, record(**RETRACTED))
    found = verify_extraction(project, PMID, by="B. Reader", clock=clock)
    assert found.cautions == (
        "PubMed's record has changed since it was extracted",
        "PubMed marks the article as retracted",
    )
    assert found.cautions[0] in rows_of(project.processed / "extractions.csv")[0]["notes"]
    told = ["extract", PMID, "--verify", "--by", "B. Reader", "--project", str(project.root)]
    assert "caution: PubMed's record has changed" in CliRunner().invoke(app, told).stdout
    assert json.loads(CliRunner().invoke(app, [*told, "--json"]).stdout)["cautions"] == list(found.cautions)


def test_a_base_that_changed_meanwhile_is_not_overwritten(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    path = project.processed / "outcomes.csv"
    path.write_text(path.read_text("utf-8").replace("-21.90", "-21.80"), "utf-8")
    with pytest.raises(TableError, match=r"--replace would put '-21\.90'.*found '-21\.80'"):
        save_draft(project, PMID, by="A. Reader", clock=clock)
    assert "-21.80" in path.read_text("utf-8")


@pytest.mark.parametrize("same", [True, False], ids=["the same draft", "two drafts"])
def test_two_who_save_at_once_lose_nothing(project, clock, folder, same) -> None:
    other = PMID
    if not same:
        other = "90000002"
        put(project, record(pmid=other, doi="10.1000/invented.2", title="Exercise for another painful knee."))
        second = open_extraction(project, other, by="B. Reader", study="Roe2026", clock=clock).draft.folder
        fill(second, "Roe2026")
        edit(second, "studies", cells={"condition": "knee-pain"})
        for name in ("arms", "outcomes"):
            text = (second / f"{name}.csv").read_text("utf-8")
            (second / f"{name}.csv").write_text(text.replace(PMID, other), "utf-8")
    people = ("A. Reader", "A. Reader" if same else "B. Reader")
    names = (PMID, other)
    together = threading.Barrier(2)

    def save(pmid: str, by: str) -> None:
        together.wait(10)
        save_draft(project, pmid, by=by, clock=clock)

    # Each opens the lock's file for itself, as two processes would.
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(save, names, people))
    rows = {row["row_id"] for row in rows_of(project.processed / "outcomes.csv")}
    wanted = {"Sahin2026-R1", "Sahin2026-R2"} | (set() if same else {"Roe2026-R1", "Roe2026-R2"})
    assert wanted <= rows
    states = {row["pmid"]: row["status"] for row in rows_of(project.processed / "extractions.csv")}
    assert states == dict.fromkeys(names, "saved")
    assert len(find_draft(project, PMID).opening.saved) == 7
