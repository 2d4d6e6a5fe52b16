"""Options of the wrong kind, columns without an order, and numbers that cannot be squared."""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.effects import effect_sizes
from evidence.errors import ColumnError, InputError, RowError

MEANS = pd.DataFrame(
    {"mean1": [10.0, 12.0], "sd1": [2.0, 3.0], "n1": [20, 30], "mean2": [9.0, 8.0], "sd2": [2.0, 2.5], "n2": [20, 30]},
    index=["Ahn", "Berg"],
)
PAIRS = MEANS[["mean1", "sd1", "mean2", "sd2"]].assign(n=20, r=0.5)
COUNTS = pd.DataFrame({"events1": [0, 2], "n1": [10, 10], "events2": [2, 3], "n2": [9, 9]})


@pytest.mark.parametrize("value", [".5", True, False, None, [0.5], float("inf")])
def test_what_is_added_to_cells_is_a_number(value):
    with pytest.raises(InputError, match=r"add=.* must be a finite number, 0 or more"):
        effect_sizes(COUNTS, "RR", add=value)


@pytest.mark.parametrize("value", ["0.5", True, [0.5]])
def test_an_assumed_correlation_is_a_number(value):
    with pytest.raises(InputError, match=r"correlation=.* must be a number between −1 and 1"):
        effect_sizes(PAIRS, "MC", correlation=value)


@pytest.mark.parametrize("value", [{0: 10, 1: 10}, {10, 12}, {0: 10}.keys()])
def test_dictionaries_and_sets_are_no_columns(value):
    with pytest.raises(ColumnError, match=f"n1 is a {type(value).__name__}, which has no place for each row"):
        effect_sizes(COUNTS, "RR", n1=value)


@pytest.mark.parametrize("measure", ["MD", "SMD", "SMDH", "ROM"])
@pytest.mark.parametrize("size", [1e200, 1e308])
def test_a_standard_deviation_too_large_to_square_is_named(measure, size):
    with pytest.raises(RowError) as error:
        effect_sizes(MEANS.assign(sd1=[2.0, size]), measure)
    (problem,) = error.value.problems
    assert (problem.row, problem.column, problem.message) == ("Berg", "sd1", "too large to square")
    assert "nothing was computed" in str(error.value)


@pytest.mark.parametrize("measure", ["MC", "SMCC", "SMCRP", "ROMC"])
def test_so_it_is_in_pairs(measure):
    with pytest.raises(RowError, match="row Ahn · column sd2: too large to square"):
        effect_sizes(PAIRS.assign(sd2=[1e200, 2.0]), measure)


def test_the_column_is_called_as_in_the_table():
    renamed = MEANS.assign(sd1=[1e200, 2.0], study=["A", "B"]).rename(columns={"sd1": "spread"})
    with pytest.raises(RowError, match="row Ahn · column spread · study A: too large to square"):
        effect_sizes(renamed, "MD", sd1="spread")


def test_a_standard_deviation_too_small_to_divide_by_is_named():
    with pytest.raises(RowError, match="row Berg · column sd1: too small to square"):
        effect_sizes(MEANS.assign(sd1=[2.0, 1e-200], sd2=[2.0, 1e-200]), "SMD")


def test_counts_too_large_to_multiply_are_named():
    with pytest.raises(RowError, match="row 1 · column events1: too large to square"):
        effect_sizes(COUNTS.astype(float).assign(n1=[10.0, 1e300], events1=[1.0, 1e299]), "PETO")


def test_large_numbers_whose_squares_are_not_needed_are_fine():
    found = effect_sizes(MEANS.assign(mean1=[10.0, 1e200], mean2=[9.0, -1e200]), "MD")
    assert found["yi"].tolist() == [1.0, 2e200]
    assert found.loc["Berg", "vi"] == pytest.approx(9 / 30 + 6.25 / 30)
    found = effect_sizes(1e60 * MEANS.assign(n1=2e-59, n2=2e-59), "SMD")
    pd.testing.assert_series_equal(found["yi"], effect_sizes(MEANS.assign(n1=20, n2=20), "SMD")["yi"])


@pytest.mark.parametrize("option", ["drop00", "correct"])
def test_a_yes_or_no_that_is_neither_is_refused(option) -> None:
    table = pd.DataFrame({"events1": [1], "n1": [10], "events2": [2], "n2": [10]})
    with pytest.raises(InputError, match=f"{option}='no' is not an option"):
        effect_sizes(table, "OR", **{option: "no"})


@pytest.mark.parametrize("measure", ["MC", "SMCR", "ROMC"])
def test_a_correlation_that_is_lacking_may_be_assumed(measure):
    with pytest.raises(ColumnError, match=r"correlation=0\.5"):
        effect_sizes(PAIRS.drop(columns="r"), measure)
    with pytest.raises(ColumnError) as refusal:
        effect_sizes(PAIRS.drop(columns="r"), "COR")
    assert "correlation=" not in str(refusal.value)


def test_a_p_value_of_0_is_told_to_be_a_bound():
    with pytest.raises(RowError, match=r"printed as 0\.000 is a bound"):
        effect_sizes(pd.DataFrame({"n": [20], "p": [0.0]}), "COR", pvalue="p")
