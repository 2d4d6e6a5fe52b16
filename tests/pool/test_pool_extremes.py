"""Designs, variances and options at the edge of what can be computed: the right number, or a refusal that says why."""

from __future__ import annotations

import copy
import json
import math
import pickle
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from evidence.card import Card, Carded
from evidence.errors import InputError, RowError
from evidence.pool import equal_tau2_tests, henmi_copas, pool, pool_many, subgroups

Y, V = np.array([0.1, 0.3, 0.35, 0.65, 0.2]), np.array([0.03, 0.03, 0.05, 0.01, 0.04])
Z = np.array([1.0, 2.0, 4.0, 3.0, 6.0])
ONES = np.ones(5)


def least_squares(columns: np.ndarray, tau2: float) -> np.ndarray:
    w = 1 / (V + tau2)
    return np.linalg.solve(columns.T @ (w[:, None] * columns), columns.T @ (w * Y))


@pytest.mark.parametrize("constant", [1.0, 2.0, 3.0, -4.0])
def test_a_constant_column_without_an_intercept_has_its_coefficient(constant: float) -> None:
    columns = np.column_stack([constant * ONES, Z])
    fit = pool(Y, V, mods=columns, intercept=False)
    np.testing.assert_allclose(fit.inference.coef, least_squares(columns, fit.tau2), rtol=1e-12)
    np.testing.assert_allclose(pool_many([Y], [V], columns).coef[0], fit.inference.coef, rtol=1e-12)
    usual = pool(Y, V, mods=Z)
    assert fit.tau2 == pytest.approx(usual.tau2, rel=1e-10)
    assert fit.q == pytest.approx(usual.q, rel=1e-10)
    np.testing.assert_allclose(fit.inference.statistic * [np.sign(constant), 1], usual.inference.statistic, rtol=1e-9)


def test_a_column_of_ones_is_an_intercept() -> None:
    given, usual = pool(Y, V, mods=np.column_stack([ONES, Z]), intercept=False), pool(Y, V, mods=Z)
    assert (given.qm, given.qm_df) == (pytest.approx(usual.qm, rel=1e-12), usual.qm_df)
    assert "moderators: x2;" in repr(given)
    np.testing.assert_allclose(given.predict([[2.5]]), usual.predict([[2.5]]), rtol=1e-12)
    mean = pool(Y, V, mods=ONES, intercept=False)
    assert mean.estimate == pool(Y, V).estimate
    table = pd.DataFrame({"yi": Y, "vi": V, "c": 1.0, "z": Z})
    assert pool(table, mods="~ c + z - 1").qm == pytest.approx(usual.qm, rel=1e-12)


@pytest.mark.parametrize("factor", [1e145, 1e-145])
def test_moderators_in_absurd_units(factor: float) -> None:
    base, fit = pool(Y, V, mods=Z), pool(Y, V, mods=Z * factor)
    np.testing.assert_allclose(fit.inference.statistic, base.inference.statistic, rtol=1e-10)
    assert fit.qm == pytest.approx(base.qm, rel=1e-10)


@pytest.mark.parametrize("factor", [1e160, 1e-160, 1e300, 1e-300])
def test_moderators_beyond_the_range_are_refused_by_name(factor: float) -> None:
    with pytest.raises(InputError, match="coefficient of dose is too large or too small"):
        pool(Y, V, mods=pd.DataFrame({"dose": Z * factor}))
    # many fits need no covariance of two coefficients
    base, fits = (pool_many([Y], [V], np.column_stack([ONES, column])) for column in (Z, Z * factor))
    np.testing.assert_allclose(fits.statistic, base.statistic, rtol=1e-10)


def test_many_fits_refuse_columns_that_cannot_be_told_apart() -> None:
    for columns in ([ONES, Z, 2 * Z], [ONES, 0 * Z]):
        with pytest.raises(InputError, match="cannot be told apart: one is 0"):
            pool_many([Y], [V], np.column_stack(columns))
    # constant among the studies that the second row has
    absent = np.array([V, [0.1, 0.1, 0.1, np.inf, 0.1]])
    with pytest.raises(InputError, match="in 1 of 2 rows, the first of them 1"):
        pool_many([Y, Y], absent, np.column_stack([ONES, [1, 1, 1, 4, 1]]))
    with pytest.raises(InputError, match="finite numbers only"):
        pool_many([Y], [V], np.column_stack([ONES, [1, 2, 3, 4, np.nan]]))


@pytest.mark.parametrize("method", ["GENQ", "GENQM"])
def test_many_fits_say_where_weights_can_be_given(method: str) -> None:
    with pytest.raises(InputError, match=r"evidence\.pool\.pool\(\) does"):
        pool_many([Y], [V], tau2=method)


