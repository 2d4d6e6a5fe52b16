"""The small-sample formulas against the exact distribution of a standardised difference.

If both groups are normal with one SD, ``d / sqrt(b)`` follows a noncentral t distribution with m degrees of freedom and
noncentrality ``delta / sqrt(b)``. Integrating over it shows what a formula claims: that g is unbiased, that UB is an
unbiased estimate of the variance of g, and that H0 is its variance when there is no effect.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, stats

from evidence.effects import hedges_j
from evidence.effects.paired import standardised_by_one_side, standardised_by_pooled_sd
from evidence.effects.standardised import standardised_effect, unbiased_correlation


def expectation(function, *, dof: float, base: float, delta: float) -> float:
    law = stats.nct(dof, delta / np.sqrt(base))
    low, high = law.ppf([1e-13, 1 - 1e-13])
    value, _ = integrate.quad(lambda t: function(t * np.sqrt(base)) * law.pdf(t), low, high, epsabs=1e-11, limit=400)
    return float(value)


def g_and_variance(d: float, vtype: str, *, dof: float, base: float, n: float) -> tuple[float, float]:
    one = np.ones(1)
    yi, vi = standardised_effect(d * one, base=base * one, dof=dof * one, n=n * one, vtype=vtype, correct=True)
    return float(yi[0]), float(vi[0])


DESIGNS = [(9, 11), (20, 20), (6, 30)]


@pytest.mark.parametrize(("n1", "n2"), DESIGNS)
@pytest.mark.parametrize("delta", [0.0, 0.5, 1.5])
def test_hedges_g_is_unbiased_and_ub_estimates_its_variance_without_bias(n1, n2, delta):
    design = {"dof": n1 + n2 - 2, "base": 1 / n1 + 1 / n2}
    rest = {**design, "n": n1 + n2}
    mean = expectation(lambda d: g_and_variance(d, "UB", **rest)[0], delta=delta, **design)
    square = expectation(lambda d: g_and_variance(d, "UB", **rest)[0] ** 2, delta=delta, **design)
    claimed = expectation(lambda d: g_and_variance(d, "UB", **rest)[1], delta=delta, **design)
    assert mean == pytest.approx(delta, abs=1e-7)
    assert claimed == pytest.approx(square - mean**2, rel=1e-6)


@pytest.mark.parametrize(("n1", "n2"), DESIGNS)
def test_h0_is_the_variance_without_an_effect(n1, n2):
    design = {"dof": n1 + n2 - 2, "base": 1 / n1 + 1 / n2}
    square = expectation(lambda d: g_and_variance(d, "UB", n=n1 + n2, **design)[0] ** 2, delta=0.0, **design)
    assert g_and_variance(0.7, "H0", n=n1 + n2, **design)[1] == pytest.approx(square, rel=1e-6)


def test_the_uncorrected_variances_are_those_of_d():
    one = np.ones(1)
    design = {"base": 0.2 * one, "dof": 18 * one, "n": 20 * one}
    for vtype in ("UB", "H0", "LS2"):
        _, of_g = standardised_effect(0.8 * one, vtype=vtype, correct=True, **design)
        d, of_d = standardised_effect(0.8 * one, vtype=vtype, correct=False, **design)
        assert d.item() == 0.8
        assert of_d.item() == pytest.approx(of_g.item() / hedges_j(18).item() ** 2)


def gamma_half(k: int) -> tuple[Fraction, int]:
    """Γ(k/2) as a fraction and a power of the square root of π."""
    value, power = (Fraction(1), 1) if k % 2 else (Fraction(1), 0)
    x = Fraction(1, 2) if k % 2 else Fraction(1)
    while x < Fraction(k, 2):
        value *= x
        x += 1
    return value, power


@pytest.mark.parametrize("m", [2, 3, 4, 9, 10, 57, 98, 333, 1000])
def test_the_factor_against_exact_fractions(m):
    (top, a), (bottom, b) = gamma_half(m), gamma_half(m - 1)
    squared = float(top / bottom * top / bottom / Fraction(m, 2)) * np.pi ** (a - b)
    assert hedges_j(m) == pytest.approx(np.sqrt(squared), rel=1e-12)


@pytest.mark.parametrize("m", [1e3, 1e5, 1e6, 3e6, 1e8])
def test_the_factor_keeps_its_digits_in_large_samples(m):
    # asymptotic series of the same ratio of gamma functions
    series = 1 - 3 / (4 * m) - 7 / (32 * m**2)
    assert hedges_j(m) == pytest.approx(series, rel=2e-9 if m < 1e7 else 1e-9)


def test_the_factor_does_not_exist_for_one_degree_of_freedom():
    assert np.isnan(hedges_j([0, 0.5, 1])).all()
    assert hedges_j(1.01) > 0


def test_the_unbiased_correlation_in_a_closed_case():
    # n = 4: r 2F1(1/2, 1/2; 1; z) = r (2/π) K(z), the complete elliptic integral
    from scipy.special import ellipk

    r = np.array([-0.8, 0.1, 0.5])
    np.testing.assert_allclose(unbiased_correlation(r, np.full(3, 4.0)), r * 2 / np.pi * ellipk(1 - r**2), rtol=1e-12)
    assert np.isnan(unbiased_correlation(np.array([0.5]), np.array([2.0]))).all()


def simulate_pairs(n: int, rho: float, delta: float, repeats: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(20240613)
    z1, z2 = rng.standard_normal((2, repeats, n))
    x1, x2 = z1 + delta, rho * z1 + np.sqrt(1 - rho**2) * z2
    r = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(x1, x2, strict=True)])
    return x1.mean(1), x1.std(1, ddof=1), x2.mean(1), x2.std(1, ddof=1), np.full(repeats, float(n)), r


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_paired_g_is_nearly_unbiased_and_its_variance_has_the_right_size(rho):
    delta = 0.7
    mean1, sd1, mean2, sd2, n, r = simulate_pairs(15, rho, delta, 20_000)
    for yi, vi in (
        standardised_by_pooled_sd(mean1, sd1, mean2, sd2, n, r),
        standardised_by_one_side(mean1, sd1, mean2, n, r, vtype="UB"),
    ):
        assert yi.mean() == pytest.approx(delta, abs=4 * yi.std() / np.sqrt(yi.size) + 0.005)
        assert vi.mean() == pytest.approx(yi.var(), rel=0.1)
