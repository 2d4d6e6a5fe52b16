"""From a form to the base and back: what is filled in is judged, what is wrong leaves no trace."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.curate.bias import agreement, form_bytes, judge_study, record_form
from evidence.errors import ColumnError, InputError, OptionError, RowError, TableError, UnknownIdError
from evidence.protocol import load_protocol
from evidence.tables import TABLES, load_tables
from evidence.tables.io import read_table

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "data" / "processed"
SHIPPED_VOCABULARIES = load_protocol(ROOT / "protocol.toml").vocabularies
SMALL = ROOT / "examples" / "bcg-vaccine"
PROTOCOL = load_protocol(SMALL / "protocol.toml")
VOCABULARIES, STUDIES = PROTOCOL.vocabularies, PROTOCOL.tables["studies"]
STUDY, OUTCOME = "Aronson1948", "tuberculosis"
ANSWERS = {
    "1.1": "Y", "1.2": "Y", "1.3": "N", "2.1": "Y", "2.2": "Y", "2.3": "N", "2.6": "Y", "3.1": "Y", "4.1": "N",
    "4.2": "N", "4.3": "N", "5.1": "NI", "5.2": "N", "5.3": "N",
}  # fmt: skip
RATED = {"4.1": "N", "4.2": "N", "4.3": "Y", "4.4": "Y", "4.5": "NI"}


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of a small base that a test may write to."""
    folder = tmp_path / "project"
    shutil.copytree(SMALL / "data" / "processed", folder / "data" / "processed")
    shutil.copy(SMALL / "protocol.toml", folder / "protocol.toml")
    return folder


def tables_of(project):
    """The tables that forms are made of, read as they stand: `record` has checked them."""
    folder = project / "data" / "processed"
    return {name: read_table(folder / f"{name}.csv", name) for name in ("bias_answers", "risk_of_bias")} | {
        "studies": read_table(folder / "studies.csv", STUDIES)
    }


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def filled(project, answers=None, *, assessor="AB", outcome="all", edit=lambda line: None, study=STUDY, **form) -> Path:
    """Write a form of the trial, filled in."""
    content = form_bytes(tables_of(project), study, assessor=assessor, outcome=outcome, **form)
    lines = lines_of(content)
    for line in lines:
        if line["question"] != "judgement" and answers is not None:
            line["answer"] = answers.get(line["question"], "")
        edit(line)
    path = project.parent / f"form-{assessor}-{outcome}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    return path


def record(project, path):
    return record_form(path, project / "data" / "processed", vocabularies=VOCABULARIES)


def content_of(project) -> dict[str, bytes]:
    folder = project / "data" / "processed"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def judged(project, **wanted):
    table = read_table(project / "data" / "processed" / "risk_of_bias.csv", "risk_of_bias")
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table.set_index("domain")


def test_form_record_judge(project) -> None:
    before = content_of(project)
    found = record(project, filled(project, ANSWERS))
    assert found.results == ((STUDY, "all", "RoB2", "parallel", "AB"),)
    assert (found.answers, found.judgements) == (len(ANSWERS), 6)
    rows = judged(project, study_id=STUDY, assessor="AB")
    assert rows["judgement"].to_dict() == {
        "D1": "low", "D2": "low", "D3": "low", "D4": "low", "D5": "some-concerns", "overall": "some-concerns",
    }  # fmt: skip
    assert (rows["judgement"] == rows["proposed"]).all()
    again = judge_study(tables_of(project), STUDY, "all", "RoB2", "parallel", "AB")
    assert again.answers == ANSWERS
    assert again.judgement == "some-concerns"
    after = content_of(project)
    assert {name for name in after if after[name] != before[name]} == {"bias_answers.csv", "risk_of_bias.csv"}
    old = set(before["risk_of_bias.csv"].decode().splitlines())
    assert old <= set(after["risk_of_bias.csv"].decode().splitlines()), "no other row has changed"


def test_recording_twice_changes_nothing(project) -> None:
    record(project, filled(project, ANSWERS))
    first = content_of(project)
    prefilled = form_bytes(tables_of(project), STUDY, assessor="AB")
    told = {line["question"]: line["answer"] for line in lines_of(prefilled) if line["question"] != "judgement"}
    assert {name: answer for name, answer in told.items() if answer} == ANSWERS
    record(project, filled(project, assessor="AB"))
    assert content_of(project) == first


