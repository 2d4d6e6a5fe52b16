"""What every derivation carries: the catalogue, the forms of a result, its rows."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import pickle
import re

import numpy as np
import pandas as pd
import pytest

from evidence import reported as rp
from evidence.reported import METHODS, Derived

NAN = float("nan")
FIVE = {"minimum": 2, "q1": 4, "median": 6, "q3": 10, "maximum": 14, "n": 20}
RANGE = {"minimum": 2, "median": 6, "maximum": 14, "n": 20}

# one call for each entry of the catalogue
CALLS = {
    "combine-groups": lambda: rp.combine_groups([1, 2], [1, 2], [5, 6]),
    "counts-from-percent": lambda: rp.counts_from_percent("85", 20),
    "effect-from-ci": lambda: rp.effect_from_ci(1, 3),
    "effect-from-p": lambda: rp.effect_from_p(1, 0.03),
    "effect-from-z": lambda: rp.effect_from_z(1, 2),
    "five-number-bc": lambda: rp.mean_sd_from_five_numbers(**FIVE, method="bc"),
    "five-number-bland2015": lambda: rp.mean_sd_from_five_numbers(**FIVE, method="bland2015"),
    "five-number-blue": lambda: rp.mean_sd_from_five_numbers(**FIVE, method="blue"),
    "five-number-closed": lambda: rp.mean_sd_from_five_numbers(**FIVE, method=("wan2014", "shi2020")),
    "five-number-hozo2005": lambda: rp.mean_sd_from_five_numbers(**RANGE, method="hozo2005"),
    "five-number-lognormal": lambda: rp.mean_sd_from_five_numbers(**FIVE, dist="lnorm"),
    "five-number-luo-wan-shi": lambda: rp.mean_sd_from_five_numbers(**FIVE),
    "five-number-qe": lambda: rp.mean_sd_from_five_numbers(**FIVE, method="qe"),
    "five-number-walter2007": lambda: rp.mean_sd_from_five_numbers(**RANGE, method="walter2007"),
    "five-number-wan2014": lambda: rp.mean_sd_from_five_numbers(**FIVE, method="wan2014"),
    "hr-ci": lambda: rp.log_hr_from_ci(0.8, 0.6, 1.1),
    "hr-events": lambda: rp.log_hr_from_events(0.8, events=60),
    "hr-logrank-p": lambda: rp.log_hr_from_logrank_p(0.03, -1, events=60),
    "hr-observed-expected": lambda: rp.log_hr_from_observed_expected(20, 25, 30, 25),
    "hr-oe-v": lambda: rp.log_hr_from_oe(-5, 12),
    "hr-p": lambda: rp.log_hr_from_hr_p(0.8, 0.2),
    "hr-se": lambda: rp.log_hr_from_se(0.2, hr=0.8),
    "log-or-from-chi2": lambda: rp.log_or_from_chi2(4.02, 72, 42, 40),
    "pooled-sd": lambda: rp.pooled_sd([1, 2], [5, 6]),
    "r-from-sds": lambda: rp.r_from_sds(6.4, 7.1, 4.5),
    "r-from-statistic": lambda: rp.r_from_statistic(30, t=2),
    "sd-from-ci": lambda: rp.sd_from_ci(1, 3, 20),
    "sd-from-se": lambda: rp.sd_from_se(1, 20),
    "sd-from-test": lambda: rp.sd_from_test(3.8, 25, 22, p=0.008),
    "sd-of-change": lambda: rp.sd_of_change(6.4, 7.1, 0.5),
    "sd-of-change-from-test": lambda: rp.sd_of_change_from_test(3, 16, t=2.5),
    "smd-from-paired-statistic": lambda: rp.smd_from_paired_statistic(20, t=2),
    "smd-from-statistic": lambda: rp.smd_from_statistic(20, 20, t=2),
    "split-group": lambda: rp.split_group(30, 2),
    "table-from-margins": lambda: rp.table_from_margins(240, 122, 56, odds_ratio=2.05),
    "wald": lambda: rp.wald_effect(1.37, ci_low=1.03, ci_high=1.82, transf="log"),
}


def test_there_is_a_call_for_every_entry_and_an_entry_for_every_function():
    assert set(CALLS) == set(METHODS)
    functions = {name for name in rp.__all__ if inspect.isfunction(getattr(rp, name))}
    called = {re.search(r"rp\.(\w+)\(", inspect.getsource(call))[1] for call in CALLS.values()}
    assert functions == called


@pytest.mark.parametrize("name", CALLS)
def test_a_scalar_gives_finite_floats_and_says_how(name):
    result = CALLS[name]()
    entry = METHODS[name]
    assert (result.method, result.formula, result.source) == (name, entry.formula, entry.source)
    assert result.assumptions == entry.assumptions
    assert result.assumptions
    assert re.search(r"doi:10\.\d{4,}/\S+", result.source)
    assert result.k == 1
    for numbers in result.value.values():
        assert isinstance(numbers, float)
        assert np.isfinite(numbers)
    assert name in result.explain()


@pytest.mark.parametrize("name", CALLS)
def test_the_forms_of_a_result(name):
    result = CALLS[name]()
    assert max(len(line) for line in result.summary().splitlines()) <= 80
    assert repr(result).startswith(f"<Derived: {name}; ")
    assert len(repr(result)) < 160
    assert "<table>" in result._repr_html_()
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["method"] == name
    assert plain["value"] == pytest.approx({key: float(of) for key, of in result.value.items()})
    frame = result.to_frame()
    assert len(frame) == 1
    given = [f"{key}_given" if key in result.value else key for key in result.inputs]
    assert [*given, *result.value, "note", "caution"] == list(frame.columns)
    np.testing.assert_array_equal(frame[given].to_numpy()[0], [float(of) for of in result.inputs.values()])
    for twin in (copy.deepcopy(result), pickle.loads(pickle.dumps(result)), copy.copy(result)):
        assert twin.to_dict() == result.to_dict()


def test_a_result_cannot_be_changed():
    result = rp.sd_from_se(1, 20)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.method = "other"


def test_fields_are_found_by_name_and_others_are_not():
    result = rp.sd_from_se([1, 2], 25)
    np.testing.assert_array_equal(result["sd"], result.sd)
    with pytest.raises(KeyError, match="sd-from-se derives sd; not 'mean'"):
        result["mean"]
    with pytest.raises(AttributeError, match="no attribute 'mean'"):
        result.mean  # noqa: B018


def test_labels_of_a_series_name_the_rows():
    se = pd.Series([1.0, NAN], index=["Kumar 2018", "Dhurat 2013"])
    result = rp.sd_from_se(se, 4)
    assert result.labels == ("Kumar 2018", "Dhurat 2013")
    frame = result.to_frame()
    assert frame.loc["Dhurat 2013", "note"] == "se is missing"
    assert frame.loc["Kumar 2018", "sd"] == 2.0
    assert "se is missing (row Dhurat 2013)" in result.summary()


def test_cautions_name_their_rows_once():
    result = rp.effect_from_p([1.0, 2.0, 3.0], [0.01, 0.001, 0.001], operator=["=", "<", "<"])
    assert result.row_cautions[0] == ""
    assert result.cautions == (
        "p is a bound: this is the largest standard error that agrees with it, a conservative value (row 1, 2)",
    )


def test_a_scalar_holds_for_every_row():
    together = rp.sd_from_test([1.0, 2.0], [20, 30], 25, p=0.02)
    apart = [rp.sd_from_test(1.0, 20, 25, p=0.02).sd, rp.sd_from_test(2.0, 30, 25, p=0.02).sd]
    np.testing.assert_array_equal(together.sd, apart)


def test_rows_do_not_depend_on_each_other():
    order = [2, 0, 1]
    p, gap = np.array([0.01, 0.2, 0.6]), np.array([3.0, -2.0, 1.0])
    straight = rp.sd_from_test(gap, 20, 25, p=p)
    shuffled = rp.sd_from_test(gap[order], 20, 25, p=p[order])
    for name in straight.value:
        np.testing.assert_array_equal(shuffled[name], straight[name][order])


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError):
        METHODS["sd-from-se"] = METHODS["wald"]
    assert isinstance(rp.sd_from_se(1, 5), Derived)
    assert list(METHODS) == sorted(METHODS)


def test_a_p_value_with_a_sign_is_shown_with_it():
    result = rp.smd_from_statistic(50, 20, p=[-0.04, 0.2])
    assert "−0.04" in result.summary()
    assert "< 0.001" not in result.summary()
    assert "p" in result.to_frame()
