"""Catheter-related infections: exact likelihoods of rare events beside the normal approximation.

Stijnen T, Hamza TH, Özdemir P (2010). Random effects meta-analysis of event outcome in the framework of the generalized
linear mixed model with applications in sparse data. Statistics in Medicine 29:3046–3067, Tables II (page 3050), III
(3052), VII (3054) and VIII (3055). doi:10.1002/sim.4040. Their numbers were read in the metafor project's test of this
analysis. Data: Niël-Weise BS and others 2007, doi:10.1007/s00134-007-0897-3, and 2008, doi:10.1016/j.jhin.2008.02.020;
exported from metadat's dat.nielweise2007 and dat.nielweise2008.

Where that test shows the correctly rounded number beside another one of the paper (0.035 for 0.0355, 0.056 for 0.0554,
0.62 for the upper limit 0.60, 0.244 for 0.243, 0.25 for 0.26, τ 0.77 for 0.78, τ² 0.316 for 0.317, and in Table VII
0.850, 1.23 and 6.99, in Table VIII 0.223 and 1.04), the former is asserted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import back_transform, effect_sizes, pool
from evidence.counts import glmm

# infections with an anti-infective catheter, of n; with a standard one, of n
CATHETERS = [
    (0, 116, 3, 117),
    (1, 44, 3, 35),
    (2, 208, 9, 195),
    (0, 130, 7, 136),
    (5, 151, 6, 157),
    (1, 98, 4, 139),
    (1, 174, 3, 177),
    (1, 74, 2, 39),
    (1, 97, 19, 103),
    (1, 113, 2, 122),
    (0, 66, 7, 64),
    (0, 70, 1, 58),
    (3, 188, 5, 175),
    (6, 187, 11, 180),
    (0, 118, 0, 105),
    (0, 252, 1, 262),
    (1, 345, 3, 362),
    (4, 64, 1, 69),
]
# infections and catheter days of treated patients, then of controls
LOCKS = [
    (7, 1344, 11, 1988),
    (8, 1600, 8, 1461),
    (3, 12012, 14, 10962),
    (6, 1536, 10, 1503),
    (1, 370, 1, 483),
    (1, 729, 8, 913),
    (17, 6760, 15, 6840),
    (3, 1107, 7, 1015),
    (2, 320, 3, 440),
]


@pytest.fixture(scope="module")
def catheters() -> pd.DataFrame:
    return pd.DataFrame(CATHETERS, columns=["events1", "n1", "events2", "n2"])


@pytest.fixture(scope="module")
def locks() -> pd.DataFrame:
    table = pd.DataFrame(LOCKS, columns=["events1", "time1", "events2", "time2"])
    return table.assign(time1=table["time1"] / 1000, time2=table["time2"] / 1000)


def arm(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return one arm, its columns named as those of a study of one group."""
    return pd.DataFrame(
        {name: table[f"{name}{number}"] for name in ("events", "n", "time") if f"{name}{number}" in table}
    )


def rounded(values: object, digits: int) -> list[float]:
    return np.round(np.array(values, float), digits).tolist()


@pytest.mark.parametrize(
    ("number", "coef", "tau2", "risks"),
    [(2, [-3.30, 0.24], 0.663, [0.036, 0.023, 0.055]), (1, [-4.26, 0.26], 0.393, [0.014, 0.008, 0.023])],
)
def test_table_ii_normal(
    catheters: pd.DataFrame, number: int, coef: list[float], tau2: float, risks: list[float]
) -> None:
    fit = pool(effect_sizes(arm(catheters, number), "PLO"), tau2="REML", test="z")
    assert rounded([fit.estimate, fit.se], 2) == coef
    assert round(fit.tau2, 3) == tau2
    assert rounded(back_transform([fit.estimate, *fit.ci], "PLO"), 3) == risks


