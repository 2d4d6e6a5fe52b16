"""Permutation tests against every arrangement fitted by itself, and samples against exact tests."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.diagnose import permutation_test
from evidence.diagnose.arrangements import all_deals, all_flips, count_deals, row_groups
from evidence.errors import InputError, OptionError
from evidence.pool import pool


def studies(k: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0.4, 0.5, k), rng.uniform(0.01, 0.3, k), rng.normal(size=k)


@pytest.mark.parametrize("tau2", ["EE", "DL", "REML", 0.1])
@pytest.mark.parametrize("test", ["z", "t", "hksj", "adhoc"])
def test_sign_flips_by_hand(tau2: Any, test: str) -> None:
    y, v, _ = studies(6, 1)
    fit = pool(y, v, tau2=tau2, test=test)
    by_hand = [
        pool(y * np.array(signs), v, tau2=tau2, test=test).statistic for signs in itertools.product([1, -1], repeat=6)
    ]
    found = permutation_test(fit)
    assert found.exact
    assert found.iterations == found.possible == 64
    expected = np.mean(np.abs(by_hand) >= abs(fit.statistic) - 1e-8)
    assert found.pvalue[0] == pytest.approx(expected, abs=1e-15)
    np.testing.assert_allclose(np.sort(found.statistics[:, 0]), np.sort(by_hand), rtol=1e-7, atol=1e-9)
    assert found.qm_pvalue == found.pvalue[0]
    assert found.mc_error[0] == 0
    greater = permutation_test(fit, alternative="greater").pvalue[0]
    assert greater == pytest.approx(np.mean(np.array(by_hand) >= fit.statistic - 1e-8), abs=1e-15)


@pytest.mark.parametrize(("tau2", "test"), [("DL", "z"), ("REML", "hksj"), ("EE", "t")])
def test_deals_by_hand(tau2: str, test: str) -> None:
    y, v, _ = studies(5, 2)
    x = np.column_stack([[0.0, 0, 1, 2, 2], [1.0, 1, 0, 1, 1]])
    fit = pool(y, v, mods=x, tau2=tau2, test=test)
    deals = {tuple(map(tuple, x[list(order)])) for order in itertools.permutations(range(5))}
    fits = [pool(y, v, mods=np.array(deal), tau2=tau2, test=test) for deal in deals]
    z = np.array([one.inference.statistic for one in fits])
    found = permutation_test(fit)
    assert found.iterations == len(deals) == 30
    expected = (np.abs(z) >= np.abs(fit.inference.statistic) - 1e-8).mean(axis=0)
    np.testing.assert_allclose(found.pvalue, expected, atol=1e-15)
    assert found.qm == pytest.approx(fit.qm, rel=1e-9)
    assert found.qm_pvalue == pytest.approx(np.mean([one.qm >= fit.qm - 1e-8 for one in fits]), abs=1e-15)


@given(codes=st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_every_distinct_deal_comes_once(codes: list[int]) -> None:
    groups = row_groups(np.array(codes, float)[:, None])
    orders = all_deals(groups)
    assert len(orders) == count_deals(groups) == len(set(itertools.permutations(codes)))
    in_order = np.sort(groups)
    dealt = np.empty_like(orders)
    np.put_along_axis(dealt, orders, np.broadcast_to(in_order, orders.shape), axis=1)
    assert len({tuple(row) for row in dealt.tolist()}) == len(orders)


def test_flips_are_half_of_all_and_their_negatives_the_other() -> None:
    flips = all_flips(5)
    both = {tuple(row) for row in np.vstack([flips, -flips]).tolist()}
    assert len(both) == 32


def test_a_sample_agrees_with_the_exact_test() -> None:
    y, v, x = studies(8, 3)
    for mods in (None, x):
        fit = pool(y, v, mods=mods, tau2="DL")
        exact = permutation_test(fit, exact=True)
        sample = permutation_test(fit, exact=False, iterations=4000, seed=5)
        assert exact.exact
        assert not sample.exact
        assert sample.iterations == 4000
        error = np.sqrt(exact.pvalue * (1 - exact.pvalue) / 4000)
        assert (np.abs(sample.pvalue - exact.pvalue) < 4.5 * error).all()
        np.testing.assert_allclose(sample.mc_error, np.sqrt(sample.pvalue * (1 - sample.pvalue) / 4000))
        np.testing.assert_allclose(sample.statistics[0], fit.inference.statistic, rtol=1e-9)


def test_a_sample_can_be_drawn_again() -> None:
    y, v, _ = studies(9, 3)
    fit = pool(y, v)
    one = permutation_test(fit, iterations=200)
    assert one.seed is not None
    np.testing.assert_array_equal(one.statistics, permutation_test(fit, iterations=200, seed=one.seed).statistics)


def test_iterations_beyond_the_arrangements_make_it_exact() -> None:
    y, v, _ = studies(9, 3)
    assert permutation_test(pool(y, v), iterations=512).exact
    assert not permutation_test(pool(y, v), iterations=511, seed=1).exact
    assert permutation_test(pool(y, v), exact=True).iterations == 512


def test_twenty_studies_are_sampled_by_default() -> None:
    y, v, _ = studies(20, 3)
    found = permutation_test(pool(y, v, tau2="DL"), seed=1)
    assert found.iterations == 10_000
    assert found.possible == 2**20


def test_p_values_are_uniform_under_the_null() -> None:
    rng = np.random.default_rng(1)
    pvalues = []
    for _ in range(300):
        v = rng.uniform(0.05, 0.3, 7)
        fit = pool(rng.normal(0, np.sqrt(v + 0.1)), v, tau2="DL")
        pvalues.append(permutation_test(fit).pvalue[0])
    for level in (0.1, 0.25, 0.5):
        assert abs(np.mean(np.array(pvalues) <= level + 1e-12) - level) < 4 * math.sqrt(level * (1 - level) / 300)


def test_units_do_not_matter() -> None:
    y, v, x = studies(6, 4)
    for options in ({}, {"stat": "coef"}, {"p2defn": "px2"}):
        one = permutation_test(pool(y, v, mods=x), **options)
        other = permutation_test(pool(y * 1e-9, v * 1e-18, mods=x), **options)
        np.testing.assert_array_equal(one.pvalue, other.pvalue)
        assert one.qm_pvalue == other.qm_pvalue


def test_too_few_arrangements_are_a_caution() -> None:
    y, v, _ = studies(4, 5)
    found = permutation_test(pool(y, v))
    assert "cannot reach the 0.05 level" in found.cautions[0]
    assert found.pvalue[0] >= 2 / 16
    assert permutation_test(pool(*studies(6, 5)[:2])).cautions == ()
    assert permutation_test(pool([0.1, 0.2], [0.1, 0.1])).possible == 4


def test_effects_that_fit_exactly_count_as_most_extreme() -> None:
    found = permutation_test(pool([0.5] * 6, [0.1] * 6, test="hksj"))
    assert found.pvalue[0] == 2 / 64
    with pytest.raises(InputError, match="no test statistic"):
        permutation_test(pool([0.0] * 6, [0.1] * 6, test="hksj"))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"iterations": 1}, InputError, "iterations=1"),
        ({"iterations": 10.5}, InputError, "whole number"),
        ({"exact": "yes"}, InputError, "True, False or None"),
        ({"alternative": "two-sided"}, OptionError, r"two\.sided"),
        ({"stat": "z"}, OptionError, "coef"),
        ({"p2defn": "twice"}, OptionError, "px2"),
        ({"seed": "a", "iterations": 10}, InputError, "seed"),
    ],
)
def test_options_that_cannot_be_used_are_refused(options: dict[str, Any], error: type, message: str) -> None:
    y, v, _ = studies(9, 5)
    with pytest.raises(error, match=message):
        permutation_test(pool(y, v), **options)


def test_an_exact_test_of_too_many_arrangements_is_refused() -> None:
    y, v, x = studies(30, 5)
    with pytest.raises(InputError, match="give iterations="):
        permutation_test(pool(y, v), exact=True)
    with pytest.raises(InputError, match="give iterations="):
        permutation_test(pool(y, v, mods=x), exact=True)
    with pytest.raises(InputError, match="at least two studies"):
        permutation_test(pool(y[:1], v[:1]))


def test_given_weights_move_with_their_studies() -> None:
    y, v, x = studies(5, 6)
    w = np.array([1.0, 5, 2, 2, 3])
    fit = pool(y, v, mods=x, weights=w, tau2="DL", test="z")
    z = [
        pool(y, v, mods=x[list(order)], weights=w, tau2="DL", test="z").inference.statistic
        for order in itertools.permutations(range(5))
    ]
    found = permutation_test(fit)
    expected = (np.abs(z) >= np.abs(fit.inference.statistic) - 1e-8).mean(axis=0)
    np.testing.assert_allclose(found.pvalue, expected, atol=1e-15)


def test_the_result_shows_itself() -> None:
    y, v, x = studies(7, 1)
    for found in (permutation_test(pool(y, v, mods=x), iterations=50, seed=1), permutation_test(pool(y, v))):
        assert max(map(len, found.summary().splitlines())) <= 80
        json.dumps(found.to_dict(), allow_nan=False)
        assert list(found.to_frame().columns)[3:5] == ["pvalue", "mc_error"]


def test_arrangements_beyond_all_floats_are_sampled() -> None:
    y, v, x = studies(1200, 2)
    found = permutation_test(pool(y, v, mods=x, tau2="DL"), iterations=5, seed=1)
    assert found.to_dict()["possible"] is None
    with pytest.raises(InputError, match="about 10"):
        permutation_test(pool(y, v, mods=x, tau2="DL"), exact=True)
