"""Passive smoking and lung cancer: 37 studies, and 7 that trim and fill adds.

Revisiting evidence on lung cancer and passive smoking: adjustment for publication bias by means of "trim and fill"
algorithm. Lung Cancer 2006;51:245–246. doi:10.1016/j.lungcan.2005.11.004; numbers read in its abstract. The mean before
is that of the abstract of Copas JB, Shi JQ (2000). Reanalysis of epidemiological evidence on lung cancer and passive
smoking. BMJ 320:417–418. doi:10.1136/bmj.320.7232.417. Odds ratios and limits: Hackshaw AK, Law MR, Wald NJ (1997). The
accumulated evidence on lung cancer and environmental tobacco smoke. BMJ 315:980–988. doi:10.1136/bmj.315.7114.980;
exported from metadat's dat.hackshaw1998.
"""

from __future__ import annotations

import numpy as np
import pytest

from evidence import PooledResult, pool
from evidence.diagnose.small_study import trim_and_fill
from evidence.reported import effect_from_ci

# odds ratio and its 95% limits
STUDIES = [
    (1.18, 0.90, 1.54),
    (1.45, 1.02, 2.08),
    (2.02, 0.48, 8.56),
    (1.20, 0.80, 1.60),
    (0.75, 0.43, 1.30),
    (2.07, 0.81, 5.25),
    (2.13, 1.19, 3.83),
    (0.80, 0.34, 1.90),
    (0.79, 0.25, 2.45),
    (2.01, 1.09, 3.72),
    (1.23, 0.81, 1.87),
    (1.20, 0.50, 3.30),
    (1.52, 0.87, 2.63),
    (1.03, 0.41, 2.55),
    (1.55, 0.90, 2.67),
    (1.03, 0.61, 1.74),
    (2.34, 0.81, 6.75),
    (1.65, 1.16, 2.35),
    (1.19, 0.82, 1.73),
    (1.52, 0.39, 5.96),
    (2.16, 1.08, 4.29),
    (1.08, 0.64, 1.82),
    (2.55, 0.74, 8.78),
    (1.62, 0.90, 2.91),
    (1.06, 0.74, 1.52),
    (0.79, 0.62, 1.02),
    (0.74, 0.32, 1.69),
    (2.27, 0.75, 6.82),
    (0.97, 0.78, 1.21),
    (1.60, 0.80, 3.00),
    (1.19, 0.66, 2.13),
    (1.66, 0.73, 3.78),
    (1.26, 1.04, 1.54),
    (1.10, 0.62, 1.96),
    (1.66, 1.12, 2.45),
    (1.16, 0.80, 1.69),
    (1.11, 0.67, 1.84),
]


@pytest.fixture(scope="module")
def fit() -> PooledResult:
    odds_ratio, low, high = np.array(STUDIES).T
    derived = effect_from_ci(low, high, estimate=odds_ratio, scale="log")
    return pool(derived.yi, derived.vi, tau2="DL", test="z", measure="OR")


def test_37_studies(fit: PooledResult) -> None:
    assert fit.k == 37
    assert np.exp([fit.estimate, *fit.ci]).round(2).tolist() == [1.24, 1.13, 1.36]
    assert fit.pvalue < 0.001


def test_44_studies(fit: PooledResult) -> None:
    found = trim_and_fill(fit)
    assert (found.k0, found.filled.k) == (7, 44)
    assert np.exp([found.estimate, *found.ci]).round(2).tolist() == [1.19, 1.08, 1.31]
    assert round(found.filled.pvalue, 4) == 0.0004
