"""Every estimator of τ²: its definition written out, its scale, its batches, many thousand sets without a failure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from evidence.errors import InputError
from evidence.pool import pool
from evidence.pool.core import make_batch
from evidence.pool.moments import check_weights
from evidence.pool.quadratic import q_distribution
from evidence.pool.tau2 import estimate_tau2, tau2_standard_error
from evidence.vocabulary import Tau2Method, allowed

Y = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
V = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])
Z = np.array([44.0, 55, 42, 52, 13, 44, 33])
A = np.array([1.0, 3, 2, 9, 4, 6, 1])
DESIGNS = {"mean": np.ones((7, 1)), "line": np.column_stack([np.ones(7), Z])}
EVERY = allowed(Tau2Method)


def matrix(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return P for given weights, as a k × k matrix."""
    return np.diag(a) - a[:, None] * x @ np.linalg.solve(x.T @ (a[:, None] * x), x.T * a)


def by_definition(method: str, x: np.ndarray) -> tuple[float, float]:
    """Return a closed-form estimate and its standard error from k × k matrices."""
    k, p = x.shape
    start = Y.var()
    a = {"HE": np.ones(k), "SJ": 1 / (V + start), "GENQ": A}.get(method, 1 / V)
    m = matrix(a, x)
    q = Y @ m @ Y
    match method:
        case "HE":
            tau2, divisor = (q - np.trace(m @ np.diag(V))) / (k - p), k - p
        case "DL":
            tau2, divisor = (q - (k - p)) / np.trace(m), np.trace(m)
        case "HS":
            tau2, divisor = (q - k) / a.sum(), a.sum()
        case "HSk":
            tau2, divisor = (q * k / (k - p) - k) / a.sum(), a.sum() * (k - p) / k
        case "SJ":
            tau2, divisor = start * q / (k - p), (k - p) / start
        case _:
            tau2, divisor = (q - np.trace(m @ np.diag(V))) / np.trace(m), np.trace(m)
    spread = m @ np.diag(V + max(tau2, 0))
    return max(tau2, 0.0), math.sqrt(2 * np.trace(spread @ spread)) / divisor


@pytest.mark.parametrize("design", list(DESIGNS))
@pytest.mark.parametrize("method", ["DL", "HE", "HS", "HSk", "SJ", "GENQ"])
def test_closed_forms_written_out(method: str, design: str) -> None:
    mods = None if design == "mean" else Z
    fit = pool(Y, V, mods=mods, tau2=method, weights=A if method == "GENQ" else None, test="z")
    tau2, se = by_definition(method, DESIGNS[design])
    assert tau2 > 0
    assert fit.tau2 == pytest.approx(tau2, rel=1e-12)
    assert fit.tau2_se == pytest.approx(se, rel=1e-11)


@pytest.mark.parametrize("design", list(DESIGNS))
@pytest.mark.parametrize(
    ("method", "quantile"), [("PM", None), ("EB", None), ("DLIT", None), ("SJIT", None), ("PMM", 0.5)]
)
def test_roots_solve_their_equation(method: str, quantile: float | None, design: str) -> None:
    x = DESIGNS[design]
    df = 7 - x.shape[1]
    fit = pool(Y, V, mods=None if design == "mean" else Z, tau2=method, test="z")
    target = df if quantile is None else stats.chi2.ppf(quantile, df)
    assert Y @ matrix(1 / (V + fit.tau2), x) @ Y == pytest.approx(target, rel=1e-10)
    assert fit.tau2_se == pytest.approx(math.sqrt(2 * 49 / df) / (1 / (V + fit.tau2)).sum(), rel=1e-12)
    low, high = fit.convergence.bracket
    assert low <= fit.tau2 <= high


@pytest.mark.parametrize("method", ["DLIT", "SJIT"])
def test_iterated_estimators_are_at_their_fixed_point(method: str) -> None:
    fit = pool(Y, V, tau2=method, test="z")
    m = matrix(1 / (V + fit.tau2), np.ones((7, 1)))
    q, trace = Y @ m @ Y, np.trace(m)
    again = (q - np.trace(m @ np.diag(V))) / trace if method == "DLIT" else fit.tau2 * q / 6
    assert again == pytest.approx(fit.tau2, rel=1e-10)


@pytest.mark.parametrize("design", list(DESIGNS))
def test_the_median_unbiased_estimate_has_the_observed_q_at_its_median(design: str) -> None:
    fit = pool(Y, V, mods=None if design == "mean" else Z, tau2="GENQM", weights=A, test="z")
    m = matrix(A, DESIGNS[design])
    root = np.sqrt(V + fit.tau2)
    rng = np.random.default_rng(3)
    coefficients = np.linalg.eigvalsh(root[:, None] * m * root)[DESIGNS[design].shape[1] :]
    drawn = rng.chisquare(1, (200_000, len(coefficients))) @ coefficients
    assert (drawn <= Y @ m @ Y).mean() == pytest.approx(0.5, abs=0.006)
    # for weights 1/(v + τ²) it is the median version of Paule and Mandel's estimate
    median = pool(Y, V, tau2="PMM", test="z").tau2
    assert pool(Y, V, tau2="GENQM", weights=1 / (V + median), test="z").tau2 == pytest.approx(median, rel=1e-9)


