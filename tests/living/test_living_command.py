"""``evidence diff`` as people run it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from evidence.cli.main import main

spec = importlib.util.spec_from_file_location("living_tiny_command", Path(__file__).with_name("conftest.py"))
tiny = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tiny)


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def evidence(monkeypatch, capsys):
    """Return a function that runs the command line in a folder, as `evidence` does."""

    def run(*arguments: str, cwd: Path) -> Ran:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["evidence", *arguments])
        try:
            main()
            code = 0
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def repository(review):
    """Return a review with tag 1.4.2 and a correction that is not committed."""
    (review.root / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 1.4.2\n", encoding="utf-8")
    tiny.commit(review.root, "v1.4.2")
    review.row("outcomes", row_id="R001").update(events="22", notes="the authors confirmed 22")
    return review.write()


def test_terminal_json_and_markdown(evidence, repository) -> None:
    root = repository.root
    shown = evidence("diff", "v1.4.2", cwd=root)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Proposes 1.4.3 after 1.4.2 (patch)" in shown.stdout
    assert "R001" in shown.stdout
    data = json.loads(evidence("diff", "v1.4.2", "--json", cwd=root).stdout)
    assert [cell["after"] for cell in data["cells"] if cell["kind"] == "number"] == ["22"]
    assert data["proposal"]["proposed"] == "1.4.3"
    for options in (("--markdown",), ("--format", "markdown")):
        assert evidence("diff", "v1.4.2", *options, cwd=root).stdout.startswith("# What changed in the evidence\n")


def test_from_elsewhere_with_project(evidence, repository, tmp_path) -> None:
    run = evidence("diff", "v1.4.2", ".", "-C", str(repository.root), "--json", cwd=tmp_path)
    assert json.loads(run.stdout)["empty"] is False


def test_out_takes_the_format_from_the_name(evidence, repository, tmp_path) -> None:
    for name, start in (("a.json", "{"), ("a.md", "# What"), ("a.txt", "From v1.4.2")):
        run = evidence("diff", "v1.4.2", "--out", str(tmp_path / name), cwd=repository.root)
        assert (run.returncode, run.stdout) == (0, "")
        assert "written:" in run.stderr
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_errors_are_messages(evidence, repository) -> None:
    for arguments, said in (
        (("v1.4.3",), "did you mean 'v1.4.2'?"),
        (("v1.4.2", "--format", "yaml"), "--format='yaml' is not an option"),
        (("v1.4.2", "--log", "1.4"), "is not a version"),
        (("v1.4.2", "--log", "1.4.3", "--date", "soon"), "is not a day"),
        (("v1.4.2", "v1.4.2", "--log", "1.4.3"), "tells of the working tree"),
    ):
        run = evidence("diff", *arguments, cwd=repository.root)
        assert run.returncode == 1
        assert said in run.stderr
        assert "Traceback" not in run.stderr
    assert repository.reread("changes") == []


def test_log_appends_and_says_so(evidence, repository) -> None:
    run = evidence(
        "diff",
        "v1.4.2",
        "--log",
        "proposed",
        "--date",
        "2026-03-05",
        "--trigger",
        "an author wrote",
        cwd=repository.root,
    )
    assert run.returncode == 0
    assert "appended as 1.4.3; data/CHANGES.md was written anew" in run.stderr
    rows = repository.reread("changes")
    assert {row["version"] for row in rows} == {"1.4.3"}
    assert "an author wrote" in [row["what"] for row in rows]
    page = (repository.root / "data" / "CHANGES.md").read_text(encoding="utf-8")
    assert "## 1.4.3 (2026-03-05), after 1.4.2" in page
    again = evidence("diff", "v1.4.2", "--log", "1.4.3", "--date", "2026-03-05", cwd=repository.root)
    assert again.returncode == 1
    assert "in the change log already" in again.stderr


def test_a_lower_number_than_the_changes_ask_for_is_remarked(evidence, repository) -> None:
    repository.drop_study("Cy2003")
    repository.write()
    run = evidence("diff", "v1.4.2", "--log", "1.4.3", "--date", "2026-03-05", cwd=repository.root)
    assert run.returncode == 0
    assert "1.4.3 is lower than the changes ask for: proposes 1.5.0" in run.stderr


def test_the_day_is_today_where_none_is_given(evidence, repository) -> None:
    before = dt.date.today().isoformat()
    assert evidence("diff", "v1.4.2", "--log", "1.4.3", cwd=repository.root).returncode == 0
    assert before <= repository.reread("changes")[0]["released_on"] <= dt.date.today().isoformat()


@pytest.mark.parametrize("option", ["--date", "--trigger"])
def test_what_is_for_the_log_is_refused_without_it(evidence, repository, option) -> None:
    run = evidence("diff", "v1.4.2", option, "2026-03-05", cwd=repository.root)
    assert run.returncode == 1
    assert f"error: {option} is for an entry in the change log" in run.stderr
    assert run.stdout == ""
