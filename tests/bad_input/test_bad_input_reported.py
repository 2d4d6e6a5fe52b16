"""Bad input to what derives numbers from reports: every function, every number that it takes."""

from __future__ import annotations

import inspect
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import evidence.reported as reported
from evidence.errors import InputError, OptionError, RowError

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
Row = tuple[Any, ...]

# three studies each, whose second one will be spoilt
GOOD: dict[str, dict[str, float]] = {
    "counts_from_percent": {"percent": 25.0, "n": 20},
    "effect_from_ci": {"ci_low": 0.1, "ci_high": 0.9, "estimate": 0.5},
    "effect_from_p": {"estimate": 0.5, "p": 0.03},
    "effect_from_z": {"estimate": 0.5, "z": 2.0},
    "log_hr_from_ci": {"hr": 0.8, "ci_low": 0.6, "ci_high": 1.0667},
    "log_hr_from_events": {"hr": 0.8, "events1": 20, "events2": 25},
    "log_hr_from_hr_p": {"hr": 0.8, "p": 0.04},
    "log_hr_from_logrank_p": {"p": 0.04, "direction": -1, "events1": 20, "events2": 25},
    "log_hr_from_observed_expected": {"observed1": 20, "expected1": 25.0, "observed2": 30, "expected2": 25.0},
    "log_hr_from_oe": {"o_minus_e": -5.0, "v": 12.0},
    "log_hr_from_se": {"se": 0.2, "hr": 0.8},
    "log_or_from_chi2": {"chi2": 4.0, "n": 100, "n1": 50, "n2": 40},
    "mean_sd_from_five_numbers": {"n": 40, "q1": 4.0, "median": 6.0, "q3": 8.5},
    "r_from_sds": {"sd_baseline": 2.0, "sd_final": 2.5, "sd_change": 2.2},
    "r_from_statistic": {"n": 30, "t": 2.0},
    "sd_from_ci": {"ci_low": 1.0, "ci_high": 3.0, "n": 20},
    "sd_from_se": {"se": 0.5, "n": 20},
    "sd_from_test": {"difference": 1.0, "n1": 20, "n2": 22, "t": 2.0},
    "sd_of_change": {"sd_baseline": 2.0, "sd_final": 2.5, "r": 0.5},
    "sd_of_change_from_test": {"mean_change": 1.0, "n": 20, "t": 2.0},
    "smd_from_paired_statistic": {"n": 20, "t": 2.0},
    "smd_from_statistic": {"n1": 20, "n2": 22, "t": 2.0},
    "split_group": {"n": 20, "parts": 2, "events": 5},
    "table_from_margins": {"n": 100, "n1": 50, "n2": 40, "odds_ratio": 2.0},
    "wald_effect": {"out": 0.5, "ci_low": 0.1, "ci_high": 0.9},
}
OPTIONS = {"counts_from_percent": {"decimals": 1}}
# what no number of a report may be, and what is said of it
NEVER: dict[str, tuple[Any, str]] = {
    "infinite": (INF, "not a finite number"),
    "minus infinity": (-INF, "not a finite number"),
    "text": ("a", "text, not a number"),
    "a truth value": (True, "bool, not a number"),
    "a complex number": (1j, "complex, not a number"),
    "an integer beyond floats": (10**400, "not a finite number"),
}
NO_COLUMN: dict[str, tuple[Any, str]] = {
    "of another length": ([1, 2], "2"),
    "in two dimensions": (np.ones((3, 2)), "(3, 2)"),
    "a table": (pd.DataFrame({"a": [1.0, 2.0, 3.0]}), "one dimension"),
    "a dictionary": ({"a": 1}, "dict, which has no place for each row"),
    "a set": ({1, 2, 3}, "set, which has no place for each row"),
}


def spoilt(name: str, column: str, value: Any) -> Callable[[], Any]:
    """Return the call on three studies whose second one has this value."""
    columns: dict[str, Any] = {key: [good] * 3 for key, good in GOOD[name].items()}
    columns[column] = [GOOD[name][column], value, GOOD[name][column]]
    return lambda: getattr(reported, name)(**columns, **OPTIONS.get(name, {}))


@pytest.mark.parametrize("name", GOOD)
def test_what_no_number_may_be(name: str, refused: Callable[..., None]) -> None:
    for column in GOOD[name]:
        for key, (value, says) in NEVER.items():
            if name == "counts_from_percent" and column == "percent" and key == "text":
                continue  # percentages come as text, with their decimals
            refused(spoilt(name, column, value), RowError, f"row 1 · column {column}", says)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_no_column(name: str, refused: Callable[..., None]) -> None:
    columns: dict[str, Any] = {key: [good] * 3 for key, good in GOOD[name].items()}
    for column in set(GOOD[name]) - {"percent"}:  # percentages may be text, and are read one by one
        for value, says in NO_COLUMN.values():
            call = {**columns, column: value, **OPTIONS.get(name, {})}
            refused(lambda call=call: getattr(reported, name)(**call), InputError, column, says)


@pytest.mark.parametrize("name", GOOD)
def test_a_study_that_does_not_report_it_has_no_value_and_the_reason(name: str) -> None:
    for column in GOOD[name]:
        for value in (NAN, None):
            found = spoilt(name, column, value)()
            assert np.isfinite(np.column_stack([found[key] for key in found.value])[[0, 2]]).any(axis=1).all()
            derived = np.array([found[key][1] for key in found.value])
            assert np.isfinite(derived).all() or found.notes[1] or found.row_cautions[1], column


