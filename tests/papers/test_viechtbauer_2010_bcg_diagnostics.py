"""BCG vaccine: predictions, allocation, outliers, deletions, asymmetry, permutations and shrinkage.

Viechtbauer W (2010). Conducting meta-analyses in R with the metafor package. Journal of Statistical Software
36(3):1–48, pages 17–38; read in the article. doi:10.18637/jss.v036.i03. Thirteen trials of Colditz and others 1994,
doi:10.1001/jama.1994.03510330076038.

That version's REML stops at steps of 1e-5, which moves last digits: such numbers are held to a tolerance, some units of
the last digit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import PooledResult, effect_sizes, pool, subgroups
from evidence.diagnose import blup, cumulative, leave_one_out, permutation_test, rstudent
from evidence.diagnose.small_study import egger, trim_and_fill

# vaccinated: cases, others; not vaccinated: cases, others; absolute latitude; year; allocation
TRIALS = {
    "Aronson": (4, 119, 11, 128, 44, 1948, "random"),
    "Ferguson & Simes": (6, 300, 29, 274, 55, 1949, "random"),
    "Rosenthal 1960": (3, 228, 11, 209, 42, 1960, "random"),
    "Hart & Sutherland": (62, 13536, 248, 12619, 52, 1977, "random"),
    "Frimodt-Moller": (33, 5036, 47, 5761, 13, 1973, "alternate"),
    "Stein & Aronson": (180, 1361, 372, 1079, 44, 1953, "alternate"),
    "Vandiviere": (8, 2537, 10, 619, 19, 1973, "random"),
    "TPT Madras": (505, 87886, 499, 87892, 13, 1980, "random"),
    "Coetzee & Berjak": (29, 7470, 45, 7232, 27, 1968, "random"),
    "Rosenthal 1961": (17, 1699, 65, 1600, 42, 1961, "systematic"),
    "Comstock 1974": (186, 50448, 141, 27197, 18, 1974, "systematic"),
    "Comstock & Webster": (5, 2493, 3, 2338, 33, 1969, "systematic"),
    "Comstock 1976": (27, 16886, 29, 17825, 33, 1976, "systematic"),
}
COLUMNS = ["estimate", "se", "statistic", "pvalue", "ci_low", "ci_high"]
NAMES = ["events1", "nonevents1", "events2", "nonevents2", "ablat", "year", "alloc"]
# page 24: each trial left out in turn; risk ratio, z, limits, Q, τ², I², H²
LEFT_OUT = [
    (0.493, -3.722, 0.340, 0.716, 151.583, 0.336, 93.226, 14.762),
    (0.520, -3.620, 0.365, 0.741, 145.318, 0.293, 92.254, 12.910),
    (0.504, -3.692, 0.350, 0.725, 150.197, 0.321, 92.935, 14.155),
    (0.533, -3.558, 0.377, 0.754, 96.563, 0.263, 90.412, 10.430),
    (0.466, -3.984, 0.320, 0.678, 151.320, 0.328, 92.763, 13.819),
    (0.491, -3.550, 0.332, 0.727, 128.187, 0.360, 90.912, 11.003),
    (0.519, -3.631, 0.365, 0.740, 145.830, 0.293, 92.278, 12.950),
    (0.452, -4.418, 0.317, 0.643, 67.986, 0.273, 87.031, 7.711),
    (0.477, -3.769, 0.324, 0.701, 152.205, 0.349, 93.213, 14.735),
    (0.520, -3.544, 0.363, 0.747, 139.827, 0.299, 92.232, 12.874),
    (0.469, -3.871, 0.319, 0.688, 151.466, 0.340, 91.811, 12.211),
    (0.468, -4.173, 0.327, 0.668, 150.787, 0.308, 92.678, 13.658),
    (0.460, -4.191, 0.319, 0.661, 149.788, 0.304, 92.344, 13.062),
]
# Figure 9, page 33: trials added by year
ADDED = [
    (0.41, 0.13, 1.26),
    (0.27, 0.13, 0.53),
    (0.38, 0.23, 0.61),
    (0.37, 0.24, 0.57),
    (0.33, 0.22, 0.49),
    (0.38, 0.26, 0.55),
    (0.41, 0.28, 0.59),
    (0.45, 0.31, 0.67),
    (0.42, 0.29, 0.62),
    (0.46, 0.32, 0.65),
    (0.49, 0.35, 0.70),
    (0.45, 0.32, 0.64),
    (0.49, 0.34, 0.70),
]


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    return effect_sizes(pd.DataFrame.from_dict(TRIALS, orient="index", columns=NAMES), "RR")


@pytest.fixture(scope="module")
def fit(trials: pd.DataFrame) -> PooledResult:
    return pool(trials, tau2="REML", test="z", measure="RR")


@pytest.fixture(scope="module")
def regression(trials: pd.DataFrame) -> PooledResult:
    return pool(trials, mods="~ ablat + year", tau2="REML", test="z", measure="RR")


def rounded(values: object, digits: int) -> list[float]:
    return np.round(np.array(values, float), digits).tolist()


def test_page_17_predicted_risk_ratios(regression: PooledResult) -> None:
    found = regression.predict({"ablat": [10, 20, 30, 40, 50, 60], "year": [1970] * 6})
    printed = [
        (0.9345, 0.5833, 1.4973, 0.4179, 2.0899),
        (0.7062, 0.5149, 0.9686, 0.3421, 1.4579),
        (0.5337, 0.4196, 0.6789, 0.2663, 1.0697),
        (0.4033, 0.2956, 0.5502, 0.1958, 0.8306),
        (0.3048, 0.1916, 0.4848, 0.1369, 0.6787),
        (0.2303, 0.1209, 0.4386, 0.0921, 0.5761),
    ]
    ours = np.exp(found[["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]])
    np.testing.assert_allclose(ours, printed, rtol=0, atol=0.00008)


def test_page_19_one_mean_for_each_allocation(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ alloc - 1", tau2="REML", test="z")
    rows = fit.coefficients[COLUMNS].round(4)
    by_name = {
        name: rows.loc[[name in str(term) for term in rows.index]].iloc[0].tolist() for name in set(trials.alloc)
    }
    assert by_name == {
        "random": [-0.9658, 0.2672, -3.6138, 0.0003, -1.4896, -0.4420],
        "alternate": [-0.5180, 0.4412, -1.1740, 0.2404, -1.3827, 0.3468],
        "systematic": [-0.4289, 0.3449, -1.2434, 0.2137, -1.1050, 0.2472],
    }


def test_page_19_differences_of_allocation(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods='~ C(alloc, contr.treatment("random"))', tau2="REML", test="z")
    assert fit.coefficients[COLUMNS].round(4).to_numpy().tolist() == [
        [-0.9658, 0.2672, -3.6138, 0.0003, -1.4896, -0.4420],
        [0.4478, 0.5158, 0.8682, 0.3853, -0.5632, 1.4588],
        [0.5369, 0.4364, 1.2303, 0.2186, -0.3184, 1.3921],
    ]
    assert (round(fit.qm, 4), fit.qm_df[0], round(fit.qm_pvalue, 4)) == (1.7675, 2, 0.4132)


def test_page_19_as_subgroups_with_one_tau2(trials: pd.DataFrame) -> None:
    found = subgroups(trials, "alloc", tau2_common=True, tau2="REML", test="z")
    assert (round(found.q_between, 4), found.q_df, round(found.q_pvalue, 4)) == (1.7675, 2, 0.4132)


def test_page_20_knapp_and_hartung(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ alloc + ablat", tau2="REML", test="hksj")
    rows = fit.coefficients[COLUMNS]
    printed = {
        "Intercept": [0.2932, 0.4188, 0.7000, 0.5016, -0.6543, 1.2407],
        "random": [-0.2675, 0.3624, -0.7381, 0.4793, -1.0873, 0.5523],
        "systematic": [0.0585, 0.3925, 0.1490, 0.8849, -0.8294, 0.9463],
        "ablat": [-0.0273, 0.0095, -2.8669, 0.0186, -0.0488, -0.0058],
    }
    for name, expected in printed.items():
        ours = rows.loc[[name in str(term) for term in rows.index]].iloc[0]
        np.testing.assert_allclose(ours, expected, rtol=0, atol=0.00015)
    assert (round(fit.tau2, 4), round(fit.tau2_se, 4), round(fit.tau, 4)) == (0.1446, 0.1124, 0.3803)
    assert (round(fit.q, 4), fit.q_df, round(fit.q_pvalue, 4)) == (26.2034, 9, 0.0019)
    assert (round(fit.qm, 3), fit.qm_df, round(fit.qm_pvalue, 4)) == (3.447, (3, 9), 0.0650)


def test_page_21_mean_and_prediction_interval(fit: PooledResult) -> None:
    assert rounded(np.exp([fit.estimate, *fit.ci, *fit.pi]), 2) == [0.49, 0.34, 0.70, 0.15, 1.55]


def test_page_23_externally_standardised_residuals(regression: PooledResult) -> None:
    found = rstudent(regression)
    rows = [0, 1, 2, 3, 6, 11, 12]
    printed = [
        (0.2229, 0.7486, 0.2978),
        (-0.2828, 0.6573, -0.4303),
        (-0.3826, 0.7501, -0.5100),
        (-1.0900, 0.7768, -1.4032),
        (-1.4061, 0.5416, -2.5961),
        (1.1864, 0.8084, 1.4677),
        (0.7972, 0.3742, 2.1302),
    ]
    ours = np.column_stack([found.resid, found.se, found.z])[rows]
    np.testing.assert_allclose(ours, printed, rtol=0, atol=0.0003)


def test_page_24_leave_one_out(fit: PooledResult) -> None:
    found = leave_one_out(fit).rows
    ours = np.column_stack(
        [
            np.exp(found.estimate),
            found.statistic,
            np.exp(found.ci_low),
            np.exp(found.ci_high),
            found.q,
            found.tau2,
            found.i2,
            found.h2,
        ]
    )
    np.testing.assert_allclose(ours[:, :6], np.array(LEFT_OUT)[:, :6], rtol=0, atol=0.0006)
    np.testing.assert_allclose(ours[:, 6:], np.array(LEFT_OUT)[:, 6:], rtol=0, atol=0.002)


def test_figure_4_means_at_three_latitudes(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ ablat", tau2="REML", test="z")
    found = np.exp(fit.predict({"ablat": [10, 30, 50]})[["estimate", "ci_low", "ci_high"]])
    assert rounded(found, 2) == [[0.96, 0.67, 1.39], [0.54, 0.44, 0.66], [0.30, 0.21, 0.42]]


def test_page_30_regression_test(fit: PooledResult) -> None:
    found = egger(fit, model="lm")
    assert (round(found.statistic, 4), found.df, round(found.pvalue, 4)) == (-1.4013, 11, 0.1887)


def test_page_31_regression_test_on_sample_size(trials: pd.DataFrame, regression: PooledResult) -> None:
    sizes = trials[["events1", "nonevents1", "events2", "nonevents2"]].sum(axis=1)
    found = egger(regression, model="rma", predictor="ni", ni=sizes)
    assert found.statistic == pytest.approx(0.7470, abs=0.0003)
    assert found.pvalue == pytest.approx(0.4550, abs=0.0002)


def test_page_31_trim_and_fill(trials: pd.DataFrame) -> None:
    found = trim_and_fill(pool(trials, tau2="EE", test="z"))
    assert (found.k0, found.side, found.filled.k) == (4, "right", 17)
    row = (found.filled.estimate, found.filled.se, found.filled.statistic, *found.filled.ci)
    assert rounded(row, 4) == [-0.2910, 0.0383, -7.6057, -0.3660, -0.2160]
    assert (round(found.filled.q, 4), found.filled.q_df) == (262.7316, 16)


def test_figure_9_cumulative(trials: pd.DataFrame, fit: PooledResult) -> None:
    found = cumulative(fit, order=trials["year"].to_numpy()).rows
    ours = np.exp(np.column_stack([found.estimate, found.ci_low, found.ci_high]))
    assert rounded(ours, 2) == [list(row) for row in ADDED]


def test_page_34_likelihood_ratio_of_latitude(trials: pd.DataFrame) -> None:
    full, reduced = (pool(trials, mods=mods, tau2="ML", test="z") for mods in ("~ ablat", None))
    assert rounded([full.aic, full.bic, full.loglik, full.q, full.tau2], 4) == [
        21.3713,
        23.0662,
        -7.6857,
        30.7331,
        0.0344,
    ]
    assert rounded([reduced.aic, reduced.bic, reduced.loglik, reduced.q, reduced.tau2], 4) == [
        29.3302,
        30.4601,
        -12.6651,
        152.2330,
        0.2800,
    ]
    assert (round(2 * (full.loglik - reduced.loglik), 4), round(full.r2, 2)) == (9.9588, 87.73)


def test_page_35_permutation_test(fit: PooledResult) -> None:
    found = permutation_test(fit, exact=True)
    assert (found.possible, rounded(found.pvalue, 4)) == (8192, [0.0015])


def test_page_36_permutation_test_of_the_regression(regression: PooledResult) -> None:
    # 10,000 random permutations there, so each p-value has a standard error of its own, as ours has
    found = permutation_test(regression, iterations=10_000, seed=20100)
    printed = np.array([0.9150, 0.0224, 0.8950])
    error = np.sqrt(2 * printed * (1 - printed) / 10_000)
    assert np.all(np.abs(found.pvalue - printed) < 4 * error)
    assert abs(found.qm_pvalue - 0.0232) < 4 * np.sqrt(2 * 0.0232 / 10_000)


def test_page_38_best_linear_unbiased_predictions(fit: PooledResult) -> None:
    found = blup(fit)
    printed = [
        (-0.8002, 0.4099, -1.6037, 0.0032),
        (-1.2517, 0.3532, -1.9440, -0.5594),
        (-0.9869, 0.4348, -1.8392, -0.1346),
        (-1.3979, 0.1376, -1.6675, -1.1283),
        (-0.2874, 0.2113, -0.7015, 0.1268),
        (-0.1467, 0.2434, -0.6239, 0.3304),
    ]
    ours = np.column_stack([found.pred, found.se, found.pi_low, found.pi_high])[[0, 1, 2, 3, 4, 12]]
    assert rounded(ours, 4) == [list(row) for row in printed]
