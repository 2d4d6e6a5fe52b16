"""The formulas of docs/methods/small-study.md and selection.md, in plain arithmetic, against the code."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from plain_pooling import column, dl, near, pm, q_of, studies, wls
from scipy import optimize, stats

import evidence as ev
from evidence import vocabulary as vocab
from evidence.diagnose.small_study.excess_significance import poisson_binomial
from evidence.errors import ConvergenceError, InputError
from evidence.vocabulary import allowed

Z = stats.norm.ppf(0.975)


def lean(seed=21, k=14):
    """Effects that lean on their standard errors."""
    y, v = studies(seed, k=k, tau2=0.05)
    return y + 1.5 * np.sqrt(v), v


def tables(seed=22, k=12):
    rng = np.random.default_rng(seed)
    n = rng.integers(20, 150, (2, k))
    events = rng.binomial(n, [[0.2], [0.3]])
    events[:, 0] = 0
    return pd.DataFrame({"events1": events[0], "n1": n[0], "events2": events[1], "n2": n[1]})


def free_line(y, v, x):
    """Intercept, slope and their standard errors by least squares with weights 1/v and a free dispersion."""
    design = np.column_stack([np.ones(len(y)), x])
    beta, inverse = wls(y, 1 / v, design)
    return beta, np.sqrt(np.diag(inverse) * q_of(y, v, 0, design) / (len(y) - 2))


def same_line(found, y, v, x):
    beta, se = free_line(y, v, x)
    near((found.estimate, found.se), (beta[1], se[1]))
    near((found.intercept, found.intercept_se), (beta[0], se[0]))
    near(found.pvalue, 2 * stats.t.sf(abs(beta[1] / se[1]), len(y) - 2))


# ---------------------------------------------------------------- tests of asymmetry


def test_egger():
    y, v = lean()
    n = np.random.default_rng(1).integers(20, 200, len(y))
    s = np.sqrt(v)
    found = ev.egger(y, v)
    same_line(found, y, v, s)
    slope, _, _, _, _ = stats.linregress(1 / s, y / s)
    near(found.limit, slope)
    near(found.intercept, slope)
    near(found.estimate, stats.linregress(1 / s, y / s).intercept)
    predictors = {"sei": s, "vi": v, "ni": n, "ninv": 1 / n, "sqrtni": np.sqrt(n), "sqrtninv": 1 / np.sqrt(n)}
    assert set(predictors) == set(allowed(vocab.FunnelPredictor))
    for name, values in predictors.items():
        same_line(ev.egger(y, v, predictor=name, ni=n), y, v, values)
        design = np.column_stack([np.ones(len(y)), values])
        t = dl(y, v, design)
        beta, inverse = wls(y, 1 / (v + t), design)
        mixed = ev.egger(y, v, model="rma", predictor=name, ni=n, tau2="DL", test="z")
        near((mixed.estimate, mixed.se, mixed.tau2), (beta[1], math.sqrt(inverse[1, 1]), t), rel=1e-8)
        assert math.isnan(mixed.limit) == (name in ("ni", "sqrtni"))
    with pytest.raises(InputError, match="force=True"):
        ev.egger(y[:9], v[:9])


def test_begg():
    y, v = lean()
    w = 1 / v
    standard = (y - (w * y).sum() / w.sum()) / np.sqrt(v - 1 / w.sum())
    found, kendall = ev.begg(y, v), stats.kendalltau(standard, v, method="exact")
    near((found.tau, found.pvalue), (kendall.statistic, kendall.pvalue))
    rounded = np.round(v, 1) + 0.05
    ties, plain = ev.begg(y, rounded), 1 / rounded
    standard = (y - (plain * y).sum() / plain.sum()) / np.sqrt(rounded - 1 / plain.sum())
    kendall = stats.kendalltau(standard, rounded, method="asymptotic")
    assert not ties.exact
    near((ties.tau, ties.pvalue), (kendall.statistic, kendall.pvalue))


def cells(table):
    used = table[(table["events1"] + table["events2"]) > 0]
    a, n1, c, n2 = (used[name].to_numpy(float) for name in ("events1", "n1", "events2", "n2"))
    return used, a, n1, c, n2, a + c, n1 + n2 - a - c, n1 + n2


def test_tests_of_tables():
    table = tables()
    used, a, n1, _, n2, d, rest, n = cells(table)
    effects = ev.effect_sizes(used, "OR", append=False)
    y, v = effects["yi"].to_numpy(), effects["vi"].to_numpy()
    scores = {
        "OR": (a - d * n1 / n, n1 * n2 * d * rest / (n**2 * (n - 1))),
        "RR": ((a * n - d * n1) / rest, n1 * n2 * d / (n * rest)),
    }
    assert set(scores) == set(allowed(vocab.ScoreMeasure))
    for measure, (score, variance) in scores.items():
        same_line(ev.harbord(table, measure=measure), score / variance, 1 / variance, 1 / np.sqrt(variance))
    pooled = 1 / d + 1 / rest
    same_line(ev.peters(table), y, pooled, 1 / n)
    by_weights = {"FPV": pooled, "FIV": v}
    assert set(by_weights) == set(allowed(vocab.MacaskillWeights))
    for name, variance in by_weights.items():
        same_line(ev.macaskill(table, weights=name), y, variance, n)
    size = 4 * n1 * n2 / n
    same_line(ev.deeks(table), y, 1 / size, 1 / np.sqrt(size))
    assert ev.harbord(table).excluded == ("0",)


def test_debray():
    y, v = lean(k=12)
    rng = np.random.default_rng(3)
    e1, e2 = rng.integers(1, 40, (2, 12)).astype(float)
    e1[0] = 0
    same_line(ev.debray(y, v, events1=e1, events2=e2), y, v, 1 / (e1 + e2))
    more = np.where((e1 == 0) | (e2 == 0), 0.5, 0)
    first, second = e1 + more, e2 + more
    found = ev.debray(y, v, events1=e1, events2=e2, weights="FAV")
    same_line(found, y, 1 / first + 1 / second, 1 / (first + second))
    assert set(allowed(vocab.DebrayWeights)) == {"FIV", "FAV"}


def test_tests_of_rare_events():
    table = tables()
    a, n1, c, n2 = (table[name].to_numpy(float) for name in ("events1", "n1", "events2", "n2"))
    y, v = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 1 / (4 * n1) + 1 / (4 * n2)
    same_line(ev.ruecker(table, model="lm"), y, v, np.sqrt(v))
    design = np.column_stack([np.ones(len(y)), np.sqrt(v)])
    t = dl(y, v, design)
    beta, inverse = wls(y, 1 / (v + t), design)
    near(ev.ruecker(table, tau2="DL").statistic, beta[1] / math.sqrt(inverse[1, 1]), rel=1e-8)
    near(ev.ruecker(table, model="rank").tau, ev.begg(y, v).tau)
    assert set(allowed(vocab.ArcsineModel)) == {"lm", "rma", "rank"}
    _, a, n1, c, n2, d, _, n = cells(table)
    b, e = n1 - a, n2 - c
    half = np.where((a == 0) | (b == 0) | (c == 0) | (e == 0), 0.5, 0)
    total = n + 4 * half
    odds = ((a + half) * (e + half) / total).sum() / ((b + half) * (c + half) / total).sum()
    law = [stats.nchypergeom_fisher(int(m), int(g), int(k), odds) for m, g, k in zip(n, d, n1, strict=True)]
    mean, variance = np.array([one.mean() for one in law]), np.array([one.var() for one in law])
    found = ev.schwarzer(table)
    near(found.tau, stats.kendalltau((a - mean) / np.sqrt(variance), 1 / variance).statistic)


# ---------------------------------------------------------------- adjusted effects


def mean_of(y, v, t):
    return (y / (v + t)).sum() / (1 / (v + t)).sum()


def missing_on_the_left(y, v, estimator):
    """Duval and Tweedie's count, for effects whose funnel lacks studies on the left."""
    order = np.argsort(y)
    y, v = y[order], v[order]
    k, k0 = len(y), 0
    while True:
        left = slice(0, k - k0)
        centre = mean_of(y[left], v[left], dl(y[left], v[left], column(k - k0)))
        ranks = stats.rankdata(np.abs(y - centre))
        above = ranks[y > centre].sum()
        raw = {
            "L0": (4 * above - k * (k + 1)) / (2 * k - 1),
            "R0": k - ranks[y <= centre].max() - 1,
            "Q0": k - 0.5 - math.sqrt(max(0, 2 * k**2 - 4 * above + 0.25)),
        }[estimator]
        count = max(0, round(raw))
        if count == k0:
            return k0, 2 * centre - y[k - k0 :], v[k - k0 :]
        k0 = count


