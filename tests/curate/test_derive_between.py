"""SDs from printed tests of two arms: t, F, p there and back, bounds, and what makes an SD hard to believe."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evidence.curate.arms import ArmData
from evidence.curate.derive.between import BetweenTest, difference_of_sides, find_test, spread_from_test

ROW = {"p_operator": "=", "p_value": 0.04, "p_scope": "between-arms", "value_type": "change"}
sizes = st.integers(3, 400)
gaps = st.floats(0.1, 100)
spreads = st.floats(0.5, 200)


def arms(gap, n1=20, n2=20):
    one = ArmData(arm_id="A", label="A", rows=("R1",), n=n1, mean=gap)
    return one, ArmData(arm_id="B", label="B", rows=("R2",), n=n2, mean=0.0)


@given(gap=gaps, sd=spreads, n1=sizes, n2=sizes)
def test_the_sd_goes_to_p_and_t_and_f_and_back(gap, sd, n1, n2) -> None:
    t, p = stats.ttest_ind_from_stats(gap, sd, n1, 0.0, sd, n2)
    assume(1e-200 < p < 0.999)
    for kind, value, tolerance in (("t", t, 1e-10), ("f", t**2, 1e-10), ("p", p, 1e-6)):
        one, two, step = spread_from_test(*arms(gap, n1, n2), BetweenTest(kind=kind, value=float(value)))
        assert one.sd == two.sd == pytest.approx(sd, rel=tolerance)
        assert step.method == ("p-to-sd" if kind == "p" else "statistic-to-sd")


@given(gap=gaps, bound=st.floats(1e-6, 0.2), share=st.floats(0.01, 0.999), n1=sizes, n2=sizes)
def test_a_bound_gives_at_least_the_sd_of_any_p_below_it(gap, bound, share, n1, n2) -> None:
    at_bound = spread_from_test(*arms(gap, n1, n2), BetweenTest(kind="p", value=bound, operator="<"))
    below = spread_from_test(*arms(gap, n1, n2), BetweenTest(kind="p", value=bound * share))
    assert at_bound[0].sd >= below[0].sd
    assert at_bound[2].method == "p-bound-to-sd"
    assert "conservative" in at_bound[2].caution


def test_a_p_of_0_039_for_69_hairs_needs_an_sd_of_160_and_is_flagged() -> None:
    one, two, step = spread_from_test(*arms(69.2, 50, 44), BetweenTest(kind="p", value=0.039), (4.5, 3.9, 6.5))
    assert one.sd == pytest.approx(160, abs=0.5)
    assert (one.mean - two.mean) / one.sd == pytest.approx(0.43, abs=0.005)
    assert "times that of 3 other arms" in step.caution
    plain = spread_from_test(*arms(69.2, 50, 44), BetweenTest(kind="p", value=0.039), (120.0, 150.0))
    assert plain[2].caution == ""


def test_arms_many_sds_apart_are_flagged() -> None:
    _, _, step = spread_from_test(*arms(10.0, 50, 50), BetweenTest(kind="t", value=20.0))
    assert "differ by 4 SDs" in step.caution


@pytest.mark.parametrize(
    ("gap", "test"),
    [
        (0.0, BetweenTest(kind="p", value=0.04)),
        (5.0, BetweenTest(kind="p", value=1.0)),
        (5.0, BetweenTest(kind="p", value=0.0)),
        (5.0, BetweenTest(kind="t", value=0.0)),
        (5.0, BetweenTest(kind="f", value=-2.0)),
    ],
)
def test_what_says_nothing_of_the_spread_is_refused(gap, test) -> None:
    found = spread_from_test(*arms(gap), test)
    assert isinstance(found, str)
    assert "gives no SD" in found


P = {"p_operator": "=", "p_value": 0.04, "p_scope": "between-arms"}


class TestFinding:
    def find(self, one=None, two=None, contrasts=(), others=(), value_type="change"):
        return find_test((ROW | (one or {}), ROW | (two or {})), contrasts, others, value_type=value_type)

    def test_the_p_of_both_rows(self) -> None:
        assert self.find() == BetweenTest(kind="p", value=0.04)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"one": {"p_value": 0.01}}, "print different p-values"),
            ({"others": [ROW]}, "more than two arms"),
            ({"one": {"value_type": "final", "baseline_mean": 3.0}}, "may be that of the changes"),
            (
                {"one": {"p_operator": "not-significant", "p_value": math.nan}, "two": {"p_scope": "unclear"}},
                "“not significant” is not a number",
            ),
            ({"one": {"p_operator": ">"}, "two": {"p_operator": ">"}}, "above something is not a number"),
            ({"one": {"p_scope": "within-arm"}, "two": {"p_scope": "within-arm"}}, "no p-value or test"),
        ],
    )
    def test_what_is_no_test_of_the_two_is_refused(self, changes, reason) -> None:
        found = self.find(**changes)
        assert isinstance(found, str)
        assert reason in found

    def test_a_statistic_comes_before_p_and_an_exact_p_before_a_bound(self) -> None:
        printed = {"contrast_id": "C1", "statistic": "t", "statistic_value": 2.5}
        assert self.find(contrasts=[printed]) == BetweenTest(kind="t", value=2.5, rows=("C1",))
        exact = ROW | {"contrast_id": "C2", "p_value": 0.03, "value_type": ""}
        bound = {"p_operator": "<", "p_value": 0.05}
        assert self.find(bound, bound, contrasts=[exact]).value == 0.03

    @pytest.mark.parametrize(
        "printed", [{"statistic": "t", "statistic_value": 2.5}, P, {"se": 1.0, "estimate_measure": "MD"}]
    )
    def test_a_comparison_of_no_stated_kind_may_be_of_the_changes(self, printed) -> None:
        final = {"value_type": "final", "baseline_mean": 3.0, "p_operator": ""}
        named = {"contrast_id": "C1", "value_type": "final"} | printed
        assert "may be that of the changes" in self.find(
            final, final, contrasts=[named | {"value_type": ""}], value_type="final"
        )
        assert self.find(final, final, contrasts=[named], value_type="final").rows == ("C1",)
        bare = final | {"baseline_mean": math.nan}
        assert self.find(bare, bare, contrasts=[named | {"value_type": ""}], value_type="final").rows == ("C1",)

    def test_a_t_printed_the_other_way_round_is_turned(self) -> None:
        printed = {"contrast_id": "C1", "statistic": "t", "statistic_value": -2.5, "arm_id_1": "B", "arm_id_2": "A"}
        found = self.find({"arm_id": "A"}, {"arm_id": "B"}, contrasts=[printed])
        assert found.value == 2.5
        assert spread_from_test(*arms(5.0), found)[2].caution == ""
        assert self.find({"arm_id": "B"}, {"arm_id": "A"}, contrasts=[printed]).value == -2.5

    def test_a_comparison_of_another_kind_of_value_is_not_used(self) -> None:
        printed = {"contrast_id": "C1", "statistic": "t", "statistic_value": 2.5, "value_type": "final"}
        assert self.find(contrasts=[printed]).kind == "p"


class TestSides:
    @given(gap=gaps, spread=spreads, n=st.integers(4, 300))
    def test_a_paired_p_gives_the_se_of_the_difference(self, gap, spread, n) -> None:
        se = spread / math.sqrt(n)
        p = 2 * stats.t.sf(gap / se, n - 1)
        assume(1e-200 < p < 0.999)
        found = difference_of_sides(*arms(gap, n, n), BetweenTest(kind="p", value=p), measure="MD", r=0.5)
        assert found.yi == gap
        assert found.vi == pytest.approx(se**2, rel=1e-6)

    def test_a_standardised_difference_by_hand(self) -> None:
        # d = t √(2 (1 − r)/n) = 2.5 √(2 × 0.5 / 20), g = J d with J = 1 − 3/(4 × 19 − 1) nearly
        found = difference_of_sides(*arms(4.0), BetweenTest(kind="t", value=2.5), measure="SMD", r=0.5)
        assert found.yi == pytest.approx(2.5 * math.sqrt(1 / 20) * (1 - 3 / 75), rel=1e-3)
        assert "correlate by 0.5" in found.step.assumption

    def test_sides_have_the_same_people(self) -> None:
        found = difference_of_sides(*arms(4.0, 20, 19), BetweenTest(kind="p", value=0.02), measure="MD", r=0.5)
        assert found == "sides of the same people, but with different n"
