"""An abstract as numbered sentences, each with its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["Sentence", "sentence_at", "split_sentences"]

_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s)")
_NEXT = re.compile(r"\s+[\"'“‘(\[]*([^\s\"'“‘(\[])")
_SHORT = re.compile(
    r"(?:^|[\s(\[])(?:[A-Za-z]|e\.g|i\.e|vs|cf|al|approx|ca|resp|no|nos|fig|figs|tab|ref|eq|vol|dr|prof|mr|mrs|st|"
    r"min|max|avg|wk|wks|yr|yrs|mo|inc|ltd|co|dept|sec|hr|hrs|b\.i\.d|t\.i\.d|q\.d|p\.o|i\.v|i\.m|s\.c|s\.d|s\.e)$",
    re.IGNORECASE,
)
# A number that a blank tore apart after its decimal point: "p = 0. 039". Where it is two sentences, no harm is
# done by taking them for one.
_TORN_NUMBER = re.compile(r"(?:[=<>≤≥±]\s*[-−]?|\d)$")
_SECTION = re.compile(r"([A-Z][A-Z0-9 &/,()-]{2,60}):\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    number : int
        Its number in the text, from 1.
    start, end : int
        Its place: ``text[start:end]`` is the sentence.
    text : str
        The sentence, with the label of its section if it is the first of it.
    section : str
        The label of the section that it stands in (``RESULTS``); empty where there is none.
    """

    number: int
    start: int
    end: int
    text: str
    section: str = ""


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of an abstract; a line break always ends one, a point within a number or after ``vs`` never.

    Examples
    --------
    >>> [sentence.text for sentence in split_sentences("Pain fell by 2.5 points vs. sham (p = .03). No harm was seen.")]
    ['Pain fell by 2.5 points vs. sham (p = .03).', 'No harm was seen.']
    """
    sentences: list[Sentence] = []
    section = ""
    offset = 0
    for line in text.split("\n"):
        label = _SECTION.match(line)
        section = label.group(1) if label else ""
        for start, end in _spans(line):
            number = len(sentences) + 1
            place = {"start": offset + start, "end": offset + end}
            sentences.append(Sentence(number=number, **place, text=line[start:end], section=section))
        offset += len(line) + 1
    return tuple(sentences)


def sentence_at(sentences: tuple[Sentence, ...], position: int) -> Sentence | None:
    """Return the sentence in which a character stands; None between sentences."""
    index = bisect_right([sentence.start for sentence in sentences], position) - 1
    return sentences[index] if index >= 0 and position < sentences[index].end else None


def _spans(line: str) -> list[tuple[int, int]]:
    """Return begin and end of each sentence of a line, without the blanks around it."""
    cuts = [match.end() for match in _END.finditer(line) if _ends(line, match)]
    spans = []
    begin = 0
    for cut in [*cuts, len(line)]:
        part = line[begin:cut]
        if part.strip():
            spans.append((begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())))
        begin = cut
    return spans


def _ends(line: str, match: re.Match[str]) -> bool:
    """Whether a point ends its sentence."""
    following = _NEXT.match(line, match.end())
    if following is None:
        return True
    first = following.group(1)
    if first.islower() or first in ",;:)%":
        return False
    before = line[: match.start()]
    if not match.group().startswith("."):
        return True
    if first.isdecimal() and _TORN_NUMBER.search(before):
        return False
    return _SHORT.search(before) is None