@pytest.mark.parametrize(
    ("number", "coef", "tau2", "risks"),
    [(2, [-3.50, 0.26], 0.81, [0.029, 0.018, 0.048]), (1, [-4.81, 0.36], 0.83, [0.008, 0.004, 0.016])],
)
def test_table_ii_binomial(
    catheters: pd.DataFrame, number: int, coef: list[float], tau2: float, risks: list[float]
) -> None:
    fit = glmm(arm(catheters, number), "PLO")
    assert rounded([fit.estimate, fit.se], 2) == coef
    assert round(fit.tau2, 2) == tau2
    assert rounded(back_transform([fit.estimate, *fit.ci], "PLO"), 3) == risks


def test_table_iii_normal(catheters: pd.DataFrame) -> None:
    table = effect_sizes(catheters, "OR", drop00=True)
    fit = pool(table, tau2="REML", test="z", missing="drop")
    assert rounded([fit.estimate, fit.se], 3) == [-0.980, 0.243]
    assert round(fit.tau, 2) == 0.19
    assert rounded(np.exp([fit.estimate, *fit.ci]), 2) == [0.38, 0.23, 0.60]


@pytest.mark.parametrize(
    ("model", "coef", "tau", "odds_ratios"),
    [
        ("CM.EL", [-1.353, 0.351], 0.83, [0.26, 0.13, 0.51]),
        ("CM.AL", [-1.303, 0.339], 0.78, [0.27, 0.14, 0.53]),
    ],
)
def test_table_iii_conditional_logistic(
    catheters: pd.DataFrame, model: str, coef: list[float], tau: float, odds_ratios: list[float]
) -> None:
    fit = glmm(catheters, "OR", model=model)
    assert rounded([fit.estimate, fit.se], 3) == coef
    assert round(fit.tau, 2) == tau
    assert rounded(np.exp([fit.estimate, *fit.ci]), 2) == odds_ratios


@pytest.mark.parametrize(
    ("number", "row", "rates"),
    [(2, [1.468, 0.243, 0.370], [4.34, 2.70, 6.98]), (1, [0.981, 0.326, 0.639], [2.67, 1.41, 5.05])],
)
def test_table_vii_normal(locks: pd.DataFrame, number: int, row: list[float], rates: list[float]) -> None:
    fit = pool(effect_sizes(arm(locks, number), "IRLN"), tau2="REML", test="z")
    assert rounded([fit.estimate, fit.se, fit.tau2], 3) == row
    assert rounded(np.exp([fit.estimate, *fit.ci]), 2) == rates


@pytest.mark.parametrize(
    ("number", "row", "rates"),
    [(2, [1.401, 0.231, 0.317], [4.06, 2.58, 6.38]), (1, [0.849, 0.330, 0.654], [2.34, 1.22, 4.47])],
)
def test_table_vii_poisson(locks: pd.DataFrame, number: int, row: list[float], rates: list[float]) -> None:
    fit = glmm(arm(locks, number), "IRLN")
    assert rounded([fit.estimate, fit.se, fit.tau2], 3) == row
    assert rounded(np.exp([fit.estimate, *fit.ci]), 2) == rates


def test_table_viii_normal(locks: pd.DataFrame) -> None:
    fit = pool(effect_sizes(locks, "IRR"), tau2="REML", test="z")
    assert rounded([fit.estimate, fit.se], 3) == [-0.396, 0.227]
    assert round(fit.tau, 2) == 0.31
    assert rounded(np.exp([fit.estimate, *fit.ci]), 2) == [0.67, 0.43, 1.05]


def test_table_viii_conditional_poisson(locks: pd.DataFrame) -> None:
    fit = glmm(locks, "IRR", model="CM.EL")
    assert rounded([fit.estimate, fit.se], 3) == [-0.476, 0.238]
    assert round(fit.tau, 2) == 0.35
    assert rounded(np.exp([fit.estimate, *fit.ci]), 2) == [0.62, 0.39, 0.99]
