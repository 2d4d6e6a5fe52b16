"""Random sets of every size: every fit converges, nothing is NaN, nothing warns, and units do not matter.

EVIDENCE_POOL_SETS=17000 fits a million sets twice.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from evidence.pool import pool_many

SETS = int(os.environ.get("EVIDENCE_POOL_SETS", "4000"))  # of each size
SIZES = range(2, 61)


def random_sets(rng: np.random.Generator, sets: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Sets of k studies, variances over 8 decades, effects over 10."""
    v = 10 ** rng.uniform(-4, 4, (sets, k))
    y = rng.normal(size=(sets, k)) * 10 ** rng.uniform(-5, 5, (sets, 1)) + rng.normal(size=(sets, 1))
    return y, v


@pytest.mark.parametrize("part", range(4))
def test_every_fit_converges_and_scales(part: int) -> None:
    rng = np.random.default_rng([20_261_122, part])
    for k in SIZES[part::4]:
        y, v = random_sets(rng, SETS, k)
        factor = 10 ** rng.uniform(-3, 3)
        with np.errstate(all="raise", under="ignore"):
            fits = pool_many(y, v)
            scaled = pool_many(y * factor, v * factor**2)
        for values in (fits.tau2, fits.coef, fits.se, fits.q, fits.scale):
            assert np.isfinite(values).all()
        assert (fits.tau2 >= 0).all()
        assert (fits.se >= 0).all()
        unit = fits.tau2 + v.min(axis=1)
        assert (np.abs(scaled.tau2 / factor**2 - fits.tau2) <= 1e-10 * unit).all()


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("k", [2, 3, 20, 60])
def test_machine_code_finds_the_same(method: str, k: int) -> None:
    rng = np.random.default_rng(k)
    v = 10 ** rng.uniform(-4, 4, (5000, k))
    v[rng.random(v.shape) < 0.1] = np.inf
    v[:, :2] = 10 ** rng.uniform(-4, 4, (5000, 2))
    y = rng.normal(size=v.shape) * 10 ** rng.uniform(-4, 4, (5000, 1))
    slow, fast = (pool_many(y, v, tau2=method, engine=engine).tau2 for engine in ("numpy", "numba"))
    np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-9 * v.min())


def test_a_second_higher_maximum_is_found_by_both() -> None:
    y = np.array([[0.0, 0.02, -0.02, 0.01, 3.0, -3.0]])
    v = np.array([[1e-4, 1e-4, 1e-4, 1e-4, 1e-2, 1e-2]])
    assert pool_many(y, v, engine="numba").tau2[0] == pytest.approx(pool_many(y, v).tau2[0], rel=1e-9)
