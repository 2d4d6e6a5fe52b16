"""Formulas of docs/methods/effect-rest.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from effect_pages import check_page, choices_of, measures_on, of_z
from scipy import stats

import evidence as ev


def pcor(x, how):
    centre = how.mean(lambda r: r.r, lambda r: r.n) if how.vtype == "AV" else x.r
    return x.r, (1 - centre**2) ** 2 / (x.n - x.m)


def spcor(x, how):
    centre = how.mean(lambda r: r.r, lambda r: r.n) if how.vtype == "AV" else x.r
    q = x.r2 - centre**2
    return x.r, ((1 - x.r2) ** 2 + q * (1 - q)) / x.n


def r2(x, how):
    centre = how.mean(lambda r: r.r2, lambda r: r.n) if how.vtype in ("AV", "AV2") else x.r2
    wide = 4 * centre * (1 - centre) ** 2
    return x.r2, wide / x.n if how.vtype in ("LS", "AV") else wide * (x.n - x.m - 1) ** 2 / ((x.n**2 - 1) * (x.n + 3))


def reh(x, how):
    n = x.g0 + x.g1 + x.g2
    p0, p1, p2 = x.g0 / n, x.g1 / n, x.g2 / n
    return math.log(p1 / (2 * math.sqrt(p0 * p2))), ((1 - p1) / (4 * p0 * p2) + 1 / p1) / n


PAGES = {
    "PCOR": pcor,
    "ZPCOR": lambda x, how: (math.atanh(x.r), 1 / (x.n - x.m - 2)),
    "SPCOR": spcor,
    "ZSPCOR": of_z(spcor),
    "R2": r2,
    "ZR2": lambda x, how: (math.atanh(math.sqrt(x.r2)), 1 / x.n),
    "ARAW": lambda x, how: (x.alpha, 2 * x.m * (1 - x.alpha) ** 2 / ((x.m - 1) * (x.n - 2))),
    "AHW": lambda x, how: (
        1 - (1 - x.alpha) ** (1 / 3),
        18 * x.m * (x.n - 1) * (1 - x.alpha) ** (2 / 3) / ((x.m - 1) * (9 * x.n - 11) ** 2),
    ),
    "ABT": lambda x, how: (-math.log(1 - x.alpha), 2 * x.m / ((x.m - 1) * (x.n - 2))),
    "REH": reh,
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-rest.md")


def test_tests_stand_in_for_coefficients():
    df = 96 - 6 - 1
    table = pd.DataFrame({"n": [96], "m": [6], "r2": [0.31], "t": [2.1]})
    assert ev.effect_sizes(table, "PCOR")["yi"].iloc[0] == pytest.approx(2.1 / math.sqrt(2.1**2 + df), rel=1e-12)
    assert ev.effect_sizes(table, "SPCOR")["yi"].iloc[0] == pytest.approx(2.1 * math.sqrt(0.69 / df), rel=1e-12)
    table = pd.DataFrame({"n": [96], "m": [6]})
    for given in ({"f": 3.2}, {"pvalue": stats.f.sf(3.2, 6, df)}):
        assert ev.effect_sizes(table, "R2", **given)["yi"].iloc[0] == pytest.approx(6 * 3.2 / (6 * 3.2 + df), rel=1e-9)
