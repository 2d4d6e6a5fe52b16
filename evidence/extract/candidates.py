"""Candidate numbers of an abstract: what each may be, where it stands, what it might fill. None is entered anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from .kinds import KINDS
from .numerals import NUMBER, number_note, plain_number, word_number
from .patterns import TEXT_PARTS, Rule, rules
from .sentences import sentence_at, split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sentences import Sentence

__all__ = ["Candidate", "find_candidates"]

# "mean ± SD": what stands after the ± is a word. A "mean (SD)" elsewhere says nothing of the ±.
_SPREAD_SAID = re.compile(
    r"(?:±|\+/-)\s?(?:the\s)?(?P<is>standard deviations?|SDs?\b|S\.D\.|SEMs?\b|SEs?\b|standard errors?)", re.IGNORECASE
)
_WORDS_AROUND = 6
_UNSAID = "SD or SE: not said"
_SIGNS = str.maketrans("≦≧", "≤≥")
# One number in two pieces: "91. 67", "1 208"; a year at the end of a sentence is none.
_TORN = re.compile(r"(?<![\w.,·])(?!(?:19|20)\d\d\.)\d+[.·]\s\d+(?![\w])|(?<![\w.,·])\d{1,3}(?: \d{3})+(?!\w)")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})(?![\d,])")
_QUARTILES = ("outcomes.median", "outcomes.q1", "outcomes.q3")
_ENDS = ("outcomes.median", "outcomes.minimum", "outcomes.maximum")
_LIMITS = ("contrasts.ci_low", "contrasts.ci_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A number that a curator may want.

    Attributes
    ----------
    kind : str
        What it seems to be; a key of `KINDS`.
    text : str
        As printed.
    start, end : int
        Its place: ``abstract_text[start:end]`` is `text`.
    sentence : int
        The number of its sentence.
    values : tuple of (str, str)
        Its parts by name (``events``, ``total``, ``p``, ``operator`` …): numbers as tables hold them, with their
        printed decimals.
    fills : tuple of str
        Columns that it might fill, as ``table.column``.
    note : str
        What is uncertain about it.
    before, after : str
        The words around.
    """

    kind: str
    text: str
    start: int
    end: int
    sentence: int
    values: tuple[tuple[str, str], ...] = ()
    fills: tuple[str, ...] = ()
    note: str = ""
    before: str = ""
    after: str = ""


def find_candidates(text: str, *, dose_words: frozenset[str] = frozenset()) -> tuple[Candidate, ...]:
    """Return the numbers of an abstract, in the order of the text.

    Every run of digits stands in exactly one of them. Numbers of people in words are found as well.

    Parameters
    ----------
    text : str
        The abstract (`Record.abstract_text`).
    dose_words : frozenset of str
        Words in small letters that, beside a percentage, make it the strength of a treatment.

    Examples
    --------
    >>> for found in find_candidates("Pain fell in 20/25 (80%) against 9/24 (p = .003)."):
    ...     print(found.kind, found.text, dict(found.values))
    count of total 20/25 (80%) {'events': '20', 'total': '25', 'percent': '80'}
    count of total 9/24 {'events': '9', 'total': '24'}
    p-value p = .003 {'operator': '=', 'p': '0.003'}
    """
    sentences = split_sentences(text)
    free = _Free(text)
    found = [
        candidate
        for rule in _rules()
        for match in rule.pattern.finditer(text)
        for candidate in _of_match(rule, match, text, sentences, free)
    ]
    left = re.finditer(r"\d+", text)
    found += [
        _made("other", run.start(), run.end(), text, sentences, note="digits")
        for run in left
        if free.take(run.start(), run.end())
    ]
    whole = _Whole(text=text, spread=_spread_said(text), dose_words=dose_words)
    read = (_with_notes(candidate, whole) for candidate in found)
    return tuple(sorted(read, key=lambda candidate: candidate.start))


