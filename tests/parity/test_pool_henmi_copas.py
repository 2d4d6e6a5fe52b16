"""The interval of Henmi and Copas against metafor's hc(), its root search run to 1e-15."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.pool import henmi_copas, pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "pool_henmi_copas.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    found = henmi_copas(pool(table(case["data"]), missing="drop"), level=case["level"])
    for name in ("estimate", "se", "ci_low", "ci_high"):
        yield name, getattr(found, name), case[name], 0.0
    yield "tau2", found.tau2, case["tau2_value"], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 22
