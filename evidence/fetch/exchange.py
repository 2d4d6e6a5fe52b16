"""One HTTP exchange in which every step has an end: connecting, sending, each wait for bytes, and the whole."""

from __future__ import annotations

import http.client
import io
import ssl
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import (
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    getproxies,
)

from .address import is_loopback

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from email.message import Message

    from .time_limits import TimeLimits

__all__ = ["exchange"]

_STEP = 64 * 1024


class _TimedStream(io.RawIOBase):
    """Bytes of a socket, each read within the limits: also those of status line, headers and chunk sizes."""

    def __init__(self, sock: socket.socket, limits: TimeLimits) -> None:
        self._sock, self._limits = sock, limits
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._limits.next_step())
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            self._limits.next_step()
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """What `http.client.HTTPResponse` wants of a socket: a file to read from."""

    def __init__(self, sock: socket.socket, limits: TimeLimits) -> None:
        self._sock, self._limits = sock, limits

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedStream(self._sock, self._limits))


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, debuglevel: int = 0, method: str | None = None, *, limits: TimeLimits) -> None:
        super().__init__(_TimedSocket(sock, limits), debuglevel, method)  # type: ignore[arg-type]


class _TimedConnection(http.client.HTTPConnection):
    def __init__(self, *args: Any, limits: TimeLimits, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_class = partial(_TimedResponse, limits=limits)  # type: ignore[assignment]


class _TimedTlsConnection(http.client.HTTPSConnection):
    def __init__(self, *args: Any, limits: TimeLimits, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_class = partial(_TimedResponse, limits=limits)  # type: ignore[assignment]


class _Plain(HTTPHandler):
    def __init__(self, limits: TimeLimits) -> None:
        super().__init__()
        self._limits = limits

    def http_open(self, req: Request) -> Any:
        return self.do_open(partial(_TimedConnection, limits=self._limits), req)


class _Tls(HTTPSHandler):
    def __init__(self, limits: TimeLimits, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._limits, self._tls = limits, context

    def https_open(self, req: Request) -> Any:
        return self.do_open(partial(_TimedTlsConnection, limits=self._limits, context=self._tls), req)


class _EveryStatus(HTTPErrorProcessor):
    """Passes on each answer as it is: what a status means is decided by the caller, redirects too."""

    def http_response(self, request: Request, response: Any) -> Any:
        return response

    https_response = http_response


def exchange(
    url: str, data: bytes | None, limits: TimeLimits, *, enough: Callable[[int, Message], bool]
) -> tuple[int, Message, bytes, bool]:
    """Send a request over the network and read its answer: the `Exchange` of a client that is given no other.

    Parameters
    ----------
    url : str
        The whole address. On this machine no proxy is used; otherwise the one of ``https_proxy`` is.
    data : bytes or None
        The body of a POST; None for a GET.
    limits : TimeLimits
        When it must be over.
    enough : callable
        Told the bytes so far and the headers before each step; reading ends when it says True.

    Returns
    -------
    tuple
        Status, headers, body, and whether reading was ended by `enough`.

    Raises
    ------
    OSError, http.client.HTTPException, ValueError
        If there is no whole answer. Their attributes may hold the address.
    """
    request = _request(url, data)
    loopback = is_loopback(urlsplit(url).hostname or "")
    proxies = {} if loopback else {name: address for name, address in getproxies().items() if name == "https"}
    opener = OpenerDirector()
    opener.add_handler(ProxyHandler(proxies))
    opener.add_handler(_EveryStatus())
    opener.add_handler(_Tls(limits, ssl.create_default_context()) if request.type == "https" else _Plain(limits))
    body = bytearray()
    with opener.open(request, timeout=limits.next_step()) as response:
        while True:
            if enough(len(body), response.headers):
                return response.status, response.headers, bytes(body), True
            part = response.read1(_STEP)
            if not part:
                return response.status, response.headers, bytes(body), False
            body += part


def _request(url: str, data: bytes | None) -> Request:
    from .. import __version__

    headers = {"User-Agent": f"evidence/{__version__}", "Accept-Encoding": "identity"}
    if data is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return Request(url, data=data, headers=headers, method="GET" if data is None else "POST")  # noqa: S310
