"""What the README says of the base's answers is what the base answers."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from doc_pages import ROOT

PAGE = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
NUMBERS = {"Four": 4, "two": 2, "three": 3}


@pytest.fixture(scope="module")
def pooled() -> pd.DataFrame:
    """Return what was pooled, as it stands in the repository."""
    return pd.read_csv(ROOT / "results" / "pooled.csv")


@pytest.fixture(scope="module")
def not_pooled() -> pd.DataFrame:
    return pd.read_csv(ROOT / "results" / "not_pooled.csv")


def test_how_many_questions_can_be_answered(pooled: pd.DataFrame, not_pooled: pd.DataFrame) -> None:
    (asked, some, fewest, most) = re.findall(
        r"Of (\d+) questions not one can be pooled .*? (\w+) can if the rules .*? rest on (\w+) or (\w+) trials",
        PAGE,
    )[0]
    questions = {*pooled["synthesis"], *not_pooled["synthesis"]}
    assert int(asked) == len(questions)
    assert "primary" not in set(pooled["analysis"])
    assert set(not_pooled.loc[not_pooled["analysis"] == "primary", "synthesis"]) == questions
    assert NUMBERS[some] == pooled["synthesis"].nunique()
    assert (NUMBERS[fewest], NUMBERS[most]) == (pooled["k"].min(), pooled["k"].max())


def test_what_the_figure_shows(pooled: pd.DataFrame) -> None:
    exclusions = pd.read_csv(ROOT / "results" / "exclusions.csv")
    main = "addon-minoxidil-response"
    left_out = exclusions.query("synthesis == @main and analysis == 'primary' and compared")
    compared = set(";".join(left_out["studies"]).split(";"))
    (making, usable) = re.findall(r"(\d+) trials make the comparison, (\w+) have numbers", PAGE)[0]
    assert int(making) == len(compared)
    found = pooled[pooled["synthesis"] == main]
    assert NUMBERS[usable] == len(set(";".join(found["studies"]).split(";")))
    assert (found["display_ci_low"] < 0.01).all()
    assert (found["display_ci_high"] > 1000).all()
