"""The distribution of the generalised Q statistic against closed forms, a series and nested integrals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from evidence.pool.quadratic import q_distribution


def coefficients(a: np.ndarray, m: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the coefficients of the chi-squared variables, from a k × k matrix."""
    p = np.diag(a) - a[:, None] * x @ np.linalg.solve(x.T @ (a[:, None] * x), x.T * a)
    root = np.sqrt(m)
    return np.linalg.eigvalsh(root[:, None] * p * root)[x.shape[1] :]


def ruben(q: float, terms: np.ndarray, most: int = 4000) -> float:
    """Return P(sum of terms times chi-squared <= q) by Ruben's mixture of chi-squared distributions (1962)."""
    scale = terms.min()
    ratio, power = 1 - scale / terms, np.ones(len(terms))
    weight, moment = np.zeros(most), np.zeros(most)
    weight[0] = np.exp(0.5 * np.log(scale / terms).sum())
    for j in range(1, most):
        power = power * ratio
        moment[j] = 0.5 * power.sum()
        weight[j] = (moment[1 : j + 1][::-1] * weight[:j]).sum() / j
        if 1 - weight[: j + 1].sum() < 1e-13:
            break
    assert 1 - weight.sum() < 1e-12, "the series is not long enough"
    return float((weight * special.chdtr(len(terms) + 2 * np.arange(most), q / scale)).sum())


@pytest.mark.parametrize("k", [2, 3, 5, 10, 40, 100, 161, 400, 3000])
def test_inverse_variance_weights_give_chi_squared(k: int) -> None:
    a = np.random.default_rng(k).uniform(0.1, 10, (1, k))
    for probability in (1e-6, 1e-3, 0.025, 0.5, 0.975, 0.999, 1 - 1e-6):
        q = np.array([stats.chi2.ppf(probability, k - 1)])
        assert q_distribution(q, a, 1 / a)[0] == pytest.approx(probability, abs=1e-12)


@pytest.mark.parametrize("regression", [False, True])
@pytest.mark.parametrize("k", [4, 9, 25, 80, 250])
def test_any_weights_agree_with_the_series(k: int, regression: bool) -> None:
    rng = np.random.default_rng(k)
    for _ in range(8):
        spread = rng.uniform(0, 0.7 if k < 50 else 0.25)
        a, m = 10 ** rng.uniform(-spread, spread, (2, k))
        x = np.column_stack([np.ones(k), rng.normal(size=k)])[:, : 1 + regression]
        terms = coefficients(a, m, x)
        q = terms.sum() * 10 ** rng.uniform(-0.6, 0.4)
        found = q_distribution(np.array([q]), a[None], m[None], x if regression else None)
        assert found[0] == pytest.approx(ruben(q, terms), abs=1e-11)


def test_terms_that_differ_by_six_decades() -> None:
    nodes, weights = np.polynomial.legendre.leggauss(400)
    angle = nodes * np.pi / 2
    rng = np.random.default_rng(4)
    for _ in range(40):
        a, m = 10 ** rng.uniform(-3, 3, (2, 3))
        small, large = np.sort(coefficients(a, m, np.ones((3, 1))))
        q = large * 10 ** rng.uniform(-1, 1)
        reach = np.sqrt(q / large)
        # the larger variable by quadrature, the smaller by its distribution function
        inner = special.chdtr(1, q * np.cos(angle) ** 2 / small)
        density = np.exp(-0.5 * (reach * np.sin(angle)) ** 2) / np.sqrt(2 * np.pi) * reach * np.cos(angle)
        expected = (weights * inner * density).sum() * np.pi / 2
        assert q_distribution(np.array([q]), a[None], m[None])[0] == pytest.approx(expected, abs=1e-8)


def test_weights_and_units_do_not_matter() -> None:
    rng = np.random.default_rng(5)
    a, m = 10 ** rng.uniform(-1, 1, (2, 6, 8))
    q = rng.uniform(1, 40, 6)
    found = q_distribution(q, a, m)
    np.testing.assert_allclose(q_distribution(1e8 * q, 1e8 * a, m), found, atol=1e-13)
    np.testing.assert_allclose(q_distribution(1e-9 * q, a, 1e-9 * m), found, atol=1e-13)
    order = rng.permutation(8)
    np.testing.assert_allclose(q_distribution(q, a[:, order], m[:, order]), found, atol=1e-13)


def test_an_absent_study_is_left_out_and_no_q_has_no_probability() -> None:
    rng = np.random.default_rng(6)
    a, m = rng.uniform(1, 2, (2, 2, 6))
    a[0, 2], m[0, 2] = 0.0, np.inf
    q = np.array([4.0, 0.0])
    found = q_distribution(q, a, m)
    assert found[0] == pytest.approx(
        q_distribution(q[:1], np.delete(a[:1], 2, 1), np.delete(m[:1], 2, 1))[0], abs=1e-13
    )
    assert found[1] == 0.0
    assert q_distribution(np.array([-1.0]), a[1:], m[1:])[0] == 0.0
