"""The named forms of the Hartung–Knapp and Kenward–Roger tests, from their definitions; and prediction intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from evidence.errors import InputError, OptionError
from evidence.pool import pool, pool_many

Y = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
V = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])
Z = np.array([44.0, 55, 42, 52, 13, 44, 33])
ALIKE = (np.array([0.3, 0.31, 0.29, 0.33, 0.28]), np.array([0.04, 0.05, 0.02, 0.03, 0.01]))
# τ² = 0 and a residual variance a little below 1: the t interval is wider than the normal one, s² notwithstanding
NEARLY = (np.array([0.10, 0.52, 0.20, 0.60]), np.array([0.06, 0.06, 0.06, 0.06]))


@pytest.mark.parametrize("data", [(Y, V), ALIKE, NEARLY])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_wider_of_two_intervals(data: tuple[np.ndarray, np.ndarray], level: float) -> None:
    wide, hksj, usual = (pool(*data, test=test, level=level) for test in ("adhoc-ci", "hksj", "z"))
    longer = hksj if np.ptp(hksj.ci) >= np.ptp(usual.ci) else usual
    assert wide.ci == longer.ci
    assert (wide.se, wide.pvalue, wide.df) == (longer.se, longer.pvalue, longer.df)
    assert wide.test == "adhoc-ci"
    assert any("which is given instead" in caution for caution in wide.cautions) == (longer is usual)
    assert wide.predict().iloc[0][["ci_low", "ci_high"]].tolist() == pytest.approx(list(wide.ci))
    np.testing.assert_allclose(wide.wls().conf_int(1 - level)[0], wide.ci, rtol=1e-10)


@pytest.mark.parametrize("data", [(Y, V), ALIKE, NEARLY])
def test_the_correction_of_iqwig_compares_with_dersimonian_and_laird(data: tuple[np.ndarray, np.ndarray]) -> None:
    found, hksj, usual = (pool(*data, test=test) for test in ("adhoc-iqwig6", "hksj", "adhoc"))
    laird = pool(*data, tau2="DL", test="z")
    expected = usual if np.ptp(hksj.ci) < np.ptp(laird.ci) else hksj
    assert found.ci == expected.ci
    assert found.df == len(data[0]) - 1


def test_the_correction_of_iqwig_acts_in_one_of_these() -> None:
    hksj, laird = pool(*ALIKE), pool(*ALIKE, tau2="DL", test="z")
    assert np.ptp(hksj.ci) < np.ptp(laird.ci)
    assert np.ptp(pool(*NEARLY).ci) > np.ptp(pool(*NEARLY, tau2="DL", test="z").ci)


def test_kenward_and_roger_written_out() -> None:
    fit = pool(Y, V, test="kr")
    w = 1 / (V + fit.tau2)
    s1, s2, s3 = (float((w**power).sum()) for power in (1, 2, 3))
    information = s2 / 2 - s3 / s1 + s2**2 / (2 * s1**2)
    variance = 1 / s1 + 2 * (s3 - s2**2 / s1) / (s1**2 * information)
    df = 2 * information / (variance * s2) ** 2
    half = stats.t.ppf(0.975, df) * math.sqrt(variance)
    assert fit.estimate == pytest.approx(pool(Y, V, test="z").estimate, rel=1e-14)
    assert fit.se == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert fit.df == pytest.approx(df, rel=1e-11)
    assert fit.ci == pytest.approx((fit.estimate - half, fit.estimate + half))
    assert fit.pvalue == pytest.approx(2 * stats.t.sf(abs(fit.estimate) / math.sqrt(variance), df))
    assert "Kenward–Roger" in fit.summary()
    with pytest.raises(InputError, match="no weighted regression"):
        fit.wls()


def test_kenward_and_roger_in_other_units_and_with_equal_effects() -> None:
    one, other = pool(Y, V, test="kr"), pool(1e6 * Y, 1e12 * V, test="kr")
    assert other.se / 1e6 == pytest.approx(one.se, rel=1e-10)
    assert other.df == pytest.approx(one.df, rel=1e-10)
    same = pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3], test="kr")
    assert same.se > 0
    assert all(map(math.isfinite, same.ci))
    two = pool([0.1, 0.7], [0.04, 0.09], test="kr")
    assert two.se > 0
    assert two.df > 0


@pytest.mark.parametrize("test", ["adhoc-ci", "adhoc-iqwig6", "kr"])
def test_they_are_for_a_mean_with_inverse_variance_weights(test: str) -> None:
    with pytest.raises(InputError, match="not for a model with moderators"):
        pool(Y, V, mods=Z, test=test)
    with pytest.raises(InputError, match="not for given weights"):
        pool(Y, V, weights="equal", test=test)
    with pytest.raises(OptionError, match="'z', 't', 'hksj', 'adhoc'"):
        pool_many(Y, V, test=test)


def test_kenward_and_roger_go_with_reml() -> None:
    with pytest.raises(InputError, match="tau2='REML'"):
        pool(Y, V, tau2="DL", test="kr")


@pytest.mark.parametrize("name", ["knha", "hk", "HK"])
def test_other_names_of_hartung_and_knapp(name: str) -> None:
    fit = pool(Y, V, test=name)
    assert fit.test == "hksj"
    assert fit.ci == pool(Y, V).ci
    assert fit.to_dict()["test_asked"] == "hksj"


@pytest.mark.parametrize(
    ("prediction", "test", "df", "alone"),
    [
        ("tau", "hksj", math.inf, True),
        ("tau", "z", math.inf, True),
        (None, "kr", None, False),
        ("kr", "kr", None, False),
        ("kr-1", "kr", -1, False),
        ("k-p", "kr", 6, False),
        ("k-p-1", "adhoc-ci", 5, False),
        (None, "adhoc-ci", 6, False),
    ],
)
def test_prediction_intervals_written_out(prediction: str | None, test: str, df: float | None, alone: bool) -> None:
    fit = pool(Y, V, test=test, prediction=prediction, level=0.9)
    freedom = {None: fit.df, -1: fit.df - 1}.get(df, df)
    quantile = stats.norm.ppf(0.95) if math.isinf(freedom) else stats.t.ppf(0.95, freedom)
    half = quantile * math.sqrt(fit.tau2 + (0 if alone else fit.se**2))
    np.testing.assert_allclose(fit.pi, (fit.estimate - half, fit.estimate + half), rtol=1e-12)
    later = pool(Y, V, test=test, level=0.9).predict(prediction=prediction or fit.prediction.method)
    np.testing.assert_allclose(later[["pi_low", "pi_high"]].to_numpy()[0], fit.pi, rtol=1e-14)
    assert "Prediction interval" in fit.summary()


def test_probabilities_go_with_the_limits() -> None:
    for prediction in ("normal", "k-p", "k-p-1", "tau"):
        fit = pool(Y, V, prediction=prediction, level=0.9)
        low, high = fit.pi
        assert fit.predict(threshold=low)["probability_above"][0] == pytest.approx(0.95, abs=1e-12)
        assert fit.predict(threshold=high)["probability_above"][0] == pytest.approx(0.05, abs=1e-12)
        assert fit.predict(threshold=fit.estimate)["probability_above"][0] == pytest.approx(0.5)
    line = pool(Y, V, mods=Z)
    table = line.predict([[20.0], [50.0]], threshold=-1.0, prediction="k-p-1")
    width = np.sqrt(line.tau2 + table["se"] ** 2)
    np.testing.assert_allclose(
        table["probability_above"], stats.t.cdf((table["estimate"] + 1.0) / width, 4), rtol=1e-12
    )
    assert pool(Y, V, tau2="EE").predict(threshold=0.0)["probability_above"].isna().all()
    assert "probability_above" not in pool(Y, V).predict()


def test_refused_predictions() -> None:
    with pytest.raises(InputError, match="takes the degrees of freedom of test='kr'"):
        pool(Y, V, prediction="kr")
    with pytest.raises(InputError, match="test='kr'"):
        pool(Y, V).predict(prediction="kr-1")
    with pytest.raises(OptionError, match="'k-p', 'k-p-1', 'normal', 'tau'"):
        pool(Y, V).predict(prediction="riley")
    with pytest.raises(InputError, match="depends on the level"):
        pool(Y, V, test="adhoc-ci").predict(level=0.9)
    assert np.isfinite(pool(Y, V, test="adhoc-ci").predict(level=0.95).to_numpy()).all()


def test_no_degrees_of_freedom_no_interval() -> None:
    fit = pool([0.1, 0.9], [0.04, 0.09], test="kr", prediction="kr-1")
    assert np.isnan(fit.pi).all() == (fit.df <= 1)
    assert any("no prediction interval" in caution for caution in fit.cautions) == (fit.df <= 1)
