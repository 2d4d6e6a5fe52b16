"""Wald tests: against statsmodels, as they change with the data, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import ColumnError, InputError, OptionError
from evidence.pool import PooledResult, pool
from evidence.pool.contrasts import wald_test
from evidence.pool.linear_hypotheses import joint_test
from evidence.pool.location_scale import location_scale


def data(seed: int = 3, k: int = 14) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "yi": rng.normal(size=k),
            "vi": rng.uniform(0.05, 0.4, k),
            "dose": rng.uniform(1, 5, k),
            "arm": np.array(["a", "b", "c"])[np.arange(k) % 3],
        }
    )


def regression(test: str = "hksj", **options: object) -> PooledResult:
    return pool(data(), mods="~ dose + C(arm)", test=test, **options)


@pytest.mark.parametrize("test", ["z", "t", "hksj", "adhoc"])
def test_agrees_with_statsmodels(test: str) -> None:
    fit = regression(test)
    weights = np.array([[0, 1, -1, 0], [1, 2, 0, 0.5]])
    rhs = np.array([0.3, -0.1])
    ours, model = wald_test(fit, L=weights, rhs=rhs), fit.wls()
    rows = model.t_test((weights, rhs))
    joint = model.wald_test((weights, rhs), scalar=True)
    np.testing.assert_allclose(ours.statistic, float(joint.statistic), rtol=1e-9)
    np.testing.assert_allclose(ours.pvalue, float(joint.pvalue), rtol=1e-9)
    np.testing.assert_allclose(ours.estimate, rows.effect, rtol=1e-9)
    np.testing.assert_allclose(ours.se, rows.sd.ravel(), rtol=1e-9)
    np.testing.assert_allclose(ours.row_statistic, rows.statistic.ravel(), rtol=1e-9)
    np.testing.assert_allclose(ours.row_pvalue, rows.pvalue.ravel(), rtol=1e-9)
    np.testing.assert_allclose(np.column_stack([ours.ci_low, ours.ci_high]), rows.conf_int(), rtol=1e-9)


def test_the_default_is_the_fit_s_own_test_of_moderators() -> None:
    for test in ("z", "hksj"):
        fit = regression(test)
        found = wald_test(fit)
        np.testing.assert_allclose([found.statistic, found.pvalue], [fit.qm, fit.qm_pvalue], rtol=1e-12)
        assert (found.df, found.df2) == fit.qm_df


def test_of_a_mean_it_is_the_square_of_the_fit_s_statistic() -> None:
    fit = pool(data())
    found = wald_test(fit)
    np.testing.assert_allclose([found.statistic, found.pvalue], [fit.statistic**2, fit.pvalue], rtol=1e-12)


def test_names_beginnings_parts_and_positions_mean_the_same() -> None:
    fit = regression()
    reference = wald_test(fit, [2, 3]).statistic
    for terms in ("C(arm)", "arm", ["C(arm)[T.b]", "C(arm)[T.c]"], ["[T.b]", 3], [3, 2, 3]):
        assert wald_test(fit, terms).statistic == reference
    assert wald_test(fit, "intrcpt").hypotheses == ("Intercept = 0",)
    assert wald_test(fit, "Intercept").hypotheses == ("Intercept = 0",)


def test_mappings_and_tables_are_rows_of_weights() -> None:
    fit = regression()
    reference = wald_test(fit, L=[0, 0, 1, -1])
    mapping = wald_test(fit, L={"b less c": {"C(arm)[T.b]": 1, "C(arm)[T.c]": -1}})
    table = wald_test(fit, L=pd.DataFrame({"C(arm)[T.c]": [-1.0], "C(arm)[T.b]": [1.0]}, index=["b less c"]))
    assert mapping.hypotheses == table.hypotheses == ("b less c",)
    assert reference.hypotheses == ("C(arm)[T.b] − C(arm)[T.c] = 0",)
    assert mapping.statistic == table.statistic == reference.statistic
    assert mapping.to_frame().loc["b less c", "estimate"] == reference.estimate[0]


def test_it_does_not_matter_which_level_is_the_reference() -> None:
    table = data()
    one = pool(table, mods="~ dose + C(arm)")
    other = pool(table, mods="~ dose + C(arm, contr.treatment('c'))")
    np.testing.assert_allclose(wald_test(one, "C(arm").statistic, wald_test(other, "C(arm").statistic, rtol=1e-9)


@settings(max_examples=20)
@given(st.floats(1e-6, 1e6), st.integers(0, 10_000))
def test_tests_do_not_change_with_the_unit_of_the_effects(unit: float, seed: int) -> None:
    table = data(seed % 7)
    scaled = table.assign(yi=table["yi"] * unit, vi=table["vi"] * unit**2)
    one = wald_test(pool(table, mods="~ dose + C(arm)"), L=[[0, 1, 1, 0], [1, 3, 0, 0]], rhs=0.0)
    other = wald_test(pool(scaled, mods="~ dose + C(arm)"), L=[[0, 1, 1, 0], [1, 3, 0, 0]], rhs=0.0)
    np.testing.assert_allclose([one.statistic, one.pvalue], [other.statistic, other.pvalue], rtol=1e-6)
    np.testing.assert_allclose(one.estimate * unit, other.estimate, rtol=1e-6, atol=1e-9 * unit)


def test_recombined_hypotheses_are_the_same_joint_test() -> None:
    fit = regression()
    weights = np.array([[0, 0, 1, 0], [0, 0, 0, 1.0]])
    mixed = np.array([[2.0, 1.0], [-1.0, 3.0]]) @ weights
    np.testing.assert_allclose(wald_test(fit, L=mixed).statistic, wald_test(fit, L=weights).statistic, rtol=1e-10)


def test_the_null_at_the_estimate_has_statistic_zero() -> None:
    fit = regression()
    found = wald_test(fit, rhs=fit.inference.coef[1:])
    assert found.statistic == 0
    assert found.pvalue == 1


def test_a_perfect_fit_has_no_tests_and_says_so() -> None:
    fit = pool([1.0, 2.0, 3.0, 4.0], [0.1] * 4, mods=[1.0, 2.0, 3.0, 4.0])
    found = wald_test(fit)
    assert math.isnan(found.statistic)
    assert "no covariance" in found.cautions[0]


def test_the_scale_has_its_own_coefficients() -> None:
    table = data(5, 30)
    fit = location_scale(table, mods="~ dose", scale="~ dose", test="z")
    found = wald_test(fit, part="scale")
    np.testing.assert_allclose([found.statistic, found.pvalue], [fit.qs, fit.qs_pvalue], rtol=1e-12)
    assert found.part == "scale"
    with pytest.raises(InputError, match="no scale coefficients"):
        wald_test(regression(), part="scale")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"terms": "weeks"}, ColumnError, "no coefficient is called 'weeks'"),
        ({"terms": [9]}, InputError, "no coefficient 9"),
        ({"terms": [-1]}, InputError, "no coefficient -1"),
        ({"terms": []}, InputError, "no coefficient is named"),
        ({"terms": [True]}, InputError, "by text or by position"),
        ({"terms": [1], "L": [[0, 1, 0, 0]]}, InputError, "one of the two"),
        ({"L": [[1, -1]]}, InputError, "4 column"),
        ({"L": [[0, 0, 0, 0]]}, InputError, "not all 0"),
        ({"L": [[0, math.nan, 0, 1]]}, InputError, "finite weights"),
        ({"L": [["a", 1, 2, 3]]}, InputError, "must hold numbers"),
        ({"L": {"a": 1}}, InputError, "mapping goes from"),
        ({"L": {"a": {"C(arm)": 1}}}, InputError, "several coefficients"),
        ({"L": {"a": {"dose": "much"}}}, InputError, "must be a number"),
        ({"rhs": [1, 2]}, InputError, "each of the 3"),
        ({"rhs": math.inf}, InputError, "finite number"),
        ({"rhs": "none"}, InputError, "must be a number"),
        ({"part": "mean"}, OptionError, "location"),
    ],
)
def test_what_cannot_be_tested_is_refused(arguments: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        wald_test(regression(), **arguments)


def test_something_else_than_a_fit_is_refused() -> None:
    with pytest.raises(InputError, match="a fit by pool"):
        wald_test([0.1, 0.2])


def test_values_without_covariance_have_no_joint_test() -> None:
    found = joint_test(np.array([1.0, 2.0]), np.array([[1.0, 1.0], [1.0, 1.0]]), math.inf)
    assert math.isnan(found.statistic)
    assert math.isnan(found.pvalue)


def test_it_shows_itself() -> None:
    found = wald_test(regression(), L=[[0, 1, 0, 0], [1, 3, 0, -2.5]])
    assert all(len(line) <= 80 for line in found.summary().splitlines())
    assert "Intercept + 3·dose − 2.5·C(arm)[T.c] = 0" in found.to_frame().index
    assert found.to_dict()["df"] == 2.0
