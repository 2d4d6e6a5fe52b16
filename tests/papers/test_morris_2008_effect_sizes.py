"""Standardised mean changes of five training studies (Morris 2008).

Morris SB. Estimating effect sizes from pretest-posttest-control group designs. Organizational Research Methods
2008;11:364-386. doi:10.1177/1094428106291059. The four-digit numbers are those printed with the replication of its
Table 5 on the metafor project's page "Morris (2008)".
"""

from __future__ import annotations

import pandas as pd

from evidence.effects import effect_sizes

R = [0.47, 0.64, 0.77, 0.89, 0.44]
TRAINED = pd.DataFrame(
    {
        "before": [30.6, 23.5, 0.5, 53.4, 35.6],
        "after": [38.5, 26.8, 0.7, 75.9, 36.0],
        "sd_before": [15.0, 3.1, 0.1, 14.5, 4.7],
        "sd_after": [11.6, 4.1, 0.1, 4.4, 4.6],
        "n": [20, 50, 9, 10, 14],
        "r": R,
    }
)
CONTROL = pd.DataFrame(
    {
        "before": [23.1, 24.9, 0.6, 55.7, 34.8],
        "after": [19.7, 25.3, 0.6, 60.7, 33.4],
        "sd_before": [13.8, 4.1, 0.2, 17.3, 3.1],
        "sd_after": [14.8, 3.3, 0.2, 17.9, 6.9],
        "n": [20, 42, 9, 11, 14],
        "r": R,
    }
)


def changes(measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = {"mean1": "after", "mean2": "before", "sd1": "sd_before"}
    if measure == "SMCC":
        columns |= {"sd1": "sd_after", "sd2": "sd_before"}
    return effect_sizes(TRAINED, measure, **columns), effect_sizes(CONTROL, measure, **columns)


def test_changes_in_units_of_the_sd_before():
    trained, control = changes("SMCR")
    assert trained["yi"].round(4).tolist() == [0.5056, 1.0481, 1.8054, 1.4181, 0.0801]
    assert trained["vi"].round(4).tolist() == [0.0594, 0.0254, 0.2322, 0.1225, 0.0802]
    assert control["yi"].round(4).tolist() == [-0.2365, 0.0958, 0.0, 0.2667, -0.4250]
    assert control["vi"].round(4).tolist() == [0.0544, 0.0173, 0.0511, 0.0232, 0.0864]


def test_differences_of_the_changes_as_in_table_5():
    trained, control = changes("SMCR")
    assert (trained["yi"] - control["yi"]).round(4).tolist() == [0.7421, 0.9524, 1.8054, 1.1514, 0.5050]
    assert (trained["vi"] + control["vi"]).round(4).tolist() == [0.1138, 0.0426, 0.2833, 0.1458, 0.1667]


def test_changes_in_units_of_the_sd_of_the_changes():
    trained, control = changes("SMCC")
    assert trained["yi"].round(4).tolist() == [0.5417, 1.0198, 2.6619, 1.9088, 0.0765]
    assert trained["vi"].round(4).tolist() == [0.0573, 0.0304, 0.5048, 0.2822, 0.0716]
    assert control["yi"].round(4).tolist() == [-0.2213, 0.1219, 0.0, 0.5575, -0.2126]
    assert control["vi"].round(4).tolist() == [0.0512, 0.0240, 0.1111, 0.1050, 0.0730]
