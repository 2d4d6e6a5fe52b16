"""p-uniform and p-uniform*: definitions, invariance, boundaries, and what they refuse."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import gamma, kstest, norm

from evidence.diagnose.selection import p_uniform, p_uniform_star
from evidence.errors import ConvergenceError, InputError, OptionError, RowError
from evidence.pool import pool

YI = np.array([0.62, 0.55, 0.21, 0.71, 0.33, 0.29, 0.25, 0.21, 0.12, 0.08, 0.45, 0.05, -0.1, 0.3, 0.8])
VI = np.array([0.09, 0.07, 0.05, 0.11, 0.02, 0.02, 0.01, 0.01, 0.01, 0.02, 0.06, 0.01, 0.05, 0.03, 0.02])
METHODS = ["P", "LNP", "LN1MINP", "KS", "AD", "ML"]
SIGNIFICANT = norm.sf(YI / np.sqrt(VI)) < 0.025


def conditional(mean: float) -> np.ndarray:
    y, sei = YI[SIGNIFICANT], np.sqrt(VI[SIGNIFICANT])
    return norm.sf((y - mean) / sei) / norm.sf(norm.isf(0.025) - mean / sei)


def distance(mean: float) -> float:
    q = np.sort(conditional(mean))
    k = len(q)
    rank = 2 * np.arange(1, k + 1) - 1
    return -k - float((rank * (np.log(q) + np.log(1 - q[::-1]))).sum()) / k


def log_likelihood(mean: float, tau2: float) -> float:
    sei, total = np.sqrt(VI), np.sqrt(VI + tau2)
    beyond = norm.sf((norm.isf(0.025) * sei - mean) / total)
    return float((norm.logpdf(YI, mean, total) - np.log(np.where(SIGNIFICANT, beyond, 1 - beyond))).sum())


def test_each_method_solves_its_equation() -> None:
    k = int(SIGNIFICANT.sum())
    sums: dict[str, Any] = {
        "P": lambda q: q.sum() - k / 2,
        "LNP": lambda q: -np.log(q).sum() - k,
        "LN1MINP": lambda q: -np.log(1 - q).sum() - k,
    }
    for method, equation in sums.items():
        found = p_uniform(YI, VI, method=method)
        assert found.k_significant == k
        assert equation(conditional(found.estimate)) == pytest.approx(0, abs=1e-9)
        np.testing.assert_allclose(found.conditional_p, conditional(found.estimate), rtol=1e-9)
    limits = p_uniform(YI, VI, method="LNP").ci
    totals = [-np.log(conditional(limit)).sum() for limit in limits]
    assert totals == pytest.approx([gamma.ppf(0.975, k), gamma.ppf(0.025, k)], rel=1e-9)


def test_distances_are_least() -> None:
    grid = np.linspace(-1, 1, 4001)
    for method, measure in (("KS", lambda mean: kstest(conditional(mean), "uniform").statistic), ("AD", distance)):
        found = p_uniform(YI, VI, method=method)
        assert measure(found.estimate) <= min(measure(mean) for mean in grid[::10]) + 1e-12
        assert math.isnan(found.ci_low)
        assert math.isnan(found.pvalue)


def test_the_tests_of_no_effect_and_of_bias() -> None:
    k = int(SIGNIFICANT.sum())
    fixed = float((YI / VI).sum() / (1 / VI).sum())
    found = p_uniform(YI, VI, method="LNP")
    assert found.fixed_estimate == pytest.approx(fixed, rel=1e-12)
    assert found.fixed_se == pytest.approx((1 / VI).sum() ** -0.5, rel=1e-12)
    assert found.pvalue == pytest.approx(gamma.sf(-np.log(conditional(0.0)).sum(), k), rel=1e-9)
    assert found.bias_pvalue == pytest.approx(gamma.cdf(-np.log(conditional(fixed)).sum(), k), rel=1e-9)
    other = p_uniform(YI, VI, method="LN1MINP")
    assert other.pvalue == pytest.approx(gamma.cdf(-np.log(1 - conditional(0.0)).sum(), k), rel=1e-9)
    assert other.bias_pvalue == pytest.approx(gamma.sf(-np.log(1 - conditional(fixed)).sum(), k), rel=1e-9)


def test_maximum_likelihood_of_the_significant_effects() -> None:
    y, sei = YI[SIGNIFICANT], np.sqrt(VI[SIGNIFICANT])

    def loglik(mean: float) -> float:
        return float((norm.logpdf(y, mean, sei) - norm.logsf(norm.isf(0.025) * sei, mean, sei)).sum())

    found = p_uniform(YI, VI, method="ML")
    best = minimize(lambda x: -loglik(x[0]), [0.1], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    assert found.estimate == pytest.approx(float(best.x[0]), abs=1e-6)
    assert found.statistic == pytest.approx(2 * (loglik(found.estimate) - loglik(0)), rel=1e-9)
    assert found.bias_statistic == pytest.approx(2 * (loglik(found.estimate) - loglik(found.fixed_estimate)), rel=1e-8)
    for limit in found.ci:
        assert 2 * (loglik(found.estimate) - loglik(limit)) == pytest.approx(3.841459, rel=1e-6)


def test_p_uniform_star_is_the_maximum_of_its_likelihood() -> None:
    found = p_uniform_star(YI, VI)
    best = minimize(
        lambda x: -log_likelihood(x[0], x[1] ** 2),
        [0.1, 0.1],
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-12},
    )
    assert found.loglik == pytest.approx(-best.fun, abs=1e-8)
    assert found.estimate == pytest.approx(float(best.x[0]), abs=1e-5)
    assert found.tau2 == pytest.approx(float(best.x[1]) ** 2, abs=1e-5)
    assert found.loglik == pytest.approx(log_likelihood(found.estimate, found.tau2), rel=1e-10)
    random_effects = pool(YI, VI, tau2="PM")
    lower = log_likelihood(random_effects.estimate, random_effects.tau2)
    assert found.bias_statistic == pytest.approx(2 * (found.loglik - lower), rel=1e-7)
    assert found.bias_pvalue == pytest.approx(math.exp(-found.bias_statistic / 2), rel=1e-9)


def test_limits_of_p_uniform_star_are_where_the_profile_has_fallen() -> None:
    found = p_uniform_star(YI, VI, level=0.9)
    for limit in found.ci:
        profile = minimize(lambda x, at=limit: -log_likelihood(at, x[0] ** 2), [0.2], method="Nelder-Mead")
        assert 2 * (found.loglik + profile.fun) == pytest.approx(2.705543, abs=1e-4)
    profile = minimize(lambda x: -log_likelihood(x[0], found.tau2_ci_high), [0.1], method="Nelder-Mead")
    assert 2 * (found.loglik + profile.fun) == pytest.approx(2.705543, abs=1e-4)
    assert found.tau2_ci[0] >= 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1e-4, 0.3, 2e3]))
def test_invariance(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 0.1, 15)
    y = rng.normal(0.3, np.sqrt(v + 0.03))
    order = rng.permutation(15)
    one, other = p_uniform_star(y, v), p_uniform_star(y[order] * factor, v[order] * factor**2)
    assert other.estimate == pytest.approx(one.estimate * factor, rel=1e-6)
    assert other.tau2 == pytest.approx(one.tau2 * factor**2, rel=1e-5, abs=1e-9 * factor**2)
    assert other.ci == pytest.approx((one.ci_low * factor, one.ci_high * factor), rel=1e-5)
    mirrored = p_uniform_star(-y, v, side="left")
    assert mirrored.ci == pytest.approx((-one.ci_high, -one.ci_low), rel=1e-7)
    for method in METHODS[:-1]:
        left, right = p_uniform(-y, v, side="left", method=method), p_uniform(y, v, method=method)
        assert left.estimate == pytest.approx(-right.estimate, rel=1e-9)
        assert left.pvalue == pytest.approx(right.pvalue, rel=1e-9, nan_ok=True)
        scaled = p_uniform(y * factor, v * factor**2, method=method)
        assert scaled.estimate == pytest.approx(right.estimate * factor, rel=1e-6)


def test_one_significant_study_is_cautioned() -> None:
    found = p_uniform([0.5, 0.1], [0.01, 0.1])
    assert found.k_significant == 1
    assert found.cautions[0] == "The estimate rests on 1 significant study."


def test_p_values_just_below_alpha_push_the_estimate_far_out() -> None:
    v = np.array([0.01, 0.02, 0.03])
    for method in METHODS[:3]:
        found = p_uniform(np.sqrt(v) * 1.965, v, method=method)
        assert found.estimate < -1
        assert any("far outside" in caution for caution in found.cautions)
        assert any("take the effect as 0" in caution for caution in found.cautions)
    with pytest.raises(ConvergenceError, match="no maximum"):
        p_uniform(np.sqrt(v) * 1.9601, v, method="ML")


def test_the_level_of_the_tests_moves_the_line() -> None:
    strict, usual = p_uniform(YI, VI, alpha=0.01), p_uniform(YI, VI)
    assert strict.k_significant < usual.k_significant
    assert p_uniform_star(YI, VI, alpha=0.01).k_significant == strict.k_significant


def test_all_or_none_significant() -> None:
    with pytest.raises(InputError, match="no study is significant on the right"):
        p_uniform(YI * 0.1, VI)
    assert any("No study is significant" in caution for caution in p_uniform_star(YI * 0.1, VI).cautions)
    assert any("Every study is significant" in caution for caution in p_uniform_star(YI + 2, VI).cautions)


def test_huge_and_tiny_variances() -> None:
    v = VI.copy()
    v[0], v[1] = 1e-8, 1e6
    found = p_uniform_star(YI, v)
    assert found.ci_low < found.estimate < found.ci_high
    assert math.isfinite(p_uniform(YI, v).estimate)


def test_what_they_refuse() -> None:
    for function in (p_uniform, p_uniform_star):
        with pytest.raises(InputError, match="moderators"):
            function(pool(YI, VI, mods=np.arange(15.0)))
        with pytest.raises(RowError):
            function([0.1, math.nan, 0.3], [0.1, 0.1, 0.1])
        with pytest.raises(OptionError):
            function(YI, VI, side="up")
        for alpha in (0, 5, "five", math.nan):
            with pytest.raises(InputError, match="between 0 and 1"):
                function(YI, VI, alpha=alpha)
        with pytest.raises(InputError, match="leave out vi"):
            function(pool(YI, VI), VI)
    with pytest.raises(OptionError):
        p_uniform(YI, VI, method="Q")
    with pytest.raises(InputError, match="at least three studies"):
        p_uniform_star([0.1, 0.2], [0.01, 0.02])


def test_fits_and_forms() -> None:
    fit = pool(YI, VI, level=0.9)
    assert p_uniform_star(fit).level == 0.9
    assert p_uniform_star(fit).estimate == p_uniform_star(YI, VI).estimate
    for found in (p_uniform_star(fit), p_uniform(fit)):
        json.dumps(found.to_dict())
        assert all(len(line) <= 80 for line in found.summary().splitlines())
        assert len(found.to_frame()) == 15
        assert found.ci == (found.ci_low, found.ci_high)
