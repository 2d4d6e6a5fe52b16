"""Bad input to `effect_sizes`, measure by measure, and to the functions around it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.effects import (
    back_transform,
    delta_method,
    effect_scale,
    effect_sizes,
    harmonic_mean_n,
    hedges_j,
    is_ratio,
    measure_label,
    proportion_interval,
    transform_effects,
)
from evidence.errors import ColumnError, InputError, OptionError, RowError

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
MEANS = {"mean1": 10.0, "sd1": 2.0, "n1": 20, "mean2": 9.0, "sd2": 3.0, "n2": 22}
COUNTS = {"events1": 5, "n1": 20, "events2": 8, "n2": 22}
RATES = {"events1": 5, "time1": 100.0, "events2": 8, "time2": 120.0}
PAIRS = {"mean1": 10.0, "sd1": 2.0, "mean2": 9.0, "sd2": 3.0, "n": 20, "r": 0.4}
MATCHED = {"pairs_both": 5, "pairs_only1": 4, "pairs_only2": 6, "pairs_neither": 7}
CHANGES = {
    "mean_post1": 10.0,
    "mean_pre1": 8.0,
    "sd_post1": 2.0,
    "sd_pre1": 2.0,
    "n1": 20,
    "r1": 0.5,
    "mean_post2": 9.0,
    "mean_pre2": 8.0,
    "sd_post2": 2.0,
    "sd_pre2": 2.0,
    "n2": 22,
    "r2": 0.5,
}
FAMILIES: dict[str, tuple[str, dict[str, float]]] = {
    "two groups, means": ("MD SMD SMDH SMD1H ROM D2OR D2ORN D2ORL CVR CLESN AUCN RPB ZPB RBIS ZBIS", MEANS),
    "two groups, spread of one": ("SMD1", {"mean1": 10.0, "n1": 20, "mean2": 9.0, "sd2": 3.0, "n2": 22}),
    "two groups, spread": ("VR", {"sd1": 2.0, "n1": 20, "sd2": 3.0, "n2": 22}),
    "two groups, superiority": ("CLES AUC", {"auc": 0.7, "n1": 20, "n2": 22}),
    "two groups, counts": ("RR OR RD AS PETO PHI ZPHI YUQ YUY RTET ZTET PBIT OR2D OR2DN OR2DL", COUNTS),
    "two groups, person-time": ("IRR IRD IRSD", RATES),
    "one group, counts": ("PR PLN PLO PRZ PAS PFT", {"events": 5, "n": 20}),
    "one group, person-time": ("IR IRLN IRS IRFT", {"events": 5, "time": 50.0}),
    "one group, means": ("MN MNLN SMN CVLN", {"mean": 10.0, "sd": 2.0, "n": 20}),
    "one group, spread": ("SDLN", {"sd": 2.0, "n": 20}),
    "pairs, means": ("MC SMCC SMCRH SMCRP SMCRPH ROMC CVRC CLESCN AUCCN", PAIRS),
    "pairs, one spread": ("SMCR", {"mean1": 10.0, "sd1": 2.0, "mean2": 9.0, "n": 20, "r": 0.4}),
    "pairs, spread": ("VRC", {"sd1": 2.0, "sd2": 3.0, "n": 20, "r": 0.4}),
    "pairs, counts": ("MPRR MPOR MPRD MPORC MPPETO", MATCHED),
    "pairs, margins": ("MPORM", {**COUNTS, "n2": 20, "r": 0.2}),
    "before and after": ("PPCM", CHANGES),
    "before and after, one spread": (
        "PPCR PPCP",
        {name: value for name, value in CHANGES.items() if not name.startswith("sd_post")},
    ),
    "correlations": ("COR UCOR ZCOR", {"r": 0.4, "n": 20}),
    "regressions": ("R2 ZR2", {"r2": 0.3, "n": 40, "m": 5}),
    "reliability": ("ARAW AHW ABT", {"alpha": 0.8, "m": 5, "n": 20}),
    "genotypes": ("REH", {"homozygous1": 10, "heterozygous": 20, "homozygous2": 12}),
}
MEASURES = [(measure, values) for names, values in FAMILIES.values() for measure in names.split()]
# No column of any measure may hold these.
NEVER: dict[str, tuple[Any, str]] = {
    "missing": (NAN, "a value is missing"),
    "None": (None, "a value is missing"),
    "infinite": (INF, "'inf'"),
    "minus infinity": (-INF, "'-inf'"),
    "text": ("two", "'two'"),
    "a number as text": ("3", "'3'"),
    "a truth value": (True, "'True'"),
    "a complex number": (1j, "'1j'"),
    "a date": (pd.Timestamp("2020-01-01"), "2020-01-01"),
}
NOT_NEGATIVE = ("n", "n1", "n2", "sd", "sd1", "sd2", "events", "events1", "events2", "time", "time1", "time2", "m")
NOT_ZERO = ("n", "n1", "n2", "sd", "sd1", "sd2", "time", "time1", "time2", "m")
EXTREMES = [1e308, 1e300, 1e200, 1e155, 1e100, 1e-100, 1e-200, 1e-300, 5e-324, -1e200]


def with_value(values: dict[str, float], column: str, value: Any) -> pd.DataFrame:
    """Return three studies, the second of which has this value in this column."""
    table = pd.DataFrame([values] * 3, index=["x", "y", "z"]).astype(object)
    table.loc["y", column] = value
    return table


def second_study(table: pd.DataFrame, measure: str) -> tuple[float, float, str, set[str]]:
    """Return effect, variance and note of the second study, or which rows were refused."""
    try:
        row = effect_sizes(table, measure).loc["y"]
    except RowError as error:
        return np.nan, np.nan, str(error), {problem.row for problem in error.problems}
    return row["yi"], row["vi"], row["effect_note"], set()


@pytest.mark.parametrize(("measure", "values"), MEASURES, ids=[measure for measure, _ in MEASURES])
def test_what_no_column_may_hold(measure: str, values: dict[str, float], refused: Callable[..., None]) -> None:
    for column in values:
        for value, shown in NEVER.values():
            refused(
                lambda column=column, value=value: effect_sizes(with_value(values, column, value), measure),
                RowError,
                f"row y · column {column}",
                shown,
            )


@pytest.mark.parametrize(("measure", "values"), MEASURES, ids=[measure for measure, _ in MEASURES])
def test_sizes_spreads_and_counts_are_not_negative(
    measure: str, values: dict[str, float], refused: Callable[..., None]
) -> None:
    for column in set(values) & set(NOT_NEGATIVE):
        refused(lambda column=column: effect_sizes(with_value(values, column, -1), measure), RowError, "row y", "'-1'")
    for column in set(values) & set(NOT_ZERO):
        refused(lambda column=column: effect_sizes(with_value(values, column, 0), measure), RowError, "row y", "'0'")


@pytest.mark.parametrize(("measure", "values"), MEASURES, ids=[measure for measure, _ in MEASURES])
def test_the_largest_and_smallest_numbers_give_a_number_or_the_reason_why_not(
    measure: str, values: dict[str, float]
) -> None:
    for column in values:
        for value in EXTREMES:
            yi, vi, note, faults = second_study(with_value(values, column, value), measure)
            assert faults <= {"y"}
            assert np.isfinite([yi, vi]).all() or note
            assert not vi <= 0 or "cannot be weighted" in note


TABLE = pd.DataFrame([COUNTS] * 3)
GROUPS = pd.DataFrame([MEANS] * 2)
Row = tuple[Any, ...]

TABLES_AND_OPTIONS: dict[str, Row] = {
    "measure": (lambda: effect_sizes(TABLE, "ORR"), OptionError, "measure='ORR'", "did you mean"),
    "measure in small letters": (lambda: effect_sizes(TABLE, "or"), OptionError, "measure='or'", "did you mean 'OR'?"),
    "measure to turn back": (lambda: back_transform(0.5, "irln"), OptionError, "did you mean 'IRLN'?"),
    "append": (lambda: effect_sizes(TABLE, "OR", append="no"), OptionError, "append='no'", "True"),
    "correct": (lambda: effect_sizes(GROUPS, "SMD", correct=1), OptionError, "correct=1", "True"),
    "a correlation that is not used": (
        lambda: effect_sizes(TABLE, "OR", correlation=0.5),
        InputError,
        "correlation=0.5",
        "OR takes none",
        "leave it out",
    ),
    "an addition that drowns the counts": (
        lambda: effect_sizes(TABLE, "OR", add=1e300, to="all"),
        InputError,
        "add is above 1e+10",
        "0.5 is usual",
    ),
    "an addition beyond floats": (lambda: effect_sizes(TABLE, "OR", add=10**400), InputError, "add is above"),
    "an integer beyond floats": (
        lambda: effect_sizes(with_value(COUNTS, "n1", 10**400), "OR"),
        RowError,
        "row y · column n1",
        "not a finite number",
    ),
    "a signalling NaN": (
        lambda: effect_sizes(with_value(COUNTS, "n1", Decimal("sNaN")), "OR"),
        RowError,
        "row y · column n1",
        "not a number",
    ),
    "None to turn back": (lambda: back_transform(None, "OR"), InputError, "y is None", "NaN stands for a missing one"),
    "a huge integer to turn back": (lambda: back_transform(10**400, "OR"), InputError, "y has a whole number beyond"),
    "no sizes to average": (lambda: harmonic_mean_n(None), InputError, "n is None"),
    "text as degrees of freedom": (lambda: hedges_j("a"), InputError, "dof must be a number"),
    "None as degrees of freedom": (lambda: hedges_j(None), InputError, "dof is None"),
    "people beyond counting": (lambda: proportion_interval(1e300, 1e301), InputError, "n must be 1e+15 or fewer"),
    "counts below counting": (lambda: proportion_interval(5e-324, 1), InputError, "0, or 1e-09 or more"),
    "a level next to 1": (lambda: proportion_interval(1, 5, level=1 - 1e-16), InputError, "cannot be told from 1"),
    "variances beyond floats": (
        lambda: delta_method(lambda a: a**2, [1e100], [1e200]),
        InputError,
        "too large to compute with",
    ),
    "names that are a number": (
        lambda: delta_method(lambda a: a, [1.0], [0.1], names=3),
        InputError,
        "names must be 1",
    ),
    "no measure": (lambda: effect_sizes(TABLE, None), OptionError, "measure=None", "Allowed:"),
    "a list": (lambda: effect_sizes([1, 2], "OR"), InputError, "must be a pandas DataFrame", "list"),
    "a dictionary": (lambda: effect_sizes(dict(TABLE), "OR"), InputError, "must be a pandas DataFrame", "dict"),
    "nothing": (lambda: effect_sizes(None, "OR"), InputError, "must be a pandas DataFrame", "NoneType"),
    "no columns": (lambda: effect_sizes(pd.DataFrame(index=[0]), "OR"), ColumnError, "OR needs events1", "none"),
    "a column twice": (
        lambda: effect_sizes(pd.concat([TABLE, TABLE[["n1"]]], axis=1), "OR"),
        ColumnError,
        "2 columns are called 'n1'",
        "rename all but one",
    ),
    "more events than people": (
        lambda: effect_sizes(with_value(COUNTS, "events1", 21), "OR"),
        RowError,
        "row y · column events1",
        "more events than people",
        "'21'",
        "20 or fewer",
    ),
    "a correlation beyond 1": (
        lambda: effect_sizes(with_value(PAIRS, "r", 1.2), "MC"),
        RowError,
        "row y · column r",
        "'1.2'",
    ),
    "a role that is not of the measure": (
        lambda: effect_sizes(TABLE, "OR", event1="events1"),
        ColumnError,
        "'event1'",
        "did you mean 'events1'?",
    ),
    "a mapped column that is not there": (
        lambda: effect_sizes(TABLE, "OR", events1="deaths"),
        ColumnError,
        "events1='deaths'",
        "Its columns: 'events1'",
    ),
    "an array of another length": (
        lambda: effect_sizes(TABLE, "OR", events1=[1, 2]),
        ColumnError,
        "events1: 2 values for a table of 3 rows",
    ),
    "a Series of another index": (
        lambda: effect_sizes(TABLE, "OR", events1=pd.Series([1, 2, 3], index=[2, 1, 0])),
        ColumnError,
        "events1",
        "another index",
        "reindex it",
    ),
    "a set": (lambda: effect_sizes(TABLE, "OR", events1={1, 2, 3}), ColumnError, "events1 is a set", "give a list"),
    "two dimensions": (
        lambda: effect_sizes(TABLE, "OR", events1=np.ones((3, 2))),
        RowError,
        "row 0 · column events1",
        "ndarray, not a number",
    ),
    "a negative correction": (lambda: effect_sizes(TABLE, "OR", add=-1), InputError, "add=-1", "0 or more"),
    "a correction NaN": (lambda: effect_sizes(TABLE, "OR", add=NAN), InputError, "add=nan", "finite"),
    "a correction by name": (lambda: effect_sizes(TABLE, "OR", add="half"), InputError, "add='half'", "'TACC'"),
    "policy": (lambda: effect_sizes(TABLE, "OR", to="zeros"), OptionError, "to='zeros'", "'only0'"),
    "drop00 as text": (lambda: effect_sizes(TABLE, "OR", drop00="no"), OptionError, "drop00='no'", "True"),
    "correct as text": (lambda: effect_sizes(GROUPS, "SMD", correct="no"), OptionError, "correct='no'", "True"),
    "flip as text": (lambda: effect_sizes(GROUPS, "MD", flip="no"), OptionError, "flip='no'", "True"),
    "variance": (lambda: effect_sizes(GROUPS, "SMD", vtype="X"), OptionError, "vtype='X'", "'LS'"),
    "a variance of another measure": (lambda: effect_sizes(TABLE, "OR", vtype="HO"), OptionError, "vtype='HO'"),
    "factor": (lambda: effect_sizes(GROUPS, "SMD", factor="x"), OptionError, "factor='x'", "'exact'"),
    "missing": (lambda: effect_sizes(GROUPS, "SMD", missing="drop"), OptionError, "missing='drop'", "'keep'"),
    "a supposed correlation of 2": (
        lambda: effect_sizes(pd.DataFrame([PAIRS]), "MC", correlation=2),
        InputError,
        "correlation=2",
        "between −1 and 1",
    ),
}

AROUND: dict[str, Row] = {
    "turn back an unknown measure": (lambda: back_transform(0.3, "ORR"), OptionError, "measure='ORR'", "did you mean"),
    "PFT without n": (lambda: back_transform(0.5, "PFT"), InputError, "needs n", "harmonic_mean_n"),
    "PFT of nobody": (lambda: back_transform(0.5, "PFT", n=0), InputError, "n must be", "above 0"),
    "PFT with other sizes": (lambda: back_transform([0.5, 0.6], "PFT", n=[1, 2, 3]), InputError, "n has shape (3,)"),
    "IRFT without time": (lambda: back_transform(0.5, "IRFT"), InputError, "needs time"),
    "harmonic mean of nothing": (lambda: harmonic_mean_n([]), InputError, "above 0"),
    "harmonic mean with nobody": (lambda: harmonic_mean_n([0, 10]), InputError, "above 0"),
    "Hedges' factor": (lambda: hedges_j(5, factor="x"), OptionError, "factor='x'", "'exact'"),
    "scale of an unknown measure": (lambda: effect_scale("X"), OptionError, "measure='X'", "Allowed:"),
    "ratio of an unknown measure": (lambda: is_ratio("X"), OptionError, "measure='X'", "Allowed:"),
    "label of an unknown measure": (lambda: measure_label("X"), OptionError, "measure='X'", "Allowed:"),
    "interval, negative count": (lambda: proportion_interval(-1, 10), InputError, "events must be", "-1"),
    "interval, more than all": (lambda: proportion_interval(11, 10), InputError, "more events than people", "11"),
    "interval, nobody": (lambda: proportion_interval(0, 0), InputError, "n must be", "above 0", "0"),
    "interval, text": (lambda: proportion_interval("a", 10), InputError, "events must be a number"),
    "interval, truth value": (lambda: proportion_interval(True, 10), InputError, "events must be a number", "bool"),
    "interval, level in percent": (lambda: proportion_interval(1, 10, level=95), InputError, "level=95"),
    "interval, method": (lambda: proportion_interval(1, 10, method="score"), OptionError, "method='score'", "'wilson'"),
    "interval, lengths": (lambda: proportion_interval([1, 2], [10, 11, 12]), InputError, "(2,)", "(3,)"),
    "transform, negative variance": (
        lambda: transform_effects([0.1], [-0.1], np.exp),
        InputError,
        "vi must be",
        "-0.1 at position 0",
    ),
    "transform, lengths": (lambda: transform_effects([0.1, 0.2], [0.1], np.exp), InputError, "(2,)", "(1,)"),
    "transform, log of a negative effect": (
        lambda: transform_effects([-0.1], [0.1], np.log),
        InputError,
        "finite at",
        "-0.1 at position 0",
    ),
    "transform, beyond all numbers": (
        lambda: transform_effects([1e4], [0.1], np.exp),
        InputError,
        "finite at",
        "10000 at position 0",
    ),
    "transform, no array": (
        lambda: transform_effects([0.1, 0.2], [0.1, 0.1], lambda x: 1.0),
        InputError,
        "(2,)",
        "value by value",
    ),
    "turn back text": (lambda: back_transform("a", "OR"), InputError, "y must be a number"),
    "turn back a truth value": (lambda: back_transform(True, "OR"), InputError, "y must be a number", "bool"),
    "harmonic mean of text": (lambda: harmonic_mean_n(["a"]), InputError, "n must be a number"),
    "delta, no function": (lambda: delta_method(3, [1], [[1]]), InputError, "the function failed", "not callable"),
    "delta, a function that fails": (
        lambda: delta_method(lambda a: 1 / 0, [1], [[1]]),
        InputError,
        "the function failed",
        "division by zero",
    ),
    "delta, a correlation of 5": (
        lambda: delta_method(lambda a, b: a + b, [1, 2], [[1, 5], [5, 1]]),
        InputError,
        "no covariance matrix",
        "beyond ±1",
    ),
    "delta, null by name": (lambda: delta_method(lambda a: a, [1], [[1]], null="a"), InputError, "null must be"),
    "delta, shape": (lambda: delta_method(lambda a: a, [1], [[1, 2]]), InputError, "(1, 2)", "need (1, 1)"),
    "delta, asymmetric": (
        lambda: delta_method(lambda a, b: a + b, [1, 2], [[1, 2], [0, 1]]),
        InputError,
        "not symmetric",
    ),
    "delta, negative variance": (lambda: delta_method(lambda a: a, [1], [[-1]]), InputError, "negative variance"),
    "delta, NaN": (lambda: delta_method(lambda a: a, [NAN], [[1]]), InputError, "must be finite", "missing"),
    "delta, order": (lambda: delta_method(lambda a: a, [1], [[1]], order=5), InputError, "order=5", "1 or 2"),
    "delta, level in percent": (lambda: delta_method(lambda a: a, [1], [[1]], level=95), InputError, "level=95"),
    "delta, log of −1": (lambda: delta_method(np.log, [-1], [[1]]), InputError, "not finite at -1"),
    "delta, no estimates": (lambda: delta_method(lambda: 1, [], [[]]), InputError, "(0,)", "one or more"),
    "delta, names": (lambda: delta_method(lambda a: a, [1], [[1]], names=["a", "b"]), InputError, "names must be 1"),
    "delta, truth value": (lambda: delta_method(lambda a: a, [True], [[1]]), InputError, "bool is no kind of number"),
}

NOTED: dict[str, tuple[pd.DataFrame, str, str]] = {
    "no events in either group": (TABLE.assign(events1=0, events2=0), "OR", "a zero cell"),
    "a ratio of a negative mean": (GROUPS.assign(mean1=-1.0), "ROM", "not both above 0"),
    "a ratio with a mean of 0": (GROUPS.assign(mean2=0.0), "ROM", "not both above 0"),
    "a spread that is a standard error": (GROUPS.assign(mean1=1e5), "SMD", "implausibly large"),
}


@pytest.mark.parametrize("row", TABLES_AND_OPTIONS.values(), ids=TABLES_AND_OPTIONS)
def test_tables_and_options(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize("row", AROUND.values(), ids=AROUND)
def test_the_functions_around(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


@pytest.mark.parametrize(("table", "measure", "says"), NOTED.values(), ids=NOTED)
def test_every_row_says_why(table: pd.DataFrame, measure: str, says: str) -> None:
    assert effect_sizes(table, measure)["effect_note"].str.contains(says).all()


def test_a_zero_cell_without_a_correction_has_no_value_and_the_reason() -> None:
    found = effect_sizes(TABLE.assign(events1=[0, 5, 5]), "OR", to="none")
    assert found["yi"].isna().tolist() == [True, False, False]
    assert "not estimable without a correction" in found["effect_note"][0]


def test_hedges_factor_at_its_ends() -> None:
    np.testing.assert_array_equal(hedges_j([0, 1, NAN, -INF]), [NAN] * 4)
    for factor in ("exact", "approximate"):
        assert hedges_j(INF, factor=factor) == hedges_j(1e308, factor=factor) == 1.0
    # both sides of the switch to the series, whose next term is below 1e-20
    np.testing.assert_allclose(hedges_j([0.99e10, 1.01e10]), 1 - 0.75 / np.array([0.99e10, 1.01e10]), rtol=1e-14)


def test_half_an_event_or_less_has_the_corrected_limit_0() -> None:
    low, high = proportion_interval([0.2, 0.5, 19.8], 20, method="wilson-cc")
    assert low[:2].tolist() == [0.0, 0.0]
    assert high[2] == 1.0


def test_the_ends_of_an_interval_beyond_any_scale() -> None:
    assert back_transform([-INF, INF], "PFT", n=20).tolist() == [0.0, 1.0]
    assert back_transform(1e300, "IRS") == back_transform(1e300, "IRFT", time=20) == INF
    assert harmonic_mean_n([1e-320, 1e-320]) == 1e-320


@pytest.mark.parametrize("big", [1e3, 1e10, 1e20, 1e30])
def test_a_huge_cell_is_the_same_wherever_it_stands(big: float) -> None:
    cells = ("events1", "nonevents1", "events2", "nonevents2")
    turned = [(5, 8, 14, big), (8, 5, big, 14), (14, big, 5, 8), (big, 14, 8, 5)]
    found = effect_sizes(pd.DataFrame(turned, columns=cells), "RTET", append=False)
    np.testing.assert_allclose(found["yi"] * [1, -1, -1, 1], found["yi"][0], rtol=1e-12)
    np.testing.assert_allclose(found["vi"], found["vi"][0], rtol=1e-12)


@pytest.mark.parametrize("measure", ["RBIS", "ZBIS"])
def test_a_huge_group_may_be_either(measure: str) -> None:
    first, second = ({**MEANS, "sd1": 2.0, "sd2": 2.0, "n1": a, "n2": b} for a, b in ((1e20, 20), (20, 1e20)))
    found = effect_sizes(pd.DataFrame([first, second]), measure, append=False)
    np.testing.assert_allclose(found["yi"], found["yi"][0], rtol=1e-12)
    np.testing.assert_allclose(found["vi"], found["vi"][0], rtol=1e-12)


def test_a_constant_function_is_told() -> None:
    found = delta_method(lambda a, b: (3.0, a + b), [1.0, 2.0], [0.1, 0.1], names=["three", "sum"])
    assert len(found.cautions) == 1
    assert "standard error of three is 0" in found.cautions[0]
    assert "Caution" in found.summary()
    assert delta_method(lambda a: 2 * a, [1.0], [0.1]).cautions == ()
