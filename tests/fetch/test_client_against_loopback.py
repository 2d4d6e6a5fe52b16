"""The client from end to end: real HTTP, Biopython's requests, an E-utilities server that goes wrong on demand."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from random import Random
from threading import Thread
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from scripted import DROP, Scripted, http_answer

from evidence import practice
from evidence.errors import AnswerError, InputError, OptionError, RequestError, UnavailableError
from evidence.fetch.client import Client
from evidence.fetch.redact import Secret
from evidence.fetch.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EMAIL, KEY = "ann.reader@example.org", "f00dfeedf00dfeedf00dfeedf00dfeed1234"
RECORDS = practice.make_records(30, seed=2)
IDS = [record.pmid for record in RECORDS]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Times:
    """A clock that moves by sleeping alone; what was slept, and for what."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.told: list[tuple[str, float]] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def tell(self, reason: str, seconds: float) -> None:
        self.told.append((reason, seconds))


def _settings(url: str, **options: Any) -> Settings:
    fast = {"timeout_seconds": 10.0, "deadline_seconds": 20.0, "tries": 4, "max_bytes": 2_000_000}
    return replace(Settings(base_url=url, email=Secret(EMAIL), api_key=Secret(KEY)), **(fast | options))


def _client(url: str, times: Times | None = None, **options: Any) -> Client:
    times = times or Times()
    return Client(
        _settings(url, **options),
        clock=lambda: times.now,
        sleep=times.sleep,
        rng=Random(1),
        now=lambda: NOW + timedelta(seconds=times.now),
        on_wait=times.tell,
    )


@pytest.fixture
def open_server() -> Iterator[Callable[..., practice.Server]]:
    servers: list[practice.Server] = []

    def opened(*faults: practice.Fault, **options: Any) -> practice.Server:
        limits = {"per_second": None, "per_second_with_key": None} | options
        servers.append(practice.Server(practice.Store(RECORDS), faults=faults, **limits).start())
        return servers[-1]

    yield opened
    for server in servers:
        server.close()


def test_each_utility_answers_whole(open_server: Callable[..., practice.Server]) -> None:
    server = open_server()
    client = _client(server.url)
    found = client.search(practice.QUERY).body
    assert sorted(_texts(found, "IdList/Id")) == IDS
    assert _texts(found, "Count") == ["30"]
    assert sorted(_order(client.fetch(IDS[:3]).body)) == IDS[:3]
    assert sorted(client.fetch(IDS[:2], "uilist", "text").body.decode().split()) == IDS[:2]
    assert client.fetch(IDS[:2], "medline", "text").body.count(b"PMID- ") == 2
    assert _texts(client.post(IDS[:2]).body, "QueryKey") == ["1"]
    assert sorted(_texts(client.summary(IDS[:2]).body, "DocSum/Id")) == IDS[:2]
    assert _texts(client.link(IDS[:3]).body, "LinkSet/IdList/Id") == IDS[:3]
    assert _texts(client.info().body, "DbInfo/DbName") == ["pubmed"]
    assert [seen.tool for seen in server.seen] == [
        "esearch",
        "efetch",
        "efetch",
        "efetch",
        "epost",
        "esummary",
        "elink",
        "einfo",
    ]
    assert client.requests == 8


def _texts(body: bytes, path: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(body).iterfind(path)]


def test_an_answer_says_what_was_asked_and_when_but_not_who_asked(open_server: Callable[..., practice.Server]) -> None:
    times = Times()
    server = open_server(practice.Fault("status-429-seconds", seconds=90))
    answer = _client(server.url, times).search("comb", retstart=3, retmax=5, datetype="edat", reldate=90)
    assert dict(answer.request) == {
        "db": "pubmed",
        "term": "comb",
        "retstart": "3",
        "retmax": "5",
        "datetype": "edat",
        "reldate": "90",
        "retmode": "xml",
    }
    assert (answer.tool, answer.tries, answer.asked_at) == ("esearch", 2, "2026-03-01T12:00:00Z")
    assert answer.answered_at == "2026-03-01T12:01:30Z"
    assert EMAIL not in repr(answer)
    assert KEY not in repr(answer)
    params = {name: value for name, value in server.seen[1].params.items() if name not in answer.request}
    assert params == {"tool": "evidence", "email": EMAIL, "api_key": KEY}


