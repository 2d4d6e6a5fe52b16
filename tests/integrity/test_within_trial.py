"""What the checks within a trial find, and what they leave alone, on tables of a few rows."""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.curate.integrity import EvidenceTables, all_checks
from evidence.curate.integrity.evidence_tables import Scale


def find(check: str, scales: dict[str, Scale] | None = None, **rows: list[dict]) -> list:
    """Return what a check finds in tables given as rows."""
    tables = EvidenceTables({name: pd.DataFrame(given) for name, given in rows.items()}, scales=scales or {})
    return list(all_checks()[check].run(tables))


def study(**cells: object) -> dict:
    return {"study_id": "T", "design": "parallel"} | cells


def arms(*sizes: int | None, column: str = "n_randomised") -> list[dict]:
    return [{"study_id": "T", "arm_id": f"A{number}", column: size} for number, size in enumerate(sizes, start=1)]


def row(name: str = "R1", **cells: object) -> dict:
    place = {"row_id": name, "study_id": "T", "arm_id": "A1", "outcome": "score", "source": "S", "value_type": "final"}
    return place | {"unit": "points", "n_status": "verified"} | cells


class TestSizes:
    def test_arms_that_do_not_add_up_are_shown_with_the_addition(self) -> None:
        (finding,) = find("arms-sum", studies=[study(n_randomised=60)], arms=arms(40, 30, 30))
        assert finding.arithmetic == "40 + 30 + 30 = 100, not 60"
        assert finding.severity == "inconsistent"
        assert finding.rows == ("arms:T/A1", "arms:T/A2", "arms:T/A3", "studies:T")

    def test_the_total_may_stand_in_words(self) -> None:
        words = {"n_randomised_as_reported": "60 in all, but arms of 40+30+30"}
        assert len(find("arms-sum", studies=[study(**words)], arms=arms(40, 30, 30))) == 1

    @pytest.mark.parametrize("text", ["40 target", "20/20 implied", "9-15", "28.57%", "about 60", "12 to 15", ""])
    def test_words_that_are_no_count_say_nothing(self, text) -> None:
        assert find("arms-sum", studies=[study(n_randomised_as_reported=text)], arms=arms(40, 30)) == []

    def test_an_arm_without_a_size_leaves_room(self) -> None:
        assert find("arms-sum", studies=[study(n_randomised=60)], arms=arms(20, None)) == []
        assert len(find("arms-sum", studies=[study(n_randomised=60)], arms=arms(70, None))) == 1

    @pytest.mark.parametrize("design", ["split-body", "within-person", "crossover"])
    def test_the_same_people_in_all_arms_need_not_add_up(self, design) -> None:
        assert find("arms-sum", studies=[study(n_randomised=30, design=design)], arms=arms(30, 30)) == []

    def test_nothing_is_said_of_a_design_that_only_its_review_knows(self) -> None:
        own = study(n_randomised=30, design="split-scalp")
        for check in ("arms-sum", "sides-as-people", "paired-sizes", "analysed-beyond-allocated"):
            rows = [row(n=30), row("R2", arm_id="A2", n=30)]
            assert find(check, studies=[own], arms=arms(30, 30), outcomes=rows) == []

    def test_losses(self) -> None:
        told = {"n_randomised": 100, "dropouts_as_reported": "6, all controls", "n_analysed_as_reported": "94 (50; 44)"}
        assert find("losses-sum", studies=[study(**told)]) == []
        (finding,) = find("losses-sum", studies=[study(**told | {"n_randomised": 120})])
        assert finding.arithmetic == "120 − 6 = 114, not 94"

    def test_sexes(self) -> None:
        (finding,) = find("sexes-sum", studies=[study(n_randomised=50, sex_as_reported="36 women, 13 men")])
        assert finding.recomputed == "49"
        for text in ("36 women, 14 men", "28.57% M, 71.43% F", "11 women", "all male", "22 F (3 M and 4 M by arm)"):
            assert find("sexes-sum", studies=[study(n_randomised=50, sex_as_reported=text)]) == []

    def test_sexes_of_another_total_that_the_report_names(self) -> None:
        words = "100 by the registry; 80 by a review"
        assert find("sexes-sum", studies=[study(n_randomised_as_reported=words, sex_as_reported="50 M, 30 F")]) == []

    @pytest.mark.parametrize(
        ("counts", "kind", "found"),
        [
            ((2, 24, 22, 6, 6), "category-count", 0),
            ((2, 24, 22, 6, 5), "category-count", 1),
            ((20, 20, 21), "category-count", 1),
            ((3, 7, 6), "category-count", 1),
            ((3, 7), "category-count", 0),
            ((20, 30, 9), "responder", 1),
            ((20, 15, 9), "responder", 0),
            ((40, 30, 20), "responder", 0),
        ],
    )
    def test_categories(self, counts, kind, found) -> None:
        rows = [
            row(f"R{number}", value_type=kind, unit="patients", threshold=f"t{number}", events=count, total=60)
            for number, count in enumerate(counts)
        ]
        assert len(find("categories-sum", outcomes=rows)) == found


