"""Cells behind margins and measures, and counts behind percentages."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence import reported as rp

NAN = float("nan")
CELL = st.integers(0, 400)


def margins(a, b, c, d):
    return {"n": a + b + c + d, "n1": a + b, "n2": a + c}


def found(result):
    return [float(result[name]) for name in "abcd"]


@given(a=CELL, b=CELL, c=CELL, d=CELL)
def test_every_measure_leads_back_to_the_cells(a, b, c, d):
    edges = margins(a, b, c, d)
    width = float(edges["n1"] * (c + d) * edges["n2"] * (b + d))
    assume(width > 0)
    n = edges["n"]
    phi = (a * d - b * c) / np.sqrt(width)
    yates = max(abs(a * d - b * c) - n / 2, 0)
    assert found(rp.table_from_margins(**edges, phi=phi)) == [a, b, c, d]
    assert found(rp.table_from_margins(**edges, chi2=np.sign(phi) * n * phi**2, correct=False)) == [a, b, c, d]
    if yates > 0:
        assert found(rp.table_from_margins(**edges, chi2=np.sign(phi) * n * yates**2 / width)) == [a, b, c, d]
    if b * c > 0:
        assert found(rp.table_from_margins(**edges, odds_ratio=a * d / (b * c))) == [a, b, c, d]
    if c > 0:
        assert found(rp.table_from_margins(**edges, risk_ratio=(a / (a + b)) / (c / (c + d)))) == [a, b, c, d]


@given(a=st.integers(1, 60), b=st.integers(1, 60), scale=st.integers(1, 30))
def test_an_odds_ratio_of_1_is_no_exception(a, b, scale):
    c, d = a * scale, b * scale
    for ratio in (1.0, 1 + 1e-13, 1 - 1e-13):
        result = rp.table_from_margins(**margins(a, b, c, d), odds_ratio=ratio)
        assert found(result) == [a, b, c, d]
        assert result.a_exact == pytest.approx(a, rel=1e-9)


@given(a=CELL, b=CELL, c=CELL, d=CELL)
def test_cells_add_up_to_the_margins(a, b, c, d):
    edges = margins(a, b, c, d)
    assume(edges["n"] > 0)
    result = rp.table_from_margins(**edges, odds_ratio=1.7)
    if not np.isnan(result.a):
        assert result.a + result.b == edges["n1"]
        assert result.a + result.c == edges["n2"]
        assert result.a + result.b + result.c + result.d == edges["n"]


@given(ratios=st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)))
def test_a_larger_ratio_has_a_larger_first_cell(ratios):
    low, high = sorted(ratios)
    for name in ("odds_ratio", "risk_ratio"):
        cells = rp.table_from_margins(1000, 400, 90, **{name: [low, high]}).a_exact
        assert cells[0] <= cells[1] * (1 + 1e-12)


def test_an_odds_ratio_of_0_leaves_the_smallest_first_cell():
    assert found(rp.table_from_margins(100, 40, 30, odds_ratio=0)) == [0, 40, 30, 30]
    assert found(rp.table_from_margins(100, 80, 50, odds_ratio=0)) == [30, 50, 20, 0]


def test_huge_tables_keep_their_digits():
    a, b, c, d = 3, 2_000_000_000, 7, 1_999_999_990
    assert found(rp.table_from_margins(**margins(a, b, c, d), odds_ratio=a * d / (b * c))) == [a, b, c, d]


def test_a_measure_that_does_not_settle_the_cells_is_cautioned():
    rough = rp.table_from_margins(2400, 1220, 560, phi=0.15)
    assert rough.a == 361
    assert rough.cautions == ("to the digits given, first cells from 358 to 363 fit",)
    assert rp.table_from_margins(2400, 1220, 560, odds_ratio=2.0512).cautions == ()
    assert rp.table_from_margins(240, 122, 56, phi=0.15).a == 36


def test_a_measure_of_another_table_is_cautioned():
    result = rp.table_from_margins(24, 12, 8, odds_ratio=1.3508772)
    assert result.cautions == ("the first cell is 4.40 before rounding: is the measure that of this table?",)


def test_contradictions_and_gaps_are_withheld():
    result = rp.table_from_margins(
        [400, 400, 400, 400, NAN], [200, 0, 200, 200, 200], [50, 50, 50, 400, 50], phi=[0.54, 0.1, NAN, 0.1, 0.1]
    )
    assert np.isnan(result.a[[0, 2, 4]]).all()
    assert "a cell would be negative" in result.notes[0]
    assert result.notes[2] == "no measure of association is there"
    assert result.notes[4] == "n is missing"


def test_the_log_odds_ratio_of_an_empty_cell_is_not_invented():
    # chi-square without correction of 0/10 against 5/10
    result = rp.log_or_from_chi2(-20 / 3, 20, 10, 5, correct=False)
    assert found(result) == [0, 10, 5, 5]
    assert np.isnan(result.yi)
    assert "a cell is empty" in result.notes[0]


@given(a=st.integers(1, 200), b=st.integers(1, 200), c=st.integers(1, 200), d=st.integers(1, 200))
def test_the_log_odds_ratio_is_that_of_the_cells(a, b, c, d):
    assume(a * d != b * c)
    n, width = a + b + c + d, float((a + b) * (c + d) * (a + c) * (b + d))
    chi2 = np.sign(a * d - b * c) * n * (a * d - b * c) ** 2 / width
    result = rp.log_or_from_chi2(chi2, **margins(a, b, c, d), correct=False)
    assert result.yi == pytest.approx(np.log(a * d / (b * c)), abs=1e-12)
    assert result.vi == pytest.approx(1 / a + 1 / b + 1 / c + 1 / d)


class TestPercent:
    """Counts behind a percentage, against every count tried one by one."""

    @given(
        n=st.integers(1, 300),
        tenths=st.integers(0, 10_000),
        decimals=st.integers(0, 2),
    )
    def test_exactly_the_counts_that_round_to_it_are_found(self, n, tenths, decimals):
        step = Decimal(1).scaleb(-decimals)
        percent = (Decimal(tenths) / 100).quantize(step, ROUND_DOWN)
        expected = [
            k
            for k in range(n + 1)
            if any(
                (Decimal(100 * k) / n).quantize(step, way) == percent
                for way in (ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN)
            )
        ]
        result = rp.counts_from_percent(str(percent), n)
        assert list(result.alternatives[0]) == expected
        assert result.candidates == len(expected)
        if len(expected) == 1:
            assert result.events == expected[0]
            assert result.notes == ("",)
        else:
            assert np.isnan(result.events)
            assert result.notes[0]

    def test_every_count_comes_back_from_its_own_percentage(self):
        for n in (7, 19, 31, 94):
            counts = np.arange(n + 1)
            result = rp.counts_from_percent([f"{100 * k / n:.1f}" for k in counts], n)
            np.testing.assert_array_equal(result.events, counts)

    def test_text_carries_its_decimals_and_numbers_need_them(self):
        assert rp.counts_from_percent("70", 200).candidates == 3
        assert rp.counts_from_percent("70.0", 200).events == 140
        assert rp.counts_from_percent(70.0, 200, decimals=1).events == 140
        np.testing.assert_array_equal(rp.counts_from_percent([70, 70.0], 200, decimals=[0, 1]).candidates, [3, 1])

    def test_ties_may_have_been_rounded_either_way(self):
        # 1/8 = 12.5%
        assert rp.counts_from_percent("12", 8).events == 1
        assert rp.counts_from_percent("13", 8).events == 1

    def test_several_are_named_and_none_is_chosen(self):
        result = rp.counts_from_percent(["5", "50"], [200, 2000])
        assert result.notes[0] == "5% of 200 people could be any of 9, 10, 11"
        assert result.notes[1] == "50% of 2000 people could be any of 990 to 1010"
        np.testing.assert_array_equal([result.fewest, result.most], [[9, 990], [11, 1010]])

    def test_a_percentage_of_another_denominator_is_found_out(self):
        # 28.57% male is 2 of 7, and no part of 40 people
        result = rp.counts_from_percent("28.57%", [40, 7])
        np.testing.assert_array_equal(result.events, [NAN, 2])
        assert result.notes[0] == "no count of 40 people gives 28.57%: the nearest are 11 (27.50%) and 12 (30.00%)"
        assert result.alternatives == ((), (2,))

    def test_nobody_and_everybody(self):
        np.testing.assert_array_equal(rp.counts_from_percent(["0", "100", "0.0"], 31).events, [0, 31, 0])

    def test_missing_percentages_keep_their_row(self):
        result = rp.counts_from_percent(["85", None, NAN], [20, 20, 20])
        np.testing.assert_array_equal(result.events, [17, NAN, NAN])
        assert result.notes == ("", "percent is missing", "percent is missing")

    def test_a_series_keeps_its_labels(self):
        result = rp.counts_from_percent(
            pd.Series(["85", "45"], index=["a", "b"]), pd.Series([20, 20], index=["a", "b"])
        )
        assert result.labels == ("a", "b")
        np.testing.assert_array_equal(result.events, [17, 9])
