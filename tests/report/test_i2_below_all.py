"""I² of less than all is never shown as 100%, wherever it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import evidence as ev
from evidence.certainty import propose
from evidence.numbers import format_i2
from evidence.report import summary_of_findings

BCG = Path(__file__).resolve().parents[2] / "examples" / "bcg-vaccine"
NAME = "tuberculosis-difference"
SHOWN = "99.9%"


@pytest.fixture(scope="module")
def base() -> ev.EvidenceBase:
    return ev.load(BCG)


def test_whole_percents_would_say_all(base: ev.EvidenceBase) -> None:
    i2 = base.synthesis(NAME).i2
    assert 99.85 < i2 < 99.95
    assert f"{i2:.0f}" == "100"


@pytest.mark.parametrize("style", ["house", "ama", "apa", "bmj", "vancouver"])
def test_sentences(base: ev.EvidenceBase, style: str) -> None:
    told = base.synthesis(NAME).cite(style=style)
    assert SHOWN in told
    assert "100%" not in told


@pytest.mark.parametrize("preset", ["house", "revman5", "jama", "bmj", "cochrane"])
def test_forest_plots(base: ev.EvidenceBase, preset: str) -> None:
    told = " ".join(text.get_text() for text in base.synthesis(NAME).forest(preset=preset).texts)
    assert f"I² = {SHOWN}" in told.replace("\u00a0", " ") or f"I²={SHOWN}" in told


def test_tables_and_proposals(base: ev.EvidenceBase) -> None:
    result = base.synthesis(NAME)
    (row,) = summary_of_findings(base, ids=[NAME]).rows
    assert any(f"I² = {SHOWN};" in note for note in row.notes["effect"])
    assert f"I² {SHOWN}" in propose(result).domain("inconsistency").reason
    assert SHOWN in result.fit.summary()


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(99.4, 0, "99%"), (99.5, 0, "99.5%"), (99.996, 1, "99.996%"), (100.0, 0, "100%"), (0.0, 0, "0%")],
)
def test_decimals_come_where_they_are_needed(value: float, digits: int, text: str) -> None:
    assert format_i2(value, digits) == text


def test_what_cannot_be_estimated_stays_so() -> None:
    assert format_i2(float("nan")) == "n/e"
