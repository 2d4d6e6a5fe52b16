"""Means, SDs and shares of whole numbers, against every sample of whole numbers and against published examples."""

from __future__ import annotations

import itertools
import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.curate.integrity.granularity import chance_of_fit, debit, grim, grimmer, mean_totals, nearest_means
from evidence.curate.integrity.whole_sizes import PrintedPair, chance_of_at_least, size_behind

# Examples that the R package scrutiny documents for its tests, with two decimals throughout.
GRIM = [
    (7.22, 32, True),
    (4.74, 25, False),
    (5.23, 29, False),
    (2.57, 24, False),
    (6.77, 27, False),
    (2.68, 28, True),
    (7.01, 29, False),
    (7.38, 26, True),
    (3.14, 27, False),
    (6.89, 31, False),
    (5.00, 25, True),
    (0.24, 28, False),
]
GRIMMER = [
    (7.22, 5.30, 38, False),
    (4.74, 6.55, 31, True),
    (5.23, 2.55, 35, False),
    (2.57, 2.57, 30, True),
    (6.77, 2.18, 33, False),
    (2.68, 2.59, 34, True),
    (7.01, 6.68, 35, False),
    (7.38, 3.65, 32, True),
    (3.14, 5.32, 33, False),
    (6.89, 4.18, 37, True),
    (5.00, 2.18, 31, True),
    (0.24, 6.43, 34, True),
]
# Table 1 of Heathers and Brown's DEBIT: shares of 1,683 people.
DEBIT = [
    (0.53, 0.50, True),
    (0.44, 0.50, True),
    (0.77, 0.42, True),
    (0.19, 0.35, False),
    (0.34, 0.47, True),
    (0.93, 0.25, True),
    (0.12, 0.33, True),
]


@pytest.mark.parametrize(("mean", "n", "possible"), GRIM)
def test_published_examples_of_means(mean, n, possible) -> None:
    assert grim(mean, 2, n) is possible


@pytest.mark.parametrize(("mean", "sd", "n", "possible"), GRIMMER)
def test_published_examples_of_means_with_sds(mean, sd, n, possible) -> None:
    assert grimmer(mean, sd, n, mean_decimals=2, sd_decimals=2) is possible


@pytest.mark.parametrize(("mean", "sd", "possible"), DEBIT)
def test_published_examples_of_shares(mean, sd, possible) -> None:
    assert debit(mean, sd, 1683, mean_decimals=2, sd_decimals=2) is possible


def test_the_example_of_a_die_thrown_twenty_times() -> None:
    # 3.48 cannot be the mean of 20 whole numbers: 69 / 20 = 3.45, 70 / 20 = 3.50
    assert not grim(3.48, 2, 20)
    assert nearest_means(3.48, 2, 20) == (3.45, 3.5)


def both_ways(value: float, decimals: int) -> set[float]:
    """Return a number rounded, a tie up and down."""
    scaled = value * 10**decimals
    low, high = math.floor(scaled), math.ceil(scaled)
    if abs(scaled - low - 0.5) < 1e-9:
        return {low / 10**decimals, high / 10**decimals}
    return {round(scaled) / 10**decimals}


@pytest.mark.parametrize("n", [2, 3, 5, 6])
def test_every_sample_of_whole_numbers_is_possible(n) -> None:
    for people in itertools.combinations_with_replacement(range(-1, 6), n):
        mean, sd = statistics.fmean(people), statistics.stdev(people)
        for shown_mean, shown_sd in itertools.product(both_ways(mean, 2), both_ways(sd, 2)):
            assert grim(shown_mean, 2, n)
            assert grimmer(shown_mean, shown_sd, n, mean_decimals=2, sd_decimals=2), people


@pytest.mark.parametrize("n", [5, 6])
def test_what_is_called_possible_has_a_sample(n) -> None:
    """From five people on the test is exact: some whole numbers give every pair that it lets through."""
    pairs = set()
    for people in itertools.combinations_with_replacement(range(-7, 12), n):
        if 2 * n <= sum(people) < 3 * n:
            mean, sd = statistics.fmean(people), statistics.stdev(people)
            pairs |= set(itertools.product(both_ways(mean, 2), both_ways(sd, 2)))
    for total in range(2 * n, 3 * n):
        for digits in range(50, 260):
            mean, sd = round(total / n, 2), digits / 100
            assert grimmer(mean, sd, n, mean_decimals=2, sd_decimals=2) is ((mean, sd) in pairs)


def test_means_against_all_totals() -> None:
    for n in range(1, 40):
        possible = {value for total in range(4 * n) for value in both_ways(total / n, 2)}
        for digits in range(300):
            assert grim(digits / 100, 2, n) is (digits / 100 in possible)


