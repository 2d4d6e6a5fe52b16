"""What the groups, the judgements of bias and the facts of a forest plot may not be."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from evidence.errors import InputError, RowError
from evidence.instruments import FORMS
from evidence.plot import ForestData, ForestRow, ForestSummary
from evidence.plot.forest_plot.data import ArmCell, ForestFacts

TWO = (ArmCell(n=20, events=4), ArmCell(n=22, events=9))
DOMAINS = (("D1", "randomisation"), ("D2", "deviations"), ("All", "overall"))
GOOD = ForestRow(label="A", estimate=2.0, ci_low=1.0, ci_high=4.0, arms=TWO, bias=("low", "", "high"))
FACTS = ForestFacts(
    q=3.0, df=2, p=0.2, i2=33.0, i2_low=0.0, i2_high=80.0, tau2=0.1, tau2_low=0.0, tau2_high=2.0, statistic=-1.2,
    statistic_p=0.23,
)  # fmt: skip
TOTAL = ForestSummary(label="Total", estimate=2.0, ci_low=1.0, ci_high=4.0, facts=FACTS, arms=TWO)


def data(*rows: ForestRow, **options: Any) -> ForestData:
    given = {"arm_labels": ("x", "y"), "bias_tool": "RoB 2", "bias_domains": DOMAINS, "overall": TOTAL, **options}
    return ForestData(rows=rows or (GOOD,), measure="Risk ratio", ratio=True, null=1.0, **given)


def test_what_is_right_is_kept() -> None:
    found = data(GOOD, replace(GOOD, label="B", arms=(), bias=()), difference=FACTS)
    assert found.rows[0].bias == ("low", "", "high")
    assert found.overall.facts.i2_high == 80.0
    single = (ArmCell(n=20, events=4),)
    one = data(replace(GOOD, arms=single), arm_labels=("x",), overall=replace(TOTAL, arms=single))
    assert one.rows[0].arms == single


def test_every_judgement_of_every_form_is_known() -> None:
    words = {word for form in FORMS.values() for word in form.judgements} | {"not-agreed", ""}
    assert len(words) >= 8
    for word in words:
        assert data(replace(GOOD, bias=(word, word, word))).rows[0].bias == (word,) * 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arms": (*TWO, ArmCell())}, "it has 3 arms; give two, or one where there is no comparison"),
        ({"arms": TWO[:1]}, "it has 1 arm under 2 arm labels"),
        ({"arms": (ArmCell(n=20, events=21), TWO[1])}, "arm 1: it has 21 people with the event among 20"),
        ({"arms": (TWO[0], ArmCell(sd=-1.0))}, "arm 2: its sd, -1, is below 0"),
        ({"arms": (TWO[0], ArmCell(n=-3))}, "arm 2: its n, -3, is below 0"),
        ({"arms": (ArmCell(mean=math.nan), TWO[1])}, "arm 1: its mean is not a finite number; give None"),
        ({"bias": ("low", "high")}, "it has 2 judgements of bias for 3 domains"),
        ({"bias": ("low", "high", "highest")}, "its judgement of bias 'highest' is none; allowed: low, some-concerns"),
    ],
)
def test_a_row_at_fault_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RowError) as caught:
        data(GOOD, replace(GOOD, label="B", **change))
    (problem,) = caught.value.problems
    assert (problem.row, problem.study) == ("2", "B")
    assert message in problem.message


def test_rows_of_one_and_of_two_groups_do_not_stand_together() -> None:
    with pytest.raises(RowError, match="it has 1 arm where others have 2"):
        data(GOOD, replace(GOOD, label="B", arms=TWO[:1]), arm_labels=())


def test_every_row_at_fault_is_listed() -> None:
    with pytest.raises(RowError, match="2 rows of the forest plot") as caught:
        data(replace(GOOD, bias=("low",)), GOOD, replace(GOOD, label="C", bias=("l", "m", "n")))
    assert [problem.row for problem in caught.value.problems] == ["1", "3", "3", "3"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"arm_labels": ("a", "b", "c"), "overall": None}, "it has 2 arms under 3 arm labels|3 arm labels; give two"),
        ({"bias_tool": ""}, "bias_tool does not say of which form"),
        ({"bias_domains": (("D1", "a"), ("D1", "b"), ("All", "c"))}, "two domains of bias have the same sign"),
        ({"bias_domains": (("D1", "a"), ("Long", "b"), ("All", "c"))}, "'Long', has not one to three letters"),
        ({"overall": replace(TOTAL, facts=replace(FACTS, p=1.2))}, "Total: p=1.2 is not between 0 and 1"),
        ({"overall": replace(TOTAL, facts=replace(FACTS, q=-1.0))}, "Total: q=-1 is not 0 or more"),
        ({"overall": replace(TOTAL, facts=replace(FACTS, i2=101.0))}, "i2=101 is not between 0 and 100"),
        ({"overall": replace(TOTAL, facts=replace(FACTS, i2_high=None))}, "the interval of I² lacks a limit"),
        ({"overall": replace(TOTAL, facts=replace(FACTS, tau2_low=3.0))}, "of τ², 3 to 2, is upside down"),
        ({"overall": replace(TOTAL, arms=TWO[:1])}, "Total: it has 1 arm under 2 arm labels"),
        ({"difference": replace(FACTS, p=math.nan)}, "test between subgroups: p=nan"),
    ],
)
def test_a_figure_at_fault_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        data(**options)
