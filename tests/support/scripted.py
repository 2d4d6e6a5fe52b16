"""A server on loopback that sends exactly the bytes it is told to, and keeps what it was sent."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

__all__ = ["DROP", "RESET", "Received", "Scripted", "http_answer"]

DROP = b"(drop)"  # closes the connection without a byte
RESET = b"(reset)"  # breaks it


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def method(self) -> str:
        return self.line.split(" ", maxsplit=1)[0]

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]


def http_answer(status: int = 200, body: bytes = b"", *, length: bool = True, **headers: str) -> bytes:
    """Return the bytes of an HTTP answer; ``Retry_After="3"`` becomes ``Retry-After: 3``."""
    lines = [f"HTTP/1.1 {status} Status"]
    headers.setdefault("Content_Type", "text/xml; charset=UTF-8")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Scripted:
    """Answers the n-th connection with the n-th script, and all further ones with the last.

    A script is bytes, or a list of bytes and seconds to wait. The connection is closed after it. With `tls` it speaks
    https.
    """

    def __init__(self, *scripts: bytes | list[bytes | float], tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self._scripts, self._tls = scripts, tls
        self._closing = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.01)
        self._threads = [Thread(target=self._listen)]

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/entrez/eutils/"

    def __enter__(self) -> Scripted:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self._listener.close()

    def _listen(self) -> None:
        connections = 0
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            script = self._scripts[min(connections, len(self._scripts) - 1)]
            connections += 1
            thread = Thread(target=self._serve, args=(connection, script))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, script: bytes | list[bytes | float]) -> None:
        connection.settimeout(10)
        try:
            wrapped = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
        except OSError:
            connection.close()
            return
        with wrapped:
            try:
                self.received.append(_read(wrapped))
                for step in [script] if isinstance(script, bytes) else script:
                    if step == RESET:
                        wrapped.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    elif isinstance(step, bytes):
                        wrapped.sendall(b"" if step == DROP else step)
                    elif self._closing.wait(step):
                        return
            except OSError:
                return  # the client has left, which some tests want


def _read(connection: socket.socket) -> Received:
    content = b""
    while b"\r\n\r\n" not in content:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        content += part
    head, body = content.split(b"\r\n\r\n", 1)
    line, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, value in (field.split(":", 1) for field in fields)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Received(line, headers, body)
