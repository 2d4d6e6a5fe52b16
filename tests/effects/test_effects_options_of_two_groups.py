"""Options: the treatment-arm correction, what is added to, the approximate factor, swapped groups, reported tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.effects import effect_sizes, hedges_j
from evidence.errors import ColumnError, InputError, OptionError, RowError

ARMS = pd.DataFrame({"events1": [4, 0, 0], "n1": [20, 20, 20], "events2": [6, 3, 0], "n2": [18, 60, 60]})
MEANS = pd.DataFrame(
    {"mean1": [103.0, 12.0], "sd1": [5.5, 2.0], "n1": [50, 6], "mean2": [100.0, 10.0], "sd2": [4.5, 2.0], "n2": [50, 5]}
)


def test_the_treatment_arm_correction_adds_each_groups_share():
    found = effect_sizes(ARMS, "OR", add="TACC")
    assert found["yi"].iloc[1] == pytest.approx(np.log(0.25 / 20.25) - np.log(3.75 / 57.75))
    assert found["yi"].iloc[2] == pytest.approx(0, abs=1e-12)
    assert found["effect_note"].iloc[1] == "each group's share of 1 added to all four cells: a zero cell"
    assert found.attrs["effect_sizes"]["add"] == "TACC"
    everywhere = effect_sizes(ARMS.assign(n1=18, n2=18), "OR", add="TACC", to="all")
    halves = effect_sizes(ARMS.assign(n1=18, n2=18), "OR", add=0.5, to="all")
    np.testing.assert_allclose(everywhere["yi"], halves["yi"])


@pytest.mark.parametrize("measure", ["IRR", "PLO", "MPRR"])
def test_it_needs_two_groups_of_people(measure):
    with pytest.raises(InputError, match=f"add='TACC' shares 1 out between two groups; {measure} has none"):
        effect_sizes(ARMS, measure, add="TACC")
    with pytest.raises(InputError, match="or 'TACC'"):
        effect_sizes(ARMS, "OR", add="tacc")


def test_an_addition_to_the_events_alone():
    found = effect_sizes(ARMS, "RR", correction="events")
    assert found["yi"].iloc[1] == pytest.approx(np.log(0.5 / 20.5) - np.log(3.5 / 60.5))
    assert found["vi"].iloc[1] == pytest.approx(1 / 0.5 - 1 / 20.5 + 1 / 3.5 - 1 / 60.5)
    assert found["effect_note"].iloc[1] == "0.5 added to the events: a zero cell"
    assert found["yi"].iloc[0] == effect_sizes(ARMS, "RR")["yi"].iloc[0]
    risks = effect_sizes(ARMS, "RD", correction="events")
    assert risks["yi"].tolist() == pytest.approx([4 / 20 - 6 / 18, -3 / 60, 0])
    assert risks["vi"].tolist() == pytest.approx(effect_sizes(ARMS, "RD")["vi"].tolist())
    dropped = effect_sizes(ARMS, "RD", correction="events", drop00=True)
    assert dropped["yi"].isna().tolist() == [False, False, True]


def test_the_record_says_which_of_the_options_applied():
    record = effect_sizes(ARMS, "OR", correction="events").attrs["effect_sizes"]
    assert (record["correction"], record["factor"], record["flip"]) == (None, None, False)
    assert effect_sizes(ARMS, "RR").attrs["effect_sizes"]["correction"] == "cells"
    assert effect_sizes(ARMS, "RR", to="none").attrs["effect_sizes"]["correction"] is None
    assert effect_sizes(ARMS, "AS").attrs["effect_sizes"]["to"] == "none"
    assert effect_sizes(ARMS, "AS", to="only0").attrs["effect_sizes"]["to"] == "only0"
    assert effect_sizes(ARMS, "OR").attrs["effect_sizes"]["to"] == "only0"
    assert (
        effect_sizes(ARMS.rename(columns={"events1": "events", "n1": "n"}), "PR").attrs["effect_sizes"]["flip"] is None
    )


@pytest.mark.parametrize("measure", ["AS", "PHI", "RTET"])
def test_measures_that_a_zero_leaves_defined_are_touched_only_when_asked(measure):
    plain = effect_sizes(ARMS.iloc[1:2], measure)
    asked = effect_sizes(ARMS.iloc[1:2], measure, to="only0")
    assert "added" not in plain["effect_note"].item()
    assert asked["effect_note"].item() == "0.5 added to all four cells: a zero cell"
    assert asked["yi"].item() != plain["yi"].item()


def test_the_approximate_factor():
    exact, rough = effect_sizes(MEANS, "SMD"), effect_sizes(MEANS, "SMD", factor="approximate")
    d = effect_sizes(MEANS, "SMD", correct=False)["yi"]
    m = MEANS["n1"] + MEANS["n2"] - 2
    np.testing.assert_allclose(rough["yi"], d * (1 - 3 / (4 * m - 1)), rtol=1e-14)
    np.testing.assert_allclose(exact["yi"], d * hedges_j(m), rtol=1e-14)
    assert rough.attrs["effect_sizes"]["factor"] == "approximate"
    assert effect_sizes(MEANS, "MD").attrs["effect_sizes"]["factor"] is None
    with pytest.raises(OptionError, match="factor='rough' is not an option"):
        effect_sizes(MEANS, "SMD", factor="rough")
    with pytest.raises(OptionError, match="correction='event'"):
        effect_sizes(ARMS, "RR", correction="event")


def test_flipping_swaps_the_groups():
    for measure in ("MD", "ROM", "VR"):
        found, turned = effect_sizes(MEANS, measure), effect_sizes(MEANS, measure, flip=True)
        assert (-turned["yi"]).tolist() == found["yi"].tolist()
        assert turned["vi"].tolist() == found["vi"].tolist()
        assert turned.attrs["effect_sizes"]["flip"] is True
    with pytest.raises(InputError, match="PR describes one group"):
        effect_sizes(ARMS, "PR", flip=True)
    with pytest.raises(InputError, match="flip='yes' is not an option"):
        effect_sizes(MEANS, "MD", flip="yes")


def test_a_standardised_difference_from_what_a_report_gives():
    table = pd.DataFrame({"n1": [20, 20, 20], "n2": [20, 20, 20], "g": [0.5, np.nan, np.nan], "t": [9.0, 2.5, np.nan]})
    found = effect_sizes(table, "SMD", d="g", t="t", pvalue=[-0.9, -0.9, -0.018], correct=False)
    assert found["yi"].iloc[0] == 0.5
    assert found["yi"].iloc[1] == pytest.approx(2.5 * np.sqrt(1 / 20 + 1 / 20))
    # escalc(measure="SMD", pi=-0.018, n1i=20, n2i=20): -0.7664, from metafor's documentation
    assert effect_sizes(table.tail(1), "SMD", pvalue=-0.018)["yi"].item() == pytest.approx(-0.7664, abs=5e-5)
    assert found["effect_note"].tolist() == ["d as reported", "d from t", "d from p, with its sign"]
    # escalc(measure="SMCC", pi=-0.018, ni=50): -0.3408
    pairs = effect_sizes(pd.DataFrame({"n": [50]}), "SMCC", pvalue=-0.018)
    assert pairs["yi"].item() == pytest.approx(-0.3408, abs=5e-5)
    assert pairs["effect_note"].item() == "d from p, with its sign"


def test_means_come_first_and_a_test_stands_in_only_where_it_is_mapped():
    table = MEANS.assign(t=[99.0, 2.0])
    table.loc[1, "sd1"] = np.nan
    with pytest.raises(RowError, match="a value is missing"):
        effect_sizes(table, "SMD")
    found = effect_sizes(table, "SMD", t="t")
    assert found["yi"].iloc[0] == effect_sizes(MEANS, "SMD")["yi"].iloc[0]
    assert found["effect_note"].tolist() == ["", "d from t"]
    with pytest.raises(RowError, match="neither means with SDs nor t"):
        effect_sizes(table.assign(t=np.nan), "SMD", t="t")
    kept = effect_sizes(table.assign(t=np.nan), "SMD", t="t", missing="keep")
    assert kept["yi"].isna().tolist() == [False, True]
    with pytest.raises(ColumnError, match="MD does not use 't'"):
        effect_sizes(table, "MD", t="t")


@pytest.mark.parametrize("measure", ["RPB", "RBIS", "D2ORL", "D2ORN"])
def test_others_that_a_t_test_determines(measure):
    d = effect_sizes(MEANS, "SMD", correct=False)["yi"]
    t = d / np.sqrt(1 / MEANS["n1"] + 1 / MEANS["n2"])
    from_t = effect_sizes(MEANS[["n1", "n2"]], measure, t=t)
    expected = effect_sizes(MEANS, measure)
    np.testing.assert_allclose(from_t[["yi", "vi"]], expected[["yi", "vi"]], rtol=1e-12)


@pytest.mark.parametrize("p", [0.0, 1.5, -2.0])
def test_a_signed_p_value_lies_between_minus_one_and_one(p):
    with pytest.raises(RowError, match="a p-value lies above 0 and up to 1"):
        effect_sizes(MEANS[["n1", "n2"]], "SMD", pvalue=p)


def test_what_corrects_the_variance_alone_says_so():
    found = effect_sizes(ARMS, "RD", correction="events")
    notes = found["effect_note"].tolist()
    assert notes[1] == "0.5 added to all four cells for the variance alone: a zero cell"
    assert notes[2].endswith("no events in either arm: the variance comes from what was added")
    assert found["yi"].tolist() == pytest.approx([4 / 20 - 6 / 18, -3 / 60, 0])
    alone = effect_sizes(pd.DataFrame({"events": [0], "n": [10]}), "PR", correction="events")
    assert alone["effect_note"].item() == (
        "0.5 added to events and non-events for the variance alone: none or all had the event"
    )
