"""How many requests a second each caller has."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Limits"]

_WINDOW = 0.9  # a little less than a second, so that requests spaced well do not fail by their way through the machine


class Limits:
    """Counts requests by API key, or by address where there is none. None as a limit is no limit.

    Examples
    --------
    >>> limits = Limits(3, 10, clock=lambda: 0.0)
    >>> [limits.count("", "127.0.0.1") for _ in range(4)]
    [None, None, None, (4, 3)]
    """

    def __init__(self, per_second: int | None, per_second_with_key: int | None, clock: Callable[[], float]) -> None:
        self._limits = {False: per_second, True: per_second_with_key}
        self._clock = clock
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = defaultdict(deque)

    def count(self, key: str, address: str) -> tuple[int, int] | None:
        """Count a request; return None, or how many there were and how many there may be if it is one too many."""
        limit = self._limits[bool(key)]
        if limit is None:
            return None
        with self._lock:
            now, times = self._clock(), self._times[key or address]
            while times and now - times[0] >= _WINDOW:
                times.popleft()
            if len(times) >= limit:
                return len(times) + 1, limit
            times.append(now)
            return None
