"""Do student ratings of teaching agree with what the students learnt: selection supposed, not estimated.

Vevea JL, Woods CM (2005). Publication bias in research synthesis: sensitivity analysis using a priori weight functions.
Psychological Methods 10:428–443. doi:10.1037/1082-989X.10.4.428. Weights and numbers were read in the metafor project's
test of selection models. Data: Cohen PA (1981), doi:10.3102/00346543051003281; exported from metadat's dat.cohen1981.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import PooledResult, effect_sizes, pool
from evidence.diagnose.selection import selection_model

# fmt: off
SIZES = [10, 20, 13, 22, 28, 12, 12, 36, 19, 12, 36, 75, 33, 121, 37, 14, 40, 16, 14, 20]
CORRELATIONS = [0.68, 0.56, 0.23, 0.64, 0.49, -0.04, 0.49, 0.33, 0.58, 0.18, -0.11, 0.27, 0.26, 0.40, 0.49, 0.51, 0.40,
                0.34, 0.42, 0.16]
STEPS = [0.005, 0.01, 0.05, 0.10, 0.25, 0.35, 0.50, 0.65, 0.75, 0.90, 0.95, 0.99, 0.995, 1]
WEIGHTS = {
    "moderate, one-tailed": [1, 0.99, 0.95, 0.80, 0.75, 0.65, 0.60, 0.55, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50],
    "severe, one-tailed": [1, 0.99, 0.90, 0.75, 0.60, 0.50, 0.40, 0.35, 0.30, 0.25, 0.10, 0.10, 0.10, 0.10],
    "moderate, two-tailed": [1, 0.99, 0.95, 0.90, 0.80, 0.75, 0.60, 0.60, 0.75, 0.80, 0.90, 0.95, 0.99, 1.00],
    "severe, two-tailed": [1, 0.99, 0.90, 0.75, 0.60, 0.50, 0.25, 0.25, 0.50, 0.60, 0.75, 0.90, 0.99, 1.00],
}
# fmt: on
PRINTED = {
    "moderate, one-tailed": (0.351894, 0.0045),
    "severe, one-tailed": (0.321518, 0.009544),
    "moderate, two-tailed": (0.362019, 0.002774),
    "severe, two-tailed": (0.33218, 0.005652),
}


@pytest.fixture(scope="module")
def fit() -> PooledResult:
    table = effect_sizes(pd.DataFrame({"r": CORRELATIONS, "n": SIZES}), "ZCOR")
    return pool(table, tau2="ML", test="z")


@pytest.mark.parametrize("bias", WEIGHTS)
def test_supposed_selection(fit: PooledResult, bias: str) -> None:
    found = selection_model(fit, "stepfun", steps=STEPS, delta=WEIGHTS[bias])
    estimate, tau2 = PRINTED[bias]
    assert found.estimate == pytest.approx(estimate, abs=0.0001)
    assert found.tau2 == pytest.approx(tau2, abs=0.0001)
