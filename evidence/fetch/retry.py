"""Trouble with a request: whether asking again helps, how long to wait before, and how much of it a run bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from ..errors import FetchError

__all__ = ["LONGEST_WAIT", "Budget", "Policy", "Trouble"]

LONGEST_WAIT = 60.0  # seconds; beyond it waiting longer does not make success likelier
_AFTER_429 = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a request brought no good answer.

    Attributes
    ----------
    what : str
        What happened, as part of a sentence.
    advice : str
        What to do about it, as a sentence.
    retryable : bool
        Whether asking again may help.
    error : type
        What is raised if it does not.
    slow_down : bool
        Whether the server said that it is asked too much.
    retry_after, date : str
        The server's ``Retry-After``, and the time on its clock, as they stand.
    """

    what: str
    advice: str = "Try again later"
    retryable: bool = True
    error: type[FetchError] = AnswerError
    slow_down: bool = False
    retry_after: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Exponential back-off with full jitter; what the server asks for comes first.

    The wait after the n-th failure is drawn evenly between 0 and ``base`` · 2ⁿ⁻¹ seconds, 60 at most. A
    ``Retry-After`` replaces it; after a 429 without one it is a second at least.

    Attributes
    ----------
    tries : int
        How often a request is sent at most.
    base : float
        Upper end of the first wait, in seconds.
    rng : random.Random
        Draws the waits.
    now : callable
        The time of day in UTC: a server may name the time at which it wants to be asked again.

    References
    ----------
    Brooker M. Exponential backoff and jitter. AWS Architecture Blog, 2015.

    Examples
    --------
    >>> from random import Random
    >>> policy = Policy(tries=6, base=1.0, rng=Random(1), now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    >>> policy.wait(1, Trouble(what="HTTP 503", retry_after="7"))
    7.0
    >>> 0 <= policy.wait(3, Trouble(what="HTTP 503")) <= 4
    True
    """

    tries: int
    base: float
    rng: Random
    now: Callable[[], datetime]

    def wait(self, failures: int, trouble: Trouble) -> float:
        """Return the seconds to wait after so many failures of a request, the last of them this trouble."""
        asked = self._asked_for(trouble)
        if asked is not None:
            return asked
        drawn = self.rng.uniform(0.0, min(LONGEST_WAIT, self.base * 2.0 ** min(failures - 1, 30)))
        return max(drawn, _AFTER_429) if trouble.slow_down else drawn

    def _asked_for(self, trouble: Trouble) -> float | None:
        """Return what a ``Retry-After`` means in seconds from now; None if it means nothing."""
        text = trouble.retry_after.strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        moment = _moment(text)
        if moment is None:
            return None
        # The server's own clock tells what it means, even where this machine's is wrong.
        return max(0.0, (moment - (_moment(trouble.date) or self.now())).total_seconds())


def _moment(text: str) -> datetime | None:
    """Return the moment that an HTTP date names, None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Budget:
    """The seconds that failures and the waits after them may cost a run; one for all threads.

    What succeeds costs nothing: a long run that gets on is never stopped by it.

    Examples
    --------
    >>> budget = Budget(60)
    >>> budget.spend(50)
    >>> budget.covers(5), budget.covers(20)
    (True, False)
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._spent = 0.0
        self._lock = Lock()

    @property
    def spent(self) -> float:
        """The seconds lost so far."""
        return self._spent

    def spend(self, seconds: float) -> None:
        """Count seconds that are lost."""
        with self._lock:
            self._spent += max(0.0, seconds)

    def covers(self, seconds: float) -> bool:
        """Whether there is time left for a wait of so many seconds."""
        with self._lock:
            return self._spent + seconds < self.seconds
