"""The invented PubMed within the process that asks it: no socket and no thread, so that it answers in a browser too."""

from __future__ import annotations

import random
import time
from email.message import Message
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..fetch.client import Client
from ..fetch.settings import Settings
from .answering import NO_ANSWER, Answering
from .asked import PATH, Seen, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..fetch.time_limits import TimeLimits
    from .faults import Fault
    from .reply import Reply
    from .store import Store

__all__ = ["InProcess", "in_process"]

_NOWHERE = f"http://localhost{PATH}"


class InProcess:
    """Answers the requests of a client from a store: the `Exchange` of `evidence.fetch`, without a network.

    Faults on the wire are told as their end: a connection that hangs is a timeout at once, one that drips arrives.

    Parameters
    ----------
    store : Store
        The records; they may change meanwhile.
    faults : iterable of Fault
        What goes wrong, and when. A request meets at most one fault, the first of the list that strikes.
    cap : int
        How many PMIDs of one search can be reached.

    Attributes
    ----------
    seen : list of Seen
        Every request, in the order of their coming.

    Examples
    --------
    >>> from evidence.fetch.client import Client
    >>> from evidence.fetch.settings import Settings
    >>> from .store import Store
    >>> from .synthetic import Synthetic
    >>> pubmed = InProcess(Store([Synthetic(pmid="90000001", title="Combs.")]))
    >>> client = Client(Settings(base_url="http://localhost/entrez/eutils/"), exchange=pubmed)
    >>> b"<Count>1</Count>" in client.search("combs[ti]").body
    True
    >>> [seen.described for seen in pubmed.seen]
    ['esearch: 200']
    """

    def __init__(self, store: Store, faults: Iterable[Fault] = (), *, cap: int = 9999) -> None:
        self._answering = Answering(
            store,
            faults,
            per_second=None,
            per_second_with_key=None,
            cap=cap,
            history_seconds=3600.0,
            max_url=4096,
            elsewhere=lambda: f"http://localhost:9{PATH}",
        )
        self.seen: list[Seen] = []

    def __call__(
        self, url: str, data: bytes | None, limits: TimeLimits, *, enough: Callable[[int, Message], bool]
    ) -> tuple[int, Message, bytes, bool]:
        """Return status, headers, body, and whether `enough` ended the reading.

        Raises
        ------
        OSError
            If the script has the connection fail.
        """
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        request = read_request("GET" if data is None else "POST", target, "" if data is None else data.decode())
        reply, how, options = self._answering.reply(request, "this process")
        self.seen.append(
            Seen(
                at=time.monotonic(),
                method=request.method,
                tool=request.tool,
                params=request.params,
                status=0 if how in NO_ANSWER else reply.status,
                fault=how,
            )
        )
        body = _arrived(reply, how, options)
        headers = _headers(reply, how)
        return reply.status, headers, body, enough(len(body), headers)


def in_process(
    store: Store, faults: Iterable[Fault] = (), *, on_wait: Callable[[str, float], object] | None = None
) -> Client:
    """Return a client that asks a store in this process, and dates what it asks by the store's day.

    Its waits after failures take no time, and are the same in each run.

    Parameters
    ----------
    store : Store
        The records.
    faults : iterable of Fault
        What goes wrong, and when.
    on_wait : callable, optional
        Told the reason and the seconds before each wait after a failure.

    Examples
    --------
    >>> from .faults import Fault
    >>> from .store import Store
    >>> client = in_process(Store(), [Fault("status-503")], on_wait=lambda reason, seconds: print(reason))
    >>> b"<Count>0</Count>" in client.search("comb").body
    HTTP 503 Service Unavailable
    True
    >>> client.requests
    2
    """
    waits = _Waits()
    return Client(
        Settings(base_url=_NOWHERE, rate=1e6),
        clock=waits.clock,
        sleep=waits.sleep,
        rng=random.Random(1),  # noqa: S311 - it spreads waits, and shall do so alike
        now=lambda: store.now,
        on_wait=on_wait,
        exchange=InProcess(store, faults),
    )


class _Waits:
    """A clock that waiting alone moves, at no cost of time: what is said of seconds is the same in each run."""

    def __init__(self) -> None:
        self._slept = 0.0

    def clock(self) -> float:
        return self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += seconds


def _arrived(reply: Reply, how: str, options: dict[str, Any]) -> bytes:
    """Return the bytes that arrive; raise where the connection fails."""
    if how == "dropped":
        raise ConnectionResetError
    if how in ("hang-before-headers", "hang-in-body"):
        raise TimeoutError
    if how.startswith("truncated") and how != "truncated-at-record":
        return reply.body[: int(len(reply.body) * float(options.get("keep", 0.6)))]
    return reply.body


def _headers(reply: Reply, how: str) -> Message:
    headers = Message()
    headers["Content-Type"] = reply.content_type
    for name, value in reply.headers.items():
        headers[name] = value
    if how not in ("truncated-no-length", "truncated-chunked"):
        headers["Content-Length"] = str(len(reply.body))
    return headers
