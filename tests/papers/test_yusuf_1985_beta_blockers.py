"""Short-term trials of oral beta blockers after heart attack, by Peto's method.

Yusuf S, Peto R, Lewis J, Collins R, Sleight P (1985). Beta blockade during and after myocardial infarction: an overview
of the randomized trials. Progress in Cardiovascular Diseases 27:335–371, Table 6.
doi:10.1016/S0033-0620(85)80003-7. The pooled odds ratio was read in the metafor project's replication of that table;
the counts were exported from metadat's dat.yusuf1985.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence import effect_sizes, pool
from evidence.counts import peto

# deaths with beta blockers, of n; without, of n
TRIALS = {
    "Balcon": (14, 56, 15, 58),
    "Clausen": (18, 66, 19, 64),
    "Multicentre": (15, 100, 12, 95),
    "Barber": (10, 52, 12, 47),
    "Norris": (21, 226, 24, 228),
    "Kahler": (3, 38, 6, 31),
    "Ledwich": (2, 20, 3, 20),
    "Snow 1": (np.nan, np.nan, np.nan, np.nan),
    "Snow 2": (19, 76, 15, 67),
    "Fuccella": (15, 106, 9, 114),
    "Briant": (5, 62, 4, 57),
    "Pitt": (0, 9, 0, 8),
    "Lombardo": (8, 133, 11, 127),
    "Thompson": (3, 48, 3, 49),
    "Hutton": (0, 16, 0, 13),
    "Tonkin": (1, 42, 1, 46),
    "Gupta": (0, 25, 3, 25),
    "Barber 2": (14, 221, 15, 228),
    "Yusuf": (0, 11, 0, 11),
    "Wilcox 1": (8, 259, 7, 129),
    "Wilcox 2": (6, 157, 4, 158),
    "CPRG": (3, 177, 2, 136),
}


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    return pd.DataFrame.from_dict(TRIALS, orient="index", columns=["events1", "n1", "events2", "n2"])


def test_one_step_odds_ratio(trials: pd.DataFrame) -> None:
    found = peto(trials, missing="drop")
    assert [round(value, 2) for value in found.back_transformed] == [0.93, 0.74, 1.18]
    assert [round(value, 4) for value in found.back_transformed] == [0.9332, 0.7385, 1.1792]


def test_trials_without_deaths_or_data_have_no_part(trials: pd.DataFrame) -> None:
    found = peto(trials, missing="drop")
    assert {trials.index[row] for row in found.reasons} >= {"Snow 1"}
    assert found.k_effects == 18


def test_the_same_by_inverse_variances(trials: pd.DataFrame) -> None:
    effects = effect_sizes(trials, "PETO", add=0, missing="keep")
    fit = pool(effects, tau2="EE", test="z", missing="drop")
    assert np.exp([fit.estimate, *fit.ci]).round(4).tolist() == [0.9332, 0.7385, 1.1792]
