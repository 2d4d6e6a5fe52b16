"""Requests keep their distance: alone, in many threads, after a hold, under any arrival times."""

from __future__ import annotations

import time
from itertools import pairwise
from threading import Barrier, Lock, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.fetch.limiter import RateLimiter


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self._lock = Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


def _most_in_a_second(moments: list[float]) -> int:
    return max(sum(begin <= moment < begin + 1 for moment in moments) for begin in moments)


def _pass_in_threads(limiter: RateLimiter, threads: int, each: int) -> list[float]:
    moments: list[float] = []
    barrier = Barrier(threads)

    def work() -> None:
        barrier.wait()
        for _ in range(each):
            moments.append(limiter.wait())  # noqa: PERF401

    running = [Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sorted(moments)


@pytest.mark.parametrize(("per_second", "gap"), [(3, 1 / 3), (10, 0.1)])
def test_twelve_threads_share_one_rate(per_second: float, gap: float) -> None:
    clock = Clock()
    moments = _pass_in_threads(RateLimiter(per_second, clock=clock, sleep=clock.sleep), threads=12, each=5)
    assert len(moments) == 60
    assert min(later - earlier for earlier, later in pairwise(moments)) > gap
    assert _most_in_a_second(moments) <= per_second
    assert moments[-1] - moments[0] == pytest.approx(59 * 1.1 / per_second)


def test_threads_on_the_real_clock() -> None:
    begin = time.monotonic()
    moments = _pass_in_threads(RateLimiter(100), threads=6, each=4)
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 0.01
    assert time.monotonic() - begin < 5


def test_the_first_passes_at_once_and_so_does_one_that_comes_late() -> None:
    clock = Clock()
    limiter = RateLimiter(3, clock=clock, sleep=clock.sleep)
    assert limiter.wait() == 100
    clock.sleep(50)
    assert limiter.wait() == 150


def test_a_hold_is_for_everybody_and_never_shortens_another() -> None:
    clock = Clock()
    limiter = RateLimiter(10, clock=clock, sleep=clock.sleep)
    limiter.hold(20)
    limiter.hold(5)
    assert _pass_in_threads(limiter, threads=4, each=1)[0] == pytest.approx(120)


def test_a_hold_while_others_sleep_is_kept() -> None:
    clock = Clock()
    held = []

    def sleep(seconds: float) -> None:
        if not held:
            held.append(True)
            limiter.hold(7)
        clock.sleep(seconds)

    limiter = RateLimiter(10, clock=clock, sleep=sleep)
    limiter.wait()
    assert limiter.wait() == pytest.approx(107)


def test_a_clock_that_stands_still_is_not_waited_for() -> None:
    slept: list[float] = []
    limiter = RateLimiter(10, clock=lambda: 5.0, sleep=slept.append)
    for _ in range(3):
        limiter.wait()
    assert sum(slept) >= 0.2


@given(
    st.sampled_from([0.5, 3.0, 10.0]),
    st.lists(st.tuples(st.floats(0, 2), st.one_of(st.none(), st.floats(0, 5))), min_size=1, max_size=40),
)
def test_whatever_the_arrivals_nobody_is_early_and_nobody_waits_in_vain(
    per_second: float, arrivals: list[tuple[float, float | None]]
) -> None:
    clock = Clock()
    limiter = RateLimiter(per_second, clock=clock, sleep=clock.sleep)
    due = float("-inf")
    for pause, hold in arrivals:
        clock.sleep(pause)
        if hold is not None:
            limiter.hold(hold)
            due = max(due, clock.now + hold)
        expected = max(clock.now, due)
        assert limiter.wait() == pytest.approx(expected)
        due = max(clock.now, due) + 1.1 / per_second
