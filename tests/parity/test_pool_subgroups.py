"""Subgroup comparisons against metafor and meta."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.pool import subgroups

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "pool_subgroups.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    options = {name: case[name] for name in ("tau2", "test", "tau2_common")}
    found = subgroups(table(case["data"]), case["by"], **options)
    yield "q_between", found.q_between, case["q_between"], 0.0
    yield "q_df", found.q_df, len(case["groups"]) - 1, 0.0
    if "q_pvalue" in case:
        yield "q_pvalue", found.q_pvalue, case["q_pvalue"], 0.0
    for name, reference in case["groups"].items():
        for statistic, value in reference.items():
            yield f"{name} {statistic}", getattr(found.groups[name], statistic), value, 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 4
