"""The HTTP server: on this machine, on a port of its own, in threads that end with it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from .damage import damaged
from .history import History
from .index import Index
from .limits import Limits
from .pages import html_reply, limit_reply, trouble
from .reply import Reply
from .script import Script
from .service import TOOLS, Service
from .wire import send

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

    from .faults import Fault
    from .store import Store

__all__ = ["Seen", "Server"]

_PATH = "/entrez/eutils/"
_NO_ANSWER = ("dropped", "hang-before-headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request: when it came (`time.monotonic`), how, with what, the status (0: none), and the fault that it met."""

    at: float
    method: str
    tool: str
    params: dict[str, str]
    headers: dict[str, str]
    status: int
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    path: str
    tool: str
    params: dict[str, str]
    id_groups: tuple[str, ...]


class Server:
    """The E-utilities over a store, for as long as a ``with`` block lasts.

    Parameters
    ----------
    store : Store
        The records; they may change while it runs.
    faults : iterable of Fault
        What goes wrong, and when. A request meets at most one fault, the first of the list that strikes.
    per_second, per_second_with_key : int or None
        Requests in a second, of an address and of an API key; one more is answered with 429. None is no limit.
    cap : int
        How many PMIDs of one search can be reached.
    history_seconds : float
        How long the history server keeps what is not used.
    max_url : int
        Length of an address, in characters, from which on the answer is 414.

    Attributes
    ----------
    url : str
        The base address, to which ``esearch.fcgi`` and the others are appended.
    seen : list of Seen
        Every request, in the order of their coming.
    strayed : list of str
        The address of every request that followed a redirection to the other port. A careful client leaves it empty.

    Examples
    --------
    >>> from urllib.request import urlopen
    >>> from .store import Store
    >>> with Server(Store()) as server:
    ...     body = urlopen(server.url + "esearch.fcgi?db=pubmed&term=comb").read()
    >>> b"<Count>0</Count>" in body, server.seen[0].tool, server.seen[0].status
    (True, 'esearch', 200)
    """

    def __init__(
        self,
        store: Store,
        faults: Iterable[Fault] = (),
        *,
        per_second: int | None = 3,
        per_second_with_key: int | None = 10,
        cap: int = 9999,
        history_seconds: float = 3600.0,
        max_url: int = 4096,
    ) -> None:
        self.store, self.cap, self.max_url = store, cap, max_url
        self.service = Service(
            store=store, index=Index(store), history=History(history_seconds, time.monotonic), cap=cap
        )
        self.limits = Limits(per_second, per_second_with_key, time.monotonic)
        self.closing = threading.Event()
        self.seen: list[Seen] = []
        self.strayed: list[str] = []
        self._script = Script(faults)
        self._main = _Listener(self)
        self._other: _Listener | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The base address."""
        return self._main.url

    def script(self, *faults: Fault) -> None:
        """Put other faults in the place of those that were scripted, and count from one again."""
        self._script = Script(faults)

    def start(self) -> Self:
        """Begin to answer."""
        self._main.start()
        return self

    def close(self) -> None:
        """Stop: end every connection, also those that hang, and wait for every thread."""
        self.closing.set()
        for listener in filter(None, (self._main, self._other)):
            listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def elsewhere(self) -> str:
        """Return the base address of another port of this machine, which keeps what comes to it in `strayed`."""
        with self._lock:
            if self._other is None:
                self._other = _Listener(self, astray=True)
                self._other.start()
            return self._other.url

    def reply(self, request: _Request, address: str, length: int) -> tuple[Reply, str, dict[str, Any]]:
        """Return an answer, the fault by which it is sent (or nothing), and the options of that fault."""
        key, tool = request.params.get("api_key", ""), request.tool
        if tool not in TOOLS:
            return html_reply(404, "Not Found", "There is no such utility."), "", {}
        if length > self.max_url:
            return html_reply(414, "Request-URI Too Long", "The address is longer than this server reads."), "", {}
        if excess := self.limits.count(key, address):
            return limit_reply(key, *excess), "", {}
        struck = self._script.next(tool, request.params)
        right = self.service.answer(tool, request.params, request.id_groups)
        if struck is None:
            return right, "", {}
        fault, strike = struck
        page = trouble(fault.name, tool, key, float(fault.options.get("seconds", 1)))
        if fault.name.startswith("redirect"):
            base = self.elsewhere() if fault.name == "redirect-port" else f"http://pubmed.invalid{_PATH}"
            page = Reply(status=302, headers={"Location": base + request.path.removeprefix(_PATH)})
        return page or damaged(fault.name, right, fault.options, strike), fault.name, fault.options


class _Listener(ThreadingHTTPServer):
    """A socket that listens, and the threads that answer."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, owner: Server, *, astray: bool = False) -> None:
        self.owner, self.astray = owner, astray
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{_PATH}"

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="eutils")
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        with self._guard:
            for connection in self._open:
                _hang_up(connection)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing where a client went away, which is its right; anything else is a fault of the server."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _hang_up(connection: socket.socket) -> None:
    import contextlib
    import socket

    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "eutils"
    timeout = 30
    server: _Listener

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base class
        return

    def _answer(self, form: str) -> None:
        owner, at = self.server.owner, time.monotonic()
        if self.server.astray:
            owner.strayed.append(self.path)
            send(self, html_reply(200, "Elsewhere", "You should not be here."), owner.closing, "", {})
            return
        request = _read(self.command, self.path, form)
        reply, how, options = owner.reply(request, self.client_address[0], len(self.path))
        owner.seen.append(
            Seen(
                at=at,
                method=request.method,
                tool=request.tool,
                params=request.params,
                headers=dict(self.headers.items()),
                status=0 if how in _NO_ANSWER else reply.status,
                fault=how,
            )
        )
        send(self, reply, owner.closing, how, options)


def _read(method: str, target: str, form: str) -> _Request:
    """Return the parts of a request: its parameters from the address and the body."""
    parts = urlsplit(target)
    values = parse_qs(parts.query, keep_blank_values=True)
    for name, found in parse_qs(form, keep_blank_values=True).items():
        values.setdefault(name, []).extend(found)
    return _Request(
        method=method,
        path=target,
        tool=parts.path.removeprefix(_PATH).removesuffix(".fcgi"),
        params={name: ",".join(found) for name, found in values.items()},
        id_groups=tuple(values.get("id", ())),
    )
