"""Cronbach's alpha and genotypes: theory by simulation, ends of the scale, the way back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.effects import back_transform, effect_sizes
from evidence.errors import RowError

ALPHAS = pd.DataFrame({"alpha": [0.93, 0.4, -0.2], "m": [20, 2, 5], "n": [103, 12, 30]})


def cronbach(x: np.ndarray) -> np.ndarray:
    """Return alpha of many samples of shape (repeats, people, items)."""
    m = x.shape[2]
    return m / (m - 1) * (1 - x.var(axis=1, ddof=1).sum(axis=1) / x.sum(axis=2).var(axis=1, ddof=1))


def test_variances_are_those_of_samples():
    rng = np.random.default_rng(5)
    repeats, n, m = 4000, 150, 6
    x = rng.normal(size=(repeats, n, 1)) + rng.normal(size=(repeats, n, m))
    table = pd.DataFrame({"alpha": cronbach(x), "m": m, "n": n})
    for measure in ("ARAW", "AHW", "ABT"):
        found = effect_sizes(table, measure)
        assert found["yi"].var() == pytest.approx(found["vi"].mean(), rel=0.1)


@pytest.mark.parametrize("measure", ["ARAW", "AHW", "ABT"])
def test_the_way_back(measure):
    found = effect_sizes(ALPHAS, measure)
    shown = back_transform(found["yi"], measure)
    assert shown[:2] == pytest.approx(ALPHAS["alpha"][:2].to_list(), rel=1e-12)
    # the ways back end at 0, for the lower ends of intervals
    assert shown[2] == (-0.2 if measure == "ARAW" else 0.0)
    assert np.all(np.diff(back_transform(np.linspace(-1, 5, 200), measure)) >= 0)


def test_an_alpha_of_one():
    table = ALPHAS.assign(alpha=[1.0, 0.4, 0.5])
    assert "sampling variance is 0" in effect_sizes(table, "ARAW")["effect_note"].iloc[0]
    found = effect_sizes(table, "ABT")
    assert found["yi"].isna().tolist() == [True, False, False]
    assert "no logarithm" in found["effect_note"].iloc[0]


@pytest.mark.parametrize(("column", "value"), [("alpha", 1.01), ("m", 1), ("n", 1), ("n", np.nan)])
def test_impossible_values_are_named(column, value):
    bad = ALPHAS.astype(float)
    bad.loc[1, column] = value
    with pytest.raises(RowError) as error:
        effect_sizes(bad, "ABT")
    assert [(problem.row, problem.column) for problem in error.value.problems] == [("1", column)]


def test_two_people_give_no_variance():
    found = effect_sizes(ALPHAS.assign(n=[2, 12, 30]), "ABT").iloc[0]
    assert np.isfinite(found["yi"])
    assert np.isnan(found["vi"])
    assert found["effect_note"] == "too few people for this variance formula"


def test_genotypes_in_equilibrium_have_no_excess():
    table = pd.DataFrame({"homozygous1": [25], "heterozygous": [50], "homozygous2": [25]})
    found = effect_sizes(table, "REH")
    assert found["yi"].item() == pytest.approx(0, abs=1e-15)
    assert found["vi"].item() == pytest.approx((0.5 / 0.25 + 2) / 100)
    mirrored = table.rename(columns={"homozygous1": "homozygous2", "homozygous2": "homozygous1"})
    pd.testing.assert_series_equal(effect_sizes(mirrored, "REH")["vi"], found["vi"])


def test_genotypes_that_nobody_has():
    table = pd.DataFrame({"homozygous1": [0, 5], "heterozygous": [10, 0], "homozygous2": [5, 5]})
    found = effect_sizes(table, "REH")
    assert found["yi"].isna().all()
    assert all("nobody has" in note for note in found["effect_note"])
    with pytest.raises(RowError, match="nobody is in this group"):
        effect_sizes(table * 0, "REH")
