"""“p ≤ 0.05” is a bound, as “p < 0.05” is; “p ≥ 0.2” bounds from below and gives no number."""

from __future__ import annotations

import pytest

from evidence.curate.arms import ArmData
from evidence.curate.derive.between import BetweenTest, find_test, spread_from_test
from evidence.curate.derive.printed_effect import contrast_methods, printed_effect
from evidence.curate.integrity.ranges import Range, p_range, parse_p
from evidence.tables import TABLES

SIGNS = ("≤", "≥")


@pytest.mark.parametrize("table", ["outcomes", "contrasts", "baselines"])
def test_every_table_with_a_p_value_takes_both_signs(table: str) -> None:
    assert set(SIGNS) <= set(TABLES[table].column("p_operator").allowed)


def test_what_the_signs_leave_possible() -> None:
    assert p_range("≤", 0.05) == Range(0.0, 0.05)
    assert p_range("≥", 0.2) == Range(0.2, 1.0)
    operator, number, _ = parse_p("≤ 0.05")
    assert p_range(operator, number) == p_range("≤", 0.05)


def test_at_most_gives_the_conservative_spread_of_the_bound() -> None:
    arms = [ArmData(arm_id=name, label=name, rows=(name,), n=20, mean=mean) for name, mean in (("A", 5.0), ("B", 0.0))]
    at_most, below = (
        spread_from_test(*arms, BetweenTest(kind="p", value=0.05, operator=sign))[0].sd for sign in ("≤", "<")
    )
    assert at_most == pytest.approx(below)
    (_, _, step) = spread_from_test(*arms, BetweenTest(kind="p", value=0.05, operator="≤"))
    assert step.method == "p-bound-to-sd"
    assert "p ≤ 0.05" in step.text


@pytest.mark.parametrize(("sign", "kind"), [("≤", "p"), ("≥", "")])
def test_a_test_between_arms(sign: str, kind: str) -> None:
    row = {"p_operator": sign, "p_value": 0.05, "p_scope": "between-arms", "value_type": "change"}
    found = find_test((row, row), [], [], value_type="change")
    if kind:
        assert (found.kind, found.operator, found.method) == ("p", "≤", "p-bound-to-sd")
    else:
        assert "a p-value above something is not a number" in found


def test_an_effect_with_a_bound_and_with_none() -> None:
    row = {"estimate": 2.0, "estimate_measure": "RR", "p_value": 0.05, "p_scope": "between-arms"}
    assert contrast_methods(row | {"p_operator": "≤"}) == ("contrast-p-bound",)
    assert contrast_methods(row | {"p_operator": "≥"}) == ()
    at_most, below = (
        printed_effect(row | {"p_operator": sign}, measure="RR", admitted=("contrast-p-bound",)) for sign in ("≤", "<")
    )
    assert at_most.vi == pytest.approx(below.vi)
