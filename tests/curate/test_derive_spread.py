"""SDs of one arm: there and back from SE, interval, ± and five numbers, against scipy and hand arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evidence.curate.derive.reading import ReadingRules, read_arm
from evidence.curate.derive.spread import NO_SPREAD, spread

EVERYTHING = ("se-to-sd", "ci-to-sd", "five-numbers", "plus-minus-as-sd")
sds = st.floats(0.01, 1e4)
sizes = st.integers(2, 5000)


@given(sd=sds, n=sizes)
def test_an_se_goes_back_to_its_sd(sd, n) -> None:
    found = spread({"se": sd / math.sqrt(n)}, n, EVERYTHING)
    assert found.sd == pytest.approx(sd, rel=1e-12)
    assert [step.method for step in found.steps] == ["se-to-sd"]


@given(sd=sds, n=sizes, mean=st.floats(-1e4, 1e4), level=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_a_t_interval_goes_back_to_its_sd(sd, n, mean, level) -> None:
    low, high = stats.t.interval(level, n - 1, loc=mean, scale=sd / math.sqrt(n))
    found = spread({"mean": mean, "ci_low": low, "ci_high": high, "ci_level": level}, n, EVERYTHING)
    # a narrow interval far from zero has lost digits when it was written down
    assert found.sd == pytest.approx(sd, rel=1e-9 + 1e-13 * (abs(low) + abs(high)) / (high - low))
    assert found.steps[0].assumption


def test_a_mean_off_the_centre_of_its_interval_is_cautioned() -> None:
    found = spread({"mean": 12.0, "ci_low": 10.0, "ci_high": 20.0, "ci_level": 0.95}, 16, EVERYTHING)
    assert "not halfway" in found.steps[0].caution
    outside = spread({"mean": 22.0, "ci_low": 10.0, "ci_high": 20.0, "ci_level": 0.95}, 16, EVERYTHING)
    assert math.isnan(outside.sd)
    assert "outside its interval" in outside.obstacles[0]


@given(figure=sds, n=sizes)
def test_the_two_readings_of_an_unlabelled_figure_differ_by_the_root_of_n(figure, n) -> None:
    row = {"plus_minus": figure}
    as_sd, as_se = (spread(row, n, (name,)) for name in ("plus-minus-as-sd", "plus-minus-as-se"))
    assert as_se.sd / as_sd.sd == pytest.approx(math.sqrt(n), rel=1e-12)
    both = spread(row, n, ("plus-minus-as-sd", "plus-minus-as-se"))
    assert both.sd == as_se.sd >= as_sd.sd
    neither = spread(row, n, ())
    assert neither.obstacles == ("± is not labelled: SD or SE unknown",)


def test_what_is_printed_comes_before_what_is_derived() -> None:
    row = {"sd": 5.0, "se": 1.0, "ci_low": 1.0, "ci_high": 2.0, "ci_level": 0.95, "plus_minus": 9.0}
    assert spread(row, 25, EVERYTHING).steps == ()
    assert spread(row | {"sd": math.nan}, 25, EVERYTHING).sd == 5.0
    assert spread({}, 25, EVERYTHING).obstacles == (NO_SPREAD,)


@pytest.mark.parametrize("name", ["se-to-sd", "ci-to-sd", "five-numbers", "plus-minus-as-sd"])
def test_what_is_not_admitted_is_an_obstacle(name) -> None:
    rows = {
        "se-to-sd": {"se": 1.0},
        "ci-to-sd": {"ci_low": 1.0, "ci_high": 3.0, "ci_level": 0.95},
        "five-numbers": {"q1": 1.0, "median": 2.0, "q3": 3.0},
        "plus-minus-as-sd": {"plus_minus": 2.0},
    }
    admitted = tuple(other for other in EVERYTHING if other != name)
    assert spread(rows[name], 25, admitted).obstacles
    assert not spread(rows[name], 25, EVERYTHING).obstacles


@given(mean=st.floats(-50, 50), sd=st.floats(0.5, 20), n=st.integers(40, 400))
def test_five_numbers_of_a_normal_sample_give_its_mean_and_sd(mean, sd, n) -> None:
    # expected quartiles of a normal distribution: the mean must come back, and the SD within Wan's correction for n
    q1, q3 = stats.norm.ppf([0.25, 0.75], mean, sd)
    row = {"n": n, "q1": q1, "median": mean, "q3": q3, "unit": "mm", "value_type": "final"}
    (reading,) = read_arm(row, binary=False, rules=ReadingRules(admitted=("five-numbers",)))
    assert reading.obstacles == ()
    assert reading.arm is not None
    assert reading.arm.mean == pytest.approx(mean, abs=1e-9)
    assert reading.arm.sd == pytest.approx(sd, rel=0.06)


def test_wans_own_formula_by_hand() -> None:
    # Wan 2014, equation 16: SD = (q3 − q1) / (2 Φ⁻¹((0.75 n − 0.125)/(n + 0.25)))
    n, q1, q3 = 30, 10.0, 16.0
    expected = (q3 - q1) / (2 * stats.norm.ppf((0.75 * n - 0.125) / (n + 0.25)))
    found = spread({"q1": q1, "median": 13.0, "q3": q3}, n, EVERYTHING)
    assert found.sd == pytest.approx(expected, rel=1e-9)


def test_skewed_data_are_refused_with_the_reason() -> None:
    row = {"n": 50, "q1": 1.0, "median": 1.5, "q3": 14.0, "unit": "mm", "value_type": "final"}
    (reading,) = read_arm(row, binary=False, rules=ReadingRules(admitted=("five-numbers",)))
    assert reading.arm is None
    assert "the data are skewed: Shi's statistic" in reading.obstacles[0]


def test_a_median_without_the_derivation_says_what_it_would_take() -> None:
    row = {"n": 50, "q1": 1.0, "median": 2.0, "q3": 3.0, "unit": "mm", "value_type": "final"}
    (reading,) = read_arm(row, binary=False, rules=ReadingRules(admitted=()))
    assert "only a median with quartiles or range" in reading.obstacles


def test_quartiles_beside_a_printed_mean_give_the_sd_only() -> None:
    row = {"n": 50, "mean": 2.2, "q1": 1.0, "q3": 3.0, "unit": "mm", "value_type": "final"}
    (reading,) = read_arm(row, binary=False, rules=ReadingRules(admitted=("five-numbers",)))
    assert reading.arm is not None
    assert reading.arm.mean == 2.2
    assert "cannot be tested without a median" in reading.arm.steps[0].assumption


@given(n=st.integers(2, 200), seed=st.integers(0, 2**16))
def test_an_sd_from_the_se_of_real_data_is_their_sd(n, seed) -> None:
    values = np.random.default_rng(seed).normal(10, 3, n)
    found = spread({"se": stats.sem(values)}, n, EVERYTHING)
    assert found.sd == pytest.approx(np.std(values, ddof=1), rel=1e-9)


@pytest.mark.parametrize("n", [math.nan, 1.0])
def test_without_people_there_is_no_sd(n) -> None:
    assert math.isnan(spread({"se": 1.0}, n, EVERYTHING).sd)


def test_a_printed_sd_beside_a_median_stays() -> None:
    row = {"n": 50, "median": 6.0, "q1": 4.0, "q3": 8.0, "sd": 4.5, "arm_id": "A", "row_id": "R"}
    rules = ReadingRules(admitted=("five-numbers",))
    (reading,) = read_arm(row, binary=False, rules=rules)
    assert reading.obstacles == ()
    assert (reading.arm.mean, reading.arm.sd) == (pytest.approx(6.0, abs=1e-9), 4.5)
    (step,) = reading.arm.steps
    assert step.method == "five-numbers"
    assert step.text == "q1 4, median 6, q3 8 (n = 50): mean 6; SD 4.5 as printed"
    (derived,) = read_arm({name: row[name] for name in row if name != "sd"}, binary=False, rules=rules)
    assert derived.arm.sd != 4.5
