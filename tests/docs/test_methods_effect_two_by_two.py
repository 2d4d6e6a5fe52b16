"""Formulas of docs/methods/effect-two-by-two.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from effect_pages import cells, check_page, choices_of, measures_on, of_z, random_table, reciprocals, written_down
from scipy import integrate, optimize

import evidence as ev
from evidence.vocabulary import BinaryMeasure, allowed

NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


def risks(x, how):
    """The risks that the variance takes: those of the row, or for AV those of all rows."""
    if how.vtype != "AV":
        return x.p1, x.p2
    return how.mean(lambda r: cells(r).p1, lambda r: cells(r).n1), how.mean(
        lambda r: cells(r).p2, lambda r: cells(r).n2
    )


def risk_ratio(x, how):
    x = cells(x)
    p1, p2 = risks(x, how)
    v = (
        (1 - p1) / (p1 * x.n1) + (1 - p2) / (p2 * x.n2)
        if how.vtype == "AV"
        else x.b / (x.a * x.n1) + x.d / (x.c * x.n2)
    )
    return math.log(x.p1 / x.p2), v


def odds_ratio(x, how):
    x = cells(x)
    p1, p2 = risks(x, how)
    v = 1 / (p1 * (1 - p1) * x.n1) + 1 / (p2 * (1 - p2) * x.n2) if how.vtype == "AV" else reciprocals(x)
    return math.log(x.a * x.d / (x.b * x.c)), v


def risk_difference(x, how):
    x = cells(x)
    p1, p2 = risks(x, how)
    less = 1 if how.vtype == "UB" else 0
    return x.p1 - x.p2, p1 * (1 - p1) / (x.n1 - less) + p2 * (1 - p2) / (x.n2 - less)


def peto(x, how):
    x = cells(x)
    v = x.n1 * x.n2 * x.m1 * x.m0 / (x.N**2 * (x.N - 1))
    return (x.a - x.n1 * x.m1 / x.N) / v, 1 / v


def arcsine(x, how):
    x = cells(x)
    return math.asin(math.sqrt(x.p1)) - math.asin(math.sqrt(x.p2)), 1 / (4 * x.n1) + 1 / (4 * x.n2)


def phi(x, how):
    x = cells(x)
    r = (x.a * x.d - x.b * x.c) / math.sqrt(x.n1 * x.n2 * x.m1 * x.m0)
    if how.vtype == "ST":
        t = (x.p1 - x.p2) * (x.m0 - x.m1) / (2 * x.m1 * x.m0)
        first = (1 - x.n1 * t) ** 2 * x.p1 * (1 - x.p1) / x.n1
        second = (1 + x.n2 * t) ** 2 * x.p2 * (1 - x.p2) / x.n2
        return r, x.n1 * x.n2 / (x.m1 * x.m0) * (first + second)
    cross = (x.n1 - x.n2) * (x.m1 - x.m0) / math.sqrt(x.n1 * x.n2 * x.m1 * x.m0)
    squares = (x.n1 - x.n2) ** 2 / (x.n1 * x.n2) + (x.m1 - x.m0) ** 2 / (x.m1 * x.m0)
    return r, (1 - r**2 + r * (1 + r**2 / 2) * cross - 3 * r**2 / 4 * squares) / x.N


def yule_q(x, how):
    q = (x.a * x.d - x.b * x.c) / (x.a * x.d + x.b * x.c)
    return q, (1 - q**2) ** 2 / 4 * reciprocals(x)


def yule_y(x, how):
    y = (math.sqrt(x.a * x.d) - math.sqrt(x.b * x.c)) / (math.sqrt(x.a * x.d) + math.sqrt(x.b * x.c))
    return y, (1 - y**2) ** 2 / 16 * reciprocals(x)


def tetrachoric(x, how):
    x = cells(x)
    h, k = quantile(x.n1 / x.N), quantile(x.m1 / x.N)

    def corner(r):
        inner = lambda u: density(u) * below((k - r * u) / math.sqrt(1 - r**2))  # noqa: E731 - an integrand
        return integrate.quad(inner, -12, h, epsabs=1e-13, epsrel=1e-13, limit=200)[0] - x.a / x.N

    r = optimize.brentq(corner, -0.999, 0.999, xtol=1e-14)
    root = math.sqrt(1 - r**2)
    joint = math.exp(-(h**2 - 2 * r * h * k + k**2) / (2 * root**2)) / (2 * math.pi * root)
    big_a, big_b = below((k - r * h) / root), below((h - r * k) / root)
    g = [(1 - big_a - big_b) / joint, -big_a / joint, -big_b / joint, 0.0]
    shares = [x.a / x.N, x.b / x.N, x.c / x.N, x.d / x.N]
    # g stands for the first cell, then the rest of its row and of its column
    centre = sum(gi * pi for gi, pi in zip(g, shares, strict=True))
    return r, (sum(gi**2 * pi for gi, pi in zip(g, shares, strict=True)) - centre**2) / x.N


def probit_difference(x, how):
    x = cells(x)
    z1, z2 = quantile(x.p1), quantile(x.p2)
    v = sum(2 * math.pi * p * (1 - p) * math.exp(z**2) / n for p, z, n in ((x.p1, z1, x.n1), (x.p2, z2, x.n2)))
    return z1 - z2, v


def scaled(factor, function):
    def page(x, how):
        y, v = function(x, how)
        return factor * y, factor**2 * v

    return page


PAGES = {
    "RR": risk_ratio,
    "OR": odds_ratio,
    "RD": risk_difference,
    "PETO": peto,
    "AS": arcsine,
    "PHI": phi,
    "ZPHI": of_z(phi),
    "YUQ": yule_q,
    "YUY": yule_y,
    "RTET": tetrachoric,
    "ZTET": of_z(tetrachoric),
    "PBIT": probit_difference,
    **dict.fromkeys(("OR2D", "OR2DL"), scaled(math.sqrt(3) / math.pi, odds_ratio)),
    "OR2DN": scaled(1 / 1.65, odds_ratio),
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-two-by-two.md")


ZEROS = pd.DataFrame(
    {
        "events1": [0.0, 7, 3, 0, 12, 5],
        "nonevents1": [20.0, 13, 0, 30, 8, 40],
        "events2": [3.0, 0, 9, 0, 5, 2],
        "nonevents2": [57.0, 21, 6, 33, 0, 50],
    }
)


def corrected(table, *, add, to):
    """The cells after the policy, as the page of two groups says."""
    first, second = table["events1"] + table["nonevents1"], table["events2"] + table["nonevents2"]
    amount = {"1": first / (first + second), "2": second / (first + second)} if add == "TACC" else {"1": add, "2": add}
    zero = (table == 0).any(axis=1)
    where = {
        "only0": zero,
        "all": zero | True,
        "if0all": pd.Series(zero.any(), index=table.index),
        "none": zero & False,
    }[to]
    return pd.DataFrame({name: values + where * amount[name[-1]] for name, values in table.items()})


@pytest.mark.parametrize("add", [0.5, 0.25, "TACC"])
@pytest.mark.parametrize("to", ["only0", "all", "if0all"])
@pytest.mark.parametrize("measure", ["RR", "OR", "RD", "PETO", "YUQ", "OR2DN"])
def test_zero_cells_get_what_the_page_says(measure, to, add):
    found = ev.effect_sizes(ZEROS, measure, add=add, to=to, append=False)
    cells_after = corrected(ZEROS, add=add, to=to)
    yi, vi = written_down(PAGES, measure, cells_after)
    np.testing.assert_allclose(found["yi"], yi, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found["vi"], vi, rtol=1e-9)
    changed = (cells_after != ZEROS).any(axis=1)
    assert found["effect_note"].str.contains("added to all four cells").to_list() == changed.to_list()


def test_defaults_of_zero_cells():
    adding = {m: ev.effect_sizes(ZEROS, m).attrs["effect_sizes"]["to"] for m in allowed(BinaryMeasure)}
    none = {"AS", "PHI", "ZPHI", "RTET", "ZTET"}
    assert adding == {m: "none" if m in none else "only0" for m in adding}


def test_correction_of_events_alone():
    half = corrected(ZEROS, add=0.5, to="only0")
    found = ev.effect_sizes(ZEROS, "RD", correction="events", append=False)
    np.testing.assert_allclose(found["yi"], written_down(PAGES, "RD", ZEROS)[0], rtol=1e-12)
    np.testing.assert_allclose(found["vi"], written_down(PAGES, "RD", half)[1], rtol=1e-12)
    found = ev.effect_sizes(ZEROS, "RR", correction="events", append=False)
    a, c = half["events1"], half["events2"]
    n1, n2 = a + ZEROS["nonevents1"], c + ZEROS["nonevents2"]
    np.testing.assert_allclose(found["yi"], np.log(a / n1) - np.log(c / n2), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["vi"], 1 / a - 1 / n1 + 1 / c - 1 / n2, rtol=1e-9)


def note(measure, row, **options):
    return ev.effect_sizes(pd.DataFrame([row]), measure, append=False, **options).iloc[0]


def test_what_is_said_at_the_edges():
    empty = {"events1": 0, "n1": 20, "events2": 0, "n2": 30}
    assert note("OR", empty, drop00=True)["effect_note"] == "no events in either arm: left out (drop00)"
    assert note("RD", empty, to="none")["vi"] == 0
    assert note("RD", empty, to="none")["effect_note"] == "the sampling variance is 0: it cannot be weighted"
    assert note("AS", empty)["yi"] == 0
    assert math.isnan(note("PETO", empty, to="none")["yi"])
    assert not math.isnan(note("PETO", {**empty, "events2": 2}, to="none")["yi"])
    one = note("RTET", {**empty, "events2": 4})
    assert one["yi"] == -1
    assert math.isnan(one["vi"])


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_one_row_averages_to_itself(measure):
    table = random_table(measure, 5).head(1)
    plain, averaged = (ev.effect_sizes(table, measure, vtype=v)["vi"].iloc[0] for v in ("LS", "AV"))
    assert averaged == pytest.approx(plain, rel=1e-12)
