"""What must hold for any data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence.effects import back_transform, effect_sizes
from evidence.effects.formulas import FORMULAS
from evidence.vocabulary import (
    BinaryMeasure,
    MatchedMeasure,
    MeanMeasure,
    PairedMeasure,
    VariabilityMeasure,
    allowed,
)

FEW = settings(max_examples=15, deadline=None)  # of four rows each
means = st.floats(1, 100)
sds = st.floats(0.5, 20)
sizes = st.integers(4, 200)


@st.composite
def groups(draw, rows=4):
    return pd.DataFrame(
        [
            {"mean1": draw(means), "sd1": draw(sds), "n1": draw(sizes)}
            | {"mean2": draw(means), "sd2": draw(sds), "n2": draw(sizes)}
            for _ in range(rows)
        ]
    )


@st.composite
def arms(draw, rows=4):
    found = []
    for _ in range(rows):
        n1, n2 = draw(sizes), draw(sizes)
        row = {"events1": draw(st.integers(0, n1)), "n1": n1, "events2": draw(st.integers(0, n2)), "n2": n2}
        found.append(row)
    return pd.DataFrame(found)


def swapped(table: pd.DataFrame) -> pd.DataFrame:
    other = {"1": "2", "2": "1"}
    return table.rename(columns={c: c[:-1] + other[c[-1]] for c in table if c[-1] in other})


def assert_same(found: pd.DataFrame, expected: pd.DataFrame, **tolerance) -> None:
    for column in ("yi", "vi"):
        np.testing.assert_allclose(found[column], expected[column], rtol=1e-8, atol=1e-10, **tolerance)


@FEW
@given(groups(), st.floats(-50, 50))
def test_a_mean_difference_does_not_change_with_a_shift(table, shift):
    moved = table.assign(mean1=table["mean1"] + shift, mean2=table["mean2"] + shift)
    for vtype in FORMULAS["MD"].variances:
        assert_same(effect_sizes(moved, "MD", vtype=vtype), effect_sizes(table, "MD", vtype=vtype))


@FEW
@given(groups(), st.floats(-50, 50), st.floats(0.01, 100))
def test_standardised_differences_do_not_change_with_the_unit(table, shift, scale):
    moved = table * [scale, scale, 1, scale, scale, 1]
    moved = moved.assign(mean1=moved["mean1"] + shift * scale, mean2=moved["mean2"] + shift * scale)
    for measure in ("SMD", "SMDH", "SMD1", "SMD1H", "D2ORL", "D2ORN", "CLESN"):
        for vtype in FORMULAS[measure].variances:
            assert_same(effect_sizes(moved, measure, vtype=vtype), effect_sizes(table, measure, vtype=vtype))


@FEW
@given(groups(), st.floats(0.01, 100))
def test_a_ratio_of_means_does_not_change_with_the_unit(table, scale):
    moved = table * [scale, scale, 1, scale, scale, 1]
    for measure in ("ROM", "VR", "CVR"):
        for vtype in FORMULAS[measure].variances:
            assert_same(effect_sizes(moved, measure, vtype=vtype), effect_sizes(table, measure, vtype=vtype))


@FEW
@given(groups())
def test_swapping_groups_of_means_flips_the_sign_and_keeps_the_variance(table):
    for measure in {*allowed(MeanMeasure), *allowed(VariabilityMeasure)} - {"SMD1", "SMD1H"}:
        for vtype in FORMULAS[measure].variances:
            found = effect_sizes(swapped(table), measure, vtype=vtype)
            assert_same(found.assign(yi=-found["yi"]), effect_sizes(table, measure, vtype=vtype))


@FEW
@given(arms(), st.sampled_from(["only0", "all", "if0all", "none"]))
def test_swapping_arms_flips_the_sign_and_keeps_the_variance(table, to):
    for measure in allowed(BinaryMeasure):
        for vtype in FORMULAS[measure].variances:
            found = effect_sizes(swapped(table), measure, vtype=vtype, to=to)
            assert_same(found.assign(yi=-found["yi"]), effect_sizes(table, measure, vtype=vtype, to=to))


@FEW
@given(arms())
def test_an_odds_ratio_of_the_opposite_event_is_the_reciprocal(table):
    opposite = table.assign(events1=table["n1"] - table["events1"], events2=table["n2"] - table["events2"])
    for measure in set(allowed(BinaryMeasure)) - {"RR"}:
        found = effect_sizes(opposite, measure)
        assert_same(found.assign(yi=-found["yi"]), effect_sizes(table, measure))


@FEW
@given(arms(rows=6), st.permutations(range(6)))
def test_rows_are_computed_wherever_they_stand(table, order):
    for measure in allowed(BinaryMeasure):
        whole = effect_sizes(table, measure)
        shuffled = effect_sizes(table.iloc[order], measure)
        pd.testing.assert_frame_equal(shuffled, whole.iloc[order])


@FEW
@given(arms(rows=5), st.floats(0.01, 2))
def test_only0_leaves_rows_without_a_zero_untouched(table, add):
    cells = table.assign(b1=table["n1"] - table["events1"], b2=table["n2"] - table["events2"])
    clean = (cells[["events1", "b1", "events2", "b2"]] > 0).all(axis=1)
    for measure in allowed(BinaryMeasure):
        corrected = effect_sizes(table, measure, to="only0", add=add, append=False)
        bare = effect_sizes(table, measure, to="none", append=False)
        pd.testing.assert_frame_equal(corrected[clean], bare[clean])
        assert len(corrected) == len(table)


@FEW
@given(groups())
def test_pairs_without_correlation_are_two_independent_groups_of_the_same_size(table):
    equal = table.assign(n2=table["n1"])
    pairs = table.rename(columns={"n1": "n"}).drop(columns="n2").assign(r=0.0)
    same = {"MC": "MD", "SMCRP": "SMD", "SMCRPH": "SMDH", "ROMC": "ROM", "VRC": "VR", "CVRC": "CVR", "CLESCN": "CLESN"}
    for paired, independent in same.items():
        assert_same(effect_sizes(pairs, paired), effect_sizes(equal, independent))
    # the SD of side 1 against that of group 2
    turned = effect_sizes(swapped(equal), "SMD1H")
    assert_same(effect_sizes(pairs, "SMCRH"), turned.assign(yi=-turned["yi"]))


@FEW
@given(groups(), st.floats(-0.95, 0.95))
def test_swapping_the_sides_of_pairs_flips_the_sign(table, r):
    pairs = table.rename(columns={"n1": "n"}).drop(columns="n2").assign(r=r)
    for measure in allowed(PairedMeasure):
        if measure not in {"SMCR", "SMCRH", "CLESCN", "AUCCN"}:
            found = effect_sizes(swapped(pairs), measure)
            assert_same(found.assign(yi=-found["yi"]), effect_sizes(pairs, measure))


@FEW
@given(groups(), st.floats(-0.9, 0.85))
def test_a_higher_correlation_makes_a_paired_mean_difference_more_precise(table, r):
    pairs = table.rename(columns={"n1": "n"}).drop(columns="n2")
    low, high = effect_sizes(pairs, "MC", r=r), effect_sizes(pairs, "MC", r=r + 0.1)
    assert (high["vi"] < low["vi"]).all()
    assert (high["yi"] == low["yi"]).all()


@FEW
@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=5))
def test_swapping_the_conditions_of_matched_pairs_flips_the_sign(rows):
    assume(all(sum(row) > 0 for row in rows))
    names = ["pairs_both", "pairs_only1", "pairs_only2", "pairs_neither"]
    table = pd.DataFrame(rows, columns=names)
    turned = table.rename(columns={"pairs_only1": "pairs_only2", "pairs_only2": "pairs_only1"})
    for measure in set(allowed(MatchedMeasure)) - {"MPORM"}:
        found = effect_sizes(turned, measure)
        assert_same(found.assign(yi=-found["yi"]), effect_sizes(table, measure))


@FEW
@given(st.integers(1, 10**6), st.data())
def test_a_proportion_comes_back_from_every_scale(n, data):
    x = data.draw(st.integers(0, n))
    table = pd.DataFrame({"events": [x], "n": [n]})
    for measure in ("PR", "PAS", "PFT"):
        found = effect_sizes(table, measure, to="none")
        assert back_transform(found["yi"], measure, n=n) == pytest.approx([x / n], abs=1e-9)
    if 0 < x < n:
        found = effect_sizes(table, "PLO")
        assert back_transform(found["yi"], "PLO") == pytest.approx([x / n], rel=1e-12)
