"""The integrals and their derivatives against scipy's integrator and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.stats import binom, nchypergeom_fisher, norm, poisson
from scipy.stats.contingency import odds_ratio

from evidence.counts.glmm_families import Binomial, Poisson
from evidence.counts.noncentral_hypergeometric import conditional_mle, noncentral_hypergeometric
from evidence.counts.quadrature import COMPLEX_STEP, gauss_hermite, integrate
from evidence.errors import InputError

X = np.array([[3.0, 0.0], [10.0, 4.0], [20.0, 25.0], [50.0, 20.0]])
N = np.array([[10.0, 12.0], [30.0, 30.0], [20.0, 25.0], [200.0, 180.0]])
MEAN = np.array([[-1.0, -2.1], [-0.3, -1.5], [2.0, 1.4], [-1.2, -2.0]])
HALVES = np.array([[[0.5], [-0.5]]])
PLANE = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 0.5], [0.0, -0.5]]])
FAMILIES = [Binomial(x=X, n=N), Poisson(x=X, time=N)]


def log_integral(family, mean, load, tangents, rule):
    return integrate(family, mean, load, tangents, rule, start=np.zeros((len(mean), load.shape[1])))


@pytest.mark.parametrize("family", FAMILIES)
def test_one_random_effect(family):
    load = 0.9 * HALVES[0]
    found = log_integral(family, MEAN, load, HALVES, gauss_hermite(41, 1)).value
    for study, value in enumerate(found):

        def integrand(z, study=study):
            eta = MEAN[study] + load[:, 0] * z
            if isinstance(family, Binomial):
                arms = binom.pmf(X[study], N[study], 1 / (1 + np.exp(-eta)))
            else:
                arms = poisson.pmf(X[study], N[study] * np.exp(eta))
            return norm.pdf(z) * arms.prod()

        expected, _ = quad(integrand, -12, 12, epsabs=0, epsrel=1e-10, limit=200)
        assert value == pytest.approx(np.log(expected), abs=1e-8)


def test_two_random_effects():
    load = np.tensordot([0.7, 1.1], PLANE, axes=1)
    found = log_integral(FAMILIES[0], MEAN, load, PLANE, gauss_hermite(31, 2)).value

    def integrand(u, s, study):
        eta = MEAN[study] + 0.7 * s + np.array([0.55, -0.55]) * u
        return norm.pdf(s) * norm.pdf(u) * binom.pmf(X[study], N[study], 1 / (1 + np.exp(-eta))).prod()

    expected, _ = dblquad(integrand, -7, 7, -7, 7, args=(1,), epsabs=1e-12, epsrel=1e-8)
    assert found[1] == pytest.approx(np.log(expected), abs=1e-6)


@pytest.mark.parametrize("points", [1, 3, 7, 25])
@pytest.mark.parametrize(("tangents", "loads"), [(HALVES, [0.9]), (PLANE, [0.7, 1.1]), (PLANE, [0.7, 0.0])])
@pytest.mark.parametrize("family", FAMILIES)
def test_derivatives_are_those_of_the_approximation(family, tangents, loads, points):
    rule = gauss_hermite(points, tangents.shape[2])
    load = np.tensordot(loads, tangents, axes=1)
    found = log_integral(family, MEAN, load, tangents, rule).gradient
    step = 1e-5
    moves = [(step * np.eye(2)[arm], 0.0) for arm in range(2)] + [(0.0, step * tangent) for tangent in tangents]
    for place, (by_mean, by_load) in enumerate(moves):
        up, down = (
            log_integral(family, MEAN + sign * by_mean, load + sign * by_load, tangents, rule) for sign in (1, -1)
        )
        np.testing.assert_allclose(found[:, place], (up.value - down.value) / (2 * step), rtol=1e-6, atol=1e-7)
        imaginary = log_integral(
            family,
            MEAN + 1j * COMPLEX_STEP / step * by_mean,
            load + 1j * COMPLEX_STEP / step * by_load,
            tangents,
            rule,
        )
        second = imaginary.gradient.imag / COMPLEX_STEP
        np.testing.assert_allclose(second, (up.gradient - down.gradient) / (2 * step), rtol=1e-6, atol=1e-6)


def test_large_counts_cost_no_digits():
    scale = 1e9
    family = Binomial(x=X[1:2] * scale, n=N[1:2] * scale)
    at = np.log(X[1] / (N[1] - X[1]))[None, :, None]
    se = 1 / np.sqrt(X[1] * (N[1] - X[1]) / N[1] * scale)
    drop = family.derivatives(at + se[None, :, None], 0)[0] - family.derivatives(at, 0)[0]
    np.testing.assert_allclose(drop, -0.5, rtol=1e-4)


@pytest.mark.parametrize("eta", [-6.0, -1.0, 0.0, 0.7, 5.0])
def test_noncentral_hypergeometric_distribution(eta):
    cells = np.array([[3.0, 1, 1, 3], [0, 10, 2, 5], [100, 200, 80, 220], [1000, 50, 900, 120], [4, 0, 9, 3]]).T
    tables = noncentral_hypergeometric(*cells)
    found = tables.derivatives(np.full((5, 1, 1), eta), 2)
    for study in range(5):
        n1, n2 = tables.n1[study], tables.n2[study]
        distribution = nchypergeom_fisher(n1 + n2, n1, tables.m[study], np.exp(eta))
        assert found[0][study, 0, 0] == pytest.approx(distribution.logpmf(tables.x[study]), rel=1e-9, abs=1e-10)
        assert found[1][study, 0, 0] == pytest.approx(tables.x[study] - distribution.mean(), rel=1e-7, abs=1e-7)
        assert found[2][study, 0, 0] == pytest.approx(-distribution.var(), rel=1e-6, abs=1e-9)


def test_noncentral_hypergeometric_higher_derivatives():
    tables = noncentral_hypergeometric(*np.array([[30.0], [70.0], [12.0], [90.0]]))
    eta, step = np.full((1, 1, 1), 0.8), 1e-4
    found = tables.derivatives(eta, 4)
    up, down = tables.derivatives(eta + step, 4), tables.derivatives(eta - step, 4)
    for order in range(4):
        assert (up[order] - down[order]).item() / (2 * step) == pytest.approx(found[order + 1].item(), rel=1e-5)


@pytest.mark.parametrize("cells", [(3, 1, 1, 3), (12, 40, 30, 22), (7, 100, 1, 90)])
def test_conditional_estimate(cells):
    a, b, c, d = cells
    estimate, variance, loglik = conditional_mle(noncentral_hypergeometric(*np.array(cells, float)[:, None]))
    assert np.exp(estimate[0]) == pytest.approx(odds_ratio([[a, b], [c, d]], kind="conditional").statistic, rel=1e-6)
    distribution = nchypergeom_fisher(a + b + c + d, a + b, a + c, np.exp(estimate[0]))
    assert distribution.mean() == pytest.approx(a, rel=1e-9)
    assert variance[0] == pytest.approx(1 / distribution.var(), rel=1e-6)
    assert loglik[0] == pytest.approx(distribution.logpmf(a), rel=1e-9)


def test_conditional_estimate_at_the_bounds():
    cells = np.array([[0.0, 5.0, 0.0], [9.0, 0.0, 4.0], [4.0, 2.0, 0.0], [6.0, 5.0, 5.0]])
    estimate, variance, loglik = conditional_mle(noncentral_hypergeometric(*cells))
    np.testing.assert_array_equal(estimate, [-np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(variance, np.inf)
    np.testing.assert_array_equal(loglik, 0.0)


@pytest.mark.parametrize("cells", [(2.5, 3, 1, 4), (5e8, 5e8, 4e8, 6e8)])
def test_tables_that_cannot_be_summed_over(cells):
    with pytest.raises(InputError, match=r"UM\.FS"):
        noncentral_hypergeometric(*np.array(cells, float)[:, None])


def test_a_rule_integrates_polynomials_exactly():
    rule = gauss_hermite(9, 1)
    weights = np.exp(rule.log_weights - 0.5 * rule.nodes[:, 0] ** 2) / np.sqrt(2 * np.pi)
    for power, moment in ((0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0), (16, 2027025.0)):
        assert weights @ rule.nodes[:, 0] ** power == pytest.approx(moment, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("points", [0, 401])
def test_rules_have_bounds(points):
    with pytest.raises(InputError, match="nagq"):
        gauss_hermite(points, 1)
