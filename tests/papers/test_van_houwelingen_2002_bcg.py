"""BCG vaccine again, as odds ratios and by maximum likelihood.

Van Houwelingen HC, Arends LR, Stijnen T (2002). Advanced methods in meta-analysis: multivariate approach and
meta-regression. Statistics in Medicine 21:589–624, pages 596–597 and 608–609. doi:10.1002/sim.1040.

The paper prints 0.703 for the upper limit of the fixed-effect odds ratio; it is 0.7023.
"""

from __future__ import annotations

import numpy as np
import pytest

from evidence.pool import pool

# vaccinated: cases, others; not vaccinated: cases, others; latitude
TRIALS = np.array(
    [
        (4, 119, 11, 128, 44),
        (6, 300, 29, 274, 55),
        (3, 228, 11, 209, 42),
        (62, 13536, 248, 12619, 52),
        (33, 5036, 47, 5761, 13),
        (180, 1361, 372, 1079, 44),
        (8, 2537, 10, 619, 19),
        (505, 87886, 499, 87892, 13),
        (29, 7470, 45, 7232, 27),
        (17, 1699, 65, 1600, 42),
        (186, 50448, 141, 27197, 18),
        (5, 2493, 3, 2338, 33),
        (27, 16886, 29, 17825, 33),
    ],
    float,
)
A, B, C, D, LATITUDE = TRIALS.T
YI, VI = np.log(A * D / (B * C)), 1 / A + 1 / B + 1 / C + 1 / D


def test_fixed_effect() -> None:
    fit = pool(YI, VI, tau2="EE", test="z")
    assert np.exp([fit.estimate, fit.ci_low]).round(3).tolist() == [0.647, 0.595]
    assert np.exp(fit.ci_high) == pytest.approx(0.703, abs=0.001)


def test_random_effects() -> None:
    fit = pool(YI, VI, tau2="ML", test="z")
    assert np.exp([fit.estimate, *fit.ci]).round(3).tolist() == [0.476, 0.336, 0.675]
    assert round(fit.tau2, 3) == 0.302


def test_range_of_true_effects() -> None:
    # the paper's interval leaves out the uncertainty of the mean
    fit = pool(YI, VI, tau2="ML", test="z")
    half = 1.959964 * fit.tau
    assert (round(fit.estimate - half, 3), round(fit.estimate + half, 3)) == (-1.820, 0.336)


def test_regression_on_latitude() -> None:
    fit = pool(YI, VI, mods=LATITUDE, tau2="ML", test="z")
    assert fit.coefficients["estimate"].round(3).tolist() == [0.371, -0.033]
    assert fit.coefficients["se"].round(3).tolist() == [0.106, 0.003]
    assert round(fit.tau2, 3) == 0.004
