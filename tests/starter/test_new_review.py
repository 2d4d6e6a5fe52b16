"""`evidence new`: what it makes can be built at once, what is there stays, and what fails leaves nothing."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import evidence as ev
from evidence.build import build
from evidence.cli.main import app
from evidence.errors import EvidenceError, InputError, ProjectError, UnknownIdError
from evidence.project import Project
from evidence.protocol import load_protocol
from evidence.starter import example_names, new_review, place
from evidence.starter import make as make_module
from evidence.starter import new as new_module
from evidence.tables import TABLES, check_tables

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"blank": {}, "invented": {"with_example": True}, "copied": {"based_on": "bcg-vaccine"}}
NAMES = [
    "plain",
    "two words",
    "ünï-çødé",
    "ελληνικά",
    "患者",
    "a'b\"c",
    "semi;colon",
    "-dash",
    "dot.ted",
    "#hash",
    "x" * 200,
]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
class TestEveryKind:
    def test_it_has_every_table_and_no_fault(self, tmp_path, options) -> None:
        made = new_review(tmp_path / "review", **options)
        protocol = load_protocol(made.root / "protocol.toml")
        processed = made.root / "data" / "processed"
        assert {path.stem for path in processed.glob("*.csv")} == set(TABLES)
        assert check_tables(processed, vocabularies=protocol.vocabularies) == []
        assert set(made.files) == set(tree(made.root))
        assert {"README.md", ".gitignore", "data/raw/README.md", "docs/data-dictionary.md"} <= set(made.files)

    def test_it_builds_at_once_and_a_second_build_changes_nothing(self, tmp_path, options) -> None:
        made = new_review(tmp_path / "review", **options)
        before = tree(made.root)
        result = build(Project(root=made.root))
        assert (made.root / "results" / "report" / "index.html").is_file()
        written = {path.relative_to(made.root).as_posix() for path in result.written}
        assert all(name.startswith("results/") or name == "data/processed/findings.csv" for name in written)
        after = tree(made.root)
        assert {name for name in before if before[name] != after[name]} <= {"data/processed/findings.csv"}
        assert build(Project(root=made.root)).unchanged

    def test_it_is_a_valid_data_package(self, tmp_path, options) -> None:
        from frictionless import Package, system

        made = new_review(tmp_path / "Ein Ordner", **options)
        with system.use_context(trusted=True):
            report = Package(str(made.root / "data" / "processed" / "datapackage.json")).validate()
        assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])
        assert report.stats["tasks"] == len(TABLES)

    def test_two_of_them_are_alike_to_the_byte(self, tmp_path, options) -> None:
        one = new_review(tmp_path / "one" / "same", **options)
        two = new_review(tmp_path / "two" / "same", **options)
        assert tree(one.root) == tree(two.root)


def test_blank_tables_are_empty_and_invented_ones_are_pooled(tmp_path) -> None:
    blank = ev.load(new_review(tmp_path / "blank").root)
    assert all(frame.empty for frame in blank.tables.values())
    filled = ev.load(new_review(tmp_path / "filled", with_example=True).root)
    result = filled.synthesis("exercise-pain")
    assert (result.trials, result.n, result.exclusions[-1].study_id) == (2, 140, "InventedC")
    # by hand: −21.4 − (−10.3) = −11.1; (−1.87 − (−1.12)) cm = −7.5 mm
    assert result.effects["yi"].tolist() == pytest.approx([-11.1, -7.5], rel=1e-9)
    assert "invented" in filled.protocol.review.caveat
    assert all("invented" in row.lower() for row in filled["studies"]["label"])


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:12])
def test_any_folder_name_that_a_disk_takes(tmp_path, name) -> None:
    made = new_review(tmp_path / name)
    assert made.root == tmp_path / name
    protocol = load_protocol(made.root / "protocol.toml")
    assert protocol.review.id.isascii()
    assert ev.load(made.root).protocol.review.id == protocol.review.id


def test_the_id_comes_from_the_folder_then_from_the_title(tmp_path) -> None:
    def made_id(folder: str, title: str = "") -> str:
        return load_protocol(new_review(tmp_path / folder, title=title).root / "protocol.toml").review.id

    assert made_id("Knie & Hüfte") == "knie-hufte"
    assert made_id("患者", "Knee pain") == "knee-pain"
    assert made_id("膝") == "review"


TITLES = [
    'He said "no"',
    "back\\slash \\n",
    "Übung: 膝の痛み",
    "@CAVEAT@ and @ID@",
    "title = 1",
    "#comment",
    "''' \"\"\"",
    "\\1 \\g<0>",
]


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("title", TITLES)
def test_any_title_on_one_line_is_kept_as_it_is(tmp_path, title, options) -> None:
    made = new_review(tmp_path / "review", title=f"  {title} ", **options)
    assert made.title == title
    with (made.root / "protocol.toml").open("rb") as file:
        assert tomllib.load(file)["review"]["title"] == title
    assert json.loads((made.root / "data" / "processed" / "datapackage.json").read_text("utf-8"))["title"] == title


@pytest.mark.parametrize("title", ["two\nlines", "bell\x07", "\udcff", "tab\tbed", "del\x7f", "line\u2028separator"])
def test_a_title_that_no_line_can_hold_is_refused(tmp_path, title) -> None:
    with pytest.raises(InputError, match="on one line"):
        new_review(tmp_path / "review", title=title)
    assert list(tmp_path.iterdir()) == []


class TestRefusals:
    def test_a_folder_that_holds_anything(self, tmp_path) -> None:
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "notes.txt").write_text("mine")
        with pytest.raises(ProjectError, match=r"is not empty: it holds notes\.txt; nothing was changed"):
            new_review(tmp_path / "full")
        assert tree(tmp_path) == {"full/notes.txt": b"mine"}

    def test_many_files_are_counted(self, tmp_path) -> None:
        for name in "abcde":
            (tmp_path / name).touch()
        with pytest.raises(ProjectError, match="it holds a, b, c and 2 more"):
            new_review(tmp_path)

    def test_another_review(self, tmp_path) -> None:
        made = new_review(tmp_path / "review")
        before = tree(made.root)
        with pytest.raises(ProjectError, match="is not empty"):
            new_review(made.root, with_example=True)
        assert tree(made.root) == before

    def test_a_file(self, tmp_path) -> None:
        (tmp_path / "file").write_text("mine")
        with pytest.raises(ProjectError, match="is a file"):
            new_review(tmp_path / "file")
        assert tree(tmp_path) == {"file": b"mine"}

    def test_below_a_file(self, tmp_path) -> None:
        (tmp_path / "file").write_text("mine")
        with pytest.raises(ProjectError, match="cannot be"):
            new_review(tmp_path / "file" / "review")
        assert tree(tmp_path) == {"file": b"mine"}

    @pytest.mark.parametrize("name", ["null\0byte", "y" * 300], ids=["null", "too-long"])
    def test_a_name_that_no_disk_takes(self, tmp_path, name) -> None:
        with pytest.raises(ProjectError):
            new_review(f"{tmp_path}/{name}")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="may write anywhere")
    def test_a_place_that_may_not_be_written(self, tmp_path) -> None:
        tmp_path.chmod(0o500)
        try:
            with pytest.raises(ProjectError, match="cannot be written"):
                new_review(tmp_path / "review")
        finally:
            tmp_path.chmod(0o700)

    def test_an_example_that_is_not_there(self, tmp_path) -> None:
        with pytest.raises(UnknownIdError, match="did you mean 'bcg-vaccine'"):
            new_review(tmp_path / "review", based_on="bcg-vacine")
        assert list(tmp_path.iterdir()) == []

    def test_two_kinds_at_once(self, tmp_path) -> None:
        with pytest.raises(InputError, match="exclude each other"):
            new_review(tmp_path / "review", based_on="bcg-vaccine", with_example=True)


def test_folders_above_are_made_and_an_empty_folder_is_used(tmp_path) -> None:
    assert new_review(tmp_path / "a" / "b" / "c").root == tmp_path / "a" / "b" / "c"
    (tmp_path / "empty").mkdir()
    inode = (tmp_path / "empty").stat().st_ino
    new_review(tmp_path / "empty")
    assert (tmp_path / "empty").stat().st_ino == inode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "empty"]
    assert not list((tmp_path / "empty").glob(".evidence*"))


def test_the_folder_around_you_can_become_a_review(tmp_path, monkeypatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert new_review(".").root == tmp_path / "here"
    assert ev.load().protocol.review.id == "here"


STEPS = {"_blank": new_module, "_write": make_module, "_fill_tables": make_module, "_check": make_module}
FAILURES = {
    "fault": RuntimeError("boom"),
    "disk": OSError(28, "No space left on device"),
    "stopped": KeyboardInterrupt(),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, step, failure, there) -> None:
    folder = tmp_path / "deep" / "review"
    if there:
        folder.mkdir(parents=True)
    right = getattr(STEPS[step], step)

    def fail(*args, **options):
        if step in ("_write", "_fill_tables"):
            right(*args, **options)
        raise failure

    monkeypatch.setattr(STEPS[step], step, fail)
    wanted = ProjectError if isinstance(failure, OSError) else type(failure)
    with pytest.raises(wanted):
        new_review(folder)
    left = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))]
    assert left == (["deep", "deep/review"] if there else [])


@pytest.mark.parametrize("nth", range(1, 6))
def test_an_interruption_while_moving_into_place_leaves_nothing(tmp_path, monkeypatch, nth) -> None:
    folder = tmp_path / "review"
    folder.mkdir()
    from pathlib import Path as AnyPath

    rename, moves = AnyPath.rename, []

    def fail(self, target):
        moves.append(target)
        if len(moves) == nth:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(AnyPath, "rename", fail)
    with pytest.raises(KeyboardInterrupt):
        new_review(folder)
    assert list(folder.iterdir()) == []


def test_an_interruption_before_the_last_step_takes_the_folders_above_away(tmp_path, monkeypatch) -> None:
    def fail(self, target):
        raise OSError(30, "Read-only file system")

    from pathlib import Path as AnyPath

    monkeypatch.setattr(AnyPath, "rename", fail)
    with pytest.raises(ProjectError, match="Read-only file system; nothing was changed"):
        new_review(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_failed_inside_is_not_called_a_success(tmp_path) -> None:
    def half() -> None:
        with place.put_in_place(tmp_path / "x") as draft:
            (draft / "half").write_text("half")
            raise InputError("half")

    with pytest.raises(EvidenceError):
        half()
    assert list(tmp_path.iterdir()) == []


def test_every_part_of_a_protocol_is_taught(tmp_path) -> None:
    text = (new_review(tmp_path / "review").root / "protocol.toml").read_text("utf-8")
    parts = {name for name, field in ev.load(tmp_path / "review").protocol.__dataclass_fields__.items() if field}
    for part in parts - {"review", "search"}:
        assert f"[[{part}]]" in text, part
    assert text.count("#") > 40


def test_the_examples_are_found_and_complete() -> None:
    assert example_names() == ("bcg-vaccine",)


class TestCommand:
    def test_it_says_what_comes_next(self, tmp_path) -> None:
        result = CliRunner().invoke(app, ["new", str(tmp_path / "a review"), "--title", "Mine"])
        assert result.exit_code == 0, result.output
        assert "Mine" in result.output
        assert f"a protocol and {len(TABLES)} tables" in result.output
        assert "cd '" in result.output
        assert "evidence build" in result.output

    def test_json_names_every_file(self, tmp_path) -> None:
        result = CliRunner().invoke(app, ["new", str(tmp_path / "r"), "--from", "bcg-vaccine", "--json"])
        told = json.loads(result.stdout)
        assert (told["project"], told["from"]) == (str(tmp_path / "r"), "bcg-vaccine")
        assert told["title"] == "BCG vaccine against tuberculosis"
        assert set(told["files"]) == set(tree(tmp_path / "r"))

    def test_a_full_folder_is_refused(self, tmp_path) -> None:
        (tmp_path / "x").touch()
        result = CliRunner().invoke(app, ["new", str(tmp_path)])
        assert result.exit_code == 1
        assert isinstance(result.exception, ProjectError)

    def test_a_dash_can_be_a_name(self, tmp_path, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert CliRunner().invoke(app, ["new", "--", "-r"]).exit_code == 0
        assert (tmp_path / "-r" / "protocol.toml").is_file()
        shutil.rmtree(tmp_path / "-r")