class TestMoreThanEverybody:
    def test_more_events_than_people(self) -> None:
        (finding,) = find("count-beyond-people", outcomes=[row(unit="patients", events=21, total=20)])
        assert finding.severity == "impossible"
        assert find("count-beyond-people", outcomes=[row(unit="patients", events=20, total=20)]) == []

    def test_events_may_exceed_people_where_events_are_counted(self) -> None:
        harm = {"harm_id": "H1", "study_id": "T", "events": 31, "n": 20}
        assert find("count-beyond-people", harms=[harm | {"counting": "events"}]) == []
        assert len(find("count-beyond-people", harms=[harm | {"counting": "patients"}])) == 1

    def test_sizes_in_conflict_are_told_as_such(self) -> None:
        assert find("count-beyond-people", outcomes=[row(events=45, n=44, n_status="conflict")]) == []

    def test_results_of_more_people_than_were_allocated(self) -> None:
        rows = [row(n=26), row("R2", arm_id="A2", n=25)]
        check = "analysed-beyond-allocated"
        (finding,) = find(check, studies=[study(n_randomised=51)], arms=arms(25, 26), outcomes=rows)
        assert finding.arithmetic == "26 > 25"
        (finding,) = find(check, studies=[study(n_randomised=50)], arms=arms(None, None), outcomes=rows)
        assert finding.arithmetic == "51 > 50"
        assert len(finding.rows) == 2


