"""Intervals of the residual τ² of two meta-regressions, by generalised Q statistics and Q-profile.

Jackson D, Turner R, Rhodes K, Viechtbauer W (2014). Methods for calculating confidence and credible intervals for the
residual between-study variance in random effects meta-regression models. BMC Medical Research Methodology 14:103.
doi:10.1186/1471-2288-14-103. Data and limits of both examples were read in the metafor project's test of this analysis.

Of the limits, 1.1245 is the one that differs in its last digit: with Imhof's integral the statistic has a probability
of 0.025000 at 1.124565 and of 0.025005 at 1.1245. It is held to 0.0001.
"""

from __future__ import annotations

import numpy as np
import pytest

from evidence import pool

# fmt: off
BINARY = (
    [0.0267, 0.8242, 0.3930, 2.4405, 2.1401, 1.2528, 2.4849, 0.3087, 1.4246, 0.1823, 1.1378, 1.2321, 2.0695, 4.0237,
     1.4383, 1.6021],
    [0.1285, 0.0315, 0.0931, 2.0967, 1.0539, 0.1602, 1.0235, 0.0218, 0.5277, 0.0556, 0.3304, 0.1721, 0.4901, 2.0200,
     0.3399, 0.1830],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
)
CONTINUOUS = (
    [0.54, 0.4, 0.64, 0.365, 0.835, 0.02, 0.12, 0.085, 1.18, 0.08, 0.18, 0.325, 0.06, 0.715, 0.065, 0.245, 0.24, 0.06,
     0.19],
    [0.0176, 0.019, 0.0906, 0.0861, 0.0063, 0.0126, 0.0126, 0.0041, 0.0759, 0.0126, 0.0104, 0.0242, 0.0026, 0.2629,
     0.0169, 0.0156, 0.0481, 0.0084, 0.0044],
    [1986, 1987, 1988, 1988, 1998, 1999, 2000, 2000, 2000, 2001, 2001, 2001, 2002, 2002, 2002, 2002, 2003, 2003, 2003],
)
# fmt: on
Data = tuple[list[float], list[float], list[int]]


@pytest.mark.parametrize(
    ("data", "power", "low", "high"),
    [
        (BINARY, 1.0, 0.0029, 0.6907),
        (BINARY, 0.5, 0.0000, 1.1245),
        (CONTINUOUS, 1.0, 0.0170, 0.1393),
        (CONTINUOUS, 0.5, 0.0180, 0.1375),
    ],
    ids=["binary, 1/v", "binary, 1/√v", "continuous, 1/v", "continuous, 1/√v"],
)
def test_generalised_q(data: Data, power: float, low: float, high: float) -> None:
    yi, vi, xi = data
    fit = pool(yi, vi, mods=xi, tau2="GENQ", weights=np.array(vi) ** -power, test="z")
    assert fit.tau2_ci == pytest.approx([low, high], abs=0.0001 if high == 1.1245 else 0.00005)


@pytest.mark.parametrize(
    ("data", "method", "low", "high"),
    [(BINARY, "BJ", 0.0029, 0.6907), (BINARY, "J", 0.0000, 1.1245), (CONTINUOUS, "BJ", 0.0170, 0.1393)],
)
def test_the_same_intervals_asked_of_a_reml_fit(data: Data, method: str, low: float, high: float) -> None:
    yi, vi, xi = data
    found = pool(yi, vi, mods=xi, tau2="REML", test="z").confint(method)
    assert found.tau2_ci == pytest.approx([low, high], abs=0.0001 if high == 1.1245 else 0.00005)


@pytest.mark.parametrize(("data", "low", "high"), [(BINARY, 0.0023, 1.4871), (CONTINUOUS, 0.0178, 0.1564)])
def test_q_profile(data: Data, low: float, high: float) -> None:
    yi, vi, xi = data
    fit = pool(yi, vi, mods=xi, tau2="PM", test="z")
    assert [round(limit, 4) for limit in fit.tau2_ci] == [low, high]


@pytest.mark.parametrize(("data", "low", "high"), [(BINARY, 0.0110, 0.6330), (CONTINUOUS, 0.0163, 0.1108)])
def test_wald_interval_of_log_tau2(data: Data, low: float, high: float) -> None:
    yi, vi, xi = data
    fit = pool(yi, vi, mods=xi, tau2="REML", test="z")
    factor = np.exp(1.96 * fit.tau2_se / fit.tau2)
    assert [round(float(limit), 4) for limit in (fit.tau2 / factor, fit.tau2 * factor)] == [low, high]
