"""Tolbutamide, smoking British doctors, spermicides: Mantel–Haenszel and maximum likelihood by strata, 90% intervals.

Rothman KJ, Greenland S, Lash TL (2008). Modern epidemiology. 3rd ed. Lippincott Williams & Wilkins, Philadelphia.
Chapter 15, Tables 15-1, 15-2 and 15-5 and the analyses of them. Data and numbers were read in the metafor project's
test of this analysis.

The chapter prints 0.088 for the upper limit 0.0874 of the risk difference, and 0.001 for its heterogeneity, 0.0017.
That test's Wald statistic of the spermicides' conditional likelihood, 0.133, comes from numerical second derivatives
and is left out: the strata's conditional estimates, 1.2204 (SE 0.6739) and 1.7104 (1.2224), give 0.123.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import effect_sizes
from evidence.counts import glmm, mantel_haenszel

# deaths and survivors with tolbutamide, then with placebo; below 55 years and from 55
TOLBUTAMIDE = pd.DataFrame(
    [(8, 98, 5, 115), (22, 76, 16, 69)], columns=["events1", "nonevents1", "events2", "nonevents2"]
)
# deaths and person-years of smokers, then of non-smokers; ages 35–44 to 75–84
DOCTORS = pd.DataFrame(
    [
        (32, 5.2407, 2, 1.8790),
        (104, 4.3248, 12, 1.0673),
        (206, 2.8612, 28, 0.5710),
        (186, 1.2663, 28, 0.2585),
        (102, 0.5317, 31, 0.1462),
    ],
    columns=["events1", "time1", "events2", "time2"],
)
# Down syndrome with and without spermicides, then controls; mothers below 35 years and from 35
SPERMICIDES = pd.DataFrame(
    [(3, 9, 104, 1059), (1, 3, 5, 86)], columns=["events1", "nonevents1", "events2", "nonevents2"]
)


def rounded(values: object, digits: int) -> list[float]:
    return np.round(np.array(values, float), digits).tolist()


def test_table_15_1_by_stratum_and_crude() -> None:
    strata = effect_sizes(TOLBUTAMIDE, "RD")
    assert rounded(strata["yi"], 4) == [0.0338, 0.0363]
    assert rounded(np.sqrt(strata["vi"]), 4) == [0.0315, 0.0598]
    crude = effect_sizes(TOLBUTAMIDE.sum().to_frame().T, "RD")
    assert rounded([crude["yi"][0], np.sqrt(crude["vi"][0])], 4) == [0.0446, 0.0326]
    assert rounded(np.exp(effect_sizes(TOLBUTAMIDE, "RR")["yi"]), 2) == [1.81, 1.19]
    assert rounded(np.exp(effect_sizes(TOLBUTAMIDE.sum().to_frame().T, "RR")["yi"]), 2) == [1.44]


def test_tolbutamide_risk_difference() -> None:
    found = mantel_haenszel(TOLBUTAMIDE, "RD", level=0.90)
    assert rounded([found.estimate, *found.ci], 4) == [0.0349, -0.0176, 0.0874]
    assert (round(found.q, 4), round(found.q_pvalue, 3)) == (0.0017, 0.967)


def test_tolbutamide_risk_ratio() -> None:
    found = mantel_haenszel(TOLBUTAMIDE, "RR", level=0.90)
    assert rounded(found.back_transformed, 2) == [1.33, 0.87, 2.03]
    assert (round(found.q, 3), round(found.q_pvalue, 3)) == (0.447, 0.504)


def test_tolbutamide_odds_ratio() -> None:
    found = mantel_haenszel(TOLBUTAMIDE, "OR", level=0.90, correct=False)
    assert rounded(found.back_transformed, 2) == [1.40, 0.84, 2.34]
    assert (round(found.q, 3), round(found.q_pvalue, 3)) == (0.347, 0.556)
    assert (round(found.cmh.statistic, 3), round(found.cmh.pvalue, 3)) == (1.191, 0.275)
    assert (round(found.tarone.statistic, 3), round(found.tarone.pvalue, 3)) == (0.349, 0.555)


def test_tolbutamide_conditional_maximum_likelihood() -> None:
    found = glmm(TOLBUTAMIDE, "OR", model="CM.EL", tau2="EE")
    assert (round(found.estimate, 3), rounded(np.exp(found.estimate), 3)) == (0.338, 1.402)
    assert (round(found.q_wald, 2), round(found.q_lrt, 3), round(found.q_lrt_pvalue, 3)) == (0.35, 0.350, 0.554)


def test_table_15_2_by_stratum_and_crude() -> None:
    differences = effect_sizes(DOCTORS, "IRD")
    assert rounded(differences["yi"], 4) == [5.0417, 12.8040, 22.9610, 38.5674, -20.2008]
    assert rounded(np.sqrt(differences["vi"]), 4) == [1.3159, 4.0118, 10.5377, 23.1304, 42.5574]
    ratios = effect_sizes(DOCTORS, "IRR")
    assert rounded(np.exp(ratios["yi"]), 2) == [5.74, 2.14, 1.47, 1.36, 0.90]
    crude = DOCTORS.sum().to_frame().T
    assert rounded(effect_sizes(crude, "IRD")["yi"], 3) == [18.537]
    assert rounded(np.exp(effect_sizes(crude, "IRR")["yi"]), 2) == [1.72]


def test_doctors_rate_difference() -> None:
    found = mantel_haenszel(DOCTORS, "IRD", level=0.90)
    assert rounded([found.estimate, *found.ci], 2) == [11.44, 6.35, 16.53]
    assert round(found.q, 3) == 26.876


@pytest.mark.parametrize(("correct", "chi2"), [(True, 10.702), (False, 11.016)])
def test_doctors_rate_ratio(correct: bool, chi2: float) -> None:
    found = mantel_haenszel(DOCTORS, "IRR", level=0.90, correct=correct)
    assert rounded(found.back_transformed, 2) == [1.42, 1.19, 1.70]
    assert (round(found.q, 3), round(found.q_pvalue, 3)) == (10.412, 0.034)
    assert (round(found.cmh.statistic, 3), round(found.cmh.pvalue, 3)) == (chi2, 0.001)


@pytest.mark.parametrize("model", ["UM.FS", "CM.EL"])
def test_doctors_maximum_likelihood(model: str) -> None:
    found = glmm(DOCTORS, "IRR", model=model, tau2="EE", level=0.90)
    assert rounded([found.estimate, *found.ci], 3) == [0.355, 0.178, 0.531]
    assert rounded(np.exp([found.estimate, *found.ci]), 3) == [1.426, 1.195, 1.701]
    assert rounded([found.q_wald, found.q_wald_pvalue, found.q_lrt, found.q_lrt_pvalue], 3) == [
        10.199,
        0.037,
        12.132,
        0.016,
    ]


def test_spermicides_mantel_haenszel() -> None:
    found = mantel_haenszel(SPERMICIDES, "OR", level=0.90, correct=False)
    assert rounded([found.estimate, *found.ci], 3) == [1.330, 0.358, 2.302]
    assert rounded(found.back_transformed, 2) == [3.78, 1.43, 10.00]
    assert (round(found.q, 3), round(found.q_pvalue, 3)) == (0.138, 0.711)
    assert (round(found.cmh.statistic, 3), round(found.cmh.pvalue, 3)) == (5.809, 0.016)
    assert (round(found.tarone.statistic, 3), round(found.tarone.pvalue, 3)) == (0.139, 0.709)


@pytest.mark.parametrize(
    ("model", "odds_ratio", "lrt"), [("UM.FS", [3.79, 1.43, 10.03], 0.132), ("CM.EL", [3.76, 1.43, 9.93], 0.119)]
)
def test_spermicides_maximum_likelihood(model: str, odds_ratio: list[float], lrt: float) -> None:
    found = glmm(SPERMICIDES, "OR", model=model, tau2="EE", level=0.90)
    assert rounded(np.exp([found.estimate, *found.ci]), 2) == odds_ratio
    assert round(found.q_lrt, 3) == lrt
