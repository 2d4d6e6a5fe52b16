"""Spread, superiority, rates, Glass's Δ and pre-post-control: properties, edge cases and worked numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.effects import effect_sizes, hedges_j
from evidence.errors import ColumnError, RowError

FEW = settings(max_examples=30, deadline=None)
GROUPS = pd.DataFrame(
    {"mean1": [20.0, 12.0], "sd1": [5.5, 3.0], "n1": [50, 12], "mean2": [18.0, 14.0], "sd2": [4.5, 4.0], "n2": [30, 9]}
)
RATES = pd.DataFrame(
    {"events1": [9, 0, 0, 4], "time1": [413.0, 30, 30, 20], "events2": [19, 3, 0, 0], "time2": [398.0, 28, 31, 25]},
    index=["plain", "zero 1", "none", "zero 2"],
)
BASELINE = {"mean_pre1": 30.6, "sd_pre1": 15.0, "n1": 20, "mean_pre2": 23.1, "sd_pre2": 13.8, "n2": 20}
PREPOST = pd.DataFrame(
    [{**BASELINE, "mean_post1": 38.5, "sd_post1": 11.6, "r1": 0.47, "mean_post2": 19.7, "sd_post2": 14.8, "r2": 0.47}]
)


def samples(n: int, sd: float, repeats: int, seed: int, mean: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    data = np.random.default_rng(seed).normal(mean, sd, (repeats, n))
    return data.mean(1), data.std(1, ddof=1)


def test_ratios_of_spread_are_nearly_unbiased_and_their_variance_has_the_right_size():
    repeats, n1, n2 = 40_000, 25, 50
    mean1, sd1 = samples(n1, 3.0, repeats, 1, mean=20)
    mean2, sd2 = samples(n2, 2.0, repeats, 2, mean=18)
    table = pd.DataFrame({"mean1": mean1, "sd1": sd1, "n1": n1, "mean2": mean2, "sd2": sd2, "n2": n2})
    for measure, truth in (("VR", np.log(1.5)), ("CVR", np.log((3 / 20) / (2 / 18)))):
        found = effect_sizes(table, measure)
        bare = effect_sizes(table, measure, correct=False)
        assert found["yi"].mean() == pytest.approx(truth, abs=0.003)
        assert abs(bare["yi"].mean() - truth) > abs(found["yi"].mean() - truth)
        assert found["vi"].mean() == pytest.approx(found["yi"].var(), rel=0.08)


def test_paired_ratios_of_spread_have_a_variance_of_the_right_size():
    rng = np.random.default_rng(7)
    repeats, n, r = 20_000, 30, 0.6
    z1, z2 = rng.standard_normal((2, repeats, n))
    x1, x2 = 20 + 3 * z1, 18 + 2 * (r * z1 + np.sqrt(1 - r**2) * z2)
    correlation = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(x1, x2, strict=True)])
    table = pd.DataFrame(
        {"mean1": x1.mean(1), "sd1": x1.std(1, ddof=1), "mean2": x2.mean(1), "sd2": x2.std(1, ddof=1)}
    ).assign(n=n, r=correlation)
    for measure in ("VRC", "CVRC", "CLESCN", "SMCRH", "SMCRPH"):
        found = effect_sizes(table, measure)
        assert found["vi"].mean() == pytest.approx(found["yi"].var(), rel=0.08), measure


def test_a_coefficient_of_variation_needs_means_above_zero():
    table = GROUPS.assign(mean1=[-20.0, 12.0], mean2=[18.0, 0.0])
    found = effect_sizes(table, "CVR")
    assert found["yi"].isna().all()
    assert found["vi"].isna().all()
    assert all("true zero" in note for note in found["effect_note"])


def test_vr_needs_no_means_and_two_people_are_enough():
    table = GROUPS[["sd1", "sd2"]].assign(n1=2, n2=2)
    found = effect_sizes(table, "VR")
    assert found["vi"].tolist() == [1.0, 1.0]
    assert found["yi"].tolist() == pytest.approx(np.log(table["sd1"] / table["sd2"]).tolist())
    with pytest.raises(RowError, match="at least 2 people"):
        effect_sizes(table.assign(n1=[1, 2]), "VR")


def test_the_probability_of_superiority_is_that_of_two_normal_people():
    rng = np.random.default_rng(3)
    found = effect_sizes(GROUPS, "CLESN")
    for i, row in enumerate(GROUPS.itertuples()):
        first, second = rng.normal(row.mean1, row.sd1, 400_000), rng.normal(row.mean2, row.sd2, 400_000)
        assert found["yi"].iloc[i] == pytest.approx((first > second).mean(), abs=0.003)
    turned = effect_sizes(GROUPS, "CLESN", flip=True)
    assert (found["yi"] + turned["yi"]).tolist() == pytest.approx([1, 1])
    assert turned["vi"].tolist() == found["vi"].tolist()
    pd.testing.assert_frame_equal(effect_sizes(GROUPS, "AUCN"), found)


def test_a_reported_probability_of_superiority():
    table = pd.DataFrame({"auc": [0.5, 0.0, 1.0, 0.83], "n1": [20, 20, 20, 15], "n2": [30, 30, 30, 40]})
    for vtype in ("LS", "LS2"):
        found = effect_sizes(table, "AUC", vtype=vtype)
        mirrored = effect_sizes(table.assign(auc=1 - table["auc"], n1=table["n2"], n2=table["n1"]), "AUC", vtype=vtype)
        np.testing.assert_allclose(mirrored["vi"], found["vi"], rtol=1e-12)
        assert found["vi"].iloc[1:3].tolist() == pytest.approx([0, 0], abs=1e-15)
        assert "cannot be weighted" in found["effect_note"].iloc[1]
    for bad in (-0.1, 1.2):
        with pytest.raises(RowError, match="a probability must lie between 0 and 1"):
            effect_sizes(table.assign(auc=bad), "CLES")
    with pytest.raises(RowError, match="at least 2 people"):
        effect_sizes(table.assign(n2=1), "AUC")


def test_glass_delta_divides_by_the_control_alone():
    found = effect_sizes(GROUPS.drop(columns="sd1"), "SMD1", correct=False)
    assert found["yi"].tolist() == pytest.approx([2 / 4.5, -2 / 4.0])
    corrected = effect_sizes(GROUPS, "SMD1")
    np.testing.assert_allclose(corrected["yi"], found["yi"] * hedges_j(GROUPS["n2"] - 1), rtol=1e-12)
    small = effect_sizes(GROUPS.assign(n2=2), "SMD1H")
    assert small["yi"].isna().all()
    assert small["effect_note"].tolist() == ["too few people: Hedges' factor does not exist"] * 2


@pytest.mark.parametrize("vtype", ["LS", "LS2", "UB", "H0", "DF", "RM", "UBG"])
def test_the_variances_of_an_smd_meet_in_large_samples(vtype):
    large = GROUPS.assign(n1=500_000, n2=400_000, mean1=GROUPS["mean2"])
    expected = effect_sizes(large, "SMD")["vi"]
    np.testing.assert_allclose(effect_sizes(large, "SMD", vtype=vtype)["vi"], expected, rtol=1e-5)


def test_review_managers_variance_does_not_exist_for_a_handful():
    table = GROUPS.assign(n1=2, n2=[2, 3])
    assert effect_sizes(table.head(1), "SMD", vtype="RM")["vi"].item() > 0
    d = effect_sizes(table, "SMD", correct=False)["yi"].iloc[1]
    g = d * (1 - 3 / (4 * 3 - 1))
    found = effect_sizes(table, "SMD", vtype="RM", factor="approximate").iloc[1]
    assert found["yi"] == pytest.approx(g)
    assert found["vi"] == pytest.approx(1 / 2 + 1 / 3 + g**2 / (2 * (5 - 3.94)))


def test_rates_with_no_events_get_an_addition_to_the_events_alone():
    found = effect_sizes(RATES, "IRR")
    assert found["effect_note"].tolist() == [
        "",
        "0.5 added to the events of both groups: no events in a group",
        "0.5 added to the events of both groups: no events in a group; "
        "no events in either arm: the value comes from what was added",
        "0.5 added to the events of both groups: no events in a group",
    ]
    assert found["yi"].iloc[1] == pytest.approx(np.log(0.5 / 30) - np.log(3.5 / 28))
    assert found["vi"].iloc[1] == pytest.approx(2 + 1 / 3.5)
    bare = effect_sizes(RATES, "IRR", to="none")
    assert bare["yi"].isna().tolist() == [False, True, True, True]
    assert bare["effect_note"].iloc[1] == "no events in a group: not estimable without a correction"
    dropped = effect_sizes(RATES, "IRR", drop00=True)
    assert dropped["yi"].isna().tolist() == [False, False, True, False]
    assert dropped["effect_note"].iloc[2] == "no events in either arm: left out (drop00)"


def test_square_roots_of_rates_need_no_addition():
    found = effect_sizes(RATES, "IRSD")
    assert found["effect_note"].tolist() == [""] * 4
    assert found["yi"].iloc[1] == pytest.approx(-np.sqrt(3 / 28))
    added = effect_sizes(RATES, "IRSD", to="only0")
    assert added["yi"].iloc[1] == pytest.approx(np.sqrt(0.5 / 30) - np.sqrt(3.5 / 28))
    assert effect_sizes(RATES, "IRD", to="none")["yi"].iloc[2] == 0


@FEW
@given(st.floats(0.01, 100), st.integers(1, 60), st.integers(1, 60))
def test_a_rate_ratio_does_not_depend_on_the_unit_of_time_or_the_order(unit, x1, x2):
    table = pd.DataFrame({"events1": [x1], "time1": [12.5], "events2": [x2], "time2": [9.0]})
    found = effect_sizes(table, "IRR")
    scaled = effect_sizes(table.assign(time1=12.5 * unit, time2=9.0 * unit), "IRR")
    assert scaled["yi"].item() == pytest.approx(found["yi"].item(), rel=1e-9, abs=1e-12)
    assert scaled["vi"].item() == found["vi"].item()
    other = {"1": "2", "2": "1"}
    turned = table.rename(columns={name: name[:-1] + other[name[-1]] for name in table})
    for measure in ("IRR", "IRD", "IRSD"):
        one, two = effect_sizes(table, measure), effect_sizes(turned, measure)
        assert two["yi"].item() == pytest.approx(-one["yi"].item(), rel=1e-9, abs=1e-12)
        assert two["vi"].item() == pytest.approx(one["vi"].item())


@pytest.mark.parametrize("value", [0, -3, np.inf])
def test_person_time_is_above_zero(value):
    with pytest.raises(RowError) as error:
        effect_sizes(RATES.assign(time2=[398, value, 31, 25]), "IRD")
    assert [(problem.row, problem.column) for problem in error.value.problems] == [("zero 1", "time2")]


def test_pre_post_control_is_the_difference_of_two_changes():
    sides = pd.DataFrame(
        {
            "mean1": [38.5, 19.7],
            "sd1": [15.0, 13.8],
            "mean2": [30.6, 23.1],
            "n": 20,
            "r": 0.47,
        }
    )
    for vtype in ("LS", "LS2", "UB", "H0"):
        change = effect_sizes(sides, "SMCR", vtype=vtype)
        found = effect_sizes(PREPOST, "PPCR", vtype=vtype)
        assert found["yi"].item() == pytest.approx(change["yi"].iloc[0] - change["yi"].iloc[1])
        assert found["vi"].item() == pytest.approx(change["vi"].sum())
    raw = effect_sizes(PREPOST, "PPCM")
    assert raw["yi"].item() == pytest.approx((38.5 - 30.6) - (19.7 - 23.1))
    each = [(11.6, 15.0), (14.8, 13.8)]
    assert raw["vi"].item() == pytest.approx(sum((a * a + b * b - 2 * 0.47 * a * b) / 20 for a, b in each))


def test_morris_exact_variance_is_what_the_unbiased_formula_estimates():
    # equation 25: the variance of g for a true effect, of which UB is the unbiased estimate
    n1, n2, rho, delta = 12, 9, 0.6, 0.8
    m, base = n1 + n2 - 2, 2 * (1 - rho) * (1 / n1 + 1 / n2)
    j = hedges_j(m).item()
    exact = j**2 * m / (m - 2) * base * (1 + delta**2 / base) - delta**2
    law = stats.nct(m, delta / np.sqrt(base))
    t = law.rvs(150_000, random_state=np.random.default_rng(11))
    d = t * np.sqrt(base)
    table = pd.DataFrame({"mean_post1": d, "mean_pre1": 0.0, "sd_pre1": 1.0, "n1": n1, "r1": rho}).assign(
        mean_post2=0.0, mean_pre2=0.0, sd_pre2=1.0, n2=n2, r2=rho
    )
    found = effect_sizes(table, "PPCP", vtype="UB")
    assert found["yi"].mean() == pytest.approx(delta, abs=0.005)
    assert found["vi"].mean() == pytest.approx(exact, rel=0.01)
    assert found["yi"].var() == pytest.approx(exact, rel=0.02)


def test_correlations_of_both_groups_may_be_assumed_one_by_one():
    table = PREPOST.assign(r2=np.nan)
    found = effect_sizes(table, "PPCP", correlation=0.5)
    assert found["effect_note"].item() == "r1 = 0.47; r2 = 0.5 assumed"
    without = effect_sizes(PREPOST.drop(columns=["r1", "r2"]), "PPCM", correlation=0.5)
    assert without["effect_note"].item() == "r1 = 0.5 assumed; r2 = 0.5 assumed"
    with pytest.raises(ColumnError, match="PPCR needs r1, r2"):
        effect_sizes(PREPOST.drop(columns=["r1", "r2"]), "PPCR")
    with pytest.raises(RowError, match="a correlation must lie between"):
        effect_sizes(PREPOST.assign(r1=1.0), "PPCR")


@FEW
@given(st.floats(-50, 50), st.floats(0.01, 100))
def test_pre_post_control_does_not_change_with_the_unit(shift, scale):
    moved = PREPOST.copy()
    for name in moved:
        if name.startswith("mean"):
            moved[name] = moved[name] * scale + shift
        elif name.startswith("sd"):
            moved[name] = moved[name] * scale
    for measure in ("PPCR", "PPCP"):
        one, two = effect_sizes(PREPOST, measure), effect_sizes(moved, measure)
        assert two["yi"].item() == pytest.approx(one["yi"].item(), rel=1e-7)
        assert two["vi"].item() == pytest.approx(one["vi"].item(), rel=1e-7)


@FEW
@given(st.tuples(*[st.integers(1, 40)] * 4))
def test_the_margins_and_phi_give_the_marginal_odds_ratio_of_the_pairs(cells):
    both, one, two, neither = cells
    pairs = pd.DataFrame([cells], columns=["pairs_both", "pairs_only1", "pairs_only2", "pairs_neither"])
    n = sum(cells)
    table = pd.DataFrame({"events1": [both + one], "n1": [n], "events2": [both + two], "n2": [n]})
    margins = (both + one) * (two + neither) * (both + two) * (one + neither)
    phi = (both * neither - one * two) / np.sqrt(margins)
    expected = effect_sizes(pairs, "MPOR")
    found = effect_sizes(table, "MPORM", r=phi)
    assert found["yi"].item() == pytest.approx(expected["yi"].item(), rel=1e-9, abs=1e-12)
    assert found["vi"].item() == pytest.approx(expected["vi"].item(), rel=1e-8)


def test_margins_that_no_table_has():
    table = pd.DataFrame({"events1": [50, 50], "n1": [79, 80], "events2": [8, 8], "n2": [79, 79]})
    found = effect_sizes(table, "MPORM", correlation=0.6)
    assert found["yi"].notna().all()
    assert found["vi"].isna().tolist() == [True, False]
    assert found["effect_note"].iloc[0] == (
        "r = 0.6 assumed; no table of pairs has these margins and this correlation: no variance"
    )
    assert "different numbers of pairs" in found["effect_note"].iloc[1]
