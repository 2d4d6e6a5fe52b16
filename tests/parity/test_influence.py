"""Deletion diagnostics, residuals, predictions and sequences of fits against metafor, number by number.

Two allowances are absolute. Where the likelihood of τ² is highest at 0, metafor's Fisher scoring stops at about 1e-14
to 1e-13, while ours is exactly 0: τ² may differ by 1e-11 typical sampling variances, and I² by 1e-9 percent. A number
that is a difference of nearly equal ones (a study that moves nothing) is held to 1e-11 of the largest of its kind.
A single study, the first row of a cumulative analysis, has τ² = 0, I² = 0 and H² = 1 in metafor; here these are
NaN, since one study cannot tell.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence import diagnose
from evidence.pool import PooledResult, pool

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "influence.json").read_text(encoding="utf-8"))["cases"]
TAKES_TWO = ("q_pvalue", "tau2", "i2", "h2")


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def fit(case: dict[str, Any]) -> PooledResult:
    options = {name: case[name] for name in ("mods", "tau2", "test") if name in case}
    if "weights" in case:
        data = table(case["data"])
        options["weights"] = "equal" if case["weights"] == "equal" else 1 / np.sqrt(data["vi"])
    return pool(table(case["data"]), missing="drop", **options)


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield each name, our numbers, the reference's and what they may differ by."""
    model = fit(case)
    found = ours(case, model)
    skip = 1 if case["group"].startswith("cumulative") else 0
    for name, reference in case["expected"].items():
        values, expected = found[name], [np.nan if value is None else value for value in reference]
        if skip and name in TAKES_TWO:
            assert np.isnan(values[0]) or model.tau2_method == "EE"
            values, expected = values[1:], expected[1:]
        size = float(np.nanmax(np.abs(expected)))
        absolute = {"tau2": 1e-11 * model.heterogeneity.typical_variance, "i2": 1e-9, "pvalue": 0.0, "q_pvalue": 0.0}
        absolute["tau2_del"] = absolute["tau2"]
        yield name, values, expected, absolute.get(name, 1e-11 * size)


def ours(case: dict[str, Any], model: PooledResult) -> dict[str, Any]:
    """Return our numbers, by the reference's names."""
    group = case["group"]
    if group == "influence":
        found = diagnose.influence(model)
        numbers = {name: getattr(found, name) for name in case["expected"]}
        return {**numbers, "dfbetas": found.dfbetas.T.ravel(), "influential": found.influential.astype(float)}
    if group == "residtypes":
        return {kind: diagnose.residuals(model, type=kind) for kind in case["expected"]}
    if group in ("simvcov", "vcov"):
        return covariances(model)
    if group in ("leave_one_out", "cumulative", "cumulative_descending"):
        if group == "leave_one_out":
            rows, positions = diagnose.leave_one_out(model).rows, None
        else:
            order = table(case["data"])["year" if "year" in table(case["data"]) else "yi"]
            order = range(model.k) if case["data"] == "normand1999" else order
            steps = diagnose.cumulative(model, order=order, descending=group.endswith("descending"))
            rows, positions = steps.rows, steps.positions
        return {"positions": positions, **{name: getattr(rows, name) for name in ("k", *rows.frame(None))}}
    made = {
        "rstandard": diagnose.rstandard,
        "conditional": lambda one: diagnose.rstandard(one, type="conditional"),
        "rstudent": diagnose.rstudent,
        "blup": diagnose.blup,
        "ranef": diagnose.ranef,
        "baujat": diagnose.baujat,
        "qqnorm": diagnose.qqnorm,
        "qqnorm_rstudent": lambda one: diagnose.qqnorm(one, type="rstudent"),
        "radial": diagnose.radial,
        "radial_centered": lambda one: diagnose.radial(one, center=True),
    }[group](model)
    return {name: getattr(made, name) for name in case["expected"]}


def covariances(model: PooledResult) -> dict[str, Any]:
    kinds = {f"vcov_{kind}": diagnose.covariance(model, type=kind) for kind in ("fixed", "obs", "fitted", "resid")}
    return {**kinds, "fitted": diagnose.fitted(model), "hat": diagnose.hatvalues(model, type="matrix")}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 398
