"""What a server can do wrong, by name, and the script that says when."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAULTS", "Fault"]

_RECORDS = frozenset({"efetch"})
_ANY: frozenset[str] = frozenset()

# name: (what the client meets, the utilities that can meet it; none means all)
_KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "status-400": ("400, with PubMed's XML of an error", _ANY),
    "status-403": ("403, the HTML page of a blocked address", _ANY),
    "status-414": ("414, the address is too long", _ANY),
    "status-429": ("429 and a JSON body, without Retry-After", _ANY),
    "status-429-seconds": ("429 with Retry-After in seconds (option `seconds`, 1)", _ANY),
    "status-429-date": ("429 with Retry-After as a date (option `seconds`, 1)", _ANY),
    "status-500": ("500, an HTML page", _ANY),
    "status-502": ("502, an HTML page", _ANY),
    "status-503": ("503, an HTML page", _ANY),
    "html": ("200 and an HTML page", _ANY),
    "empty": ("200 and nothing", _ANY),
    "json-error": ("200 and a JSON error", _ANY),
    "error-xml": ("200 and an <ERROR> of the search backend", _ANY),
    "database-not-supported": ("200 and <ERROR>Database is not supported: pubmed</ERROR>", _ANY),
    "dropped": ("the connection closes without an answer", _ANY),
    "truncated": ("a body shorter than its Content-Length (option `keep`, the part that is sent)", _ANY),
    "truncated-no-length": ("a body cut short, its end marked only by the closed connection", _ANY),
    "truncated-chunked": ("a chunked body that ends before its last chunk", _ANY),
    "truncated-at-record": ("a whole answer whose XML stops after some records, without the closing tag", _RECORDS),
    "fewer-records": ("a whole, well-formed answer with the first half of the records", _RECORDS),
    "hang-before-headers": ("nothing at all, until the server closes (option `seconds`)", _ANY),
    "hang-in-body": ("half a body, then nothing (option `seconds`)", _ANY),
    "slow-drip": ("a few bytes at a time (options `pause`, seconds between them, and `size`)", _ANY),
    "duplicate-records": ("the first record twice", _RECORDS),
    "missing-record": ("one record less, the last or that of the option `pmid`", _RECORDS),
    "extra-record": ("a record that was not asked for (option `record`)", _RECORDS),
    "version-2": (
        "a record in two versions, the newer one first; the last record or that of the option `pmid`",
        _RECORDS,
    ),
    "merged": ("a record's PMID, the last or `pmid`, answered with another record (option `into`)", _RECORDS),
    "new-dtd": ("a DOCTYPE of the year 2027", _RECORDS),
    "http-dtd": ("a DOCTYPE with an http address", _RECORDS),
    "no-doctype": ("no DOCTYPE", _RECORDS),
    "unknown-tag": ("elements that no DTD knows", _RECORDS),
    "entity-bomb": ("entities that grow to gigabytes", _ANY),
    "external-entity": ("an entity that names a file of the reader's machine", _ANY),
    "nul": ("a NUL byte in the text", _ANY),
    "latin-1": ("bytes that are not UTF-8", _ANY),
    "oversized": ("a body without end (option `size`, bytes)", _ANY),
    "redirect-host": ("302 to another host", _ANY),
    "redirect-port": ("302 to another port of this machine; what arrives there stands in `server.strayed`", _ANY),
    "count-changes": ("a Count that is another one in each answer", frozenset({"esearch"})),
    "expired-history": ("a WebEnv that the server no longer knows", frozenset({"esearch", "efetch", "esummary"})),
}

FAULTS: Mapping[str, str] = MappingProxyType({name: meaning for name, (meaning, _) in sorted(_KINDS.items())})
"""Every fault: its name, and what a client meets."""


class Fault:
    """A line of the script: what goes wrong, and at which request.

    Parameters
    ----------
    name : str
        One of ``FAULTS``.
    tool : str, optional
        The utility (``efetch``); None is any that can have this fault.
    nth : int
        The first of the matching requests, from 1, that meets it.
    times : int or None
        How many in a row meet it; None is all from then on.
    **options
        What the fault itself can be told; see ``FAULTS``. With `pmid`, only requests for that record can meet it.

    Raises
    ------
    ValueError
        The name is none, the utility cannot have the fault, or a number is not positive.

    Examples
    --------
    >>> Fault("truncated", tool="efetch", nth=2)
    Fault('truncated', tool='efetch', nth=2, times=1)
    """

    __slots__ = ("name", "nth", "options", "times", "tool")

    def __init__(self, name: str, tool: str | None = None, nth: int = 1, times: int | None = 1, **options: Any) -> None:
        if name not in _KINDS:
            raise ValueError(f"no fault is called {name!r}; there are: {', '.join(FAULTS)}")
        tools = _KINDS[name][1]
        if tool and tools and tool not in tools:
            raise ValueError(f"{tool} cannot have the fault {name!r}; only {', '.join(sorted(tools))}")
        if nth < 1 or (times is not None and times < 1):
            raise ValueError(f"nth and times count from 1; got nth={nth}, times={times}")
        self.name, self.tool, self.nth, self.times = name, tool, nth, times
        self.options: dict[str, Any] = options

    def __repr__(self) -> str:
        options = "".join(f", {key}={value!r}" for key, value in self.options.items())
        return f"Fault({self.name!r}, tool={self.tool!r}, nth={self.nth}, times={self.times}{options})"

    def matches(self, tool: str, params: Mapping[str, str]) -> bool:
        """Return whether a request is of the kind that can meet this fault."""
        if self.tool not in (None, tool):
            return False
        tools = _KINDS[self.name][1]
        if tools and tool not in tools:
            return False
        if self.name == "expired-history":
            return "WebEnv" in params
        if "pmid" in self.options and "id" in params and self.options["pmid"] not in params["id"].split(","):
            return False
        return not (tools == _RECORDS and params.get("retmode", "xml") != "xml")

    def strikes(self, count: int) -> bool:
        """Return whether it strikes the matching request of this number."""
        return count >= self.nth and (self.times is None or count < self.nth + self.times)
