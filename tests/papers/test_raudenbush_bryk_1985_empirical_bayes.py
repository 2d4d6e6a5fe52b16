"""Teacher expectancy and pupil IQ: empirical Bayes estimates of nineteen effects.

Raudenbush SW, Bryk AS (1985). Empirical Bayes meta-analysis. Journal of Educational Statistics 10:75–98, pages 83–86,
90 and 92 and Figure 2. doi:10.3102/10769986010002075. Numbers of the text and the figure were read in the metafor
project's test of this analysis. The paper prints Q as 35.85 and 16.58; they are 35.83 and 16.57. That test's REML stops
at steps of 1e-5, which the fourth decimals of the empirical Bayes estimates show; these are held to 0.0002.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import PooledResult, pool
from evidence.diagnose import blup, ranef

# fmt: off
YI = [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07,
      -0.07]
VI = [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912, 0.0497, 0.0835, 0.0841,
      0.0253, 0.0279, 0.0193, 0.0088, 0.0303]
WEEKS = [2, 21, 19, 0, 0, 3, 17, 24, 0, 1, 0, 0, 1, 2, 17, 5, 1, 2, 7]
# Figure 2: empirical Bayes estimates and their 95% limits
ESTIMATE = [0.0543, 0.1006, -0.0064, 0.2144, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604, 0.2485, 0.1618, 0.1102, 0.0646,
            0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248]
LOW = [-0.1324, -0.1033, -0.2228, -0.0533, -0.1622, -0.1737, -0.1481, -0.2689, -0.0543, 0, -0.097, -0.1303, -0.192,
       -0.1463, -0.2405, -0.1906, -0.0076, -0.0808, -0.1954]
HIGH = [0.2411, 0.3045, 0.21, 0.4821, 0.3724, 0.1572, 0.1828, 0.2102, 0.3751, 0.497, 0.4206, 0.3507, 0.3212, 0.3672,
        0.1829, 0.2422, 0.3886, 0.2295, 0.245]
DEVIATION = [-0.0294, 0.0169, -0.0901, 0.1307, 0.0214, -0.0919, -0.0664, -0.1131, 0.0767, 0.1648, 0.0781, 0.0265,
             -0.0191, 0.0268, -0.1125, -0.0579, 0.1068, -0.0093, -0.0589]
# fmt: on


@pytest.fixture(scope="module")
def fit() -> PooledResult:
    return pool(YI, VI, tau2="REML", test="z")


def test_random_effects(fit: PooledResult) -> None:
    assert [round(value, 4) for value in (fit.tau2, fit.estimate, fit.q, fit.statistic)] == [
        0.0188,
        0.0837,
        35.8295,
        1.6208,
    ]


def test_figure_2(fit: PooledResult) -> None:
    found = blup(fit)
    for ours, printed in ((found.pred, ESTIMATE), (found.pi_low, LOW), (found.pi_high, HIGH)):
        np.testing.assert_allclose(ours, printed, rtol=0, atol=0.0002)


def test_deviations_from_the_mean(fit: PooledResult) -> None:
    np.testing.assert_allclose(ranef(fit).pred, DEVIATION, rtol=0, atol=0.0002)


def test_weeks_of_acquaintance(fit: PooledResult) -> None:
    table = pd.DataFrame({"yi": YI, "vi": VI, "weeks": np.minimum(WEEKS, 3)})
    regression = pool(table, mods="~ weeks", tau2="REML", test="z")
    assert regression.coefficients["estimate"].round(4).tolist() == [0.4072, -0.1572]
    assert regression.coefficients["statistic"].round(3).tolist() == [4.678, -4.388]
    assert (round(regression.tau2, 4), round(regression.q, 2)) == (0.0, 16.57)
