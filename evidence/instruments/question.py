"""A signalling question: its paraphrase, the answers it allows, and after which answers it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ANSWERS", "Condition", "Question", "after", "after_all", "is_asked"]

ANSWERS: dict[str, str] = {
    "Y": "yes",
    "PY": "probably yes",
    "PN": "probably no",
    "N": "no",
    "NI": "no information",
    "NA": "not applicable",
    "WN": "no, but hardly matters",
    "SN": "no, and it matters",
    "WY": "yes, but hardly matters",
    "SY": "yes, and it matters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Answers to some questions; it holds where one of the questions (or each of them) has one of the answers.

    Attributes
    ----------
    questions, answers : tuple of str
        The questions looked at, and the answers looked for.
    each : bool
        Whether every one of the questions must have such an answer.
    """

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    each: bool = False

    def __str__(self) -> str:
        """Say the condition: ``Y, PY or NI to 2.1 or 2.2``."""
        joined = _listed(self.questions, "and" if self.each else "or")
        return f"{_listed(self.answers, 'or')} to {joined}"


def after(answers: str, *questions: str) -> Condition:
    """Return the condition that one of the questions has one of the answers (parted by blanks).

    Examples
    --------
    >>> str(after("Y PY NI", "2.1", "2.2"))
    'Y, PY or NI to 2.1 or 2.2'
    """
    return Condition(questions=questions, answers=tuple(answers.split()))


def after_all(answers: str, *questions: str) -> Condition:
    """Return the condition that each of the questions has one of the answers (parted by blanks).

    Examples
    --------
    >>> str(after_all("PN N NI", "4.1", "4.2"))
    'PN, N or NI to 4.1 and 4.2'
    """
    return Condition(questions=questions, answers=tuple(answers.split()), each=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One signalling question.

    Attributes
    ----------
    id : str
        Its number in the tool (``2.3``).
    domain : str
        The domain it belongs to (``D2``).
    text : str
        What it asks, in our words.
    answers : tuple of str
        The answers that the tool allows where the question is asked.
    favourable : {"Y", "N", ""}
        Whether a yes or a no speaks for a lower risk; empty where the answer only leads to other questions.
    asked : tuple of Condition
        It is asked where one of these holds; always, if there are none.
    optional : bool
        Whether the tool's users may leave the question out (``NA``) though its condition holds.

    Examples
    --------
    >>> question = Question(
    ...     id="2.4", domain="D2", text="Did this affect the outcome?", answers=("Y", "PY", "PN", "N", "NI"),
    ...     favourable="N", asked=(after("Y PY", "2.3"),),
    ... )
    >>> question.asked_if, question.allowed
    ('if Y or PY to 2.3', ('Y', 'PY', 'PN', 'N', 'NI', 'NA'))
    """

    id: str
    domain: str
    text: str
    answers: tuple[str, ...]
    favourable: Literal["Y", "N", ""]
    asked: tuple[Condition, ...] = ()
    optional: bool = False

    @property
    def asked_if(self) -> str:
        """When it is asked, in words; empty if always."""
        told = "if " + ", or ".join(str(condition) for condition in self.asked) if self.asked else ""
        chosen = "where the review looks at this" if self.optional else ""
        return "; ".join(part for part in (told, chosen) if part)

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every answer that a form may hold: NA too where the question need not be asked."""
        return (*self.answers, "NA") if self.asked or self.optional else self.answers


def is_asked(question: Question, questions: Mapping[str, Question], answers: Mapping[str, str]) -> bool | None:
    """Return whether a question is asked after these answers; None where that waits for an answer.

    An answer to a question that is itself not asked does not count.
    """
    if not question.asked:
        return True
    found = [_holds(condition, questions, answers) for condition in question.asked]
    if True in found:
        return True
    return None if None in found else False


def _holds(condition: Condition, questions: Mapping[str, Question], answers: Mapping[str, str]) -> bool | None:
    found: list[bool | None] = []
    for name in condition.questions:
        asked = is_asked(questions[name], questions, answers)
        if asked is not True:
            found.append(asked)
        elif name not in answers:
            found.append(None)
        else:
            found.append(answers[name] in condition.answers)
    if condition.each:
        return False if False in found else None if None in found else True
    return True if True in found else None if None in found else False


def _listed(parts: tuple[str, ...], word: str) -> str:
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else parts[0]
