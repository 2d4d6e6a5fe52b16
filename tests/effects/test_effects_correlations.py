"""Correlations: their bias, their tests, regressions, and two-group kinds, against brute force and simulation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.effects import back_transform, effect_sizes
from evidence.effects.correlations import t_from_signed_p
from evidence.effects.hypergeometric import gauss_series
from evidence.errors import ColumnError, RowError

FEW = settings(max_examples=50, deadline=None)


def brute_series(a: float, c: float, z: float) -> float:
    k = np.arange(300_000)
    return float(1 + np.cumprod((a + k) ** 2 / ((c + k) * (k + 1)) * z).sum())


@pytest.mark.parametrize("a", [0.5, 1.0])
@pytest.mark.parametrize("n", [5, 6, 8, 20, 39, 41, 202, 323, 1919])
def test_the_hypergeometric_function_is_its_series(a, n):
    # scipy's hyp2f1 is NaN for some of these
    c = (n - 2) / 2 if a == 0.5 else n / 2
    for r in (0.05, 0.34, 0.9):
        found = gauss_series(a, np.array([c]), np.array([1 - r**2]))
        assert found.item() == pytest.approx(brute_series(a, c, 1 - r**2), rel=1e-12)


def simulated(rho: float, n: int, repeats: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    x, e = rng.normal(size=(2, repeats, n))
    y = rho * x + math.sqrt(1 - rho**2) * e
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    return (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))


def test_the_unbiased_correlation_and_its_unbiased_variance():
    n, repeats = 7, 200_000
    r = simulated(0.6, n, repeats)
    found = effect_sizes(pd.DataFrame({"r": r, "n": n}), "UCOR", vtype="UB", append=False)
    error = found["yi"].std() / math.sqrt(repeats)
    assert found["yi"].mean() == pytest.approx(0.6, abs=4 * error)
    assert r.mean() < 0.6 - 20 * error
    # a negative estimate of a variance is left out, so the mean of the rest is a little high
    assert found["vi"].mean() == pytest.approx(found["yi"].var(), rel=0.1)


@FEW
@given(st.floats(-0.99, 0.99), st.integers(5, 3000))
def test_what_holds_for_any_correlation(r, n):
    table = pd.DataFrame({"r": [r, -r], "n": n})
    for measure in ("COR", "UCOR", "ZCOR"):
        found = effect_sizes(table, measure)
        assert found["yi"].iloc[0] == -found["yi"].iloc[1]
        assert found["vi"].iloc[0] == found["vi"].iloc[1]
    z = effect_sizes(table, "ZCOR")
    np.testing.assert_allclose(back_transform(z["yi"], "ZCOR"), [r, -r], atol=1e-14)
    assert abs(effect_sizes(table, "UCOR")["yi"].iloc[0]) >= abs(r)


def test_few_people_have_no_variance_and_say_so():
    table = pd.DataFrame({"r": [0.3, 0.3, 0.3], "n": [3, 4, 5]})
    for measure in ("COR", "ZCOR"):
        found = effect_sizes(table, measure)
        assert found["yi"].notna().all()
        assert found["vi"].isna().tolist() == [True, False, False]
        assert found["effect_note"].iloc[0] == "too few people for this variance formula"
    found = effect_sizes(table, "UCOR", vtype="UB")
    assert found["yi"].isna().tolist() == [True, True, False]
    assert "cannot be corrected" in found["effect_note"].iloc[1]


def test_a_correlation_from_its_test():
    r, n = 0.42, 31
    t = r * math.sqrt((n - 2) / (1 - r**2))
    p = 2 * stats.t.sf(t, n - 2)
    table = pd.DataFrame({"r": [r, np.nan, np.nan], "t": [np.nan, -t, np.nan], "p": [0.9, 0.9, -p], "n": n})
    found = effect_sizes(table, "COR", r="r", t="t", pvalue="p")
    assert found["yi"].tolist() == pytest.approx([r, -r, -r], rel=1e-12)
    assert found["effect_note"].tolist() == ["", "r from t", "r from p, with its sign"]


def test_published_examples_of_signed_p_values():
    # escalc(measure="COR", pi=-0.07, ni=30) and escalc(measure="PCOR", pi=-0.07, mi=5, ni=30), metafor's manual
    one = pd.DataFrame({"n": [30], "m": [5]})
    assert effect_sizes(one, "COR", pvalue=-0.07)["yi"].item() == pytest.approx(-0.3354, abs=5e-5)
    assert effect_sizes(one, "PCOR", pvalue=-0.07)["yi"].item() == pytest.approx(-0.3610, abs=5e-5)


def test_a_p_value_is_read_only_where_it_is_mapped():
    table = pd.DataFrame({"pvalue": [0.04], "n": [30]})
    with pytest.raises(ColumnError, match="r or t or pvalue"):
        effect_sizes(table, "COR")


def regression(seed: int) -> dict[str, float]:
    """Return what a regression of 40 people on 3 predictors reports on the first."""
    rng = np.random.default_rng(seed)
    n, m = 40, 3
    x = rng.normal(size=(n, m))
    x[:, 1] += 0.5 * x[:, 0]
    y = x @ np.array([0.4, 0.3, -0.2]) + rng.normal(size=n)
    design = np.column_stack([np.ones(n), x])

    def residuals(target: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return target - columns @ np.linalg.lstsq(columns, target, rcond=None)[0]

    rest = np.delete(design, 1, axis=1)
    e, df = residuals(y, design), n - m - 1
    r2 = 1 - (e @ e) / ((y - y.mean()) @ (y - y.mean()))
    vcov = (e @ e) / df * np.linalg.inv(design.T @ design)
    t = np.linalg.lstsq(design, y, rcond=None)[0][1] / math.sqrt(vcov[1, 1])
    only_x = residuals(x[:, 0], rest)
    return {
        "t": t,
        "r2": r2,
        "f": r2 / m / ((1 - r2) / df),
        "n": n,
        "m": m,
        "partial": np.corrcoef(residuals(y, rest), only_x)[0, 1],
        "semipartial": np.corrcoef(y, only_x)[0, 1],
    }


@pytest.mark.parametrize("seed", range(5))
def test_partial_and_semipartial_correlations_are_those_of_residuals(seed):
    reported = regression(seed)
    table = pd.DataFrame([reported])
    assert effect_sizes(table, "PCOR")["yi"].item() == pytest.approx(reported["partial"], rel=1e-10)
    assert effect_sizes(table, "SPCOR")["yi"].item() == pytest.approx(reported["semipartial"], rel=1e-10)
    for measure in ("ZPCOR", "ZSPCOR"):
        z = effect_sizes(table, measure)["yi"]
        same = reported["partial" if measure == "ZPCOR" else "semipartial"]
        assert back_transform(z, measure).item() == pytest.approx(same, rel=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_r_squared_from_its_test(seed):
    reported = regression(seed)
    table = pd.DataFrame([reported]).drop(columns="r2")
    p = stats.f.sf(reported["f"], 3, 36)
    assert effect_sizes(table, "R2")["yi"].item() == pytest.approx(reported["r2"], rel=1e-12)
    from_p = effect_sizes(table.drop(columns="f"), "ZR2", pvalue=p)
    assert back_transform(from_p["yi"], "ZR2").item() == pytest.approx(reported["r2"], rel=1e-8)
    assert from_p["effect_note"].item() == "R² from p"


def test_regressions_that_contradict_themselves():
    with pytest.raises(RowError, match="too many predictors for n"):
        effect_sizes(pd.DataFrame({"t": [2.0], "n": [6], "m": [5]}), "PCOR")
    beyond = pd.DataFrame({"t": [20.0], "n": [20], "m": [2], "r2": [0.1]})
    found = effect_sizes(beyond, "SPCOR")
    assert np.isnan(found["yi"].item())
    assert "contradict each other" in found["effect_note"].item()
    for measure in ("SPCOR", "ZSPCOR"):
        impossible = effect_sizes(
            pd.DataFrame({"r": [0.8, 0.316], "n": [60, 60], "m": [2, 2], "r2": [0.3, 0.0999]}), measure
        )
        assert impossible[["yi", "vi"]].isna().all(axis=1).tolist() == [True, False]
        assert "contradict each other" in impossible["effect_note"].iloc[0]
    assert impossible["effect_note"].iloc[1] == ""
    rounded = effect_sizes(pd.DataFrame({"t": [3.15], "n": [100], "m": [1], "r2": [0.09]}), "SPCOR")
    assert rounded["yi"].notna().all()
    assert "above R²" in rounded["effect_note"].item()
    with pytest.raises(RowError, match="R² must lie between 0 and 1"):
        effect_sizes(beyond.assign(r2=1.2), "R2")


def test_the_full_variance_of_r_squared_nears_the_simple_one():
    big = pd.DataFrame({"r2": [0.3], "n": [1_000_000], "m": [3]})
    simple, full = (effect_sizes(big, "R2", vtype=vtype)["vi"].item() for vtype in ("LS", "LS2"))
    assert full == pytest.approx(simple, rel=2e-5)
    assert effect_sizes(big, "R2", vtype="AV")["vi"].item() == pytest.approx(simple)


def test_the_point_biserial_correlation_is_the_correlation_with_the_group():
    rng = np.random.default_rng(3)
    x1, x2 = rng.normal(1, 2, 17), rng.normal(0, 3, 31)
    table = pd.DataFrame(
        {"mean1": [x1.mean()], "sd1": [x1.std(ddof=1)], "n1": [17], "mean2": [x2.mean()], "sd2": [x2.std(ddof=1)]}
    ).assign(n2=31)
    group = np.r_[np.ones(17), np.zeros(31)]
    expected = np.corrcoef(group, np.r_[x1, x2])[0, 1]
    found = effect_sizes(table, "RPB")["yi"].item()
    assert found == pytest.approx(expected, rel=1e-12)
    assert np.tanh(effect_sizes(table, "ZPB")["yi"].item()) == pytest.approx(expected, rel=1e-12)
    assert abs(effect_sizes(table, "RBIS")["yi"].item()) > abs(found)


def test_the_biserial_correlation_finds_the_correlation_that_was_cut():
    rng = np.random.default_rng(11)
    n = 400_000
    x = rng.normal(size=n)
    y = 0.5 * x + math.sqrt(0.75) * rng.normal(size=n)
    high = x > 0.8
    table = pd.DataFrame(
        {
            "mean1": [y[high].mean()],
            "sd1": [y[high].std(ddof=1)],
            "n1": [high.sum()],
            "mean2": [y[~high].mean()],
            "sd2": [y[~high].std(ddof=1)],
            "n2": [(~high).sum()],
        }
    )
    assert effect_sizes(table, "RBIS")["yi"].item() == pytest.approx(0.5, abs=0.005)


def test_a_biserial_correlation_beyond_one_has_no_z():
    table = pd.DataFrame({"mean1": [50.0], "sd1": [1.0], "n1": [20], "mean2": [0.0], "sd2": [1.0], "n2": [20]})
    assert effect_sizes(table, "RBIS")["yi"].item() > 1
    found = effect_sizes(table, "ZBIS")
    assert np.isnan(found["yi"].item())
    assert "has no Fisher z" in found["effect_note"].item()


def test_a_test_without_degrees_of_freedom_says_so():
    found = effect_sizes(pd.DataFrame({"n": [2, 20], "t": [1.0, 2.0]}), "COR")
    assert found["effect_note"].iloc[0] == "the test has no degrees of freedom; no value: missing r"


@pytest.mark.parametrize("df", [1.0, 3.0, 28.0, 1e6, 1e10])
def test_the_sign_of_a_tiny_p_value_stays(df):
    p = np.array([1e-250, -1e-250]) if df > 1 else np.array([1e-150, -1e-150])
    t = t_from_signed_p(p, np.full(2, df))
    assert np.all(np.isfinite(t))
    assert t[0] == -t[1] > 0
