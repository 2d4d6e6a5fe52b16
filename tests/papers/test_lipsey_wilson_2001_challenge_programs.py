"""Challenge programmes for juvenile delinquents: the worked example of a textbook.

Lipsey MW, Wilson DB (2001). Practical meta-analysis. Sage, Thousand Oaks. Exhibits 7.3 (page 133), 7.4 (page 138), 7.6
and 7.7 (page 141). Data and printed numbers were read in the metafor project's test of this analysis.

The book computes in steps of four decimals. Where its last digit differs for that (Q 7.0738, 7.6902, 6.4383, 7.6833 and
5.5709, p 0.3613), the correctly rounded number is asserted.
"""

from __future__ import annotations

import pandas as pd
import pytest

from evidence import pool, subgroups

COLUMNS = ["estimate", "se", "statistic", "pvalue", "ci_low", "ci_high"]


@pytest.fixture(scope="module")
def programmes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "study": [100, 308, 1596, 2479, 9021, 9028, 161, 172, 537, 7049],
            "yi": [-0.33, 0.32, 0.39, 0.31, 0.17, 0.64, -0.33, 0.15, -0.02, 0.00],
            "vi": [0.084, 0.035, 0.017, 0.034, 0.072, 0.117, 0.102, 0.093, 0.012, 0.067],
            "random": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
            "intensity": [7, 3, 7, 5, 7, 7, 4, 4, 5, 6],
        }
    )


def rounded(fit: object, *names: str) -> list[float]:
    return [round(getattr(fit, name), 4) for name in names]


def test_exhibit_7_3_fixed_effects(programmes: pd.DataFrame) -> None:
    fit = pool(programmes, tau2="EE", test="z")
    assert rounded(fit, *COLUMNS) == [0.1549, 0.0609, 2.5450, 0.0109, 0.0356, 0.2742]
    assert rounded(fit, "q", "q_pvalue") == [14.7640, 0.0976]


def test_exhibit_7_3_random_effects(programmes: pd.DataFrame) -> None:
    fit = pool(programmes, tau2="DL", test="z")
    assert rounded(fit, *COLUMNS) == [0.1534, 0.0858, 1.7893, 0.0736, -0.0146, 0.3215]
    assert round(fit.tau2, 6) == 0.025955


def test_exhibit_7_4_groups(programmes: pd.DataFrame) -> None:
    found = subgroups(programmes, "random", tau2="EE", test="z")
    not_random, at_random = found.groups["0"], found.groups["1"]
    assert rounded(not_random, "estimate", "se", "ci_low", "ci_high") == [0.2984, 0.0813, 0.1390, 0.4578]
    assert rounded(at_random, "estimate", "se", "ci_low", "ci_high") == [-0.0277, 0.0917, -0.2075, 0.1521]
    assert rounded(not_random, "q", "q_pvalue") == [6.4382, 0.2659]
    assert rounded(at_random, "q", "q_pvalue") == [1.2519, 0.7406]
    assert (round(found.q_between, 4), found.q_df, round(found.q_pvalue, 4)) == (7.0739, 1, 0.0078)


def test_exhibit_7_4_as_a_regression(programmes: pd.DataFrame) -> None:
    fit = pool(programmes, mods="~ random", tau2="FE", test="z")
    assert rounded(fit, "qm", "qm_pvalue", "q", "q_pvalue") == [7.0739, 0.0078, 7.6901, 0.4643]


def test_exhibit_7_6_fixed_effects_regression(programmes: pd.DataFrame) -> None:
    fit = pool(programmes, mods="~ random + intensity", tau2="FE", test="z")
    assert fit.coefficients[COLUMNS].round(4).to_numpy().tolist() == [
        [0.3223, 0.2998, 1.0752, 0.2823, -0.2652, 0.9099],
        [-0.3298, 0.1304, -2.5286, 0.0115, -0.5854, -0.0742],
        [-0.0041, 0.0493, -0.0829, 0.9339, -0.1007, 0.0925],
    ]
    assert rounded(fit, "qm", "qm_pvalue", "q", "q_pvalue") == [7.0807, 0.0290, 7.6832, 0.3614]


def test_exhibit_7_7_mixed_effects_regression(programmes: pd.DataFrame) -> None:
    fit = pool(programmes, mods="~ random + intensity", tau2="DL", test="z")
    assert fit.coefficients[COLUMNS].round(4).to_numpy().tolist() == [
        [0.3311, 0.3198, 1.0351, 0.3006, -0.2958, 0.9579],
        [-0.3269, 0.1439, -2.2712, 0.0231, -0.6090, -0.0448],
        [-0.0068, 0.0528, -0.1292, 0.8972, -0.1103, 0.0967],
    ]
    assert rounded(fit, "qm", "qm_pvalue") == [5.5711, 0.0617]
    assert (round(fit.tau2, 5), round(fit.r2, 1)) == (0.00488, 81.2)
