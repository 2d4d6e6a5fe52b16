"""The PubMed within a process answers as the one over HTTP does, and needs neither socket, thread nor TLS."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from evidence import practice
from evidence.errors import AnswerError, EvidenceError, RequestError, UnavailableError
from evidence.fetch.client import Client
from evidence.fetch.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

PMIDS = tuple(str(90000001 + place) for place in range(12))
LONG = [str(90000001 + place) for place in range(400)]  # enough for POST
QUESTIONS: dict[str, Callable[[Client], Any]] = {
    "search": lambda client: client.search("comb*[tiab]", 2, 5),
    "fetch": lambda client: client.fetch(PMIDS),
    "fetch by post": lambda client: client.fetch(LONG),
    "medline": lambda client: client.fetch(PMIDS[:2], "medline", "text"),
    "summary": lambda client: client.summary(PMIDS[:3]),
    "link": lambda client: client.link(PMIDS[:3]),
    "info": lambda client: client.info(),
}


@pytest.fixture(scope="module")
def store() -> practice.Store:
    return practice.story(1)


def over_http(server: practice.Server) -> Client:
    settings = Settings(base_url=server.url, rate=1e6, backoff_seconds=0.001)
    return Client(dataclasses.replace(settings, timeout_seconds=5.0))


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_bytes_are_those_of_http(store: practice.Store, name: str) -> None:
    ask = QUESTIONS[name]
    with practice.Server(store, per_second=None) as server:
        sent = ask(over_http(server))
    here = ask(practice.in_process(store))
    assert here.body == sent.body
    assert here.content_type == sent.content_type
    assert len(here.body) > 100


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("dropped", UnavailableError),
        ("truncated", UnavailableError),
        ("truncated-chunked", UnavailableError),
        ("truncated-no-length", UnavailableError),
        ("status-503", UnavailableError),
        ("status-403", RequestError),
        ("redirect-host", RequestError),
        ("entity-bomb", AnswerError),
        ("html", UnavailableError),
        ("extra-record", None),
        ("unknown-tag", None),
        ("slow-drip", None),
    ],
)
def test_a_fault_ends_as_it_does_over_http(
    store: practice.Store, fault: str, error: type[EvidenceError] | None
) -> None:
    script = [practice.Fault(fault, times=None, seconds=0.001, size=1 << 16, pause=0.0)]
    ends = []
    with practice.Server(store, script, per_second=None) as server:
        for client in (over_http(server), practice.in_process(store, script)):
            try:
                ends.append(client.fetch(PMIDS).body)
            except EvidenceError as raised:
                ends.append(type(raised))
    assert ends[0] == ends[1]
    assert ends[0] == error if error else isinstance(ends[0], bytes)


def test_a_fault_strikes_once_and_the_waits_cost_no_time(store: practice.Store) -> None:
    waits: list[tuple[str, float]] = []
    faults = [practice.Fault("hang-before-headers"), practice.Fault("status-503", nth=2)]
    client = practice.in_process(store, faults, on_wait=lambda reason, seconds: waits.append((reason, seconds)))
    answer = client.search("comb*[tiab]")
    assert (answer.tries, client.requests) == (3, 3)
    assert [reason for reason, _ in waits] == ["nothing came for 60 s", "HTTP 503 Service Unavailable"]
    assert answer.asked_at == answer.answered_at == "2026-01-05T10:00:00Z"


def test_a_surrender_says_the_same_seconds_in_each_run(store: practice.Store) -> None:
    said = set()
    for _ in range(3):
        with pytest.raises(UnavailableError) as raised:
            practice.in_process(store, [practice.Fault("status-503", times=None)]).info()
        said.add(str(raised.value))
    (text,) = said
    assert re.search(r"Asked 6 times \(the limit for one request\) in 1\d\.\d s\.", text)


# What a browser's Python lacks or refuses: TLS, locks of the kernel, sockets, threads.
_AS_IN_A_BROWSER = """
import sys, tempfile, threading, warnings
from pathlib import Path
for name in ("ssl", "_ssl", "fcntl"):
    sys.modules[name] = None
def refused(*arguments):
    raise OSError("not in a browser")
sys.addaudithook(lambda event, _: refused() if event in ("socket.__new__", "socket.connect", "socket.bind") else None)
threading.Thread.start = refused
warnings.simplefilter("ignore")
from evidence import practice
from evidence.project import Project
from evidence.refresh.run import refresh
from evidence.starter import practice_review
project = Project(root=practice_review(Path(tempfile.mkdtemp()) / "elbows").root)
store = practice.story(1)
result = refresh(project, practice.in_process(store), clock=lambda: store.now)
assert "evidence.fetch.exchange" not in sys.modules
print(result.count, result.n_fetched)
"""


def test_a_whole_refresh_runs_without_what_a_browser_lacks() -> None:
    ran = subprocess.run([sys.executable, "-c", _AS_IN_A_BROWSER], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "19 19\n"), ran.stderr
