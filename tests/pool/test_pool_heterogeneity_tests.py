"""Tests of τ² = 0 and of one τ² for all studies: definitions, no better maximum, units, refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import optimize, stats

from evidence.errors import InputError
from evidence.pool import equal_tau2_tests, heterogeneity_tests, pool

Y = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
V = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])
Z = np.array([44.0, 55, 42, 52, 13, 44, 33])


def restricted(y: np.ndarray, m: np.ndarray) -> float:
    """Return the restricted log-likelihood of a mean, from its density."""
    mean = (y / m).sum() / (1 / m).sum()
    return stats.norm.logpdf(y, mean, np.sqrt(m)).sum() - 0.5 * math.log((1 / m).sum())


@pytest.mark.parametrize("mods", [None, Z])
@pytest.mark.parametrize("kind", ["ML", "REML"])
def test_tests_of_no_heterogeneity_written_out(kind: str, mods: np.ndarray | None) -> None:
    fit, null = pool(Y, V, mods=mods, tau2=kind, test="z"), pool(Y, V, mods=mods, tau2=0.0, test="z")
    found = heterogeneity_tests(fit)
    lrt = 2 * (getattr(fit, kind.lower()).loglik - getattr(null, kind.lower()).loglik)
    assert found.lrt == pytest.approx(lrt, rel=1e-10)
    assert found.lrt_pvalue == pytest.approx(0.5 * stats.chi2.sf(lrt, 1), rel=1e-9)
    assert found.wald == pytest.approx(fit.tau2 / fit.tau2_se, rel=1e-12)
    assert found.wald_pvalue == pytest.approx(stats.norm.sf(found.wald), rel=1e-12)
    step = 1e-6
    above = pool(Y, V, mods=mods, tau2=step, test="z")
    slope = (getattr(above, kind.lower()).loglik - getattr(null, kind.lower()).loglik) / step
    x, w = fit.design.matrix, 1 / V
    p = np.diag(w) - w[:, None] * x @ np.linalg.solve(x.T @ (w[:, None] * x), x.T * w)
    information = 0.5 * ((w**2).sum() if kind == "ML" else (p**2).sum())
    assert found.score == pytest.approx(slope / math.sqrt(information), rel=1e-3)
    assert found.score_pvalue == pytest.approx(stats.norm.sf(found.score), rel=1e-12)
    assert (found.q, found.q_df, found.q_pvalue) == (fit.q, fit.q_df, fit.q_pvalue)
    assert found.kind == kind
    assert found.to_frame().shape == (4, 2)


def test_no_heterogeneity_at_all() -> None:
    found = heterogeneity_tests(pool([0.30, 0.31, 0.29], [0.04, 0.05, 0.02]))
    assert (found.tau2, found.lrt, found.lrt_pvalue, found.wald) == (0.0, 0.0, 1.0, 0.0)
    assert found.wald_pvalue == 0.5
    assert found.score < 0
    assert heterogeneity_tests(pool([0.1, 0.9], [0.04, 0.09])).k == 2
    with pytest.raises(InputError, match="at least two"):
        heterogeneity_tests(pool([0.1], [0.1]))


def test_tests_of_one_tau2_written_out() -> None:
    fit = pool(Y, V, test="z")
    found = equal_tau2_tests(fit)
    own = found.study_tau2
    assert found.lrt == pytest.approx(2 * (restricted(Y, V + own) - restricted(Y, V + fit.tau2)), rel=1e-9)
    assert found.lrt_pvalue == pytest.approx(stats.chi2.sf(found.lrt, 6), rel=1e-12)

    def information(w: np.ndarray) -> np.ndarray:
        return 0.5 * (np.diag(w) - np.outer(w, w) / w.sum()) ** 2

    covariance = np.linalg.inv(information(1 / (V + own)))
    contrasts = np.column_stack([np.eye(6), -np.ones(6)])
    away = contrasts @ own
    assert found.wald == pytest.approx(away @ np.linalg.solve(contrasts @ covariance @ contrasts.T, away), rel=1e-8)
    np.testing.assert_allclose(found.study_tau2_se, np.sqrt(np.diag(covariance)), rtol=1e-8)
    scores = optimize.approx_fprime(np.full(7, fit.tau2), lambda t: restricted(Y, V + t), 1e-7)
    score = scores @ np.linalg.solve(information(1 / (V + fit.tau2)), scores)
    assert found.score == pytest.approx(score, rel=1e-4)
    assert found.labels == tuple(map(str, range(7)))
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["df"] == 6.0
    assert max(map(len, found.summary().splitlines())) <= 80


def test_no_better_maximum_is_missed() -> None:
    rng = np.random.default_rng(12)
    for _ in range(25):
        k, decades = int(rng.integers(3, 9)), rng.uniform(0, 2)
        v = 10 ** rng.uniform(-decades, decades, k)
        y = rng.normal(size=k) * np.sqrt(v + rng.choice([0, 1, 10]))
        best = restricted(y, v + equal_tau2_tests(pool(y, v, test="z")).study_tau2)
        for _ in range(4):
            start = rng.uniform(0, 2, k) * y.var()
            other = optimize.minimize(lambda t, y=y, v=v: -restricted(y, v + t), start, bounds=[(0, None)] * k)
            assert -other.fun <= best + 1e-7


def test_sets_in_which_plain_steps_crawl() -> None:
    rng = np.random.default_rng(11)
    for _ in range(150):
        k, decades = int(rng.integers(3, 25)), rng.uniform(0, 4)
        v = 10 ** rng.uniform(-decades, decades, k)
        y = rng.normal(size=k) * np.sqrt(v + rng.choice([0, 1, 100])) + rng.choice([0, 1e4])
        found = equal_tau2_tests(pool(y, v, tau2="DL", test="z"))
        assert found.lrt >= 0
        assert (found.study_tau2 >= 0).all()


def test_units_shifts_and_order() -> None:
    one = equal_tau2_tests(pool(Y, V))
    order = np.random.default_rng(1).permutation(7)
    for other in (pool(1e5 * Y, 1e10 * V), pool(Y + 50, V), pool(Y[order], V[order])):
        found = equal_tau2_tests(other)
        assert found.lrt == pytest.approx(one.lrt, rel=1e-7)
        assert found.score == pytest.approx(one.score, rel=1e-7)
        assert found.wald == pytest.approx(one.wald, rel=1e-6)


def test_fits_that_are_refused() -> None:
    with pytest.raises(InputError, match="at least 3"):
        equal_tau2_tests(pool(Y[:2], V[:2]))
    with pytest.raises(InputError, match="for a mean"):
        equal_tau2_tests(pool(Y, V, mods=Z))


def test_three_studies() -> None:
    found = equal_tau2_tests(pool([0.1, 0.1, 0.1], [0.2, 0.2, 0.2]))
    assert found.lrt == pytest.approx(0.0, abs=1e-12)
    assert found.df == 2.0
