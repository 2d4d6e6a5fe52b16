"""Studies that decide their own fitted value, or stand alone against others that agree: no number from rounding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import (
    cumulative,
    influence,
    leave_one_out,
    permutation_test,
    qqnorm,
    residuals,
    rstandard,
)
from evidence.diagnose.small_study import egger, excess_significance, fail_safe_n
from evidence.errors import InputError, RowError
from evidence.pool import pool


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("tau2", ["EE", "DL", "REML"])
def test_a_study_alone_in_its_group_has_no_standardised_residual(seed, tau2):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(5, 20))
    size = 10.0 ** rng.integers(-4, 5)
    y, v = size * rng.normal(0.3, 1.0, k), size**2 * rng.uniform(0.01, 5.0, k)
    x = np.column_stack([np.arange(k) == 0, rng.normal(size=k)]).astype(float)
    fit = pool(y, v, mods=x, tau2=tau2)
    for kind in ("marginal", "conditional"):
        found = rstandard(fit, type=kind)
        assert np.isnan(found.z[0])
        assert (found.resid[0], found.se[0]) == (0.0, 0.0)
        assert found.reasons[0] == "the study alone decides its fitted value"
        assert np.isfinite(found.z[1:]).all()
        assert not any(found.reasons[1:])
    assert np.isnan(residuals(fit, type="rstandard").iloc[0])
    assert len(qqnorm(fit).y) == k - 1


def test_nearly_all_the_weight_is_not_all_the_information():
    found = rstandard(pool([0.1, 0.5, 0.9], [1e-14, 1.0, 1.0], tau2="EE", test="z"))
    # 1 − h is the share of weight of the others, here 2e-14
    assert found.se[0] == pytest.approx(np.sqrt(1e-14 * 2e-14), rel=1e-6)
    assert found.reasons == ("", "", "")


def test_the_only_study_off_the_model_is_influential_and_says_why_it_has_no_numbers():
    found = influence(pool([101.0, 100.0, 100.0], [1.07, 0.45, 0.28], test="hksj"))
    assert found.influential.tolist() == [True, False, False]
    assert np.isnan(found.rstudent[0])
    assert "others lie exactly on the model" in found.reasons[0]
    assert found.reasons[1:] == ("", "")
    assert "others lie exactly" in found.summary()


def test_where_all_agree_nobody_is_influential():
    found = influence(pool([0.2, 0.2, 0.2], [0.1, 0.2, 0.3], test="hksj"))
    assert not found.influential.any()


def test_what_cannot_be_estimated_is_called_alike_in_table_and_note():
    shown = leave_one_out(pool([0.1, 0.4], [0.02, 0.03])).summary()
    assert "NaN" not in shown
    assert "n/e, not estimable: without it there are no more studies" in shown


@pytest.mark.parametrize(
    "use",
    [
        lambda fit, given: cumulative(fit, order=given),
        lambda fit, given: leave_one_out(fit, cluster=given),
        lambda fit, given: egger(fit, predictor=given, force=True),
        lambda fit, given: excess_significance(fit, theta=given),
    ],
    ids=["cumulative", "leave_one_out", "egger", "excess_significance"],
)
def test_a_series_in_another_order_is_not_taken_by_position(use):
    table = pd.DataFrame(
        {"yi": [0.1, 0.5, 0.3, 0.9], "vi": [0.02, 0.03, 0.01, 0.09], "year": [2003, 2001, 2004, 2002]},
        index=["d", "a", "c", "b"],
    )
    fit = pool(table)
    with pytest.raises(InputError, match="another order than the fit"):
        use(fit, table["year"].sort_values())
    assert use(fit, table["year"]).to_dict() == use(fit, table["year"].to_numpy()).to_dict()


def test_rows_of_missing_values_are_those_of_the_table():
    table = pd.DataFrame(
        {"yi": [0.1, np.nan, 0.3, 0.9], "vi": [0.02, 0.03, 0.01, 0.09], "year": [2003, 2001, 2004, np.nan]}
    )
    with pytest.raises(RowError) as caught:
        cumulative(pool(table, missing="drop"), order=table["year"])
    assert [problem.row for problem in caught.value.problems] == ["3"]


def test_too_few_sampled_arrangements_are_cautioned():
    rng = np.random.default_rng(3)
    fit = pool(rng.normal(1, 0.3, 12), np.full(12, 0.1))
    few = permutation_test(fit, iterations=15, seed=1)
    assert any("With 15 arrangements no p-value can be below 0.067" in caution for caution in few.cautions)
    assert not permutation_test(fit, iterations=20, seed=1).cautions


def test_the_side_of_a_fail_safe_level_is_said():
    y, v = [0.4, 0.5, 0.3, 0.6], [0.04, 0.03, 0.05, 0.09]
    assert "one-sided p = 0.050" in fail_safe_n(y, v, type="Rosenthal").summary()
    assert "two-sided p = 0.050" in fail_safe_n(y, v, type="Rosenberg").summary()
    assert "significant at 0.05 (two.sided)" in excess_significance(y, v).summary()
