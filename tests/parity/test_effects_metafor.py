"""Effect sizes, variances and back-transforms against metafor.

The reference numbers are in ``effects_*.json`` beside this file, each with the call that made it and the versions; the
data are in ``data/``. All are closed forms, so agreement is asked to a relative 1e-9; what differs in practice is below
1e-12. Where metafor 3.8 and 5.1 differ the newer is followed:

- SMDH: 3.8 multiplies the variance by the small-sample factor squared although the corrected effect stands in it
  already; Bonett's formula does not.
- RR and OR with vtype AV: 3.8 knows no such variance for them and silently returns LS; 5.1 computes it.
- ROM: 3.8 has no correction of the bias of the log. ``correct=False`` gives its numbers.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evidence.effects import back_transform, effect_sizes, harmonic_mean_n

HERE = Path(__file__).parent
FILES = ("means", "binary", "zero_cells", "proportions", "pairs")
Z = 1.959963984540054


def load(name: str) -> dict:
    return json.loads((HERE / f"effects_{name}.json").read_text(encoding="utf-8"))


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / "data" / f"effects_{name}.csv")


def numbers(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


CASES = [pytest.param(case, id=f"{name}-{case['id']}") for name in FILES for case in load(name)["cases"]]
BACK = load("back_transforms")


@pytest.mark.parametrize("case", CASES)
def test_effects_and_variances_agree_with_metafor(case):
    found = effect_sizes(table(case["data"]), case["measure"], missing="keep", **case["options"])
    np.testing.assert_allclose(found["yi"], numbers(case["yi"]), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found["vi"], numbers(case["vi"]), rtol=1e-9, atol=1e-15)


def test_the_grid_did_not_shrink():
    assert {name: len(load(name)["cases"]) for name in FILES} == {
        "means": 45,
        "binary": 48,
        "zero_cells": 224,
        "proportions": 18,
        "pairs": 16,
    }
    assert sum(len(case["yi"]) for name in FILES for case in load(name)["cases"]) == 7025
    assert len(BACK["cases"]) == 16


SINGLE = [case for case in BACK["cases"] if case["shown"] != "pooled"]
POOLED = [case for case in BACK["cases"] if case["shown"] == "pooled"]


@pytest.mark.parametrize("case", SINGLE, ids=lambda case: case["id"])
def test_intervals_of_single_studies_agree_on_the_scale_that_is_shown(case):
    found = effect_sizes(table(case["data"]), case["measure"], missing="keep")
    yi, half = found["yi"].to_numpy(), Z * np.sqrt(found["vi"].to_numpy())
    shown = {"yi": yi, "ci.lb": yi - half, "ci.ub": yi + half}
    for key, values in shown.items():
        if case["shown"] != "none":
            values = back_transform(values, case["measure"])
        np.testing.assert_allclose(values, numbers(case["outputs"][key]), rtol=1e-9, atol=1e-14)


def dersimonian_laird(yi: np.ndarray, vi: np.ndarray) -> tuple[float, float]:
    w = 1 / vi
    mean = np.sum(w * yi) / np.sum(w)
    q = np.sum(w * (yi - mean) ** 2)
    tau2 = max(0.0, (q - (len(yi) - 1)) / (np.sum(w) - np.sum(w**2) / np.sum(w)))
    w = 1 / (vi + tau2)
    return float(np.sum(w * yi) / np.sum(w)), float(1 / np.sum(w))


@pytest.mark.parametrize("case", POOLED, ids=lambda case: case["id"])
def test_a_pooled_double_arcsine_turns_back_with_the_harmonic_mean_of_n(case):
    found = effect_sizes(table(case["data"]), "PFT")
    estimate, variance = dersimonian_laird(found["yi"].to_numpy(), found["vi"].to_numpy())
    n = harmonic_mean_n(1 / found["vi"] / 4)
    half = Z * np.sqrt(variance)
    shown = back_transform([estimate, estimate - half, estimate + half], "PFT", n=n)
    expected = [case["outputs"][key] for key in ("pred", "lb", "ub")]
    np.testing.assert_allclose(shown, expected, rtol=1e-9)


@pytest.mark.parametrize("case", BACK["transformations"], ids=lambda case: case["id"])
def test_back_transforms_agree(case):
    np.testing.assert_allclose(back_transform(case["y"], case["measure"], n=case["n"]), case["expected"], rtol=1e-9)


@pytest.mark.parametrize("case", BACK["forward"], ids=lambda case: case["id"])
def test_transformations_of_proportions_agree(case):
    n = case["n"] or 1000
    counts = pd.DataFrame({"events": np.array(case["p"]) * n, "n": n})
    found = effect_sizes(counts, case["measure"], to="none")
    np.testing.assert_allclose(found["yi"], case["expected"], rtol=1e-9)


def test_older_metafor_ratio_of_means_is_the_one_without_correction():
    # metafor 3.8-1: escalc(measure="ROM", ..., data=dat.curtis1998), rows 1 to 3
    found = effect_sizes(table("curtis1998"), "ROM", correct=False).head(3)
    np.testing.assert_allclose(found["yi"], [0.54695586876588709, 0.14254691152318175, 0.43775338448580098], rtol=1e-9)
    np.testing.assert_allclose(
        found["vi"], [0.038471543242345752, 0.017455370964440897, 0.03275250640720738], rtol=1e-9
    )
