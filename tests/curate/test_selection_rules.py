"""Which trials enter a synthesis, with which numbers, and what is said of the others."""

from __future__ import annotations

import math

import pytest

GOOD = {"mean": 20.0, "sd": 5.0, "n": 30}
WORSE = {"mean": 15.0, "sd": 6.0, "n": 28}


def entered(base) -> list[str]:
    return [contrast.study_id for contrast in base.select().contrasts]


def test_a_clean_trial_enters_with_its_own_numbers(base) -> None:
    contrast = base.trial("T1", GOOD, WORSE).select().contrasts[0]
    assert (contrast.arm_1.mean, contrast.arm_1.sd, contrast.arm_1.n) == (20.0, 5.0, 30.0)
    assert (contrast.arm_2.mean, contrast.arm_2.sd, contrast.arm_2.n) == (15.0, 6.0, 28.0)
    assert contrast.rows == ("T1-A-0", "T1-B-1")
    assert contrast.steps == ()
    assert not contrast.derived


def test_every_trial_is_either_in_or_out(base) -> None:
    base.trial("T1", GOOD, WORSE).trial("T2", {"mean": 3.0, "n": 9}, WORSE).study("T3").arm("T3", "A", "prp")
    selection = base.select()
    names = [entry.study_id for entry in (*selection.contrasts, *selection.exclusions)]
    assert sorted(names) == ["T1", "T2", "T3"]


def test_a_bundle_is_not_an_addition_of_needling(base) -> None:
    base.study("B").arm("B", "A", "needling prp drug-5").arm("B", "B", "drug-5").value("B", "A", **GOOD).value(
        "B", "B", **WORSE
    )
    assert entered(base) == []
    assert base.reason("B") == "does not make this comparison"


def test_another_dose_is_another_component(base) -> None:
    base.study("D").arm("D", "A", "needling drug-5").arm("D", "B", "drug-2").value("D", "A", **GOOD).value(
        "D", "B", **WORSE
    )
    assert entered(base) == []


def test_a_placebo_is_ignored_in_the_difference(base) -> None:
    base.study("P").arm("P", "A", "needling drug-5").arm("P", "B", "saline drug-5")
    base.value("P", "A", **GOOD).value("P", "B", **WORSE)
    assert entered(base) == ["P"]


def test_a_bundle_comparison_takes_bundles_only(base) -> None:
    base.compares(kind="bundle", control=("group:drug",), background=())
    base.trial("plain", GOOD, WORSE)
    base.study("B").arm("B", "A", "needling prp").arm("B", "B", "drug-5").value("B", "A", **GOOD).value(
        "B", "B", **WORSE
    )
    assert entered(base) == ["B"]


def test_depth_compares_the_deeper_with_the_shallower_arm(base) -> None:
    base.compares(kind="attribute", attribute="depth_mm", add=(), background=("needling",))
    base.study("D").arm("D", "A", "needling", depth_mm=0.3).arm("D", "B", "needling", depth_mm=0.5)
    base.value("D", "A", **WORSE).value("D", "B", **GOOD)
    contrast = base.select().contrasts[0]
    assert (contrast.arm_1.label, contrast.arm_2.label) == ("arm B", "arm A")


def test_of_three_depths_the_deepest_meets_the_shallowest(base) -> None:
    base.compares(kind="attribute", attribute="depth_mm", add=(), background=("needling",)).study("D")
    for arm, depth in (("A", 0.5), ("B", 1.0), ("C", 1.5)):
        base.arm("D", arm, "needling", depth_mm=depth).value("D", arm, **GOOD)
    (contrast,) = base.select().contrasts
    assert (contrast.arm_1.arm_id, contrast.arm_2.arm_id) == ("C", "A")


def test_no_arm_ever_stands_twice(base) -> None:
    base.study("M").arm("M", "A", "needling drug-5").arm("M", "C", "needling drug-5")
    base.arm("M", "B", "drug-5").arm("M", "D", "saline drug-5")
    for arm in "ABCD":
        base.value("M", arm, **GOOD)
    (contrast,) = base.select().contrasts
    assert (contrast.arm_1.arm_id, contrast.arm_2.arm_id) == ("A+C", "B+D")
    assert (contrast.arm_1.n, contrast.arm_2.n) == (60, 60)
    split = base.asks(multi_arm="split").select().contrasts
    assert len(split) == 4
    assert sum(entry.arm_1.n + entry.arm_2.n for entry in split) == 120