def test_other_time_zones_become_utc(open_server: Callable[..., practice.Server]) -> None:
    moment = datetime(2026, 3, 1, 13, 30, tzinfo=timezone(timedelta(hours=1)))
    client = Client(_settings(open_server().url), now=lambda: moment)
    assert client.info().asked_at == "2026-03-01T12:30:00Z"


REPEATED = [
    "status-429",
    "status-429-seconds",
    "status-429-date",
    "status-500",
    "status-502",
    "status-503",
    "html",
    "empty",
    "json-error",
    "error-xml",
    "database-not-supported",
    "dropped",
    "truncated",
    "truncated-no-length",
    "truncated-chunked",
    "truncated-at-record",
    "hang-before-headers",
    "hang-in-body",
]
REFUSED = {
    "status-400": RequestError,
    "status-403": RequestError,
    "status-414": RequestError,
    "entity-bomb": AnswerError,
    "external-entity": AnswerError,
    "nul": AnswerError,
    "latin-1": AnswerError,
    "oversized": AnswerError,
    "redirect-host": RequestError,
    "redirect-port": RequestError,
}
# What arrives whole and well-formed is judged by those who know what was asked, and what is known already.
LET_THROUGH = {
    "count-changes",
    "duplicate-records",
    "expired-history",
    "extra-record",
    "fewer-records",
    "http-dtd",
    "merged",
    "missing-record",
    "new-dtd",
    "no-doctype",
    "unknown-tag",
    "version-2",
}


def test_every_fault_has_its_place() -> None:
    assert {*REPEATED, *REFUSED, *LET_THROUGH, "slow-drip"} == set(practice.FAULTS)


@pytest.mark.parametrize("name", REPEATED)
def test_what_passes_is_asked_again_until_it_is_whole(open_server: Callable[..., practice.Server], name: str) -> None:
    times = Times()
    server = open_server(practice.Fault(name, tool="efetch", times=2))
    answer = _client(server.url, times, **_patience(name)).fetch(IDS)
    assert answer.tries == 3
    assert answer.body == practice.record_set(server.store[pmid] for pmid in _order(answer.body))
    assert sorted(_order(answer.body)) == sorted(IDS)
    assert len(times.told) == 2


def _patience(name: str) -> dict[str, float]:
    """Return little of it where a server hangs, and plenty where a busy machine may be slow."""
    return {"timeout_seconds": 0.5} if name.startswith("hang") else {}


def _order(body: bytes) -> list[str]:
    return _texts(body, "PubmedArticle/MedlineCitation/PMID")


@pytest.mark.parametrize("name", REPEATED)
def test_what_does_not_pass_ends_with_what_was_tried(open_server: Callable[..., practice.Server], name: str) -> None:
    server = open_server(practice.Fault(name, times=None))
    with pytest.raises(UnavailableError) as caught:
        _client(server.url, tries=3, **_patience(name)).fetch(IDS[:2])
    assert str(caught.value).startswith("efetch (2 PMIDs) at 127.0.0.1:")
    assert "Asked 3 times (the limit for one request) in " in str(caught.value)
    assert "Last trouble: " in str(caught.value)
    assert len(server.seen) == 3


@pytest.mark.parametrize(("name", "error"), REFUSED.items())
def test_what_asking_again_cannot_mend_is_asked_once(
    open_server: Callable[..., practice.Server], name: str, error: type[Exception]
) -> None:
    options = {"size": 4_000_000} if name == "oversized" else {}
    server = open_server(practice.Fault(name, times=None, **options))
    with pytest.raises(error):
        _client(server.url).fetch(IDS[:2])
    assert len(server.seen) == 1
    assert server.strayed == []


