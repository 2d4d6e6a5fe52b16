"""Retractions, concerns, corrections and republications: found, dated, told, and taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from refresh_desk import BEGIN

from evidence import practice
from evidence.fetch.record import Link, Record
from evidence.refresh.notices import gravest, notices_of, notices_of_row
from evidence.refresh.rows import record_cells

LATER = BEGIN + dt.timedelta(days=30)


@pytest.fixture
def desk(make_desk):
    """Return a desk after its first run, with one report of the review among the records."""
    desk = make_desk(reports={"InventedA-1": "90000004"})
    desk.run()
    desk.store.today = LATER
    return desk


@pytest.mark.parametrize(
    ("happen", "event", "kind"),
    [
        ("retract", "retracted", "RetractionIn"),
        ("concern", "concern", "ExpressionOfConcernIn"),
        ("erratum", "corrected", "ErratumIn"),
        ("republish", "republished", "CorrectedandRepublishedIn"),
    ],
)
def test_a_notice_on_a_report(desk, happen, event, kind) -> None:
    getattr(desk.store, happen)("90000004", "90001001")
    result = desk.run(LATER)
    assert desk.events(result.search_id)["90000004"] == {"changed", event}
    row = desk.row("90000004")
    assert row["notice"] == event
    assert row["retraction_links"] == f"{kind} 90001001"
    (told,) = (seen for seen in result.events if seen.event == event)
    assert told.studies == ("InventedA",)
    assert told.detail.startswith(f"{kind} 90001001 (")
    assert result.included == ("InventedA",)
    text = " ".join(" ".join(result.lines()).split())
    assert "evidence extract 90000004" in text
    assert "exercise-pain" in text, "the synthesis that the trial feeds is named"
    assert desk.run(LATER + dt.timedelta(days=1)).events == ()


def test_the_notice_itself_is_no_retracted_article(desk) -> None:
    desk.store.retract("90000004", "90001001")
    desk.run(LATER)
    notice = desk.row("90001001")
    assert notice["notice"] == ""
    assert notice["retraction_links"] == "RetractionOf 90000004"


def test_a_retraction_by_type_alone(desk) -> None:
    types = ("Journal Article", "Retracted Publication")
    desk.store.change("90000004", publication_types=types)
    result = desk.run(LATER)
    assert desk.events(result.search_id)["90000004"] == {"changed", "retracted"}
    (told,) = (seen for seen in result.events if seen.event == "retracted")
    assert told.detail == "by its publication type or status"


def test_a_record_retracted_before_it_was_first_seen(desk) -> None:
    desk.store.add(practice.Synthetic(pmid="90001000", title="The copper lamp.", added=LATER, revised=LATER))
    desk.store.retract("90001000", "90001001")
    result = desk.run(LATER)
    assert desk.events(result.search_id)["90001000"] == {"new", "retracted"}


def test_a_notice_that_is_withdrawn(desk) -> None:
    record = desk.store["90000004"]
    desk.store.concern("90000004", "90001001")
    desk.run(LATER)
    desk.store.today = LATER + dt.timedelta(days=9)
    desk.store.change("90000004", links=record.links)
    result = desk.run(LATER + dt.timedelta(days=9))
    assert desk.events(result.search_id)["90000004"] == {"changed", "notice-withdrawn"}
    assert desk.row("90000004")["notice"] == ""
    (told,) = (seen for seen in result.events if seen.event == "notice-withdrawn")
    assert told.detail == "was concern"


def test_a_correction_after_a_correction_is_told_again(desk) -> None:
    desk.store.erratum("90000004", "90001001")
    desk.run(LATER)
    desk.store.today = LATER + dt.timedelta(days=9)
    desk.store.erratum("90000004", "90001002")
    result = desk.run(LATER + dt.timedelta(days=9))
    assert "corrected" in desk.events(result.search_id)["90000004"]
    (told,) = (seen for seen in result.events if seen.event == "corrected")
    assert "90001002" in told.detail
    assert "90001001" not in told.detail


def test_a_correction_of_a_retracted_article_does_not_hide_the_retraction(desk) -> None:
    desk.store.retract("90000004", "90001001")
    desk.run(LATER)
    desk.store.today = LATER + dt.timedelta(days=9)
    desk.store.erratum("90000004", "90001002")
    result = desk.run(LATER + dt.timedelta(days=9))
    assert desk.events(result.search_id)["90000004"] == {"changed", "corrected"}
    assert desk.row("90000004")["notice"] == "retracted"


KINDS = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "ExpressionOfConcernIn": "concern",
    "RepublishedIn": "republished",
    "CorrectedandRepublishedIn": "republished",
    "ErratumIn": "corrected",
    "RetractionOf": "",
    "ExpressionOfConcernFor": "",
    "ErratumFor": "",
    "RepublishedFrom": "",
    "CorrectedandRepublishedFrom": "",
    "RetractedandRepublishedFrom": "",
    "UpdateIn": "",
    "UpdateOf": "",
    "CommentIn": "",
    "CommentOn": "",
    "Cites": "",
}


@pytest.mark.parametrize(("kind", "notice"), KINDS.items())
def test_every_kind_of_link(kind, notice) -> None:
    record = Record(pmid="1", title="A", links=(Link(kind=kind, pmid="2", source="J Ex. 2020;1:2"),))
    cells = record_cells(record)
    assert cells["notice"] == notice
    assert gravest(notices_of(record).elements()) == notice
    assert notices_of_row(cells) == notices_of(record)
    column = "other_links" if kind.startswith(("Update", "Comment", "Cites")) else "retraction_links"
    assert cells[column] == f"{kind} 2"


@pytest.mark.parametrize("status", ["retracted", "Retracted"])
def test_a_retraction_by_status(status) -> None:
    assert record_cells(Record(pmid="1", publication_status=status))["notice"] == "retracted"
