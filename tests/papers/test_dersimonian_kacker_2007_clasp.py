"""Aspirin and pre-eclampsia (CLASP): moment estimators of τ.

DerSimonian R, Kacker R (2007). Random-effects model for meta-analysis of clinical trials: an update. Contemporary
Clinical Trials 28:105–114, Tables 3 and 4. doi:10.1016/j.cct.2006.04.004. Counts typed from there.
"""

from __future__ import annotations

import numpy as np
import pytest

from evidence.pool import pool

EVENTS1, N1 = np.array([5.0, 5, 12, 69, 9, 313]), np.array([156.0, 303, 565, 1570, 103, 4659])
EVENTS2, N2 = np.array([8.0, 17, 9, 94, 11, 352]), np.array([74.0, 303, 477, 1565, 105, 4650])


@pytest.mark.parametrize(
    ("method", "tau", "mean", "se"), [("PM", 0.3681, -0.3811, 0.2060), ("DL", 0.2323, -0.3240, 0.1540)]
)
def test_paule_mandel_and_dersimonian_laird(method: str, tau: float, mean: float, se: float) -> None:
    yi = np.log(EVENTS1 * (N2 - EVENTS2) / (EVENTS2 * (N1 - EVENTS1)))
    vi = 1 / EVENTS1 + 1 / (N1 - EVENTS1) + 1 / EVENTS2 + 1 / (N2 - EVENTS2)
    fit = pool(yi, vi, tau2=method, test="z")
    assert (round(fit.tau, 4), round(fit.estimate, 4), round(fit.se, 4)) == (tau, mean, se)
