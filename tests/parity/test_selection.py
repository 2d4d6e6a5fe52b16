"""Selection models and p-uniform against metafor, weightr and puniform, number by number.

Tolerances are relative, as each case says. metafor's maxima are those of numerical derivatives, so that a coefficient
near 0 is allowed a ten-thousandth of its standard error.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.diagnose import selection
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "selection.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / name)


def run(case: dict[str, Any]) -> Any:
    data, function = table(case["data"]), getattr(selection, case["function"])
    if "fit" in case:
        return function(pool(data, missing="drop", **case["fit"]), **case["options"])
    return function(data["yi"], data["vi"], **case["options"])


def value(result: Any, path: str) -> Any:
    first, _, rest = path.partition(".")
    if first == "confint":
        return result.confint().loc[rest].to_numpy()
    if first == "intervals":
        return result.intervals[rest]
    if first == "delta" and rest:
        return result.delta[int(rest)]
    found = getattr(result, first)
    return getattr(found, rest) if rest else found


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    result = run(case)
    for name, reference in case["expected"].items():
        yield name, value(result, name), reference, case.get("atol", {}).get(name, 0.0)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 106
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert Counter(case["function"] for case in CASES)["selection_model"] == len(CASES) - 8
