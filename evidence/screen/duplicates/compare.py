"""Two entries compared: whether they look like one publication, like two reports of one trial, or like neither."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from .blocking import SHARED_WORDS
from .normal import telling_words
from .pair import Pair

if TYPE_CHECKING:
    from .entry import Entry
    from .pair import FoundBy, Relation, Strength

__all__ = ["compare"]

# Links by which PubMed says that one record is another version of the other. All other links lead to what speaks of it.
_VERSIONS = {
    "CorrectedandRepublishedIn": "same-publication",
    "CorrectedandRepublishedFrom": "same-publication",
    "RepublishedIn": "same-publication",
    "RepublishedFrom": "same-publication",
    "RetractedandRepublishedIn": "same-publication",
    "RetractedandRepublishedFrom": "same-publication",
    "ReprintIn": "same-publication",
    "ReprintOf": "same-publication",
    "UpdateIn": "same-trial",
    "UpdateOf": "same-trial",
    "AssociatedPublication": "same-trial",
    "OriginalReportIn": "same-trial",
}
_ALIKE = 0.92
_NEAR_YEARS = 1
_FROM_MEETING_TO_PAPER = 4
_FEWEST_WORDS = 3
_SOME_WORDS = 0.3
_TELLING_WORDS = 6
_ORDINALS = frozenset(
    {
        "i",
        "ii",
        "iii",
        "iv",
        "v",
        "vi",
        "vii",
        "viii",
        "ix",
        "x",
        "one",
        "two",
        "three",
        "four",
        "five",
        "first",
        "second",
        "third",
    }
)


def compare(one: Entry, other: Entry) -> Pair | None:
    """Return what two entries look like to each other, or nothing if they do not look alike.

    A notice, comment or reply is never a duplicate of its article, and neither are two entries that the base knows as
    one (the same PMID) or already counts as reports of one trial by a shared registration alone.

    Parameters
    ----------
    one, other : Entry
        At least one of them a record.
    """
    if not one.is_record:
        one, other = other, one
    link = _link(one, other)
    if link is not None and link not in _VERSIONS:
        return None
    if one.is_notice != other.is_notice:
        return None
    found, because = _found(one, other, link)
    if not found:
        return None
    suggests, strength, against = _judge(one, other, found, link)
    if suggests == "same-trial" and one.study and one.study == other.study:
        return None
    return Pair(
        pmid=one.pmid,
        other=other.name,
        suggests=suggests,
        strength=strength,
        found_by=tuple(found),
        because=(*because, *against),
        titles=(one.shown, other.shown),
    )


def _link(one: Entry, other: Entry) -> str | None:
    """Return the kind of link between two records, from either side; nothing where there is none."""
    return (one.links or {}).get(other.pmid) or (other.links or {}).get(one.pmid) if other.pmid else None


def _found(one: Entry, other: Entry, link: str | None) -> tuple[list[FoundBy], list[str]]:
    found: list[FoundBy] = []
    because: list[str] = []
    if other.pmid and (one.merged_into == other.pmid or other.merged_into == one.pmid):
        found.append("pmid")
        because.append("PubMed answers with one when asked for the other")
    if one.doi and one.doi == other.doi:
        found.append("doi")
        because.append(f"both have the DOI {one.doi}")
    if shared := sorted(set(one.registrations) & set(other.registrations)):
        found.append("registration")
        because.append(f"both name the registration {', '.join(shared)}")
    if how := _titles(one, other):
        found.append(how)
        because.append("the titles are the same" if how == "title" else "the titles are almost the same")
    if _same_citation(one, other):
        found.append("citation")
        because.append("first author, year, volume and pages are the same")
    if link is not None:
        found.append("link")
        because.append(f"PubMed links one to the other as {link}")
    return found, because


def _titles(one: Entry, other: Entry) -> FoundBy | None:
    if not one.title or not other.title:
        return None
    if one.title == other.title:
        words = telling_words(one.title)
        if words < _FEWEST_WORDS or _people_differ(one, other):
            # a short title, or one that others used as well, needs a word from elsewhere
            return "title" if words >= _TELLING_WORDS and _years_apart(one, other) == 0 else None
        return "title"
    years = _years_apart(one, other)
    if (years is not None and years > _NEAR_YEARS) or not _near_in_length(one.title, other.title):
        return None
    if _people_differ(one, other) or not _alike(one.title, other.title):
        return None
    return None if _differ_in_number(one.title, other.title) else "near-title"


def _near_in_length(title: str, other: str) -> bool:
    """Return whether two titles can be alike by their length: by letters, or one without the subtitle of the other."""
    short, long = sorted(len(text) - text.count(" ") for text in (title, other))
    return short >= long * (1 - SHARED_WORDS)


def _alike(title: str, other: str) -> bool:
    if telling_words(title) < _FEWEST_WORDS or telling_words(other) < _FEWEST_WORDS:
        return False
    first, second = set(title.split()), set(other.split())
    compact, other_compact = title.replace(" ", ""), other.replace(" ", "")
    if compact == other_compact:
        return True
    lengths = sorted((len(compact), len(other_compact)))
    if 2 * lengths[0] / sum(lengths) < _ALIKE:
        return _shorter_of(compact, other_compact) and len(first & second) >= _TELLING_WORDS
    if len(first & second) / len(first | second) >= _ALIKE:
        return True
    matcher = difflib.SequenceMatcher(None, compact, other_compact, autojunk=False)
    close = matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    return close and not (first - second and second - first and _opposed(first, second))


def _shorter_of(title: str, other: str) -> bool:
    """Return whether one title is the other without its subtitle."""
    short, long = sorted((title, other), key=len)
    return long.startswith(short) and len(short) / len(long) >= 1 - SHARED_WORDS


def _opposed(first: set[str], second: set[str]) -> bool:
    """Return whether titles differ in a whole word that is no other spelling: men and women, week and month."""
    mine, theirs = first - second, second - first
    return any(
        not difflib.get_close_matches(word, theirs, n=1, cutoff=0.75) and len(word) > _FEWEST_WORDS for word in mine
    ) and any(
        not difflib.get_close_matches(word, mine, n=1, cutoff=0.75) and len(word) > _FEWEST_WORDS for word in theirs
    )


def _differ_in_number(title: str, other: str) -> bool:
    """Return whether one has a number or an ordinal where the other has another: part I and part II, 5 % and 2 %."""
    first, second = (
        {word for word in text.split() if word.isdecimal() or word in _ORDINALS} for text in (title, other)
    )
    return bool(first - second) and bool(second - first)


def _people_differ(one: Entry, other: Entry) -> bool:
    return bool(one.author and other.author and not _same_person(one, other))


def _same_person(one: Entry, other: Entry) -> bool:
    if one.author == other.author:
        return True
    first, second = one.author.split(), other.author.split()
    shorter, longer = sorted((first, second), key=len)
    return set(shorter) <= set(longer) or bool(difflib.get_close_matches(one.author, [other.author], cutoff=0.85))


def _years_apart(one: Entry, other: Entry) -> int | None:
    return None if one.year is None or other.year is None else abs(one.year - other.year)


def _same_citation(one: Entry, other: Entry) -> bool:
    """Return whether volume and pages agree beside first author and year; and the journal, where both name one."""
    if (one.author, one.year, one.pages) != (other.author, other.year, other.pages):
        return False
    if not (one.author and one.pages and one.year) or len(one.pages) < _FEWEST_WORDS:
        return False
    journals = not one.journal or not other.journal or one.journal == other.journal
    first, second = set(one.title.split()), set(other.title.split())
    if first and second and len(first & second) < _SOME_WORDS * len(first | second):
        return False  # the number of a supplement, which many abstracts share
    return journals


def _judge(
    one: Entry, other: Entry, found: list[FoundBy], link: str | None
) -> tuple[Relation, Strength, tuple[str, ...]]:
    """Return what a pair suggests, how strongly, and what speaks against it."""
    by_title = "title" in found or "near-title" in found
    against = _against(one, other)
    if link is not None:
        return ("same-publication" if _VERSIONS[link] == "same-publication" else "same-trial"), "strong", against
    if "pmid" in found:
        return "same-publication", "strong", against
    if "doi" in found:
        return "same-publication", "strong" if by_title or not (one.title and other.title) else "likely", against
    if "citation" in found:
        return "same-publication", "strong" if by_title or not (one.title and other.title) else "possible", against
    if by_title:
        return *_by_title(one, other, found), against
    return "same-trial", "strong", against


def _by_title(one: Entry, other: Entry, found: list[FoundBy]) -> tuple[Relation, Strength]:
    exact, years = "title" in found, _years_apart(one, other)
    known_person = bool(one.author and other.author)
    same_person = known_person and _same_person(one, other)
    elsewhere = bool(one.doi and other.doi) or bool(one.journal and other.journal and one.journal != other.journal)
    meeting = one.is_meeting != other.is_meeting
    registered = "registration" in found
    if meeting or (elsewhere and _places_differ(one, other)):
        # an abstract and its paper, a preprint and its article: two publications, one trial
        near = years is None or years <= _FROM_MEETING_TO_PAPER
        strength: Strength = "strong" if registered else "likely" if same_person and near else "possible"
        return "same-trial", strength
    if same_person and years is not None and years <= _NEAR_YEARS:
        return "same-publication", "strong" if exact else "likely"
    if known_person and not same_person:
        return "same-publication", "possible"
    if years is not None and years > _NEAR_YEARS:
        return ("same-trial", "likely") if same_person else ("same-publication", "possible")
    return "same-publication", "likely" if exact else "possible"


def _places_differ(one: Entry, other: Entry) -> bool:
    """Return whether two entries stand in different places: other journals, or another DOI and page."""
    if one.journal and other.journal and one.journal != other.journal:
        return True
    return bool(one.doi and other.doi and one.doi != other.doi and (one.pages != other.pages or not one.pages))


def _against(one: Entry, other: Entry) -> tuple[str, ...]:
    words = []
    if one.doi and other.doi and one.doi != other.doi:
        words.append("but the DOIs differ")
    if one.journal and other.journal and one.journal != other.journal:
        words.append("but the journals differ, as far as their names tell")
    if (years := _years_apart(one, other)) is not None and years > _NEAR_YEARS:
        words.append(f"but they are {years} years apart")
    if one.author and other.author and not _same_person(one, other):
        words.append("but the first authors differ")
    if one.study and other.study and one.study != other.study:
        words.append(f"but the base has them as two trials, {one.study} and {other.study}")
    return tuple(words)
