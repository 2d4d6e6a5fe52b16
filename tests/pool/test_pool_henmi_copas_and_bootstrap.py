"""Henmi and Copas's interval and the bootstrap prediction interval: by simulation, in other units, and refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from evidence.errors import InputError
from evidence.pool import bootstrap_prediction, henmi_copas, pool

Y = np.array([-0.89, -1.59, -1.35, -1.44, -0.22, -0.79, 0.45])
V = np.array([0.33, 0.19, 0.42, 0.02, 0.05, 0.007, 0.53])


def cisapride() -> tuple[np.ndarray, np.ndarray]:
    """Return log odds ratios of 13 trials, Hartung and Knapp 2001 (doi:10.1002/sim.1009), with 0.5 in every cell."""
    events1 = np.array([15, 12, 29, 42, 14, 44, 14, 29, 10, 17, 38, 19, 21])
    n1 = np.array([16, 16, 34, 56, 22, 54, 17, 58, 14, 26, 44, 29, 38])
    events2 = np.array([9, 1, 18, 31, 6, 17, 7, 23, 3, 6, 12, 22, 19])
    n2 = np.array([16, 16, 34, 56, 22, 55, 15, 58, 15, 27, 45, 30, 38])
    cells = np.array([events1, n1 - events1, events2, n2 - events2]) + 0.5
    return np.log(cells[0] * cells[3] / (cells[1] * cells[2])), (1 / cells).sum(axis=0)


@pytest.mark.parametrize("between", [0.0, 0.3])
def test_the_critical_value_is_that_of_the_statistic_by_simulation(between: float) -> None:
    rng = np.random.default_rng(9)
    v = np.linspace(0.1, 0.4, 12)
    y = math.sqrt(between + 0.2) * stats.norm.ppf((np.arange(12) + 0.5) / 12)
    found = henmi_copas(pool(y, v, tau2="DL", test="z"))
    w = 1 / v
    draws = rng.normal(0, np.sqrt(v + found.tau2), (200_000, 12))
    mean = draws @ w / w.sum()
    q = (w * (draws - mean[:, None]) ** 2).sum(axis=1)
    tau2 = np.maximum(0, (q - 11) / (w.sum() - (w**2).sum() / w.sum()))
    statistic = mean / np.sqrt((1 + tau2 * (w**2).sum() / w.sum()) / w.sum())
    # Q given the mean is taken for a gamma variable: close, not exact
    assert (np.abs(statistic) > found.critical_value).mean() == pytest.approx(0.05, abs=0.003)


def test_the_estimate_is_that_of_equal_effects() -> None:
    fit = pool(Y, V, measure="SMD", level=0.9)
    found = henmi_copas(fit)
    assert found.estimate == pytest.approx(pool(Y, V, tau2="EE").estimate, rel=1e-13)
    assert found.ci == (found.ci_low, found.ci_high)
    assert found.ci_high - found.estimate == pytest.approx(found.critical_value * found.se, rel=1e-12)
    assert (found.level, found.measure, found.k) == (0.9, "SMD", 7)
    wider = henmi_copas(fit, level=0.99)
    assert wider.ci_low < found.ci_low < found.ci_high < wider.ci_high
    assert max(map(len, wider.summary().splitlines())) <= 80
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["tau2"] == found.tau2
    assert repr(found).startswith("<HenmiCopasResult: k 7")


@pytest.mark.parametrize("factor", [1e-60, 1e-4, 1e5, 1e60])
def test_units_and_shifts(factor: float) -> None:
    one, other = henmi_copas(pool(Y, V)), henmi_copas(pool(factor * Y, factor**2 * V))
    assert other.critical_value == pytest.approx(one.critical_value, rel=1e-11)
    assert other.se / factor == pytest.approx(one.se, rel=1e-12)
    moved = henmi_copas(pool(Y + 1000, V))
    assert moved.ci_low - 1000 == pytest.approx(one.ci_low, abs=1e-9)


def test_many_sets_of_any_size_have_an_interval() -> None:
    rng = np.random.default_rng(10)
    for _ in range(150):
        k, decades = int(rng.integers(2, 40)), rng.uniform(0, 4)
        v = 10 ** rng.uniform(-decades, decades, k)
        y = rng.normal(size=k) * np.sqrt(v + rng.choice([0, 1, 100]))
        found = henmi_copas(pool(y, v, tau2="DL", test="z"))
        assert found.se > 0
        assert 1 < found.critical_value < 1000


def test_two_studies_are_warned_of_and_one_is_refused() -> None:
    assert any("Two studies" in caution for caution in henmi_copas(pool(Y[:2], V[:2])).cautions)
    with pytest.raises(InputError, match="at least two"):
        henmi_copas(pool(Y[:1], V[:1]))
    with pytest.raises(InputError, match="for a mean"):
        henmi_copas(pool(Y, V, mods=np.arange(7)))
    with pytest.raises(InputError, match="level=95"):
        henmi_copas(pool(Y, V), level=95)


def test_the_bootstrap_interval_is_the_one_printed_for_the_cisapride_trials() -> None:
    """pimeta 1.1.4 prints 4.141 [0.533, 33.692] from 25 000 draws; the limits' logs have an error of about 0.02."""
    found = bootstrap_prediction(pool(*cisapride(), measure="OR"), seed=3, draws=100_000)
    assert math.exp(found.estimate) == pytest.approx(4.141, abs=5e-4)
    assert found.pi_low == pytest.approx(math.log(0.533), abs=0.08)
    assert found.pi_high == pytest.approx(math.log(33.692), abs=0.08)
    assert 0.005 < found.pi_low_error < 0.03


