"""Formulas of docs/methods/effect-paired.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math
from statistics import NormalDist
from types import SimpleNamespace

import pandas as pd
import pytest
from effect_pages import cells, check_page, choices_of, j_factor, measures_on, reciprocals, standardised, unbiased

import evidence as ev

NAN = float("nan")
NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


def spread_of_change(x):
    return x.sd1**2 + x.sd2**2 - 2 * x.r * x.sd1 * x.sd2


def paired_difference(x, how):
    return x.mean1 - x.mean2, spread_of_change(x) / x.n


def smcc(x, how):
    d = (x.mean1 - x.mean2) / math.sqrt(spread_of_change(x))
    return standardised(d, 1 / x.n, x.n - 1, x.n, how)


def smcr(x, how):
    r = unbiased(x.r, x.n) if how.vtype in ("UB", "H0") else x.r
    return standardised((x.mean1 - x.mean2) / x.sd1, 2 * (1 - r) / x.n, x.n - 1, x.n, how)


def smcrh(x, how):
    g = (j_factor(x.n - 1) if how.correct else 1) * (x.mean1 - x.mean2) / x.sd1
    return g, spread_of_change(x) / (x.sd1**2 * (x.n - 1)) + g**2 / (2 * (x.n - 1))


def by_both(x, how):
    s2 = (x.sd1**2 + x.sd2**2) / 2
    return s2, (j_factor(2 * (x.n - 1) / (1 + x.r**2)) if how.correct else 1) * (x.mean1 - x.mean2) / math.sqrt(s2)


def smcrp(x, how):
    _, y = by_both(x, how)
    return y, 2 * (1 - x.r) / x.n + (1 + x.r**2) * y**2 / (4 * x.n)


def fourth_powers(x):
    return x.sd1**4 + x.sd2**4 + 2 * x.r**2 * x.sd1**2 * x.sd2**2


def smcrph(x, how):
    s2, y = by_both(x, how)
    return y, spread_of_change(x) / (s2 * (x.n - 1)) + y**2 * fourth_powers(x) / (8 * s2**2 * (x.n - 1))


def paired_ratio(x, how):
    c1, c2 = x.sd1 / x.mean1, x.sd2 / x.mean2
    y = math.log(x.mean1 / x.mean2) + ((c1**2 - c2**2) / (2 * x.n) if how.correct else 0)
    return y, (c1**2 + c2**2 - 2 * x.r * c1 * c2) / x.n


def paired_superiority(x, how):
    s = x.sd1**2 + x.sd2**2
    z = (x.mean1 - x.mean2) / math.sqrt(s)
    return below(z), density(z) ** 2 / (x.n - 1) * (spread_of_change(x) / s + z**2 / (2 * s**2) * fourth_powers(x))


def change(x, group):
    return SimpleNamespace(
        **{role: getattr(x, f"{role}{group}", NAN) for role in ("mean_post", "mean_pre", "sd_post", "sd_pre", "n", "r")}
    )


def ppcm(x, how):
    one, two = change(x, 1), change(x, 2)
    v = sum((g.sd_post**2 + g.sd_pre**2 - 2 * g.r * g.sd_post * g.sd_pre) / g.n for g in (one, two))
    return (one.mean_post - one.mean_pre) - (two.mean_post - two.mean_pre), v


def ppcr(x, how):
    parts = []
    for g in (change(x, 1), change(x, 2)):
        r = unbiased(g.r, g.n) if how.vtype in ("UB", "H0") else g.r
        parts.append(standardised((g.mean_post - g.mean_pre) / g.sd_pre, 2 * (1 - r) / g.n, g.n - 1, g.n, how))
    return parts[0][0] - parts[1][0], parts[0][1] + parts[1][1]


def ppcp(x, how):
    one, two = change(x, 1), change(x, 2)
    m = one.n + two.n - 2
    s = math.sqrt(((one.n - 1) * one.sd_pre**2 + (two.n - 1) * two.sd_pre**2) / m)
    d = ((one.mean_post - one.mean_pre) - (two.mean_post - two.mean_pre)) / s
    return standardised(d, 2 * (1 - one.r) / one.n + 2 * (1 - two.r) / two.n, m, one.n + two.n, how)


def mprr(x, how):
    return math.log((x.a + x.b) / (x.a + x.c)), (x.b + x.c) / ((x.a + x.b) * (x.a + x.c))


def mprd(x, how):
    n = x.a + x.b + x.c + x.d
    return (x.b - x.c) / n, (x.b * (n - x.b) + x.c * (n - x.c) + 2 * x.b * x.c) / n**3


def mpor(x, how):
    n = x.a + x.b + x.c + x.d
    p1, p2 = (x.a + x.b) / n, (x.a + x.c) / n
    return math.log(p1 * (1 - p2) / ((1 - p1) * p2)), mprd(x, how)[1] / (p1 * (1 - p1) * p2 * (1 - p2))


def mporm(x, how):
    r = x.r
    x = cells(x)
    spread = math.sqrt(x.p1 * (1 - x.p1) * x.p2 * (1 - x.p2))
    n = x.n1 if x.n1 == x.n2 else round((x.n1 + x.n2) / 2)
    return math.log(x.a * x.d / (x.b * x.c)), reciprocals(x) - 2 * r * n / (x.n1 * x.n2 * spread)


def mporc(x, how):
    return math.log(x.b / x.c), 1 / x.b + 1 / x.c


def mppeto(x, how):
    return 2 * (x.b - x.c) / (x.b + x.c), 4 / (x.b + x.c)


PAGES = {
    "MC": paired_difference,
    "SMCC": smcc,
    "SMCR": smcr,
    "SMCRH": smcrh,
    "SMCRP": smcrp,
    "SMCRPH": smcrph,
    "ROMC": paired_ratio,
    **dict.fromkeys(("CLESCN", "AUCCN"), paired_superiority),
    "PPCM": ppcm,
    "PPCR": ppcr,
    "PPCP": ppcp,
    "MPRR": mprr,
    "MPRD": mprd,
    "MPOR": mpor,
    "MPORM": mporm,
    "MPORC": mporc,
    "MPPETO": mppeto,
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-paired.md")


def test_margins_that_no_table_of_pairs_has():
    margins = pd.DataFrame([{"events1": 40, "n1": 50, "events2": 5, "n2": 50, "r": 0.9}])
    assert (
        ev.effect_sizes(margins, "MPORM", append=False)["effect_note"]
        .iloc[0]
        .endswith("no table of pairs has these margins and this correlation: no variance")
    )


def test_a_paired_test_stands_in_for_means():
    found = ev.effect_sizes(pd.DataFrame({"n": [20]}), "SMCC", t=-1.7, append=False)
    assert found["yi"].iloc[0] == pytest.approx(-j_factor(19) * 1.7 / math.sqrt(20), rel=1e-9)
