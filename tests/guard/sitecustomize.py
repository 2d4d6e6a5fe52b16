"""Refuse every socket that leaves this machine, in this process and, through PYTHONPATH, in those that tests start."""

from __future__ import annotations

import sys

_LOOPBACK = ("127.", "::1", "localhost")
_WATCHED = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _WATCHED:
        return
    address = arguments[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else arguments[1]
    if address is None or (isinstance(address, (str, bytes)) and event in ("socket.connect", "socket.sendto")):
        return  # a Unix socket, or one that is connected already
    host = address[0] if isinstance(address, tuple) else address
    name = host.decode() if isinstance(host, bytes) else str(host)
    if not name.startswith(_LOOPBACK):
        raise PermissionError(f"tests open no socket but loopback; refused {event} to {name!r}")


sys.addaudithook(_refuse)
