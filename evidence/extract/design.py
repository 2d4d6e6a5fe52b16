"""What a title and an abstract say of the design, with the sentence that says it; and what of it is plain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .named import find_mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..protocol import Protocol

__all__ = ["Hint", "design_hints", "plain_values"]

_TRIAL = (
    r"(?:(?:controlled|clinical|comparative|prospective|pilot|open|double|single|blind(?:ed)?|label(?:led)?)[\s,-]+){0,5}"
    r"(?:trial|study)\b"
)
_NOT_RANDOM = re.compile(
    r"\b(?:non|not|un|without|quasi)[\s-]?randomi[sz]|\bnonrandomi[sz]|without randomi[sz]ation", re.I
)
_RANDOM = re.compile(
    r"\brandomly\s+(?:\w+\s)?(?:assigned|allocated|divided|distributed|received|categori[sz]ed|split|grouped)|"
    r"\b(?:were|was|are|and|we)\s+(?:then\s+)?randomi[sz]ed\b|\brandomi[sz]ed\s+(?:\d+:\d+\s+)?(?:to|into|in a)\b|"
    r"\brandom\s+(?:allocation|assignment)|"
    rf"\b(?:this|our|a|an|the present)\s+(?:[\w,-]+\s+){{0,6}}?randomi[sz]ed[\s,-]+{_TRIAL}",
    re.I,
)
_RANDOM_TITLE = re.compile(rf"\brandomi[sz]ed[\s,-]+{_TRIAL}|\brandomi[sz]ed\b.*\b(?:trial|study)\b", re.I)
_MENTIONED = re.compile(r"\brandomi[sz]\w*|\brandomly\b|\bRCTs?\b", re.I)
# Not about this study: what is still to be done, or what a review looked for.
_ELSEWHERE = re.compile(
    r"\b(?:needed|warranted|required|recommended|necessary|future|further|larger|eligib|inclu(?:ded|ding|sion)|"
    r"search|literature|databases?|reviewed|meta-analys|systematic review)",
    re.I,
)
_NO_TRIAL = re.compile(
    r"\b(?:systematic review|meta-analys[ie]s|review of|scoping review|protocol for|study protocol)\b", re.I
)
_SPLIT = re.compile(r"\bsplit[\s-](?!into|in\b|to\b|by\b|between\b|equally\b|up\b)[a-z]+", re.I)
_DESIGNS: tuple[tuple[str, str, bool], ...] = (
    ("crossover", r"\bcross-?\s?over\b", True),
    (
        "within-person",
        r"\b(?:within-(?:person|patient|subject)|intra-?individual|intra-?patient|self-controlled)\b",
        True,
    ),
    (
        "within-person",
        r"\b(?:contralateral|(?:other|opposite) (?:side|half)|left and right|each side|(?:to|on) the (?:left|right))\b",
        False,
    ),
    ("cluster", r"\b(?:cluster[\s-](?:randomi[sz]ed|trial|design)|clusters? (?:were|was)|stepped[\s-]wedge)\b", False),
    ("parallel", r"\bparallel[\s-](?:group|arm|design)|\b(?:two|three|four)-arm\b", True),
    ("parallel", r"\bdivided into (?:two|three|four|five|\d)\b.{0,20}\bgroups\b", False),
    ("single-arm", r"\bsingle[\s-](?:arm|group)\b|\buncontrolled (?:study|trial|pilot)|\bone-arm\b", True),
    ("single-arm", r"\bcase series\b|\bbefore-and-after\b|\bpre-?post\b", False),
    ("cohort", r"\b(?:retrospective|prospective) cohort\b|\bcohort study\b", True),
    ("not-a-trial", r"\bcase reports?\b|\bsystematic review\b|\bmeta-analysis\b|\bnarrative review\b", False),
)
_BLINDING = re.compile(
    r"\b(?:(?:single|double|triple|assessor|observer|evaluator|investigator|rater|patient|participant|subject)[\s-]+"
    r"(?:blind|mask)(?:ed|ing)?|open[\s-]label|unblinded|(?:blind|mask)ed\s+\w+|were (?:blind|mask)ed)\b",
    re.I,
)
_SEX = re.compile(r"\b(?:fe)?males?\b|\b(?:wo)?men\b", re.I)
_DONE_BY_TYPE = {
    "Randomized Controlled Trial": ("randomised", "yes"),
    "Review": ("design", "not-a-trial"),
    "Systematic Review": ("design", "not-a-trial"),
    "Meta-Analysis": ("design", "not-a-trial"),
    "Case Reports": ("design", "not-a-trial"),
    "Letter": ("design", ""),
    "Clinical Trial Protocol": ("design", "not-a-trial"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a sentence says of the design.

    Attributes
    ----------
    column : str
        A column of studies.
    value : str
        A value that the column might have; empty where the words alone are the hint.
    sentence : int
        The number of the sentence; 0 for the title, −1 for PubMed's own publication types.
    text : str
        The words that say so.
    plain : bool
        Whether the words say it plainly of this study.
    """

    column: str
    value: str
    sentence: int
    text: str
    plain: bool


