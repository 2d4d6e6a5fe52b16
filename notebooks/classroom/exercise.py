"""Exercises: what is asked, what is right and why, and what each likely mistake shows.

The exercises of notebook NN stand in ``classroom/notebook_NN.py`` as a mapping ``EXERCISES`` from their number ("3.1") to an
`Exercise`. Right answers are computed from the data, never typed in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Exercise", "Mistake", "Verdict", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A likely wrong answer, computed as the learner would have, and what it shows.

    Attributes
    ----------
    answer : callable
        Without arguments; returns the wrong answer.
    because : str
        Why it is wrong, and where to look; Markdown.
    """

    answer: Callable[[], Any]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    question : str
        What is asked, and in which form and unit the answer is wanted; Markdown.
    answer : callable
        Without arguments; returns the right answer: a number, a string, a truth value, a set of strings, a sequence of
        numbers in a given order (an interval), or a mapping from names to any of these.
    because : str
        Said when the answer is right: what it shows; Markdown.
    hint : str
        Said of a wrong answer that no mistake explains.
    mistakes : tuple of Mistake
    rel : float
        The relative difference at which two numbers are still the same answer.
    """

    question: str
    answer: Callable[[], Any]
    because: str
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    rel: float = 0.005

    def judge(self, answer: Any) -> Verdict:
        """Compare an answer with the right one, then with each mistake."""
        if answer is Ellipsis or answer is None:
            return Verdict(right=None, message=self.question)
        right = self.answer()
        if _same(answer, right, self.rel):
            return Verdict(right=True, message=self.because)
        for mistake in self.mistakes:
            if _same(answer, mistake.answer(), self.rel):
                return Verdict(right=False, message=mistake.because)
        if isinstance(right, Mapping) and isinstance(answer, Mapping) and right.keys() == answer.keys():
            wrong = [str(name) for name in right if not _same(answer[name], right[name], self.rel)]
            return Verdict(right=False, message=f"Look again at {', '.join(wrong)}. {self.hint}")
        wanted, given = _kind(right), _kind(answer)
        form = f"{wanted[0].upper()}{wanted[1:]} is wanted here, and this is {given}. " if wanted != given else ""
        return Verdict(right=False, message=form + self.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of an answer: right, wrong, or (None) not given yet."""

    right: bool | None
    message: str

    def __repr__(self) -> str:
        return f"{self._word()} {self.message}"

    def _repr_markdown_(self) -> str:
        return f"**{self._word()}** {self.message}"

    def _word(self) -> str:
        return {None: "Your turn.", True: "✓ Right.", False: "✗ Not yet."}[self.right]


def check(number: str, answer: Any) -> Verdict:
    """Judge the answer to an exercise: ``check("3.1", 0.42)``."""
    number = str(number)
    notebook = number.split(".")[0]
    module = f"{__package__}.notebook_{notebook.zfill(2)}"
    if find_spec(module) is None:
        raise KeyError(
            f"There is no exercise {number}: its number is that of the notebook, a dot, and its place, as in '6.1'."
        )
    exercises: Mapping[str, Exercise] = import_module(module).EXERCISES
    if number not in exercises:
        raise KeyError(f"There is no exercise {number}; notebook {notebook} has {', '.join(sorted(exercises))}.")
    return exercises[number].judge(answer)


def _kind(value: Any) -> str:
    """Return in words what an answer is."""
    value = _plain(value)
    for kind, words in (
        (bool, "True or False"),
        (Real, "a number"),
        (str, "text"),
        (Mapping, "a mapping"),
        (AbstractSet, "a set"),
        (Sequence, "a sequence"),
    ):
        if isinstance(value, kind):
            return words
    return f"of the type {type(value).__name__}"


def _plain(value: Any) -> Any:
    """Return what numpy and pandas hold as Python has it: their numbers, arrays and columns."""
    return value.tolist() if hasattr(value, "tolist") else value


def _same(answer: Any, other: Any, rel: float) -> bool:
    answer, other = _plain(answer), _plain(other)
    if isinstance(other, bool) or isinstance(answer, bool):
        return isinstance(answer, bool) and isinstance(other, bool) and answer == other
    if isinstance(answer, Real) and isinstance(other, Real):
        return math.isclose(float(answer), float(other), rel_tol=rel, abs_tol=1e-12)
    if isinstance(answer, str) or isinstance(other, str):
        return isinstance(answer, str) and isinstance(other, str) and _text(answer) == _text(other)
    if isinstance(other, Mapping):
        return (
            isinstance(answer, Mapping)
            and answer.keys() == other.keys()
            and all(_same(answer[name], other[name], rel) for name in other)
        )
    if isinstance(other, AbstractSet):
        return isinstance(answer, AbstractSet | Sequence) and set(map(_text, answer)) == set(map(_text, other))
    if isinstance(other, Sequence) and isinstance(answer, Sequence):
        return len(answer) == len(other) and all(map(_same, answer, other, [rel] * len(other)))
    return False


def _text(value: Any) -> str:
    """Return a member of a set as it is compared: 50.0, as a column with a gap has it, is 50."""
    value = _plain(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().casefold()
