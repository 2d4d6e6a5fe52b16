"""The page on screening says what the code does: every part and weight, the filter, every key and option."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from evidence.cli.main import app
from evidence.screen.rank import weights
from evidence.screen.rank.filter import FILTER
from evidence.screen.session import KEYS


@pytest.fixture(scope="module")
def text(root) -> str:
    """Return the page."""
    return (root / "docs" / "screening.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def listed(text) -> dict[str, list[float]]:
    """Return the points of each part as the table lists them."""
    found: dict[str, list[float]] = {}
    name = ""
    for cells in re.findall(r"^\|([^|]*)\|([^|]*)\|[^|]*\|$", text, flags=re.MULTILINE):
        name = cells[0].strip() or name
        numbers = re.findall(r"[+−]?\d+", cells[1])
        found.setdefault(name, []).extend(float(number.replace("−", "-")) for number in numbers)
    return found


@pytest.mark.parametrize(
    ("part", "points"),
    [
        ("publication type", weights.TRIAL_TYPES.values()),
        ("record type", weights.LOWERED_TYPES.values()),
        ("Cochrane RCT filter", [weights.FILTER_PASSED]),
        ("Cochrane RCT filter, animals", [weights.ANIMALS_INDEXED]),
        ("random allocation", [weights.RANDOM_IN_TITLE, weights.RANDOM_IN_ABSTRACT]),
        ("within person", [weights.WITHIN_PERSON]),
        ("comparison", [weights.COMPARISON]),
        ("registered", [weights.REGISTERED]),
        ("review words", [weights.REVIEW_IN_TITLE, weights.REVIEW_IN_ABSTRACT]),
        ("animal words", [weights.ANIMAL_WORDS]),
        ("terms: *group*", [weights.TERM_IN_TITLE, weights.TERM_IN_ABSTRACT, weights.TERM_IN_HEADING]),
        ("all term groups", [weights.ALL_GROUPS]),
        ("like known items", [0, weights.SIMILARITY]),
        *((name, [0]) for name in ("language", "abstract", "notice")),
    ],
)
def test_every_weight_is_the_one_in_the_code(listed, part, points) -> None:
    assert sorted(set(listed[part])) == sorted(set(map(float, points)))


def test_the_filter_stands_there_word_for_word(text) -> None:
    assert FILTER in " ".join(text.split())


def test_every_key_is_listed(text) -> None:
    assert [key for key in KEYS if f"| `{key}` |" not in text] == []


def test_every_option_that_is_named_exists(text) -> None:
    shown = CliRunner().invoke(app, ["screen", "--help"], env={"COLUMNS": "200"}).stdout
    lines = [line for line in text.splitlines() if "evidence screen" in line or "`--" in line]
    named = {option for line in lines for option in re.findall(r"--[a-z-]+", line)} - {"--full"}
    assert len(named) >= 8
    assert [option for option in named if option not in shown] == []
