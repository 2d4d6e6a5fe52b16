"""What would pass for numbers and is not, what cannot be squared, and what a result does not let be changed."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import ColumnError, InputError, RowError
from evidence.pool import pool, pool_many, subgroups

YI, VI = [0.1, 0.5, 0.3, 0.9, 0.2, 0.7], [0.04, 0.02, 0.06, 0.03, 0.05, 0.02]
TABLE = pd.DataFrame({"yi": YI, "vi": VI, "arm": list("aabbab"), "dose": [1, 2, 4, 3, 6, 5]})


@pytest.mark.parametrize("unordered", [dict.fromkeys(YI, 1), set(YI), frozenset(YI), dict.fromkeys(YI).keys()])
@pytest.mark.parametrize("name", ["yi", "vi", "sei", "mods", "labels", "data"])
def test_dictionaries_and_sets_are_not_pooled_by_their_keys(name: str, unordered: Any) -> None:
    given = {"yi": YI, "vi": None if name == "sei" else VI, name: unordered}
    with pytest.raises(InputError, match=f"{name} is a {type(unordered).__name__}, which has no place for each study"):
        pool(**given)


def test_a_dictionary_of_columns_is_told_how_to_become_a_table() -> None:
    with pytest.raises(InputError, match=r"pandas\.DataFrame"):
        pool({"yi": YI, "vi": VI})  # type: ignore[arg-type]


@pytest.mark.parametrize("by", [{"a": 1}, {"a", "b"}])
def test_groups_are_not_a_dictionary_or_a_set(by: Any) -> None:
    with pytest.raises(InputError, match="by is a "):
        subgroups(TABLE, by)


def test_groups_go_by_index_not_by_position() -> None:
    shuffled = TABLE["arm"].iloc[::-1]
    with pytest.raises(InputError, match="by and the table have different indexes"):
        subgroups(TABLE, shuffled)
    aligned = subgroups(TABLE, shuffled.reindex(TABLE.index))
    assert aligned.q_between == subgroups(TABLE, "arm").q_between


def test_no_group_is_called_like_the_row_of_all_studies() -> None:
    table = TABLE.assign(arm=["all studies" if arm == "a" else "rest" for arm in TABLE["arm"]])
    with pytest.raises(InputError, match="like the row of all studies; rename it"):
        subgroups(table, "arm")


def test_columns_of_one_name_are_refused() -> None:
    doses = pd.DataFrame({"dose": TABLE["dose"], "age": [5.0, 3, 4, 1, 2, 9]})
    with pytest.raises(InputError, match="mods has more than one column called 'dose'"):
        pool(YI, VI, mods=doses.set_axis(["dose", "dose"], axis=1))
    with pytest.raises(InputError, match="mods has more than one column called '1'"):
        pool(YI, VI, mods=doses.set_axis([1, "1"], axis=1))
    with pytest.raises(ColumnError, match="'dose', which the table has more than once"):
        pool(TABLE.rename(columns={"arm": "dose"}), mods="~ dose")
    with pytest.raises(ColumnError, match="2 columns called 'vi'"):
        pool(TABLE.rename(columns={"dose": "vi"}))


@pytest.mark.parametrize(
    ("values", "where", "message"),
    [
        ({"sei": [1e-200, 0.1, 0.1]}, "row 0 · column sei", "too small to square"),
        ({"sei": [0.1, 1e200, 0.1]}, "row 1 · column sei", "too large to square"),
        ({"vi": [0.1, 0.1, 1e-320]}, "row 2 · column vi", "too small to compute with"),
        ({"vi": [0.1, 1e308, 0.1]}, "row 1 · column vi", "too large to compute with"),
        ({"yi": [1e160, 1, 2], "vi": [1e305, 1, 1]}, "row 0 · column yi", "too large to square"),
        ({"yi": [1e160], "vi": [1]}, "row 0 · column yi", "too large to square"),
        (
            {"yi": [0.1, 1e80, 0.1], "vi": [1, 1, 0.5]},
            "row 1 · column yi",
            r"beside the smallest sampling variance \(row 2",
        ),
        (
            {"yi": [0.1, 1e80, 0.1], "sei": [1, 1, 0.5]},
            "row 1 · column yi",
            r"beside the smallest standard error \(row 2",
        ),
    ],
)
def test_what_cannot_be_squared_is_named(values: dict[str, Any], where: str, message: str) -> None:
    with pytest.raises(RowError, match=f"{where}.*{message}"):
        pool(**{"yi": [0.1, 0.2, 0.4], **values})


@pytest.mark.parametrize("exponent", [-140, -60, 60, 140])
@pytest.mark.parametrize("method", ["EE", "DL", "HE", "HSk", "SJ", "PM", "PMM", "ML", "REML"])
def test_the_unit_alone_is_no_reason_to_refuse(method: str, exponent: int) -> None:
    factor = 10.0**exponent
    base = pool(YI, VI, tau2=method)
    fit = pool(factor * np.array(YI), sei=factor * np.sqrt(VI), tau2=method)
    assert fit.statistic == pytest.approx(base.statistic, rel=1e-9)
    assert fit.i2 == pytest.approx(base.i2, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("method", ["EE", "DL", "HE", "HSk", "SJ", "PM", "PMM", "ML", "REML"])
def test_effects_that_pass_the_check_can_be_pooled(method: str) -> None:
    fit = pool([1e39, -5e39, 9e39], [1.0, 3.0, 2.0], tau2=method)
    assert math.isfinite(fit.estimate)
    assert all(map(math.isfinite, fit.ci))


def test_what_is_written_into_a_result_does_not_change_it() -> None:
    fits = [pool(YI, VI), pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3]), pool(YI[:1], VI[:1]), pool(YI, VI, mods=[*range(6)])]
    for fit in fits:
        for name in ("coef", "se", "statistic", "pvalue", "ci_low", "ci_high", "vcov"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(fit.inference, name)[...] = 99
        for values in (fit.studies.included, fit.studies.all_yi, fit.studies.all_vi, fit.design.matrix):
            with pytest.raises(ValueError, match="read-only"):
                values[...] = 1
        frame = fit.vcov
        frame.iloc[0, 0] = 99
        assert fit.vcov.iloc[0, 0] != 99
    many = pool_many([YI], [VI])
    for name in ("tau2", "q", "df", "scale", "coef", "se", "statistic", "ci_low", "ci_high"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(many, name)[...] = 99


@pytest.mark.parametrize(
    "dose",
    [
        [1, 2, 4, 3, 6, 5],
        [1.0, 2, 4.0, np.float64(3), np.int64(6), 5],
        [Decimal(1), Decimal(2), 4, 3, 6, 5],
    ],
)
def test_numbers_kept_as_objects_are_no_factor(dose: list[Any]) -> None:
    table = TABLE.assign(dose=pd.Series(dose, dtype=object))
    fit, plain = pool(table, mods="~ dose"), pool(TABLE, mods="~ dose")
    assert fit.design.names == ("Intercept", "dose")
    np.testing.assert_array_equal(fit.inference.coef, plain.inference.coef)
    new = pd.DataFrame({"dose": pd.Series([2, 3], dtype=object)})
    pd.testing.assert_frame_equal(fit.predict(new), plain.predict({"dose": [2, 3]}))
    assert table["dose"].dtype == object


def test_a_missing_number_among_objects_is_missing() -> None:
    table = TABLE.assign(dose=pd.Series([1, 2, None, 3, 6, 5], dtype=object))
    with pytest.raises(RowError, match="dose missing"):
        pool(table, mods="~ dose")
    fit = pool(table, mods="~ dose", missing="drop")
    assert fit.design.names == ("Intercept", "dose")
    assert fit.k == 5


def test_other_objects_stay_factors() -> None:
    for values in (["1", "2", "1", "2", "1", "1"], [True, False, True, True, False, True]):
        fit = pool(TABLE.assign(dose=pd.Series(values, dtype=object)), mods="~ dose")
        assert fit.design.names[1].startswith("dose[T.")
    coded = TABLE.assign(dose=pd.Series([1, 2, 1, 2, 2, 1], dtype=object))
    assert pool(coded, mods="~ C(dose)").design.names == ("Intercept", "C(dose)[T.2]")


def test_one_study_with_a_given_tau2_says_that_it_is_in_the_variance() -> None:
    widened, plain = pool([0.3], [0.04], tau2=0.05), pool([0.3], [0.04], tau2=0.0)
    assert widened.se == pytest.approx(math.sqrt(0.04 + 0.05))
    assert "own estimate, with the given τ² added to its variance." in widened.cautions[0]
    assert plain.se == pytest.approx(0.2)
    assert "own estimate. Variance" in plain.cautions[0]
