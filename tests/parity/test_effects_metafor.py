"""Effect sizes and variances against metafor and R's meta, row by row.

The reference numbers are in ``effects_*.json`` beside this file, each with the call that made it; the data are in
``data/``. All but the tetrachoric correlation are closed forms, so agreement is asked to a relative 1e-9; what differs
in practice is below 1e-11. metafor finds the tetrachoric correlation by a search that stops at about 1e-5; ours solves
its equation to the last digit, and is checked against integration elsewhere. Where versions of metafor differ, 5.1 is
followed:

- SMDH and SMCRH: 3.8 multiplies the variance by the small-sample factor squared although the corrected effect stands
  in it already; Bonett's formula does not. SMD1H: 3.8 divides by n where the formula has n − 1.
- RR and OR with vtype AV: 3.8 knows no such variance for them and silently returns LS; 5.1 computes it.
- ROM: 3.8 has no correction of the bias of the log. ``correct=False`` gives its numbers.
- CVR and CVRC: 3.8 corrects for the standard deviations alone, and cannot be told not to.

Three answers of metafor are not followed. A tetrachoric correlation of a table with a zero is at ±1 and has no
sampling variance; metafor returns none, or one of several millions. A phi coefficient of several thousand people is NA
in metafor where the product of the four margins exceeds its integers; ours is computed. A risk difference in R's meta
has a correction in its variance but not in itself; ``correction="events"`` does the same.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.effects import effect_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
FILES = ("means", "binary", "zero_cells", "proportions", "pairs", "rates", "meta_package")


def load(name: str) -> list[dict[str, Any]]:
    return json.loads((HERE / f"effects_{name}.json").read_text(encoding="utf-8"))["cases"]


CASES = [case for name in FILES for case in load(name)]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"effects_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    data = table(case["data"])
    columns = {role: np.array(values, dtype=float) for role, values in case.get("columns", {}).items()}
    found = effect_sizes(
        data[case["only"]] if "only" in case else data, case["measure"], missing="keep", **case["options"], **columns
    )
    yield "yi", found["yi"], case["yi"], case.get("atol", 1e-15)
    if "vi" in case:
        yield "vi", found["vi"], case["vi"], 1e-15
    else:
        yield "se", np.sqrt(found["vi"]), case["se"], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Callable[..., None]) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 628
    assert sum(len(case["yi"]) for case in CASES) == 12109
    assert len({case["id"] for case in CASES}) == len(CASES)


def test_older_metafor_ratio_of_means_is_the_one_without_correction() -> None:
    # metafor 3.8-1: escalc(measure="ROM", ..., data=dat.curtis1998), rows 1 to 3
    found = effect_sizes(table("curtis1998"), "ROM", correct=False).head(3)
    np.testing.assert_allclose(found["yi"], [0.54695586876588709, 0.14254691152318175, 0.43775338448580098], rtol=1e-9)
    np.testing.assert_allclose(
        found["vi"], [0.038471543242345752, 0.017455370964440897, 0.03275250640720738], rtol=1e-9
    )
