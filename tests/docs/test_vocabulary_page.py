"""What the page of other programs' words says of this package: names, arguments, values, defaults and numbers."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from doc_pages import DOCS

import evidence as ev
from evidence import vocabulary
from evidence.effects.formulas import FORMULAS
from evidence.effects.options import COUNT_MEASURES

TEXT = (DOCS / "reference" / "vocabulary.md").read_text(encoding="utf-8")
# An argument, and the vocabulary of its values; other arguments take no fixed words.
VALUES: dict[str, Any] = {
    "tau2": vocabulary.Tau2Method,
    "tau2_ci_method": vocabulary.Tau2IntervalMethod,
    "prediction": vocabulary.PredictionMethod,
    "rd_variance": vocabulary.RiskDifferenceVariance,
    "vtype": vocabulary.VarianceType,
    "factor": vocabulary.SmallSampleFactor,
    "to": vocabulary.ZeroCellPolicy,
    "estimator": vocabulary.TrimFillEstimator,
    "type": vocabulary.FailSafeType,
}
# model= is one thing in a mixed model and another in a regression test.
MODELS = {
    "egger": vocabulary.RegressionModel,
    "glmm": vocabulary.GlmmModel,
    "": (*vocabulary.allowed(vocabulary.RegressionModel), *vocabulary.allowed(vocabulary.GlmmModel)),
}
# Where a first or second argument without a name is one of fixed words.
SECOND: dict[str, Any] = {
    "effect_sizes": vocabulary.Measure,
    "back_transform": vocabulary.Measure,
    "mantel_haenszel": vocabulary.MantelHaenszelMeasure,
    "glmm": vocabulary.GlmmMeasure,
    "selection_model": vocabulary.SelectionKind,
}


@pytest.fixture(scope="module")
def fit() -> ev.PooledResult:
    return ev.pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01])


def ours(text: str) -> list[str]:
    """Return what is code in the columns named "here", and in those of our columns' names."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()]
        (place,) = [place for place, head in enumerate(rows[0]) if re.search(r"\bhere$", head)]
        found += [code for row in rows[2:] for code in re.findall(r"`([^`]+)`", row[place])]
    return found


SPANS = sorted(set(ours(TEXT)))
ELSEWHERE = sorted(set(re.findall(r"`((?:ev\.|fit\.)[^`]+)`", TEXT)) - set(SPANS))
COLUMNS = {name for formula in FORMULAS.values() for group in formula.needs for name in group}
NAMES = {name for formula in FORMULAS.values() for name in formula.arguments} | COLUMNS


def resolve(node: ast.expr, fit: ev.PooledResult) -> Any:
    """Return what a dotted name is."""
    if isinstance(node, ast.Name):
        return {"ev": ev, "fit": fit, "evidence": ev}[node.id]
    assert isinstance(node, ast.Attribute), ast.dump(node)
    owner = resolve(node.value, fit)
    if inspect.ismodule(owner) and not hasattr(owner, node.attr) and owner is not ev:
        return importlib.import_module(f"{owner.__name__}.{node.attr}")
    return getattr(owner, node.attr)


def literal(node: ast.expr) -> Any:
    return ast.literal_eval(node) if isinstance(node, ast.Constant) else None


def wrong_value(name: str, argument: str, value: Any) -> bool:
    """Return whether a word is not among those that the argument takes."""
    if argument == "test":
        return value not in {*vocabulary.allowed(vocabulary.TestName), "knha", "hk"}
    options = MODELS.get(name) if argument == "model" else VALUES.get(argument)
    return isinstance(value, str) and options is not None and value not in vocabulary.allowed(options)


def faults(code: str, fit: ev.PooledResult) -> list[str]:
    """Return what a span of code says that is not so."""
    if re.fullmatch(r'\w+="?[\w.-]*"?', code):
        name, _, value = code.partition("=")
        return [] if (value and not wrong_value("", name, ast.literal_eval(value))) or not value else [code]
    node = ast.parse(code, mode="eval").body
    if isinstance(node, ast.Attribute):
        resolve(node, fit)
        return []
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        assert node.func.attr == "summary", code
        node = node.func.value
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        function = resolve(node.func, fit)
        arguments = {word.arg: literal(word.value) for word in node.keywords if word.arg}
        inspect.signature(function).bind(*map(literal, node.args), **arguments)
        found = [f"{word}={value}" for word, value in arguments.items() if wrong_value(name, word, value)]
        if not isinstance(function, type) and "options" in inspect.signature(function).parameters:
            known = {*inspect.signature(ev.pool).parameters, *inspect.signature(function).parameters}
            found += [word for word in arguments if word not in known]
        if name in SECOND and len(node.args) > 1 and literal(node.args[1]) not in vocabulary.allowed(SECOND[name]):
            found.append(f"{name}: {literal(node.args[1])}")
        return found
    return [] if code in {*vocabulary.allowed(vocabulary.Measure), *NAMES, "yi", "vi"} else [code]


@pytest.mark.parametrize("code", [*SPANS, *ELSEWHERE])
def test_what_is_ours_exists(code, fit) -> None:
    assert faults(code, fit) == []


