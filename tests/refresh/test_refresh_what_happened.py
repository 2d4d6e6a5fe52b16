"""Each thing that can happen to a record between two runs ends as its event, its row, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from refresh_desk import BEGIN

from evidence import practice
from evidence.screen.desk import open_desk
from evidence.screen.ledger import record_decisions
from evidence.screen.standing import Decision
from evidence.tables.io import read_raw, write_bytes

LATER = BEGIN + dt.timedelta(days=30)
EVEN_LATER = BEGIN + dt.timedelta(days=60)
COMB = "The oscillating comb for evening hum."


@pytest.fixture
def desk(make_desk):
    """Return a desk after its first run."""
    desk = make_desk(reports={"InventedA-1": "90000004", "InventedB-1": "90000005"})
    desk.run()
    desk.store.today = LATER
    return desk


def add(desk, pmid="90001000", **fields):
    return desk.store.add(
        practice.Synthetic(**({"pmid": pmid, "title": COMB, "added": LATER, "revised": LATER} | fields))
    )


def test_a_new_record(desk) -> None:
    add(desk)
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {"90001000": {"new"}}
    assert (result.n_new, desk.rows("searches")[-1]["n_new"]) == (1, "1")
    assert desk.row("90001000")["search_id"] == result.search_id
    assert result.asked["added"] == 1


def test_a_record_added_late_under_an_old_date(desk) -> None:
    long_ago = dt.date(2019, 3, 1)
    add(desk, added=LATER, entered=long_ago, revised=long_ago, date="2018")
    assert desk.events(desk.run(LATER).search_id) == {"90001000": {"new"}}


def test_a_record_that_no_window_has_but_the_query_finds(desk) -> None:
    long_ago = dt.date(2019, 3, 1)
    add(desk, added=long_ago, entered=long_ago, revised=long_ago, date="2018")
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {"90001000": {"new"}}
    assert (result.asked["not seen before"], result.asked.get("added", 0)) == (1, 0)


def test_a_changed_record_with_its_fields_and_the_words_before(desk) -> None:
    old = desk.store["90000010"].title
    desk.store.change("90000010", title=f"{old} Again.", abstract="Other words.")
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {"90000010": {"changed"}}
    (event,) = (row for row in desk.rows("record_events") if row["event"] == "changed")
    assert {"abstract", "title", "revised"} <= set(event["fields"].split(";"))
    assert event["detail"] == f"title before: {old}"
    row = desk.row("90000010")
    assert row["title"] == f"{old} Again."
    assert row["changed_search_id"] == result.search_id
    assert row["search_id"] == "pubmed-20261122T100000Z"
    assert result.asked["revised"] == 1


def test_a_change_that_only_the_date_of_revision_in_the_record_shows(desk) -> None:
    desk.store.change("90000010", abstract="Other words.")
    desk.store.add(desk.store["90000010"].but(modified=dt.date(2020, 1, 1)))
    assert desk.events(desk.run(LATER).search_id) == {"90000010": {"changed"}}


def test_another_indexing_is_a_change_of_no_weight(desk) -> None:
    desk.store.change("90000010", mesh=(*desk.store["90000010"].mesh, practice.Heading(descriptor="Elbow")))
    result = desk.run(LATER)
    (event,) = result.events
    assert (event.event, event.fields, event.substantial) == ("changed", ("mesh", "revised"), False)
    assert result.included == ()


def test_an_included_report_outside_the_query_is_looked_at_whatever_its_dates(make_desk) -> None:
    desk = make_desk(reports={"InventedA-1": "90009001"})
    desk.store.add(practice.Synthetic(pmid="90009001", title="No word of the query."))
    desk.run()
    long_ago = dt.date(2015, 1, 1)
    desk.store.change("90009001", revised=long_ago, abstract="New words.")
    changed = desk.run(LATER)
    assert desk.events(changed.search_id) == {"90009001": {"changed"}}
    assert changed.included == ("InventedA",)
    desk.store.retract("90009001", "90009002", on=long_ago)
    retracted = desk.run(EVEN_LATER)
    assert desk.events(retracted.search_id)["90009001"] == {"changed", "retracted"}
    assert desk.row("90009001")["presence"] == "not-in-query"
    assert retracted.included == ("InventedA",)


def test_what_screening_keeps_is_looked_at_as_well(desk) -> None:
    path = desk.project.processed / "screening.csv"
    row = "90000012,title-abstract,A. Reader,include,,2026-11-23T10:00:00Z,reviewer,,\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    desk.store.change("90000012", title="No word of it.", revised=dt.date(2015, 1, 1))
    desk.run(LATER)
    desk.store.retract("90000012", "90009003", on=dt.date(2015, 1, 1))
    assert "retracted" in desk.events(desk.run(EVEN_LATER).search_id)["90000012"]


def test_a_record_leaves_the_query_and_comes_back(desk) -> None:
    record = desk.store["90000010"]
    desk.store.change("90000010", title="No word of the query.", abstract="", keywords=())
    left = desk.run(LATER)
    assert desk.events(left.search_id) == {"90000010": {"changed", "left-query"}}
    assert desk.row("90000010")["presence"] == "left-query"
    assert len(desk.rows("records")) == 45
    quiet = desk.run(LATER + dt.timedelta(days=1))
    assert quiet.events == ()
    desk.store.today = EVEN_LATER
    desk.store.change("90000010", title=record.title)
    back = desk.run(EVEN_LATER)
    assert desk.events(back.search_id) == {"90000010": {"changed", "back-in-query"}}
    assert desk.row("90000010")["presence"] == "in-query"
    assert back.n_new == 0


def test_a_report_that_the_query_finds_later_counts_as_new_to_it(make_desk) -> None:
    desk = make_desk(reports={"InventedA-1": "90009001"})
    desk.store.add(practice.Synthetic(pmid="90009001", title="No word of the query."))
    desk.run()
    desk.store.change("90009001", title=COMB)
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {"90009001": {"changed", "back-in-query"}}
    assert result.n_new == 1
    assert desk.row("90009001")["presence"] == "in-query"


def test_a_deleted_record_is_absent_once_then_gone_and_never_dropped(desk) -> None:
    before = desk.row("90000010")
    desk.store.remove("90000010")
    first = desk.run(LATER)
    assert desk.events(first.search_id) == {"90000010": {"absent"}}
    assert desk.row("90000010") == {**before, "presence": "absent-once"}
    second = desk.run(LATER + dt.timedelta(days=1))
    assert desk.events(second.search_id) == {"90000010": {"gone"}}
    assert desk.row("90000010")["presence"] == "gone"
    requests = len(desk.server.seen)
    third = desk.run(LATER + dt.timedelta(days=2))
    assert third.events == ()
    assert not any("90000010" in ids for ids in desk.asked(since=requests))
    assert len(desk.rows("records")) == 45


def test_a_record_that_was_absent_returns(desk) -> None:
    record = desk.store["90000010"]
    desk.store.remove("90000010")
    desk.run(LATER)
    desk.store.add(record)
    result = desk.run(LATER + dt.timedelta(days=1))
    assert desk.events(result.search_id) == {"90000010": {"returned"}}
    assert desk.row("90000010")["presence"] == "in-query"
    desk.store.remove("90000010")
    desk.run(LATER + dt.timedelta(days=2))
    desk.run(LATER + dt.timedelta(days=3))
    assert desk.row("90000010")["presence"] == "gone"
    desk.store.add(record)
    again = desk.run(LATER + dt.timedelta(days=4))
    assert desk.events(again.search_id) == {"90000010": {"returned"}}
    assert (desk.row("90000010")["presence"], again.n_new) == ("in-query", 0)


def test_a_watched_pmid_that_does_not_exist_is_told_not_lost(make_desk) -> None:
    desk = make_desk(reports={"InventedA-1": "90009009"})
    first = desk.run()
    assert desk.events(first.search_id)["90009009"] == {"absent"}
    assert (desk.row("90009009")["presence"], desk.row("90009009")["title"]) == ("absent-once", "")
    assert desk.events(desk.run(LATER).search_id) == {"90009009": {"gone"}}
    assert desk.run(EVEN_LATER).events == ()
    assert "look at PMID 90009009 in reports.csv" in " ".join(first.lines())
    desk.store.add(practice.Synthetic(pmid="90009009", title=COMB, added=EVEN_LATER))
    arrived = desk.run(EVEN_LATER + dt.timedelta(days=1))
    assert desk.events(arrived.search_id) == {"90009009": {"new", "back-in-query"}}
    assert arrived.n_new == 1


def test_a_merged_record_names_the_other_one(desk) -> None:
    desk.store.merge("90000004", "90000011")
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {"90000004": {"merged"}}
    row = desk.row("90000004")
    assert (row["merged_into"], row["presence"]) == ("90000011", "gone")
    assert desk.run(EVEN_LATER).events == ()


def test_a_record_merged_into_one_that_nobody_knew_brings_it(desk) -> None:
    desk.store.add(practice.Synthetic(pmid="90009005", title="No word of the query."))
    desk.store.merge("90000004", "90009005")
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {"90000004": {"merged"}, "90009005": {"new"}}
    assert desk.row("90009005")["presence"] == "not-in-query"
    desk.store.retract("90009005", "90009006", on=dt.date(2015, 1, 1))
    later = desk.run(EVEN_LATER)
    assert desk.events(later.search_id) == {"90009005": {"changed", "retracted"}}
    assert later.included == ("InventedA",), "the trial is told by the PMID that its report has"


def test_a_second_version_is_a_change(desk) -> None:
    desk.store.change("90000010", version=2, abstract="As revised.")
    result = desk.run(LATER)
    (event,) = result.events
    assert {"version", "abstract"} <= set(event.fields)
    assert desk.row("90000010")["version"] == "2"


def test_of_two_versions_in_one_answer_the_higher_counts(make_desk) -> None:
    desk = make_desk(faults=[practice.Fault("version-2", tool="efetch", pmid="90000010")])
    result = desk.run()
    assert desk.row("90000010")["version"] == "2"
    assert len(desk.rows("records")) == 45
    assert any("90000010" in warning and "highest version" in warning for warning in result.warnings)


def test_several_things_at_once_in_one_run(desk) -> None:
    add(desk)
    desk.store.remove("90000020")
    desk.store.merge("90000021", "90000022")
    desk.store.change("90000023", title="No word of the query.", abstract="", keywords=())
    desk.store.retract("90000024", "90001001")
    result = desk.run(LATER)
    assert desk.events(result.search_id) == {
        "90001000": {"new"},
        "90001001": {"new"},
        "90000020": {"absent"},
        "90000021": {"merged"},
        "90000023": {"changed", "left-query"},
        "90000024": {"changed", "retracted"},
    }
    assert result.by_event["new"] == 2
    untouched = {row["pmid"] for row in desk.rows("records")} - desk.events(result.search_id).keys()
    assert all(desk.row(pmid)["changed_search_id"] == "" for pmid in untouched)


def test_events_are_only_ever_added(desk) -> None:
    before = desk.rows("record_events")
    desk.store.retract("90000024", "90001001")
    desk.run(LATER)
    after = desk.rows("record_events")
    assert [row for row in after if row in before] == before


def test_a_report_without_a_pmid_is_watched_by_its_doi(make_desk) -> None:
    """Its record has left the query and bears old dates: its retraction is still seen, and named by the trial."""
    desk = make_desk()
    path = desk.project.processed / "reports.csv"
    table = read_raw(path)
    assert set(table["pmid"]) == {""}
    table.loc[table["report_id"] == "InventedB-1", "doi"] = desk.store["90000012"].doi.upper()
    write_bytes(path, table.to_csv(index=False, lineterminator="\n").encode())
    first = desk.run()
    assert first.unwatched == ("InventedA-1", "InventedC-1")
    told = " ".join(" ".join(first.lines()).split())
    assert "2 of 3 reports of trials that are not excluded have no PMID" in told
    desk.store.change("90000012", title="Nothing of the kind.", abstract="", keywords=())
    desk.run(BEGIN + dt.timedelta(days=7))
    desk.store.retract("90000012", "90000950", on=dt.date(2020, 1, 1))
    result = desk.run(BEGIN + dt.timedelta(days=70))
    assert ("retracted", "90000012", ("InventedB",)) in {
        (event.event, event.pmid, event.studies) for event in result.events
    }
    assert result.included == ("InventedB",)


def test_what_comes_next_is_what_the_queue_of_screening_has(make_desk) -> None:
    """A retraction and a change of title each reopen; what was decided at full text is decided again there."""
    desk = make_desk()
    desk.run()
    stages = ("title-abstract", "full-text")
    keys = [("90000004", stages), ("90000005", stages), ("90000006", stages[:1])]
    made = [
        Decision(pmid=pmid, stage=stage, reviewer="A. Reader", decision="include", decided_at="2026-11-23T10:00:00Z")
        for pmid, several in keys
        for stage in several
    ]
    record_decisions(desk.project, made)
    desk.store.retract("90000004", "90000900")
    desk.store.change("90000005", title="Felt roller under another title.")
    result = desk.run(BEGIN + dt.timedelta(days=7))
    waiting = [(one.stage, one.first, one.again) for one in result.unread]
    assert waiting == [("title-abstract", 43, 0), ("full-text", 1, 2)]
    now = open_desk(desk.project)
    assert [one.first + one.again for one in result.unread] == [len(now.queue(stage=stage).items) for stage in stages]
    lines = [" ".join(line.split()) for line in result.lines()]
    assert "evidence screen 43 records to read" in lines
    assert "evidence screen --stage full-text 1 record to read, 2 records to decide again" in lines
