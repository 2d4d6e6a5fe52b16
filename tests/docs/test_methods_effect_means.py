"""Formulas of docs/methods/effect-means.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from effect_pages import check_page, choices_of, cohen, j_factor, measures_on, pooled, random_table, standardised
from scipy import stats

import evidence as ev

NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


def mean_difference(x, how):
    v = x.sd1**2 / x.n1 + x.sd2**2 / x.n2 if how.vtype == "LS" else pooled(x) * (1 / x.n1 + 1 / x.n2)
    return x.mean1 - x.mean2, v


def smd(x, how):
    def one(r):
        return cohen(r) * (j_factor(r.n1 + r.n2 - 2) if how.correct else 1)

    n = x.n1 + x.n2
    return standardised(cohen(x), 1 / x.n1 + 1 / x.n2, n - 2, n, how, lambda: how.mean(one, lambda r: r.n1 + r.n2))


def smdh(x, how):
    s2 = (x.sd1**2 + x.sd2**2) / 2
    y = (j_factor(x.n1 + x.n2 - 2) if how.correct else 1) * (x.mean1 - x.mean2) / math.sqrt(s2)
    first = y**2 / (8 * s2**2) * (x.sd1**4 / (x.n1 - 1) + x.sd2**4 / (x.n2 - 1))
    return y, first + (x.sd1**2 / (x.n1 - 1) + x.sd2**2 / (x.n2 - 1)) / s2


def smd1(x, how):
    def one(r):
        return (r.mean1 - r.mean2) / r.sd2 * (j_factor(r.n2 - 1) if how.correct else 1)

    d = (x.mean1 - x.mean2) / x.sd2
    av = lambda: how.mean(one, lambda r: r.n1 + r.n2)  # noqa: E731 - computed only where it is asked for
    return standardised(d, 1 / x.n1 + 1 / x.n2, x.n2 - 1, x.n2, how, av)


def smd1h(x, how):
    g = (j_factor(x.n2 - 1) if how.correct else 1) * (x.mean1 - x.mean2) / x.sd2
    return g, x.sd1**2 / x.sd2**2 / (x.n1 - 1) + 1 / (x.n2 - 1) + g**2 / (2 * (x.n2 - 1))


def ratio_of_means(x, how):
    c1, c2 = x.sd1 / x.mean1, x.sd2 / x.mean2
    y = math.log(x.mean1 / x.mean2) + (0.5 * (c1**2 / x.n1 - c2**2 / x.n2) if how.correct else 0)
    if how.vtype == "LS":
        return y, c1**2 / x.n1 + c2**2 / x.n2
    if how.vtype == "HO":
        return y, pooled(x) / (x.n1 * x.mean1**2) + pooled(x) / (x.n2 * x.mean2**2)
    sums = [sum(getattr(r, f"sd{g}") / getattr(r, f"mean{g}") * getattr(r, f"n{g}") for r in how.rows) for g in (1, 2)]
    sizes = [sum(getattr(r, f"n{g}") for r in how.rows) for g in (1, 2)]
    if how.vtype == "AV":
        return y, (sums[0] / sizes[0]) ** 2 / x.n1 + (sums[1] / sizes[1]) ** 2 / x.n2
    return y, (sum(sums) / sum(sizes)) ** 2 * (1 / x.n1 + 1 / x.n2)


def d_as_odds(factor):
    def page(x, how):
        d, n = cohen(x), x.n1 + x.n2
        return factor * d, factor**2 * (1 / x.n1 + 1 / x.n2 + d**2 / (2 * n))

    return page


def superiority_normal(x, how):
    s = x.sd1**2 + x.sd2**2
    z = (x.mean1 - x.mean2) / math.sqrt(s)
    first = (x.sd1**2 / (x.n1 - 1) + x.sd2**2 / (x.n2 - 1)) / s
    second = z**2 / (2 * s**2) * (x.sd1**4 / (x.n1 - 1) + x.sd2**4 / (x.n2 - 1))
    return below(z), density(z) ** 2 * (first + second)


def superiority(x, how):
    a = x.auc
    q1, q2 = a / (2 - a) - a**2, 2 * a**2 / (1 + a) - a**2
    if how.vtype == "LS":
        above = a * (1 - a) + ((x.n1 + x.n2) / 2 - 1) * (q1 + q2)
    else:
        above = a * (1 - a) + (x.n1 - 1) * q1 + (x.n2 - 1) * q2
    return a, above / ((x.n1 - 1) * (x.n2 - 1))


PAGES = {
    "MD": mean_difference,
    "SMD": smd,
    "SMDH": smdh,
    "SMD1": smd1,
    "SMD1H": smd1h,
    "ROM": ratio_of_means,
    **dict.fromkeys(("D2OR", "D2ORL"), d_as_odds(math.pi / math.sqrt(3))),
    "D2ORN": d_as_odds(1.65),
    **dict.fromkeys(("CLESN", "AUCN"), superiority_normal),
    **dict.fromkeys(("CLES", "AUC"), superiority),
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-means.md")


def test_hedges_factor_and_its_approximation():
    for m in (2, 3, 10, 57):
        assert ev.effects.hedges_j(m) == pytest.approx(j_factor(m), rel=1e-12)
        assert ev.effects.hedges_j(m, factor="approximate") == pytest.approx(1 - 3 / (4 * m - 1), rel=1e-12)
    table = random_table("SMD", 1)
    ratio = (
        ev.effect_sizes(table, "SMD", factor="approximate")["yi"] / ev.effect_sizes(table, "SMD", correct=False)["yi"]
    )
    np.testing.assert_allclose(ratio, 1 - 3 / (4 * (table["n1"] + table["n2"] - 2) - 1), rtol=1e-12)


def note(measure, row, **options):
    return ev.effect_sizes(pd.DataFrame([row]), measure, append=False, **options).iloc[0]


def test_what_is_said_at_the_edges():
    below_zero = {"mean1": -3.0, "sd1": 1.0, "n1": 9, "mean2": -2.0, "sd2": 1.0, "n2": 9}
    assert note("ROM", below_zero)["effect_note"].startswith("the means are not both above 0")
    assert note("SMD", {**below_zero, "mean1": 5.0})["effect_note"].startswith("|g| = ")
    few = {"mean1": 3.0, "sd1": 1.0, "n1": 9, "mean2": 2.0, "sd2": 1.0, "n2": 2}
    assert note("SMD1", few)["effect_note"] == "too few people: Hedges' factor does not exist"


@pytest.mark.parametrize("measure", ["SMD", "ROM"])
def test_one_row_averages_to_itself(measure):
    table = random_table(measure, 5).head(1)
    plain, averaged = (ev.effect_sizes(table, measure, vtype=v)["vi"].iloc[0] for v in ("LS", "AV"))
    assert averaged == pytest.approx(plain, rel=1e-12)


def test_a_test_stands_in_for_means():
    n1, n2, t = 18, 25, 2.3
    d = t * math.sqrt(1 / n1 + 1 / n2)
    for given in ({"d": d}, {"t": t}, {"pvalue": 2 * stats.t.sf(t, n1 + n2 - 2)}):
        found = ev.effect_sizes(pd.DataFrame({"n1": [n1], "n2": [n2]}), "SMD", append=False, **given)
        assert found["yi"].iloc[0] == pytest.approx(j_factor(n1 + n2 - 2) * d, rel=1e-9)
