"""Biopython's Entrez writes the requests: parameters, ids, GET or POST. What it would send is caught and sent by us.

`Bio.Entrez` has no timeout, repeats 429 and 5xx without a pause, and reads the body after its retries. So its functions
are called with ``urlopen`` exchanged for one that keeps the request and opens nothing. That lasts for the few
microseconds of a call, under a lock, and never while the network is waited for. Key and email never pass through it.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Prepared", "prepare"]

_PATCHING = Lock()  # Bio.Entrez is one for the whole process
_NEEDED = ("urlopen", "_open", "_build_request", "max_tries", "sleep_between_tries")
_OURS = ("tool", "email", "api_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request as Biopython wrote it, without who asks.

    Attributes
    ----------
    tool : str
        The utility: ``esearch``, ``efetch``, …
    post : bool
        Whether it is long enough for POST.
    parameters : tuple of (str, str)
        In their order; ``id`` may stand there more than once.
    """

    tool: str
    post: bool
    parameters: tuple[tuple[str, str], ...] = field(repr=False)

    @property
    def described(self) -> str:
        """The request for people: ``efetch (200 PMIDs)``."""
        ids = [value for name, value in self.parameters if name == "id"]
        count = len(ids) if len(ids) > 1 else ids[0].count(",") + 1 if ids else 0
        return f"{self.tool} ({count} PMID{'s' if count > 1 else ''})" if count else self.tool

    def query(self, who: Mapping[str, str]) -> str:
        """Return the parameters URL-encoded, with who asks behind them."""
        return urlencode([*self.parameters, *who.items()])


class _Caught:
    """What stands in for the answer while Biopython believes to have opened a request."""

    url = ""

    def __init__(self) -> None:
        self.headers = Message()
        self.headers["Content-Type"] = "text/xml"


def prepare(tool: str, parameters: Mapping[str, str]) -> Prepared:
    """Return the request that Biopython makes of a utility's parameters.

    Parameters
    ----------
    tool : str
        The utility's name, which is that of its function in `Bio.Entrez`.
    parameters : mapping of str to str
        Its parameters; ``id`` as PMIDs joined by commas. eLink is asked with one ``id`` a PMID, so that its answer
        says which links are whose.

    Raises
    ------
    FetchError
        If this version of Biopython is built in another way than this module knows.

    Examples
    --------
    >>> prepare("efetch", {"db": "pubmed", "id": "90000001,90000002"}).query({"tool": "evidence"})
    'db=pubmed&id=90000001%2C90000002&tool=evidence'
    """
    entrez = _entrez()
    arguments: dict[str, Any] = dict(parameters)
    if tool == "elink":
        arguments["id"] = arguments["id"].split(",")
    # Blank, not absent: absent ones would be taken from Biopython's own globals, and a missing email warned about.
    arguments |= dict.fromkeys(_OURS, "")
    with _catching(entrez) as caught:
        getattr(entrez, tool)(**arguments)
    name, post, text = _taken_apart(caught)
    if name != f"{tool}.fcgi":
        raise _unknown_build(f"{tool} goes to another address than expected")
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    return Prepared(tool=tool, post=post, parameters=tuple(pair for pair in pairs if pair[0] not in _OURS))


def _entrez() -> Any:
    """Return `Bio.Entrez` if everything that is relied on is there."""
    from Bio import Entrez

    missing = [name for name in _NEEDED if not hasattr(Entrez, name)]
    if not missing and not hasattr(Entrez._open, "previous"):
        missing = ["_open.previous"]
    if missing:
        raise _unknown_build(f"Bio.Entrez lacks {', '.join(missing)}")
    return Entrez


def _unknown_build(found: str) -> FetchError:
    import Bio

    return FetchError(
        f"Biopython {Bio.__version__} is built in another way than this software knows: {found}. "
        "Install a version from 1.87 up to, not including, 1.90"
    )


@contextmanager
def _catching(entrez: Any) -> Iterator[list[Any]]:
    """Let `Bio.Entrez` of this thread hand its requests to a list, at once and once; then all is as it was."""
    caught: list[Any] = []
    with _PATCHING:
        owner, real = get_ident(), entrez.urlopen
        names = ("urlopen", "max_tries", "sleep_between_tries")
        before = {name: getattr(entrez, name) for name in names}
        previous = entrez._open.previous

        def urlopen(request: Any, *rest: Any, **options: Any) -> Any:
            if get_ident() != owner:  # someone else's own call of Bio.Entrez, in another thread
                return real(request, *rest, **options)
            caught.append(request)
            return _Caught()

        try:
            entrez.urlopen, entrez.max_tries, entrez.sleep_between_tries = urlopen, 1, 0
            entrez._open.previous = 0.0  # its own limiter would sleep here; ours has the word
            yield caught
        finally:
            for name, value in before.items():
                setattr(entrez, name, value)
            entrez._open.previous = max(previous, entrez._open.previous)


def _taken_apart(caught: list[Any]) -> tuple[str, bool, str]:
    """Return (file name, whether POST, encoded parameters) of the one request that was caught."""
    if len(caught) != 1:
        raise _unknown_build(f"a call made {len(caught)} requests")
    request = caught[0]
    parts = urlsplit(request.full_url)
    found = re.fullmatch(r"/entrez/eutils/([a-z]+\.fcgi)", parts.path)
    post = request.get_method() == "POST"
    text = request.data.decode("utf-8") if post else parts.query
    return (found[1] if found else ""), post, text
