"""How long is waited, and what a run bears."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.fetch.retry import LONGEST_WAIT, Budget, Policy, Trouble

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def _policy(seed: int = 1, base: float = 1.0) -> Policy:
    return Policy(tries=6, base=base, rng=Random(seed), now=lambda: NOW)


@given(st.integers(1, 200), st.integers(), st.floats(0.01, 10))
def test_waits_stay_below_a_ceiling_that_doubles(failures: int, seed: int, base: float) -> None:
    wait = _policy(seed, base).wait(failures, Trouble(what="HTTP 503"))
    assert 0 <= wait <= min(LONGEST_WAIT, base * 2 ** (failures - 1))


def test_jitter_is_full() -> None:
    policy = _policy()
    waits = [policy.wait(4, Trouble(what="HTTP 503")) for _ in range(4000)]
    assert sum(waits) / len(waits) == pytest.approx(4.0, rel=0.05)  # the mean of an even draw from 0 to 8
    assert min(waits) < 0.1
    assert max(waits) > 7.9


def test_after_429_there_is_a_second_at_least() -> None:
    waits = [_policy(seed).wait(1, Trouble(what="HTTP 429", slow_down=True)) for seed in range(50)]
    assert min(waits) == max(waits) == 1.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Sun, 01 Mar 2026 12:00:30 +0000", 30),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
        ("Sun, 01 Mar 2026 13:00:30 +0100", 30),
        ("99999999999999999999", 999999999),
    ],
)
def test_what_the_server_asks_for_is_kept(header: str, seconds: float) -> None:
    assert _policy().wait(1, Trouble(what="HTTP 503", retry_after=header)) == seconds


def test_a_date_is_measured_on_the_servers_clock_where_it_tells() -> None:
    server = NOW + timedelta(days=400)
    header = format_datetime(server + timedelta(seconds=20), usegmt=True)
    trouble = Trouble(what="HTTP 503", retry_after=header, date=format_datetime(server, usegmt=True))
    assert _policy().wait(1, trouble) == 20
    assert _policy().wait(1, Trouble(what="HTTP 503", retry_after=header, date="now")) == 400 * 86400 + 20


@pytest.mark.parametrize("header", ["", "soon", "-3", "1.5", "³", "Sun, 99 Foo 2026", "Sun, 01 Mar 99999 12:00:30 GMT"])
def test_what_cannot_be_read_is_as_if_it_was_not_there(header: str) -> None:
    trouble, plain = Trouble(what="HTTP 503", retry_after=header), Trouble(what="HTTP 503")
    assert _policy(5).wait(3, trouble) == _policy(5).wait(3, plain)


def test_the_budget_is_one_for_all_threads() -> None:
    budget = Budget(1000)

    def work() -> None:
        for _ in range(1000):
            budget.spend(0.0625)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.spent == 500
    assert budget.covers(499)
    assert not budget.covers(500)


def test_time_that_runs_backwards_gives_nothing_back() -> None:
    budget = Budget(10)
    budget.spend(4)
    budget.spend(-3)
    assert budget.spent == 4


@pytest.mark.parametrize(
    "header",
    ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2024 00:00:00 +9999999999999999999999999"],
)
def test_a_date_beyond_all_numbers_is_none(header: str) -> None:
    assert _policy().wait(1, Trouble(what="HTTP 503", retry_after="5", date=header)) == 5
    assert 0 <= _policy().wait(1, Trouble(what="HTTP 503", retry_after=header)) <= 1
