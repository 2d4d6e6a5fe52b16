"""Teacher expectancy and pupil IQ: nineteen experiments, and how long teachers had known their pupils.

Raudenbush SW (2009). Analyzing effect sizes: random-effects models. In: Cooper H, Hedges LV, Valentine JC (eds),
The handbook of research synthesis and meta-analysis, 2nd ed., pages 295–315; results on pages 301–302 and in Tables
16.2 and 16.3. Data also in Raudenbush SW, Bryk AS (1985), doi:10.3102/10769986010002075.

Where the chapter cuts digits off instead of rounding (z = 1.65 for 1.655, mean 0.083 for 0.0837), the rounded
number is asserted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.pool import pool

YI = [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30]
YI += [0.07, -0.07]
VI = [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912, 0.0497, 0.0835]
VI += [0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303]
WEEKS = [2, 21, 19, 0, 0, 3, 17, 24, 0, 1, 0, 0, 1, 2, 17, 5, 1, 2, 7]


@pytest.fixture(scope="module")
def experiments() -> pd.DataFrame:
    return pd.DataFrame({"yi": YI, "vi": VI, "weeks": np.minimum(WEEKS, 3)})


def test_one_common_effect(experiments: pd.DataFrame) -> None:
    fit = pool(experiments, tau2="EE", test="z")
    assert (round(fit.estimate, 3), round(fit.q, 2), round(fit.statistic, 3)) == (0.060, 35.83, 1.655)


def test_random_effects(experiments: pd.DataFrame) -> None:
    fit = pool(experiments, tau2="REML", test="z")
    assert (round(fit.estimate, 3), round(fit.statistic, 2), round(fit.tau2, 3)) == (0.084, 1.62, 0.019)


def test_weeks_of_acquaintance_explain_the_variation(experiments: pd.DataFrame) -> None:
    fit = pool(experiments, mods="~ weeks", tau2="REML", test="z")
    assert fit.coefficients["estimate"].round(3).tolist() == [0.407, -0.157]
    assert fit.coefficients["statistic"].round(2).tolist() == [4.68, -4.39]
    assert (round(fit.tau2, 3), round(fit.q, 2)) == (0.0, 16.57)


CONVENTIONAL = {
    "EE": (0.000, 0.060, 0.036, 1.655, -0.011, 0.132),
    "ML": (0.013, 0.078, 0.047, 1.637, -0.015, 0.171),
    "REML": (0.019, 0.084, 0.052, 1.621, -0.018, 0.185),
    "DL": (0.026, 0.089, 0.056, 1.601, -0.020, 0.199),
}
KNAPP_HARTUNG = {
    "EE": (0.000, 0.060, 0.051, 1.173, -0.048, 0.168),
    "ML": (0.013, 0.078, 0.059, 1.311, -0.047, 0.202),
    "REML": (0.019, 0.084, 0.062, 1.359, -0.046, 0.213),
    "DL": (0.026, 0.089, 0.064, 1.405, -0.044, 0.223),
}


@pytest.mark.parametrize(("test", "table"), [("z", CONVENTIONAL), ("hksj", KNAPP_HARTUNG)])
@pytest.mark.parametrize("method", list(CONVENTIONAL))
def test_table_16_3(experiments: pd.DataFrame, method: str, test: str, table: dict[str, tuple[float, ...]]) -> None:
    fit = pool(experiments, tau2=method, test=test)
    row = (fit.tau2, fit.estimate, fit.se, fit.statistic, *fit.ci)
    assert tuple(round(value, 3) for value in row) == table[method]
