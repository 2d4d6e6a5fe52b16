"""The formulas of docs/methods/influence.md, by plain deletion of one study at a time, against the code."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from plain_pooling import alike, column, dl, near, p_matrix, q_of, studies, wls
from scipy import stats

import evidence as ev
from evidence import diagnose
from evidence import vocabulary as vocab
from evidence.errors import InputError
from evidence.vocabulary import allowed

K = 8


def fitted(y, v, x, hksj):
    """Return τ², coefficients, their covariance with a scale of 1, and the scale."""
    t = dl(y, v, x)
    beta, inverse = wls(y, 1 / (v + t), x)
    return t, beta, inverse, q_of(y, v, t, x) / (len(y) - x.shape[1]) if hksj else 1.0


def data(slope):
    y, v = studies(11, k=K, tau2=0.2)
    z = np.random.default_rng(11).normal(size=K)
    return y, v, np.column_stack([np.ones(K), z]) if slope else column(K)


def fit_of(y, v, x, hksj):
    return ev.pool(y, v, mods=x[:, 1] if x.shape[1] > 1 else None, tau2="DL", test="hksj" if hksj else "z")


CASES = pytest.mark.parametrize(("slope", "hksj"), list(itertools.product([False, True], [False, True])))


@CASES
def test_residuals(slope, hksj):
    y, v, x = data(slope)
    fit = fit_of(y, v, x, hksj)
    t, beta, inverse, scale = fitted(y, v, x, hksj)
    m = np.diag(v + t)
    h = x @ inverse @ x.T @ np.linalg.inv(m)
    rest = np.eye(K) - h
    raw, spread = y - x @ beta, rest @ m @ rest.T
    values = {
        "response": raw,
        "pearson": raw / np.sqrt(v + t),
        "cholesky": np.linalg.cholesky(np.linalg.inv(m)).T @ raw,
        "rstandard": raw / np.sqrt(np.diag(spread)),
        "rstudent": ev.rstudent(fit).z,
    }
    assert set(values) == set(allowed(vocab.ResidualType))
    for kind, expected in values.items():
        near(ev.residuals(fit, type=kind).to_numpy(), expected)
    conditional = ev.rstandard(fit, type="conditional")
    near(conditional.resid, raw * v / (v + t))
    near(conditional.se, np.sqrt(v**2 * (1 - np.diag(h)) / (v + t)))
    near(diagnose.fitted(fit).to_numpy(), x @ beta)
    near(diagnose.hatvalues(fit).to_numpy(), np.diag(h))
    near(diagnose.hatvalues(fit, type="matrix").to_numpy(), h)
    matrices = {"fixed": scale * inverse, "obs": m, "fitted": x @ (scale * inverse) @ x.T, "resid": spread}
    assert set(matrices) == set(allowed(vocab.CovarianceType))
    for kind, expected in matrices.items():
        near(diagnose.covariance(fit, type=kind).to_numpy(), expected)


@CASES
def test_deletion_diagnostics(slope, hksj):
    y, v, x = data(slope)
    fit, p = fit_of(y, v, x, hksj), x.shape[1]
    t, beta, inverse, scale = fitted(y, v, x, hksj)
    h = np.diag(x @ inverse @ x.T) / (v + t)
    found, points = ev.influence(fit), ev.baujat(fit)
    for i in range(K):
        keep = np.arange(K) != i
        t_i, beta_i, inverse_i, scale_i = fitted(y[keep], v[keep], x[keep], hksj)
        row, moved = x[i], beta - beta_i
        lean = scale_i * row @ inverse_i @ row
        near(found.rstudent[i], (y[i] - row @ beta_i) / math.sqrt(scale_i * (v[i] + t_i) + lean))
        near(found.dffits[i], row @ moved / math.sqrt(scale_i * h[i] * (t_i + v[i])))
        near(found.cook_d[i], moved @ np.linalg.inv(scale * inverse) @ moved)
        near(found.cov_r[i], np.linalg.det(scale_i * inverse_i) / np.linalg.det(scale * inverse))
        near((found.tau2_del[i], found.q_del[i]), (t_i, q_of(y[keep], v[keep], 0, x[keep])))
        at_i = np.linalg.inv(x.T @ np.diag(1 / (v + t_i)) @ x)
        near(found.dfbetas[i], moved / np.sqrt(scale_i * np.diag(at_i)))
        near(points.x[i], (y[i] - x[i] @ beta) ** 2 / (v[i] + t))
        near(points.y[i], (row @ moved) ** 2 / lean)
    near(found.hat, h)
    near(found.weight, 100 / (v + t) / (1 / (v + t)).sum())
    marked = (
        (np.abs(found.dffits) > 3 * math.sqrt(p / (K - p)))
        | (stats.chi2.cdf(found.cook_d, p) > 0.5)
        | (found.hat > 3 * p / K)
        | (np.abs(found.dfbetas) > 1).any(axis=1)
    )
    assert found.influential.tolist() == marked.tolist()


def test_leave_one_out_and_cumulative():
    y, v = studies(12, k=K)
    fit = ev.pool(y, v, tau2="DL", labels=[f"study {i}" for i in range(K)])
    without = ev.leave_one_out(fit).to_frame()
    years = np.random.default_rng(12).permutation(np.arange(2000, 2000 + K))
    growing = ev.cumulative(fit, order=years).to_frame()
    ordered = np.argsort(years)
    for i in range(K):
        keep = np.arange(K) != i
        one = ev.pool(y[keep], v[keep], tau2="DL")
        near(
            without.iloc[i][["estimate", "se", "tau2", "i2", "q"]].astype(float),
            [one.estimate, one.se, one.tau2, one.i2, one.q],
        )
        if i:
            first = ev.pool(y[ordered[: i + 1]], v[ordered[: i + 1]], tau2="DL")
            near(growing.iloc[i][["estimate", "se"]].astype(float), [first.estimate, first.se])
    near(growing.iloc[0][["estimate", "se"]].astype(float), [y[ordered[0]], math.sqrt(v[ordered[0]])])
    papers = ev.leave_one_out(fit, cluster=[0, 0, 1, 1, 2, 2, 3, 3]).to_frame()
    near(papers.iloc[0]["estimate"], ev.pool(y[2:], v[2:], tau2="DL").estimate)
    assert (
        ev.leave_one_out(ev.pool(y[:2], v[:2])).reasons
        == ("without it there are no more studies than coefficients",) * 2
    )


def test_gosh_is_every_subset():
    y, v = studies(13, k=5)
    found = ev.gosh(ev.pool(y, v, tau2="DL", test="z"))
    expected = {}
    for size in range(1, 6):
        for places in itertools.combinations(range(5), size):
            some = list(places)
            t = dl(y[some], v[some], column(size)) if size > 1 else 0.0
            expected[places] = wls(y[some], 1 / (v[some] + t), column(size))[0][0]
    assert len(found.k) == 31
    for members, mean in zip(found.members(), found.estimate, strict=True):
        near(mean, expected[tuple(np.flatnonzero(members).tolist())])


def test_shrunken_effects():
    y, v, x = data(True)
    t, beta, inverse, scale = fitted(y, v, x, True)
    fit = fit_of(y, v, x, True)
    share, mean = t / (t + v), x @ beta
    lean = np.diag(x @ (scale * inverse) @ x.T)
    c = stats.t.ppf(0.975, K - 2)
    for found, pred, variance in (
        (ev.blup(fit), share * y + (1 - share) * mean, share * v + (1 - share) ** 2 * lean),
        (ev.ranef(fit), share * (y - mean), share * v + share**2 * lean),
    ):
        near((found.pred, found.se), (pred, np.sqrt(variance)))
        near(found.pi_high, pred + c * np.sqrt(variance))
    nothing = ev.pool(*alike(1), tau2="DL")
    assert nothing.tau2 == 0
    near(ev.blup(nothing).pred, np.full(6, nothing.estimate))


def test_points_of_plots():
    y, v, x = data(False)
    fit = fit_of(y, v, x, False)
    sd = np.sqrt(v + fit.tau2)
    found, centred = ev.radial(fit), ev.radial(fit, center=True)
    near((found.x, found.y, found.slope), (1 / sd, y / sd, fit.estimate))
    near((centred.y, centred.slope), ((y - fit.estimate) / sd, 0))
    near((found.x * found.y).sum() / (found.x**2).sum(), fit.estimate)
    for n, a in ((8, 0.375), (12, 0.5)):
        y, v = studies(14, k=n)
        for kind in allowed(vocab.QuantileResidual):
            points = ev.qqnorm(ev.pool(y, v, tau2="DL"), type=kind)
            near(np.sort(points.x), stats.norm.ppf((np.arange(1, n + 1) - a) / (n + 1 - 2 * a)))
            near(points.y, getattr(ev, kind)(ev.pool(y, v, tau2="DL")).z)
            assert (np.argsort(points.x) == np.argsort(points.y)).all()


def test_what_two_studies_can_say():
    y, v = studies(1, k=2)
    assert np.isnan(ev.influence(ev.pool(y, v)).rstudent).all()
    with pytest.raises(InputError, match="at least two studies"):
        ev.influence(ev.pool(y[:1], v[:1]))
    with pytest.raises(InputError, match="cannot be refitted"):
        ev.influence(ev.pool(*studies(1), test="kr"))
    p = p_matrix(1 / v, column(2))
    near(ev.pool(y, v, tau2="EE", test="z").q, y @ p @ y)
