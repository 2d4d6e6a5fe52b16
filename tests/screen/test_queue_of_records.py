"""What is read next: reopened first, then what waits, each record of a publication once."""

from __future__ import annotations

import pytest
from screening_desk import at, desk_of, make_review, record, said, search_row, write_rows

from evidence.errors import OptionError
from evidence.screen.ledger import current, record_decisions
from evidence.screen.queue import build_queue
from evidence.screen.rank import Ranked
from evidence.screen.reopen import reopened
from evidence.screen.standing import CONSENSUS, FULL_TEXT
from evidence.screen.status import screening_status

B = "B. Reader"


def rows(*pmids: str, **cells: dict[str, str]) -> dict[str, dict[str, str]]:
    usual = {"presence": "in-query", "added": "2026-01-01", "merged_into": ""}
    return {pmid: {"pmid": pmid} | usual | cells.get(f"p{pmid}", {}) for pmid in pmids}


def scores(**by_pmid: float) -> list[Ranked]:
    return [Ranked(pmid=name[1:], score=score, parts=()) for name, score in by_pmid.items()]


def order(queue) -> list[str]:
    return [item.pmid for item in queue.items]


def test_orders() -> None:
    records = rows("1", "2", "10", p2={"added": "2026-05-01"}, p10={"added": ""})
    ranked = scores(p1=1, p2=1, p10=5)
    ledger = current([])
    assert order(build_queue(records, ledger, ranked=ranked)) == ["10", "1", "2"]
    assert order(build_queue(records, ledger, ranked=ranked, order="date")) == ["2", "1", "10"]
    assert order(build_queue(records, ledger, ranked=ranked, order="pmid")) == ["1", "2", "10"]
    with pytest.raises(OptionError, match="order='best'"):
        build_queue(records, ledger, order="best")
    with pytest.raises(OptionError, match="stage='full'"):
        build_queue(records, ledger, stage="full")


def test_what_one_has_decided_does_not_come_again() -> None:
    records = rows("1", "2", "3")
    ledger = current([said("1", "include"), said("2", "maybe")])
    queue = build_queue(records, ledger, reviewer="A. Reader")
    assert order(queue) == ["3"]
    assert (queue.total, queue.done, queue.included) == (3, 2, 1)
    assert order(build_queue(records, ledger, reviewer="A. Reader", maybes=True)) == ["3", "2"]
    assert order(build_queue(records, ledger, reviewer=B, maybes=True)) == ["3"]


def test_two_reviewers_each_read_every_record_and_a_third_none() -> None:
    records = rows("1", "2")
    ledger = current([said("1", "include"), said("1", "include", by=B), said("2", "exclude")], reviewers=2)
    assert order(build_queue(records, ledger, reviewer="A. Reader")) == []
    assert order(build_queue(records, ledger, reviewer=B)) == ["2"]
    assert order(build_queue(records, ledger, reviewer="C. Reader")) == ["2"]
    assert order(build_queue(records, ledger)) == ["2"]


def test_full_text_is_what_was_included_or_left_at_maybe() -> None:
    records = rows("1", "2", "3", "4")
    ledger = current([said("1", "include"), said("2", "exclude"), said("3", "maybe")])
    queue = build_queue(records, ledger, stage=FULL_TEXT, reviewer="A. Reader")
    assert order(queue) == ["1", "3"]
    assert queue.total == 2


def test_which_records_are_read_at_all() -> None:
    records = rows(
        *"123456",
        p1={"presence": "not-in-query"},
        p2={"presence": "left-query"},
        p3={"presence": "absent-once"},
        p4={"presence": "gone"},
        p5={"presence": "gone"},
        p6={"merged_into": "99"},
    )
    queue = build_queue(records, current([said("5", "include")]), reviewer="A. Reader")
    assert order(queue) == ["2", "3"]
    assert (queue.total, queue.included) == (3, 1)


def test_who_decides_at_full_text_lets_the_record_pass_the_stage_before() -> None:
    ledger = current([said("1", "exclude", stage=FULL_TEXT, reason="not a trial")])
    first = build_queue(rows("1", "2"), ledger, reviewer="A. Reader")
    assert (order(first), first.included) == (["2"], 1)
    assert build_queue(rows("1", "2"), ledger, stage=FULL_TEXT).total == 1


def test_one_of_a_publication_is_read_and_the_other_is_shown_with_it() -> None:
    queue = build_queue(rows("4", "30"), current([]), stands_for={"30": "4"})
    assert order(queue) == ["4"]
    assert queue.items[0].also == ("30",)
    assert queue.led_away == {"30": "4"}
    assert queue.total == 1


def event(pmid: str, name: str, **cells: str) -> dict[str, str]:
    return {"search_id": "second", "pmid": pmid, "event": name, "fields": "", "detail": "", "studies": ""} | cells


def again(decisions, *events, types=(), reviewers=1, stands_for=None):
    searches = [search_row("second", at(30))]
    ledger = current(decisions, reviewers=reviewers)
    return reopened(ledger, events, searches, types={"7": types}, stands_for=stands_for)


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("retracted", {"detail": "RetractionIn 9"}, "retracted: RetractionIn 9, found 2026-11-01"),
        ("concern", {}, "an expression of concern was published, found 2026-11-01"),
        ("corrected", {}, "a correction was published, found 2026-11-01"),
        ("republished", {}, "corrected and republished, found 2026-11-01"),
        ("notice-withdrawn", {}, "a notice was withdrawn, found 2026-11-01"),
        ("changed", {"fields": "abstract;pages"}, "abstract changed, found 2026-11-01"),
        ("changed", {"fields": "abstract;title"}, "abstract and title changed, found 2026-11-01"),
        ("changed", {}, "changed, found 2026-11-01"),
    ],
)
def test_what_reopens_a_decision(name, cells, expected) -> None:
    found = again([said("7", "include", 1)], event("7", name, **cells))
    assert found["7"].reasons == (expected,)


