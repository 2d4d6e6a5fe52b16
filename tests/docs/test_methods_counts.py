"""The formulas on docs/methods/counts.md, written once more as sums over rows, against `ev.counts` on random tables."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

import evidence as ev

COLUMNS = ["events1", "nonevents1", "events2", "nonevents2"]


def tables(seed, k=6, *, zeros=True):
    """Return k tables of four counts; one has no events at all and one an empty cell, if `zeros`."""
    rng = np.random.default_rng(seed)
    rows = [
        [int(x) for x in (rng.integers(1, 9), rng.integers(30, 90), rng.integers(1, 9), rng.integers(30, 90))]
        for _ in range(k)
    ]
    if zeros:
        rows[1][0] = rows[1][2] = 0
        rows[2][0] = 0
    return rows


def frame(rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def summed(function, rows):
    return math.fsum(function(*row) for row in rows)


# ---------------------------------------------------------------- Mantel–Haenszel


def mh_or(rows):
    n = lambda a, b, c, d: a + b + c + d  # noqa: E731 - as on the page
    r, s = (
        summed(lambda a, b, c, d: a * d / n(a, b, c, d), rows),
        summed(lambda a, b, c, d: b * c / n(a, b, c, d), rows),
    )
    first = summed(lambda a, b, c, d: (a + d) * a * d / n(a, b, c, d) ** 2, rows) / r**2
    middle = summed(lambda a, b, c, d: ((a + d) * b * c + (b + c) * a * d) / n(a, b, c, d) ** 2, rows) / (r * s)
    last = summed(lambda a, b, c, d: (b + c) * b * c / n(a, b, c, d) ** 2, rows) / s**2
    return math.log(r / s), (first + middle + last) / 2


def mh_rr(rows):
    r = summed(lambda a, b, c, d: a * (c + d) / (a + b + c + d), rows)
    s = summed(lambda a, b, c, d: c * (a + b) / (a + b + c + d), rows)
    v = summed(lambda a, b, c, d: (a + b) * (c + d) * (a + c) / (a + b + c + d) ** 2 - a * c / (a + b + c + d), rows)
    return math.log(r / s), v / (r * s)


def mh_rd(rows, variance):
    w = summed(lambda a, b, c, d: (a + b) * (c + d) / (a + b + c + d), rows)
    y = summed(lambda a, b, c, d: (a * (c + d) - c * (a + b)) / (a + b + c + d), rows) / w
    if variance == "gr":

        def one(a, b, c, d):
            n1, n2 = a + b, c + d
            return (a * b * n2**3 + c * d * n1**3) / (n1 * n2 * (n1 + n2) ** 2)

        return y, summed(one, rows) / w**2

    def of_p(a, b, c, d):
        n1, n2 = a + b, c + d
        return (n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / (n1 + n2) ** 2

    q = summed(lambda a, b, c, d: (a * d + b * c) / (a + b + c + d), rows) / 2
    return y, (y * summed(of_p, rows) + q) / w**2


def mh_irr(rows):
    r = summed(lambda x1, t1, x2, t2: x1 * t2 / (t1 + t2), rows)
    s = summed(lambda x1, t1, x2, t2: x2 * t1 / (t1 + t2), rows)
    return math.log(r / s), summed(lambda x1, t1, x2, t2: t1 * t2 * (x1 + x2) / (t1 + t2) ** 2, rows) / (r * s)


def mh_ird(rows):
    w = summed(lambda x1, t1, x2, t2: t1 * t2 / (t1 + t2), rows)
    y = summed(lambda x1, t1, x2, t2: (x1 * t2 - x2 * t1) / (t1 + t2), rows) / w
    return y, summed(lambda x1, t1, x2, t2: (t1 * t2 / (t1 + t2)) ** 2 * (x1 / t1**2 + x2 / t2**2), rows) / w**2


def cochran(rows):
    w = [x2 * t1 / t2 for x1, t1, x2, t2 in rows]
    logs = [math.log(x1 / t1 / (x2 / t2)) for x1, t1, x2, t2 in rows]
    y = sum(wi * yi for wi, yi in zip(w, logs, strict=True)) / sum(w)
    return y, 1 / sum(row[0] for row in rows) + 1 / sum(row[2] for row in rows)


def agrees(found, expected):
    assert (found.estimate, found.se**2) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_mantel_haenszel_of_tables(seed):
    rows = tables(seed)
    agrees(ev.mantel_haenszel(frame(rows), "OR"), mh_or(rows))
    agrees(ev.mantel_haenszel(frame(rows), "RR"), mh_rr(rows))
    for variance in ("sato", "gr"):
        agrees(ev.mantel_haenszel(frame(rows), "RD", rd_variance=variance), mh_rd(rows, variance))
    agrees(ev.mantel_haenszel(frame(rows), "OR", drop00=(True, True)), mh_or([row for row in rows if row[0] + row[2]]))
    halves = [[x + 0.5 for x in row] if 0 in row else row for row in rows]
    agrees(ev.mantel_haenszel(frame(rows), "OR", add=(0.5, 0.5), to=("only0", "only0")), mh_or(halves))


@pytest.mark.parametrize("seed", range(3))
def test_mantel_haenszel_of_rates(seed):
    rows = tables(seed)
    table = pd.DataFrame(rows, columns=["events1", "time1", "events2", "time2"])
    agrees(ev.mantel_haenszel(table, "IRR"), mh_irr(rows))
    agrees(ev.mantel_haenszel(table, "IRD"), mh_ird(rows))
    full = tables(seed, zeros=False)
    agrees(ev.mantel_haenszel(pd.DataFrame(full, columns=table.columns), "IRR", method="Cochran"), cochran(full))


# ---------------------------------------------------------------- Peto and the tests of tables


def peto_parts(a, b, c, d):
    n1, n2, m1, m0 = a + b, c + d, a + c, b + d
    n = n1 + n2
    return a - n1 * m1 / n, n1 * n2 * m1 * m0 / (n**2 * (n - 1))


@pytest.mark.parametrize("seed", range(3))
def test_peto(seed):
    rows = tables(seed)
    differences, spreads = zip(*(peto_parts(*row) for row in rows), strict=True)
    found = ev.peto(frame(rows))
    agrees(found, (sum(differences) / sum(spreads), 1 / sum(spreads)))
    pairs = [(x, v) for x, v in zip(differences, spreads, strict=True) if v]
    assert found.q == pytest.approx(sum(x**2 / v for x, v in pairs) - sum(differences) ** 2 / sum(spreads), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_association_and_homogeneity(seed):
    rows = tables(seed)
    parts = [peto_parts(*row) for row in rows]
    distance, spread = abs(sum(x for x, _ in parts)), sum(v for _, v in parts)
    for correct in (True, False):
        found = ev.mantel_haenszel(frame(rows), "OR", correct=correct)
        assert found.cmh.statistic == pytest.approx(max(0, distance - 0.5 * correct) ** 2 / spread, rel=1e-9)
    assert found.cmh.pvalue == pytest.approx(stats.chi2.sf(found.cmh.statistic, 1), rel=1e-9)
    ratio = math.exp(mh_or(rows)[0])
    squares, distances, inverse = 0.0, 0.0, 0.0
    for a, b, c, d in (row for row in rows if row[0] + row[2]):
        n1, n2, m1 = a + b, c + d, a + c

        def off(e, n1=n1, n2=n2, m1=m1):
            return e * (n2 - m1 + e) - ratio * (n1 - e) * (m1 - e)

        e = optimize.brentq(off, max(0, m1 - n2), min(n1, m1), xtol=1e-14)
        bracket = 1 / e + 1 / (n1 - e) + 1 / (m1 - e) + 1 / (n2 - m1 + e)
        squares, distances, inverse = squares + (a - e) ** 2 * bracket, distances + a - e, inverse + 1 / bracket
    assert found.breslow_day.statistic == pytest.approx(squares, rel=1e-7)
    assert found.tarone.statistic == pytest.approx(squares - distances**2 / inverse, rel=1e-7)
    assert found.tarone.df == len(rows) - 2


def test_association_of_rates():
    rows = tables(2)
    table = pd.DataFrame(rows, columns=["events1", "time1", "events2", "time2"])
    distance = abs(summed(lambda x1, t1, x2, t2: (x1 * t2 - x2 * t1) / (t1 + t2), rows))
    spread = summed(lambda x1, t1, x2, t2: (x1 + x2) * t1 * t2 / (t1 + t2) ** 2, rows)
    assert ev.mantel_haenszel(table, "IRR").cmh.statistic == pytest.approx(
        max(0, distance - 0.5) ** 2 / spread, rel=1e-9
    )


# ---------------------------------------------------------------- mixed models, by plain sums over the random effect

ONE_GROUP = [(14, 40), (2, 22), (0, 30), (19, 25), (7, 61)]
TWO_GROUPS = [(4, 60, 11, 58), (6, 44, 3, 40), (12, 30, 2, 44), (0, 25, 5, 28), (9, 41, 8, 35)]
NOBODY = (0, 30, 0, 31)
GRID = np.arange(-9, 9, 0.02)
MASS = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()


def over_u(conditional, tau2):
    """Return the log of the likelihood of one trial, averaged over its random effect."""
    return math.log(float(MASS @ conditional(math.sqrt(tau2) * GRID)))


def hypergeometric(a, b, c, d, log_ratio):
    """The probability of `a` given all margins, for these log odds ratios."""
    n1, n2, m1 = a + b, c + d, a + c
    support = range(max(0, m1 - n2), min(n1, m1) + 1)
    weights = [math.comb(n1, x) * math.comb(n2, m1 - x) * np.exp(log_ratio * (x - a)) for x in support]
    return weights[a - support[0]] / np.sum(weights, axis=0)


def binomial(x, n, logit):
    return math.comb(n, x) * special.expit(logit) ** x * special.expit(-logit) ** (n - x)


def poisson(x, mean):
    return mean**x * np.exp(-mean) / math.factorial(x)


def unconditional(theta, tau2, a, b, c, d):
    """UM.FS: the trial's own level is where the likelihood is highest, found by search."""

    def loss(level):
        arms = lambda u: binomial(a, a + b, level + theta + u / 2) * binomial(c, c + d, level - u / 2)  # noqa: E731
        return -over_u(arms, tau2)

    return -optimize.minimize_scalar(loss, bounds=(-6, 3), method="bounded", options={"xatol": 1e-9}).fun


