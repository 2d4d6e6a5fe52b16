"""Bad input to `subgroups` and `pool_many`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import ColumnError, InputError, OptionError, RowError
from evidence.pool import pool_many, subgroups

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
TABLE = pd.DataFrame(
    {
        "study": list("ABCD"),
        "yi": [0.1, 0.5, 0.3, 0.9],
        "vi": [0.04, 0.02, 0.06, 0.03],
        "arm": list("aabb"),
    }
)
Row = tuple[Any, ...]

SUBGROUPS: dict[str, Row] = {
    "no table": (lambda: subgroups([1, 2], "arm"), InputError, "takes a table", "DataFrame", "given list"),
    "by nothing": (lambda: subgroups(TABLE, None), InputError, "by must name a column", "None"),
    "a flag as text": (lambda: subgroups(TABLE, "arm", tau2_common="no"), OptionError, "tau2_common='no'"),
    "the way out": (
        lambda: subgroups(TABLE.assign(arm=["a", None, "b", "b"]), "arm"),
        RowError,
        "missing='drop'",
    ),
    "no study": (lambda: subgroups(TABLE.iloc[:0], "arm"), InputError, "there is no study to pool"),
    "a column that is not there": (lambda: subgroups(TABLE, "route"), ColumnError, "'route'", "it has: 'study'"),
    "a column twice": (
        lambda: subgroups(pd.concat([TABLE, TABLE[["arm"]]], axis=1), "arm"),
        ColumnError,
        "2 columns called 'arm'",
        "rename all but one",
    ),
    "one group": (lambda: subgroups(TABLE.assign(arm="a"), "arm"), InputError, "two groups", "'arm' has 1"),
    "a study without a group": (
        lambda: subgroups(TABLE.assign(arm=["a", None, "b", "b"]), "arm"),
        RowError,
        "row 1 · column arm",
        "the group is missing",
    ),
    "a study whose group is NaN": (
        lambda: subgroups(TABLE.assign(arm=[1.0, 1.0, NAN, 2.0]), "arm"),
        RowError,
        "row 2 · column arm",
        "the group is missing",
    ),
    "groups of another length": (lambda: subgroups(TABLE, ["a", "b"]), InputError, "by has 2 value(s) for 4"),
    "groups with another index": (
        lambda: subgroups(TABLE, pd.Series(list("aabb"), index=[3, 2, 1, 0])),
        InputError,
        "different indexes",
        "align them",
    ),
    "groups written alike": (
        lambda: subgroups(TABLE.assign(arm=[1, "1", 2, "2"]), "arm"),
        InputError,
        "'arm'",
        "written alike",
        "1, '1'",
    ),
    "moderators": (lambda: subgroups(TABLE, "arm", mods="~ dose"), InputError, "no mods", "use pool()"),
    "estimator": (lambda: subgroups(TABLE, "arm", tau2="X"), OptionError, "tau2='X'", "Allowed:"),
    "level in percent": (lambda: subgroups(TABLE, "arm", level=95), InputError, "level=95", "did you mean 0.95?"),
    "a negative variance": (
        lambda: subgroups(TABLE.assign(vi=[0.1, -0.1, 0.1, 0.1]), "arm"),
        RowError,
        "row 1 · column vi · study B",
        "'-0.1'",
    ),
    "one τ² for groups of one study": (
        lambda: subgroups(TABLE, "study", tau2_common=True),
        InputError,
        "4 coefficients",
        "at least 5 studies",
    ),
}

BATCHES: dict[str, Row] = {
    "text": (lambda: pool_many([[1, 2, "a"]], [[1, 1, 1]]), InputError, "y[0, 2]", "'a'"),
    "text in the design": (lambda: pool_many([[1, 2, 3]], [[1, 1, 1]], [["a"]] * 3), InputError, "x[0, 0]", "'a'"),
    "numbers as text": (lambda: pool_many([["1", "2"]], [[1, 1]]), InputError, "y[0, 0]", "'1'"),
    "truth values": (lambda: pool_many(np.array([[True, False]]), [[1, 1]]), InputError, "y[0, 0]", "True"),
    "None": (lambda: pool_many([[None, 2]], [[1, 1]]), InputError, "y[0, 0]", "None"),
    "nothing": (lambda: pool_many(None, None), InputError, "y must be an array of numbers"),
    "ragged rows": (lambda: pool_many([[1, 2], [1, 2, 3]], [[1, 2], [1, 2, 3]]), InputError, "rows of y differ"),
    "10**400": (lambda: pool_many([[1, 10**400]], [[1, 1]]), InputError, "y[0, 1]", "too large"),
    "effects of 1e200": (lambda: pool_many([[1, 2], [1, 1e200]], [[1, 1]] * 2), InputError, "y[1, 1] = 1e+200"),
    "variances of 1e-305": (lambda: pool_many([[1, 1, 2]], [[1e-305, 1, 1]]), InputError, "v[0, 0] = 1e-305"),
    "effects of 1e-165": (lambda: pool_many([[1e-165, 2e-165]], [[1, 1]]), InputError, "y[0, 1]", "too little"),
    "shapes differ": (
        lambda: pool_many(np.ones((2, 3)), np.ones((2, 4))),
        InputError,
        "one shape",
        "(2, 3) and (2, 4)",
    ),
    "no fit": (lambda: pool_many(np.ones((0, 3)), np.ones((0, 3))), InputError, "(B, k)", "(0, 3)"),
    "no study": (lambda: pool_many(np.ones((2, 0)), np.ones((2, 0))), InputError, "(B, k)", "(2, 0)"),
    "one study": (lambda: pool_many([[1.0]], [[1.0]]), InputError, "needs more than 1"),
    "every study absent": (lambda: pool_many([[1.0, 2.0]], [[INF, INF]]), InputError, "needs more than 1"),
    "a missing effect": (lambda: pool_many([[1, NAN, 3]], [[1, 1, 1]]), InputError, "must be finite"),
    "an infinite effect": (lambda: pool_many([[1, INF, 3]], [[1, 1, 1]]), InputError, "must be finite"),
    "a negative variance": (lambda: pool_many([[1, 2, 3]], [[1, -1, 1]]), InputError, "must be positive"),
    "a variance of 0": (lambda: pool_many([[1, 2, 3]], [[1, 0, 1]]), InputError, "must be positive"),
    "estimator": (lambda: pool_many([[1, 2]], [[1, 1]], tau2="XX"), OptionError, "tau2='XX'", "Allowed:"),
    "a negative τ²": (lambda: pool_many([[1, 2]], [[1, 1]], tau2=-1), InputError, "tau2=-1", "at least 0"),
    "test": (lambda: pool_many([[1, 2]], [[1, 1]], test="kr"), OptionError, "test='kr'", "'hksj'"),
    "engine": (lambda: pool_many([[1, 2]], [[1, 1]], engine="gpu"), OptionError, "engine='gpu'", "'numpy', 'numba'"),
    "level in percent": (lambda: pool_many([[1, 2]], [[1, 1]], level=95), InputError, "level=95", "0.95?"),
    "a design of another length": (
        lambda: pool_many([[1, 2, 3, 4]], [[1, 1, 1, 1]], np.ones((3, 1))),
        InputError,
        "(k, p)",
        "(1, 4)",
    ),
    "as many coefficients as studies": (
        lambda: pool_many([[1, 2]], [[1, 1]], np.array([[[1, 1], [1, 2]]])),
        InputError,
        "2 coefficient(s)",
        "more than 2",
    ),
    "a design with a gap": (
        lambda: pool_many([[1, 2, 3, 4]], [[1, 1, 1, 1]], np.array([[1, 1], [1, 2], [1, NAN], [1, 4]])),
        InputError,
        "the design must hold finite numbers",
    ),
    "a collinear design": (
        lambda: pool_many([[1, 2, 3, 4]], [[1, 1, 1, 1]], np.ones((1, 4, 2))),
        InputError,
        "columns of x",
        "follows from the others",
    ),
    "GENQ": (lambda: pool_many([[1, 2, 3]], [[1, 1, 1]], tau2="GENQ"), InputError, "tau2='GENQ'"),
}


@pytest.mark.parametrize("row", SUBGROUPS.values(), ids=SUBGROUPS)
def test_subgroups(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", BATCHES.values(), ids=BATCHES)
def test_pool_many(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


def test_groups_of_one_study_are_named() -> None:
    found = subgroups(TABLE.assign(arm=list("aaab")), "arm")
    assert "fewer than three studies: b" in " ".join(found.cautions)
    assert np.isfinite([found.q_between, found.q_pvalue]).all()


def test_studies_without_a_group_can_be_dropped() -> None:
    table = TABLE.assign(arm=["a", None, "b", "b"])
    found = subgroups(table, "arm", missing="drop", labels=list("WXYZ"))
    without = subgroups(table.iloc[[0, 2, 3]], "arm")
    assert "1 row belongs to no group and was left out: 1" in " ".join(found.cautions)
    assert (found.overall.k, found.q_between) == (3, without.q_between)
    assert list(found.groups["b"].labels) == ["Y", "Z"]


def test_groups_without_any_spread_have_no_test_and_say_so() -> None:
    found = subgroups(TABLE.assign(yi=0.3), "arm")
    assert "the standard error is 0 in a, b" in " ".join(found.cautions)
    assert "no test between groups" in repr(found)


def test_a_study_of_infinite_variance_is_absent() -> None:
    with_it = pool_many([[0.1, NAN, 0.3, 0.9]], [[0.04, INF, 0.06, 0.03]])
    without = pool_many([[0.1, 0.3, 0.9]], [[0.04, 0.06, 0.03]])
    np.testing.assert_allclose(with_it.estimate, without.estimate, rtol=1e-12)
    np.testing.assert_allclose(with_it.tau2, without.tau2, rtol=1e-9)
