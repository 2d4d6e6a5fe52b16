"""Bases of another age: what both have is compared, what only one has is said, and no number is made up."""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING

import pytest

from evidence import load
from evidence.fingerprint import inputs_hash, write_state
from evidence.living import compare_bases, find_sources, read_source
from evidence.living.effects import state_of
from evidence.living.published import published_states, shown_analysis
from evidence.tables.io import csv_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.living.snapshot import Snapshot


def rewritten(path: Path, change) -> None:
    """Write a CSV file anew with its header and rows changed."""
    header, *rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    path.write_bytes(csv_bytes(*change(header, rows)))


def without(*names: str):
    def change(header, rows):
        kept = [place for place, name in enumerate(header) if name not in names]
        return [header[place] for place in kept], [[row[place] for place in kept] for row in rows]

    return change


def renamed(old: str, new: str):
    return lambda header, rows: ([new if name == old else name for name in header], rows)


@pytest.fixture
def pair(review, tmp_path):
    """Return an older copy of a review, to be made older still, and a function that compares the two."""
    old = tmp_path / "older"
    shutil.copytree(review.root, old)

    def run(**options):
        sources = find_sources([str(old), "."], review.project)
        return compare_bases(*(read_source(source) for source in sources), **options)

    return old, review, run


def table(root: Path, name: str) -> Path:
    return root / "data" / "processed" / f"{name}.csv"


def publish(project) -> None:
    """Write the result files of a project, as a build does, without figures and report."""
    from evidence.report import tables

    answers = load(project.root).answers()
    project.results.mkdir(exist_ok=True)
    for name in ("pooled", "not_pooled", "effects", "exclusions"):
        frame = getattr(tables, f"{name}_frame")(answers)
        (project.results / f"{name}.csv").write_bytes(tables.format_frame(frame))
    write_state(project.results / ".state.json", inputs=inputs_hash(project), outputs={}, figures={}, summary=[])


def test_tables_and_columns_that_were_added_since(pair) -> None:
    old, review, run = pair
    table(old, "findings").unlink()
    table(old, "baselines").unlink()
    rewritten(table(old, "outcomes"), without("median", "percent"))
    review.row("outcomes", row_id="R001").update(events="22", percent="55")
    review.write()
    diff = run()
    assert diff.basis == "recomputed"
    assert [(cell.row, cell.column) for cell in diff.cells] == [("R001", "events")]
    assert len(diff.syntheses) == 1
    assert diff.notes == ("columns of outcomes only in the working tree: not compared: percent",)


def test_a_table_that_was_added_since_and_has_rows(pair) -> None:
    old, review, run = pair
    table(old, "records").unlink()
    review.tables["records"].append({"pmid": "1", "title": "One", "retraction_links": "Retraction in: J"})
    review.write()
    diff = run()
    assert diff.notes == ("table records is only in the working tree (1 rows): not compared",)
    assert diff.notices == ()
    assert diff.empty


def test_a_table_that_nothing_knows_any_more(pair) -> None:
    old, _, run = pair
    table(old, "outcomes_extra").write_text("id\n1\n", encoding="utf-8")
    (note,) = run().notes
    assert note.endswith("has a table outcomes_extra, which today's code does not know")


def test_a_table_without_its_key_is_left_out(pair) -> None:
    old, review, run = pair
    review.tables["claims"] = []
    rewritten(table(old, "sources"), renamed("source_id", "id"))
    diff = run()
    assert any("has no column source_id, which names its rows: not compared" in note for note in diff.notes)
    assert not [row for row in diff.rows if row.table == "sources"]


def test_a_renamed_column_of_results_keeps_the_past_from_being_computed(pair) -> None:
    """Nobody can tell what the old column said, so nothing is computed from what is left of the table."""
    old, _, run = pair
    rewritten(table(old, "outcomes"), renamed("events", "cases"))
    diff = run()
    assert diff.basis == "not-compared"
    assert diff.syntheses == ()
    assert any("table outcomes has the column cases, which nothing uses now" in note for note in diff.notes)
    assert any("effects were not compared" in note for note in diff.notes)


