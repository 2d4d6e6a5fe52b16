"""The history server: sets of PMIDs kept for a while under a WebEnv and a query key."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["History"]


@dataclass(slots=True)
class _Environment:
    used_at: float
    sets: list[tuple[str, ...]] = field(default_factory=list)


class History:
    """Sets of PMIDs by WebEnv and key. A WebEnv that is not used for `seconds` is forgotten.

    Examples
    --------
    >>> history = History(seconds=60, clock=lambda: 0.0)
    >>> web_env, key = history.keep(("90000002", "90000001"))
    >>> history.get(web_env, key)
    ('90000002', '90000001')
    >>> history.get("MCID_unknown", "1") is None
    True
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._environments: dict[str, _Environment] = {}

    def keep(self, pmids: tuple[str, ...], web_env: str = "") -> tuple[str, str]:
        """Keep a set, in the WebEnv given where it still exists, and return its WebEnv and key."""
        with self._lock:
            environment = self._live(web_env)
            if environment is None:
                web_env = f"MCID_{len(self._environments) + 1:032x}"
                environment = self._environments[web_env] = _Environment(self._clock())
            environment.sets.append(pmids)
            return web_env, str(len(environment.sets))

    def get(self, web_env: str, key: str) -> tuple[str, ...] | None:
        """Return a set, or None where the server does not know it, or no longer."""
        with self._lock:
            environment = self._live(web_env)
            if environment is None or not key.isdecimal() or not 0 < int(key) <= len(environment.sets):
                return None
            return environment.sets[int(key) - 1]

    def _live(self, web_env: str) -> _Environment | None:
        environment, now = self._environments.get(web_env), self._clock()
        if environment is None or now - environment.used_at > self._seconds:
            return None
        environment.used_at = now
        return environment