def test_pairs_without_an_arm_in_common_stay_apart(base) -> None:
    base.study("F").arm("F", "A", "needling drug-5").arm("F", "B", "drug-5")
    base.arm("F", "C", "needling drug-5 prp").arm("F", "D", "drug-5 prp")
    for arm in "ABCD":
        base.value("F", arm, **GOOD)
    contrasts = base.select().contrasts
    assert [(entry.arm_1.arm_id, entry.arm_2.arm_id) for entry in contrasts] == [("A", "B"), ("C", "D")]


def test_a_shared_control_at_another_time_does_not_count_again(base) -> None:
    base.trial("M", GOOD, WORSE).arm("M", "C", "needling drug-5")
    base.value("M", "C", **GOOD, time_weeks=9.0).value("M", "B", **WORSE, time_weeks=9.0)
    (contrast,) = base.select().contrasts
    assert contrast.arm_1.arm_id == "A"
    assert contrast.time_weeks == 12.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"randomised": "no"}, "not randomised"),
        ({"randomised": "not-stated"}, "randomisation not stated"),
        ({"eligibility": "sensitivity-only", "eligibility_reason": "arms do not add up"}, "arms do not add up"),
    ],
)
def test_a_trial_is_left_out_with_the_reason(base, changes, reason) -> None:
    base.trial("T", GOOD, WORSE, **changes)
    assert entered(base) == []
    assert base.reason("T") == reason


def test_other_people_do_not_count_as_making_the_comparison(base) -> None:
    base.asks(population="men").trial("W", GOOD, WORSE, sex="women")
    exclusion = base.select().exclusions[0]
    assert (exclusion.reason, exclusion.compared) == ("other population: women", False)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sd": math.nan}, "no SD, SE or interval"),
        ({"sd": math.nan, "plus_minus": 5.0}, "± is not labelled: SD or SE unknown"),
        ({"n": None}, "n of the arm not stated"),
        ({"n_status": "secondary"}, "n is secondary"),
        ({"status": "secondary"}, "secondary source only"),
        ({"status": "conflict"}, "sources conflict"),
        ({"pooling": "no"}, "judged not fit for pooling"),
        ({"unit": "hairs/field"}, "unit hairs/field cannot be brought to hairs/cm2"),
        ({"mean": math.nan}, "no mean"),
        ({"sd": 0.0}, "SD is zero"),
    ],
)
def test_a_row_is_left_out_with_the_reason(base, changes, reason) -> None:
    base.trial("T", GOOD | changes, WORSE)
    assert entered(base) == []
    assert reason in base.reason("T")


def test_time_outside_the_window_and_time_not_stated(base) -> None:
    base.trial("late", GOOD | {"time_weeks": 24.0}, WORSE | {"time_weeks": 24.0})
    base.trial("when", GOOD | {"time_weeks": math.nan}, WORSE | {"time_weeks": math.nan})
    assert base.reason("late") == "at 24 weeks, outside 8 to 16"
    assert base.reason("when") == "time not stated"
    assert entered(base.rules(unstated_time=True)) == ["when"]


def test_of_several_times_the_one_nearest_to_the_target_enters(base) -> None:
    base.trial("T", GOOD | {"time_weeks": 8.0}, WORSE | {"time_weeks": 8.0})
    base.value("T", "A", **GOOD, time_weeks=13.0).value("T", "B", **WORSE, time_weeks=13.0)
    assert base.select().contrasts[0].time_weeks == 13.0


def test_values_of_one_arm_only(base) -> None:
    base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5").value("T", "A", **GOOD)
    assert base.reason("T") == "a value for one arm only"


def test_a_p_value_without_values_is_said(base) -> None:
    base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5")
    base.printed("T", p_value=0.017, p_operator="=")
    assert base.reason("T") == "only a p-value is printed (p = 0.017)"


def test_a_p_value_of_other_arms_says_nothing(base) -> None:
    base.study("T").arm("T", "A", "needling drug-5").arm("T", "B", "drug-5").arm("T", "C", "prp")
    base.printed("T", arm_id_2="C", p_value=0.017, p_operator="=")
    assert base.reason("T") == "not reported in any text that was seen"


def test_inches_become_centimetres_and_the_step_says_so(base) -> None:
    inch = {"unit": "hairs/inch2"}
    contrast = base.trial("K", GOOD | inch | {"mean": 12.52, "sd": 4.0}, WORSE | inch).select().contrasts[0]
    assert contrast.arm_1.mean == pytest.approx(12.52 / 2.54**2, rel=1e-12)
    assert contrast.arm_1.sd == pytest.approx(4.0 / 2.54**2, rel=1e-12)
    assert [step.method for step in contrast.steps] == ["unit", "unit"]


