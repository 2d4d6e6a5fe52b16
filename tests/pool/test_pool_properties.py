"""What must hold for any data: shifting, scaling, reordering, repeating, batching."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evidence.pool import pool, pool_many

METHODS = st.sampled_from(
    ["EE", "FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT"],
)
TESTS = st.sampled_from(["z", "t", "hksj", "adhoc"])


@st.composite
def studies(draw: st.DrawFn, least: int = 3) -> tuple[np.ndarray, np.ndarray]:
    k = draw(st.integers(least, 9))
    y = draw(arrays(float, k, elements=st.floats(-3, 3, allow_subnormal=False).map(lambda value: round(value, 4))))
    v = draw(arrays(float, k, elements=st.floats(0.001, 4, allow_subnormal=False)))
    return y, v


@given(studies(), METHODS, TESTS, st.floats(-1000, 1000))
def test_a_shift_moves_the_estimate_and_nothing_else(
    data: tuple[np.ndarray, np.ndarray], method: str, test: str, shift: float
) -> None:
    y, v = data
    base, moved = pool(y, v, tau2=method, test=test), pool(y + shift, v, tau2=method, test=test)
    tiny = 1e-9 * (1 + abs(shift))
    assert moved.estimate == pytest.approx(base.estimate + shift, abs=tiny)
    assert moved.tau2 == pytest.approx(base.tau2, rel=1e-6, abs=tiny)
    assert moved.q == pytest.approx(base.q, rel=1e-6, abs=tiny / v.min())


@given(studies(), METHODS, TESTS, st.floats(1e-6, 1e6))
def test_a_change_of_unit_scales_everything(
    data: tuple[np.ndarray, np.ndarray], method: str, test: str, factor: float
) -> None:
    y, v = data
    assume(np.ptp(y) > 0)
    base, scaled = pool(y, v, tau2=method, test=test), pool(factor * y, factor**2 * v, tau2=method, test=test)
    assert scaled.tau2 / factor**2 == pytest.approx(base.tau2, rel=1e-8, abs=1e-12)
    assert scaled.se / factor == pytest.approx(base.se, rel=1e-8, abs=1e-12)
    assert scaled.i2 == pytest.approx(base.i2, rel=1e-8, abs=1e-9)


@given(studies(), METHODS, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(data: tuple[np.ndarray, np.ndarray], method: str, random: object) -> None:
    y, v = data
    order = list(range(len(y)))
    random.shuffle(order)
    base, mixed = pool(y, v, tau2=method), pool(y[order], v[order], tau2=method)
    assert mixed.estimate == pytest.approx(base.estimate, rel=1e-9, abs=1e-11)
    assert mixed.tau2 == pytest.approx(base.tau2, rel=1e-8, abs=1e-12)
    np.testing.assert_allclose(mixed.weights.to_numpy(), base.weights.to_numpy()[order], rtol=1e-7)


@given(studies(), METHODS)
def test_the_estimate_lies_among_the_effects(data: tuple[np.ndarray, np.ndarray], method: str) -> None:
    y, v = data
    fit = pool(y, v, tau2=method)
    assert y.min() - 1e-12 <= fit.estimate <= y.max() + 1e-12
    assert fit.tau2 >= 0
    assert 0 <= fit.i2 < 100
    assert fit.weights.sum() == pytest.approx(100)
    assert (fit.weights > 0).all()


@given(st.lists(studies(least=4).map(lambda pair: (pair[0][:4], pair[1][:4])), min_size=2, max_size=6), METHODS, TESTS)
def test_a_batch_gives_what_its_rows_give(rows: list[tuple[np.ndarray, np.ndarray]], method: str, test: str) -> None:
    y, v = (np.stack(part) for part in zip(*rows, strict=True))
    batch = pool_many(y, v, tau2=method, test=test, level=0.9)
    for row in range(len(y)):
        one = pool(y[row], v[row], tau2=method, test=test, level=0.9)
        ours = [batch.estimate[row], batch.se[row, 0], batch.tau2[row], batch.q[row], batch.scale[row]]
        theirs = [one.estimate, one.se, one.tau2, one.q, one.inference.scale]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
        if one.inference.scale > 1e-12:
            ours = [batch.ci_low[row, 0], batch.ci_high[row, 0], batch.pvalue[row, 0]]
            np.testing.assert_allclose(ours, [*one.ci, one.pvalue], rtol=1e-8, atol=1e-11)


@given(studies(), st.sampled_from(["EE", "ML"]))
def test_studies_twice_change_neither_estimate_nor_ml_tau2(data: tuple[np.ndarray, np.ndarray], method: str) -> None:
    y, v = data
    once, twice = pool(y, v, tau2=method, test="z"), pool(np.tile(y, 2), np.tile(v, 2), tau2=method, test="z")
    assume(len(once.convergence.modes) == 1)
    assert twice.tau2 == pytest.approx(once.tau2, rel=1e-7, abs=1e-10)
    assert twice.estimate == pytest.approx(once.estimate, rel=1e-7, abs=1e-9)
    assert twice.se == pytest.approx(once.se / np.sqrt(2), rel=1e-7)


@given(studies(least=4), st.sampled_from(["DL", "HE", "HSk", "SJ", "PM", "PMM", "ML", "REML"]))
def test_a_batch_of_regressions_gives_what_its_rows_give(data: tuple[np.ndarray, np.ndarray], method: str) -> None:
    y, v = data
    z = np.linspace(-1, 1, len(y)) ** 3
    one = pool(y, v, mods=z, tau2=method, test="t")
    many = pool_many(y, v, np.column_stack([np.ones(len(y)), z]), tau2=method, test="t")
    np.testing.assert_allclose(many.coef[0], one.inference.coef, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(many.se[0], one.inference.se, rtol=1e-8)
    np.testing.assert_allclose(many.pvalue[0], one.inference.pvalue, rtol=1e-6, atol=1e-10)
