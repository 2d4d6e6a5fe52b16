"""Generalised linear mixed models against metafor, lme4 and meta, number by number.

Tolerances are relative, as each case says: lme4 stops where its optimiser does, and metafor's numbers carry that. Cases
named ``lme4`` were carried on to the maximum. Random effects that are 0 there are exactly 0 here, so that
variances may differ by 1e-8, and I² by 1e-5 percent.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.counts import GlmmResult, glmm

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "glmm.json").read_text(encoding="utf-8"))["cases"]
ALLOWANCES = {"tau2": 1e-8, "sigma2": 1e-8, "i2": 1e-5}


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def analyse(case: dict[str, Any]) -> GlmmResult:
    return glmm(table(case["data"]), **case["options"], **case.get("columns", {}))


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    found = analyse(case)
    for name, reference in case.get("expected", {}).items():
        yield name, getattr(found, name), reference, ALLOWANCES.get(name, 0.0)
    for name, reference in case.get("coefficients", {}).items():
        yield name, getattr(found.inference, name), reference, 0.0
    for kind in ("statistics", "conditional_statistics"):
        for name, reference in case.get(kind, {}).items():
            yield f"{kind} {name}", getattr(getattr(found, kind), name), reference, 1e-12
    if "predict" in case:
        row = found.predict(back_transform=True).iloc[0]
        yield "predict", row.drop("se"), case["predict"], 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 68
    assert {case["options"].get("model", "") for case in CASES} == {"", "UM.FS", "UM.RS", "CM.EL", "CM.AL"}
    assert {case["options"]["measure"] for case in CASES} == {"OR", "IRR", "PLO", "IRLN"}
