"""``evidence report``: brought up to date, found, copied, opened."""

from __future__ import annotations

import json
import shutil
import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.cli.report import open_page
from evidence.errors import InputError


@pytest.fixture(scope="module")
def review(built_example, tmp_path_factory) -> Path:
    """Return a review that was built before its protocol changed."""
    folder = Path(shutil.copytree(built_example.root, tmp_path_factory.mktemp("review") / "bcg"))
    with (folder / "protocol.toml").open("a", encoding="utf-8") as file:
        file.write("# changed since\n")
    return folder


def _run(review: Path, *arguments: str):
    return CliRunner().invoke(app, ["report", "--project", str(review), *arguments])


def test_it_builds_what_is_stale_and_prints_the_path(review) -> None:
    page = review / "results" / "report" / "index.html"
    run = _run(review, "--json")
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert (told["report"], told["unchanged"]) == (str(page), False)
    assert told["files"] == sum(path.is_file() for path in page.parent.rglob("*"))
    assert page.is_file()
    assert _run(review).stdout == f"{page}\n"
    assert json.loads(_run(review, "--json").stdout)["unchanged"]
    page.write_text("touched", encoding="utf-8")
    assert not json.loads(_run(review, "--json").stdout)["unchanged"]
    assert page.stat().st_size > 5000


def test_a_copy_is_the_whole_report_and_leaves_other_files_alone(review, tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    run = _run(review, "--out", str(tmp_path))
    assert run.stdout == f"{tmp_path / 'index.html'}\n"
    folder = review / "results" / "report"
    for path in folder.rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("inside", ["", "copy"])
def test_a_copy_into_the_report_itself_is_refused(review, inside) -> None:
    folder = review / "results" / "report" / inside
    run = _run(review, "--out", str(folder))
    assert isinstance(run.exception, InputError)
    assert "take a folder beside it" in str(run.exception)
    assert folder.is_dir() == (not inside)


def test_a_copy_that_cannot_be_written_says_so(review, tmp_path) -> None:
    (tmp_path / "taken").touch()
    run = _run(review, "--out", str(tmp_path / "taken"))
    assert isinstance(run.exception, InputError)
    assert "cannot be copied" in str(run.exception)


@pytest.mark.parametrize("works", [True, False])
def test_open_gives_the_browser_the_address_and_says_where_there_is_none(review, monkeypatch, works) -> None:
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: bool(asked.append(address)) or works)
    run = _run(review, "--open")
    page = review / "results" / "report" / "index.html"
    assert run.exit_code == 0
    assert asked == [page.as_uri()]
    assert ("no browser could be started" in run.stderr) != works


def test_another_opener_can_be_given(tmp_path) -> None:
    asked: list[str] = []
    page = tmp_path / "a page.html"
    open_page(page, lambda address: bool(asked.append(address)) or True)
    assert asked == [page.as_uri()]
    assert "%20" in asked[0]


def test_outside_a_project_there_is_no_report(tmp_path) -> None:
    run = _run(tmp_path)
    assert run.exit_code == 1
    assert run.stdout == ""
