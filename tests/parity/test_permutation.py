"""Exact permutation tests against metafor: p-values, and the distributions behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import permutation_test
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "permutation.json").read_text(encoding="utf-8"))["cases"]


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    data = pd.read_csv(HERE / "data" / f"pool_{case['data']}.csv").head(case["rows"])
    fit = pool(data, mods=case.get("mods"), tau2=case["tau2"], test=case["test"])
    found = permutation_test(fit, exact=True, **case.get("options", {}))
    z = found.statistics
    described = {
        "z_mean": z.mean(axis=0),
        "z_sd": z.std(axis=0, ddof=1),
        "z_min": z.min(axis=0),
        "z_max": z.max(axis=0),
        "coef_sd": found.coefficients.std(axis=0, ddof=1),
        "qm_mean": found.qms.mean(),
    }
    # the mean statistic over all signs is 0 but for rounding
    absolute = {"z_mean": 1e-8}
    for name, reference in case["expected"].items():
        ours = described[name] if name in described else getattr(found, name)
        yield name, np.atleast_1d(ours), reference, absolute.get(name, 0.0)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 44
