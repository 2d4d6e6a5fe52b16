"""Which counts a printed percentage allows, against every count printed by every way of rounding."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.tables.rules.percent import counts_of_percent, is_share, nearest_shares

WAYS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN, ROUND_DOWN)


def printed(events: int, total: int, decimals: int) -> set[str]:
    """Return the ways in which events/total may be printed."""
    with localcontext() as context:
        context.prec = 50
        share = Decimal(100 * events) / Decimal(total)
        return {str(share.quantize(Decimal(1).scaleb(-decimals), rounding=way)) for way in WAYS}


@given(st.integers(1, 400), st.data(), st.integers(0, 3))
def test_every_printed_share_allows_its_count(total, data, decimals):
    events = data.draw(st.integers(0, total))
    for percent in printed(events, total, decimals):
        assert is_share(percent, events, total)
        assert events in counts_of_percent(percent, total)


@pytest.mark.parametrize("total", [7, 20, 28, 44])
@pytest.mark.parametrize("decimals", [0, 1])
def test_counts_are_exactly_those_that_print_so(total, decimals):
    every = {count: printed(count, total, decimals) for count in range(total + 1)}
    for step in range(100 * 10**decimals + 1):
        percent = str(Decimal(step).scaleb(-decimals))
        expected = tuple(count for count, prints in every.items() if percent in prints)
        assert counts_of_percent(percent, total) == expected, percent


def test_printed_zeros_count():
    """50 % of 300 is any of four counts, 50.0 % only one."""
    assert counts_of_percent("50", 300) == (149, 150, 151, 152)
    assert counts_of_percent("50.0", 300) == (150,)


def test_nobody_has_no_share():
    assert not is_share("0", 0, 0)
    assert counts_of_percent("0", 0) == ()
    assert nearest_shares("5", 0) == "a denominator above 0"
