"""Intervals of τ², I² and H²: the limits solve their equations, for every method, level and number of studies."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.errors import InputError, OptionError
from evidence.pool import pool
from evidence.pool.confint import INTERVAL_NAMES
from evidence.pool.core import make_batch
from evidence.pool.intervals import generalised_q_interval, higgins_thompson_h2
from evidence.pool.quadratic import q_distribution

Y = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
V = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])
Z = np.array([44.0, 55, 42, 52, 13, 44, 33])
A = np.array([1.0, 3, 2, 9, 4, 6, 1])
# two maxima in the restricted likelihood: one on the boundary, one far from it
TWO_MODES = ([0.0, 0.0, 0.0, 3.0, -3.0], [0.01, 0.01, 0.01, 1.0, 1.0])


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
@pytest.mark.parametrize(("method", "a"), [("GENQ", A), ("BJ", 1 / V), ("J", 1 / np.sqrt(V))])
@pytest.mark.parametrize("mods", [None, Z])
def test_generalised_q_limits_have_their_probabilities(
    method: str, a: np.ndarray, mods: np.ndarray | None, level: float
) -> None:
    fit = pool(Y, V, mods=mods, weights=A, level=level)
    x = fit.design.matrix
    p = np.diag(a) - a[:, None] * x @ np.linalg.solve(x.T @ (a[:, None] * x), x.T * a)
    for limit, probability in zip(fit.confint(method).tau2_ci, ((1 + level) / 2, (1 - level) / 2), strict=True):
        found = q_distribution(np.array([Y @ p @ Y]), a[None], (V + limit)[None], x)[0]
        if limit > 0:
            assert found == pytest.approx(probability, abs=1e-10)
        else:
            assert found <= probability


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["ML", "REML"])
@pytest.mark.parametrize("mods", [None, Z])
def test_profile_likelihood_limits_are_where_the_likelihood_has_dropped(
    mods: np.ndarray | None, kind: str, level: float
) -> None:
    fit = pool(Y, V, mods=mods, tau2=kind, test="z")
    low, high = fit.confint("PL", level=level).tau2_ci
    drop = stats.chi2.ppf(level, 1) / 2

    def below(tau2: float) -> float:
        other = pool(Y, V, mods=mods, tau2=tau2, test="z")
        return getattr(fit, kind.lower()).loglik - getattr(other, kind.lower()).loglik

    assert below(high) == pytest.approx(drop, rel=1e-9)
    assert below(low) == pytest.approx(drop, rel=1e-9) if low > 0 else below(0.0) <= drop
    assert low <= fit.tau2 <= high


def test_profile_likelihood_limits_enclose_both_maxima() -> None:
    fit = pool(*TWO_MODES, test="z")
    low, high = fit.confint("PL").tau2_ci
    assert low <= fit.convergence.modes[0] < fit.convergence.modes[1] < high
    beyond = pool(*TWO_MODES, tau2=1.001 * high, test="z").reml.loglik
    assert fit.reml.loglik - beyond > stats.chi2.ppf(0.95, 1) / 2


def test_the_wald_interval_is_cut_off_at_zero() -> None:
    fit = pool(Y, V, tau2="ML", test="z")
    half = stats.norm.ppf(0.975) * fit.tau2_se
    found = fit.confint("Wald")
    assert found.tau2_ci == pytest.approx((max(0.0, fit.tau2 - half), fit.tau2 + half))
    assert any("too short" in caution for caution in found.cautions)


def test_higgins_and_thompson_written_out() -> None:
    fit = pool(Y, V)
    h, k = math.sqrt(fit.q / 6), 7
    assert fit.q > k
    se = 0.5 * (math.log(fit.q) - math.log(k - 1)) / (math.sqrt(2 * fit.q) - math.sqrt(2 * k - 3))
    low, high = (math.exp(math.log(h) + sign * stats.norm.ppf(0.975) * se) for sign in (-1, 1))
    found = fit.confint("HT")
    assert found.h2 == pytest.approx(h**2)
    assert found.h2_ci == pytest.approx((max(1.0, low) ** 2, high**2))
    assert found.i2 == pytest.approx(100 * (fit.q - 6) / fit.q)
    assert found.i2_ci == pytest.approx(tuple(100 * (1 - 1 / limit) for limit in found.h2_ci))
    assert higgins_thompson_h2(1.0, 1.0, level=0.95) == pytest.approx((math.nan, math.nan), nan_ok=True)


@pytest.mark.parametrize("method", list(INTERVAL_NAMES))
def test_the_other_scales_follow_from_tau2(method: str) -> None:
    fit = pool(Y, V, weights=A)
    found = fit.confint(method)
    v = fit.heterogeneity.typical_variance
    assert found.i2_ci == pytest.approx(tuple(100 * limit / (limit + v) for limit in found.tau2_ci))
    assert found.h2_ci == pytest.approx(tuple(1 + limit / v for limit in found.tau2_ci))
    assert found.tau_ci == pytest.approx(tuple(math.sqrt(limit) for limit in found.tau2_ci))
    assert max(map(len, found.summary().splitlines())) <= 80
    assert "nan" not in found.summary()
    assert found.to_frame().loc["tau2"].tolist() == [fit.tau2, *found.tau2_ci]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["method"] == method
    assert repr(found).startswith("<HeterogeneityInterval: ")


@pytest.mark.parametrize("method", list(INTERVAL_NAMES))
def test_the_interval_can_be_chosen_in_the_fit(method: str) -> None:
    fit = pool(Y, V, weights=A, tau2_ci_method=method)
    later = pool(Y, V, weights=A).confint(method)
    assert fit.tau2_ci == later.tau2_ci
    assert fit.i2_ci == later.i2_ci
    assert fit.to_dict()["tau2_ci_method"] == method
    assert INTERVAL_NAMES[method] in " ".join(fit.summary().split())
    assert fit.confint().method == method


def test_the_usual_interval_goes_with_the_estimator() -> None:
    assert pool(Y, V).heterogeneity.tau2_ci_method == "QP"
    assert pool(Y, V, tau2="GENQ", weights=A).heterogeneity.tau2_ci_method == "GENQ"
    assert pool(Y, V, tau2="EE").heterogeneity.tau2_ci_method == "none"


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_wider_levels_have_wider_intervals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 12))
    v = 10 ** rng.uniform(-2, 2, k)
    fit = pool(rng.normal(size=k) * np.sqrt(v + rng.choice([0, 1, 20])), v, weights=rng.uniform(0.1, 5, k), test="z")
    for method in ("QP", "GENQ", "BJ", "J", "PL"):
        inner, outer = fit.confint(method, level=0.8).tau2_ci, fit.confint(method, level=0.95).tau2_ci
        assert outer[0] <= inner[0] <= inner[1] <= outer[1] < math.inf


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(1e-5, 1e5))
def test_a_change_of_unit_scales_the_limits(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 12))
    v = 10 ** rng.uniform(-2, 2, k)
    y = rng.normal(size=k) * np.sqrt(v + 3)
    one, other = pool(y, v, test="z"), pool(factor * y, factor**2 * v, test="z")
    for method in ("QP", "BJ", "J", "PL", "Wald", "HT"):
        limits, scaled = (np.array(fit.confint(method).tau2_ci) for fit in (one, other))
        np.testing.assert_allclose(scaled / factor**2, limits, rtol=1e-7, atol=1e-10 * v.min())


@pytest.mark.parametrize("method", ["QP", "BJ", "J"])
def test_effects_more_alike_than_chance_allows(method: str) -> None:
    fit = pool([0.5, 0.5, 0.5, 0.5], [0.1, 0.2, 0.3, 0.1], tau2_ci_method=method)
    assert fit.tau2_ci == (0.0, 0.0)
    assert fit.heterogeneity.interval_empty
    assert any("is empty" in caution for caution in fit.cautions)
    assert any("empty" in caution for caution in fit.confint().cautions)
    assert not pool(Y, V, tau2_ci_method=method).heterogeneity.interval_empty


@pytest.mark.parametrize("method", ["QP", "BJ", "J", "PL"])
def test_two_studies_have_limits(method: str) -> None:
    found = pool([0.1, 1.4], [0.04, 0.09]).confint(method)
    assert 0 <= found.tau2_ci[0] <= found.tau2 <= found.tau2_ci[1] < math.inf


def test_many_intervals_at_once_are_those_of_each() -> None:
    rng = np.random.default_rng(3)
    y, v = rng.normal(size=(5, 6)), rng.uniform(0.05, 1, (5, 6))
    v[2, 4] = np.inf
    batch = make_batch(y, v)
    low, high = generalised_q_interval(batch, 1 / batch.v, level=0.9)
    for row in range(5):
        kept = np.isfinite(v[row])
        alone = pool(y[row, kept], v[row, kept], level=0.9, tau2_ci_method="BJ").tau2_ci
        assert (low[row], high[row]) == pytest.approx(alone, rel=1e-9)


def test_an_estimate_outside_its_interval_is_told() -> None:
    y, v = [0.0, 0.1, 0.05, 0.02, 3.0], [0.01, 0.01, 0.01, 0.01, 4.0]
    found = pool(y, v, tau2="SJ", test="z").confint("QP", level=0.5)
    assert not found.tau2_ci[0] <= found.tau2 <= found.tau2_ci[1]
    assert any("outside its interval" in caution for caution in found.cautions)


@pytest.mark.parametrize(
    ("options", "method", "error", "message"),
    [
        ({}, "Q", OptionError, "'QP', 'GENQ', 'BJ', 'J', 'PL', 'Wald', 'HT'"),
        ({}, "GENQ", InputError, "give weights="),
        ({"tau2": "DL"}, "PL", InputError, "'ML' or 'REML'"),
        ({"tau2": "EE"}, "QP", InputError, "estimated τ²"),
        ({"tau2": "FE"}, None, InputError, "estimated τ²"),
        ({"tau2": 0.2}, "QP", InputError, "estimated τ²"),
    ],
)
def test_what_cannot_be_had(options: dict[str, object], method: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pool(Y, V, **options).confint(method)  # type: ignore[arg-type]


def test_other_refusals() -> None:
    with pytest.raises(InputError, match="two studies"):
        pool(Y[:1], V[:1]).confint()
    with pytest.raises(InputError, match="level=95"):
        pool(Y, V).confint(level=95)
    with pytest.raises(OptionError, match="tau2_ci_method='profile'"):
        pool(Y, V, tau2_ci_method="profile")
    with pytest.raises(InputError, match="'ML' or 'REML'"):
        pool(Y, V, tau2="DL", tau2_ci_method="PL")
