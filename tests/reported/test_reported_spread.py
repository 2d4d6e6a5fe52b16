"""Standard deviations: round trips from raw numbers, bounds, and the Cochrane Handbook's worked examples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence import reported as rp
from evidence.errors import InputError
from evidence.reported.critical import t_from_p

NAN = float("nan")
SIZES = st.integers(2, 60)
SPREADS = st.floats(0.01, 1e4)
RNG_SEEDS = st.integers(0, 10_000)


def two_samples(seed, n1, n2, gap, sd):
    rng = np.random.default_rng(seed)
    return rng.normal(gap, sd, n1), rng.normal(0, sd, n2)


class TestHandbook:
    """Numbers that the Cochrane Handbook prints beside its formulas, to their last digit."""

    def test_difference_in_means_with_a_p_value(self):
        # section 7.7.3.3 of edition 5.1: MD 3.8, p = 0.008, 25 and 22 people: t = 2.78, SE = 1.37
        result = rp.sd_from_test(3.8, 25, 22, p=0.008)
        assert result.t == pytest.approx(2.78, abs=0.005)
        assert result.se == pytest.approx(1.37, abs=0.005)

    def test_cross_over_trial_with_an_imputed_correlation(self):
        # section 16.4.6.4 of edition 5.1: SDs 2.38 and 2.21, r = 0.68, 10 people: SE 0.583
        result = rp.sd_of_change(2.38, 2.21, 0.68)
        assert result.sd / np.sqrt(10) == pytest.approx(0.583, abs=0.0005)


@given(seed=RNG_SEEDS, n1=st.integers(3, 60), n2=st.integers(3, 60), gap=st.floats(0.05, 20), sd=SPREADS)
def test_every_statistic_of_a_t_test_leads_back_to_the_pooled_sd(seed, n1, n2, gap, sd):
    x, y = two_samples(seed, n1, n2, gap, sd)
    test = stats.ttest_ind(x, y)
    difference = x.mean() - y.mean()
    assume(abs(test.statistic) > 0.01)
    assume(test.pvalue > 1e-250)
    expected = np.sqrt(((n1 - 1) * x.var(ddof=1) + (n2 - 1) * y.var(ddof=1)) / (n1 + n2 - 2))
    ways = {
        "t": test.statistic,
        "f": test.statistic**2,
        "p": test.pvalue,
        "se": difference / test.statistic,
    }
    for name, value in ways.items():
        assert rp.sd_from_test(difference, n1, n2, **{name: value}).sd == pytest.approx(expected, rel=1e-7)
    assert rp.pooled_sd([x.std(ddof=1), y.std(ddof=1)], [n1, n2]).sd == pytest.approx(expected, rel=1e-12)


@given(sd=SPREADS, n=SIZES, mean=st.floats(-1e3, 1e3), level=st.floats(0.5, 0.999))
def test_an_interval_leads_back_to_its_sd(sd, n, mean, level):
    half = stats.t.ppf((1 + level) / 2, n - 1) * sd / np.sqrt(n)
    result = rp.sd_from_ci(mean - half, mean + half, n, mean=mean, level=level)
    assert result.sd == pytest.approx(sd, rel=1e-6)
    assert result.cautions == ()
    normal = rp.sd_from_ci(mean - half, mean + half, n, level=level, dist="normal")
    assert normal.sd > result.sd


@given(seed=RNG_SEEDS, n=st.integers(4, 60), scale=SPREADS)
def test_before_after_and_change_agree_with_the_people(seed, n, scale):
    rng = np.random.default_rng(seed)
    before = rng.normal(0, scale, n)
    after = 0.6 * before + rng.normal(1, scale, n)
    sds = before.std(ddof=1), after.std(ddof=1)
    r, change = np.corrcoef(before, after)[0, 1], (after - before).std(ddof=1)
    assert rp.sd_of_change(*sds, r).sd == pytest.approx(change, rel=1e-9)
    assert rp.r_from_sds(*sds, change).r == pytest.approx(r, abs=1e-9)
    paired = stats.ttest_rel(after, before)
    gap = (after - before).mean()
    for name, value in {"t": paired.statistic, "p": paired.pvalue}.items():
        found = rp.sd_of_change_from_test(gap, n, **{name: value})
        assert found.sd == pytest.approx(change, rel=1e-6)
        assert found.t == pytest.approx(paired.statistic, rel=1e-6)


@given(sd1=SPREADS, sd2=SPREADS, r=st.floats(-1, 1))
def test_the_sd_of_a_change_lies_between_difference_and_sum(sd1, sd2, r):
    assume(r < 1 or sd1 != sd2)
    sd = rp.sd_of_change(sd1, sd2, r).sd
    slack = 1e-12 * (sd1 + sd2)
    assert abs(sd1 - sd2) - slack <= sd <= sd1 + sd2 + slack
    assert rp.sd_of_change(sd1, sd2, -1).sd == pytest.approx(sd1 + sd2)


def test_a_higher_correlation_leaves_a_smaller_sd_of_change():
    sd = rp.sd_of_change(7.0, 6.9, [-0.5, 0.0, 0.3, 0.5, 0.7, 0.9]).sd
    assert np.all(np.diff(sd) < 0)


def test_no_digits_are_lost_where_before_and_after_are_nearly_one():
    assert rp.sd_of_change(1e6, 1e6, 1 - 1e-12).sd == pytest.approx(np.sqrt(2e-12) * 1e6, rel=1e-4)
    assert rp.r_from_sds(1e6, 1e6, 1e-3).r == pytest.approx(1 - 5e-19, abs=1e-16)


def test_three_sds_that_contradict_each_other_are_withheld():
    result = rp.r_from_sds([6.4, 6.4, 5.0], [7.1, 7.1, 5.0], [0.5, 14.0, 10.0])
    np.testing.assert_array_equal(np.isnan(result.r), [True, True, False])
    assert result.r[2] == -1
    assert "contradict each other: they need r = 1.00" in result.notes[0]
    assert "they need r = −1.15" in result.notes[1]


class TestBound:
    """A p-value that is a bound gives the largest spread that agrees with it."""

    def test_it_is_the_spread_of_the_bound_itself_and_says_so(self):
        exact, bound = (rp.sd_from_test(69.2, 50, 44, p=0.001, operator=sign) for sign in ("=", "<"))
        assert bound.sd == exact.sd
        assert exact.cautions == ()
        assert "the largest SD that agrees with it" in bound.cautions[0]

    @given(p=st.floats(1e-12, 0.001))
    def test_no_p_below_it_gives_a_larger_one(self, p):
        bound = rp.sd_from_test(69.2, 50, 44, p=0.001, operator="<").sd
        assert rp.sd_from_test(69.2, 50, 44, p=p).sd <= bound * (1 + 1e-12)
        largest = rp.effect_from_p(0.5, 0.001, scale="log", operator="<").sei
        assert rp.effect_from_p(0.5, p, scale="log").sei <= largest * (1 + 1e-12)
        change = rp.sd_of_change_from_test(3, 20, p=0.001, operator="<=").sd
        assert rp.sd_of_change_from_test(3, 20, p=p).sd <= change * (1 + 1e-12)

    def test_a_statistic_beside_it_is_preferred(self):
        result = rp.sd_from_test(69.2, 50, 44, t=4.0, p=0.001, operator="<")
        assert result.t == 4.0
        assert result.cautions == ()

    def test_each_row_may_have_its_own_sign(self):
        result = rp.sd_from_test(69.2, 50, 44, p=[0.001, 0.001], operator=["<", "="])
        assert [bool(text) for text in result.row_cautions] == [True, False]


def test_what_says_nothing_of_the_spread_is_withheld():
    result = rp.sd_from_test(
        [0.0, 1.0, 1.0, NAN, 1.0], 10, 10, t=[1.0, 0.0, NAN, 1.0, NAN], p=[NAN, NAN, 1.0, NAN, NAN]
    )
    assert np.isnan(result.sd).all()
    assert [note.split(":")[0] for note in result.notes] == [
        "no difference, or t = 0 (p = 1), says nothing of the spread",
        "no difference, or t = 0 (p = 1), says nothing of the spread",
        "no difference, or t = 0 (p = 1), says nothing of the spread",
        "difference is missing",
        "none of se, t, f and p is there",
    ]


def test_signs_that_contradict_each_other_are_cautioned():
    result = rp.sd_from_test([2.0, -2.0], 10, 10, t=[-1.5, -1.5])
    np.testing.assert_array_equal(result.t, [1.5, -1.5])
    assert result.row_cautions == ("t and the difference have opposite signs", "")


def test_an_off_centre_mean_is_cautioned():
    result = rp.sd_from_ci([1.0, 1.0], [3.0, 3.0], 20, mean=[2.1, 2.5])
    assert result.row_cautions[0] == ""
    assert "another scale" in result.row_cautions[1]


@given(
    shape=st.tuples(st.integers(1, 5), st.integers(2, 12)),
    seed=RNG_SEEDS,
    shift=st.floats(-1e6, 1e6),
)
def test_groups_combine_to_what_all_their_people_give(shape, seed, shift):
    rng = np.random.default_rng(seed)
    groups = [
        rng.normal(rng.normal(), 1 + rng.random(), size) + shift for size in rng.integers(2, shape[1] + 2, shape[0])
    ]
    everybody = np.concatenate(groups)
    found = rp.combine_groups([g.mean() for g in groups], [g.std(ddof=1) for g in groups], [len(g) for g in groups])
    assert found.n == len(everybody)
    assert found.mean == pytest.approx(everybody.mean(), rel=1e-9, abs=1e-9)
    assert found.sd == pytest.approx(everybody.std(ddof=1), rel=1e-6)


def test_groups_row_by_row_with_one_absent():
    rows = rp.combine_groups(
        mean=[[11.8, 15.3, 8.4], [11.8, 15.3, NAN]],
        sd=[[2.4, 3.2, 4.1], [2.4, 3.2, NAN]],
        n=[[10, 20, 15], [10, 20, NAN]],
    )
    pair = rp.combine_groups([11.8, 15.3], [2.4, 3.2], [10, 20])
    np.testing.assert_allclose([rows.mean[1], rows.sd[1], rows.n[1]], [pair.mean, pair.sd, pair.n])
    within = rp.pooled_sd([[2.4, 3.2, 4.1], [2.4, 3.2, NAN]], [[10, 20, 15], [10, 20, NAN]])
    assert within.sd[1] == pytest.approx(rp.pooled_sd([2.4, 3.2], [10, 20]).sd)
    np.testing.assert_array_equal(within.df, [42, 28])


def test_groups_in_any_order_are_the_same_and_one_alone_is_itself():
    there = rp.combine_groups([1.0, 2.0, 5.0], [1.0, 2.0, 0.5], [4, 9, 3])
    back = rp.combine_groups([5.0, 2.0, 1.0], [0.5, 2.0, 1.0], [3, 9, 4])
    assert there.sd == pytest.approx(back.sd, rel=1e-14)
    alone = rp.combine_groups([2.0], [3.0], [9])
    assert (alone.mean, alone.sd, alone.n) == (2.0, 3.0, 9.0)


def test_groups_that_cannot_be_combined_are_withheld():
    result = rp.combine_groups(
        [[1, 2], [1, NAN], [NAN, NAN], [1, NAN]],
        [[1, NAN], [1, NAN], [NAN, NAN], [0, NAN]],
        [[5, 5], [5, 5], [NAN, NAN], [1, NAN]],
    )
    assert np.isnan(result.sd).all()
    assert result.notes == (
        "a group lacks one of its numbers",
        "a group lacks one of its numbers",
        "no group is there",
        "one person has no spread",
    )


def test_shares_add_up_to_the_group():
    share = rp.split_group([31, 30], [2, 3], events=[20, 9])
    np.testing.assert_allclose(share.n * [2, 3], [31, 30])
    np.testing.assert_allclose(share.events * [2, 3], [20, 9])
    assert share.notes == ("shares are not whole numbers, and stay so", "")


@given(
    yi=st.floats(-5, 5),
    sei=st.floats(1e-3, 5),
    level=st.floats(0.5, 0.999),
    df=st.one_of(st.none(), st.integers(2, 200)),
    scale=st.sampled_from(["raw", "log"]),
)
def test_effects_come_back_from_what_is_printed_of_them(yi, sei, level, df, scale):
    assume(abs(yi) > 0.01 * sei)
    tail = stats.norm if df is None else stats.t(df)
    half = tail.ppf((1 + level) / 2) * sei
    printed = np.exp if scale == "log" else float
    by_ci = rp.effect_from_ci(
        printed(yi - half), printed(yi + half), estimate=printed(yi), scale=scale, level=level, df=df
    )
    assert by_ci.sei == pytest.approx(sei, rel=1e-6)
    assert by_ci.offset == pytest.approx(0, abs=1e-6)
    assert rp.effect_from_ci(
        printed(yi - half), printed(yi + half), scale=scale, level=level, df=df
    ).yi == pytest.approx(yi, abs=1e-6 * (abs(yi) + sei))
    p = 2 * tail.sf(abs(yi / sei))
    assume(p > 1e-200)
    by_p = rp.effect_from_p(printed(yi), p, scale=scale, df=df)
    assert (by_p.yi, by_p.sei) == (pytest.approx(yi, abs=1e-9), pytest.approx(sei, rel=1e-6))
    by_z = rp.effect_from_z(printed(yi), yi / sei, scale=scale)
    assert by_z.vi == pytest.approx(sei**2, rel=1e-6)


def test_an_interval_on_the_wrong_scale_is_cautioned():
    # symmetric as a ratio: its logarithms are not
    wrong = rp.effect_from_ci(0.2, 3.8, estimate=2.0, scale="log")
    assert wrong.offset == pytest.approx(0.282, abs=0.001)
    assert "is this the right scale?" in wrong.cautions[0]
    assert rp.effect_from_ci(0.2, 3.8, estimate=2.0).cautions == ()


def test_an_effect_of_0_has_no_error_by_its_test_but_has_one_by_its_interval():
    assert np.isnan(rp.effect_from_p(1.0, 0.9, scale="log").vi)
    assert np.isnan(rp.effect_from_z(0.0, 0.0).vi)
    assert rp.effect_from_ci(-1, 1, estimate=0).vi > 0


def test_a_missing_estimate_is_the_middle_and_says_so():
    result = rp.effect_from_ci([1.0, 1.0], [3.0, 3.0], estimate=[2.1, NAN])
    np.testing.assert_array_equal(result.yi, [2.1, 2.0])
    assert result.notes == ("", "no estimate: the middle of the interval stands for it")


def test_groups_keep_the_labels_of_their_rows():
    means = pd.DataFrame({"low dose": [11.8, 3.0], "high dose": [15.3, 4.0]}, index=["Ahn", "Berg"])
    both = rp.combine_groups(means, [[2.4, 3.2], [1.0, NAN]], [[10, 20], [9, 9]])
    assert both.labels == ("Ahn", "Berg")
    assert "a group lacks one of its numbers (row Berg)" in both.summary()
    with pytest.raises(InputError, match="different indexes"):
        rp.combine_groups(means, means.set_axis(["Berg", "Ahn"]), [[10, 20], [9, 9]])


@pytest.mark.parametrize("df", [1, 3, 28.5, 1e3, 1e6, 1e10, 1e15])
@pytest.mark.parametrize("p", [1e-60, 1e-12, 0.001, 0.05, 0.3, 0.4999, 0.6, 0.99999])
def test_t_has_the_p_value_that_it_was_found_from(df, p):
    assert 2 * stats.t.sf(float(t_from_p(p, df)), df) == pytest.approx(p, rel=1e-9)
