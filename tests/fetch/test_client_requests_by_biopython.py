"""Biopython writes the requests; nothing of it stays changed, nothing of its own globals slips in."""

from __future__ import annotations

import inspect
import time
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs

import Bio
import pytest
from Bio import Entrez

from evidence.errors import FetchError
from evidence.fetch.entrez import Prepared, prepare

NAMES = ("urlopen", "max_tries", "sleep_between_tries", "email", "api_key", "tool", "local_cache", "_open")


def _state() -> dict[str, Any]:
    return {name: getattr(Entrez, name) for name in NAMES}


def _ids(count: int) -> str:
    return ",".join(str(90000001 + number) for number in range(count))


@pytest.mark.parametrize(
    ("tool", "parameters", "post"),
    [
        ("esearch", {"db": "pubmed", "term": "comb[tiab]"}, False),
        ("esearch", {"db": "pubmed", "term": "(comb[tiab] OR lamp[tiab]) AND " * 40 + "trial[tiab]"}, True),
        ("efetch", {"db": "pubmed", "id": _ids(1)}, False),
        ("efetch", {"db": "pubmed", "id": _ids(50)}, False),
        ("efetch", {"db": "pubmed", "id": _ids(200)}, True),
        ("efetch", {"db": "pubmed", "id": ",".join(["7"] * 200)}, True),
        ("efetch", {"db": "pubmed", "id": ",".join(["7"] * 199)}, False),
        ("epost", {"db": "pubmed", "id": _ids(2)}, True),
        ("esummary", {"db": "pubmed", "id": _ids(300)}, True),
        ("elink", {"dbfrom": "pubmed", "id": _ids(3), "linkname": "pubmed_pubmed_refs"}, False),
        ("elink", {"dbfrom": "pubmed", "id": _ids(300), "linkname": "pubmed_pubmed_refs"}, True),
        ("einfo", {"db": "pubmed"}, False),
    ],
)
def test_long_requests_go_by_post_and_all_parameters_arrive(tool: str, parameters: dict[str, str], post: bool) -> None:
    prepared = prepare(tool, parameters)
    assert (prepared.tool, prepared.post) == (tool, post)
    sent = parse_qs(prepared.query({"tool": "evidence", "email": "ann@example.org"}))
    ids = {"id": parameters["id"].split(",")} if tool == "elink" else {}
    assert sent == {name: [value] for name, value in parameters.items()} | ids | {
        "tool": ["evidence"],
        "email": ["ann@example.org"],
    }


@pytest.mark.parametrize("term", ["β-carotene & “x” + 50% #1; a=b|c", "a\nb\tc", "日本語[tiab]", "%41%zz"])
def test_every_character_of_a_query_survives(term: str) -> None:
    assert parse_qs(prepare("esearch", {"db": "pubmed", "term": term}).query({}))["term"] == [term]


def test_biopythons_own_email_key_and_tool_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Entrez, "email", "global@example.org")
    monkeypatch.setattr(Entrez, "api_key", "globalkey")
    monkeypatch.setattr(Entrez, "tool", "globaltool")
    assert parse_qs(prepare("efetch", {"db": "pubmed", "id": "1"}).query({})) == {"db": ["pubmed"], "id": ["1"]}


def test_everything_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Entrez, "max_tries", 0)  # with which Biopython itself could not ask at all
    monkeypatch.setattr(Entrez, "sleep_between_tries", 99)
    before = _state()
    prepare("efetch", {"db": "pubmed", "id": "1"})
    assert _state() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_everything_is_put_back_after_an_exception(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    before, previous = _state(), Entrez._open.previous

    def fails(*args: object, **options: object) -> None:
        assert Entrez.urlopen is not before["urlopen"]
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Entrez, "_build_request", fails)
        with pytest.raises(error):
            prepare("efetch", {"db": "pubmed", "id": "1"})
    assert _state() == before
    assert Entrez._open.previous == previous
    assert prepare("efetch", {"db": "pubmed", "id": "1"}).tool == "efetch"  # and the lock is free


