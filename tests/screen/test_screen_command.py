"""`evidence screen` as people meet it: keys at a terminal, lists, files, messages."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import select
import subprocess
import sys
import time

import pytest
from screening_desk import Archive, at, desk_of, make_review, record, said, search_row, write_rows
from typed_commands import typed
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.fetch.record import AbstractPart, Author
from evidence.screen.desk import open_desk
from evidence.screen.ledger import load_decisions, record_decisions
from evidence.screen.loop import Reader, read_records
from evidence.screen.page import page
from evidence.screen.standing import CONSENSUS, FULL_TEXT

NOON = dt.datetime(2026, 11, 22, 12, 0, 0, 900, tzinfo=dt.UTC)
B = "B. Reader"
REASONS = 'exclusion_reasons = ["not a trial", "not about people"]'
RECORDS = (
    record(
        "11",
        "Copper lamps [sic] against sham: a randomised trial in hiccups",
        authors=(Author(last="Ember", initials="F"), Author(last="Gladstane", initials="D")),
        journal="Ann Comb Med",
        doi="10.9999/lamp.11",
        registrations=("NCT09999999",),
        languages=("eng",),
    ),
    record("12", "Copper lamps for hiccups"),
    record("13", "Tides and lamps: a review", publication_types=("Review",)),
)
TEXTS = {
    "11": (
        AbstractPart(label="METHODS", text="Forty adults were randomly allocated \x1b[2Jto a lamp or sham."),
        AbstractPart(label="RESULTS", text="Hiccups fell; p < 0.05 [bold]."),
    ),
    "12": (AbstractPart(text="We describe lamps."),),
    "13": (),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a review with three records, and an archive that has their texts."""
    from dataclasses import replace

    kept = tuple(replace(one, abstract=TEXTS[one.pmid]) for one in RECORDS)
    monkeypatch.setattr("evidence.fetch.archive.Archive.records", lambda self, pmids=None: Archive(kept).records(pmids))
    monkeypatch.delenv("EVIDENCE_REVIEWER", raising=False)
    monkeypatch.setenv("EVIDENCE_CONFIG", str(tmp_path / "none.toml"))
    return make_review(tmp_path / "review", RECORDS, search=REASONS)


def run(project, *arguments: str, keys: str = "", code: int = 0):
    result = CliRunner().invoke(app, ["screen", "--project", str(project.root), *arguments], input=keys)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def ledger(project) -> list[tuple[str, str, str, str]]:
    return [(one.pmid, one.reviewer, one.decision, one.reason) for one in load_decisions(project)]


def test_keys_decide_and_every_decision_is_written(project) -> None:
    result = run(project, "--reviewer", "A. Reader", keys="ie2s")
    assert ledger(project) == [("11", "A. Reader", "include", ""), ("12", "A. Reader", "exclude", "not about people")]
    assert "1 of 3 · 0 included · title and abstract · A. Reader" in result.stdout
    assert "3 of 3 · 1 included" in result.stdout
    assert "1 skipped" in result.stdout
    assert "2 decided, 1 left to read at title-abstract." in result.stderr
    for one in load_decisions(project):
        assert one.tool == "evidence screen"
        assert one.stage == "title-abstract"


def test_a_second_session_goes_on_where_the_first_ended(project) -> None:
    run(project, "--reviewer", "A. Reader", keys="i")
    assert "2 of 3 · 1 included" in run(project, "--reviewer", "A. Reader", keys="q").stdout
    assert "1 of 3 · 1 included" not in run(project, "--reviewer", B, keys="q").stdout
    run(project, "--reviewer", "A. Reader", keys="uq")
    assert [one.decision for one in load_decisions(project)] == ["include", "undone"]
    assert "1 of 3 · 0 included" in run(project, "--reviewer", "A. Reader", keys="q").stdout


