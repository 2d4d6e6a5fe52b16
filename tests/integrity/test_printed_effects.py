"""Intervals, subgroups, heterogeneity, SUCRAs and questions, against hand arithmetic, R and simulation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.curate.integrity import EvidenceTables, arm_intervals
from evidence.curate.integrity.between_sources import same_number
from evidence.curate.integrity.disagreements import disagreements, question_of
from evidence.curate.integrity.effect_intervals import Interval, centre_gap, p_of_interval, scale_of, z_of_interval
from evidence.curate.integrity.heterogeneity import se_range_of_smd, tau2_range
from evidence.curate.integrity.intervals import CHECKS
from evidence.curate.integrity.published import first_number, implied_tau, narrowest_se, people_of_inputs
from evidence.curate.integrity.ranges import Range
from evidence.curate.integrity.subgroups import factor_of, interaction, pooled_hull
from evidence.curate.integrity.sucra import sucra_mean_range

Z = 1.959963984540054


def effects(*rows):
    columns = {"review_id": "R", "outcome": "o", "comparison": "a vs b", "measure": "MD", "ci_level": 0.95}
    return EvidenceTables(
        {"reviews": pd.DataFrame([columns | {"result_id": f"R-{i}"} | row for i, row in enumerate(rows)])}
    )


def ids(tables):
    return sorted(finding.check for check in CHECKS for finding in check.run(tables))


@settings(max_examples=80, deadline=None)
@given(effect=st.floats(-30, 30), se=st.floats(0.2, 20), decimals=st.integers(1, 3))
def test_an_honest_interval_gives_back_its_z_and_p(effect, se, decimals):
    numbers = [round(value, decimals) for value in (effect, effect - Z * se, effect + Z * se)]
    interval = Interval(estimate=numbers[0], low=numbers[1], high=numbers[2], decimals=decimals)
    z = abs(effect) / se
    found = z_of_interval(interval)
    assert found.low - 1e-6 <= z <= found.high + 1e-6
    assert p_of_interval(interval).low - 1e-9 <= 2 * stats.norm.sf(z) <= p_of_interval(interval).high + 1e-9
    assert centre_gap(interval) == 0.0


@settings(max_examples=80, deadline=None)
@given(log=st.floats(-2, 2), se=st.floats(0.05, 0.8))
def test_an_honest_ratio_lies_in_the_middle_on_the_log_scale(log, se):
    numbers = [round(math.exp(value), 2) for value in (log, log - Z * se, log + Z * se)]
    interval = Interval(estimate=numbers[0], low=numbers[1], high=numbers[2], decimals=2, scale="log")
    if numbers[1] > 0:
        assert centre_gap(interval) == 0.0
        found = z_of_interval(interval)
        assert found.low - 1e-6 <= abs(log) / se <= found.high + 1e-6


@settings(max_examples=40, deadline=None)
@given(effect=st.floats(-10, 10), se=st.floats(0.3, 5), df=st.integers(2, 40))
def test_an_interval_by_t_gives_the_p_of_t(effect, se, df):
    quantile = stats.t.ppf(0.975, df)
    interval = Interval(
        estimate=round(effect, 3),
        low=round(effect - quantile * se, 3),
        high=round(effect + quantile * se, 3),
        decimals=3,
    )
    p = 2 * stats.t.sf(abs(effect) / se, df)
    found = p_of_interval(interval, (df,))
    assert found.low - 1e-9 <= p <= found.high + 1e-9


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"estimate": 1.32, "ci_low": 0.73, "ci_high": 1.92, "p_as_printed": "<0.01"}, []),
        ({"estimate": 1.16, "ci_low": 0.86, "ci_high": 1.42}, ["ci-centre"]),
        ({"estimate": 3.0, "ci_low": 0.86, "ci_high": 1.42}, ["estimate-in-ci"]),
        ({"estimate": 1.0, "ci_low": 0.5, "ci_high": 1.5, "z": 5.0}, ["ci-z"]),
        ({"estimate": 1.0, "ci_low": 0.5, "ci_high": 1.5, "p_as_printed": "0.03"}, ["ci-p"]),
        ({"estimate": 1.0, "ci_low": 0.5, "ci_high": 1.5, "p_as_printed": "not significant"}, ["ci-significance"]),
        ({"estimate": 1.0, "ci_low": -0.5, "ci_high": 2.5, "p_as_printed": "<0.01"}, ["ci-significance"]),
        ({"estimate": 0.82, "ci_low": -0.01, "ci_high": 1.65, "p_as_printed": "0.05"}, []),
        ({"measure": "OR", "estimate": 1.61, "ci_low": 0.52, "ci_high": 2.7}, ["ratio-on-raw-scale"]),
        ({"measure": "OR", "estimate": 0.5, "ci_low": -0.2, "ci_high": 1.2}, ["ratio-on-raw-scale"]),
        ({"measure": "OR", "estimate": 0.55, "ci_low": 0.22, "ci_high": 1.36}, []),
        ({"measure": "proportion", "estimate": 0.83, "ci_low": 0.76, "ci_high": 0.88}, []),
        ({"estimate": 1.16, "ci_low": 0.86, "ci_high": 1.42, "model": "Bayesian NMA"}, []),
        ({"estimate": 1.16, "ci_low": 0.86, "ci_high": 1.42, "measure": "regression beta"}, []),
        ({"estimate": 5.0}, []),
    ],
)
def test_each_fault_is_named_once_and_nothing_else(row, expected):
    assert ids(effects(row)) == expected


def test_a_contrast_of_a_trial_is_judged_like_a_synthesis():
    frame = pd.DataFrame(
        {
            "contrast_id": ["C1"],
            "study_id": ["T"],
            "outcome": ["o"],
            "estimate": [1.0],
            "estimate_measure": ["mean difference"],
            "ci_low": [0.5],
            "ci_high": [1.5],
            "ci_level": [0.95],
            "p_operator": ["="],
            "p_value": [0.4],
            "p_scope": ["between-arms"],
            "n": [40],
        }
    )
    assert ids(EvidenceTables({"contrasts": frame})) == ["ci-significance"]


def test_an_arm_interval_has_the_width_of_its_spread():
    row = {"row_id": "R1", "study_id": "T", "outcome": "o", "mean": 10.0, "n": 25, "ci_level": 0.95}
    half = stats.t.ppf(0.975, 24) * 5 / 5
    honest = row | {"sd": 5.0, "ci_low": round(10 - half, 2), "ci_high": round(10 + half, 2)}
    for changed, expected in (({}, 0), ({"sd": 9.0}, 1), ({"ci_high": 14.0}, 1)):
        tables = EvidenceTables({"outcomes": pd.DataFrame([honest | changed])})
        assert len(list(arm_intervals.CHECKS[0].run(tables))) == expected


def test_scales_are_those_of_the_measure():
    assert [scale_of(name) for name in ("RR", "hazard ratio", "WMD", "SUCRA", None)] == [
        "log",
        "log",
        "raw",
        None,
        None,
    ]


def test_interactions_as_hand_arithmetic_has_them():
    first = Interval(estimate=1.08, low=0.76, high=1.39, decimals=2)
    second = Interval(estimate=0.64, low=0.35, high=0.92, decimals=2)
    se = math.hypot(0.63, 0.57) / (2 * Z)
    tested = interaction(first, second)
    assert tested.z == pytest.approx(0.44 / se, rel=1e-9)
    assert tested.p_range.low < tested.pvalue < tested.p_range.high


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 5000), k=st.integers(4, 16))
def test_no_honest_pooling_leaves_the_hull_of_its_subgroups(seed, k):
    rng = np.random.default_rng(seed)
    variances = rng.uniform(0.01, 0.2, k)
    yi = rng.normal(rng.normal(0.5, 0.5, k), np.sqrt(variances))

    def pooled(part):
        y, v = yi[part], variances[part]
        w = 1 / v
        fixed = w @ y / w.sum()
        tau2 = max(0.0, (w @ (y - fixed) ** 2 - len(y) + 1) / (w.sum() - w @ w / w.sum())) if len(y) > 1 else 0.0
        w = 1 / (v + tau2)
        effect, half = w @ y / w.sum(), Z / math.sqrt(w.sum())
        return Interval(
            estimate=round(effect, 2), low=round(effect - half, 2), high=round(effect + half, 2), decimals=2
        )

    cut = int(rng.integers(1, k))
    hull = pooled_hull([pooled(slice(0, cut)), pooled(slice(cut, None))])
    assert pooled(slice(None)).estimate in hull


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 5000), treatments=st.integers(3, 9), digits=st.integers(0, 2))
def test_sucras_of_any_ranks_average_one_half(seed, treatments, digits):
    rng = np.random.default_rng(seed)
    ranks = rng.normal(rng.normal(0, 1, treatments), 1, (50, treatments)).argsort(axis=1).argsort(axis=1)
    values = [round(float(value), digits) for value in 100 * ranks.mean(axis=0) / (treatments - 1)]
    assert 50.0 in sucra_mean_range(values)


def test_tau_that_a_width_needs_and_the_narrowest_width():
    # 8 trials of 59 people: within-trial variance 4/59
    assert implied_tau(1.4, 8, 472) == pytest.approx(math.sqrt(8 * 1.4**2 - 4 / 59))
    first, second = 30, 30
    assert narrowest_se(60) == pytest.approx(math.sqrt(1 / first + 1 / second))


def test_heterogeneity_of_trials_of_one_size_is_in_the_middle_of_its_range():
    k, sigma2, tau2 = 8, 0.04, 0.12
    se, i2 = math.sqrt((sigma2 + tau2) / k), tau2 / (sigma2 + tau2)
    found = tau2_range(Range(i2, i2), Range(se, se), k)
    assert found.low == pytest.approx(tau2 / 4)
    assert found.high == pytest.approx(tau2 * 4)
    assert se in se_range_of_smd(Range(i2, i2), 4 * k / sigma2, k)


def test_words_of_a_question_and_a_factor():
    assert question_of("hair diameter", "PRP+MXD vs MXD", "") != question_of("hair diameter", "MXD vs PRP+MXD", "")
    assert question_of("", "a vs b", "") == ""
    assert factor_of("men, double spin") == factor_of("men, double spin")
    assert factor_of("device A") != factor_of("dose <5 mg")


def test_people_as_reviews_print_them():
    assert people_of_inputs({"n_1": "57 implied by the shares", "n_2": None}) is None
    assert people_of_inputs({"n_1": "40", "n_2": "30"}) == 70
    assert people_of_inputs({"n_1": "68 total", "n_2": ""}) == 68
    assert first_number("21 studies in SR") == 21


def test_numbers_of_different_precision_can_be_one():
    assert same_number(12.52, 12.5)
    assert same_number(0.05, 0.046)
    assert not same_number(12.52, 12.82)
    assert not same_number(12.5, 12.7)


def test_reviews_of_one_question_stand_side_by_side():
    rows = [
        {"review_id": "A", "measure": "SMD", "estimate": 1.0, "ci_low": 0.8, "ci_high": 1.2},
        {"review_id": "B", "measure": "SMD", "estimate": 0.2, "ci_low": 0.0, "ci_high": 0.4},
        {"review_id": "C", "measure": "regression beta", "estimate": -3.0},
    ]
    pairs = disagreements(effects(*rows)).set_index(["review_1", "review_2"])
    assert pairs.loc[("A", "B"), "relation"] == "exclude each other"
    assert pairs.loc[("A", "B"), "z"] == pytest.approx(0.8 / (0.4 / (2 * Z) * math.sqrt(2)))
    assert set(pairs.loc[[("A", "C"), ("B", "C")], "relation"]) == {"opposite signs"}
