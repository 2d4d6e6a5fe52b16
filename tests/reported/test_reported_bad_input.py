"""Bad input: every fault is named at once, with its row, and nothing is derived."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from evidence import reported as rp
from evidence.errors import InputError, OptionError, RowError

NAN = float("nan")
FIVE = {"minimum": 2, "q1": 4, "median": 6, "q3": 10, "maximum": 14, "n": 20}

REFUSED = {
    "text": (lambda: rp.sd_from_se("0.9", 25), RowError, "text, not a number; found '0.9'"),
    "bytes": (lambda: rp.sd_from_se(b"0.9", 25), RowError, "bytes, not a number"),
    "truth value": (lambda: rp.sd_from_se(True, 25), RowError, "bool, not a number"),
    "complex": (lambda: rp.sd_from_se(1j, 25), RowError, "complex, not a number"),
    "infinity": (lambda: rp.sd_from_se([1, np.inf], 25), RowError, "row 1 · column se: not a finite number"),
    "an integer beyond floats": (lambda: rp.sd_from_se(10**400, 25), RowError, "not a finite number"),
    "a negative error": (lambda: rp.sd_from_se(-1, 25), RowError, "above 0; found '-1'"),
    "a zero error": (lambda: rp.sd_from_se(0, 25), RowError, "it must be above 0"),
    "one person": (lambda: rp.sd_from_se(1, 1), RowError, "at least 2 people"),
    "half a person": (lambda: rp.sd_from_se(1, 24.5), RowError, "a whole number of at least 2 people"),
    "unequal lengths": (lambda: rp.sd_from_se([1, 2], [10, 11, 12]), InputError, "se has 2, n has 3"),
    "one-element list beside two": (lambda: rp.sd_from_se([1], [10, 11]), InputError, "se has 1, n has 2"),
    "no rows": (lambda: rp.sd_from_se([], []), InputError, "there are no rows"),
    "two dimensions": (lambda: rp.sd_from_se(np.ones((2, 2)), 5), InputError, r"its shape is \(2, 2\)"),
    "a table": (lambda: rp.sd_from_se(pd.DataFrame({"a": [1.0]}), 5), InputError, "one dimension"),
    "a mapping": (lambda: rp.sd_from_se({"a": 1}, 5), InputError, "dict, which has no place for each row"),
    "a set": (lambda: rp.sd_from_se({1, 2}, 5), InputError, "set, which has no place"),
    "nothing": (lambda: rp.sd_from_se(None, 5), InputError, "se is needed"),
    "other indexes": (
        lambda: rp.sd_from_se(pd.Series([1.0, 2.0], index=["a", "b"]), pd.Series([5, 6], index=["b", "a"])),
        InputError,
        "different indexes",
    ),
    "limits reversed": (lambda: rp.sd_from_ci(3, 1, 20), RowError, "upper limit is not above the lower"),
    "limits equal": (lambda: rp.effect_from_ci(1, 1), RowError, "upper limit is not above the lower"),
    "mean outside": (lambda: rp.sd_from_ci(1, 3, 20, mean=4), RowError, "the mean lies outside its interval"),
    "estimate outside": (lambda: rp.effect_from_ci(1, 3, estimate=4), RowError, "outside its interval"),
    "level in percent": (lambda: rp.sd_from_ci(1, 3, 20, level=95), RowError, "between 0 and 1; found '95'"),
    "unknown distribution": (lambda: rp.sd_from_ci(1, 3, 20, dist="z"), OptionError, "'t', 'normal'"),
    "options of another length": (lambda: rp.sd_from_ci(1, 3, 20, dist=["t", "t"]), InputError, "dist has 2"),
    "ratio below 0": (lambda: rp.effect_from_ci(-1, 3, scale="log"), RowError, "it must be above 0"),
    "unknown scale": (lambda: rp.effect_from_p(1, 0.1, scale="ln"), OptionError, "'raw', 'log'"),
    "p of 0": (lambda: rp.sd_from_test(1, 10, 10, p=0), RowError, "one printed as 0.000 is a bound"),
    "p above 1": (lambda: rp.sd_from_test(1, 10, 10, p=1.2), RowError, "a p-value lies above 0 and up to 1"),
    "p not significant": (lambda: rp.sd_from_test(1, 10, 10, p=0.05, operator=">"), OptionError, "'=', '<', '<='"),
    "no statistic": (lambda: rp.sd_from_test(1, 10, 10), InputError, "give one of se, t, f and p"),
    "negative F": (lambda: rp.sd_from_test(1, 10, 10, f=-2), RowError, "it cannot be negative"),
    "two people in all": (lambda: rp.sd_from_test(1, 1, 1, t=2), RowError, "at least 3 people"),
    "r beyond 1": (lambda: rp.sd_of_change(1, 1, 1.1), RowError, "a correlation lies between −1 and 1"),
    "unpaired change": (lambda: rp.sd_of_change_from_test(1, 10), InputError, "give t or p"),
    "ragged groups": (lambda: rp.combine_groups([[1, 2], [3]], [[1, 2], [3]], [[1, 2], [3]]), InputError, "as many"),
    "groups of other shapes": (lambda: rp.combine_groups([1, 2], [1, 2], [1, 2, 3]), InputError, "differ in shape"),
    "no groups": (lambda: rp.pooled_sd([], []), InputError, "there are no groups"),
    "group of nobody": (lambda: rp.combine_groups([1, 2], [1, 2], [5, 0]), RowError, "column n2"),
    "more events than people": (lambda: rp.split_group(10, 2, events=11), RowError, "more events than people"),
    "more parts than people": (lambda: rp.split_group(2, 3), RowError, "more parts than people"),
    "unknown variance": (lambda: rp.smd_from_statistic(9, 9, t=1, vtype="AV"), OptionError, "'LS', 'LS2', 'UB'"),
    "no r for SMCR": (lambda: rp.smd_from_paired_statistic(9, t=1, measure="SMCR"), InputError, "SMCR needs r"),
    "r of 1 for SMCR": (
        lambda: rp.smd_from_paired_statistic(9, t=1, r=1, measure="SMCR"),
        RowError,
        "r = 1 leaves no spread",
    ),
    "χ² above n": (lambda: rp.r_from_statistic(20, chi2=21), RowError, "cannot exceed n"),
    "three pairs": (lambda: rp.r_from_statistic(3, t=1), RowError, "at least 4 pairs"),
    "numbers not ascending": (
        lambda: rp.mean_sd_from_five_numbers(**{**FIVE, "q3": 5}),
        RowError,
        "column q3: it is smaller than median",
    ),
    "only a size": (lambda: rp.mean_sd_from_five_numbers(n=20), InputError, "at least some of"),
    "unknown method": (lambda: rp.mean_sd_from_five_numbers(**FIVE, method="wan"), OptionError, "wan2014"),
    "method of the other kind": (
        lambda: rp.mean_sd_from_five_numbers(**FIVE, method=("shi2020", "luo2016")),
        OptionError,
        "luo2016",
    ),
    "three methods": (lambda: rp.mean_sd_from_five_numbers(**FIVE, method=("a", "b", "c")), InputError, "a pair"),
    "log-normal by another method": (
        lambda: rp.mean_sd_from_five_numbers(**FIVE, method="qe", dist="lnorm"),
        InputError,
        "goes with method='luo/wan/shi' only",
    ),
    "logarithm of 0": (
        lambda: rp.mean_sd_from_five_numbers(**{**FIVE, "minimum": 0}, dist="lnorm"),
        RowError,
        "column minimum: it must be above 0",
    ),
    "power of a negative number": (
        lambda: rp.mean_sd_from_five_numbers(**{**FIVE, "minimum": -1}, method="bc"),
        RowError,
        "it must be above 0",
    ),
    "skewed, and asked to raise": (
        lambda: rp.mean_sd_from_five_numbers(**{**FIVE, "q3": 14, "maximum": 20}, skewed="raise"),
        RowError,
        "Shi's statistic is 0.818, the critical value 0.666",
    ),
    "margin above n": (lambda: rp.table_from_margins(20, 21, 5, phi=0.1), RowError, "larger than the number of people"),
    "φ beyond 1": (lambda: rp.table_from_margins(20, 10, 5, phi=1.1), RowError, "between −1 and 1"),
    "no association": (lambda: rp.table_from_margins(20, 10, 5), InputError, "give one of odds_ratio"),
    "a percentage without decimals": (lambda: rp.counts_from_percent(70.0, 10), InputError, "how many decimals"),
    "a decimal comma": (lambda: rp.counts_from_percent("72,7", 11), RowError, "with a point"),
    "a sign before a percentage": (lambda: rp.counts_from_percent("<5", 11), RowError, "without a sign"),
    "more than everybody": (lambda: rp.counts_from_percent("100.5", 11), RowError, "more than everybody"),
    "negative decimals": (lambda: rp.counts_from_percent(5.0, 11, decimals=-1), InputError, "from 0 to 15"),
    "decimals of another length": (lambda: rp.counts_from_percent(5.0, 11, decimals=[1, 2]), InputError, "has 2"),
    "a percentage of another n": (
        lambda: rp.counts_from_percent("28.57", 40, unsettled="raise"),
        RowError,
        "no count of 40 people gives 28.57%",
    ),
    "no effect": (lambda: rp.wald_effect(ci_low=1, ci_high=2), InputError, "at least an effect"),
    "logarithm of a negative ratio": (
        lambda: rp.wald_effect(-1, p=0.1, transf="log"),
        RowError,
        "cannot be transformed",
    ),
    "unknown transformation": (lambda: rp.wald_effect(1, p=0.1, transf="ln"), OptionError, "'log'"),
    "a transformation that sums": (
        lambda: rp.wald_effect([1, 2], p=0.1, transf=lambda x: x.sum()),
        InputError,
        "one number for each number",
    ),
    "negative variance known": (lambda: rp.wald_effect(1, vi=-1), RowError, "it cannot be negative"),
    "variance of 0": (lambda: rp.log_hr_from_oe(1, 0), RowError, "it must be above 0"),
    "hazard ratio of 0": (lambda: rp.log_hr_from_ci(0, 0.5, 2), RowError, "it must be above 0"),
    "hazard ratio outside": (lambda: rp.log_hr_from_ci(3, 0.5, 2), RowError, "lies outside its interval"),
    "no events": (lambda: rp.log_hr_from_events(0.8), InputError, "give events"),
    "events of one arm": (lambda: rp.log_hr_from_events(0.8, events1=5), InputError, "give events"),
    "more deaths than patients": (
        lambda: rp.log_hr_from_events(0.8, events1=11, events2=5, n1=10, n2=10),
        RowError,
        "more events than people",
    ),
    "arms that do not add up": (
        lambda: rp.log_hr_from_events(0.8, events=20, events1=11, events2=5),
        RowError,
        "not the sum of the arms",
    ),
    "a direction of 0": (lambda: rp.log_hr_from_logrank_p(0.1, 0, events=9), RowError, "1 or −1"),
    "three sides": (lambda: rp.log_hr_from_logrank_p(0.1, 1, events=9, sides=3), RowError, "one- or two-sided"),
    "one-sided p against": (
        lambda: rp.log_hr_from_logrank_p(0.7, 1, events=9, sides=1),
        RowError,
        "against the effect",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_is_refused(kind):
    call, error, message = REFUSED[kind]
    with pytest.raises(error, match=message):
        call()


def test_every_fault_is_named_at_once():
    with pytest.raises(RowError) as error:
        rp.sd_from_ci([1, "x", 3, 5], [2, 3, np.inf, 6], [10, 10, 10, 1])
    assert {(problem.row, problem.column) for problem in error.value.problems} == {
        ("1", "ci_low"),
        ("2", "ci_high"),
        ("3", "n"),
    }
    assert "3 values cannot be used; nothing was derived" in str(error.value)


def test_rows_are_named_by_the_labels_of_a_series():
    with pytest.raises(RowError, match="row Dhurat 2013 · column se"):
        rp.sd_from_se(pd.Series([1.0, -1.0], index=["Kumar 2018", "Dhurat 2013"]), 50)


@pytest.mark.parametrize(
    "values",
    [
        [1.5, None, NAN, 2.5],
        np.array([1.5, NAN, NAN, 2.5]),
        pd.Series([1.5, None, pd.NA, 2.5], dtype="Float64"),
        np.ma.masked_array([1.5, 7.0, 8.0, 2.5], mask=[0, 1, 1, 0]),
        [Decimal("1.5"), pd.NA, pd.NaT, np.float32(2.5)],
    ],
)
def test_missing_rows_are_kept_with_their_reason(values):
    result = rp.sd_from_se(values, 4)
    np.testing.assert_array_equal(result.sd, [3.0, NAN, NAN, 5.0])
    assert result.notes == ("", "se is missing", "se is missing", "")


def test_inputs_are_not_changed():
    se, n = np.array([1.0, 2.0]), [10, 20]
    result = rp.sd_from_se(se, n)
    result.to_frame()
    assert se.tolist() == [1.0, 2.0]
    assert n == [10, 20]
    with pytest.raises(ValueError, match="read-only"):
        result.sd[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        result.inputs["se"][0] = 5.0
    assert se.flags.writeable


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rp.effect_from_z([1e300, 2.0], [1e-300, 2.0]), "row 0 · column estimate: .* too large to square"),
        (lambda: rp.sd_from_test([1e308, 2.0], 2, 2, t=[1e-300, 2.0]), "row 0 · column difference: .* too large"),
        (lambda: rp.effect_from_ci(1, [9e160, 2.0]), "row 0 · column ci_high: .* too large to square; found '9e.160'"),
        (lambda: rp.effect_from_p([2.0, 1e-200], 0.03), "row 1 · column estimate: .* too small to square"),
        (lambda: rp.wald_effect([1e-200, 1.0], z=2), "row 0 · column out: .* too small to square"),
        (lambda: rp.sd_of_change_from_test(1e300, 16, t=2.5), "column mean_change: .* too large to square"),
    ],
)
def test_spreads_that_cannot_be_squared_are_refused(call, says):
    with pytest.raises(RowError, match=says):
        call()


def test_the_card_leaves_blank_what_was_not_reported():
    shown = rp.mean_sd_from_five_numbers(n=40, q1=[4.0, NAN], median=6.0, q3=[8.5, NAN]).summary()
    row = next(line for line in shown.splitlines() if line.split()[:3] == ["6", "40", "n/e"])
    assert row.split().count("n/e") == 4


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: rp.sd_from_se([1e300, 2.0], [10**20, 9]), "sd"),
        (lambda: rp.log_hr_from_oe([1e300, 1.0], [1e-300, 2.0]), "yi"),
        (lambda: rp.combine_groups([[1e200, -1e200], [1, 2]], [[1, 1], [1, 1]], [[5, 5], [5, 5]]), "sd"),
    ],
)
def test_numbers_out_of_range_are_withheld_without_a_warning(call, field):
    result = call()
    assert np.isnan(result[field][0])
    assert np.isfinite(result[field][1])
    assert result.notes[0] == "the numbers are too large or too small to compute with"
    assert result.notes[1] == ""
