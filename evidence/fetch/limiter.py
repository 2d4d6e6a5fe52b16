"""The rate limit: requests of all threads leave one behind the other, far enough apart."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RateLimiter"]

# NCBI counts arrivals, which jitter: a tenth more than the bare interval keeps four of them out of one second.
_SLACK = 1.1


class RateLimiter:
    """Lets callers pass one at a time, never faster than a rate; there are no bursts.

    Parameters
    ----------
    per_second : float
        How many may pass in a second.
    clock, sleep : callable
        Seconds that only ever grow, and a pause of so many seconds.

    Examples
    --------
    >>> limiter = RateLimiter(3)
    >>> round(limiter.interval, 3)
    0.367
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.interval = _SLACK / per_second
        self._clock, self._sleep = clock, sleep
        self._turn, self._due = Lock(), Lock()
        self._next = float("-inf")

    def wait(self) -> float:
        """Return when the next request may leave, with the moment on the clock."""
        # The turn is held while sleeping: who sleeps too long delays those behind it, and no gap gets shorter.
        with self._turn:
            begun, slept = self._clock(), 0.0
            while True:
                with self._due:
                    now = max(self._clock(), begun + slept)
                    wait = self._next - now
                    if wait <= 0:
                        self._next = now + self.interval
                        return now
                self._sleep(wait)
                slept += wait

    def hold(self, seconds: float) -> None:
        """Let nobody pass for so many seconds from now."""
        with self._due:
            self._next = max(self._next, self._clock() + seconds)
