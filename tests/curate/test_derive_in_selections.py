"""Derivations in selections: admitted by name, recorded as steps, and refused with a reason."""

from __future__ import annotations

import math

import pytest

from evidence.vocabulary import Derivation, allowed

NAN = math.nan
MEANS = ({"mean": 20.0, "sd": NAN, "n": 30}, {"mean": 15.0, "sd": NAN, "n": 28})
GOOD = ({"mean": 20.0, "sd": 5.0, "n": 30}, {"mean": 15.0, "sd": 6.0, "n": 28})
P = {"p_operator": "=", "p_value": 0.01, "p_scope": "between-arms"}
USUAL = ("combine-arms", "split-control", "paired", "unit", "n-from-elsewhere", "se-to-sd", "ci-to-sd")
PRINTED = {"estimate": 5.0, "estimate_measure": "MD", "unit": "hairs/cm2", "value_type": "change", "n": 58}


def methods(base) -> list[str]:
    (contrast,) = base.select().contrasts
    return [step.method for step in contrast.steps]


def with_p(rows=MEANS, **changes):
    return tuple(row | P | changes for row in rows)


class TestPairs:
    def test_a_p_value_gives_both_arms_an_sd_where_it_is_admitted(self, base) -> None:
        base.trial("T", *with_p())
        assert base.reason("T") == "no SD, SE or interval"
        base.rules(derivations=("p-to-sd",))
        assert methods(base) == ["p-to-sd"]
        contrast = base.select().contrasts[0]
        assert contrast.arm_1.sd == contrast.arm_2.sd
        assert contrast.derived

    def test_an_exact_p_is_no_bound_and_a_bound_no_exact_p(self, base) -> None:
        base.trial("T", *with_p(p_operator="<")).rules(derivations=("p-to-sd",))
        assert base.reason("T") == "no SD, SE or interval"
        assert methods(base.rules(derivations=("p-bound-to-sd",))) == ["p-bound-to-sd"]

    def test_not_significant_is_not_a_number(self, base) -> None:
        base.trial("T", *with_p(p_operator="not-significant", p_value=NAN))
        base.rules(derivations=("p-to-sd", "p-bound-to-sd"))
        assert base.reason("T") == "no SD, SE or interval; “not significant” is not a number"

    def test_the_curators_grade_decides_and_p_value_only_is_a_grade_for_it(self, base) -> None:
        base.trial("no", *with_p(pooling="no")).trial("only", *with_p(pooling="p-value-only"))
        base.rules(derivations=("p-to-sd",))
        assert [contrast.study_id for contrast in base.select().contrasts] == ["only"]
        assert base.reason("no") == "judged not fit for pooling"
        assert "only its p-value can be used" in base.rules(derivations=USUAL).reason("only")

    def test_an_arm_with_an_sd_of_its_own_keeps_it(self, base) -> None:
        base.trial("T", *with_p((GOOD[0], MEANS[1]))).rules(derivations=("p-to-sd",))
        assert base.reason("T") == "no SD, SE or interval"

    def test_a_statistic_from_the_table_of_comparisons(self, base) -> None:
        base.trial("T", *MEANS).printed("T", statistic="t", statistic_value=2.5).rules(derivations=("statistic-to-sd",))
        assert methods(base) == ["statistic-to-sd"]
        assert base.select().contrasts[0].rows == ("T-A-0", "T-B-1", "C-T-0")

    @pytest.mark.parametrize(
        ("arms_in", "se_in", "se"), [("inch2", "inch2", 2.0), ("inch2", "cm2", 0.31), ("cm2", "inch2", 2.0)]
    )
    def test_the_se_of_a_difference_is_brought_to_the_unit_of_the_arms(self, base, arms_in, se_in, se) -> None:
        base.trial("T", *(row | {"unit": f"hairs/{arms_in}"} for row in MEANS))
        base.printed("T", se=se, estimate_measure="MD", unit=f"hairs/{se_in}")
        (contrast,) = base.rules(derivations=("statistic-to-sd", "unit")).select().contrasts
        expected = se / (2.54**2 if se_in == "inch2" else 1)
        spread = contrast.arm_1.sd * math.sqrt(1 / contrast.arm_1.n + 1 / contrast.arm_2.n)
        assert spread == pytest.approx(expected, rel=1e-9)

    def test_the_se_of_a_difference_without_a_unit_is_not_used(self, base) -> None:
        base.trial("T", *MEANS).printed("T", se=2.0, estimate_measure="MD").rules(derivations=("statistic-to-sd",))
        assert "is in a unit not stated, not in hairs/cm2" in base.reason("T")

    @pytest.mark.parametrize(
        "changes", [{"status": "conflict"}, {"pooling": "no"}, {"arm_id_2": "X"}, {"time_weeks": 24.0}]
    )
    def test_a_comparison_that_is_not_sure_or_of_others_is_not_used(self, base, changes) -> None:
        base.trial("T", *MEANS).printed("T", statistic="t", statistic_value=2.5, **changes)
        assert "no p-value or test of these two arms" in base.rules(derivations=("statistic-to-sd",)).reason("T")

    def test_an_sd_unlike_the_others_is_cautioned(self, base) -> None:
        base.trial("T", *with_p(p_value=0.9)).rules(derivations=("p-to-sd",))
        base.spreads = {"count": {"hairs/cm2": (4.0, 5.0, 6.0)}}
        (contrast,) = base.select().contrasts
        assert "3 other arms" in contrast.cautions[0]

    def test_tests_of_pairs_that_share_an_arm_are_not_put_together(self, base) -> None:
        base.trial("T", *MEANS).arm("T", "C", "needling drug-5").value("T", "C", **MEANS[0])
        base.printed("T", statistic="t", statistic_value=2.5).printed(
            "T", arm_id_1="C", statistic="t", statistic_value=2.5
        )
        base.rules(derivations=(*USUAL, "statistic-to-sd"))
        assert base.reason("T") == "several comparisons share an arm, and only tests of pairs tell their spread"


