"""The formulas on docs/methods/effect-scales.md, and intervals of a proportion, written once more, against the code."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

import evidence as ev
from evidence.effects import transformations as tr
from evidence.effects.formulas import FORMULAS
from evidence.vocabulary import IntervalMethod, allowed

NORMAL = NormalDist()
quantile, below, density = NORMAL.inv_cdf, NORMAL.cdf, NORMAL.pdf


def double_arcsine(p, n):
    return 0.5 * sum(math.asin(math.sqrt(k / (n + 1))) for k in (n * p, n * p + 1))


Z = quantile(0.975)


def continuity(x, n, sign):
    """The limits with continuity correction as the page prints them: `sign` +1 for the lower, −1 for the upper one."""
    p = x / n
    inside = Z**2 - sign * 2 - 1 / n + 4 * p * (n - x + sign)
    return (2 * x + Z**2 - sign * 1 - sign * Z * math.sqrt(inside)) / (2 * (n + Z**2))


INTERVALS = {
    "exact": lambda x, n: (stats.beta.ppf(0.025, x, n - x + 1), stats.beta.ppf(0.975, x + 1, n - x)),
    "wilson": lambda x, n: tuple(
        (x / n + Z**2 / (2 * n) + s * Z * math.sqrt(x / n * (1 - x / n) / n + Z**2 / (4 * n**2))) / (1 + Z**2 / n)
        for s in (-1, 1)
    ),
    "wilson-cc": lambda x, n: (continuity(x, n, 1), continuity(x, n, -1)),
    "agresti-coull": lambda x, n: INTERVALS["wald"](x + Z**2 / 2, n + Z**2),
    "wald": lambda x, n: tuple(x / n + s * Z * math.sqrt(x / n * (1 - x / n) / n) for s in (-1, 1)),
    "wald-cc": lambda x, n: tuple(w + s / (2 * n) for w, s in zip(INTERVALS["wald"](x, n), (-1, 1), strict=True)),
}


@pytest.mark.parametrize("method", sorted(INTERVALS))
def test_intervals_of_one_proportion(method):
    for x, n in ((1, 9), (7, 20), (24, 31), (199, 200)):
        expected = [min(max(limit, 0), 1) for limit in INTERVALS[method](x, n)]
        assert ev.proportion_interval(x, n, method=method) == pytest.approx(expected, rel=1e-9)


def test_all_intervals_are_there():
    assert set(INTERVALS) == set(allowed(IntervalMethod))
    assert ev.proportion_interval(0, 20, method="exact")[1] == pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-12)
    assert ev.proportion_interval(3, 20) == ev.proportion_interval(3, 20, method="wilson")


def test_back_transformations():
    forth = {
        "PLO": 0.3,
        "PLN": 0.3,
        "PRZ": 0.3,
        "PAS": 0.3,
        "PFT": 0.3,
        "IRLN": 0.3,
        "IRS": 0.3,
        "IRFT": 0.3,
        "MNLN": 0.3,
    }
    given = {
        "PFT": {"n": 40.0},
        "IRFT": {"time": 40.0},
    }
    for measure, value in forth.items():
        roles = FORMULAS[measure].arguments
        row = {"events": 12.0, "nonevents": 28.0, "time": 40.0, "mean": 0.3, "sd": 0.1, "n": 9.0}
        yi = ev.effect_sizes(pd.DataFrame([{role: row[role] for role in roles}]), measure)["yi"].iloc[0]
        assert ev.effects.back_transform(yi, measure, **given.get(measure, {})) == pytest.approx(value, rel=1e-9)
    assert ev.effects.back_transform(0.7, "ZCOR") == pytest.approx(math.tanh(0.7))
    assert ev.effects.back_transform(0.7, "ZR2") == pytest.approx(math.tanh(0.7) ** 2)
    assert ev.effects.back_transform(0.7, "AHW") == pytest.approx(1 - 0.3**3)
    assert ev.effects.back_transform(0.7, "ABT") == pytest.approx(1 - math.exp(-0.7))
    assert ev.effects.back_transform(0.7, "SMD") == 0.7
    assert ev.effects.harmonic_mean_n([10, 40]) == pytest.approx(2 / (1 / 10 + 1 / 40))


def average(function, mu, tau2):
    """E f(μ + τZ)."""
    return integrate.quad(lambda z: function(mu + math.sqrt(tau2) * z) * density(z), -12, 12, epsabs=1e-13)[0]


CONVERSIONS = {
    ("r_to_z", "z_to_r"): (lambda r: math.atanh(r), (0.4,)),
    ("r2_to_z", "z_to_r2"): (lambda r: math.atanh(math.sqrt(r)), (0.4,)),
    ("logit", "inverse_logit"): (lambda p: math.log(p / (1 - p)), (0.3,)),
    ("probit", "inverse_probit"): (quantile, (0.3,)),
    ("arcsine", "inverse_arcsine"): (lambda p: math.asin(math.sqrt(p)), (0.3,)),
    ("double_arcsine", "inverse_double_arcsine"): (
        double_arcsine,
        (0.3, 20.0),
    ),
    ("freeman_tukey", "inverse_freeman_tukey_rate"): (
        lambda x, t: 0.5 * (math.sqrt(x) + math.sqrt(x + 1 / t)),
        (0.04, 200.0),
    ),
    ("hakstian_whalen", "inverse_hakstian_whalen"): (lambda a: 1 - (1 - a) ** (1 / 3), (0.8,)),
    ("bonett", "inverse_bonett"): (lambda a: -math.log(1 - a), (0.8,)),
    ("d_to_lnor_logistic", "lnor_to_d_logistic"): (lambda d: d * math.pi / math.sqrt(3), (0.5,)),
    ("d_to_lnor_normal", "lnor_to_d_normal"): (lambda d: 1.65 * d, (0.5,)),
    ("lnor_to_rr", "rr_to_lnor"): (lambda y, p0: math.exp(y) / (1 - p0 + p0 * math.exp(y)), (0.7, 0.2)),
    ("lnor_to_rd", "rd_to_lnor"): (lambda y, p0: p0 * math.exp(y) / (1 - p0 + p0 * math.exp(y)) - p0, (0.7, 0.2)),
    ("d_to_rpb", "rpb_to_d"): (lambda d: d / math.sqrt(d**2 + 4), (0.5,)),
    ("rpb_to_rbis", "rbis_to_rpb"): (lambda r: r * 0.5 / density(0), (0.3,)),
    ("d_to_rbis", "rbis_to_d"): (lambda d: d / math.sqrt(d**2 + 4) * 0.5 / density(0), (0.4,)),
    ("d_to_u1", "u1_to_d"): (lambda d: (2 * below(abs(d) / 2) - 1) / below(abs(d) / 2), (0.5,)),
    ("d_to_u2", "u2_to_d"): (lambda d: below(d / 2), (-0.5,)),
    ("d_to_u3", "u3_to_d"): (below, (-0.5,)),
    ("d_to_overlap", "overlap_to_d"): (lambda d: 2 * below(-abs(d) / 2), (0.5,)),
    ("d_to_cles", "cles_to_d"): (lambda d: below(d / math.sqrt(2)), (-0.5,)),
    ("d_to_cliffs_delta", "cliffs_delta_to_d"): (lambda d: 2 * below(d / math.sqrt(2)) - 1, (-0.5,)),
    ("d_to_besd", "besd_to_d"): (lambda d: 0.5 + d / math.sqrt(d**2 + 4) / 2, (-0.5,)),
    ("d_to_md", "md_to_d"): (lambda d, s: d * s, (0.5, 14.0)),
    ("inverse_log",): (math.exp, (0.4,)),
    ("inverse_square_root",): (lambda y: max(y, 0) ** 2, (0.4,)),
    ("exp_mean",): (lambda mu, tau2: average(math.exp, mu, tau2), (0.4, 0.2)),
    ("exp_mode",): (lambda mu, tau2: math.exp(mu - tau2), (0.4, 0.2)),
    ("inverse_logit_mean",): (lambda mu, tau2: average(special.expit, mu, tau2), (-1.5, 0.2)),
    ("z_to_r_mean",): (lambda mu, tau2: average(math.tanh, mu, tau2), (0.4, 0.2)),
}


@pytest.mark.parametrize("names", CONVERSIONS, ids=[names[0] for names in CONVERSIONS])
def test_conversions(names):
    formula, arguments = CONVERSIONS[names]
    found = float(getattr(tr, names[0])(*arguments))
    assert found == pytest.approx(formula(*arguments), rel=1e-9)
    if len(names) == 2:
        assert float(getattr(tr, names[1])(found, *arguments[1:])) == pytest.approx(arguments[0], rel=1e-9)


def test_all_conversions_are_there():
    assert sorted(name for names in CONVERSIONS for name in names) == sorted(tr.__all__)


def test_sizes_in_conversions():
    n1, n2, d = 20, 60, 0.5
    h = (n1 + n2 - 2) / n1 + (n1 + n2 - 2) / n2
    r = d / math.sqrt(d**2 + h)
    assert float(tr.d_to_rpb(d, n1=n1, n2=n2)) == pytest.approx(r, rel=1e-12)
    p = n1 / (n1 + n2)
    assert float(tr.rpb_to_rbis(r, n1=n1, n2=n2)) == pytest.approx(
        r * math.sqrt(p * (1 - p)) / density(quantile(p)), rel=1e-9
    )


def test_the_delta_method():
    covariance = np.array([[0.36, 0.1], [0.1, 0.25]])
    found = ev.delta_method(lambda a, b: a * b, [12.0, 10.0], covariance, order=2)
    gradient, hessian = np.array([10.0, 12.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
    second = 0.5 * np.trace(hessian @ covariance @ hessian @ covariance)
    assert found.se[0] ** 2 == pytest.approx(gradient @ covariance @ gradient + second, rel=1e-7)
    yi, vi = ev.transform_effects([0.4], [0.02], np.tanh)
    assert (yi[0], vi[0]) == pytest.approx((math.tanh(0.4), (1 - math.tanh(0.4) ** 2) ** 2 * 0.02), rel=1e-8)
