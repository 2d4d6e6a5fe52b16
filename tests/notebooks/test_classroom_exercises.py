"""Exercises: which answers are the same, and what is said of each."""

from __future__ import annotations

import notebook_checks
import numpy as np
import pandas as pd
import pytest

notebook_checks.exercises("08")  # makes the classroom importable
from classroom import Exercise, Mistake, check  # noqa: E402


def exercise(answer, *mistakes, rel=0.005):
    return Exercise(
        question="How many?",
        answer=lambda: answer,
        because="Indeed.",
        hint="Count again.",
        mistakes=tuple(Mistake(answer=lambda value=value: value, because=why) for value, why in mistakes),
        rel=rel,
    )


@pytest.mark.parametrize(
    ("right", "given"),
    [
        (0.42, 0.4219),
        (0.42, np.float64(0.42)),
        (13, np.int64(13)),
        (0, 0.0),
        (True, np.True_),
        ("Shah2017", " shah2017 "),
        ({"a", "b"}, ["B", "a"]),
        ({"a", "b"}, pd.Series(["a", "b"])),
        ({44, 50}, {50.0, 44.0}),
        ({44, 50}, set(np.array([44.0, 50.0]))),
        ({44.0, 50.0}, ["50", 44]),
        ((0.33, 0.73), [0.3301, 0.7299]),
        ((0.33, 0.73), np.array([0.33, 0.73])),
        ({"x": 1, "y": "no"}, {"y": "No", "x": 1.001}),
    ],
)
def test_these_are_one_answer(right, given) -> None:
    assert exercise(right).judge(given).right is True


@pytest.mark.parametrize(
    ("right", "given", "form"),
    [
        (0.42, 0.43, ""),
        (0.42, "0.42", "A number is wanted here, and this is text. "),
        (1, True, "A number is wanted here, and this is True or False. "),
        (True, 1, "True or False is wanted here, and this is a number. "),
        (True, "True", "True or False is wanted here, and this is text. "),
        ({"a", "b"}, {"a"}, ""),
        ({"a", "b"}, "a", "A set is wanted here, and this is text. "),
        ((0.33, 0.73), (0.73, 0.33), ""),
        ((0.33, 0.73), (0.33,), ""),
        ({"x": 1, "y": 2, "z": 3}, {"x": 2, "y": 2, "z": 0}, "Look again at x, z. "),
        ({"x": 1}, {"z": 1}, ""),
        (2.0, float("nan"), ""),
        (2.0, object(), "A number is wanted here, and this is of the type object. "),
    ],
)
def test_these_are_not_and_the_form_that_is_wanted_is_told(right, given, form) -> None:
    verdict = exercise(right).judge(given)
    assert (verdict.right, verdict.message) == (False, f"{form}Count again.")


def test_a_mistake_is_told_by_its_reason_and_the_right_answer_comes_first() -> None:
    asked = exercise(10.0, (20.0, "Twice."), (10.001, "Never reached."))
    assert repr(asked.judge(20)) == "✗ Not yet. Twice."
    assert asked.judge(10.001)._repr_markdown_() == "**✓ Right.** Indeed."


def test_the_relative_difference_is_the_exercises_own() -> None:
    assert exercise(10.0, rel=0.1).judge(10.9).right
    assert not exercise(10.0).judge(10.9).right


@pytest.mark.parametrize("nothing", [..., None])
def test_an_answer_not_given_shows_the_question(nothing) -> None:
    assert repr(exercise(1).judge(nothing)) == "Your turn. How many?"


def test_an_exercise_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(KeyError, match=r"There is no exercise 8\.99; notebook 8 has 8\.1, "):
        check("8.99", 1)


@pytest.mark.parametrize("number", ["61", "99.1", "six.1"])
def test_a_notebook_that_does_not_exist_is_told_with_how_numbers_are_written(number) -> None:
    with pytest.raises(KeyError, match=rf"There is no exercise {number}: .* as in '6\.1'"):
        check(number, 1)


def test_a_number_without_quotation_marks_will_do() -> None:
    assert check(6.1, 80).right
