"""What a forest plot refuses to show, and what it says about it."""

from __future__ import annotations

import math

import pytest

from evidence.errors import InputError, OptionError, RowError
from evidence.plot import ForestData, ForestRow, ForestSummary, forest

GOOD = ForestRow(label="Bao 2020", estimate=2.0, ci_low=1.1, ci_high=3.6, weight=60.0)
TOTAL = ForestSummary(label="Total", estimate=2.0, ci_low=1.1, ci_high=3.6)


def data(*rows: ForestRow, **options) -> ForestData:
    return ForestData(**{"rows": rows or (GOOD,), "measure": "Risk ratio", "ratio": True, "null": 1.0, **options})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ForestRow(label="A"), "neither an estimate nor a reason"),
        (ForestRow(label="A", reason="no SD", weight=3.0), "an interval or a weight but no estimate"),
        (ForestRow(label="A", estimate=2.0, ci_low=1.0), "confidence interval lacks a limit"),
        (ForestRow(label="A", estimate=2.0, ci_low=math.nan, ci_high=3.0), "confidence interval lacks a limit"),
        (ForestRow(label="A", estimate=4.0, ci_low=1.0, ci_high=3.0), "1 to 3, does not hold its estimate, 4"),
        (ForestRow(label="A", estimate=math.nan, ci_low=1.0, ci_high=3.0), "not a finite number"),
        (ForestRow(label="A", estimate=-0.5, ci_low=-1.0, ci_high=0.2), "give ratios on their natural scale"),
        (ForestRow(label="A", estimate=0.5, ci_low=-1.0, ci_high=0.8), "goes below 0, which no ratio does"),
        (ForestRow(label="A", estimate=2.0, ci_low=1.0, ci_high=3.0, weight=140.0), "140, is not a percentage"),
        (ForestRow(label="A", reason="no SD", cells=("1/2",)), "1 cells under 0 column headings"),
        (ForestRow(label="A", reason="no SD", mark="†"), "'†' is explained by no note"),
        (ForestRow(label="A", reason="no SD", subgroup="women"), "has no subgroup although others have"),
    ],
)
def test_rows_that_contradict_themselves_are_refused(row: ForestRow, message: str) -> None:
    with pytest.raises(RowError, match=message):
        data(GOOD, row)


def test_all_faults_are_listed_at_once_with_row_and_study() -> None:
    with pytest.raises(RowError) as caught:
        data(ForestRow(label="A"), GOOD, ForestRow(label="C", estimate=-1.0, ci_low=-2.0, ci_high=0.0))
    assert "2 rows" in str(caught.value)
    assert [(problem.row, problem.study) for problem in caught.value.problems] == [("1", "A"), ("3", "C")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"overall": ForestSummary(label="Total", estimate=9.0, ci_low=1.0, ci_high=3.0)}, "Total: its confidence"),
        (
            {"overall": ForestSummary(label="Total", estimate=2.0, ci_low=1.0, ci_high=3.0, pi_low=0.5)},
            "prediction interval lacks a limit",
        ),
        (
            {"overall": ForestSummary(label="Total", estimate=2.0, ci_low=1.0, ci_high=3.0, level=0.9)},
            "its level is 0.9 and the studies' is 0.95",
        ),
        ({"subtotals": (TOTAL,)}, "belongs to the subgroup ''"),
        ({"level": 95.0}, "not between 0 and 1"),
        ({"null": 0.0}, "null=0 is not a value that the measure can take"),
        ({"digits": 12}, "digits=12"),
    ],
)
def test_figures_that_contradict_themselves_are_refused(options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        data(**options)


def test_two_subtotals_of_one_subgroup_are_refused() -> None:
    row = ForestRow(label="A", reason="no SD", subgroup="women")
    twice = tuple(
        ForestSummary(label="Subtotal", estimate=2.0, ci_low=1.0, ci_high=3.0, subgroup="women") for _ in range(2)
    )
    with pytest.raises(InputError, match="two subtotals"):
        data(row, subtotals=twice)


def test_n1_and_n2_need_two_headings_or_none() -> None:
    row = ForestRow(label="A", reason="no SD", n1=20, n2=20)
    with pytest.raises(RowError, match="n1 and n2 need two column headings or none"):
        data(row, columns=("n",))
    assert data(row).columns == ()


@pytest.mark.parametrize("width", [0, 79.9, math.nan, math.inf])
def test_impossible_widths_are_refused(width: float) -> None:
    with pytest.raises(InputError, match="width_mm"):
        forest(data(), width_mm=width)


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(OptionError, match="'house'"):
        forest(data(), preset="hous")
