"""The beta-binomial model against scipy, its limits, its symmetry and its edges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import betabinom, binom

from evidence.counts import beta_binomial
from evidence.counts.beta_binomial_likelihood import gather_arms, log_likelihood
from evidence.errors import ConvergenceError, InputError, NotPooledError, OptionError, RowError

TRIALS = {
    "events1": [4, 6, 3, 0, 12, 33, 0, 7],
    "n1": [123, 306, 231, 60, 88, 240, 45, 30],
    "events2": [11, 29, 11, 0, 10, 47, 2, 3],
    "n2": [139, 303, 220, 66, 91, 225, 41, 33],
}
X, N = np.array(TRIALS["events2"], float), np.array(TRIALS["n2"], float)


@pytest.mark.parametrize("rho", [1e-4, 0.02, 0.3, 0.9])
def test_the_likelihood_is_that_of_scipy(rho):
    design = np.column_stack([np.ones(8), np.arange(8.0)])
    coef = np.array([-1.5, 0.1])
    mu = expit(design @ coef)
    a, b = mu * (1 - rho) / rho, (1 - mu) * (1 - rho) / rho
    found = log_likelihood(gather_arms(X, N, design), coef, rho)
    assert found.loglik == pytest.approx(betabinom.logpmf(X, N, a, b).sum(), rel=1e-8)


def test_at_zero_it_is_the_binomial():
    found = log_likelihood(gather_arms(X, N, np.ones((8, 1))), np.array([-2.0]), 0.0)
    assert found.loglik == pytest.approx(binom.logpmf(X, N, expit(-2.0)).sum(), rel=1e-12)


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.6])
def test_derivatives(rho):
    arms = gather_arms(X, N, np.column_stack([np.ones(8), np.arange(8.0) / 4]))
    at = np.array([-1.4, 0.2, rho])
    found = log_likelihood(arms, at[:2], rho)
    for place in range(3):
        step = 1e-6 * np.eye(3)[place]
        up, down = (log_likelihood(arms, values[:2], values[2]) for values in (at + step, at - step))
        assert (up.loglik - down.loglik) / 2e-6 == pytest.approx(found.gradient[place], rel=1e-6, abs=1e-6)
        np.testing.assert_allclose((up.gradient - down.gradient) / 2e-6, found.hessian[place], rtol=1e-5, atol=1e-4)


def test_no_point_nearby_is_higher():
    found = beta_binomial(**TRIALS)
    arms = np.concatenate([TRIALS["events1"], TRIALS["events2"]]), np.concatenate([TRIALS["n1"], TRIALS["n2"]])
    rng = np.random.default_rng(7)

    def loglik(risk1, risk2, rho):
        mu = np.repeat([risk1, risk2], 8)
        return betabinom.logpmf(*arms, mu * (1 - rho) / rho, (1 - mu) * (1 - rho) / rho).sum()

    best = loglik(*found.risks, found.rho)
    assert best == pytest.approx(found.loglik, rel=1e-9)
    for _ in range(200):
        one, two = expit(np.log(np.array(found.risks) / (1 - np.array(found.risks))) + 0.2 * rng.normal(size=2))
        assert loglik(one, two, found.rho * math.exp(0.3 * rng.normal())) <= best + 1e-9


def test_measures_are_one_model():
    fits = {measure: beta_binomial(measure=measure, **TRIALS) for measure in ("OR", "RR", "RD")}
    one, two = fits["OR"].risks
    assert fits["OR"].back_transformed[0] == pytest.approx(one / (1 - one) / (two / (1 - two)), rel=1e-10)
    assert fits["RR"].back_transformed[0] == pytest.approx(one / two, rel=1e-10)
    assert fits["RD"].estimate == pytest.approx(one - two, rel=1e-10)
    assert len({fit.loglik for fit in fits.values()}) == 1


def test_one_row_per_arm_with_the_group_as_moderator_is_the_same():
    arms = pd.DataFrame(
        {
            "events": TRIALS["events1"] + TRIALS["events2"],
            "n": TRIALS["n1"] + TRIALS["n2"],
            "group": np.repeat([1, 0], 8),
        }
    )
    found, expected = beta_binomial(arms, "PLO", mods="~ group"), beta_binomial(**TRIALS)
    assert found.coefficients["estimate"]["group"] == pytest.approx(expected.estimate, rel=1e-9)
    assert found.coefficients["se"]["group"] == pytest.approx(expected.se, rel=1e-7)
    assert found.rho == pytest.approx(expected.rho, rel=1e-8)
    with pytest.raises(NotPooledError):
        _ = found.estimate


def test_symmetry_and_order():
    one = beta_binomial(measure="PLO", events=X, n=N)
    mirrored = beta_binomial(measure="PLO", events=N - X, n=N)
    turned = beta_binomial(measure="PLO", events=X[::-1], n=N[::-1])
    assert mirrored.estimate == pytest.approx(-one.estimate, rel=1e-9)
    assert (mirrored.rho, turned.rho) == pytest.approx((one.rho, one.rho), rel=1e-8)


def test_studies_without_events_stay_in():
    found = beta_binomial(**TRIALS)
    assert found.k == 8
    without = beta_binomial(**{name: np.delete(values, 3) for name, values in TRIALS.items()})
    assert without.estimate != pytest.approx(found.estimate, rel=1e-6)


def test_no_overdispersion_is_exactly_zero():
    found = beta_binomial(measure="PR", events=[10, 20, 30], n=[100, 200, 300])
    assert found.rho == 0
    assert (found.rho_lrt, found.rho_pvalue) == (0.0, 1.0)
    assert math.isnan(found.rho_se)
    assert found.estimate == pytest.approx(0.1, rel=1e-10)
    assert found.se == pytest.approx(math.sqrt(0.1 * 0.9 / 600), rel=1e-8)


def test_edges():
    with pytest.raises(InputError, match="no finite estimate of the effect"):
        beta_binomial(events1=[0, 0], n1=[20, 30], events2=[3, 2], n2=[21, 29])
    with pytest.raises(InputError, match="one person"):
        beta_binomial(measure="PR", events=[0, 1, 1], n=[1, 1, 1])
    with pytest.raises(ConvergenceError, match="goes to 1"):
        beta_binomial(measure="PR", events=[0, 20, 0, 30], n=[10, 20, 15, 30])
    with pytest.raises(InputError, match="whole"):
        beta_binomial(measure="PR", events=[1.5, 2], n=[10, 20])
    with pytest.raises(InputError, match="mods"):
        beta_binomial(mods=[1, 2, 3, 4, 5, 6, 7, 8], **TRIALS)
    with pytest.raises(OptionError):
        beta_binomial(measure="IRR", **TRIALS)
    with pytest.raises(RowError):
        beta_binomial(measure="PR", events=[5, 30], n=[10, 20])
    with pytest.raises(InputError, match="too many to sum"):
        beta_binomial(measure="PR", events=[5e8, 4e8], n=[1e9, 1e9])
    assert any("not a synthesis" in text for text in beta_binomial(measure="PR", events=[5], n=[50]).cautions)


def test_everything_can_be_shown():
    found = beta_binomial(**TRIALS)
    assert all(len(line) <= 80 for line in found.summary().splitlines())
    assert found.to_dict()["rho"] == found.rho
    assert len(found.to_frame()) == 8
    assert any("pairing" in caution for caution in found.cautions)
