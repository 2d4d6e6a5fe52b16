"""Two small data sets under several estimators of τ².

Viechtbauer W (2005). Bias and efficiency of meta-analytic variance estimators in the random-effects model. Journal of
Educational and Behavioral Statistics 30:261–293, pages 271–272. doi:10.3102/10769986030003261. Data typed from there.
"""

from __future__ import annotations

import pytest

from evidence.pool import pool

ONE = (
    [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232],
    [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040],
)
# fmt: off
TWO = (
    [0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134, 0.019, 0.175, 0.056, 0.045, 0.103, 0.121,
     -0.482, 0.290, 0.342],
    [0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034, 0.033, 0.031, 0.034, 0.039, 0.167, 0.134,
     0.096, 0.016, 0.035],
)
# fmt: on


@pytest.mark.parametrize(
    ("data", "method", "tau2", "i2", "h2"),
    [
        (ONE, "DL", 0.277, 80.44, 5.11),
        (ONE, "ML", 0.197, 74.51, 3.92),
        (ONE, "REML", 0.223, 76.84, 4.32),
        (TWO, "DL", 0.013, 27.53, 1.38),
        (TWO, "ML", 0.013, 28.45, 1.40),
        (TWO, "REML", 0.016, 32.02, 1.47),
    ],
)
def test_heterogeneity(data: tuple[list[float], list[float]], method: str, tau2: float, i2: float, h2: float) -> None:
    fit = pool(*data, tau2=method)
    assert (round(fit.tau2, 3), round(fit.i2, 2), round(fit.h2, 2)) == (tau2, i2, h2)
