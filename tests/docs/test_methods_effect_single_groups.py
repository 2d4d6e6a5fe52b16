"""Formulas of docs/methods/effect-single-groups.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math
from statistics import NormalDist

import pandas as pd
import pytest
from effect_pages import check_page, choices_of, j_factor, measures_on, random_table

import evidence as ev

NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


def share(x, how):
    if how.vtype != "AV":
        return x.x / x.n
    return sum(r.x for r in how.rows) / sum(r.n for r in how.rows)


def pr(x, how):
    p = share(x, how)
    return x.x / x.n, p * (1 - p) / (x.n - (1 if how.vtype == "UB" else 0))


def pln(x, how):
    p = share(x, how)
    return math.log(x.x / x.n), (1 - p) / (p * x.n) if how.vtype == "AV" else 1 / x.x - 1 / x.n


def plo(x, how):
    p = share(x, how)
    return math.log(x.x / (x.n - x.x)), 1 / (p * (1 - p) * x.n) if how.vtype == "AV" else 1 / x.x + 1 / (x.n - x.x)


def prz(x, how):
    p = x.x / x.n
    y = quantile(p)
    return y, 2 * math.pi * p * (1 - p) * math.exp(y**2) / x.n


def pas(x, how):
    return math.asin(math.sqrt(x.x / x.n)), 1 / (4 * x.n)


def pft(x, how):
    return 0.5 * sum(math.asin(math.sqrt(k / (x.n + 1))) for k in (x.x, x.x + 1)), 1 / (4 * x.n + 2)


def mn(x, how):
    s2 = x.sd**2
    if how.vtype == "HO":
        s2 = sum((r.n - 1) * r.sd**2 for r in how.rows) / sum(r.n - 1 for r in how.rows)
    return x.mean, s2 / x.n


def smn(x, how):
    y = (j_factor(x.n - 1) if how.correct else 1) * x.mean / x.sd
    return y, 1 / x.n + y**2 / (2 * x.n)


PAGES = {
    "PR": pr,
    "PLN": pln,
    "PLO": plo,
    "PRZ": prz,
    "PAS": pas,
    "PFT": pft,
    "MN": mn,
    "MNLN": lambda x, how: (math.log(x.mean), x.sd**2 / (x.n * x.mean**2)),
    "SMN": smn,
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-single-groups.md")


def test_a_proportion_that_is_kept_where_nobody_had_the_event():
    found = ev.effect_sizes(pd.DataFrame({"events": [0], "n": [20]}), "PR", correction="events", append=False)
    assert found["yi"].iloc[0] == 0


@pytest.mark.parametrize("measure", ["PR", "PLO"])
def test_one_row_averages_to_itself(measure):
    table = random_table(measure, 5).head(1)
    plain, averaged = (ev.effect_sizes(table, measure, vtype=v)["vi"].iloc[0] for v in ("LS", "AV"))
    assert averaged == pytest.approx(plain, rel=1e-12)