def test_a_part_of_the_answers_is_kept_and_not_assessed(project) -> None:
    record(project, filled(project, {"1.1": "Y", "1.2": "Y"}))
    rows = judged(project, study_id=STUDY, assessor="AB")
    assert rows["judgement"].to_dict() == {"D1": "no-information", "overall": "no-information"}
    assert rows["proposed"].to_dict() == {"D1": "", "overall": ""}
    found = judge_study(tables_of(project), STUDY, "all", "RoB2", "parallel", "AB")
    assert found.shown == "not assessed"
    assert found.domain("D1").missing == ("1.3",)


def override(domain, judgement, reason):
    def edit(line) -> None:
        if (line["domain"], line["question"]) == (domain, "judgement"):
            line["answer"], line["override_reason"] = judgement, reason

    return edit


def test_an_override_keeps_both(project) -> None:
    record(project, filled(project, ANSWERS, edit=override("D3", "high", "reasons for leaving differ")))
    row = judged(project, study_id=STUDY, assessor="AB").loc["D3"]
    assert (row["proposed"], row["judgement"], row["override_reason"]) == ("low", "high", "reasons for leaving differ")
    whole = judged(project, study_id=STUDY, assessor="AB").loc["overall"]
    assert (whole["proposed"], whole["judgement"]) == ("high", "high")
    stands = content_of(project)
    record(project, filled(project, assessor="AB"))
    assert content_of(project) == stands, "the override is in the form that comes back"


@pytest.mark.parametrize(
    ("answers", "edit", "error", "message"),
    [
        (ANSWERS, override("D3", "high", ""), TableError, "without a reason"),
        (ANSWERS, override("D3", "low", "sure"), TableError, "nothing is overridden"),
        (ANSWERS, override("D3", "serious", "x"), RowError, "no such answer"),
        (ANSWERS | {"1.1": "maybe"}, lambda line: None, RowError, "line 2 .* no such answer"),
        (ANSWERS | {"2.3": "NA"}, lambda line: None, TableError, "2.3 is asked"),
        (ANSWERS | {"3.2": "Y"}, lambda line: None, TableError, "3.2 is asked only if PN, N or NI to 3.1"),
        (ANSWERS, lambda line: line.update(study_id="Nobody1999"), TableError, "'Nobody1999' is not in studies"),
        (ANSWERS, lambda line: line.update(outcome="beauty"), TableError, "'beauty' is not among"),
        (ANSWERS, lambda line: line.update(seen_at="S9999"), TableError, "'S9999' is not in sources"),
        (ANSWERS, lambda line: line.update(variant="crossed"), RowError, "no such form"),
        (ANSWERS, lambda line: line.update(assessor=""), RowError, "must not be empty"),
        (
            ANSWERS,
            lambda line: line.update(question=line["question"].replace("1.1", "1.9")),
            RowError,
            "no such question",
        ),
        ({}, lambda line: None, InputError, "holds no answer"),
    ],
)
def test_a_fault_leaves_no_trace(project, answers, edit, error, message) -> None:
    before = content_of(project)
    with pytest.raises(error, match=message):
        record(project, filled(project, answers, edit=edit))
    assert content_of(project) == before


def rewritten(path: Path, change) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda content: content + b"," * 14 + b"\r\n\r\n" + b" ," * 14 + b"\r\n",
        lambda content: content.replace(b"study_id,", b"mine,study_id,", 1).replace(
            b"\r\n" + STUDY.encode(), b"\r\nx," + STUDY.encode()
        ),
    ],
    ids=["byte order mark", "line ends", "lines of commas", "a column more"],
)
def test_what_spreadsheets_do_to_a_form_does_not_matter(project, change) -> None:
    record(project, filled(project, ANSWERS))
    wanted = content_of(project)
    record(project, rewritten(filled(project, ANSWERS), change))
    assert content_of(project) == wanted


@pytest.mark.parametrize(
    ("edit", "change", "error", "message"),
    [
        (
            lambda line: line["question"] == "1.1" and line.update(override_reason="because"),
            lambda content: content,
            RowError,
            "belongs in the line 'judgement'",
        ),
        (lambda line: line.update(assessor="Consensus"), lambda content: content, RowError, "written small"),
        (lambda line: None, lambda content: content.replace(b",asks,", b",answer,", 1), ColumnError, "answer twice"),
        (lambda line: line.update(answer=line["answer"].lower()), lambda content: content, RowError, "no such answer"),
        (
            lambda line: None,
            lambda content: content + content.splitlines(keepends=True)[1],
            TableError,
            "stands twice",
        ),
    ],
)
def test_what_a_form_must_not_hold_is_not_dropped_in_silence(project, edit, change, error, message) -> None:
    before = content_of(project)
    with pytest.raises(error, match=message):
        record(project, rewritten(filled(project, ANSWERS, edit=edit), change))
    assert content_of(project) == before


