"""One exchange over real sockets: whole answers come back, everything else is named; nothing goes astray."""

from __future__ import annotations

import gc
import re
import shutil
import socket
import ssl
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from scripted import DROP, RESET, Scripted, http_answer

from evidence.errors import AnswerError, FetchError, RequestError
from evidence.fetch.entrez import Prepared
from evidence.fetch.redact import Secret
from evidence.fetch.retry import Trouble
from evidence.fetch.settings import Settings
from evidence.fetch.transport import Reply, Transport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMAIL, KEY = "ann.reader@example.org", "f00dfeedf00dfeedf00dfeedf00dfeed1234"
BODY = b"<PubmedArticleSet>" + b"x" * 3000 + b"</PubmedArticleSet>"
SHORT = Prepared(tool="efetch", post=False, parameters=(("db", "pubmed"), ("id", "90000001")))
LONG = Prepared(tool="efetch", post=True, parameters=(("db", "pubmed"), ("id", ",".join(["90000001"] * 300))))


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    yield  # noqa: PT022


def _settings(url: str, **options: float) -> Settings:
    fast = {"timeout_seconds": 5.0, "deadline_seconds": 10.0} | options
    return replace(Settings(base_url=url, email=Secret(EMAIL), api_key=Secret(KEY)), **fast)  # type: ignore[arg-type]


def _send(
    server: Scripted, prepared: Prepared = SHORT, pauses: list[bool] | None = None, **options: float
) -> Reply | Trouble:
    pauses = [] if pauses is None else pauses
    transport = Transport(_settings(server.url, **options), clock=time.monotonic, pause=lambda: pauses.append(True))
    return transport.send(prepared)


def _trouble(script: bytes | list[bytes | float], **options: float) -> Trouble:
    with Scripted(script) as server:
        outcome = _send(server, **options)
    assert isinstance(outcome, Trouble)
    return outcome


def _chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = http_answer(length=False, Transfer_Encoding="chunked")
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


@pytest.mark.parametrize(
    "script",
    [
        http_answer(body=BODY),
        http_answer(body=BODY, length=False),
        _chunked(BODY[:100], BODY[100:]),
        _chunked(BODY, end=b"0\r\nX-Trailer: y\r\n\r\n"),
        [http_answer(body=BODY)[:200], 0.05, http_answer(body=BODY)[200:]],
        http_answer(body=BODY, Content_Encoding="identity"),
    ],
)
def test_whole_answers_come_back_byte_for_byte(script: bytes | list[bytes | float]) -> None:
    with Scripted(script) as server:
        reply = _send(server)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body, reply.content_type) == (200, BODY, "text/xml; charset=UTF-8")


@pytest.mark.parametrize("status", [204, 400, 403, 404, 414, 429, 500, 502, 503])
def test_every_status_comes_back_with_its_body(status: int) -> None:
    with Scripted(http_answer(status, b"" if status == 204 else b"words", Retry_After="7")) as server:
        reply = _send(server)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.retry_after) == (status, "7")


def test_what_is_sent_says_who_asks_and_asks_for_no_compression() -> None:
    with Scripted(http_answer(body=BODY)) as server:
        _send(server, SHORT)
        _send(server, LONG)
    short, long = server.received
    assert urlsplit(short.path).path == "/entrez/eutils/efetch.fcgi"
    who = {"tool": ["evidence"], "email": [EMAIL], "api_key": [KEY]}
    assert parse_qs(urlsplit(short.path).query) == {"db": ["pubmed"], "id": ["90000001"], **who}
    assert (short.method, short.body) == ("GET", b"")
    assert (long.method, long.path) == ("POST", "/entrez/eutils/efetch.fcgi")
    assert parse_qs(long.body.decode()) == {"db": ["pubmed"], "id": [dict(LONG.parameters)["id"]], **who}
    assert {request.headers["accept-encoding"] for request in server.received} == {"identity"}
    assert KEY not in repr(short.headers) + repr(long.headers)


def test_without_email_and_key_none_is_sent() -> None:
    with Scripted(http_answer(body=BODY)) as server:
        Transport(Settings(base_url=server.url), clock=time.monotonic, pause=lambda: None).send(SHORT)
    assert set(parse_qs(urlsplit(server.received[0].path).query, keep_blank_values=True)) == {"db", "id", "tool"}


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (DROP, "the connection was dropped"),
        ([RESET], "the connection was dropped"),
        ([http_answer(body=BODY)[:300], RESET], "dropped|broke off"),
        (http_answer(body=BODY)[:-1], f"{len(BODY) - 1} bytes came of {len(BODY)} that were announced"),
        (http_answer(body=BODY)[: -len(BODY)], f"0 bytes came of {len(BODY)}"),
        (_chunked(BODY, end=b""), "broke off in the middle"),
        (_chunked(BODY, end=b"400\r\nabc"), "broke off in the middle"),
        (_chunked(BODY, end=b"zz\r\n"), "broke off in the middle"),
        (b"220 mail.example.org ESMTP\r\n", "no proper HTTP"),
        (b"HTTP/1.1 two hundred\r\n\r\n", "no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "no proper HTTP"),
    ],
)
def test_broken_answers_may_be_asked_for_again(script: bytes | list[bytes | float], says: str) -> None:
    trouble = _trouble(script)
    assert trouble.retryable
    assert re.search(says, trouble.what), trouble.what


