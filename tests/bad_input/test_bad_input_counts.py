"""Bad input to the models of counts: `mantel_haenszel`, `peto`, `glmm`, `beta_binomial`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.counts import (
    beta_binomial,
    glmm,
    mantel_haenszel,
    peto,
    read_counts,
    read_proportions,
    read_rates,
)
from evidence.errors import ColumnError, InputError, NotPooledError, OptionError, RowError

if TYPE_CHECKING:
    from collections.abc import Callable

NAN, INF = float("nan"), float("inf")
GROUPS = pd.DataFrame(
    {"events1": [3, 5, 2, 8], "n1": [20, 30, 25, 40], "events2": [6, 9, 4, 12], "n2": [21, 29, 26, 38]}
)
RATES = GROUPS.rename(columns={"n1": "time1", "n2": "time2"}).astype({"time1": float, "time2": float})
SAMPLES = pd.DataFrame({"events": [3, 5, 2, 8], "n": [20, 30, 25, 40]})
EXPOSED = SAMPLES.rename(columns={"n": "time"}).astype({"time": float})
Row = tuple[Any, ...]
Model = tuple["Callable[[pd.DataFrame], Any]", pd.DataFrame]

MODELS: dict[str, Model] = {
    "MH odds ratio": (lambda table: mantel_haenszel(table, "OR"), GROUPS),
    "MH risk ratio": (lambda table: mantel_haenszel(table, "RR"), GROUPS),
    "MH risk difference": (lambda table: mantel_haenszel(table, "RD"), GROUPS),
    "MH rate ratio": (lambda table: mantel_haenszel(table, "IRR"), RATES),
    "MH rate difference": (lambda table: mantel_haenszel(table, "IRD"), RATES),
    "Cochran rate ratio": (lambda table: mantel_haenszel(table, "IRR", method="Cochran"), RATES),
    "Peto": (peto, GROUPS),
    "GLMM UM.FS": (lambda table: glmm(table, "OR"), GROUPS),
    "GLMM UM.RS": (lambda table: glmm(table, "OR", model="UM.RS"), GROUPS),
    "GLMM CM.EL": (lambda table: glmm(table, "OR", model="CM.EL"), GROUPS),
    "GLMM CM.AL": (lambda table: glmm(table, "OR", model="CM.AL"), GROUPS),
    "GLMM rate ratio": (lambda table: glmm(table, "IRR"), RATES),
    "GLMM proportion": (lambda table: glmm(table, "PLO"), SAMPLES),
    "GLMM rate": (lambda table: glmm(table, "IRLN"), EXPOSED),
    "beta-binomial odds ratio": (lambda table: beta_binomial(table, "OR"), GROUPS),
    "beta-binomial risk difference": (lambda table: beta_binomial(table, "RD"), GROUPS),
    "beta-binomial proportion": (lambda table: beta_binomial(table, "PLO"), SAMPLES),
}
# what the count of the second study may not be, and what is said of it
COUNTS: dict[str, tuple[Any, str, str]] = {
    "negative": (-1, "a count cannot be negative", "'-1'"),
    "infinite": (INF, "not a finite number", "'inf'"),
    "text": ("two", "text, not a number", "'two'"),
    "a number as text": ("2", "text, not a number", "'2'"),
    "a truth value": (True, "not a number", "'True'"),
    "a complex number": (1j, "not a number", "'1j'"),
}


def with_value(table: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    """Return the studies by name, the second of which has this value in this column."""
    changed = table.set_axis(list("wxyz")).astype(object)
    changed.loc["x", column] = value
    return changed


def events(table: pd.DataFrame) -> str:
    return "events1" if "events1" in table else "events"


def size(table: pd.DataFrame) -> str:
    return next(name for name in ("n1", "n", "time1", "time") if name in table)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("fault", COUNTS.values(), ids=COUNTS)
def test_a_count(model: Model, fault: tuple[Any, str, str], refused: Callable[..., None]) -> None:
    (fit, table), (value, *says) = model, fault
    column = events(table)
    refused(lambda: fit(with_value(table, column, value)), RowError, f"row 1 · column {column} · study x", *says)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_count_that_is_missing(model: Model, refused: Callable[..., None]) -> None:
    fit, table = model
    for value in (NAN, None):
        faulty = with_value(table, events(table), value)
        refused(
            lambda faulty=faulty: fit(faulty), RowError, f"row 1 · study x: {events(table)} missing", 'missing="drop"'
        )


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_group_of_nobody_and_more_events_than_people(model: Model, refused: Callable[..., None]) -> None:
    fit, table = model
    refused(lambda: fit(with_value(table, size(table), 0)), RowError, f"row 1 · column {size(table)} · study x", "'0'")
    refused(
        lambda: fit(with_value(table, size(table), -3)), RowError, f"row 1 · column {size(table)} · study x", "'-3'"
    )
    if "time" not in size(table):
        many = with_value(table, events(table), 31)
        refused(lambda: fit(many), RowError, "row 1 · column events", "study x", "more events than people", "31 of 30")


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_numbers_too_large_to_hold(model: Model, refused: Callable[..., None]) -> None:
    fit, table = model
    place = f"row 1 · column {events(table)} · study x"
    refused(lambda: fit(with_value(table, events(table), 1e17)), RowError, place, "too large", "1e+17")


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_tables(model: Model, refused: Callable[..., None]) -> None:
    fit, table = model
    refused(lambda: fit(table.iloc[:0]), InputError, "there is no row to work with")
    refused(lambda: fit([1, 2]), InputError, "must be a pandas DataFrame", "list")
    doubled = pd.concat([table, table[[events(table)]]], axis=1)
    refused(lambda: fit(doubled), ColumnError, f"2 columns are called '{events(table)}'", "rename all but one")


@pytest.mark.parametrize("name", [name for name in MODELS if name != "GLMM rate"])
def test_a_column_that_is_not_there(name: str, refused: Callable[..., None]) -> None:
    fit, table = MODELS[name]
    column = events(table)
    refused(lambda: fit(table.drop(columns=column)), ColumnError, f"{column} is not to be found", f'{column}="..."')


@pytest.mark.parametrize(
    "name",
    [name for name in MODELS if "difference" not in name and name != "Peto" and not name.startswith(("MH", "C"))],
)
def test_a_likelihood_without_a_maximum(name: str, refused: Callable[..., None]) -> None:
    fit, table = MODELS[name]
    refused(lambda: fit(table.assign(**{events(table): 0})), InputError, "no finite estimate", "one side")


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith(("MH", "Cochran", "Peto"))])
def test_no_events_at_all(name: str, refused: Callable[..., None]) -> None:
    fit, table = MODELS[name]
    refused(lambda: fit(table.assign(events1=0, events2=0)), InputError, "no study has an event", "nothing")


@pytest.mark.parametrize("name", [name for name in MODELS if not name.startswith("GLMM UM.RS")])
def test_one_study_is_no_synthesis(name: str, cautioned: Callable[..., None]) -> None:
    fit, table = MODELS[name]
    cautioned(lambda: fit(table.iloc[:1]), "one study, not a synthesis")


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_two_studies(model: Model, cautioned: Callable[..., None]) -> None:
    fit, table = model
    cautioned(lambda: fit(table.iloc[:2]), "Two studies")


@pytest.mark.parametrize(
    "name", [name for name in MODELS if name != "GLMM CM.EL" and not name.startswith("beta-binomial")]
)
def test_half_an_event(name: str, cautioned: Callable[..., None]) -> None:
    fit, table = MODELS[name]
    cautioned(lambda: fit(with_value(table, events(table), 1.5)), "not whole numbers")


OPTIONS: dict[str, Row] = {
    "measure": (lambda: mantel_haenszel(GROUPS, "OD"), OptionError, "measure='OD'", "'OR', 'RR', 'RD', 'IRR', 'IRD'"),
    "method": (lambda: mantel_haenszel(GROUPS, method="mh"), OptionError, "method='mh'", "'MH', 'Cochran'"),
    "policy": (lambda: mantel_haenszel(GROUPS, to="zero"), OptionError, "to='zero'", "'only0'"),
    "a negative correction": (lambda: mantel_haenszel(GROUPS, add=-1), InputError, "add=-1", "0 or more"),
    "a correction NaN": (lambda: mantel_haenszel(GROUPS, add=NAN), InputError, "add=nan", "finite"),
    "a correction by name": (lambda: mantel_haenszel(GROUPS, add="half"), OptionError, "add='half'", "'tacc'"),
    "three corrections": (lambda: mantel_haenszel(GROUPS, add=(0.5, 0.5, 0)), InputError, "add takes one", "or two"),
    "level in percent": (lambda: mantel_haenszel(GROUPS, level=95), InputError, "level=95", "did you mean 0.95?"),
    "missing": (lambda: mantel_haenszel(GROUPS, missing="omit"), OptionError, "missing='omit'", "'raise', 'drop'"),
    "centre of Q": (lambda: mantel_haenszel(GROUPS, q_around="x"), OptionError, "q_around='x'", "'pooled', 'iv'"),
    "variance": (
        lambda: mantel_haenszel(GROUPS, "RD", rd_variance="x"),
        OptionError,
        "rd_variance='x'",
        "'sato', 'gr'",
    ),
    "correction of": (lambda: mantel_haenszel(GROUPS, correction="x"), OptionError, "correction='x'", "'cells'"),
    "correct as text": (lambda: mantel_haenszel(GROUPS, correct="no"), InputError, "correct='no'", "True or False"),
    "drop00 as text": (lambda: mantel_haenszel(GROUPS, drop00="no"), InputError, "drop00='no'", "True or False"),
    "nothing": (lambda: mantel_haenszel(), ColumnError, "events1 is not to be found", 'events1="..."'),
    "lengths": (
        lambda: mantel_haenszel(events1=[1, 2], n1=[10], events2=[1, 2], n2=[9, 9]),
        InputError,
        "n1 has 1",
        "2 rows",
    ),
    "a Series of another index": (
        lambda: mantel_haenszel(GROUPS, events1=pd.Series([1, 2, 3, 4], index=[3, 2, 1, 0])),
        InputError,
        "events1",
        "another index",
        ".to_numpy()",
    ),
    "a role that is not needed": (
        lambda: mantel_haenszel(GROUPS, event1="events1"),
        ColumnError,
        "'event1'",
        "did you mean 'events1'?",
    ),
    "labels of another length": (lambda: mantel_haenszel(GROUPS, labels=["a"]), InputError, "labels has length 1", "4"),
    "labels that are not there": (lambda: mantel_haenszel(GROUPS, labels="trial"), ColumnError, "labels='trial'"),
    "events and others that do not add up": (
        lambda: mantel_haenszel(GROUPS.assign(nonevents1=1)),
        RowError,
        "row 0 · column events1",
        "do not add up to n1",
        "3 + 1 of 20",
    ),
    "predict at a level in percent": (
        lambda: mantel_haenszel(GROUPS).predict(level=95),
        InputError,
        "level=95",
        "did you mean 0.95?",
    ),
    "none left to leave out": (lambda: peto(GROUPS.iloc[:1]).leave_one_out(), InputError, "none can be left out"),
    "an order of two": (lambda: peto(GROUPS).cumulative(order=[1, 2]), InputError, "order has length 2", "4 rows"),
    "Peto's level": (lambda: peto(GROUPS, level=0), InputError, "level=0", "such as 0.95"),
    "GLMM measure": (lambda: glmm(GROUPS, "RR"), OptionError, "measure='RR'", "'OR', 'IRR', 'PLO', 'IRLN'"),
    "GLMM model": (lambda: glmm(GROUPS, model="UMFS"), OptionError, "model='UMFS'", "did you mean 'UM.FS'?"),
    "GLMM estimator": (lambda: glmm(GROUPS, tau2="REML"), OptionError, "tau2='REML'", "'ML', 'EE'"),
    "GLMM test": (lambda: glmm(GROUPS, test="hksj"), OptionError, "test='hksj'", "'z', 't'"),
    "GLMM level": (lambda: glmm(GROUPS, level=95), InputError, "level=95", "did you mean 0.95?"),
    "GLMM no points": (lambda: glmm(GROUPS, nagq=0), InputError, "nagq=0", "between 1 and 400"),
    "GLMM points by name": (lambda: glmm(GROUPS, nagq="a"), InputError, "nagq='a'", "between 1 and 400"),
    "GLMM a thousand points": (lambda: glmm(GROUPS, nagq=1000), InputError, "nagq=1000", "between 1 and 400"),
    "GLMM coding": (lambda: glmm(GROUPS, coding=2), OptionError, "coding=2", "0.5"),
    "GLMM correlation of one effect": (lambda: glmm(GROUPS, cor=True), InputError, "cor=True", "model='UM.RS'"),
    "GLMM correlation as text": (
        lambda: glmm(GROUPS, model="UM.RS", cor="no"),
        InputError,
        "cor='no'",
        "True or False",
    ),
    "GLMM one study with random levels": (
        lambda: glmm(GROUPS.iloc[:1], model="UM.RS"),
        InputError,
        "model='UM.RS'",
        "two studies",
    ),
    "GLMM half an event": (
        lambda: glmm(with_value(GROUPS, "events1", 1.5), model="CM.EL"),
        InputError,
        "whole counts",
        "model='CM.AL'",
    ),
    "GLMM no events": (lambda: glmm(GROUPS.assign(events1=0, events2=0)), InputError, "no study informs", "no events"),
    "GLMM only events": (
        lambda: glmm(GROUPS.assign(events1=GROUPS["n1"], events2=GROUPS["n2"])),
        InputError,
        "no study informs",
        "nothing but events",
    ),
    "GLMM prediction": (lambda: glmm(GROUPS, prediction="x"), OptionError, "prediction='x'", "'normal'"),
    "GLMM constant moderator": (lambda: glmm(GROUPS, mods=[1] * 4), InputError, "'x1'", "the same in all 4", "leave"),
    "GLMM collinear": (
        lambda: glmm(GROUPS, mods=np.c_[[1, 2, 3, 5], [2, 4, 6, 10]]),
        InputError,
        "collinear",
        "'x2'",
        "leave it out",
    ),
    "GLMM as many moderators as studies": (lambda: glmm(GROUPS, mods=np.eye(4)), InputError, "at least 6 studies"),
    "GLMM missing moderator": (
        lambda: glmm(GROUPS, mods=[1, 2, NAN, 3]),
        RowError,
        "row 2",
        "x1 missing",
        "missing='drop'",
    ),
    "GLMM text": (lambda: glmm(GROUPS, mods=list("abcd")), RowError, "row 0 · column x1", "'a'", "mods='~ C("),
    "GLMM column that is not there": (lambda: glmm(GROUPS, mods="~ dose"), ColumnError, "'dose'", "the table has"),
    "GLMM nothing to estimate": (lambda: glmm(GROUPS, intercept=False), InputError, "nothing to estimate"),
    "GLMM estimate of a regression": (
        lambda: glmm(pd.concat([GROUPS] * 2, ignore_index=True), mods=np.arange(8.0)).estimate,
        NotPooledError,
        "x1",
        ".predict(new)",
    ),
    "beta-binomial measure": (lambda: beta_binomial(GROUPS, "X"), OptionError, "measure='X'", "'PLO'"),
    "beta-binomial level": (lambda: beta_binomial(GROUPS, level=95), InputError, "level=95", "did you mean 0.95?"),
    "beta-binomial moderators of two groups": (
        lambda: beta_binomial(GROUPS, mods=[1, 2, 3, 4]),
        InputError,
        "measure='PLO'",
        "one row per arm",
    ),
    "beta-binomial half an event": (
        lambda: beta_binomial(with_value(GROUPS, "events1", 1.5)),
        InputError,
        "whole counts",
    ),
    "beta-binomial ten millions": (
        lambda: beta_binomial(SAMPLES.assign(n=10**7), "PLO"),
        InputError,
        "too many to sum (more than 2e+06)",
        "use glmm()",
    ),
    "a model of one group": (lambda: glmm(SAMPLES, "PLO", model="UM.RS"), InputError, "model='UM.RS'", "one group"),
    "moderators of 1e200": (
        lambda: glmm(SAMPLES, "PLO", mods=np.array([1, 2, 1, 3]) * 1e200),
        InputError,
        "up to 3e+200",
        "in a unit",
    ),
    "moderators of 1e-200": (
        lambda: beta_binomial(SAMPLES, "PLO", mods=np.array([1, 2, 1, 3]) * 1e-200),
        InputError,
        "up to 3e-200",
        "in a unit",
    ),
    "rates without their events": (lambda: glmm(SAMPLES, "IRLN", time="n", events="x"), ColumnError, "events='x'"),
    "beta-binomial millions": (
        lambda: beta_binomial(SAMPLES.assign(n=10**10), "PLO"),
        InputError,
        "too many to sum",
        "use glmm()",
    ),
    "reading counts": (lambda: read_counts(GROUPS.assign(n1=-1)), RowError, "row 0 · column n1", "'-1'", "1 or more"),
    "reading rates": (lambda: read_rates(RATES.assign(time1=0)), RowError, "row 0 · column time1", "'0'", "above 0"),
    "reading proportions": (
        lambda: read_proportions(SAMPLES.assign(n=1)),
        RowError,
        "row 0 · column events",
        "more events than people",
        "3 of 1",
    ),
}


@pytest.mark.parametrize("row", OPTIONS.values(), ids=OPTIONS)
def test_options(row: Row, refused: Callable[..., None]) -> None:
    refused(*row)


def test_a_large_peto_effect_is_cautioned(cautioned: Callable[..., None]) -> None:
    cautioned(lambda: peto(GROUPS.assign(events1=0)), "biased")


def test_disagreement_is_cautioned(cautioned: Callable[..., None]) -> None:
    cautioned(lambda: mantel_haenszel(with_value(RATES, "events1", 1000), "IRR"), "I²", "disagree")