@pytest.mark.parametrize("estimator", allowed(vocab.TrimFillEstimator))
def test_trim_and_fill(estimator):
    filled = 0
    for seed in (21, 23):
        y, v = lean(seed)
        found = ev.trim_and_fill(ev.pool(y, v, tau2="DL", test="z"), side="left", estimator=estimator)
        k0, more, variances = missing_on_the_left(y, v, estimator)
        all_y, all_v = np.concatenate([y, more]), np.concatenate([v, variances])
        t = dl(all_y, all_v, column(len(all_y)))
        assert found.k0 == k0
        near(found.estimate, mean_of(all_y, all_v, t), rel=1e-8)
        mirrored = ev.trim_and_fill(ev.pool(-y, v, tau2="DL", test="z"), side="right", estimator=estimator)
        near((mirrored.k0, mirrored.estimate), (k0, -found.estimate), rel=1e-8)
        filled += k0
        if estimator == "R0":
            near(found.k0_pvalue, 0.5 ** (k0 + 1))
    assert filled > 0


def test_pet_and_peese():
    y, v = lean()
    for method, x in (("pet", np.sqrt(v)), ("peese", v)):
        beta, se = free_line(y, v, x)
        found = getattr(ev, method)(y, v)
        near((found.estimate, found.se, found.slope, found.slope_se), (beta[0], se[0], beta[1], se[1]))
    for effects in (y, y + 3):
        beta, se = free_line(effects, v, np.sqrt(v))
        two_sided = 2 * stats.t.sf(abs(beta[0] / se[0]), len(y) - 2)
        both = ev.pet_peese(effects, v)
        assert both.chosen == ("PEESE" if two_sided < 0.10 else "PET")
        near(both.decision_pvalue, two_sided)
    assert both.chosen == "PEESE"


