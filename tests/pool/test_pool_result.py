"""What a result says of itself: frames, dictionaries, text, HTML, and the same numbers by other routes."""

from __future__ import annotations

import dataclasses
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from evidence.errors import InputError
from evidence.pool import PooledResult, pool

YI = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
VI = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])
NAMES = ["Ahn 1948", "Berg & Co 1949", "Cruz 1960", "Dey <1977>", "Eto 1973", "Fink 1953", "Gray 1969"]
DOSE = np.array([44.0, 55, 42, 52, 13, 44, 33])


def by_hand(tau2: float, test: str, level: float) -> tuple[float, float, float, float]:
    """Return estimate, standard error and limits, written out (IntHout, Ioannidis and Borm 2014)."""
    w = 1 / (VI + tau2)
    mean = (w * YI).sum() / w.sum()
    variance, df = 1 / w.sum(), len(YI) - 1
    scale = (w * (YI - mean) ** 2).sum() / df
    variance *= {"hksj": scale, "adhoc": max(1, scale)}.get(test, 1)
    quantile = stats.norm.ppf((1 + level) / 2) if test == "z" else stats.t.ppf((1 + level) / 2, df)
    half = quantile * math.sqrt(variance)
    return mean, math.sqrt(variance), mean - half, mean + half


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("test", ["z", "t", "hksj", "adhoc"])
@pytest.mark.parametrize("method", ["EE", "FE", "DL", "HE", "HS", "HSk", "SJ", "PM", "PMM", "ML", "REML", 0.3])
def test_inference_written_out(method: str | float, test: str, level: float) -> None:
    fit = pool(YI, VI, tau2=method, test=test, level=level)
    np.testing.assert_allclose((fit.estimate, fit.se, *fit.ci), by_hand(fit.tau2, test, level), rtol=1e-11)
    tail = stats.norm.sf(abs(fit.statistic)) if test == "z" else stats.t.sf(abs(fit.statistic), 6)
    assert fit.pvalue == pytest.approx(2 * tail, rel=1e-10)
    assert fit.statistic == pytest.approx(fit.estimate / fit.se, rel=1e-12)


@pytest.mark.parametrize(
    ("prediction", "test", "df"),
    [(None, "z", math.inf), (None, "hksj", 6), ("k-p", "z", 6), ("k-p-1", "hksj", 5), ("normal", "hksj", math.inf)],
)
def test_prediction_intervals_written_out(prediction: str | None, test: str, df: float) -> None:
    fit = pool(YI, VI, test=test, prediction=prediction, level=0.9)
    quantile = stats.norm.ppf(0.95) if math.isinf(df) else stats.t.ppf(0.95, df)
    half = quantile * math.sqrt(fit.tau2 + fit.se**2)
    np.testing.assert_allclose(fit.pi, (fit.estimate - half, fit.estimate + half), rtol=1e-12)
    assert fit.prediction.df == df
    assert fit.pi == (fit.pi_low, fit.pi_high)


def test_q_profile_limits_solve_their_equations() -> None:
    fit = pool(YI, VI, level=0.9)
    for tau2, tail in zip(fit.tau2_ci, (0.05, 0.95), strict=True):
        w = 1 / (VI + tau2)
        q = (w * (YI - (w * YI).sum() / w.sum()) ** 2).sum()
        assert q == pytest.approx(stats.chi2.isf(tail, 6), rel=1e-10)
    v = fit.heterogeneity.typical_variance
    np.testing.assert_allclose(fit.i2_ci, [100 * limit / (limit + v) for limit in fit.tau2_ci], rtol=1e-12)
    np.testing.assert_allclose(fit.h2_ci, [1 + limit / v for limit in fit.tau2_ci], rtol=1e-12)


def test_the_statsmodels_model_is_the_same_model() -> None:
    fit = pool(YI, VI, mods=DOSE)
    theirs = sm.WLS(YI, sm.add_constant(DOSE), weights=1 / (VI + fit.tau2)).fit()
    np.testing.assert_allclose(fit.inference.coef, theirs.params, rtol=1e-10)
    np.testing.assert_allclose(fit.inference.se, theirs.bse, rtol=1e-10)
    np.testing.assert_allclose(fit.coefficients[["ci_low", "ci_high"]], theirs.conf_int(), rtol=1e-9)
    np.testing.assert_allclose([fit.qm, fit.qm_pvalue], [theirs.fvalue, theirs.f_pvalue], rtol=1e-9)
    offered = fit.wls()
    np.testing.assert_allclose(offered.bse, fit.inference.se, rtol=1e-10)
    assert offered.model.exog_names == ["Intercept", "x1"]


def test_likelihoods_are_densities() -> None:
    fit = pool(YI, VI, tau2="ML", test="z")
    sd = np.sqrt(VI + fit.tau2)
    assert fit.ml.loglik == pytest.approx(stats.norm.logpdf(YI, fit.estimate, sd).sum(), rel=1e-12)
    # the restricted likelihood is the density of any k - 1 error contrasts with orthonormal coefficients
    contrasts = np.linalg.qr(np.column_stack([np.ones(7), np.eye(7)[:, :6]]))[0][:, 1:]
    density = stats.multivariate_normal(np.zeros(6), contrasts.T @ np.diag(sd**2) @ contrasts)
    assert fit.reml.loglik == pytest.approx(density.logpdf(contrasts.T @ YI), rel=1e-10)
    assert (fit.loglik, fit.aic, fit.bic, fit.aicc) == (fit.ml.loglik, fit.ml.aic, fit.ml.bic, fit.ml.aicc)
    assert pool(YI, VI).loglik == pool(YI, VI).reml.loglik


