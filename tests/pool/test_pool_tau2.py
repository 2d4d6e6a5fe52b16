"""τ²: the solutions solve their equations, no better maximum is missed, the boundary is exactly 0."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import ConvergenceError, OptionError
from evidence.pool import pool, pool_many
from evidence.pool.core import make_batch, project, trace_p
from evidence.pool.likelihood import log_likelihood
from evidence.pool.roots import bracketed_newton
from evidence.pool.tau2 import estimate_tau2, solve_q

# two maxima in the restricted likelihood: one on the boundary, one far from it
TWO_MODES = ([0.0, 0.0, 0.0, 3.0, -3.0], [0.01, 0.01, 0.01, 1.0, 1.0])


def score(y: np.ndarray, v: np.ndarray, tau2: float, kind: str) -> tuple[float, float]:
    """Return twice the score of τ² and the sum of its terms' sizes, from k × k matrices."""
    w = 1 / (v + tau2)
    p = np.diag(w) - np.outer(w, w) / w.sum()
    rise = y @ p @ p @ y
    expected = np.trace(p) if kind == "REML" else w.sum()
    return rise - expected, rise + expected


def test_paule_mandel_solves_its_equation() -> None:
    rng = np.random.default_rng(1)
    y, v = rng.normal(0, 1.2, (500, 6)), rng.uniform(0.05, 1, (500, 6))
    batch = make_batch(y, v)
    estimate = estimate_tau2(batch, "PM")
    q = project(batch.y, batch.v, None, estimate.tau2 / batch.unit).q
    inside = estimate.tau2 > 0
    assert 300 < inside.sum() < 500
    np.testing.assert_allclose(q[inside], 5, rtol=1e-12)
    assert (q[~inside] <= 5).all()
    assert (estimate.low <= estimate.tau2).all()
    assert (estimate.tau2 <= estimate.high).all()


def test_dersimonian_laird_is_its_formula() -> None:
    y, v = np.array([0.1, 0.5, 0.3, 0.9]), np.array([0.04, 0.02, 0.06, 0.03])
    w = 1 / v
    q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    expected = (q - 3) / (w.sum() - (w**2).sum() / w.sum())
    assert pool(y, v, tau2="DL").tau2 == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", ["ML", "REML"])
def test_no_better_maximum_is_missed(kind: str) -> None:
    """Thousands of sets, from alike variances to eight decades: score 0, or 0 with a falling likelihood."""
    rng = np.random.default_rng(11)
    several = 0
    for decades, between, k in ((0.5, 0.1, 5), (2, 0.0, 3), (2, 0.3, 10), (4, 0.01, 8), (8, 0.1, 6), (4, 1.0, 3)):
        v = 10 ** rng.uniform(-decades, 0, (600, k))
        y = rng.normal(0, np.sqrt(v + between))
        y[:, 0] += rng.choice([0, 3], 600)
        batch = make_batch(y, v)
        estimate = estimate_tau2(batch, kind)
        best = log_likelihood(batch, estimate.tau2, kind=kind)
        low, high = 1e-3 * v.min(axis=1), 10 * (1 + np.ptp(y, axis=1) ** 2)
        at_zero = log_likelihood(batch, np.zeros(600), kind=kind)
        assert (at_zero <= best + 1e-9).all()
        for share in np.linspace(0, 1, 250):
            assert (log_likelihood(batch, low * (high / low) ** share, kind=kind) <= best + 1e-9).all()
        for row in range(0, 600, 7):
            rise, size = score(y[row] - y[row, v[row].argmin()], v[row], estimate.tau2[row], kind)
            assert abs(rise) < 1e-7 * size if estimate.tau2[row] > 0 else rise <= 1e-7 * size
        several += int((np.bincount(estimate.mode_row) > 1).sum())
    assert several > 10


def test_the_highest_of_two_maxima_is_taken_and_both_are_told() -> None:
    fit = pool(*TWO_MODES, test="z")
    modes = fit.convergence.modes
    assert len(modes) == 2
    assert modes[0] < modes[1]
    logliks = [pool(*TWO_MODES, tau2=mode, test="z").reml.loglik for mode in modes]
    assert fit.tau2 == modes[int(np.argmax(logliks))]
    np.testing.assert_allclose(np.array(logliks) - max(logliks), fit.convergence.logliks, atol=1e-12)
    assert any("2 maxima" in caution for caution in fit.cautions)


