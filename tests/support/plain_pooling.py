"""Pooling in plain arithmetic, for tests of what the pages on methods say.

Matrices are formed in full, roots are found by bracketing, likelihoods are written out: nothing here is how the package
does it, and nothing here is of the package.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, special, stats

__all__ = [
    "EXACT",
    "ROOT",
    "alike",
    "column",
    "dl",
    "genq",
    "log_likelihood",
    "near",
    "p_matrix",
    "pm",
    "q_below",
    "q_of",
    "root_of",
    "studies",
    "tau2_of",
    "wls",
]

EXACT, ROOT = 1e-9, 1e-7


def studies(seed, k=9, tau2=0.08, mean=0.4):
    """Random effects and variances."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.02, 0.2, k)
    return rng.normal(mean, np.sqrt(v + tau2)), v


def alike(seed, k=6):
    """Effects more alike than sampling lets expect, so that τ² is 0."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.02, 0.2, k)
    return 0.3 + 0.1 * rng.normal(size=k) * np.sqrt(v), v


def near(found, expected, rel=EXACT, abs_=1e-12):
    """Compare numbers, arrays, and tuples of them."""
    if isinstance(found, tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            near(one, other, rel, abs_)
        return
    assert np.asarray(found, float) == pytest.approx(np.asarray(expected, float), rel=rel, abs=abs_, nan_ok=True)


def p_matrix(a, x):
    w = np.diag(a)
    return w - w @ x @ np.linalg.inv(x.T @ w @ x) @ x.T @ w


def wls(y, a, x):
    inverse = np.linalg.inv(x.T @ np.diag(a) @ x)
    return inverse @ x.T @ (a * y), inverse


def q_of(y, v, t, x):
    p = p_matrix(1 / (v + t), x)
    return y @ p @ y


def root_of(function, high=1.0):
    if function(0.0) <= 0:
        return 0.0
    while function(high) > 0:
        high *= 4
    return optimize.brentq(function, 0.0, high, xtol=1e-15, rtol=1e-14)


def column(k):
    return np.ones((k, 1))


def q_below(q, a, m, x):
    """P(Q_A ≤ q) for effects with variances m: Ruben's mixture of chi-squared distributions over the eigenvalues."""
    root = np.diag(np.sqrt(m))
    lam = np.linalg.eigvalsh(root @ p_matrix(a, x) @ root)
    lam = lam[lam > 1e-10 * lam.max()]
    least, shares, sums = lam.min(), [], []
    shares.append(math.sqrt(np.prod(least / lam)))
    while 1 - math.fsum(shares) > 1e-13 and len(shares) < 2000:
        n = len(shares)
        sums.append(((1 - least / lam) ** n).sum())
        shares.append(float(np.dot(sums[::-1], shares)) / (2 * n))
    df = len(lam) + 2 * np.arange(len(shares))
    return float(np.dot(shares, special.chdtr(df, q / least)))


def dl(y, v, x):
    p = p_matrix(1 / v, x)
    return max(0.0, (y @ p @ y - (len(y) - x.shape[1])) / np.trace(p))


def genq(y, v, x, a):
    p = p_matrix(a, x)
    return max(0.0, (y @ p @ y - np.trace(p @ np.diag(v))) / np.trace(p))


def hs(y, v, x, corrected):
    k, p = x.shape
    return max(0.0, ((k / (k - p) if corrected else 1) * q_of(y, v, 0, x) - k) / (1 / v).sum())


def sj(y, v, x):
    start = ((y - y.mean()) ** 2).mean()
    return start * q_of(y, v, start, x) / (len(y) - x.shape[1])


def by_score(y, v, x, restricted):
    def score(t):
        p = p_matrix(1 / (v + t), x)
        return y @ p @ p @ y - (np.trace(p) if restricted else (1 / (v + t)).sum())

    return root_of(score)


def pm(y, v, x, target=None):
    aim = len(y) - x.shape[1] if target is None else target
    return root_of(lambda t: q_of(y, v, t, x) - aim)


def fixed_point(y, v, x, step):
    t = dl(y, v, x) + 0.01
    for _ in range(800):
        t = max(0.0, step(t))
    return t


def eb_step(y, v, x):
    k, p = x.shape

    def step(t):
        w = 1 / (v + t)
        r = y - x @ wls(y, w, x)[0]
        return (w * (k / (k - p) * r**2 - v)).sum() / w.sum()

    return step


def sjit_step(y, v, x):
    return lambda t: t * q_of(y, v, t, x) / (len(y) - x.shape[1])


def dlit_step(y, v, x):
    def step(t):
        p = p_matrix(1 / (v + t), x)
        return (y @ p @ y - np.trace(p @ np.diag(v))) / np.trace(p)

    return step


def tau2_of(method, y, v, x, a=None):
    """Every estimator as the page has it."""
    df = len(y) - x.shape[1]
    match method:
        case "EE" | "FE":
            return 0.0
        case "DL":
            return dl(y, v, x)
        case "HE":
            return genq(y, v, x, np.ones_like(v))
        case "HS" | "HSk":
            return hs(y, v, x, method == "HSk")
        case "SJ":
            return sj(y, v, x)
        case "ML" | "REML":
            return by_score(y, v, x, method == "REML")
        case "PM":
            return pm(y, v, x)
        case "PMM":
            return pm(y, v, x, stats.chi2.ppf(0.5, df))
        case "GENQ":
            return genq(y, v, x, a)
        case "GENQM":
            q = y @ p_matrix(a, x) @ y
            return root_of(lambda t: q_below(q, a, v + t, x) - 0.5)
    steps = {"EB": eb_step, "SJIT": sjit_step, "DLIT": dlit_step}
    return fixed_point(y, v, x, steps[method](y, v, x))


def log_likelihood(y, v, x, restricted):
    """The log-likelihood with the coefficients at their best, all constants included."""
    beta, inverse = wls(y, 1 / v, x)
    value = -0.5 * (len(y) * math.log(2 * math.pi) + np.log(v).sum() + ((y - x @ beta) ** 2 / v).sum())
    if restricted:
        p = x.shape[1]
        value += 0.5 * (p * math.log(2 * math.pi) + np.linalg.slogdet(x.T @ x)[1] + np.linalg.slogdet(inverse)[1])
    return value
