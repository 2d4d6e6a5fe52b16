"""A declared synthesis on the real base: numbers worked out by hand, and what is said where there are none."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

import evidence as ev
from evidence.curate import Step
from evidence.errors import NotPooledError, UnknownIdError
from evidence.synthesis import synthesise


@pytest.fixture(scope="module")
def base():
    """Return the base in this repository."""
    return ev.load(__file__)


def test_a_single_trial_is_not_a_synthesis(base) -> None:
    result = base.synthesis("addon-minoxidil-response-women", analysis="implied")
    assert (result.k, result.n, result.pooled) == (1, 40, False)
    assert result.reason.startswith("one trial (FPHL trial, Shanghai 2022): a trial is not a synthesis")
    with pytest.raises(NotPooledError, match="was not pooled: one trial"):
        result.estimate  # noqa: B018


def test_the_one_trial_has_the_risk_ratio_of_its_counts(base) -> None:
    effects = base.synthesis("addon-minoxidil-response-women", analysis="implied").effects
    assert effects["yi"].item() == pytest.approx(math.log((17 / 20) / (9 / 20)), rel=1e-12)
    assert effects["vi"].item() == pytest.approx(1 / 17 - 1 / 20 + 1 / 9 - 1 / 20, rel=1e-12)


def test_two_trials_pool_and_the_pull_test_can_be_followed_by_hand(base) -> None:
    result = base.synthesis("addon-prp-pull-test", analysis="allocation-not-stated")
    counts = {
        row["study_id"]: (row["events1"], row["n1"], row["events2"], row["n2"]) for _, row in result.effects.iterrows()
    }
    assert counts == {"Jha2019": (27, 31, 20, 31), "PEMH2022": (23, 28, 14, 27)}
    y = [math.log(27 / 20), math.log((23 / 28) / (14 / 27))]
    v = [1 / 27 - 1 / 31 + 1 / 20 - 1 / 31, 1 / 23 - 1 / 28 + 1 / 14 - 1 / 27]
    # With two trials REML is τ² = max(0, ((y₁ − y₂)² − v₁ − v₂) / 2), and here it is 0.
    assert result.tau2 == 0
    w = [1 / x for x in v]
    mean = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    assert result.estimate == pytest.approx(mean, rel=1e-10)
    spread = sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True))  # divided by k − 1 = 1
    assert result.se == pytest.approx(math.sqrt(spread / sum(w)), rel=1e-9)


def test_the_primary_analysis_is_the_default_and_says_why_nothing_enters(base) -> None:
    result = base.synthesis("addon-minoxidil-response")
    assert result.analysis.primary
    assert result.k == 0
    reasons = {entry.study_id: entry.reason for entry in result.exclusions if entry.compared}
    assert "denominator is secondary, not printed" in reasons["Dhurat2013"]
    assert "count only implied by a percentage" in reasons["FPHL_CN2022"]
    assert "only a p-value is printed" in reasons["Faghihi2021"]


def test_every_study_is_in_or_out_of_every_synthesis(base) -> None:
    everyone = set(base["studies"]["study_id"])
    for name, answer in base.answers().items():
        for result in answer.results.values():
            inside = {contrast.study_id for contrast in result.contrasts}
            outside = {entry.study_id for entry in result.exclusions}
            assert inside | outside == everyone, name
            assert inside & outside == set(), name
            assert result.k == len(inside)
            assert bool(result.reason) != result.pooled


def test_bundles_and_radiofrequency_stay_out_of_the_main_question(base) -> None:
    for result in base.answer("addon-minoxidil-response").results.values():
        reasons = {entry.study_id: entry for entry in result.exclusions}
        for study in ("Shah2017", "Jha2019", "Khan2023", "Yu_FRM"):
            assert not reasons[study].compared


def test_inches_and_centimetres_are_never_pooled_as_one(base) -> None:
    rows = base["outcomes"].set_index("row_id")
    assert rows.loc["R009", "unit"] == "hairs/inch2"
    assert rows.loc["R009", "mean"] == 12.52
    assert rows.loc["R011", "mean"] == 12.82
    for result in base.answer("addon-minoxidil-density-men-12w").results.values():
        assert "Kumar2018" not in {contrast.study_id for contrast in result.contrasts}


def test_split_scalps_use_the_stated_correlation(base) -> None:
    implied = base.protocol.analysis("implied")
    for r in (0.5, 0.9):
        rules = replace(implied, id="other-r", correlation=r)
        result = synthesise(base.tables, base.protocol, "addon-minoxidil-rf-diameter", analysis=rules)
        row = result.effects.iloc[0]
        assert row["r"] == r
        assert row["yi"] == pytest.approx(71 - 66)
        assert row["vi"] == pytest.approx((15**2 + 14**2 - 2 * r * 15 * 14) / 19, rel=1e-12)
        assert result.n == 19


def test_harms_of_two_arms_are_compared_from_the_harms_table(base) -> None:
    result = base.synthesis("addon-minoxidil-harm")
    row = result.effects.iloc[0]
    assert (row["events1"], row["n1"], row["events2"], row["n2"]) == (0, 20, 0, 20)
    assert {node.data["table"] for node in result.explain().walk() if node.kind == "reported"} == {"harms"}


def test_zeros_are_not_pooled_but_bounded(base) -> None:
    assert base.synthesis("harm-any").k == 0, "a zero counts only where the report looked"
    result = base.synthesis("harm-any", analysis="conflicting")
    assert result.k == 4
    assert not result.pooled
    people = int(result.effects["n1"].sum())
    assert f"no event in {people} people of 4 reports" in result.reason
    upper = 100 * (1 - 0.05 ** (1 / people))  # the largest risk that gives no event once in twenty
    assert f"is {upper:.2g}%" in result.reason


def test_explain_reaches_source_and_place_of_every_row(base) -> None:
    result = base.synthesis("addon-minoxidil-response", analysis="secondary")
    nodes = list(result.explain().walk())
    rows = {node.data["row"] for node in nodes if node.kind == "reported"}
    assert rows == {"R003", "R004", "R024", "R025"}
    for node in nodes:
        if node.kind == "reported":
            assert node.children[0].data["source"].startswith("PMID:")
            assert any("page" in child.data for child in node.children)
    text = result.explain().render()
    assert "n = 50 (S04)" in text
    assert "0.5 added to all four cells" in text


def test_analyses_with_the_same_numbers_are_named_as_such(base) -> None:
    answer = base.answer("addon-minoxidil-response")
    assert list(answer.distinct) == ["primary", "implied", "secondary"]
    assert answer.same_as["allocation-not-stated"] == "secondary"
    assert answer.shown.analysis.id == "secondary"
    taken_over, fresh = (
        answer.results["allocation-not-stated"],
        base.synthesis("addon-minoxidil-response", analysis="allocation-not-stated"),
    )
    assert taken_over.estimate == fresh.estimate
    assert taken_over.reason == fresh.reason
    assert {(e.study_id, e.reason) for e in taken_over.exclusions} == {(e.study_id, e.reason) for e in fresh.exclusions}


def test_results_are_one_line_in_a_notebook(base) -> None:
    result = base.synthesis("addon-minoxidil-response", analysis="secondary")
    assert repr(result) == "<addon-minoxidil-response (secondary): RR 8.93 (<0.01 to >1000), k = 2>"
    assert "not pooled, no trial can enter" in repr(base.synthesis("addon-minoxidil-response"))


def test_unknown_names(base) -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'addon-minoxidil-response'"):
        base.synthesis("addon-minoxidil-respons")
    with pytest.raises(UnknownIdError, match="no table is called 'outcome'; did you mean 'outcomes'"):
        base["outcome"]


def test_tables_are_handed_out_as_copies(base) -> None:
    table = base["studies"]
    table["label"] = ""
    assert (base["studies"]["label"] != "").all()


def test_an_arm_without_numbers_is_told_wherever_the_result_is(base) -> None:
    arms = base.tables["arms"]
    further = arms[(arms["study_id"] == "FPHL_CN2022") & (arms["label"] == "MN+MXD2")].assign(arm_id="AX", label="MN2")
    tables = {**base.tables, "arms": pd.concat([arms, further], ignore_index=True)}
    result = synthesise(tables, base.protocol, "addon-minoxidil-response-women", analysis="implied")
    told = "rm MN2 of this comparison gives no usable numbers: a value for one arm only; the rest enters"
    assert result.cautions == (f"FPHL trial, Shanghai 2022: A{told}.",)
    assert any(told in note for note in result.forest_data().notes)
    (node,) = [node for node in result.explain().walk() if node.data.get("study") == "FPHL_CN2022" and node.children]
    assert f"caution: a{told}" in node.render()


def test_the_correlation_of_two_sides_is_explained_once(base) -> None:
    result = base.synthesis("addon-minoxidil-rf-diameter", analysis="implied")
    texts = [node.text for node in result.explain().walk() if "r = 0.5" in node.text]
    assert len(texts) == 1
    assert texts[0].startswith("step paired: ")


def test_a_unit_that_was_converted_is_marked_in_the_forest_plot(base) -> None:
    result = base.synthesis("addon-minoxidil-rf-diameter", analysis="implied")
    unit = Step(method="unit", text="0.071 mm × 1000 = 71 um")
    converted = replace(result, contrasts=tuple(replace(entry, steps=(unit,)) for entry in result.contrasts))
    data = converted.forest_data()
    assert [row.mark for row in data.rows if row.estimate is not None] == ["†"]
    assert "† Not entered as printed. Radiofrequency trial (China): unit converted." in data.notes