class TestPercentages:
    def test_a_share_that_no_count_gives_lists_the_denominators_that_would_fit(self) -> None:
        shares = [
            {"baseline_id": name, "study_id": "T", "kind": "percent", "percent": share, "n": 40, "decimals": 2}
            for name, share in (("B1", 28.57), ("B2", 71.43))
        ]
        (finding,) = find("percent-count", baselines=shares)
        assert finding.severity == "impossible"
        assert finding.recomputed == "a denominator of 7, 14, 21, 28, 35"
        assert finding.rows == ("baselines:B1", "baselines:B2")

    def test_a_share_beside_a_count_must_be_that_of_the_count(self) -> None:
        given = {"unit": "patients", "value_type": "responder", "events": 2, "total": 44}
        assert find("percent-count", outcomes=[row(percent=4.5, **given)]) == []
        (finding,) = find("percent-count", outcomes=[row(percent=2.5, **given)])
        assert finding.recomputed == "4.5%"

    def test_zeros_at_the_end_come_back_from_the_rows_beside(self) -> None:
        shares = {"unit": "percent-of-patients", "value_type": "responder", "n": 30}
        assert find("percent-count", outcomes=[row(percent=88.0, **shares)]) != []
        assert find("percent-count", outcomes=[row(percent=57.0, **shares)]) == []
        both = [row(percent=57.0, **shares), row("R2", percent=73.3, **shares)]
        assert [finding.rows for finding in find("percent-count", outcomes=both)] == [("outcomes:R1",)]

    def test_sizes_of_an_arm_stand_in_for_those_of_a_row(self) -> None:
        share = {"unit": "percent-of-patients", "value_type": "responder", "percent": 61.0}
        sized = [{"study_id": "T", "arm_id": "A1", "n_analysed": 44, "n_randomised": 50}]
        assert find("percent-count", outcomes=[row(**share)], arms=sized) == []
        assert len(find("percent-count", outcomes=[row(**share)], arms=arms(50))) == 1

    def test_sizes_of_an_effect_in_percent_are_no_shares(self) -> None:
        assert find("percent-count", outcomes=[row(value_type="responder-or-size", percent=28.57, n=40)]) == []

    def test_shares_in_words_count_unless_the_baseline_table_has_them(self) -> None:
        told = study(n_randomised=40, sex_as_reported="28.57% M, 71.43% F")
        (finding,) = find("percent-count", studies=[told])
        assert finding.rows == ("studies:T",)
        assert find("percent-count", studies=[told | {"sex_as_reported": "MN 60% M; other 25% M (p=0.12)"}]) == []
        share = {"baseline_id": "B1", "study_id": "T", "kind": "percent", "percent": 28.57, "n": 35}
        assert find("percent-count", studies=[told], baselines=[share]) == []

    def test_shares_of_different_people_in_one_arm(self) -> None:
        shares = [("A1", "pull", 82.1), ("A1", "view", 88.0), ("A2", "pull", 51.9), ("A2", "view", 73.9)]
        rows = [
            row(f"R{number}", arm_id=arm, outcome=outcome, percent=share, value_type="responder")
            for number, (arm, outcome, share) in enumerate(shares)
        ]
        (finding,) = find("percent-sizes", studies=[study(n_randomised=60)], outcomes=rows)
        assert finding.recomputed == "82.1%: 28; 88.0%: 25; 51.9%: 27; 73.9%: 23"
        assert find("percent-sizes", studies=[study(n_randomised=60)], arms=arms(30, 30), outcomes=rows) == []
        assert find("percent-sizes", studies=[study(n_randomised=60)], outcomes=rows[::2]) == []

    def test_shares_that_make_up_everybody(self) -> None:
        printed = {"input_id": "I1", "study_id": "T", "events_1": "42.1% mild, 38.6% moderate, 19.3% marked"}
        (finding,) = find("percent-partition", studies=[study(n_randomised=83)], arms=arms(83), review_inputs=[printed])
        assert (finding.recomputed, finding.arithmetic) == ("57", "24 + 22 + 11 = 57")
        assert find("percent-partition", studies=[study(n_randomised=57)], arms=arms(57), review_inputs=[printed]) == []
        some = printed | {"events_1": "42.1% mild, 38.6% moderate, 9.3% marked"}
        assert find("percent-partition", studies=[study(n_randomised=83)], arms=arms(83), review_inputs=[some]) == []


class TestWholeNumbers:
    def test_only_what_is_known_to_be_whole_is_asked(self) -> None:
        mean = row(mean=3.48, n=20)
        assert find("grim", outcomes=[mean]) == []
        assert find("grim", outcomes=[mean | {"unit": "um"}]) == []
        (finding,) = find("grim", outcomes=[mean | {"unit_as_reported": "0-30 (lower better)"}])
        assert (finding.severity, finding.recomputed) == ("inconsistent", "3.45 or 3.50")
        (finding,) = find("grim", {"score": Scale(minimum=0, maximum=30, step=1)}, outcomes=[mean])
        assert finding.severity == "impossible"
        assert find("grim", {"score": Scale(minimum=0, maximum=30, step=0.1)}, outcomes=[mean]) == []

    def test_percent_changes_and_other_values_are_not_whole(self) -> None:
        scale = {"score": Scale(minimum=0, maximum=30, step=1)}
        assert find("grim", scale, outcomes=[row(mean=3.48, n=20, value_type="percent-change")]) == []
        assert len(find("grim", scale, outcomes=[row(mean=-3.48, n=20, value_type="change")])) == 1

    def test_a_baseline_is_asked_as_well(self) -> None:
        scale = {"score": Scale(minimum=0, maximum=30, step=1)}
        assert len(find("grim", scale, outcomes=[row(baseline_mean=3.48, n=20)])) == 1

    def test_an_unlabelled_spread_is_only_unusual(self) -> None:
        scale = {"score": Scale(minimum=0, maximum=30, step=1)}
        printed = {"mean": 3.44, "n": 18}
        assert find("grimmer", scale, outcomes=[row(sd=2.47, **printed)])[0].severity == "impossible"
        assert find("grimmer", scale, outcomes=[row(plus_minus=2.47, **printed)])[0].severity == "unusual"

    def test_debit_asks_only_shares(self) -> None:
        printed = {"mean": 0.35, "sd": 0.18, "n": 20}
        assert len(find("debit", outcomes=[row(value_type="responder", **printed)])) == 1
        assert find("debit", outcomes=[row(**printed)]) == []