def test_a_file_that_is_no_form(project, tmp_path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ColumnError, match="is no form: it lacks study_id"):
        record(project, path)


def test_a_write_that_breaks_off_is_taken_back(project, monkeypatch) -> None:
    import evidence.tables.record as module

    before = content_of(project)
    folder = project / "data" / "processed"
    write = module.write_bytes
    broken = []

    def failing(path, content) -> None:
        if path == folder / "risk_of_bias.csv" and not broken:
            broken.append(path)
            raise OSError("disk full")
        write(path, content)

    monkeypatch.setattr(module, "write_bytes", failing)
    with pytest.raises(OSError, match="disk full"):
        record(project, filled(project, ANSWERS))
    assert broken
    assert content_of(project) == before


def test_answers_for_all_outcomes_serve_the_others_and_change_them(project) -> None:
    rated = RATED | {"4.5": "N"}
    record(project, filled(project, ANSWERS))
    record(project, filled(project, rated, outcome=OUTCOME))
    own = judged(project, study_id=STUDY, assessor="AB", outcome=OUTCOME)
    assert own["judgement"].to_dict() == {"D4": "some-concerns", "overall": "some-concerns"}
    record(project, filled(project, ANSWERS | {"1.2": "N"}))
    own = judged(project, study_id=STUDY, assessor="AB", outcome=OUTCOME)
    assert own["judgement"].to_dict() == {"D4": "some-concerns", "overall": "high"}


def test_two_assessors_and_their_consensus(project) -> None:
    record(project, filled(project, ANSWERS, assessor="AB"))
    record(project, filled(project, ANSWERS | {"4.3": "Y", "4.4": "PY", "4.5": "Y"}, assessor="CD"))
    table = tables_of(project)["risk_of_bias"]
    two = table[table["assessor"].isin(["AB", "CD"])]
    found = agreement(two).table.set_index("domain")
    assert found.loc["domains", ["pairs", "agreed"]].tolist() == [5, 4]
    assert found.loc["D4", "agreed"] == 0
    record(project, filled(project, ANSWERS | {"4.3": "Y", "4.4": "PY", "4.5": "N"}, assessor="consensus"))
    rows = judged(project, study_id=STUDY, assessor="consensus")
    assert rows.loc["D4", "judgement"] == "some-concerns"


def test_the_usual_form_of_a_trial() -> None:
    tables = load_tables(SHIPPED, vocabularies=SHIPPED_VOCABULARIES)
    judged_by = tables["risk_of_bias"].groupby("study_id")[["tool", "variant"]].first()
    for study in judged_by.index:
        line = lines_of(form_bytes(tables, study))[0]
        assert (line["tool"], line["variant"]) == tuple(judged_by.loc[study])
    tables["risk_of_bias"] = tables["risk_of_bias"].head(0)
    for randomised, design, expected in (
        ("yes", "parallel", ("RoB2", "parallel")),
        ("yes", "crossover", ("RoB2", "crossover")),
        ("not-stated", "split-body", ("RoB2", "crossover")),
        ("no", "cohort", ("ROBINS-I", "2016")),
    ):
        tables["studies"] = tables["studies"].assign(randomised=randomised, design=design)
        line = lines_of(form_bytes(tables, "Liang2022"))[0]
        assert (line["tool"], line["variant"]) == expected
    tables["studies"] = tables["studies"].assign(randomised="yes", design="split-mouth")
    assert lines_of(form_bytes(tables, "Liang2022", paired_designs=("split-mouth",)))[0]["variant"] == "crossover"
    with pytest.raises(UnknownIdError, match="did you mean"):
        form_bytes(tables, "Liang2023")
    with pytest.raises(OptionError, match="cluster"):
        form_bytes(tables, "Liang2022", variant="clusters")


def test_every_form_can_be_written_and_filled_in(project) -> None:
    from evidence.instruments import FORMS

    tables = tables_of(project)
    for (tool, variant), form in FORMS.items():
        lines = lines_of(form_bytes(tables, STUDY, tool=tool, variant=variant, assessor="EF"))
        asked = [line["question"] for line in lines if line["question"] != "judgement"]
        assert asked == [question.id for question in form.questions]
        assert [line["domain"] for line in lines if line["question"] == "judgement"] == [*form.domain_ids, "overall"]
        only_no = {
            question.id: "N" if "N" in question.answers else "SN" for question in form.questions if not question.asked
        }
        found = record(project, filled(project, only_no, assessor="EF", tool=tool, variant=variant))
        assert found.answers == len(only_no)
        tables = tables_of(project)


