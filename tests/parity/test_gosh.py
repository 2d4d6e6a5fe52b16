"""Fits to all subsets of studies against metafor, by the distribution of each number.

metafor has τ² = 0, I² = 0 and H² = 1 for subsets of one study; here these are NaN, since one study cannot tell, and
are filled in for the comparison. Where the likelihood of τ² is highest at 0, metafor's Fisher scoring stops near it,
while ours is exactly 0: τ² may differ by 1e-10 of its largest value, and I² by 1e-8 percent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose import gosh
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "gosh.json").read_text(encoding="utf-8"))["cases"]
ONE_STUDY = {"tau2": 0.0, "i2": 0.0, "h2": 1.0}


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    data = pd.read_csv(HERE / "data" / f"pool_{case['data']}.csv").head(case["rows"])
    found = gosh(pool(data, mods=case.get("mods"), tau2=case["tau2"], test=case["test"]))
    assert found.exact
    alone = found.k == 1
    for name, reference in case["expected"].items():
        values = found.coef[:, int(name[1:]) - 1] if name[0] == "b" else np.array(getattr(found, name), float)
        if name in ONE_STUDY:
            assert alone.sum() == (0 if "mods" in case else case["rows"])
            values[alone] = ONE_STUDY[name]
        usable = np.isfinite(found.coef).all(axis=1)
        described = _describe(values[usable])
        kept = [place for place, value in enumerate(reference) if value is not None]
        absolute = {"tau2": 1e-10 * float(np.nanmax(found.tau2)), "i2": 1e-8}.get(name, 1e-14)
        yield name, described[kept], [reference[place] for place in kept], absolute


def _describe(values: np.ndarray) -> np.ndarray:
    return np.array([len(values), values.mean(), values.std(ddof=1), *np.quantile(values, [0, 0.25, 0.5, 0.75, 1])])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 16
