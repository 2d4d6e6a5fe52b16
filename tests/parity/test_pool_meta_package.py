"""Tests, prediction intervals and intervals of τ² that R's meta package offers beside metafor's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "pool_meta_package.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    options = {name: case[name] for name in ("tau2", "test", "prediction", "tau2_ci_method") if name in case}
    fit = pool(table(case["data"]), **options)
    for name in ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high", "df", "q", "q_pvalue"):
        if name in case:
            yield name, getattr(fit, name), case[name], 0.0
    for name in ("pi_low", "pi_high"):
        if name in case:
            yield name, getattr(fit, name), case[name], 0.0
    if "pi_df" in case:
        yield "pi_df", fit.prediction.df, case["pi_df"], 0.0
    if "tau2_ci" in case:
        # searched for to about 1e-4 there
        yield "tau2_ci", fit.tau2_ci, case["tau2_ci"], 1e-5
    if "i2_from_q" in case:
        found = fit.confint("HT")
        yield "tau2", fit.tau2, case["tau2_value"], 0.0
        yield "i2 from Q", [found.i2, *found.i2_ci], [case["i2_from_q"], *case["i2_from_q_ci"]], 1e-12
        yield "h2 from Q", found.h2_ci, case["h2_from_q_ci"], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 32
    assert {case["test"] for case in CASES} == {"z", "hksj", "adhoc", "adhoc-ci", "adhoc-iqwig6", "kr"}