MODELS = {
    ("PLO", None): lambda theta, tau2, x, n: over_u(lambda u: binomial(x, n, theta + u), tau2),
    ("IRLN", None): lambda theta, tau2, x, t: over_u(lambda u: poisson(x, t * np.exp(theta + u)), tau2),
    ("OR", "CM.EL"): lambda theta, tau2, *row: over_u(lambda u: hypergeometric(*row, theta + u), tau2),
    ("OR", "CM.AL"): lambda theta, tau2, a, b, c, d: over_u(
        lambda u: binomial(a, a + c, math.log((a + b) / (c + d)) + theta + u), tau2
    ),
    ("IRR", "CM.EL"): lambda theta, tau2, x1, t1, x2, t2: over_u(
        lambda u: binomial(x1, x1 + x2, math.log(t1 / t2) + theta + u), tau2
    ),
    ("OR", "UM.FS"): unconditional,
}


@pytest.mark.parametrize(("measure", "model"), MODELS, ids=[f"{m}-{k}" for m, k in MODELS])
def test_the_likelihood_of_a_mixed_model(measure, model):
    one = measure in ("PLO", "IRLN")
    rows = ONE_GROUP if one else TWO_GROUPS
    second = {"PLO": "n", "IRLN": "time", "IRR": "time", "OR": "nonevents"}[measure]
    names = ["events", second] if one else ["events1", f"{second}1", "events2", f"{second}2"]
    # Of two groups' odds ratio, a trial without events tells nothing, and is to leave no trace.
    silent = [NOBODY] if measure == "OR" else []
    fit = ev.glmm(pd.DataFrame([*rows, *silent], columns=names), measure, model=model)
    assert fit.k == len(rows)

    def loglik(theta, tau2):
        return math.fsum(MODELS[measure, model](theta, tau2, *row) for row in rows)

    top = loglik(fit.estimate, fit.tau2)
    assert fit.loglik == pytest.approx(top, abs=1e-6)
    assert fit.tau2 > 0
    if model != "UM.FS":
        for step, factor in ((0.05, 1), (-0.05, 1), (0, 1.1), (0, 0.9)):
            assert loglik(fit.estimate + step, factor * fit.tau2) < top