class TestSides:
    def test_without_sds_a_paired_p_gives_the_difference(self, base) -> None:
        sides = ({"mean": 20.0, "sd": NAN, "n": 20}, {"mean": 15.0, "sd": NAN, "n": 20})
        base.trial("S", *with_p(sides), design="split-scalp").rules(derivations=("p-to-sd",))
        (contrast,) = base.select().contrasts
        assert contrast.direct
        assert contrast.yi == 5.0
        assert contrast.n == 20
        assert math.isnan(contrast.correlation)

    def test_the_correlation_comes_from_the_test_where_admitted(self, base) -> None:
        sides = ({"mean": 20.0, "sd": 5.0, "n": 20}, {"mean": 15.0, "sd": 6.0, "n": 20})
        base.trial("S", *with_p(sides), design="split-scalp")
        assert methods(base) == ["paired"]
        assert methods(base.rules(derivations=(*USUAL, "paired-r"))) == ["paired-r"]
        assert base.select().contrasts[0].correlation != 0.5

    def test_the_correlation_comes_from_the_se_of_the_difference_in_whatever_unit(self, base) -> None:
        # √20 × 1.2 is the SD of the differences; r = (25 + 36 − 28.8) / (2 × 5 × 6)
        sides = ({"mean": 20.0, "sd": 5.0, "n": 20}, {"mean": 15.0, "sd": 6.0, "n": 20})
        base.trial("S", *sides, design="split-scalp").rules(derivations=(*USUAL, "paired-r"))
        base.printed("S", se=1.2 * 2.54**2, estimate_measure="MD", unit="hairs/inch2")
        assert methods(base) == ["unit", "paired-r"]
        assert base.select().contrasts[0].correlation == pytest.approx(32.2 / 60, rel=1e-9)

    def test_a_test_that_gives_no_correlation_leaves_the_stated_one(self, base) -> None:
        sides = ({"mean": 20.0, "sd": 1.0, "n": 20}, {"mean": 15.0, "sd": 1.0, "n": 20})
        base.trial("S", *with_p(sides, p_value=0.5), design="split-scalp").rules(derivations=(*USUAL, "paired-r"))
        (contrast,) = base.select().contrasts
        assert contrast.correlation == 0.5
        assert "contradict each other" in contrast.cautions[0]

    @pytest.mark.parametrize("policy", ["combine", "split"])
    @pytest.mark.parametrize("further", [("needling drug-5",), ("drug-5",), ("needling drug-2", "drug-2")])
    def test_several_comparisons_of_the_same_people_do_not_count_them_twice(self, base, policy, further) -> None:
        sides = ({"mean": 20.0, "sd": 5.0, "n": 20}, {"mean": 15.0, "sd": 6.0, "n": 20})
        base.trial("S", *sides, design="split-scalp").asks(multi_arm=policy)
        for arm, components in zip("CD", further, strict=False):
            base.arm("S", arm, components).value("S", arm, **sides[0])
        assert "several comparisons of sides of the same people" in base.reason("S")

    def test_a_printed_interval_of_paired_sides_is_on_one_degree_of_freedom_for_each_but_one(self, base) -> None:
        base.study("S", design="split-scalp").arm("S", "A", "needling drug-5").arm("S", "B", "drug-5")
        base.printed("S", **(PRINTED | {"n": 20}), ci_low=1.0, ci_high=9.0, ci_level=0.95)
        (contrast,) = base.rules(derivations=("contrast-ci",)).select().contrasts
        assert contrast.vi == pytest.approx((4 / 2.0930240544) ** 2, rel=1e-9)  # t(19) of a table

    def test_a_design_that_is_not_admitted_stays_out(self, base) -> None:
        sides = ({"mean": 20.0, "sd": 5.0, "n": 20}, {"mean": 15.0, "sd": 6.0, "n": 20})
        base.trial("S", *sides, design="split-scalp").rules(derivations=())
        assert base.reason("S") == "paired: not admitted"