class TestRanges:
    def test_means_off_their_scale(self) -> None:
        assert len(find("mean-in-range", outcomes=[row(mean=34.2, unit_as_reported="0-30")])) == 1
        assert find("mean-in-range", outcomes=[row(mean=30.0, unit_as_reported="0-30")]) == []
        assert len(find("mean-in-range", outcomes=[row(mean=-3.0, unit="hairs/cm2")])) == 1
        assert find("mean-in-range", outcomes=[row(mean=-3.0, unit="hairs/cm2", value_type="change")]) == []
        assert len(find("mean-in-range", outcomes=[row(mean=101.0, unit="percent-of-patch")])) == 1

    def test_means_beyond_the_printed_extremes(self) -> None:
        (finding,) = find("mean-in-range", outcomes=[row(baseline_mean=70.0, baseline_minimum=75, baseline_maximum=95)])
        assert finding.severity == "impossible"
        assert find("mean-in-range", outcomes=[row(baseline_mean=75.0, baseline_minimum=75, baseline_maximum=95)]) == []

    def test_sds_that_the_scale_does_not_allow(self) -> None:
        printed = {"mean": 9.4, "n": 20, "unit_as_reported": "0-30"}
        assert find("sd-in-range", outcomes=[row(sd=13.9, **printed)]) == []
        assert len(find("sd-in-range", outcomes=[row(sd=14.9, **printed)])) == 1

    def test_sds_that_printed_extremes_do_not_allow(self) -> None:
        printed = {"mean": 5.0, "n": 12, "minimum": 0, "maximum": 10, "unit": "x"}
        assert len(find("sd-in-range", outcomes=[row(sd=1.9, **printed)])) == 1
        assert find("sd-in-range", outcomes=[row(sd=2.2, **printed)]) == []


class TestSpreads:
    def test_a_standard_error_among_standard_deviations(self) -> None:
        sds = {"T": 3.4, "U": 18.0, "V": 20.5, "W": 25.0}
        rows = [row(f"R{name}", study_id=name, mean=120.0, sd=sd, n=30) for name, sd in sds.items()]
        (finding,) = find("sd-or-se", outcomes=rows)
        assert finding.study == "T"
        assert "3.4 × √30 = 18.62" in finding.arithmetic
        assert find("sd-or-se", outcomes=rows[:3]) == []

    def test_a_standard_deviation_among_standard_errors(self) -> None:
        sds = {"U": 18.0, "V": 20.0, "W": 25.0}
        rows = [row(f"R{name}", study_id=name, mean=120.0, sd=sd, n=30) for name, sd in sds.items()]
        assert len(find("sd-or-se", outcomes=[*rows, row(mean=120.0, se=21.0, n=30)])) == 1
        assert find("sd-or-se", outcomes=[*rows, row(mean=120.0, se=3.9, n=30)]) == []

    def test_changes_that_are_the_same_in_everybody(self) -> None:
        assert len(find("sd-or-se", outcomes=[row(value_type="change", mean=22.1, plus_minus=4.5, n=40)])) == 1
        assert find("sd-or-se", outcomes=[row(value_type="change", mean=10.9, plus_minus=4.1, n=30)]) == []
        assert find("sd-or-se", outcomes=[row(value_type="final", mean=122.1, plus_minus=4.5, n=40)]) == []

    def test_arms_of_which_one_prints_a_standard_error(self) -> None:
        rows = [row(mean=120.0, sd=21.0, n=25), row("R2", arm_id="A2", mean=118.0, sd=4.1, n=25)]
        (finding,) = find("sd-ratio", outcomes=rows)
        assert "√25 = 5.00" in finding.arithmetic
        assert find("sd-ratio", outcomes=[rows[0], rows[1] | {"sd": 11.0}]) == []
        assert find("sd-ratio", outcomes=[rows[0] | {"n": 4}, rows[1] | {"n": 4}]) == []

    def test_a_difference_of_too_many_standard_deviations(self) -> None:
        rows = [row(mean=150.0, sd=8.0, n=30), row("R2", arm_id="A2", mean=110.0, sd=9.0, n=30)]
        (finding,) = find("effect-too-large", studies=[study()], outcomes=rows)
        assert finding.recomputed == "g = 4.64"
        assert find("effect-too-large", studies=[study(design="within-person")], outcomes=rows) == []
        assert find("effect-too-large", studies=[study()], outcomes=[rows[0], rows[1] | {"mean": 130.0}]) == []


