"""Begg's test: Kendall's exact distribution, ties, and edges."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import kendalltau

from evidence.diagnose.small_study import begg
from evidence.diagnose.small_study.kendall import exact_pvalue, rank_correlation
from evidence.errors import InputError


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
def test_exact_pvalues_are_shares_of_all_orders(n: int) -> None:
    scores = np.array(
        [
            sum(np.sign(order[j] - order[i]) for i in range(n) for j in range(i + 1, n))
            for order in permutations(range(n))
        ]
    )
    for score in np.unique(scores):
        share = 1.0 if score == 0 else (np.abs(scores) >= abs(score)).mean()
        assert exact_pvalue(float(score), n) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("n", [10, 49, 80, 150])
def test_exact_pvalues_agree_with_scipy(n: int) -> None:
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=(2, n))
    found, reference = rank_correlation(x, y + 0.3 * x), kendalltau(x, y + 0.3 * x, method="exact")
    assert found.exact
    assert found.tau == pytest.approx(reference.statistic, rel=1e-12)
    assert found.pvalue == pytest.approx(reference.pvalue, rel=1e-9)


def test_ties_take_the_normal_approximation() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 6, (2, 30)).astype(float)
    found, reference = rank_correlation(x, y), kendalltau(x, y, method="asymptotic")
    assert (found.exact, found.ties) == (False, True)
    np.testing.assert_allclose([found.tau, found.pvalue], [reference.statistic, reference.pvalue], rtol=1e-12)
    assert rank_correlation(np.arange(501.0), np.sin(np.arange(501.0))).exact is False


def test_sixty_studies_without_ties_are_exact() -> None:
    # as in metafor, whose p-value is exact whenever there are no ties
    rng = np.random.default_rng(1)
    assert begg(rng.normal(size=60), rng.uniform(0.1, 2, 60)).exact


def test_the_test_does_not_depend_on_unit_origin_or_order() -> None:
    rng = np.random.default_rng(5)
    yi, vi, order = rng.normal(size=15), rng.uniform(0.1, 2, 15), rng.permutation(15)
    one, other = begg(yi, vi), begg((100 * yi + 7)[order], (1e4 * vi)[order])
    assert (one.tau, one.pvalue) == (other.tau, other.pvalue)


def test_a_study_that_outweighs_the_others_keeps_its_rank() -> None:
    vi = np.array([1e-14, *np.linspace(1, 2, 11)])
    yi = np.array([0.0, *np.linspace(0.1, 1, 11)])
    found = begg(yi, vi)
    assert found.tau == 1.0
    assert math.isfinite(found.pvalue)


def test_what_cannot_be_tested_is_refused_or_said() -> None:
    with pytest.raises(InputError, match="same sampling variance"):
        begg(np.arange(12.0), np.full(12, 0.5))
    with pytest.raises(InputError, match="force=True"):
        begg(np.arange(5.0), np.arange(1.0, 6))
    with pytest.raises(InputError, match="at least 3"):
        begg([0.1, 0.2], [0.1, 0.2], force=True)
    alike = begg(np.full(12, 0.3), np.arange(1.0, 13))
    assert math.isnan(alike.tau)
    assert any("all alike" in caution for caution in alike.cautions)
    assert "was forced" in begg(np.arange(5.0), np.arange(1.0, 6), force=True).cautions[0]
