"""The address of the E-utilities: which ones are allowed."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ..errors import InputError

__all__ = ["NCBI", "check_base_url", "host_of", "is_loopback"]

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


def check_base_url(url: str, origin: str) -> str:
    """Return a base address with its closing slash, if it is safe: https, or http on this machine.

    Parameters
    ----------
    url : str
        The address to which ``esearch.fcgi`` and the others are appended.
    origin : str
        Where it comes from, for the message.

    Raises
    ------
    InputError
        If it is not http(s), leaves this machine in the clear, or carries a password, a query or a fragment.

    Examples
    --------
    >>> check_base_url("http://127.0.0.1:8000/entrez/eutils", "the option")
    'http://127.0.0.1:8000/entrez/eutils/'
    >>> check_base_url("http://example.org/", "EVIDENCE_EUTILS_URL")
    Traceback (most recent call last):
    evidence.errors.InputError: the address from EVIDENCE_EUTILS_URL must begin with https://; plain http is ...
    """
    fault = _fault(url)
    if fault:
        message = f"the address from {origin} {fault}"
        raise InputError(message)
    return url if url.endswith("/") else f"{url}/"


def host_of(url: str) -> str:
    """Return the host of an address that has been checked, with its port where it names one.

    Examples
    --------
    >>> host_of(NCBI)
    'eutils.ncbi.nlm.nih.gov'
    """
    return urlsplit(url).netloc


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number: ``localhost``, 127.0.0.0/8, ``::1``.

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost", "127.3.2.1", "::1", "localhost.example.org", "127.1", "10.0.0.1")]
    [True, True, True, False, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fault(url: str) -> str:
    """Return what is wrong with an address, never showing it: it may hold a password."""
    if any(character <= " " or character > "~" or character in '\\<>"' for character in url):
        return "holds a blank or another character that no address has"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        return "is not an address of the form https://host/path/"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    if "?" in url or "#" in url:
        return "must end with a path: no ? and no #"
    if parts.scheme == "http" and not is_loopback(host):
        return "must begin with https://; plain http is allowed on this machine only (127.0.0.1, ::1, localhost)"
    return ""
