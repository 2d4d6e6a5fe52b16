"""The way of a judgement into the table: a form, filled in, checked, recorded or refused whole."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from typer.testing import CliRunner

import evidence as ev
from evidence.certainty import evidence_fingerprint, judged, propose
from evidence.certainty.form import form_bytes, record_form
from evidence.cli.main import app
from evidence.errors import InputError, TableError
from evidence.report.sentences import certainty_of

NAME = "addon-minoxidil-response-women"


@pytest.fixture
def project(root, tmp_path):
    for name in ("protocol.toml", "data/processed"):
        source, target = root / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    return tmp_path


def _form(result):
    return form_bytes(propose(result), fingerprint=evidence_fingerprint(result))


def _record(base, path):
    def present(synthesis, analysis):
        return evidence_fingerprint(base.synthesis(synthesis, analysis=analysis))

    return record_form(path, base.project.processed, vocabularies=base.protocol.vocabularies, present=present)


def _filled(project, levels, certainty, **cells):
    base = ev.load(project)
    result = base.synthesis(NAME, analysis="implied")
    path = project / "form.csv"
    rows = list(csv.DictReader(_form(result).decode().splitlines()))
    for row in rows:
        row |= {"reason": row["reason"] or "read", "judged_by": "AB", "judged_on": "2026-11-22"}
        if row["domain"] == "overall":
            row |= {"start": "high", "certainty": certainty}
        else:
            row["levels"] = levels[row["domain"]]
        row |= cells
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return base, path


LEVELS = {
    "risk-of-bias": "-1",
    "inconsistency": "0",
    "indirectness": "0",
    "imprecision": "-1",
    "publication-bias": "0",
}


def test_a_form_asks_and_does_not_answer():
    rows = list(csv.DictReader(_form(ev.load().synthesis(NAME, analysis="implied")).decode().splitlines()))
    assert [row["domain"] for row in rows] == [*LEVELS, "overall"]
    assert {(row["levels"], row["certainty"], row["judged_by"]) for row in rows} == {("", "", "")}
    assert all(row["proposed"] and row["proposed_reason"] for row in rows)


def test_a_filled_form_is_what_everything_quotes(project):
    base, path = _filled(project, LEVELS, "low")
    assert _record(base, path) == 6
    after = ev.load(project)
    result = after.synthesis(NAME, analysis="implied")
    assert judged(result).reasons["imprecision"][0] == "-1"
    assert certainty_of(result) == "low"
    assert certainty_of(after.synthesis(NAME)) == "not assessed"  # other rules, another number
    assert "certainty: low" in result.cite()


def test_a_second_judgement_takes_the_place_of_the_first(project):
    for certainty, level in (("low", "-1"), ("very-low", "-2")):
        base, path = _filled(project, LEVELS | {"risk-of-bias": level}, certainty)
        _record(base, path)
    assert len(ev.load(project)["certainty"]) == 6
    assert certainty_of(ev.load(project).synthesis(NAME, analysis="implied")) == "very low"


@pytest.mark.parametrize(
    ("levels", "certainty", "cells", "words"),
    [
        (LEVELS, "high", {}, "make low"),
        (LEVELS, "low", {"judged_by": ""}, "judged_by"),
        (LEVELS, "low", {"judged_on": "yesterday"}, "not a date"),
        (LEVELS, "low", {"synthesis": "addon-minoxidil-responce"}, "addon-minoxidil-response"),
        (LEVELS | {"imprecision": ""}, "low", {}, "has no levels"),
        (LEVELS | {"imprecision": "-4"}, "low", {}, "-4"),
        (LEVELS | {"imprecision": "+1"}, "high", {}, "takes certainty down"),
    ],
)
def test_a_form_with_a_fault_changes_nothing(project, levels, certainty, cells, words):
    table = project / "data" / "processed" / "certainty.csv"
    before = table.read_bytes()
    base, path = _filled(project, levels, certainty, **cells)
    with pytest.raises(TableError, match="nothing was recorded") as caught:
        _record(base, path)
    assert words in str(caught.value)
    assert table.read_bytes() == before


def test_a_form_without_its_columns_or_rows_is_refused(project):
    base, path = _filled(project, LEVELS, "low")
    path.write_text("synthesis,domain\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="lacks the columns analysis"):
        _record(base, path)
    path.write_text(_form(base.synthesis(NAME)).decode().splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="no rows"):
        _record(base, path)


def test_the_command_goes_the_whole_way(project):
    run = CliRunner().invoke
    shown = run(app, ["grade", NAME, "--analysis", "implied", "-C", str(project)])
    assert shown.exit_code == 0
    assert "People decide" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    data = json.loads(run(app, ["grade", "--json", "-C", str(project)]).stdout)
    assert {entry["decided"] for entry in data} == {"not assessed"}
    _, path = _filled(project, LEVELS, "low")
    recorded = run(app, ["grade", "--record", str(path), "-C", str(project)])
    assert recorded.exit_code == 0, recorded.output
    assert "low" in run(app, ["grade", NAME, "--analysis", "implied", "-C", str(project)]).stdout
    form = project / "again.csv"
    assert run(app, ["grade", NAME, "--form", str(form), "-C", str(project)]).exit_code == 0
    assert form.is_file()
    assert run(app, ["grade", NAME, "--form", str(form), "-C", str(project)]).exit_code != 0  # never over a file


@pytest.mark.parametrize(
    "arguments", [["--form", "f.csv"], ["--record", "f.csv", NAME], ["--record", "f.csv", "--form", "g.csv"]]
)
def test_no_option_is_passed_over(arguments):
    found = CliRunner().invoke(app, ["grade", *arguments])
    assert found.exit_code != 0
    assert isinstance(found.exception, InputError)
