"""The smallest and the largest SD of values on a scale, against every sample of whole numbers and random others."""

from __future__ import annotations

import itertools
import statistics
from fractions import Fraction

import numpy as np
import pytest

from evidence.curate.integrity.spread import sd_limits, squares_limits


@pytest.mark.parametrize("n", [2, 3, 5, 6])
@pytest.mark.parametrize(("low", "high"), [(0, 3), (1, 5), (-2, 2)])
@pytest.mark.parametrize("attained", [False, True])
def test_whole_numbers_against_every_sample(n, low, high, attained) -> None:
    known: dict[int, list[Fraction]] = {}
    for people in itertools.combinations_with_replacement(range(low, high + 1), n):
        if not attained or (low in people and high in people):
            total = sum(people)
            known.setdefault(total, []).append(sum(value**2 for value in people) - Fraction(total**2, n))
    for total in range(n * low - 2, n * high + 3):
        found = squares_limits(Fraction(total), n, Fraction(low), Fraction(high), whole=True, attained=attained)
        assert found == ((min(known[total]), max(known[total])) if total in known else None)


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_no_sample_of_a_scale_has_an_sd_beyond_its_limits(decimals) -> None:
    for people in itertools.combinations_with_replacement(range(1, 6), 5):
        mean = round(statistics.fmean(people), decimals)
        low, high = sd_limits(mean, decimals, 5, minimum=1, maximum=5, step=1)
        assert low - 1e-12 <= statistics.stdev(people) <= high + 1e-12


def test_any_values_against_random_and_extreme_samples() -> None:
    rng = np.random.default_rng(4)
    reached = 0.0
    for _ in range(1200):
        n = int(rng.integers(2, 9))
        people = rng.choice([0.0, 10.0, rng.uniform(0, 10)], n) if rng.random() < 0.8 else rng.uniform(0, 10, n)
        low, high = sd_limits(round(people.mean(), 1), 1, n, minimum=0, maximum=10)
        sd = people.std(ddof=1)
        assert low - 1e-9 <= sd <= high + 1e-9
        reached = max(reached, sd / high)
        attained = sd_limits(round(people.mean(), 1), 1, n, minimum=people.min(), maximum=people.max(), attained=True)
        if n > 2 and people.min() < people.max():
            assert attained is not None
            assert attained[0] - 1e-9 <= sd <= attained[1] + 1e-9
    assert reached > 0.99


def test_the_bound_of_bhatia_and_davis() -> None:
    # for a mean that whole counts at both ends give exactly: SD² = n/(n − 1) (b − m)(m − a)
    low, high = sd_limits(2.5, 3, 20, minimum=0, maximum=10)
    assert low == 0
    assert high == pytest.approx(np.sqrt(20 / 19 * 7.5 * 2.5), rel=2e-3)


def test_the_bound_of_szokefalvi_nagy() -> None:
    # with both ends attained and the mean between them: SS ≥ (b − a)²/2
    low, _ = sd_limits(5.0, 6, 12, minimum=0, maximum=10, attained=True)
    assert low == pytest.approx(np.sqrt(50 / 11), rel=1e-6)


def test_everything_in_one_person_where_there_is_no_upper_end() -> None:
    _, high = sd_limits(3.0, 6, 16, minimum=0)
    assert high == pytest.approx(3.0 * 4, rel=1e-5)


def test_means_off_the_scale_have_no_sd() -> None:
    assert sd_limits(9.4, 1, 20, minimum=1, maximum=7) is None
    assert sd_limits(0.9, 1, 20, minimum=1, maximum=7) is None
    assert sd_limits(0.96, 1, 20, minimum=1, maximum=7) is not None
    assert sd_limits(3.0, 1, 1, minimum=1, maximum=7) is None