def run(project, *arguments: str):
    return CliRunner().invoke(app, ["bias", *arguments, "--project", str(project)])


def test_the_commands(project, tmp_path) -> None:
    record(project, filled(project, edit=override("D5", "no-information", ""), assessor="extractor"))
    record(project, filled(project, RATED, assessor="extractor", outcome=OUTCOME, study="FergusonSimes1949"))
    out = tmp_path / "form.csv"
    written = run(project, "form", STUDY, "--assessor", "AB", "--out", str(out))
    assert written.exit_code == 0, written.output
    again = run(project, "form", STUDY, "--out", str(out))
    assert again.exit_code != 0
    recorded = run(project, "record", str(filled(project, ANSWERS)), "--json")
    assert recorded.exit_code == 0, recorded.output
    assert json.loads(recorded.stdout)["judgements"] == 6
    shown = run(project, STUDY, "--json")
    mine = next(entry for entry in json.loads(shown.stdout) if entry["assessor"] == "AB")
    assert mine["overall"]["judgement"] == "some-concerns"
    text = run(project, STUDY)
    assert "judged by AB" in text.stdout
    assert "5.2 N → 5.3 N → 5.1 NI" in text.stdout
    overview = run(project, "--json")
    rows = {(row["study"], row["outcome"]): row for row in json.loads(overview.stdout)}
    assert rows[STUDY, "all"]["D5"] == "not agreed", "the first assessor had found no information"
    assert rows["FergusonSimes1949", OUTCOME]["D4"] == "high"
    assert rows["FergusonSimes1949", OUTCOME]["D1"] == "not assessed"
    assert "low" not in rows["FergusonSimes1949", OUTCOME].values()
    compared = run(project, "agreement", "--tool", "rob2", "--assessors", "AB,extractor", "--json")
    assert json.loads(compared.stdout)["assessors"] == ["AB", "extractor"]
    table = run(project, "robvis", "--outcome", OUTCOME)
    assert table.stdout.splitlines()[0] == "Study,D1,D2,D3,D4,D5,Overall"


def test_the_base_may_be_named_before_the_command_too(project) -> None:
    record(project, filled(project, ANSWERS))
    record(project, filled(project, ANSWERS, assessor="extractor"))
    found = CliRunner().invoke(app, ["bias", "--project", str(project), "--json", STUDY])
    assert {entry["assessor"] for entry in json.loads(found.stdout)} == {"AB", "extractor"}


def test_printed_forms_name_every_question() -> None:
    from evidence.instruments import FORMS

    for (tool, variant), form in FORMS.items():
        found = CliRunner().invoke(app, ["bias", "questions", tool, "--variant", variant])
        assert found.exit_code == 0
        assert all(f"  {question.id} " in found.stdout for question in form.questions)
        plain = CliRunner().invoke(app, ["bias", "questions", tool, "--variant", variant, "--json"])
        assert [entry["id"] for entry in json.loads(plain.stdout)["questions"]] == [
            entry.id for entry in form.questions
        ]


def test_unknown_trials_get_near_names(project) -> None:
    found = run(project, "show", "Aronson1949")
    assert found.exit_code != 0
    assert isinstance(found.exception, UnknownIdError)
    assert STUDY in str(found.exception)


def test_the_shipped_base_is_low_nowhere_and_every_high_follows_from_answers() -> None:
    tables = load_tables(SHIPPED, vocabularies=SHIPPED_VOCABULARIES)
    table = tables["risk_of_bias"]
    assert set(table["judgement"]) == {"no-information", "high"}
    high = table[table["judgement"] == "high"]
    assert len(high) == 5
    assert (high["proposed"] == "high").all()
    assert (high["override_reason"] == "").all()
    answered = tables["bias_answers"].groupby(["study_id", "outcome"]).size()
    assert all(answered[row.study_id, row.outcome] == 5 for row in high.itertuples())


def test_tables_declare_every_form_and_answer() -> None:
    from evidence.instruments import ANSWERS, FORMS

    column = {name: TABLES["bias_answers"].column(name) for name in ("tool", "variant", "domain", "answer")}
    for (tool, variant), form in FORMS.items():
        assert tool in column["tool"].allowed
        assert variant in column["variant"].allowed
        assert set(form.domain_of) <= set(column["domain"].allowed)
        assert {*form.domain_ids, "overall"} <= set(TABLES["risk_of_bias"].column("domain").allowed)
        assert set(form.judgements) <= set(TABLES["risk_of_bias"].column("judgement").allowed)
        assert {answer for question in form.questions for answer in question.allowed} <= set(ANSWERS)
