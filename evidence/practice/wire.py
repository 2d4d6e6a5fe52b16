"""Sending an answer, whole or in one of the ways in which connections fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from http.server import BaseHTTPRequestHandler

    from .reply import Reply

__all__ = ["send"]

_CHUNK = 1 << 14
_HANG = 60.0


class _Line:
    """A connection on which an answer is being sent; `closing` is set when the server ends."""

    def __init__(self, handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
        self._handler, self.closing = handler, closing

    def head(self, reply: Reply, *framing: tuple[str, str]) -> None:
        handler = self._handler
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.content_type)
        for name, value in (*reply.headers.items(), *framing):
            handler.send_header(name, value)
        handler.end_headers()

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)

    def chunk(self, data: bytes) -> None:
        self.write(b"%x\r\n" % len(data) + data + b"\r\n")

    def hang_up(self) -> None:
        self._handler.close_connection = True


def send(
    handler: BaseHTTPRequestHandler, reply: Reply, closing: threading.Event, how: str, options: Mapping[str, Any]
) -> None:
    """Send a reply in the way of a fault; any other `how` sends it whole.

    The larger answers, those with records, come in chunks as PubMed sends them; the others with their length.
    """
    line = _Line(handler, closing)
    if how in _WAYS:
        line.hang_up()
        _WAYS[how](line, reply, options)
    elif reply.records:
        _chunked(line, reply, len(reply.body))
        line.write(b"0\r\n\r\n")
    else:
        line.head(reply, ("Content-Length", str(len(reply.body))))
        line.write(reply.body)


def _chunked(line: _Line, reply: Reply, end: int) -> None:
    line.head(reply, ("Transfer-Encoding", "chunked"))
    for start in range(0, end, _CHUNK):
        line.chunk(reply.body[start : min(start + _CHUNK, end)])


def _kept(reply: Reply, options: Mapping[str, Any]) -> int:
    """Return how many bytes are sent before the end comes too early."""
    return int(len(reply.body) * float(options.get("keep", 0.6)))


def _nothing(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    return


def _short(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    line.head(reply, ("Content-Length", str(len(reply.body))))
    line.write(reply.body[: _kept(reply, options)])


def _short_without_length(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    line.head(reply, ("Connection", "close"))
    line.write(reply.body[: _kept(reply, options)])


def _short_chunked(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    _chunked(line, reply, _kept(reply, options))


def _hang(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    line.closing.wait(float(options.get("seconds", _HANG)))


def _hang_inside(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    _short(line, reply, options)
    _hang(line, reply, options)


def _drip(line: _Line, reply: Reply, options: Mapping[str, Any]) -> None:
    size, pause = int(options.get("size", 16)), float(options.get("pause", 0.05))
    line.head(reply, ("Content-Length", str(len(reply.body))))
    for start in range(0, len(reply.body), size):
        line.write(reply.body[start : start + size])
        if line.closing.wait(pause):
            return


_WAYS: dict[str, Callable[[_Line, Reply, Mapping[str, Any]], None]] = {
    "dropped": _nothing,
    "truncated": _short,
    "truncated-no-length": _short_without_length,
    "truncated-chunked": _short_chunked,
    "hang-before-headers": _hang,
    "hang-in-body": _hang_inside,
    "slow-drip": _drip,
}
