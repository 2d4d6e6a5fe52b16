"""BCG vaccine against tuberculosis, as analysed in the article that introduced metafor.

Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. Journal of Statistical Software
36(3):1–48. doi:10.18637/jss.v036.i03. Thirteen trials of Colditz and others 1994,
doi:10.1001/jama.1994.03510330076038.

Two printed results carry the stopping rule of that version. Its interval of I² and H² (81.9177 to 97.6781, 5.5303 to
43.0677) goes with a τ² limit that agrees to all printed digits; here they are held to 0.005 and 0.001. And its REML
iteration stops at steps of 1e-5, which moves the regression's test and its intercept (standard error 29) in their last
digits: metafor run to 1e-13 gives −3.54535 (29.09562), as here, where −3.5455 (29.0959) is printed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.pool import pool

# vaccinated: cases, others; not vaccinated: cases, others; absolute latitude; year
TRIALS = np.array(
    [
        (4, 119, 11, 128, 44, 1948),
        (6, 300, 29, 274, 55, 1949),
        (3, 228, 11, 209, 42, 1960),
        (62, 13536, 248, 12619, 52, 1977),
        (33, 5036, 47, 5761, 13, 1973),
        (180, 1361, 372, 1079, 44, 1953),
        (8, 2537, 10, 619, 19, 1973),
        (505, 87886, 499, 87892, 13, 1980),
        (29, 7470, 45, 7232, 27, 1968),
        (17, 1699, 65, 1600, 42, 1961),
        (186, 50448, 141, 27197, 18, 1974),
        (5, 2493, 3, 2338, 33, 1969),
        (27, 16886, 29, 17825, 33, 1976),
    ],
    float,
)


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    a, b, c, d, latitude, year = TRIALS.T
    yi = np.log(a / (a + b)) - np.log(c / (c + d))
    vi = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return pd.DataFrame({"yi": yi, "vi": vi, "ablat": latitude, "year": year})


def printed(value: float, digits: int) -> float:
    return round(float(value), digits)


def test_random_effects_model(trials: pd.DataFrame) -> None:
    fit = pool(trials, tau2="REML", test="z", measure="RR")
    row = (fit.estimate, fit.se, fit.statistic, *fit.ci)
    assert [printed(value, 4) for value in row] == [-0.7145, 0.1798, -3.9744, -1.0669, -0.3622]
    assert fit.pvalue < 0.0001
    assert (printed(fit.tau2, 4), printed(fit.tau2_se, 4), printed(fit.tau, 4)) == (0.3132, 0.1664, 0.5597)
    assert (printed(fit.i2, 2), printed(fit.h2, 2)) == (92.22, 12.86)
    assert (printed(fit.q, 4), fit.q_df) == (152.2330, 12)


def test_intervals_of_heterogeneity(trials: pd.DataFrame) -> None:
    fit = pool(trials, tau2="REML", test="z")
    assert [printed(limit, 4) for limit in fit.tau2_ci] == [0.1197, 1.1115]
    assert [printed(np.sqrt(limit), 4) for limit in fit.tau2_ci] == [0.3460, 1.0543]
    np.testing.assert_allclose(fit.i2_ci, [81.9177, 97.6781], atol=0.005)
    np.testing.assert_allclose(fit.h2_ci, [5.5303, 43.0677], atol=0.001)


def test_meta_regression_on_latitude_and_year(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ ablat + year", tau2="REML", test="z")
    rows = fit.coefficients.drop(columns="df")
    np.testing.assert_allclose(
        rows.loc["Intercept"], [-3.5455, 29.0959, -0.1219, 0.9030, -60.5724, 53.4814], atol=0.0008
    )
    assert rows.loc["ablat"].round(4).tolist() == [-0.0280, 0.0102, -2.7371, 0.0062, -0.0481, -0.0080]
    assert rows.loc["year"].round(4).tolist() == [0.0019, 0.0147, 0.1299, 0.8966, -0.0269, 0.0307]
    assert (printed(fit.tau2, 4), printed(fit.tau2_se, 4)) == (0.1108, 0.0845)
    assert (printed(fit.q, 4), fit.q_df, printed(fit.q_pvalue, 4)) == (28.3251, 10, 0.0016)
    assert fit.qm == pytest.approx(12.2043, abs=0.0003)
    assert (fit.qm_df[0], printed(fit.qm_pvalue, 4)) == (2, 0.0022)


def test_the_same_fit_as_newer_versions_print_it(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods=trials[["ablat", "year"]], tau2="REML", test="z")
    assert (printed(fit.i2, 2), printed(fit.h2, 2), printed(fit.r2, 2)) == (71.98, 3.57, 64.63)