def design_hints(
    title: str, sentences: Mapping[int, str], publication_types: Sequence[str], protocol: Protocol
) -> tuple[Hint, ...]:
    """Return what title, abstract and publication types say of design, allocation, blinding, condition and sex.

    Parameters
    ----------
    title : str
        The title; it counts as sentence 0.
    sentences : mapping of int to str
        The abstract's sentences by number.
    publication_types : sequence of str
        PubMed's.
    protocol : Protocol
        Its conditions and designs are looked for by their labels.
    """
    texts = {0: title, **sentences}
    about_others = bool(_NO_TRIAL.search(title))
    hints = list(_from_types(publication_types))
    for number, text in texts.items():
        hints += _allocation(number, text, about_others=about_others)
        hints += _designs(number, text, protocol, about_others=about_others)
        hints += [
            Hint(column="blinding", value="", sentence=number, text=found.group(), plain=False)
            for found in _BLINDING.finditer(text)
        ]
    hints += _conditions(texts, protocol)
    hints += [
        Hint(column="sex", value="", sentence=number, text=found.group(), plain=False)
        for number, text in texts.items()
        if (found := _SEX.search(text))
    ]
    return tuple(dict.fromkeys(hints))


def plain_values(hints: Sequence[Hint]) -> dict[str, str]:
    """Return the columns of studies that the text fills plainly: one value, and nothing that speaks against it.

    Examples
    --------
    >>> said = Hint(column="randomised", value="yes", sentence=2, text="were randomised", plain=True)
    >>> denied = Hint(column="randomised", value="no", sentence=5, text="non-randomised", plain=True)
    >>> plain_values([said]), plain_values([said, denied])
    ({'randomised': 'yes'}, {})
    """
    values: dict[str, str] = {}
    for column in ("design", "randomised", "condition"):
        about = [hint for hint in hints if hint.column == column and hint.value]
        plain = {hint.value for hint in about if hint.plain}
        against = {hint.value for hint in about} - plain
        if len(plain) == 1 and not (against and column != "condition"):
            values[column] = plain.pop()
    unlike = ("cohort", "single-arm", "not-a-trial")
    if values.get("randomised") == "yes" and values.get("design") in unlike:
        del values["randomised"], values["design"]
    return values


def _from_types(publication_types: Sequence[str]) -> Iterator[Hint]:
    for name in publication_types:
        if name in _DONE_BY_TYPE:
            column, value = _DONE_BY_TYPE[name]
            yield Hint(column=column, value=value, sentence=-1, text=name, plain=column == "randomised")


def _allocation(number: int, text: str, *, about_others: bool) -> Iterator[Hint]:
    elsewhere = about_others or (bool(_ELSEWHERE.search(text)) and number > 0)
    if found := _NOT_RANDOM.search(text):
        yield Hint(column="randomised", value="no", sentence=number, text=found.group(), plain=not elsewhere)
        return
    found = _RANDOM.search(text) or (_RANDOM_TITLE.search(text) if number == 0 else None)
    if found:
        value = "" if elsewhere else "yes"
        yield Hint(column="randomised", value=value, sentence=number, text=found.group(), plain=not elsewhere)
    elif found := _MENTIONED.search(text):
        yield Hint(column="randomised", value="", sentence=number, text=found.group(), plain=False)


def _designs(number: int, text: str, protocol: Protocol, *, about_others: bool) -> Iterator[Hint]:
    elsewhere = about_others or (bool(_ELSEWHERE.search(text)) and number > 0)
    own = find_mentions({number: text}, [(name, entry.label) for name, entry in protocol.designs.items()])
    named = [mention for mention in own if mention.whole]
    for mention in named:
        yield Hint(column="design", value=mention.id, sentence=number, text=mention.label, plain=not elsewhere)
    if not named and (found := _SPLIT.search(text)):
        yield Hint(column="design", value="split-body", sentence=number, text=found.group(), plain=not elsewhere)
    for value, pattern, plain in _DESIGNS:
        if found := re.search(pattern, text, re.I):
            # A word that is not plain names no value: it is a reason to look.
            said = "" if elsewhere or not plain else value
            yield Hint(column="design", value=said, sentence=number, text=found.group(), plain=plain and not elsewhere)


def _conditions(texts: Mapping[int, str], protocol: Protocol) -> Iterator[Hint]:
    """Yield the conditions that are named; one in the title is plain if it is the only one there."""
    entries = [(name, entry.label) for name, entry in protocol.conditions.items()]
    mentions = [mention for mention in find_mentions(texts, entries) if mention.whole]
    in_title = [mention for mention in mentions if 0 in mention.sentences]
    for mention in mentions:
        plain = in_title == [mention]
        yield Hint(column="condition", value=mention.id, sentence=mention.sentences[0], text=mention.label, plain=plain)
