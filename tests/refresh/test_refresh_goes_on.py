"""What an interrupted run has fetched and stored is used by the next one, and nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest
from refresh_desk import BEGIN

from evidence import practice
from evidence.errors import AnswerError, EvidenceError, FetchError
from evidence.fetch.archive import Archive
from evidence.refresh.commit import commit, pending

MORNING = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
AN_HOUR = dt.timedelta(hours=1)


class CutError(Exception):
    """The end of a run in its middle."""


def cut_after(records):
    def progress(what, done, total):
        if what == "records" and done >= records:
            raise CutError

    return progress


@pytest.fixture
def cut_desk(make_desk):
    """Return a desk whose first run ended after two of three batches, just now."""
    desk = make_desk(records=practice.make_records(50, seed=3))
    desk.client = desk.new_client()
    with pytest.raises(CutError):
        desk.run(progress=cut_after(40))
    assert desk.rows("searches") == []
    return desk


def now(desk):
    """Return a moment shortly after the stored answers came."""
    latest = max(entry.answered_at for entry in Archive(desk.project.raw).entries())
    return dt.datetime.strptime(latest, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC) + AN_HOUR


def test_what_was_stored_is_not_asked_for_again(cut_desk) -> None:
    desk, requests = cut_desk, len(cut_desk.server.seen)
    result = desk.run(now(desk))
    assert result.reused == 40
    assert [pmid for ids in desk.asked(since=requests) for pmid in ids] == list(desk.store.pmids[40:])
    assert len(desk.rows("records")) == 50
    assert "40 of them by an interrupted run" in "\n".join(result.lines())
    assert len(desk.rows("record_events")) == 50


def test_other_batches_use_it_as_well(cut_desk) -> None:
    desk, requests = cut_desk, len(cut_desk.server.seen)
    desk.store.add(practice.Synthetic(pmid="90000000", title="The copper lamp, added meanwhile."))
    desk.run(now(desk), batch_size=7)
    asked = [pmid for ids in desk.asked(since=requests) for pmid in ids]
    assert asked == ["90000000", *desk.store.pmids[41:]]


def test_after_a_day_it_is_too_old(cut_desk) -> None:
    result = cut_desk.run(now(cut_desk) + dt.timedelta(hours=24))
    assert result.reused == 0


def test_damaged_answers_are_asked_for_again(cut_desk) -> None:
    desk = cut_desk
    archive = Archive(desk.project.raw)
    (first, *_) = (entry for entry in archive.entries() if entry.tool == "efetch")
    (path,) = archive.batches.rglob(f"{first.sha256}.*")
    path.write_bytes(path.read_bytes()[:-20])
    requests = len(desk.server.seen)
    result = desk.run(now(desk))
    assert result.reused == 20
    assert [pmid for ids in desk.asked(since=requests) for pmid in ids] == [
        *desk.store.pmids[:20],
        *desk.store.pmids[40:],
    ]
    assert len(desk.rows("records")) == 50
    assert archive.verify() == ()


def test_answers_of_complete_runs_are_never_used_for_a_later_state(make_desk) -> None:
    desk = make_desk()
    desk.run()
    desk.store.change("90000004", title="The copper lamp, changed within the hour.")
    result = desk.run(now(desk), full=True)
    assert result.reused == 0
    assert desk.events(result.search_id) == {"90000004": {"changed"}}


def test_what_was_missing_is_asked_for_again(make_desk) -> None:
    desk = make_desk(faults=[practice.Fault("missing-record", tool="efetch", pmid="90000004", times=2)])
    with pytest.raises(CutError):
        desk.run(progress=cut_after(20))
    assert desk.run(now(desk)).by_event == {"new": 45}


def test_an_unreadable_answer_stops_the_run_and_the_next_goes_on(make_desk) -> None:
    desk = make_desk(faults=[practice.Fault("entity-bomb", tool="efetch", nth=2, times=None)])
    before = desk.files()
    with pytest.raises(FetchError):
        desk.run()
    assert desk.files() == before
    desk.server.script()
    desk.client = desk.new_client()
    assert desk.run(now(desk)).reused == 20
    assert issubclass(AnswerError, EvidenceError)


def test_a_commit_that_was_cut_off_is_completed_first_and_told(make_desk, monkeypatch) -> None:
    desk = make_desk()
    import evidence.refresh.commit as module

    def die(project):
        raise CutError

    monkeypatch.setattr(module, "roll_forward", die)
    with pytest.raises(CutError):
        desk.run()
    monkeypatch.undo()
    assert desk.rows("searches") == []
    assert pending(desk.project) == "pubmed-20261122T100000Z"
    with pytest.raises(EvidenceError, match="pubmed-20261122T100000Z"):
        desk.run(dry_run=True)
    result = desk.run(BEGIN + dt.timedelta(days=1))
    assert result.completed == "pubmed-20261122T100000Z"
    assert result.events == ()
    assert [row["scope"] for row in desk.rows("searches")] == ["full", "update"]
    assert "was completed" in "\n".join(result.lines())
    assert commit.__name__ == "commit"


def test_a_fresh_copy_without_raw_answers(make_desk) -> None:
    desk = make_desk()
    desk.run()
    before = desk.files()
    desk.forget_raw()
    planned = desk.run(BEGIN + dt.timedelta(days=7), dry_run=True)
    assert (planned.without_raw, planned.scope) == (45, "update")
    assert "45 records have no raw answer stored here" in " ".join(planned.lines())
    result = desk.run(BEGIN + dt.timedelta(days=7), full=True)
    assert result.asked["no raw answer stored"] == 45
    assert result.events == ()
    after = desk.files()
    assert [name for name in after if after[name] != before[name]] == ["searches.csv"]
    assert len(list(Archive(desk.project.raw).records())) == 45
    assert desk.run(BEGIN + dt.timedelta(days=8), dry_run=True).without_raw == 0


def test_changes_in_a_fresh_copy_are_told_by_column(make_desk) -> None:
    desk = make_desk()
    desk.run()
    desk.forget_raw()
    later = BEGIN + dt.timedelta(days=30)
    desk.store.today = later
    desk.store.change("90000004", title="The copper lamp, otherwise.")
    desk.store.change("90000005", abstract="Other words, which are in no table.")
    result = desk.run(later)
    told = {event.pmid: (event.fields, event.substantial, event.detail[:12]) for event in result.events}
    assert told["90000004"] == (("title",), True, "title before")
    assert told["90000005"] == ((), True, "in what the ")


def test_a_record_of_a_full_run_that_left_the_query_is_fetched_where_its_answer_is_missing(make_desk) -> None:
    desk = make_desk()
    desk.run()
    desk.store.change("90000004", title="No word of it.", abstract="", keywords=())
    desk.run(BEGIN + dt.timedelta(days=1))
    desk.forget_raw()
    desk.run(BEGIN + dt.timedelta(days=2), full=True)
    assert Archive(desk.project.raw).record("90000004") is not None
