"""Beta-binomial models against the same likelihood written with lbeta() in R and maximised there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.counts import beta_binomial

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "beta_binomial.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    found = beta_binomial(table(case["data"]), **case["options"])
    for name, reference in case["expected"].items():
        yield name, getattr(found, name), reference, 0.0
    for name, reference in case.get("coefficients", {}).items():
        yield name, getattr(found.inference, name), reference, 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 16
    assert {case["options"]["measure"] for case in CASES} == {"OR", "RR", "RD", "PLO", "PLN", "PR"}
