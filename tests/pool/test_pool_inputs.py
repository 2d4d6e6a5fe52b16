"""Everything that may be given, and what is said about what cannot be used."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pydoc
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import ColumnError, InputError, OptionError, RowError
from evidence.pool import pool

YI, VI = [0.1, 0.5, 0.3, 0.9], [0.04, 0.02, 0.06, 0.03]
NAMES = ["Ahn", "Berg", "Cruz", "Dey"]
TABLE = pd.DataFrame({"study": NAMES, "yi": YI, "vi": VI, "se": np.sqrt(VI), "dose": [1.0, 2.0, 4.0, 3.0]})


def same(one: Any, other: Any) -> bool:
    return bool(np.isclose(one.estimate, other.estimate, rtol=1e-14) and np.isclose(one.tau2, other.tau2, rtol=1e-12))


@pytest.mark.parametrize(
    "fit",
    [
        lambda: pool(np.array(YI), np.array(VI)),
        lambda: pool(tuple(YI), tuple(VI)),
        lambda: pool(pd.Series(YI), pd.Series(VI)),
        lambda: pool(pd.Series(YI, dtype=object), pd.Series(VI, dtype="Float64")),
        lambda: pool(YI, sei=np.sqrt(VI)),
        lambda: pool(TABLE),
        lambda: pool(TABLE, sei="se"),
        lambda: pool("yi", "vi", data=TABLE),
        lambda: pool("yi", sei="se", data=TABLE),
    ],
)
def test_every_form_gives_the_same_fit(fit: Any) -> None:
    assert same(fit(), pool(YI, VI))


def test_inputs_are_not_touched_and_the_result_keeps_its_own() -> None:
    table, y = TABLE.copy(), np.array(YI)
    fit = pool(y, np.array(VI))
    pool(table, mods="~ dose")
    y[0] = 99
    assert fit.yi[0] == 0.1
    pd.testing.assert_frame_equal(table, TABLE)
    with pytest.raises(ValueError, match="read-only"):
        fit.yi[0] = 1


def test_labels() -> None:
    assert pool(YI, VI).labels.tolist() == [0, 1, 2, 3]
    assert pool(YI, VI, labels=NAMES).labels.tolist() == NAMES
    assert pool(TABLE).labels.tolist() == NAMES
    assert pool(TABLE.rename(columns={"study": "study_id"})).labels.tolist() == NAMES
    assert pool(TABLE, labels="dose").labels.tolist() == [1.0, 2.0, 4.0, 3.0]
    assert pool(TABLE.drop(columns="study").set_axis(NAMES)).labels.tolist() == NAMES
    assert pool(pd.Series(YI, index=NAMES), VI).weights.index.tolist() == NAMES


def test_every_bad_row_is_named_at_once() -> None:
    with pytest.raises(RowError) as caught:
        pool(["a", 0.3, float("nan"), 1, 2, True], [1, -1, 0, float("inf"), None, 0.1], labels=list("uvwxyz"))
    problems = caught.value.problems
    assert [(problem.row, problem.column, problem.study) for problem in problems] == [
        ("0", "yi", "u"),
        ("1", "vi", "v"),
        ("2", "vi", "w"),
        ("2", "", "w"),
        ("3", "vi", "x"),
        ("4", "", "y"),
        ("5", "yi", "z"),
    ]
    text = str(caught.value)
    assert text.startswith("6 of 6 rows cannot be pooled (positions count from 0).")
    assert "missing='drop'" in text
    for part in ("found 'a'", "found '-1'", "yi missing", "found 'inf'", "vi missing", "must be positive"):
        assert part in text


def test_text_that_looks_like_a_number_is_not_taken_for_one() -> None:
    with pytest.raises(RowError, match="text, not a number"):
        pool(["0.1", 0.2], [0.1, 0.1])


def test_standard_errors_must_be_positive() -> None:
    with pytest.raises(RowError, match="row 1 · column sei: the standard error must be positive"):
        pool([0.1, 0.2], sei=[0.1, -0.2])


def test_missing_rows_are_left_out_when_asked_and_stay_listed() -> None:
    table = TABLE.assign(yi=[0.1, np.nan, 0.3, 0.9], dose=[1.0, 2.0, np.nan, 3.0])
    with pytest.raises(RowError, match="row 1 · study Berg: yi missing"):
        pool(table)
    fit = pool(table, missing="drop")
    assert same(fit, pool([0.1, 0.3, 0.9], [0.04, 0.06, 0.03]))
    frame = fit.to_frame()
    assert frame["included"].tolist() == [True, False, True, True]
    assert frame["reason"].tolist() == ["", "yi missing", "", ""]
    assert frame["weight"].isna().tolist() == [False, True, False, False]
    assert any("1 row left out" in caution for caution in fit.cautions)
    assert fit.to_dict()["dropped"] == 1
    more = pd.concat([table, TABLE], ignore_index=True)
    regression = pool(more, mods="~ dose", missing="drop")
    assert regression.k == 6
    assert regression.to_frame()["reason"].tolist()[:3] == ["", "yi missing", "dose missing"]


def test_dropping_does_not_excuse_a_wrong_number() -> None:
    with pytest.raises(RowError) as caught:
        pool([0.1, np.nan, 0.3], [0.1, 0.1, -0.2], missing="drop")
    assert [problem.row for problem in caught.value.problems] == ["2"]
    with pytest.raises(InputError, match="no study to pool"):
        pool([np.nan], [0.1], missing="drop")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: pool(YI, VI[:3]), InputError, r"vi has 3 value\(s\) for 4 effect\(s\)"),
        (lambda: pool(YI, VI, labels=["a"]), InputError, r"labels has 1 value\(s\)"),
        (lambda: pool(YI, VI, mods=[1, 2]), InputError, r"mods has 2 value\(s\)"),
        (lambda: pool(YI), InputError, "one of the two"),
        (lambda: pool(YI, VI, sei=VI), InputError, "one of the two"),
        (lambda: pool([], []), InputError, "no study"),
        (lambda: pool(0.3, 0.1), InputError, "sequence"),
        (lambda: pool(np.ones((2, 2)), np.ones((2, 2))), InputError, "one dimension"),
        (lambda: pool("yi", "vi"), InputError, "give the table as data="),
        (lambda: pool("effect", "vi", data=TABLE), ColumnError, "no column 'effect'; it has: 'study', 'yi'"),
        (lambda: pool(TABLE, "variance"), ColumnError, "no column 'variance'"),
        (lambda: pool(TABLE.drop(columns="vi")), ColumnError, "no column 'vi'"),
        (lambda: pool(TABLE, data=TABLE), InputError, "one table"),
        (lambda: pool(YI, VI, mods="~ dose"), InputError, "give the table"),
        (lambda: pool(YI, VI, intercept=False), InputError, "nothing to estimate"),
        (lambda: pool(YI, VI, test="knapp"), OptionError, "'z', 't', 'hksj', 'adhoc'"),
        (lambda: pool(YI, VI, tau2=True), OptionError, "tau2=True"),
        (lambda: pool(YI, VI, tau2=-0.1), InputError, "at least 0"),
        (lambda: pool(YI, VI, tau2=float("nan")), InputError, "at least 0"),
        (lambda: pool(YI, VI, level=95), InputError, "did you mean 0.95"),
        (lambda: pool(YI, VI, level=1.0), InputError, "between 0 and 1"),
        (lambda: pool(YI, VI, level="95%"), InputError, "between 0 and 1"),
        (lambda: pool(YI, VI, prediction="riley"), OptionError, "'k-p', 'k-p-1', 'normal'"),
        (lambda: pool(YI, VI, missing="ignore"), OptionError, "'raise', 'drop'"),
    ],
)
def test_bad_input_says_what_and_what_to_do(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_series_in_different_orders_are_not_guessed_together() -> None:
    y, v = pd.Series(YI, index=NAMES), pd.Series(VI[::-1], index=NAMES[::-1])
    with pytest.raises(InputError, match="yi and vi have different indexes"):
        pool(y, v)
    assert same(pool(y, v.reindex(NAMES)), pool(YI, VI))
    with pytest.raises(InputError, match="vi and mods have different indexes"):
        pool(y, v.reindex(NAMES), mods=pd.Series([1, 2, 3, 4]))


def test_the_package_is_also_its_function() -> None:
    package = importlib.import_module("evidence.pool")

    assert package(YI, VI).k == 4
    assert package.pool is pool
    assert inspect.signature(package) == inspect.signature(pool)
    assert inspect.getdoc(package) == inspect.getdoc(pool)
    assert "Hartung–Knapp–Sidik–Jonkman" in pydoc.render_doc(package)
    assert pickle.loads(pickle.dumps(package)) is package
    assert pickle.loads(pickle.dumps(pool)) is pool


@pytest.mark.parametrize(
    "before", ["pass", "import evidence.pool", "ev.pool", "ev.subgroups", "from evidence import pool"]
)
def test_whatever_was_imported_before_the_public_name_is_called_alike(before: str) -> None:
    code = f"""
import inspect, pickle
import evidence as ev
{before}
assert list(inspect.signature(ev.pool).parameters)[:2] == ["yi", "vi"]
assert ev.pool.__doc__.startswith("Pool effects")
assert pickle.loads(pickle.dumps(ev.pool)) is ev.pool
from evidence import pool
from evidence.pool import PooledResult, pool as function
for each in (ev.pool, pool, function):
    assert isinstance(each([0.1, 0.3], [0.03, 0.04]), PooledResult)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_importing_is_light() -> None:
    heavy = "{'statsmodels', 'scipy.stats', 'formulaic', 'matplotlib'} & set(sys.modules)"
    code = f"import sys, evidence.pool; sys.exit(str({heavy}) if {heavy} else 0)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
