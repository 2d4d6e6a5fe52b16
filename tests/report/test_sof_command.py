"""``evidence sof``: formats to standard output and to files, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from judged_review import judged_review
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return judged_review(tmp_path_factory.mktemp("command") / "review").root


@pytest.fixture
def run(folder: Path) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(app, ["sof", *arguments, "-C", str(folder)])


def test_without_arguments_it_shows_the_headline_comparison_as_text(run: Callable[..., Result]) -> None:
    found = run()
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("Summary of findings: exercise added to usual care\n")
    assert "⊕⊕◯◯ low" in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_risks_sds_and_thresholds_are_taken(run: Callable[..., Result]) -> None:
    arguments = ("exercise-response", "exercise-function", "--format", "csv", "--sd", "function=20")
    found = run(*arguments, "--baseline-risk", "0.1", "--baseline-risk", "0.4", "--thresholds", "response=20,50,500")
    assert found.exit_code == 0, found.output
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert [row["comparison"] for row in rows] == ["0.1", "0.4", ""]
    assert float(rows[2]["difference"]) == pytest.approx(20 * 0.43674187, rel=1e-6)
    assert "probably increases response, compared" in rows[0]["meaning"]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.md", b"**Summary"),
        ("a.html", b"<!doctype html>"),
        ("a.tex", b"% In the preamble"),
        ("a.docx", b"PK"),
        ("a.csv", b"synthesis,"),
        ("a.txt", b"Summary of"),
        ("a.json", b"{"),
    ],
)
def test_the_files_name_says_the_format(run: Callable[..., Result], tmp_path: Path, name: str, start: bytes) -> None:
    out = tmp_path / name
    found = run("--out", str(out))
    assert found.exit_code == 0, found.output
    assert found.stdout == ""
    assert out.read_bytes().startswith(start)


def test_a_comparison_and_an_analysis_may_be_named(run: Callable[..., Result]) -> None:
    found = run("--comparison", "exercise-added", "--analysis", "secondary", "--format", "json")
    assert {row["analysis"] for row in json.loads(found.stdout)["rows"]} == {"secondary"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "docx"), "needs a file"),
        (("--format", "pdf"), "is not an option"),
        (("exercise-pian",), "did you mean 'exercise-pain'"),
        (("--baseline-risk", "0.1"), "for 2 outcomes"),
        (("--baseline-risk", "x"), "takes numbers"),
        (("--baseline-risk", "response=0.1", "--baseline-risk", "0.2"), "not both"),
        (("--sd", "function=1,2"), "one value"),
        (("--thresholds", "1"), "needs the outcome"),
    ],
)
def test_what_it_refuses_it_explains(run: Callable[..., Result], arguments: tuple[str, ...], words: str) -> None:
    found = run(*arguments)
    assert found.exit_code != 0
    assert isinstance(found.exception, EvidenceError)
    assert words in str(found.exception)
    assert found.stdout == ""
