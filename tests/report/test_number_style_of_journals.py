"""The conventions of journals, against what their manuals print."""

from __future__ import annotations

import math

import pytest

from evidence.errors import OptionError
from evidence.number_style import NUMBER_STYLES, number_style


@pytest.mark.parametrize(
    ("style", "p", "text"),
    [
        # AMA 11th edition, 18.6.1: two figures from .01 on, three below, P < .001; three where two would hide the side
        # of .05; no zero before the point.
        ("ama", 0.0123, "P = .01"),
        ("ama", 0.0096, "P = .01"),
        ("ama", 0.0012, "P = .001"),
        ("ama", 0.00096, "P < .001"),
        ("ama", 0.0463, "P = .046"),
        ("ama", 0.0499, "P < .05"),
        ("ama", 0.0501, "P = .05"),
        ("ama", 0.996, "P > .99"),
        # APA 7th edition, 6.36: exact to two or three decimals, p < .001, no zero before the point
        ("apa", 0.0123, "p = .012"),
        ("apa", 0.0004, "p < .001"),
        ("apa", 0.04996, "p < .05"),
        ("bmj", 0.25, "P=0.25"),
        ("bmj", 0.0004, "P<0.001"),
        ("vancouver", 0.0123, "p=0.012"),
        ("revman", 0.0123, "P = 0.012"),
        ("house", 0.04996, "p = 0.050"),
        ("house", 0.0123, "p = 0.012"),
        ("house", math.nan, "p n/e"),
        ("ama", math.nan, "P n/e"),
    ],
)
def test_p_values(style: str, p: float, text: str) -> None:
    assert number_style(style).p(p) == text


@pytest.mark.parametrize("style", list(NUMBER_STYLES))
def test_no_style_turns_significance_around_but_the_house_that_rounds_like_its_tables(style: str) -> None:
    for thousandth in range(1, 1000):
        p = thousandth / 10_000
        text = number_style(style).p(p)
        number = float("0." + text.partition(".")[2])
        if style == "house" or "<" in text or ">" in text:
            continue
        assert (number < 0.05) == (round(p, 4) < 0.05), (p, text)


@pytest.mark.parametrize(
    ("style", "low", "high", "text"),
    [
        ("house", 0.49, 2.17, "0.49 to 2.17"),
        ("ama", 0.49, 2.17, "0.49-2.17"),
        ("ama", -0.6, 2.45, "−0.60 to 2.45"),
        ("ama", -2.0, -1.0, "−2.00 to −1.00"),
        ("apa", -0.6, 2.45, "−0.60, 2.45"),
        ("bmj", 0.49, 2.17, "0.49 to 2.17"),
        ("ama", math.nan, math.nan, "n/e to n/e"),
        ("ama", 0.5, math.inf, "0.50 to ∞"),
    ],
)
def test_intervals(style: str, low: float, high: float, text: str) -> None:
    assert number_style(style).interval(low, high) == text


def test_a_bound_has_no_hyphen_beside_it() -> None:
    assert number_style("ama").interval(1e-9, 5000, ratio=True) == "<0.01 to >1000"
    assert number_style("ama").interval(0.5, 5000, ratio=True) == "0.50 to >1000"


def test_thousands_and_dates() -> None:
    assert number_style("apa").grouped("357\u202f347") == "357,347"
    assert number_style("apa").grouped("1234.50") == "1,234.50"
    assert number_style("apa").grouped("0.12345") == "0.12345"
    assert number_style("apa").grouped("999") == "999"
    assert number_style("house").grouped("357\u202f347") == "357\u202f347"
    assert number_style("apa").day("2026-03-09") == "March 9, 2026"
    assert number_style("vancouver").day("2026-03-09T23:59:59Z") == "9 March 2026"
    with pytest.raises(ValueError, match="isoformat"):
        number_style("bmj").day("last week")


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(OptionError, match="style"):
        number_style("lancet")
