"""Wald tests, likelihood-ratio tests and variance inflation against metafor, number by number."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.diagnose.leverage import leverages
from evidence.pool import pool
from evidence.pool.contrasts import wald_test
from evidence.pool.likelihood_ratio import likelihood_ratio_test
from evidence.pool.vif import vif

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence.pool import PooledResult

HERE = Path(__file__).parent
CASES = json.loads((HERE / "model_comparison.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def fits(case: dict[str, Any]) -> list[PooledResult]:
    data = table(case["data"]).dropna(subset=case.get("complete", []))
    return [pool(data, missing="drop", **model) for model in case["models"]]


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    ours = {"wald": wald, "lrt": ratio, "vif": inflation, "fit": single}[case["compare"]](case)
    for name, reference in case["expected"].items():
        if isinstance(reference, dict):
            for part, value in reference.items():
                yield f"{name} {part}", getattr(ours[name], part), value, 0.0
        else:
            # sums of terms that cancel are right to the rounding of the terms
            yield name, ours[name], reference, 1e-12 if name in ("vcov", "resid") else 0.0


def wald(case: dict[str, Any]) -> dict[str, Any]:
    found = wald_test(fits(case)[0], case.get("terms"), L=case.get("L"), rhs=case.get("rhs", 0.0))
    return {
        "statistic": found.statistic,
        "pvalue": found.pvalue,
        "df": [found.df, found.df2],
        "difference": found.estimate - found.rhs,
        "se": found.se,
        "row_statistic": found.row_statistic,
        "row_pvalue": found.row_pvalue,
    }


def ratio(case: dict[str, Any]) -> dict[str, Any]:
    found = likelihood_ratio_test(*fits(case), refit=case.get("refit", False))
    models = (found.full, found.reduced)
    return {
        "statistic": found.statistic,
        "df": found.df,
        "pvalue": found.pvalue,
        "parameters": [model.parameters for model in models],
        "full": found.full.statistics,
        "reduced": found.reduced.statistics,
        "q": [model.q for model in models],
        "tau2": [model.tau2 for model in models],
        "r2": found.r2,
    }


def inflation(case: dict[str, Any]) -> dict[str, Any]:
    found = vif(fits(case)[0], case.get("groups"), intercept=case.get("intercept", False))
    return {"vif": found.vif, "sif": found.sif}


def single(case: dict[str, Any]) -> dict[str, Any]:
    fit = fits(case)[0]
    mean = fit.design.matrix @ fit.inference.coef
    return {
        "vcov": fit.vcov.to_numpy(),
        "fitted": mean,
        "resid": fit.yi - mean,
        "loglik": fit.loglik,
        "aic": fit.aic,
        "bic": fit.bic,
        "aicc": fit.aicc,
        "hat": leverages(fit).hat,
        "weights": fit.weights,
    }


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 50
    assert {case["compare"] for case in CASES} == {"wald", "lrt", "vif", "fit"}
    assert len({case["id"] for case in CASES}) == 50


def test_dependent_hypotheses_have_no_joint_test() -> None:
    case = next(case for case in CASES if case["id"] == "bcg.X.dependent")
    found = wald_test(fits(case)[0], L=case["L"])
    assert math.isnan(found.statistic)
    assert np.isfinite(found.row_statistic).all()
    assert "depend on each other" in found.cautions[0]
