"""Formulas of docs/methods/effect-rates.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from effect_pages import check_page, choices_of, measures_on

import evidence as ev

PAGES = {
    "IRR": lambda x, how: (math.log(x.x1 / x.t1 / (x.x2 / x.t2)), 1 / x.x1 + 1 / x.x2),
    "IRD": lambda x, how: (x.x1 / x.t1 - x.x2 / x.t2, x.x1 / x.t1**2 + x.x2 / x.t2**2),
    "IRSD": lambda x, how: (math.sqrt(x.x1 / x.t1) - math.sqrt(x.x2 / x.t2), 1 / (4 * x.t1) + 1 / (4 * x.t2)),
    "IR": lambda x, how: (x.x / x.t, x.x / x.t**2),
    "IRLN": lambda x, how: (math.log(x.x / x.t), 1 / x.x),
    "IRS": lambda x, how: (math.sqrt(x.x / x.t), 1 / (4 * x.t)),
    "IRFT": lambda x, how: (0.5 * (math.sqrt(x.x / x.t) + math.sqrt((x.x + 1) / x.t)), 1 / (4 * x.t)),
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-rates.md")


def test_a_group_without_events_gets_the_half():
    table = pd.DataFrame([{"events1": 0, "time1": 9.0, "events2": 3, "time2": 9.0}])
    assert ev.effect_sizes(table, "IRR", append=False)["yi"].iloc[0] == pytest.approx(math.log(0.5 / 3.5))
