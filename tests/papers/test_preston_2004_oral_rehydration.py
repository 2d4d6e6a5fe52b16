"""Reduced-osmolarity oral rehydration: four weight functions of the p-value, with and without the standard error.

Preston C, Ashby D, Smyth R (2004). Adjusting for publication bias: modelling the selection process. Journal of
Evaluation in Clinical Practice 10:313–322. doi:10.1111/j.1365-2753.2003.00457.x. The numbers were read in the metafor
project's test of selection models, which analyses the paper's data in the paper's way. Data: Hahn S, Kim Y, Garner P
(2001). BMJ 323:81–85. doi:10.1136/bmj.323.7304.81; exported from metadat's dat.hahn2001.

That test's standard errors come from numerical second derivatives. Three of them are not those of the likelihood's own
curvature and are left out: power weights without the standard error, logistic and power weights above 0.05.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import PooledResult, effect_sizes, pool
from evidence.diagnose.selection import selection_model

# unscheduled infusions with the reduced solution, of n; with the standard one, of n
TRIALS = [
    (4, 19, 5, 19),
    (0, 18, 0, 18),
    (34, 341, 50, 334),
    (7, 71, 16, 69),
    (6, 45, 5, 44),
    (1, 94, 8, 96),
    (0, 22, 0, 22),
    (11, 88, 12, 82),
    (2, 82, 7, 84),
    (0, 33, 0, 30),
    (0, 15, 1, 20),
    (33, 221, 43, 218),
]


@pytest.fixture(scope="module")
def fit() -> PooledResult:
    table = effect_sizes(pd.DataFrame(TRIALS, columns=["events1", "n1", "events2", "n2"]), "OR", drop00=True)
    return pool(table, tau2="EE", test="z", missing="drop")


@pytest.mark.parametrize(
    ("kind", "delta", "se"),
    [
        ("halfnorm", 3.163, 2.989),
        ("negexp", 2.657, 2.348),
        ("logistic", 3.339, 2.389),
        ("power", 1.459, None),
    ],
)
def test_weights_of_p(fit: PooledResult, kind: str, delta: float, se: float | None) -> None:
    found = selection_model(fit, kind, alternative="less")
    assert round(found.delta[0], 3) == delta
    assert se is None or found.delta_se[0] == pytest.approx(se, abs=0.0011)


@pytest.mark.parametrize(
    ("kind", "delta", "se"),
    [
        ("halfnorm", 3.506, 3.387),
        ("negexp", 2.279, 2.133),
        ("logistic", 3.018, 2.316),
        ("power", 1.444, 1.382),
    ],
)
def test_weights_of_p_and_standard_error(fit: PooledResult, kind: str, delta: float, se: float) -> None:
    found = selection_model(fit, kind, alternative="less", prec="sei", scale_prec=False)
    assert (round(found.delta[0], 3), round(found.delta_se[0], 3)) == (delta, se)


@pytest.mark.parametrize(
    ("kind", "delta", "se"),
    [("halfnorm", 5.832, 5.644), ("negexp", 3.820, 3.627), ("logistic", 5.04, None), ("power", 2.40, None)],
)
def test_weights_of_p_values_above_0_05(fit: PooledResult, kind: str, delta: float, se: float | None) -> None:
    found = selection_model(fit, kind, alternative="less", prec="sei", steps=0.05)
    assert found.delta[0] == pytest.approx(delta, abs=0.0011)
    assert se is None or round(found.delta_se[0], 3) == se
