"""Formulas of docs/methods/effect-correlations.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math
from statistics import NormalDist

import pandas as pd
import pytest
from effect_pages import check_page, choices_of, cohen, gauss, measures_on, of_z, random_table, unbiased
from scipy import stats

import evidence as ev

NAN = float("nan")
NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


def correlation(effect):
    def page(x, how):
        y = effect(x.r, x.n)
        if how.vtype == "UB":
            v = y**2 - 1 + (x.n - 3) / (x.n - 2) * (1 - x.r**2) * gauss(1.0, x.n / 2, 1 - x.r**2)
            return y, v if v >= 0 else NAN
        centre = how.mean(lambda r: effect(r.r, r.n), lambda r: r.n) if how.vtype == "AV" else y
        return y, (1 - centre**2) ** 2 / (x.n - 1)

    return page


def zcor(x, how):
    return 0.5 * math.log((1 + x.r) / (1 - x.r)), 1 / (x.n - 3)


def point_biserial(x, how):
    d, n = cohen(x), x.n1 + x.n2
    h = (n - 2) / x.n1 + (n - 2) / x.n2
    r = d / math.sqrt(d**2 + h)
    if how.vtype == "CS":
        return r, (1 - r**2) ** 2 * (n * r**2 / (4 * x.n1 * x.n2) + (2 - 3 * r**2) / (2 * n))
    return r, h**2 / (h + d**2) ** 3 * (1 / x.n1 + 1 / x.n2 + d**2 / (2 * n))


def biserial(x, how):
    r, _ = point_biserial(x, how)
    n = x.n1 + x.n2
    p, q = x.n1 / n, x.n2 / n
    z = quantile(q)
    f = density(z)
    y = math.sqrt(p * q) / f * r
    yc = max(-1.0, min(1.0, y))
    bracket = 1.5 + (1 - p * z / f) * (1 + q * z / f)
    return y, (p * q / f**2 - bracket * yc**2 + yc**4) / (n - 1)


PAGES = {
    "COR": correlation(lambda r, n: r),
    "UCOR": correlation(unbiased),
    "ZCOR": zcor,
    "RPB": point_biserial,
    "ZPB": of_z(point_biserial),
    "RBIS": biserial,
    "ZBIS": of_z(biserial),
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-correlations.md")


def test_what_is_said_at_the_edges():
    three, four = (ev.effect_sizes(pd.DataFrame({"r": [0.4], "n": [n]}), m) for m, n in (("COR", 3), ("UCOR", 4)))
    assert three["effect_note"].iloc[0] == "too few people for this variance formula"
    assert four["effect_note"].iloc[0].startswith("too few people")


@pytest.mark.parametrize("measure", ["COR"])
def test_one_row_averages_to_itself(measure):
    table = random_table(measure, 5).head(1)
    plain, averaged = (ev.effect_sizes(table, measure, vtype=v)["vi"].iloc[0] for v in ("LS", "AV"))
    assert averaged == pytest.approx(plain, rel=1e-12)


def test_a_test_stands_in_for_a_correlation():
    t = 2.3
    for given in ({"t": t}, {"pvalue": 2 * stats.t.sf(t, 38)}):
        found = ev.effect_sizes(pd.DataFrame({"n": [40]}), "COR", **given)
        assert found["yi"].iloc[0] == pytest.approx(t / math.sqrt(t**2 + 40 - 2), rel=1e-9)
