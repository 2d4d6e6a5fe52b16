"""What stops a refresh before it changes anything, and what it never does."""

from __future__ import annotations

import datetime as dt

import pytest
from invented_review import set_protocol
from refresh_desk import BEGIN

from evidence import practice
from evidence.errors import EvidenceError, InputError, ProtocolError, RefreshError, TableError, UnavailableError
from evidence.refresh.lock import refresh_lock
from evidence.refresh.plan import window_of
from evidence.refresh.run import refresh
from evidence.refresh.standing import LastRun

LATER = BEGIN + dt.timedelta(days=30)


def stops(desk, error=RefreshError, match=".", **options):
    """Run, expect an error, and see that nothing has changed."""
    before = desk.files()
    day = options.pop("day", LATER)
    with pytest.raises(error, match=match) as caught:
        desk.run(day, **options)
    assert desk.files() == before
    return str(caught.value)


def test_a_drop_of_more_than_a_fifth_stops_with_both_numbers(make_desk) -> None:
    desk = make_desk()
    desk.run()
    for pmid in desk.store.pmids[:10]:
        desk.store.remove(pmid)
    text = stops(desk, match="finds 35 records, 22% fewer than the 45")
    assert "--allow-drop 35" in text
    assert desk.asked() == desk.asked()[:3], "nothing was fetched after the first run"
    stops(desk, match="--allow-drop 34 accepts 34 and no other count", allow_drop=34)
    result = desk.run(LATER, allow_drop=35)
    assert (result.count, len(desk.rows("records"))) == (35, 45)
    assert set().union(*desk.events(result.search_id).values()) == {"absent"}


def test_a_drop_of_a_fifth_is_believed(make_desk) -> None:
    desk = make_desk()
    desk.run()
    for pmid in desk.store.pmids[:9]:
        desk.store.change(pmid, title="No word of the query.", abstract="", keywords=())
    assert desk.run(LATER).count == 36


def test_zero_hits_stop_also_the_first_run(make_desk) -> None:
    desk = make_desk(records=())
    assert "--allow-drop 0" in stops(desk, match="finds 0 records")
    set_protocol(desk.project, query='"nobody ever wrote this"[tiab]')
    stops(desk, match="finds 0 records")


def test_zero_hits_after_a_good_run_name_both_numbers(make_desk) -> None:
    desk = make_desk()
    desk.run()
    for pmid in desk.store.pmids:
        desk.store.remove(pmid)
    stops(desk, match="finds 0 records, and 45 in pubmed-20261122T100000Z")


def test_a_window_that_would_leave_a_gap_is_refused(make_desk) -> None:
    desk = make_desk()
    desk.run()
    text = stops(desk, match="would leave a gap", since=dt.date(2026, 11, 16))
    assert "2026-11-15 or earlier" in text
    result = desk.run(LATER, since=dt.date(2026, 11, 15))
    assert result.window_from == dt.date(2026, 11, 15)


def test_an_earlier_begin_fetches_what_was_added_since(make_desk) -> None:
    desk = make_desk()
    desk.run()
    first = min(desk.store[pmid].added for pmid in desk.store.pmids)
    result = desk.run(LATER, since=first)
    assert (result.n_fetched, result.events) == (45, ())
    assert desk.rows("searches")[-1]["window_from"] == first.isoformat()


def test_since_and_full_exclude_each_other(make_desk) -> None:
    stops(make_desk(), InputError, "give one of them", since=BEGIN, full=True)


def test_a_full_run_fetches_everything_again(make_desk) -> None:
    desk = make_desk()
    desk.run()
    result = desk.run(LATER, full=True)
    assert (result.scope, result.n_fetched, result.events) == ("full", 45, ())
    assert desk.rows("searches")[-1]["scope"] == "full"


def test_another_query_fetches_everything_and_tells_who_left(make_desk) -> None:
    desk = make_desk()
    desk.run()
    combs = {pmid for pmid in desk.store.pmids if "oscillating comb" in desk.store[pmid].title.lower()}
    set_protocol(desk.project, query='"oscillating comb"[ti]')
    result = desk.run(LATER)
    assert (result.scope, result.count) == ("full", len(combs))
    assert "the query is not that of pubmed-20261122T100000Z" in result.reason
    left = {pmid for pmid, kinds in desk.events(result.search_id).items() if kinds == {"left-query"}}
    assert left == set(desk.store.pmids) - combs
    assert desk.run(LATER + dt.timedelta(days=1)).events == ()


def test_the_same_query_in_other_lines_is_the_same(make_desk) -> None:
    desk = make_desk()
    desk.run()
    set_protocol(desk.project, query=practice.QUERY.replace(" OR ", "\n  OR\n"))
    assert desk.run(LATER).scope == "update"


@pytest.mark.parametrize(
    ("query", "error"),
    [("", (RefreshError, ProtocolError)), ("combs\u200b[ti]", RefreshError), ('"comb[ti]', InputError)],
)
def test_a_query_that_cannot_be_sent(make_desk, query, error) -> None:
    desk = make_desk(query=query)
    stops(desk, error)
    assert desk.server.seen == []


def test_another_database_is_not_asked(make_desk) -> None:
    desk = make_desk()
    text = desk.project.protocol.read_text(encoding="utf-8")
    desk.project.protocol.write_text(text.replace('database = "PubMed"', 'database = "Embase"'), encoding="utf-8")
    stops(desk, match="searches Embase")


