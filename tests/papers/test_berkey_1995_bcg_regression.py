"""BCG vaccine: empirical Bayes regression on latitude, with sampling variances smoothed over the trials.

Berkey CS, Hoaglin DC, Mosteller F, Colditz GA (1995). A random-effects regression model for meta-analysis. Statistics
in Medicine 14:395–411, page 408. doi:10.1002/sim.4780140406. The page's numbers were read in the metafor project's test
of this analysis; the trials are those of Colditz and others 1994.

The paper prints −0.6304 and −0.5950 for the intercepts −0.6303 and −0.5949, and 0.0039 for the fixed-effects standard
error 0.0040 of the slope; the correctly rounded numbers are asserted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import effect_sizes, pool

# vaccinated: cases, others; not vaccinated: cases, others; absolute latitude
TRIALS = [
    (4, 119, 11, 128, 44),
    (6, 300, 29, 274, 55),
    (3, 228, 11, 209, 42),
    (62, 13536, 248, 12619, 52),
    (33, 5036, 47, 5761, 13),
    (180, 1361, 372, 1079, 44),
    (8, 2537, 10, 619, 19),
    (505, 87886, 499, 87892, 13),
    (29, 7470, 45, 7232, 27),
    (17, 1699, 65, 1600, 42),
    (186, 50448, 141, 27197, 18),
    (5, 2493, 3, 2338, 33),
    (27, 16886, 29, 17825, 33),
]
MEAN_LATITUDE = 33.46


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    counts = pd.DataFrame(TRIALS, columns=["events1", "nonevents1", "events2", "nonevents2", "latitude"])
    table = effect_sizes(counts, "RR")
    a, b, c, d = (table[name] for name in ("events1", "nonevents1", "events2", "nonevents2"))
    table["vi"] = (b / a).mean() / (a + b) + (d / c).mean() / (c + d)
    table["latitude"] -= MEAN_LATITUDE
    return table


def test_random_effects(trials: pd.DataFrame) -> None:
    fit = pool(trials, tau2="EB", test="z")
    assert (round(fit.estimate, 4), round(fit.se, 4), round(fit.tau2, 3)) == (-0.5429, 0.1842, 0.268)


def test_regression_on_latitude(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ latitude", tau2="EB", test="z")
    assert fit.coefficients["estimate"].round(4).tolist() == [-0.6303, -0.0268]
    assert fit.coefficients["se"].round(4).tolist() == [0.1591, 0.0110]
    assert (round(fit.tau2, 3), round(fit.r2)) == (0.157, 41)


def test_fixed_effects_regression(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ latitude", tau2="FE", test="z")
    assert fit.coefficients["estimate"].round(4).tolist() == [-0.5949, -0.0282]
    assert fit.coefficients["se"].round(4).tolist() == [0.0696, 0.0040]


@pytest.mark.parametrize(("method", "risk_ratios"), [("EB", [0.53, 0.42]), ("FE", [0.55, 0.43])])
def test_risk_ratios_at_two_latitudes(trials: pd.DataFrame, method: str, risk_ratios: list[float]) -> None:
    fit = pool(trials, mods="~ latitude", tau2=method, test="z")
    found = fit.predict({"latitude": np.array([MEAN_LATITUDE, 42]) - MEAN_LATITUDE})
    assert np.exp(found["estimate"]).round(2).tolist() == risk_ratios
