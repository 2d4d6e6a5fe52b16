"""Honest reports of odd kinds are not called impossible or inconsistent; odd files end in a clear error."""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.curate.integrity import Scale, check_table
from evidence.errors import ColumnError, InputError


def between(p: float, **columns: list[float]) -> pd.DataFrame:
    """Return two arms with a p-value between them."""
    said = {"p_value": [p] * 2, "p_operator": ["="] * 2, "p_scope": ["between-arms"] * 2, "arm_id": ["A1", "A2"]}
    return pd.DataFrame({**columns, **said})


@pytest.mark.parametrize(("percent", "n"), [(66.6, 21), (27.5, 29), (6.8, 29)])
def test_a_share_that_was_cut_off_is_no_impossible_one(percent, n) -> None:
    """14/21 = 66.67, 8/29 = 27.59 and 2/29 = 6.897, with further decimals cut off."""
    assert check_table(pd.DataFrame({"percent": [percent], "n": [n]})).findings == ()
    events = round(percent * n / 100)
    told = pd.DataFrame({"percent": [percent], "events": [events], "total": [n]})
    assert check_table(told, only=["percent-count"]).findings == ()


@pytest.mark.parametrize(("percent", "n"), [(66.5, 21), (66.8, 21), (28.57, 40)])
def test_a_share_that_neither_rounding_nor_cutting_off_gives_is_found(percent, n) -> None:
    (finding,) = check_table(pd.DataFrame({"percent": [percent], "n": [n]})).findings
    assert finding.severity == "impossible"


def test_shares_of_different_precision_in_one_baseline_table_are_judged_each_by_its_own() -> None:
    """35.5% and 71.25% of 26: taken together at two decimals, 35.50 would wrongly lose the denominators of 35.5."""
    table = pd.DataFrame({"arm_id": ["A1"] * 2, "characteristic": ["a", "b"], "percent": [35.5, 71.25], "n": [26] * 2})
    table["decimals"] = [1, 2]
    found = {finding.value: finding.recomputed for finding in check_table(table, like="baselines").findings}
    assert sorted(found) == ["35.5% of 26", "71.25% of 26"]


@pytest.mark.parametrize(("p", "test"), [(0.0324, "one-sided Fisher"), (0.9958, "other side"), (0.0386, "Barnard")])
def test_a_one_sided_or_unconditional_test_of_counts_is_unusual_only(p, test) -> None:
    """8 and 2 of 20: scipy gives one-sided Fisher 0.0324 and 0.9958, Barnard 0.0386; no usual test gives them."""
    table = between(p, events=[8, 2], total=[20, 20], n=[20, 20])
    (finding,) = check_table(table, only=["p-counts"]).findings
    assert finding.severity == "unusual"
    assert test in finding.text


def test_a_one_sided_t_test_is_unusual_only_and_no_test_at_all_is_inconsistent() -> None:
    """The two-sided p of 33.51 ± 8.88 and 31.68 ± 8.84 (30 each) is 0.427."""
    arms = {"mean": [33.51, 31.68], "sd": [8.88, 8.84], "n": [30, 30]}
    severities = {
        p: [finding.severity for finding in check_table(between(p, **arms), only=["p-means"]).findings]
        for p in (0.426, 0.213, 0.787, 0.01)
    }
    assert severities == {0.426: [], 0.213: ["unusual"], 0.787: ["unusual"], 0.01: ["inconsistent"]}


def test_a_rank_test_of_skewed_values_is_unusual_only_and_says_so() -> None:
    """Log-normal values: rank sum 0.975 beside a t-test of 0.37."""
    arms = {"mean": [4.53, 6.0], "sd": [4.76, 9.57], "n": [42, 42]}
    (finding,) = check_table(between(0.975, **arms), only=["p-means"]).findings
    assert finding.severity == "unusual"
    assert finding.text.endswith("unless by a rank test.")


def test_names_with_blanks_stop_no_check() -> None:
    table = pd.DataFrame({"row_id": ["r 1", "r;2"], "percent": [28.57] * 2, "n": [40] * 2})
    assert [finding.rows for finding in check_table(table).findings] == [("outcomes:r-1",), ("outcomes:r-2",)]


def test_a_table_without_a_known_column_is_an_error_and_not_silence() -> None:
    with pytest.raises(ColumnError, match="no column of the table is one of outcomes"):
        check_table(pd.DataFrame({"percent\tn": ["28.57\t40"]}))


@pytest.mark.parametrize("ends", [(30, 0, 1), (0, 30, 0), (0, 30, -1), (float("nan"), 30, 1)])
def test_a_scale_that_is_none_is_an_error(ends) -> None:
    with pytest.raises(InputError, match="scale"):
        Scale(minimum=ends[0], maximum=ends[1], step=ends[2])
