"""Predictions with confidence and prediction intervals against metafor."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "pool_predictions.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    options = {name: case[name] for name in ("mods", "tau2", "test", "level", "prediction") if name in case}
    fit = pool(table(case["data"]), missing="drop", **options)
    new = None if "new" not in case else {case["mods"].removeprefix("~ "): case["new"]}
    if "vcov" in case:
        rows, _ = fit.design.rows_for(new)
        yield "vcov", rows @ fit.inference.vcov @ rows.T, case["vcov"], 0.0
        yield "estimate", rows @ fit.inference.coef, case["estimate"], 0.0
        return
    found = fit.predict(new, threshold=case.get("threshold"))
    back = np.exp if case.get("exp") else np.asarray
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        yield name, back(found[name]), case.get(name, [None] * len(found)), 0.0
    for name in ("se", "probability_above"):
        if name in case:
            yield name, found[name], case[name], 0.0
    if "pi_df" in case:
        yield "pi_df", fit.prediction.df, case["pi_df"], 0.0
    if "prediction" in case:
        later = pool(table(case["data"]), missing="drop", **{**options, "prediction": None})
        again = later.predict(new, prediction=case["prediction"])
        yield "chosen later", again[["pi_low", "pi_high"]], found[["pi_low", "pi_high"]], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 120
    assert {case.get("prediction") for case in CASES} == {None, "tau", "k-p", "k-p-1"}
