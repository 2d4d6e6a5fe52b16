"""Trials with two pairs of arms, of one sex, without a time, without an event, or unlike each other."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace

import pytest
from rich.console import Console

from evidence.plot import alt_text, forest
from evidence.plot.forest_plot.from_synthesis import from_synthesis
from evidence.pool import pool
from evidence.protocol import Analysis, Component
from evidence.report import (
    cite,
    cite_synthesis,
    effects_frame,
    judge_claims,
    not_pooled_frame,
    pooled_frame,
    summary_rows,
    summary_table,
    write_site,
)
from evidence.report.site.short import in_ten_seconds
from evidence.report.site.synthesis_view import view_groups

ONE = {"Ada": ("men", 17, 20, 9, 20, "verified")}
TWO = {**ONE, "Bose": ("women", 16, 20, 8, 20, "verified")}


def _row(row: str, arm: str, events: int, *, study: str = "Ada", **cells: str) -> dict[str, str]:
    return {
        "row_id": row, "study_id": study, "arm_id": arm, "outcome": "response", "value_type": "responder",
        "unit": "patients", "time_weeks": "12", "n_status": "verified", "pooling": "yes", "source": "PMID:1",
        "seen_at": "S1", "status": "verified", "location": "abstract", "events": str(events), "total": "30", **cells,
    }  # fmt: skip


def _arm(arm: str, label: str, components: str) -> dict[str, str]:
    return {
        "study_id": "Ada", "arm_id": arm, "label": label, "components": components, "status": "verified",
        "seen_at": "S1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def apart(make_base, small):
    """Return a function that makes a base in which Ada has a second pair of arms, on a serum too."""
    more = {
        "arms": [_arm("C", "N+D+S", "drug;needle;serum"), _arm("D", "D+S", "drug;serum")],
        "outcomes": [_row("P1", "C", 12), _row("P2", "D", 10)],
    }
    serum = Component(id="serum", label="serum", group="serum")
    components = {**small.protocol.components, "serum": serum}

    def make(counts):
        return make_base(counts, more=more, components=components)

    return make


def test_one_trial_with_two_comparisons_loses_none(apart) -> None:
    answers = apart(ONE).answers()
    result = answers["response"].primary
    assert (result.k, result.trials, result.pooled, result.n) == (2, 1, False, 100)
    sentence = cite_synthesis(result)
    start = "One trial (Ada 2020, 2 comparisons, n = 100; no search recorded) of needling added to the drug"
    assert sentence.startswith(start)
    assert f"N+D vs D at 12 weeks, RR {17 / 9:.2f} (95% CI" in sentence
    assert f"N+D+S vs D+S at 12 weeks, RR {12 / 10:.2f} (95% CI" in sentence
    assert "in favour of needling + drug; N+D+S" in sentence
    assert sentence.count("compatible with no effect") == 1
    assert "a single trial, not a synthesis" in sentence
    data = from_synthesis(result)
    assert [row.label for row in data.rows if row.estimate] == ["Ada 2020 (N+D vs D)", "Ada 2020 (N+D+S vs D+S)"]
    assert data.overall is None
    assert "One trial with 2 comparisons: shown, not pooled." in data.notes
    assert alt_text(data).startswith("Forest plot of 2 studies:"), "the second is left out"
    assert forest(data).get_size_inches()[0] > 0


def test_tables_and_terminal_keep_both_rows_of_a_trial(apart) -> None:
    base = apart(ONE)
    answers = base.answers()
    row = not_pooled_frame(answers).set_index(["synthesis", "analysis"]).loc[("response", "primary")]
    assert (row["k"], row["study_id"]) == (2, "Ada")
    assert math.isnan(row["yi"])
    assert "one trial (Ada 2020, 2 comparisons)" in row["reason"]
    effects = effects_frame(answers)
    chosen = effects[(effects["synthesis"] == "response") & (effects["analysis"] == "primary")]
    assert sorted(chosen["display_estimate"]) == pytest.approx([12 / 10, 17 / 9])
    line = next(row for row in summary_rows(answers) if row.synthesis == "response")
    assert (line.trials, line.pooled) == (1, False)
    assert "1.89" in line.effect
    assert "1.20" in line.effect
    out = Console(file=io.StringIO(), width=160)
    for part in summary_table(summary_rows(answers)):
        out.print(part)
    assert "One trial: not a synthesis" in out.file.getvalue()
    view = next(v for group in view_groups(base.protocol, answers, {}) for v in group.syntheses if v.id == "response")
    assert (view.kind, view.row.k) == ("single", "1")
    assert view.row.says.startswith("One trial, 2 comparisons, not a synthesis; ")
    verdicts = judge_claims(base, answers)
    assert "no more than a single usable trial" in verdicts[0].basis
    assert b"N+D+S vs D+S" in write_site(base, answers, verdicts)["syntheses/response.html"]


def test_two_trials_with_three_comparisons_are_pooled_and_counted(apart) -> None:
    answers = apart(TWO).answers()
    result = answers["response"].primary
    assert (result.k, result.trials, result.pooled) == (3, 2, True)
    sentence = cite_synthesis(result)
    start = "In 2 trials (3 comparisons without an arm in common, 140 participants; no search recorded) of"
    assert sentence.startswith(start)
    assert "Two trials say next to nothing" in sentence
    assert "one degree of freedom" not in sentence
    row = pooled_frame(answers).set_index(["synthesis", "analysis"]).loc[("response", "primary")]
    assert (row["k"], row["studies"]) == (3, "Ada;Bose")
    data = from_synthesis(result)
    assert len([row for row in data.rows if row.estimate]) == 3
    assert alt_text(data).startswith("Forest plot of 3 studies:"), "the third is left out"
    assert data.subtotals == (), "two rows of one trial are no synthesis"
    assert data.subgroup_difference == "No test between subgroups: one trial only in Men, Women."


def _mixed(make_base, small, **cells: str):
    """Return the answers where Bose counts other responders than Ada, and later or at no time."""
    rows = [
        _row(f"Q{study}{arm}", arm, events, study=study, outcome="response", **(cells if study == "Bose" else first))
        for first in ({"threshold": "one-grade"},)
        for study, pair in (("Ada", (24, 12)), ("Bose", (22, 14)))
        for arm, events in zip("AB", pair, strict=True)
    ]
    empty = {name: (sex, 0, 0, 0, 0, "unclear") for name, sex in (("Ada", "men"), ("Bose", "men"))}
    wide = replace(small.protocol.windows["short"], low=4, high=60)
    analyses = {
        "primary": Analysis(id="primary", label="all rows", primary=True, unstated_time=True),
    }
    population = replace(small.protocol.populations["all"], label="people with hair loss, sexes together")
    synthesis = {"response": small.protocol.syntheses["response"], "pain": small.protocol.syntheses["pain"]}
    base = make_base(
        empty, more={"outcomes": rows}, windows={"short": wide}, analyses=analyses, claims={}, syntheses=synthesis,
        populations={"all": population},
    )  # fmt: skip
    return base, base.answers()


def test_what_is_mixed_is_said_wherever_the_number_is(make_base, small) -> None:
    base, answers = _mixed(make_base, small, threshold="marked", time_weeks="30")
    result = answers["response"].primary
    assert (result.k, result.pooled) == (2, True)
    clause = "responders are not the same (marked, one grade) and times differ (12 to 30 weeks)"
    assert cite_synthesis(result).endswith(f"Note that {clause}.")
    notes = from_synthesis(result).notes
    assert "Responders are not the same: marked, one grade." in notes
    row = pooled_frame(answers).set_index("synthesis").loc["response"]
    assert row["cautions"] == " ".join(result.cautions)
    assert "Times differ: 12 to 30 weeks." in row["cautions"]
    view = next(v for group in view_groups(base.protocol, answers, {}) for v in group.syntheses if v.id == "response")
    assert view.cautions == result.cautions
    assert clause in view.row.says
    assert clause in next(row.says for row in summary_rows(answers) if row.synthesis == "response")


def test_an_unknown_time_and_a_single_sex_are_said(make_base, small) -> None:
    _, answers = _mixed(make_base, small, threshold="one-grade", time_weeks="")
    result = answers["response"].primary
    sentence = cite_synthesis(result)
    assert "at 12 weeks (8 to 16) (time not stated in Bose 2020) was" in sentence
    assert "in men with hair loss, the pooled" in sentence
    assert "sexes together" not in sentence
    notes = from_synthesis(result).notes
    assert "Time not stated in Bose 2020." in notes
    assert "What entered is of men only." in notes


def test_zero_against_zero_shows_its_counts(real) -> None:
    sentence = cite_synthesis(real.synthesis("addon-minoxidil-harm"))
    assert "0/20 against 0/20, RD 0.00" in sentence
    assert "no events in either arm: the value comes from what was added" in sentence
    notes = from_synthesis(real.synthesis("addon-minoxidil-harm")).notes
    assert any("no events in either arm: the value comes from what was added" in note for note in notes)


def test_single_arms_are_reports_with_rules_of_their_own(make_base, small) -> None:
    primary = replace(small.protocol.analyses["primary"], single_arm_label="rows of reports")
    base = make_base(analyses={**small.protocol.analyses, "primary": primary})
    answers = base.answers()
    scar = answers["scar"].primary
    assert cite_synthesis(scar).startswith("In 2 reports (60 participants; no search recorded), scarring was counted")
    assert "primary analysis: rows of reports" in cite_synthesis(scar, form="full")
    views = {v.id: v for group in view_groups(base.protocol, answers, {}) for v in group.syntheses}
    assert (views["scar"].noun, views["response"].noun) == ("report", "trial")
    assert views["scar"].row.analysis == "Primary analysis: rows of reports"
    assert views["response"].row.analysis == "Primary analysis: verified rows"
    row = next(row for row in summary_rows(answers) if row.synthesis == "scar")
    assert (row.noun, row.rules) == ("report", "rows of reports")
    wide = from_synthesis(replace(scar, analysis=replace(primary, primary=False)))
    assert wide.title.endswith("Sensitivity analysis: rows of reports")


def test_only_zeros_of_primary_analyses_are_known(make_base) -> None:
    base = make_base()
    for status, known in (("verified", True), ("implied", False)):
        harms = base.tables["harms"].assign(status=status)
        answers = replace(base, tables={**base.tables, "harms": harms}, index=_index(base, harms)).answers()
        lines = " ".join(map(str, in_ten_seconds(base, answers, []).known))
        assert ("Needled arms: scarring: 0 of 60" in lines) == known
        assert ("in 2 reports that counted" in lines) == known
        assert answers["scar"].results["wide"].k == 2


def _index(base, harms):
    from evidence.curate import make_index

    return make_index({**base.tables, "harms": harms})


def test_absurd_numbers_are_not_spelt_out() -> None:
    sentence = cite(pool([0.0, 4e9, -3e9], [1.0, 1.0, 1.0]), form="full")
    assert re.search(r"τ² = \d\.\d\d × 10¹⁹", sentence)
    assert max(len(word) for word in re.findall(r"[\d\u202f.]+", sentence)) <= 7
