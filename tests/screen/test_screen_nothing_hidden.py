"""No record is out of sight: reopened ones, conflicts, maybes; and no clock puts a decision where it does not count."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

import pytest
import screening_desk as sd
from typer.testing import CliRunner

from evidence.cli.keys import is_terminal, next_keys
from evidence.cli.main import app
from evidence.errors import InputError, TableError
from evidence.screen.desk import open_desk
from evidence.screen.given import read_given
from evidence.screen.ledger import check_reviewer, load_decisions, record_decisions
from evidence.screen.loop import Reader, read_records
from evidence.screen.rank.filter import filter_hits
from evidence.screen.rank.rules import RULES, sight_of
from evidence.screen.standing import current

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.project import Project

RECORDS = [sd.record(str(n), f"Lamp {n}") for n in range(1, 8)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return sd.make_review(tmp_path / "review", RECORDS, search="reviewers = 2", p7={"presence": "gone"})


def retracted(project: Project, pmid: str) -> None:
    sd.write_rows(project, "searches", [sd.search_row("first", sd.at(0)), sd.search_row("second", sd.at(400))])
    sd.write_rows(project, "record_events", [{"search_id": "second", "pmid": pmid, "event": "retracted"}])


def test_what_was_decided_at_full_text_and_then_excluded_before_comes_back_where_it_stands(project) -> None:
    both = ("A. Reader", "B. Reader")
    rows = [sd.said("3", "include", 1, by=name) for name in both]
    rows += [sd.said("3", "include", 2, by=name, stage="full-text") for name in both]
    rows += [sd.said("3", "exclude", 3, by=name) for name in both]
    record_decisions(project, rows)
    retracted(project, "3")
    desk = sd.desk_of(project)
    assert desk.queue(reviewer="A. Reader").items[0].pmid == "3"
    assert desk.again["3"].stage == "title-abstract"


def test_the_list_says_what_it_does_not_show(project) -> None:
    rows = [sd.said("1", "include", 1), sd.said("1", "exclude", 1, by="B. Reader")]
    rows += [sd.said("2", "maybe", 1), sd.said("2", "maybe", 1, by="B. Reader")]
    rows += [sd.said("3", "include", 1), sd.said("3", "include", 1, by="B. Reader")]
    rows += [sd.said("3", "include", 2, by=name, stage="full-text") for name in ("A. Reader", "B. Reader")]
    record_decisions(project, rows)
    retracted(project, "3")
    said = CliRunner().invoke(app, ["screen", "--list", "-C", str(project.root)]).stderr.splitlines()
    assert "1 record to decide again at full-text: --stage full-text" in said
    assert "1 conflict at title-abstract: --settle --stage title-abstract" in said
    assert "1 record left at maybe at title-abstract: --maybes --stage title-abstract" in said
    assert "1 record not read, since PubMed has no such record now: 7" in said


def test_a_consensus_holds_although_the_clock_is_slower_than_those_of_the_reviewers(project) -> None:
    record_decisions(project, [sd.said("1", "include", 50), sd.said("1", "exclude", 55, by="B. Reader")])
    keys = iter("iq")
    slow = dt.datetime(2026, 11, 1, 10, 0, tzinfo=dt.UTC)
    reader = Reader(name="C. Chair", role="consensus")
    read_records(sd.desk_of(project), reader, read=lambda _: next(keys), show=lambda _: None, now=lambda: slow)
    assert current(load_decisions(project), reviewers=2).outcome_of("1") == "included"


def test_a_slow_clock_leaves_no_reopened_record_open(project) -> None:
    record_decisions(project, [sd.said("1", "include", 1), sd.said("1", "include", 1, by="B. Reader")])
    retracted(project, "1")
    keys = iter("iq")
    slow = dt.datetime(2026, 11, 1, 10, 5, tzinfo=dt.UTC)
    reader = Reader(name="A. Reader")
    read_records(sd.desk_of(project), reader, read=lambda _: next(keys), show=lambda _: None, now=lambda: slow)
    assert sd.desk_of(project).again["1"].knowing == ("A. Reader",)


def test_a_decision_in_the_future_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "given.csv"
    file.write_text("pmid,decision,decided_at\n1,include,2036-11-01T10:00:00Z\n", encoding="utf-8")
    with pytest.raises(TableError, match="future"):
        read_given(file, reviewer="A. Reader", now="2026-11-01T10:00:00Z")


@pytest.mark.parametrize("options", [["--dry-run"], ["--tool", "rayyan"], ["--settle", "--json"], ["--csv", "--json"]])
def test_an_option_that_would_do_nothing_is_refused(project, options: list[str]) -> None:
    result = CliRunner().invoke(app, ["screen", *options, "-C", str(project.root)])
    assert isinstance(result.exception, InputError)
    assert load_decisions(project) == ()


def test_a_queue_after_decisions_is_the_queue_made_anew(project) -> None:
    rng = random.Random(4)
    desk = open_desk(project)
    queues = {name: desk.queue(reviewer=name, maybes=True) for name in ("A. Reader", "B. Reader")}
    retracted(project, "3")
    desk = open_desk(project)
    queues = {name: desk.queue(reviewer=name, maybes=True) for name in queues}
    for minute in range(60):
        name = rng.choice(sorted(queues))
        stage = rng.choice(("title-abstract", "title-abstract", "full-text"))
        word = rng.choice(("include", "exclude", "maybe"))
        row = sd.said(str(rng.randint(1, 6)), word, 380 + minute, by=name, stage=stage, reason="why")
        if minute % 3:
            later = desk.decide(row)
        else:  # somebody else wrote
            record_decisions(project, [row])
            later = desk.reread()
        queues = {who: later.requeue(queue, desk, maybes=True) for who, queue in queues.items()}
        desk, anew = later, open_desk(project)
        assert (desk.ledger.standings, desk.again) == (anew.ledger.standings, anew.again)
        assert queues == {who: anew.queue(reviewer=who, maybes=True) for who in queues}


def test_the_filter_does_not_read_the_title_in_the_original_language() -> None:
    record = sd.record("1", "A lamp.", vernacular_title="Eine Lampe gegen Placebo")
    assert filter_hits(record, "A lamp.") == ()
    parts = [part for rule in RULES for part in rule(sight_of(record)) if part.name == "Cochrane RCT filter"]
    assert [part.points for part in parts] == [0.0]


def test_a_name_that_cannot_stand_in_the_ledger_is_refused_before_anything_is_read() -> None:
    with pytest.raises(InputError, match="cannot stand"):
        check_reviewer("A.\x1b[2J Reader", ())


def test_a_name_is_the_same_however_its_letters_are_put_together() -> None:
    with pytest.raises(InputError, match="is that you"):
        check_reviewer("Jose\u0301 R", [sd.said("1", "include", by="Jos\u00e9 R")])


def test_closed_input_is_the_end_of_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert (is_terminal(), next_keys(True)) == (False, "")