def test_random_study_levels_keep_trials_without_events():
    rows = [*TWO_GROUPS, NOBODY]
    fit = ev.glmm(frame(rows), "OR", model="UM.RS")
    assert fit.k == len(rows)
    grid, mass = GRID[::15], MASS[::15] / MASS[::15].sum()
    s, u = math.sqrt(fit.sigma2) * grid[:, None], math.sqrt(fit.tau2) * grid[None, :]

    def loglik(mu):
        total = 0.0
        for a, b, c, d in rows:
            both = binomial(a, a + b, mu + s + fit.estimate + u / 2) * binomial(c, c + d, mu + s - u / 2)
            total += math.log(float(mass @ both @ mass))
        return total

    best = optimize.minimize_scalar(lambda mu: -loglik(mu), bounds=(-5, 1), method="bounded", options={"xatol": 1e-9})
    assert fit.loglik == pytest.approx(-best.fun, abs=1e-6)


def test_the_beta_binomial_likelihood():
    rows = [*TWO_GROUPS, NOBODY]
    fit = ev.beta_binomial(frame(rows), "OR")
    arms = [(a, a + b, 0) for a, b, c, d in rows] + [(c, c + d, 1) for a, b, c, d in rows]
    mu, rho = fit.risks, fit.rho

    def loglik(risks, rho):
        return sum(
            stats.betabinom.logpmf(x, n, risks[g] * (1 - rho) / rho, (1 - risks[g]) * (1 - rho) / rho)
            for x, n, g in arms
        )

    top = loglik(mu, rho)
    assert fit.loglik == pytest.approx(top, abs=1e-8)
    assert 0 < rho < 1
    for risks, overdispersion in (
        ((mu[0] * 1.02, mu[1]), rho),
        ((mu[0], mu[1] * 0.98), rho),
        (mu, 1.05 * rho),
        (mu, 0.95 * rho),
    ):
        assert loglik(risks, overdispersion) < top
    assert fit.estimate == pytest.approx(special.logit(mu[0]) - special.logit(mu[1]), rel=1e-9)
    assert ev.beta_binomial(frame(rows), "RR").estimate == pytest.approx(math.log(mu[0] / mu[1]), rel=1e-9)
    assert ev.beta_binomial(frame(rows), "RD").estimate == pytest.approx(mu[0] - mu[1], rel=1e-9)
    assert fit.k == len(rows)


