"""Intervals of heterogeneity and coefficients, and the profile of the likelihood, against metafor.

For the generalised-Q interval metafor integrates the distribution to about 1e-4, and its limits agree with the exact
ones to about 1e-3; that ours are exact is tested elsewhere by another series for the same distribution. Limits of τ²
that are 0 there may be 1e-12 here and the other way round.
"""

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
CASES = json.loads((HERE / "pool_intervals.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    data = table(case["data"])
    options = {name: case[name] for name in ("mods", "tau2", "test", "level") if name in case}
    if case.get("weights") == "1/vi":
        options["weights"] = 1 / data["vi"]
    if "profile_tau2" in case:
        fixed = [pool(data, missing="drop", **{**options, "tau2": tau2}) for tau2 in case["profile_tau2"]]
        yield "log-likelihood", [fit.reml.loglik for fit in fixed], case["profile_loglik"], 0.0
        return
    fit = pool(data, missing="drop", **options)
    if "ci_low" in case:
        yield "ci_low", fit.inference.ci_low, case["ci_low"], 0.0
        yield "ci_high", fit.inference.ci_high, case["ci_high"], 0.0
        return
    found = fit.confint(case.get("method"))
    for name in ("tau2_ci", "tau_ci", "i2_ci", "h2_ci"):
        yield name, getattr(found, name), case[name], 1e-12
    if "method" not in case:
        yield "of the fit", fit.tau2_ci, case["tau2_ci"], 1e-12


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 96
    assert {case.get("method", "QP") for case in CASES} == {"QP", "PL", "GENQ"}
