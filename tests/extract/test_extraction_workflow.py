"""From a screened record to a new pooled result: open, fill, check, save, verify, build."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from dying import dies_at
from extraction import PMID, Clock, append, include, put, record, rows_of
from filled_draft import edit, fill
from typer.testing import CliRunner

import evidence as ev
from evidence import practice
from evidence.build import build
from evidence.cli.main import app
from evidence.errors import InputError, RefreshError, TableError
from evidence.extract import (
    check_draft,
    compare_drafts,
    discard_draft,
    extraction_status,
    find_draft,
    open_extraction,
    save_draft,
    verify_extraction,
)
from evidence.extract.draft import drafts_root
from evidence.project import Project
from evidence.refresh.commit import pending

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(project: Project, clock: Clock) -> Path:
    """Return the folder of a filled draft."""
    opened = open_extraction(project, PMID, by="A. Reader", clock=clock)
    fill(opened.draft.folder)
    return opened.draft.folder


def bytes_of(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(project.processed.iterdir())}


def test_the_draft_holds_what_the_record_says_and_nothing_else(project, clock) -> None:
    folder = open_extraction(project, PMID, by="A. Reader", clock=clock).draft.folder
    assert folder == project.root / "data" / "extraction" / PMID / "a-reader"
    (report,) = rows_of(folder / "reports.csv")
    assert {name: report[name] for name in ("pmid", "doi", "authors", "journal", "year", "volume_pages")} == {
        "pmid": PMID,
        "doi": "10.1000/invented.1",
        "authors": "Şahin A; Roe B",
        "journal": "J Invent Trials",
        "year": "2026",
        "volume_pages": "3(2):11-19",
    }
    (study,) = rows_of(folder / "studies.csv")
    filled = {name: value for name, value in study.items() if value and name not in ("retraction", "seen_at")}
    assert filled == {
        "study_id": "Sahin2026",
        "label": "Sahin 2026",
        "randomised": "yes",
        "condition": "knee-pain",
        "registration": "NCT01234567",
    }
    for name in ("arms", "baselines", "outcomes", "contrasts", "harms", "conflicts"):
        assert rows_of(folder / f"{name}.csv") == []
    (row,) = rows_of(project.processed / "extractions.csv")
    assert (row["pmid"], row["extractor"], row["status"], row["study_id"]) == (PMID, "A. Reader", "begun", "")
    assert row["record_hash"] == rows_of(project.processed / "records.csv")[0]["record_hash"]


def test_candidates_point_at_the_text_that_lies_beside_them(project, clock) -> None:
    folder = open_extraction(project, PMID, by="A. Reader", clock=clock).draft.folder
    text = (folder / "abstract.txt").read_text("utf-8")
    rows = rows_of(folder / "candidates.csv")
    assert len(rows) > 10
    for row in rows:
        assert text[int(row["start"]) : int(row["end"])] == row["text"]
    (change,) = [row for row in rows if row["text"].startswith("−21.90")]
    assert change["parts"] == "mean -21.90; spread 18.20; unit mm"
    assert "SD or SE: not said" in change["note"]


def test_the_guide_holds_what_is_needed_and_no_dictionary(project, clock) -> None:
    text = (open_extraction(project, PMID, by="A. Reader", clock=clock).draft.folder / "guide.md").read_text("utf-8")
    assert len(text.encode()) < 12_000
    assert "`docs/data-dictionary.md`" in text
    assert (project.root / "docs" / "data-dictionary.md").is_file()
    assert "| `outcomes.csv` | study × arm × outcome × time | `row_id`, `study_id`, `outcome`" in text
    assert "- `condition`: knee-pain, mixed, not-stated" in text
    assert "- components: exercise, sham-exercise, usual-care" in text


def test_no_word_of_the_abstract_leaves_the_folder_of_drafts(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    build(project)
    inside = drafts_root(project)
    told = "Pain was read off a line"
    assert any(told in path.read_text("utf-8") for path in inside.rglob("*") if path.is_file())
    for path in project.root.rglob("*"):
        if path.is_file() and inside not in path.parents and project.raw not in path.parents:
            assert told not in path.read_bytes().decode("utf-8", "replace"), path
    assert (inside / ".gitignore").read_text("utf-8") == "*\n"
    assert "data/extraction/" in (project.root / ".gitignore").read_text("utf-8").split("\n")


def test_from_a_record_to_a_new_pooled_result(project, clock, folder) -> None:
    build(project)
    before = ev.load(project.root).synthesis("exercise-pain").fit
    found = check_draft(project, find_draft(project, PMID))
    assert found.problems == ()
    assert found.added | {"sources": 0} == {
        "sources": 0, "studies": 1, "reports": 1, "arms": 2, "baselines": 0, "outcomes": 2, "contrasts": 0, "harms": 0,
        "conflicts": 0,
    }  # fmt: skip
    saved = save_draft(project, PMID, by="A. Reader", clock=clock)
    assert set(saved.written) == {"sources", "studies", "reports", "arms", "outcomes", "extractions"}
    result = ev.load(project.root).synthesis("exercise-pain")
    effect = result.effects.set_index("study_id").loc["Sahin2026"]
    assert effect["yi"] == pytest.approx(-21.90 + 10.3)
    assert effect["vi"] == pytest.approx(18.2**2 / 40 + 17.5**2 / 40)
    assert result.fit.k == before.k + 1
    assert result.fit.estimate != before.estimate
    assert f"PMID:{PMID}" in str(result.explain())
    assert build(project).unchanged is False


def test_cells_are_kept_as_typed(project, clock, folder) -> None:
    there = rows_of(project.processed / "outcomes.csv")
    save_draft(project, PMID, by="A. Reader", clock=clock)
    rows = {row["row_id"]: row for row in rows_of(project.processed / "outcomes.csv")}
    assert rows["Sahin2026-R1"]["mean"] == "-21.90"
    assert rows["Sahin2026-R1"]["sd"] == "18.20"
    for row in there:
        assert rows[row["row_id"]] == row
    assert rows_of(project.processed / "arms.csv")[-2]["components"] == "exercise;usual-care"


def test_saving_twice_changes_nothing(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    before = bytes_of(project)
    again = save_draft(project, PMID, by="A. Reader", clock=clock)
    assert again.written == ()
    assert bytes_of(project) == before


def test_the_entry_says_who_and_when(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    (row,) = rows_of(project.processed / "extractions.csv")
    assert (row["status"], row["study_id"]) == ("saved", "Sahin2026")
    assert (row["begun_at"], row["saved_at"]) == ("2026-11-22T11:01:00Z", "2026-11-22T11:02:00Z")


def test_other_values_need_leave_and_are_shown(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    before = bytes_of(project)
    rows = rows_of(folder / "outcomes.csv")
    rows[0]["mean"] = "-22.90"
    (folder / "outcomes.csv").write_text(",".join(rows[0]) + "\n", "utf-8")
    edit(folder, "outcomes", *rows)
    found = check_draft(project, find_draft(project, PMID))
    (difference,) = found.differences
    assert (difference.row, difference.column) == ("Sahin2026-R1", "mean")
    assert (difference.old, difference.new) == ("-21.90", "-22.90")
    with pytest.raises(TableError, match=r"--replace would put '-22\.90'.*found '-21\.90'"):
        save_draft(project, PMID, by="A. Reader", clock=clock)
    assert bytes_of(project) == before
    saved = save_draft(project, PMID, by="A. Reader", replace_rows=True, clock=clock)
    assert saved.written == ("outcomes", "extractions")
    stored = {row["row_id"]: row for row in rows_of(project.processed / "outcomes.csv")}
    assert stored["Sahin2026-R1"]["mean"] == "-22.90"


def test_a_row_of_another_trial_is_never_replaced(project, clock, folder) -> None:
    rows = rows_of(folder / "outcomes.csv")
    rows[0]["row_id"] = "R1"
    (folder / "outcomes.csv").write_text(",".join(rows[0]) + "\n", "utf-8")
    edit(folder, "outcomes", *rows)
    before = bytes_of(project)
    with pytest.raises(TableError, match="a row of InventedA has this name already"):
        save_draft(project, PMID, by="A. Reader", replace_rows=True, clock=clock)
    assert bytes_of(project) == before


def test_a_row_about_another_trial_is_refused(project, clock, folder) -> None:
    edit(folder, "harms", {"harm_id": "H1", "study_id": "InventedB"})
    problems = check_draft(project, find_draft(project, PMID)).problems
    assert any(problem.table == "harms" and "another trial" in problem.message for problem in problems)


def test_a_row_taken_out_of_the_draft_stays_in_the_table_and_is_named(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    rows = rows_of(folder / "outcomes.csv")
    (folder / "outcomes.csv").write_text(",".join(rows[0]) + "\n", "utf-8")
    edit(folder, "outcomes", rows[0])
    notes = check_draft(project, find_draft(project, PMID)).notes
    assert "outcomes:Sahin2026-R2 was saved from this draft and is no longer in it; it stays in the table" in notes
    save_draft(project, PMID, by="A. Reader", clock=clock)
    assert "Sahin2026-R2" in {row["row_id"] for row in rows_of(project.processed / "outcomes.csv")}


def test_findings_of_the_trial_are_told(project, clock, folder) -> None:
    edit(folder, "studies", cells={"n_randomised": "90"})
    found = check_draft(project, find_draft(project, PMID))
    assert found.problems == ()
    assert "arms-sum" in {finding.check for finding in found.findings}
    assert {finding.study for finding in found.findings} == {"Sahin2026"}


def test_verification_is_another_persons(project, clock, folder) -> None:
    with pytest.raises(InputError, match="begun, not saved"):
        verify_extraction(project, PMID, by="B. Reader", clock=clock)
    save_draft(project, PMID, by="A. Reader", clock=clock)
    for same in ("A. Reader", "a reader", " A.  READER "):
        with pytest.raises(InputError, match="somebody else has to compare"):
            verify_extraction(project, PMID, by=same, clock=clock)
    found = verify_extraction(project, PMID, by="B. Reader", clock=clock)
    row = found.row
    assert found.cautions == ()
    assert (row["status"], row["verified_by"]) == ("verified", "B. Reader")
    assert rows_of(project.processed / "extractions.csv") == [row]
    save_draft(project, PMID, by="A. Reader", clock=clock)
    assert rows_of(project.processed / "extractions.csv")[0]["status"] == "verified"


def test_what_changes_after_verification_is_no_longer_verified(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    verify_extraction(project, PMID, by="B. Reader", clock=clock)
    edit(folder, "studies", cells={"country": "Nowhere"})
    save_draft(project, PMID, by="A. Reader", replace_rows=True, clock=clock)
    (row,) = rows_of(project.processed / "extractions.csv")
    assert (row["status"], row["verified_by"]) == ("saved", "")


def test_opening_twice_leaves_the_draft_alone(project, clock, folder) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = open_extraction(project, PMID, by="a reader", clock=clock)
    assert (again.fresh, again.draft.folder) == (False, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_record_that_changed_is_told_until_somebody_looked_again(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    put(project, record(title="Exercise for a painful knee: corrected title of a randomised trial."))
    (entry,) = extraction_status(project)
    assert "record changed since extraction" in entry.remarks
    assert any("changed since" in note for note in check_draft(project, find_draft(project, PMID)).notes)
    tables = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    again = open_extraction(project, PMID, by="A. Reader", clock=clock)
    assert again.fresh is False
    assert "corrected title" in (folder / "guide.md").read_text("utf-8")
    assert "corrected title" not in (folder / "guide-before.md").read_text("utf-8")
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == tables
    save_draft(project, PMID, by="A. Reader", clock=clock)
    (entry,) = extraction_status(project)
    assert (entry.state, entry.remarks) == ("saved", ())


def test_two_extractors_have_drafts_of_their_own(project, clock, folder) -> None:
    other = open_extraction(project, PMID, by="B. Reader", clock=clock).draft.folder
    assert other != folder
    with pytest.raises(InputError, match="say whose with --by"):
        find_draft(project, PMID)
    fill(other)
    assert compare_drafts(project, PMID).disagreements == ()
    arms = rows_of(other / "arms.csv")
    outcomes = rows_of(other / "outcomes.csv")
    swap = {"A1": "A2", "A2": "A1"}
    for row in (*arms, *outcomes):
        row["arm_id"] = swap[row["arm_id"]]
    outcomes[0] |= {"mean": "-21.9", "row_id": "Z7"}
    for name, rows in (("arms", arms), ("outcomes", outcomes[:1])):
        (other / f"{name}.csv").write_text(",".join(rows[0]) + "\n", "utf-8")
        edit(other, name, *rows)
    found = compare_drafts(project, PMID, first="A. Reader", second="B. Reader").disagreements
    assert [(entry.table, entry.column, entry.first, entry.second) for entry in found] == [
        ("outcomes", "mean", "-21.90", "-21.9"),
        ("outcomes", "", "A2, pain, change, 12", ""),
    ]


def test_the_second_extractor_cannot_overwrite_the_first_unasked(project, clock, folder) -> None:
    other = open_extraction(project, PMID, by="B. Reader", clock=clock).draft.folder
    fill(other)
    edit(other, "studies", cells={"country": "Elsewhere"})
    save_draft(project, PMID, by="A. Reader", clock=clock)
    with pytest.raises(TableError, match="Elsewhere"):
        save_draft(project, PMID, by="B. Reader", clock=clock)


def test_discarding_moves_the_draft_and_takes_the_beginning_back(project, clock, folder) -> None:
    names = sorted(path.name for path in folder.iterdir())
    target = discard_draft(project, PMID)
    assert not folder.exists()
    assert sorted(path.name for path in target.iterdir()) == names
    assert rows_of(project.processed / "extractions.csv") == []
    (entry,) = extraction_status(project)
    assert (entry.state, entry.extractor) == ("waiting", "")


def test_what_was_saved_stays_when_the_draft_is_discarded(project, clock, folder) -> None:
    save_draft(project, PMID, by="A. Reader", clock=clock)
    before = bytes_of(project)
    discard_draft(project, PMID, by="A. Reader")
    assert bytes_of(project) == before


def test_a_record_that_is_not_in_the_base_is_an_error(project, clock) -> None:
    with pytest.raises(InputError, match=r"PMID 90000002 is not among the 1 record of records\.csv"):
        open_extraction(project, "90000002", by="A. Reader", clock=clock)
    assert not drafts_root(project).exists()


@pytest.mark.parametrize("pmid", ["", "0", "012", "abc", "../../etc", "1234567890", "１２３", "90000001/x"])
def test_a_pmid_is_digits_before_it_becomes_a_folder(project, clock, pmid) -> None:
    with pytest.raises(InputError, match="is not a PMID"):
        open_extraction(project, pmid, by="A. Reader", clock=clock)


@pytest.mark.parametrize("name", ["", "  ", "\u202ex", "..", "-"])
def test_a_name_is_a_name(project, clock, name) -> None:
    with pytest.raises(InputError):
        open_extraction(project, PMID, by=name, clock=clock)
    assert not drafts_root(project).exists()


@pytest.mark.parametrize(("name", "folder"), [("李 雷", "extractor"), ("../../Ann", "ann"), ("Ö. Müller", "o-muller")])
def test_names_of_every_script_get_a_folder_inside(project, clock, name, folder) -> None:
    made = open_extraction(project, PMID, by=name, clock=clock).draft
    assert made.folder.parent == drafts_root(project) / PMID
    assert made.folder.name == folder
    assert made.opening.extractor == name


def test_without_the_raw_archive_the_facts_of_the_record_are_there(project, clock) -> None:
    shutil.rmtree(project.raw)
    opened = open_extraction(project, PMID, by="A. Reader", clock=clock)
    assert opened.reading is not None
    assert any("evidence refresh" in caution for caution in opened.reading.cautions)
    assert opened.reading.plain["randomised"] == "yes"
    guide = (opened.draft.folder / "guide.md").read_text("utf-8")
    assert "`evidence refresh --full`" in guide
    assert not (opened.draft.folder / "abstract.txt").exists()
    assert len(rows_of(opened.draft.folder / "reports.csv")) == 1


def test_a_base_with_faults_gets_no_draft(project, clock) -> None:
    append(project, "harms", {"harm_id": "H9"})
    before = bytes_of(project)
    with pytest.raises(TableError, match="harms"):
        open_extraction(project, PMID, by="A. Reader", clock=clock)
    assert bytes_of(project) == before
    assert list(drafts_root(project).glob("9*/*")) == []


def test_a_full_disk_leaves_all_tables_as_they_were(project, clock, folder, monkeypatch) -> None:
    before = bytes_of(project)

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(RefreshError, match=r"nothing of run extraction-90000001 was written.*No space"):
            save_draft(project, PMID, by="A. Reader", clock=clock)
    assert bytes_of(project) == before
    assert pending(project) is None


def test_status_names_included_records_without_an_extraction(project, clock) -> None:
    put(project, record(pmid="90000002", doi="10.1000/invented.2"), record(pmid="90000003", doi="10.1000/invented.3"))
    include(project, "90000002")
    include(project, "90000003", "exclude")
    open_extraction(project, PMID, by="A. Reader", clock=clock)
    found = [(entry.pmid, entry.state, entry.extractor) for entry in extraction_status(project)]
    assert found == [(PMID, "begun", "A. Reader"), ("90000002", "waiting", "")]


def test_a_retracted_article_is_told_at_once(project, clock) -> None:
    link = practice.Link(kind="RetractionIn", pmid="90000009", source="J Invent Trials. 2026")
    put(project, record(publication_types=("Journal Article", "Retracted Publication"), links=(link,)))
    opened = open_extraction(project, PMID, by="A. Reader", clock=clock)
    assert opened.reading is not None
    assert any("retracted" in caution for caution in opened.reading.cautions)
    assert "RetractionIn 90000009" in rows_of(opened.draft.folder / "studies.csv")[0]["retraction"]
    assert "retracted" in extraction_status(project)[0].remarks[0]


def run(project: Project, *arguments: str, code: int = 0, typed: str | None = None) -> str:
    """Run the command; return what stands on standard output."""
    result = CliRunner().invoke(app, ["extract", *arguments, "--project", str(project.root)], input=typed)
    assert result.exit_code == code, result.output + str(result.exception)
    return result.stdout


def test_the_command_line_from_begin_to_end(project) -> None:
    opened = json.loads(run(project, PMID, "--by", "A. Reader", "--json"))
    assert opened["fresh"] is True
    assert len([found for found in opened["candidates"] if found["kind"] == "count of total"]) == 2
    faults = json.loads(run(project, PMID, "--check", "--json", code=1))
    assert "the cell must not be empty" in {problem["message"] for problem in faults["problems"]}
    fill(project.root / opened["folder"])
    assert "no fault" in run(project, PMID, "--check")
    saved = json.loads(run(project, PMID, "--save", "--by", "A. Reader", "--json"))
    assert saved["extraction"]["status"] == "saved"
    assert "verified by B. Reader" in run(project, PMID, "--verify", "--by", "B. Reader")
    (entry,) = json.loads(run(project, "--status", "--json"))
    assert (entry["state"], entry["study_id"]) == ("verified", "Sahin2026")
    assert "verified" in run(project, "--status")
    run(project, PMID, "--discard", code=1, typed="n\n")
    assert (project.root / opened["folder"]).exists()
    assert json.loads(run(project, PMID, "--discard", "--yes", "--json"))["folder"].startswith(
        "data/extraction/discarded"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (PMID,),
        (PMID, "--save"),
        (PMID, "--check", "--save", "--by", "A"),
        (PMID, "--replace", "--by", "A"),
        (PMID, "--status"),
        (PMID, "--check"),
        (PMID, "--compare"),
        ("--check",),
    ],
)
def test_what_makes_no_sense_is_refused(project, arguments) -> None:
    result = CliRunner().invoke(app, ["extract", *arguments, "--project", str(project.root)])
    assert isinstance(result.exception, InputError)


@pytest.mark.parametrize("mean", ["1.0", "121.90", "-0.50", "7"])
def test_numbers_survive_the_way_into_the_table(project, clock, folder, mean) -> None:
    rows = rows_of(folder / "outcomes.csv")
    rows[1]["mean"] = mean
    (folder / "outcomes.csv").write_text(",".join(rows[0]) + "\n", "utf-8")
    edit(folder, "outcomes", *rows)
    save_draft(project, PMID, by="A. Reader", clock=clock)
    stored = {row["row_id"]: row for row in rows_of(project.processed / "outcomes.csv")}
    assert [stored[row["row_id"]]["mean"] for row in rows] == ["-21.90", mean]


def test_a_process_that_dies_while_it_saves_leaves_all_or_nothing(project, folder, clock, tmp_path) -> None:
    before, states = bytes_of(project), []
    for step in range(45, 400, 14):
        copy = Project(root=shutil.copytree(project.root, tmp_path / f"dies-at-{step}"))
        with dies_at(step) as steps:
            save_draft(copy, PMID, by="A. Reader", clock=clock)
        states.append("waits" if pending(copy) else "nothing" if bytes_of(copy) == before else "all")
        save_draft(copy, PMID, by="A. Reader", clock=clock)
        assert pending(copy) is None
        assert len(rows_of(copy.processed / "outcomes.csv")) == len(rows_of(project.processed / "outcomes.csv")) + 2
        assert {row["status"] for row in rows_of(copy.processed / "extractions.csv")} == {"saved"}
        if len(steps) <= step:
            break
    assert states == sorted(states, key=["nothing", "waits", "all"].index)
    assert set(states) == {"nothing", "waits", "all"}
