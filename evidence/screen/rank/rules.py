"""The rules of the ranking: each looks at one record and says what it adds or takes away, and because of what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import weights as w
from .filter import animals_only, filter_hits
from .ranked import Part
from .words import fold, found_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ...fetch.record import Record
    from .words import Pattern

__all__ = ["DESIGN_WORDS", "RULES", "Sight", "sight_of", "term_parts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a rule looks at: the record, and its text put together once.

    Attributes
    ----------
    record : Record
        The record.
    title : str
        Its title, and the one in the original language.
    abstract : str
        All its abstracts.
    keywords : str
        All its keywords.
    folded : str
        All of these in small letters.
    abstract_at_hand : bool
        False where the abstract is not known, which is another thing than a record without one.
    """

    record: Record
    title: str
    abstract: str
    keywords: str
    folded: str = ""
    abstract_at_hand: bool = True

    def has(self, *pieces: str) -> bool:
        """Whether any of these pieces of words, in small letters, is in the text; quicker than a pattern."""
        return any(piece in self.folded for piece in pieces)

    @property
    def text(self) -> str:
        """Titles, abstracts and keywords."""
        return "\n".join((self.title, self.abstract, self.keywords))


def sight_of(record: Record, *, abstract_at_hand: bool = True) -> Sight:
    """Return what rules look at in a record."""
    parts = (*record.abstract, *record.other_abstracts)
    title = "\n".join(text for text in (record.title, record.vernacular_title) if text)
    abstract = "\n".join(f"{part.label} {part.text}".strip() for part in parts)
    keywords = "; ".join(record.keywords)
    return Sight(
        record=record,
        title=title,
        abstract=abstract,
        keywords=keywords,
        folded=fold("\n".join((title, abstract, keywords))),
        abstract_at_hand=abstract_at_hand,
    )


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


# "Randomised trials" in the plural are other people's, as in reviews and in calls for more research.
_NOT_PLURAL = r"(?!(?:[\s,-]+[\w-]+){0,4}?[\s,-]+(?:trials|studies)\b)"
_RANDOM = re.compile(
    rf"(?<!\w)(?<!non[\s-])(?<!non)(?:randomi[sz](?:ed|ation|ing){_NOT_PLURAL}|randomly"
    r"|(?:allocated|assigned|divided)\s+at\s+random|random\s+(?:allocation|assignment|order|sequence))(?!\w)",
    re.IGNORECASE,
)
# "Split" before what is split in other trades is left out.
_WITHIN = _words(
    r"split[\s-](?!thickness|doses?|virus|virion|seconds?|samples?|half|course|cord|hand syndrome|liver|renal)[a-z]+",
    r"half[\s-](?:head|face|body|mouth|side)",
    r"(?:intra|inter)[\s-]?individual",
    r"(?:within|intra)[\s-](?:person|patient|subject|participant)s?",
    r"left[\s-](?:right|to[\s-]right)",
    r"contralateral\s+(?:side|half|area|site|control|untreated)",
    r"(?:their|its|his|her|his or her)\s+own\s+controls?",
    r"self[\s-]controlled",
    r"cross[\s-]?over",
)
_COMPARISON = {
    "placebo or sham": _words("placebos?", "sham", "vehicle", "inactive control"),
    "blinding": _words(
        r"(?:single|double|triple|evaluator|assessor|investigator|observer|rater)[\s-](?:blind|mask)(?:ed)?", "blinded"
    ),
    "groups": _words("groups", r"control\s+group", "arms", r"two[\s-]arm(?:ed)?", r"parallel[\s-]group"),
    "comparison": _words(
        "versus",
        r"vs\.?",
        r"compared\s+(?:with|to)",
        r"in\s+comparison\s+(?:with|to)",
        "comparing",
        r"comparison\s+(?:of|between)",
        "comparative",
        "head[\\s-]to[\\s-]head",
    ),
    "trial": _words(r"(?:clinical|controlled|pilot|prospective|comparative)\s+(?:trial|study)", "trial"),
}
_REVIEW_TITLE = _words(
    r"(?:systematic|scoping|narrative|literature|umbrella|comprehensive|critical|rapid|mini|brief|updated)[\s-]+(?:\w+\s+)?(?:over)?reviews?",
    r"meta[\s-]?analys[ei]s",
    r"reviews?\s+of",
    r"a\s+review",
    r"(?:an\s+)?overview",
    r"state\s+of\s+the\s+art",
    r"guidelines?",
)
_REVIEW_ABSTRACT = _words(
    r"(?:this|our|the\s+present|present)\s+(?:\w+\s+){0,2}(?:review|meta[\s-]?analysis|overview)",
    r"(?:we|was|were)\s+(?:systematically\s+)?(?:searched|reviewed)",
    r"literature\s+(?:search|review)",
    r"(?:systematic|scoping|narrative)\s+reviews?",
    r"(?:pubmed|medline|embase|scopus|web\s+of\s+science)",
)
_ANIMALS = _words(
    "mice",
    "mouse",
    "murine",
    "rats?",
    "rabbits?",
    "porcine",
    "piglets?",
    "zebrafish",
    "canine",
    "in vitro",
    "ex vivo",
    "cell lines?",
)
_PEOPLE = _words(
    "patients?",
    "participants?",
    "volunteers?",
    "wom[ae]n",
    "m[ae]n",
    "adults?",
    "children",
    "people",
    "persons?",
    "individuals?",
    "males?",
    "females?",
)

