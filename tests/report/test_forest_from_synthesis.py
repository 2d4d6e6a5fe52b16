"""What the forest plot of a synthesis shows: the trials, what was done to them, who stays out and why."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from statsmodels.stats.proportion import proportion_confint

from evidence.errors import OptionError
from evidence.plot import alt_text, forest
from evidence.plot.forest_plot.data import ArmCell
from evidence.plot.forest_plot.from_synthesis import from_synthesis
from evidence.plot.forest_plot.synthesis_bias import judged_bias
from evidence.tables.io import typed


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


FOUR = {
    "Ada": ("men", 17, 20, 9, 20, "verified"),
    "Bose": ("women", 16, 30, 6, 30, "verified"),
    "Cori": ("men", 12, 25, 11, 25, "verified"),
    "Fahd": ("women", 10, 40, 12, 40, "verified"),
}


def test_groups_are_numbers_too(answers) -> None:
    data = from_synthesis(answers["response"].results["wide"])
    assert data.arm_labels == ("Needling + drug", "Drug")
    assert _rows(data)["Ada 2020"].arms == (ArmCell(n=20, events=17), ArmCell(n=20, events=9))
    assert data.overall.arms == (ArmCell(n=75, events=38), ArmCell(n=75, events=19))
    men = next(total for total in data.subtotals if total.subgroup == "Men")
    assert men.arms == (ArmCell(n=50, events=23), ArmCell(n=50, events=9))
    means = from_synthesis(answers["density"].primary).rows[0].arms
    assert means == (ArmCell(n=20, mean=12.5, sd=4.0), ArmCell(n=20, mean=7.5, sd=3.0))
    single = from_synthesis(answers["pain"].primary)
    assert single.arm_labels == ("Needled",)
    assert single.overall.arms == (ArmCell(n=70, events=4),)
    assert all(row.arms == () for row in data.rows if row.estimate is None)


def test_facts_are_those_of_the_fits(make_base) -> None:
    result = make_base(FOUR).synthesis("response")
    data = from_synthesis(result)
    pairs = [(data.overall, result.fit)]
    pairs += [(total, result.subgroups.groups[total.subgroup.lower()]) for total in data.subtotals]
    assert len(pairs) == 3
    for total, fit in pairs:
        facts = total.facts
        assert (facts.q, facts.df, facts.p, facts.tau2, facts.i2) == (fit.q, fit.q_df, fit.q_pvalue, fit.tau2, fit.i2)
        assert (facts.tau2_low, facts.tau2_high, facts.i2_low, facts.i2_high) == (*fit.tau2_ci, *fit.i2_ci)
        assert (facts.statistic, facts.statistic_df, facts.statistic_p) == (fit.statistic, fit.df, fit.pvalue)
    found = result.subgroups
    assert (data.difference.q, data.difference.df, data.difference.p) == (found.q_between, found.q_df, found.q_pvalue)


def test_without_a_test_between_subgroups_there_are_no_facts_of_one(answers) -> None:
    assert from_synthesis(answers["response"].results["wide"]).difference is None


def test_rows_are_sorted_within_their_subgroups(make_base) -> None:
    years = {"Ada": "2015", "Bose": "2012", "Fahd": "2003", "Cori": "1999"}
    reports = [
        {"report_id": f"{name}-{role}", "study_id": name, "role": role, "year": year}
        for name, year in years.items()
        for role, year in (("primary", year), ("thesis", "1990"))
        if (name, role) != ("Cori", "primary")
    ]
    result = make_base(FOUR, more={"reports": reports}).synthesis("response")

    def names(sort: str) -> list[str]:
        return [row.label.split()[0] for row in from_synthesis(result, sort=sort).rows if row.estimate is not None]

    assert names("given") == ["Ada", "Bose", "Cori", "Fahd"]
    assert names("year") == ["Ada", "Cori", "Fahd", "Bose"]
    assert names("label") == ["Ada", "Cori", "Bose", "Fahd"]
    assert names("estimate") == ["Cori", "Ada", "Fahd", "Bose"], "12/11, 17/9; 10/12, 16/6"
    effects = result.effects.set_index("study_id")
    for sort, key in (("weight", -effects["weight"]), ("precision", effects["vi"])):
        men, women = sorted(["Ada", "Cori"], key=key.get), sorted(["Bose", "Fahd"], key=key.get)
        assert names(sort) == men + women
    notes = from_synthesis(result, sort="year").notes
    assert "Year of the primary report not known, therefore last: Cori 2020." in notes
    assert not any("Year of the primary" in note for note in from_synthesis(result).notes)
    with pytest.raises(OptionError, match="'given', 'year'"):
        from_synthesis(result, sort="size")


def test_trials_left_out_stand_last_in_every_order(answers) -> None:
    for sort in ("given", "year", "label", "estimate", "weight", "precision"):
        rows = from_synthesis(answers["density"].primary, sort=sort).rows
        assert [row.estimate is None for row in rows] == sorted(row.estimate is None for row in rows)
        assert rows[0].label == "Dahl 2020"


def _judged(make_base, small, *rows: str):
    """Return an answer with these judgements: study, outcome, tool, variant, domain, judgement, assessor."""
    names = ("study_id", "outcome", "tool", "variant", "domain", "judgement", "assessor")
    table = small.protocol.tables["risk_of_bias"]
    cells = [dict(zip(names, row.split(), strict=True)) for row in rows]
    import pandas as pd

    frame = pd.DataFrame([[row.get(name, "") for name in table.names] for row in cells], columns=list(table.names))
    result = make_base(FOUR).synthesis("response")
    return replace(result, tables={**result.tables, "risk_of_bias": typed(frame.astype(object), table)})


def test_judgements_that_count_stand_beside_their_trials(make_base, small) -> None:
    result = _judged(
        make_base,
        small,
        "Ada all RoB2 parallel D1 low AB",
        "Ada all RoB2 parallel D4 low AB",
        "Ada response RoB2 parallel D4 high AB",  # for the outcome: goes before that for all
        "Bose all RoB2 parallel D1 low AB",
        "Bose all RoB2 parallel D1 high CD",  # two who do not agree
        "Bose all RoB2 parallel overall some-concerns consensus",
        "Cori all RoB2 parallel D1 no-information AB",  # which in RoB 2 means that nobody assessed it
        "Fahd score RoB2 parallel D1 high AB",  # of another outcome
    )
    data = from_synthesis(result)
    assert data.bias_tool == "RoB 2"
    assert [sign for sign, _ in data.bias_domains] == ["D1", "D2", "D3", "D4", "D5", "All"]
    assert data.bias_domains[0][1] == "the randomisation process"
    found = {row.label.split()[0]: row.bias for row in data.rows if row.estimate is not None}
    assert found == {
        "Ada": ("low", "", "", "high", "", "high"),  # nothing can be worse than a domain at high risk
        "Bose": ("not-agreed", "", "", "", "", "some-concerns"),
        "Cori": (),
        "Fahd": (),
    }
    bare = from_synthesis(result, bias=False)
    assert (bare.bias_tool, bare.bias_domains, {row.bias for row in bare.rows}) == ("", (), {()})


def test_nobody_judged_means_no_columns(make_base, small) -> None:
    found = judged_bias(_judged(make_base, small, "Ada all RoB2 parallel D1 no-information AB"))
    assert (found.tool, found.domains, found.by_study) == ("", (), {})


def test_forms_of_one_tool_stand_under_one_another_and_other_tools_are_named(make_base, small) -> None:
    found = judged_bias(
        _judged(
            make_base,
            small,
            "Ada all RoB2 parallel D1 low AB",
            "Ada all RoB2 parallel-adherence D1 high AB",
            "Bose all RoB2 crossover DS some-concerns AB",
            "Bose all RoB2 crossover D2 low AB",
            "Cori all ROBINS-I 2016 D1 serious AB",
        )
    )
    assert [sign for sign, _ in found.domains] == ["D1", "DS", "D2", "D3", "D4", "D5", "All"]
    assert found.domains[1][1] == "period and carry-over effects (some designs only)"
    assert found.by_study == {
        "Ada": ("low", "", "", "", "", "", ""),
        "Bose": ("", "some-concerns", "low", "", "", "", ""),
    }
    assert found.tool == ("RoB 2; not shown: Cori 2020, judged by ROBINS-I; effect of assignment shown for Ada 2020")


def test_the_tool_of_most_trials_is_shown(make_base, small) -> None:
    found = judged_bias(
        _judged(
            make_base,
            small,
            "Ada all RoB2 parallel D1 low AB",
            "Bose all ROBINS-I 2016 D1 no-information AB",
            "Cori all ROBINS-I 2016 D7 moderate AB",
        )
    )
    assert found.tool == "ROBINS-I; not shown: Ada 2020, judged by RoB 2"
    assert found.by_study["Bose"] == ("no-information", "", "", "", "", "", "", "")
    assert found.by_study["Cori"][6] == "moderate"


def test_judgements_shown_are_those_of_the_table_in_the_real_base(real, real_answers) -> None:
    rows = real.tables["risk_of_bias"]
    assert set(rows["assessor"]) == {"extractor"}, "else the table itself would not say what counts"
    seen = 0
    for answer in real_answers.values():
        data, outcome = from_synthesis(answer.shown), answer.synthesis.outcome
        signs = [sign for sign, _ in data.bias_domains[:-1]]
        for contrast, row in zip(answer.shown.contrasts, data.rows, strict=False):
            own = rows[rows["study_id"] == contrast.study_id]
            judged = {}
            for part in ("all", outcome):
                chosen = own[(own["outcome"] == part) & (own["domain"] != "overall")]
                judged |= dict(zip(chosen["domain"], chosen["judgement"], strict=True))
            known = {domain: word for domain, word in judged.items() if word != "no-information"}
            shown = {sign: word for sign, word in zip(signs, row.bias, strict=False) if word}
            assert shown == known, f"{answer.synthesis.id}: {contrast.study_id}"
            seen += len(shown)
    assert seen > 0
