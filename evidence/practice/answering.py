"""What is answered to a request, by whatever way it came: limits first, then faults, then the utility itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .asked import PATH
from .damage import damaged
from .history import History
from .index import Index
from .limits import Limits
from .pages import html_reply, limit_reply, trouble
from .reply import Reply
from .script import Script
from .service import TOOLS, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .asked import Asked
    from .faults import Fault
    from .store import Store

__all__ = ["NO_ANSWER", "Answering"]

NO_ANSWER = ("dropped", "hang-before-headers")
"""Faults after which nothing at all was sent."""


class Answering:
    """The utilities over a store, with PubMed's limits and the faults that were scripted.

    Parameters
    ----------
    store : Store
        The records; they may change meanwhile.
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
    elsewhere : callable
        Returns an address of this machine that is not that of the utilities, for the fault ``redirect-port``.
    """

    def __init__(
        self,
        store: Store,
        faults: Iterable[Fault],
        *,
        per_second: int | None,
        per_second_with_key: int | None,
        cap: int,
        history_seconds: float,
        max_url: int,
        elsewhere: Callable[[], str],
    ) -> None:
        self._service = Service(
            store=store, index=Index(store), history=History(history_seconds, time.monotonic), cap=cap
        )
        self._limits = Limits(per_second, per_second_with_key, time.monotonic)
        self._max_url, self._elsewhere = max_url, elsewhere
        self._script = Script(faults)

    def script(self, faults: Iterable[Fault]) -> None:
        """Put other faults in the place of those that were scripted, and count from one again."""
        self._script = Script(faults)

    def reply(self, request: Asked, address: str) -> tuple[Reply, str, dict[str, Any]]:
        """Return the answer, the fault by which it is sent (or nothing), and the options of that fault."""
        key, tool = request.params.get("api_key", ""), request.tool
        if tool not in TOOLS:
            return html_reply(404, "Not Found", "There is no such utility."), "", {}
        if len(request.path) > self._max_url:
            return html_reply(414, "Request-URI Too Long", "The address is longer than this server reads."), "", {}
        if excess := self._limits.count(key, address):
            return limit_reply(key, *excess), "", {}
        struck = self._script.next(tool, request.params)
        right = self._service.answer(tool, request.params, request.id_groups)
        if struck is None:
            return right, "", {}
        fault, strike = struck
        page = trouble(fault.name, tool, key, float(fault.options.get("seconds", 1)))
        if fault.name.startswith("redirect"):
            base = self._elsewhere() if fault.name == "redirect-port" else f"http://pubmed.invalid{PATH}"
            page = Reply(status=302, headers={"Location": base + request.path.removeprefix(PATH)})
        return page or damaged(fault.name, right, fault.options, strike), fault.name, fault.options
