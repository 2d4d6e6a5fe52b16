"""Tests of one τ² for all studies against metafor's hettest().

The studies' own τ² are found there by an optimiser at its default tolerance: they may differ by 1e-8.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.pool import equal_tau2_tests, pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "pool_equal_tau2.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    found = equal_tau2_tests(pool(table(case["data"])))
    for name in ("lrt", "wald", "score"):
        yield name, [getattr(found, name), getattr(found, f"{name}_pvalue")], case[name], 0.0
    yield "df", found.df, case["df"], 0.0
    yield "study_tau2", found.study_tau2, case["study_tau2"], 1e-8
    yield "study_tau2_se", found.study_tau2_se, case["study_tau2_se"], 1e-8


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 1
