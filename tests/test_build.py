"""The main job: what it writes, what it redoes, and that damage writes nothing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from evidence.build import build
from evidence.errors import ProtocolError, TableError
from evidence.project import Project
from evidence.protocol import load_protocol
from evidence.report.site import FIGURE_SUFFIXES

ROOT = Path(__file__).resolve().parent.parent
SYNTHESES = len(load_protocol(ROOT / "protocol.toml").syntheses)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder but the state of the build."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".state.json"
    }


@pytest.fixture
def project(built_review, tmp_path) -> Project:
    """Return a copy of the built project that a test may change."""
    return Project(root=shutil.copytree(built_review.root, tmp_path / "copy"))


@pytest.fixture
def example(built_example, tmp_path) -> Project:
    """Return a copy of the built example that a test may change.

    What a build redoes does not depend on how many questions there are.
    """
    return Project(root=shutil.copytree(built_example.root, tmp_path / "copy"))


def test_everything_promised_is_written(built_review) -> None:
    project, result = Project(root=built_review.root), built_review.result
    files = contents(project.results)
    assert {
        "effects.csv",
        "pooled.csv",
        "not_pooled.csv",
        "exclusions.csv",
        "headline.svg",
        "report/index.html",
    } <= set(files)
    pages = {name for name in files if re.fullmatch(r"report/syntheses/[^/]+\.html", name)}
    assert len(pages) == len(result.summary) == SYNTHESES
    for row in result.summary:
        drawn = {suffix for suffix in FIGURE_SUFFIXES if f"report/syntheses/{row.synthesis}{suffix}" in files}
        assert drawn == (set(FIGURE_SUFFIXES) - ({".pdf"} if not row.pooled else set()) if row.trials else set())
    assert not result.unchanged
    assert result.report.is_file()
    assert (project.processed / "datapackage.json").is_file()
    assert (project.root / "docs" / "data-dictionary.md").is_file()


def test_progress_is_told(built_review) -> None:
    _, result, seen = built_review
    assert next(what for what, _, _ in seen) == "checking tables"
    drawn = [entry for entry in seen if entry[0].startswith("drawing")]
    assert [done for _, done, _ in drawn] == list(range(len(result.summary)))
    assert {total for _, _, total in drawn} == {len(result.summary)}


def test_committed_results_are_what_the_build_makes(built_review) -> None:
    made = contents(built_review.root / "results")
    for name in ("effects.csv", "pooled.csv", "not_pooled.csv", "exclusions.csv", "headline.svg"):
        assert made[name] == (ROOT / "results" / name).read_bytes(), f"run `evidence build` and commit results/{name}"


def test_numbers_have_ten_significant_digits(built_review) -> None:
    import csv

    with (built_review.root / "results" / "effects.csv").open(encoding="utf-8", newline="") as file:
        values = [row["yi"] for row in csv.DictReader(file)]
    assert values
    assert all(len(value.lstrip("-0.").replace(".", "").split("e")[0]) <= 10 for value in values)


def test_a_second_build_does_nothing(project, built_review) -> None:
    before = contents(project.root)
    result = build(project)
    assert result.unchanged
    assert result.written == ()
    assert result.summary == built_review.result.summary
    assert contents(project.root) == before


def test_a_forced_build_gives_the_same_bytes_and_touches_nothing(example) -> None:
    before = {path: path.stat().st_mtime_ns for path in example.results.rglob("*") if path.name != ".state.json"}
    first = contents(example.root)
    assert build(example, force=True).written == ()
    assert contents(example.root) == first
    folders = {path for path in before if path.is_dir()}
    assert all(path.stat().st_mtime_ns == before[path] for path in set(before) - folders)


def test_a_lost_or_changed_output_is_made_again(example) -> None:
    target = example.results / "pooled.csv"
    good = target.read_bytes()
    target.write_text("changed by hand\n", encoding="utf-8")
    (example.results / "report" / "syntheses" / "tuberculosis-odds.svg").unlink()
    result = build(example)
    assert {path.name for path in result.written} == {"pooled.csv", "tuberculosis-odds.svg"}
    assert target.read_bytes() == good


def test_only_the_figures_that_show_something_else_are_drawn_again(project) -> None:
    path = project.processed / "outcomes.csv"
    text = path.read_text(encoding="utf-8")
    changed = text.replace(",15,31,48.4,", ",14,31,45.2,", 1)  # Jha 2019, arm A, hair pull test
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    names = {written.name for written in build(project).written}
    stem = "bundle-vs-minoxidil-pull-test"
    drawn = {name for name in names if name.endswith((".svg", ".png", ".pdf"))}
    assert drawn == {f"{stem}.svg", f"{stem}-narrow.svg", f"{stem}.png"}
    assert {"effects.csv", "not_pooled.csv", "index.html", f"{stem}.html", f"{stem}.csv"} <= names
    assert "harm-pain.html" not in names


def test_damage_writes_nothing_and_names_every_fault(project) -> None:
    for name, old, new in (
        ("outcomes.csv", ",91.4,", ",91;4,"),
        ("arms.csv", "microneedling;minoxidil-5", "microneedeling;minoxidil-5"),
        ("studies.csv", "split-scalp", "split-skalp"),
    ):
        path = project.processed / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = contents(project.root)
    with pytest.raises(TableError) as caught:
        build(project)
    assert {problem.table for problem in caught.value.problems} == {"outcomes", "arms", "studies"}
    assert contents(project.root) == before


def test_a_damaged_protocol_writes_nothing(project) -> None:
    text = project.protocol.read_text(encoding="utf-8")
    project.protocol.write_text(text.replace('measure = "RR"', 'measure = "RRR"', 1), encoding="utf-8")
    before = contents(project.root)
    with pytest.raises(ProtocolError, match="did you mean 'RR'"):
        build(project)
    assert contents(project.root) == before


def test_a_broken_state_file_means_a_full_build(example) -> None:
    (example.results / ".state.json").write_text("{", encoding="utf-8")
    assert not build(example).unchanged
    assert json.loads((example.results / ".state.json").read_text(encoding="utf-8"))["inputs"]


def test_files_of_a_question_that_is_gone_are_removed_and_those_of_people_stay(example) -> None:
    own = example.results / "report" / "notes.txt"
    own.write_text("mine\n", encoding="utf-8")
    folder = example.results / "report" / "syntheses"
    before = {path.name for path in folder.iterdir()}
    text = example.protocol.read_text(encoding="utf-8")
    start = text.index('[[syntheses]]\nid = "tuberculosis-odds"')
    example.protocol.write_text(text[:start] + text[text.index("[[", start + 2) :], encoding="utf-8")
    build(example)
    gone = before - {path.name for path in folder.iterdir()}
    assert gone == {name for name in before if name.startswith("tuberculosis-odds")}
    assert {"tuberculosis-odds.html", "tuberculosis-odds.svg", "tuberculosis-odds.csv"} <= gone
    assert own.read_text(encoding="utf-8") == "mine\n"
