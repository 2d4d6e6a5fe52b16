"""The formulas on docs/methods/effect-*.md, written once more as plain functions of one row, against `ev.effect_sizes`.

Each function below is the page's formula and nothing else: no array, no code of the package. The tables are random.
What the pages say about zeros and about tests that stand in for means is checked in the same manner.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, stats

import evidence as ev
from evidence.effects.formulas import FORMULAS
from evidence.vocabulary import BinaryMeasure, allowed

ROWS = 16
NAN = float("nan")
NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


# ---------------------------------------------------------------- what several pages share


def j_factor(m):
    return math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)


def standardised(d, b, m, n, how, av=None):
    """The list of variances under SMD; `av` is the mean of the effect over the rows."""
    j = j_factor(m)
    g = j * d
    y = g if how.correct else d
    v = {
        "LS": lambda: b + y**2 / (2 * n),
        "LS2": lambda: j**2 * (b + d**2 / (2 * n)),
        "UB": lambda: b + (1 - (m - 2) / (m * j**2)) * g**2,
        "H0": lambda: j**2 * m / (m - 2) * b,
        "AV": lambda: b + av() ** 2 / (2 * n),
        "DF": lambda: b + y**2 / (2 * m),
        "RM": lambda: b + y**2 / (2 * (n - 3.94)),
        "UBG": lambda: b + (1 - (m - 2) / (m * j**2)) * g**2,
    }[how.vtype]()
    return y, v / j**2 if not how.correct and how.vtype in ("LS2", "UB", "H0") else v


def fisher(r, v):
    return (math.atanh(r), v / (1 - r**2) ** 2) if abs(r) < 1 else (NAN, NAN)


def gauss(a, c, z):
    """Gauss' hypergeometric function with both upper parameters `a`, by its definition."""
    terms, term, k = [1.0], 1.0, 0
    while term > 1e-18:
        term *= (a + k) ** 2 / ((c + k) * (k + 1)) * z
        terms.append(term)
        k += 1
    return math.fsum(terms)


def unbiased(r, n):
    return r * gauss(0.5, (n - 2) / 2, 1 - r**2)


# ---------------------------------------------------------------- two groups, yes or no


def cells(x):
    a, b, c, d = x.a, x.b, x.c, x.d
    n1, n2 = a + b, c + d
    return SimpleNamespace(a=a, b=b, c=c, d=d, n1=n1, n2=n2, N=n1 + n2, m1=a + c, m0=b + d, p1=a / n1, p2=c / n2)


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


def reciprocals(x):
    return 1 / x.a + 1 / x.b + 1 / x.c + 1 / x.d


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


# ---------------------------------------------------------------- two groups, means


def pooled(x):
    return ((x.n1 - 1) * x.sd1**2 + (x.n2 - 1) * x.sd2**2) / (x.n1 + x.n2 - 2)


def cohen(x):
    return (x.mean1 - x.mean2) / math.sqrt(pooled(x))


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


# ---------------------------------------------------------------- the same people twice


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


# ---------------------------------------------------------------- correlations


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


# ---------------------------------------------------------------- one group, rates, spread, the rest


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


def vr(x, how):
    bias = 1 / (2 * (x.n1 - 1)) - 1 / (2 * (x.n2 - 1)) if how.correct else 0
    return math.log(x.sd1 / x.sd2) + bias, 1 / (2 * (x.n1 - 1)) + 1 / (2 * (x.n2 - 1))


def cvr(x, how):
    c1, c2 = x.sd1 / x.mean1, x.sd2 / x.mean2
    bias = 1 / (2 * (x.n1 - 1)) - 1 / (2 * (x.n2 - 1)) - c1**2 / (2 * x.n1) + c2**2 / (2 * x.n2) if how.correct else 0
    v = 1 / (2 * (x.n1 - 1)) + c1**2 / x.n1 + 1 / (2 * (x.n2 - 1)) + c2**2 / x.n2
    return math.log(c1 / c2) + bias, v


