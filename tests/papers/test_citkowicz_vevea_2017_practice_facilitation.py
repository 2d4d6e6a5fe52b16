"""Practice facilitation in primary care: a beta weight function of the p-value.

Citkowicz M, Vevea JL (2017). A parsimonious weight function for modeling publication bias. Psychological Methods
22:28–41. doi:10.1037/met0000119. The numbers were read in the metafor project's test of selection models, which
analyses the paper's example. Data: Baskerville NB, Liddy C, Hogg W (2012). Annals of Family Medicine 10:63–74.
doi:10.1370/afm.1312; exported from metadat's dat.baskerville2012.

τ² is estimated at 0; that test stops at 0.0000024.
"""

from __future__ import annotations

import pytest

from evidence import pool
from evidence.diagnose.selection import selection_model

# fmt: off
YI = [1.01, 0.82, 0.59, 0.44, 0.84, 0.73, 1.12, 0.04, 0.24, 0.32, 1.04, 1.31, 0.59, 0.66, 0.62, 0.47, 1.08, 0.98, 0.26,
      0.39, 0.60, 0.94, 0.11]
SEI = [0.52, 0.46, 0.23, 0.18, 0.29, 0.29, 0.36, 0.37, 0.15, 0.40, 0.32, 0.57, 0.29, 0.19, 0.31, 0.27, 0.32, 0.32, 0.18,
       0.18, 0.31, 0.53, 0.27]
BLIND = [1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1]
# fmt: on


def test_beta_weights() -> None:
    found = selection_model(pool(YI, sei=SEI, tau2="ML", test="z"), "beta")
    assert [round(value, 3) for value in found.delta] == [0.473, 4.461]
    assert (round(found.lrt, 3), found.lrt_df) == (7.847, 2)
    assert found.tau2 == pytest.approx(0.0, abs=0.00001)


def test_weights_of_one_are_no_selection() -> None:
    fit = pool(YI, sei=SEI, tau2="ML", test="z")
    found = selection_model(fit, "beta", delta=[1, 1])
    assert found.loglik == pytest.approx(fit.loglik, abs=1e-6)
    assert found.estimate == pytest.approx(fit.estimate, abs=1e-5)


def test_beta_weights_and_blinding() -> None:
    found = selection_model(pool(YI, sei=SEI, mods=BLIND, tau2="ML", test="z"), "beta")
    assert [round(value, 3) for value in found.delta] == [0.420, 5.096]
    assert [round(value, 4) for value in found.coef] == [0.1343, -0.1364]
    assert (round(found.lrt, 3), found.lrt_df) == (9.044, 2)