def test_the_page_shows_the_record_as_text(project) -> None:
    shown = run(project, "--reviewer", "A. Reader", keys="wo?q").stdout
    assert "Copper lamps [sic] against sham" in shown
    assert "METHODS: Forty adults were randomly allocated [2Jto a lamp" in shown
    assert "p < 0.05 [bold]." in shown
    assert "\x1b" not in shown
    assert "Ember F, Gladstane D" in shown
    assert "Ann Comb Med 2025 · Journal Article · eng" in shown
    assert "PMID 11 · NCT09999999" in shown
    assert "+5  random allocation" in shown
    assert "https://pubmed.ncbi.nlm.nih.gov/11/" in shown
    assert "https://doi.org/10.9999/lamp.11" in shown
    assert "https://clinicaltrials.gov/study/NCT09999999" in shown
    assert "exclude, then a reason by its number or in your words" in shown


@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_the_terminal(project, monkeypatch, width) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    shown = run(project, "--reviewer", "A. Reader", keys="w?eeq\x1bssq").stdout
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= width
    assert "i include  e exclude  m maybe  u undo  s skip  w why  o links  ? help  q quit" in shown.splitlines()


def test_words_are_marked_by_more_than_colour(project) -> None:
    from rich.console import Console

    views = []
    desk = open_desk(project)
    read_records(desk, Reader(name="A"), read=lambda fresh: "", show=views.append, now=lambda: NOON)
    for options in ({"color_system": "standard"}, {"color_system": "standard", "no_color": True}):
        out = Console(file=io.StringIO(), force_terminal=True, width=80, **options)
        out.print(page(views[0]))
        marked = [piece.split("\x1b[0m")[0] for piece in out.file.getvalue().split("\x1b[")[1:]]
        underlined = {piece.partition("m")[2] for piece in marked if "4" in piece.partition("m")[0].split(";")}
        assert {"lamps", "hiccups", "randomised", "sham", "randomly"} <= underlined


def loop(project, keys, *, name="A. Reader", now=NOON, **options):
    """Run a session with injected keys, all at one time of day."""
    typed = iter(keys)
    views = []
    session = read_records(
        desk_of(project, *RECORDS),
        Reader(name=name, **options),
        read=lambda fresh: next(typed, ""),
        show=views.append,
        now=lambda: now,
    )
    return session, views


def test_times_grow_even_where_the_clock_does_not(project) -> None:
    loop(project, ["i", "u", "e", "1", "u", "m", "q"])
    times = [one.decided_at for one in load_decisions(project)]
    assert times == [f"2026-11-22T12:00:0{second}Z" for second in range(5)]
    assert [one.decision for one in load_decisions(project)] == ["include", "undone", "exclude", "undone", "maybe"]


