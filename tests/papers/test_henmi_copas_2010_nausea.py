"""Stimulation of acupuncture point P6 against nausea after surgery: an interval that withstands publication bias.

Henmi M, Copas JB (2010). Confidence intervals for random effects meta-analysis and robustness to publication bias.
Statistics in Medicine 29:2969–2983, page 2978. doi:10.1002/sim.4029. The page's numbers were read in the metafor
project's test of this analysis. Data: Lee A, Done ML (2004). Stimulation of the wrist acupuncture point P6 for
preventing postoperative nausea and vomiting. Cochrane Database of Systematic Reviews 3:CD003281.
doi:10.1002/14651858.CD003281.pub2; exported from metadat's dat.lee2004.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import PooledResult, effect_sizes, pool
from evidence.pool import henmi_copas

# nausea with stimulation, of n; with sham, of n
TRIALS = [
    (18, 100, 20, 100),
    (5, 50, 18, 50),
    (9, 20, 7, 20),
    (32, 135, 31, 139),
    (9, 23, 10, 23),
    (11, 18, 12, 18),
    (69, 122, 80, 122),
    (3, 25, 12, 25),
    (1, 30, 1, 30),
    (11, 30, 19, 30),
    (7, 44, 16, 39),
    (4, 47, 6, 47),
    (1, 30, 13, 30),
    (24, 40, 71, 80),
    (16, 50, 53, 88),
    (28, 110, 25, 111),
]


@pytest.fixture(scope="module")
def fit() -> PooledResult:
    table = pd.DataFrame(TRIALS, columns=["events1", "n1", "events2", "n2"])
    return pool(effect_sizes(table, "OR"), tau2="DL", test="z", measure="OR")


def test_dersimonian_laird(fit: PooledResult) -> None:
    found = [round(value, 4) for value in (fit.tau2, fit.estimate, *fit.ci)]
    assert found == [0.3325, -0.6787, -1.0664, -0.2911]


def test_henmi_and_copas(fit: PooledResult) -> None:
    found = henmi_copas(fit)
    assert [round(value, 4) for value in (found.estimate, *found.ci)] == [-0.5145, -0.9994, -0.0295]
