"""The formulas of docs/methods/intervals.md and heterogeneity.md, in plain arithmetic, against the code."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from plain_pooling import (
    ROOT,
    alike,
    column,
    dl,
    log_likelihood,
    near,
    p_matrix,
    pm,
    q_below,
    q_of,
    root_of,
    studies,
    tau2_of,
    wls,
)
from scipy import optimize, stats

import evidence as ev
from evidence import vocabulary as vocab
from evidence.errors import InputError
from evidence.vocabulary import allowed

Z = stats.norm.ppf(0.975)


# ---------------------------------------------------------------- intervals of τ²


def profile_limits(y, v, x, t, restricted):
    top = log_likelihood(y, v + t, x, restricted)

    def excess(s):
        return log_likelihood(y, v + s, x, restricted) - top + stats.chi2.ppf(0.95, 1) / 2

    high = t + 0.1
    while excess(high) > 0:
        high *= 2
    low = optimize.brentq(excess, 0, t, xtol=1e-14) if excess(0) < 0 else 0.0
    return low, optimize.brentq(excess, t, high, xtol=1e-14)


def higgins_thompson(y, v, x):
    k = len(y)
    q = q_of(y, v, 0, x)
    se = (
        0.5 * (math.log(q) - math.log(k - 1)) / (math.sqrt(2 * q) - math.sqrt(2 * k - 3))
        if q > k
        else math.sqrt((1 - 1 / (3 * (k - 2) ** 2)) / (2 * (k - 2)))
    )
    log_h = 0.5 * math.log(max(1, q / (k - 1)))
    return tuple(math.exp(2 * max(0, log_h + sign * Z * se)) for sign in (-1, 1))


def typical(v, x):
    return (len(v) - x.shape[1]) / np.trace(p_matrix(1 / v, x))


def tau2_limits(method, y, v, x, fit, a):
    if method == "QP":
        return tuple(pm(y, v, x, stats.chi2.ppf(share, len(y) - 1)) for share in (0.975, 0.025))
    if method == "PL":
        return profile_limits(y, v, x, fit.tau2, True)
    if method == "Wald":
        half = Z * math.sqrt(2 / np.trace(np.linalg.matrix_power(p_matrix(1 / (v + fit.tau2), x), 2)))
        return max(0, fit.tau2 - half), fit.tau2 + half
    if method == "HT":
        return tuple(typical(v, x) * (limit - 1) for limit in higgins_thompson(y, v, x))
    a = {"BJ": 1 / v, "J": 1 / np.sqrt(v)}.get(method, a)
    q = y @ p_matrix(a, x) @ y
    return tuple(root_of(lambda t, share=share: q_below(q, a, v + t, x) - share) for share in (0.975, 0.025))


@pytest.mark.parametrize("method", allowed(vocab.Tau2IntervalMethod))
def test_intervals_of_tau2(method):
    for seed in (1, 4):
        y, v = studies(seed, tau2=0.2)
        x, a = column(len(y)), np.random.default_rng(seed).uniform(1, 3, len(y))
        fit = ev.pool(y, v, weights=a if method == "GENQ" else None)
        found = fit.confint(method)
        low, high = tau2_limits(method, y, v, x, fit, a)
        near(found.tau2_ci, (low, high), rel=1e-6, abs_=1e-10)
        near(found.h2_ci, [1 + t / typical(v, x) for t in (low, high)], rel=1e-6)
        near(found.i2_ci, [100 * t / (t + typical(v, x)) for t in (low, high)], rel=1e-6)
        near(found.tau_ci, [math.sqrt(t) for t in (low, high)], rel=1e-6)


def test_an_empty_interval_is_said_to_be_one():
    y, v = alike(1, k=9)
    y = 0.3 + 0.2 * (y - 0.3)
    fit = ev.pool(y, v)
    assert q_of(y, v, 0, column(9)) < stats.chi2.ppf(0.025, 8)
    assert fit.tau2_ci == (0, 0)
    assert any("interval of τ² is empty" in said for said in fit.cautions)


def test_which_intervals_go_with_what():
    y, v = studies(1)
    with pytest.raises(InputError, match="goes with tau2='ML' or 'REML'"):
        ev.pool(y, v, tau2="DL", tau2_ci_method="PL")
    with pytest.raises(InputError, match="made of given weights"):
        ev.pool(y, v).confint("GENQ")
    two = ev.pool(y[:2], v[:2])
    assert np.isnan(two.confint("HT").tau2_ci).all() == (q_of(y[:2], v[:2], 0, column(2)) <= 2)
    assert ev.pool(y, v, tau2="GENQ", weights=1 / v).heterogeneity.tau2_ci_method == "GENQ"
    assert np.isnan(ev.pool(y, v, tau2="EE").tau2_ci).all()


# ---------------------------------------------------------------- prediction intervals


@pytest.mark.parametrize("method", allowed(vocab.PredictionMethod))
def test_prediction_intervals(method):
    y, v = studies(2, tau2=0.2)
    test = "kr" if method.startswith("kr") else "hksj"
    fit = ev.pool(y, v, prediction=method, test=test)
    df = {"k-p": 8, "k-p-1": 7, "kr": fit.df, "kr-1": fit.df - 1}.get(method)
    c = Z if df is None else stats.t.ppf(0.975, df)
    width = math.sqrt(fit.tau2 + (0 if method == "tau" else fit.se**2))
    near(fit.pi, (fit.estimate - c * width, fit.estimate + c * width))
    near(fit.predict(prediction=method)[["pi_low", "pi_high"]].to_numpy()[0], fit.pi)
    above = fit.predict(threshold=0.2)["probability_above"].iloc[0]
    shift = (fit.estimate - 0.2) / width
    near(above, stats.norm.cdf(shift) if df is None else stats.t.cdf(shift, df))


def test_usual_prediction_intervals():
    y, v = studies(2)
    usual = {
        "z": "normal",
        "t": "k-p",
        "hksj": "k-p",
        "adhoc": "k-p",
        "adhoc-ci": "k-p",
        "adhoc-iqwig6": "k-p",
        "kr": "kr",
    }
    assert set(usual) == set(allowed(vocab.TestName))
    for test, method in usual.items():
        assert ev.pool(y, v, test=test).prediction.method == method
    assert np.isnan(ev.pool(y, v, tau2="EE", test="z").pi).all()
    assert np.isnan(ev.pool(y[:2], v[:2], prediction="k-p-1").pi).all()


def test_the_bootstrap_prediction_interval():
    y, v = studies(3, k=6, tau2=0.2)
    x, q = column(6), q_of(*studies(3, k=6, tau2=0.2), 0, column(6))
    grid = np.concatenate([[0], np.geomspace(1e-3, 2e3, 70)])
    above = np.array([1 - q_below(q, 1 / v, v + t, x) for t in grid])
    rng = np.random.default_rng(1)
    t = np.interp(rng.random(40_000), above, grid, left=0.0)
    w = 1 / (v + t[:, None])
    mean = (w * y).sum(axis=1) / w.sum(axis=1)
    se = np.sqrt((w * (y - mean[:, None]) ** 2).sum(axis=1) / 5 / w.sum(axis=1))
    draws = mean + rng.standard_normal(len(t)) * np.sqrt(t) - rng.standard_t(5, len(t)) * se
    found = ev.bootstrap_prediction(ev.pool(y, v), seed=2, draws=40_000)
    expected = np.quantile(draws, [0.025, 0.975])
    assert abs(found.pi_low - expected[0]) < 5 * found.pi_low_error
    assert abs(found.pi_high - expected[1]) < 5 * found.pi_high_error
    near(found.tau2, dl(y, v, x))


# ---------------------------------------------------------------- Q, I² and tests of τ² = 0


def test_q_i2_h2():
    for y, v in (studies(1, tau2=0.3), alike(2)):
        k, x = len(y), column(len(y))
        q, s = q_of(y, v, 0, x), typical(v, x)
        fit, equal = ev.pool(y, v), ev.pool(y, v, tau2="EE", test="z")
        w = 1 / v
        near(s, (k - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum()))
        near((fit.q, fit.q_pvalue), (q, stats.chi2.sf(q, k - 1)))
        near((fit.i2, fit.h2), (100 * fit.tau2 / (fit.tau2 + s), 1 + fit.tau2 / s))
        near((equal.i2, equal.h2), (max(0, 100 * (q - k + 1) / q), q / (k - 1)))
        dersimonian = ev.pool(y, v, tau2="DL")
        near((dersimonian.i2, dersimonian.h2), (equal.i2, max(1, equal.h2)))


@pytest.mark.parametrize("kind", ["REML", "ML"])
def test_tests_of_no_heterogeneity(kind):
    y, v = studies(4, tau2=0.3)
    x, restricted = column(len(y)), kind == "REML"
    t = tau2_of(kind, y, v, x)
    found = ev.heterogeneity_tests(ev.pool(y, v, tau2=kind))
    lrt = 2 * (log_likelihood(y, v + t, x, restricted) - log_likelihood(y, v, x, restricted))
    p, w = p_matrix(1 / v, x), 1 / v
    at_t, w_t = p_matrix(1 / (v + t), x), 1 / (v + t)
    wald = t / math.sqrt(2 / (np.trace(at_t @ at_t) if restricted else (w_t**2).sum()))
    expected, information = (np.trace(p), np.trace(p @ p)) if restricted else (w.sum(), (w**2).sum())
    score = (y @ p @ p @ y - expected) / math.sqrt(2 * information)
    near((found.lrt, found.lrt_pvalue), (lrt, stats.chi2.sf(lrt, 1) / 2), rel=ROOT)
    near((found.wald, found.wald_pvalue), (wald, stats.norm.sf(wald)), rel=ROOT)
    near((found.score, found.score_pvalue), (score, stats.norm.sf(score)))
    nothing = ev.heterogeneity_tests(ev.pool(*alike(1), tau2=kind))
    assert (nothing.lrt, nothing.lrt_pvalue, nothing.wald_pvalue) == (0, 1, 0.5)


# ---------------------------------------------------------------- subgroups and meta-regression


def test_subgroups():
    y, v = studies(5, k=14, tau2=0.1)
    group = np.repeat(["a", "b", "c"], [5, 5, 4])
    table = pd.DataFrame({"yi": y, "vi": v, "group": group})
    for test in ("z", "hksj"):
        found = ev.subgroups(table, "group", tau2="DL", test=test)
        fits = [ev.pool(y[group == name], v[group == name], tau2="DL", test=test) for name in "abc"]
        means, w = np.array([fit.estimate for fit in fits]), np.array([1 / fit.se**2 for fit in fits])
        q = (w * (means - (w * means).sum() / w.sum()) ** 2).sum()
        near((found.q_between, found.q_pvalue), (q, stats.chi2.sf(q, 2)))
        common = ev.subgroups(table, "group", tau2="DL", test=test, tau2_common=True)
        x = np.column_stack([np.ones(14), group == "b", group == "c"]).astype(float)
        t = dl(y, v, x)
        beta, inverse = wls(y, 1 / (v + t), x)
        qm = beta[1:] @ np.linalg.inv(inverse[1:, 1:]) @ beta[1:]
        if test == "z":
            near((common.q_between, common.q_pvalue), (qm, stats.chi2.sf(qm, 2)))
        else:
            f = qm / 2 / (q_of(y, v, t, x) / 11)
            near((common.q_between, common.q_pvalue), (f, stats.f.sf(f, 2, 11)))
        near([fit.tau2 for fit in common.groups.values()], [t] * 3)


def test_meta_regression():
    y, v = studies(6, k=12, tau2=0.2)
    z = np.random.default_rng(6).normal(size=(12, 2))
    x = np.column_stack([np.ones(12), z])
    y = y + 0.5 * z[:, 0]
    for test in ("z", "hksj"):
        fit = ev.pool(y, v, mods=z, tau2="DL", test=test)
        t = dl(y, v, x)
        beta, inverse = wls(y, 1 / (v + t), x)
        vcov = inverse * (q_of(y, v, t, x) / 9 if test == "hksj" else 1)
        near(fit.coefficients["estimate"].to_numpy(), beta)
        near(fit.coefficients["se"].to_numpy(), np.sqrt(np.diag(vcov)))
        qm = beta[1:] @ np.linalg.inv(vcov[1:, 1:]) @ beta[1:]
        near(fit.qm, qm / 2 if test == "hksj" else qm)
        near(fit.qm_pvalue, stats.f.sf(qm / 2, 2, 9) if test == "hksj" else stats.chi2.sf(qm, 2))
        near((fit.q, fit.q_df), (q_of(y, v, 0, x), 9))
        near(fit.r2, 100 * max(0, (dl(y, v, column(12)) - t) / dl(y, v, column(12))))
        new = np.array([1, 0.3, -1])
        row = fit.predict([[0.3, -1]]).iloc[0]
        near((row["estimate"], row["se"]), (new @ beta, math.sqrt(new @ vcov @ new)))
        c = Z if test == "z" else stats.t.ppf(0.975, 9)
        near(row["pi_high"], new @ beta + c * math.sqrt(t + new @ vcov @ new))
    equal = ev.pool(y, v, mods=z, tau2="EE", test="z")
    near(equal.r2, 100 * max(0, 1 - 11 / 9 * q_of(y, v, 0, x) / q_of(y, v, 0, column(12))))


def test_variance_inflation():
    y, v = studies(7, k=12)
    rng = np.random.default_rng(7)
    table = pd.DataFrame({"yi": y, "vi": v, "year": rng.normal(size=12), "arm": np.repeat(list("abc"), 4)})
    table["dose"] = table["year"] + rng.normal(size=12)
    fit = ev.pool(table, mods="~ year + dose + C(arm)")
    vcov = fit.vcov.to_numpy()[1:, 1:]
    r = vcov / np.sqrt(np.outer(np.diag(vcov), np.diag(vcov)))
    names = list(fit.vcov.columns[1:])
    near(ev.vif(fit).vif, np.diag(np.linalg.inv(r)))
    by_term = ev.vif(fit, by="term").to_frame()
    for group, row in by_term.iterrows():
        inside = [name == group or name.startswith(str(group) + "[") for name in names]
        rest = [not one for one in inside]
        factor = np.linalg.det(r[np.ix_(inside, inside)]) * np.linalg.det(r[np.ix_(rest, rest)]) / np.linalg.det(r)
        near((row["vif"], row["sif"]), (factor, factor ** (1 / (2 * sum(inside)))))
    assert by_term["m"].sum() == len(names)


def z_of(y, v, x, place):
    t = dl(y, v, x)
    beta, inverse = wls(y, 1 / (v + t), x)
    return beta[place] / math.sqrt(inverse[place, place])


def test_permutation():
    y, v = studies(8, k=6)
    signs = np.array(list(itertools.product([1, -1], repeat=6)))
    z = np.array([z_of(y * sign, v, column(6), 0) for sign in signs])
    for alternative, count in (("two.sided", np.abs(z) >= abs(z[0]) - 1e-9), ("greater", z >= z[0] - 1e-9)):
        found = ev.permutation_test(ev.pool(y, v, tau2="DL", test="z"), alternative=alternative)
        near(found.pvalue[0], count.mean())
    assert (found.exact, found.possible) == (True, 64)
    twice = ev.permutation_test(ev.pool(y, v, tau2="DL", test="z"), p2defn="px2").pvalue[0]
    near(twice, min(1, 2 * (z >= z[0] - 1e-9).mean()))
    moderator = np.array([1.0, 2, 4, 3, 7, 5])
    orders = itertools.permutations(moderator)
    z = np.array([z_of(y, v, np.column_stack([np.ones(6), order]), 1) for order in orders])
    found = ev.permutation_test(ev.pool(y, v, mods=moderator, tau2="DL", test="z"))
    near(found.pvalue[1], (np.abs(z) >= abs(z_of(y, v, np.column_stack([np.ones(6), moderator]), 1)) - 1e-9).mean())
    sampled = ev.permutation_test(ev.pool(y, v, tau2="DL", test="z"), iterations=40, exact=False, seed=1)
    near(sampled.mc_error[0], math.sqrt(sampled.pvalue[0] * (1 - sampled.pvalue[0]) / 40))
