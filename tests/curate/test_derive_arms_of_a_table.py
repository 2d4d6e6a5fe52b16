"""`derive_arms` on any table: one tidy row for each arm, or the reason why it has no numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.curate.derive import ADMITTED, DERIVATIONS, derive_arms
from evidence.errors import ColumnError, InputError, OptionError


def test_a_table_of_many_kinds_of_report() -> None:
    table = pd.DataFrame(
        {
            "n": [25, 16, 50, 20, 40, 31],
            "mean": [31.0, 12.0, np.nan, np.nan, 5.0, np.nan],
            "se": [0.9, np.nan, np.nan, np.nan, np.nan, np.nan],
            "ci_low": [np.nan, 10.0, np.nan, np.nan, np.nan, np.nan],
            "ci_high": [np.nan, 14.0, np.nan, np.nan, np.nan, np.nan],
            "ci_level": [np.nan, 0.95, np.nan, np.nan, np.nan, np.nan],
            "q1": [np.nan, np.nan, 4.0, np.nan, np.nan, np.nan],
            "median": [np.nan, np.nan, 6.0, np.nan, np.nan, np.nan],
            "q3": [np.nan, np.nan, 8.0, np.nan, np.nan, np.nan],
            "percent": [np.nan, np.nan, np.nan, 85.0, np.nan, np.nan],
            "plus_minus": [np.nan, np.nan, np.nan, np.nan, 2.0, np.nan],
        },
        index=list("abcdef"),
    )
    before = table.copy(deep=True)
    derived = derive_arms(table)
    pd.testing.assert_frame_equal(table, before)
    assert list(derived.index) == list("abcdef")
    assert derived["method"].tolist() == [
        "se-to-sd", "ci-to-sd", "five-numbers", "percent-to-events", "plus-minus-as-sd", "",
    ]  # fmt: skip
    assert derived.loc["a", "sd"] == 4.5
    assert derived.loc["c", "mean"] == pytest.approx(6.0)
    assert derived.loc["d", "events"] == 17
    assert derived["obstacles"].tolist() == ["", "", "", "", "± is not labelled: SD or SE unknown", "no mean"]
    assert derived.loc[["e", "f"], ["mean", "sd", "events", "n"]].isna().all(axis=None)
    assert derived.loc["c", "assumptions"] == "the values are normally distributed"


@given(rows=st.lists(st.tuples(st.floats(-99, 99), st.floats(0.01, 50), st.integers(2, 500)), min_size=1, max_size=8))
def test_printed_numbers_stay_as_they_are(rows) -> None:
    table = pd.DataFrame(rows, columns=["mean", "sd", "n"])
    derived = derive_arms(table)
    assert (derived[["mean", "sd", "n"]].to_numpy() == table.to_numpy(dtype=float)).all()
    assert (derived["method"] == "").all()
    assert (derived["obstacles"] == "").all()


def test_changes_are_asked_for() -> None:
    table = pd.DataFrame(
        {"value_type": ["final", "change"], "n": 20, "mean": [14.0, 4.0], "sd": 3.0, "baseline_mean": [10.0, None],
         "baseline_sd": [4.0, None]}
    )  # fmt: skip
    plain = derive_arms(table, value_type="change")
    assert plain["obstacles"].tolist() == ["reported as final", ""]
    derived = derive_arms(table, value_type="change", admit=[*ADMITTED, "change-from-final"], r=0.8)
    assert derived["mean"].tolist() == [4.0, 4.0]
    assert derived["sd"][0] == pytest.approx(math.sqrt(16 + 9 - 2 * 0.8 * 12))
    assert derived["value_type"].tolist() == ["change", "change"]


def test_units_are_what_pint_or_the_caller_says() -> None:
    table = pd.DataFrame({"n": 20, "mean": [1.0, 1.0, 1.0], "sd": 0.5, "unit": ["mm", "field", "um"]})
    derived = derive_arms(table, unit="um")
    assert derived["mean"].tolist()[::2] == [1000.0, 1.0]
    assert derived["obstacles"][1] == "unit field cannot be brought to um"
    own = derive_arms(table, unit="um", units={"um": "micrometer", "field": "2 * micrometer"})
    assert own["mean"][1] == 2.0
    assert own["obstacles"][0] == "unit mm cannot be brought to um"


def test_columns_by_other_names() -> None:
    table = pd.DataFrame({"people": [25], "m": [31.0], "sem": [0.9]})
    derived = derive_arms(table, columns={"n": "people", "mean": "m", "se": "sem"})
    assert derived["sd"].tolist() == [4.5]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"admit": ["se-to-sdd"]}, OptionError, "se-to-sdd"),
        ({"admit": "se-to-sd"}, InputError, "must be a list"),
        ({"value_type": "responder"}, OptionError, "value_type"),
        ({"r": 1.5}, InputError, "between −1 and 1"),
        ({"r": True}, InputError, "between −1 and 1"),
        ({"columns": {"n": "people"}}, ColumnError, "not a column"),
        ({"columns": {"size": "n"}}, OptionError, "size"),
    ],
)
def test_what_is_asked_wrongly_is_an_error(arguments, error, message) -> None:
    with pytest.raises(error, match=message):
        derive_arms(pd.DataFrame({"n": [20], "mean": [1.0]}), **arguments)


def test_a_table_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(InputError, match="row 0, column mean: 12 ± 3 is not a finite number"):
        derive_arms(pd.DataFrame({"mean": ["12 ± 3"], "n": [20]}))
    with pytest.raises(InputError, match="not a finite number"):
        derive_arms(pd.DataFrame({"mean": [math.inf], "n": [20]}))
    with pytest.raises(ColumnError, match="none of the columns"):
        derive_arms(pd.DataFrame({"colour": ["red"]}))
    with pytest.raises(ColumnError, match="more than one column called n"):
        derive_arms(pd.DataFrame([[20, 30, 1.0]], columns=["n", "n", "mean"]))
    with pytest.raises(InputError, match="DataFrame of arms"):
        derive_arms([{"mean": 1.0}])
    assert derive_arms(pd.DataFrame({"mean": [], "n": []})).empty


@pytest.mark.parametrize(
    ("row", "obstacle"),
    [
        ({"n": 1, "mean": 5.0, "sd": 1.0}, "n is 1: a mean needs at least 2 people"),
        ({"n": 20, "mean": 5.0, "sd": -1.0}, "SD is below 0"),
        ({"events": -1, "total": 20}, "−1 of 20 is not a count of people"),
        ({"events": 1.5, "total": 20}, "1.5 of 20 is not a count of people"),
        ({"events": 0, "total": 0}, "nobody was assessed: n is 0"),
        (
            {"n": 20, "mean": 0.2, "sd": 0.1, "unit": "fraction", "value_type": "percent-change", "baseline_mean": 9.0},
            "a percent change in fraction is not a percentage",
        ),
    ],
)
def test_what_cannot_be_is_an_obstacle_and_leaves_no_number(row, obstacle) -> None:
    wanted = str(row.get("value_type", "")) and "change"
    found = derive_arms(pd.DataFrame([row | {"baseline_unit": "mm"}]), admit=tuple(DERIVATIONS), value_type=wanted)
    assert obstacle in found["obstacles"][0]
    assert found[["mean", "sd", "events", "n"]].isna().all(axis=None)


def test_what_is_admitted_unless_said_otherwise_is_for_arms() -> None:
    assert all(DERIVATIONS[name].level == "arm" for name in ADMITTED)
