"""Back-transforms against metafor: single studies on the scale that is read, a pooled double arcsine, the formulas.

The reference numbers are in ``effects_back_transforms.json`` beside this file, each with the call that made it; the
data are in ``data/``. All are closed forms: a relative 1e-9.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.effects import back_transform, effect_sizes, harmonic_mean_n
from evidence.pool import pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "effects_back_transforms.json").read_text(encoding="utf-8"))["cases"]
Z = 1.959963984540054


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"effects_{name}.csv")


def of_intervals(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each study's effect and its interval on the scale that is shown."""
    found = effect_sizes(table(case["data"]), case["measure"], missing="keep")
    yi, half = found["yi"].to_numpy(), Z * np.sqrt(found["vi"].to_numpy())
    for key, values in {"yi": yi, "ci.lb": yi - half, "ci.ub": yi + half}.items():
        shown = values if case["shown"] == "none" else back_transform(values, case["measure"])
        yield key, shown, case["outputs"][key], 1e-14


def of_a_pooled_value(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield a pooled double arcsine, turned back with the harmonic mean of the sizes."""
    found = effect_sizes(table(case["data"]), "PFT")
    fit = pool(found, tau2="DL", test="z")
    n = harmonic_mean_n(1 / found["vi"] / 4)
    ours = back_transform([fit.estimate, *fit.ci], "PFT", n=n)
    yield "pred", ours, [case["outputs"][key] for key in ("pred", "lb", "ub")], 0.0


def of_a_proportion(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield the transformation of proportions that are given as such."""
    n = case["n"] or 1000
    counts = pd.DataFrame({"events": np.array(case["p"]) * n, "n": n})
    yield "yi", effect_sizes(counts, case["measure"], to="none")["yi"], case["expected"], 0.0


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    if case["kind"] == "intervals":
        yield from of_intervals(case)
    elif case["kind"] == "pooled":
        yield from of_a_pooled_value(case)
    elif case["kind"] == "forward":
        yield from of_a_proportion(case)
    else:
        yield "back", back_transform(case["y"], case["measure"], n=case["n"]), case["expected"], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Callable[..., None]) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 22
