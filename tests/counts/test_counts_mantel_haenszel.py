"""Mantel–Haenszel estimates against independent references, their symmetries and their edges."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence.counts import CountsResult, mantel_haenszel
from evidence.effects import effect_sizes
from evidence.errors import InputError, OptionError
from evidence.pool import pool

NAMES = ("events1", "nonevents1", "events2", "nonevents2")
MEASURES = ("OR", "RR", "RD")
RATE_NAMES = ("events1", "time1", "events2", "time2")

tables = st.lists(st.tuples(*[st.integers(0, 60)] * 4), min_size=2, max_size=8).map(
    lambda rows: np.array(rows, float) + np.array([0, 1, 0, 1])
)
rate_tables = st.lists(
    st.tuples(st.integers(0, 40), st.floats(1, 1e4), st.integers(0, 40), st.floats(1, 1e4)), min_size=2, max_size=8
).map(lambda rows: np.array(rows, float))


def of_tables(rows: np.ndarray, measure: str = "OR", **options: Any) -> CountsResult:
    return mantel_haenszel(None, measure, **dict(zip(NAMES, rows.T, strict=True)), **options)


def of_rates(rows: np.ndarray, measure: str = "IRR", **options: Any) -> CountsResult:
    return mantel_haenszel(None, measure, **dict(zip(RATE_NAMES, rows.T, strict=True)), **options)


def close(ours: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(expected, float), rtol=rtol, atol=atol)


def moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the events of group 1, given the margins, from the probabilities of every table."""
    found = []
    for a, b, c, d in rows:
        events = np.arange(max(0, a - d), min(a + b, a + c) + 1)
        law = stats.hypergeom.pmf(events, a + b + c + d, a + c, a + b)
        mean = (events * law).sum()
        found.append((mean, ((events - mean) ** 2 * law).sum()))
    return tuple(np.array(found).T)


@given(tables)
def test_statsmodels_stratified_table_agrees(rows: np.ndarray) -> None:
    from statsmodels.stats.contingency_tables import StratifiedTable

    assume((rows[:, 0] * rows[:, 3]).any() and (rows[:, 1] * rows[:, 2]).any())
    rows = rows[(rows[:, 0] + rows[:, 2]) > 0]
    reference = StratifiedTable([row.reshape(2, 2) for row in rows])
    found = of_tables(rows, correct=False)
    close(found.estimate, reference.logodds_pooled)
    close(found.se, reference.logodds_pooled_se)
    close(found.cmh.statistic, reference.test_null_odds().statistic)
    if len(rows) > 1:
        close(found.tarone.statistic, reference.test_equal_odds(adjust=True).statistic, rtol=1e-6, atol=1e-9)
        close(found.breslow_day.statistic, reference.test_equal_odds().statistic, rtol=1e-6, atol=1e-9)


@given(tables)
def test_the_association_test_is_that_of_the_hypergeometric_distribution(rows: np.ndarray) -> None:
    mean, variance = moments(rows)
    assume(variance.max() > 1e-9)
    distance = abs(float((rows[:, 0] - mean).sum()))
    for correct in (False, True):
        found = of_tables(rows, correct=correct).cmh
        corrected = max(0.0, distance - 0.5 * correct)
        close(found.statistic, corrected**2 / variance.sum(), rtol=1e-6, atol=1e-12)
        close(found.pvalue, stats.chi2.sf(found.statistic, 1))


@pytest.mark.parametrize("measure", MEASURES)
def test_one_table_is_its_own_effect(measure: str) -> None:
    rows = np.array([[4.0, 119.0, 11.0, 128.0]])
    found = of_tables(rows, measure, rd_variance="gr")
    single = effect_sizes(pd.DataFrame(rows, columns=list(NAMES)), measure)
    close([found.estimate, found.se**2], single[["yi", "vi"]].to_numpy()[0])
    assert (found.k, found.q, found.q_pvalue, found.i2, found.h2) == (1, 0.0, 1.0, 0.0, 1.0)
    assert "one study, not a synthesis" in found.summary()
    with pytest.raises(InputError, match="none can be left out"):
        found.leave_one_out()


def test_one_row_of_rates_is_its_own_effect() -> None:
    rows = np.array([[9.0, 413.0, 19.0, 398.0]])
    ratio, difference = of_rates(rows), of_rates(rows, "IRD")
    close([ratio.estimate, ratio.se**2], [np.log(9 / 413 / (19 / 398)), 1 / 9 + 1 / 19])
    close([difference.estimate, difference.se**2], [9 / 413 - 19 / 398, 9 / 413**2 + 19 / 398**2])


