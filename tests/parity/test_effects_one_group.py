"""Effect sizes of one group and of associations against metafor and R's meta, row by row.

The reference numbers are in ``effects_one_group.json`` beside this file, each with the call that made it; the data are
in ``data/``. All are closed forms, so agreement is asked to a relative 1e-9; what differs in practice is below 1e-10.
Where versions of metafor differ, 5.1 is followed: 3.8 divides the variances of partial correlations by one person less.

Not followed: the upper limit of R's meta for the Wilson interval with a correction for continuity where everybody has
the event, which is below 1 although the observed proportion is 1; Newcombe (1998) sets it to 1, and so does SciPy.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.effects import back_transform, effect_sizes, proportion_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "effects_one_group.json").read_text(encoding="utf-8"))["cases"]
Z = 1.959963984540054


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"effects_{name}.csv")


def of_effects(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    data = table(case["data"])
    if case.get("from_t"):
        data = pd.DataFrame({"t": data["r"] * np.sqrt(data["n"] - 2) / np.sqrt(1 - data["r"] ** 2), "n": data["n"]})
    found = effect_sizes(data, case["measure"], **case["options"], **case["columns"])
    yield "yi", found["yi"], case["yi"], 1e-15
    if "vi" in case:
        yield "vi", found["vi"], case["vi"], 0.0
    else:
        yield "se", np.sqrt(found["vi"]), case["se"], 0.0


def of_the_interval_of_an_effect(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    found = effect_sizes(table(case["data"]), case["measure"])
    yi, half = found["yi"].to_numpy(), Z * np.sqrt(found["vi"].to_numpy())
    for key, values in {"yi": yi, "ci.lb": yi - half, "ci.ub": yi + half}.items():
        yield key, back_transform(values, case["measure"]), case["outputs"][key], 1e-15


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    if case["kind"] == "effects":
        yield from of_effects(case)
    elif case["kind"] == "interval of an effect":
        yield from of_the_interval_of_an_effect(case)
    else:
        counts = table(case["data"])
        low, high = proportion_interval(counts["events"], counts["n"], method=case["method"])
        yield "low", low, case["low"], 1e-15
        yield "high", high, case["high"], 1e-15


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Callable[..., None]) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 80
