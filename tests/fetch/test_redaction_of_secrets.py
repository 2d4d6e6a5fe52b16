"""Key and email are nowhere: not in a message, an attribute, a chained error, a frame, a notice, an answer."""

from __future__ import annotations

import logging
import pickle
import urllib.request
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import DROP, Scripted, http_answer

from evidence import practice
from evidence.errors import FetchError
from evidence.fetch import exchange
from evidence.fetch.client import Client
from evidence.fetch.redact import Secret, redact
from evidence.fetch.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL, KEY = "ann+pubmed@example.org", "f00dfeedf00dfeedf00dfeedf00dfeed1234"
FORMS = {KEY, KEY.upper(), EMAIL, quote(EMAIL), quote_plus(EMAIL), EMAIL.upper()}
GOOD = http_answer(body=b"<eInfoResult><DbInfo/></eInfoResult>")


def _settings(url: str, **options: Any) -> Settings:
    fast = {"timeout_seconds": 0.2, "deadline_seconds": 0.5, "tries": 2, "max_bytes": 100_000}
    return replace(Settings(base_url=url, email=Secret(EMAIL), api_key=Secret(KEY)), **(fast | options))


def _client(url: str, told: list[str], **options: Any) -> Client:
    return Client(
        _settings(url, **options),
        sleep=lambda seconds: None,
        rng=Random(1),
        on_wait=lambda reason, seconds: told.append(reason),
    )


