"""``evidence cite`` as people type it, and the page about it: its commands are run as they stand."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest
import rispy
from typer.testing import CliRunner

import evidence as ev
from evidence.cli.main import app
from evidence.report.citation import citation_of
from evidence.report.release import release_of

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(r"```(console|python)\n(.*?)```", re.DOTALL)


@pytest.fixture
def bcg(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = root / "examples" / "bcg-vaccine"
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str, code: int = 0):
    found = CliRunner().invoke(app, ["cite", *arguments], env={"COLUMNS": "80"})
    assert found.exit_code == code, f"{found.output}{found.exception}"
    return found


def test_every_command_of_the_page_prints_what_the_page_says(root: Path, bcg: Path) -> None:
    page = (root / "docs" / "citing.md").read_text(encoding="utf-8")
    commands = 0
    for kind, block in _BLOCK.findall(page):
        if kind == "python":
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            words = shlex.split(command)
            assert words[:2] == ["evidence", "cite"]
            printed, place = run(*words[2:]).stdout.replace("\u202f", " "), 0
            commands += 1
            pieces = [piece for line in lines for piece in re.split(r"\s?…\s?", line) if piece.strip()]
            assert pieces, f"the page does not say what {command} prints"
            for piece in pieces:
                at = printed.find(piece, place)
                assert at >= 0, f"{command}: {piece}"
                place = at + len(piece)
    assert commands == page.count("\n$ evidence ") >= 10


def test_the_python_of_the_page_runs(root: Path, bcg: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (root / "docs" / "citing.md").read_text(encoding="utf-8")
    code = next(block for kind, block in _BLOCK.findall(page) if kind == "python")
    exec(compile(code, "citing.md", "exec"), {"__name__": "page"})
    printed = capsys.readouterr().out
    assert "RR = 0.49 (95% CI [0.33, 0.73]" in printed
    assert "a standardised mean difference (Hedges' g) of 0.26" in printed
    assert "@article{Aronson1948-1," in printed


def test_the_page_names_every_option_and_style(root: Path) -> None:
    page = (root / "docs" / "citing.md").read_text(encoding="utf-8")
    for option in (
        "--what",
        "--style",
        "--format",
        "--form",
        "--analysis",
        "--all-reports",
        "--left-out",
        "--reviews",
        "--out",
        "--json",
    ):
        assert option in page, option
    for style in ("house", "ama", "apa", "bmj", "vancouver", "revman"):
        assert f"`{style}`" in page or f"--style {style}" in page


def test_one_sentence_alone_and_its_release_on_standard_error(bcg: Path) -> None:
    found = run("tuberculosis")
    assert found.stdout.count("\n") == 1
    release = release_of(ev.load(bcg))
    assert found.stderr == f"release {release}: tuberculosis (primary)\n"
    assert run("tuberculosis", "--json").stderr == ""
    assert run("tuberculosis", "tuberculosis").stdout == found.stdout, "asked twice, told once"


def test_what_references_lack_is_told_on_standard_error_alone(bcg: Path) -> None:
    found = run("tuberculosis", "--what", "references")
    assert "13 of 13 references lack title: Aronson 1948" in found.stderr
    assert "lack" not in found.stdout
    assert len(found.stdout.splitlines()) == 13


def test_json_has_everything_as_data(bcg: Path) -> None:
    data = json.loads(run("tuberculosis", "--what", "all", "--json").stdout)
    assert (data["synthesis"], data["analysis"], data["style"]) == ("tuberculosis", "primary", "house")
    assert data["release"]["review"] == "bcg-vaccine"
    assert len(data["release"]["fingerprint"]) == 64
    assert data["sentence"].startswith("In 13 trials")
    assert data["methods"].startswith("The question was")
    assert {item["id"] for item in data["references"]} >= {
        "Aronson1948-1",
        "method-Viechtbauer2005",
        "evidence-program",
    }
    assert len(data["references"]) == len(data["formatted"])
    assert "Aronson 1948" in data["missing"]["title"]
    several = json.loads(run("tuberculosis", "tuberculosis-odds", "--json").stdout)
    assert [answer["synthesis"] for answer in several["answers"]] == ["tuberculosis", "tuberculosis-odds"]
    assert "references" not in several


def test_files_hold_what_is_printed(bcg: Path, tmp_path: Path) -> None:
    for name, kind in (
        ("a.bib", "bibtex"),
        ("a.ris", "ris"),
        ("a.json", "csl-json"),
        ("a.html", "html"),
        ("a.md", "markdown"),
    ):
        what = ("--what", "references")
        printed = run("tuberculosis", *what, "--format", kind).stdout
        found = run("tuberculosis", *what, "--format", kind, "--out", str(tmp_path / name))
        assert found.stdout == ""
        assert "written:" in found.stderr
        assert (tmp_path / name).read_text(encoding="utf-8") == printed
    assert len(rispy.loads((tmp_path / "a.ris").read_text(encoding="utf-8"))) == 13
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == 13
    assert (tmp_path / "a.html").read_text(encoding="utf-8").count("<li>") == 13


def test_reports_trials_left_out_and_reviews_come_on_request(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    base = ev.load(root)
    name = "addon-minoxidil-response"
    asked = [(), ("--left-out",), ("--left-out", "--all-reports"), ("--left-out", "--all-reports", "--reviews")]
    counts = [run(name, "-f", "bibtex", *extra).stdout.count("\n@") + 1 for extra in asked[1:]]
    assert counts == sorted(set(counts)), "each adds some"
    assert counts[2] - counts[1] == len(base["review_reports"])
    assert run(name, "-f", "bibtex").stdout == "", "no trial entered"
    assert "No trial entered, so that there is none to cite." in run(name, "--what", "references").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--what", "sentence", "--format", "ris"), "holds references"),
        (("--what", "numbers"), "what='numbers' is not an option"),
        (("--style", "lancet"), "style='lancet' is not an option"),
        (("--form", "long"), "form='long' is not an option"),
        (("--format", "docx"), "format='docx' is not an option"),
    ],
)
def test_options_that_do_not_exist_are_refused(bcg: Path, arguments, said: str) -> None:
    found = CliRunner().invoke(app, ["cite", "tuberculosis", *arguments])
    assert found.exit_code == 1
    assert said in str(found.exception)
    assert found.stdout == ""


def test_html_of_everything_is_balanced_and_escaped(bcg: Path) -> None:
    text = run("tuberculosis", "--what", "all", "--format", "html").stdout
    for tag in ("p", "h2", "ol", "li", "i"):
        assert len(re.findall(rf"<{tag}>", text)) == len(re.findall(rf"</{tag}>", text)), tag
    assert set(re.findall(r"</?([a-z0-9]+)", text)) <= {"p", "h2", "ol", "li", "i", "ul"}
    assert "Coetzee &amp; Berjak" not in text.replace("Coetzee, Berjak", "")


def test_a_citation_is_the_same_every_time(bcg: Path) -> None:
    base = ev.load(bcg)
    versions = {"evidence": "1"}
    found = [citation_of(base, [base.synthesis("tuberculosis")], versions=versions).to_dict() for _ in range(2)]
    assert found[0] == found[1]
    assert "evidence-program" in [item["id"] for item in found[0]["references"]]


def test_methods_part_thousands_as_the_sentence_does(bcg: Path) -> None:
    for style, people in (("apa", "357,347"), ("ama", "357\u202f347")):
        printed = run("tuberculosis", "--what", "all", "--style", style).stdout
        assert printed.count(f"{people} participants") == 2
        assert printed.count("participants") == 2
