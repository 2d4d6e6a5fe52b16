"""The HTTP server: on this machine alone, in threads that end with it."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .answering import NO_ANSWER, Answering
from .asked import PATH, Seen, read_request
from .pages import html_reply
from .wire import send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Self

    from .faults import Fault
    from .store import Store

__all__ = ["HOST", "Server"]

HOST = "127.0.0.1"
"""The only address that is ever listened on: there is no option for another one."""

_LONGEST_FORM = 1 << 20
_BOTH_WAYS = 2  # socket.SHUT_RDWR; what only listens does not import what could also reach out


class Server:
    """The E-utilities over a store, for as long as a ``with`` block lasts.

    It listens on loopback, where no other machine can reach it, and asks nobody anything.

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
    port : int
        Where; 0 is any that is free.
    watch : callable, optional
        Told of each request when it has been read and its answer is known; from the thread that answers.

    Attributes
    ----------
    url : str
        The base address, to which ``esearch.fcgi`` and the others are appended.
    seen : list of Seen
        Every request, in the order of their coming.
    strayed : list of str
        The address of every request that followed a redirection to the other port. A careful client leaves it empty.

    Raises
    ------
    InputError
        If nothing can listen on the port.

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
        port: int = 0,
        watch: Callable[[Seen], object] | None = None,
    ) -> None:
        self.store = store
        self.answering = Answering(
            store,
            faults,
            per_second=per_second,
            per_second_with_key=per_second_with_key,
            cap=cap,
            history_seconds=history_seconds,
            max_url=max_url,
            elsewhere=self.elsewhere,
        )
        self.closing = threading.Event()
        self.seen: list[Seen] = []
        self.strayed: list[str] = []
        self._watch = watch
        self._main = _Listener(self, port)
        self._other: _Listener | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The base address."""
        return self._main.url

    def script(self, *faults: Fault) -> None:
        """Put other faults in the place of those that were scripted, and count from one again."""
        self.answering.script(faults)

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
                self._other = _Listener(self, 0, astray=True)
                self._other.start()
            return self._other.url

    def note(self, seen: Seen) -> None:
        """Keep a request, and tell of it."""
        self.seen.append(seen)
        if self._watch is not None:
            self._watch(seen)


class _Listener(ThreadingHTTPServer):
    """A socket that listens, and the threads that answer."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, owner: Server, port: int, *, astray: bool = False) -> None:
        self.owner, self.astray = owner, astray
        self._open: set[Any] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "the number must be from 0 to 65535"
            raise InputError(
                f"nothing can listen on port {port} of this machine: {reason}; name another, or 0 for any that is free"
            ) from None

    def server_bind(self) -> None:
        """Bind, without the look at the system's table of names that the base class takes for its own."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}{PATH}"

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="practice")
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
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _hang_up(connection: Any) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(_BOTH_WAYS)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "practice"
    timeout = 30
    server: _Listener

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        form = self.rfile.read(min(int(length), _LONGEST_FORM)) if length.isdecimal() else b""
        self._answer(form.decode("utf-8", "replace"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is that of the base class
        return

    def _answer(self, form: str) -> None:
        owner, at = self.server.owner, time.monotonic()
        if self.server.astray:
            owner.strayed.append(self.path)
            send(self, html_reply(200, "Elsewhere", "You should not be here."), owner.closing, "", {})
            return
        request = read_request(self.command, self.path, form)
        reply, how, options = owner.answering.reply(request, self.client_address[0])
        owner.note(
            Seen(
                at=at,
                method=request.method,
                tool=request.tool,
                params=request.params,
                headers=dict(self.headers.items()),
                status=0 if how in NO_ANSWER else reply.status,
                fault=how,
            )
        )
        send(self, reply, owner.closing, how, options)
