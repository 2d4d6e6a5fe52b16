"""Bad input to `pool` and to what takes a fit of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import ColumnError, InputError, NotPooledError, OptionError, RowError
from evidence.pool import bootstrap_prediction, equal_tau2_tests, henmi_copas, heterogeneity_tests, pool

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
YI, VI = [0.1, 0.5, 0.3, 0.9], [0.04, 0.02, 0.06, 0.03]
TABLE = pd.DataFrame({"study": list("ABCD"), "yi": YI, "vi": VI, "dose": [1.0, 2.0, 3.0, 5.0], "arm": list("aabb")})
FIT, SINGLE = pool(TABLE), pool([0.3], [0.1])
PAIR, REGRESSION = pool(YI[:2], VI[:2]), pool(TABLE, mods="~ dose")
Row = tuple[Any, ...]

EFFECTS_AND_VARIANCES: dict[str, Row] = {
    "no study": (lambda: pool([], []), InputError, "there is no study to pool"),
    "an empty table": (lambda: pool(TABLE.iloc[:0]), InputError, "there is no study to pool"),
    "every row incomplete": (
        lambda: pool([NAN, NAN], [0.1, 0.1], missing="drop"),
        InputError,
        "every row lacks a value",
    ),
    "an effect is missing": (
        lambda: pool([0.1, NAN], [0.1, 0.1]),
        RowError,
        "row 1: yi missing",
        "missing='drop'",
    ),
    "an effect is None": (lambda: pool([0.1, None], [0.1, 0.1]), RowError, "row 1: yi missing", "missing='drop'"),
    "an effect is NA": (
        lambda: pool(pd.Series([1, pd.NA], dtype="Int64"), [0.1, 0.1]),
        RowError,
        "row 1: yi missing",
        "missing='drop'",
    ),
    "a variance is missing": (lambda: pool([0.1, 0.2], [0.1, NAN]), RowError, "row 1: vi missing", "missing='drop'"),
    "an infinite effect": (lambda: pool([0.1, INF], [0.1, 0.1]), RowError, "row 1 · column yi", "'inf'", "Correct"),
    "an infinite variance": (lambda: pool([0.1, 0.2], [0.1, INF]), RowError, "row 1 · column vi", "'inf'", "Correct"),
    "a number as text": (lambda: pool([0.1, "0.3"], [0.1, 0.1]), RowError, "row 1 · column yi", "'0.3'", "Correct"),
    "a complex number": (lambda: pool([0.1, 1j], [0.1, 0.1]), RowError, "row 1 · column yi", "'1j'", "Correct"),
    "a date": (
        lambda: pool(pd.to_datetime(["2020", "2021"]), [0.1, 0.1]),
        RowError,
        "row 0 · column yi",
        "2020-01-01",
    ),
    "truth values": (lambda: pool([True, 0.2], [0.1, 0.1]), RowError, "row 0 · column yi", "'True'"),
    "an array of truth values": (
        lambda: pool(np.array([True, False]), [0.1, 0.1]),
        RowError,
        "row 0 · column yi",
        "'True'",
    ),
    "a negative variance": (
        lambda: pool([0.1, 0.2], [0.1, -0.1]),
        RowError,
        "row 1 · column vi",
        "must be positive",
        "'-0.1'",
    ),
    "a variance of 0": (lambda: pool([0.1, 0.2], [0.1, 0]), RowError, "row 1 · column vi", "must be positive", "'0'"),
    "a negative standard error": (
        lambda: pool([0.1, 0.2], sei=[0.1, -0.1]),
        RowError,
        "row 1 · column sei",
        "must be positive",
        "'-0.1'",
    ),
    "a study by its name": (
        lambda: pool(TABLE.assign(vi=[0.1, 0.1, -2, 0.1])),
        RowError,
        "row 2 · column vi · study C",
        "'-2'",
    ),
    "all faults at once": (
        lambda: pool([0.1, INF, "x"], [0.0, 0.1, 0.1]),
        RowError,
        "3 of 3 rows",
        "row 0 · column vi",
        "row 1 · column yi",
        "row 2 · column yi",
    ),
    "effects of 1e300": (lambda: pool([1e300, 1], [1, 1]), RowError, "row 0 · column yi", "too large", "'1e+300'"),
    "variances of 1e301": (lambda: pool([1, 2], [1e301, 1]), RowError, "row 0 · column vi", "too large", "'1e+301'"),
    "variances of 1e-310": (lambda: pool([1, 2], [1e-310, 1]), RowError, "row 0 · column vi", "too small", "'1e-310'"),
    "effects of 1e150 standard errors": (
        lambda: pool([1, 2, 3], [1e-300] * 3),
        RowError,
        "row 0 · column yi",
        "beside the smallest sampling variance (row 0)",
    ),
    "lengths differ": (
        lambda: pool([0.1, 0.2], [0.1]),
        InputError,
        "vi has 1 value(s) for 2 effect(s)",
        "one for each",
    ),
    "indexes differ": (
        lambda: pool(pd.Series(YI, index=list("abcd")), pd.Series(VI, index=list("abdc"))),
        InputError,
        "yi and vi have different indexes",
        "align them",
    ),
    "two dimensions": (lambda: pool(np.ones((2, 2)), np.ones((2, 2))), InputError, "yi must have one dimension", "2"),
    "a scalar": (lambda: pool(0.3, 0.1), InputError, "yi must be a sequence", "one per study", "0.3"),
    "a dictionary": (lambda: pool({"a": 1}, [0.1]), InputError, "yi is a dict", "give a list, an array or a Series"),
    "a set": (lambda: pool({1, 2}, [0.1, 0.1]), InputError, "yi is a set", "give a list, an array or a Series"),
    "no variances": (lambda: pool(YI), InputError, "(vi) or the standard errors (sei)", "give"),
    "variances and standard errors": (lambda: pool(YI, VI, sei=VI), InputError, "one of the two"),
    "a name without a table": (lambda: pool("yi", "vi"), InputError, "yi='yi'", "data="),
    "a column that is not there": (
        lambda: pool("effect", "vi", data=TABLE),
        ColumnError,
        "'effect'",
        "it has: 'study'",
    ),
    "a column twice": (
        lambda: pool(pd.concat([TABLE, TABLE[["yi"]]], axis=1)),
        ColumnError,
        "2 columns called 'yi'",
        "rename all but one",
    ),
    "labels of another length": (lambda: pool(YI, VI, labels=["A"]), InputError, "labels has 1 value(s) for 4"),
    "labels that are not there": (lambda: pool(TABLE, labels="name"), ColumnError, "'name'", "it has: 'study'"),
}

KINDS: dict[str, Row] = {
    "text": (lambda: pool([0.1, "0.3"], [0.1, 0.1]), RowError, "row 1", "text, not a number"),
    "bytes": (lambda: pool([0.1, b"3"], [0.1, 0.1]), RowError, "row 1", "text, not a number"),
    "a truth value": (lambda: pool([0.1, 0.3], [True, 0.1]), RowError, "row 0 · column vi", "a truth value"),
    "a complex number": (lambda: pool([0.1, 1j], [0.1, 0.1]), RowError, "1 of 2 rows", "a complex number"),
    "a date": (lambda: pool([0.1, pd.Timestamp("2020")], [0.1, 0.1]), RowError, "row 1", "a date or a time"),
    "text among moderators": (
        lambda: pool(YI, VI, mods=[1, 2, "3", 4]),
        RowError,
        "row 2 · column x1",
        "text, not a number",
    ),
    "ragged moderators": (lambda: pool(YI, VI, mods=[1, 2, [3], 4]), InputError, "mods must have one row per study"),
    "10**400": (lambda: pool([0.1, 10**400], [1, 1]), RowError, "row 1", "too large a number", "401 digits"),
    "a variance of 10**400": (lambda: pool([1, 2], [1, 10**400]), RowError, "row 1 · column vi", "401 digits"),
    "a moderator of 10**400": (lambda: pool(YI, VI, mods=[1, 2, 3, 10**400]), RowError, "row 3 · column x1"),
    "10**400 in a formula": (
        lambda: pool(TABLE.assign(dose=pd.Series([1, 2, 3, 10**400], dtype=object)), mods="~ dose"),
        RowError,
        "row 3 · column dose",
    ),
    "effects of 1e-165": (
        lambda: pool([1e-165, 2e-165, 1e-165], [1] * 3),
        RowError,
        "row 1 · column yi",
        "differs too little from row 0",
    ),
    "effects of 1e-300": (
        lambda: pool([1e-300, 2e-300, 1e-300], [1e-300] * 3),
        InputError,
        "too small to square",
        "in another unit",
    ),
    "variances of 1 beside 1e250": (lambda: pool([1, 2], [1, 1e250]), RowError, "row 1", "beside the smallest (row 0)"),
}

OPTIONS: dict[str, Row] = {
    "intercept as text": (
        lambda: pool(TABLE, mods="~ dose", intercept="no"),
        OptionError,
        "intercept='no'",
        "Allowed:",
    ),
    "level 2": (lambda: pool(YI, VI, level=2), InputError, "level=2", "such as 0.95"),
    "measure 5": (lambda: pool(YI, VI, measure=5), InputError, "measure=5", "such as 'RR'"),
    "τ² of 10**400": (lambda: pool(YI, VI, tau2=10**400), InputError, "tau2=1000", "finite"),
    "estimator": (lambda: pool(YI, VI, tau2="REM"), OptionError, "tau2='REM'", "did you mean 'REML'?", "Allowed:"),
    "estimator None": (lambda: pool(YI, VI, tau2=None), OptionError, "tau2=None", "Allowed:"),
    "estimator True": (lambda: pool(YI, VI, tau2=True), OptionError, "tau2=True", "Allowed:"),
    "a negative τ²": (lambda: pool(YI, VI, tau2=-1), InputError, "tau2=-1", "at least 0"),
    "τ² NaN": (lambda: pool(YI, VI, tau2=NAN), InputError, "tau2=nan", "finite"),
    "τ² infinite": (lambda: pool(YI, VI, tau2=INF), InputError, "tau2=inf", "finite"),
    "test": (lambda: pool(YI, VI, test="knapp"), OptionError, "test='knapp'", "'hksj'"),
    "Kenward–Roger without REML": (lambda: pool(YI, VI, tau2="EE", test="kr"), InputError, "test='kr'", "tau2='REML'"),
    "Kenward–Roger with moderators": (
        lambda: pool(TABLE, mods="~ dose", test="kr"),
        InputError,
        "test='kr'",
        "moderators",
    ),
    "level in percent": (lambda: pool(YI, VI, level=95), InputError, "level=95", "did you mean 0.95?"),
    "level 0": (lambda: pool(YI, VI, level=0), InputError, "level=0", "such as 0.95"),
    "level 1": (lambda: pool(YI, VI, level=1), InputError, "level=1", "such as 0.95"),
    "level NaN": (lambda: pool(YI, VI, level=NAN), InputError, "level=nan", "such as 0.95"),
    "level as text": (lambda: pool(YI, VI, level="95%"), InputError, "level='95%'", "such as 0.95"),
    "level True": (lambda: pool(YI, VI, level=True), InputError, "level=True", "such as 0.95"),
    "two levels": (lambda: pool(YI, VI, level=[0.9, 0.95]), InputError, "level=[0.9, 0.95]"),
    "prediction": (lambda: pool(YI, VI, prediction="k"), OptionError, "prediction='k'", "'k-p'"),
    "missing": (lambda: pool(YI, VI, missing="omit"), OptionError, "missing='omit'", "'raise', 'drop'"),
    "interval of τ²": (lambda: pool(YI, VI, tau2_ci_method="Q"), OptionError, "tau2_ci_method='Q'", "'QP'"),
    "profile likelihood of DL": (
        lambda: pool(YI, VI, tau2="DL", tau2_ci_method="PL"),
        InputError,
        "'ML' or 'REML'",
        "'DL'",
    ),
    "neither intercept nor moderators": (lambda: pool(YI, VI, intercept=False), InputError, "nothing to estimate"),
    "GENQ without weights": (lambda: pool(YI, VI, tau2="GENQ"), InputError, "tau2='GENQ'", "give weights="),
    "a negative weight": (
        lambda: pool(YI, VI, weights=[1, -1, 1, 1]),
        RowError,
        "row 1 · column weights",
        "must be positive",
        "'-1'",
    ),
    "weights of another length": (lambda: pool(YI, VI, weights=[1, 1]), InputError, "weights has 2 value(s) for 4"),
    "an unknown kind of weights": (lambda: pool(YI, VI, weights="inverse"), InputError, "weights='inverse'", "data="),
}

MODERATORS: dict[str, Row] = {
    "a factor of one level": (
        lambda: pool(TABLE.assign(lot="x"), mods="~ C(lot)"),
        InputError,
        "'C(lot)' has one level, 'x'",
        "leave it out",
    ),
    "a column of one text": (
        lambda: pool(TABLE.assign(lot="x"), mods="~ dose + lot"),
        InputError,
        "'lot' has one level, 'x'",
        "leave it out",
    ),
    "far from 0": (lambda: pool(YI, VI, mods=[1e12, 1e12 + 1, 1e12 + 2, 1e12 + 5]), InputError, "subtract their mean"),
    "collinear": (
        lambda: pool(TABLE, mods=np.c_[TABLE["dose"], 2 * TABLE["dose"]]),
        InputError,
        "collinear",
        "'x2'",
        "leave it out",
    ),
    "collinear in a formula": (
        lambda: pool(TABLE.assign(mg=1000 * TABLE["dose"]), mods="~ dose + mg"),
        InputError,
        "collinear",
        "'mg'",
        "leave it out",
    ),
    "constant": (lambda: pool(TABLE, mods=[1, 1, 1, 1]), InputError, "'x1'", "the same in all 4", "leave them out"),
    "as many as studies": (lambda: pool(TABLE, mods=np.eye(4)), InputError, "5 coefficients", "at least 6 studies"),
    "two studies": (lambda: pool(TABLE.iloc[:2], mods="~ dose"), InputError, "2 coefficients", "at least 3 studies"),
    "one study": (lambda: pool(TABLE.iloc[:1], mods="~ dose"), InputError, "2 coefficients", "at least 3 studies"),
    "missing": (
        lambda: pool(TABLE.assign(dose=[1, 2, NAN, 3]), mods="~ dose"),
        RowError,
        "row 2 · study C: dose missing",
        "missing='drop'",
    ),
    "infinite": (
        lambda: pool(TABLE.assign(dose=[1, 2, INF, 3]), mods="~ dose"),
        RowError,
        "row 2 · column dose · study C",
        "'inf'",
        "leave them out",
    ),
    "text": (lambda: pool(TABLE, mods=TABLE[["arm"]]), RowError, "row 0 · column arm", "'a'", "mods='~ C(allocation)'"),
    "of another length": (lambda: pool(TABLE, mods=[1, 2]), InputError, "mods has 2 value(s) for 4"),
    "a column twice": (
        lambda: pool(pd.concat([TABLE, TABLE[["dose"]]], axis=1), mods="~ dose"),
        ColumnError,
        "'dose'",
        "rename all but one",
    ),
    "of 1e200": (lambda: pool(TABLE, mods=[1e200, 2e200, 1e200, 5e200]), InputError, "x1", "in another unit"),
    "of 1e-200": (lambda: pool(TABLE, mods=[1e-200, 2e-200, 1e-200, 5e-200]), InputError, "x1", "in another unit"),
    "a formula without a table": (lambda: pool(YI, VI, mods="~ dose"), InputError, "mods='~ dose'", "data="),
    "a formula that is none": (lambda: pool(TABLE, mods="~ dose +"), InputError, "'~ dose +'", "write one such as"),
    "a formula with a left side": (
        lambda: pool(TABLE, mods="yi ~ dose"),
        InputError,
        "'yi ~ dose'",
        "write one such as",
    ),
    "a column that is not there": (lambda: pool(TABLE, mods="~ mg"), ColumnError, "'mg'", "the table has: 'study'"),
}

AFTERWARDS: dict[str, Row] = {
    "predict beyond text": (lambda: FIT.predict(threshold="a"), InputError, "threshold='a'", "finite"),
    "predict at text": (lambda: REGRESSION.predict({"dose": ["high"]}), InputError, "dose", "the text 'high'"),
    "predict at text, no formula": (
        lambda: pool(YI, VI, mods=TABLE[["dose"]]).predict([1, "high"]),
        InputError,
        "dose",
        "the text 'high'",
    ),
    "predict at ragged values": (
        lambda: REGRESSION.predict({"dose": [1, 2], "mg": [1]}),
        InputError,
        "as many values for each moderator",
    ),
    "Henmi and Copas of nothing": (lambda: henmi_copas(None), InputError, "takes a fit, such as pool(yi, vi)"),
    "heterogeneity tests of a table": (lambda: heterogeneity_tests(TABLE), InputError, "pool(yi, vi)", "DataFrame"),
    "equal τ² of a list": (lambda: equal_tau2_tests([1, 2]), InputError, "pool(yi, vi)", "list"),
    "bootstrap of nothing": (lambda: bootstrap_prediction(None, seed=1), InputError, "pool(yi, vi)", "NoneType"),
    "the estimate of a regression": (lambda: REGRESSION.estimate, NotPooledError, "dose", ".predict(new)"),
    "its interval": (lambda: REGRESSION.ci, NotPooledError, "dose", ".coefficients"),
    "predict without the moderator": (lambda: REGRESSION.predict({"mg": [1]}), ColumnError, "'dose'", "has: 'mg'"),
    "predict from moderators of a mean": (
        lambda: FIT.predict({"dose": [1]}),
        InputError,
        "no moderators",
        "leave them out",
    ),
    "predict beyond NaN": (lambda: FIT.predict(threshold=NAN), InputError, "threshold=nan", "finite"),
    "predict at a missing value": (lambda: REGRESSION.predict({"dose": [NAN]}), InputError, "missing in: dose"),
    "predict at a level in percent": (
        lambda: REGRESSION.predict({"dose": [1]}, level=95),
        InputError,
        "level=95",
        "did you mean 0.95?",
    ),
    "an unknown interval of τ²": (lambda: FIT.confint("Q"), OptionError, "'Q'", "'QP'"),
    "an interval at a level in percent": (lambda: FIT.confint(level=95), InputError, "level=95", "0.95?"),
    "an interval of τ² of one study": (lambda: SINGLE.confint(), InputError, "two studies"),
    "an interval of τ² without τ²": (lambda: pool(YI, VI, tau2="EE").confint("QP"), InputError, "an estimated τ²"),
    "Henmi and Copas, moderators": (lambda: henmi_copas(REGRESSION), InputError, "moderators"),
    "Henmi and Copas, one study": (lambda: henmi_copas(SINGLE), InputError, "at least two studies"),
    "Henmi and Copas, level in percent": (lambda: henmi_copas(FIT, level=95), InputError, "level=95", "0.95?"),
    "bootstrap, moderators": (lambda: bootstrap_prediction(REGRESSION, seed=1), InputError, "moderators"),
    "bootstrap, two studies": (lambda: bootstrap_prediction(PAIR, seed=1), InputError, "at least 3", "are 2"),
    "bootstrap, no draws": (lambda: bootstrap_prediction(FIT, seed=1, draws=0), InputError, "draws=0", "at least 1000"),
    "bootstrap, half a draw": (lambda: bootstrap_prediction(FIT, seed=1, draws=1000.5), InputError, "draws=1000.5"),
    "bootstrap, a name as seed": (lambda: bootstrap_prediction(FIT, seed="a"), InputError, "seed='a'", "at least 0"),
    "bootstrap, a negative seed": (lambda: bootstrap_prediction(FIT, seed=-1), InputError, "seed=-1", "at least 0"),
    "heterogeneity tests of one study": (lambda: heterogeneity_tests(SINGLE), InputError, "at least two studies"),
    "equal τ² of two studies": (lambda: equal_tau2_tests(PAIR), InputError, "at least 3 studies", "are 2"),
}

CAUTIONED: dict[str, Row] = {
    "an unknown measure": (lambda: pool(TABLE, measure="XX"), "'XX' is not a known measure"),
    "a measure in small letters": (lambda: pool(TABLE, measure="rr"), "nothing is transformed back", "mean 'RR'?"),
    "equal variances of 1e250": (lambda: pool([1, 2], [1e250, 1e250]), "Two studies"),
    "one study": (lambda: SINGLE, "One study is not a synthesis", "no degrees of freedom"),
    "two studies": (lambda: PAIR, "Two studies say next to nothing"),
    "equal effects, normal test": (lambda: pool([0.3] * 5, [0.1] * 5, test="z"), "more alike than sampling error"),
    "variances of 1e-20 and 1e20": (lambda: pool([1, 2, 3], [1e-20, 1, 1e20]), "ten million times", "check both"),
    "variances of 1e300": (lambda: pool([1, 2], [1e300, 1e300]), "Two studies", "test='adhoc'"),
    "rows left out": (lambda: pool([0.1, NAN, 0.3, 0.2], [0.1] * 4, missing="drop"), "1 row left out"),
    "Henmi and Copas of two studies": (lambda: henmi_copas(PAIR), "Two studies"),
}

EXTREMES: dict[str, tuple[float, float]] = {
    "effects of 1e-150": (1e-150, 1e-300),
    "effects of 1e149": (1e149, 1e298),
    "effects of 1e-40": (1e-40, 1e-80),
}


@pytest.mark.parametrize("row", EFFECTS_AND_VARIANCES.values(), ids=EFFECTS_AND_VARIANCES)
def test_effects_and_variances(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", KINDS.values(), ids=KINDS)
def test_kinds_of_values(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", OPTIONS.values(), ids=OPTIONS)
def test_options(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", MODERATORS.values(), ids=MODERATORS)
def test_moderators(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", AFTERWARDS.values(), ids=AFTERWARDS)
def test_what_takes_a_fit(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", CAUTIONED.values(), ids=CAUTIONED)
def test_right_but_to_be_read_with_care(row: Row, cautioned: Callable[..., None]) -> None:
    cautioned(*row)


@pytest.mark.parametrize(("unit", "square"), EXTREMES.values(), ids=EXTREMES)
def test_other_units_change_nothing_else(unit: float, square: float) -> None:
    far = pool(np.array(YI) * unit, np.array(VI) * square)
    assert far.estimate / unit == pytest.approx(FIT.estimate, rel=1e-9)
    assert far.tau2 / square == pytest.approx(FIT.tau2, rel=1e-7)
    assert far.pvalue == pytest.approx(FIT.pvalue, rel=1e-7)


def test_equal_effects_have_an_estimate_and_the_reason_why_no_interval() -> None:
    fit = pool([0.3] * 5, [0.1] * 5)
    assert (fit.estimate, fit.tau2) == (pytest.approx(0.3), 0.0)
    assert "test='adhoc'" in " ".join(fit.cautions)
    assert pool([0.3] * 5, [0.1] * 5, test="adhoc").ci_low < 0.3
