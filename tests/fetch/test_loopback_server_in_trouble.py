"""The small PubMed of the tests in trouble: its limits, each of its faults, and that nothing of it is left behind."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from evidence import practice
from evidence.practice import Fault, Server, Store

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def store() -> Store:
    return Store(practice.make_records(50, seed=1))


# ---------------------------------------------------------------- limits


def _ask(server: Server, target: str, timeout: float = 5.0) -> tuple[int, dict[str, str], bytes]:
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=timeout)
    try:
        connection.request("GET", place.path + target)
        response = connection.getresponse()
        return response.status, dict(response.headers.items()), response.read()
    finally:
        connection.close()


def test_other_databases_and_utilities_are_refused(store: Store) -> None:
    with Server(store) as server:
        assert _ask(server, "esearch.fcgi?db=protein&term=comb")[0] == 400
        assert _ask(server, "espell.fcgi?db=pubmed&term=comb")[0] == 404
        assert _ask(server, "esearch.fcgi?db=pubmed&term=" + "comb+" * 1000)[0] == 414


@pytest.mark.parametrize(("key", "limit"), [("", 3), ("&api_key=k1", 10)])
def test_one_request_too_many_in_a_second_is_refused(key: str, limit: int, store: Store) -> None:
    with Server(store) as server:
        answers = [_ask(server, f"einfo.fcgi?db=pubmed{key}") for _ in range(limit + 1)]
        assert [status for status, _, _ in answers] == [200] * limit + [429]
        assert json.loads(answers[-1][2])["error"] == "API rate limit exceeded"
        assert json.loads(answers[-1][2])["limit"] == str(limit)
        time.sleep(1)
        assert _ask(server, f"einfo.fcgi?db=pubmed{key}")[0] == 200
        assert [seen.status for seen in server.seen] == [*[200] * limit, 429, 200]


# ---------------------------------------------------------------- faults

FETCH = "efetch.fcgi?db=pubmed&retmode=xml&id=" + ",".join(f"9000000{i}" for i in range(1, 7))
SEARCH = "esearch.fcgi?db=pubmed&term=" + quote(practice.QUERY)


def _observed(server: Server, target: str) -> tuple[str, bytes]:
    """Return what a plain client meets: a status or the way in which the connection failed, and the bytes."""
    try:
        status, headers, body = _ask(server, target, timeout=0.3)
    except http.client.IncompleteRead as error:
        return "incomplete", error.partial
    except http.client.RemoteDisconnected:
        return "disconnected", b""
    except TimeoutError:
        return "timeout", b""
    more = [headers[name] for name in ("Location", "Retry-After") if name in headers]
    return " ".join([str(status), *more]), body


def _pmids_in(body: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb'<MedlineCitation[^>]*><PMID Version="\d+">(\d+)</PMID>', body)]


SIX = [f"9000000{i}" for i in range(6, 0, -1)]
Check = "Callable[[str, bytes], bool]"
EXPECTED: dict[str, Callable[[str, bytes], bool]] = {
    "status-400": lambda how, body: how == "400" and b"<ERROR>" in body,
    "status-403": lambda how, body: how == "403" and b"<html>" in body,
    "status-414": lambda how, body: how == "414" and b"<html>" in body,
    "status-429": lambda how, body: how == "429" and b"API rate limit exceeded" in body,
    "status-429-seconds": lambda how, body: how == "429 1",
    "status-429-date": lambda how, body: how.startswith("429 ") and how.endswith(" GMT"),
    "status-500": lambda how, body: how == "500" and b"<html>" in body,
    "status-502": lambda how, body: how == "502" and b"<html>" in body,
    "status-503": lambda how, body: how == "503" and b"<html>" in body,
    "html": lambda how, body: how == "200" and b"<html>" in body,
    "empty": lambda how, body: (how, body) == ("200", b""),
    "json-error": lambda how, body: how == "200" and json.loads(body)["error"] == "API rate limit exceeded",
    "error-xml": lambda how, body: how == "200" and b"<ERROR>Search Backend failed" in body,
    "database-not-supported": lambda how, body: b"<ERROR>Database is not supported: pubmed</ERROR>" in body,
    "dropped": lambda how, body: how == "disconnected",
    "truncated": lambda how, body: how == "incomplete" and len(body) > 1000,
    "truncated-no-length": lambda how, body: how == "200" and b"</PubmedArticleSet>" not in body and len(body) > 1000,
    "truncated-chunked": lambda how, body: how == "incomplete",
    "truncated-at-record": lambda how, body: (
        how == "200" and body.endswith(b"</PubmedArticle>") and len(_pmids_in(body)) == 3
    ),
    "fewer-records": lambda how, body: body.endswith(b"</PubmedArticleSet>\n") and _pmids_in(body) == SIX[:3],
    "hang-before-headers": lambda how, body: how == "timeout",
    "hang-in-body": lambda how, body: how == "timeout",
    "slow-drip": lambda how, body: how == "200" and _pmids_in(body) == SIX,
    "duplicate-records": lambda how, body: _pmids_in(body) == [*SIX, SIX[0]],
    "missing-record": lambda how, body: _pmids_in(body) == SIX[:5],
    "extra-record": lambda how, body: _pmids_in(body) == [practice.EXTRA.pmid, *SIX],
    "version-2": lambda how, body: sorted(_pmids_in(body)) == sorted([*SIX, SIX[-1]]) and b'<PMID Version="2">' in body,
    "merged": lambda how, body: _pmids_in(body) == [*SIX[:5], practice.MERGED_INTO.pmid],
    "new-dtd": lambda how, body: b"/pubmed_270101.dtd" in body and b"_250101" not in body and _pmids_in(body) == SIX,
    "http-dtd": lambda how, body: b'"http://dtd.nlm.nih.gov' in body and b"https://dtd" not in body,
    "no-doctype": lambda how, body: b"DOCTYPE" not in body and _pmids_in(body) == SIX,
    "unknown-tag": lambda how, body: body.count(b"<FutureFinding") == 6,
    "entity-bomb": lambda how, body: b"&e9;" in body and body.count(b"<!ENTITY") == 10,
    "external-entity": lambda how, body: b"&outside;" in body and b'SYSTEM "file:' in body,
    "nul": lambda how, body: body.count(b"\x00") == 1,
    "latin-1": lambda how, body: b"caf\xe9<" in body,
    "oversized": lambda how, body: len(body) > 1 << 20 and _pmids_in(body) == SIX,
    "redirect-host": lambda how, body: how.startswith("302 http://pubmed.invalid/entrez/eutils/efetch.fcgi?db="),
    "redirect-port": lambda how, body: how.startswith("302 http://127.0.0.1:"),
    "count-changes": lambda how, body: b"<Count>51</Count>" in body,
    "expired-history": lambda how, body: b"<ERROR>Unable to obtain query #1</ERROR>" in body,
}
TARGETS = {"count-changes": SEARCH, "expired-history": "efetch.fcgi?db=pubmed&retmode=xml&WebEnv=MCID_1&query_key=1"}
OPTIONS: dict[str, dict[str, Any]] = {"oversized": {"size": 1 << 20}, "slow-drip": {"size": 4096, "pause": 0.01}}


def test_no_fault_is_without_a_check() -> None:
    assert EXPECTED.keys() == practice.FAULTS.keys()


@pytest.mark.parametrize("name", practice.FAULTS)
def test_fault(name: str, store: Store) -> None:
    target = TARGETS.get(name, FETCH)
    tool = target.partition(".")[0]
    fault = Fault(name, tool=tool, **OPTIONS.get(name, {}))
    with Server(store, [fault], per_second=None) as server:
        how, body = _observed(server, target)
        assert EXPECTED[name](how, body), (how, body[:300])
        again, whole = _observed(server, FETCH)
        assert (again, _pmids_in(whole)) == ("200", SIX)


def test_faults_strike_when_the_script_says(store: Store) -> None:
    script = [Fault("status-500", tool="efetch", nth=2, times=2), Fault("status-503", nth=6, times=None)]
    with Server(store, script, per_second=None) as server:
        asked = [FETCH, SEARCH, FETCH, FETCH, FETCH, FETCH, SEARCH]
        assert [_ask(server, target)[0] for target in asked] == [200, 200, 500, 500, 200, 503, 503]
        server.script()
        assert _ask(server, FETCH)[0] == 200


def test_a_count_that_changes_is_another_each_time(store: Store) -> None:
    with Server(store, [Fault("count-changes", times=None)], per_second=None) as server:
        bodies = [_ask(server, SEARCH)[2] for _ in range(3)]
    assert [b"<Count>%d</Count>" % n in body for n, body in zip((51, 52, 53), bodies, strict=True)] == [True] * 3


def test_who_follows_a_redirection_to_another_port_is_noted(store: Store) -> None:
    with Server(store, [Fault("redirect-port")], per_second=None) as server:
        with urllib.request.urlopen(server.url + SEARCH + "&api_key=secret") as answer:
            assert b"You should not be here" in answer.read()
        assert len(server.strayed) == 1
        assert "api_key=secret" in server.strayed[0]


def test_hanging_answers_and_idle_connections_end_with_the_server(store: Store) -> None:
    before = set(threading.enumerate())
    script = [Fault("hang-before-headers"), Fault("hang-in-body"), Fault("slow-drip", pause=30)]
    opened: list[socket.socket] = []
    try:
        with Server(store, script, per_second=None) as server:
            place = urlsplit(server.url)
            for _ in range(3):
                opened.append(socket.create_connection((str(place.hostname), int(str(place.port)))))
                opened[-1].sendall(f"GET {place.path}{FETCH} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            opened.append(socket.create_connection((str(place.hostname), int(str(place.port)))))
            while len(server.seen) < 3:
                time.sleep(0.01)
            begin = time.perf_counter()
        assert time.perf_counter() - begin < 2
    finally:
        for connection in opened:
            connection.close()
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "sulks"}, "no fault is called 'sulks'"),
        ({"name": "count-changes", "tool": "efetch"}, "efetch cannot have the fault"),
        ({"name": "empty", "nth": 0}, "count from 1"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Fault(**arguments)