# Pieces of words without which a pattern finds nothing: looking for them first is much quicker.
_WITHIN_PIECES = ("split", "half", "individual", "within", "intra", "left", "contralateral", "own", "self", "cross")
_COMPARISON_PIECES = {
    "placebo or sham": ("placebo", "sham", "vehicle", "inactive"),
    "blinding": ("blind", "mask"),
    "groups": ("group", "arm"),
    "comparison": ("versus", "vs", "compar", "head"),
    "trial": ("trial", "study"),
}
_REVIEW_PIECES = (
    "review",
    "meta",
    "overview",
    "state",
    "guideline",
    "search",
    "pubmed",
    "medline",
    "embase",
    "scopus",
)
_ANIMAL_PIECES = ("mice", "mouse", "murine", "rat", "rabbit", "porcine", "piglet", "fish", "canine", "vi", "cell")

# What makes a design visible to a reader, for highlighting.
DESIGN_WORDS = re.compile(
    "|".join(
        pattern.pattern for pattern in (_RANDOM, _WITHIN, _COMPARISON["placebo or sham"], _COMPARISON["blinding"])
    ),
    re.IGNORECASE,
)


def _types(sight: Sight) -> Iterator[Part]:
    for name, table, pick in (("publication type", w.TRIAL_TYPES, max), ("record type", w.LOWERED_TYPES, min)):
        known = {kind.casefold(): points for kind, points in table.items()}
        there = [kind for kind in sight.record.publication_types if kind.casefold() in known]
        if there:
            best = pick(there, key=lambda kind: known[kind.casefold()])
            yield Part(name=name, points=known[best.casefold()], because=best)


def _filter(sight: Sight) -> Iterator[Part]:
    # PubMed's [tiab] reads the title in English, not the one in the original language
    hits = filter_hits(sight.record, "\n".join((sight.record.title, sight.abstract, sight.keywords)))
    because = ", ".join(hits) if hits else "none of its eight terms"
    yield Part(name="Cochrane RCT filter", points=w.FILTER_PASSED if hits else 0.0, because=because)
    if animals_only(sight.record):
        yield Part(
            name="Cochrane RCT filter, animals",
            points=w.ANIMALS_INDEXED,
            because="indexed with Animals, without Humans",
        )


def _random(sight: Sight) -> Iterator[Part]:
    if not sight.has("random"):
        return
    for where, points in ((sight.title, w.RANDOM_IN_TITLE), (sight.abstract, w.RANDOM_IN_ABSTRACT)):
        if words := found_words(_RANDOM, where):
            place = "title" if where is sight.title else "abstract"
            yield Part(name="random allocation", points=points, because=f"{place}: {words}")
            return


def _within(sight: Sight) -> Iterator[Part]:
    if sight.has(*_WITHIN_PIECES) and (words := found_words(_WITHIN, sight.text)):
        yield Part(name="within person", points=w.WITHIN_PERSON, because=words)


