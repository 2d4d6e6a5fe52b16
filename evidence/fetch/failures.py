"""What Python raises when an exchange fails, and what an HTTP status means, as `Trouble`: said, never quoted."""

from __future__ import annotations

import re
import socket
import sys
from http import HTTPStatus
from http.client import HTTPException, IncompleteRead, InvalidURL
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit

from ..errors import RequestError
from .address import is_loopback
from .retry import Trouble
from .time_limits import DeadlineError

if TYPE_CHECKING:
    from .settings import Settings

__all__ = ["TOO_MUCH", "of_exception", "of_status"]

_NETWORK = "Check the network connection, then run it again"
TOO_MUCH = "Too much was asked in too short a time; wait, or set NCBI_API_KEY"
_NOBODY = "Nothing answers at this address of this machine: start `evidence practice`, or unset EVIDENCE_EUTILS_URL"
_LATER = "Try again later"
_RETRYABLE = (408, 425, 429)
_REFUSED = {
    400: "The request itself is refused: see what the server says of it, and check the query and NCBI_API_KEY",
    403: "NCBI blocks an address that asks too often; wait, set NCBI_EMAIL and NCBI_API_KEY, or write to NCBI",
    404: "There is no E-utility at this address; check EVIDENCE_EUTILS_URL",
    407: "The proxy wants a password; check https_proxy",
    414: "The request is too long for this server; ask for fewer records at once",
}


def of_exception(error: BaseException, settings: Settings) -> Trouble:
    """Return what an exception of urllib, ssl or the socket means. None of its text is used: it may hold the address.

    Examples
    --------
    >>> from evidence.fetch.settings import Settings
    >>> of_exception(ConnectionResetError("…api_key=…"), Settings()).what
    'the connection was dropped'
    """
    while isinstance(error, URLError) and isinstance(error.reason, BaseException):
        error = error.reason
    if _of_tls(error, "SSLCertVerificationError"):
        return Trouble(
            what="the certificate of the server cannot be verified",
            advice="Somebody may listen in, or this machine's certificates or clock are wrong; nothing was sent",
            retryable=False,
            error=RequestError,
        )
    if isinstance(error, InvalidURL) or not isinstance(error, OSError | HTTPException):
        return Trouble(
            what=f"the request could not be written ({type(error).__name__})",
            advice="Check the query and EVIDENCE_EUTILS_URL for unusual characters",
            retryable=False,
            error=RequestError,
        )
    if isinstance(error, PermissionError):
        return Trouble(
            what="this machine does not allow the connection",
            advice="Check its firewall",
            retryable=False,
            error=RequestError,
        )
    return _lost(error, settings)


def _of_tls(error: BaseException, name: str) -> bool:
    """Return whether an error is one of ssl, which need not be there: then nothing can have raised it."""
    ssl = sys.modules.get("ssl")
    return ssl is not None and isinstance(error, getattr(ssl, name))


def _lost(error: OSError | HTTPException, settings: Settings) -> Trouble:
    """Return what an interrupted or impossible connection means."""
    if isinstance(error, DeadlineError):
        return Trouble(what=f"the answer was not whole after {settings.deadline_seconds:g} s", advice=_LATER)
    if isinstance(error, TimeoutError):
        return Trouble(what=f"nothing came for {settings.timeout_seconds:g} s", advice=_NETWORK)
    if isinstance(error, IncompleteRead):
        return Trouble(what="the answer broke off in the middle", advice=_LATER)
    if isinstance(error, ConnectionRefusedError):
        advice = _NOBODY if is_loopback(urlsplit(settings.base_url).hostname or "") else _NETWORK
        return Trouble(what="the server refuses connections", advice=advice)
    if isinstance(error, ConnectionError):
        return Trouble(what="the connection was dropped", advice=_LATER)
    if isinstance(error, socket.gaierror):
        return Trouble(what="the name of the server cannot be found", advice=_NETWORK)
    if _of_tls(error, "SSLError"):
        return Trouble(what="the encrypted connection failed", advice=_NETWORK)
    if isinstance(error, HTTPException):
        return Trouble(what="what came is no proper HTTP", advice=_NETWORK)
    tunnel = re.match(r"Tunnel connection failed: (\d{3})", str(error))
    if tunnel:
        return Trouble(what=f"the proxy answers HTTP {tunnel[1]}", advice="Check https_proxy")
    return Trouble(what=f"the connection failed ({type(error).__name__}, number {error.errno})", advice=_NETWORK)


def of_status(status: int, words: str = "", *, retry_after: str = "", date: str = "") -> Trouble | None:
    """Return what a status other than 200 means.

    Parameters
    ----------
    status : int
        The HTTP status.
    words : str
        What the server says of it, already without secrets; may be empty.
    retry_after, date : str
        Headers, as they stand.

    Examples
    --------
    >>> of_status(200) is None
    True
    >>> trouble = of_status(400, "API key invalid")
    >>> trouble.what, trouble.retryable
    ('HTTP 400 Bad Request, saying “API key invalid”', False)
    """
    if status == HTTPStatus.OK:
        return None
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    what = f"HTTP {status} {phrase}".strip() + (f", saying “{words}”" if words else "")
    if status in _RETRYABLE or status >= 500 or status < 300:
        return Trouble(
            what=what,
            advice=TOO_MUCH if status == 429 else _LATER,
            slow_down=status == 429 or bool(retry_after),
            retry_after=retry_after,
            date=date,
        )
    return Trouble(what=what, advice=_REFUSED.get(status, _REFUSED[400]), retryable=False, error=RequestError)