@given(tables, st.sampled_from(MEASURES))
def test_swapping_the_groups_turns_the_sign(rows: np.ndarray, measure: str) -> None:
    assume(rows[:, 0].any() and rows[:, 2].any())
    one, other = of_tables(rows, measure), of_tables(rows[:, [2, 3, 0, 1]], measure)
    assume(np.isfinite(one.se))
    close([one.estimate, one.se, one.q], [-other.estimate, other.se, other.q], rtol=1e-7, atol=1e-9)


@given(tables, st.sampled_from(["OR", "RD"]))
def test_counting_the_others_turns_the_sign(rows: np.ndarray, measure: str) -> None:
    assume((rows[:, 0] * rows[:, 3]).any() and (rows[:, 1] * rows[:, 2]).any())
    one, other = of_tables(rows, measure), of_tables(rows[:, [1, 0, 3, 2]], measure)
    assume(np.isfinite(one.se) and one.se > 1e-6)
    close([one.estimate, one.se], [-other.estimate, other.se], rtol=1e-7, atol=1e-9)


@given(tables, st.sampled_from(MEASURES), st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(rows: np.ndarray, measure: str, order: list[int]) -> None:
    assume(rows[:, 0].any() and rows[:, 2].any())
    mixed = rows[[row for row in order if row < len(rows)]]
    one, other = of_tables(rows, measure), of_tables(mixed, measure)
    assume(np.isfinite(one.se))
    close([one.estimate, one.se, one.q, one.i2], [other.estimate, other.se, other.q, other.i2], rtol=1e-7, atol=1e-8)


@given(tables, st.sampled_from(MEASURES))
def test_the_same_tables_four_times_halve_the_standard_error(rows: np.ndarray, measure: str) -> None:
    assume(rows[:, 0].any() and rows[:, 2].any())
    once, often = of_tables(rows, measure), of_tables(np.tile(rows, (4, 1)), measure)
    assume(np.isfinite(once.se) and once.se > 1e-6)
    close([often.estimate, often.se], [once.estimate, once.se / 2], rtol=1e-7, atol=1e-9)


@given(rate_tables, st.sampled_from([1e-30, 1 / 365.25, 7.0, 1e30]))
def test_the_unit_of_time_does_not_matter(rows: np.ndarray, unit: float) -> None:
    assume(rows[:, 0].any() and rows[:, 2].any())
    scaled = rows * np.array([1, unit, 1, unit])
    one, other = of_rates(rows), of_rates(scaled)
    close([other.estimate, other.se, other.cmh.statistic], [one.estimate, one.se, one.cmh.statistic], rtol=1e-7)
    one, other = of_rates(rows, "IRD"), of_rates(scaled, "IRD")
    assume(one.se > 0)
    close(other.statistic, one.statistic, rtol=1e-6, atol=1e-9)
    close(other.se * unit, one.se, rtol=1e-9, atol=0)


@given(tables, st.sampled_from(MEASURES), st.sampled_from(["only0", "if0all", "all", "none"]))
def test_deletions_and_accumulations_are_refits(rows: np.ndarray, measure: str, to: str) -> None:
    assume(rows[:, 0].any() and rows[:, 2].any())
    whole = of_tables(rows, measure, add=(0.5, 0.25), to=(to, to))
    without, growing = whole.leave_one_out(), whole.cumulative()
    names = ["estimate", "se", "q", "q_df", "q_pvalue", "i2", "h2"]
    close(growing[names].iloc[-1], [getattr(whole, name) for name in names])
    for row in range(len(rows)):
        rest = np.delete(rows, row, axis=0)
        if not (rest[:, 0].any() and rest[:, 2].any()):
            continue
        refit = of_tables(rest, measure, add=(0.5, 0.25), to=(to, to))
        close(without[names].iloc[row], [getattr(refit, name) for name in names])


def test_cumulative_sorts_as_asked_and_keeps_ties_in_order() -> None:
    rows = np.array([[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [5, 60, 9, 50]], float)
    found = of_tables(rows, labels=["a", "b", "c", "d"]).cumulative([2000, 1990, 2000, 1990])
    assert found.index.tolist() == ["b", "d", "a", "c"]
    assert found["k"].tolist() == [1, 2, 3, 4]
    close(found["estimate"].iloc[1], of_tables(rows[[1, 3]]).estimate)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ([1, 2], "order has length 2"),
        ([1, None, 3], "lacks a value at position 1"),
        ([1, "x", 2], "cannot be compared"),
    ],
)
def test_an_order_that_is_none_is_refused(order: list[Any], message: str) -> None:
    rows = np.array([[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209]], float)
    with pytest.raises(InputError, match=message):
        of_tables(rows).cumulative(order)


