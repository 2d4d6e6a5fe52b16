"""Zero cells: what is added where, what is said, and which rows have no value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evidence.effects import effect_sizes

ARMS = pd.DataFrame(
    {
        "events1": [4, 0, 0, 20, 7],
        "n1": [20, 20, 20, 20, 20],
        "events2": [6, 5, 0, 18, 20],
        "n2": [18, 18, 18, 18, 20],
    },
    index=["plain", "zero", "nobody", "everyone", "all in one"],
)


def test_only_rows_with_a_zero_are_touched_and_say_so():
    found = effect_sizes(ARMS, "RR")
    assert found["effect_note"].to_dict() == {
        "plain": "",
        "zero": "0.5 added to all four cells: a zero cell",
        "nobody": "0.5 added to all four cells: a zero cell; "
        "no events in either arm: the value comes from what was added",
        "everyone": "0.5 added to all four cells: a zero cell; "
        "everyone had the event in both arms: the value comes from what was added",
        "all in one": "0.5 added to all four cells: a zero cell",
    }
    assert found["yi"].loc["zero"] == pytest.approx(np.log(0.5 / 21) - np.log(5.5 / 19))
    assert found["vi"].loc["zero"] == pytest.approx(1 / 0.5 - 1 / 21 + 1 / 5.5 - 1 / 19)
    assert found["yi"].loc["plain"] == pytest.approx(np.log(4 / 20) - np.log(6 / 18))


def test_without_a_correction_rows_stay_and_say_why_they_have_no_value():
    found = effect_sizes(ARMS, "OR", to="none")
    assert found["yi"].notna().tolist() == [True, False, False, False, False]
    assert found["effect_note"].to_dict() == {
        "plain": "",
        "zero": "a zero cell: not estimable without a correction",
        "nobody": "no events in either arm: not estimable",
        "everyone": "everyone had the event in both arms: not estimable",
        "all in one": "a zero cell: not estimable without a correction",
    }


def test_drop00_leaves_out_rows_without_information_but_keeps_them_in_the_table():
    found = effect_sizes(ARMS, "OR", drop00=True)
    assert found.index.tolist() == ARMS.index.tolist()
    assert found["yi"].isna().tolist() == [False, False, True, True, False]
    assert found["effect_note"].loc["nobody"] == "no events in either arm: left out (drop00)"
    assert found["effect_note"].loc["everyone"] == "everyone had the event in both arms: left out (drop00)"


def test_if0all_touches_all_rows_only_if_one_has_a_zero():
    found = effect_sizes(ARMS, "RD", to="if0all", add=0.25)
    assert found["effect_note"].loc["plain"] == "0.25 added to all four cells"
    clean = effect_sizes(ARMS.loc[["plain"]], "RD", to="if0all")
    assert clean["effect_note"].tolist() == [""]
    assert clean["yi"].item() == pytest.approx(4 / 20 - 6 / 18)


def test_to_all_touches_all_rows():
    found = effect_sizes(ARMS.loc[["plain"]], "OR", to="all").iloc[0]
    assert found["yi"] == pytest.approx(np.log(4.5 / 16.5) - np.log(6.5 / 12.5))
    assert found["effect_note"] == "0.5 added to all four cells"


def test_peto_needs_nothing_added():
    found = effect_sizes(ARMS, "PETO", to="none")
    assert found["yi"].notna().tolist() == [True, True, False, False, True]
    assert found["effect_note"].loc["nobody"] == "no events in either arm: not estimable"


def test_adding_nothing_is_no_correction():
    pd.testing.assert_frame_equal(
        effect_sizes(ARMS, "OR", add=0, append=False), effect_sizes(ARMS, "OR", to="none", append=False)
    )


def test_a_variance_of_zero_is_pointed_out():
    found = effect_sizes(ARMS, "RD", to="none").loc["nobody"]
    assert (found["yi"], found["vi"]) == (0.0, 0.0)
    assert found["effect_note"] == "the sampling variance is 0: it cannot be weighted"


def test_proportions_of_none_and_all():
    counts = pd.DataFrame({"events": [0, 5, 12], "n": [12, 12, 12]})
    corrected = effect_sizes(counts, "PLO")
    assert corrected["yi"].tolist() == pytest.approx([np.log(0.5 / 12.5), np.log(5 / 7), np.log(12.5 / 0.5)])
    note = "0.5 added to events and non-events: none or all had the event"
    assert corrected["effect_note"].tolist() == [note, "", note]
    bare = effect_sizes(counts, "PLO", to="none")
    assert bare["yi"].isna().tolist() == [True, False, True]
    assert "not estimable without a correction" in bare["effect_note"].iloc[0]


def test_arcsines_stay_as_they_are_unless_asked():
    counts = pd.DataFrame({"events": [0, 12], "n": [12, 12]})
    assert effect_sizes(counts, "PAS")["yi"].tolist() == pytest.approx([0, np.pi / 2])
    assert effect_sizes(counts, "PFT")["effect_note"].tolist() == ["", ""]
    assert effect_sizes(counts, "PAS", to="all")["yi"].iloc[0] == pytest.approx(np.arcsin(np.sqrt(0.5 / 13)))


def test_pairs_without_discordance():
    pairs = pd.DataFrame({"pairs_both": [9], "pairs_only1": [0], "pairs_only2": [0], "pairs_neither": [6]})
    none = effect_sizes(pairs, "MPPETO", to="none").iloc[0]
    assert np.isnan(none["yi"])
    assert none["effect_note"] == "no discordant pairs"
    added = effect_sizes(pairs, "MPORC").iloc[0]
    assert added["yi"] == 0
    assert added["effect_note"] == "0.5 added to all four cells: a zero cell"


@pytest.mark.parametrize("measure", ["RR", "OR", "RD", "PETO"])
@pytest.mark.parametrize("to", ["only0", "all", "if0all", "none"])
def test_a_missing_count_is_no_zero(measure, to):
    table = ARMS.astype(float).loc[["plain", "zero"]]
    table.loc["zero", "n2"] = np.nan
    found = effect_sizes(table, measure, to=to, missing="keep")
    assert found["effect_note"].loc["zero"].startswith("no value: missing")
    assert np.isnan(found["yi"].loc["zero"])
    if to != "all":
        assert found["effect_note"].loc["plain"] == ""
