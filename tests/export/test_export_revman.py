"""RevMan's layout, read as ``meta::read.rm5`` reads it: by the names of the columns and the three numbers."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evidence.export import fits_revman, revman_csv

if TYPE_CHECKING:
    from evidence.base import EvidenceBase

Row = dict[str, str]
LOG_SCALE = "Entered data are on log scale (Generic Inverse Variance only)"
# The header of the file that comes with the R package meta as an example of RevMan 5's export (Fleiss93_CR.csv).
HEADER = (
    "Comparison Number,Outcome Number,Subgroup Number,Name,Data Type,Statistical Method,Effect Measure,Analysis Model,"
    "Events 1,Mean 1,SD 1,Total 1,Events 2,Mean 2,SD 2,Total 2,Effect Estimate,SE,CI Start,CI End,Weight,Q,P(Q),I²(Q),"
    "Tau²,Z,P(Z),Qint,P(Qint),I²(Qint),df,Group Label 1,Group Label 2,Left Graph Label,Right Graph Label,Year of study,"
    "User defined order"
)


def _read(content: bytes) -> tuple[str, list[Row]]:
    text = content.decode()
    return text.partition("\n")[0], list(csv.DictReader(io.StringIO(text)))


def _parts(rows: list[Row]) -> tuple[dict[str, Row], dict[tuple[str, str], Row], dict[tuple[str, str], list[Row]]]:
    """Tell comparisons, outcomes and studies apart: a study is a row with totals or an effect under an outcome."""
    comparisons: dict[str, Row] = {}
    outcomes: dict[tuple[str, str], Row] = {}
    studies: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        number = row["Comparison Number"], row["Outcome Number"]
        if number[1] == "0":
            comparisons[number[0]] = row
        elif row["Data Type"] and row["Subgroup Number"] == "0":
            outcomes[number] = row
        elif row["SE"]:
            studies[number].append(row)
    return comparisons, outcomes, studies


def test_the_header_is_revman_s(built: EvidenceBase) -> None:
    header, _ = _read(revman_csv([built.synthesis("tuberculosis")]))
    assert header.replace(f",{LOG_SCALE}", "") == HEADER  # a field that RevMan offers and that file does without


def _told_apart(rows: list[Row]) -> list[str]:
    """Return what ``read.rm5`` takes each row for: by the number that changes, and a subgroup by its data type too."""
    told, before = [], ("", "", "")
    for row in rows:
        place = row["Comparison Number"], row["Outcome Number"], row["Subgroup Number"]
        changed = [one != two for one, two in zip(place, before, strict=True)]
        subgroup = changed[2] and bool(row["Data Type"])
        told.append("comparison" if changed[0] else "outcome" if changed[1] else "subgroup" if subgroup else "study")
        before = place
    return told


def test_read_rm5_takes_no_heading_for_a_study(built: EvidenceBase) -> None:
    names = ("tuberculosis-by-allocation", "tuberculosis")
    results = [built.synthesis(name) for name in names]
    _, rows = _read(revman_csv(results))
    told = _told_apart(rows)
    assert told.count("study") == sum(result.k for result in results) == 26
    assert told.count("subgroup") == len({contrast.subgroup for contrast in results[0].contrasts})
    assert all(bool(row["SE"]) == (kind == "study") for row, kind in zip(rows, told, strict=True))


def test_ratios_by_inverse_variance_say_on_which_scale_they_were_entered(built: EvidenceBase) -> None:
    result = built.synthesis("tuberculosis")
    printed = replace(result, contrasts=tuple(replace(entry, paired=True) for entry in result.contrasts))
    difference = built.synthesis("tuberculosis-difference")
    apart = replace(difference, contrasts=tuple(replace(entry, paired=True) for entry in difference.contrasts))
    _, rows = _read(revman_csv([result, printed, apart]))
    _, outcomes, studies = _parts(rows)
    assert [(row["Data Type"], row[LOG_SCALE]) for row in outcomes.values()] == [("DIC", ""), ("IV", "YES"), ("IV", "")]
    first, second = studies["1", "1"], studies["1", "2"]
    assert [row["Effect Estimate"] for row in first] == [row["Effect Estimate"] for row in second]


def test_a_name_of_two_lines_stays_in_one(built: EvidenceBase) -> None:
    result = built.synthesis("tuberculosis")
    named = replace(result, effects=result.effects.assign(study=[f"A\n{name}" for name in result.effects["study"]]))
    assert revman_csv([named]).decode().count("\n") == 1 + 2 + 13


def test_effects_follow_from_the_counts_beside_them(built: EvidenceBase) -> None:
    names = ("tuberculosis", "tuberculosis-odds", "tuberculosis-difference")
    _, rows = _read(revman_csv([built.synthesis(name) for name in names]))
    comparisons, outcomes, studies = _parts(rows)
    assert len(comparisons) == 1
    assert [row["Effect Measure"] for row in outcomes.values()] == ["RR", "OR", "RD"]
    assert all(row["Data Type"] == "DIC" for row in outcomes.values())
    for number, measure in zip(outcomes, ("RR", "OR", "RD"), strict=True):
        assert len(studies[number]) == 13
        for row in studies[number]:
            events = float(row["Events 1"]), float(row["Events 2"])
            n = float(row["Total 1"]), float(row["Total 2"])
            p, odds = [e / m for e, m in zip(events, n, strict=True)], []
            odds = [risk / (1 - risk) for risk in p]
            expected = {"RR": p[0] / p[1], "OR": odds[0] / odds[1], "RD": p[0] - p[1]}[measure]
            assert float(row["Effect Estimate"]) == pytest.approx(expected, rel=1e-8)
            half = 1.959963984540054 * float(row["SE"])
            if measure == "RD":
                assert float(row["CI Start"]) == pytest.approx(expected - half, rel=1e-6, abs=1e-9)
            else:
                assert float(row["CI End"]) == pytest.approx(expected * math.exp(half), rel=1e-6)
        assert sum(float(row["Weight"]) for row in studies[number]) == pytest.approx(100)


def test_the_outcome_carries_our_total_and_says_which_analysis(built: EvidenceBase) -> None:
    result = built.synthesis("tuberculosis")
    _, rows = _read(revman_csv([result]))
    outcome = next(iter(_parts(rows)[1].values()))
    assert float(outcome["Effect Estimate"]) == pytest.approx(math.exp(result.estimate), rel=1e-9)
    assert float(outcome["CI Start"]) == pytest.approx(math.exp(result.ci[0]), rel=1e-9)
    assert float(outcome["Tau²"]) == pytest.approx(result.tau2, rel=1e-9)
    assert outcome["Analysis Model"] == "Random"
    assert outcome["Name"].endswith(f"({result.analysis_label})")
    assert outcome["Z"] == ""  # a t statistic is no Z


def test_subgroups_stand_under_their_numbers(built: EvidenceBase) -> None:
    result = built.synthesis("tuberculosis-by-allocation")
    _, rows = _read(revman_csv([result]))
    named = {row["Subgroup Number"]: row["Name"] for row in rows if not row["SE"] and row["Subgroup Number"] != "0"}
    counted: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["SE"]:
            counted[named[row["Subgroup Number"]]] += 1
    expected: dict[str, int] = defaultdict(int)
    for contrast in result.contrasts:
        expected[contrast.subgroup.replace("-", " ")] += 1
    assert counted == expected
    assert len(named) >= 2


def test_a_split_body_goes_by_estimate_and_standard_error(shipped: EvidenceBase) -> None:
    answers = [shipped.answer(name).shown for name in ("addon-minoxidil-rf-density", "addon-minoxidil-rf-diameter")]
    paired = [result for result in answers if any(contrast.paired for contrast in result.contrasts)]
    assert paired
    _, rows = _read(revman_csv(paired))
    _, outcomes, studies = _parts(rows)
    for number, outcome in outcomes.items():
        assert outcome["Data Type"] == "IV"
        assert all(row["Mean 1"] == row["SD 1"] == row["Events 1"] == "" for row in studies[number])


def test_one_arm_and_nothing_stay_out(shipped: EvidenceBase) -> None:
    single = shipped.synthesis("harm-serious")
    empty = shipped.synthesis("addon-minoxidil-density-men-12w")
    assert single.k
    assert not fits_revman(single)
    assert not fits_revman(empty)
    assert _read(revman_csv([single, empty]))[1] == []


def test_comparisons_come_in_order_whatever_the_order_of_syntheses(shipped: EvidenceBase) -> None:
    names = ("addon-minoxidil-response", "addon-prp-pull-test", "addon-minoxidil-patient-men")
    _, rows = _read(revman_csv([shipped.answer(name).shown for name in names]))
    numbers = [(int(row["Comparison Number"]), int(row["Outcome Number"])) for row in rows]
    assert numbers == sorted(numbers)
    assert len({row["Comparison Number"] for row in rows}) == 2
