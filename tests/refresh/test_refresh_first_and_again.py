"""The first run, and a second one when nothing has happened: complete, and without a trace."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
from refresh_desk import BEGIN

from evidence import practice
from evidence.fetch.archive import Archive
from evidence.tables import check_tables

NEXT_WEEK = BEGIN + dt.timedelta(days=7)


def test_the_first_run_has_every_record_that_the_query_finds(make_desk) -> None:
    desk = make_desk()
    desk.store.add(practice.Synthetic(pmid="90005000", title="Something else entirely."))
    result = desk.run()
    found = [pmid for pmid in desk.store.pmids if pmid != "90005000"]
    rows = {row["pmid"]: row for row in desk.rows("records")}
    assert sorted(rows, key=int) == found
    for pmid, row in rows.items():
        record = desk.store[pmid]
        assert (row["title"], row["doi"], row["added"]) == (record.title, record.doi, record.added.isoformat())
        assert set(row["publication_types"].split(";")) == set(record.publication_types)
        assert (row["presence"], row["search_id"]) == ("in-query", result.search_id)
        assert re.fullmatch("[0-9a-f]{64}", row["record_hash"])
    assert desk.events(result.search_id) == {pmid: {"new"} for pmid in found}
    assert (result.n_fetched, result.n_new, result.count) == (45, 45, 45)
    assert (result.scope, result.count_before) == ("full", -1)


def test_the_search_is_noted_as_it_was_run(make_desk) -> None:
    desk = make_desk()
    desk.run()
    (search,) = desk.rows("searches")
    assert search["search_id"] == "pubmed-20261122T100000Z"
    assert search["query"] == " ".join(practice.QUERY.split())
    assert search["run_at"] == "2026-11-22T10:00:00Z"
    assert (search["count"], search["n_fetched"], search["n_new"], search["scope"]) == ("45", "45", "45", "full")
    lines = "".join(f"{pmid}\n" for pmid in desk.store.pmids)
    assert search["ids_hash"] == hashlib.sha256(lines.encode()).hexdigest()
    body = Archive(desk.project.raw).read(search["raw_hash"])
    assert b"<Count>45</Count>" in body
    assert "Title/Abstract" in search["query_translated"]
    assert search["database_updated"].startswith("2026/11/22")
    assert "Biopython" in search["software"]


def test_all_tables_are_sound_and_all_answers_stored(make_desk) -> None:
    desk = make_desk()
    desk.run()
    from evidence.protocol import load_protocol

    vocabularies = load_protocol(desk.project.protocol).vocabularies
    assert check_tables(desk.project.processed, vocabularies=vocabularies) == []
    archive = Archive(desk.project.raw)
    assert archive.verify() == ()
    for row in desk.rows("records"):
        assert f">{row['pmid']}</PMID>".encode() in archive.read(row["raw_hash"])
    assert {entry.tool for entry in archive.entries()} == {"esearch", "efetch", "einfo"}
    assert len(archive.entries()) == len(desk.server.seen)


def test_a_second_run_writes_its_search_and_nothing_else(make_desk) -> None:
    desk = make_desk(reports={"InventedA-1": "90000004"})
    desk.run()
    before = desk.files()
    result = desk.run(NEXT_WEEK)
    after = desk.files()
    assert [name for name in after if after[name] != before[name]] == ["searches.csv"]
    assert result.events == ()
    last = desk.rows("searches")[-1]
    assert (last["scope"], last["window_from"], last["n_new"]) == ("update", "2026-11-15", "0")
    assert (last["n_fetched"], result.scope) == ("1", "update")
    assert "all are as they were" in "\n".join(result.lines())


def test_batches_are_explicit_sorted_lists(make_desk) -> None:
    desk = make_desk()
    desk.run(batch_size=20)
    asked = desk.asked()
    assert [len(ids) for ids in asked] == [20, 20, 5]
    assert [pmid for ids in asked for pmid in ids] == list(desk.store.pmids)
    assert all("WebEnv" not in seen.params for seen in desk.server.seen)


def test_long_lists_go_by_post(make_desk) -> None:
    desk = make_desk(practice.make_records(230, minimal=True))
    desk.run(batch_size=200)
    methods = [seen.method for seen in desk.server.seen if seen.tool == "efetch"]
    assert methods[0] == "POST"
    assert len(desk.rows("records")) == 230


def test_a_search_beyond_the_cap_is_complete(make_desk) -> None:
    desk = make_desk(practice.make_records(230, minimal=True), cap=40)
    result = desk.run(batch_size=100, cap=40)
    assert [row["pmid"] for row in desk.rows("records")] == list(desk.store.pmids)
    assert result.count == 230


def test_recall_of_known_items_is_told(make_desk) -> None:
    desk = make_desk(known_items=["90000001", "90000002", "90009000"])
    desk.store.add(practice.Synthetic(pmid="90009000", title="Not what the query looks for."))
    result = desk.run()
    assert (result.known_found, result.known_missing) == (("90000001", "90000002"), ("90009000",))
    assert "Of 3 known items it finds 2; not: 90009000." in result.lines()
    assert desk.row("90009000")["presence"] == "not-in-query"
    assert (result.n_new, result.n_fetched) == (45, 46)


def test_reports_and_reviews_are_fetched_whatever_the_query_finds(make_desk) -> None:
    desk = make_desk(reports={"InventedA-1": "90009001"})
    desk.store.add(practice.Synthetic(pmid="90009001", title="A report without any of the words."))
    result = desk.run()
    assert desk.row("90009001")["presence"] == "not-in-query"
    (event,) = (row for row in desk.rows("record_events") if row["pmid"] == "90009001")
    assert event["event"] == "new"
    assert event["studies"] == "InventedA"
    assert event["detail"] == "the query does not find it; report InventedA-1 of InventedA"
    assert result.n_new == 45


def test_two_runs_in_one_second_have_two_names(make_desk) -> None:
    desk = make_desk()
    first, second = desk.run(), desk.run()
    assert first.search_id != second.search_id
    assert [row["search_id"] for row in desk.rows("searches")] == [first.search_id, second.search_id]


@pytest.mark.parametrize("size", [0, 501])
def test_batches_have_a_sensible_size(make_desk, size) -> None:
    from evidence.errors import InputError

    with pytest.raises(InputError, match="from 1 to 500"):
        make_desk().run(batch_size=size)


def test_the_result_as_data_can_be_written_as_json(make_desk) -> None:
    import json

    data = make_desk().run().to_dict()
    assert json.loads(json.dumps(data))["by_event"] == {"new": 45}
    assert data["asked"]["found by the query"] == 45
