"""Numbers as cards show them, and the hints of errors."""

from __future__ import annotations

import pytest

from evidence.card import show_number
from evidence.errors import OptionError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0999999999, "0.1000"),
        (-0.0999999999, "−0.1000"),
        (0.09994, "0.09994"),
        (0.99999, "1.000"),
        (99.99999, "100.0"),
        (999.99, "1000"),
        (9999999.9, "1.00e+07"),
        (9.9999e-9, "1.00e−08"),
    ],
)
def test_rounding_up_to_a_power_of_ten_adds_no_digit(value: float, shown: str) -> None:
    assert show_number(value) == shown


@pytest.mark.parametrize(
    ("value", "options", "hint"),
    [
        ("or", ("RR", "OR", "ROR"), "did you mean 'OR'?"),
        ("reml", ("REML", "ML"), "did you mean 'REML'?"),
        ("smdx", ("MD", "SMDH", "OR"), "did you mean 'SMDH'?"),
        ("REM", ("DL", "PM", "REML"), "did you mean 'REML'?"),
        ("x", ("DL", "PM"), "is not an option. Allowed"),
        (None, ("DL", "PM"), "is not an option. Allowed"),
    ],
)
def test_an_option_in_other_letter_case_is_recognised(value: object, options: tuple[str, ...], hint: str) -> None:
    assert hint in str(OptionError("measure", value, options))
