"""St John's wort for depression: seventeen trials, dosage and severity.

Viechtbauer W (2007). Accounting for heterogeneity via random-effects models and moderator analyses in meta-analysis.
Zeitschrift für Psychologie 215:104–121, pages 106–113 and Table II. doi:10.1027/0044-3409.215.2.104. The numbers, and
how they differ from the article's, were read in the metafor project's test of this analysis. Data: Linde K, Berner M,
Egger M, Mulrow C (2005). St John's wort for depression. British Journal of Psychiatry 186:99–107.
doi:10.1192/bjp.186.2.99; exported from metadat's dat.linde2005.

The article rounds its data first. It prints 1.01, 1.39, 1.90, τ² 0.091, 48% and limits of 4.90 and 1.61 where the
unrounded data give 1.0039, 1.3840, 1.8864, 0.0903, 47%, 4.8806 and 1.6099; Q is 51.55, not 55.54.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import effect_sizes, pool

# responders with the extract, of n; with placebo, of n; mg a day; weeks; Hamilton score at baseline
TRIALS = [
    (20, 25, 11, 25, 380, 8, 19.5),
    (14, 20, 9, 20, 900, 4, 12.5),
    (4, 25, 2, 25, 900, 4, 22.7),
    (20, 32, 6, 33, 900, 6, 16.5),
    (28, 50, 13, 55, 900, 4, 15.8),
    (34, 48, 25, 49, 240, 6, 23.6),
    (35, 53, 12, 54, 900, 4, 20.7),
    (24, 49, 16, 49, 900, 6, 21.1),
    (45, 80, 12, 79, 500, 6, 19.4),
    (67, 106, 22, 47, 1050, 6, 22.7),
    (34, 60, 17, 59, 900, 6, 16.7),
    (46, 70, 34, 70, 500, 6, 20.9),
    (55, 123, 57, 124, 900, 6, 21.5),
    (23, 37, 15, 35, 900, 6, 19.9),
    (26, 98, 19, 102, 1050, 8, 22.5),
    (46, 113, 56, 116, 1200, 8, 22.9),
    (98, 186, 80, 189, 900, 6, 21.9),
]


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    columns = ["events1", "n1", "events2", "n2", "mg", "weeks", "score"]
    table = effect_sizes(pd.DataFrame(TRIALS, columns=columns), "RR")
    grams = table["mg"] * 7 / 1000 * table["weeks"]
    return table.assign(dosage=grams - 34, baseline=table["score"] - 20)


def rounded(values: object, digits: int) -> list[float]:
    return np.round(np.array(values, float), digits).tolist()


def test_equal_effects(trials: pd.DataFrame) -> None:
    fit = pool(trials, tau2="EE", test="z")
    assert rounded(np.exp([fit.estimate, *fit.ci]), 4) == [1.3840, 1.2599, 1.5204]
    assert round(fit.q, 4) == 51.5454


def test_random_effects(trials: pd.DataFrame) -> None:
    fit = pool(trials, tau2="DL", test="z", prediction="normal")
    assert rounded(np.exp([fit.estimate, *fit.ci]), 4) == [1.5722, 1.3103, 1.8864]
    assert rounded(np.exp(fit.pi), 4) == [0.8488, 2.9120]
    assert round(fit.tau2, 4) == 0.0903


def test_range_of_true_effects_without_the_uncertainty_of_the_mean(trials: pd.DataFrame) -> None:
    fit = pool(trials, tau2="DL", test="z", prediction="tau")
    assert rounded(np.exp(fit.pi), 2) == [0.87, 2.83]


def test_table_ii(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ dosage * baseline", tau2="DL", test="z")
    assert rounded(fit.coefficients["estimate"], 6) == [0.476259, -0.005845, -0.067228, -0.001570]
    assert rounded(fit.coefficients["se"], 6) == [0.087641, 0.009999, 0.035223, 0.003447]
    assert rounded(fit.coefficients["statistic"], 4) == [5.4342, -0.5846, -1.9086, -0.4555]
    assert rounded(fit.coefficients["pvalue"], 4) == [0.0, 0.5588, 0.0563, 0.6487]
    assert (round(fit.tau2, 4), round(fit.r2, 2)) == (0.0475, 47.38)


@pytest.mark.parametrize(("score", "risk_ratios"), [(12.5, [2.6657, 1.4560, 4.8806]), (23.6, [1.2639, 0.9923, 1.6099])])
def test_predictions(trials: pd.DataFrame, score: float, risk_ratios: list[float]) -> None:
    fit = pool(trials, mods="~ dosage * baseline", tau2="DL", test="z")
    row = fit.predict({"dosage": [0.0], "baseline": [score - 20]}).iloc[0]
    assert rounded(np.exp(row[["estimate", "ci_low", "ci_high"]].to_numpy(float)), 4) == risk_ratios


@pytest.mark.parametrize(
    ("method", "tau2", "se"),
    [
        ("HS", 0.0253, 0.0197),
        ("HE", 0.0388, 0.0764),
        ("DL", 0.0475, 0.0376),
        ("SJ", 0.0912, 0.0436),
        ("DLIT", 0.0633, 0.046),
        ("PM", 0.0633, 0.046),
        ("ML", 0.024, 0.0222),
        ("REML", 0.0558, 0.0409),
        ("EB", 0.0633, 0.046),
    ],
)
def test_residual_heterogeneity(trials: pd.DataFrame, method: str, tau2: float, se: float) -> None:
    fit = pool(trials, mods="~ dosage * baseline", tau2=method, test="z")
    assert rounded([fit.tau2, fit.tau2_se], 4) == [tau2, se]


def test_residual_heterogeneity_with_the_sample_sizes_as_weights(trials: pd.DataFrame) -> None:
    fit = pool(trials, mods="~ dosage * baseline", tau2="GENQ", test="z", weights=trials["n1"] + trials["n2"])
    assert rounded([fit.tau2, fit.tau2_se], 4) == [0.06, 0.0528]