def test_biopythons_limiter_does_not_sleep_but_learns_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_sleep(seconds: float) -> None:
        raise AssertionError(seconds)

    monkeypatch.setattr(time, "sleep", no_sleep)
    begin = time.time()
    for _ in range(20):
        prepare("einfo", {"db": "pubmed"})
    assert begin <= Entrez._open.previous <= time.time()


def test_calls_of_others_in_other_threads_reach_the_real_network_function(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs: list[Any] = []
    inside, done = Event(), Event()
    monkeypatch.setattr(Entrez, "urlopen", lambda request: theirs.append(request) or _Theirs())
    real = Entrez._build_request

    def slow(*args: Any, **options: Any) -> Any:
        if options.get("post") is None and not inside.is_set():
            inside.set()
            assert done.wait(10)
        return real(*args, **options)

    monkeypatch.setattr(Entrez, "_build_request", slow)
    ours: list[Prepared] = []
    thread = Thread(target=lambda: ours.append(prepare("efetch", {"db": "pubmed", "id": "1"})))
    thread.start()
    assert inside.wait(10)
    Entrez.efetch(db="pubmed", id="2", email="them@example.org")
    done.set()
    thread.join()
    assert [request.full_url.count("id=2") for request in theirs] == [1]
    assert [dict(prepared.parameters)["id"] for prepared in ours] == ["1"]


class _Theirs:
    class headers:  # noqa: N801
        @staticmethod
        def get_content_subtype() -> str:
            return "xml"


def test_requests_of_many_threads_do_not_mix() -> None:
    found: dict[int, Prepared] = {}

    def work(number: int) -> None:
        for _ in range(20):
            found[number] = prepare("efetch", {"db": "pubmed", "id": str(number)})
            assert dict(found[number].parameters)["id"] == str(number)

    threads = [Thread(target=work, args=(number,)) for number in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: dict(prepared.parameters)["id"] for number, prepared in found.items()} == {
        number: str(number) for number in range(1, 13)
    }


@pytest.mark.parametrize("name", ["urlopen", "_open", "_build_request", "max_tries", "sleep_between_tries"])
def test_a_biopython_built_otherwise_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delattr(Entrez, name)
    with pytest.raises(FetchError, match=f"Biopython {Bio.__version__} is built in another way .* lacks {name}"):
        prepare("einfo", {"db": "pubmed"})


def test_a_biopython_that_sends_otherwise_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Entrez, "_open", _opener(lambda request: None))
        with pytest.raises(FetchError, match="a call made 0 requests"):
            prepare("einfo", {"db": "pubmed"})
    with monkeypatch.context() as patch:
        patch.setattr(Entrez, "einfo", lambda **options: Entrez.epost(**options))
        with pytest.raises(FetchError, match="einfo goes to another address"):
            prepare("einfo", {"db": "pubmed", "id": "1"})


def _opener(function: Any) -> Any:
    function.previous = 0
    return function


def test_biopython_is_built_as_this_rests_on() -> None:
    source = inspect.getsource(Entrez._open)
    assert "urlopen(request)" in source
    assert "max_tries" in source


def test_a_request_describes_itself_without_its_parameters() -> None:
    assert prepare("efetch", {"db": "pubmed", "id": _ids(200)}).described == "efetch (200 PMIDs)"
    assert prepare("efetch", {"db": "pubmed", "id": "1"}).described == "efetch (1 PMID)"
    assert prepare("elink", {"dbfrom": "pubmed", "id": "1,2"}).described == "elink (2 PMIDs)"
    assert prepare("esearch", {"db": "pubmed", "term": "x"}).described == "esearch"
    assert "90000001" not in repr(prepare("efetch", {"db": "pubmed", "id": _ids(3)}))
