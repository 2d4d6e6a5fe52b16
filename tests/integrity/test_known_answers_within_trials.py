"""What is known of the shipped base's trials is found by computation: no check knows a trial by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

import evidence as ev
from evidence.curate.integrity import EvidenceTables, all_checks
from evidence.curate.integrity.changes import percent_of_means
from evidence.curate.integrity.percentages import fitting_sizes, possible_counts
from evidence.curate.integrity.units_stated import conversion

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tables() -> EvidenceTables:
    base = ev.load(ROOT)
    return EvidenceTables(dict(base.tables), paired_designs=base.protocol.paired_designs)


@pytest.fixture(scope="module")
def find(tables):
    """Return the findings of a check on one trial of the shipped base."""

    def found(check: str, study: str) -> list:
        return [finding for finding in all_checks()[check].run(tables) if finding.study == study]

    return found


def value(tables: EvidenceTables, row_id: str, column: str) -> float:
    return next(row[column] for row in tables.rows("outcomes") if row["row_id"] == row_id)


def test_arms_of_40_30_and_30_are_not_60_people(find) -> None:
    (finding,) = find("arms-sum", "JCCP2025")
    assert finding.arithmetic == "40 + 30 + 30 = 100, not 60"


def test_arms_of_9_15_and_17_are_not_14_people_and_one_person_is_in_no_category(find) -> None:
    assert find("arms-sum", "Giorgio2020")[0].arithmetic == "9 + 15 + 17 = 41, not 14"
    (finding,) = find("categories-sum", "Giorgio2020")
    assert finding.arithmetic == "3 + 7 + 6 = 16, not 17"
    assert finding.rows == ("outcomes:R073", "outcomes:R074", "outcomes:R075")


def test_a_rating_that_adds_up_to_all_60_is_left_alone(find) -> None:
    assert find("categories-sum", "Yepuri2021") == []


def test_28_57_percent_are_no_people_of_40(find) -> None:
    (finding,) = find("percent-count", "JCD2025_PRProute")
    assert finding.recomputed == "a denominator of 7, 14, 21, 28, 35"
    assert finding.severity == "impossible"


def test_the_same_trial_gives_away_that_7_and_5_people_were_measured(find) -> None:
    """Every mean and SD of one arm is one of 7 whole numbers; of 5 are those of the other but one of four."""
    (finding,) = find("sizes-behind-means", "JCD2025_PRProute")
    assert finding.recomputed == "7 (A1) and 5 (A2)"
    assert "(not 28.26 ± 6.229)" in finding.arithmetic
    # by hand: 103/7 = 14.71, 1611 − 103²/7 = 95.43, √(95.43/6) = 3.988
    assert round(103 / 7, 2) == 14.71
    assert round(((1611 - 103**2 / 7) / 6) ** 0.5, 3) == 3.988


def test_its_printed_rises_agree_with_the_means(tables, find) -> None:
    rises = [
        percent_of_means(value(tables, row_id, "baseline_mean"), value(tables, row_id, "mean"))
        for row_id in ("R048", "R050")
    ]
    assert [round(rise, 1) for rise in rises] == [58.6, 51.3]
    assert find("percent-change", "JCD2025_PRProute") == []


def test_three_denominators_in_one_trial(find) -> None:
    (finding,) = find("percent-sizes", "PEMH2022")
    assert finding.recomputed == "82.1%: 28; 88.0%: 25; 51.9%: 27; 73.9%: 23"


def test_shares_that_fit_57_people_and_not_83(find) -> None:
    (finding,) = find("percent-partition", "ElectricMN2022")
    assert (finding.recomputed, finding.arithmetic) == ("57", "24 + 22 + 11 = 57")


def test_64_and_61_percent_together_fit_28_33_36_and_44(find) -> None:
    assert fitting_sizes((64.0, 61.0), 0, 50) == (28, 33, 36, 44)
    assert possible_counts(61.0, 0, 50) == ()
    # the base has 44 analysed, which fits
    assert find("percent-count", "Dhurat2013") == []


def test_80_percent_are_no_people_of_16_and_87_only_if_a_half_is_rounded_down() -> None:
    assert possible_counts(80.0, 0, 16) == ()
    assert possible_counts(87.0, 0, 16) == (14,)
    assert [100 * count / 16 for count in (13, 14)] == [81.25, 87.5]
    assert fitting_sizes((80.0, 87.0), 0, 16) == (15,)


def test_spreads_that_read_like_standard_errors(find) -> None:
    assert find("sd-or-se", "JCCP2025")[0].rows == ("outcomes:R044",)
    rows = {row for finding in find("sd-or-se", "IMCAS_ErGlass") for row in finding.rows}
    assert rows == {"outcomes:R055", "outcomes:R056"}
    (finding,) = find("sd-or-se", "Wan2025")
    assert finding.value == "35 SD 6.5 (n = 16)"
    assert find("sd-or-se", "PEMH2022") == []


def test_per_square_inch_beside_per_square_centimetre(tables, find) -> None:
    (finding,) = find("units-mixed", "Kumar2018")
    assert finding.rows == ("outcomes:R009", "outcomes:R010")
    assert finding.recomputed == "1.94, 0.293 hairs/cm2"
    assert value(tables, "R009", "mean") * conversion("hairs/inch2", "hairs/cm2") == pytest.approx(1.9406, abs=1e-4)


def test_a_review_that_prints_the_number_without_its_square_inch(find) -> None:
    (finding,) = find("unit-dropped", "Kumar2018")
    assert finding.rows == ("outcomes:R010", "review_inputs:I015")


def test_millimetres_beside_micrometres(find) -> None:
    (finding,) = find("units-mixed", "Aggarwal2020")
    assert finding.recomputed == "6, 3 um"


def test_areas_and_units_that_are_not_stated(find) -> None:
    assert find("unit-unstated", "Yu_FRM")[0].rows == ("outcomes:R016", "outcomes:R018")
    assert len(find("unit-unstated", "JCD2025_PRProute")) == 2


def test_30_men_listed_as_two_groups(find) -> None:
    (finding,) = find("sides-as-people", "Aggarwal2020")
    assert finding.arithmetic == "30 + 30 = 60, but 30 people"


def test_100_patches_of_20_people(find) -> None:
    (finding,) = find("parts-of-people", "Abdallah2020")
    assert finding.value.startswith("20 people, 100 patches")


@pytest.mark.parametrize(
    "check",
    [
        "analysed-beyond-allocated",
        "count-beyond-people",
        "effect-too-large",
        "grim",
        "grimmer",
        "losses-sum",
        "mean-in-range",
        "readout-after-end",
        "schedule",
        "sd-in-range",
        "sexes-sum",
    ],
)
def test_nothing_else_is_said_against_the_base(tables, check) -> None:
    assert list(all_checks()[check].run(tables)) == []