class TestPrintedComparisons:
    def test_an_effect_without_values_by_arm_enters_where_admitted(self, base) -> None:
        base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5").printed("T", **PRINTED, se=1.5)
        assert base.reason("T") == "only a comparison is printed (MD 5)"
        (contrast,) = base.rules(derivations=("contrast-se",)).select().contrasts
        assert (contrast.yi, contrast.vi, contrast.n) == (5.0, 2.25, 58)
        assert contrast.rows == ("C-T-0",)
        assert contrast.arm_1.label == "arm A"

    def test_the_other_arm_first_turns_the_sign(self, base) -> None:
        base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5")
        base.printed("T", **PRINTED, se=1.5, arm_id_1="B", arm_id_2="A").rules(derivations=("contrast-se",))
        assert base.select().contrasts[0].yi == -5.0

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"estimate_measure": "SMD"}, "printed as SMD, not as MD"),
            ({"unit": ""}, "unit not-stated cannot be brought to hairs/cm2"),
            ({"pooling": "no"}, "judged not fit for pooling"),
            ({"time_weeks": 30.0}, "at 30 weeks, outside 8 to 16"),
            ({"status": "secondary"}, "secondary source only"),
        ],
    )
    def test_what_does_not_fit_is_said(self, base, changes, reason) -> None:
        base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5")
        base.printed("T", **(PRINTED | {"se": 1.5} | changes)).rules(derivations=("contrast-se",))
        assert base.reason("T") == reason

    def test_the_arms_own_numbers_come_first_but_an_inferred_sd_gives_way(self, base) -> None:
        everything = allowed(Derivation)
        base.trial("T", *GOOD).printed("T", **PRINTED, se=1.5).rules(derivations=everything)
        assert methods(base) == []
        base.trial("U", *with_p()).printed("U", **PRINTED, se=1.5)
        second = base.asks(mix_values=True).select().contrasts[1]
        assert [step.method for step in second.steps] == ["contrast-se"]

    @pytest.mark.parametrize("worse", [{"time_weeks": 8.0}, {"status": "assumed"}, {"value_type": "final"}])
    def test_the_protocols_order_decides_between_printed_comparisons(self, base, worse) -> None:
        base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5").asks(value_types=("change", "final"))
        base.printed("T", **(PRINTED | {"estimate": 1.0, "se": 1.5} | worse)).printed("T", **PRINTED, se=1.5)
        base.rules(derivations=("contrast-se",), statuses=("verified", "assumed"))
        assert [contrast.yi for contrast in base.select().contrasts] == [5.0]

    def test_two_printed_comparisons_with_one_control_would_count_it_twice(self, base) -> None:
        base.study("T").arm("T", "A", "needling drug-5").arm("T", "C", "needling drug-5").arm("T", "B", "drug-5")
        base.printed("T", **PRINTED, se=1.5).printed("T", **PRINTED, se=1.5, arm_id_1="C")
        assert "share an arm" in base.rules(derivations=(*USUAL, "contrast-se")).reason("T")

    def test_a_printed_comparison_of_sides_is_cautioned(self, base) -> None:
        base.study("S", design="split-scalp").arm("S", "A", "needling drug-5").arm("S", "B", "drug-5")
        base.printed("S", **PRINTED, se=1.5).rules(derivations=("contrast-se",))
        (contrast,) = base.select().contrasts
        assert "right only if the printed analysis was a paired one" in contrast.cautions[0]
        assert contrast.n == 58