def test_weights_are_shares() -> None:
    fit = pool(YI, VI, labels=NAMES)
    assert fit.weights.sum() == pytest.approx(100)
    assert (fit.weights * YI).sum() / 100 == pytest.approx(fit.estimate)
    assert fit.weights.index.tolist() == NAMES


def test_the_frame_has_one_row_per_study() -> None:
    frame = pool(YI, VI, labels=NAMES, level=0.9).to_frame()
    assert frame.columns.tolist() == [
        *("study", "yi", "vi", "sei", "ci_low", "ci_high", "weight", "included", "reason"),
    ]
    np.testing.assert_allclose(frame["ci_high"], YI + stats.norm.ppf(0.95) * np.sqrt(VI))
    assert frame["study"].tolist() == NAMES


@pytest.mark.parametrize("mods", [None, DOSE])
def test_the_dictionary_is_json_and_has_every_choice(mods: np.ndarray | None) -> None:
    fit = pool(YI, VI, mods=mods, tau2="PM", test="adhoc", level=0.9, measure="RR", prediction="normal")
    record = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    choices = {name: record[name] for name in ("tau2_method", "test", "level", "prediction", "measure", "missing")}
    assert choices == {
        "tau2_method": "PM",
        "test": "adhoc",
        "level": 0.9,
        "prediction": "normal",
        "measure": "RR",
        "missing": "raise",
    }
    assert record["i2_definition"].endswith("Higgins and Thompson (2002)")
    assert record["tau2"] == fit.tau2
    assert record["k"] == 7
    assert len(record["coefficients"]) == fit.p
    assert ("estimate" in record) == (mods is None)
    assert record["prediction_df"] is None


def test_results_are_frozen_and_slotted() -> None:
    fit = pool(YI, VI)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.test = "z"  # type: ignore[misc]
    assert not hasattr(fit, "__dict__")
    assert {field.name for field in dataclasses.fields(PooledResult)} >= {"choices", "convergence", "details"}


def fits() -> dict[str, PooledResult]:
    long = pd.DataFrame({"yi": YI, "vi": VI, "the absolute latitude of the place": DOSE})
    return {
        "default": pool(YI, VI, measure="RR", labels=NAMES),
        "equal effects": pool(YI, VI, tau2="EE", test="z"),
        "difference": pool(1000 * YI, 1e6 * VI, measure="MD"),
        "small": pool(1e-7 * YI, 1e-14 * VI),
        "proportion": pool(YI, VI, measure="PLO"),
        "double arcsine": pool(YI, VI, measure="PFT"),
        "other measure": pool(YI, VI, measure="HR <log>"),
        "regression": pool(long, mods="~ `the absolute latitude of the place`", test="adhoc"),
        "one": pool(YI[:1], VI[:1]),
        "two": pool(YI[:2], VI[:2]),
        "long name": pool(YI, VI, measure="SMCC"),
        "dropped": pool([*YI, np.nan], [*VI, 1.0], missing="drop"),
        "exact": pool([0.1, 0.1, 0.1], [0.1, 0.2, 0.3]),
    }


@pytest.mark.parametrize("name", list(fits()))
def test_text_fits_a_terminal(name: str) -> None:
    fit = fits()[name]
    text = fit.summary()
    assert max(map(len, text.splitlines())) <= 80
    assert "nan" not in text
    assert not re.search(r"(?<![\w-])-\d", text), "a minus that is a hyphen"
    line = repr(fit)
    assert "\n" not in line
    assert line.startswith("<PooledResult: k = ")
    page = fit._repr_html_()
    assert page.startswith("<div>")
    assert "<log>" not in page
    assert page.count("<table>") == page.count("</table>") == 2
    for caution in fit.cautions:
        assert caution.split(" ")[0] in text


def test_the_summary_says_what_was_done() -> None:
    text = fits()["default"].summary()
    for part in (
        "Random-effects meta-analysis",
        "log risk ratio",
        "REML",
        "Hartung–Knapp, 6 df",
        "Prediction interval:",
        "As risk ratio:",
        "Q-profile",
        "95%",
    ):
        assert part in text
    fit = fits()["default"]
    assert f"{math.exp(fit.estimate):.2f} ({math.exp(fit.ci_low):.2f} to {math.exp(fit.ci_high):.2f})" in text
    assert "As " not in fits()["difference"].summary()
    assert "As proportion" in fits()["proportion"].summary()
    assert "As " not in fits()["double arcsine"].summary()
    assert "HR <log>" in fits()["other measure"].summary()
    assert "1 left out" in fits()["dropped"].summary()
    assert "Test of moderators: F(1, 5) = " in fits()["regression"].summary()
    assert "R²" in fits()["regression"].summary()


def test_small_numbers_are_shown_with_their_digits() -> None:
    fit = fits()["small"]
    shown = next(line for line in fit.summary().splitlines() if line.startswith("pooled")).split()
    estimate, se = (float(cell.replace("−", "-")) for cell in shown[1:3])
    assert estimate == pytest.approx(fit.estimate, rel=0.05)
    assert se == pytest.approx(fit.se, rel=0.05)


@pytest.mark.parametrize("level", [0, 1, 95, float("nan"), "0.9"])
def test_a_level_that_is_none_is_refused_by_predictions_too(level: object) -> None:
    with pytest.raises(InputError, match=r"level=.* must lie between 0 and 1"):
        pool(YI, VI).predict(level=level)