class TestChanges:
    final = row("R1", mean=73.14, sd=25.45, baseline_mean=44.12, baseline_sd=21.58, n=19)

    def test_a_change_that_is_not_final_less_baseline(self) -> None:
        change = row("R2", value_type="change", mean=21.4, n=19)
        (finding,) = find("change-arithmetic", outcomes=[self.final, change])
        assert finding.arithmetic == "73.14 − 44.12 = 29.02, not 21.4"
        for mean in (29.0, 29.02, 29.03):
            assert find("change-arithmetic", outcomes=[self.final, change | {"mean": mean}]) == []
        assert find("change-arithmetic", outcomes=[self.final, change | {"n": 18}]) == []
        assert find("change-arithmetic", outcomes=[self.final, change | {"arm_id": "A2"}]) == []

    def test_an_sd_of_the_change_that_no_correlation_gives(self) -> None:
        change = row("R2", value_type="change", mean=29.02, n=19)
        assert len(find("change-sd", outcomes=[self.final, change | {"sd": 47.2}])) == 1
        assert len(find("change-sd", outcomes=[self.final, change | {"sd": 3.7}])) == 1
        for sd in (3.9, 20.0, 47.0):
            assert find("change-sd", outcomes=[self.final, change | {"sd": sd}]) == []

    def test_a_change_in_percent(self) -> None:
        final = row("R1", mean=92.0, sd=9.0, baseline_mean=58.0, baseline_sd=8.0, n=20)
        change = row("R2", value_type="percent-change", unit="percent-of-baseline", n=20)
        assert find("percent-change", outcomes=[final, change | {"mean": 58.6}]) == []
        (finding,) = find("percent-change", outcomes=[final, change | {"mean": 158.6}])
        assert finding.recomputed.startswith("58.6% ± ")


class TestSchedules:
    def test_sessions_that_take_longer_than_the_trial(self) -> None:
        plan = {"study_id": "T", "arm_id": "A1", "sessions": 12}
        (finding,) = find("schedule", studies=[study(followup_weeks=12)], arms=[plan | {"interval_weeks": 2.0}])
        assert finding.arithmetic == "(12 − 1) × 2 = 22 > 12"
        assert find("schedule", studies=[study(followup_weeks=12)], arms=[plan | {"interval_weeks": 1.0}]) == []
        monthly = plan | {"interval_as_reported": "monthly"}
        assert len(find("schedule", studies=[study(followup_weeks=12)], arms=[monthly])) == 1
        for words in ("biweekly for 12 weeks", "twice monthly", "weekly x4 then 2/month x4", "over 4 months"):
            arm = plan | {"interval_as_reported": words}
            assert find("schedule", studies=[study(followup_weeks=2)], arms=[arm]) == []

    def test_the_last_read_out_stands_in_for_the_follow_up(self) -> None:
        plan = [{"study_id": "T", "arm_id": "A1", "sessions": 6, "interval_weeks": 4.0}]
        assert len(find("schedule", studies=[study()], arms=plan, outcomes=[row(time_weeks=12)])) == 1
        assert find("schedule", studies=[study()], arms=plan, outcomes=[row(time_weeks=20)]) == []
        assert find("schedule", studies=[study()], arms=plan) == []

    def test_a_read_out_after_the_end(self) -> None:
        assert len(find("readout-after-end", studies=[study(followup_weeks=12)], outcomes=[row(time_weeks=26)])) == 1
        assert find("readout-after-end", studies=[study(followup_weeks=12)], outcomes=[row(time_weeks=12)]) == []