def test_an_answer_cut_within_its_headers_is_at_most_an_empty_one() -> None:
    whole = http_answer(body=BODY)
    for end in range(1, len(whole) - len(BODY), 7):
        with Scripted(whole[:end]) as server:
            outcome = _send(server)
        assert outcome.body == b"" if isinstance(outcome, Reply) else outcome.retryable


@pytest.mark.parametrize(
    "script",
    [
        [30.0],
        [http_answer(body=BODY)[:20], 30.0],
        [http_answer(body=BODY)[:500], 30.0],
        [_chunked(BODY, end=b""), 30.0],
        [_chunked(BODY, end=b"4"), 30.0],
    ],
)
def test_a_hang_anywhere_ends(script: list[bytes | float]) -> None:
    begin = time.monotonic()
    trouble = _trouble(script, timeout_seconds=0.2)
    assert time.monotonic() - begin < 3
    assert trouble.what == "nothing came for 0.2 s"
    assert trouble.retryable


def _drip(content: bytes, size: int) -> list[bytes | float]:
    steps: list[bytes | float] = []
    for begin in range(0, len(content), size):
        steps += [content[begin : begin + size], 0.05]
    return steps


@pytest.mark.parametrize(
    "script",
    [
        _drip(http_answer(body=BODY), 2),
        [http_answer(body=BODY)[:100], *_drip(BODY, 20)],
        [http_answer(length=False, Transfer_Encoding="chunked"), *_drip(b"0" * 3000, 2)],
        [http_answer(length=False, Transfer_Encoding="chunked"), *_drip(b"1\r\nx\r\n" * 500, 6)],
    ],
    ids=["status line", "body", "chunk size", "chunks"],
)
def test_a_slow_drip_ends_with_the_deadline(script: list[bytes | float]) -> None:
    begin = time.monotonic()
    trouble = _trouble(script, timeout_seconds=0.4, deadline_seconds=0.6)
    assert 0.5 < time.monotonic() - begin < 3
    assert trouble.what == "the answer was not whole after 0.6 s"
    assert trouble.retryable


@pytest.mark.parametrize(
    "script",
    [
        http_answer(body=BODY),
        [http_answer(body=BODY, length=False)],
        _chunked(*[BODY[:500]] * 6),
        [http_answer(body=BODY)[:-3000], 30.0],  # what is announced is enough to stop
    ],
)
def test_too_long_answers_are_not_read_to_the_end(script: bytes | list[bytes | float]) -> None:
    trouble = _trouble(script, max_bytes=2000)
    assert (trouble.retryable, trouble.error) == (False, AnswerError)
    assert "longer than the limit of 2000 bytes" in trouble.what
    with Scripted(http_answer(body=BODY)) as server:
        assert isinstance(_send(server, max_bytes=len(BODY)), Reply)


def test_compression_that_was_not_asked_for_is_refused() -> None:
    assert not _trouble(http_answer(body=BODY, Content_Encoding="gzip")).retryable


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("prepared", [SHORT, LONG], ids=["GET", "POST"])
def test_redirects_within_the_server_carry_the_same_request(status: int, prepared: Prepared) -> None:
    pauses: list[bool] = []
    with Scripted(http_answer(status, Location="/moved/efetch.fcgi?id=90000001"), http_answer(body=BODY)) as server:
        reply = _send(server, prepared, pauses)
    assert isinstance(reply, Reply)
    assert reply.body == BODY
    first, second = server.received
    assert second.path == "/moved/efetch.fcgi?id=90000001"
    assert (second.method, second.body) == (first.method, first.body)
    assert len(pauses) == 1  # the second request waited for its turn too


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:PORT/entrez/eutils/efetch.fcgi",
        "http://127.0.0.1:1/entrez/eutils/efetch.fcgi",
        "https://127.0.0.1:PORT/entrez/eutils/efetch.fcgi",
        "http://ann@127.0.0.1:PORT/entrez/eutils/efetch.fcgi",
        "http://127.0.0.2:PORT/",
        "//evil.example.org/",
        "file:///etc/hosts",
        "http://[::1/",
        "http://127.0.0.1:port/",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307])