@pytest.mark.parametrize("method", allowed(vocab.LimitAdjustment))
def test_limit_meta_analysis(method):
    y, v = lean(23)
    k = len(y)
    fit = ev.pool(y, v, tau2="DL")
    t, found = fit.tau2, ev.limit_meta_analysis(fit, method=method)
    x = 1 / np.sqrt(v + t)
    line = stats.linregress(x, y * x)
    alpha, beta = line.intercept, line.slope
    limit = beta + np.sqrt(t / (v + t)) * (y - beta)
    near((found.alpha, found.beta, found.limit), (alpha, beta, limit), rel=1e-8)
    inverse = np.linalg.inv(np.column_stack([np.ones(k), x]).T @ np.column_stack([np.ones(k), x]))
    weights = np.array([math.sqrt(t), 1])
    s = np.sqrt(v)
    expected = {
        "beta0": (beta + math.sqrt(t) * alpha, math.sqrt(weights @ inverse @ weights)),
        "betalim": (stats.linregress(1 / s, limit / s).slope, 1 / math.sqrt(((1 / s - (1 / s).mean()) ** 2).sum())),
        "mulim": (mean_of(limit, v, 0), 1 / math.sqrt((1 / v).sum())),
    }
    near((found.estimate, found.se), expected[method], rel=1e-8)
    resid = q_of(y, v, 0, np.column_stack([np.ones(k), s]))
    near((found.q_resid, found.q_small), (resid, q_of(y, v, 0, column(k)) - resid), rel=1e-8)
    near(found.g2, 1 - stats.linregress(1 / s, limit / s).rvalue ** 2, rel=1e-7)