def test_the_bootstrap_repeats_itself_and_its_error_shrinks() -> None:
    fit = pool(Y, V)
    one, again, other = (bootstrap_prediction(fit, seed=seed, draws=5000) for seed in (1, 1, 2))
    assert one == again
    assert one.pi != other.pi
    more = bootstrap_prediction(fit, seed=1, draws=80_000)
    assert more.pi_low_error < 0.6 * one.pi_low_error
    assert abs(one.pi_low - more.pi_low) < 6 * one.pi_low_error
    assert json.loads(json.dumps(one.to_dict(), allow_nan=False))["seed"] == 1
    assert max(map(len, one.summary().splitlines())) <= 80


def test_the_bootstrap_in_other_units() -> None:
    one, other = bootstrap_prediction(pool(Y, V), seed=5), bootstrap_prediction(pool(1e3 * Y, 1e6 * V), seed=5)
    np.testing.assert_allclose(np.array(other.pi) / 1e3, one.pi, rtol=1e-6)


def test_the_bootstrap_draws_of_tau2_have_the_distribution_of_q() -> None:
    from evidence.pool.bootstrap import _draw_tau2
    from evidence.pool.core import make_batch
    from evidence.pool.quadratic import q_distribution

    batch = make_batch(Y, V)
    drawn = _draw_tau2(batch, np.random.default_rng(4), 4000)
    q = float((batch.y**2 / batch.v).sum() - (batch.y / batch.v).sum() ** 2 / (1 / batch.v).sum())
    shape = (4000, 7)
    uniform = q_distribution(np.full(4000, q), np.broadcast_to(1 / batch.v, shape), batch.v + drawn[:, None])
    positive = drawn > 0
    # P(Q below the observed) is uniform up to its value at τ² = 0, where the draws are 0
    edge = uniform[~positive].max(initial=0.0) if (~positive).any() else 1.0
    assert stats.kstest(uniform[positive], stats.uniform(0, edge or 1.0).cdf).pvalue > 1e-3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed=-1"),
        ({"seed": 1.5}, "seed=1.5"),
        ({"seed": True}, "seed=True"),
        ({"seed": 1, "draws": 10}, "draws=10"),
        ({"seed": 1, "draws": 2000.0}, "draws=2000.0"),
        ({"seed": 1, "level": 2}, "level=2"),
    ],
)
def test_refused_options_of_the_bootstrap(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        bootstrap_prediction(pool(Y, V), **options)  # type: ignore[arg-type]


def test_fits_that_the_bootstrap_refuses() -> None:
    with pytest.raises(InputError, match="at least 3"):
        bootstrap_prediction(pool(Y[:2], V[:2]), seed=1)
    with pytest.raises(InputError, match="for a mean"):
        bootstrap_prediction(pool(Y, V, mods=np.arange(7)), seed=1)
    with pytest.raises(InputError, match="all the same"):
        bootstrap_prediction(pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3]), seed=1)
