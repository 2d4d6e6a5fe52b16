"""Changes from final values and percentages, and units there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence.curate.derive.reading import ReadingRules, read_arm

UNITS = {
    "hairs/cm2": "1 / centimeter ** 2",
    "hairs/inch2": "1 / inch ** 2",
    "mm": "millimeter",
    "um": "micrometer",
}
FINAL = {
    "n": 20, "n_status": "verified", "value_type": "final", "unit": "mm", "mean": 14.0, "sd": 3.0,
    "baseline_mean": 10.0, "baseline_sd": 4.0,
}  # fmt: skip
positive = st.floats(0.01, 1e4)


def change(row, admitted=("change-from-final", "percent-change-to-change"), **rules):
    return [
        reading
        for reading in read_arm(row, binary=False, rules=ReadingRules(admitted=admitted, **rules))
        if reading.value_type == "change"
    ]


def test_a_change_by_hand() -> None:
    (reading,) = change(FINAL, r=0.5)
    assert reading.arm is not None
    assert reading.arm.mean == 4.0
    assert reading.arm.sd == pytest.approx(math.sqrt(16 + 9 - 2 * 0.5 * 12), rel=1e-12)
    assert "correlate by 0.5" in reading.arm.steps[-1].assumption


@given(seed=st.integers(0, 2**16), n=st.integers(3, 60))
def test_with_the_sample_correlation_the_sd_is_that_of_the_changes(seed, n) -> None:
    rng = np.random.default_rng(seed)
    before = rng.normal(50, 8, n)
    after = 10 + 0.7 * before + rng.normal(0, 5, n)
    r = float(np.corrcoef(before, after)[0, 1])
    assume(abs(r) < 0.999)
    row = FINAL | {
        "n": n, "mean": after.mean(), "sd": after.std(ddof=1), "baseline_mean": before.mean(),
        "baseline_sd": before.std(ddof=1),
    }  # fmt: skip
    (reading,) = change(row, r=r)
    assert reading.arm is not None
    assert reading.arm.mean == pytest.approx((after - before).mean(), abs=1e-9)
    assert reading.arm.sd == pytest.approx((after - before).std(ddof=1), rel=1e-7)


@given(one=positive, two=positive, low=st.floats(-0.9, 0.9), step=st.floats(0.01, 0.09))
def test_a_higher_correlation_makes_the_sd_smaller(one, two, low, step) -> None:
    row = FINAL | {"sd": one, "baseline_sd": two}
    wide, narrow = (change(row, r=r)[0].arm for r in (low, low + step))
    assert wide.sd > narrow.sd
    assert abs(one - two) * (1 - 1e-9) <= narrow.sd <= one + two


def test_a_baseline_without_sd_gives_no_change() -> None:
    (reading,) = change(FINAL | {"baseline_sd": math.nan})
    assert reading.arm is None
    assert reading.obstacles == ("no SD at baseline",)
    (reading,) = change(FINAL | {"baseline_sd": math.nan, "baseline_plus_minus": 4.0})
    assert reading.obstacles == ("± is not labelled: SD or SE unknown",)


def test_nothing_is_turned_into_a_change_unless_that_is_admitted() -> None:
    assert change(FINAL, admitted=()) == []
    assert change(FINAL | {"baseline_mean": math.nan}) == []


def test_a_percent_change_of_the_baseline() -> None:
    row = FINAL | {"value_type": "percent-change", "unit": "percent-of-baseline", "mean": 20.0, "sd": 5.0}
    (reading,) = change(row | {"baseline_unit": "um", "baseline_mean": 50.0}, unit="um", defined=UNITS)
    assert reading.obstacles == ()
    assert (reading.arm.mean, reading.arm.sd, reading.arm.unit) == (10.0, 2.5, "um")
    (unstated,) = change(row, unit="um", defined=UNITS)
    assert unstated.obstacles == ("the unit of the baseline is not stated",)
    (negative,) = change(row | {"baseline_unit": "um", "baseline_mean": -1.0}, unit="um", defined=UNITS)
    assert "is no change" in negative.obstacles[0]


@given(mean=st.floats(-1e4, 1e4), sd=positive, pair=st.sampled_from([("hairs/cm2", "hairs/inch2"), ("mm", "um")]))
def test_units_there_and_back(mean, sd, pair) -> None:
    one, two = pair
    row = {"n": 20, "value_type": "final", "unit": one, "mean": mean, "sd": sd}
    there = read_arm(row, binary=False, rules=ReadingRules(admitted=("unit",), unit=two, defined=UNITS))[0].arm
    back_row = row | {"unit": two, "mean": there.mean, "sd": there.sd}
    back = read_arm(back_row, binary=False, rules=ReadingRules(admitted=("unit",), unit=one, defined=UNITS))[0].arm
    assert (back.mean, back.sd) == (pytest.approx(mean, rel=1e-12), pytest.approx(sd, rel=1e-12))
    assert there.mean == pytest.approx(mean * {"hairs/inch2": 2.54**2, "um": 1000}[two], rel=1e-12)
    assert [step.method for step in there.steps] == ["unit"]


def test_an_unstated_area_is_not_a_unit_and_conversion_must_be_admitted() -> None:
    row = {"n": 20, "value_type": "final", "unit": "hairs/field", "mean": 1.0, "sd": 1.0}
    rules = ReadingRules(admitted=("unit",), unit="hairs/cm2", defined=UNITS)
    assert read_arm(row, binary=False, rules=rules)[0].obstacles == ("unit hairs/field cannot be brought to hairs/cm2",)
    closed = ReadingRules(admitted=(), unit="um", defined=UNITS)
    assert read_arm(row | {"unit": "mm"}, binary=False, rules=closed)[0].obstacles == ("in mm, not in um",)
