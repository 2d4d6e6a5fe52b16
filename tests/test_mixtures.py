"""What a synthesis mixes is said."""

from __future__ import annotations

import pandas as pd
import pytest

from evidence.synthesis.mixtures import mixtures

ALIKE = {"threshold": "marked", "value_type": "final", "time_weeks": 12.0, "paired": False}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        ({"threshold": "one-grade"}, "Responders are not the same: marked, one grade."),
        ({"value_type": "change"}, "The trials mix changes and final values."),
        ({"time_weeks": 24.0}, "Times differ: 12 to 24 weeks."),
        ({"time_weeks": 16.0}, ""),
        ({"time_weeks": float("nan")}, ""),
        ({"paired": True}, "Comparisons within people stand beside comparisons between people."),
    ],
)
def test_what_differs_is_named(changes, sentence) -> None:
    found = mixtures(pd.DataFrame([ALIKE, ALIKE | changes]))
    assert found == ((sentence,) if sentence else ())


def test_one_trial_mixes_nothing() -> None:
    assert mixtures(pd.DataFrame([ALIKE])) == ()