class _Free:
    """Which characters belong to no candidate yet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.taken = bytearray(len(text))

    def take(self, start: int, end: int) -> bool:
        """Take a stretch; false if a part of it is taken, or it would cut a run of digits in two."""
        if end <= start or any(self.taken[start:end]) or self._cuts(start) or self._cuts(end):
            return False
        self.taken[start:end] = b"\x01" * (end - start)
        return True

    def _cuts(self, position: int) -> bool:
        return 0 < position < len(self.text) and self.text[position - 1].isdecimal() and self.text[position].isdecimal()


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    return rules()


def _of_match(
    rule: Rule, match: re.Match[str], text: str, sentences: tuple[Sentence, ...], free: _Free
) -> Iterator[Candidate]:
    """Yield what a match is, if its place is free and within one sentence."""
    start, end = match.span()
    first, last = sentence_at(sentences, start), sentence_at(sentences, end - 1)
    if first is None or first is not last:
        return
    if rule.each and len(re.findall(NUMBER, match.group("list"))) > 1:
        unit = match.group("unit")
        begin = match.start("list")
        for part in re.finditer(NUMBER, match.group("list")):
            if free.take(begin + part.start(), begin + part.end()):
                values = (("value", plain_number(part.group())), ("unit", unit))
                yield _made(
                    rule.kind, begin + part.start(), begin + part.end(), text, sentences, values, "one of several"
                )
        return
    end = start + len(match.group().rstrip())
    if free.take(start, end):
        yield _made(rule.kind, start, end, text, sentences, tuple(_parts(match)), rule.note)


def _parts(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    parts = match.groupdict()
    single = {"list"} if parts.get("high") or parts.get("to") else {"list", "low"}
    for name, part in parts.items():
        if not part or not part.strip():
            continue
        if name == "words":
            yield "n", str(word_number(part))
        elif name.endswith("_words"):
            yield name.removesuffix("_words"), str(word_number(part))
        elif name == "operator":
            yield name, normalize("NFKC", re.sub(r"\s+", "", part)).translate(_SIGNS)
        elif name in TEXT_PARTS:
            yield name, re.sub(r"\s+", " ", part.strip())
        else:
            yield ("value" if name in single else name), plain_number(re.sub(r"(?<=[.·])\s(?=\d)", "", part))


def _made(
    kind: str,
    start: int,
    end: int,
    text: str,
    sentences: tuple[Sentence, ...],
    values: tuple[tuple[str, str], ...] = (),
    note: str = "",
) -> Candidate:
    sentence = sentence_at(sentences, start)
    low, high = (sentence.start, sentence.end) if sentence else (start, end)
    return Candidate(
        kind=kind,
        text=text[start:end],
        start=start,
        end=end,
        sentence=sentence.number if sentence else 0,
        values=values,
        fills=KINDS[kind].fills,
        note=note,
        before=" ".join(text[low:start].split()[-_WORDS_AROUND:]),
        after=" ".join(text[end:high].split()[:_WORDS_AROUND]),
    )


def _spread_said(text: str) -> str:
    """Return what the abstract calls its ±: ``SD``, ``SE``, or nothing where it does not say, or says both."""
    kinds = {_kind_of_spread(match.group("is")) for match in _SPREAD_SAID.finditer(text)}
    return kinds.pop() if len(kinds) == 1 else ""


def _kind_of_spread(word: str) -> str:
    plain = word.lower().replace(".", "")
    return "SE" if plain.startswith(("se", "standard err")) else "SD"


class _Whole:
    """What the whole abstract says of its numbers."""

    def __init__(self, text: str, spread: str, dose_words: frozenset[str]) -> None:
        self.text = text
        self.spread = spread
        self.dose_words = dose_words
        self.commas = _DECIMAL_COMMA.search(text) is not None
        self.torn = tuple(match.span() for match in _TORN.finditer(text))

    def pieces(self, candidate: Candidate) -> Iterator[str]:
        """Yield what may be one number in two pieces, of which a candidate has one only."""
        for start, end in self.torn:
            apart = start < candidate.end and candidate.start < end
            if apart and not (candidate.start <= start and end <= candidate.end):
                yield self.text[start:end]


def _with_notes(candidate: Candidate, whole: _Whole) -> Candidate:
    """Return a candidate with what its words, or the whole abstract, say of it."""
    values = dict(candidate.values)
    kind, fills, told = _read_again(candidate, values, whole)
    notes = [candidate.note, *sorted(dict.fromkeys(_number_notes(candidate.text, whole))), *told]
    notes += [f"perhaps a piece of {piece!r}" for piece in whole.pieces(candidate)]
    if "percent" in values and {"events", "total"} <= values.keys() and not _fits(values):
        notes.append("the percentage does not fit the count")
    if "high" in values and re.search(r"\bfrom\s+$", whole.text[: candidate.start]) and " to " in candidate.text:
        notes.append("“from … to …”: perhaps before and after, not a range")
    return replace(candidate, kind=kind, fills=fills, note="; ".join(note for note in notes if note))


def _read_again(
    candidate: Candidate, values: dict[str, str], whole: _Whole
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return kind, columns and notes of a candidate by its own parts and by the abstract around it."""
    kind, fills = candidate.kind, KINDS[candidate.kind].fills
    if kind == "mean ± spread":
        said = _kind_of_spread(values["spread_is"]) if "spread_is" in values else whole.spread
        column = {"SD": "sd", "SE": "se"}.get(said, "plus_minus")
        where = "here" if "spread_is" in values else "elsewhere in the abstract"
        fills = ("outcomes.mean", f"outcomes.{column}", "outcomes.baseline_mean", "baselines.mean")
        return kind, fills, (f"{said}: said {where}" if said else _UNSAID,)
    if kind == "number (range)" and "range_is" in values:
        return kind, _QUARTILES if values["range_is"].lower().startswith(("i", "q")) else _ENDS, ()
    if kind == "effect" and "high" in values:
        return kind, (*fills, *_LIMITS), ("the level of the limits is not said here",)
    if kind == "count of total" and float(values["events"]) > float(values["total"]):
        return "other", (), ("two numbers with a slash; the first is the larger one",)
    if kind == "p-value" and "p" in values:
        told = (*(() if "operator" in values else ("without a sign",)), *_odd_p(candidate.text, float(values["p"])))
        return kind, fills, told
    if kind == "percent" and _beside(whole.text, candidate, whole.dose_words):
        return "dose", KINDS["dose"].fills, ("a strength, by the words beside it",)
    return kind, fills, ()


