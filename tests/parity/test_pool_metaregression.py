"""Meta-regression against metafor: every estimator of τ², several designs, given and equal weights.

The absolute allowances are those of pooled means: 1e-12 typical sampling variances for τ² and 1e-10 percent for I² and
R², where metafor stops just above a solution of 0. A covariance that is a difference of larger numbers is held to
1e-12 of the largest of the matrix.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.pool import PooledResult, pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "pool_metaregression.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def fit(case: dict[str, Any]) -> PooledResult:
    data = table(case["data"])
    options = {name: case[name] for name in ("mods", "tau2", "test", "level", "weights") if name in case}
    if "without" in case:
        data = data.dropna(subset=["struct", "type"])
        options["mods"] = indicators(data, options["mods"]).drop(columns=case["without"])
    if options.get("weights") == "1/sqrt(vi)":
        options["weights"] = 1 / np.sqrt(data["vi"])
    return pool(data, missing="drop", **options)


def indicators(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    from formulaic import Formula

    return pd.DataFrame(Formula(formula).get_model_matrix(data)).drop(columns="Intercept").astype(float)


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    found = fit(case)
    yield "k", found.k, case["k"], 0.0
    for name in ("coef", "se", "statistic", "pvalue", "ci_low", "ci_high", "scale"):
        yield name, getattr(found.inference, name), case[name], 0.0
    yield "vcov", found.vcov, case["vcov"], 1e-12 * float(np.abs(np.array(case["vcov"])).max())
    yield "df", found.df, case["df"], 0.0
    yield "qm", [found.qm, *found.qm_df, found.qm_pvalue], [case["qm"], *case["qm_df"], case["qm_pvalue"]], 0.0
    yield "tau2", found.tau2, case["tau2_value"], 1e-12 * case["typical_variance"]
    yield "i2", found.i2, case["i2"], 1e-10
    yield "h2", found.h2, case["h2"], 0.0
    yield "typical variance", found.heterogeneity.typical_variance, case["typical_variance"], 0.0
    yield "q", [found.q, found.q_pvalue], [case["q"], case["q_pvalue"]], 0.0
    if "tau2_se" in case:
        yield "tau2_se", found.tau2_se, case["tau2_se"], 0.0
    yield "r2", found.r2, case.get("r2"), 1e-10
    for kind in ("ml", "reml"):
        for name, reference in case[kind].items():
            yield f"{kind} {name}", getattr(getattr(found, kind), name), reference, 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 292
    assert len({case["data"] for case in CASES}) == 6
    assert len({case["tau2"] for case in CASES}) == 16
