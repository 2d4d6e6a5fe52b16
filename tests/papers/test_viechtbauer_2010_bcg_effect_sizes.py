"""Log risk ratios of the BCG vaccine trials as printed by Viechtbauer (2010).

Viechtbauer W. Conducting meta-analyses in R with the metafor package. Journal of Statistical Software 2010;36(3):1-48.
doi:10.18637/jss.v036.i03. The trials are those of Colditz and others (1994), doi:10.1001/jama.1994.03510330076038.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evidence.effects import back_transform, effect_sizes

# tpos, tneg, cpos, cneg; then yi and vi as printed
PRINTED = [
    (4, 119, 11, 128, -0.88931133, 0.325584765),
    (6, 300, 29, 274, -1.58538866, 0.194581121),
    (3, 228, 11, 209, -1.34807315, 0.415367965),
    (62, 13536, 248, 12619, -1.44155119, 0.020010032),
    (33, 5036, 47, 5761, -0.21754732, 0.051210172),
    (180, 1361, 372, 1079, -0.78611559, 0.006905618),
    (8, 2537, 10, 619, -1.62089822, 0.223017248),
    (505, 87886, 499, 87892, 0.01195233, 0.003961579),
    (29, 7470, 45, 7232, -0.46941765, 0.056434210),
    (17, 1699, 65, 1600, -1.37134480, 0.073024794),
    (186, 50448, 141, 27197, -0.33935883, 0.012412214),
    (5, 2493, 3, 2338, 0.44591340, 0.532505845),
    (27, 16886, 29, 17825, -0.01731395, 0.071404660),
]
# the risk ratios and limits that its forest plot prints
FOREST = [
    (0.41, 0.13, 1.26),
    (0.20, 0.09, 0.49),
    (0.26, 0.07, 0.92),
    (0.24, 0.18, 0.31),
    (0.80, 0.52, 1.25),
    (0.46, 0.39, 0.54),
    (0.20, 0.08, 0.50),
    (1.01, 0.89, 1.14),
    (0.63, 0.39, 1.00),
    (0.25, 0.15, 0.43),
    (0.71, 0.57, 0.89),
    (1.56, 0.37, 6.53),
    (0.98, 0.58, 1.66),
]


def trials() -> pd.DataFrame:
    return pd.DataFrame(PRINTED, columns=["events1", "nonevents1", "events2", "nonevents2", "printed_y", "printed_v"])


def test_log_risk_ratios_and_variances_as_printed():
    found = effect_sizes(trials(), "RR")
    assert found["yi"].round(8).tolist() == found["printed_y"].tolist()
    assert found["vi"].round(9).tolist() == found["printed_v"].tolist()


def test_risk_ratios_and_intervals_as_in_the_forest_plot():
    found = effect_sizes(trials(), "RR")
    half = 1.959963984540054 * np.sqrt(found["vi"])
    shown = [back_transform(x, "RR") for x in (found["yi"], found["yi"] - half, found["yi"] + half)]
    assert np.column_stack(shown).round(2).tolist() == [list(row) for row in FOREST]