def cvrc(x, how):
    c1, c2 = x.sd1 / x.mean1, x.sd2 / x.mean2
    y = math.log(c1 / c2) - ((c1**2 - c2**2) / (2 * x.n) if how.correct else 0)
    return y, (1 - x.r**2) / (x.n - 1) + (c1**2 + c2**2 - 2 * x.r * c1 * c2) / x.n


def cvln(x, how):
    y = math.log(x.sd / x.mean) + (1 / (2 * (x.n - 1)) if how.correct else 0)
    return y, 1 / (2 * (x.n - 1)) + x.sd**2 / (x.n * x.mean**2)


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


def of_z(function):
    return lambda x, how: fisher(*function(x, how))


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
    "COR": correlation(lambda r, n: r),
    "UCOR": correlation(unbiased),
    "ZCOR": zcor,
    "RPB": point_biserial,
    "ZPB": of_z(point_biserial),
    "RBIS": biserial,
    "ZBIS": of_z(biserial),
    "PR": pr,
    "PLN": pln,
    "PLO": plo,
    "PRZ": prz,
    "PAS": pas,
    "PFT": pft,
    "MN": mn,
    "MNLN": lambda x, how: (math.log(x.mean), x.sd**2 / (x.n * x.mean**2)),
    "SMN": smn,
    "IRR": lambda x, how: (math.log(x.x1 / x.t1 / (x.x2 / x.t2)), 1 / x.x1 + 1 / x.x2),
    "IRD": lambda x, how: (x.x1 / x.t1 - x.x2 / x.t2, x.x1 / x.t1**2 + x.x2 / x.t2**2),
    "IRSD": lambda x, how: (math.sqrt(x.x1 / x.t1) - math.sqrt(x.x2 / x.t2), 1 / (4 * x.t1) + 1 / (4 * x.t2)),
    "IR": lambda x, how: (x.x / x.t, x.x / x.t**2),
    "IRLN": lambda x, how: (math.log(x.x / x.t), 1 / x.x),
    "IRS": lambda x, how: (math.sqrt(x.x / x.t), 1 / (4 * x.t)),
    "IRFT": lambda x, how: (0.5 * (math.sqrt(x.x / x.t) + math.sqrt((x.x + 1) / x.t)), 1 / (4 * x.t)),
    "VR": vr,
    "CVR": cvr,
    "VRC": lambda x, how: (math.log(x.sd1 / x.sd2), (1 - x.r**2) / (x.n - 1)),
    "CVRC": cvrc,
    "SDLN": lambda x, how: (math.log(x.sd) + (1 / (2 * (x.n - 1)) if how.correct else 0), 1 / (2 * (x.n - 1))),
    "CVLN": cvln,
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

# the columns of the package, and what the pages call the numbers
CELL_NAMES = {"events1": "a", "nonevents1": "b", "events2": "c", "nonevents2": "d"}
PAIR_NAMES = {"pairs_both": "a", "pairs_only1": "b", "pairs_only2": "c", "pairs_neither": "d"}
RENAMED = {
    **CELL_NAMES,
    **PAIR_NAMES,
    "events": "x",
    "time": "t",
    **{f"time{g}": f"t{g}" for g in "12"},
    "homozygous1": "g0",
    "heterozygous": "g1",
    "homozygous2": "g2",
}


