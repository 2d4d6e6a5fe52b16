"""All subsets, by doubling and by batches, against fits made one by one; samples of them."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.diagnose import gosh
from evidence.diagnose.subset_sums import subset_moments, subset_pairs, subset_totals
from evidence.diagnose.subsets import draw_subsets, unpack
from evidence.errors import InputError
from evidence.pool import pool


def studies(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0.3, 0.6, k), rng.uniform(0.01, 0.3, k)


@pytest.mark.parametrize("tau2", ["EE", "FE", "DL", "HE", "HS", "SJ", "PM", "ML", "REML", 0.05])
@pytest.mark.parametrize("shift", [0.0, 1e5])
def test_each_subset_is_the_fit_to_its_studies(tau2: Any, shift: float) -> None:
    y, v = studies(5, 1)
    y = y + shift
    found = gosh(pool(y, v, tau2=tau2, test="z"))
    assert found.exact
    assert len(found.k) == 31
    for row, member in enumerate(found.members()):
        part = pool(y[member], v[member], tau2=tau2, test="z")
        assert found.k[row] == part.k
        np.testing.assert_allclose(found.estimate[row], part.estimate, rtol=1e-9)
        expected = [part.tau2, part.q, part.i2]
        np.testing.assert_allclose([found.tau2[row], found.q[row], found.i2[row]], expected, rtol=1e-8, atol=1e-8)
        if part.k > 1 and tau2 != "DL":
            np.testing.assert_allclose(found.h2[row], part.h2, rtol=1e-8)
        elif part.k > 1:
            np.testing.assert_allclose(found.h2[row], part.q / part.q_df, rtol=1e-8)


def test_moderators_take_subsets_that_determine_them() -> None:
    y, v = studies(6, 2)
    x = np.array([1.0, 1, 1, 2, 2, 5])
    found = gosh(pool(y, v, mods=x, tau2="DL", test="z"))
    assert len(found.k) == found.possible == 42
    assert found.k.min() == 3
    determined = [len(set(x[member])) > 1 for member in found.members()]
    assert np.isfinite(found.coef).all(axis=1).tolist() == determined
    for row in (5, 20, 41):
        member = found.members()[row]
        if determined[row]:
            part = pool(y[member], v[member], mods=x[member], tau2="DL", test="z")
            np.testing.assert_allclose(found.coef[row], part.inference.coef, rtol=1e-9)
    with pytest.raises(InputError, match="no single estimate"):
        _ = found.estimate
    assert "not determine every coefficient" in found.summary()


def test_given_weights_are_kept() -> None:
    y, v = studies(5, 3)
    w = np.array([1.0, 4, 2, 3, 5])
    found = gosh(pool(y, v, weights=w, tau2="DL", test="z"))
    for row, member in enumerate(found.members()):
        if member.sum() > 1:
            part = pool(y[member], v[member], weights=w[member], tau2="DL", test="z")
            np.testing.assert_allclose([found.estimate[row], found.tau2[row]], [part.estimate, part.tau2], rtol=1e-9)


@given(
    y=st.lists(st.integers(-1000, 1000), min_size=1, max_size=6),
    w=st.lists(st.sampled_from([Fraction(1, 10**12), Fraction(1), Fraction(7, 3), Fraction(10**9)]), min_size=6),
)
def test_doubling_loses_nothing_to_cancellation(y: list[int], w: list[Fraction]) -> None:
    weights = w[: len(y)]
    floats = np.array([float(weight) for weight in weights])
    totals = subset_totals(floats)
    means, squares = subset_moments(np.array(y, float), floats, totals)
    pairs = subset_pairs(floats, totals)
    for subset in range(1, 1 << len(y)):
        chosen = [study for study in range(len(y)) if subset >> study & 1]
        own = [Fraction(floats[study]) for study in chosen]
        total = sum(own)
        mean = sum(weight * y[study] for weight, study in zip(own, chosen, strict=True)) / total
        q = sum(weight * (y[study] - mean) ** 2 for weight, study in zip(own, chosen, strict=True))
        pair = (total**2 - sum(weight**2 for weight in own)) / 2
        size = max(abs(y[study]) for study in chosen)
        np.testing.assert_allclose(means[subset], float(mean), rtol=1e-13, atol=1e-14 * size)
        np.testing.assert_allclose(squares[subset], float(q), rtol=1e-11, atol=1e-300)
        np.testing.assert_allclose(pairs[subset], float(pair), rtol=1e-13)


def test_a_sample_has_no_repetition_and_can_be_drawn_again() -> None:
    y, v = studies(24, 4)
    fit = pool(y, v, tau2="DL", test="z")
    one, other = gosh(fit, subsets=3000, seed=7), gosh(fit, subsets=3000, seed=7)
    np.testing.assert_array_equal(one.packed, other.packed)
    assert not one.exact
    assert one.seed == 7
    assert one.possible == 2**24 - 1
    assert len(np.unique(one.packed, axis=0)) == 3000
    member = one.members()[17]
    assert one.estimate[17] == pytest.approx(pool(y[member], v[member], tau2="DL").estimate, rel=1e-10)
    fresh = gosh(fit, subsets=50)
    np.testing.assert_array_equal(fresh.packed, gosh(fit, subsets=50, seed=fresh.seed).packed)


def test_a_sample_is_uniform() -> None:
    drawn = unpack(draw_subsets(30, 20_000, least=1, seed=1), 30)
    assert abs(drawn.mean() - 0.5) < 5 * 0.5 / np.sqrt(drawn.size)
    assert abs(drawn.sum(axis=1).var() - 7.5) < 0.4
    small = unpack(draw_subsets(5, 20, least=3, seed=1)[:16], 5)
    assert (small.sum(axis=1) >= 3).all()
    assert len(small) == 16


def test_a_small_sample_comes_from_the_list_of_all() -> None:
    y, v = studies(8, 4)
    found = gosh(pool(y, v), subsets=100, seed=1)
    assert not found.exact
    assert len(np.unique(found.packed, axis=0)) == len(found.k) == 100
    everything = gosh(pool(y, v), subsets=255)
    assert everything.exact
    assert everything.seed is None


def test_a_study_that_matters_shifts_the_distribution() -> None:
    y = [0.1, 0.12, 0.08, 0.11, 0.09, 2.0]
    found = gosh(pool(y, [0.01] * 6, labels=list("abcdef"), tau2="DL"))
    effect = found.by_study()
    assert effect["shift"].idxmax() == "f"
    inside = found.members("f")
    assert effect.loc["f", "estimate_with"] == pytest.approx(np.median(found.estimate[inside]))
    assert inside.sum() == 32
    several = found.k > 1
    assert effect.loc["f", "i2_without"] == pytest.approx(np.median(found.i2[~inside & several]))


def test_quantiles_are_those_of_the_arrays() -> None:
    y, v = studies(7, 5)
    found = gosh(pool(y, v))
    table = found.quantiles()
    assert table.loc["estimate", "median"] == pytest.approx(np.median(found.estimate))
    assert table.loc["tau2", "n"] == 120
    assert table.loc["tau2", "q75"] == pytest.approx(np.nanquantile(found.tau2, 0.75))
    frame = found.to_frame()
    assert list(frame) == ["k", "estimate", "tau2", "i2", "h2", "q"]
    assert len(frame) == 127


def test_twenty_studies_are_taken_in_full() -> None:
    y, v = studies(20, 6)
    found = gosh(pool(y, v, tau2="EE", test="z"))
    assert len(found.k) == 2**20 - 1
    assert found.estimate[-1] == pytest.approx(pool(y, v, tau2="EE", test="z").estimate, rel=1e-12)
    assert found.packed.nbytes < 4 * 2**20
    with pytest.raises(ValueError, match="read-only"):
        found.coef[0] = 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subsets": 1}, "subsets=1"),
        ({"subsets": 2.5}, "whole number"),
        ({"subsets": 10**9}, "memory"),
        ({"subsets": 10, "seed": -1}, "seed"),
        ({"subsets": True}, "whole number"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused(options: dict[str, Any], message: str) -> None:
    y, v = studies(9, 6)
    with pytest.raises(InputError, match=message):
        gosh(pool(y, v), **options)


def test_unknown_names_are_refused() -> None:
    y, v = studies(4, 6)
    found = gosh(pool(y, v, labels=list("abcd")))
    with pytest.raises(InputError, match="no study is called 'e'"):
        found.members("e")
    with pytest.raises(InputError, match="not a coefficient"):
        found.by_study("slope")


def test_two_studies_and_equal_effects() -> None:
    found = gosh(pool([0.2, 0.2], [0.1, 0.1]))
    assert found.estimate.tolist() == [0.2, 0.2, 0.2]
    assert found.tau2[2] == 0
    assert np.isnan(found.tau2[:2]).all()
    assert found.q.tolist() == [0, 0, 0]


def test_a_bar_is_shown_on_stderr_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    y, v = studies(6, 6)
    fit = pool(y, v)
    gosh(fit)
    assert capsys.readouterr().err == ""
    gosh(fit, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""


def test_the_result_shows_itself() -> None:
    y, v = studies(6, 1)
    found = gosh(pool(y, v), subsets=40, seed=2)
    assert max(map(len, found.summary().splitlines())) <= 80
    assert "40 of 63, seed 2" in found.summary()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["subsets"] == 40
    assert isinstance(found.by_study(), pd.DataFrame)


def test_more_studies_than_a_word_has_bits() -> None:
    y, v = studies(1200, 2)
    found = gosh(pool(y, v, tau2="DL"), subsets=20, seed=1)
    member = found.members()[3]
    assert found.estimate[3] == pytest.approx(pool(y[member], v[member], tau2="DL").estimate, rel=1e-10)
    assert "of about 10^361" in found.summary()
    assert found.to_dict()["possible"] is None
