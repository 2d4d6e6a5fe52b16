"""The test of excess significance: powers, exact distribution, limits, edges."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binomtest, norm

from evidence.diagnose.small_study import excess_significance
from evidence.diagnose.small_study.excess_significance import poisson_binomial, study_power
from evidence.errors import InputError, OptionError
from evidence.pool import pool

YI = np.array([0.50, 0.45, 0.60, 0.40, 0.10, 0.70, 0.38, 0.05])
VI = np.array([0.05, 0.04, 0.06, 0.03, 0.002, 0.09, 0.03, 0.004])


@pytest.mark.parametrize("alternative", ["two.sided", "greater", "less"])
def test_power_is_the_mean_power_over_the_true_effects(alternative: str) -> None:
    found = study_power(np.array([0.3]), np.array([0.2]), 0.05, null=0.1, alternative=alternative)[0]

    def weighted(true: float) -> float:
        one = study_power(np.array([true]), np.array([0.2]), 0.0, null=0.1, alternative=alternative)[0]
        return float(one * norm.pdf(true, 0.3, math.sqrt(0.05)))

    assert found == pytest.approx(quad(weighted, -3, 4, epsabs=1e-12)[0], rel=1e-8)


def test_power_at_the_null_is_the_level() -> None:
    for alternative in ("two.sided", "greater", "less"):
        power = study_power(np.full(3, 0.7), np.array([0.1, 1, 10]), 0, null=0.7, alpha=0.02, alternative=alternative)
        np.testing.assert_allclose(power, 0.02, rtol=1e-12)


def test_the_exact_distribution_is_that_of_all_subsets() -> None:
    p = np.array([0.1, 0.35, 0.5, 0.8, 0.95])
    reference = np.zeros(6)
    for outcome in product([0, 1], repeat=5):
        reference[sum(outcome)] += np.prod(np.where(outcome, p, 1 - p))
    np.testing.assert_allclose(poisson_binomial(p), reference, rtol=1e-13)
    np.testing.assert_allclose(poisson_binomial(np.full(2000, 0.3)).sum(), 1, rtol=1e-12)


@pytest.mark.parametrize("side", ["greater", "less", "two.sided"])
def test_the_binomial_test_agrees_with_scipy(side: str) -> None:
    found = excess_significance(YI, VI, test="binom", tes_alternative=side)
    reference = binomtest(found.observed, 8, found.expected / 8, alternative=side.replace("two.", "two-"))
    assert found.pvalue == pytest.approx(reference.pvalue, rel=1e-10)


@pytest.mark.parametrize("test", ["exact", "chi2", "binom"])
@pytest.mark.parametrize("tau2", [0.0, 0.02])
def test_the_limit_is_where_the_test_reaches_its_level(test: str, tau2: float) -> None:
    found = excess_significance(YI, VI, test=test, tau2=tau2)
    again = excess_significance(YI, VI, test=test, tau2=tau2, theta=found.theta_limit_low)
    assert again.pvalue == pytest.approx(0.1, rel=1e-9)
    both = excess_significance(YI, VI, test=test, tau2=tau2, tes_alternative="two.sided")
    for limit, side in ((both.theta_limit_low, "greater"), (both.theta_limit_high, "less")):
        one = excess_significance(YI, VI, test=test, tau2=tau2, theta=limit, tes_alternative=side)
        assert one.pvalue == pytest.approx(0.05, rel=1e-9)


def test_sign_unit_and_order_do_not_matter() -> None:
    one, order = excess_significance(YI, VI), np.random.default_rng(1).permutation(8)
    other = excess_significance(-1e5 * YI[order], 1e10 * VI[order])
    np.testing.assert_allclose(
        [other.expected, other.pvalue, other.theta_limit_low / -1e5],
        [one.expected, one.pvalue, one.theta_limit_low],
        rtol=1e-9,
    )
    shifted = excess_significance(YI + 3, VI, null=3.0)
    np.testing.assert_allclose([shifted.expected, shifted.pvalue], [one.expected, one.pvalue], rtol=1e-9)


def test_a_fit_gives_effect_and_variance() -> None:
    fit = pool(YI, VI, tau2="DL")
    found = excess_significance(fit)
    assert (found.theta, found.tau2) == (fit.estimate, fit.tau2)
    given = excess_significance(YI, VI, theta=fit.estimate, tau2=fit.tau2)
    assert found.pvalue == given.pvalue
    slope = pool(YI, VI, mods=np.arange(8.0), tau2="DL")
    found = excess_significance(slope)
    assert math.isnan(found.theta)
    assert math.isnan(found.theta_limit_low)
    each = excess_significance(YI, VI, theta=slope.predict()["estimate"], tau2=slope.tau2)
    assert found.pvalue == pytest.approx(each.pvalue, rel=1e-12)


def test_the_exact_test_of_many_studies() -> None:
    rng = np.random.default_rng(0)
    vi = rng.uniform(0.01, 0.3, 400)
    yi = rng.normal(0.2, np.sqrt(vi))
    assert excess_significance(yi, vi).test == "chi2"
    exact = excess_significance(yi, vi, test="exact", find_limit=False)
    assert exact.pvalue == pytest.approx(excess_significance(yi, vi).pvalue, abs=0.05)


def test_edges() -> None:
    one = excess_significance([0.5], [0.01])
    assert (one.k, one.observed) == (1, 1)
    assert "no power" in one.cautions[0]
    sure = excess_significance(np.full(12, 50.0), np.full(12, 0.01))
    assert (sure.observed, sure.pvalue) == (12, 1.0)
    with pytest.raises(InputError, match="test='exact'"):
        excess_significance(np.full(12, 50.0), np.full(12, 0.01), test="chi2")
    none = excess_significance(np.zeros(12), np.full(12, 0.5))
    assert (none.observed, none.pvalue) == (0, 1.0)
    assert math.isnan(none.theta_limit_low)
    assert math.isnan(excess_significance(YI, VI, find_limit=False).theta_limit_low)


def test_refusals() -> None:
    for name in ("alternative", "tes_alternative", "test"):
        with pytest.raises(OptionError, match=name):
            excess_significance(YI, VI, **{name: "upper"})
    for name in ("alpha", "tes_alpha"):
        with pytest.raises(InputError, match=name):
            excess_significance(YI, VI, **{name: 5})
    with pytest.raises(InputError, match="takes no estimator"):
        excess_significance(YI, VI, tau2="DL")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="theta"):
        excess_significance(YI, VI, theta=math.nan)
    with pytest.raises(InputError, match="one value for each of 8"):
        excess_significance(YI, VI, theta=[0.1, 0.2])
    with pytest.raises(InputError, match="null"):
        excess_significance(YI, VI, null=math.inf)
