"""Location–scale models: against other ways to the same numbers, as they change with the data, and what they refuse."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from evidence.errors import ColumnError, ConvergenceError, InputError, OptionError, RowError
from evidence.pool import pool
from evidence.pool.design import build_design
from evidence.pool.location_scale import LocationScaleResult, location_scale
from evidence.pool.location_scale.basis import orthogonalise
from evidence.pool.location_scale.likelihood import ScaleProblem, differentiate, log_likelihoods

KINDS = [(link, method) for link in ("log", "identity") for method in ("ML", "REML")]


def data(seed: int = 3, k: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 2, k)
    vi = rng.uniform(0.02, 0.2, k)
    return pd.DataFrame(
        {
            "study": [f"study {place}" for place in range(k)],
            "yi": 0.3 * x + rng.normal(size=k) * np.sqrt(vi + np.exp(-2 + x)),
            "vi": vi,
            "x": x,
            "arm": np.array(["a", "b"])[np.arange(k) % 2],
        }
    )


def negative(alpha: Any, table: pd.DataFrame, X: Any, Z: Any, link: str, method: str) -> float:
    """Return minus the log-likelihood, from its textbook formula with whole matrices."""
    predictor = Z @ alpha
    if link == "identity" and (predictor < 0).any():
        return 1e10
    tau2 = np.exp(np.clip(predictor, -300, 300)) if link == "log" else predictor
    total = np.diag(table["vi"] + tau2)
    inverse = np.linalg.inv(total)
    information = X.T @ inverse @ X
    beta = np.linalg.solve(information, X.T @ inverse @ table["yi"].to_numpy())
    rest = table["yi"].to_numpy() - X @ beta
    found = np.linalg.slogdet(2 * np.pi * total)[1] + rest @ inverse @ rest
    if method == "REML":
        found += np.linalg.slogdet(information)[1] - np.linalg.slogdet(2 * np.pi * X.T @ X)[1]
    return float(0.5 * found)


@pytest.mark.parametrize(("link", "method"), KINDS)
def test_no_simplex_search_finds_better(link: str, method: str) -> None:
    table = data(5, 25)
    fit = location_scale(table, mods="~ x", scale="~ x", link=link, method=method)
    X = Z = fit.design.matrix
    starts = ([-1.0, 0.0], [-2.0, 1.0], [-3.0, 2.0]) if link == "log" else ([0.5, 0.0], [0.2, 0.2], [0.05, 0.5])
    options = {"xatol": 1e-10, "fatol": 1e-13, "maxiter": 5000}
    ends = [
        minimize(negative, start, (table, X, Z, link, method), method="Nelder-Mead", options=options)
        for start in starts
    ]
    best = min(ends, key=lambda end: end.fun)
    np.testing.assert_allclose(fit.loglik, -best.fun, rtol=1e-10)
    np.testing.assert_allclose(fit.scale.coef, best.x, rtol=1e-4)


@pytest.mark.parametrize(("link", "method"), KINDS)
def test_gradient_and_hessian_are_those_of_the_likelihood(link: str, method: Any) -> None:
    rng = np.random.default_rng(2)
    basis = np.column_stack([np.ones(9), rng.uniform(-1, 1, 9)])
    problem = ScaleProblem(
        y=rng.normal(size=9),
        v=rng.uniform(0.5, 4, 9),
        x=np.column_stack([np.ones(9), rng.normal(size=9)]),
        basis=basis,
        shift=0.3,
        link=link,
        kind=method,
    )
    point, h = np.array([1.2, 0.4]), 1e-5
    found = differentiate(problem, point)
    near = [[differentiate(problem, point + sign * h * axis) for sign in (1, -1)] for axis in np.eye(2)]
    np.testing.assert_allclose(found.value, log_likelihoods(problem, point[None])[0], rtol=1e-13)
    np.testing.assert_allclose(found.gradient, [(up.value - down.value) / (2 * h) for up, down in near], atol=1e-9)
    np.testing.assert_allclose(found.hessian, [(up.gradient - down.gradient) / (2 * h) for up, down in near], atol=1e-9)


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("link", ["log", "identity"])
@pytest.mark.parametrize("test", ["z", "t"])
def test_one_tau2_for_all_is_pool(link: str, method: str, test: str) -> None:
    table = data()
    fit = location_scale(table, mods="~ x", scale="~ 1", link=link, method=method, test=test)
    plain = pool(table, mods="~ x", tau2=method, test=test)
    np.testing.assert_allclose(fit.tau2, plain.tau2, rtol=1e-8)
    np.testing.assert_allclose(fit.coefficients, plain.coefficients, rtol=1e-7)
    np.testing.assert_allclose(
        [fit.loglik, fit.aic, fit.bic, fit.aicc], [plain.loglik, plain.aic, plain.bic, plain.aicc]
    )
    np.testing.assert_allclose(fit.ml.deviance, plain.ml.deviance, rtol=1e-10)
    np.testing.assert_allclose(
        [fit.q, fit.q_pvalue, fit.i2[0], fit.h2[0]], [plain.q, plain.q_pvalue, plain.i2, plain.h2]
    )


@pytest.mark.parametrize(("link", "method"), KINDS)
def test_groups_apart_are_groups_alone(link: str, method: str) -> None:
    table = data()
    fit = location_scale(table, mods="~ C(arm)", scale="~ C(arm)", link=link, method=method, test="z")
    for arm in "ab":
        alone = pool(table[table["arm"] == arm], tau2=method, test="z")
        row = fit.predict({"arm": [arm]}, {"arm": [arm]}).iloc[0]
        np.testing.assert_allclose(row["tau2"], alone.tau2, rtol=1e-7)
        np.testing.assert_allclose(row[["estimate", "se"]].tolist(), [alone.estimate, alone.se], rtol=1e-7)
        np.testing.assert_allclose(row[["pi_low", "pi_high"]].tolist(), alone.pi, rtol=1e-7)


def test_standard_errors_are_from_the_observed_information() -> None:
    table = data()
    fit = location_scale(table, scale="~ x", method="ML", test="z")
    X, Z, h = np.ones((len(table), 1)), fit.scale_design.matrix, 1e-4
    steps = h * np.eye(2)

    def value(shift: Any) -> float:
        return negative(fit.scale.coef + shift, table, X, Z, "log", "ML")

    information = [
        [(value(a + b) - value(a - b) - value(b - a) + value(-a - b)) / (4 * h * h) for b in steps] for a in steps
    ]
    np.testing.assert_allclose(fit.scale.vcov, np.linalg.inv(information), rtol=1e-5)


@settings(max_examples=15)
@given(st.floats(1e-6, 1e6), st.floats(-50, 50), st.integers(0, 20))
def test_unit_shift_and_order_change_nothing_else(unit: float, shift: float, seed: int) -> None:
    table = data(seed)
    order = np.random.default_rng(seed).permutation(len(table))
    moved = table.assign(yi=unit * (table["yi"] + shift), vi=unit**2 * table["vi"], x=3 * table["x"] + 7).iloc[order]
    for link in ("log", "identity"):
        one, other = (location_scale(rows, scale="~ x", link=link, test="hksj") for rows in (table, moved))
        np.testing.assert_allclose(unit**2 * one.tau2[order], other.tau2, rtol=1e-5, atol=1e-9 * unit**2)
        np.testing.assert_allclose(
            unit * (one.inference.coef + shift), other.inference.coef, rtol=1e-6, atol=1e-6 * unit
        )
        if not one.boundary:
            np.testing.assert_allclose([one.qs, one.qs_pvalue], [other.qs, other.qs_pvalue], rtol=1e-5, atol=1e-12)


def test_without_an_intercept_the_unit_is_part_of_the_model() -> None:
    table = data()
    fit = location_scale(table, scale="~ x - 1", test="z")
    assert fit.scale_coefficients.index.tolist() == ["x"]
    np.testing.assert_allclose(fit.tau2, np.exp(table["x"] * fit.scale.coef[0]), rtol=1e-12)
    options = {"xatol": 1e-10, "fatol": 1e-13}
    Z = table[["x"]].to_numpy()
    end = minimize(negative, [0.1], (table, np.ones((40, 1)), Z, "log", "REML"), method="Nelder-Mead", options=options)
    np.testing.assert_allclose(fit.scale.coef, end.x, rtol=1e-5)
    through_zero = location_scale(table, scale="~ x - 1", link="identity", test="z")
    end = minimize(
        negative, [0.5], (table, np.ones((40, 1)), Z, "identity", "REML"), method="Nelder-Mead", options=options
    )
    np.testing.assert_allclose(through_zero.scale.coef, end.x, rtol=1e-5)


def test_on_the_boundary_there_are_no_standard_errors() -> None:
    table = data().assign(yi=lambda t: np.where(t["arm"] == "a", 0.1, t["yi"]))
    fit = location_scale(table, scale="~ C(arm)", link="identity", test="z")
    assert len(fit.boundary) == 20
    assert (fit.tau2[table["arm"] == "a"] == 0).all()
    assert (fit.tau2[table["arm"] == "b"] > 0.1).all()
    assert np.isnan(fit.scale.se).all()
    assert math.isnan(fit.qs)
    assert "no standard errors" in " ".join(fit.cautions)
    with pytest.raises(ConvergenceError, match=r"τ² of 20 of 40 studies goes to 0.*link='identity'"):
        location_scale(table, scale="~ C(arm)")


def test_no_heterogeneity_at_all() -> None:
    table = data().assign(yi=0.2)
    fit = location_scale(table, scale="~ x", link="identity", test="z")
    assert (fit.tau2 == 0).all()
    np.testing.assert_allclose(fit.inference.coef, [0.2], rtol=1e-12)
    with pytest.raises(ConvergenceError, match="τ² of all studies goes to 0"):
        location_scale(table, scale="~ x")


@pytest.mark.parametrize("size", [1e-12, 1e12])
def test_huge_and_tiny_variances(size: float) -> None:
    table = data()
    scaled = table.assign(yi=table["yi"] * math.sqrt(size), vi=table["vi"] * size)
    one, other = location_scale(table, scale="~ x"), location_scale(scaled, scale="~ x")
    np.testing.assert_allclose(other.tau2, size * one.tau2, rtol=1e-8)
    np.testing.assert_allclose(other.scale.coef - one.scale.coef, [math.log(size), 0], atol=1e-7)
    wide = table.assign(vi=np.where(table.index == 0, 1e9, table["vi"]))
    assert "ten million" in " ".join(location_scale(wide, scale="~ x").cautions)


def test_rows_that_lack_a_value_of_either_part_are_left_out() -> None:
    table = data()
    table.loc[2, "x"] = np.nan
    table["w"] = np.linspace(0, 1, 40)
    table.loc[[2, 5], "w"] = np.nan
    with pytest.raises(RowError):
        location_scale(table, mods="~ w", scale="~ x")
    fit = location_scale(table, mods="~ w", scale="~ x", missing="drop")
    clean = location_scale(table.drop(index=[2, 5]), mods="~ w", scale="~ x")
    np.testing.assert_allclose(fit.scale.coef, clean.scale.coef, rtol=1e-10)
    assert fit.k == 38
    assert fit.studies.reasons == {2: "w, x missing", 5: "w missing"}
    assert list(fit.labels) == list(clean.labels)
    assert "2 rows left out" in " ".join(fit.cautions)


def test_arrays_do_as_well_as_formulas() -> None:
    table = data()
    arrays = location_scale(
        table["yi"].to_numpy(),
        sei=np.sqrt(table["vi"].to_numpy()),
        mods=table["x"].to_numpy(),
        scale=table[["x"]].to_numpy(),
    )
    formulas = location_scale(table, mods="~ x", scale="~ x")
    np.testing.assert_allclose(arrays.scale.coef, formulas.scale.coef, rtol=1e-10)
    assert arrays.scale_design.names == ("Intercept", "x1")


def fit() -> LocationScaleResult:
    return location_scale(data(), mods="~ x", scale="~ x", test="z")


def test_predictions() -> None:
    found = fit()
    own = found.predict()
    assert own.index.tolist() == list(found.labels)
    np.testing.assert_allclose(own["tau2"], found.tau2)
    new = found.predict({"x": [0.5, 1.5]}, {"x": [1.0]})
    assert np.ptp(new["tau2"]) == 0
    with pytest.raises(InputError, match=r"depends on x.*scale="):
        found.predict({"x": [0.5]})
    wide, narrow = (found.predict(prediction=name) for name in ("k-p-q", "tau"))
    assert (wide["pi_high"] > own["pi_high"]).all()
    assert (narrow["pi_high"] < own["pi_high"]).all()
    assert (found.predict(level=0.5)["ci_high"] < own["ci_high"]).all()
    tau2 = found.predict_tau2({"x": [1.0]}).iloc[0]
    assert tau2["ci_low"] < tau2["tau2"] < tau2["ci_high"]
    straight = location_scale(data(6), scale="~ x", link="identity")
    assert not straight.boundary
    below = straight.predict_tau2({"x": [-50.0]}).iloc[0]
    assert below["tau2"] == below["ci_low"] == 0
    mean_only = location_scale(data(), scale="~ x").predict(scale={"x": [0.5, 1.5, 2.0]})
    assert len(mean_only) == 3
    assert np.ptp(mean_only["estimate"]) == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda f: f.predict(scale={"x": [1.0]}), InputError, "predict_tau2"),
        (lambda f: f.predict({"x": [1.0, 2.0]}, {"x": [1.0, 2.0, 3.0]}), InputError, "2 rows of location values and 3"),
        (lambda f: f.predict({"w": [1.0]}), ColumnError, "'x'"),
        (lambda f: f.predict(prediction="riley"), OptionError, "k-p-q"),
        (lambda f: f.predict(level=95), InputError, "did you mean"),
        (lambda f: f.refit(method="DL"), OptionError, "REML"),
    ],
)
def test_predictions_that_cannot_be_made(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(fit())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"scale": None}, InputError, "says on what τ² depends"),
        ({"scale": "~ weeks"}, ColumnError, "weeks"),
        ({"scale": "~ x", "link": "logit"}, OptionError, "identity"),
        ({"scale": "~ x", "method": "DL"}, OptionError, "REML"),
        ({"scale": "~ x", "test": "kr"}, OptionError, "hksj"),
        ({"scale": "~ x", "level": 1.0}, InputError, "between 0 and 1"),
        ({"scale": "~ x + I(2 * x)"}, InputError, "the scale model: the moderators are collinear"),
        ({"scale": "~ 1", "scale_intercept": False}, InputError, "no coefficient"),
        ({"scale": "~ I(x - 1) - 1", "link": "identity"}, InputError, "no scale coefficients make"),
    ],
)
def test_what_cannot_be_fitted_is_refused(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        location_scale(data(), **arguments)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_too_few_studies(k: int) -> None:
    with pytest.raises(InputError):
        location_scale(data()[:k], scale="~ x")


def test_bad_values_are_named() -> None:
    with pytest.raises(RowError, match="must be positive"):
        location_scale([0.1, 0.2, 0.3, 0.4, 0.5], [0.1, -0.1, 0.1, 0.1, 0.1], scale=[1, 2, 3, 4, 5])
    with pytest.raises(InputError, match="4 value"):
        location_scale([0.1, 0.2, 0.3, 0.4, 0.5], [0.1] * 5, scale=[1, 2, 3, 4])
    with pytest.raises(RowError, match="not a finite number"):
        location_scale([0.1, 0.2, math.inf, 0.4, 0.5], [0.1] * 5, scale=[1, 2, 3, 4, 5])


def test_a_study_s_own_column_in_both_parts_determines_nothing() -> None:
    table = data()
    table["own"] = (table.index == 0).astype(float)
    with pytest.raises(ConvergenceError):
        location_scale(table, mods="~ own", scale="~ own")


def test_inputs_are_left_alone_and_results_protected() -> None:
    table = data()
    copy = table.copy()
    found = location_scale(table, scale="~ x")
    pd.testing.assert_frame_equal(table, copy)
    for array in (found.tau2, found.scale.coef, found.inference.coef):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_the_basis_spans_the_design() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(12, 3))
    for intercept in (True, False):
        design = build_design(rows, None, intercept=intercept, labels=pd.RangeIndex(12))
        basis = orthogonalise(design, np.ones(len(design.names)))
        coef = rng.normal(size=len(design.names))
        np.testing.assert_allclose(
            design.matrix @ (basis.to_design @ coef), basis.columns @ coef, rtol=1e-10, atol=1e-12
        )
        np.testing.assert_allclose(basis.columns.T @ basis.columns, 12 * np.eye(len(coef)), atol=1e-9)


def test_it_shows_itself() -> None:
    found = fit()
    text = found.summary()
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "location: x" in text
    assert "scale: x" in text
    plain = found.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["choices"]["link"] == "log"
    assert len(plain["studies"]) == 40
    assert math.isclose(found.to_frame()["weight"].sum(), 100)
    assert found.certificate.step < 1e-6
    assert found.certificate.curvature > 0
    np.testing.assert_array_equal(found.scale_vcov.to_numpy(), found.scale.vcov)
