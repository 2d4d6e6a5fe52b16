"""The utilities by name, over one store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .efetch import efetch
from .einfo import einfo
from .elink import elink
from .epost import epost
from .esearch import esearch
from .esummary import esummary
from .reply import Reply, error_reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .history import History
    from .index import Index
    from .store import Store

__all__ = ["TOOLS", "Service"]

TOOLS = ("einfo", "esearch", "epost", "efetch", "esummary", "elink")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What answers requests: the records, their index, the history server, and the window of a search."""

    store: Store
    index: Index
    history: History
    cap: int

    def answer(self, tool: str, params: Mapping[str, str], id_groups: Sequence[str]) -> Reply:
        """Return the answer of a utility; `id_groups` is the value of each ``id`` that the request has."""
        if tool != "einfo" and params.get("db", params.get("dbfrom")) not in ("pubmed", "pmc"):
            return error_reply(tool, f"Invalid db name specified: {params.get('db', '')}", 400)
        match tool:
            case "esearch":
                return esearch(params, self.store, self.index, self.history, self.cap)
            case "efetch":
                return efetch(params, self.store, self.history, self.cap)
            case "esummary":
                return esummary(params, self.store, self.history, self.cap)
            case "epost":
                return epost(params, self.history)
            case "elink":
                return elink(id_groups, dict(params), self.store)
            case _:
                return einfo(params, self.store)