class TestArms:
    def test_a_change_from_final_values_replaces_them_where_changes_come_first(self, base) -> None:
        rows = tuple(row | {"baseline_mean": 12.0, "baseline_sd": 5.0} for row in GOOD)
        base.trial("T", *rows).asks(value_types=("change", "final"), mix_values=True)
        assert methods(base) == []
        base.rules(derivations=("change-from-final",), correlation=0.7)
        assert methods(base) == ["change-from-final"] * 2
        (contrast,) = base.select().contrasts
        assert contrast.value_type == "change"
        assert contrast.arm_1.mean == 8.0
        base.asks(value_types=("final", "change"))
        assert methods(base) == []

    def test_a_printed_change_comes_before_a_derived_one(self, base) -> None:
        rows = tuple(row | {"baseline_mean": 12.0, "baseline_sd": 5.0} for row in GOOD)
        base.trial("T", *rows).asks(value_types=("change", "final"), mix_values=True)
        base.value("T", "A", **GOOD[0], value_type="change").value("T", "B", **GOOD[1], value_type="change")
        base.rules(derivations=("change-from-final",))
        assert methods(base) == []

    def test_skewed_quartiles_keep_a_trial_out_with_the_reason(self, base) -> None:
        skewed = {"mean": NAN, "sd": NAN, "n": 50, "q1": 1.0, "median": 1.5, "q3": 14.0}
        base.trial("T", skewed, GOOD[1]).rules(derivations=("five-numbers",))
        assert "the data are skewed" in base.reason("T")

    def test_arms_are_taken_together_or_divided_only_where_admitted(self, base) -> None:
        base.trial("M", *GOOD).arm("M", "C", "needling drug-5").value("M", "C", **GOOD[0])
        assert base.rules(derivations=()).reason("M") == "arms taken together: not admitted"
        assert base.asks(multi_arm="split").reason("M") == "shared arm divided: not admitted"
        assert len(base.rules(derivations=USUAL).select().contrasts) == 2

    def test_arms_counted_for_harms_are_added_up_only_where_admitted(self, base) -> None:
        base.compares(kind="single-arm", background=()).asks(outcome="pain", measure="PFT", window="")
        base.study("T").arm("T", "A", "needling").arm("T", "B", "needling drug-5")
        base.harm("T", "A", events=1).harm("T", "B", events=2)
        assert base.select().contrasts[0].arm_1.events == 3
        assert base.rules(derivations=()).reason("T") == "arms taken together: not admitted"

    def test_a_percentage_of_people_with_a_harm_is_a_count_where_one_alone_fits(self, base) -> None:
        base.compares(kind="single-arm", background=()).asks(outcome="pain", measure="PFT", window="")
        base.study("T").arm("T", "A", "needling").harm("T", "A", events=None, percent=15.0)
        base.study("U").arm("U", "A", "needling").harm("U", "A", events=None, percent=15.0, n=22)
        assert base.reason("T") == "count only implied by a percentage"
        base.rules(derivations=("percent-to-events",))
        assert [contrast.arm_1.events for contrast in base.select().contrasts] == [3]
        assert "no count of 22 people gives 15%" in base.reason("U")

    def test_an_arm_smaller_than_its_parts_is_not_divided(self, base) -> None:
        base.trial("M", GOOD[0], GOOD[1] | {"n": 3}).arm("M", "C", "needling drug-5").value("M", "C", **GOOD[0])
        assert base.asks(multi_arm="split").reason("M") == "arm B, divided by 2, has fewer people than a mean needs"

    def test_a_count_of_fewer_people_than_parts_is_not_divided(self, base) -> None:
        base.asks(outcome="response", measure="RR", multi_arm="split").study("M")
        for arm, components in (("A", "needling drug-5"), ("B", "drug-5"), ("C", "needling drug-5")):
            base.arm("M", arm, components)
            base.value("M", arm, outcome="response", events=1, total=1 if arm == "B" else 9)
        assert base.reason("M") == "arm B has fewer people than comparisons that share it"

    @pytest.mark.parametrize(
        ("events", "n", "reason"), [(0, 0, "nobody was assessed"), (5, 3, "5 events among 3 people")]
    )
    def test_a_harm_that_cannot_be_stays_out_with_the_reason(self, base, events, n, reason) -> None:
        base.compares(kind="single-arm", background=()).asks(outcome="pain", measure="PFT", window="")
        base.study("T").arm("T", "A", "needling").harm("T", "A", events=events, n=n)
        assert reason in base.reason("T")

    @pytest.mark.parametrize("n", [0, 1])
    def test_a_mean_of_fewer_than_two_people_stays_out_with_the_reason(self, base, n) -> None:
        base.trial("T", GOOD[0], GOOD[1] | {"n": n})
        assert base.reason("T") == f"n is {n}: a mean needs at least 2 people"

    def test_a_count_among_nobody_stays_out_with_the_reason(self, base) -> None:
        base.asks(outcome="response", measure="RR").study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5")
        base.value("T", "A", outcome="response", events=1, total=9)
        base.value("T", "B", outcome="response", events=0, total=0)
        assert base.reason("T") == "nobody was assessed: n is 0"