def test_a_clock_that_goes_back_does_not_undo_the_latest_decision(project) -> None:
    record_decisions(project, [said("11", "include", 0)])
    loop(project, ["u", "e", "1"], now=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert desk_of(project).ledger.outcome_of("11") == "excluded"


def test_keys_typed_ahead_do_not_decide_on_a_record_that_was_not_seen(project) -> None:
    session, _ = loop(project, ["iiii", "q"])
    assert session.decided == 1
    session, _ = loop(project, ["e1i", "q"])
    assert [row[0] for row in ledger(project)] == ["11", "12"]


def test_the_reader_is_told_when_something_new_is_shown(project) -> None:
    keys, told = iter(["w", "i", "e", "x", "\r", "q"]), []

    def read(fresh: bool) -> str:
        told.append(fresh)
        return next(keys)

    read_records(desk_of(project, *RECORDS), Reader(name="A"), read=read, show=lambda view: None, now=lambda: NOON)
    assert told == [True, False, True, False, False, True]


def test_a_decision_that_cannot_be_written_leaves_the_record_before_the_reader(project, monkeypatch) -> None:
    def refuse(*arguments, **options):
        raise OSError("disk full")

    monkeypatch.setattr("evidence.screen.desk.extend_ledger", refuse)
    session, views = loop(project, ["i", "q"])
    assert (session.current, session.decided) == ("11", 0)
    assert views[1].session.message == "not written: disk full"
    assert ledger(project) == []


def test_what_somebody_else_decided_meanwhile_is_not_shown_again(project) -> None:
    def keys():
        yield "i"
        record_decisions(project, [said("12", "exclude", by=B)])
        yield "u"
        yield "i"

    session, views = loop(project, keys())
    assert session.current == "13"
    assert views[-1].item.pmid == "13"


def test_a_duplicate_is_undone_where_its_decision_stands(project) -> None:
    record_decisions(project, [said("12", "include", 0)])
    pair = {"pmid": "12", "other": "PMID:11", "relation": "same-publication", "decided_by": "A", "decided_at": at(3)}
    write_rows(project, "duplicates", [pair])
    session, views = loop(project, ["u", "q"])
    assert views[0].item.pmid == "13"
    assert session.current == "11"
    assert [(one.pmid, one.decision) for one in load_decisions(project)] == [("12", "include"), ("12", "undone")]
    assert views[1].item.also == ("12",)


def test_a_retraction_comes_first_and_says_why(project) -> None:
    record_decisions(project, [said("13", "include", 0)])
    write_rows(project, "searches", [search_row("first", at(0)), search_row("second", at(40))])
    event = {"search_id": "second", "pmid": "13", "event": "retracted", "detail": "RetractionIn 99"}
    write_rows(project, "record_events", [event])
    shown = run(project, "--reviewer", "A. Reader", keys="e1q").stdout
    assert "AGAIN: retracted: RetractionIn 99, found 2026-11-01" in shown
    assert "A. Reader on 2026-11-01: include" in shown
    assert [(one.pmid, one.decision) for one in load_decisions(project)] == [("13", "include"), ("13", "exclude")]
    assert "AGAIN" not in run(project, "--reviewer", "A. Reader", keys="q").stdout


def test_a_retraction_after_full_text_is_pointed_to(project) -> None:
    record_decisions(project, [said("13", "include", 0), said("13", "include", 1, stage=FULL_TEXT)])
    write_rows(project, "searches", [search_row("first", at(0)), search_row("second", at(40))])
    write_rows(project, "record_events", [{"search_id": "second", "pmid": "13", "event": "retracted"}])
    said_at_end = " ".join(run(project, "--reviewer", "A. Reader", keys="q").stderr.split())
    assert "1 record to decide again at full-text: --stage full-text" in said_at_end
    assert "AGAIN: retracted" in run(project, "--reviewer", "A. Reader", "--stage", "full-text", keys="q").stdout


def test_conflicts_are_listed_and_settled(project) -> None:
    record_decisions(project, [said("12", "include", 0), said("12", "exclude", 1, by=B, reason="not a trial")])
    listed = run(project, "--conflicts")
    assert "PMID 12  Copper lamps for hiccups" in listed.stdout
    assert "B. Reader: exclude (not a trial), 2026-11-01" in listed.stdout
    assert "1 conflict at title-abstract" in listed.stderr
    data = json.loads(run(project, "--conflicts", "--json").stdout)
    assert [one["decision"] for one in data[0]["decisions"]] == ["include", "exclude"]
    shown = run(project, "--settle", "--reviewer", "C. Reader", keys="mi").stdout
    assert "a consensus includes or excludes" in shown
    assert "B. Reader on 2026-11-01: exclude (not a trial)" in shown
    (last,) = [one for one in load_decisions(project) if one.role == CONSENSUS]
    assert (last.pmid, last.reviewer, last.decision) == ("12", "C. Reader", "include")
    assert run(project, "--conflicts").stderr == "0 conflicts at title-abstract\n"
    run(project, "--settle", "--reviewer", "C. Reader", keys="uq")
    assert json.loads(run(project, "--conflicts", "--json").stdout)[0]["pmid"] == "12"


def test_one_reader_does_not_see_what_the_other_decided(project) -> None:
    record_decisions(project, [said("11", "exclude", 0, by=B, reason="secret thoughts")])
    protocol = project.protocol.read_text().replace(REASONS, f"{REASONS}\nreviewers = 2")
    project.protocol.write_text(protocol)
    shown = run(project, "--reviewer", "A. Reader", keys="q").stdout
    assert "PMID 11" in shown
    assert "secret thoughts" not in shown
    assert B not in shown


def test_the_list_as_table_json_and_csv(project) -> None:
    table = run(project, "--list").stdout
    assert table.index("11 ") < table.index("12 ") < table.index("13 ")
    data = json.loads(run(project, "--list", "--json").stdout)
    assert [row["pmid"] for row in data["waiting"]] == ["11", "12", "13"]
    first = data["waiting"][0]
    assert first["score"] == pytest.approx(sum(part["points"] for part in first["parts"]))
    rows = list(csv.DictReader(io.StringIO(run(project, "--csv").stdout)))
    assert [row["pmid"] for row in rows] == ["11", "12", "13"]
    assert float(rows[0]["score"]) == first["score"]
    assert "random allocation +5 (title: randomised)" in rows[0]["parts"]
    assert [row["pmid"] for row in json.loads(run(project, "--list", "--json", "--order", "pmid").stdout)["waiting"]]


def test_a_title_that_is_a_formula_stays_text_in_csv(tmp_path, monkeypatch) -> None:
    project = make_review(tmp_path / "review", [record("1", "=cmd|' /C calc'!A0")])
    (row,) = csv.DictReader(io.StringIO(run(project, "--csv").stdout))
    assert row["title"].startswith("'=cmd")


def test_why_says_every_part(project) -> None:
    shown = run(project, "--why", "11").stdout
    assert "PMID 11: place 1 of 3 by score" in shown
    data = json.loads(run(project, "--why", "13", "--json").stdout)
    assert {"name": "record type", "points": -4.0, "because": "Review"} in data["parts"]
    assert data["score"] == pytest.approx(sum(part["points"] for part in data["parts"]))


def test_status_counts_every_record_once(project) -> None:
    record_decisions(project, [said("11", "include", 0), said("12", "exclude", 0, reason="not a trial")])
    data = json.loads(run(project, "--status", "--json").stdout)
    first, second = data["stages"]
    assert (first["records"], first["included"], first["excluded"], first["waiting"]) == (3, 1, 1, 1)
    assert first["reasons"] == {"not a trial": 1}
    assert first["by_reviewer"] == {"A. Reader": 2}
    assert (second["records"], second["waiting"]) == (1, 1)
    assert "not a trial (1)" in run(project, "--status").stdout


def test_agreement_is_printed(project) -> None:
    rows = [said(pmid, "include", 0) for pmid in ("11", "12")] + [
        said("11", "include", 0, by=B),
        said("12", "maybe", 0, by=B),
    ]
    record_decisions(project, rows)
    assert "1 of 2 decisions alike (50.0%)" in run(project, "--agreement").stdout
    assert json.loads(run(project, "--agreement", "--json").stdout)["kappa"] == pytest.approx(0.0)


def write(path, *lines: str):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_decisions_from_a_file(project, tmp_path) -> None:
    file = write(tmp_path / "d.csv", "PMID,decision,reason", "11,Include,", 'PMID:12,exclude,"not a trial, no"')
    dry = run(project, "--decisions", file, "--reviewer", "A. Reader", "--dry-run")
    assert dry.stdout == "2 decisions would be recorded (1 include, 1 exclude)\n"
    assert ledger(project) == []
    assert "2 decisions recorded" in run(project, "--decisions", file, "--reviewer", "A. Reader").stdout
    assert ledger(project) == [("11", "A. Reader", "include", ""), ("12", "A. Reader", "exclude", "not a trial, no")]
    assert load_decisions(project)[0].tool == "file d.csv"


def test_the_ledger_itself_can_be_brought_in_and_adds_nothing(project, tmp_path) -> None:
    record_decisions(project, [said("11", "include", 0), said("11", "undone", 1)])
    copy = write(tmp_path / "copy.csv", *(project.processed / "screening.csv").read_text().splitlines())
    assert run(project, "--decisions", copy).stdout == "0 decisions recorded in screening.csv; 2 stood there already\n"


def test_every_fault_of_a_file_is_named_at_once_and_nothing_is_written(project, tmp_path) -> None:
    from evidence.errors import TableError

    file = write(tmp_path / "d.csv", "pmid,decision", "11,include", "999,include", "12,accept", "13,exclude")
    with pytest.raises(TableError) as caught:
        run(project, "--decisions", file, "--reviewer", "A", "--stage", "full-text")
    for fault in ("PMID 999", "'accept'", "PMID 13 full-text A · column reason"):
        assert fault in str(caught.value)
    assert ledger(project) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (("pmid,decision,reasn", "11,include,x"), "no such column; did you mean 'reason'?"),
        (("pmid,decision,pmid", "11,include,11"), "the column stands twice"),
        (("pmid,decision", "11,include,x"), "line 2: 3 cells under 2 columns"),
        (("pmid,decision", "11,include", "11,exclude"), "same second"),
        (("pmid,decision", "11,include"), "column reviewer: the cell must not be empty"),
    ],
)
def test_files_that_cannot_be_used(project, tmp_path, lines, fault) -> None:
    from evidence.errors import TableError

    reviewer = () if "reviewer" in fault else ("--reviewer", "A")
    with pytest.raises(TableError) as caught:
        run(project, "--decisions", write(tmp_path / "d.csv", *lines), *reviewer)
    assert fault in str(caught.value)
    assert ledger(project) == []


