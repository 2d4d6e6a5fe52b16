"""What is marked in a text: the protocol's words and those of a design, as spans that do not overlap."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .rank.rules import DESIGN_WORDS
from .rank.words import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DESIGN", "Span", "readable", "spans"]

DESIGN = Pattern(name="design", text=DESIGN_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text that is marked, and the group that it belongs to."""

    start: int
    end: int
    name: str


def spans(text: str, patterns: Iterable[Pattern]) -> tuple[Span, ...]:
    """Return what is to be marked, from left to right; where two would overlap, the first and longest is.

    Parameters
    ----------
    text : str
        A title, or a section of an abstract.
    patterns : iterable of Pattern
        Groups of words.

    Examples
    --------
    >>> [(span.start, span.end, span.name) for span in spans("A sham-controlled trial", [DESIGN])]
    [(2, 6, 'design')]
    """
    found = [
        (match.start(), -match.end(), order, pattern.name)
        for order, pattern in enumerate(patterns)
        if pattern.text is not None
        for match in pattern.text.finditer(text)
    ]
    kept: list[Span] = []
    for start, minus_end, _, name in sorted(found):
        if -minus_end > start >= (kept[-1].end if kept else 0):
            kept.append(Span(start=start, end=-minus_end, name=name))
    return tuple(kept)


def readable(text: str) -> str:
    r"""Return text that is safe in a terminal: nothing that moves the cursor, hides or turns letters round.

    Examples
    --------
    >>> readable("a\x1b[2Jbc\td")
    'a[2Jbc d'
    """
    kept = (" " if mark in "\t\n\r\u2028\u2029" else mark for mark in text)
    return "".join(mark for mark in kept if unicodedata.category(mark) not in ("Cc", "Cf", "Cs"))
