"""Everything that is asked for is explained: found, merged, absent; or the run fails."""

from __future__ import annotations

import hashlib

import pytest

from evidence import practice
from evidence.errors import RefreshError
from evidence.fetch.answer import Answer
from evidence.fetch.archive import Archive
from evidence.refresh.batches import Fetcher, in_batches
from evidence.refresh.reconcile import FEW, receive

IDS = tuple(str(90000001 + place) for place in range(40))


class Pubmed:
    """Answers with its records, less what a script takes away from the n-th answer."""

    def __init__(self, *, without=(), merged=None, short=None, extra=None) -> None:
        self.records = {pmid: practice.Synthetic(pmid=pmid, title=f"Comb {pmid}.") for pmid in IDS}
        for pmid in without:
            del self.records[pmid]
        self.merged, self.short, self.extra = merged or {}, short or {}, extra or {}
        self.asked: list[tuple[str, ...]] = []

    def fetch(self, ids):
        self.asked.append(tuple(ids))
        turn = len(self.asked)
        pmids = [self.merged.get(pmid, pmid) for pmid in ids]
        sent = [self.records[pmid] for pmid in dict.fromkeys(pmids) if pmid in self.records]
        sent = sent[: self.short.get(turn, len(sent))]
        sent += [practice.Synthetic(pmid=pmid, title="Extra.") for pmid in self.extra.get(turn, ())]
        return Answer(tool="efetch", body=practice.record_set(sent), answered_at="2026-11-22T10:00:00Z")


def run(tmp_path, pubmed, *, size=10, ids=IDS, in_query=IDS, stored=()):
    told = []
    archive = Archive(tmp_path / "raw")
    fetcher = Fetcher(client=pubmed, archive=archive, run="run-1", progress=lambda *facts: told.append(facts))
    received = receive(fetcher, ids, in_query=in_query, stored=stored, size=size)
    assert {*received.found, *received.merged, *received.absent} == set(ids), "all are explained"
    assert len(received.found) + len(received.merged) + len(received.absent) == len(ids), "each once"
    assert [entry.ids for entry in archive.entries()] == pubmed.asked, "each answer is stored"
    assert ("records", len(ids), len(ids)) in told
    return received


def test_all_at_once(tmp_path) -> None:
    pubmed = Pubmed()
    received = run(tmp_path, pubmed)
    assert pubmed.asked == [IDS[:10], IDS[10:20], IDS[20:30], IDS[30:]]
    for pmid, fetched in received.found.items():
        assert fetched.record.pmid == pmid
        assert fetched.record_hash == fetched.record.sha256
        body = Archive(tmp_path / "raw").read(fetched.raw_hash)
        assert hashlib.sha256(body).hexdigest() == fetched.raw_hash
        assert pmid.encode() in body


def test_a_few_that_are_missing_are_asked_for_one_by_one(tmp_path) -> None:
    pubmed = Pubmed(without=IDS[:FEW])
    received = run(tmp_path, pubmed)
    assert received.absent == IDS[:FEW]
    assert pubmed.asked[4:] == [(pmid,) for pmid in IDS[:FEW]]


def test_a_short_answer_is_asked_for_again_as_a_batch(tmp_path) -> None:
    pubmed = Pubmed(short={1: 4})
    received = run(tmp_path, pubmed)
    assert received.absent == ()
    assert pubmed.asked[1] == IDS[4:10]
    assert len(pubmed.asked) == 5


def test_a_merged_record_is_asked_for_twice_before_it_is_believed(tmp_path) -> None:
    pubmed = Pubmed(merged={IDS[0]: IDS[1]}, without=IDS[:1])
    received = run(tmp_path, pubmed)
    assert received.merged[IDS[0]].record.pmid == IDS[1]
    assert pubmed.asked[4:] == [(IDS[0],), (IDS[0],), (IDS[2],)], "and one that is there is asked for, to compare"
    assert received.extra == ()


def test_a_record_that_comes_with_every_answer_is_none_into_which_another_was_merged(tmp_path) -> None:
    every = {turn: ["99999999"] for turn in range(1, 20)}
    received = run(tmp_path, Pubmed(without=IDS[:2], extra=every))
    assert (received.absent, received.merged, received.extra) == (IDS[:2], {}, ("99999999",))


def test_several_records_merged_into_one_are_compared_once(tmp_path) -> None:
    pubmed = Pubmed(merged={IDS[0]: IDS[5], IDS[1]: IDS[5]}, without=IDS[:2])
    received = run(tmp_path, pubmed)
    assert {pmid: fetched.record.pmid for pmid, fetched in received.merged.items()} == {IDS[0]: IDS[5], IDS[1]: IDS[5]}
    assert len(pubmed.asked) == 4 + 2 + 2 + 1


def test_an_extra_record_in_a_lone_answer_is_no_merger(tmp_path) -> None:
    pubmed = Pubmed(without=IDS[:1], extra={5: ["99999999"]})
    with pytest.raises(RefreshError, match="first with 99999999, then with nothing"):
        run(tmp_path, pubmed)


def test_a_record_that_comes_when_it_is_asked_for_alone(tmp_path) -> None:
    pubmed = Pubmed(short={4: 9})
    assert run(tmp_path, pubmed).absent == ()
    assert pubmed.asked[4:] == [(IDS[-1],)]


def test_an_extra_record_is_named_and_left_aside(tmp_path) -> None:
    received = run(tmp_path, Pubmed(extra={2: ["99999999"]}))
    assert received.extra == ("99999999",)
    assert "99999999" not in received.found


def test_several_strangers_for_one_pmid_are_not_believed(tmp_path) -> None:
    pubmed = Pubmed(without=IDS[:1], extra={5: ["99999998", "99999999"]})
    with pytest.raises(RefreshError, match="2 other records"):
        run(tmp_path, pubmed)


def test_much_that_is_found_but_not_there_stops(tmp_path) -> None:
    with pytest.raises(RefreshError, match="finds 40 of the records asked for, but did not answer with 9"):
        run(tmp_path, Pubmed(without=IDS[:9]))
    assert len(run(tmp_path / "other", Pubmed(without=IDS[:8])).absent) == 8


def test_much_that_is_gone_from_the_query_as_well_is_believed(tmp_path) -> None:
    assert len(run(tmp_path, Pubmed(without=IDS[:20]), in_query=IDS[20:]).absent) == 20


def test_nothing_to_ask_for_asks_for_nothing(tmp_path) -> None:
    pubmed = Pubmed()
    archive = Archive(tmp_path)
    received = receive(Fetcher(client=pubmed, archive=archive, run="r"), ())
    assert (received.found, pubmed.asked) == ({}, [])


@pytest.mark.parametrize("size", [1, 3, 7, 40, 500])
def test_batches_are_the_list(size) -> None:
    batches = list(in_batches(IDS, size))
    assert [pmid for batch in batches for pmid in batch] == list(IDS)
    assert {len(batch) for batch in batches[:-1]} <= {size}