def test_a_file_of_another_tool_is_read_by_its_own_rules(project, tmp_path) -> None:
    file = write(
        tmp_path / "rayyan.csv",
        "key,title,year,authors,pubmed_id,notes",
        'rayyan-1,Copper lamps for hiccups,2025,,12,"RAYYAN-INCLUSION: {""A. Reader""=>""Included""}"',
    )
    run(project, "--decisions", file, "--tool", "rayyan", "--reviewer", "A. Reader")
    assert ledger(project) == [("12", "A. Reader", "include", "")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--list", "--status"), "--list and --status cannot go together"),
        (("--stage", "full"), "--stage='full' is not an option; did you mean 'full-text'?"),
        (("--order", "best"), "--order='best' is not an option"),
        (("--why", "999"), "no record that is screened is called '999'"),
        ((), "who is reading? name yourself with --reviewer"),
        (("--agreement",), "agreement is between two reviewers"),
    ],
)
def test_what_cannot_be_asked_is_a_message_and_exit_1(project, capfd, arguments, message) -> None:
    result = typed(capfd, "screen", "--project", str(project.root), *arguments)
    assert result.returncode == 1
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_a_name_that_is_almost_another_is_refused_before_reading(project) -> None:
    from evidence.errors import InputError

    record_decisions(project, [said("11", "include")])
    with pytest.raises(InputError, match=r"the ledger has a reviewer 'A\. Reader'"):
        run(project, "--reviewer", "a reader", keys="i")


