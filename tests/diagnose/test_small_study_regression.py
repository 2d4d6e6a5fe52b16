"""Egger's test and PET-PEESE: invariance, edges, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.diagnose.small_study import egger, peese, pet, pet_peese
from evidence.errors import InputError, OptionError, RowError
from evidence.pool import pool

YI = np.array([0.91, 0.62, 0.55, 0.31, 0.22, 0.47, 0.18, 0.75, 0.39, 0.12, 0.58])
VI = np.array([0.20, 0.12, 0.07, 0.03, 0.02, 0.09, 0.01, 0.15, 0.05, 0.015, 0.11])


def test_the_classic_test_is_the_regression_of_z_on_precision() -> None:
    found, z, precision = egger(YI, VI), YI / np.sqrt(VI), 1 / np.sqrt(VI)
    matrix = np.column_stack([np.ones(11), precision])
    coef, rss, *_ = np.linalg.lstsq(matrix, z, rcond=None)
    covariance = np.linalg.inv(matrix.T @ matrix) * rss[0] / 9
    np.testing.assert_allclose([found.estimate, found.limit], coef, rtol=1e-12)
    np.testing.assert_allclose([found.se, found.intercept_se], np.sqrt(np.diag(covariance)), rtol=1e-12)
    assert found.df == 9
    assert (found.tau2, found.dispersion) == (0.0, pytest.approx(rss[0] / 9, rel=1e-12))


@settings(max_examples=25, deadline=None)
@given(factor=st.sampled_from([1e-8, 1e-3, 7.0, 1e6]), shift=st.floats(-5, 5), seed=st.integers(0, 1000))
@pytest.mark.parametrize("model", ["lm", "rma"])
def test_the_test_does_not_depend_on_unit_origin_or_order(model: str, factor: float, shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vi = rng.uniform(0.01, 0.5, 12)
    yi = rng.normal(0.2, 0.4, 12) + np.sqrt(vi)
    order = rng.permutation(12)
    one = egger(pool(yi, vi), model=model)
    other = egger(pool((factor * (yi + shift))[order], (factor**2 * vi)[order]), model=model)
    np.testing.assert_allclose(other.statistic, one.statistic, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(other.estimate, one.estimate, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(other.limit, factor * (one.limit + shift), rtol=1e-6, atol=1e-7 * factor)


def test_values_of_ones_own_are_a_predictor() -> None:
    n1, n2 = np.arange(10, 21), np.arange(30, 8, -2)
    own = egger(YI, VI, predictor=np.sqrt(1 / n1 + 1 / n2))
    assert math.isnan(own.limit)
    same = egger(YI, VI, predictor=np.sqrt(VI))
    assert (same.statistic, same.pvalue) == (egger(YI, VI).statistic, egger(YI, VI).pvalue)


def test_moderators_stay_in_the_regression() -> None:
    dose = np.array([1.0, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2])
    fit = pool(YI, VI, mods=dose, tau2="EE", test="z")
    found = egger(fit, model="rma")
    both = pool(YI, VI, mods=np.column_stack([dose, np.sqrt(VI)]), tau2="EE", test="z")
    np.testing.assert_allclose(found.line.coef, both.inference.coef, rtol=1e-10)
    np.testing.assert_allclose(found.line.se, both.inference.se, rtol=1e-10)
    assert found.terms == ("Intercept", "x1", "sei")
    assert math.isnan(found.limit)
    assert math.isnan(found.intercept)


def test_sizes_are_taken_for_all_rows_or_for_those_pooled() -> None:
    gap, sizes = np.append(YI, np.nan), np.arange(20.0, 32.0)
    fit = pool(gap, np.append(VI, 0.1), missing="drop")
    assert egger(fit, predictor="ninv", ni=sizes).pvalue == egger(YI, VI, predictor="ninv", ni=sizes[:-1]).pvalue


def test_tau2_and_test_can_differ_from_those_of_the_fit() -> None:
    fit = pool(YI, VI)
    found = egger(fit, model="rma", tau2="DL", test="z", level=0.9)
    assert (found.tau2_method, found.test, found.level, found.df) == ("DL", "z", 0.9, math.inf)
    assert egger(fit, model="rma", test="knha").pvalue == egger(fit, model="rma", test="hksj").pvalue


def test_few_studies_are_refused_unless_forced() -> None:
    with pytest.raises(InputError, match=r"9 studies has next to no power.*force=True"):
        egger(YI[:9], VI[:9])
    found = egger(YI[:3], VI[:3], force=True)
    assert found.df == 1
    assert "was forced" in found.cautions[0]
    for k in (1, 2):
        with pytest.raises(InputError, match="at least 3"):
            egger(YI[:k], VI[:k], force=True)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(InputError, match="hardly varies"):
        egger(YI, np.full(11, 0.1))
    with pytest.raises(InputError, match="give ni="):
        egger(YI, VI, predictor="ni")
    with pytest.raises(InputError, match="must be positive; the smallest is 0"):
        egger(YI, VI, predictor="ninv", ni=np.arange(11))
    with pytest.raises(InputError, match="one value for each of 11"):
        egger(YI, VI, predictor="ni", ni=[1, 2])
    with pytest.raises(RowError, match="lack ni"):
        egger(YI, VI, predictor="ni", ni=[np.nan, *range(1, 11)])
    with pytest.raises(InputError, match="must be numbers"):
        egger(YI, VI, predictor="ni", ni=["a"] * 11)
    with pytest.raises(OptionError, match="did you mean 'sei'"):
        egger(YI, VI, predictor="se")
    with pytest.raises(OptionError, match="model"):
        egger(YI, VI, model="ols")
    with pytest.raises(OptionError, match="predictor"):
        egger(YI, VI, predictor=3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="leave out vi"):
        egger(pool(YI, VI), VI)
    with pytest.raises(RowError, match="cannot be pooled"):
        egger([np.inf, *YI[1:]], VI)


def test_points_on_a_line_have_no_test() -> None:
    vi = np.arange(1.0, 12.0) ** 2 / 16
    found = egger(1 + 2 * np.sqrt(vi), vi)
    assert found.estimate == pytest.approx(2)
    assert math.isnan(found.pvalue)
    assert any("exactly on the line" in caution for caution in found.cautions)
    with pytest.raises(InputError, match="exactly on PET's line"):
        pet_peese(1 + 2 * np.sqrt(vi), vi)


def test_measures_whose_error_depends_on_the_effect_are_named() -> None:
    sizes = np.arange(20, 31)
    assert "predictor='sqrtninv'" in egger(pool(YI, VI, measure="SMD")).cautions[0]
    assert "harbord()" in egger(pool(YI, VI, measure="OR")).cautions[0]
    assert len(egger(pool(YI, VI, measure="SMD"), predictor="sqrtninv", ni=sizes).cautions) == 1
    assert len(egger(pool(YI, VI, measure="MD")).cautions) == 1


def test_huge_and_tiny_variances() -> None:
    vi = np.logspace(-12, 12, 11)
    for model in ("lm", "rma"):
        found = egger(YI, vi, model=model)
        assert np.isfinite([found.statistic, found.pvalue, found.limit]).all()


def test_pet_is_the_limit_of_egger_and_peese_that_of_the_variance() -> None:
    for model in ("lm", "rma"):
        fit = pool(YI, VI, tau2="DL", test="z")
        one, other = egger(fit, model=model), pet(fit, model=model)
        assert (one.limit, one.limit_ci, one.estimate) == (other.estimate, other.ci, other.slope)
        one, other = egger(fit, model=model, predictor="vi"), peese(fit, model=model)
        assert (one.limit, one.limit_ci, one.estimate) == (other.estimate, other.ci, other.slope)


def test_the_rule_between_pet_and_peese() -> None:
    strong = pet_peese(YI + 3, VI)
    assert strong.chosen == "PEESE"
    assert strong.estimate == peese(YI + 3, VI).estimate
    assert strong.to_frame()["chosen"].tolist() == [False, True]
    null = pet_peese(np.sqrt(VI) + np.tile([0.1, -0.1], 6)[:11], VI)
    assert null.chosen == "PET"
    two = pet_peese(YI, VI).decision_pvalue
    upper = pet_peese(YI, VI, alternative="greater").decision_pvalue
    lower = pet_peese(YI, VI, alternative="less").decision_pvalue
    assert upper + lower == pytest.approx(1)
    assert two == pytest.approx(2 * min(upper, lower))
    assert pet_peese(YI, VI, alpha=two * 1.01).chosen == "PEESE"
    assert pet_peese(YI, VI, alpha=two).chosen == "PET"


def test_pet_peese_refusals() -> None:
    with pytest.raises(InputError, match="at least three"):
        pet(YI[:2], VI[:2])
    assert "too few" in peese(YI[:3], VI[:3]).cautions[0]
    with pytest.raises(InputError, match="between 0 and 1"):
        pet_peese(YI, VI, alpha=10)
    with pytest.raises(OptionError, match="alternative"):
        pet_peese(YI, VI, alternative="upper")
    with pytest.raises(InputError, match="moderators"):
        pet(pool(YI, VI, mods=np.arange(11.0)))
    with pytest.raises(InputError, match="hardly varies"):
        pet(YI, np.full(11, 0.2))


def test_fits_that_cannot_be_made_anew_can_still_be_tested() -> None:
    plain = egger(YI, VI)
    for fit in (pool(YI, VI, test="kr"), pool(YI, VI, weights="equal")):
        assert egger(fit).pvalue == plain.pvalue
        with pytest.raises(InputError, match="fits the model anew"):
            egger(fit, model="rma")
        with pytest.raises(InputError, match="fits the model anew"):
            pet(fit, model="rma")