def test_a_slow_drip_ends(open_server: Callable[..., practice.Server]) -> None:
    server = open_server(practice.Fault("slow-drip", pause=0.05, size=1, times=None))
    times = Times()
    settings = _settings(server.url, tries=2, deadline_seconds=0.4)
    client = Client(settings, clock=time.monotonic, sleep=times.sleep, rng=Random(1))
    with pytest.raises(UnavailableError, match=r"not whole after 0\.4 s"):
        client.fetch(IDS)


@pytest.mark.parametrize("name", sorted(LET_THROUGH - {"expired-history"}))
def test_what_arrives_whole_is_passed_on(open_server: Callable[..., practice.Server], name: str) -> None:
    server = open_server(practice.Fault(name, times=None))
    client = _client(server.url)
    answer = client.search(practice.QUERY) if name == "count-changes" else client.fetch(IDS[:4])
    assert answer.tries == 1


@pytest.mark.parametrize("retry_after", ["7", "Sun, 01 Mar 2026 12:00:08 GMT"])
def test_retry_after_is_kept(retry_after: str) -> None:
    times = Times()
    good = http_answer(body=b"<eInfoResult><DbInfo/></eInfoResult>")
    with Scripted(http_answer(503, Retry_After=retry_after), good) as server:
        _client(server.url, times).info()
    ((reason, seconds),) = times.told
    assert reason == "HTTP 503 Service Unavailable"
    assert seconds == pytest.approx(7 if retry_after == "7" else 8, abs=0.01)
    assert times.slept[0] == seconds


def test_a_wait_that_the_budget_does_not_cover_is_not_begun() -> None:
    times = Times()
    with Scripted(http_answer(429, Retry_After="3600")) as server, pytest.raises(UnavailableError) as caught:
        _client(server.url, times, budget_seconds=600.0).info()
    assert times.slept == []
    assert "The next try would be in 3600 s, more than is left of the 600 s" in str(caught.value)
    assert "NCBI_API_KEY" in str(caught.value)
    assert len(server.received) == 1


def test_the_budget_is_that_of_the_run_not_of_a_request() -> None:
    times = Times()
    good = http_answer(body=b"<eInfoResult><DbInfo/></eInfoResult>")
    bad = http_answer(503, Retry_After="40")
    with Scripted(bad, good, bad, good, bad) as server:
        client = _client(server.url, times, budget_seconds=100.0)
        client.info()
        client.info()
        with pytest.raises(UnavailableError, match=r"Asked once .*\(80 s are spent\)"):
            client.info()
    assert len(server.received) == 5


def test_what_succeeds_costs_no_budget() -> None:
    times = Times()
    with Scripted(http_answer(body=b"<eInfoResult><DbInfo/></eInfoResult>")) as server:
        client = _client(server.url, times, budget_seconds=0.001)
        for _ in range(3):
            times.now += 1000
            client.info()


