"""Complete searches of a PubMed on loopback, by real HTTP, beyond its cap and while it is being added to."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evidence import practice
from evidence.errors import FetchError, RequestError, UnavailableError
from evidence.fetch.archive import Archive
from evidence.fetch.client import Client
from evidence.fetch.search import find_ids, hash_ids
from evidence.fetch.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path


def client(server: practice.Server) -> Client:
    settings = read_settings(email="ann@example.org", environ={"EVIDENCE_EUTILS_URL": server.url}, config="/dev/null")
    return Client(replace(settings, rate=10_000.0, timeout_seconds=20.0, backoff_seconds=0.001))


def serve(store: practice.Store, *faults: practice.Fault, cap: int = 9999) -> practice.Server:
    return practice.Server(store, faults=faults, per_second=None, cap=cap)


def numbers(store: practice.Store) -> tuple[str, ...]:
    return tuple(sorted(store.pmids, key=int))


def test_beyond_pubmed_s_cap() -> None:
    store = practice.Store(practice.make_records(25_000, seed=1, minimal=True))
    with serve(store) as server:
        found = find_ids(client(server), practice.QUERY)
        assert found.ids == numbers(store)
        assert found.count == 25_000
        assert found.ids_hash == hash_ids(store.pmids)
        assert found.translation
        assert len(server.seen) == len(found.answers) <= 14
        assert all("api_key" not in answer.request for answer in found.answers)


@pytest.mark.parametrize("cap", [1, 7, 49, 50, 51])
def test_any_cap(cap: int) -> None:
    store = practice.Store(practice.make_records(50, seed=2, minimal=True))
    with serve(store, cap=cap) as server:
        assert find_ids(client(server), f"{practice.QUERY}\nAND\n2000:3000[crdt]", cap=cap).ids == numbers(store)


def test_nothing_and_remarks() -> None:
    with serve(practice.Store(practice.make_records(5, seed=3))) as server:
        nothing = find_ids(client(server), "unheardofword[tiab]")
        assert (nothing.count, nothing.ids) == (0, ())
        assert nothing.warnings[0] == "phrase not found: unheardofword[tiab]"
        some = find_ids(client(server), "2000:3000[crdt] OR unheardofword[tiab]")
        assert some.count == 5
        assert some.warnings == ("phrase not found: unheardofword[tiab]",)


def test_a_field_that_pubmed_does_not_know() -> None:
    with serve(practice.Store(practice.make_records(5, seed=3))) as server, pytest.raises(RequestError):
        find_ids(client(server), f"({practice.QUERY}) OR comb[tibia]")


def test_records_arrive_while_it_is_read() -> None:
    records = practice.make_records(60, seed=4)
    store = practice.Store(records[:40])
    stop = threading.Event()

    def arrive() -> None:
        for record in records[40:]:
            store.add(record)
            if stop.wait(0.005):
                return

    thread = threading.Thread(target=arrive)
    with serve(store, cap=10) as server:
        thread.start()
        try:
            found = find_ids(client(server), practice.QUERY, cap=10)
        except UnavailableError:
            assert len(server.seen) > 3  # given up, but not at the first change
        else:
            assert set(found.ids) <= set(store.pmids)
            assert {record.pmid for record in records[:40]} <= set(found.ids)
            assert found.count == len(found.ids)
        finally:
            stop.set()
            thread.join()
        found = find_ids(client(server), practice.QUERY, cap=10)
        assert found.ids == numbers(store)


def test_a_count_that_changes_once_and_for_ever() -> None:
    store = practice.Store(practice.make_records(30, seed=5, minimal=True))
    with serve(store, practice.Fault("count-changes", tool="esearch", nth=2, times=1), cap=10) as server:
        assert find_ids(client(server), practice.QUERY, cap=10).ids == numbers(store)
    with (
        serve(store, practice.Fault("count-changes", tool="esearch", times=None), cap=10) as server,
        pytest.raises(FetchError),
    ):
        find_ids(client(server), practice.QUERY, cap=10)


@pytest.mark.parametrize("name", ["truncated", "status-503", "html", "json-error", "dropped"])
@pytest.mark.parametrize("nth", [1, 2, 5])
def test_a_fault_in_the_middle_is_survived(name: str, nth: int) -> None:
    store = practice.Store(practice.make_records(30, seed=6, minimal=True))
    with serve(store, practice.Fault(name, tool="esearch", nth=nth), cap=10) as server:
        found = find_ids(client(server), practice.QUERY, cap=10)
        assert found.ids == numbers(store)
        assert len(server.seen) == len(found.answers) + 1


def test_every_answer_can_be_archived_and_tells_the_same_again(tmp_path: Path) -> None:
    store = practice.Store(practice.make_records(30, seed=7, minimal=True))
    with serve(store, cap=10) as server:
        found = find_ids(client(server), practice.QUERY, cap=10)
    archive = Archive(tmp_path)
    for answer in found.answers:
        archive.store(answer, run="r1", purpose="search")
    assert archive.verify() == ()
    assert archive.read(found.answers[0].sha256) == found.answers[0].body
    assert b"<Count>30</Count>" in found.answers[0].body
    assert archive.entries()[0].request["term"] == found.term
    begun = dt.datetime.fromisoformat(archive.entries()[0].asked_at)
    assert abs((dt.datetime.now(dt.UTC) - begun).total_seconds()) < 60
