"""Every kind of change is told as what it is, and nothing else is told."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from evidence.living import compare_bases, find_sources, read_source
from evidence.living.cells import canonical


def only(diff, *parts: str) -> None:
    """Assert that nothing but these parts of a comparison has something in it."""
    every = ("studies", "rows", "cells", "findings", "notices", "protocol", "syntheses", "notes")
    assert {part for part in every if getattr(diff, part)} == set(parts)


def test_nothing_changed(changed) -> None:
    diff = changed(lambda review: None)
    only(diff)
    assert diff.empty
    assert diff.proposal.level == "none"
    assert diff.to_frame().empty


def test_a_corrected_number_with_its_reason(changed) -> None:
    def change(review) -> None:
        review.row("outcomes", row_id="R001").update(events="22", notes="the authors confirmed 22")

    diff = changed(change)
    only(diff, "cells", "syntheses")
    (number,) = diff.corrected
    assert (number.table, number.row, number.column, number.study) == ("outcomes", "R001", "events", "Ada2001")
    assert (number.before, number.after, number.reason) == ("20", "22", "the authors confirmed 22")
    assert [cell.column for cell in diff.cells if cell.kind == "words"] == ["notes"]
    (synthesis,) = diff.syntheses
    (move,) = synthesis.trials
    assert (move.what, move.study, move.reason) == ("changed", "Ada2001", "R001 events 20 → 22")
    assert diff.proposal.level == "patch"


def test_reason_from_added_notes_only(changed) -> None:
    def before(review) -> None:
        review.row("outcomes", row_id="R001")["notes"] = "read in the abstract"

    def change(review) -> None:
        review.row("outcomes", row_id="R001").update(events="22", notes="read in the abstract; full text says 22")

    (number,) = changed(change, before=before).corrected
    assert number.reason == "full text says 22"


def test_reasons_from_status_sources_conflicts_and_findings(changed) -> None:
    finding = {
        "finding_id": "F1",
        "check": "arms-sum",
        "severity": "inconsistent",
        "study": "Ada2001",
        "rows": "outcomes:R001",
        "value": "20",
        "text": "20 does not follow.",
        "state": "open",
    }

    def before(review) -> None:
        review.tables["findings"].append(dict(finding))
        review.tables["sources"].append({"source_id": "S02", "url": "https://example.org/2"})
        review.row("outcomes", row_id="R001")["status"] = "secondary"

    def change(review) -> None:
        review.row("outcomes", row_id="R001").update(events="22", status="verified", seen_at="S01;S02")
        review.row("findings", finding_id="F1").update(
            state="answered",
            response="corrected",
            response_note="typing error",
            responded_by="A",
            responded_on="2026-01-01",
        )
        review.tables["conflicts"].append(
            {
                "conflict_id": "X1",
                "study_id": "Ada2001",
                "what": "events",
                "version_1": "20",
                "version_2": "22",
                "rows": "R001",
                "handling": "22 is kept",
            }
        )

    diff = changed(change, before=before)
    (number,) = [cell for cell in diff.corrected if cell.table == "outcomes"]
    assert number.reason == (
        "finding of arms-sum corrected: typing error; conflict X1: 22 is kept; status secondary → verified; "
        "also seen at S02"
    )
    (answered,) = diff.findings
    assert (answered.what, answered.finding, answered.after, answered.note) == (
        "answered",
        "F1",
        "corrected",
        "typing error",
    )


def test_a_number_without_reason_says_none(changed) -> None:
    (number,) = changed(lambda review: review.row("outcomes", row_id="R001").update(events="21")).corrected
    assert number.reason == ""


def test_filled_and_emptied_cells_are_changes_but_no_corrections(changed) -> None:
    diff = changed(lambda review: review.row("outcomes", row_id="R001").update(percent="50"))
    assert [(cell.before, cell.after, cell.kind) for cell in diff.cells] == [("", "50", "number")]
    assert diff.corrected == ()


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [("mean", "20", "20.0"), ("mean", "20.50", "20.5"), ("mean", "20.5", "2.05e1"), ("baseline_mean", "0", "-0")],
)
def test_other_ways_of_writing_are_no_change(changed, column, old, new) -> None:
    def write(cell):
        def change(review) -> None:
            review.row("outcomes", row_id="R007")[column] = cell

        return change

    assert changed(write(new), before=write(old)).empty


def test_canonical_cells_agree_with_floats() -> None:
    rng = np.random.default_rng(3)
    for value in rng.lognormal(size=200):
        text = repr(float(value))
        assert canonical(text, "number") == canonical(f"{text}0" if "e" not in text else text, "number")
        assert (canonical(text, "number") == canonical(repr(float(np.nextafter(value, 9e9))), "number")) is False


def test_reordered_rows_are_no_change(changed) -> None:
    def change(review) -> None:
        for rows in review.tables.values():
            rows.reverse()

    assert changed(change).empty


def test_a_new_trial(changed) -> None:
    def change(review) -> None:
        review.add_study("Di2024")
        review.add_counts("Di2024", 20, 40, 10, 40)

    diff = changed(change)
    (study,) = diff.studies
    assert (study.what, study.study, study.label, study.after, study.included) == (
        "new",
        "Di2024",
        "Di 2024",
        "included",
        True,
    )
    (synthesis,) = diff.syntheses
    (move,) = synthesis.trials
    assert (move.what, move.study, move.reason) == ("entered", "Di2024", "new trial")
    assert (synthesis.before.k, synthesis.after.k) == (3, 4)
    assert (synthesis.before.n, synthesis.after.n) == (300, 380)
    assert diff.proposal.level == "minor"


def test_a_trial_that_is_gone(changed) -> None:
    diff = changed(lambda review: review.drop_study("Cy2003"))
    (study,) = diff.studies
    assert (study.what, study.study, study.before, study.included) == ("gone", "Cy2003", "included", True)
    assert [(move.what, move.reason) for move in diff.syntheses[0].trials] == [("left", "no longer in the base")]


def test_eligibility_changes_with_the_reason(changed) -> None:
    def change(review) -> None:
        review.row("studies", study_id="Cy2003").update(
            eligibility="excluded-confounded", eligibility_reason="another drug in one arm"
        )

    diff = changed(change)
    (study,) = diff.studies
    assert (study.what, study.before, study.after) == ("excluded", "included", "excluded-confounded")
    assert study.reason == "another drug in one arm"
    assert study.included is False
    assert diff.cells == ()
    assert [(move.what, move.reason) for move in diff.syntheses[0].trials] == [
        ("left", "now out: another drug in one arm")
    ]


def test_a_trial_let_in_again_says_what_stood_in_its_way(changed) -> None:
    def before(review) -> None:
        review.row("studies", study_id="Cy2003").update(
            eligibility="excluded-confounded", eligibility_reason="another drug"
        )

    def change(review) -> None:
        review.row("studies", study_id="Cy2003").update(eligibility="included", eligibility_reason="")

    diff = changed(change, before=before)
    assert diff.studies[0].what == "included"
    assert [(move.what, move.reason) for move in diff.syntheses[0].trials] == [("entered", "was out: another drug")]


def test_a_reclassification_on_one_side_of_the_line(changed) -> None:
    def before(review) -> None:
        review.row("studies", study_id="Cy2003").update(eligibility="not-assessable", eligibility_reason="no text seen")

    def change(review) -> None:
        review.row("studies", study_id="Cy2003").update(
            eligibility="excluded-confounded", eligibility_reason="another drug"
        )

    diff = changed(change, before=before)
    assert diff.studies[0].what == "reclassified"
    assert diff.syntheses == ()


def test_a_renamed_trial_is_neither_gone_nor_new(changed) -> None:
    diff = changed(lambda review: review.rename_study("Bo2002", "Boe2002"))
    only(diff, "studies", "rows")
    (study,) = diff.studies
    assert (study.what, study.was, study.study) == ("renamed", "Bo2002", "Boe2002")
    assert [(row.what, row.table, row.was, row.row) for row in diff.rows] == [
        ("renamed", "reports", "Bo2002-1", "Boe2002-1")
    ]
    assert diff.proposal.level == "patch"


def test_a_renamed_trial_with_a_correction_shows_the_correction(changed) -> None:
    def change(review) -> None:
        review.rename_study("Bo2002", "Boe2002")
        review.row("outcomes", row_id="R003")["events"] = "31"

    diff = changed(change)
    assert [(cell.row, cell.study, cell.before, cell.after) for cell in diff.cells] == [("R003", "Boe2002", "30", "31")]
    assert [(move.what, move.study) for move in diff.syntheses[0].trials] == [("changed", "Boe2002")]


def test_a_split_trial_is_not_taken_for_a_renamed_one(changed) -> None:
    def change(review) -> None:
        review.add_study("Bo2002a")
        review.add_study("Bo2002b")
        for row in review.tables["outcomes"]:
            if row["study_id"] == "Bo2002":
                row["study_id"] = "Bo2002a" if row["outcome"] == "response" else "Bo2002b"
        review.drop_study("Bo2002")

    diff = changed(change)
    assert sorted(study.what for study in diff.studies) == ["gone", "new", "new"]


def test_exchanged_names_are_changes_of_cells(changed) -> None:
    """Two trials that swap their ids exist before and after: nothing was renamed, their rows moved."""

    def change(review) -> None:
        review.rename_study("Bo2002", "tmp")
        review.rename_study("Cy2003", "Bo2002")
        review.rename_study("tmp", "Cy2003")

    diff = changed(change)
    assert not [study for study in diff.studies if study.what == "renamed"]
    assert {cell.column for cell in diff.cells if cell.table == "outcomes"} == {"study_id"}


def test_reports_rows_and_arms(changed) -> None:
    def change(review) -> None:
        review.tables["reports"].append(
            {"report_id": "Ada2001-2", "study_id": "Ada2001", "role": "secondary", "title": "More", "seen_at": "S01"}
        )

    diff = changed(change)
    only(diff, "rows")
    (row,) = diff.rows
    assert (row.what, row.table, row.row, row.study, row.text) == (
        "added",
        "reports",
        "Ada2001-2",
        "Ada2001",
        "More, secondary",
    )


def test_findings_new_gone_and_changed(changed) -> None:
    def finding(name: str, **cells: str) -> dict[str, str]:
        usual = {"check": "grim", "severity": "unusual", "study": "Ada2001", "rows": "outcomes:R001", "value": "1"}
        return {"finding_id": name, "text": "A text.", "state": "open"} | usual | cells

    def before(review) -> None:
        review.tables["findings"] += [finding("F1"), finding("F2")]

    def change(review) -> None:
        review.tables["findings"] = [finding("F2", severity="inconsistent"), finding("F3")]

    diff = changed(change, before=before)
    only(diff, "findings")
    told = {entry.finding: (entry.what, entry.before, entry.after) for entry in diff.findings}
    assert told == {"F1": ("gone", "", ""), "F2": ("changed", "unusual", "inconsistent"), "F3": ("new", "", "")}


def test_retractions_and_concerns(changed) -> None:
    def before(review) -> None:
        pmid = review.row("reports", report_id="Cy2003-1")["pmid"]
        review.tables["records"].append({"pmid": pmid, "title": "Cy", "publication_types": "Journal Article"})

    def change(review) -> None:
        review.tables["records"][0].update(
            retraction_links="Retraction in: J 2026", publication_types="Journal Article;Retracted Publication"
        )

    diff = changed(change, before=before)
    told = [(entry.what, entry.studies, entry.text) for entry in diff.notices]
    assert told == [
        ("new", ("Cy2003",), "Retraction in: J 2026"),
        ("new", ("Cy2003",), "Retracted Publication"),
    ]
    assert diff.proposal.level == "minor"


@pytest.mark.parametrize(
    ("old", "new", "place", "weight", "level"),
    [
        ('measure = "MD"', 'measure = "SMD"\nunits = ["any"]', ("syntheses", "length", "measure"), "rule", "major"),
        ('query = "treatment"', 'query = "treatment OR cure"', ("search", "", "query"), "rule", "major"),
        ('question = "Does the treatment help?"', 'question = "Or harm?"', ("review", "", "question"), "rule", "major"),
        ('label = "drug"', 'label = "the drug"', ("components", "drug", "label"), "wording", "patch"),
        ('known_items = ["1"]', 'known_items = ["1", "2"]', ("search", "", "known_items"), "wording", "patch"),
    ],
)
def test_keys_of_the_protocol(changed, old, new, place, weight, level) -> None:
    def change(review) -> None:
        assert review.protocol.count(old) == 1
        review.protocol = review.protocol.replace(old, new)

    diff = changed(change)
    told = {(entry.part, entry.id, entry.key): entry for entry in diff.protocol}
    assert told[place].weight == weight
    assert told[place].what == "changed"
    assert diff.proposal.level == level


def test_a_default_that_is_written_out_is_no_change(changed) -> None:
    def change(review) -> None:
        was = 'id = "length"\nlabel = "Length"'
        assert review.protocol.count(was) == 1
        review.protocol = review.protocol.replace(was, f"{was}\nlevel = 0.95")

    assert changed(change).empty


def test_syntheses_added_and_removed(changed) -> None:
    named = 'id = "again"\nlabel = "Again"\ncomparison = "addon"\noutcome = "response"\n'
    block = f'\n[[syntheses]]\n{named}population = "all"\nmeasure = "OR"\n'

    def add(review) -> None:
        review.protocol += block

    diff = changed(add)
    assert [(entry.what, entry.synthesis, entry.before, entry.after.k) for entry in diff.syntheses] == [
        ("added", "again", None, 3)
    ]
    assert diff.proposal.level == "minor"
    back = changed(lambda review: setattr(review, "protocol", review.protocol.replace(block, "")), before=add)
    assert [(entry.what, entry.synthesis, entry.after) for entry in back.syntheses] == [("removed", "again", None)]
    assert back.proposal.level == "major"


def test_the_log_itself_is_no_change(changed) -> None:
    def change(review) -> None:
        review.tables["changes"].append(
            {"change_id": "0.2.0-01", "version": "0.2.0", "released_on": "2026-01-01", "kind": "other", "what": "x"}
        )

    assert changed(change).empty


def test_bases_in_memory_compare_as_their_folders_do(review, tmp_path) -> None:
    import evidence as ev

    before = ev.load(review.root)
    review.row("outcomes", row_id="R001")["events"] = "25"
    review.write()
    diff = compare_bases(before, ev.load(review.root))
    assert [(cell.row, cell.before, cell.after) for cell in diff.cells] == [("R001", "20", "25")]
    assert len(diff.syntheses) == 1
    assert compare_bases(before, before).empty


def test_what_commands_keep_changes_without_being_a_fact_of_a_trial(review, tmp_path) -> None:
    search = {"search_id": "run-1", "database": "PubMed", "query": "q", "run_at": "2026-01-02T00:00:00Z"}
    review.tables["searches"].append({**search, "count": "1", "raw_hash": "0"})
    review.tables["records"].append({"pmid": "1", "title": "One", "search_id": "run-1", "record_hash": "a"})
    review.write()
    before = tmp_path / "before"
    shutil.copytree(review.root, before)
    review.row("records", pmid="1").update(record_hash="b", indexing="MEDLINE")
    review.write()
    sources = find_sources([str(before), "."], review.project)
    diff = compare_bases(*(read_source(source) for source in sources))
    assert diff.cells == ()
    assert diff.proposal.level == "none"