@pytest.mark.parametrize("tau2", ["EE", "FE", 0.1])
def test_an_interval_of_what_is_not_estimated_is_refused(tau2: str | float) -> None:
    with pytest.raises(InputError, match="is for an estimated τ²"):
        pool(Y, V, tau2=tau2, tau2_ci_method="PL")
    table = pd.DataFrame({"yi": Y, "vi": V, "arm": list("aabbb")})
    found = subgroups(table, "arm", tau2_common=True, tau2_ci_method="BJ")
    assert found.overall.heterogeneity.tau2_ci_method == "BJ"


def test_an_interval_that_cannot_be_had_is_said() -> None:
    two = pool([0.1, 0.2], [0.1, 0.2], tau2_ci_method="HT")
    assert np.isnan(two.tau2_ci).all()
    assert any("no interval of τ² by 'HT'" in caution for caution in two.cautions)
    assert two.confint().cautions == ("There is no interval of this kind with one degree of freedom.",)
    alike = pool([0.1, 0.1, 0.1], [0.1, 0.2, 0.1], tau2="SJ", test="z", tau2_ci_method="Wald")
    assert np.isnan(alike.tau2_ci).all()
    assert alike.confint("Wald").cautions == ("There is no interval of this kind without a standard error of τ².",)
    json.dumps(alike.to_dict(), allow_nan=False)


@pytest.mark.parametrize(("weights", "given"), [("equal", ONES), (Z, Z)])
def test_adjusted_r2_is_that_of_the_regression_with_the_weights_of_the_fit(
    weights: str | np.ndarray, given: np.ndarray
) -> None:
    import statsmodels.api as sm

    fit = pool(Y, V, mods=[0.5, 0.7, 1.0, 2.0, 0.4], tau2="EE", test="z", weights=weights)
    reference = sm.WLS(Y, fit.design.matrix, weights=given).fit()
    assert fit.r2 == pytest.approx(100 * reference.rsquared_adj, rel=1e-10)


def test_variances_too_far_apart_are_refused() -> None:
    with pytest.raises(RowError, match="2 of 3 rows") as caught:
        pool([0.0, 0.0, 0.0], [1e-150, 1e150, 1.0])
    assert "too large beside the smallest (row 0)" in str(caught.value)


def test_predictions_refuse_what_is_not_a_number() -> None:
    fit = pool(Y, V, mods=pd.DataFrame({"dose": Z}))
    for new in ({"dose": ["low"]}, [["low"]]):
        with pytest.raises(InputError, match=r"must be numbers, with 1 column\(s\): dose"):
            fit.predict(new)
    pd.testing.assert_frame_equal(fit.predict({"dose": 2.0}), fit.predict([[2.0]]))
    with pytest.raises(InputError, match="no moderators"):
        pool(Y, V).predict([[1.0]])
    with pytest.raises(InputError, match="finite number"):
        fit.predict(threshold=math.nan)


def test_the_prediction_at_a_study_that_outweighs_all_others_has_its_standard_error() -> None:
    y, v = [-0.676, -0.510, 0.394, 1.084], [1.743e-20, 0.03886, 0.006452, 0.00278]
    z = [-756.18198255, 488.75336894, -72.52083356, 283.97758842]
    own = pool(y, v, tau2="EE", test="z", mods=z).predict()["se"]
    assert own.iloc[0] == pytest.approx(math.sqrt(v[0]), rel=1e-4)


@pytest.mark.parametrize("smallest", [1e-12, 1e-16, 1e-20, 1e-25, 1e-30])
def test_henmi_copas_where_one_study_has_all_the_weight(smallest: float) -> None:
    # the limits converge as the study's variance goes to 0
    y, v = [-1.1597, -0.4042, 0.24765], [0.0017865, 0.01267]
    found, limit = (henmi_copas(pool(y, [first, *v])).critical_value for first in (smallest, 1e-22))
    assert found == pytest.approx(limit, rel=1e-5 if smallest > 1e-15 else 1e-7)


def test_henmi_copas_covers_as_simulated() -> None:
    y, v = np.array([0.1, 5.0, 9.0, -4.0]), np.array([1e-8, 0.1, 0.2, 0.3])
    found = henmi_copas(pool(y, v))
    rng = np.random.default_rng(1)
    u = rng.normal(size=(200_000, 4)) * np.sqrt(v + found.tau2)
    w, total = 1 / v, (1 / v).sum()
    mean = (w * u).sum(axis=1) / total
    q = (w * (u - mean[:, None]) ** 2).sum(axis=1)
    drawn = np.maximum(0, (q - 3) / (total - (w**2).sum() / total))
    statistic = np.abs(mean) / np.sqrt((1 + drawn * (w**2).sum() / total) / total)
    assert (statistic < found.critical_value).mean() == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize("seed", range(6))
