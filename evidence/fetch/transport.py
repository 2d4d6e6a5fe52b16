"""Sends a prepared request to the address of the settings, and reads the whole answer or says what went wrong.

Nothing that urllib raises leaves this module: its errors carry the address, and with it key and email.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from ..errors import AnswerError, RequestError
from .failures import of_exception
from .redact import redact
from .retry import Trouble
from .time_limits import TimeLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

    from .entrez import Prepared
    from .settings import Settings

__all__ = ["Exchange", "Reply", "Transport"]

_MOST_REDIRECTS = 3
_ASIDE = "The request was not sent on, as it carries who asks. Check the network, or the address in EVIDENCE_EUTILS_URL"
_SAME_REQUEST = (301, 302, 307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole HTTP answer of any status.

    Attributes
    ----------
    status : int
        The HTTP status.
    content_type, retry_after, date, location : str
        Headers; empty where there are none. `location` may hold what was asked, and does not show.
    body : bytes
        After the transfer encoding.
    """

    status: int
    content_type: str = ""
    retry_after: str = ""
    date: str = ""
    location: str = field(default="", repr=False)
    body: bytes = field(repr=False)


class Exchange(Protocol):
    """How one request is exchanged for one answer: over the network, or within this process (`evidence.practice`)."""

    def __call__(
        self, url: str, data: bytes | None, limits: TimeLimits, *, enough: Callable[[int, Message], bool]
    ) -> tuple[int, Message, bytes, bool]:
        """Return status, headers, body, and whether `enough` ended the reading; see `evidence.fetch.exchange`."""


class Transport:
    """Sends requests one by one. It holds no connection and no state; threads may share it.

    Parameters
    ----------
    settings : Settings
        Address, who asks, time limits, size limit.
    clock : callable
        Seconds that only ever grow.
    pause : callable
        Called before each further request that a redirect costs.
    exchange : Exchange, optional
        Over the network by default.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float],
        pause: Callable[[], object],
        exchange: Exchange | None = None,
    ) -> None:
        self._settings, self._clock, self._pause = settings, clock, pause
        self._exchange = exchange or _over_the_network()

    def send(self, prepared: Prepared) -> Reply | Trouble:
        """Return the answer, or why there is none. Redirects are followed within the same host alone."""
        origin = url = urljoin(self._settings.base_url, f"{prepared.tool}.fcgi")
        data: bytes | None = None
        if prepared.post:
            data = prepared.query(self._who()).encode("ascii")
        else:
            url = f"{url}?{prepared.query(self._who())}"
        for hop in range(_MOST_REDIRECTS + 1):
            if hop:
                self._pause()
            outcome = self._once(url, data)
            if isinstance(outcome, Trouble) or not (300 <= outcome.status < 400 and outcome.location):
                return outcome
            url = _target(origin, url, outcome)
            if not url:
                return Trouble(
                    what=f"HTTP {outcome.status} sends the request to another address than it was meant for",
                    advice=_ASIDE,
                    retryable=False,
                    error=RequestError,
                )
        return Trouble(
            what=f"it was redirected more than {_MOST_REDIRECTS} times",
            advice=_ASIDE,
            retryable=False,
            error=RequestError,
        )

    def _who(self) -> dict[str, str]:
        """Return the parameters that say who asks."""
        settings = self._settings
        secrets = {"email": settings.email.reveal(), "api_key": settings.api_key.reveal()}
        return {"tool": settings.tool} | {name: text for name, text in secrets.items() if text}

    def _once(self, url: str, data: bytes | None) -> Reply | Trouble:
        """Exchange one request for one answer."""
        settings = self._settings
        limits = TimeLimits(settings.timeout_seconds, settings.deadline_seconds, self._clock)
        try:
            return self._read(url, data, limits)
        except (OSError, ValueError, HTTPException) as error:
            return of_exception(error, settings)

    def _read(self, url: str, data: bytes | None, limits: TimeLimits) -> Reply | Trouble:
        most = self._settings.max_bytes
        status, headers, body, stopped = self._exchange(
            url, data, limits, enough=lambda size, sent: max(size, _length(sent) or 0) > most
        )
        if stopped:
            return Trouble(
                what=f"the answer is longer than the limit of {most} bytes",
                advice="Ask for fewer records at once",
                retryable=False,
                error=AnswerError,
            )
        length = _length(headers)
        if length is not None and len(body) != length:
            return Trouble(what=f"the answer broke off: {len(body)} bytes came of {length} that were announced")
        if headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
            return Trouble(
                what="the answer came compressed, which was not asked",
                advice="Something between here and NCBI does that; check the proxy or EVIDENCE_EUTILS_URL",
                retryable=False,
            )
        return Reply(
            status=status,
            content_type=self._told(headers, "Content-Type"),
            retry_after=self._told(headers, "Retry-After"),
            date=self._told(headers, "Date"),
            location=headers.get("Location", ""),
            body=body,
        )

    def _told(self, headers: Message, name: str) -> str:
        """Return a header as it may be shown: without secrets and control characters, and not long."""
        text = redact(headers.get(name, ""), (self._settings.api_key, self._settings.email))
        return "".join(character for character in text[:200] if character.isprintable())


def _over_the_network() -> Exchange:
    """Return what opens sockets; imported here, as it needs TLS, which a browser's Python may not have."""
    from .exchange import exchange

    return exchange


def _target(origin: str, url: str, reply: Reply) -> str:
    """Return where a redirect leads, empty if that is not the same request to the same place."""
    try:
        target = urlsplit(urljoin(url, reply.location))
        same = _place(target) == _place(urlsplit(origin)) and "@" not in target.netloc
    except ValueError:
        return ""
    return target._replace(fragment="").geturl() if same and reply.status in _SAME_REQUEST else ""


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _length(headers: Message) -> int | None:
    """Return the announced length of a body, None if it is none or the body comes in chunks."""
    text = headers.get("Content-Length", "").strip()
    chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
    return int(text[:15]) if text.isascii() and text.isdigit() and not chunked else None
