"""Cholesterol lowering and mortality: a permutation test of the random-effects mean of eight trials.

Follmann DA, Proschan MA (1999). Valid inference in random effects meta-analysis. Biometrics 55:732–737, Table 1.
doi:10.1111/j.0006-341X.1999.00732.x. Counts and p-value (10 of 256 sign patterns) were read in the metafor project's
test of this analysis.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import PooledResult, effect_sizes, pool
from evidence.diagnose import permutation_test

# deaths with treatment, of n; without, of n
TRIALS = [
    (173, 5331, 210, 5296),
    (157, 1906, 193, 1900),
    (131, 4541, 121, 4516),
    (56, 2051, 84, 2030),
    (52, 424, 65, 422),
    (36, 1149, 42, 1129),
    (62, 6582, 20, 1663),
    (2, 88, 2, 30),
]


@pytest.fixture(scope="module")
def fit() -> PooledResult:
    table = pd.DataFrame(TRIALS, columns=["events1", "n1", "events2", "n2"])
    return pool(effect_sizes(table, "PETO"), tau2="DL", test="z")


def test_exact_pvalue(fit: PooledResult) -> None:
    found = permutation_test(fit, exact=True, stat="coef")
    assert found.exact
    assert found.possible == 256
    assert found.pvalue == pytest.approx(10 / 256, abs=1e-15)
