"""Moderators as a formula, a table, a matrix; what cannot be told apart; new values for predictions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import ColumnError, InputError, RowError
from evidence.pool import pool

RNG = np.random.default_rng(4)
TABLE = pd.DataFrame(
    {
        "yi": RNG.normal(size=12),
        "vi": RNG.uniform(0.05, 0.5, 12),
        "dose": RNG.normal(size=12),
        "year": RNG.integers(1990, 2020, 12).astype(float),
        "arm": list("abcabcabcabc"),
    }
)


def coefficients(**options: Any) -> np.ndarray:
    return pool(TABLE, tau2="REML", **options).coefficients[["estimate", "se", "pvalue"]].to_numpy()


def test_formula_table_and_matrix_agree() -> None:
    by_formula = coefficients(mods="~ dose + year")
    for mods in (TABLE[["dose", "year"]], TABLE[["dose", "year"]].to_numpy()):
        np.testing.assert_allclose(coefficients(mods=mods), by_formula, rtol=1e-10)
    np.testing.assert_allclose(coefficients(mods=TABLE["dose"]), coefficients(mods="~ dose"), rtol=1e-12)
    np.testing.assert_allclose(coefficients(mods=TABLE["dose"].to_numpy()), coefficients(mods="dose"), rtol=1e-12)


def test_names() -> None:
    assert pool(TABLE, mods="~ dose + C(arm)").design.names == ("Intercept", "dose", "C(arm)[T.b]", "C(arm)[T.c]")
    assert pool(TABLE, mods=TABLE[["dose"]]).design.names == ("Intercept", "dose")
    assert pool(TABLE, mods=TABLE[["dose", "year"]].to_numpy()).design.names == ("Intercept", "x1", "x2")


def test_without_an_intercept_the_groups_have_their_own_means() -> None:
    means = pool(TABLE, mods="~ C(arm) - 1", tau2="EE", test="z")
    for arm, estimate in zip("abc", means.inference.coef, strict=True):
        part = TABLE[TABLE["arm"] == arm]
        assert estimate == pytest.approx(pool(part, tau2="EE", test="z").estimate, rel=1e-12)
    by_option = pool(TABLE, mods="~ C(arm)", intercept=False, tau2="EE", test="z")
    np.testing.assert_allclose(by_option.inference.coef, means.inference.coef)
    assert means.qm_df == (3, np.inf)
    assert np.isfinite(means.r2)
    through_zero = pool(TABLE, mods=TABLE["dose"], intercept=False)
    assert through_zero.design.names == ("dose",)
    assert np.isnan(through_zero.r2)


def test_a_formula_of_one_is_no_regression() -> None:
    fit = pool(TABLE, mods="~ 1")
    assert not fit.has_moderators
    assert fit.estimate == pytest.approx(pool(TABLE).estimate, rel=1e-14)


def test_units_of_moderators_do_not_matter() -> None:
    base = pool(TABLE, mods=TABLE[["dose", "year"]])
    scaled = pool(TABLE, mods=TABLE[["dose", "year"]] * [1e-9, 1e9])
    np.testing.assert_allclose(scaled.inference.coef * [1, 1e-9, 1e9], base.inference.coef, rtol=1e-8)
    np.testing.assert_allclose(scaled.inference.pvalue, base.inference.pvalue, rtol=1e-8)
    assert scaled.qm == pytest.approx(base.qm, rel=1e-8)
    assert scaled.df == base.df


def test_a_category_that_no_study_has_is_no_column() -> None:
    table = TABLE.assign(arm=pd.Categorical(TABLE["arm"], categories=["z", "a", "b", "c"]))
    np.testing.assert_allclose(
        pool(table, mods="~ arm").inference.coef, pool(TABLE, mods="~ arm").inference.coef, rtol=1e-12
    )


@pytest.mark.parametrize(
    ("mods", "error", "message"),
    [
        ("~ dose + I(2 * dose)", InputError, r"collinear: 'I\(2 \* dose\)'"),
        ("~ C(arm) + I(arm == 'b')", InputError, r"collinear: \"I\(arm == 'b'\)\""),
        ("~ I(0 * dose + 1)", InputError, r"the same in all 12 studies"),
        ("~ height", ColumnError, "needs the column.* 'height'; the table has: 'yi'"),
        ("yi ~ dose", InputError, "right-hand-side formula"),
        ("~ center(height)", InputError, "cannot be evaluated"),
        ("~ dose +", InputError, "right-hand-side formula"),
        ("~ dose | year", InputError, "right-hand-side formula"),
        ("~ 0", InputError, "no coefficient"),
        ("~ unknown(dose)", ColumnError, "'unknown'"),
        ("~ C(dose)", InputError, "needs at least"),
        ("~ I(1 / (dose - dose))", RowError, "finite"),
        (TABLE[["arm"]], RowError, r"for categories give a formula"),
        (np.ones((12, 1)), InputError, "'x1' are the same in all 12 studies"),
        (np.ones((12, 0)), InputError, "at least one column"),
        (TABLE[["dose"]].assign(copy=TABLE["dose"] + 1e-14), InputError, "collinear: 'copy'"),
        (TABLE["dose"].where(TABLE.index > 0), RowError, "row 0: dose missing"),
        (TABLE["dose"].where(TABLE.index != 3, np.inf), RowError, "row 3 · column dose: not a finite number"),
    ],
)
def test_moderators_that_cannot_be_used(mods: Any, error: type[Exception], message: str) -> None:
    with np.errstate(divide="ignore", invalid="ignore"), pytest.raises(error, match=message):
        pool(TABLE, mods=mods)


def test_predictions_for_formulas() -> None:
    fit = pool(TABLE, mods="~ dose * C(arm)")
    new = fit.predict({"dose": [0.5, -1.0], "arm": ["c", "a"]})
    b = dict(zip(fit.design.names, fit.inference.coef, strict=True))
    at_c = b["Intercept"] + b["C(arm)[T.c]"] + 0.5 * (b["dose"] + b["dose:C(arm)[T.c]"])
    np.testing.assert_allclose(new["estimate"], [at_c, b["Intercept"] - b["dose"]], rtol=1e-12)
    frame = fit.predict(TABLE[["dose", "arm"]])
    np.testing.assert_allclose(frame.to_numpy(), fit.predict().to_numpy(), rtol=1e-12)


def test_columns_inside_transforms_are_seen() -> None:
    with pytest.raises(RowError, match="row 2: year missing"):
        pool(TABLE.assign(year=TABLE["year"].where(TABLE.index != 2)), mods="~ center(year) + C(arm)")


def test_a_transformed_moderator_is_transformed_the_same_way_for_new_values() -> None:
    fit = pool(TABLE, mods="~ center(year)")
    at_mean = fit.predict({"year": [TABLE["year"].mean()]})
    assert at_mean["estimate"].iloc[0] == pytest.approx(fit.inference.coef[0], rel=1e-12)


@pytest.mark.parametrize(
    ("mods", "new", "error", "message"),
    [
        ("~ C(arm)", {"arm": ["z"]}, InputError, "z"),
        ("~ C(arm)", {"arm": [None]}, InputError, "missing in: arm"),
        ("~ C(arm)", {"dose": [1.0]}, ColumnError, "'arm'"),
        ("~ dose", {"dose": [np.nan]}, InputError, "missing in: dose"),
        ("~ dose", {"dose": [np.inf]}, InputError, "finite"),
        (TABLE[["dose", "year"]], {"dose": [1.0]}, ColumnError, "'year'"),
        (TABLE[["dose", "year"]], [[1.0]], InputError, r"2 column\(s\): dose, year"),
        (TABLE[["dose", "year"]], [[1.0, np.nan]], InputError, "finite"),
    ],
)
def test_predictions_need_known_values(mods: Any, new: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pool(TABLE, mods=mods).predict(new)


def test_predictions_of_a_mean_are_the_estimate() -> None:
    fit = pool(TABLE)
    row = fit.predict(level=0.9)
    assert len(row) == 1
    assert row["estimate"].iloc[0] == fit.estimate
    np.testing.assert_allclose(row[["ci_low", "ci_high"]].iloc[0], pool(TABLE, level=0.9).ci)
    with pytest.raises(InputError, match="between 0 and 1"):
        fit.predict(level=90)


def test_a_study_alone_in_its_group_fits_exactly() -> None:
    # leverage 1: the study's residual is nil, and nothing divides by it
    table = TABLE.assign(alone=[1.0] + [0.0] * 11)
    fit = pool(table, mods="~ alone")
    without = pool(TABLE.iloc[1:])
    assert fit.tau2 == pytest.approx(without.tau2, rel=1e-9)
    assert fit.inference.coef.sum() == pytest.approx(TABLE["yi"][0], rel=1e-12)
    assert fit.inference.coef[0] == pytest.approx(without.estimate, rel=1e-9)


def test_an_interaction_without_a_study_is_named_not_dropped_in_silence() -> None:
    table = pd.DataFrame(
        {
            "yi": [0.1, 0.2, 0.5, 0.4, 0.6, 0.3, 0.8, 0.7],
            "vi": 0.05,
            "form": ["s", "s", "u", "u", "s", "s", "u", "u"],
            "kind": ["j", "p", "j", "p", "r", "j", "j", "p"],
        }
    )
    with pytest.raises(InputError, match=r"C\(form\)\[T\.u\]:C\(kind\)\[T\.r\]"):
        pool(table, mods="~ C(form) * C(kind)")