def test_what_is_said_at_the_edges():
    one = ev.mantel_haenszel(frame([(4, 60, 11, 58)]), "OR")
    assert one.cautions[0] == "This is one study, not a synthesis."
    none = ev.mantel_haenszel(frame([(0, 60, 11, 58), (0, 30, 2, 31)]), "OR")
    assert math.isnan(none.estimate)
    assert any("Group 1 has no events in any study" in text for text in none.cautions)
    large = ev.peto(frame([(30, 20, 15, 85), (20, 30, 4, 66)]))
    assert any("Peto's one-step estimate is biased" in text for text in large.cautions)
    assert any("more than twofold" in text for text in ev.peto(frame([(3, 20, 15, 85), (2, 30, 4, 66)])).cautions)
    with pytest.raises(ev.InputError):
        ev.glmm(frame([(0, 60, 11, 58), (0, 30, 2, 31)]), "OR", model="CM.EL")
    study = ev.glmm(frame([(4, 60, 11, 58)]), "OR")
    assert study.cautions[0].startswith("This is one study, not a synthesis")
    assert math.isnan(study.tau2)
    common = ev.glmm(frame([(30, 20, 25, 25), (20, 30, 14, 36)]), "OR", model="CM.AL")
    assert any(
        "CM.AL stands for the exact conditional model only where events are rare" in text for text in common.cautions
    )
