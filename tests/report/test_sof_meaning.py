"""The plain sentence: GRADE's words for each certainty and size, and nothing that the numbers do not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from judged_review import judged_review

import evidence as ev
from evidence.errors import InputError
from evidence.report import summary_of_findings
from evidence.report.sof.meaning import Thresholds, size_of, statement

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase

# The informative statements of GRADE guidelines 26 (Santesso and others 2020), for a reduction; of "likely" and
# "probably", which it offers side by side, the second.
TABLE = {
    ("high", "large"): "X results in a large reduction in y",
    ("high", "moderate"): "X reduces y",
    ("high", "small"): "X reduces y slightly",
    ("high", "trivial"): "X results in little to no difference in y",
    ("moderate", "large"): "X probably results in a large reduction in y",
    ("moderate", "moderate"): "X probably reduces y",
    ("moderate", "small"): "X probably reduces y slightly",
    ("moderate", "trivial"): "X probably results in little to no difference in y",
    ("low", "large"): "X may result in a large reduction in y",
    ("low", "moderate"): "X may reduce y",
    ("low", "small"): "X may reduce y slightly",
    ("low", "trivial"): "X may result in little to no difference in y",
}
ALL = {
    "moderate": {"risk-of-bias": "-1"},
    "low": {"risk-of-bias": "-1", "imprecision": "-1"},
    "very-low": {"risk-of-bias": "-2", "imprecision": "-1"},
    "high": {},
}


@pytest.mark.parametrize(("key", "expected"), list(TABLE.items()))
def test_the_words_of_grade(key: tuple[str, str], expected: str) -> None:
    certainty, size = key
    assert statement("X", "y", certainty=certainty, size=size, rises=False) == expected
    upwards = expected.replace("reduction", "increase").replace("reduce", "increase")
    assert statement("X", "y", certainty=certainty, size=size, rises=True) == upwards


def test_very_low_certainty_has_no_direction_and_no_size() -> None:
    said = {
        statement("X", "y", certainty="very-low", size=size, rises=rises)
        for size in ("large", "trivial", "unknown")
        for rises in (True, False)
    }
    assert said == {"The evidence is very uncertain about the effect of X on y"}


@pytest.mark.parametrize(
    ("difference", "size"),
    [(0, "trivial"), (-9.9, "trivial"), (10, "small"), (-20, "moderate"), (29.9, "moderate"), (-30, "large")],
)
def test_sizes_begin_at_their_thresholds(difference: float, size: str) -> None:
    assert size_of(difference, Thresholds(small=10, moderate=20, large=30)) == size


def sentence(folder: Path, name: str, certainty: str, *, mid: float | None = 10, **options: object) -> str:
    project = judged_review(folder / "review", judged={name: ALL[certainty]}, mid=mid)
    (row,) = summary_of_findings(ev.load(project.root), ids=[name], **options).rows
    assert row.certainty == certainty
    return row.meaning


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> EvidenceBase:
    return ev.load(judged_review(tmp_path_factory.mktemp("meaning") / "review").root)


@pytest.mark.parametrize(
    ("certainty", "start"),
    [
        ("high", "Exercise + usual care increases response, compared with usual care."),
        ("moderate", "Exercise + usual care probably increases response, compared with usual care."),
        ("low", "Exercise + usual care may increase response, compared with usual care."),
        (
            "very-low",
            "The evidence is very uncertain about the effect of exercise + usual care on response, compared with "
            "usual care.",
        ),
    ],
)
def test_without_thresholds_an_interval_that_excludes_no_effect_has_a_direction(
    tmp_path: Path, certainty: str, start: str
) -> None:
    assert sentence(tmp_path, "exercise-response", certainty) == start


@pytest.mark.parametrize("certainty", ["high", "moderate", "low"])
def test_without_thresholds_an_interval_that_includes_no_effect_settles_nothing(tmp_path: Path, certainty: str) -> None:
    said = sentence(tmp_path, "exercise-pain", certainty, mid=None)
    assert said == (
        f"The evidence ({certainty} certainty) does not settle whether exercise + usual care increases or reduces "
        "pain, compared with usual care: the interval includes no effect, and nobody said which differences matter."
    )


@pytest.mark.parametrize(
    ("mid", "said"),
    [
        (
            10,  # −9.75 (−31.89 to 12.38)
            "Exercise + usual care may result in little to no difference in pain, compared with usual care; "
            "the interval includes differences that matter.",
        ),
        (40, "Exercise + usual care may result in little to no difference in pain, compared with usual care."),
        (
            5,  # 12.38 the other way is more than 5
            "Exercise + usual care may reduce pain, compared with usual care; the interval includes no effect, and "
            "the opposite to a degree that matters.",
        ),
    ],
)
def test_the_protocols_smallest_difference_that_matters_decides(tmp_path: Path, mid: float, said: str) -> None:
    assert sentence(tmp_path, "exercise-pain", "low", mid=mid) == said


def test_the_readers_thresholds_name_the_size_and_are_named(plain: EvidenceBase) -> None:
    """262 more per 1000 (94 more to 504 more)."""
    for limits, words in (
        ((50, 100, 200), "probably results in a large increase in response, compared with usual care."),
        ((50, 100, 300), "probably increases response, compared with usual care."),
        ((100, 270, 300), "probably increases response slightly, compared with usual care; the interval includes "),
        ((300, 400, 500), "probably results in little to no difference in response, compared with usual care; the "),
    ):
        told = summary_of_findings(plain, ids=["exercise-response"], thresholds={"response": limits})
        assert words in told.rows[0].meaning
        listed = ", ".join(str(limit) for limit in limits)
        assert any(f"begin at {listed} per 1000, as given by the reader" in note.text for note in told.footnotes)


def test_thresholds_in_another_unit_are_refused(plain: EvidenceBase) -> None:
    from dataclasses import replace

    outcomes = dict(plain.protocol.outcomes)
    outcomes["pain"] = replace(outcomes["pain"], unit="cm", mid=None)
    spec = replace(plain.protocol.synthesis("exercise-pain"), units=("mm", "cm"))
    answers = plain.answer("exercise-pain")
    protocol = replace(plain.protocol, outcomes=outcomes, syntheses={**plain.protocol.syntheses, "exercise-pain": spec})
    results = {name: replace(result, protocol=protocol) for name, result in answers.results.items()}
    with pytest.raises(InputError, match="are in cm, but exercise-pain is in mm"):
        summary_of_findings(
            plain, {"exercise-pain": replace(answers, results=results)}, ["exercise-pain"],
            thresholds={"pain": (1, 2, 3)},
        )  # fmt: skip


def test_a_difference_is_told_in_smallest_differences_that_matter_only_where_the_protocol_has_one(
    plain: EvidenceBase, tmp_path: Path
) -> None:
    notes = [note.text for note in summary_of_findings(plain, ids=["exercise-pain"]).footnotes]
    assert "The difference is −0.98 (−3.19 to 1.24) minimal important differences of 10 mm." in notes
    without = ev.load(judged_review(tmp_path / "review", mid=None).root)
    assert not any("important" in note.text for note in summary_of_findings(without, ids=["exercise-pain"]).footnotes)


def test_one_trial_is_said_before_anything_else(tmp_path: Path) -> None:
    said = sentence(tmp_path, "exercise-harm", "very-low")
    assert said.startswith("One trial, not a synthesis. The evidence is very uncertain about the effect of exercise")


def test_unjudged_rows_never_use_the_words_of_certainty(real: EvidenceBase) -> None:
    told = summary_of_findings(real, ids=list(real.protocol.syntheses)[:20])
    words = re.compile(r"\b(probably|likely|may|results? in|reduces?|increases?)\b")
    assert not [row.meaning for row in told.rows if words.search(row.meaning)]
