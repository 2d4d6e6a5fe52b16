"""Tests of small-study effects against metafor, meta and metasens, number by number.

Tolerances are relative, as each case says. Two references are themselves approximate: the limit of the test of excess
significance, which metafor finds to 1.2e-4, and REML near τ² = 0, where Fisher scoring stops at about 1e-14.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import small_study
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "small_study.json").read_text(encoding="utf-8"))["cases"]
TABLES = {"harbord", "peters", "deeks", "schwarzer", "ruecker"}
NO_FORCE = {"trim_and_fill", "fail_safe_n", "excess_significance", "pet", "peese", "limit_meta_analysis"}


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / name)


def run(case: dict[str, Any]) -> Any:
    data, function = table(case["data"]), getattr(small_study, case["function"])
    options = {**case.get("options", {}), **case.get("inputs", {})}
    if case["function"] not in NO_FORCE:
        options["force"] = True
    if case["function"] in TABLES:
        return function(data, **options)
    if "fit" in case:
        return function(pool(data, **case["fit"]), **options)
    return function(data["yi"], data["vi"], **options)


def value(result: Any, path: str) -> Any:
    if path in ("filled_yi", "filled_vi"):
        rows = result.to_frame()
        return rows.loc[rows["filled"], path.removeprefix("filled_")].to_numpy()
    for name in path.split("."):
        result = getattr(result, name)
    return result


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    result = run(case)
    for name in ("side", "test"):
        if name in case:
            assert getattr(result, name) == case[name]
    for name, reference in case["expected"].items():
        yield name, value(result, name), reference, case.get("atol", {}).get(name, 0.0)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 340
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert set(Counter(case["function"] for case in CASES)) == TABLES | NO_FORCE | {"egger", "begg"}
    assert len(np.unique([case["data"] for case in CASES])) == 11