def test_an_unlabelled_spread_is_a_named_assumption(base) -> None:
    loose = {"sd": math.nan, "plus_minus": 5.0}
    base.trial("T", GOOD | loose, WORSE | loose).rules(derivations=("plus-minus-as-sd",))
    contrast = base.select().contrasts[0]
    assert contrast.derived
    assert contrast.steps[0].assumption == "the unlabelled ± is an SD, not an SE"


def test_se_and_interval_become_sds(base) -> None:
    se = {"sd": math.nan, "se": 1.0, "n": 25}
    ci = {"sd": math.nan, "ci_low": 10.0, "ci_high": 20.0, "ci_level": 0.95, "n": 16}
    contrast = base.trial("T", GOOD | se, WORSE | ci).select().contrasts[0]
    assert contrast.arm_1.sd == pytest.approx(5.0)
    # Cochrane Handbook 6.5.2.2: √16 × (20 − 10) / (2 × 2.1314), the t quantile with 15 df
    assert contrast.arm_2.sd == pytest.approx(4 * 10 / (2 * 2.131449546), rel=1e-9)


def test_change_and_final_values_are_never_mixed_unless_asked(base) -> None:
    base.asks(value_types=("change", "final"))
    base.trial("C", GOOD | {"value_type": "change"}, WORSE | {"value_type": "change"}).trial("F", GOOD, WORSE)
    assert entered(base) == ["C"]
    assert base.reason("F") == "reported as final, the others as change: not mixed"
    assert entered(base.asks(mix_values=True)) == ["C", "F"]


def test_a_shared_control_counts_once_combined(base) -> None:
    base.trial("M", GOOD, WORSE).arm("M", "C", "needling drug-5").value("M", "C", mean=26.0, sd=4.0, n=10)
    contrast = base.select().contrasts[0]
    assert len(base.select().contrasts) == 1
    assert contrast.arm_1.n == 40
    assert contrast.arm_1.mean == pytest.approx((30 * 20 + 10 * 26) / 40)
    everyone = (29 * 25 + 9 * 16 + 30 * (20 - 21.5) ** 2 + 10 * (26 - 21.5) ** 2) / 39
    assert contrast.arm_1.sd == pytest.approx(math.sqrt(everyone))


def test_a_shared_control_counts_once_split(base) -> None:
    base.asks(multi_arm="split").trial("M", GOOD, WORSE)
    base.arm("M", "C", "needling drug-5").value("M", "C", mean=26.0, sd=4.0, n=10)
    contrasts = base.select().contrasts
    assert [contrast.arm_2.n for contrast in contrasts] == [14, 14]
    assert sum(contrast.arm_2.n for contrast in contrasts) == WORSE["n"]


def test_the_same_people_never_count_twice(base) -> None:
    base.trial("first", GOOD, WORSE).trial("again", GOOD, WORSE)
    base.overlaps["again"].add("first")
    assert entered(base) == ["first"]
    assert base.reason("again") == "may be the same people as first, which is in already"


def test_sides_of_one_scalp_are_paired_with_a_stated_correlation(base) -> None:
    side = {"mean": 20.0, "sd": 5.0, "n": 19}
    contrast = base.trial("S", side, side, design="split-scalp").rules(correlation=0.7).select().contrasts[0]
    assert contrast.paired
    assert contrast.correlation == 0.7
    assert contrast.steps[-1].method == "paired"


def test_sides_with_different_n_are_refused(base) -> None:
    base.trial("S", GOOD, WORSE, design="split-scalp")
    assert base.reason("S") == "sides of the same people, but with different n"


ONE = {"outcome": "response", "value_type": "responder", "events": 17, "total": 20, "threshold": "marked"}
TWO = ONE | {"events": 9}