@pytest.mark.parametrize(
    "code",
    [
        'tau2="REMLL"',
        'test="knapp"',
        'model="UM"',
        'ev.glmm(table, "OR", model="UM")',
        'ev.egger(fit, model="UM.FS")',
        'ev.effect_sizes(table, "SND")',
        'ev.subgroups(table, "g", tests="z")',
        "events3",
    ],
)
def test_what_is_not_ours_is_seen(code, fit) -> None:
    assert faults(code, fit) != []


@pytest.mark.parametrize("code", ["ev.pol(yi)", "ev.pool(yi, vy=vi)", "fit.i3"])
def test_a_name_that_is_not_ours_is_seen(code, fit) -> None:
    with pytest.raises((AttributeError, TypeError)):
        faults(code, fit)


def default(function: Any, name: str) -> Any:
    return inspect.signature(function).parameters[name].default


def row(start: str) -> str:
    """Return our cell of a row of the table of defaults."""
    (found,) = re.findall(rf"^\| {re.escape(start)} \| (.*?) \|", TEXT, flags=re.MULTILINE)
    return found


def test_the_defaults_are_those_of_the_code(fit) -> None:
    assert row("τ²") == f'`tau2="{default(ev.pool, "tau2")}"`'
    assert row("interval and test of the mean") == f'`test="{default(ev.pool, "test")}"`'
    assert row("small-sample factor of g") == f'`factor="{default(ev.effect_sizes, "factor")}"`'
    assert row("variance of g") == f'`vtype="{default(ev.effect_sizes, "vtype")}"`'
    assert row("Egger's test") == f'`model="{default(ev.egger, "model")}"`'
    assert row("trim and fill") == f'`estimator="{default(ev.trim_and_fill, "estimator")}"`'
    assert row("weights of Orwin's fail-safe N") == f"`weighted={default(ev.fail_safe_n, 'weighted')}`"
    assert default(ev.glmm, "model") is None
    assert default(ev.glmm, "nagq") is None
    assert default(ev.glmm, "drop00") is False
    assert default(ev.mantel_haenszel, "rd_variance") == "sato"
    assert default(ev.selection_model, "kind") == "3PSM"
    assert f"`add={default(ev.effect_sizes, 'add')}`" in row("zero cells")


def test_zero_cells_are_left_alone_where_the_page_says_so() -> None:
    table = pd.DataFrame({"events1": [0], "n1": [20], "events2": [3], "n2": [22], "events": [0], "n": [9]})
    for measure in ("AS", "PHI", "PAS", "PFT"):
        assert measure in row("zero cells")
        assert ev.effect_sizes(table, measure).attrs["effect_sizes"]["to"] == "none"
    for measure in ("RR", "OR", "RD", "PETO", "PLN", "PLO", "PR"):
        assert measure in COUNT_MEASURES
        assert ev.effect_sizes(table, measure).attrs["effect_sizes"]["to"] == "only0"


def test_few_studies_are_refused_as_the_page_says(fit) -> None:
    assert "force=True" in row("fewer than ten studies in such a test")
    with pytest.raises(ev.EvidenceError):
        ev.egger(fit)
    assert ev.egger(fit, force=True).k == 4


def test_a_fit_has_the_fail_safe_number_that_the_page_says(fit) -> None:
    assert row("fail-safe N") == f'`type="{ev.fail_safe_n(fit).type}"` of a fit'


def test_other_programs_numbers_are_those_of_metafor() -> None:
    """metafor 3.8-1, with escalc(measure="RR") of dat.bcg: rma, regtest, ranktest, fsn, trimfill, tes."""
    trials = ev.datasets.load("bcg")
    effects = ev.effect_sizes(trials, "RR", **ev.datasets.describe("bcg").roles)
    normal = ev.pool(effects, test="z")
    got = [normal.estimate, normal.ci_low, normal.ci_high, normal.tau2, normal.pi_low, normal.pi_high]
    assert np.allclose(got, [-0.7145, -1.0669, -0.3622, 0.3132, -1.8667, 0.4376], atol=6e-5)
    dl = ev.pool(effects, tau2="DL", test="z")
    assert np.allclose([dl.estimate, dl.ci_low, dl.ci_high, dl.tau2], [-0.7141, -1.0644, -0.3638, 0.3088], atol=6e-5)
    hksj = ev.pool(effects, test="knha")
    assert np.allclose([*hksj.ci, *hksj.pi], [-1.1084, -0.3206, -1.996, 0.567], atol=6e-5)
    assert np.allclose([ev.egger(normal, model="rma").pvalue, ev.egger(normal).pvalue], [0.4218, 0.1887], atol=6e-5)
    assert ev.begg(normal).pvalue == pytest.approx(0.9524, abs=6e-5)
    assert ev.fail_safe_n(normal, type="Rosenthal").n == 598
    assert ev.fail_safe_n(normal, type="Orwin", weighted=False).n == 13
    assert ev.trim_and_fill(normal).filled.estimate == pytest.approx(-0.6571, abs=6e-5)
    assert ev.excess_significance(normal).pvalue == pytest.approx(0.5841, abs=6e-5)
