"""Given and equal weights: the weighted mean and its standard error written out, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence.errors import ColumnError, InputError, RowError
from evidence.pool import pool, subgroups

Y = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
V = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])
Z = np.array([44.0, 55, 42, 52, 13, 44, 33])
A = np.array([1.0, 3, 2, 9, 4, 6, 1])
TABLE = pd.DataFrame({"study": list("abcdefg"), "yi": Y, "vi": V, "size": A, "z": Z})


def by_hand(a: np.ndarray, x: np.ndarray, tau2: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients by weights a and their covariance when effects have variances v + τ²."""
    solve = np.linalg.solve(x.T @ (a[:, None] * x), x.T * a)
    return solve @ Y, solve @ np.diag(V + tau2) @ solve.T


@pytest.mark.parametrize("test", ["z", "t", "hksj", "adhoc"])
@pytest.mark.parametrize("mods", [None, Z])
@pytest.mark.parametrize("weights", ["equal", "given"])
@pytest.mark.parametrize("tau2", ["EE", "DL", "REML", 0.3])
def test_written_out(tau2: str | float, weights: str, mods: np.ndarray | None, test: str) -> None:
    a = np.ones(7) if weights == "equal" else A
    fit = pool(Y, V, mods=mods, tau2=tau2, test=test, weights="equal" if weights == "equal" else A)
    x = np.ones((7, 1)) if mods is None else np.column_stack([np.ones(7), Z])
    coef, vcov = by_hand(a, x, fit.tau2)
    usual = pool(Y, V, mods=mods, tau2=tau2, test="hksj").inference.scale
    scale = {"hksj": usual, "adhoc": max(1.0, usual)}.get(test, 1.0)
    np.testing.assert_allclose(fit.inference.coef, coef, rtol=1e-11)
    np.testing.assert_allclose(fit.vcov, scale * vcov, rtol=1e-10)
    df = math.inf if test == "z" else 7 - x.shape[1]
    quantile = stats.norm.ppf(0.975) if test == "z" else stats.t.ppf(0.975, df)
    np.testing.assert_allclose(fit.inference.ci_high, coef + quantile * np.sqrt(scale * np.diag(vcov)), rtol=1e-10)
    if mods is not None:
        wald = coef[1] ** 2 / (scale * vcov[1, 1])
        assert fit.qm == pytest.approx(wald, rel=1e-10)


@pytest.mark.parametrize("weights", ["equal", "given"])
def test_the_likelihood_is_that_at_the_estimate(weights: str) -> None:
    fit = pool(Y, V, test="z", weights="equal" if weights == "equal" else A)
    assert fit.ml.loglik == pytest.approx(stats.norm.logpdf(Y, fit.estimate, np.sqrt(V + fit.tau2)).sum(), rel=1e-12)
    best = pool(Y, V, test="z")
    assert fit.tau2 == best.tau2
    assert fit.reml.loglik < best.reml.loglik
    assert fit.ml.aic - best.ml.aic == pytest.approx(2 * (best.ml.loglik - fit.ml.loglik), rel=1e-12)


def test_inverse_variances_given_change_nothing() -> None:
    usual = pool(Y, V, tau2="DL", mods=Z)
    given = pool(Y, V, tau2="DL", mods=Z, weights=1 / (V + usual.tau2))
    np.testing.assert_allclose(given.inference.coef, usual.inference.coef, rtol=1e-11)
    np.testing.assert_allclose(given.vcov, usual.vcov, rtol=1e-10)
    assert given.reml.loglik == pytest.approx(usual.reml.loglik, rel=1e-12)


def test_the_size_of_the_weights_does_not_matter() -> None:
    one, other = pool(Y, V, weights=A), pool(Y, V, weights=1e-7 * A)
    assert one.estimate == pytest.approx(other.estimate, rel=1e-14)
    assert one.se == pytest.approx(other.se, rel=1e-14)


def test_the_shown_weights_are_those_used() -> None:
    fit = pool(TABLE, weights="size")
    np.testing.assert_allclose(fit.weights, 100 * A / A.sum())
    assert (fit.weights * Y).sum() / 100 == pytest.approx(fit.estimate)
    np.testing.assert_allclose(fit.to_frame()["weight"], 100 * A / A.sum())
    assert fit.choices.weights == "given"
    assert fit.to_dict()["weights"] == "given"
    assert "weights were given" in fit.summary()
    equal = pool(TABLE, weights="equal")
    assert equal.estimate == pytest.approx(Y.mean())
    assert "same weight" in equal.summary()
    assert pool(TABLE).to_dict()["weights"] == "inverse-variance"


