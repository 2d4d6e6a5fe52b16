"""One study, two studies, no spread, huge spread: a sound number or a plain statement that there is none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence.errors import InputError, NotPooledError
from evidence.pool import pool, pool_many
from evidence.vocabulary import Tau2Method, allowed

EVERY = [method for method in allowed(Tau2Method) if method not in ("GENQ", "GENQM")]


@pytest.mark.parametrize("test", ["z", "t", "hksj", "adhoc", "adhoc-ci", "adhoc-iqwig6", "kr"])
@pytest.mark.parametrize("method", EVERY)
def test_one_study_is_returned_as_itself(method: str, test: str) -> None:
    fit = pool([0.3], [0.04], tau2=method, test=test)
    assert (fit.k, fit.model, fit.test) == (1, "single study", "z")
    assert fit.estimate == 0.3
    assert fit.se == pytest.approx(0.2)
    np.testing.assert_allclose(fit.ci, stats.norm.interval(0.95, 0.3, 0.2))
    assert fit.pvalue == pytest.approx(2 * stats.norm.sf(1.5))
    for nothing in (fit.i2, fit.h2, fit.q_pvalue, *fit.pi, *fit.tau2_ci, *fit.i2_ci, *fit.h2_ci):
        assert math.isnan(nothing)
    assert fit.tau2 == 0.0 if method in ("EE", "FE") else math.isnan(fit.tau2)
    assert any("not a synthesis" in caution for caution in fit.cautions)
    assert any(f"test='{test}'" in caution for caution in fit.cautions) == (test != "z")
    assert fit.weights.tolist() == [100.0]
    assert fit.to_dict()["test_asked"] == test
    assert "One study, not a synthesis" in fit.summary()


def test_one_study_with_a_given_tau2_has_its_uncertainty_too() -> None:
    fit = pool([0.3], [0.04], tau2=0.05)
    assert fit.se == pytest.approx(0.3)
    assert fit.tau2 == 0.05


def test_one_study_cannot_be_regressed() -> None:
    with pytest.raises(InputError, match="at least 3 studies"):
        pool([0.3, 0.4], [0.04, 0.05], mods=[1.0, 2.0])


def test_two_studies_have_their_interval_and_a_caution() -> None:
    fit = pool([0.1, 0.7], [0.04, 0.09])
    assert fit.df == 1
    half = stats.t.ppf(0.975, 1) * fit.se
    np.testing.assert_allclose(fit.ci, [fit.estimate - half, fit.estimate + half])
    assert any(caution.startswith("Two studies") for caution in fit.cautions)
    assert math.isfinite(fit.pi_low)


def test_a_prediction_interval_without_degrees_of_freedom_is_not_given() -> None:
    fit = pool([0.1, 0.7], [0.04, 0.09], prediction="k-p-1")
    assert np.isnan(fit.pi).all()
    assert any("no prediction interval" in caution for caution in fit.cautions)


def test_equal_effects_have_no_knapp_hartung_interval() -> None:
    fit = pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3])
    assert (fit.estimate, fit.se, fit.tau2, fit.q) == (0.5, 0.0, 0.0, 0.0)
    for nothing in (*fit.ci, *fit.pi, fit.pvalue, fit.statistic):
        assert math.isnan(nothing)
    assert any("test='adhoc'" in caution for caution in fit.cautions)
    assert any("Q-profile interval of τ² is empty" in caution for caution in fit.cautions)
    assert fit.tau2_ci == (0.0, 0.0)
    assert "n/e" in fit.summary()
    many = pool_many([[0.5, 0.5, 0.5]], [[0.1, 0.2, 0.3]])
    assert many.se[0, 0] == 0
    assert np.isnan([many.ci_low[0, 0], many.ci_high[0, 0], many.pvalue[0, 0]]).all()


@pytest.mark.parametrize("shift", [0.1, 1e5, -7.3])
def test_equal_effects_are_seen_through_rounding(shift: float) -> None:
    z = np.array([1.0, 2.0, 3.0, 4.0])
    line = pool(shift + 0.1 * z, [0.1, 0.2, 0.3, 0.1], mods=z)
    assert line.inference.scale == 0
    assert line.coefficients["pvalue"].isna().all()
    assert math.isnan(line.qm)
    assert line.predict([[2.5]])[["ci_low", "ci_high", "pi_low", "pi_high"]].isna().all(axis=None)
    assert line.predict([[2.5]])["estimate"].iloc[0] == pytest.approx(shift + 0.25)


@pytest.mark.parametrize("test", ["z", "t", "adhoc"])
def test_equal_effects_are_fine_for_the_other_tests(test: str) -> None:
    fit = pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3], test=test)
    assert fit.se == pytest.approx((1 / 0.1 + 1 / 0.2 + 1 / 0.3) ** -0.5)
    assert fit.ci_low < 0.5 < fit.ci_high


def test_the_floor_of_the_ad_hoc_test() -> None:
    alike, apart = ([0.3, 0.31, 0.29], [0.04, 0.05, 0.02]), ([0.1, 1.9, -1.2], [0.04, 0.05, 0.02])
    for data in (alike, apart):
        hksj, adhoc, t = (pool(*data, tau2="EE", test=test) for test in ("hksj", "adhoc", "t"))
        assert adhoc.se == pytest.approx(max(hksj.se, t.se), rel=1e-12)
    narrow = pool(*alike)
    assert any("narrower than the normal one" in caution for caution in narrow.cautions)
    assert not pool(*alike, test="adhoc").cautions[1:]


def test_eight_decades_of_variance() -> None:
    v = 10.0 ** np.arange(-8, 1)
    y = np.array([0.2, 0.1, 0.4, -0.3, 0.6, 0.2, 1.2, -0.8, 0.5])
    fits = {method: pool(y, v, tau2=method, test="z") for method in EVERY}
    assert fits["EE"].estimate == pytest.approx(0.2, abs=0.02)
    for method, fit in fits.items():
        assert y.min() <= fit.estimate <= y.max(), method
        assert math.isfinite(fit.pvalue)
        assert any("ten million" in caution for caution in fit.cautions)
    grid = np.concatenate([[0], np.geomspace(1e-9, 10, 300)])
    for method, kind in (("ML", "ml"), ("REML", "reml")):
        best = getattr(fits[method], kind).loglik
        assert all(getattr(pool(y, v, tau2=tau2, test="z"), kind).loglik <= best + 1e-9 for tau2 in grid)


def test_huge_and_tiny_numbers_are_no_obstacle() -> None:
    y, v = np.array([0.1, 0.9, -0.3, 0.4]), np.array([0.04, 0.09, 0.05, 0.3])
    base = pool(y, v)
    for factor in (1e-120, 1e120):
        fit = pool(factor * y, factor**2 * v)
        assert fit.statistic == pytest.approx(base.statistic, rel=1e-10)
        assert fit.reml.loglik == pytest.approx(base.reml.loglik - 3 * math.log(factor), rel=1e-10)
        assert len(fit.summary()) > 100


def test_a_meta_regression_has_no_single_estimate() -> None:
    fit = pool([0.1, 0.4, 0.3, 0.8], [0.04, 0.05, 0.06, 0.07], mods=[1, 2, 3, 4])
    for name in ("estimate", "se", "ci", "ci_low", "ci_high", "pi", "pi_low", "pi_high", "pvalue", "statistic"):
        with pytest.raises(NotPooledError, match="coefficients"):
            getattr(fit, name)
    assert math.isfinite(fit.tau2)
    assert list(fit.coefficients.index) == ["Intercept", "x1"]


def test_an_equal_effects_model_has_no_prediction_interval() -> None:
    fit = pool([0.1, 0.4, 0.3], [0.04, 0.05, 0.06], tau2="EE", test="z")
    assert np.isnan(fit.pi).all()
    assert fit.heterogeneity.i2_definition.startswith("100·(Q − df)/Q")
    assert pd.isna(fit.to_dict()["pi_low"])


def test_knapp_hartung_is_out_of_place_in_an_equal_effects_model() -> None:
    fit = pool([0.1, 0.9, 0.3], [0.04, 0.05, 0.06], tau2="EE", test="hksj")
    assert any("equal-effects" in caution for caution in fit.cautions)


def test_few_studies_for_the_moderators_are_said() -> None:
    fit = pool([0.1, 0.9, 0.3, 0.5], [0.04, 0.05, 0.06, 0.03], mods=[1, 2, 3, 5])
    assert any("4 studies are few for 1 moderator" in caution for caution in fit.cautions)