def random_table(measure, seed):
    """Numbers for every argument of a measure: positive means, no zero, no impossible pair of margins."""
    rng = np.random.default_rng(seed)
    roles = FORMULAS[measure].arguments
    found = {}
    for role in roles:
        if role.startswith(("mean", "time")):
            found[role] = rng.uniform(12, 24, ROWS)
        elif role.startswith("sd"):
            found[role] = rng.uniform(1, 9, ROWS)
        elif role.startswith("n") and not role.startswith("nonevents"):
            found[role] = rng.integers(6, 80, ROWS).astype(float)
        elif role in ("r", "r1", "r2") and not (role == "r2" and "r1" not in roles):
            found[role] = (
                rng.uniform(-0.1, 0.35, ROWS)
                if measure in ("MPORM", "SPCOR", "ZSPCOR")
                else rng.uniform(-0.6, 0.9, ROWS)
            )
        elif role == "r2":
            found[role] = rng.uniform(0.2, 0.8, ROWS)
        elif role in ("auc", "alpha"):
            found[role] = rng.uniform(0.1, 0.95, ROWS)
        elif role == "m":
            found[role] = rng.integers(2, 5, ROWS).astype(float)
        else:
            found[role] = rng.integers(3, 60, ROWS).astype(float)
    if measure == "MPORM":
        found["nonevents2"] = found["events1"] + found["nonevents1"] + 60 - found["events2"]
        found["nonevents1"] = found["nonevents1"] + 60
    for group in FORMULAS[measure].needs:
        if group == ("m",) and "m" not in found:
            found["m"] = np.full(ROWS, 3.0)  # asked for with the test that may stand in, not in the formula
    return pd.DataFrame(found)


def rows_of(measure, table):
    renamed = table.rename(columns=RENAMED)
    if measure in ("IRR", "IRD", "IRSD"):
        renamed = renamed.rename(columns={"a": "x1", "c": "x2"})
    if measure in ("PR", "PLN", "PLO", "PRZ", "PAS", "PFT"):
        renamed = renamed.assign(n=table["events"] + table["nonevents"])
    return [SimpleNamespace(**row) for row in renamed.to_dict("records")]


def written_down(measure, table, *, vtype="LS", correct=True):
    rows = rows_of(measure, table)

    def mean(value, weight):
        return sum(weight(r) * value(r) for r in rows) / sum(weight(r) for r in rows)

    how = SimpleNamespace(vtype=vtype, correct=correct, rows=rows, mean=mean)
    return np.array([PAGES[measure](row, how) for row in rows]).T


CHOICES = [
    (measure, vtype, correct)
    for measure, formula in FORMULAS.items()
    for vtype in formula.variances
    for correct in ((True, False) if formula.corrects else (True,))
]


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    table = random_table(measure, seed=sum(map(ord, measure)))
    if measure in ("RTET", "ZTET"):
        table = table.head(6)
    options = {"correlation": None, "to": "none"} if measure in ("MPORM",) else {}
    found = ev.effect_sizes(table, measure, vtype=vtype, correct=correct, append=False, **options)
    yi, vi = written_down(measure, table, vtype=vtype, correct=correct)
    np.testing.assert_allclose(found["yi"], yi, rtol=1e-9)
    np.testing.assert_allclose(found["vi"], vi, rtol=1e-9)
    assert np.isfinite(yi).sum() > len(table) / 2


def test_every_measure_has_its_formula():
    assert set(PAGES) == set(FORMULAS)


def test_hedges_factor_and_its_approximation():
    for m in (2, 3, 10, 57):
        assert ev.effects.hedges_j(m) == pytest.approx(j_factor(m), rel=1e-12)
        assert ev.effects.hedges_j(m, factor="approximate") == pytest.approx(1 - 3 / (4 * m - 1), rel=1e-12)
    table = random_table("SMD", 1)
    ratio = (
        ev.effect_sizes(table, "SMD", factor="approximate")["yi"] / ev.effect_sizes(table, "SMD", correct=False)["yi"]
    )
    np.testing.assert_allclose(ratio, 1 - 3 / (4 * (table["n1"] + table["n2"] - 2) - 1), rtol=1e-12)


# ---------------------------------------------------------------- zeros

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
    yi, vi = written_down(measure, cells_after)
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
    np.testing.assert_allclose(found["yi"], written_down("RD", ZEROS)[0], rtol=1e-12)
    np.testing.assert_allclose(found["vi"], written_down("RD", half)[1], rtol=1e-12)
    found = ev.effect_sizes(ZEROS, "RR", correction="events", append=False)
    a, c = half["events1"], half["events2"]
    n1, n2 = a + ZEROS["nonevents1"], c + ZEROS["nonevents2"]
    np.testing.assert_allclose(found["yi"], np.log(a / n1) - np.log(c / n2), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["vi"], 1 / a - 1 / n1 + 1 / c - 1 / n2, rtol=1e-9)


