"""Many weeks in which anything may happen, go wrong and be stopped: the tables always say what the store says."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from random_weeks import RandomWeeks
from refresh_desk import BEGIN

from evidence import practice
from evidence.errors import EvidenceError
from evidence.fetch.archive import Archive
from evidence.refresh.commit import pending

ANYWHERE = ("status-400", "status-429", "status-500", "html", "empty", "truncated", "dropped", "latin-1", "nul")
FAULTS = (
    *((name, tool) for name in ANYWHERE for tool in ("esearch", "efetch", "einfo")),
    *((name, "efetch") for name in ("truncated-at-record", "duplicate-records", "extra-record")),
    ("count-changes", "esearch"),
)


class Killed(BaseException):
    """The process ends here."""


def stopping_after(steps):
    left = [steps]

    def progress(what, done, total):
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    return progress


def try_once(desk, rng, moment, *, full: bool) -> bool:
    """Run a refresh that may fail or be stopped; return whether it came to its end."""
    before = desk.files()
    name, tool = rng.choice(FAULTS)
    times = 1 if name == "extra-record" else rng.choice((1, 1, 2))  # the same stranger twice looks like a merger
    fault = practice.Fault(name, tool=tool, nth=rng.randint(1, 3), times=times)
    desk.server.script(*([fault] if rng.random() < 0.5 else []))
    progress = stopping_after(rng.randint(0, 6)) if rng.random() < 0.4 else None
    try:
        desk.run(moment, batch_size=rng.choice((5, 20, 100)), full=full, progress=progress)
    except (EvidenceError, Killed):
        assert desk.files() == before
        assert pending(desk.project) is None
        return False
    finally:
        desk.server.script()
    return True


def check(desk, weeks, events, before) -> None:
    """Compare the tables with what the store says."""
    search = desk.rows("searches")[-1]["search_id"]
    assert {(row["pmid"], row["event"]) for row in desk.rows("record_events") if row["search_id"] == search} == events
    rows = desk.rows("records")
    assert len({row["pmid"] for row in rows}) == len(rows)
    assert {row["pmid"]: (row["presence"], row["merged_into"], row["notice"]) for row in rows} == {
        pmid: (row.presence, row.merged_into, row.notice) for pmid, row in weeks.rows.items()
    }
    for row in rows:
        record = weeks.rows[row["pmid"]].record
        assert record is None or (row["title"], row["doi"], set(row["publication_types"].split(";"))) == (
            record.title,
            record.doi,
            set(record.publication_types),
        )
    if not events:
        after = desk.files()
        assert {name for name in after if after[name] != before[name]} == {"searches.csv"}


def live_through(desk, seed: int, n_weeks: int) -> int:
    """Return how many runs came to their end; now and then all is fetched anew, or else the raw answers are lost."""
    rng, complete, forgetful = random.Random(seed), 0, seed % 2 == 1
    weeks = RandomWeeks(desk.store, frozenset({"90000004", "90000007"}), rng)
    moment = dt.datetime(BEGIN.year, BEGIN.month, BEGIN.day, 10, tzinfo=dt.UTC)
    for _ in range(n_weeks):
        if rng.random() < 0.8:
            weeks.happen(moment.date())
        rare = rng.random() < 0.1
        if rare and forgetful and desk.project.raw.exists():
            desk.forget_raw()
        for _ in range(rng.choice((1, 1, 2))):
            before, n_searches = desk.files(), len(desk.rows("searches"))
            done = try_once(desk, rng, moment, full=rare and not forgetful)
            assert len(desk.rows("searches")) == n_searches + done
            if done:
                complete += 1
                check(desk, weeks, weeks.after_a_run(), before)
        moment += dt.timedelta(days=rng.randint(1, 20))
        desk.store.today = moment.date()
    assert Archive(desk.project.raw).verify() == ()
    return complete


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_the_tables_say_what_the_store_says(make_desk, seed: int) -> None:
    desk = make_desk(
        practice.make_records(40, seed=3),
        reports={"InventedA-1": "90000004"},
        known_items=["90000007"],
    )
    desk.client = desk.new_client(tries=2, backoff_seconds=0.001)
    assert live_through(desk, seed, 15) >= 8
