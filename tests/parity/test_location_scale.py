"""Location–scale models against metafor, number by number.

Tolerances are those of the reference's optimiser and of its numerical Hessian, not of ours. τ² that is smaller than
1e-12 typical sampling variances counts as 0: it is the exponential of what the optimiser has to 1e-6.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from evidence.pool.contrasts import wald_test
from evidence.pool.likelihood_ratio import likelihood_ratio_test
from evidence.pool.location_scale import LocationScaleResult, location_scale
from evidence.pool.vif import vif

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = json.loads((HERE / "location_scale.json").read_text(encoding="utf-8"))["cases"]


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"{name}.csv")


@cache
def fitted(data: str, model: str) -> LocationScaleResult:
    return location_scale(table(data), missing="drop", **json.loads(model))


def fits(case: dict[str, Any]) -> list[LocationScaleResult]:
    return [fitted(case["data"], json.dumps(model)) for model in case["models"]]


def compare(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, float]]:
    found = fits(case)[0]
    ours = {
        "fit": single,
        "wald": wald,
        "lrt": ratio,
        "vif": inflation,
        "predict": prediction,
        "predict_tau2": tau2_prediction,
    }[case["compare"]](case)
    small = {"tau2": found.typical_variance, "i2": 100.0}
    for name, reference in case["expected"].items():
        if isinstance(reference, dict):
            for part, value in reference.items():
                yield f"{name} {part}", getattr(ours[name], part), value, 0.0
        else:
            yield name, ours[name], reference, 1e-12 * small.get(name, 0.0)


def single(case: dict[str, Any]) -> dict[str, Any]:
    found = fits(case)[0]
    location, scale = found.inference, found.scale
    return {
        **{name: getattr(location, name) for name in ("coef", "se", "vcov", "pvalue", "ci_low", "ci_high")},
        **{
            f"{name}_alpha": getattr(scale, name) for name in ("se", "statistic", "pvalue", "ci_low", "ci_high", "vcov")
        },
        **{
            name: getattr(found, name)
            for name in ("tau2", "i2", "h2", "typical_variance", "q", "q_pvalue", "ml", "reml")
        },
        **{name: getattr(found, name) for name in ("qm", "qm_df", "qm_pvalue", "qs", "qs_df", "qs_pvalue")},
        "alpha": scale.coef,
    }


def wald(case: dict[str, Any]) -> dict[str, Any]:
    found = wald_test(fits(case)[0], case.get("terms"), L=case.get("L"), part=case.get("part", "location"))
    return {
        "statistic": found.statistic,
        "pvalue": found.pvalue,
        "df": [found.df, found.df2],
        "difference": found.estimate,
        "se": found.se,
        "row_statistic": found.row_statistic,
        "row_pvalue": found.row_pvalue,
    }


def ratio(case: dict[str, Any]) -> dict[str, Any]:
    found = likelihood_ratio_test(*fits(case))
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
    found = vif(fits(case)[0], part=case["part"])
    return {"vif": found.vif, "sif": found.sif}


def prediction(case: dict[str, Any]) -> dict[str, Any]:
    options = {name: case[name] for name in ("level", "prediction") if name in case}
    found = fits(case)[0].predict(case.get("new"), case.get("new_scale"), **options)
    return {name: found[name] for name in found}


def tau2_prediction(case: dict[str, Any]) -> dict[str, Any]:
    found = fits(case)[0].predict_tau2(case["new_scale"])
    return {
        "estimate": found["log_tau2"],
        "se": found["se"],
        "ci_low": np.log(found["ci_low"]),
        "ci_high": np.log(found["ci_high"]),
    }


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_agrees(case: dict[str, Any], agree: Any) -> None:
    agree(case, compare(case))


def test_the_grid_has_not_shrunk() -> None:
    assert len(CASES) == 30
    assert sum(case["compare"] == "fit" for case in CASES) == 16
    assert len({case["id"] for case in CASES}) == 30


@pytest.mark.parametrize("case", [case for case in CASES if case["compare"] == "fit"], ids=lambda case: case["id"])
def test_the_likelihood_is_nowhere_lower(case: dict[str, Any]) -> None:
    found, kind = fits(case)[0], case["models"][0]["method"].lower()
    assert getattr(found, kind).loglik >= case["expected"][kind]["loglik"] - 1e-12 * abs(found.loglik)