def test_the_studies_own_tau2_are_found_where_variances_differ_by_many_orders(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, v = rng.normal(size=5), 10 ** rng.uniform(-12, 6, 5)
    found = equal_tau2_tests(pool(y, v))
    own = v + found.study_tau2

    def height(m: np.ndarray) -> float:
        w = 1 / m
        mean = (w * y).sum() / w.sum()
        return -0.5 * float(np.log(m).sum() + np.log(w.sum()) + (w * (y - mean) ** 2).sum())

    best = height(own)
    for _ in range(2000):
        other = (
            v + found.study_tau2 * np.exp(rng.normal(size=5)) + v * rng.exponential(size=5) * rng.choice([0, 1e-3, 1])
        )
        assert height(other) <= best + 1e-9
    assert found.lrt >= 0
    assert "nan" not in found.summary()


def test_the_wald_statistic_is_that_of_the_contrasts() -> None:
    y, v = np.array([0.10, 0.30, 0.35, 1.65]), np.array([0.03, 0.03, 0.05, 0.01])
    found = equal_tau2_tests(pool(y, v))
    w = 1 / (v + found.study_tau2)
    p = np.diag(w) - np.outer(w, w) / w.sum()
    covariance = np.linalg.inv(0.5 * p * p)
    contrast = np.column_stack([np.eye(3), -np.ones(3)])
    away = contrast @ found.study_tau2
    wald = away @ np.linalg.solve(contrast @ covariance @ contrast.T, away)
    assert found.wald == pytest.approx(wald, rel=1e-9)
    np.testing.assert_allclose(found.study_tau2_se, np.sqrt(np.diag(covariance)), rtol=1e-9)


@pytest.mark.parametrize("mods", [None, "~ C(arm) + z"])
def test_a_copy_computes_what_the_original_would(mods: str | None) -> None:
    table = pd.DataFrame({"yi": np.tile(Y, 2), "vi": np.tile(V, 2), "z": np.arange(10.0), "arm": list("abbaabbaab")})
    fresh, seen = pool(table, mods=mods), pool(table, mods=mods)
    seen.summary()
    for fit in (fresh, seen):
        for other in (pickle.loads(pickle.dumps(fit)), copy.copy(fit), copy.deepcopy(fit)):
            assert other.to_dict() == seen.to_dict()
            pd.testing.assert_frame_equal(other.predict(), seen.predict())


def test_kenward_roger_without_a_degree_of_freedom_says_so() -> None:
    fit = pool([0.5, 0.5], [0.14, 2.31], test="kr")
    assert fit.df < 1
    assert any("less than one degree of freedom" in caution for caution in fit.cautions)
    assert "e-" not in fit.summary()


@pytest.mark.parametrize("size", [765_469.1241285012, 7_654_699.1241285012])
def test_large_estimates_keep_to_the_width(size: float) -> None:
    for fit in (pool([-size], [0.16]), pool([-size, 0.3 - size], [0.16, 0.2])):
        assert max(map(len, fit.summary().splitlines())) <= 80


def test_a_card_shows_huge_whole_numbers_in_powers_of_ten() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
    class Shown(Carded):
        table: pd.DataFrame

        def _card(self) -> Card:
            return Card(title="Sizes", facts=(), table=self.table)

    text = Shown(table=pd.DataFrame({"size": [1e90, 12.0, -3e7]})).summary()
    assert "1.00e+90" in text
    assert "−3.00e+07" in text
    assert " 12\n" in text


def test_the_joint_test_where_one_useless_study_has_its_share_of_the_weight() -> None:
    rng = np.random.default_rng(4)
    y, v, columns = rng.normal(size=12), rng.uniform(0.01, 0.1, 12), rng.normal(size=(12, 2))
    v[0] = 6.5e20
    fit = pool(y, v, mods=columns, tau2="EE", test="z", weights="equal")
    # the study's row aside, what the two coefficients say is what their other combination says
    assert fit.qm > 0
    design = fit.design.matrix
    solved = np.linalg.solve(design.T @ design, design.T)
    known = np.array([1, -solved[1, 0] / solved[2, 0]]) @ solved[1:]
    share = np.square(known @ y) / (known[1:] ** 2 @ v[1:])
    assert fit.qm == pytest.approx(share, rel=1e-6)