def _everything(error: BaseException) -> Iterator[str]:
    """Yield all that can be read of an error: words, attributes, causes, and what its frames hold."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield from (str(current), repr(current), repr(current.args), repr(vars(current)))
        for name in ("url", "filename", "headers", "reason", "hdrs", "fp", "doc", "__notes__"):
            yield repr(getattr(current, name, None))
        trace = current.__traceback__
        while trace is not None:
            if "/tests/" not in trace.tb_frame.f_code.co_filename:
                yield repr(trace.tb_frame.f_locals)
            trace = trace.tb_next
        waiting += [linked for linked in (current.__cause__, current.__context__) if linked is not None]


def _leaks(texts: list[str]) -> list[str]:
    return [text for text in texts if any(form.lower() in text.lower() for form in FORMS)]


def test_the_search_for_leaks_finds_them() -> None:
    def leaky() -> None:
        try:
            raise ValueError(f"https://example.org/?api_key={KEY}")
        except ValueError:
            raise RuntimeError("quiet") from None

    with pytest.raises(RuntimeError) as caught:
        leaky()
    assert len(_leaks(list(_everything(caught.value)))) >= 1


@pytest.mark.parametrize("name", sorted(practice.FAULTS))
def test_no_fault_of_a_server_shows_them(
    name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    texts: list[str] = []
    store = practice.Store(practice.make_records(4, seed=3))
    limits: dict[str, Any] = {"per_second": None, "per_second_with_key": None}
    with practice.Server(store, faults=[practice.Fault(name, times=None)], **limits) as server:
        client = _client(server.url, told)
        for call in (lambda: client.fetch(store.pmids), lambda: client.search(practice.QUERY)):
            try:
                answer = call()
                texts += [repr(answer), repr(dict(answer.request)), answer.body.decode(), answer.content_type]
            except FetchError as error:
                texts += _everything(error)
    assert texts
    assert _leaks([*texts, *told, caplog.text, *capfd.readouterr()]) == []
    assert KEY in {seen.params.get("api_key") for seen in server.seen}  # it was really sent


ECHO = urlencode({"email": EMAIL, "api_key": KEY})
ECHOED = f"{ECHO} {KEY} {EMAIL} {KEY.upper()} {quote(EMAIL)}"


@pytest.mark.parametrize(
    "script",
    [
        http_answer(400, f'{{"error":"API key invalid: {ECHOED}"}}'.encode()),
        http_answer(400, f"<eInfoResult><ERROR>{KEY} {EMAIL}</ERROR></eInfoResult>".encode()),
        http_answer(429, f'{{"error":"API rate limit exceeded {ECHOED}","api-key":"{KEY}"}}'.encode()),
        http_answer(503, ECHOED.encode(), Retry_After=ECHO),
        http_answer(200, f'{{"error":"API key invalid: {ECHOED}"}}'.encode()),
        http_answer(200, f'{{"error":"{"x" * 150}{KEY}"}}'.encode()),
        http_answer(200, f"<eInfoResult><ERROR>{KEY} {EMAIL}</ERROR></eInfoResult>".encode()),
        http_answer(200, f"<r{KEY}/>".encode()),
        http_answer(200, f"<html>{ECHOED}</html>".encode()),
        http_answer(200, ECHOED.encode()),
        http_answer(200, f"<eInfoResult><DbInfo>{KEY}</DbInfo></eInfoResult>".encode()),
        http_answer(200, b"<eInfoResult><DbInfo/></eInfoResult>", Content_Type=f"text/xml; x={KEY}; y={EMAIL}"),
        http_answer(302, Location=f"http://127.0.0.1:1/?{ECHO}"),
        http_answer(302, Location=f"/again?{ECHO}"),
        http_answer(200, Content_Length="5", Date=ECHO)[:-4],
        f"HTTP/1.1 500 {ECHOED}\r\nContent-Length: 0\r\n\r\n".encode(),
        f"HTTP/9 {ECHOED}\r\n\r\n".encode(),
        f"{ECHOED}\r\n\r\n".encode(),
        DROP,
        [GOOD[:30], 3.0],
    ],
)
def test_no_echo_of_a_server_shows_them(script: bytes | list[bytes | float]) -> None:
    told: list[str] = []
    with Scripted(script) as server:
        client = _client(server.url, told)
        try:
            answer = client.info()
            texts = [repr(answer), repr(dict(answer.request)), answer.body.decode(), answer.content_type]
        except FetchError as error:
            texts = [*_everything(error), f"{error.__context__} {error.__cause__}"]
    assert texts[-1] in ("None None", "text/xml; x=[hidden]; y=[hidden]")
    assert _leaks([*texts, *told]) == []


@pytest.mark.parametrize("port", ["closed", "proxy"])
def test_no_failed_connection_shows_them(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://127.0.0.1:1/"
    if port == "proxy":
        monkeypatch.setenv("https_proxy", f"http://ann:{KEY}@127.0.0.1:1")
        url = "https://eutils.example.org/"
    with pytest.raises(FetchError) as caught:
        _client(url, []).info()
    assert _leaks(list(_everything(caught.value))) == []


@pytest.mark.parametrize(
    "error",
    [
        OSError(f"failed: {KEY}"),
        urllib.request.HTTPError(f"http://127.0.0.1/?{ECHO}", 500, KEY, None, None),  # type: ignore[arg-type,attr-defined]
        urllib.request.URLError(f"failed: {KEY}"),  # type: ignore[attr-defined]
        ValueError(KEY),
        UnicodeEncodeError("idna", KEY, 0, 1, EMAIL),
        TimeoutError(KEY),
    ],
)
def test_no_exception_from_below_shows_them(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fails(self: object, request: Any, timeout: float) -> None:
        whole_address = request.full_url
        assert KEY in whole_address
        raise error

    monkeypatch.setattr(exchange.OpenerDirector, "open", fails)
    with pytest.raises(FetchError) as caught:
        _client("http://127.0.0.1:1/", []).info()
    assert _leaks(list(_everything(caught.value))) == []


def test_an_interrupt_does_not_carry_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: object, request: Any, timeout: float) -> None:
        try:
            raise TimeoutError(request.full_url)
        except TimeoutError:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(exchange.OpenerDirector, "open", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        _client("http://127.0.0.1:1/", []).info()
    assert _leaks(list(_everything(caught.value))) == []


def test_the_client_itself_does_not_show_them() -> None:
    client = _client("http://127.0.0.1:1/", [])
    assert _leaks([repr(client), repr(vars(client)), repr(vars(client._asker)), repr(client.hints)]) == []
    with pytest.raises(TypeError):
        pickle.dumps(client._settings)


@given(
    st.text(max_size=30),
    st.text(st.characters(codec="utf-8", exclude_characters="[]hiden"), min_size=3, max_size=30),
    st.text(max_size=30),
)
def test_a_redacted_text_holds_no_form_of_a_secret(before: str, secret: str, after: str) -> None:
    for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), urlencode({"q": secret})[2:]):
        assert form not in redact(f"{before}{form}{after}", [Secret(secret)])


def test_what_is_not_secret_stays() -> None:
    text = "HTTP 400, saying “API key invalid”"
    assert redact(text, [Secret(KEY), Secret(EMAIL), Secret()]) == text


@pytest.mark.parametrize(
    "form", ["ann%2Bx@e.org", "ann+x%40e.org", "ann x@e.org", "ann&#43;x&#64;e.org", "ANN%252bX%2540E.ORG"]
)
def test_a_plus_and_an_at_are_found_in_any_writing(form: str) -> None:
    assert redact(f"for {form}.", [Secret("ann+x@e.org")]) == "for [hidden]."
