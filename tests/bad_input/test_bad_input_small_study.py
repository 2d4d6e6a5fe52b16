"""Bad input to the tests of small-study effects and to what corrects for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose.small_study import (
    begg,
    debray,
    deeks,
    egger,
    excess_significance,
    fail_safe_n,
    harbord,
    limit_meta_analysis,
    macaskill,
    peese,
    pet,
    pet_peese,
    peters,
    ruecker,
    schwarzer,
    trim_and_fill,
)
from evidence.errors import ColumnError, InputError, OptionError, RowError
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
YI = np.array([0.48, 0.55, 0.27, 0.01, 0.57, 0.42, 0.12, 0.44, 0.38, 0.14, 0.30, 0.61])
VI = np.array([0.079, 0.162, 0.075, 0.102, 0.046, 0.180, 0.031, 0.094, 0.187, 0.027, 0.066, 0.143])
TABLE = pd.DataFrame({"study": [f"S{row}" for row in range(12)], "yi": YI, "vi": VI, "year": np.arange(12.0)})
FIT, REGRESSION = pool(TABLE), pool(TABLE, mods="~ year")
SINGLE, PAIR, THREE = pool(YI[:1], VI[:1]), pool(YI[:2], VI[:2]), pool(YI[:3], VI[:3])
EQUAL = pool([0.3] * 12, VI)  # the same effect everywhere
ALIKE = pool(YI, [0.1] * 12)  # the same variance everywhere
COUNTS = pd.DataFrame(
    {
        "events1": [2, 5, 7, 3, 8, 4, 6, 9, 1, 5, 7, 4],
        "n1": range(20, 32),
        "events2": [4, 6, 9, 3, 9, 7, 6, 12, 3, 6, 9, 5],
        "n2": range(21, 33),
    }
)
HALVES = COUNTS.astype(float).assign(events1=[2, 5, 7, 3, 7.5, 4, 6, 9, 1, 5, 7, 4])
Row = tuple[Any, ...]

TAKE_A_FIT = {"trim_and_fill": trim_and_fill, "limit_meta_analysis": limit_meta_analysis}
TAKE_EITHER = {
    "egger": egger,
    "begg": begg,
    "pet": pet,
    "peese": peese,
    "pet_peese": pet_peese,
    "fail_safe_n": fail_safe_n,
    "excess_significance": excess_significance,
}
FOR_A_MEAN = ("begg", "trim_and_fill", "limit_meta_analysis", "pet", "peese", "pet_peese", "fail_safe_n")
OF_COUNTS = {
    "harbord": harbord,
    "peters": peters,
    "deeks": deeks,
    "macaskill": macaskill,
    "ruecker": ruecker,
    "schwarzer": schwarzer,
}


@pytest.mark.parametrize("name", TAKE_A_FIT)
def test_what_is_no_fit(name: str, refused: Callable[..., None]) -> None:
    for given in (None, TABLE, list(YI)):
        refused(lambda given=given: TAKE_A_FIT[name](given), InputError, f"{name}() takes a fit", type(given).__name__)


@pytest.mark.parametrize("name", TAKE_EITHER)
def test_arrays_instead_of_a_fit(name: str, refused: Callable[..., None]) -> None:
    function = TAKE_EITHER[name]
    refused(lambda: function(None), InputError, f"{name}() takes a fit, such as pool(yi, vi), or effects", "None")
    refused(lambda: function(YI), InputError, "give the sampling variances (vi)")
    refused(lambda: function(YI, VI[:3]), InputError, "vi has 3 value(s) for 12 effect(s)")
    refused(lambda: function(YI, -VI), RowError, "row 0 · column vi", "must be positive", "'-0.079'")
    refused(lambda: function(FIT, VI), InputError, f"{name}() was given a fit and variances", "leave out vi")
    incomplete = TABLE.assign(yi=[NAN, *YI[1:]])
    refused(lambda: function(incomplete), RowError, "row 0 · study S0: yi missing")


@pytest.mark.parametrize("name", FOR_A_MEAN)
def test_moderators(name: str, refused: Callable[..., None]) -> None:
    function = {**TAKE_A_FIT, **TAKE_EITHER}[name]
    refused(lambda: function(REGRESSION), InputError, f"{name}() is made for a pooled mean", "year", "without them")


@pytest.mark.parametrize(
    ("name", "least"),
    [("egger", "3"), ("begg", "3"), ("pet", "three"), ("peese", "three"), ("pet_peese", "three")],
)
def test_too_few_studies(name: str, least: str, refused: Callable[..., None]) -> None:
    for fit, there in ((SINGLE, "there is 1"), (PAIR, "there are 2")):
        refused(lambda fit=fit: TAKE_EITHER[name](fit), InputError, f"needs at least {least} studies", there)


@pytest.mark.parametrize("name", TAKE_A_FIT)
def test_too_few_studies_in_a_fit(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: TAKE_A_FIT[name](PAIR), InputError, f"{name}() needs at least three studies", "has 2")


@pytest.mark.parametrize("name", ["egger", "begg"])
def test_a_test_without_power(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: TAKE_EITHER[name](THREE), InputError, "of 3 studies has next to no power", "force=True")


@pytest.mark.parametrize("name", OF_COUNTS)
def test_tables_of_counts(name: str, refused: Callable[..., None]) -> None:
    function = OF_COUNTS[name]
    refused(lambda: function(None), InputError, "must be a pandas DataFrame", "NoneType")
    refused(lambda: function(COUNTS.iloc[:0]), InputError, "the table has no rows")
    refused(lambda: function(COUNTS.iloc[:3]), InputError, "3 studies has next to no power", "force=True")
    refused(lambda: function(COUNTS.drop(columns="n1")), ColumnError, "nonevents1 or n1", "'events2'")
    refused(lambda: function(COUNTS, event1="events1"), ColumnError, "'event1'", "did you mean 'events1'?")
    refused(lambda: function(COUNTS, level=95) if name != "schwarzer" else function(COUNTS, add=-1), InputError, "=")


@pytest.mark.parametrize("name", OF_COUNTS)
@pytest.mark.parametrize(
    ("value", "says"),
    [(-1, "cannot be negative"), (99, "more events than people"), ("two", "text, not a number"), (NAN, "is missing")],
)
def test_counts(name: str, value: object, says: str, refused: Callable[..., None]) -> None:
    table = COUNTS.astype(object)
    table.loc[4, "events1"] = value
    with pytest.raises(RowError) as caught:
        OF_COUNTS[name](table)
    assert "keep" not in str(caught.value)
    assert "drop them from the table" in str(caught.value)
    refused(lambda: OF_COUNTS[name](table), RowError, "row 4 · column events1", says)


@pytest.mark.parametrize("name", [name for name in OF_COUNTS if name != "ruecker"])
def test_no_events(name: str, refused: Callable[..., None]) -> None:
    refused(lambda: OF_COUNTS[name](COUNTS.assign(events1=0, events2=0)), InputError, "no study can be used", "nobody")


OPTIONS: dict[str, Row] = {
    "Egger's model": (lambda: egger(FIT, model="wls"), OptionError, "model='wls'", "'lm', 'rma'"),
    "predictor": (lambda: egger(FIT, predictor="se"), OptionError, "predictor='se'", "did you mean 'sei'?"),
    "predictor of another length": (lambda: egger(FIT, predictor=VI[:3]), InputError, "predictor has shape (3,)", "12"),
    "predictor missing": (
        lambda: egger(FIT, predictor=[NAN, *VI[1:]]),
        RowError,
        "row 0 · column predictor · study S0",
        "not a finite number",
    ),
    "predictor of words": (lambda: egger(FIT, predictor=list("abcdefghijkl")), RowError, "predictor must be numbers"),
    "predictor of one word": (
        lambda: egger(FIT, predictor=["0.3", *VI[1:]]),
        RowError,
        "row 0 · column predictor · study S0",
        "text, not a number",
    ),
    "predictor of truth values": (
        lambda: egger(FIT, predictor=[True, False] * 6),
        RowError,
        "row 11 · column predictor · study S11",
        "bool, not a number",
    ),
    "predictor that does not vary": (
        lambda: egger(FIT, predictor=[1] * 12),
        InputError,
        "given values",
        "hardly varies",
    ),
    "variances that do not vary": (lambda: egger(ALIKE), InputError, "(sei) hardly varies"),
    "sizes not given": (lambda: egger(FIT, predictor="ni"), InputError, "predictor='ni'", "give ni="),
    "negative sizes": (lambda: egger(FIT, predictor="ninv", ni=[-1] * 12), InputError, "must be positive", "-1"),
    "too few sizes": (lambda: egger(FIT, predictor="ninv", ni=[1] * 3), InputError, "ni has shape (3,)", "12"),
    "Egger's level": (lambda: egger(FIT, level=95), InputError, "level=95", "did you mean 0.95?"),
    "Egger's estimator": (lambda: egger(FIT, model="rma", tau2="X"), OptionError, "tau2='X'", "Allowed:"),
    "Egger's test": (lambda: egger(FIT, model="rma", test="X"), OptionError, "test='X'", "Allowed:"),
    "Egger anew with equal weights": (
        lambda: egger(pool(TABLE, weights="equal"), model="rma"),
        InputError,
        "fits the model anew",
        "equal weights",
    ),
    "Egger anew with Kenward and Roger": (
        lambda: egger(pool(TABLE, test="kr"), model="rma"),
        InputError,
        "test='kr'",
        "use one of 'z', 't', 'hksj', 'adhoc'",
    ),
    "Begg, the same variances": (lambda: begg(ALIKE), InputError, "the same sampling variance"),
    "PET, the same variances": (lambda: pet(ALIKE), InputError, "the standard error hardly varies"),
    "limit, the same variances": (lambda: limit_meta_analysis(ALIKE), InputError, "the standard error hardly varies"),
    "fill, the same variances": (lambda: trim_and_fill(ALIKE), InputError, "are alike", "side='left' or side='right'"),
    "fill a side": (lambda: trim_and_fill(FIT, side="up"), OptionError, "side='up'", "'left', 'right'"),
    "fill by": (lambda: trim_and_fill(FIT, estimator="L1"), OptionError, "estimator='L1'", "'L0', 'R0', 'Q0'"),
    "fill in no steps": (lambda: trim_and_fill(FIT, max_iterations=0), InputError, "max_iterations=0", "at least 1"),
    "fill with equal weights": (
        lambda: trim_and_fill(pool(TABLE, weights="equal")),
        InputError,
        "fits the model anew",
        "equal weights",
    ),
    "fail-safe of one": (lambda: fail_safe_n(SINGLE), InputError, "at least two studies"),
    "fail-safe type": (lambda: fail_safe_n(FIT, type="X"), OptionError, "type='X'", "'Rosenthal'"),
    "fail-safe at 5": (lambda: fail_safe_n(FIT, alpha=5), InputError, "alpha=5", "such as 0.05"),
    "fail-safe at 0": (lambda: fail_safe_n(FIT, alpha=0), InputError, "alpha=0", "such as 0.05"),
    "fail-safe target by name": (
        lambda: fail_safe_n(FIT, type="Orwin", target="small"),
        InputError,
        "target='small'",
        "such as 0.1",
    ),
    "fail-safe, effects all alike": (
        lambda: fail_safe_n(EQUAL, type="General"),
        InputError,
        "no p-value to bring to alpha",
        "test='hksj'",
        "type='Rosenberg'",
    ),
    "fail-safe target NaN": (lambda: fail_safe_n(FIT, type="Orwin", target=NAN), InputError, "target=nan", "finite"),
    "limit method": (lambda: limit_meta_analysis(FIT, method="x"), OptionError, "method='x'", "'beta0'"),
    "limit level": (lambda: limit_meta_analysis(FIT, level=0), InputError, "level=0", "such as 0.95"),
    "PET or PEESE at 10": (lambda: pet_peese(FIT, alpha=10), InputError, "alpha=10", "such as 0.10"),
    "PET or PEESE, alternative": (lambda: pet_peese(FIT, alternative="x"), OptionError, "alternative='x'", "'less'"),
    "PET model": (lambda: pet(FIT, model="x"), OptionError, "model='x'", "'lm', 'rma'"),
    "PET or PEESE without a rule": (
        lambda: pet_peese(pool([0.3] * 12, VI)),
        InputError,
        "exactly on PET's line",
        "see pet() and peese()",
    ),
    "excess, effect by name": (lambda: excess_significance(FIT, theta="x"), InputError, "theta='x'", "finite"),
    "excess, effect NaN": (lambda: excess_significance(FIT, theta=NAN), InputError, "theta=nan", "finite"),
    "excess, two effects": (lambda: excess_significance(FIT, theta=[0.1, 0.2]), InputError, "theta has shape (2,)"),
    "excess, negative τ²": (lambda: excess_significance(FIT, tau2=-1), InputError, "tau2=-1", "at least 0"),
    "excess at 5": (lambda: excess_significance(FIT, alpha=5), InputError, "alpha=5", "between 0 and 1"),
    "excess, test": (lambda: excess_significance(FIT, test="x"), OptionError, "test='x'", "'exact', 'chi2', 'binom'"),
    "excess, alternative": (lambda: excess_significance(FIT, alternative="x"), OptionError, "alternative='x'"),
    "excess, infinite null": (lambda: excess_significance(FIT, null=INF), InputError, "null=inf", "finite"),
    "Harbord's measure": (lambda: harbord(COUNTS, measure="RD"), OptionError, "measure='RD'", "'OR', 'RR'"),
    "Peters' measure": (lambda: peters(COUNTS, measure="X"), OptionError, "measure='X'", "'OR', 'RR', 'RD'"),
    "Macaskill's weights": (lambda: macaskill(COUNTS, weights="x"), OptionError, "weights='x'", "'FIV', 'FPV'"),
    "Rücker's model": (lambda: ruecker(COUNTS, model="x"), OptionError, "model='x'", "'lm', 'rma', 'rank'"),
    "Schwarzer's correction": (lambda: schwarzer(COUNTS, add=-1), InputError, "add=-1", "0 or more"),
    "Peters, sizes alike": (lambda: peters(COUNTS.assign(n1=40, n2=40)), InputError, "(1/n) hardly varies"),
    "Debray without events": (lambda: debray(FIT), InputError, "number of events", "give events="),
    "Debray, one arm's events": (lambda: debray(FIT, events1=[1] * 12), InputError, "events1= and events2="),
    "Debray, two events": (lambda: debray(FIT, events=[1, 2]), InputError, "events has shape (2,)", "12"),
    "Debray, negative events": (lambda: debray(FIT, events=[-1] * 12), InputError, "events cannot be negative"),
    "Debray, events alike": (lambda: debray(FIT, events=[5] * 12), InputError, "number of events hardly varies"),
    "Debray's weights": (
        lambda: debray(FIT, events=range(12), weights="x"),
        OptionError,
        "weights='x'",
        "'FIV', 'FAV'",
    ),
}


@pytest.mark.parametrize("row", OPTIONS.values(), ids=OPTIONS)
def test_options(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


CAUTIONED: dict[str, Row] = {
    "Egger, forced": (lambda: egger(THREE, force=True), "3 studies", "was forced", "not proof"),
    "PET of three": (lambda: pet(THREE), "3 studies are too few"),
    "PET or PEESE of three": (lambda: pet_peese(THREE), "3 studies are too few"),
    "limit of three": (lambda: limit_meta_analysis(THREE), "3 studies are too few"),
    "fill": (lambda: trim_and_fill(FIT), "not data", "sensitivity analysis"),
    "fill, effects all alike": (lambda: trim_and_fill(EQUAL, side="left", estimator="R0"), "all alike", "no study"),
    "a target on the other side": (lambda: fail_safe_n(FIT, target=-0.1), "other side of 0", "0.1000 was taken"),
    "half an event": (lambda: harbord(HALVES), "not whole numbers of people", "taken as they are: 4."),
    "half an event, counted": (lambda: schwarzer(HALVES), "not whole numbers of people", "taken as they are: 4."),
    "half an event, arcsine": (lambda: ruecker(HALVES), "not whole numbers of people", "taken as they are: 4."),
    "excess of one study": (lambda: excess_significance(SINGLE), "With 1 studies"),
    "excess of two studies": (lambda: excess_significance(PAIR), "With 2 studies"),
    "Egger of effects of 1e-150": (lambda: egger(pool(YI * 1e-150, VI * 1e-300)), "not proof"),
    "PEESE of effects of 1e149": (lambda: peese(pool(YI * 1e149, VI * 1e298)), "extrapolates"),
}


@pytest.mark.parametrize("row", CAUTIONED.values(), ids=CAUTIONED)
def test_right_but_to_be_read_with_care(row: Row, cautioned: Callable[..., None]) -> None:
    cautioned(*row)


def test_a_target_on_the_other_side_is_taken_on_this_one_and_said() -> None:
    turned, plain = (fail_safe_n(FIT, type="Orwin", target=target) for target in (-0.1, 0.1))
    assert "the other side of 0 than target=−0.1000: 0.1000 was taken" in " ".join(turned.cautions)
    assert "other side" not in " ".join(plain.cautions)
    assert (turned.n, turned.target) == (plain.n, plain.target)


@pytest.mark.parametrize("estimator", ["L0", "R0", "Q0"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_no_study_is_missing_among_effects_all_alike(estimator: str, side: str) -> None:
    found = trim_and_fill(EQUAL, side=side, estimator=estimator)
    assert found.k0 == 0
    assert np.isnan(found.k0_pvalue)
    assert found.estimate == EQUAL.estimate


FLAGS: dict[str, Row] = {
    **{
        f"force of {name}": (lambda flag, name=name: OF_COUNTS[name](COUNTS, force=flag), "force") for name in OF_COUNTS
    },
    "force of egger": (lambda flag: egger(FIT, force=flag), "force"),
    "force of begg": (lambda flag: begg(FIT, force=flag), "force"),
    "force of debray": (lambda flag: debray(FIT, events=range(12), force=flag), "force"),
    "weighted": (lambda flag: fail_safe_n(FIT, type="Orwin", weighted=flag), "weighted"),
    "exact": (lambda flag: fail_safe_n(FIT, exact=flag), "exact"),
    "find_limit": (lambda flag: excess_significance(FIT, find_limit=flag), "find_limit"),
}


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("flag", ["no", 1, None])
def test_flags(name: str, flag: object, refused: Callable[..., None]) -> None:
    call, argument = FLAGS[name]
    refused(lambda: call(flag), OptionError, f"{argument}={flag!r}", "True", "False")


@pytest.mark.parametrize("function", [egger, pet, peese], ids=["egger", "pet", "peese"])
def test_effects_exactly_on_the_line_have_no_test_and_say_so(function: Callable[..., Any]) -> None:
    found = function(pool([0.3] * 12, VI))
    assert "exactly on the line" in " ".join(found.cautions)
    assert "n/e" in found.summary()
