"""Bad input: every fault is named, at once, and nothing is computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.effects import effect_sizes
from evidence.errors import ColumnError, InputError, OptionError, RowError

GOOD = pd.DataFrame(
    {
        "mean1": [10.0, 11.0, 12.0, 13.0],
        "sd1": [2.0, 2.0, 2.0, 2.0],
        "n1": [20, 20, 20, 20],
        "mean2": [9.0, 9.0, 9.0, 9.0],
        "sd2": [2.0, 2.0, 2.0, 2.0],
        "n2": [20, 20, 20, 20],
    }
)
COUNTS = pd.DataFrame({"events1": [1, 2, 3], "n1": [10, 10, 10], "events2": [2, 3, 4], "n2": [9, 9, 9]})
PAIRS = GOOD[["mean1", "sd1", "mean2", "sd2"]].assign(n=20, r=0.5)
MATCHED = pd.DataFrame({"pairs_both": [1], "pairs_only1": [2], "pairs_only2": [3], "pairs_neither": [4]})


def faults(error: pytest.ExceptionInfo[RowError]) -> set[tuple[str, str, str]]:
    return {(problem.row, problem.column, problem.value) for problem in error.value.problems}


def test_every_bad_value_of_every_column_is_named_at_once():
    bad = GOOD.astype(object)
    bad.loc[0, "mean1"] = "12,5"
    bad.loc[0, "sd2"] = -1.0
    bad.loc[1, "sd1"] = 0
    bad.loc[1, "n1"] = 1
    bad.loc[2, "mean2"] = np.inf
    bad.loc[3, "n2"] = None
    bad.loc[3, "sd2"] = True
    with pytest.raises(RowError) as error:
        effect_sizes(bad, "SMD")
    assert faults(error) == {
        ("0", "mean1", "12,5"),
        ("0", "sd2", "-1"),
        ("1", "sd1", "0"),
        ("1", "n1", "1"),
        ("2", "mean2", "inf"),
        ("3", "n2", ""),
        ("3", "sd2", "True"),
    }
    assert "7 values cannot be used for SMD; nothing was computed" in str(error.value)
    assert 'missing="keep"' in str(error.value)


def test_rows_are_named_by_their_label_and_study():
    named = GOOD.set_axis(["x1", "x2", "x3", "x4"]).assign(study=["A", "B", "C", "D"], sd1=[2, 2, 0, 2])
    with pytest.raises(RowError) as error:
        effect_sizes(named, "MD")
    (problem,) = error.value.problems
    assert (problem.row, problem.study, problem.column, problem.allowed) == ("x3", "C", "sd1", "above 0")


def test_repeated_labels_come_with_their_position():
    with pytest.raises(RowError) as error:
        effect_sizes(GOOD.set_axis(["x", "y", "x", "y"]).assign(n1=[20, 20, 1, 20]), "MD")
    assert error.value.problems[0].row == "x (position 2)"


def test_a_mapped_column_is_named_as_it_is_called_in_the_table():
    with pytest.raises(RowError) as error:
        effect_sizes(GOOD.rename(columns={"sd1": "spread"}).assign(spread=-2), "MD", sd1="spread")
    assert {problem.column for problem in error.value.problems} == {"spread"}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("events1", 11, "more events than people"),
        ("events1", -1, "a count cannot be negative"),
        ("n1", 0, "nobody is in this group"),
        ("n2", -3, "nobody is in this group"),
        ("events2", "two", "text, not a number"),
        ("events2", -np.inf, "not a finite number"),
        ("events2", np.nan, "a value is missing"),
    ],
)
def test_impossible_counts(column, value, message):
    bad = COUNTS.astype(object)
    bad.loc[1, column] = value
    with pytest.raises(RowError) as error:
        effect_sizes(bad, "RR")
    assert [(problem.row, problem.column, problem.message) for problem in error.value.problems] == [
        ("1", column, message)
    ]


def test_events_and_non_events_must_add_up_where_both_are_given():
    table = COUNTS.assign(nonevents1=[9, 7, 7])
    with pytest.raises(RowError) as error:
        effect_sizes(table, "OR")
    (problem,) = error.value.problems
    assert (problem.row, problem.value, problem.allowed) == ("1", "2 + 7", "10")
    mapped = effect_sizes(table, "OR", nonevents1="nonevents1")
    assert mapped["yi"].notna().all()


def test_non_events_may_stand_in_for_a_group_size_row_by_row():
    mixed = COUNTS.assign(nonevents1=[np.nan, 8, np.nan], n1=[10, np.nan, 10])
    pd.testing.assert_series_equal(effect_sizes(mixed, "OR")["yi"], effect_sizes(COUNTS, "OR")["yi"])
    with pytest.raises(RowError) as error:
        effect_sizes(mixed.assign(n1=np.nan), "OR")
    assert faults(error) == {("0", "nonevents1", ""), ("2", "nonevents1", "")}


def test_an_arm_of_nobody_and_a_table_of_no_pairs():
    empty = pd.DataFrame({"events": [0], "nonevents": [0]})
    with pytest.raises(RowError, match="nobody is in this group"):
        effect_sizes(empty, "PR")
    with pytest.raises(RowError, match="there are no pairs"):
        effect_sizes(MATCHED * 0, "MPRR")


@pytest.mark.parametrize("r", [1, -1, 1.2, np.inf])
def test_a_correlation_lies_strictly_between_minus_one_and_one(r):
    with pytest.raises(RowError) as error:
        effect_sizes(PAIRS.assign(r=[0.5, r, 0.5, 0.5]), "MC")
    assert [problem.row for problem in error.value.problems] == ["1"]


def test_missing_values_keep_their_rows_when_asked():
    table = GOOD.assign(sd1=[2.0, np.nan, 2.0, 2.0], n2=[20, np.nan, np.nan, 20])
    found = effect_sizes(table, "MD", missing="keep")
    assert found["yi"].isna().tolist() == [False, True, True, False]
    assert found["vi"].isna().tolist() == [False, True, True, False]
    assert found["effect_note"].tolist() == ["", "no value: missing sd1, n2", "no value: missing n2", ""]


def test_keeping_missing_values_does_not_excuse_wrong_ones():
    with pytest.raises(RowError, match="above 0"):
        effect_sizes(GOOD.assign(sd1=[np.nan, -1, 2, 2]), "MD", missing="keep")


def test_missing_columns_are_all_named_with_what_is_near():
    table = GOOD.rename(columns={"sd1": "SD_1", "n2": "n_2"})
    with pytest.raises(ColumnError) as error:
        effect_sizes(table, "SMD")
    text = str(error.value)
    assert "SMD needs sd1, n2, which the table does not have" in text
    assert "did you mean 'SD_1'" in text
    assert "did you mean 'n_2'" in text
    assert "effect_sizes(table, 'SMD', sd1=" in text


def test_a_choice_of_columns_is_named_as_a_choice():
    with pytest.raises(ColumnError, match="nonevents1 or n1"):
        effect_sizes(COUNTS.drop(columns="n1"), "RR")


def test_pairs_without_a_correlation_are_refused():
    with pytest.raises(ColumnError, match="MC needs r"):
        effect_sizes(PAIRS.drop(columns="r"), "MC")
    with pytest.raises(RowError, match="a value is missing"):
        effect_sizes(PAIRS.assign(r=np.nan), "MC")


def test_a_mapped_column_that_does_not_exist():
    with pytest.raises(ColumnError, match=r"mean1='mean_1': the table has no such column; did you mean 'mean1'"):
        effect_sizes(GOOD, "MD", mean1="mean_1")


def test_an_unknown_keyword_is_not_ignored():
    with pytest.raises(ColumnError, match=r"MD does not use 'meen1' \(did you mean 'mean1'\?\)"):
        effect_sizes(GOOD, "MD", meen1="mean1")
    with pytest.raises(ColumnError, match="MD does not use 'events1'"):
        effect_sizes(GOOD, "MD", events1="n1")


def test_arrays_of_another_length_and_series_of_another_index():
    with pytest.raises(ColumnError, match="3 values for a table of 4 rows"):
        effect_sizes(GOOD, "MD", n1=[1, 2, 3])
    shifted = pd.Series([20, 20, 20, 20], index=[1, 2, 3, 4])
    with pytest.raises(ColumnError, match="another index"):
        effect_sizes(GOOD, "MD", n1=shifted)


def test_two_columns_of_one_name():
    doubled = pd.concat([GOOD, GOOD[["sd1"]]], axis=1)
    with pytest.raises(ColumnError, match="2 columns are called 'sd1'"):
        effect_sizes(doubled, "MD")


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"measure": "SMDD"}, "measure"),
        ({"measure": "MD", "vtype": "UB"}, "vtype"),
        ({"measure": "MD", "to": "some"}, "to"),
        ({"measure": "MD", "missing": "drop"}, "missing"),
    ],
)
def test_unknown_options_list_what_is_allowed(options, argument):
    with pytest.raises(OptionError) as error:
        effect_sizes(GOOD, **options)
    assert error.value.argument == argument


@pytest.mark.parametrize("options", [{"add": -0.5}, {"add": np.nan}, {"correlation": 1.0}, {"correlation": np.nan}])
def test_numbers_outside_their_range(options):
    with pytest.raises(InputError, match=next(iter(options))):
        effect_sizes(PAIRS, "MC", **options)


def test_the_table_must_be_a_data_frame():
    with pytest.raises(InputError, match="DataFrame, not dict"):
        effect_sizes({"events": [1], "n": [2]}, "PR")