@pytest.mark.parametrize("name", GOOD)
def test_the_smallest_numbers_give_a_number_or_the_reason_why_not(name: str) -> None:
    for column in GOOD[name]:
        for value in (1e-20, 1e-100, 5e-324):
            if (name, column, value) == ("effect_from_z", "z", 1e-100):
                continue
            faults, finite, notes = outcome(spoilt(name, column, value))
            assert faults <= {"1"}
            assert finite or notes


def outcome(call: Callable[[], Any]) -> tuple[set[str], bool, str]:
    """Return the rows refused, or whether all numbers of the second row are finite and what is said of it."""
    try:
        found = call()
    except RowError as error:
        return {problem.row for problem in error.problems}, False, str(error)
    finite = all(np.isfinite(found[key][1]) for key in found.value)
    return set(), finite, found.notes[1] + found.row_cautions[1]


def test_no_function_is_forgotten() -> None:
    functions = {name for name in reported.__all__ if inspect.isfunction(getattr(reported, name))}
    assert functions - set(GOOD) == {"combine_groups", "pooled_sd"}


FAULTS: dict[str, Row] = {
    "an interval upside down": (
        lambda: reported.effect_from_ci([0.1, 0.9], [0.5, 0.2]),
        RowError,
        "row 1",
        "upper limit is not above the lower",
    ),
    "an estimate outside": (
        lambda: reported.effect_from_ci(0.1, 0.9, estimate=2.0),
        RowError,
        "outside its interval",
        "'2",
    ),
    "a ratio below 0": (lambda: reported.effect_from_ci(-0.1, 0.9, scale="log"), RowError, "above 0", "'-0.1'"),
    "a level in percent": (lambda: reported.sd_from_ci(1, 3, 20, level=95), RowError, "between 0 and 1", "'95'"),
    "a p-value of 0": (lambda: reported.effect_from_p(0.5, 0), RowError, "column p", "'0'", "is a bound"),
    "a p-value above 1": (lambda: reported.effect_from_p(0.5, 1.2), RowError, "column p", "up to 1", "'1.2'"),
    "an operator": (lambda: reported.effect_from_p(0.5, 0.03, operator="~"), OptionError, "'~'", "'=', '<', '<='"),
    "a scale": (lambda: reported.effect_from_z(0.5, 2, scale="ln"), OptionError, "scale='ln'", "'raw', 'log'"),
    "one person": (lambda: reported.sd_from_se(0.5, 1), RowError, "column n", "at least 2 people", "'1'"),
    "half a person": (lambda: reported.sd_from_se(0.5, 20.5), RowError, "column n", "whole number", "'20.5'"),
    "a negative standard error": (lambda: reported.sd_from_se(-0.5, 20), RowError, "column se", "above 0", "'-0.5'"),
    "no statistic": (lambda: reported.smd_from_statistic(20, 22), InputError, "give one of"),
    "quartiles that do not ascend": (
        lambda: reported.mean_sd_from_five_numbers(n=40, q1=9, median=6, q3=8),
        RowError,
        "smaller than q1",
    ),
    "a percentage without decimals": (
        lambda: reported.counts_from_percent(25.0, 20),
        InputError,
        "how many decimals",
        "decimals=",
    ),
    "groups of other shapes": (
        lambda: reported.combine_groups([1, 2], [1, 2], [1, 2, 3]),
        InputError,
        "differ in shape",
    ),
    "no groups": (lambda: reported.pooled_sd([], []), InputError, "there are no groups"),
    "a group of nobody": (lambda: reported.combine_groups([1, 2], [1, 2], [5, 0]), RowError, "column n2", "'0'"),
    "no rows": (lambda: reported.sd_from_se([], []), InputError, "there are no rows"),
    "bytes as a percentage": (
        lambda: reported.counts_from_percent(b"3", 20, decimals=0),
        RowError,
        "row 0 · column percent",
        "bytes, not a percentage",
    ),
    "bytes as a number": (lambda: reported.sd_from_se(bytearray(b"ab"), 20), RowError, "column se", "not a number"),
    "an integer of 5001 digits": (
        lambda: reported.sd_from_se(10**5000, 20),
        RowError,
        "column se",
        "a whole number of more than 300 digits",
    ),
    "a signalling NaN": (lambda: reported.sd_from_se(Decimal("sNaN"), 20), RowError, "column se", "not a number"),
    "correct": (lambda: reported.smd_from_statistic(9, 9, t=1, correct="no"), OptionError, "correct='no'", "True"),
    "correct of pairs": (
        lambda: reported.smd_from_paired_statistic(9, t=1, correct=0),
        OptionError,
        "correct=0",
        "True",
    ),
    "Yates's correction": (
        lambda: reported.table_from_margins(100, 50, 40, chi2=4, correct="no"),
        OptionError,
        "correct='no'",
    ),
    "transf": (
        lambda: reported.mean_sd_from_five_numbers(n=40, q1=4, median=6, q3=8, transf="no"),
        OptionError,
        "transf='no'",
    ),
    "check": (lambda: reported.wald_effect(1.0, z=2.0, check=None), OptionError, "check=None", "True"),
    "more events than people": (lambda: reported.split_group(10, 2, events=11), RowError, "more events than people"),
}


@pytest.mark.parametrize("row", FAULTS.values(), ids=FAULTS)
def test_faults(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)
