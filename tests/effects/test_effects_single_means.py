"""Means and spreads of one group: theory by simulation, units, and what has no logarithm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.effects import back_transform, effect_sizes, hedges_j

ONE = pd.DataFrame({"mean": [12.0, 30.0, 0.5], "sd": [3.0, 8.0, 0.2], "n": [20, 9, 40]})


def test_effects_by_hand():
    found = {measure: effect_sizes(ONE, measure) for measure in ("MN", "MNLN", "SMN", "SDLN", "CVLN")}
    mean, sd, n = (ONE[column].to_numpy(dtype=float) for column in ("mean", "sd", "n"))
    np.testing.assert_allclose(found["MN"]["vi"], (sd / np.sqrt(n)) ** 2)
    np.testing.assert_allclose(found["SMN"]["yi"], hedges_j(n - 1) * mean / sd)
    np.testing.assert_allclose(found["CVLN"]["yi"], found["SDLN"]["yi"] - found["MNLN"]["yi"])
    np.testing.assert_allclose(found["CVLN"]["vi"], found["SDLN"]["vi"] + found["MNLN"]["vi"])
    plain = effect_sizes(ONE, "SDLN", correct=False)
    np.testing.assert_allclose(back_transform(plain["yi"], "SDLN"), sd)
    np.testing.assert_allclose(back_transform(found["MNLN"]["yi"], "MNLN"), mean)


def test_the_corrections_take_the_bias_away():
    rng = np.random.default_rng(20240)
    n, repeats = 8, 200_000
    x = rng.normal(10.0, 4.0, (repeats, n))
    table = pd.DataFrame({"mean": x.mean(axis=1), "sd": x.std(axis=1, ddof=1), "n": n})
    sdln, smn = effect_sizes(table, "SDLN"), effect_sizes(table, "SMN")
    assert sdln["yi"].mean() == pytest.approx(np.log(4.0), abs=0.01)
    assert effect_sizes(table, "SDLN", correct=False)["yi"].mean() < np.log(4.0) - 0.05
    # the formula is of first order, and 8 people are few
    assert sdln["yi"].var() == pytest.approx(sdln["vi"].mean(), rel=0.2)
    assert smn["yi"].mean() == pytest.approx(2.5, abs=0.01)


@pytest.mark.parametrize("scale", [1e-3, 7.5, 1e4])
def test_units(scale):
    moved = ONE.assign(mean=ONE["mean"] * scale, sd=ONE["sd"] * scale)
    for measure, shift in (("SMN", 0.0), ("CVLN", 0.0), ("MNLN", np.log(scale)), ("SDLN", np.log(scale))):
        first, second = effect_sizes(ONE, measure), effect_sizes(moved, measure)
        np.testing.assert_allclose(second["yi"], first["yi"] + shift, atol=1e-12)
        np.testing.assert_allclose(second["vi"], first["vi"], rtol=1e-12)
    for vtype in ("LS", "HO"):
        first, second = effect_sizes(ONE, "MN", vtype=vtype), effect_sizes(moved, "MN", vtype=vtype)
        np.testing.assert_allclose(second["vi"], first["vi"] * scale**2, rtol=1e-12)


def test_one_variance_for_all_rows_is_weighted_by_degrees_of_freedom():
    found = effect_sizes(ONE, "MN", vtype="HO")
    pooled = (19 * 9.0 + 8 * 64.0 + 39 * 0.04) / (19 + 8 + 39)
    np.testing.assert_allclose(found["vi"], pooled / ONE["n"])


@pytest.mark.parametrize("measure", ["MNLN", "CVLN"])
def test_a_mean_that_has_no_logarithm_keeps_its_row_and_says_why(measure):
    found = effect_sizes(ONE.assign(mean=[12.0, 0.0, -1.0]), measure)
    assert found["yi"].isna().tolist() == [False, True, True]
    assert found["vi"].isna().tolist() == [False, True, True]
    assert all("true zero" in note for note in found["effect_note"].iloc[1:])


def test_two_people_have_no_standardised_mean():
    found = effect_sizes(ONE.assign(n=[2, 9, 40]), "SMN")
    assert np.isnan(found["yi"].iloc[0])
    assert "Hedges' factor" in found["effect_note"].iloc[0]


def test_the_spread_needs_no_mean():
    found = effect_sizes(ONE.drop(columns="mean"), "SDLN")
    assert found["yi"].notna().all()
