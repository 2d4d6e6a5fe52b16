"""Pooling, meta-regression and subgroups against metafor and meta, number by number.

Tolerances are relative: 1e-9 for closed forms, 1e-7 for iterated fits, as each case says. One allowance is absolute:
where the likelihood is highest at τ² = 0, metafor's Fisher scoring creeps towards the boundary and stops at about
1e-14, while ours is exactly 0; so τ² may differ by 1e-12 typical sampling variances, and I² by 1e-10 percent.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evidence.errors import InputError
from evidence.pool import PooledResult, pool, subgroups

HERE = Path(__file__).parent


def load(name: str) -> list[dict[str, Any]]:
    with (HERE / f"pool_{name}.json").open(encoding="utf-8") as file:
        return json.load(file)["cases"]


ESTIMATORS, REGRESSIONS = load("estimators"), load("metaregression")
INTERVALS, PREDICTIONS, SUBGROUPS = load("intervals"), load("predictions"), load("subgroups")


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"pool_{name}.csv")


def by_id(cases: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def fit(case: dict[str, Any], **more: Any) -> PooledResult:
    data = table(case["data"])
    options = {name: case[name] for name in ("mods", "tau2", "test", "level", "prediction") if name in case}
    options.update(more)
    if "without" in case:
        data = data.dropna(subset=["struct", "type"])
        options["mods"] = indicators(data, options["mods"]).drop(columns=case["without"])
    return pool(data, missing="drop", **options)


def indicators(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    from formulaic import Formula

    return pd.DataFrame(Formula(formula).get_model_matrix(data)).drop(columns="Intercept").astype(float)


def number(value: Any) -> float:
    return math.nan if value is None else float(value)


def agree(ours: Any, reference: Any, rtol: float, *, atol: float = 0.0) -> None:
    expected = [number(value) for value in np.ravel(np.array(reference, dtype=object))]
    np.testing.assert_allclose(np.ravel(ours), expected, rtol=rtol, atol=atol, equal_nan=True)


def finite_or_nan(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def test_the_grid_has_not_shrunk() -> None:
    counts = [len(cases) for cases in (ESTIMATORS, REGRESSIONS, INTERVALS, PREDICTIONS, SUBGROUPS)]
    assert counts == [198, 114, 48, 96, 4]
    assert {case["tau2"] for case in ESTIMATORS} == {"EE", "DL", "PM", "ML", "REML", 0.05}
    assert {case["test"] for case in ESTIMATORS} == {"z", "t", "hksj", "adhoc"}
    assert len({case["data"] for case in ESTIMATORS + REGRESSIONS}) == 11
    assert len({case["id"] for case in ESTIMATORS + REGRESSIONS}) == 312


@by_id(ESTIMATORS + REGRESSIONS)
def test_coefficients(case: dict[str, Any]) -> None:
    found, rtol = fit(case), case["rtol"]
    assert found.k == case["k"]
    for name in ("coef", "se", "statistic", "pvalue", "ci_low", "ci_high", "scale"):
        agree(getattr(found.inference, name), case[name], rtol)
    agree(finite_or_nan(found.df), case["df"], 0)
    if "vcov" in case:
        agree(found.vcov, case["vcov"], rtol, atol=1e-12 * np.abs(np.array(case["vcov"])).max())


@by_id(ESTIMATORS + REGRESSIONS)
def test_heterogeneity(case: dict[str, Any]) -> None:
    found, rtol = fit(case), case["rtol"]
    agree(found.tau2, case["tau2_value"], rtol, atol=1e-12 * case["typical_variance"])
    agree(found.i2, case["i2"], rtol, atol=1e-10)
    agree(found.h2, case["h2"], rtol)
    agree(found.heterogeneity.typical_variance, case["typical_variance"], rtol)
    agree([found.q, found.q_pvalue], [case["q"], case["q_pvalue"]], rtol)
    if "tau2_se" in case:
        agree(found.tau2_se, case["tau2_se"], rtol)
    else:
        assert math.isnan(found.tau2_se)


@by_id(ESTIMATORS + REGRESSIONS)
def test_likelihood(case: dict[str, Any]) -> None:
    found = fit(case)
    for kind in ("ml", "reml"):
        statistics = getattr(found, kind)
        for name, reference in case[kind].items():
            agree(getattr(statistics, name), reference, case["rtol"])


@by_id(REGRESSIONS)
def test_moderators(case: dict[str, Any]) -> None:
    found = fit(case)
    agree(found.qm, case["qm"], case["rtol"])
    agree([finite_or_nan(df) for df in found.qm_df], case["qm_df"], 0)
    agree(found.qm_pvalue, case["qm_pvalue"], case["rtol"])
    if "r2" in case:
        agree(found.r2, case["r2"], case["rtol"], atol=1e-10)
    else:
        assert math.isnan(found.r2)


def test_a_column_of_zeros_is_named_not_dropped_in_silence() -> None:
    case = next(case for case in REGRESSIONS if "without" in case)
    with pytest.raises(InputError, match=r"C\(struct\)\[T\.u\]:C\(type\)\[T\.s\]"):
        pool(table(case["data"]), mods=case["mods"], missing="drop")


@by_id([case for case in INTERVALS if "tau2_ci" in case])
def test_q_profile_intervals(case: dict[str, Any]) -> None:
    found = fit(case)
    for name in ("tau2_ci", "i2_ci", "h2_ci"):
        agree(getattr(found, name), case[name], case["rtol"])


@by_id([case for case in INTERVALS if "ci_low" in case])
def test_intervals_at_another_level(case: dict[str, Any]) -> None:
    found = fit(case)
    agree(found.inference.ci_low, case["ci_low"], case["rtol"])
    agree(found.inference.ci_high, case["ci_high"], case["rtol"])


@by_id([case for case in INTERVALS if "profile_tau2" in case])
def test_profile_likelihood(case: dict[str, Any]) -> None:
    ours = [fit(case, tau2=tau2).reml.loglik for tau2 in case["profile_tau2"]]
    agree(ours, case["profile_loglik"], case["rtol"])


@by_id(PREDICTIONS)
def test_predictions(case: dict[str, Any]) -> None:
    found, rtol = fit(case), case["rtol"]
    new = None if "new" not in case else {case["mods"].removeprefix("~ "): case["new"]}
    rows = found.predict(new)
    back = np.exp if case.get("exp") else np.asarray
    for name in ("estimate", "ci_low", "ci_high"):
        agree(back(rows[name]), case[name], rtol)
    if not case.get("exp"):
        agree(rows["se"], case["se"], rtol)
    assert math.isinf(found.prediction.df) == case["pi_normal"]
    if "pi_df" in case:
        assert found.prediction.df == case["pi_df"]
    if "pi_low" in case:
        agree(back(rows["pi_low"]), case["pi_low"], rtol)
        agree(back(rows["pi_high"]), case["pi_high"], rtol)
    else:
        assert case["tau2"] == "EE"
        assert rows[["pi_low", "pi_high"]].isna().all(axis=None)
    if new is None:
        agree([found.estimate, *found.ci, *found.pi], rows.drop(columns="se").to_numpy(), 1e-14)


@by_id(SUBGROUPS)
def test_subgroups(case: dict[str, Any]) -> None:
    options = {name: case[name] for name in ("tau2", "test", "tau2_common")}
    found = subgroups(table(case["data"]), case["by"], **options)
    agree(found.q_between, case["q_between"], case["rtol"])
    assert found.q_df == 2
    if "q_pvalue" in case:
        agree(found.q_pvalue, case["q_pvalue"], case["rtol"])
    assert set(found.groups) == set(case["groups"])
    for name, reference in case["groups"].items():
        for statistic, value in reference.items():
            agree(getattr(found.groups[name], statistic), value, case["rtol"])
