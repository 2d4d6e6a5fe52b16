"""Log hazard ratios: the eleven ways agree with each other wherever they must, and nearly so on real trials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence import reported as rp

NAN = float("nan")
LOG_HR = st.floats(-2, 2)
VARIANCE = st.floats(1, 400)

# R 4.2.2, survival 3.5-3: survdiff() of the package's own data sets (arm 2 against arm 1)
LOG_RANK = {
    "ovarian": {"o": (7, 5), "e": (5.23353102, 6.76646898), "v": 2.93619613, "p": 0.302591117, "n": (13, 13)},
    "veteran": {"o": (64, 64), "e": (64.5001967, 63.4998033), "v": 30.4103884, "p": 0.927727233, "n": (69, 68)},
    "lung": {"o": (112, 53), "e": (91.581739, 73.418261), "v": 40.371434, "p": 0.00131116452, "n": (138, 90)},
}


def agree(one, other, rel=1e-9):
    for name in ("yi", "vi", "sei", "hr", "o_minus_e", "v"):
        assert one[name] == pytest.approx(other[name], rel=rel, abs=1e-12), name


@given(yi=LOG_HR, v=VARIANCE, level=st.floats(0.5, 0.999))
def test_the_ways_without_events_agree(yi, v, level):
    assume(abs(yi) * np.sqrt(v) > 0.01)
    sei = 1 / np.sqrt(v)
    base = rp.log_hr_from_oe(yi * v, v)
    assert base.yi == pytest.approx(yi)
    agree(rp.log_hr_from_se(sei, log_hr=yi), base)
    agree(rp.log_hr_from_se(sei, hr=np.exp(yi)), base)
    half = stats.norm.ppf((1 + level) / 2) * sei
    agree(rp.log_hr_from_ci(np.exp(yi), np.exp(yi - half), np.exp(yi + half), level=level), base, 1e-6)
    p = 2 * stats.norm.sf(abs(yi) / sei)
    assume(p > 1e-250)
    agree(rp.log_hr_from_hr_p(np.exp(yi), p), base, 1e-6)
    agree(rp.log_hr_from_hr_p(np.exp(yi), p / 2, sides=1), base, 1e-6)


@given(z=st.floats(0.05, 6), o1=st.integers(1, 300), o2=st.integers(1, 300), sign=st.sampled_from([-1, 1]))
def test_a_log_rank_p_value_leads_to_the_hazard_ratio_that_leads_back(z, o1, o2, sign):
    p = 2 * stats.norm.sf(z)
    kinds = (
        {"events1": o1, "events2": o2},
        {"events": o1 + o2, "n1": 300, "n2": 400},
        {"events": o1 + o2},
    )
    expected_v = (o1 * o2 / (o1 + o2), (o1 + o2) * 300 * 400 / 700**2, (o1 + o2) / 4)
    for numbers, v in zip(kinds, expected_v, strict=True):
        by_p = rp.log_hr_from_logrank_p(p, sign, **numbers)
        assert by_p.v == pytest.approx(v)
        assert by_p.o_minus_e == pytest.approx(sign * z * np.sqrt(v), rel=1e-6)
        agree(rp.log_hr_from_events(by_p.hr, **numbers), by_p)
        agree(rp.log_hr_from_oe(by_p.o_minus_e, by_p.v), by_p)
        agree(rp.log_hr_from_logrank_p(p / 2, sign, sides=1, **numbers), by_p, 1e-6)


@given(events=st.integers(1, 200))
def test_three_approximations_of_v_agree_for_equal_arms(events):
    by_arm = rp.log_hr_from_events(0.8, events1=events, events2=events).v
    by_people = rp.log_hr_from_events(0.8, events=2 * events, n1=500, n2=500).v
    total = rp.log_hr_from_events(0.8, events=2 * events).v
    assert by_arm == pytest.approx(by_people)
    assert by_arm == pytest.approx(total)


@given(o1=st.integers(1, 200), o2=st.integers(1, 200), share=st.floats(0.2, 0.8))
def test_observed_and_expected_favour_the_arm_with_fewer_than_expected(o1, o2, share):
    e1 = share * (o1 + o2)
    result = rp.log_hr_from_observed_expected(o1, e1, o2, o1 + o2 - e1)
    assume(abs(o1 - e1) > 1e-6)
    assert np.sign(result.yi) == np.sign(o1 - e1)
    swapped = rp.log_hr_from_observed_expected(o2, o1 + o2 - e1, o1, e1)
    assert swapped.yi == pytest.approx(-result.yi)
    assert swapped.vi == pytest.approx(result.vi)
    assert result.cautions == ()


@pytest.mark.parametrize("name", LOG_RANK)
def test_the_approximations_are_near_the_log_rank_analysis_of_real_trials(name):
    trial = LOG_RANK[name]
    (o1, o2), (e1, e2), (n1, n2) = trial["o"], trial["e"], trial["n"]
    exact = rp.log_hr_from_oe(o2 - e2, trial["v"])
    direction = int(np.sign(o2 - e2))
    ways = [
        rp.log_hr_from_observed_expected(o2, e2, o1, e1),
        rp.log_hr_from_logrank_p(trial["p"], direction, events1=o2, events2=o1),
        rp.log_hr_from_logrank_p(trial["p"], direction, events=o1 + o2, n1=n2, n2=n1),
        rp.log_hr_from_logrank_p(trial["p"], direction, events=o1 + o2),
    ]
    for way in ways:
        assert way.yi == pytest.approx(exact.yi, rel=0.2)
        assert way.sei == pytest.approx(exact.sei, rel=0.15)


def test_the_better_numbers_are_preferred_row_by_row():
    result = rp.log_hr_from_events(
        0.8,
        events=[100, 100, 100, NAN],
        events1=[40, NAN, NAN, NAN],
        events2=[60, NAN, NAN, 3],
        n1=[50, 200, NAN, 9],
        n2=[80, 100, 100, 9],
    )
    np.testing.assert_allclose(result.v, [24, 100 * 2 / 9, 25, NAN])
    assert result.notes == ("", "", "V = events/4: randomisation 1 : 1 is assumed", "no number of events is there")


def test_bounds_are_conservative_and_say_so():
    bound = rp.log_hr_from_logrank_p(0.001, -1, events=100, operator="<")
    assert "nearest to 1" in bound.cautions[0]
    assert np.all(rp.log_hr_from_logrank_p([1e-4, 1e-8], -1, events=100).hr < bound.hr)
    largest = rp.log_hr_from_hr_p(0.7, 0.001, operator="<")
    assert "largest standard error" in largest.cautions[0]
    assert np.all(rp.log_hr_from_hr_p(0.7, [1e-4, 1e-8]).sei < largest.sei)


def test_what_cannot_be_derived_is_withheld():
    assert np.isnan(rp.log_hr_from_hr_p([1.0, 0.8], [0.5, 1.0]).vi).all()
    empty = rp.log_hr_from_events(0.8, events1=[0, 5], events2=[5, 5])
    np.testing.assert_array_equal(np.isnan(empty.yi), [True, False])
    assert empty.notes[0] == "an arm has no events"
    none = rp.log_hr_from_observed_expected(0, 2.5, 5, 2.5)
    assert "no hazard ratio by this method" in none.notes[0]


def test_expected_events_of_another_kind_and_skewed_intervals_are_cautioned():
    assert "log-rank's?" in rp.log_hr_from_observed_expected(40, 50, 60, 70).cautions[0]
    assert "halfway" in rp.log_hr_from_ci(0.9, 0.5, 1.0).cautions[0]


def test_an_interval_alone_gives_its_middle():
    result = rp.log_hr_from_ci(None, 0.5, 2.0)
    assert result.hr == pytest.approx(1.0)
    assert result.notes == ("no hazard ratio: the middle of the interval stands for it",)