def test_fail_safe_numbers():
    y, v = studies(24, k=8, tau2=0.01, mean=0.6)
    w, k = 1 / v, 8
    z1 = stats.norm.ppf(0.95)
    expected = {
        "Rosenthal": (y / np.sqrt(v)).sum() ** 2 / z1**2 - k,
        "Orwin": k * (mean_of(y, v, 0) - 0.1) / 0.1,
        "Rosenberg": k * ((w * y).sum() ** 2 / Z**2 - w.sum()) / w.sum(),
    }
    for kind, n in expected.items():
        target = {"target": 0.1} if kind == "Orwin" else {}
        assert ev.fail_safe_n(y, v, type=kind, **target).n == math.ceil(n)
    near(ev.fail_safe_n(y, v, type="Orwin", weighted=False).target, y.mean() / 2)
    found = ev.fail_safe_n(ev.pool(y, v, tau2="DL", test="z"), exact=True)
    assert set(allowed(vocab.FailSafeType)) == {*expected, found.type}
    spread = math.sqrt(k / w.sum() + dl(y, v, column(k)))

    def p_with(m):
        half = np.full(m // 2, math.sqrt((m - 1) / m) if m % 2 == 0 else 1.0)
        added = spread * np.concatenate([half, -half, np.zeros(m % 2)])
        all_y, all_v = np.concatenate([y, added]), np.concatenate([v, np.full(m, k / w.sum())])
        t = dl(all_y, all_v, column(k + m))
        return 2 * stats.norm.sf(abs(mean_of(all_y, all_v, t)) * math.sqrt((1 / (all_v + t)).sum()))

    assert p_with(int(found.n)) >= 0.05 > p_with(int(found.n) - 1)


def test_excess_significance():
    y, v = studies(25, k=11, tau2=0.02, mean=0.4)
    s = np.sqrt(v)
    fit = ev.pool(y, v, tau2="DL")
    total = np.sqrt(v + fit.tau2)
    power = stats.norm.sf((Z * s - fit.estimate) / total) + stats.norm.sf((Z * s + fit.estimate) / total)
    observed, expected = int((np.abs(y / s) >= Z).sum()), power.sum()
    coins = np.array([1.0])
    for p in power:
        coins = np.convolve(coins, [1 - p, p])
    near(poisson_binomial(power), coins)
    x2 = (observed - expected) ** 2 * (1 / expected + 1 / (11 - expected))
    # the chi-squared test is one-sided: half the p-value, on the side where the excess lies
    half = stats.chi2.sf(x2, 1) / 2
    pvalues = {
        "exact": coins[observed:].sum(),
        "chi2": half if observed > expected else 1 - half,
        "binom": stats.binom.sf(observed - 1, 11, power.mean()),
    }
    assert set(pvalues) == set(allowed(vocab.ExcessTest))
    for test, pvalue in pvalues.items():
        found = ev.excess_significance(fit, test=test)
        assert found.observed == observed
        near((found.expected, found.pvalue), (expected, pvalue))


# ---------------------------------------------------------------- selection models

WEIGHTS = {
    "3PSM": lambda p, d: np.where(p <= 0.025, d[0], d[1]),
    "4PSM": lambda p, d: np.where(p <= 0.025, d[0], np.where(p <= 0.5, d[1], d[2])),
    "stepfun": lambda p, d: np.where(p <= 0.05, d[0], np.where(p <= 0.2, d[1], d[2])),
    "beta": lambda p, d: np.clip(p, 1e-5, 1 - 1e-5) ** (d[0] - 1) * (1 - np.clip(p, 1e-5, 1 - 1e-5)) ** (d[1] - 1),
    "halfnorm": lambda p, d: np.exp(-d[0] * p**2),
    "negexp": lambda p, d: np.exp(-d[0] * p),
    "logistic": lambda p, d: 2 / (1 + np.exp(d[0] * p)),
    "power": lambda p, d: (1 - np.clip(p, 1e-5, 1 - 1e-5)) ** d[0],
    "negexppow": lambda p, d: np.exp(-d[0] * p ** (1 / d[1])),
}
ENDS = {"3PSM": (0.025,), "4PSM": (0.025, 0.5), "stepfun": (0.05, 0.2), "beta": (1e-5, 1 - 1e-5), "power": (1 - 1e-5,)}


def chosen(seed=6, k=24):
    """Effects of which those that are not significant were seen less often."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 0.12, 4 * k)
    y = rng.normal(0.2, np.sqrt(v + 0.03))
    seen = rng.random(4 * k) < np.where(y / np.sqrt(v) > 1.96, 1, np.where(y > 0, 0.4, 0.1))
    return y[seen][:k], v[seen][:k]


def selected_loglik(weight, ends, y, v, mean, t):
    """Σ log of w(p) φ over its integral."""
    value = 0.0
    nodes, mass = np.polynomial.legendre.leggauss(60)
    for yi, vi in zip(y, v, strict=True):
        sd, s = math.sqrt(vi + t), math.sqrt(vi)
        breaks = sorted(
            {mean - 9 * sd, mean - 3 * sd, mean, mean + 3 * sd, mean + 9 * sd, *(s * stats.norm.isf(e) for e in ends)}
        )
        low, high = np.array(breaks[:-1])[:, None], np.array(breaks[1:])[:, None]
        at = low + (high - low) * (nodes + 1) / 2
        integral = ((high - low) / 2 * mass * weight(stats.norm.sf(at / s)) * stats.norm.pdf(at, mean, sd)).sum()
        value += math.log(weight(stats.norm.sf(yi / s)) * stats.norm.pdf(yi, mean, sd) / integral)
    return value


@pytest.mark.parametrize("kind", WEIGHTS)
def test_selection_by_p(kind):
    y, v = chosen()
    fit = ev.pool(y, v, tau2="ML")
    found = ev.selection_model(fit, kind, steps=(0.05, 0.2) if kind == "stepfun" else None)
    free = [place for place in range(len(found.delta)) if place or ("PSM" not in kind and kind != "stepfun")]

    def height(mean, t, delta):
        return selected_loglik(lambda p: WEIGHTS[kind](p, delta), ENDS.get(kind, ()), y, v, mean, t)

    top = height(found.estimate, found.tau2, found.delta)
    near(found.loglik, top, rel=1e-7, abs_=1e-7)
    assert height(found.estimate + 0.2 * found.se, found.tau2, found.delta) < top
    assert height(found.estimate - 0.2 * found.se, found.tau2, found.delta) < top
    for place in free:
        for factor in (0.9, 1.1):
            moved = found.delta.copy()
            moved[place] *= factor
            if found.delta[place] < 99:
                assert height(found.estimate, found.tau2, moved) < top + 1e-9
    near(found.lrt, 2 * (found.loglik - ev.pool(y, v, tau2="ML").ml.loglik), rel=1e-6)
    near(found.weight([0.01, 0.03, 0.3, 0.9]), WEIGHTS[kind](np.array([0.01, 0.03, 0.3, 0.9]), found.delta))


def test_selection_by_the_effect():
    y, v = chosen()
    fit = ev.pool(y, v, tau2="ML")
    cut = ev.selection_model(fit, "trunc", steps=0.15)

    def height(mean, t, delta, at):
        sd = np.sqrt(v + t)
        beyond = stats.norm.sf(at, mean, sd)
        weight = np.where(y > at, 1, delta)
        return (np.log(weight) + stats.norm.logpdf(y, mean, sd) - np.log(beyond + delta * (1 - beyond))).sum()

    near(cut.loglik, height(cut.estimate, cut.tau2, cut.delta[0], 0.15), rel=1e-8)
    assert all(height(cut.estimate, cut.tau2, cut.delta[0] * factor, 0.15) < cut.loglik for factor in (0.9, 1.1))
    free = ev.selection_model(fit, "truncest")
    near(free.loglik, height(free.estimate, free.tau2, *free.delta), rel=1e-8)
    assert free.loglik >= cut.loglik
    assert set(allowed(vocab.SelectionKind)) == {*WEIGHTS, "trunc", "truncest"}


def test_options_of_selection():
    y, v = chosen()
    fit = ev.pool(y, v, tau2="ML")
    n = np.round(4 / v)
    measured = {"sei": np.sqrt(v), "vi": v, "ninv": 1 / n, "sqrtninv": 1 / np.sqrt(n)}
    assert set(measured) == set(allowed(vocab.SelectionPrecision))
    for name, values in measured.items():
        found = ev.selection_model(fit, "negexp", prec=name, ni=n if "n" in name else None)
        near(found.prec, values / values.max())
        near(found.weight(0.3, 0.5), math.exp(-found.delta[0] * 0.5 * 0.3))
    given = ev.selection_model(fit, "stepfun", steps=(0.025, 0.5), delta=[1, 0.5, 0.2])
    assert (given.delta.tolist(), given.lrt_df) == ([1, 0.5, 0.2], 0)
    with pytest.raises(InputError, match="no study in"):
        ev.selection_model(fit, "stepfun", steps=(1e-12, 0.5))
    assert ev.selection_model(fit, "stepfun", steps=(1e-12, 0.5), empty="merge").choices.steps == (0.5, 1.0)
    profile = ev.selection_model(fit, "3PSM").confint()
    held = ev.selection_model(fit, "stepfun", steps=0.025, delta=[1, profile.loc["delta.2", "ci_low"]])
    near(ev.selection_model(fit, "3PSM").loglik - held.loglik, stats.chi2.ppf(0.95, 1) / 2, rel=1e-5)
    left = ev.selection_model(ev.pool(-y, v, tau2="ML"), "3PSM", alternative="less")
    near(left.estimate, -ev.selection_model(fit, "3PSM").estimate, rel=1e-6)


# ---------------------------------------------------------------- p-uniform


def conditional(mean, y, v):
    s = np.sqrt(v)
    return stats.norm.sf((y - mean) / s) / stats.norm.sf(Z - mean / s)


@pytest.mark.parametrize("method", allowed(vocab.PUniformMethod))
def test_p_uniform(method):
    y, v = chosen()
    y, v = y[:25], v[:25]
    found = ev.p_uniform(y, v, method=method)
    seen = y / np.sqrt(v) > Z
    own, var, k = y[seen], v[seen], int(seen.sum())

    def q(mean):
        return conditional(mean, own, var)

    sums = {
        "P": lambda mean: q(mean).sum() - k / 2,
        "LNP": lambda mean: k + np.log(q(mean)).sum(),
        "LN1MINP": lambda mean: -np.log1p(-q(mean)).sum() - k,
    }
    assert found.k_significant == k
    if method in sums:
        near(found.estimate, optimize.brentq(sums[method], -1, 1, xtol=1e-14), rel=1e-8)
    elif method == "ML":

        def height(mean):
            return (stats.norm.logpdf(own, mean, np.sqrt(var)) - stats.norm.logsf(Z - mean / np.sqrt(var))).sum()

        assert height(found.estimate) > max(height(found.estimate + 1e-3), height(found.estimate - 1e-3))
        near(found.statistic, 2 * (height(found.estimate) - height(0)), rel=1e-6)
    else:
        steps, rank = np.arange(k + 1) / k, 2 * np.arange(1, k + 1) - 1

        def distance(mean):
            p = np.sort(q(mean))
            if method == "KS":
                return max((p - steps[:-1]).max(), (steps[1:] - p).max())
            return -(rank * (np.log(p) + np.log1p(-p[::-1]))).sum() / k - k

        assert all(distance(found.estimate) <= distance(found.estimate + step) for step in (-0.1, -1e-3, 1e-3, 0.1))
    if method == "P":
        z = (q(0).sum() - k / 2) / math.sqrt(k / 12)
        near((found.statistic, found.pvalue), (z, stats.norm.cdf(z)))
        low = np.random.default_rng(1).random((200_000, k)).sum(axis=1)
        assert stats.norm.cdf((q(found.ci_low).sum() - k / 2) / math.sqrt(k / 12)) == pytest.approx(
            np.mean(low < q(found.ci_low).sum()), abs=0.01
        )
        assert np.mean(low < q(found.ci_low).sum()) == pytest.approx(0.025, abs=0.003)
    if method == "LNP":
        near(-np.log(q(found.ci_high)).sum(), stats.gamma.ppf(0.025, k), rel=1e-7)
        near(found.pvalue, stats.gamma.sf(-np.log(q(0)).sum(), k), rel=1e-7)


def test_p_uniform_star():
    y, v = chosen()
    found = ev.p_uniform_star(y, v)
    seen, s = y / np.sqrt(v) > Z, np.sqrt(v)

    def height(mean, t):
        sd = np.sqrt(v + t)
        beyond = (Z * s - mean) / sd
        return (
            stats.norm.logpdf(y, mean, sd) - np.where(seen, stats.norm.logsf(beyond), stats.norm.logcdf(beyond))
        ).sum()

    top = height(found.estimate, found.tau2)
    near(found.loglik, top, rel=1e-8)
    for step in (1e-3, -1e-3):
        assert height(found.estimate + step, found.tau2) < top
        assert height(found.estimate, max(0, found.tau2 + step / 10)) < top + 1e-9

    def best(mean):
        return -optimize.minimize_scalar(
            lambda t: -height(mean, t), bounds=(0, 1), method="bounded", options={"xatol": 1e-9}
        ).fun

    near(found.statistic, 2 * (top - best(0.0)), rel=1e-5)
    for limit in found.ci:
        near(top - best(limit), stats.chi2.ppf(0.95, 1) / 2, rel=1e-4)
    t = pm(y, v, column(len(y)))
    near(found.bias_statistic, 2 * (top - height(mean_of(y, v, t), t)), rel=1e-6)
    near(found.bias_pvalue, stats.chi2.sf(found.bias_statistic, 2))


def test_what_cannot_be_done():
    y, v = studies(1, k=5, mean=0.0, tau2=0.0)
    with pytest.raises(InputError, match="no study is significant"):
        ev.p_uniform(0.1 * y, v)
    assert "rest on the shape of one tail" in ev.p_uniform_star(0.1 * y, v).cautions[1]
    with pytest.raises((InputError, ConvergenceError)):
        ev.trim_and_fill(ev.pool(y[:2], v[:2]))
    with pytest.raises(InputError, match="at least three studies"):
        ev.pet(y[:2], v[:2])
