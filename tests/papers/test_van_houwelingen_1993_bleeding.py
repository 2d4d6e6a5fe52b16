"""Cimetidine or ranitidine in acute upper gastrointestinal bleeding: the conditional likelihood.

Van Houwelingen HC, Zwinderman KH, Stijnen T (1993). A bivariate approach to meta-analysis. Statistics in Medicine
12:2273–2284, pages 2275 and 2277. doi:10.1002/sim.4780122405. The numbers of the text were read in the metafor
project's test of this analysis. Data: Collins R, Langman M (1985). Treatment with histamine H2 antagonists in acute
upper gastrointestinal hemorrhage. New England Journal of Medicine 313:660–666. doi:10.1056/NEJM198509123131104;
exported from metadat's dat.collins1985a.

The paper prints 0.31 for the upper limit of the fixed-effects model; it is 0.317. In the random-effects model two
versions of that test differ in the third decimal, for their quadrature does (standard error 0.134 and 0.136): two
decimals are asserted there.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.counts import glmm

# persistent or recurrent bleeding without the drug, of n; with it, of n; two trials did not report it
TRIALS = [
    (16, 50, 8, 50),
    (12, 53, 11, 56),
    (1, 12, 5, 18),
    (6, 15, 2, 14),
    (10, 36, 12, 33),
    (11, 48, 9, 40),
    (8, 20, 7, 20),
    (12, 47, 5, 46),
    (3, 19, 0, 18),
    (3, 43, 9, 45),
    (8, 19, 10, 21),
    (30, 132, 44, 153),
    (0, 14, 0, 14),
    (4, 9, 1, 10),
    (5, 24, 4, 24),
    (21, 80, 14, 78),
    (51, 260, 50, 259),
    (1, 11, 3, 10),
    (12, 29, 6, 31),
    (15, 54, 16, 51),
    (15, 107, 16, 106),
    (7, 39, 6, 33),
    (5, 26, 11, 36),
    (13, 31, 3, 34),
    (3, 14, 2, 15),
]


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    return pd.DataFrame(TRIALS, columns=["events1", "n1", "events2", "n2"])


def test_one_odds_ratio(trials: pd.DataFrame) -> None:
    fit = glmm(trials, "OR", model="CM.EL", tau2="EE")
    assert [round(value, 3) for value in (fit.estimate, fit.se, *fit.ci)] == [0.122, 0.100, -0.074, 0.317]
    assert round(fit.loglik, 3) == -53.679


def test_random_odds_ratios(trials: pd.DataFrame) -> None:
    fit = glmm(trials, "OR", model="CM.EL")
    assert [round(value, 2) for value in (fit.estimate, *fit.ci)] == [0.17, -0.09, 0.44]
    assert (round(fit.tau2, 3), round(fit.loglik, 2)) == (0.119, -52.99)
