"""Units convert by what the review says they are, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.curate.units import conversion_factor
from evidence.errors import ProtocolError

KNOWN = {
    "mg/dl": "milligram / deciliter",
    "g/l": "gram / liter",
    "10^9/l": "1e9 / liter",
    "cells/ul": "1 / microliter",
    "per-cm2": "1 / centimeter ** 2",
    "per-inch2": "1 / inch ** 2",
    "mm": "millimeter",
    "celsius": "degC",
    "kelvin": "kelvin",
    "decibel": "dB",
    "ratio": "dimensionless",
}


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("mg/dl", "g/l", 0.01),
        ("10^9/l", "cells/ul", 1000.0),
        ("per-inch2", "per-cm2", 1 / 6.4516),
        ("mm", "mm", 1.0),
        ("points", "points", 1.0),
    ],
)
def test_factors_by_hand(unit, target, factor) -> None:
    assert conversion_factor(unit, target, KNOWN) == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("mm", "g/l"),
        ("points", "mm"),
        ("mm", "points"),
        ("celsius", "kelvin"),
        ("kelvin", "celsius"),
        ("decibel", "ratio"),
    ],
)
def test_what_has_no_factor_is_not_converted(unit, target) -> None:
    """A score is no length although pint knows the printers' point, and 1 °C is not 274.15 times 1 K."""
    assert conversion_factor(unit, target, KNOWN) is None


@pytest.mark.parametrize("expression", ["hairs", "1 /", "mm **", '__import__("os")', "1/0", "a lot of mm"])
def test_a_definition_that_pint_does_not_know_is_an_error(expression) -> None:
    with pytest.raises(ProtocolError, match=r"is not a unit that pint knows .*mend `pint` in \[\[units\]\]"):
        conversion_factor("x", "mm", KNOWN | {"x": expression})


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["mg/dl", "g/l", "10^9/l", "cells/ul", "per-cm2", "per-inch2", "mm"]), st.data())
def test_there_and_back_is_one(unit, data) -> None:
    target = data.draw(st.sampled_from(sorted(KNOWN)))
    there = conversion_factor(unit, target, KNOWN)
    back = conversion_factor(target, unit, KNOWN)
    assert (there is None) == (back is None)
    assert there is None or there * back == pytest.approx(1, rel=1e-13)
