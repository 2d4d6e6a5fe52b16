"""Reading of count tables: what is accepted, what is refused, and what is said about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence.counts import read_counts, read_proportions, read_rates
from evidence.errors import ColumnError, InputError, OptionError, RowError

TRIALS = pd.DataFrame(
    {"study": ["A", "B", "C"], "events1": [4, 0, 7], "n1": [123, 30, 9], "events2": [11, 3, 2], "n2": [139, 28, 8]}
)


def test_cells_follow_from_sizes() -> None:
    counts = read_counts(TRIALS)
    assert counts.numbers.tolist() == [[4, 0, 7], [119, 30, 2], [11, 3, 2], [128, 25, 6]]
    assert (counts.n1.tolist(), counts.n2.tolist(), counts.k) == ([123, 30, 9], [139, 28, 8], 3)
    assert counts.labels.tolist() == ["A", "B", "C"]
    assert not counts.fractional.any()


def test_arrays_columns_series_and_constants_are_the_same() -> None:
    expected = read_counts(TRIALS).numbers
    renamed = TRIALS.rename(columns={"events1": "x", "n1": "people"})
    for found in (
        read_counts(**{name: TRIALS[name].to_numpy() for name in TRIALS.columns[1:]}),
        read_counts(**{name: TRIALS[name].tolist() for name in TRIALS.columns[1:]}),
        read_counts(**{name: TRIALS[name] for name in TRIALS.columns[1:]}),
        read_counts(renamed, events1="x", n1="people"),
        read_counts(data=TRIALS, nonevents2=[128, 25, 6]),
        read_counts(TRIALS.astype({"events1": "Int64"})),
        read_counts(TRIALS, events2=[Decimal(11), 3.0, np.int8(2)]),
    ):
        np.testing.assert_array_equal(found.numbers, expected)
    assert read_counts(TRIALS, n2=500).d.tolist() == [489, 497, 498]


def test_the_input_is_not_changed_and_the_result_cannot_be() -> None:
    before = TRIALS.copy(deep=True)
    counts = read_counts(TRIALS, missing="drop")
    pd.testing.assert_frame_equal(TRIALS, before)
    with pytest.raises(ValueError, match="read-only"):
        counts.numbers[0, 0] = 1


def test_rates_and_proportions() -> None:
    rates = read_rates(events1=[9, 8], time1=[413, 263.5], events2=[19, 0], time2=398)
    assert rates.numbers.tolist() == [[9, 8], [413, 263.5], [19, 0], [398, 398]]
    assert (rates.x1.tolist(), rates.t2.tolist()) == ([9, 8], [398, 398])
    assert not rates.fractional.any()
    single = read_proportions(events=[3, 7], nonevents=[7, 13], labels=["x", "y"])
    assert (single.x.tolist(), single.n.tolist(), single.labels.tolist()) == ([3, 7], [10, 20], ["x", "y"])


def test_incomplete_rows_are_left_out_only_when_asked() -> None:
    gap = TRIALS.assign(events1=[4, None, 7], n2=[139, 28, np.nan])
    with pytest.raises(RowError, match='missing="drop" leaves out') as caught:
        read_counts(gap)
    assert [problem.row for problem in caught.value.problems] == ["1", "2"]
    counts = read_counts(gap, missing="drop")
    assert counts.included.tolist() == [True, False, False]
    assert counts.reasons == {1: "events1 missing", 2: "n2 missing"}
    assert (counts.a.tolist(), counts.labels.tolist()) == ([4], ["A"])
    with pytest.raises(InputError, match="every row lacks a value"):
        read_counts(TRIALS.assign(events1=np.nan), missing="drop")


def test_non_events_fill_a_missing_size() -> None:
    both = TRIALS.assign(n1=[123, None, 9], nonevents1=[None, 30, 2])
    assert read_counts(both).b.tolist() == [119, 30, 2]


def test_fractions_are_marked_not_refused() -> None:
    assert read_counts(TRIALS, events1=[4, 0, 6.5]).fractional.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events1": [4, -1, 7]}, "row 1 · column events1 · study B: a count cannot be negative; found '-1'"),
        ({"events1": [4, 31, 7]}, "row 1 · column events1 · study B: more events than people; found '31 of 30'"),
        ({"events1": [4, "none", 7]}, "row 1 · column events1 · study B: text, not a number; found 'none'"),
        ({"events1": [4, True, 7]}, "bool, not a number"),
        ({"events1": [4, np.inf, 7]}, "not a finite number; found 'inf'"),
        ({"n2": [139, 0, 8]}, "row 1 · column n2 · study B: nobody is in this group"),
        ({"n2": [139, 1e16, 8]}, "too large to compute with"),
        ({"nonevents1": [119, 29, 2]}, "events and non-events do not add up to n1; found '0 + 29 of 30'"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RowError, match="1 value cannot be used; nothing was computed") as caught:
        read_counts(TRIALS.assign(**change))
    assert message in str(caught.value)


def test_an_empty_group_is_refused_without_sizes() -> None:
    with pytest.raises(RowError, match="nobody is in this group"):
        read_counts(events1=[0, 1], nonevents1=[0, 3], events2=[2, 2], n2=[5, 5])
    with pytest.raises(RowError, match="person-time must be above 0"):
        read_rates(events1=[1], time1=[0], events2=[2], time2=[3])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"table": TRIALS.drop(columns="n1")}, ColumnError, "nonevents1 or n1 is not to be found"),
        ({"table": TRIALS, "events1": "event1"}, ColumnError, "did you mean 'events1'"),
        ({"table": TRIALS, "event1": [1, 2, 3]}, ColumnError, "'event1' is not a number that is needed; did you mean"),
        ({"table": TRIALS, "data": TRIALS}, InputError, "give one table"),
        ({"table": [1, 2]}, InputError, "must be a pandas DataFrame, not list"),
        ({"table": TRIALS, "events1": [1, 2]}, InputError, "events1 has 2 values for 3 rows"),
        ({"table": TRIALS, "events1": {1, 2, 3}}, InputError, "is a set, which has no place for each row"),
        ({"table": TRIALS, "events1": np.ones((3, 1))}, InputError, "must have one dimension; it has 2"),
        ({"table": TRIALS, "events1": pd.Series([1, 2, 3], index=[5, 6, 7])}, InputError, "another index"),
        ({"table": TRIALS, "labels": ["a"]}, InputError, "labels has length 1, the counts 3"),
        ({"table": TRIALS, "labels": "name"}, ColumnError, "no such column"),
        ({"events1": "x", "n1": [3], "events2": [1], "n2": [3]}, InputError, "give the table as well"),
        ({"events1": [], "n1": [], "events2": [], "n2": []}, InputError, "no row to work with"),
        ({"table": pd.concat([TRIALS, TRIALS[["n1"]]], axis=1)}, ColumnError, "2 columns are called 'n1'"),
        ({"table": TRIALS, "missing": "keep"}, OptionError, "missing='keep'"),
    ],
)
def test_bad_calls_say_what_is_wrong(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_counts(**arguments)


def test_a_hundred_thousand_rows_are_quick_to_read() -> None:
    n = np.full(100_000, 50)
    assert read_counts(events1=n // 5, n1=n, events2=n // 2, n2=n).k == 100_000
