"""What is known of the shipped base is found by computation: p-values, baseline tables, syntheses, other sources."""

from __future__ import annotations

import math

import pytest

import evidence as ev
from evidence.curate.integrity import EvidenceTables
from evidence.curate.integrity.balance import balance, trial_balance
from evidence.curate.integrity.catalogue import all_checks
from evidence.curate.integrity.comparisons import outcome_comparisons
from evidence.curate.integrity.disagreements import disagreements
from evidence.curate.integrity.intervals import interval_agreement
from evidence.curate.integrity.p_values import mean_p_ranges
from evidence.curate.integrity.subgroups import subgroup_interactions


@pytest.fixture(scope="module")
def tables() -> EvidenceTables:
    """Return the shipped base."""
    base = ev.load()
    return EvidenceTables(frames=base.tables, paired_designs=base.protocol.paired_designs)


def found(tables, check, *rows):
    """Return the one finding of a check that rests on all these rows."""
    (finding,) = [
        finding for finding in all_checks()[check].run(tables) if {f"{row}" for row in rows} <= set(finding.rows)
    ]
    return finding


def silent(tables, check, row):
    """Whether a check says nothing of a row."""
    return not any(row in finding.rows for finding in all_checks()[check].run(tables))


@pytest.mark.parametrize(
    ("row", "z"),
    [("Pei2024-C1", 5.450), ("Pei2024-C2", 8.049), ("Pei2024-C4", 3.234), ("Pei2024-C5", 6.226)],
)
def test_z_of_the_intervals_is_recorded_and_agrees(tables, row, z):
    agreement = interval_agreement(tables).set_index("row").loc[f"reviews:{row}"]
    assert agreement["z"] == pytest.approx(z, abs=0.0006)
    assert bool(agreement["agrees"])
    assert silent(tables, "ci-z", f"reviews:{row}")


@pytest.mark.parametrize(("row", "p"), [("Meznerics2022-H1", 0.136), ("GuptaPRP2020-K4", 0.057)])
def test_p_of_the_intervals_agrees(tables, row, p):
    agreement = interval_agreement(tables).set_index("row").loc[f"reviews:{row}"]
    assert round(2 * (1 - 0.5 * (1 + math.erf(agreement["z"] / math.sqrt(2)))), 3) == p
    assert bool(agreement["agrees"])


def test_every_printed_z_and_p_of_the_base_agrees_with_its_interval(tables):
    agreement = interval_agreement(tables)
    assert len(agreement) >= 28
    assert agreement["agrees"].dropna().all()


def test_one_result_is_printed_twice(tables):
    finding = found(tables, "result-twice", "reviews:Pei2024-C1", "reviews:Pei2024-C3")
    assert finding.value == "MD 13.36 [8.55, 18.16]"


def test_a_standardised_difference_of_15_is_flagged(tables):
    assert found(tables, "smd-size", "reviews:Xu2024-D1").severity == "unusual"


def test_an_interval_as_wide_as_a_raw_difference_is_flagged(tables):
    finding = found(tables, "smd-width", "reviews:Xu2024-D2")
    assert finding.recomputed == "τ 3.92 between trials"


def test_only_one_interval_is_off_centre(tables):
    findings = list(all_checks()["ci-centre"].run(tables))
    assert [finding.rows for finding in findings] == [("reviews:Xu2024-D3",)]
    assert findings[0].recomputed == "middle 1.14"


def test_an_asymmetric_proportion_is_not_flagged(tables):
    for check in all_checks():
        assert silent(tables, check, "reviews:FacialMN2025-N1"), check


def test_subgroups_cannot_pool_to_the_overall_result(tables):
    finding = found(tables, "subgroups-pool", "reviews:Xu2024-D1", "reviews:Xu2024-D3", "reviews:Xu2024-D6")
    assert "0.52 to 1.16" in finding.text


def test_subgroup_interactions(tables):
    tested = subgroup_interactions(tables).set_index("factor")
    depth, duration = (tested[tested["row_1"].str.contains(name)].iloc[0] for name in ("D3", "D5"))
    assert (round(depth["z"], 2), round(depth["pvalue"], 3)) == (3.08, 0.002)
    assert (round(duration["z"], 2), round(duration["pvalue"], 3)) == (2.03, 0.042)


@pytest.mark.parametrize(("own", "denial"), [("Xu2024-D3", "Ahmed2025-A1s1"), ("Xu2024-D5", "Ahmed2025-A1s2")])
def test_a_printed_lack_of_effect_is_contradicted(tables, own, denial):
    finding = found(tables, "subgroup-interaction", f"reviews:{own}", f"reviews:{denial}")
    assert finding.severity == "note"


@pytest.mark.parametrize("row", ["Zhou2021_PRP-L1", "Zhou2021_PRP-L2"])
def test_odds_ratios_that_are_symmetric_as_differences(tables, row):
    assert found(tables, "ratio-on-raw-scale", f"reviews:{row}").severity == "inconsistent"