def test_shares_against_all_counts() -> None:
    for n in (2, 7, 20):
        pairs = set()
        for ones in range(n + 1):
            sd = statistics.stdev([1] * ones + [0] * (n - ones))
            pairs |= set(itertools.product(both_ways(ones / n, 2), both_ways(sd, 2)))
        for mean, sd in itertools.product(range(101), range(75)):
            given_pair = mean / 100, sd / 100
            assert debit(*given_pair, n, mean_decimals=2, sd_decimals=2) is (given_pair in pairs)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    people=st.lists(st.integers(0, 40), min_size=2, max_size=60),
    items=st.sampled_from([1, 2, 4, 5]),
    decimals=st.integers(1, 3),
)
def test_averages_of_whole_items_are_possible(people, items, decimals) -> None:
    values = [person / items for person in people]
    mean, sd = statistics.fmean(values), statistics.stdev(values)
    for shown_mean, shown_sd in itertools.product(both_ways(mean, decimals), both_ways(sd, decimals)):
        assert grimmer(shown_mean, shown_sd, len(values), mean_decimals=decimals, sd_decimals=decimals, step=1 / items)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(mean=st.integers(0, 5000), n=st.integers(1, 99), decimals=st.integers(0, 2))
def test_a_coarser_rounding_never_makes_a_mean_impossible(mean, n, decimals) -> None:
    value = mean / 100
    if grim(value, 2, n):
        assert grim(round(value, decimals), decimals, n) or (decimals < 2 and value * 10**decimals % 1 == 0.5)
    assert len(mean_totals(value, decimals, n)) <= n * 10.0**-decimals + 1


def test_one_person_has_no_spread() -> None:
    assert grimmer(3.0, 0.0, 1, mean_decimals=0, sd_decimals=0)
    assert not grimmer(3.0, 1.0, 1, mean_decimals=0, sd_decimals=0)
    assert not debit(1.0, 0.0, 1, mean_decimals=0, sd_decimals=0)


def test_the_chance_of_a_fit_is_that_of_numbers_from_elsewhere() -> None:
    """Of means and SDs that have nothing to do with whole numbers, about as many fit as is said."""
    rng = np.random.default_rng(1)
    n, sd, tries = 8, 9.0, 20_000
    means, sds = rng.uniform(40, 60, tries).round(1), rng.uniform(sd - 1, sd + 1, tries).round(3)
    fits = sum(
        grimmer(mean, spread, n, mean_decimals=1, sd_decimals=3) for mean, spread in zip(means, sds, strict=True)
    )
    expected = tries * chance_of_fit(sd, n, mean_decimals=1, sd_decimals=3)
    assert expected > 500
    assert fits == pytest.approx(expected, rel=0.15)


def test_the_chance_of_several_against_all_outcomes() -> None:
    chances = [0.1, 0.4, 0.75, 0.2]
    for k in range(6):
        exact = sum(
            math.prod(chance if hit else 1 - chance for chance, hit in zip(chances, hits, strict=True))
            for hits in itertools.product([True, False], repeat=4)
            if sum(hits) >= k
        )
        assert chance_of_at_least(k, chances) == pytest.approx(exact, abs=1e-12)


def pair_of(people: list[int]) -> PrintedPair:
    mean, sd = round(statistics.fmean(people), 2), round(statistics.stdev(people), 3)
    return PrintedPair(mean=mean, sd=sd, mean_decimals=2, sd_decimals=3)


def test_a_size_is_read_off_whole_numbers_and_a_misprint_is_borne() -> None:
    groups = [
        [12, 17, 9, 22, 14, 16, 11],
        [31, 27, 35, 29, 30, 41, 28],
        [50, 44, 61, 38, 47, 52, 49],
        [3, 8, 5, 9, 4, 7, 6],
    ]
    pairs = [pair_of(group) for group in groups]
    assert size_behind(pairs, 60).n == 7
    misprinted = PrintedPair(mean=pairs[0].mean + 0.11, sd=pairs[0].sd, mean_decimals=2, sd_decimals=3)
    found = size_behind([misprinted, *pairs[1:]], 60)
    assert (found.n, found.fits) == (7, (False, True, True, True))
    assert size_behind(pairs[:2], 60) is None


def test_numbers_that_are_not_whole_give_no_size_away() -> None:
    rng = np.random.default_rng(2)
    told = 0
    for _ in range(150):
        means, sds = rng.uniform(20, 40, 4).round(2), rng.uniform(3, 6, 4).round(3)
        pairs = [
            PrintedPair(mean=mean, sd=sd, mean_decimals=2, sd_decimals=3) for mean, sd in zip(means, sds, strict=True)
        ]
        told += size_behind(pairs, 40) is not None
    assert told <= 1