def test_a_row_without_a_weight_is_named_or_left_out_with_the_reason() -> None:
    table = TABLE.assign(size=[1.0, 3, None, 9, 4, 6, 1])
    with pytest.raises(RowError, match="weights missing"):
        pool(table, weights="size")
    fit = pool(table, weights="size", missing="drop")
    kept = TABLE.drop(index=2)
    assert fit.estimate == pytest.approx(pool(kept, weights="size").estimate, rel=1e-14)
    frame = fit.to_frame()
    assert frame["included"].tolist() == [True, True, False, True, True, True, True]
    assert frame["reason"][2] == "weights missing"
    assert np.isnan(frame["weight"][2])
    assert frame["weight"].sum() == pytest.approx(100)


def test_a_row_without_a_moderator_takes_its_weight_along() -> None:
    table = TABLE.assign(z=[44, 55, 42, None, 13, 44, 33])
    fit = pool(table, mods="~ z", weights="size", missing="drop")
    assert fit.k == 6
    reference = pool(TABLE.drop(index=3), mods="~ z", weights="size")
    np.testing.assert_allclose(fit.inference.coef, reference.inference.coef, rtol=1e-12)
    assert fit.to_frame()["reason"][3] == "z missing"
    assert fit.studies.weights is not None
    assert fit.studies.weights.tolist() == [1, 3, 2, 4, 6, 1]


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (A[:3], InputError, "weights has 3 value"),
        (-A, RowError, "the weight must be positive"),
        (np.where(A == 9, 0, A), RowError, "the weight must be positive"),
        (np.where(A == 9, np.inf, A), RowError, "not a finite number"),
        (np.where(A == 9, 1e-200, A), RowError, "too small beside the largest"),
        (["1", 2, 3, 4, 5, 6, 7], RowError, "text, not a number"),
        ("weight", ColumnError, "no column 'weight'"),
        ({"a": 1}, InputError, "weights is a dict"),
        (3.0, InputError, "sequence"),
        (pd.Series(A, index=range(1, 8)), InputError, "different indexes"),
    ],
)
def test_weights_that_cannot_be_used(weights: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pool(TABLE, weights=weights)  # type: ignore[arg-type]


def test_a_name_needs_its_table() -> None:
    with pytest.raises(InputError, match="give the table"):
        pool(Y, V, weights="size")


def test_the_order_of_studies_does_not_matter() -> None:
    order = np.random.default_rng(2).permutation(7)
    one, other = pool(Y, V, weights=A, mods=Z), pool(Y[order], V[order], weights=A[order], mods=Z[order])
    np.testing.assert_allclose(one.inference.coef, other.inference.coef, rtol=1e-11)
    np.testing.assert_allclose(one.inference.se, other.inference.se, rtol=1e-11)


def test_one_study_and_two() -> None:
    assert pool([0.3], [0.04], weights=[5.0]).estimate == 0.3
    fit = pool([0.1, 0.7], [0.04, 0.09], weights=[1, 2], test="z", tau2="EE")
    assert fit.estimate == pytest.approx(0.5)
    assert fit.se == pytest.approx(math.sqrt(0.04 + 4 * 0.09) / 3)


def test_no_regression_has_the_covariance_of_a_weighted_fit() -> None:
    with pytest.raises(InputError, match="no weighted regression"):
        pool(Y, V, weights=A).wls()


@pytest.mark.parametrize("weights", ["equal", "size", "array"])
@pytest.mark.parametrize("common", [False, True])
def test_subgroups_take_their_own_weights(weights: str, common: bool) -> None:
    table = TABLE.assign(arm=list("ababaab"))
    given = A if weights == "array" else weights
    found = subgroups(table, "arm", weights=given, tau2_common=common, test="z")
    for name, fit in found.groups.items():
        rows = (table["arm"] == name).to_numpy()
        own = np.ones(rows.sum()) if weights == "equal" else A[rows]
        assert fit.estimate == pytest.approx((own * Y[rows]).sum() / own.sum(), rel=1e-12)
    assert math.isfinite(found.q_between)