def test_zero_cells_are_left_alone_in_the_pooled_estimate() -> None:
    rows = np.array([[0, 10, 3, 7], [2, 18, 5, 15], [0, 30, 0, 31]], float)
    found = of_tables(rows)
    r = np.array([0, 2 * 15 / 40, 0]).sum()
    s = np.array([10 * 3 / 20, 18 * 5 / 40, 0]).sum()
    close(found.estimate, np.log(r / s))
    assert (found.k, found.k_effects) == (3, 2)
    assert "carries no weight" in found.remarks[2]
    assert "0.5 added to its cells for its own effect" in found.remarks[0]
    assert any("without weight" in caution for caution in found.cautions)
    dropped = of_tables(rows, drop00=(True, True))
    close([dropped.estimate, dropped.se, dropped.q], [found.estimate, found.se, found.q])
    assert (dropped.k, dropped.included.tolist()) == (2, [True, True, False])
    assert "left out (drop00)" in dropped.to_frame()["reason"][2]


def test_double_zeros_weigh_in_differences() -> None:
    rows = np.array([[2, 18, 5, 15], [0, 30, 0, 31]], float)
    with_it, without = of_tables(rows, "RD"), of_tables(rows[:1], "RD")
    assert abs(with_it.estimate) < abs(without.estimate)
    assert with_it.weights.iloc[1] > 0
    assert not any("without weight" in caution for caution in with_it.cautions)


def test_corrected_cells_are_the_cells_of_another_table() -> None:
    rows = np.array([[0, 10, 3, 7], [2, 18, 5, 15], [4, 26, 6, 25]], float)
    half = rows + 0.5 * (rows == 0).any(axis=1)[:, None]
    found = of_tables(rows, add=(0.5, 0.5), to=("only0", "only0"))
    by_hand = of_tables(half, to="none")
    close([found.estimate, found.se, found.q], [by_hand.estimate, by_hand.se, by_hand.q])
    assert any("added to before pooling" in caution for caution in found.cautions)
    assert any("not whole numbers" in caution for caution in by_hand.cautions)


def test_the_treatment_arm_correction_adds_one_person_shared_by_group_size() -> None:
    rows = np.array([[0, 30, 3, 7], [2, 18, 5, 15], [4, 26, 6, 25]], float)
    by_hand = rows.copy()
    by_hand[0] += [0.75, 0.75, 0.25, 0.25]
    found = of_tables(rows, add=("tacc", "tacc"), to=("only0", "only0"))
    expected = of_tables(by_hand, to="none")
    close([found.estimate, found.se, found.q], [expected.estimate, expected.se, expected.q])


def test_q_around_the_inverse_variance_estimate_is_that_of_pooling() -> None:
    rows = np.array([[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209]], float)
    found = of_tables(rows, "RR", q_around="iv")
    effects = effect_sizes(pd.DataFrame(rows, columns=list(NAMES)), "RR")
    reference = pool(effects, tau2="EE", test="z")
    close([found.q, found.q_df, found.q_pvalue], [reference.q, reference.q_df, reference.q_pvalue])
    assert found.q < of_tables(rows, "RR").q


def test_standardised_residuals_are_residuals_by_their_standard_error() -> None:
    rows = np.array([[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209]], float)
    found = of_tables(rows)
    residuals = found.rstandard()
    close(residuals["z"], (found.yi - found.estimate) / np.sqrt(found.vi))
    close((residuals["z"] ** 2).sum(), found.q)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0, 10, 0, 5], [0, 20, 0, 9]], "no study has an event in either group"),
        ([[10, 0, 5, 0], [20, 0, 9, 0]], "everyone has the event in every study"),
        ([[10, 0, 5, 0], [0, 20, 0, 9]], "either nobody or everybody has the event"),
    ],
)
@pytest.mark.parametrize("measure", MEASURES)
def test_tables_that_say_nothing_are_refused(rows: list[list[float]], message: str, measure: str) -> None:
    with pytest.raises(InputError, match=message):
        of_tables(np.array(rows, float), measure)


def test_rates_without_events_are_refused() -> None:
    with pytest.raises(InputError, match="no study has an event"):
        of_rates(np.array([[0, 10, 0, 20.0]]))


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_an_infinite_ratio_is_no_number(measure: str) -> None:
    found = of_tables(np.array([[1, 9, 0, 5], [3, 17, 0, 4]], float), measure)
    assert np.isnan([found.estimate, found.se, found.pvalue, *found.ci, found.q, found.ml.loglik]).all()
    assert any("Group 2 has no events in any study" in caution for caution in found.cautions)
    assert "n/e" in found.summary()
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_certain_difference_has_no_standard_error() -> None:
    found = of_tables(np.array([[10, 0, 0, 5], [20, 0, 0, 4]], float), "RD")
    assert found.estimate == 1.0
    assert np.isnan([found.se, found.pvalue, *found.ci]).all()
    assert any("no standard error" in caution for caution in found.cautions)