@pytest.mark.parametrize(
    ("name", "fields"),
    [("changed", "mesh;indexing"), ("changed", "publication_types"), ("left-query", ""), ("new", "")],
)
def test_what_does_not_reopen(name, fields) -> None:
    assert (
        again([said("7", "include", 1)], event("7", name, fields=fields), types=("Randomized Controlled Trial",)) == {}
    )


def test_an_excluded_record_that_became_a_trial_is_looked_at_again() -> None:
    changed = event("7", "changed", fields="publication_types")
    types = ("Journal Article", "Randomized Controlled Trial")
    assert "now a Randomized Controlled Trial" in again([said("7", "exclude", 1)], changed, types=types)["7"].reasons[0]
    assert again([said("7", "exclude", 1)], changed, types=("Review",)) == {}


def test_events_before_the_decision_do_not_reopen_and_those_in_its_second_do() -> None:
    retracted = event("7", "retracted")
    assert again([said("7", "include", 31)], retracted) == {}
    assert again([said("7", "include", 30)], retracted)
    assert again([], retracted) == {}


def test_a_decision_while_the_search_ran_was_made_without_knowing() -> None:
    searches = [search_row("second", at(10)) | {"ended_at": at(20)}]
    ledger = current([said("7", "include", 15)])
    assert reopened(ledger, [event("7", "retracted")], searches, types={})


def test_deciding_again_closes_it_for_each_of_two_people() -> None:
    rows_ = [said("7", "include", 1), said("7", "include", 2, by=B)]
    retracted = event("7", "retracted")
    assert again(rows_, retracted, reviewers=2)["7"].knowing == ()
    one_more = [*rows_, said("7", "exclude", 40)]
    assert again(one_more, retracted, reviewers=2)["7"].knowing == ("A. Reader",)
    assert again([*one_more, said("7", "exclude", 41, by=B)], retracted, reviewers=2) == {}
    assert again([*rows_, said("7", "exclude", 40, role=CONSENSUS)], retracted, reviewers=2) == {}


def test_the_decision_stands_until_somebody_decides_again() -> None:
    ledger = current([said("7", "include", 1)])
    found = reopened(ledger, [event("7", "retracted")], [search_row("second", at(30))], types={})
    assert ledger.outcome_of("7") == "included"
    queue = build_queue(rows("1", "7"), ledger, reviewer="A. Reader", again=found, ranked=scores(p1=9, p7=0))
    assert order(queue) == ["7", "1"]
    assert queue.items[0].reopened == found["7"].reasons
    assert queue.included == 1


def test_the_gravest_comes_first() -> None:
    ledger = current([said(pmid, "include", 1) for pmid in "567"])
    events = [
        event("5", "changed", fields="title"),
        event("6", "concern"),
        event("7", "changed", fields="title"),
        event("7", "retracted"),
    ]
    found = reopened(ledger, events, [search_row("second", at(30))], types={})
    queue = build_queue(rows(*"1567"), ledger, reviewer="A. Reader", again=found, ranked=scores(p5=9, p6=5, p7=1))
    assert order(queue) == ["7", "6", "5", "1"]
    assert [reason.split(",")[0] for reason in queue.items[0].reopened] == ["retracted", "title changed"]


def test_the_last_stage_is_reopened() -> None:
    decisions = [said("7", "include", 1), said("7", "include", 2, stage=FULL_TEXT)]
    assert again(decisions, event("7", "retracted"))["7"].stage == FULL_TEXT


def test_an_event_of_the_other_record_of_a_publication_reopens() -> None:
    found = again([said("4", "include", 1)], event("7", "retracted"), stands_for={"7": "4"})
    assert set(found) == {"4"}


def test_on_a_desk_a_retraction_comes_first_and_duplicates_and_merged_records_are_led_away(tmp_path) -> None:
    records = [record(pmid, f"Copper lamps {pmid}") for pmid in ("1", "2", "3", "4", "5")]
    project = make_review(tmp_path / "review", records, p5={"merged_into": "2"})
    record_decisions(project, [said("3", "exclude", 1)])
    write_rows(project, "searches", [search_row("first", at(0)), search_row("second", at(30))])
    write_rows(project, "record_events", [event("3", "concern", detail="ExpressionOfConcernIn 9")])
    decided = {"other": "PMID:4", "relation": "same-publication", "decided_by": "A", "decided_at": at(3)}
    write_rows(project, "duplicates", [{"pmid": "1"} | decided])
    desk = desk_of(project, *records)
    queue = desk.queue(reviewer="A. Reader")
    assert order(queue) == ["3", "1", "2"]
    assert queue.led_away == {"4": "1", "5": "2"}
    assert "ExpressionOfConcernIn 9" in queue.items[0].reopened[0]
    status, _ = screening_status(desk)
    assert (status.records, status.waiting, status.excluded, status.reopened) == (3, 2, 1, 1)
    assert status.records == status.waiting + status.included + status.excluded + status.maybe + status.conflict


def test_missing_texts_are_said(tmp_path) -> None:
    one, two = record("1", "A", "Lamps."), record("2", "B", "Lamps.")
    project = make_review(tmp_path / "review", [one, two])
    assert desk_of(project, one, two).notes == ()
    (note,) = desk_of(project, one).notes
    assert note.startswith("the abstract of 1 record is not in data/raw here; `evidence refresh --full`")