def test_redirects_to_elsewhere_are_not_followed(location: str, status: int) -> None:
    with Scripted(http_answer(500)) as other, Scripted(http_answer(status, Location="/")) as server:
        aim = location.replace("PORT", str(other.port))
        server._scripts = (http_answer(status, Location=aim),)
        outcome = _send(server)
    assert isinstance(outcome, Trouble)
    assert (outcome.retryable, outcome.error) == (False, RequestError)
    assert "another address" in outcome.what
    assert len(server.received) == 1
    assert other.received == []


def test_a_redirect_that_changes_the_request_is_not_followed() -> None:
    with Scripted(http_answer(303, Location="/entrez/eutils/efetch.fcgi")) as server:
        outcome = _send(server, LONG)
    assert isinstance(outcome, Trouble)
    assert not outcome.retryable


def test_a_circle_of_redirects_ends() -> None:
    with Scripted(http_answer(302, Location="/again")) as server:
        outcome = _send(server)
    assert isinstance(outcome, Trouble)
    assert (outcome.retryable, outcome.error) == (False, RequestError)
    assert len(server.received) == 4


def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted(http_answer(500)) as proxy, Scripted(http_answer(body=BODY)) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert isinstance(_send(server), Reply)
    assert proxy.received == []


def test_elsewhere_goes_through_the_proxy_which_sees_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted(http_answer(407, b"password, please")) as proxy:
        monkeypatch.setenv("https_proxy", f"http://ann:sesame@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        settings = _settings("https://eutils.example.org/")
        outcome = Transport(settings, clock=time.monotonic, pause=lambda: None).send(SHORT)
    assert isinstance(outcome, Trouble)
    assert outcome.what == "the proxy answers HTTP 407"
    (seen,) = proxy.received
    assert seen.line == "CONNECT eutils.example.org:443 HTTP/1.0"
    assert KEY not in repr(seen)


def test_a_proxy_that_hangs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted([30.0]) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        settings = _settings("https://eutils.example.org/", timeout_seconds=0.2)
        outcome = Transport(settings, clock=time.monotonic, pause=lambda: None).send(SHORT)
    assert isinstance(outcome, Trouble)
    assert outcome.what == "nothing came for 0.2 s"


def test_tls_to_a_server_that_speaks_none_fails() -> None:
    with Scripted(http_answer(body=BODY)) as server:
        settings = _settings(server.url.replace("http:", "https:"), timeout_seconds=0.5)
        server._scripts = (b"HTTP/1.1 400 Bad Request\r\n\r\n",)
        outcome = Transport(settings, clock=time.monotonic, pause=lambda: None).send(SHORT)
    assert isinstance(outcome, Trouble)
    assert outcome.retryable
    assert KEY not in repr(server.received)


def test_certificates_are_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[ssl.SSLContext] = []
    real = ssl.create_default_context

    def spy(*args: object, **options: object) -> ssl.SSLContext:
        seen.append(real())
        return seen[-1]

    monkeypatch.setattr(ssl, "create_default_context", spy)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings = _settings(f"https://127.0.0.1:{closed.getsockname()[1]}/")
        outcome = Transport(settings, clock=time.monotonic, pause=lambda: None).send(SHORT)
    assert isinstance(outcome, Trouble)
    assert outcome.what == "the server refuses connections"
    assert outcome.advice is not None
    assert "start `evidence practice`, or unset EVIDENCE_EUTILS_URL" in outcome.advice
    assert [(context.verify_mode, context.check_hostname) for context in seen] == [(ssl.CERT_REQUIRED, True)]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate by openssl")
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*make.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Scripted(http_answer(body=BODY), tls=context) as server:
        settings = _settings(server.url.replace("http:", "https:"))
        transport = Transport(settings, clock=time.monotonic, pause=lambda: None)
        refused = transport.send(SHORT)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(certificate))
            reply = transport.send(SHORT)
    assert isinstance(refused, Trouble)
    assert (refused.retryable, refused.error) == (False, RequestError)
    assert "certificate" in refused.what
    assert isinstance(reply, Reply)
    assert reply.body == BODY
    assert len(server.received) == 1


def test_a_connection_that_is_not_allowed_is_not_tried_again() -> None:
    outside = _settings("https://192.0.2.1/")  # reserved for documentation, RFC 5737; the tests' guard refuses it
    outcome = Transport(outside, clock=time.monotonic, pause=lambda: None).send(SHORT)
    assert isinstance(outcome, Trouble)
    assert (outcome.retryable, outcome.error) == (False, RequestError)
    assert issubclass(outcome.error, FetchError)


def test_many_exchanges_leave_no_socket_open() -> None:
    with Scripted(http_answer(body=BODY), DROP, http_answer(body=BODY)[:-5], [30.0], http_answer(body=BODY)) as server:
        outcomes = [_send(server, timeout_seconds=0.2) for _ in range(5)]
    assert [isinstance(outcome, Reply) for outcome in outcomes] == [True, False, False, False, True]
    gc.collect()  # a socket that nobody closed would warn here, and warnings are errors