class TestArmsWithoutNumbers:
    @pytest.mark.parametrize("policy", ["combine", "split"])
    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            (None, "a value for one arm only"),
            (MEANS[0], "no SD, SE or interval"),
            (GOOD[0] | {"pooling": "no"}, "judged not fit for pooling"),
            (GOOD[0] | {"time_weeks": 24.0}, "the arms' values are of different kinds, thresholds or times"),
        ],
    )
    def test_the_rest_enters_and_it_is_said(self, base, policy, values, reason) -> None:
        base.trial("T", *GOOD).arm("T", "C", "needling drug-5").asks(multi_arm=policy)
        if values:
            base.value("T", "C", **values)
        (contrast,) = base.select().contrasts
        told = f"arm arm C of this comparison gives no usable numbers: {reason}; the rest enters"
        assert contrast.cautions == (told,)
        assert contrast.arm_1.arm_id == "A"

    def test_a_pair_of_another_time_is_left_and_said(self, base) -> None:
        base.trial("T", *GOOD).arm("T", "C", "needling drug-2").arm("T", "D", "drug-2")
        for arm, row in zip("CD", GOOD, strict=True):
            base.value("T", arm, **row, time_weeks=14.0)
        (contrast,) = base.select().contrasts
        assert contrast.cautions == (
            "arms arm C and arm D of this comparison give no usable numbers: of another kind, threshold or time than "
            "the others; the rest enters",
        )

    def test_nothing_is_said_where_every_arm_enters(self, base) -> None:
        base.trial("T", *GOOD).arm("T", "C", "needling drug-5").value("T", "C", **GOOD[0])
        assert base.select().contrasts[0].cautions == ()

    def test_an_arm_whose_harm_no_row_tells(self, base) -> None:
        base.compares(kind="single-arm", background=()).asks(outcome="pain", measure="PFT", window="")
        base.study("T").arm("T", "A", "needling").arm("T", "B", "needling drug-5").harm("T", "A", events=1)
        (contrast,) = base.select().contrasts
        assert "arm arm B of this comparison gives no usable numbers: not reported" in contrast.cautions[0]
        base.harm("T", "B", events=0)
        assert base.select().contrasts[0].cautions == ()


