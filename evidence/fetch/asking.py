"""Asks one question until a good answer comes, or until tries or budget are used up."""

from __future__ import annotations

from datetime import UTC
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..errors import UnavailableError
from .address import host_of
from .answer import Answer
from .entrez import prepare
from .limiter import RateLimiter
from .payload import find_trouble
from .redact import redact
from .retry import Budget, Policy, Trouble
from .transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from random import Random

    from ..errors import FetchError
    from .entrez import Prepared
    from .payload import Expected
    from .settings import Settings
    from .transport import Exchange, Reply

__all__ = ["Asker"]


class Asker:
    """Rate limit, time budget and patience of one client, shared by its threads.

    Parameters
    ----------
    settings : Settings
        Who asks, where, how often, how long.
    clock, sleep : callable
        Seconds that only ever grow, and a pause of so many seconds.
    rng : random.Random
        Spreads the waits after failures.
    now : callable
        The time of day in UTC.
    on_wait : callable, optional
        Told the reason and the seconds before each wait after a failure.
    exchange : Exchange, optional
        Over the network by default.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        rng: Random,
        now: Callable[[], datetime],
        on_wait: Callable[[str, float], object] | None,
        exchange: Exchange | None = None,
    ) -> None:
        self._settings = settings
        self._clock, self._sleep, self._now, self._on_wait = clock, sleep, now, on_wait
        self._secrets = (settings.api_key, settings.email)
        self._limiter = RateLimiter(settings.per_second, clock=clock, sleep=sleep)
        self._transport = Transport(settings, clock=clock, pause=self._take_turn, exchange=exchange)
        self._policy = Policy(tries=settings.tries, base=settings.backoff_seconds, rng=rng, now=now)
        self._budget = Budget(settings.budget_seconds)
        self._counting = Lock()
        self.requests = 0

    def ask(self, tool: str, parameters: Mapping[str, str], expected: Expected) -> Answer:
        """Return a whole answer of the kind expected.

        Raises
        ------
        FetchError
            If there is none: `RequestError`, `AnswerError` or `UnavailableError`.
        """
        prepared = prepare(tool, parameters)
        asked_at, begun, tries = self._now(), self._clock(), 0
        while True:
            tries += 1
            self._take_turn()
            sent = self._clock()
            outcome = self._attempt(prepared, expected)
            if not isinstance(outcome, Trouble):
                return self._answer(outcome, tool, parameters, asked_at, tries)
            self._budget.spend(self._clock() - sent)
            if not outcome.retryable:
                raise self._refusal(prepared, outcome)
            wait = self._policy.wait(tries, outcome)
            if tries >= self._policy.tries or not self._budget.covers(wait):
                raise self._surrender(prepared, outcome, tries, self._clock() - begun, wait)
            self._rest(outcome, wait)

    def _take_turn(self) -> None:
        """Wait until the next request may leave, and count it."""
        self._limiter.wait()
        with self._counting:
            self.requests += 1

    def _attempt(self, prepared: Prepared, expected: Expected) -> Reply | Trouble:
        """Send once, and look at what comes."""
        try:
            outcome = self._transport.send(prepared)
        except KeyboardInterrupt as error:
            # Ctrl-C leaves without the frames below: some printers of tracebacks show what those hold.
            error.__context__ = None
            raise error.with_traceback(None) from None
        if isinstance(outcome, Trouble):
            return outcome
        return find_trouble(outcome, expected, self._secrets) or outcome

    def _answer(self, reply: Reply, tool: str, parameters: Mapping[str, str], asked_at: datetime, tries: int) -> Answer:
        return Answer(
            tool=tool,
            request=MappingProxyType(dict(parameters)),
            body=reply.body,
            content_type=reply.content_type,
            asked_at=_utc(asked_at),
            answered_at=_utc(self._now()),
            tries=tries,
        )

    def _rest(self, trouble: Trouble, seconds: float) -> None:
        """Wait after a failure; where the server says that it is asked too much, all threads do."""
        if self._on_wait is not None:
            self._on_wait(self._clean(trouble.what), seconds)
        if trouble.slow_down:
            self._limiter.hold(seconds)
        self._sleep(seconds)
        self._budget.spend(seconds)

    def _refusal(self, prepared: Prepared, trouble: Trouble) -> FetchError:
        host = host_of(self._settings.base_url)
        return trouble.error(self._clean(f"{prepared.described} at {host}: {trouble.what}. {trouble.advice}."))

    def _surrender(
        self, prepared: Prepared, trouble: Trouble, tries: int, seconds: float, wait: float
    ) -> UnavailableError:
        """Return the error that tells what was tried, how often, how long, and what to do."""
        times = "once" if tries == 1 else f"{tries} times"
        limit, next_try = " (the limit for one request)", ""
        if tries < self._policy.tries:
            limit = ""
            next_try = (
                f" The next try would be in {wait:.0f} s, more than is left of the {self._budget.seconds:.0f} s "
                f"that failures may cost a run ({self._budget.spent:.0f} s are spent)."
            )
        text = (
            f"{prepared.described} at {host_of(self._settings.base_url)}: no good answer. Asked {times}{limit} in "
            f"{seconds:.1f} s. Last trouble: {trouble.what}.{next_try} {trouble.advice}."
        )
        return UnavailableError(self._clean(text))

    def _clean(self, text: str) -> str:
        """Return a text without secrets, whatever a server put into it."""
        return redact(text, self._secrets)


def _utc(moment: datetime) -> str:
    """Return a moment as ``2026-11-22T10:15:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
