"""The worked examples of Borenstein and others (2009), chapters 4 and 5.

Borenstein M, Hedges LV, Higgins JPT, Rothstein HR. Introduction to Meta-Analysis. Wiley 2009.
doi:10.1002/9780470743386.
The book rounds on the way and takes the approximate correction 1 - 3/(4m - 1); to four digits that makes no difference
here, except for ln R (0.1871), which it takes of the rounded ratio.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.effects import back_transform, effect_sizes, hedges_j

GROUPS = pd.DataFrame({"mean1": [103], "sd1": [5.5], "n1": [50], "mean2": [100], "sd2": [4.5], "n2": [50]})
GROWTH = pd.DataFrame({"mean1": [61.515], "sd1": [19.475], "n1": [10], "mean2": [51.015], "sd2": [19.475], "n2": [10]})
ARMS = pd.DataFrame({"events1": [5], "nonevents1": [95], "events2": [10], "nonevents2": [90]})


def row(table: pd.DataFrame, measure: str, **options) -> tuple[float, float]:
    found = effect_sizes(table, measure, **options)
    return found["yi"].item(), found["vi"].item()


def test_raw_mean_difference():
    yi, vi = row(GROUPS, "MD", vtype="HO")
    assert (yi, round(vi, 4), round(np.sqrt(vi), 4)) == (3.0, 1.01, 1.005)


def test_cohens_d_and_hedges_g():
    d, of_d = row(GROUPS, "SMD", correct=False)
    assert (round(d, 4), round(of_d, 4)) == (0.597, 0.0418)
    assert round(hedges_j(98).item(), 4) == 0.9923
    g, of_g = row(GROUPS, "SMD", vtype="LS2")
    assert (round(g, 4), round(of_g, 4)) == (0.5924, 0.0411)


def test_response_ratio():
    yi, vi = row(GROWTH, "ROM", vtype="HO", correct=False)
    assert (round(float(back_transform(yi, "ROM")), 4), round(vi, 4)) == (1.2058, 0.0246)
    assert yi == pytest.approx(0.1871, abs=1e-4)


def test_two_by_two_table():
    yi, vi = row(ARMS, "RR")
    assert (round(float(back_transform(yi, "RR")), 4), round(vi, 4), round(np.sqrt(vi), 4)) == (0.5, 0.28, 0.5292)
    yi, vi = row(ARMS, "OR")
    assert (round(float(back_transform(yi, "OR")), 4), round(yi, 4)) == (0.4737, -0.7472)
    assert (round(vi, 4), round(np.sqrt(vi), 4)) == (0.3216, 0.5671)
    yi, vi = row(ARMS, "RD")
    assert (round(yi, 4), round(vi, 4), round(np.sqrt(vi), 4)) == (-0.05, 0.0014, 0.0371)
