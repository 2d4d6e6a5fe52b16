"""``evidence check`` and ``evidence respond``: what they print, what they write, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.curate.integrity import all_checks
from evidence.tables.io import read_table

ROOT = Path(__file__).resolve().parent.parent.parent
RUNNER = CliRunner()


def run(*arguments: str):
    """Run the command; an error raised on purpose is in ``exception``."""
    return RUNNER.invoke(app, list(arguments))


@pytest.fixture
def project(tmp_path) -> Path:
    """Return a copy of this review's protocol and tables, with no finding known yet."""
    shutil.copytree(ROOT / "data" / "processed", tmp_path / "data" / "processed")
    shutil.copy(ROOT / "protocol.toml", tmp_path / "protocol.toml")
    table = tmp_path / "data" / "processed" / "findings.csv"
    table.write_text(table.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    return tmp_path


def findings(project: Path) -> list[dict]:
    return json.loads(run("check", "-C", str(project), "--json").stdout)["findings"]


def test_new_findings_are_marked_and_come_with_their_arithmetic(project) -> None:
    done = run("check", "-C", str(project))
    assert done.exit_code == 0
    assert "no fault in" in done.stdout
    assert "IMPOSSIBLE  No data could give these numbers as printed." in done.stdout
    assert "NEW  JCCP2025 · arms-sum" in done.stdout
    assert "40 + 30 + 30 = 100" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert done.stdout.index("IMPOSSIBLE") < done.stdout.index("INCONSISTENT") < done.stdout.index("UNUSUAL")
    assert (project / "data" / "processed" / "findings.csv").read_text(encoding="utf-8").count("\n") == 1


def test_notes_are_counted_and_shown_when_asked_for(project) -> None:
    folded = run("check", "-C", str(project)).stdout
    assert "of them; --all or --severity note shows them" in folded
    notes = [row for row in findings(project) if row["severity"] == "note"]
    for option in (("--all",), ("--severity", "note")):
        shown = run("check", "-C", str(project), *option).stdout
        assert all(row["finding_id"] in shown for row in notes)
    only = run("check", "-C", str(project), "--severity", "note").stdout
    assert "IMPOSSIBLE" not in only


def test_a_study_or_a_check_alone(project) -> None:
    data = json.loads(run("check", "-C", str(project), "--study", "JCCP2025", "--json").stdout)
    assert {row["study"] for row in data["findings"]} == {"JCCP2025"}
    data = json.loads(run("check", "-C", str(project), "--check", "arms-sum", "--json").stdout)
    assert data["ran"] == ["arms-sum"]
    assert {row["check"] for row in data["findings"]} == {"arms-sum"}
    nobody = run("check", "-C", str(project), "--study", "JCCP2052")
    assert nobody.exit_code == 1
    assert "did you mean 'JCCP2025'" in str(nobody.exception)


def test_json_has_everything(project) -> None:
    data = json.loads(run("check", "-C", str(project), "--json").stdout)
    assert data["ok"] is True
    assert data["problems"] == []
    first = data["findings"][0]
    assert first["new"] is True
    assert first["state"] == "open"
    assert isinstance(first["rows"], list)
    assert {"finding_id", "severity", "value", "recomputed", "arithmetic", "text", "response"} <= set(first)


def test_strict_ends_with_2_until_every_contradiction_is_answered(project) -> None:
    strict = ("check", "-C", str(project), "--strict", "--check", "arms-sum")
    assert run("check", "-C", str(project)).exit_code == 0
    assert run("check", "-C", str(project), "--strict").exit_code == 2
    assert run("check", "-C", str(project), "--strict", "--check", "units-mixed").exit_code == 0
    assert run(*strict).exit_code == 2
    for row in findings(project):
        if row["check"] == "arms-sum":
            done = run(
                "respond", row["finding_id"], "-C", str(project), "--as", "explained", "--note", "x", "--by", "A"
            )
            assert done.exit_code == 0, done.exception
    assert run(*strict).exit_code == 0


def test_strict_is_about_what_was_asked_for(project) -> None:
    strict = ("check", "-C", str(project), "--strict", "--study")
    assert run(*strict, "JCCP2025").exit_code == 2
    assert {row["severity"] for row in findings(project) if row["study"] == "Abdallah2020"} == {"note"}
    assert run(*strict, "Abdallah2020").exit_code == 0
    assert run(*strict, "JCCP2025", "--severity", "note").exit_code == 0


def test_an_answer_is_recorded_shown_folded_and_kept(project) -> None:
    row = next(row for row in findings(project) if row["check"] == "arms-sum")
    name = row["finding_id"]
    arguments = ("--as", "kept-out-of-primary", "--note", "sensitivity only", "--by", "A. Reader", "--on", "2026-11-22")
    done = run("respond", name, "-C", str(project), *arguments, "--json")
    assert json.loads(done.stdout)["response_note"] == "sensitivity only"
    table = read_table(project / "data" / "processed" / "findings.csv", "findings").set_index("finding_id")
    assert table.loc[name, "state"] == "answered"
    assert table.loc[name, "responded_on"] == "2026-11-22"
    assert (table["state"] == "open").sum() == len(table) - 1
    text = run("check", "-C", str(project)).stdout
    assert f"{name}  answered: {row['study']} · arms-sum · kept-out-of-primary" in text
    assert row["arithmetic"] not in text
    assert "0 new" in text
    whole = run("check", "-C", str(project), "--all", "--check", "arms-sum").stdout
    assert "sensitivity only — A. Reader, 2026-11-22" in " ".join(whole.split())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("--as", "fine"), "'fine' is not an answer; allowed: author-confirmed"),
        (("--note", " "), "the note must be one line of text and not empty"),
        (("--on", "22.11.2026"), "--on '22.11.2026' is not a date"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_and_nothing_is_written(project, change, message) -> None:
    path = project / "data" / "processed" / "findings.csv"
    before = path.read_bytes()
    name = findings(project)[0]["finding_id"]
    arguments = {"--as": "explained", "--note": "x", "--by": "A", "--on": "2026-11-22"} | dict([change])
    done = run("respond", name, "-C", str(project), *(part for pair in arguments.items() for part in pair))
    assert done.exit_code == 1
    assert message in str(done.exception)
    assert path.read_bytes() == before


def test_an_unknown_finding_gets_near_names(project) -> None:
    name = findings(project)[0]["finding_id"]
    wrong = ("0" if name[0] != "0" else "1") + name[1:]
    done = run("respond", wrong, "-C", str(project), "--as", "explained", "--note", "x", "--by", "A")
    assert f"did you mean '{name}'" in str(done.exception)


def test_faults_of_tables_come_first(project) -> None:
    arms = project / "data" / "processed" / "arms.csv"
    arms.write_text(arms.read_text(encoding="utf-8").replace("AJMS2023,A1", "AJMS2O23,A1", 1), encoding="utf-8")
    done = run("check", "-C", str(project))
    assert done.exit_code == 1
    assert "IMPOSSIBLE" not in done.stdout
    assert json.loads(run("check", "-C", str(project), "--json").stdout)["ok"] is False


@pytest.mark.parametrize("name", list(all_checks()))
def test_every_check_explains_itself(name) -> None:
    text = run("check", "--explain", name).stdout
    check = all_checks()[name]
    flat = " ".join(text.split())
    assert check.title in flat
    assert " ".join(check.method.split()) in flat
    assert max(map(len, text.splitlines())) <= 100
    assert json.loads(run("check", "--explain", name, "--json").stdout)["id"] == name


def test_unknown_names_are_messages() -> None:
    assert "did you mean 'grim'" in str(run("check", "--explain", "grimm").exception)
    assert "did you mean 'grim'" in str(run("check", "--check", "grimm").exception)
    assert "did you mean 'unusual'" in str(run("check", "--severity", "unusal").exception)


def test_a_file_of_ones_own(tmp_path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("arm,share,people\nA,28.57,40\nB,25,40\n", encoding="utf-8")
    arguments = ("check", str(file), "--column", "percent=share", "--column", "n=people")
    done = run(*arguments)
    assert done.exit_code == 0, done.exception
    assert "in mine.csv, read as outcomes" in done.stdout
    assert "percent-count" in done.stdout
    assert run(*arguments, "--strict").exit_code == 2
    data = json.loads(run(*arguments, "--json").stdout)
    assert [row["rows"] for row in data["findings"]] == [["outcomes:1"]]
    assert "there is no file" in str(run("check", str(tmp_path / "none.csv")).exception)
    assert "write DECLARED=YOURS" in str(run("check", str(file), "--column", "percent").exception)
    assert "no column 'shares'" in str(run("check", str(file), "--column", "percent=shares").exception)


def test_a_scale_lets_whole_numbers_be_asked_for(tmp_path) -> None:
    file = tmp_path / "scores.csv"
    file.write_text("mean,sd,n\n3.47,1.1,20\n3.45,1.1,20\n", encoding="utf-8")
    told = json.loads(run("check", str(file), "--scale", "0:10:1", "--json").stdout)
    assert [(row["check"], row["rows"]) for row in told["findings"] if row["check"] == "grim"] == [
        ("grim", ["outcomes:1"])
    ]
    assert json.loads(run("check", str(file), "--check", "grim", "--json").stdout)["findings"] == []
    assert "write MIN:MAX:STEP" in str(run("check", str(file), "--scale", "0-10").exception)
