"""Verdicts in files, in the report's table, and on the command line."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.report.tables import SENSITIVITY_COLUMNS, format_frame, pooled_frame, sensitivity_frame

RUN = CliRunner()


@pytest.fixture(scope="module")
def answers(base):
    """Return the made-up base's answers."""
    return base.answers()


def test_every_verdict_is_a_row_and_every_synthesis_has_its_sentence(answers) -> None:
    frame = sensitivity_frame(answers)
    assert tuple(frame.columns) == SENSITIVITY_COLUMNS
    summaries = frame[frame["kind"] == "summary"].set_index("synthesis")
    assert list(summaries.index) == sorted(answers)
    for name, answer in answers.items():
        found = answer.sensitivity
        assert (summaries.loc[name, "verdict"], summaries.loc[name, "what"]) == (found.verdict, found.sentence)
        rows = frame[(frame["synthesis"] == name) & (frame["kind"] != "summary")]
        assert rows["analysis"].tolist() == [entry.id for entry in found.variations]
        assert rows["verdict"].tolist() == [entry.verdict for entry in found.variations]
        for row, entry in zip(rows.to_dict("records"), found.variations, strict=True):
            same = row["estimate"] == entry.numbers.estimate
            assert same or (math.isnan(row["estimate"]) and math.isnan(entry.numbers.estimate))


def test_bytes_do_not_depend_on_the_order(base, answers) -> None:
    content = format_frame(sensitivity_frame(answers))
    assert format_frame(sensitivity_frame(dict(reversed(answers.items())))) == content
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert len({(row["synthesis"], row["kind"], row["analysis"]) for row in rows}) == len(rows)
    numbers = [row[name] for row in rows for name in ("estimate", "ci_low", "display_estimate") if row[name]]
    assert all(len(text.lstrip("-").replace(".", "").lstrip("0").split("e")[0]) <= 10 for text in numbers)
    assert b"nan" not in content


def test_a_synthesis_without_any_trial_has_one_row(make) -> None:
    frame = sensitivity_frame(make({}, {}).answers())
    assert frame["kind"].tolist() == ["summary"] * 3
    assert set(frame["verdict"]) == {"no-number"}


def test_pooled_numbers_say_whether_they_were_declared(answers) -> None:
    frame = pooled_frame(answers).set_index(["synthesis", "analysis"])
    assert frame.loc[("score", "primary"), "origin"] == "declared"
    assert frame.loc[("score", "with-plus-minus-as-sd"), "origin"] == "automatic"
    assert frame.loc[("event", "with-percent-to-events"), "origin"] == "automatic"


def test_the_command_shows_each_verdict() -> None:
    run = RUN.invoke(app, ["sensitivity", "addon-minoxidil-response"])
    assert run.exit_code == 0
    words = " ".join(run.output.split())
    assert "No primary number: rests on the analysis “secondary”" in words
    assert "8.93 (<0.01 to >1000)" in words
    assert "tau2-PM" in words
    assert "Same numbers as an analysis above: allocation-not-stated, conflicting" in words


def test_the_command_gives_json() -> None:
    run = RUN.invoke(app, ["sensitivity", "addon-any-response", "--json"])
    data = json.loads(run.output)
    assert data["reference"] == "secondary"
    assert {row["kind"] for row in data["analyses"]} >= {"declared", "model"}
    primary = next(row for row in data["analyses"] if row["analysis"] == "primary")
    assert primary["estimate"] is None


def test_an_automatic_analysis_is_an_analysis_for_other_commands() -> None:
    run = RUN.invoke(app, ["cite", "addon-minoxidil-rf-density", "--analysis", "r-0.9"])
    assert run.exit_code == 0
    assert "correlating by 0.9" in run.output


def test_the_multiverse_is_printed_written_and_drawn(tmp_path) -> None:
    curve, table = tmp_path / "curve.svg", tmp_path / "specifications.csv"
    name = "addon-minoxidil-response"
    run = RUN.invoke(app, ["multiverse", name, "--out", str(curve)])
    assert run.exit_code == 0
    assert "21 of 210 specifications can be pooled" in " ".join(run.output.split())
    assert curve.read_text(encoding="utf-8").startswith("<?xml")
    run = RUN.invoke(app, ["multiverse", name, "--out", str(table), "--json"])
    data = json.loads(run.stdout)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert len(rows) == len(data["specifications"]) == 240
    assert [row["estimate"] == "" for row in rows] == [row["estimate"] is None for row in data["specifications"]]


def test_help_has_examples() -> None:
    for command in ("sensitivity", "multiverse"):
        run = RUN.invoke(app, [command, "--help"])
        assert run.exit_code == 0
        assert f"evidence {command} addon-minoxidil-response" in " ".join(run.output.split())


def test_an_unknown_synthesis_is_an_error_with_near_names() -> None:
    run = RUN.invoke(app, ["sensitivity", "addon-minoxidil-respons"])
    assert run.exit_code != 0
    assert "addon-minoxidil-response" in str(run.exception)