def test_the_reviewer_comes_from_option_environment_or_file(project, monkeypatch, tmp_path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[screening]\nreviewer = "C. File"\n')
    monkeypatch.setenv("EVIDENCE_CONFIG", str(config))
    run(project, keys="iq")
    monkeypatch.setenv("EVIDENCE_REVIEWER", "B. Env")
    run(project, keys="iq")
    run(project, "--reviewer", "A. Option", keys="iq")
    assert {one.reviewer for one in load_decisions(project)} == {"A. Option", "B. Env", "C. File"}


def read_until(descriptor: int, words: str, seconds: float = 30.0) -> str:
    """Return what comes from a terminal until it shows some words."""
    text, end = "", time.monotonic() + seconds
    while words not in text:
        assert time.monotonic() < end, text
        if select.select([descriptor], [], [], 0.2)[0]:
            text += os.read(descriptor, 65536).decode(errors="replace")
    return text


def send(descriptor: int, key: bytes, *, until: str) -> None:
    """Press a key after the page has settled: keys pressed before it was seen are dropped."""
    time.sleep(0.5)
    os.write(descriptor, key)
    read_until(descriptor, until)


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_at_a_real_terminal(tmp_path) -> None:
    import pty

    project = make_review(tmp_path / "review", RECORDS, search=REASONS)
    parent, child = pty.openpty()
    environment = os.environ | {"COLUMNS": "80", "TERM": "xterm-256color", "EVIDENCE_REVIEWER": "A. Reader"}
    command = [sys.executable, "-m", "evidence.cli", "screen", "--project", str(project.root)]
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environment, close_fds=True)
    os.close(child)
    try:
        first = read_until(parent, "q quit")
        assert "\x1b[2J" in first
        assert "1 of 3" in first
        send(parent, b"i", until="2 of 3")
        send(parent, b"e", until="Why excluded?")
        send(parent, b"2", until="3 of 3")
        send(parent, b"\x03", until="Stopped. Every decision is in screening.csv")
        assert process.wait(timeout=20) == 130
    finally:
        process.kill()
        process.wait()
        os.close(parent)
    assert ledger(project) == [("11", "A. Reader", "include", ""), ("12", "A. Reader", "exclude", "not about people")]
