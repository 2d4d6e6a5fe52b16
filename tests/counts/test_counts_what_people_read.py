"""What count models print: small numbers stay numbers, options do what they say, bounds are cautioned."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri
from scipy.stats import betabinom

from evidence.counts import beta_binomial, glmm
from evidence.errors import ColumnError, NotPooledError


def test_small_rates_are_not_shown_as_0():
    fit = glmm(measure="IRLN", events=[14, 12, 3, 9], time=[40e5, 22e5, 30e5, 25e5])
    shown = fit.summary()
    assert "3.11e−06" in shown
    assert "0.0000 to 0.0000" not in shown
    assert fit.back_transformed[0] == pytest.approx(3.11e-6, rel=2e-3)


@pytest.mark.parametrize(
    "fit",
    [
        lambda: glmm(measure="PLO", events=[14, 12, 3, 9], n=[60_000, 42_000, 31_000, 25_000]),
        lambda: beta_binomial(None, "PLO", events=[14, 12, 3, 9], n=[60_000, 42_000, 31_000, 25_000]),
        lambda: beta_binomial(None, "PLN", events=[14, 12, 3, 9], n=[60_000, 42_000, 31_000, 25_000]),
        lambda: beta_binomial(None, "PR", events=[14, 12, 3, 9], n=[60_000, 42_000, 31_000, 25_000]),
    ],
    ids=["glmm", "PLO", "PLN", "PR"],
)
def test_small_proportions_show_two_digits_of_their_limits(fit):
    fitted = fit()
    line = next(line for line in fitted.summary().splitlines() if line.startswith("proportion"))
    value, rest = line.removeprefix("proportion:").split("(95% CI")
    low, high = rest.rstrip(")").split(" to ")
    shown = [float(text) for text in (value, low, high)]
    np.testing.assert_allclose(shown, fitted.back_transformed, rtol=0.1)


def test_prediction_from_tau_alone_leaves_out_the_uncertainty_of_the_mean():
    data = {"events1": [4, 6, 30, 9], "n1": [60, 80, 70, 50], "events2": [11, 29, 11, 9], "n2": [58, 83, 72, 55]}
    usual, narrow = glmm(**data), glmm(**data, prediction="tau")
    assert usual.tau2 > 0.1
    half = float(ndtri(0.975)) * math.sqrt(narrow.tau2)
    assert narrow.pi == pytest.approx((narrow.estimate - half, narrow.estimate + half), rel=1e-12)
    assert usual.pi == pytest.approx(
        [usual.estimate + sign * float(ndtri(0.975)) * math.sqrt(usual.tau2 + usual.se**2) for sign in (-1, 1)]
    )


def test_a_correlation_at_its_bound_is_cautioned():
    data = {"events1": [4, 6, 3, 0], "n1": [123, 306, 231, 40], "events2": [11, 29, 11, 0], "n2": [139, 303, 220, 38]}
    fit = glmm(**data, model="UM.RS", cor=True)
    assert abs(fit.rho) == pytest.approx(1.0)
    assert any("at its bound" in caution for caution in fit.cautions)
    assert not any("at its bound" in caution for caution in glmm(**data, model="UM.RS").cautions)


def test_one_group_of_rates_is_asked_for_by_its_own_names():
    with pytest.raises(ColumnError, match="events is not to be found"):
        glmm(pd.DataFrame({"cases": [1, 5, 3], "time": [10.0, 20, 5]}), "IRLN")
    with pytest.raises(ColumnError, match="'n' is not a number that is needed"):
        glmm(measure="IRLN", events=[1, 5, 3], time=[10.0, 20, 5], n=[1, 1, 1])


def test_one_study_with_fractional_counts_is_one_study():
    fit = glmm(events1=[1.5, 2, 3], n1=[10, 10, 12], events2=[3, 4, 2], n2=[10, 10, 12])
    assert any(caution.startswith("Counts of 1 study are not whole") for caution in fit.cautions)


def test_the_degrees_of_freedom_of_a_normal_test_are_not_shown():
    columns = {"events": [14, 12, 3, 9], "n": [40, 22, 30, 25], "mods": np.array([1.0, 2, 3, 5])}
    shown = glmm(measure="PLO", **columns).summary()
    assert "∞" not in shown
    assert "pvalue" in shown
    assert " df " in glmm(measure="PLO", test="t", **columns).summary()
    assert math.isinf(glmm(measure="PLO", **columns).coefficients["df"].iloc[0])


def test_a_regression_has_no_single_effect_and_says_where_to_look():
    columns = {"events": [14, 12, 3, 9], "n": [40, 22, 30, 25], "mods": np.array([1.0, 2, 3, 5])}
    with pytest.raises(NotPooledError, match=r"\.predict\(new\)"):
        _ = glmm(measure="PLO", **columns).estimate
    with pytest.raises(NotPooledError, match=r"see \.coefficients"):
        _ = beta_binomial(None, "PLO", **columns).estimate


def test_very_large_groups_reach_the_maximum():
    events, people = np.array([31_000, 52_000, 18_000]), np.array([310_000, 400_000, 250_000])
    fit = beta_binomial(None, "PR", events=events, n=people)
    mean, rho = fit.risks[0], fit.rho

    def height(m: float, r: float) -> float:
        return float(betabinom.logpmf(events, people, m * (1 - r) / r, (1 - m) * (1 - r) / r).sum())

    best = height(mean, rho)
    assert fit.loglik == pytest.approx(best, abs=1e-5)
    assert all(height(mean * a, rho * b) < best for a, b in ((1.02, 1), (0.98, 1), (1, 1.1), (1, 0.9)))