def _odd_p(printed: str, p: float) -> tuple[str, ...]:
    if p > 1:
        return ("above 1, so no p-value as it stands",)
    return ("read as a power of ten",) if re.search(r"[<>=＜＞＝]\s?10", printed) and p < 1 else ()


def _fits(values: dict[str, str]) -> bool:
    """Whether a printed percentage is that of a count, but for rounding."""
    total = float(values["total"])
    return total > 0 and abs(100 * float(values["events"]) / total - float(values["percent"])) <= 1


def _number_notes(printed: str, whole: _Whole) -> Iterator[str]:
    """Yield what is uncertain in the reading of the numbers of a candidate."""
    for part in _numbers(printed):
        note = number_note(part)
        if whole.commas and (note.endswith("thousands") or re.fullmatch(r"\D?\d{1,3}(?:\.\d{3})+", part)):
            note = (note or "point read as a decimal mark") + ", though other numbers here have a decimal comma"
        if note:
            yield note


def _numbers(text: str) -> list[str]:
    return re.findall(NUMBER, text)


def _beside(text: str, candidate: Candidate, words: frozenset[str]) -> bool:
    """Whether one of the words stands right before or right after a candidate."""
    before = re.findall(r"[^\W\d_]+", text[max(0, candidate.start - 40) : candidate.start].casefold())
    after = re.findall(r"[^\W\d_]+", text[candidate.end : candidate.end + 40].casefold())
    return bool({*before[-1:], *after[:2]} & words)
