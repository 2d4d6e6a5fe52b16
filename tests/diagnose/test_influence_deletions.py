"""Deletion diagnostics against fits made one by one, their invariances, and what cannot be fitted."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import diagnose
from evidence.errors import InputError, OptionError
from evidence.pool import pool

METHODS = ("EE", "DL", "PM", "ML", "REML", 0.05)
TESTS = ("z", "t", "hksj", "adhoc")


def studies(k: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0.3, 0.6, k), rng.uniform(0.01, 0.3, k), rng.normal(5.0, 2.0, k)


def one_by_one(y: np.ndarray, v: np.ndarray, x: np.ndarray | None, **options: Any) -> dict[str, np.ndarray]:
    """Return the diagnostics by their definitions, from a separate fit without each study."""
    k = len(y)
    design = np.ones((k, 1)) if x is None else np.column_stack([np.ones(k), x])
    full = pool(y, v, mods=x, **options)
    vcov = full.vcov.to_numpy()
    w = 1 / (v + full.tau2)
    hat = np.diag(design @ np.linalg.inv(design.T @ (w[:, None] * design)) @ (design.T * w))
    rows = []
    for study in range(k):
        kept = np.arange(k) != study
        part = pool(y[kept], v[kept], mods=None if x is None else x[kept], **options)
        change = full.inference.coef - part.inference.coef
        here, scale, tau2 = design[study], part.inference.scale, part.tau2
        spread = scale * (v[study] + tau2) + here @ part.vcov.to_numpy() @ here
        again = np.linalg.inv(design.T @ (design / (v + tau2)[:, None]))
        rows.append(
            {
                "rstudent": (y[study] - here @ part.inference.coef) / np.sqrt(spread),
                "dffits": here @ change / np.sqrt(scale * hat[study] * (tau2 + v[study])),
                "cook_d": change @ np.linalg.solve(vcov, change),
                "cov_r": np.linalg.det(part.vcov.to_numpy()) / np.linalg.det(vcov),
                "tau2_del": tau2,
                "q_del": part.q,
                "hat": hat[study],
                "weight": 100 * w[study] / w.sum(),
                "dfbetas": change / np.sqrt(scale * np.diag(again)),
            }
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.mark.parametrize(("tau2", "test"), list(itertools.product(METHODS, TESTS)))
@pytest.mark.parametrize("moderator", [False, True])
def test_every_number_is_that_of_a_fit_without_the_study(tau2: Any, test: str, moderator: bool) -> None:
    y, v, x = studies(9, 3)
    x = x if moderator else None
    found = diagnose.influence(pool(y, v, mods=x, tau2=tau2, test=test))
    for name, expected in one_by_one(y, v, x, tau2=tau2, test=test).items():
        np.testing.assert_allclose(getattr(found, name), expected, rtol=2e-8, atol=1e-10, err_msg=name)


@given(
    seed=st.integers(0, 10_000),
    scale=st.sampled_from([1e-6, 0.125, 3.0, 1e5]),
    shift=st.sampled_from([0.0, -2.0, 1000.0]),
    tau2=st.sampled_from(["EE", "DL", "PM", "REML"]),
    test=st.sampled_from(TESTS),
)
def test_units_and_origin_of_the_effects_do_not_matter(
    seed: int, scale: float, shift: float, tau2: str, test: str
) -> None:
    y, v, x = studies(7, seed)
    one = diagnose.influence(pool(y, v, mods=x, tau2=tau2, test=test))
    other = diagnose.influence(pool((y + shift) * scale, v * scale**2, mods=x, tau2=tau2, test=test))
    for name in ("rstudent", "dffits", "cook_d", "cov_r", "q_del", "hat", "weight", "dfbetas"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-6, atol=1e-8, err_msg=name)
    np.testing.assert_allclose(other.tau2_del, one.tau2_del * scale**2, rtol=1e-6, atol=1e-9 * scale**2)


def test_the_order_of_the_studies_does_not_matter() -> None:
    y, v, x = studies(12, 8)
    order = np.random.default_rng(1).permutation(12)
    one = diagnose.influence(pool(y, v, mods=x, labels=range(12)))
    other = diagnose.influence(pool(y[order], v[order], mods=x[order], labels=order))
    for name in ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "dfbetas"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name)[order], rtol=1e-9, atol=1e-12)
    assert other.labels.tolist() == order.tolist()


def test_an_outlier_is_marked_and_the_marks_follow_their_rules() -> None:
    y, v = np.array([0.1, 0.2, 0.15, 0.18, 0.12, 3.0]), np.full(6, 0.02)
    found = diagnose.influence(pool(y, v, tau2="DL"))
    assert found.influential.tolist() == [False] * 5 + [True]
    rules = (np.abs(found.dffits) > 3 * np.sqrt(1 / 5)) | (found.cook_d > 0.4549) | (found.hat > 0.5)
    assert ((rules | (np.abs(found.dfbetas) > 1).any(axis=1)) == found.influential).all()


def test_two_studies_are_nan_with_the_reason() -> None:
    fit = pool([0.1, 0.5], [0.02, 0.03])
    found = diagnose.influence(fit)
    assert np.isnan(found.rstudent).all()
    assert np.isnan(found.dfbetas).all()
    assert found.reasons == ("without it there are no more studies than coefficients",) * 2
    np.testing.assert_allclose(found.weight.sum(), 100)
    assert np.isnan(diagnose.rstudent(fit).z).all()
    assert np.isnan(diagnose.baujat(fit).y).all()
    assert np.isfinite(diagnose.rstandard(fit).z).all()
    with pytest.raises(InputError, match="no residual"):
        diagnose.qqnorm(fit, type="rstudent")


def test_a_study_that_alone_has_a_factor_level_is_nan_with_the_reason() -> None:
    data = pd.DataFrame({"yi": [0.1, 0.4, 0.2, 0.9, 0.3], "vi": 0.05, "kind": list("aabbc")})
    found = diagnose.influence(pool(data, mods="~ C(kind)", tau2="EE", test="z"))
    assert [bool(reason) for reason in found.reasons] == [False] * 4 + [True]
    assert np.isnan(found.cook_d).tolist() == [False] * 4 + [True]
    assert found.hat[4] == pytest.approx(1)
    assert "told apart" in found.to_frame()["reason"].iloc[4]
    residuals = diagnose.rstandard(pool(data, mods="~ C(kind)", tau2="EE", test="z"))
    assert abs(residuals.resid[4]) < 1e-12


def test_one_study_is_refused() -> None:
    fit = pool([0.3], [0.1])
    for function in (diagnose.influence, diagnose.rstandard, diagnose.blup, diagnose.baujat, diagnose.leave_one_out):
        with pytest.raises(InputError, match="at least two studies"):
            function(fit)


def test_what_is_not_a_fit_is_refused() -> None:
    with pytest.raises(InputError, match="takes a fit"):
        diagnose.influence([0.1, 0.2])


@pytest.mark.parametrize(
    ("y", "v"),
    [
        ([0.2, 0.2, 0.2, 0.2], [0.1, 0.1, 0.1, 0.1]),
        ([1e-140, 2e-140, 3e-140], [1e-280, 1e-280, 1e-280]),
        ([0.1, 0.3, 0.2, 0.5], [1e-12, 1.0, 1e3, 1e9]),
        ([1e8, 1e8 + 0.1, 1e8 + 0.3, 1e8 - 0.2], [0.01, 0.02, 0.01, 0.03]),
    ],
)
@pytest.mark.parametrize("test", TESTS)
def test_degenerate_data_give_numbers_or_nan_and_no_warning(y: list[float], v: list[float], test: str) -> None:
    fit = pool(y, v, test=test)
    found = diagnose.influence(fit)
    assert np.isfinite(found.hat).all()
    assert not np.isinf(found.to_frame().select_dtypes("number").to_numpy()).any()
    np.testing.assert_allclose(found.weight.sum(), 100)


def test_a_huge_common_offset_costs_no_digits() -> None:
    y, v, _ = studies(8, 5)
    y = np.round(y * 1024) / 1024
    one, other = (diagnose.influence(pool(effects, v, tau2="DL")) for effects in (y, y + 2.0**20))
    for name in ("rstudent", "cook_d", "dffits", "dfbetas"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-10, err_msg=name)


def test_residual_kinds_and_their_covariance_agree_with_matrices() -> None:
    y, v, x = studies(8, 9)
    fit = pool(y, v, mods=x)
    total = v + fit.tau2
    design = fit.design.matrix
    hat = design @ np.linalg.inv(design.T @ (design / total[:, None])) @ (design.T / total)
    rest = np.eye(8) - hat
    expected = rest @ np.diag(total) @ rest.T
    np.testing.assert_allclose(diagnose.covariance(fit, type="resid"), expected, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(diagnose.hatvalues(fit, type="matrix"), hat, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(diagnose.rstandard(fit).se, np.sqrt(np.diag(expected)), rtol=1e-9)
    np.testing.assert_allclose(diagnose.residuals(fit), rest @ y, rtol=1e-8, atol=1e-12)
    np.testing.assert_array_equal(diagnose.residuals(fit, type="rstudent"), diagnose.rstudent(fit).z)
    with pytest.raises(OptionError, match="pearson"):
        diagnose.residuals(fit, type="perason")


def test_predictions_lie_between_the_study_and_the_mean_and_sum_up() -> None:
    y, v, _ = studies(10, 4)
    fit = pool(y, v, tau2=0.2)
    shrunk, effects = diagnose.blup(fit), diagnose.ranef(fit)
    assert ((shrunk.pred - fit.estimate) * (y - fit.estimate) >= 0).all()
    assert (np.abs(shrunk.pred - fit.estimate) <= np.abs(y - fit.estimate)).all()
    np.testing.assert_allclose(shrunk.pred - fit.estimate, effects.pred, rtol=1e-10, atol=1e-14)
    equal = diagnose.ranef(pool(y, v, tau2="EE", test="z"))
    assert (equal.pred == 0).all()
    assert (equal.se == 0).all()
    wide = diagnose.blup(fit, level=0.99)
    assert (wide.pi_high - wide.pi_low > shrunk.pi_high - shrunk.pi_low).all()
    with pytest.raises(InputError, match="between 0 and 1"):
        diagnose.blup(fit, level=95)


def test_given_weights_are_refused_where_shrinkage_is_not_defined() -> None:
    y, v, _ = studies(6, 4)
    fit = pool(y, v, weights="equal")
    for refused in (diagnose.blup, diagnose.ranef, lambda one: diagnose.rstandard(one, type="conditional")):
        with pytest.raises(InputError, match="other weights"):
            refused(fit)


def test_baujat_terms_are_those_of_q_in_an_equal_effects_model() -> None:
    y, v, _ = studies(11, 2)
    fit = pool(y, v, tau2="EE", test="z")
    assert diagnose.baujat(fit).x.sum() == pytest.approx(fit.q, rel=1e-12)


def test_the_envelope_is_repeatable_and_holds_most_residuals() -> None:
    y, v, _ = studies(30, 12)
    fit = pool(y, v)
    one, other = (diagnose.qqnorm(fit, envelope=400, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.low, other.low)
    assert ((one.y >= one.low) & (one.y <= one.high)).sum() > 20
    wide = diagnose.qqnorm(fit, envelope=400, seed=3, bonferroni=True)
    assert (wide.low <= one.low).all()
    fresh = diagnose.qqnorm(fit, envelope=10)
    assert fresh.seed is not None
    np.testing.assert_array_equal(fresh.low, diagnose.qqnorm(fit, envelope=10, seed=fresh.seed).low)
    with pytest.raises(InputError, match="whole number"):
        diagnose.qqnorm(fit, envelope=1)


def test_a_test_that_cannot_be_refitted_is_named() -> None:
    y, v, _ = studies(6, 4)
    with pytest.raises(InputError, match="'kr'"):
        diagnose.influence(pool(y, v, test="kr"))


def test_results_show_themselves_in_80_columns_and_as_json() -> None:
    y, v, x = studies(6, 1)
    labels = ["A study with quite a long name, 1999", *"bcdef"]
    fit = pool(y, v, mods=x, labels=labels)
    mean = pool(y, v, labels=labels)
    results = [
        diagnose.influence(fit),
        diagnose.rstudent(fit),
        diagnose.blup(fit),
        diagnose.baujat(fit),
        diagnose.qqnorm(fit, envelope=20, seed=1),
        diagnose.radial(mean),
        diagnose.influence(pool(y[:2], v[:2])),
    ]
    for found in results:
        assert max(map(len, found.summary().splitlines())) <= 80
        assert repr(found).startswith(f"<{type(found).__name__}")
        assert "<table>" in found._repr_html_()
        json.dumps(found.to_dict(), allow_nan=False)
        assert len(found.to_frame()) in (2, 6)