def test_published_results_stand_in_where_the_past_cannot_be_computed(pair) -> None:
    old, review, run = pair
    publish(review.project)
    shutil.copytree(review.root / "results", old / "results")
    text = (old / "protocol.toml").read_text(encoding="utf-8")
    (old / "protocol.toml").write_text(
        text.replace('id = "secondary"', 'id = "secondary"\ncounts = ["printed"]'), encoding="utf-8"
    )
    review.row("outcomes", row_id="R001")["events"] = "22"
    review.write()
    publish(review.project)
    diff = run()
    assert diff.basis == "as-published"
    assert any(
        "rules that today's code does not read (analyses · row secondary · column counts" in note for note in diff.notes
    )
    (synthesis,) = diff.syntheses
    assert (synthesis.synthesis, synthesis.before.analysis) == ("response", "primary")
    assert [(move.what, move.study, move.reason) for move in synthesis.trials] == [
        ("changed", "Ada2001", "R001 events 20 → 22")
    ]
    assert [(entry.part, entry.key, entry.before) for entry in diff.protocol] == [("analyses", "counts", ("printed",))]


def test_faults_by_todays_rules_are_told_and_not_computed_with(pair) -> None:
    old, _, run = pair
    rewritten(
        table(old, "outcomes"),
        lambda header, rows: (header, [[cell.replace("responder", "answerer") for cell in row] for row in rows]),
    )
    diff = run()
    assert diff.basis == "not-compared"
    assert any("faults by today's rules (outcomes · row R001" in note for note in diff.notes)
    assert {cell.column for cell in diff.cells} == {"value_type"}


def test_a_fault_beside_the_numbers_does_not_keep_them_from_being_computed(pair) -> None:
    old, review, run = pair
    rewritten(table(old, "sources"), lambda header, rows: (header, [[*rows[0][:1], "", *rows[0][2:]]]))
    review.row("outcomes", row_id="R001")["events"] = "22"
    review.write()
    assert run().basis == "recomputed"


def test_as_published_when_asked(pair) -> None:
    """Both result files are the same although the tables differ: nothing was built in between."""
    old, review, run = pair
    publish(review.project)
    shutil.copytree(review.root / "results", old / "results")
    review.row("outcomes", row_id="R001")["events"] = "22"
    review.write()
    diff = run(as_published=True)
    assert diff.basis == "as-published"
    assert diff.syntheses == ()
    assert diff.notes == ("the working tree: its results are older than its tables or the code; run evidence build",)
    assert len(run().syntheses) == 1


def test_numbers_that_only_the_code_changed(pair) -> None:
    """The tables are the same and the published numbers are not: the code of then computed otherwise."""
    old, review, run = pair
    publish(review.project)
    shutil.copytree(review.root / "results", old / "results")

    def larger(header, rows):
        wanted = ("display_estimate", "display_ci_low", "display_ci_high", "yi")
        places = [header.index(name) for name in wanted if name in header]
        return header, [
            [str(float(cell) * 1.01) if place in places and cell else cell for place, cell in enumerate(row)]
            for row in rows
        ]

    for name in ("effects", "pooled"):
        rewritten(old / "results" / f"{name}.csv", larger)
    assert run().empty
    diff = run(as_published=True)
    assert {entry.synthesis for entry in diff.syntheses} == {"response", "length"}
    assert {(move.what, move.reason) for entry in diff.syntheses for move in entry.trials} == {
        ("changed", "computed otherwise by the code of its time")
    }
    assert all(entry.after.estimate * 1.01 == pytest.approx(entry.before.estimate) for entry in diff.syntheses)


def test_published_answers_are_those_of_the_code(review) -> None:
    publish(review.project)
    (source, _) = find_sources(["."], review.project)
    snapshot = read_source(source)
    assert_published_like_computed(snapshot, load(review.root).answers())


def assert_published_like_computed(snapshot: Snapshot, answers) -> None:
    """Assert that result files and computation give the same states, and that the same analysis is shown."""
    published = published_states(snapshot)
    assert published is not None
    assert set(published) == set(answers)
    for name, answer in answers.items():
        assert shown_analysis(published[name], snapshot) == answer.shown.analysis.id
        declared = {name: result for name, result in answer.results.items() if name not in answer.automatic}
        assert set(published[name]) == set(declared)
        for analysis, result in declared.items():
            computed = state_of(result, snapshot).effect
            filed = published[name][analysis].effect
            for field in ("answer", "measure", "k", "n", "direction", "interval", "certainty", "primary"):
                assert getattr(filed, field) == getattr(computed, field), (name, analysis, field)
            for field in ("estimate", "ci_low", "ci_high"):
                assert getattr(filed, field) == pytest.approx(getattr(computed, field), rel=1e-9, nan_ok=True)
            assert set(filed.studies) == set(computed.studies)
