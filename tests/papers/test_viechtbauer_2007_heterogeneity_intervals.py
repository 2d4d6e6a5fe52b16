"""Diuretics against pre-eclampsia: estimates and intervals of the variance between nine trials.

Viechtbauer W (2007). Confidence intervals for the amount of heterogeneity in meta-analysis. Statistics in Medicine
26:37–52, Table II (page 44). doi:10.1002/sim.2514. The table has two decimals; the three decimals were read in the
metafor project's test of it. Data: Collins R, Yusuf S, Peto R (1985). Overview of randomised trials of diuretics in
pregnancy. British Medical Journal 290:17–23. doi:10.1136/bmj.290.6461.17; exported from metadat's dat.collins1985b.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import effect_sizes, pool

# pre-eclampsia with diuretics, of n; without, of n
TRIALS = [
    (14, 131, 14, 136),
    (21, 385, 17, 134),
    (14, 57, 24, 48),
    (6, 38, 18, 40),
    (12, 1011, 35, 760),
    (138, 1370, 175, 1336),
    (15, 506, 20, 524),
    (6, 108, 2, 103),
    (65, 153, 40, 102),
]


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    return effect_sizes(pd.DataFrame(TRIALS, columns=["events1", "n1", "events2", "n2"]), "OR")


@pytest.mark.parametrize(("method", "tau2"), [("DL", 0.230), ("ML", 0.239), ("REML", 0.301), ("SJ", 0.456)])
def test_estimates(trials: pd.DataFrame, method: str, tau2: float) -> None:
    assert round(pool(trials, tau2=method, test="z").tau2, 3) == tau2


@pytest.mark.parametrize(
    ("method", "interval", "low", "high"),
    [("DL", "QP", 0.072, 2.203), ("ML", "PL", 0.027, 1.131), ("REML", "PL", 0.043, 1.475)],
)
def test_intervals(trials: pd.DataFrame, method: str, interval: str, low: float, high: float) -> None:
    found = pool(trials, tau2=method, test="z").confint(interval)
    assert [round(limit, 3) for limit in found.tau2_ci] == [low, high]


@pytest.mark.parametrize(("method", "low", "high"), [("ML", -0.101, 0.578), ("REML", -0.131, 0.732)])
def test_wald_intervals(trials: pd.DataFrame, method: str, low: float, high: float) -> None:
    fit = pool(trials, tau2=method, test="z")
    limits = [fit.tau2 - 1.96 * fit.tau2_se, fit.tau2 + 1.96 * fit.tau2_se]
    assert [round(limit, 3) for limit in limits] == [low, high]
    assert fit.confint("Wald").tau2_ci == pytest.approx((0.0, high), abs=0.0005)  # a variance is not below 0
