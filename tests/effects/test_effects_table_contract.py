"""What goes in, what comes out: columns, index, notes, the record of choices."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from evidence.effects import effect_sizes
from evidence.effects.formulas import FORMULAS
from evidence.effects.measures import MEASURES
from evidence.vocabulary import Measure, allowed

TRIALS = pd.DataFrame(
    {
        "study": ["Ahn 2013", "Bell 2015", "Cruz 2018"],
        "mean1": [103.0, 12.5, 41.0],
        "sd1": [5.5, 3.0, 9.0],
        "n1": [50, 18, 24],
        "mean2": [100.0, 10.0, 44.0],
        "sd2": [4.5, 2.5, 11.0],
        "n2": [50, 20, 26],
    },
    index=["a", "b", "c"],
)
ROW = {
    "mean1": 12.0,
    "sd1": 3.0,
    "n1": 20,
    "mean2": 10.0,
    "sd2": 2.5,
    "n2": 22,
    "n": 20,
    "r": 0.5,
    "events1": 4,
    "events2": 9,
    "events": 7,
    "time": 150.0,
    "mean": 12.0,
    "sd": 3.0,
    "m": 3,
    "r2": 0.4,
    "alpha": 0.8,
    "homozygous1": 8,
    "heterozygous": 9,
    "homozygous2": 4,
    "pairs_both": 5,
    "pairs_only1": 6,
    "pairs_only2": 2,
    "pairs_neither": 7,
    "time1": 31.0,
    "time2": 28.5,
    "auc": 0.7,
    "mean_post1": 14.0,
    "sd_post1": 3.2,
    "mean_pre1": 11.0,
    "sd_pre1": 3.0,
    "r1": 0.6,
    "mean_post2": 11.5,
    "sd_post2": 2.9,
    "mean_pre2": 10.5,
    "sd_pre2": 2.5,
}


def test_every_measure_of_the_vocabulary_has_a_formula_and_a_label():
    assert set(FORMULAS) == set(MEASURES) == set(allowed(Measure))


@pytest.mark.parametrize("measure", allowed(Measure))
def test_every_measure_and_variance_gives_a_finite_effect_and_a_positive_variance(measure):
    for vtype in FORMULAS[measure].variances:
        found = effect_sizes(pd.DataFrame([ROW]), measure, vtype=vtype)
        assert np.isfinite(found["yi"].item()), vtype
        assert found["vi"].item() > 0, vtype


def test_the_index_order_and_other_columns_stay_and_the_input_is_not_changed():
    before = TRIALS.copy(deep=True)
    found = effect_sizes(TRIALS, "MD")
    assert list(found.index) == ["a", "b", "c"]
    assert list(found.columns) == [*TRIALS.columns, "yi", "vi", "effect_note"]
    pd.testing.assert_frame_equal(TRIALS, before)
    assert TRIALS.attrs == {}


def test_append_false_returns_the_three_columns_alone():
    found = effect_sizes(TRIALS, "MD", append=False)
    assert list(found.columns) == ["yi", "vi", "effect_note"]
    assert list(found.index) == ["a", "b", "c"]


def test_a_second_call_replaces_the_columns_of_the_first():
    twice = effect_sizes(effect_sizes(TRIALS, "MD"), "SMD")
    pd.testing.assert_frame_equal(twice, effect_sizes(TRIALS, "SMD"))


def test_columns_map_by_name_array_series_and_constant():
    expected = effect_sizes(TRIALS, "MD")[["yi", "vi"]]
    renamed = TRIALS.rename(columns={"mean1": "m_trt", "sd2": "spread"}).drop(columns=["n1", "sd1"])
    renamed["n2"] = [50, 20, 26]
    found = effect_sizes(renamed, "MD", mean1="m_trt", sd2="spread", n1=np.array([50, 18, 24]), sd1=TRIALS["sd1"])
    pd.testing.assert_frame_equal(found[["yi", "vi"]], expected)
    constant = effect_sizes(TRIALS, "MD", n1=30, n2=[30, 30, 30])
    assert constant["vi"].iloc[0] == pytest.approx((5.5**2 + 4.5**2) / 30)


def test_the_record_carries_every_choice_and_is_plain_data():
    trials = TRIALS.copy()
    trials.attrs["outcome"] = "hair count"
    found = effect_sizes(trials, "SMD", vtype="UB", mean1="mean1", n1=30)
    record = found.attrs["effect_sizes"]
    assert found.attrs["outcome"] == "hair count"
    assert json.loads(json.dumps(record)) == record
    assert record == {
        "measure": "SMD",
        "vtype": "UB",
        "add": None,
        "to": None,
        "drop00": None,
        "correction": None,
        "correct": True,
        "factor": "exact",
        "correlation": None,
        "flip": False,
        "missing": "raise",
        "columns": {"mean1": "mean1", "sd1": "sd1", "n1": "30", "mean2": "mean2", "sd2": "sd2", "n2": "n2"},
    }


def test_the_record_says_which_zero_cell_policy_applied():
    counts = pd.DataFrame({"events": [0, 3], "n": [10, 12]})
    plain = effect_sizes(counts, "PLO", to="all", add=0.25).attrs["effect_sizes"]
    assert (plain["to"], plain["add"], plain["drop00"], plain["correct"]) == ("all", 0.25, None, None)
    untouched = effect_sizes(counts, "PFT").attrs["effect_sizes"]
    assert (untouched["to"], untouched["add"]) == ("none", None)


def test_an_empty_table_gives_an_empty_result():
    found = effect_sizes(TRIALS.iloc[:0], "SMD")
    assert found.shape == (0, len(TRIALS.columns) + 3)


def test_numbers_may_be_nullable_objects_or_decimals():
    from decimal import Decimal

    counts = pd.DataFrame(
        {"events": pd.array([3, None], dtype="Int64"), "n": np.array([Decimal(10), 12], dtype=object)}
    )
    found = effect_sizes(counts, "PR", missing="keep")
    assert found["yi"].iloc[0] == 0.3
    assert found["effect_note"].iloc[1] == "no value: missing events, nonevents"


def test_the_sign_is_group_1_minus_group_2():
    assert effect_sizes(TRIALS, "MD")["yi"].tolist() == [3.0, 2.5, -3.0]
    risks = pd.DataFrame({"events1": [10], "n1": [100], "events2": [20], "n2": [100]})
    assert effect_sizes(risks, "RR")["yi"].item() == pytest.approx(np.log(0.5))
    assert effect_sizes(risks, "RD")["yi"].item() == pytest.approx(-0.1)


def test_an_implausibly_large_smd_keeps_its_number_and_says_why_it_is_odd():
    # sd1 and sd2 are standard errors here: 1.2 for an SD of 6 and n of 25
    typed = pd.DataFrame({"mean1": [30.0], "sd1": [1.2], "n1": [25], "mean2": [22.0], "sd2": [1.2], "n2": [25]})
    found = effect_sizes(typed, "SMD").iloc[0]
    assert found["yi"] > 6
    assert found["effect_note"] == "|g| = 6.6 is implausibly large: was a standard error typed as an SD?"
    assert effect_sizes(TRIALS, "SMD")["effect_note"].tolist() == ["", "", ""]


def test_the_correlation_that_was_used_is_in_the_note_and_the_record():
    pairs = pd.DataFrame([ROW, ROW]).assign(r=[0.62, np.nan])
    found = effect_sizes(pairs, "MC", correlation=0.5)
    assert found["effect_note"].tolist() == ["r = 0.62", "r = 0.5 assumed"]
    assert found.attrs["effect_sizes"]["correlation"] == 0.5
    no_column = effect_sizes(pairs.drop(columns="r"), "MC", correlation=0.7)
    assert no_column["effect_note"].tolist() == ["r = 0.7 assumed"] * 2
    overridden = effect_sizes(pairs, "MC", r=0.3)
    assert overridden["effect_note"].tolist() == ["r = 0.3"] * 2
    variance = (3.0**2 + 2.5**2 - 2 * 0.7 * 3.0 * 2.5) / 20
    assert no_column["vi"].tolist() == pytest.approx([variance, variance])


def test_smcr_needs_no_second_sd_and_divides_by_the_one_that_is_mapped():
    pairs = pd.DataFrame([ROW]).drop(columns="sd2").rename(columns={"sd1": "sd_control"})
    found = effect_sizes(pairs, "SMCR", sd1="sd_control", correct=False)
    assert found["yi"].item() == pytest.approx(2.0 / 3.0)


def test_fractional_counts_are_used_and_said_to_be_so():
    # a control arm of 21 people shared by two comparisons
    split = pd.DataFrame({"events1": [4, 5], "n1": [20, 20], "events2": [3.5, 3], "n2": [10.5, 11]})
    found = effect_sizes(split, "OR")
    assert found["effect_note"].tolist() == ["counts are not whole numbers", ""]
    assert found["yi"].iloc[0] == pytest.approx(np.log(4 / 16) - np.log(3.5 / 7))


def test_means_that_allow_no_ratio_keep_their_row():
    table = pd.DataFrame([ROW, ROW, ROW]).assign(mean1=[12.0, -1.0, 3.0], mean2=[10.0, 2.0, 0.0])
    for measure in ("ROM", "ROMC"):
        found = effect_sizes(table, measure)
        assert found["yi"].isna().tolist() == [False, True, True]
        assert found["vi"].isna().tolist() == [False, True, True]
        assert all("true zero" in note for note in found["effect_note"].iloc[1:])


def test_too_few_pairs_for_the_small_sample_factor():
    pairs = pd.DataFrame([ROW, ROW]).assign(n=[2, 3])
    found = effect_sizes(pairs, "SMCC")
    assert found["yi"].isna().tolist() == [True, False]
    assert "Hedges' factor does not exist" in found["effect_note"].iloc[0]
    plain = effect_sizes(pairs, "SMCC", correct=False)
    assert plain["yi"].notna().all()


def test_an_effect_without_a_variance_says_so():
    small = pd.DataFrame([ROW]).assign(n1=2, n2=2)
    found = effect_sizes(small, "SMD", vtype="H0").iloc[0]
    assert np.isfinite(found["yi"])
    assert np.isnan(found["vi"])
    assert found["effect_note"] == "too few people for this variance formula"


def test_importing_is_light():
    import subprocess
    import sys

    heavy = ("matplotlib", "scipy.special", "scipy.stats", "statsmodels")
    code = f"import sys, evidence.effects; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