class TestMarks:
    @pytest.mark.parametrize(
        "rows",
        [
            tuple(row | {"sd": NAN, "se": 1.0} for row in GOOD),
            tuple(row | {"sd": NAN, "ci_low": 10.0, "ci_high": 2 * row["mean"] - 10, "ci_level": 0.95} for row in GOOD),
            tuple(row | {"unit": "hairs/inch2"} for row in GOOD),
        ],
    )
    def test_arithmetic_is_marked_too(self, base, rows) -> None:
        assert base.trial("T", *rows).rules(derivations=USUAL).select().contrasts[0].derived

    def test_what_is_printed_is_not_marked(self, base) -> None:
        assert not base.trial("T", *GOOD).select().contrasts[0].derived


class TestOtherMeasures:
    @pytest.fixture
    def lacking(self, base):
        rows = tuple(row | {"outcome": "thickness", "unit": "mm"} for row in GOOD)
        return base.trial("T", *rows).asks(alternatives=("thickness",), units=("any",), measure="SMD")

    def test_an_alternative_stands_in_only_where_admitted(self, lacking) -> None:
        assert lacking.reason("T") == "not reported in any text that was seen"
        lacking.rules(derivations=("other-measure",))
        assert methods(lacking) == ["other-measure"]
        assert "thickness in the place of count" in lacking.select().contrasts[0].steps[0].text

    def test_the_outcome_asked_for_comes_first(self, lacking) -> None:
        lacking.rules(derivations=("other-measure",)).value("T", "A", **GOOD[0]).value("T", "B", **GOOD[1])
        assert methods(lacking) == []

    def test_an_alternative_is_brought_to_the_unit_asked_for(self, lacking) -> None:
        lacking.asks(units=(), measure="MD").rules(derivations=("other-measure",))
        assert lacking.reason("T") == "not reported in any text that was seen"


def test_a_synthesis_may_name_what_its_primary_analysis_admits(base) -> None:
    base.trial("T", *with_p()).asks(derivations=("p-to-sd",))
    assert methods(base) == ["p-to-sd"]
    wider = base.rules(primary=False, derivations=("se-to-sd",))
    assert methods(wider) == ["p-to-sd"], "a wider analysis knows what the primary one does"


def test_no_step_is_ever_done_that_is_not_admitted(base) -> None:
    rows = tuple(row | {"baseline_mean": 12.0, "baseline_plus_minus": 5.0, "se": 1.0} for row in with_p())
    base.trial("T", *rows).trial("S", *rows, design="split-scalp").printed("T", **PRINTED, se=1.5)
    for count in range(len(allowed(Derivation)) + 1):
        admitted = allowed(Derivation)[:count]
        for contrast in base.rules(derivations=admitted).select().contrasts:
            assert {step.method for step in contrast.steps} <= set(admitted)