def test_requests_keep_their_distance_on_the_real_clock(open_server: Callable[..., practice.Server]) -> None:
    server = open_server(practice.Fault("status-429", nth=3))
    client = Client(_settings(server.url, backoff_seconds=0.01))
    threads = [Thread(target=client.info) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    at = sorted(seen.at for seen in server.seen)
    assert len(at) == 13
    assert [seen.status for seen in server.seen].count(429) == 1
    assert min(later - earlier for earlier, later in zip(at, at[10:], strict=False)) > 0.95
    silence = sorted(later - earlier for earlier, later in pairwise(at))[-1]
    assert silence > 0.9  # after the 429 all threads were quiet, not only the one that met it


def test_without_a_key_it_is_three_a_second(open_server: Callable[..., practice.Server]) -> None:
    server = open_server(per_second=3)
    client = Client(replace(_settings(server.url), api_key=Secret()))
    for _ in range(5):
        client.info()
    at = [seen.at for seen in server.seen]
    assert {seen.status for seen in server.seen} == {200}
    assert min(later - earlier for earlier, later in zip(at, at[3:], strict=False)) > 0.95


def test_long_requests_are_posted_and_short_ones_are_not(open_server: Callable[..., practice.Server]) -> None:
    server = open_server()
    client = _client(server.url)
    many = [str(90000001 + number) for number in range(400)]
    client.fetch(many)
    client.fetch(many[:10])
    client.search("(comb[tiab] OR lamp[tiab]) AND " * 60 + "comb[tiab]")
    client.search("comb[tiab]")
    client.post(many[:2])
    assert [seen.method for seen in server.seen] == ["POST", "GET", "POST", "GET", "POST"]
    assert server.seen[0].params["id"] == ",".join(many)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda client: client.fetch([]), "no PMIDs were given"),
        (lambda client: client.post(()), "no PMIDs were given"),
        (lambda client: client.fetch("90000001"), "as a list of texts"),
        (lambda client: client.fetch([90000001]), "not a PMID .*: 90000001"),
        (lambda client: client.fetch(["90000001", "012"]), "not a PMID .*: '012'"),
        (lambda client: client.fetch(["1234567890"]), "not a PMID"),
        (lambda client: client.fetch(["1,2"]), "not a PMID"),
        (lambda client: client.fetch(["12\n"]), "not a PMID"),
        (lambda client: client.fetch(["１２"]), "not a PMID"),
        (lambda client: client.summary([""]), "not a PMID"),
        (lambda client: client.link(["None"]), "not a PMID"),
        (lambda client: client.fetch([str(number) for number in range(1, 10_001)]), "10000 PMIDs in one request"),
        (lambda client: client.search(" \n"), "the query is empty"),
        (lambda client: client.search("comb", retstart=-1), "retstart=-1"),
        (lambda client: client.search("comb", retmax=10_000), "retmax=10000"),
        (lambda client: client.link(["1"], "gene_pubmed"), "linkname='gene_pubmed'"),
    ],
)
def test_what_makes_no_sense_is_not_asked(call: Callable[[Client], object], says: str) -> None:
    with Scripted(DROP) as server:
        client = _client(server.url)
        with pytest.raises(InputError, match=says):
            call(client)
        assert client.requests == 0
    assert server.received == []


def test_unknown_options_are_refused() -> None:
    client = _client("http://127.0.0.1:1/")
    with pytest.raises(OptionError, match="did you mean 'mindate'"):
        client.search("comb", mindat="2020")
    with pytest.raises(OptionError, match="rettype='abstract'"):
        client.fetch(["1"], "abstract", "text")  # type: ignore[arg-type]


def test_repeated_pmids_are_asked_for_once(open_server: Callable[..., practice.Server]) -> None:
    assert _client(open_server().url).fetch([IDS[1], IDS[0], IDS[1]]).request["id"] == f"{IDS[1]},{IDS[0]}"


def test_a_missing_email_is_a_hint_and_no_warning(open_server: Callable[..., practice.Server]) -> None:
    server = open_server()
    client = Client(read_settings(environ={"EVIDENCE_EUTILS_URL": server.url}, config=os.devnull))
    client.info()
    assert client.hints == ()  # nobody on this machine writes to people
    assert set(server.seen[0].params) == {"db", "retmode", "tool"}
    (hint,) = Client(read_settings(environ={}, config=os.devnull)).hints
    assert hint.startswith("No email address is set.")


def test_a_field_that_pubmed_does_not_know_is_an_error_a_phrase_is_not(
    open_server: Callable[..., practice.Server],
) -> None:
    client = _client(open_server().url)
    assert b"<PhraseNotFound>" in client.search("quuxquux[tiab] OR comb[tiab]").body
    with pytest.raises(RequestError, match="FieldNotFound: nonsense"):
        client.search("comb[nonsense]")


def test_positions_beyond_the_cap_are_not_asked_twice(open_server: Callable[..., practice.Server]) -> None:
    server = open_server(cap=10)
    with pytest.raises(RequestError, match="out of acceptable range"):
        _client(server.url).search(practice.QUERY, retstart=10)
    assert len(server.seen) == 1


def test_an_absent_record_is_an_empty_set(open_server: Callable[..., practice.Server]) -> None:
    assert _order(_client(open_server().url).fetch(["99999999"]).body) == []
