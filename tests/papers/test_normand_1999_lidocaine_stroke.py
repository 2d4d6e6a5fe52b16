"""Lidocaine after heart attack, and length of stay under two regimes of stroke care.

Normand S-LT (1999). Meta-analysis: formulating, evaluating, combining, and reporting. Statistics in Medicine
18:321–359, Tables III, VII, VIII and IX. doi:10.1002/(SICI)1097-0258(19990215)18:3<321::AID-SIM28>3.0.CO;2-P
"""

from __future__ import annotations

import numpy as np
import pytest

from evidence.pool import pool

# treated n, control n, treated deaths, control deaths
LIDOCAINE = np.array(
    [(39, 43, 2, 1), (44, 44, 4, 4), (107, 110, 6, 4), (103, 100, 7, 5), (110, 106, 7, 3), (154, 146, 11, 4)], float
)
# specialist care n, mean, SD; routine care n, mean, SD (days)
STROKE = np.array(
    [
        (155, 55, 47, 156, 75, 64),
        (31, 27, 7, 32, 29, 4),
        (75, 64, 17, 71, 119, 29),
        (18, 66, 20, 18, 137, 48),
        (8, 14, 8, 13, 18, 11),
        (57, 19, 7, 52, 18, 4),
        (34, 52, 45, 33, 41, 34),
        (110, 21, 16, 183, 31, 27),
        (60, 30, 27, 52, 23, 20),
    ],
    float,
)


def lidocaine() -> tuple[np.ndarray, np.ndarray]:
    """Return risk differences in percentage points, as in Table III."""
    n1, n2, deaths1, deaths2 = LIDOCAINE.T
    p1, p2 = deaths1 / n1, deaths2 / n2
    return 100 * (p1 - p2), 1e4 * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)


def stroke() -> tuple[np.ndarray, np.ndarray]:
    """Return differences of mean days with the pooled variance, as in Table VIII."""
    n1, mean1, sd1, n2, mean2, sd2 = STROKE.T
    pooled = ((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2)
    return mean1 - mean2, pooled * (1 / n1 + 1 / n2)


def test_effects_are_those_of_the_tables() -> None:
    assert lidocaine()[0].round(1).tolist() == [2.8, 0.0, 2.0, 1.8, 3.5, 4.4]
    assert stroke()[0].tolist() == [-20, -2, -55, -71, -4, 1, 11, -10, 7]
    assert stroke()[1].round(2).tolist() == [40.59, 2.05, 15.28, 150.22, 20.19, 1.22, 95.38, 8.03, 20.69]


@pytest.mark.parametrize("method", ["EE", "DL", "REML"])
def test_lidocaine(method: str) -> None:
    fit = pool(*lidocaine(), tau2=method, test="z")
    assert (round(fit.estimate, 2), round(fit.ci_low, 1), round(fit.ci_high, 1)) == (2.94, 0.4, 5.5)
    assert fit.tau2 == 0.0


@pytest.mark.parametrize(
    ("method", "tau2", "estimate", "low", "high"),
    [
        ("EE", 0.00, -3.49, -5.03, -1.96),
        ("DL", 218.72, -14.10, -24.45, -3.75),
        ("REML", 685.20, -15.12, -32.67, 2.43),
    ],
)
def test_stroke(method: str, tau2: float, estimate: float, low: float, high: float) -> None:
    fit = pool(*stroke(), tau2=method, test="z")
    assert [round(value, 2) for value in (fit.tau2, fit.estimate, *fit.ci)] == [tau2, estimate, low, high]