def test_a_run_dated_in_the_future_is_no_watermark(make_desk) -> None:
    desk = make_desk()
    desk.run(LATER)
    result = desk.run(BEGIN)
    assert (result.scope, result.n_fetched) == ("full", 45)
    assert "still to come" in result.reason


@pytest.mark.parametrize("days", [0, 1, 400])
def test_the_window_always_overlaps_by_seven_days(days) -> None:
    begin = dt.datetime(2026, 11, 22, 23, 59, tzinfo=dt.UTC)
    last = LastRun(search_id="a", query="x", run_at=begin, ended_at=begin, seen_until=begin, count=1)
    window = window_of("x", last, now=begin + dt.timedelta(days=days))
    assert (window.scope, window.since) == ("update", dt.date(2026, 11, 15))


def test_a_dry_run_searches_only_and_writes_nothing(make_desk) -> None:
    desk = make_desk(reports={"InventedA-1": "90000004"})
    first = desk.run(dry_run=True)
    assert (first.n_asked, first.dry_run, first.n_fetched) == (45, True, 0)
    assert not desk.project.raw.exists() or [path.name for path in desk.project.raw.iterdir()] == ["README.md"]
    desk.run()
    desk.store.today = LATER
    desk.store.add(practice.Synthetic(pmid="90001000", title="The copper lamp.", added=LATER))
    everything = {path: path.read_bytes() for path in desk.project.root.rglob("*") if path.is_file()}
    requests = len(desk.server.seen)
    result = desk.run(LATER, dry_run=True)
    assert {path: path.read_bytes() for path in desk.project.root.rglob("*") if path.is_file()} == everything
    assert {seen.tool for seen in desk.server.seen[requests:]} == {"esearch"}
    assert (result.n_asked, result.asked["not seen before"], result.asked["watched"]) == (2, 1, 1)
    assert "Nothing was written" in "\n".join(result.lines())


def test_a_base_with_faults_is_not_refreshed(make_desk) -> None:
    desk = make_desk()
    path = desk.project.processed / "studies.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("included", "includd", 1), encoding="utf-8")
    stops(desk, TableError, "includd")
    assert desk.server.seen == []


def test_tables_that_change_while_a_run_fetches_are_not_overwritten(make_desk) -> None:
    desk = make_desk()
    desk.run()
    path = desk.project.processed / "records.csv"

    def meddle(what, done, total):
        if what == "records" and done == total:
            path.write_text(path.read_text(encoding="utf-8").replace("Lamp Light Ther", "L L T"), encoding="utf-8")

    with pytest.raises(RefreshError, match=r"records\.csv was changed while"):
        desk.run(LATER, full=True, progress=meddle)
    assert "L L T" in path.read_text(encoding="utf-8")
    assert len(desk.rows("searches")) == 1


def test_one_refresh_at_a_time(make_desk) -> None:
    desk = make_desk()
    with refresh_lock(desk.project):
        stops(desk, match="another refresh")
    assert desk.server.seen == []


def test_pubmed_that_finds_records_but_does_not_have_them_is_not_believed(make_desk) -> None:
    desk = make_desk(faults=[practice.Fault("fewer-records", tool="efetch", times=None)])
    stops(desk, match="did not answer with")


def test_a_search_that_never_comes_moves_no_watermark(make_desk) -> None:
    desk = make_desk()
    desk.run()
    desk.server.script(practice.Fault("status-500", tool="esearch", times=None))
    desk.client = desk.new_client(tries=2)
    stops(desk, UnavailableError)
    desk.server.script()
    assert desk.run(LATER).window_from == dt.date(2026, 11, 15)


def test_reviews_of_several_databases_keep_their_own_watermarks(make_desk) -> None:
    desk = make_desk()
    desk.run()
    path = desk.project.processed / "searches.csv"
    names = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    cells = {"search_id": "embase-1", "database": "Embase", "query": "x", "run_at": "2026-12-20T10:00:00Z"}
    row = {**dict.fromkeys(names, ""), **cells, "count": "99", "raw_hash": "none"}
    path.write_text(path.read_text(encoding="utf-8") + ",".join(row[name] for name in names) + "\n", encoding="utf-8")
    try:
        result = desk.run(LATER)
    except EvidenceError as error:  # the row itself must be sound for this to prove anything
        pytest.fail(str(error))
    assert (result.window_from, result.count_before) == (dt.date(2026, 11, 15), 45)


def test_a_clock_that_was_a_year_ahead_hides_nothing(make_desk) -> None:
    """What changed after such a run is found, although the run is dated far later: PubMed said how old it was."""
    desk = make_desk()
    desk.run(BEGIN)
    ahead = dt.datetime(2027, 11, 20, 10, tzinfo=dt.UTC)
    refresh(desk.project, desk.client, clock=lambda: ahead)
    desk.store.today = BEGIN + dt.timedelta(days=20)
    desk.store.change("90000010", title="Felt roller: changed when the clock was wrong.")
    for moment in (ahead + dt.timedelta(days=20), dt.datetime(2026, 12, 24, 10, tzinfo=dt.UTC)):
        result = refresh(desk.project, desk.client, clock=lambda moment=moment: moment)
        assert result.scope == "update"
        assert result.window_from < desk.store.today
    assert desk.row("90000010")["title"] == "Felt roller: changed when the clock was wrong."
