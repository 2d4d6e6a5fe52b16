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
    (4, 119, 11, 128, -0.8893, 0.3256),
    (6, 300, 29, 274, -1.5854, 0.1946),
    (3, 228, 11, 209, -1.3481, 0.4154),
    (62, 13536, 248, 12619, -1.4416, 0.0200),
    (33, 5036, 47, 5761, -0.2175, 0.0512),
    (180, 1361, 372, 1079, -0.7861, 0.0069),
    (8, 2537, 10, 619, -1.6209, 0.2230),
    (505, 87886, 499, 87892, 0.0120, 0.0040),
    (29, 7470, 45, 7232, -0.4694, 0.0564),
    (17, 1699, 65, 1600, -1.3713, 0.0730),
    (186, 50448, 141, 27197, -0.3394, 0.0124),
    (5, 2493, 3, 2338, 0.4459, 0.5325),
    (27, 16886, 29, 17825, -0.0173, 0.0714),
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
    assert found["yi"].round(4).tolist() == found["printed_y"].tolist()
    assert found["vi"].round(4).tolist() == found["printed_v"].tolist()


def test_risk_ratios_and_intervals_as_in_the_forest_plot():
    found = effect_sizes(trials(), "RR")
    half = 1.959963984540054 * np.sqrt(found["vi"])
    shown = [back_transform(x, "RR") for x in (found["yi"], found["yi"] - half, found["yi"] + half)]
    assert np.column_stack(shown).round(2).tolist() == [list(row) for row in FOREST]
