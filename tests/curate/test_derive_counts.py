"""Counts from percentages: every printed percentage goes back to its count, or the candidates are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.curate.derive.counts import read_binary

ADMITTED = ("percent-to-events", "n-from-elsewhere")


def read(admitted=ADMITTED, n_statuses=None, **row):
    return read_binary({"row_id": "R1", "arm_id": "A"} | row, key="row_id", admitted=admitted, n_statuses=n_statuses)


def candidates(percent: str, n: int) -> list[int]:
    """Return by enumeration the counts whose percentage prints as `percent`, ties either way."""
    places = len(percent.partition(".")[2])
    half = 0.5 * 10**-places
    return [k for k in range(n + 1) if abs(100 * k / n - float(percent)) <= half * (1 + 1e-9)]


@given(n=st.integers(1, 99), data=st.data())
def test_a_count_goes_to_its_percentage_and_back(n, data) -> None:
    events = data.draw(st.integers(0, n))
    arm, obstacles = read(percent_as_printed=f"{100 * events / n:.1f}%", n=n)
    assert obstacles == []
    assert arm is not None
    assert (arm.events, arm.n) == (events, n)
    assert f"{100 * arm.events / arm.n:.1f}" == f"{100 * events / n:.1f}"


@given(n=st.integers(1, 400), tenths=st.integers(0, 1000), places=st.sampled_from([0, 1]))
def test_only_one_candidate_is_a_count(n, tenths, places) -> None:
    percent = f"{tenths / 10:.{places}f}"
    found = candidates(percent, n)
    arm, obstacles = read(percent_as_printed=percent, n=n)
    assert (arm is not None) == (len(found) == 1)
    if arm is not None:
        assert arm.events == found[0]
    elif 1 < len(found) <= 8:
        assert ", ".join(map(str, found)) in obstacles[0]


def test_a_percentage_of_another_denominator_is_refused() -> None:
    arm, obstacles = read(percent=28.57, n=40)
    assert arm is None
    assert obstacles == ["no count of 40 people gives 28.57%: the nearest are 11 (27.50%) and 12 (30.00%)"]


def test_a_noted_count_must_agree_with_its_percentage() -> None:
    arm, obstacles = read(percent=85.0, events_implied=17, total_implied=20)
    assert (arm.events, obstacles) == (17, [])
    _, obstacles = read(percent=85.0, events_implied=16, total_implied=20)
    assert obstacles == ["16 of 20 is noted as implied, but 85% of 20 people is 17"]
    _, obstacles = read(percent=80.0, events_implied=13, total_implied=16)
    assert "no count of 16 people gives 80%" in obstacles[0]


def test_what_is_not_admitted_or_not_sure_is_an_obstacle() -> None:
    assert read(admitted=(), percent=85.0, n=20)[1] == ["count only implied by a percentage"]
    assert read(admitted=(), events=3, n=20)[1] == ["no denominator printed"]
    assert read(n_statuses=("verified",), percent=85.0, n=20, n_status="assumed")[1] == [
        "denominator is assumed, not printed"
    ]


def test_a_printed_count_needs_nothing() -> None:
    arm, obstacles = read(admitted=(), events=3, total=20, percent=99.0)
    assert (arm.events, arm.n, arm.steps, obstacles) == (3, 20, (), [])


@pytest.mark.parametrize("text", ["85", "85 %", "85% (T3); 86 in T4, a misprint", "85%, of those seen"])
def test_a_remark_behind_a_percentage_does_not_take_it_away(text) -> None:
    arm, obstacles = read(percent=85.0, n=20, percent_as_printed=text)
    assert (arm.events, obstacles) == (17, [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "no count, and no percentage that fits one"),
        ({"events": 3}, "no denominator"),
        ({"events": 21, "total": 20}, "21 events among 20 people"),
        ({"events_implied": 21, "total_implied": 20}, "21 events among 20 people"),
        ({"events": 0, "total": 0}, "nobody was assessed: n is 0"),
        ({"percent": 5.0, "n": 20, "percent_as_printed": "<5%"}, "“<5%” is no single percentage"),
        ({"percent": 5.0, "n": 20, "percent_as_printed": "5–10%"}, "“5–10%” is no single percentage"),
        ({"percent": 80.0, "n": 20, "percent_as_printed": "about 80%"}, "“about 80%” is no single percentage"),
    ],
)
def test_what_cannot_be_read_is_said(row, reason) -> None:
    assert read(**row)[1] == [reason]
