"""Selection models: invariance, boundaries, certificates, weights, and what they refuse."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.diagnose.selection import SelectionModel, selection_model
from evidence.errors import ConvergenceError, InputError, NotPooledError, OptionError
from evidence.pool import PooledResult, pool

YI = np.array([0.62, 0.55, 0.21, 0.71, 0.33, 0.29, 0.25, 0.21, 0.12, 0.08, 0.45, 0.05, -0.1, 0.3])
VI = np.array([0.09, 0.07, 0.05, 0.11, 0.02, 0.02, 0.01, 0.01, 0.01, 0.02, 0.06, 0.01, 0.05, 0.03])
KINDS = ["3PSM", "beta", "halfnorm", "negexp", "logistic", "power", "trunc"]


def fit(yi: Any = YI, vi: Any = VI, **options: Any) -> PooledResult:
    return pool(yi, vi, **{"tau2": "ML", "test": "z", **options})


def spread_out(seed: int, k: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Return effects with heterogeneity of which significant ones are seen more often."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.005, 0.2, 6 * k)
    y = rng.normal(0.15, np.sqrt(v + 0.04))
    seen = (y / np.sqrt(v) > 1.96) | (rng.random(6 * k) < 0.3)
    return y[seen][:k], v[seen][:k]


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_of_unit_changes_the_unit(kind: str) -> None:
    y, v = spread_out(1)
    one = selection_model(fit(y, v), kind)
    for factor in (1e-5, 3.7e4):
        other = selection_model(fit(y * factor, v * factor**2), kind)
        assert other.estimate == pytest.approx(one.estimate * factor, rel=1e-7)
        assert other.tau2 == pytest.approx(one.tau2 * factor**2, rel=1e-7, abs=1e-9 * factor**2)
        assert other.se == pytest.approx(one.se * factor, rel=1e-6)
        np.testing.assert_allclose(other.delta, one.delta, rtol=1e-7)
        assert other.lrt == pytest.approx(one.lrt, rel=1e-7)
        assert other.loglik == pytest.approx(one.loglik - len(y) * math.log(factor), rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_studies_does_not_matter(kind: str) -> None:
    y, v = spread_out(2)
    order = np.random.default_rng(0).permutation(len(y))
    one, other = selection_model(fit(y, v), kind), selection_model(fit(y[order], v[order]), kind)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-7, abs=1e-9)
    np.testing.assert_allclose(other.delta, one.delta, rtol=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_small_effects_favoured_is_large_effects_favoured_mirrored(kind: str) -> None:
    y, v = spread_out(3)
    right = selection_model(fit(y, v), kind)
    left = selection_model(fit(-y, v), kind, alternative="less")
    assert left.estimate == pytest.approx(-right.estimate, rel=1e-8)
    assert left.ci == pytest.approx((-right.ci_high, -right.ci_low), rel=1e-8)
    np.testing.assert_allclose(left.delta, right.delta, rtol=1e-8)
    np.testing.assert_allclose(left.pvalues, right.pvalues, rtol=1e-10)


@pytest.mark.parametrize(
    ("kind", "delta"),
    [("beta", (1, 1)), ("halfnorm", 0), ("negexp", 0), ("logistic", 0), ("power", 0), ("trunc", 1), ("3PSM", (1, 1))],
)
def test_weights_of_one_are_no_selection(kind: str, delta: Any) -> None:
    y, v = spread_out(4)
    plain = fit(y, v)
    found = selection_model(plain, kind, delta=delta)
    assert found.estimate == pytest.approx(plain.estimate, rel=1e-8)
    assert found.tau2 == pytest.approx(plain.tau2, rel=1e-7)
    assert found.loglik == pytest.approx(plain.ml.loglik, rel=1e-10)
    assert found.lrt == 0
    assert found.lrt_df == 0
    assert math.isnan(found.lrt_pvalue)
    assert np.isnan(found.delta_se).all()


def test_special_cases_of_the_power_in_the_exponent() -> None:
    for kind, power in (("halfnorm", 0.5), ("negexp", 1.0)):
        one = selection_model(fit(), kind)
        other = selection_model(fit(), "negexppow", delta=(math.nan, power))
        assert one.delta[0] > 0
        assert other.loglik == pytest.approx(one.loglik, rel=1e-10)
        assert other.delta[0] == pytest.approx(one.delta[0], rel=1e-6)
        assert other.delta_se[0] == pytest.approx(one.delta_se[0], rel=1e-5)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_no_nearby_or_random_place_is_higher(seed: int) -> None:
    y, v = spread_out(seed, k=20)
    plain = fit(y, v)
    found = selection_model(plain, "beta")
    rng = np.random.default_rng(seed)
    assert found.loglik >= found.loglik_unselected - 1e-9
    assert found.convergence.distance < 1e-8
    assert found.convergence.gradient < 1e-6
    for _ in range(8):
        delta = found.delta * np.exp(rng.normal(0, 0.5, 2))
        assert selection_model(plain, "beta", delta=delta).loglik <= found.loglik + 1e-8


def test_the_highest_of_several_maxima_is_taken_and_the_others_are_told() -> None:
    rng = np.random.default_rng(12)
    seen = 0
    for _ in range(12):
        v = rng.uniform(0.01, 0.5, 15)
        y = rng.normal(0.1, np.sqrt(v + 0.05))
        found = selection_model(fit(y, v), "beta")
        logliks = [mode["loglik"] for mode in found.convergence.modes]
        assert logliks == sorted(logliks, reverse=True)
        assert logliks[0] == found.loglik
        seen += len(logliks) > 1
    assert seen > 0


def test_without_heterogeneity_the_variance_is_exactly_zero() -> None:
    found = selection_model(fit())
    assert found.tau2 == 0.0
    assert "tau2" in found.convergence.at_bound
    assert math.isnan(found.tau2_se)
    assert found.se > 0
    assert any("τ² is estimated as 0" in caution for caution in found.cautions)
    assert found.se == pytest.approx(selection_model(fit(tau2="EE")).se, rel=1e-9)


def test_the_estimator_of_the_fit_decides_about_tau2_only_where_it_says_something() -> None:
    y, v = spread_out(6)
    by_ml = selection_model(fit(y, v))
    assert selection_model(pool(y, v)).estimate == by_ml.estimate
    equal = selection_model(fit(y, v, tau2="EE"))
    assert equal.tau2 == 0
    assert math.isnan(equal.tau2_lrt)
    assert equal.lrt_df == 1
    given_tau2 = selection_model(fit(y, v, tau2=0.07))
    assert given_tau2.tau2 == pytest.approx(0.07, rel=1e-14)
    assert math.isnan(given_tau2.tau2_se)
    assert by_ml.ml.aic == pytest.approx(-2 * by_ml.loglik + 6)
    assert equal.ml.aic == pytest.approx(-2 * equal.loglik + 4)
    assert given_tau2.ml.aic == pytest.approx(-2 * given_tau2.loglik + 4)


def test_moderators() -> None:
    y, v = spread_out(7)
    x = np.linspace(1990, 2019, len(y))
    one, other = (selection_model(fit(y, v, mods=values)) for values in (x, (x - 2000) / 10))
    assert one.coef[1] == pytest.approx(other.coef[1] / 10, rel=1e-6)
    assert one.coef_pvalue[1] == pytest.approx(other.coef_pvalue[1], rel=1e-6)
    assert one.loglik == pytest.approx(other.loglik, rel=1e-11)
    assert one.qm == pytest.approx(one.coef_statistic[1] ** 2, rel=1e-9)
    assert one.qm_df == 1
    assert list(one.coefficients.index) == ["Intercept", "x1"]
    with pytest.raises(NotPooledError, match="coefficients"):
        _ = one.estimate


def test_the_scale_of_the_precision_changes_delta_only() -> None:
    y, v = spread_out(8)
    for prec in ("sei", "vi"):
        one = selection_model(fit(y, v), "negexp", prec=prec)
        other = selection_model(fit(y, v), "negexp", prec=prec, scale_prec=False, delta_max=1e5)
        most = np.sqrt(v).max() if prec == "sei" else v.max()
        assert other.delta[0] * most == pytest.approx(one.delta[0], rel=1e-6)
        assert other.estimate == pytest.approx(one.estimate, rel=1e-7)


def test_precision_from_sample_sizes() -> None:
    y, v = spread_out(9)
    as_sizes = selection_model(fit(y, v), "power", prec="ninv", ni=1 / v)
    assert as_sizes.estimate == pytest.approx(selection_model(fit(y, v), "power", prec="vi").estimate, rel=1e-9)
    root = selection_model(fit(y, v), "power", prec="sqrtninv", ni=1 / v)
    assert root.estimate == pytest.approx(selection_model(fit(y, v), "power", prec="sei").estimate, rel=1e-9)
    with pytest.raises(InputError, match="needs ni"):
        selection_model(fit(), "power", prec="ninv")
    with pytest.raises(InputError, match="positive"):
        selection_model(fit(), "power", prec="ninv", ni=[0] * 14)
    with pytest.raises(InputError, match="ni is for"):
        selection_model(fit(), "power", ni=[10] * 14)


def test_decreasing_weights_go_down() -> None:
    y, v = spread_out(10)
    v = np.where(y / np.sqrt(v) > 1.0, v, v * 0.5)
    free = selection_model(fit(y, v), "stepfun", steps=(0.025, 0.2, 0.5))
    down = selection_model(fit(y, v), "stepfun", steps=(0.025, 0.2, 0.5), decreasing=True)
    assert (np.diff(down.delta) <= 1e-12).all()
    assert (down.delta <= 1).all()
    assert down.loglik <= free.loglik + 1e-9
    with pytest.raises(InputError, match="profiles"):
        down.confint()


def test_a_bound_is_a_bound_and_is_told() -> None:
    y, v = spread_out(11)
    free = selection_model(fit(y, v)).delta[1]
    found = selection_model(fit(y, v), delta_min=2 * free)
    assert found.delta[1] == pytest.approx(2 * free, rel=1e-12)
    assert found.convergence.at_bound == ("delta.2",)
    assert any("delta.2 ended at a bound" in caution for caution in found.cautions)


def test_selection_that_applies_to_no_more_than_a_subset() -> None:
    y, v = spread_out(13)
    subset = np.arange(len(y)) < 20
    found = selection_model(fit(y, v), subset=subset)
    assert found.intervals["k"].sum() == 20
    assert found.selected.sum() == 20
    assert selection_model(fit(y, v), subset=[True] * len(y)).estimate == selection_model(fit(y, v)).estimate
    with pytest.raises(InputError, match="holds no study"):
        selection_model(fit(y, v), subset=[False] * len(y))
    with pytest.raises(InputError, match="True or False"):
        selection_model(fit(y, v), subset=[1] * len(y))


def test_profile_limits_are_where_the_likelihood_ratio_says() -> None:
    y, v = spread_out(14)
    found = selection_model(fit(y, v), "stepfun", steps=(0.025, 0.5))
    limits = found.confint(level=0.9)
    assert list(limits.index) == ["tau2", "delta.2", "delta.3"]
    for end in ("ci_low", "ci_high"):
        held = selection_model(
            fit(y, v), "stepfun", steps=(0.025, 0.5), delta=(1, limits.loc["delta.2", end], math.nan)
        )
        assert 2 * (found.loglik - held.loglik) == pytest.approx(2.705543, rel=1e-6)
        if limits.loc["tau2", end] > 0:
            held = selection_model(fit(y, v, tau2=limits.loc["tau2", end]), "stepfun", steps=(0.025, 0.5))
            assert 2 * (found.loglik - held.loglik) == pytest.approx(2.705543, rel=1e-6)


def test_a_profile_that_never_falls_enough_has_no_limit() -> None:
    found = selection_model(fit(), "negexp", delta_max=3.5)
    assert found.confint().loc["delta.1", "ci_high"] == math.inf


@pytest.mark.parametrize(
    ("kind", "options", "at", "weights"),
    [
        ("stepfun", {"steps": (0.025, 0.5), "delta": (1, 0.5, 0.2)}, [0.025, 0.026, 0.9], [1, 0.5, 0.2]),
        ("halfnorm", {"delta": 2}, [0, 0.5, 1], [1, math.exp(-0.5), math.exp(-2)]),
        ("negexp", {"delta": 2, "steps": 0.1}, [0.05, 0.1, 0.6], [1, 1, math.exp(-1)]),
        ("logistic", {"delta": 2}, [0, 1], [1, 2 / (1 + math.exp(2))]),
        ("power", {"delta": 2}, [0.5], [0.25]),
        ("beta", {"delta": (2, 3)}, [0.5, 0.25], [0.125, 0.25 * 0.75**2]),
        ("negexppow", {"delta": (2, 0.25)}, [0.5], [math.exp(-2 / 16)]),
        ("trunc", {"delta": 0.4, "steps": 0.2}, [0.1, 0.2, 0.3], [0.4, 0.4, 1]),
    ],
)
def test_the_weight_function(kind: str, options: dict[str, Any], at: list[float], weights: list[float]) -> None:
    found = selection_model(fit(), kind, **options)
    np.testing.assert_allclose(found.weight(at), weights, rtol=1e-4 if kind == "power" else 1e-12)


def test_weights_are_of_p_values() -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        selection_model(fit()).weight([1.2])
    with pytest.raises(InputError, match="positive"):
        selection_model(fit(), "negexp").weight([0.2], prec=0)


def test_an_estimated_cutpoint_is_at_least_as_good_as_any_given_one() -> None:
    y, v = spread_out(15, k=15)
    found = selection_model(fit(y, v, tau2="EE"), "truncest")
    assert y.min() <= found.delta[1] <= y.max()
    assert math.isnan(found.delta_se[1])
    assert found.lrt_df == 1
    assert found.aic == pytest.approx(-2 * found.loglik + 6)
    for cut in np.linspace(y.min() + 1e-6, y.max() - 1e-6, 25):
        held = selection_model(fit(y, v, tau2="EE"), "trunc", steps=float(cut))
        assert held.loglik <= found.loglik + 1e-9
    same = selection_model(fit(y, v, tau2="EE"), "trunc", steps=float(found.delta[1]))
    assert same.loglik == pytest.approx(found.loglik, rel=1e-9)
    assert same.estimate == pytest.approx(found.estimate, rel=1e-7)
    left = selection_model(fit(-y, v, tau2="EE"), "truncest", alternative="less")
    assert left.delta[1] == pytest.approx(-found.delta[1])
    assert (left.weight(-y) == found.weight(y)).all()
    with pytest.raises(InputError, match="profiles"):
        found.confint()


def test_empty_intervals() -> None:
    with pytest.raises(InputError, match=r"no study in 0 < p ≤ 0.0001.*infinity"):
        selection_model(fit(), "stepfun", steps=(0.0001, 0.025))
    with pytest.raises(InputError, match=r"0.99999 < p ≤ 1.*would go to 0"):
        selection_model(fit(), "stepfun", steps=(0.025, 0.99999))
    merged = selection_model(fit(), "stepfun", steps=(0.0001, 0.025, 0.99999), empty="merge")
    assert merged.choices.steps == (0.025, 1.0)
    assert merged.estimate == selection_model(fit()).estimate
    with pytest.raises(InputError, match="nothing to compare"):
        selection_model(fit(YI * 0.1), empty="merge")
    with pytest.raises(InputError, match="delta"):
        selection_model(fit(), "stepfun", steps=(0.0001, 0.025), empty="merge", delta=(1, 0.5, 0.3))
    fixed = selection_model(fit(), "stepfun", steps=(0.0001, 0.025), delta=(1, 1, 0.3))
    assert fixed.intervals["k"].tolist() == [0, 7, 7]


def test_a_threshold_needs_studies_beyond_it() -> None:
    with pytest.raises(InputError, match="no study has p above"):
        selection_model(fit(), "halfnorm", steps=0.999)
    found = selection_model(fit(), "halfnorm", steps=1e-9)
    assert any("No study has p up to the threshold" in caution for caution in found.cautions)


def test_a_cutpoint_needs_effects_on_both_sides() -> None:
    with pytest.raises(InputError, match="far side of the cutpoint"):
        selection_model(fit(), "trunc", steps=-5)
    with pytest.raises(InputError, match="beyond the cutpoint"):
        selection_model(fit(), "trunc", steps=5)
    hard = selection_model(fit(), "trunc", steps=-0.2, delta=0)
    assert hard.estimate < fit().estimate


def test_what_was_seen_cannot_have_weight_zero() -> None:
    for kind, options in (("stepfun", {"steps": 0.025, "delta": (1, 0)}), ("trunc", {"steps": 0.1, "delta": 0})):
        with pytest.raises(InputError, match="nothing is seen in an interval that holds"):
            selection_model(fit(), kind, **options)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("stepfun", {}, "needs steps"),
        ("stepfun", {"steps": (0.025, 2)}, "p-values above 0"),
        ("stepfun", {"steps": (0.025, math.nan)}, "finite"),
        ("stepfun", {"steps": "five"}, "must be numbers"),
        ("stepfun", {"steps": 1}, "leaves one interval"),
        ("3PSM", {"steps": 0.05}, "own steps"),
        ("3PSM", {"alternative": "two.sided"}, "one-sided"),
        ("3PSM", {"prec": "sei"}, "does not depend on precision"),
        ("3PSM", {"delta": (1, 2, 3)}, "3 value"),
        ("3PSM", {"delta": (1, -1)}, "at least 0"),
        ("3PSM", {"delta": (0, 1)}, "first interval"),
        ("3PSM", {"delta": "x"}, "NaN for those to estimate"),
        ("3PSM", {"delta_max": -1}, "at least 0"),
        ("3PSM", {"delta_min": 5, "delta_max": 2}, "must lie below"),
        ("3PSM", {"delta_min": 0.1, "decreasing": True}, "bounds of its own"),
        ("beta", {"steps": 0.05}, "takes no steps"),
        ("beta", {"decreasing": True}, "for step functions"),
        ("beta", {"delta": (0, 1)}, "above 0"),
        ("beta", {"pval_min": 0}, "above 0"),
        ("power", {"pval_min": 0.6}, "below 0.5"),
        ("halfnorm", {"steps": (0.05, 0.1)}, "one threshold"),
        ("trunc", {"alternative": "two.sided"}, "one side"),
        ("trunc", {"steps": (0.1, 0.2)}, "one cutpoint"),
        ("truncest", {"delta": (1, 0.3)}, "kind='trunc'"),
    ],
)
def test_options_that_cannot_be(kind: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        selection_model(fit(), kind, **options)


def test_unknown_options_are_named() -> None:
    for options in ({"kind": "3psm"}, {"alternative": "right"}, {"kind": "beta", "prec": "se"}, {"empty": "drop"}):
        with pytest.raises(OptionError):
            selection_model(fit(), **options)


def test_few_studies() -> None:
    with pytest.raises(InputError, match="more studies than coefficients"):
        selection_model(pool([0.3], [0.1]))
    with pytest.raises(InputError, match="3 parameters and 2 studies"):
        selection_model(pool([0.3, 0.5], [0.1, 0.01]))
    found = selection_model(fit([0.3, 0.5, 0.1], [0.1, 0.01, 0.05]))
    assert found.cautions[0].startswith("With 3 studies")
    assert "only 1 study" in found.cautions[1]


def test_what_it_is_given() -> None:
    with pytest.raises(InputError, match="takes a fit"):
        selection_model(YI)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="weights"):
        selection_model(pool(YI, VI, weights="equal"))


def test_a_likelihood_without_a_maximum_is_an_error() -> None:
    # one significant effect far beyond the others, all of which a mean at minus infinity explains better and better
    with pytest.raises(ConvergenceError, match="no maximum"):
        selection_model(fit([0.1961, 0.1962, 0.1963, 0.1964], [0.01] * 4, tau2="EE"), "trunc", steps=0.196, delta=0)


@pytest.mark.parametrize("kind", ["3PSM", "beta"])
def test_huge_and_tiny_variances(kind: str) -> None:
    v = VI.copy()
    v[0], v[1] = 1e-8, 1e6
    found = selection_model(fit(YI, v), kind)
    assert math.isfinite(found.estimate)
    assert found.convergence.distance < 1e-6


def test_equal_effects_and_ties() -> None:
    found = selection_model(fit([0.3] * 6 + [0.1] * 6, [0.01] * 6 + [0.02] * 6))
    assert found.tau2 == 0
    assert 0.1 < found.estimate < 0.3


def test_forms_of_the_result() -> None:
    found = selection_model(fit(), "3PSM")
    assert isinstance(found, SelectionModel)
    json.dumps(found.to_dict())
    assert all(len(line) <= 80 for line in found.summary().splitlines())
    assert repr(found).startswith("<SelectionModel: effect")
    assert found._repr_html_()
    table = found.to_frame()
    assert list(table.columns) == ["study", "yi", "sei", "pvalue", "selected"]
    assert isinstance(found.selection, pd.DataFrame)
    assert list(found.selection.index) == ["delta.1", "delta.2"]
    assert found.kind == "stepfun"
    assert found.bic > found.aic - 10
    assert found.aicc > found.aic
    with pytest.raises(ValueError, match="read-only"):
        found.delta[0] = 3


def test_the_inputs_are_left_alone() -> None:
    y, v = YI.copy(), VI.copy()
    selection_model(fit(y, v), "beta")
    np.testing.assert_array_equal(y, YI)
    np.testing.assert_array_equal(v, VI)