class TestBinary:
    @pytest.fixture
    def responders(self, base):
        return base.asks(outcome="response", measure="RR", thresholds=("marked", "any"))

    def test_printed_counts_enter(self, responders) -> None:
        contrast = responders.trial("T", ONE, TWO).select().contrasts[0]
        assert (contrast.arm_1.events, contrast.arm_1.n) == (17, 20)

    def test_implied_counts_enter_only_where_admitted(self, responders) -> None:
        implied = {"events": None, "total": None, "percent": 85.0, "events_implied": 17, "total_implied": 20}
        responders.trial("T", ONE | implied, TWO)
        assert responders.reason("T") == "count only implied by a percentage"
        contrast = responders.rules(derivations=("percent-to-events",)).select().contrasts[0]
        assert contrast.steps[0].method == "percent-to-events"
        assert contrast.arm_1.events == 17

    def test_a_denominator_from_elsewhere_is_as_sure_as_its_source(self, responders) -> None:
        loose = {"total": None, "n": 50, "n_status": "secondary"}
        responders.trial("T", ONE | loose, TWO)
        assert responders.reason("T") == "denominator is secondary, not printed"
        assert entered(responders.rules(n_statuses=("verified", "secondary"))) == ["T"]

    def test_the_protocols_order_of_thresholds_decides(self, responders) -> None:
        responders.trial("T", ONE | {"threshold": "any"}, TWO | {"threshold": "any"})
        responders.value("T", "A", **ONE).value("T", "B", **TWO)
        assert responders.select().contrasts[0].threshold == "marked"

    def test_thresholds_are_not_interchangeable(self, responders) -> None:
        responders.trial("T", ONE, TWO | {"threshold": "any"})
        assert responders.reason("T") == "the arms' values are of different kinds, thresholds or times"

    def test_sides_of_one_scalp_need_the_table_of_pairs(self, responders) -> None:
        responders.trial("S", ONE, TWO, design="split-scalp")
        assert "needs the table of pairs" in responders.reason("S")


class TestHarms:
    @pytest.fixture
    def harms(self, base):
        base.compares(kind="single-arm", background=(), admits=("excluded-not-controlled",))
        return base.asks(outcome="pain", measure="PFT", window="")

    def test_needled_arms_are_added_up(self, harms) -> None:
        harms.study("T").arm("T", "A", "needling").arm("T", "B", "needling drug-5").arm("T", "C", "drug-5")
        harms.harm("T", "A", events=1).harm("T", "B", events=2, n=10).harm("T", "C", events=5)
        contrast = harms.select().contrasts[0]
        assert (contrast.arm_1.events, contrast.arm_1.n) == (3, 30)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"counting": "mentioned", "events": None}, "mentioned without a count"),
            ({"counting": "events"}, "events were counted, not people"),
            ({"n": None}, "no n"),
            ({"status": "secondary"}, "secondary source only"),
        ],
    )
    def test_what_is_not_a_count_of_people_stays_out(self, harms, changes, reason) -> None:
        harms.study("T").arm("T", "A", "needling").harm("T", "A", **changes)
        assert harms.reason("T") == reason

    def test_the_same_people_never_count_twice(self, harms) -> None:
        for name in ("first", "again"):
            harms.study(name).arm(name, "A", "needling").harm(name, "A", events=1)
        harms.overlaps["again"].add("first")
        assert entered(harms) == ["first"]
        assert harms.reason("again") == "may be the same people as first, which is in already"

    def test_nobody_is_counted_twice(self, harms) -> None:
        harms.study("T").arm("T", "A", "needling").harm("T", "A", events=7).harm("T", "A", events=2)
        harms.study("S", design="split-scalp").arm("S", "A", "needling").arm("S", "B", "needling drug-5")
        harms.harm("S", "A", events=4).harm("S", "B", events=5)
        assert entered(harms) == []
        assert harms.reason("T") == "one arm is counted more than once"
        assert harms.reason("S") == "sides of the same people, counted side by side"

    def test_all_arms_together_count_where_all_are_needled(self, harms) -> None:
        harms.study("T", design="split-scalp").arm("T", "A", "needling").arm("T", "B", "needling drug-5")
        harms.harm("T", "", events=0, n=30, counting="stated-none")
        harms.study("U").arm("U", "A", "needling").arm("U", "B", "drug-5").harm("U", "", n=60, counting="stated-none")
        assert [(c.study_id, c.arm_1.n) for c in harms.select().contrasts] == [("T", 30)]
        assert harms.reason("U") == "counted for the arms together, not by arm"

    def test_a_doubtful_zero_waits_for_a_sensitivity_analysis(self, harms) -> None:
        harms.study("T").arm("T", "A", "needling").harm("T", "A", counting="stated-none", pooling="sensitivity")
        assert harms.reason("T") == "for sensitivity analyses only"
        assert entered(harms.rules(pooling=("yes", "caveat", "sensitivity"))) == ["T"]

    def test_silence_is_not_zero(self, harms) -> None:
        harms.study("T").arm("T", "A", "needling")
        assert harms.reason("T") == "not reported, which is not zero"

    def test_a_plain_none_is_zero_and_single_arms_are_let_in(self, harms) -> None:
        harms.study("T", eligibility="excluded-not-controlled", eligibility_reason="single arm", randomised="no")
        harms.arm("T", "A", "needling").harm("T", "A", counting="stated-none")
        assert harms.select().contrasts[0].arm_1.events == 0