def test_generalised_q_with_inverse_variances_is_dersimonian_and_laird() -> None:
    one, other = pool(Y, V, tau2="GENQ", weights=1 / V), pool(Y, V, tau2="DL")
    assert one.tau2 == pytest.approx(other.tau2, rel=1e-13)
    assert one.tau2_se == pytest.approx(other.tau2_se, rel=1e-13)
    assert pool(Y, V, tau2="GENQ", weights="equal").tau2 == pytest.approx(pool(Y, V, tau2="HE").tau2, rel=1e-13)


def test_fixed_effects_are_equal_effects_in_other_words() -> None:
    one, other = pool(Y, V, tau2="FE", test="z"), pool(Y, V, tau2="EE", test="z")
    assert (one.estimate, one.ci, one.q, one.i2, one.tau2) == (other.estimate, other.ci, other.q, other.i2, 0.0)
    assert (one.model, other.model) == ("fixed effects", "equal effects")
    assert "Fixed-effects meta-analysis" in one.summary()
    assert np.isnan(one.pi).all()
    assert pool(Y, V, mods=Z, tau2="FE").model == "fixed effects with moderators"


@pytest.mark.parametrize("method", ["GENQ", "GENQM"])
def test_estimators_made_of_weights_need_them(method: str) -> None:
    with pytest.raises(InputError, match="give weights="):
        pool(Y, V, tau2=method)
    batch = make_batch(Y, V)
    with pytest.raises(InputError, match="shape"):
        estimate_tau2(batch, method, A[:3])
    with pytest.raises(InputError, match="positive"):
        estimate_tau2(batch, method, -A)
    assert check_weights(batch, A).max() == 1.0


@pytest.mark.parametrize("method", EVERY)
def test_two_studies(method: str) -> None:
    for y in ([0.1, 0.9], [0.3, 0.3]):
        fit = pool(y, [0.04, 0.09], tau2=method, weights=[1, 2] if "GENQ" in method else None, test="z")
        assert fit.tau2 >= 0
        assert math.isfinite(fit.estimate)
        assert all(map(math.isfinite, fit.ci))
        if method not in ("EE", "FE"):
            assert all(map(math.isfinite, fit.tau2_ci))
            assert math.isfinite(fit.tau2_se) or (method == "SJ" and y[0] == y[1])


def many_sets(rng: np.random.Generator, sets: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return effects, variances (infinite where absent) and weights of 2 to 60 studies, over eight decades."""
    k = rng.integers(2, 61, sets)
    v = 10 ** rng.uniform(-4, 4, (sets, 60))
    alike = rng.random(sets) < 0.4
    v[alike] = 10 ** rng.uniform(-0.7, 0.7, (alike.sum(), 60))
    between = np.where(rng.random(sets) < 0.7, 10 ** rng.uniform(-4, 4, sets), 0.0)
    y = rng.normal(size=v.shape) * np.sqrt(v + between[:, None]) + 10 * rng.normal(size=(sets, 1))
    return y, np.where(np.arange(60) < k[:, None], v, np.inf), 10 ** rng.uniform(-3, 3, v.shape)


@pytest.mark.parametrize("method", EVERY)
def test_twenty_thousand_sets_without_a_failure(method: str) -> None:
    """No NaN, no warning, and a change of unit changes nothing; fewer sets where each needs many integrals."""
    rng = np.random.default_rng(17)
    for _ in range(1 if method == "GENQM" else 10):
        y, v, weights = many_sets(rng, 300 if method == "GENQM" else 2000)
        batch, small = make_batch(y, v), make_batch(1.37e-5 * y, 1.37e-5**2 * v)
        tau2 = estimate_tau2(batch, method, weights).tau2
        se = tau2_standard_error(batch, tau2, method, weights)
        assert np.isfinite(tau2).all()
        assert (tau2 >= 0).all()
        assert np.isfinite(se).all() == (method not in ("EE", "FE"))
        scaled = estimate_tau2(small, method, weights).tau2 / 1.37e-5**2
        assert (np.abs(scaled - tau2) <= 1e-10 * (tau2 + v.min(axis=1))).all()


def test_absent_studies_do_not_count() -> None:
    v = np.where(np.arange(7) == 3, np.inf, V)
    for method in EVERY:
        with_gap = estimate_tau2(make_batch(Y, v), method, A)
        without = estimate_tau2(make_batch(np.delete(Y, 3), np.delete(V, 3)), method, np.delete(A, 3))
        assert with_gap.tau2[0] == pytest.approx(without.tau2[0], rel=1e-10)
        se = tau2_standard_error(make_batch(Y, v), with_gap.tau2, method, A)
        reference = tau2_standard_error(
            make_batch(np.delete(Y, 3), np.delete(V, 3)), without.tau2, method, np.delete(A, 3)
        )
        np.testing.assert_allclose(se, reference, rtol=1e-10)


def test_more_variance_between_studies_makes_a_small_q_less_likely() -> None:
    tau2 = np.array([0.0, 0.1, 1.0, 10.0, 1000.0])
    shape = (5, 7)
    found = q_distribution(np.full(5, 30.0), np.broadcast_to(A, shape), V + tau2[:, None])
    assert (np.diff(found) < 0).all()
    assert found[-1] < 1e-6
