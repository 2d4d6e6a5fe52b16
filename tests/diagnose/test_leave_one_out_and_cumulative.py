"""Sequences of fits against fits made one by one, and what they refuse."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest

from evidence.diagnose import cumulative, leave_one_out
from evidence.errors import InputError, RowError
from evidence.pool import pool

METHODS = ("EE", "DL", "PM", "ML", "REML", 0.05)
TESTS = ("z", "t", "hksj", "adhoc")
NAMES = ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high", "pi_low", "pi_high", "q", "q_pvalue", "tau2")
ALL = (*NAMES, "i2", "h2")


def studies(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0.3, 0.6, k), rng.uniform(0.01, 0.3, k)


def same(rows: Any, row: int, fit: Any) -> None:
    ours = [getattr(rows, name)[row] for name in ALL]
    np.testing.assert_allclose(ours, [getattr(fit, name) for name in ALL], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(("tau2", "test"), list(itertools.product(METHODS, TESTS)))
def test_each_row_is_the_fit_to_its_studies(tau2: Any, test: str) -> None:
    y, v = studies(7, 2)
    fit = pool(y, v, tau2=tau2, test=test, level=0.9, prediction="k-p-1")
    options = {"tau2": tau2, "test": test, "level": 0.9, "prediction": "k-p-1"}
    without, growing = leave_one_out(fit).rows, cumulative(fit).rows
    for study in range(7):
        kept = np.arange(7) != study
        same(without, study, pool(y[kept], v[kept], **options))
        same(growing, study, pool(y[: study + 1], v[: study + 1], **options))
    same(growing, 6, fit)
    assert growing.k.tolist() == list(range(1, 8))


def test_given_weights_are_kept() -> None:
    y, v = studies(6, 3)
    w = np.array([1.0, 5, 2, 2, 3, 1])
    fit = pool(y, v, tau2="DL", weights=w, prediction="tau")
    rows = leave_one_out(fit).rows
    for study in range(6):
        kept = np.arange(6) != study
        same(rows, study, pool(y[kept], v[kept], tau2="DL", weights=w[kept], prediction="tau"))


def test_rows_that_lack_a_value_stay_out() -> None:
    y = [0.1, None, 0.4, 0.9, 0.5]
    fit = pool(y, [0.1] * 5, labels=list("abcde"), missing="drop")
    assert leave_one_out(fit).to_frame().index.tolist() == ["a", "c", "d", "e"]
    steps = cumulative(fit, order=[5, 1, 4, 3, 2])
    assert steps.to_frame().index.tolist() == ["e", "d", "c", "a"]
    assert steps.order == (2, 3, 4, 5)


def test_two_studies_leave_one_which_is_not_a_synthesis() -> None:
    found = leave_one_out(pool([0.1, 0.5], [0.02, 0.03]))
    assert found.to_frame()[list(ALL)].isna().all(axis=None)
    assert all("no more studies than coefficients" in reason for reason in found.reasons)
    assert found.rows.k.tolist() == [1, 1]
    steps = cumulative(pool([0.1, 0.5], [0.02, 0.03]))
    assert steps.rows.estimate[0] == pytest.approx(0.1)
    assert np.isnan(steps.rows.tau2[0])
    assert "one study" in steps.reasons[0]


def test_three_studies_leave_two() -> None:
    found = leave_one_out(pool([0.1, 0.5, 0.3], [0.02, 0.03, 0.05]))
    assert found.rows.k.tolist() == [2, 2, 2]
    assert np.isfinite(found.rows.estimate).all()
    assert found.reasons == ("", "", "")


def test_clusters_are_left_out_together() -> None:
    y, v = studies(7, 4)
    group = ["a", "b", "a", "c", "c", "c", "b"]
    found = leave_one_out(pool(y, v), cluster=group)
    assert found.to_frame().index.tolist() == ["a", "b", "c"]
    for row, name in enumerate("abc"):
        kept = np.array([other != name for other in group])
        same(found.rows, row, pool(y[kept], v[kept]))
    assert found.rows.k.tolist() == [5, 5, 4]
    with pytest.raises(InputError, match="6 value"):
        leave_one_out(pool(y, v), cluster=group[:6])
    with pytest.raises(RowError, match="lacks a value"):
        leave_one_out(pool(y, v), cluster=[None, *group[1:]])


def test_order_ties_and_direction() -> None:
    y, v = studies(5, 6)
    fit = pool(y, v)
    year = [2001, 1999, 2001, 2005, 1999]
    assert cumulative(fit, order=year).positions.tolist() == [1, 4, 0, 2, 3]
    assert cumulative(fit, order=year, descending=True).positions.tolist() == [3, 0, 2, 1, 4]
    joined = cumulative(fit, order=year, collapse=True)
    assert joined.positions.tolist() == [4, 2, 3]
    assert joined.rows.k.tolist() == [2, 4, 5]
    same(joined.rows, 1, pool(y[[0, 1, 2, 4]], v[[0, 1, 2, 4]]))
    by_name = cumulative(fit, order=["b", "a", "d", "c", "e"])
    assert by_name.positions.tolist() == [1, 0, 3, 2, 4]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ([1, 2, 3], "3 value"),
        ("year", "one value for each study"),
        ([1, "b", 3, 4, 5], "cannot be compared"),
        ([[1, 2, 3, 4, 5]], "one value for each study"),
        ([1, None, 3, 4, 5], "lacks a value"),
        ([1, float("nan"), 3, 4, 5], "lacks a value"),
    ],
)
def test_an_order_that_cannot_be_used_is_refused(order: Any, message: str) -> None:
    y, v = studies(5, 6)
    with pytest.raises((InputError, RowError), match=message):
        cumulative(pool(y, v), order=order)


def test_direction_without_an_order_is_refused() -> None:
    y, v = studies(5, 6)
    with pytest.raises(InputError, match="need order="):
        cumulative(pool(y, v), descending=True)


def test_moderators_are_refused_with_advice() -> None:
    y, v = studies(6, 6)
    fit = pool(y, v, mods=np.arange(6.0))
    for function in (leave_one_out, cumulative):
        with pytest.raises(InputError, match=r"influence\(fit\)"):
            function(fit)


def test_scaling_the_effects_scales_the_rows() -> None:
    y, v = studies(8, 7)
    one, other = leave_one_out(pool(y, v)).rows, leave_one_out(pool(y * 1e4, v * 1e8)).rows
    np.testing.assert_allclose(other.estimate, one.estimate * 1e4, rtol=1e-10)
    np.testing.assert_allclose(other.tau2, one.tau2 * 1e8, rtol=1e-10)
    np.testing.assert_allclose(other.i2, one.i2, rtol=1e-9)


def test_many_rows_are_fitted_in_parts() -> None:
    y, v = studies(1600, 8)
    rows = leave_one_out(pool(y, v, tau2="DL", test="z")).rows
    same(rows, 1599, pool(y[:-1], v[:-1], tau2="DL", test="z"))


def test_results_show_themselves_in_80_columns_and_as_json() -> None:
    y, v = studies(6, 1)
    fit = pool(y, v, labels=["A study with quite a long name, 1999", *"bcdef"])
    for found in (leave_one_out(fit), cumulative(fit, order=[3, 1, 2, 5, 4, 6]), leave_one_out(pool(y[:2], v[:2]))):
        assert max(map(len, found.summary().splitlines())) <= 80
        json.dumps(found.to_dict(), allow_nan=False)
    assert "nominal level" in cumulative(fit).summary()