def _comparison(sight: Sight) -> Iterator[Part]:
    text = sight.text
    found = [_COMPARISON[kind].search(text) for kind, pieces in _COMPARISON_PIECES.items() if sight.has(*pieces)]
    words = [" ".join(match.group().split()) for match in found if match]
    if words:
        points = min(w.MOST_COMPARISON, w.COMPARISON * len(words))
        because = "; ".join(words)
        yield Part(name="comparison", points=points, because=because)


def _registered(sight: Sight) -> Iterator[Part]:
    if sight.record.registrations:
        yield Part(name="registered", points=w.REGISTERED, because=", ".join(sight.record.registrations[:2]))


def _review(sight: Sight) -> Iterator[Part]:
    if not sight.has(*_REVIEW_PIECES, "web"):
        return
    if words := found_words(_REVIEW_TITLE, sight.title):
        yield Part(name="review words", points=w.REVIEW_IN_TITLE, because=f"title: {words}")
    elif words := found_words(_REVIEW_ABSTRACT, sight.abstract):
        yield Part(name="review words", points=w.REVIEW_IN_ABSTRACT, because=f"abstract: {words}")


def _animal_words(sight: Sight) -> Iterator[Part]:
    words = found_words(_ANIMALS, sight.text) if sight.has(*_ANIMAL_PIECES) else ""
    if words and not _PEOPLE.search(sight.text):
        yield Part(name="animal words", points=w.ANIMAL_WORDS, because=f"{words}; no word for people")


def _told(sight: Sight) -> Iterator[Part]:
    """Yield what a reader should know and what changes no score."""
    record = sight.record
    types = {name.casefold() for name in record.publication_types}
    retractions = [link for link in record.links if link.kind == "RetractionIn"]
    if "retracted publication" in types or retractions:
        by = "".join(f"; notice PMID {link.pmid}" for link in retractions[:1] if link.pmid)
        yield Part(name="notice", points=0.0, because=f"this article was retracted{by}")
    if "retraction of publication" in types or any(link.kind == "RetractionOf" for link in record.links):
        of = "".join(f" of PMID {link.pmid}" for link in record.links if link.kind == "RetractionOf" and link.pmid)
        yield Part(name="notice", points=0.0, because=f"a retraction notice{of}")
    if any(link.kind == "ExpressionOfConcernIn" for link in record.links):
        yield Part(name="notice", points=0.0, because="an expression of concern was published")
    foreign = [name for name in record.languages if name.casefold() != "eng"]
    if foreign:
        yield Part(name="language", points=0.0, because=f"{', '.join(record.languages)}; nothing is taken away for it")
    if not sight.abstract_at_hand:
        because = "not fetched here; only title and types were looked at"
        yield Part(name="abstract", points=0.0, because=because)
    elif not sight.abstract:
        yield Part(name="abstract", points=0.0, because="the record has none; nothing is taken away for it")


RULES: tuple[Callable[[Sight], Iterator[Part]], ...] = (
    _types,
    _filter,
    _random,
    _within,
    _comparison,
    _registered,
    _review,
    _animal_words,
    _told,
)


def term_parts(sight: Sight, patterns: Sequence[Pattern]) -> Iterator[Part]:
    """Yield what the protocol's groups of words add, a part for each, and one if all are there."""
    headings = [heading.descriptor for heading in sight.record.mesh]
    hits = 0
    for pattern in patterns:
        named = [heading for heading in headings if _heading_hit(pattern, heading)]
        for place, points, words in (
            ("title", w.TERM_IN_TITLE, pattern.found_in(sight.title, sight.folded)),
            ("abstract", w.TERM_IN_ABSTRACT, pattern.found_in(sight.abstract, sight.folded)),
            ("keywords", w.TERM_IN_ABSTRACT, pattern.found_in(sight.keywords, sight.folded)),
            ("headings", w.TERM_IN_HEADING, ", ".join(named[:3])),
        ):
            if words:
                hits += 1
                yield Part(name=f"terms: {pattern.name}", points=points, because=f"{place}: {words}")
                break
        else:
            yield Part(name=f"terms: {pattern.name}", points=0.0, because="none of its words")
    if hits == len(patterns) > 1:
        yield Part(name="all term groups", points=w.ALL_GROUPS, because=f"all {hits} groups are there")


def _heading_hit(pattern: Pattern, heading: str) -> bool:
    by_words = pattern.text is not None and pattern.text.search(heading) is not None
    return by_words or heading.casefold() in pattern.headings
