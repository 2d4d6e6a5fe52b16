"""Fits by group and the test between groups."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence.errors import ColumnError, InputError, RowError
from evidence.pool import pool, subgroups

TABLE = pd.DataFrame(
    {
        "study": [f"Study {number}" for number in range(1, 10)],
        "yi": [0.1, 0.4, 0.3, 0.9, 1.2, 0.7, 0.2, -0.3, 0.5],
        "vi": [0.04, 0.05, 0.02, 0.08, 0.06, 0.03, 0.09, 0.07, 0.05],
        "arm": ["b", "b", "b", "a", "a", "a", "c", "c", "c"],
    }
)


def part(arm: str) -> pd.DataFrame:
    return TABLE[TABLE["arm"] == arm]


@pytest.mark.parametrize("test", ["z", "hksj", "adhoc"])
def test_each_group_is_its_own_fit(test: str) -> None:
    found = subgroups(TABLE, "arm", tau2="DL", test=test, level=0.9)
    assert list(found.groups) == ["b", "a", "c"]
    for arm, fit in found.groups.items():
        alone = pool(part(arm), tau2="DL", test=test, level=0.9)
        assert (fit.estimate, fit.ci, fit.tau2, fit.i2) == (alone.estimate, alone.ci, alone.tau2, alone.i2)
        assert fit.labels.tolist() == part(arm)["study"].tolist()
    assert found.overall.estimate == pool(TABLE, tau2="DL").estimate
    estimates = np.array([fit.estimate for fit in found.groups.values()])
    weights = np.array([fit.se**-2 for fit in found.groups.values()])
    q = (weights * (estimates - np.average(estimates, weights=weights)) ** 2).sum()
    assert found.q_between == pytest.approx(q, rel=1e-12)
    assert (found.q_df, found.q_df2) == (2, math.inf)
    assert found.q_pvalue == pytest.approx(stats.chi2.sf(q, 2), rel=1e-12)


def test_equal_effects_split_q() -> None:
    found = subgroups(TABLE, "arm", tau2="EE", test="z")
    within = sum(fit.q for fit in found.groups.values())
    assert found.overall.q == pytest.approx(within + found.q_between, rel=1e-12)


@pytest.mark.parametrize("method", ["DL", "REML"])
def test_a_common_tau2_is_the_meta_regression(method: str) -> None:
    found = subgroups(TABLE, "arm", tau2=method, test="z", tau2_common=True)
    regression = pool(TABLE, mods="~ C(arm) - 1", tau2=method, test="z")
    assert [fit.tau2 for fit in found.groups.values()] == pytest.approx([regression.tau2] * 3, rel=1e-9)
    for arm, fit in found.groups.items():
        row = regression.coefficients.loc[f"C(arm)[{arm}]"]
        assert fit.estimate == pytest.approx(row["estimate"], rel=1e-9)
        assert fit.se == pytest.approx(row["se"], rel=1e-9)
    with_intercept = pool(TABLE, mods="~ C(arm)", tau2=method, test="z")
    assert found.q_between == pytest.approx(with_intercept.qm, rel=1e-9)
    assert found.q_pvalue == pytest.approx(with_intercept.qm_pvalue, rel=1e-9)


def test_a_common_tau2_with_hartung_knapp_is_an_f_test() -> None:
    found = subgroups(TABLE, "arm", tau2_common=True)
    regression = pool(TABLE, mods="~ C(arm)")
    assert found.q_between == pytest.approx(regression.qm, rel=1e-9)
    assert (found.q_df, found.q_df2) == (2, 6)
    assert "F(2, 6) = " in found.summary()


def test_groups_follow_their_categories() -> None:
    ordered = TABLE.assign(arm=pd.Categorical(TABLE["arm"], categories=["c", "unused", "a", "b"]))
    assert list(subgroups(ordered, "arm").groups) == ["c", "a", "b"]


def test_groups_may_come_from_outside_the_table() -> None:
    by_name = subgroups(TABLE, "arm")
    for by in (TABLE["arm"], TABLE["arm"].to_numpy(), TABLE["arm"].tolist()):
        assert subgroups(TABLE, by).q_between == by_name.q_between
    assert subgroups(TABLE, TABLE["arm"].tolist()).by == "group"


def test_the_index_of_the_table_does_not_matter() -> None:
    mixed = TABLE.sample(frac=1, random_state=3).set_index("study")
    found, base = subgroups(mixed, "arm"), subgroups(TABLE, "arm")
    assert found.q_between == pytest.approx(base.q_between, rel=1e-10)
    assert found.groups["a"].estimate == pytest.approx(base.groups["a"].estimate, rel=1e-12)


def test_values_given_beside_the_table_are_split_with_it() -> None:
    sei = np.sqrt(TABLE["vi"].to_numpy())
    found = subgroups(TABLE.drop(columns="vi"), "arm", sei=sei, labels=TABLE["study"].tolist())
    assert found.q_between == pytest.approx(subgroups(TABLE, "arm").q_between, rel=1e-10)
    assert found.groups["a"].labels.tolist() == ["Study 4", "Study 5", "Study 6"]


def test_a_group_of_one_and_what_is_missing() -> None:
    table = TABLE.assign(arm=[*"bbbaaaaac"], yi=[np.nan, *TABLE["yi"][1:]])
    with pytest.raises(RowError, match="row 0 · study Study 1: yi missing"):
        subgroups(table, "arm")
    found = subgroups(table, "arm", missing="drop")
    assert [fit.k for fit in found.groups.values()] == [2, 5, 1]
    assert found.cautions == ("Groups with fewer than three studies: b, c.",)
    assert math.isfinite(found.q_pvalue)
    common = subgroups(table, "arm", missing="drop", tau2_common=True, test="z")
    assert common.groups["c"].se == pytest.approx(math.sqrt(0.05 + common.groups["c"].tau2))


def test_a_group_with_equal_effects_leaves_no_test() -> None:
    table = TABLE.assign(yi=[0.2, 0.2, 0.2, *TABLE["yi"][3:]])
    found = subgroups(table, "arm")
    assert math.isnan(found.q_between)
    assert any("no test between groups" in caution for caution in found.cautions)
    assert "no test between groups" in found.summary()


@pytest.mark.parametrize(
    ("by", "options", "error", "message"),
    [
        ("group", {}, ColumnError, "no column 'group'; it has: 'study'"),
        (["a"] * 9, {}, InputError, "needs two groups; 'group' has 1"),
        (["a", "b"], {}, InputError, r"by has 2 value\(s\) for 9 studies"),
        ([None, *"abababab"], {}, RowError, "row 0 · column group: the group is missing"),
        ("arm", {"mods": "~ yi"}, InputError, "takes no mods"),
        ("arm", {"data": TABLE}, InputError, "takes no data"),
        ("arm", {"tau2": "XX"}, InputError, "tau2='XX'"),
    ],
)
def test_bad_groups(by: object, options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        subgroups(TABLE, by, **options)


def test_what_a_comparison_says_of_itself() -> None:
    found = subgroups(TABLE, "arm", measure="SMD")
    frame = found.to_frame()
    assert frame.index.tolist() == ["b", "a", "c", "all studies"]
    assert frame["k"].tolist() == [3, 3, 3, 9]
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["q_between"] == found.q_between
    assert list(record["groups"]) == ["b", "a", "c"]
    text = found.summary()
    assert max(map(len, text.splitlines())) <= 80
    assert "Between groups (a τ² for each group): Q = " in text
    assert "\n" not in repr(found)
    assert found._repr_html_().count("<tr>") == 5


def test_groups_that_are_written_alike_are_not_merged() -> None:
    mixed = pd.DataFrame({"yi": [0.1, 0.2, 0.6, 0.8], "vi": 0.02, "arm": [1, 1, "1", "1"]})
    with pytest.raises(InputError, match="written alike: 1, '1'"):
        subgroups(mixed, "arm")
