"""Which request meets which fault."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .faults import Fault

__all__ = ["Script"]


class Script:
    """Faults in order, and how many matching requests each has seen."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults = tuple(faults)
        self._counts = [0] * len(self._faults)

    @property
    def scripted(self) -> frozenset[str]:
        """The names of the faults in it."""
        return frozenset(fault.name for fault in self._faults)

    def next(self, tool: str, params: Mapping[str, str]) -> tuple[Fault, int] | None:
        """Count a request; return the first fault that strikes it with the number of its strike, or None."""
        struck = None
        with self._lock:
            for place, fault in enumerate(self._faults):
                if not fault.matches(tool, params):
                    continue
                self._counts[place] += 1
                if struck is None and fault.strikes(self._counts[place]):
                    struck = fault, self._counts[place] - fault.nth + 1
        return struck
