"""When an exchange must be over: the longest step, and the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DeadlineError", "TimeLimits"]


class DeadlineError(TimeoutError):
    """The whole answer took too long, though bytes kept coming."""


class TimeLimits:
    """The end of an exchange, begun now, and the longest step in it; both in seconds.

    Parameters
    ----------
    step, whole : float
        For one step, and for all of them.
    clock : callable
        Seconds that only ever grow.
    """

    def __init__(self, step: float, whole: float, clock: Callable[[], float]) -> None:
        self.step = step
        self._clock, self._end = clock, clock() + whole

    def next_step(self) -> float:
        """Return the seconds that the next step may take.

        Raises
        ------
        DeadlineError
            If there are none left.
        """
        left = self._end - self._clock()
        if left <= 0:
            raise DeadlineError
        return min(self.step, left)