def test_what_is_said_at_the_edges():
    def note(measure, row, **options):
        return ev.effect_sizes(pd.DataFrame([row]), measure, append=False, **options).iloc[0]

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
    below_zero = {"mean1": -3.0, "sd1": 1.0, "n1": 9, "mean2": -2.0, "sd2": 1.0, "n2": 9}
    assert note("ROM", below_zero)["effect_note"].startswith("the means are not both above 0")
    assert note("SMD", {**below_zero, "mean1": 5.0})["effect_note"].startswith("|g| = ")
    few = {"mean1": 3.0, "sd1": 1.0, "n1": 9, "mean2": 2.0, "sd2": 1.0, "n2": 2}
    assert note("SMD1", few)["effect_note"] == "too few people: Hedges' factor does not exist"
    assert note("COR", {"r": 0.4, "n": 3})["effect_note"] == "too few people for this variance formula"
    assert note("UCOR", {"r": 0.4, "n": 4})["effect_note"].startswith("too few people")
    assert note("IRR", {"events1": 0, "time1": 9.0, "events2": 3, "time2": 9.0})["yi"] == pytest.approx(
        math.log(0.5 / 3.5)
    )
    assert note("PR", {"events": 0, "n": 20}, correction="events")["yi"] == 0
    margins = {"events1": 40, "n1": 50, "events2": 5, "n2": 50, "r": 0.9}
    assert note("MPORM", margins)["effect_note"].endswith(
        "no table of pairs has these margins and this correlation: no variance"
    )


def test_one_row_averages_to_itself():
    for measure in ("RR", "OR", "RD", "SMD", "ROM", "PR", "PLO", "COR"):
        table = random_table(measure, 5).head(1)
        plain, averaged = (ev.effect_sizes(table, measure, vtype=v)["vi"].iloc[0] for v in ("LS", "AV"))
        assert averaged == pytest.approx(plain, rel=1e-12)


# ---------------------------------------------------------------- tests that stand in


def test_tests_stand_in_for_means_and_correlations():
    n1, n2, t = 18, 25, 2.3
    p = 2 * stats.t.sf(t, n1 + n2 - 2)
    sizes = {"n1": [n1], "n2": [n2]}
    d = t * math.sqrt(1 / n1 + 1 / n2)
    for given in ({"d": d}, {"t": t}, {"pvalue": p}):
        found = ev.effect_sizes(pd.DataFrame(sizes), "SMD", append=False, **given)
        assert found["yi"].iloc[0] == pytest.approx(j_factor(n1 + n2 - 2) * d, rel=1e-9)
    found = ev.effect_sizes(pd.DataFrame({"n": [20]}), "SMCC", t=-1.7, append=False)
    assert found["yi"].iloc[0] == pytest.approx(-j_factor(19) * 1.7 / math.sqrt(20), rel=1e-9)
    r = t / math.sqrt(t**2 + 40 - 2)
    p = 2 * stats.t.sf(t, 38)
    for given in ({"t": t}, {"pvalue": p}):
        assert ev.effect_sizes(pd.DataFrame({"n": [40]}), "COR", **given)["yi"].iloc[0] == pytest.approx(r, rel=1e-9)
    table = pd.DataFrame({"n": [96], "m": [6], "r2": [0.31], "t": [2.1]})
    df = 96 - 6 - 1
    assert ev.effect_sizes(table, "PCOR")["yi"].iloc[0] == pytest.approx(2.1 / math.sqrt(2.1**2 + df), rel=1e-12)
    assert ev.effect_sizes(table, "SPCOR")["yi"].iloc[0] == pytest.approx(2.1 * math.sqrt(0.69 / df), rel=1e-12)
    table = pd.DataFrame({"n": [96], "m": [6]})
    for given in ({"f": 3.2}, {"pvalue": stats.f.sf(3.2, 6, df)}):
        assert ev.effect_sizes(table, "R2", **given)["yi"].iloc[0] == pytest.approx(6 * 3.2 / (6 * 3.2 + df), rel=1e-9)
