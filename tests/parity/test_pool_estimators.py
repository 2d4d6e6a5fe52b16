"""Pooled means against metafor: every estimator of τ² with every test, given and equal weights.

One allowance is absolute: where the solution is τ² = 0, metafor's iterations creep towards the boundary and stop at
about 1e-14, while ours is exactly 0; so τ² may differ by 1e-12 typical sampling variances, and I² by 1e-10 percent.
"""

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
CASES = json.loads((HERE / "pool_estimators.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    data = table(case["data"])
    options = {name: case[name] for name in ("tau2", "test", "level", "weights") if name in case}
    if options.get("weights") == "1/sqrt(vi)":
        options["weights"] = 1 / np.sqrt(data["vi"])
    found = pool(data, missing="drop", **options)
    yield "k", found.k, case["k"], 0.0
    for name in ("coef", "se", "statistic", "pvalue", "ci_low", "ci_high", "scale"):
        yield name, getattr(found.inference, name), case[name], 0.0
    yield "df", found.df, case["df"], 0.0
    yield "tau2", found.tau2, case["tau2_value"], 1e-12 * case["typical_variance"]
    yield "i2", found.i2, case["i2"], 1e-10
    yield "h2", found.h2, case["h2"], 0.0
    yield "typical variance", found.heterogeneity.typical_variance, case["typical_variance"], 0.0
    yield "q", [found.q, found.q_pvalue], [case["q"], case["q_pvalue"]], 0.0
    if "tau2_se" in case:
        yield "tau2_se", found.tau2_se, case["tau2_se"], 0.0
    for kind in ("ml", "reml"):
        for name, reference in case[kind].items():
            yield f"{kind} {name}", getattr(getattr(found, kind), name), reference, 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 576
    assert len({case["data"] for case in CASES}) == 9
    assert len({case["tau2"] for case in CASES}) == 16
    assert {case["test"] for case in CASES} == {"z", "t", "hksj", "adhoc"}