@pytest.mark.parametrize("method", ["DL", "HE", "HS", "HSk", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT"])
def test_the_boundary_is_exactly_zero(method: str) -> None:
    fit = pool([0.30, 0.31, 0.29, 0.30], [0.04, 0.05, 0.02, 0.08], tau2=method)
    assert fit.tau2 == 0.0
    assert fit.i2 == 0.0
    assert fit.h2 == 1.0
    assert fit.convergence.modes == (0.0,)


@pytest.mark.parametrize("method", ["DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM"])
@pytest.mark.parametrize("factor", [1e-150, 3e-7, 1.0, 7e5, 1e140])
def test_estimates_follow_the_scale(method: str, factor: float) -> None:
    y, v = np.array([0.1, 0.9, -0.3, 0.4, 1.6]), np.array([0.04, 0.09, 0.05, 0.3, 0.12])
    base, scaled = pool(y, v, tau2=method), pool(factor * y, factor**2 * v, tau2=method)
    assert base.tau2 > 0
    assert scaled.tau2 / factor**2 == pytest.approx(base.tau2, rel=1e-12)
    assert scaled.estimate / factor == pytest.approx(base.estimate, rel=1e-12)
    assert scaled.se / factor == pytest.approx(base.se, rel=1e-12)
    assert scaled.pvalue == pytest.approx(base.pvalue, rel=1e-11)
    assert scaled.i2 == pytest.approx(base.i2, rel=1e-12)
    assert scaled.tau2_ci[1] / factor**2 == pytest.approx(base.tau2_ci[1], rel=1e-12)


def test_equal_variances_have_closed_solutions() -> None:
    y, v = np.array([0.2, 0.9, 0.4, 1.3, -0.2]), np.full(5, 0.07)
    s2 = y.var(ddof=1)
    for method in ("DL", "HE", "PM", "REML"):
        assert pool(y, v, tau2=method).tau2 == pytest.approx(s2 - 0.07, rel=1e-12)
    assert pool(y, v, tau2="ML").tau2 == pytest.approx(y.var() - 0.07, rel=1e-12)


def test_a_given_tau2_is_used_and_recorded() -> None:
    fit = pool([0.1, 0.9], [0.04, 0.09], tau2=0.25, test="z")
    w = 1 / (np.array([0.04, 0.09]) + 0.25)
    assert (fit.tau2, fit.tau2_method) == (0.25, "fixed")
    assert fit.se == pytest.approx(w.sum() ** -0.5, rel=1e-14)
    assert np.isnan(fit.tau2_ci).all()
    assert fit.to_dict()["tau2_method"] == "fixed"
    assert pool([0.1, 0.9], [0.04, 0.09], tau2=0).tau2 == 0.0


def test_a_target_for_q_may_be_any_number() -> None:
    batch = make_batch([[0.1, 0.9, -0.4]] * 3, [[0.04, 0.09, 0.05]] * 3)
    target = np.array([0.01, 2.0, 1e6])
    found = solve_q(batch, target).tau2
    assert found[0] > found[1] > found[2] == 0.0
    np.testing.assert_allclose(project(batch.y, batch.v, None, found / batch.unit).q[:2], target[:2], rtol=1e-11)


def test_an_unknown_estimator_is_named_with_those_that_exist() -> None:
    with pytest.raises(OptionError, match="did you mean 'REML'"):
        pool([0.1, 0.2], [0.1, 0.1], tau2="REM")
    with pytest.raises(OptionError, match="'SJ', 'ML', 'REML', 'EB', 'PM'"):
        pool_many([0.1, 0.2], [0.1, 0.1], tau2="HO")


def test_newton_stays_in_its_bracket() -> None:
    # flat at both ends: plain Newton from the middle of the bracket would leave it
    def function(_: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.arctan(5 - 8 * t), -8 / (1 + (5 - 8 * t) ** 2)

    found = bracketed_newton(
        function, np.array([-40.0]), np.array([90.0]), start=np.array([70.0]), floor=np.array([1.0])
    )
    assert found.root[0] == pytest.approx(0.625, rel=1e-12)
    assert found.low[0] <= 0.625 <= found.high[0]


def test_what_does_not_converge_is_an_error() -> None:
    one = np.array([1.0])
    with pytest.raises(ConvergenceError, match="not finite"):
        bracketed_newton(lambda _, t: (t * np.nan, t), 0 * one, one, start=0.5 * one, floor=one)


def test_the_traces_of_a_mean_are_those_of_the_matrix() -> None:
    v = np.array([0.3, 0.1, 2.0, 0.7])
    w = 1 / v
    matrix = np.diag(w) - np.outer(w, w) / w.sum()
    fit = project(np.zeros((1, 4)), v[None], None, np.zeros(1))
    assert trace_p(fit)[0] == pytest.approx(np.trace(matrix), rel=1e-14)
