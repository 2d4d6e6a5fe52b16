"""Transformations of effects, and of their variances, against metafor.

The reference numbers are in ``transformations.json`` beside this file, each with the call that made it. Closed forms
agree to a relative 1e-13. Not followed: metafor's second-order delta method adds half the trace of HVVH, where the
variance of a quadratic form is half the trace of HVHV; ours is checked by simulation elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.effects import delta_method, effect_sizes, transform_effects, transformations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "transformations.json").read_text(encoding="utf-8"))["cases"]


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    if case["kind"] == "function":
        found = getattr(transformations, case["function"])(*case["arguments"])
        yield case["function"], found, case["expected"], 1e-16
    elif case["kind"] == "variances":
        fisher = effect_sizes(pd.read_csv(HERE / "data" / f"effects_{case['data']}.csv"), "ZCOR")
        yi, vi = transform_effects(fisher["yi"], fisher["vi"], getattr(transformations, case["function"]))
        yield "yi", yi, case["yi"], 1e-16
        yield "vi", vi, case["vi"], 0.0
    else:
        first = pd.read_csv(HERE / "data" / f"pool_{case['data']}.csv").head(2)
        found = delta_method(lambda a, b: [np.exp(a), np.exp(a) / (1 + np.exp(b)), a * b], first["yi"], first["vi"])
        for name in ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high", "vcov"):
            yield name, getattr(found, name), case[name], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Callable[..., None]) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 49
