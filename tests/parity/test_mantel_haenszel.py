"""Mantel–Haenszel, Cochran and Peto against metafor and meta, number by number.

All are closed forms, compared at a relative tolerance of 1e-9.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from evidence.counts import CountsResult, mantel_haenszel, peto

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "mantel_haenszel.json").read_text(encoding="utf-8"))["cases"]
PAIRS = ("add", "to", "drop00")


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def analyse(case: dict[str, Any]) -> CountsResult:
    options = {
        name: tuple(value) if name in PAIRS and isinstance(value, list) else value
        for name, value in case["options"].items()
    }
    function = {"mantel_haenszel": mantel_haenszel, "peto": peto}[case["function"]]
    return function(table(case["data"]), **options)


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    found = analyse(case)
    for name, reference in case.get("expected", {}).items():
        yield name, getattr(found, name), reference, 0.0
    for kind in ("ml", "reml"):
        for name, reference in case.get(kind, {}).items():
            yield f"{kind} {name}", getattr(getattr(found, kind), name), reference, 0.0
    for name in ("cmh", "breslow_day", "tarone"):
        if name in case:
            test = getattr(found, name)
            yield name, [test.statistic, test.pvalue], case[name], 0.0
    yield from compare_rows(case, found)
    if "predict" in case:
        shown, log_scale = found.predict(back_transform=True), found.predict()
        ours = [shown["estimate"][0], log_scale["se"][0], shown["ci_low"][0], shown["ci_high"][0]]
        yield "predict", ours, case["predict"], 0.0
    if "pooled" in case:
        yield "pooled", [found.estimate, found.se, *found.ci, found.pvalue], case["pooled"], 0.0
    if "q" in case:
        yield "q", [found.q, found.q_df, found.q_pvalue, found.i2], case["q"], 0.0


def compare_rows(case: dict[str, Any], found: CountsResult) -> Iterator[tuple[str, Any, Any, float]]:
    rows = found.to_frame()
    if "yi" in case:
        yield "yi", rows["yi"], case["yi"], 1e-14
    if "weights" in case:
        yield "weights", rows["weight"].fillna(0.0), case["weights"], 0.0
    frames = {
        "leave_one_out": found.leave_one_out,
        "cumulative": lambda: found.cumulative(case["order"]),
        "rstudent": lambda: found.rstudent().dropna(),
    }
    for name, frame in frames.items():
        if name in case:
            ours = frame()
            for column, reference in case[name].items():
                yield f"{name} {column}", ours[column], reference, 1e-14 if column == "residual" else 0.0


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 134
    assert {case["function"] for case in CASES} == {"mantel_haenszel", "peto"}
    assert len({case["data"] for case in CASES}) == 8
