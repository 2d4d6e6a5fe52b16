"""The weighted sums under every model, against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from evidence.errors import InputError
from evidence.pool import pool, pool_many
from evidence.pool.core import make_batch, project, trace_p, trace_pp, y_ppp_y


def exact(y: np.ndarray, v: np.ndarray, x: np.ndarray, tau2: float) -> dict[str, float]:
    """Return the sums of the projection P, formed element by element in fractions."""
    k, p = x.shape
    effects, rows = [Fraction(value) for value in y], [[Fraction(value) for value in row] for row in x]
    w = [1 / (Fraction(value) + Fraction(tau2)) for value in v]
    cross = [[sum(w[i] * rows[i][a] * rows[i][b] for i in range(k)) for b in range(p)] for a in range(p)]
    if p == 1:
        inverse = [[1 / cross[0][0]]]
    else:
        determinant = cross[0][0] * cross[1][1] - cross[0][1] ** 2
        inverse = [
            [cross[1][1] / determinant, -cross[0][1] / determinant],
            [-cross[0][1] / determinant, cross[0][0] / determinant],
        ]

    def element(i: int, j: int) -> Fraction:
        hat = sum(rows[i][a] * inverse[a][b] * rows[j][b] for a in range(p) for b in range(p))
        return (w[i] if i == j else Fraction(0)) - w[i] * w[j] * hat

    matrix = [[element(i, j) for j in range(k)] for i in range(k)]
    u = [sum(matrix[i][j] * effects[j] for j in range(k)) for i in range(k)]
    pu = [sum(matrix[i][j] * u[j] for j in range(k)) for i in range(k)]
    return {
        "q": float(sum(e * r for e, r in zip(effects, u, strict=True))),
        "u2": float(sum(r * r for r in u)),
        "yppp": float(sum(r * s for r, s in zip(u, pu, strict=True))),
        "trace": float(sum(matrix[i][i] for i in range(k))),
        "trace2": float(sum(matrix[i][j] ** 2 for i in range(k) for j in range(k))),
    }


VARIANCES = {
    "alike": np.linspace(0.5, 1.5, 8),
    "eight decades": 10.0 ** np.linspace(-8, 0, 8),
    "one dominates": np.array([1e-8, 1, 1, 1, 1, 1, 1, 1]),
    "two dominate": np.array([1, 1e-8, 1, 1, 1e-8, 1, 1, 1]),
}


@pytest.mark.parametrize("tau2", [0.0, 0.3])
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("spread", list(VARIANCES))
def test_sums_against_fractions(spread: str, p: int, tau2: float) -> None:
    rng = np.random.default_rng(5)
    v, y = VARIANCES[spread], rng.normal(size=8)
    x = np.column_stack([np.ones(8), rng.normal(size=8)])[:, :p]
    batch = make_batch(y, v, x)
    fit = project(batch.y, batch.v, batch.x, np.array([tau2]) / batch.unit)
    unit = float(batch.unit[0])
    ours = {
        "q": fit.q[0],
        "u2": fit.u2[0] / unit,
        "yppp": y_ppp_y(fit)[0] / unit**2,
        "trace": trace_p(fit)[0] / unit,
        "trace2": trace_pp(fit)[0] / unit**2,
    }
    reference = exact(y, v, x, tau2)
    for name, value in ours.items():
        # tr PP serves the standard error of τ² alone
        rel = 1e-9 if name == "trace2" and p == 2 else 2e-12
        assert value == pytest.approx(reference[name], rel=rel), name


@pytest.mark.parametrize("spread", list(VARIANCES))
def test_dersimonian_laird_over_eight_decades(spread: str) -> None:
    rng = np.random.default_rng(6)
    v, y, z = VARIANCES[spread], rng.normal(size=8), rng.normal(size=8)
    for x, mods in ((np.ones((8, 1)), None), (np.column_stack([np.ones(8), z]), z)):
        sums = exact(y, v, x, 0.0)
        df = 8 - x.shape[1]
        fit = pool(y, v, mods=mods, tau2="DL", test="z")
        assert fit.tau2 == pytest.approx(max(0.0, (sums["q"] - df) / sums["trace"]), rel=1e-11)
        assert fit.heterogeneity.typical_variance == pytest.approx(df / sums["trace"], rel=1e-11)
        assert fit.q == pytest.approx(sums["q"], rel=1e-12)


def test_an_infinite_variance_takes_a_study_out() -> None:
    y = np.array([[0.1, 0.4, 7.0, 0.9], [0.2, 5.0, 0.3, 0.8]])
    v = np.array([[0.04, 0.09, np.inf, 0.05], [0.1, np.inf, 0.02, 0.06]])
    for tau2 in ("EE", "DL", "HE", "HS", "HSk", "SJ", "PM", "PMM", "ML", "REML"):
        both = pool_many(y, v, tau2=tau2)
        for row, kept in enumerate(([0, 1, 3], [0, 2, 3])):
            alone = pool_many(y[row, kept], v[row, kept], tau2=tau2)
            for name in ("tau2", "q", "df", "coef", "se", "pvalue", "ci_low", "ci_high"):
                np.testing.assert_allclose(getattr(both, name)[row], getattr(alone, name)[0], rtol=1e-10)


def test_an_infinite_variance_takes_a_study_out_of_a_regression() -> None:
    rng = np.random.default_rng(2)
    y, v, z = rng.normal(size=(1, 9)), rng.uniform(0.1, 1, (1, 9)), rng.normal(size=9)
    x = np.column_stack([np.ones(9), z])
    v[0, 4] = np.inf
    kept = np.arange(9) != 4
    for tau2 in ("DL", "HE", "HS", "HSk", "SJ", "PM", "PMM", "ML", "REML"):
        with_gap, without = pool_many(y, v, x, tau2=tau2), pool_many(y[:, kept], v[:, kept], x[kept], tau2=tau2)
        np.testing.assert_allclose(with_gap.coef, without.coef, rtol=1e-9)
        np.testing.assert_allclose(with_gap.se, without.se, rtol=1e-9)
        np.testing.assert_allclose(with_gap.tau2, without.tau2, rtol=1e-9)


@pytest.mark.parametrize(
    ("y", "v", "x"),
    [
        ([[1.0, 2.0]], [[1.0, 2.0, 3.0]], None),
        ([[1.0, np.nan]], [[1.0, 2.0]], None),
        ([[1.0, 2.0]], [[1.0, 0.0]], None),
        ([[1.0, 2.0]], [[1.0, np.nan]], None),
        ([[1.0, 2.0]], [[1.0, np.inf]], None),
        ([[1.0, 2.0, 3.0]], [[1.0, 1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]),
        ([], [], None),
    ],
)
def test_a_batch_that_cannot_be_fitted_is_refused(y: list, v: list, x: list | None) -> None:
    with pytest.raises(InputError):
        make_batch(y, v, x)


def test_many_small_fits_and_one_large_one_stay_within_memory() -> None:
    # a k × k matrix of the large one would take 80 GB
    rng = np.random.default_rng(3)
    k = 100_000
    v = rng.uniform(0.01, 1, k)
    y = rng.normal(0.5, np.sqrt(v + 0.1))
    fit = pool(y, v)
    assert fit.tau2 == pytest.approx(0.1, rel=0.05)
    assert fit.estimate == pytest.approx(0.5, abs=0.01)
    assert fit.weights.sum() == pytest.approx(100)
    fits = pool_many(y.reshape(10_000, 10), v.reshape(10_000, 10))
    assert fits.estimate.mean() == pytest.approx(0.5, abs=0.01)
