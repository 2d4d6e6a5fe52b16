"""The rows: where comparison values come from, what is said of one trial and of none, who judged what.

Numbers of R 4.2 with metafor 3.8-1::

    s <- escalc("SMD", m1i=c(66, 61), sd1i=c(14, 17), n1i=c(40, 30), m2i=c(58.5, 55), sd2i=c(15, 18), n2i=c(40, 30))
    f <- rma(yi, vi, data=s); c(f$b, f$ci.lb, f$ci.ub) * sqrt((39*15^2 + 29*18^2)/68)
    s <- escalc("MD", m1i=c(-21.4, -18.7), sd1i=c(18.2, 20.4), n1i=c(40, 30),
                m2i=c(-10.3, -11.2), sd2i=c(17.5, 19.6), n2i=c(40, 30)); rma(yi, vi, data=s, test="knha")
    rma(measure="RR", ai=c(24, 15, 13), n1i=c(40, 30, 25), ci=c(12, 9, 6), n2i=c(40, 30, 25))
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from judged_review import judged_review

import evidence as ev
from evidence.errors import InputError, UnknownIdError
from evidence.protocol import Component
from evidence.report import summary_of_findings
from evidence.report.sof.baseline import control_means, control_risks, control_sd

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase
    from evidence.report.sof import SofRow, SummaryOfFindings


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> EvidenceBase:
    return ev.load(judged_review(tmp_path_factory.mktemp("rows") / "review").root)


@pytest.fixture(scope="module")
def table(base: EvidenceBase) -> SummaryOfFindings:
    return summary_of_findings(base)


def row_of(table: SummaryOfFindings, name: str) -> SofRow:
    (row,) = [row for row in table.rows if row.synthesis == name]
    return row


def notes_of(table: SummaryOfFindings, name: str) -> list[str]:
    marks = [mark for line in table.lines(row_of(table, name)) for cell in line.values() for mark in cell.marks]
    texts = {note.mark: note.text for note in table.footnotes}
    return [texts[mark] for mark in dict.fromkeys(marks)]


def three(shown: object) -> list[float]:
    return [getattr(shown, name) for name in ("estimate", "ci_low", "ci_high")]


def test_every_synthesis_of_the_headline_comparison_has_a_row(base: EvidenceBase, table: SummaryOfFindings) -> None:
    assert [row.synthesis for row in table.rows] == list(base.protocol.syntheses)
    assert table.title == "Summary of findings: exercise added to usual care"
    assert table.population == "adults with a painful knee"


def test_a_mean_difference_is_in_its_unit_beside_the_mean_without(table: SummaryOfFindings) -> None:
    (found,) = row_of(table, "exercise-pain").absolutes
    assert three(found.difference) == pytest.approx([-9.753651, -31.886535, 12.379233], rel=1e-5)
    assert found.comparison == pytest.approx((40 * -10.3 + 30 * -11.2) / 70)
    assert found.intervention.estimate == pytest.approx(found.comparison - 9.753651, rel=1e-5)
    assert found.difference_text == "9.75 mm lower (31.89 lower to 12.38 higher)"
    assert found.comparison_text == "mean change −10.69 mm"


def test_a_standardised_difference_is_given_in_points_too_and_names_its_sd(table: SummaryOfFindings) -> None:
    (found,) = row_of(table, "exercise-function").absolutes
    assert three(found.difference) == pytest.approx([7.139368, 1.657079, 12.621658], rel=1e-5)
    assert found.comparison == pytest.approx(57.0)
    assert "an SD of 16.35 points, of final values, pooled over the control arms of Invented A, Invented B" in (
        found.sd_basis
    )
    assert found.sd_basis in notes_of(table, "exercise-function")


def test_another_sd_may_be_given_and_is_named(base: EvidenceBase) -> None:
    told = summary_of_findings(base, ids=["exercise-function"], sd=20)
    (found,) = told.rows[0].absolutes
    assert three(found.difference) == pytest.approx([20 * 0.43674187, 20 * 0.10136972, 20 * 0.77211401], rel=1e-5)
    assert "20.00 points, given by the reader" in found.sd_basis
    assert math.isnan(found.comparison)


def test_risks_come_from_the_control_arms_pooled_lowest_and_highest(table: SummaryOfFindings) -> None:
    row = row_of(table, "exercise-response")
    assert [(found.label, round(1000 * found.comparison, 3)) for found in row.absolutes] == [
        ("pooled", 284.211),
        ("lowest", 240.0),
        ("highest", 300.0),
    ]
    first = row.absolutes[0]
    assert [1000 * value for value in three(first.intervention)] == pytest.approx([545.8689, 378.0010, 788.2859], 1e-5)
    assert [1000 * value for value in three(first.difference)] == pytest.approx([261.6584, 93.7905, 504.0753], 1e-5)
    notes = notes_of(table, "exercise-response")
    assert "Comparison risk: 27 of 95 in the control arms of 3 trials, added up." in notes
    assert "Lowest control risk of a trial: 6 of 25 in Invented C." in notes


def test_risks_that_the_reader_gives_take_their_place(base: EvidenceBase) -> None:
    for given in ([0.1, 0.4], {"response": [0.1, 0.4]}, {"exercise-response": (0.1, 0.4)}):
        told = summary_of_findings(base, ids=["exercise-response", "exercise-pain"], baseline_risk=given)
        assert [found.comparison for found in told.rows[0].absolutes] == [0.1, 0.4]
        assert told.rows[0].absolutes[0].intervention.estimate == pytest.approx(0.1 * 1.92064978, rel=1e-6)
        assert "Comparison risk given by the reader, not taken from the trials." in notes_of(told, "exercise-response")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"baseline_risk": 0.1}, "for 2 outcomes"),
        ({"baseline_risk": {"response": 1.2}}, "between 0 and 1"),
        ({"baseline_risk": {"response": []}}, "got none"),
        ({"baseline_risk": {"response": "many"}}, "takes numbers"),
        ({"sd": -1}, "above 0"),
        ({"sd": {"function": [1, 2]}}, "one number"),
        ({"thresholds": {"pain": (10, 5, 20)}}, "three rising numbers"),
        ({"ids": ["exercise-pain"], "comparison": "exercise-added"}, "not both"),
        ({"ids": ["exercise-pain"], "sd": 5}, "no outcome"),
    ],
)
def test_what_cannot_be_used_is_refused(base: EvidenceBase, options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        summary_of_findings(base, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"baseline_risk": {"pain": 0.1}},
        {"sd": {"functoin": 5}},
        {"ids": ["exercise-pian"]},
        {"comparison": "x"},
        {"analysis": "x"},
    ],
)
def test_an_unknown_name_is_an_error_with_the_known_ones(base: EvidenceBase, options: dict[str, object]) -> None:
    with pytest.raises(UnknownIdError):
        summary_of_findings(base, **options)


def test_one_trial_is_called_one_and_not_pooled(table: SummaryOfFindings) -> None:
    row = row_of(table, "exercise-harm")
    assert row.participants_text == "80 (1 trial)"
    assert "One trial (Invented A): not pooled, and not a synthesis." in notes_of(table, "exercise-harm")
    assert row.meaning.startswith("One trial, not a synthesis.")
    (found,) = row.absolutes
    assert three(found.difference) == pytest.approx([0.05, -0.04488635, 0.14488635], rel=1e-6)
    assert found.comparison_text == "25 per 1000"


def test_an_outcome_without_trials_keeps_its_row_and_says_why(table: SummaryOfFindings) -> None:
    row = row_of(table, "exercise-quality")
    (line,) = table.lines(row)
    assert [cell.text for cell in line.values()] == [
        "Quality of life; follow-up 12 weeks (8 to 16)",
        "0 (0 trials)",
        "not pooled: no trial can enter; 3 make this comparison",
        "not assessed",
        "Not known from this evidence base.",
        *["–"] * 3,
    ]


def test_a_comparison_that_nobody_made_says_that_no_trial_was_found(base: EvidenceBase) -> None:
    protocol = base.protocol
    other = replace(protocol.comparisons["exercise-added"], id="other", add=("usual-care",), background=())
    asked = replace(protocol.synthesis("exercise-pain"), id="other-pain", comparison="other")
    changed = replace(
        base,
        protocol=replace(
            protocol,
            comparisons={**protocol.comparisons, "other": other},
            syntheses={**protocol.syntheses, "other-pain": asked},
        ),
    )
    assert summary_of_findings(changed, comparison="other").rows[0].effect_text == "no trial found"


def test_each_level_down_has_a_letter_with_reason_name_and_date(table: SummaryOfFindings) -> None:
    notes = notes_of(table, "exercise-pain")
    who = "invented, to show how it looks (A. Reader, 2026-11-22)."
    assert f"Low certainty, from high at the start: {who}" in notes
    assert f"Risk of bias −1: {who}" in notes
    assert f"Imprecision −1: {who}" in notes
    assert not any(note.startswith(("Inconsistency", "Indirectness", "Publication")) for note in notes)


def test_nothing_is_judged_where_nobody_judged(table: SummaryOfFindings) -> None:
    row = row_of(table, "exercise-function")
    assert row.certainty == ""
    assert table.lines(row)[0]["certainty"].text == "not assessed"
    assert table.lines(row)[0]["certainty"].marks == ()
    assert "It is not judged how certain this is" in row.meaning


def test_a_judgement_belongs_to_its_analysis_alone(base: EvidenceBase) -> None:
    wider = summary_of_findings(base, ids=["exercise-pain"], analysis="secondary")
    assert wider.rows[0].certainty == ""
    assert "Sensitivity analysis, not the primary one: also with secondary sources." in notes_of(wider, "exercise-pain")


def test_letters_follow_the_reading_order_and_each_note_stands_once(table: SummaryOfFindings) -> None:
    marks = [note.mark for note in table.footnotes]
    assert marks == sorted(set(marks), key=lambda mark: (len(mark), mark))
    assert len({note.text for note in table.footnotes}) == len(marks)
    seen: list[str] = []
    for row in table.rows:
        for line in table.lines(row):
            for column in table.header:
                if column in line:
                    seen += line[column].marks
    assert list(dict.fromkeys(seen)) == marks


def test_derived_values_are_named(table: SummaryOfFindings) -> None:
    assert "Not entered as printed: Invented B (unit converted)." in notes_of(table, "exercise-pain")


def test_a_retraction_is_a_note(base: EvidenceBase) -> None:
    from evidence.curate import Notice

    notice = Notice(
        kind="retracted",
        study_id="InventedA",
        label="Invented A",
        eligibility="included",
        report_id="InventedA-1",
        pmid="12345678",
    )
    answer = base.answer("exercise-pain")
    results = {name: replace(result, notices=(notice,)) for name, result in answer.results.items()}
    told = summary_of_findings(base, {"exercise-pain": replace(answer, results=results)}, ["exercise-pain"])
    assert any("12345678" in note and "retract" in note.lower() for note in notes_of(told, "exercise-pain"))


def test_control_arms_are_added_up_trial_by_trial(base: EvidenceBase) -> None:
    result = base.synthesis("exercise-response")
    risks = control_risks(result)
    events, n = result.effects["events2"].sum(), result.effects["n2"].sum()
    assert risks[0].risk == pytest.approx(events / n)
    assert {risks[1].risk, risks[2].risk} == {6 / 25, 12 / 40}
    lacking = replace(result, effects=result.effects.assign(events2=[12.0, math.nan, math.nan]))
    (one,) = control_risks(lacking)
    assert one.basis == "Comparison risk: 12 of 40 in the control arm of Invented A; 2 trials without counts left out."
    assert control_risks(replace(result, effects=result.effects.assign(events2=math.nan))) == ()


def test_sds_and_means_of_other_units_kinds_and_scales_stay_out(base: EvidenceBase) -> None:
    result = base.synthesis("exercise-function")
    both = control_sd(result)
    assert both is not None
    assert both.value == pytest.approx(math.sqrt((39 * 15**2 + 29 * 18**2) / 68))
    for change in ({"unit": ["points", "mm"]}, {"value_type": ["final", "change"]}, {"steps": ["", "other-measure"]}):
        found = control_sd(replace(result, effects=result.effects.assign(**change)))
        assert found is not None
        assert (found.value, found.names) == (15.0, ("Invented A",))
    assert control_sd(replace(result, effects=result.effects.assign(unit="not-stated"))) is None
    assert control_means(replace(result, effects=result.effects.assign(unit=["points", "mm"]))) is None


def test_a_ratio_without_events_in_the_control_arms_has_no_absolute_effect(tmp_path: Path) -> None:
    project = judged_review(tmp_path / "review")
    text = (project.processed / "outcomes.csv").read_text(encoding="utf-8")
    for events, n in ((12, 40), (9, 30), (6, 25)):
        text = text.replace(f",{events},{n},", f",0,{n},")
    (project.processed / "outcomes.csv").write_text(text, encoding="utf-8")
    told = summary_of_findings(ev.load(project.root), ids=["exercise-response"])
    (found,) = told.rows[0].absolutes
    assert found.comparison == 0
    assert found.difference_text == "not known: a ratio says nothing about a comparison risk of 0"


def test_a_trial_with_two_comparisons_keeps_each_with_its_own_control_arm(make_base: Any, small: EvidenceBase) -> None:
    shared = {"study_id": "Ada", "status": "verified", "seen_at": "S1"}
    counts = {
        **shared,
        "outcome": "response",
        "value_type": "responder",
        "unit": "patients",
        "time_weeks": "12",
        "n_status": "verified",
        "pooling": "yes",
        "source": "PMID:1",
        "location": "abstract",
        "total": "30",
    }
    serum = Component(id="serum", label="serum", group="serum")
    more = {
        "arms": [
            {**shared, "arm_id": "C", "label": "N+D+S", "components": "drug;needle;serum"},
            {**shared, "arm_id": "D", "label": "D+S", "components": "drug;serum"},
        ],
        "outcomes": [
            {**counts, "row_id": "P1", "arm_id": "C", "events": "12"},
            {**counts, "row_id": "P2", "arm_id": "D", "events": "10"},
        ],
    }
    apart = make_base(
        {"Ada": ("men", 17, 20, 9, 20, "verified")},
        more=more,
        components={**small.protocol.components, "serum": serum},
    )
    told = summary_of_findings(apart, ids=["response"])
    (row,) = told.rows
    assert row.participants_text == "100 (1 trial, 2 comparisons)"
    assert [found.comparison_text for found in row.absolutes] == [
        "N+D vs D: 450 per 1000",
        "N+D+S vs D+S: 333 per 1000",
    ]
    shown = [found.intervention.estimate for found in row.absolutes]
    assert shown == pytest.approx([17 / 20, 12 / 30])
    assert "2 comparisons that are not pooled" in notes_of(told, "response")[0]


def test_how_often_is_said_as_such(real: EvidenceBase) -> None:
    """Jha 2018: 7 of 20; an exact interval. None of 420: 1 − 0.05^(1/420), not a pooled proportion."""
    told = summary_of_findings(real, ids=["harm-pain", "harm-any"])
    some, none = told.rows
    assert [absolute.intervention_text for absolute in some.absolutes] == ["350 per 1000 (154 to 592)"]
    (line,) = told.lines(some)
    assert (line["comparison"].text, line["difference"].text) == ("–", "–")
    limit = 1000 * (1 - 0.05 ** (1 / none.n))
    assert none.absolutes[0].intervention_text == f"0 per 1000 (0 to {limit:.0f})"
    assert "not what caused it" in none.meaning
    assert not any(row.certainty for row in told.rows)


def test_the_shipped_base_has_a_row_for_everything_and_no_certainty(real: EvidenceBase) -> None:
    told = summary_of_findings(real)
    headline = real.protocol.synthesis(real.protocol.review.headline)
    assert {row.comparison for row in told.rows} == {headline.comparison}
    assert {row.certainty for row in told.rows} == {""}
    assert "Not assessed: nobody has judged how certain this number is." in told.remarks
    for row in told.rows:
        if not row.primary:
            assert any("Sensitivity analysis" in note for note in notes_of(told, row.synthesis))


def test_of_one_trial_its_own_difference_stands_beside_the_one_from_an_sd(real: EvidenceBase) -> None:
    # Its means are 22.1 and 13.6; Hedges' g times the SD of its control arm is 7.71.
    (found,) = summary_of_findings(real, ids=["addon-any-density"]).rows[0].absolutes
    assert found.difference.estimate == pytest.approx(7.71, abs=0.005)
    assert found.sd_basis.endswith("The means that the trial measured differ by 8.50 hairs/cm².")


def test_how_risks_follow_is_said_only_where_they_follow(make_base: Any) -> None:
    base = make_base()
    said = {name: " ".join(summary_of_findings(base, ids=[name]).remarks) for name in ("pain", "scar", "response")}
    assert "comparison risk" in said["response"]
    assert "comparison risk" not in said["pain"] + said["scar"]


def test_a_judgement_without_a_date_has_no_empty_place(make_base: Any) -> None:
    notes = [note.text for note in summary_of_findings(make_base(), ids=["density"]).footnotes]
    assert "Very low certainty: one trial (AB)." in notes