def test_sucras_that_average_one_half_are_not_flagged(tables):
    assert list(all_checks()["sucra-mean"].run(tables)) == []


def test_one_subgroup_in_another_unit(tables):
    finding = found(tables, "outlying-unit", "reviews:GuptaPRP2020-K2", "reviews:GuptaPRP2020-K3")
    assert finding.recomputed.startswith("estimates 4.7 to 1")


def test_the_p_implies_a_spread_of_160(tables):
    finding = found(tables, "implied-sd", "outcomes:R001", "outcomes:R002")
    assert "= 159.9 with t" in finding.arithmetic
    assert finding.arithmetic.endswith("g = 0.429")


def test_a_p_fits_thirty_and_thirty_but_the_shares_do_not(tables):
    (comparison,) = [found for found in outcome_comparisons(tables) if "outcomes:R038" in found.rows]
    assert [arm.n for arm in comparison.arms] == [30, 30]
    assert 0.0112 in mean_p_ranges(comparison)["t (± as SD)"]
    assert silent(tables, "p-means", "outcomes:R038")
    finding = found(tables, "one-set-of-people", "outcomes:R038", "outcomes:R039", "outcomes:R040")
    assert "p = 0.011: 30/30" in finding.arithmetic
    assert "82.1% and 51.9%: 28/27;" in finding.arithmetic
    assert finding.arithmetic.endswith("88.0% and 73.9%: 25/23")


def test_baseline_p_of_age(tables):
    finding = found(tables, "baseline-p", "baselines:B001", "baselines:B002")
    assert (finding.severity, finding.value) == ("inconsistent", "p = 0.09")
    assert "t (± as SD) 0.75 to 0.8" in finding.arithmetic


def test_baseline_p_of_sex(tables):
    finding = found(tables, "baseline-p", "baselines:B003", "baselines:B004")
    assert "χ² 0.025" in finding.arithmetic
    assert "Fisher 0.054" in finding.arithmetic


@pytest.mark.parametrize(
    ("row", "printed", "fisher"),
    [
        ("R086", "called significant", "Fisher 0.48"),
        ("R030", "p = 0.004", "Fisher 0.23"),
        ("R031", "p = 0.006", "Fisher 0.49"),
        ("T001", "p = 0.001", "Fisher 1.4e−6"),
        ("R053", "p = 0.037", "Fisher 0.071"),
    ],
)
def test_p_of_counts(tables, row, printed, fisher):
    finding = found(tables, "p-counts", f"outcomes:{row}")
    assert finding.value == printed
    assert fisher in finding.arithmetic


@pytest.mark.parametrize("row", ["T003", "R024", "R078"])
def test_p_of_counts_that_follow_are_not_flagged(tables, row):
    assert silent(tables, "p-counts", f"outcomes:{row}")


def test_few_characteristics_tell_nothing(tables):
    for members in trial_balance(tables).values():
        assert balance([even for _, even in members]).verdict == "cannot tell"
    assert list(all_checks()["baseline-balance"].run(tables)) == []


def test_a_review_and_a_trial_print_different_means(tables):
    finding = found(tables, "review-against-trial", "outcomes:R009", "review_inputs:I015")
    assert finding.recomputed.startswith("12.52")
    assert found(tables, "told-twice", "outcomes:R009", "outcomes:R011").severity == "inconsistent"


def test_a_review_counts_everybody_who_was_randomised(tables):
    finding = found(tables, "review-against-trial", "outcomes:R001", "outcomes:R002", "review_inputs:I010")
    assert (finding.severity, finding.recomputed) == ("note", "50 + 44 = 94")


def test_a_registry_and_a_review_count_different_people(tables):
    finding = found(tables, "sizes-between-sources", "review_inputs:I016", "studies:Aboeldahab2021", "baselines:B025")
    assert finding.value.startswith("80 people")
    assert finding.recomputed == "100"


def test_one_paper_of_two_years(tables):
    assert found(tables, "one-paper", "reports:Bao_JCLT-1", "reports:Bao_JCLT-2").severity == "note"


def test_two_trials_that_may_be_one(tables):
    findings = list(all_checks()["overlap"].run(tables))
    assert [finding.rows for finding in findings] == [("studies:FPHL_YF_CN", "studies:Liang2022")]


def test_reviews_that_disagree(tables):
    pairs = disagreements(tables)
    diameter = pairs[pairs["question"].str.startswith("diameter")]
    assert set(diameter["relation"]) == {"one excludes no effect, the other does not", "agree"}
    excluded = pairs[pairs["relation"] == "exclude each other"]
    assert set(excluded["result_2"]) == {"Xu2024-D1"}
    assert len(list(all_checks()["reviews-disagree"].run(tables))) == len(excluded) == 2