def test_cochran_without_a_logarithm_says_so() -> None:
    rows = np.array([[0, 10, 2, 20], [2, 5, 1, 5.0]])
    found = of_rates(rows, method="Cochran")
    assert np.isnan(found.estimate)
    assert any("log rate ratio is infinite" in caution for caution in found.cautions)
    assert np.isfinite(of_rates(rows, method="Cochran", add=(0.5, 0.5), to=("only0", "only0")).estimate)


def test_huge_counts_do_not_overflow() -> None:
    rows = np.array([[1e14, 9e14, 2e14, 8e14], [3e14, 7e14, 4e14, 6e14]])
    small = of_tables(rows / 1e13)
    found = of_tables(rows)
    close(found.estimate, small.estimate)
    close(found.se, small.se / np.sqrt(1e13))


@pytest.mark.parametrize("ratio", [1e-6, 0.3, 1.0, 4.0, 1e6])
def test_expected_tables_have_the_pooled_odds_ratio(ratio: float) -> None:
    from evidence.counts.association import homogeneity_of_odds_ratios

    n1, n2, events = np.array([30.0, 8.0, 200.0]), np.array([25.0, 40.0, 11.0]), np.array([20.0, 30.0, 100.0])
    # tables that have this odds ratio exactly, found by bisection, are as homogeneous as can be
    low, high = np.maximum(0.0, events - n2), np.minimum(n1, events)
    for _ in range(200):
        a = (low + high) / 2
        above = a * (n2 - events + a) > ratio * (n1 - a) * (events - a)
        low, high = np.where(above, low, a), np.where(above, a, high)
    cells = np.array([a, n1 - a, events - a, n2 - events + a])
    breslow_day, tarone = homogeneity_of_odds_ratios(cells, float(np.log(ratio)))
    assert breslow_day.statistic < 1e-12
    assert tarone.statistic < 1e-12


def test_the_result_shows_ratios_as_ratios_and_records_its_choices() -> None:
    rows = np.array([[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209]], float)
    found = of_tables(rows, labels=["a", "b", "c"], level=0.9, correct=False)
    close(found.back_transformed, np.exp([found.estimate, *found.ci]))
    text = found.summary()
    assert max(map(len, text.splitlines())) <= 80
    assert "90% CI" in text
    assert "without correction for continuity" in text
    plain = found.to_dict()
    assert (plain["method"], plain["measure"], plain["level"], plain["correct"]) == ("MH", "OR", 0.9, False)
    assert plain["effects"] == {"add": 0.5, "to": "only0", "drop00": True}
    assert plain["pooled"] == {"add": 0.0, "to": "none", "drop00": False}
    assert [row["study"] for row in plain["studies"]] == ["a", "b", "c"]
    close(found.weights.sum(), 100)
    close(found.weights["b"] / found.weights["a"], (300 * 29 / 609) / (119 * 11 / 262))
    assert "<table>" in found._repr_html_()


def test_heterogeneity_and_two_studies_are_cautioned() -> None:
    rows = np.array([[40, 60, 10, 90], [10, 90, 40, 60]], float)
    cautions = " ".join(of_tables(rows).cautions)
    assert "the studies disagree" in cautions
    assert "Two studies" in cautions


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"measure": "PETO"}, OptionError, "measure='PETO'"),
        ({"method": "peto"}, OptionError, "method='peto'"),
        ({"method": "Cochran"}, OptionError, "measure='OR'"),
        ({"to": ("only0", "some")}, OptionError, "to='some'"),
        ({"add": -0.5}, InputError, "add=-0.5 must be a finite number"),
        ({"add": "half"}, OptionError, "add='half'"),
        ({"add": (1, 2, 3)}, InputError, "add takes one value, or two"),
        ({"drop00": 1}, InputError, "drop00=1 must be True or False"),
        ({"correct": None}, InputError, "correct=None must be True or False"),
        ({"correction": "both"}, OptionError, "correction='both'"),
        ({"q_around": "mean"}, OptionError, "q_around='mean'"),
        ({"rd_variance": "LS"}, OptionError, "rd_variance='LS'"),
        ({"level": 95}, InputError, "did you mean 0.95"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        of_tables(np.array([[4, 119, 11, 128]], float), **options)


def test_rates_take_no_treatment_arm_correction() -> None:
    with pytest.raises(InputError, match="add='tacc' must be a finite number"):
        of_rates(np.array([[9, 413, 19, 398.0]]), add="tacc")
