"""What the forest plot of a synthesis shows: the trials, what was done to them, who stays out and why."""

from __future__ import annotations

import math

import pytest
from statsmodels.stats.proportion import proportion_confint

from evidence.plot import alt_text, forest
from evidence.plot.from_synthesis import from_synthesis


def _rows(data) -> dict[str, object]:
    return {row.label: row for row in data.rows}


def test_a_ratio_stands_on_its_natural_scale_with_its_counts(answers) -> None:
    result = answers["response"].results["wide"]
    data = from_synthesis(result)
    ada = _rows(data)["Ada 2020"]
    se = math.sqrt(1 / 17 - 1 / 20 + 1 / 9 - 1 / 20)
    assert (data.ratio, data.null, data.measure) == (True, 1.0, "Risk ratio")
    assert data.columns == ("Needling + drug\nn/N", "Drug\nn/N")
    assert ada.cells == ("17/20", "9/20")
    assert ada.estimate == pytest.approx(17 / 9)
    assert (ada.ci_low, ada.ci_high) == pytest.approx(
        [math.exp(math.log(17 / 9) + sign * 1.959963984540054 * se) for sign in (-1, 1)]
    )
    assert sum(row.weight for row in data.rows if row.weight is not None) == pytest.approx(100)
    assert data.overall.estimate == pytest.approx(math.exp(result.fit.estimate))
    assert data.overall.cells == ("38/75", "19/75")
    assert data.title.splitlines() == ["Needling added: response", "Sensitivity analysis: with implied counts"]


def test_what_was_derived_is_marked_and_explained(answers) -> None:
    data = from_synthesis(answers["response"].results["wide"])
    marks = {row.label: row.mark for row in data.rows if row.estimate is not None}
    assert marks == {"Ada 2020": "", "Bose 2020": "†", "Cori 2020": "†"}
    note = next(note for note in data.notes if note.startswith("†"))
    assert "Bose 2020: 0.5 added to all four cells: a zero cell" in note
    assert "Cori 2020: count implied by a percentage" in note
    assert "Ada" not in note


def test_subgroups_of_one_trial_get_neither_a_subtotal_nor_a_test(answers) -> None:
    data = from_synthesis(answers["response"].results["wide"])
    assert data.subgroups == ("Men", "Women")
    assert [summary.subgroup for summary in data.subtotals] == ["Men"]
    assert data.subgroup_difference == "No test between subgroups: one trial only in Women."
    assert not data.subtotals[0].filled
    assert data.subtotals[0].k == 2


def test_subgroups_with_trials_enough_are_tested(make_base) -> None:
    counts = {
        "Ada": ("men", 17, 20, 9, 20, "verified"),
        "Bose": ("men", 16, 20, 6, 20, "verified"),
        "Cori": ("women", 12, 20, 11, 20, "verified"),
        "Fahd": ("women", 10, 20, 12, 20, "verified"),
    }
    result = make_base(counts).synthesis("response")
    data = from_synthesis(result)
    assert [summary.subgroup for summary in data.subtotals] == ["Men", "Women"]
    assert data.subgroup_difference.startswith("Test for subgroup differences: Q = ")
    weights = [summary.weight for summary in data.subtotals]
    assert sum(weights) == pytest.approx(100)


def test_one_trial_has_no_total_and_the_others_say_why(answers) -> None:
    data = from_synthesis(answers["density"].primary)
    assert data.overall is None
    assert data.rows[0].cells == ("12.5 (4), 20", "7.5 (3), 20")
    assert data.rows[0].weight is None
    assert (data.unit, data.null, data.ratio) == ("hairs/cm²", 0.0, False)
    assert _rows(data)["Ada 2020"].reason.startswith("no SD, SE or interval")
    assert "One trial: shown, not pooled." in data.notes
    assert "No pooled estimate." in alt_text(data)


def test_favours_follow_the_direction_of_the_outcome(answers) -> None:
    higher, lower = from_synthesis(answers["density"].primary), from_synthesis(answers["score"].primary)
    assert (higher.left_label, higher.right_label) == ("Favours drug", "Favours needling + drug")
    assert (lower.left_label, lower.right_label) == ("Favours needling + drug", "Favours drug")


def test_proportions_are_in_percent_with_exact_intervals(answers) -> None:
    data = from_synthesis(answers["pain"].primary)
    assert (data.unit, data.null, data.columns) == ("%", None, ("Needled\nn/N",))
    assert (data.left_label, data.right_label) == ("", "")
    for label, events, n in (("Ada 2020", 3, 20), ("Bose 2020", 1, 30), ("Eddo 2020", 0, 20)):
        row = _rows(data)[label]
        low, high = proportion_confint(events, n, alpha=0.05, method="beta")
        assert row.cells == (f"{events}/{n}",)
        assert row.estimate == pytest.approx(100 * events / n, abs=1e-9)
        assert (row.ci_low, row.ci_high) == pytest.approx((100 * low, 100 * high), rel=1e-9)


def test_no_event_has_no_total_but_the_limit(answers) -> None:
    data = from_synthesis(answers["scar"].primary)
    assert data.overall is None
    assert any("no event in 60 people" in note.lower() for note in data.notes)


def test_many_trials_with_one_reason_share_a_row(real) -> None:
    result = real.synthesis("harm-erythema", analysis="primary")
    left = [entry for entry in result.exclusions if entry.compared]
    data = from_synthesis(result)
    assert len(left) > 12
    shown = 0
    for row in data.rows:
        shown += int(row.label.split()[0]) if row.label.endswith(" reports") else 1
    assert shown == len(left)
    assert len(data.rows) < len(left) / 2
    assert alt_text(data).startswith(f"Forest plot of {len(left)} studies: ")


def test_reasons_are_cut_and_the_cut_is_said(real_answers) -> None:
    for answer in real_answers.values():
        data = from_synthesis(answer.shown)
        reasons = [row.reason for row in data.rows if row.estimate is None]
        assert all(len(reason) <= 62 for reason in reasons)
        cut = any(reason.endswith("…") for reason in reasons)
        assert cut == any(note.startswith("… Reasons are shortened") for note in data.notes)


def test_every_real_result_can_be_drawn_with_the_estimates_of_its_fit(real_answers) -> None:
    for answer in real_answers.values():
        for result in answer.distinct.values():
            data = from_synthesis(result)
            assert sum(row.estimate is not None for row in data.rows) == result.k
            assert (data.overall is not None) == result.pooled
    figure = forest(from_synthesis(real_answers["addon-minoxidil-response"].shown))
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(174)