class TestSamePeople:
    def test_sides_of_different_sizes(self) -> None:
        sides = [study(design="within-person", n_randomised=30)]
        assert len(find("paired-sizes", studies=sides, arms=arms(30, 28))) == 1
        assert find("paired-sizes", studies=sides, arms=arms(30, 30)) == []
        assert find("paired-sizes", studies=[study(n_randomised=58)], arms=arms(30, 28)) == []

    def test_people_counted_once_for_each_side(self) -> None:
        sides = {"design": "within-person"}
        (finding,) = find("sides-as-people", studies=[study(n_randomised=60, **sides)], arms=arms(30, 30))
        assert "are the same 30 people" in finding.arithmetic
        (finding,) = find("sides-as-people", studies=[study(n_randomised=30, **sides)], outcomes=[row(n=60)])
        assert finding.severity == "inconsistent"
        (finding,) = find("sides-as-people", studies=[study(n_randomised=30)], arms=arms(30, 30))
        assert finding.arithmetic == "30 + 30 = 60, not 30"
        assert find("sides-as-people", studies=[study(n_randomised=30, **sides)], arms=arms(30, 30)) == []

    def test_two_groups_of_a_paired_trial_in_a_review(self) -> None:
        printed = {"input_id": "I1", "study_id": "T", "n_1": "30", "n_2": "30 sides"}
        paired = study(n_randomised=30, design="within-person")
        (finding,) = find("sides-as-people", studies=[paired], review_inputs=[printed])
        assert finding.severity == "note"
        assert find("sides-as-people", studies=[study(n_randomised=60)], review_inputs=[printed]) == []
        assert find("sides-as-people", studies=[paired], review_inputs=[printed | {"n_1": "15", "n_2": "15"}]) == []

    def test_patches_counted_where_people_should_be(self) -> None:
        words = {"n_randomised_as_reported": "20 patients / 100 patches", "design": "within-person"}
        (finding,) = find("parts-of-people", studies=[study(n_randomised=20, **words)], arms=arms(20, 20))
        assert finding.severity == "note"
        assert find("parts-of-people", studies=[study(n_randomised=100, **words)])[0].severity == "inconsistent"
        assert find("parts-of-people", studies=[study(n_randomised_as_reported="30 patients")]) == []


class TestUnits:
    def test_an_area_that_is_not_stated(self) -> None:
        for unit in ("hairs/field", "not-stated"):
            (finding,) = find("unit-unstated", outcomes=[row(mean=44.1, unit=unit)])
            assert finding.severity == "note"
        for unit in ("hairs/cm2", "um", "points", "percent-of-patch"):
            assert find("unit-unstated", outcomes=[row(mean=44.1, unit=unit)]) == []

    def test_units_that_differ_are_converted_to_the_usual_one(self) -> None:
        usual = [row(f"R{name}", study_id=name, mean=15.0, unit="hairs/cm2") for name in ("U", "V")]
        (finding,) = find("units-mixed", outcomes=[*usual, row(mean=12.52, unit="hairs/inch2")])
        assert (finding.study, finding.recomputed) == ("T", "1.94 hairs/cm2")
        assert find("units-mixed", outcomes=usual) == []

    def test_a_number_that_a_review_prints_in_another_area(self) -> None:
        rows = [row(mean=1.89, unit="hairs/inch2"), row("R2", study_id="U", mean=15.0, unit="hairs/cm2")]
        rows.append(row("R3", study_id="V", mean=14.0, unit="hairs/cm2"))
        printed = {"input_id": "I1", "level": "review-table", "study_id": "T", "mean_1": "12.82", "mean_2": "1.89"}
        for unit in ("hairs/cm2", "none in table"):
            (finding,) = find("unit-dropped", outcomes=rows, review_inputs=[printed | {"unit": unit}])
            assert finding.recomputed == "0.293 hairs/cm2"
        assert find("unit-dropped", outcomes=rows, review_inputs=[printed | {"unit": "per square inch"}]) == []
        own = printed | {"level": "trial-abstract"}
        assert find("unit-dropped", outcomes=rows, review_inputs=[own]) == []

    def test_a_level_that_would_lie_among_the_others_in_another_unit(self) -> None:
        others = [row(f"R{n}", study_id=f"S{n}", mean=mean, unit="hairs/cm2") for n, mean in enumerate((120, 140, 180))]
        (finding,) = find("unit-implausible", outcomes=[*others, row("R9", mean=903.0, unit="hairs/cm2")])
        assert "hairs/inch2" in finding.text
        for mean in (260.0, 100.0, 4000.0):
            assert find("unit-implausible", outcomes=[*others, row("R9", mean=mean, unit="hairs/cm2")]) == []
