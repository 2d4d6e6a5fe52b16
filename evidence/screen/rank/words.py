"""Words and phrases as a search writes them, found in running text, with case, hyphens and truncation as in PubMed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .query import query_groups

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...protocol_parts import Search

__all__ = ["HEADING", "Pattern", "compile_term", "fold", "found_words", "piece_of", "term_patterns"]

HEADING = "[mesh]"
_DASHES = "\u2010-\u2015\u2212-"
_TURKISH = str.maketrans("\u0130\u0131", "ii")
_GAP = rf"[\s{_DASHES}]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A group of terms, ready to be looked for.

    Attributes
    ----------
    name : str
        The group.
    text : re.Pattern or None
        Its words in running text.
    headings : frozenset of str
        Its MeSH headings, in small letters.
    pieces : tuple of str
        Pieces of words, in small letters, of which a text that `text` finds something in holds at least one.
    """

    name: str
    text: re.Pattern[str] | None
    headings: frozenset[str] = frozenset()
    pieces: tuple[str, ...] = ()

    def found_in(self, text: str, folded: str, *, most: int = 3) -> str:
        """Return what `found_words` does, and at once where no piece is in the text.

        Parameters
        ----------
        text : str
            The text.
        folded : str
            What `fold` makes of it.
        most : int
            As there.
        """
        return found_words(self.text, text, most=most) if any(one in folded for one in self.pieces) else ""


def fold(text: str) -> str:
    """Return a text in small letters, in which pieces are looked for; the Turkish i is an i, as for `re`."""
    return text.lower() if text.isascii() else text.translate(_TURKISH).casefold()


def piece_of(term: str) -> str:
    """Return the longest piece of a term that every text with the term holds, in small letters.

    Examples
    --------
    >>> piece_of("well-being*")
    'being'
    """
    pieces = re.split(rf"[\s*{_DASHES}]+", term.strip().strip('"“”'))
    return fold(max(pieces, key=len))


def compile_term(term: str) -> str:
    r"""Return the regular expression of a word or phrase: whole words, ``*`` for any ending, hyphens as blanks.

    Examples
    --------
    >>> import re
    >>> pattern = re.compile(compile_term("well-being*"), re.IGNORECASE)
    >>> [bool(pattern.search(text)) for text in ("Well being", "well-beings", "wellbeing", "unwell-being")]
    [True, True, False, False]
    """
    words = [word for word in re.split(_GAP, term.strip().strip('"“”')) if word.strip("*")]
    body = _GAP.join(r"\w*".join(re.escape(piece) for piece in word.split("*")) for word in words)
    return rf"(?<!\w){body}(?!\w)"


def term_patterns(search: Search) -> tuple[Pattern, ...]:
    """Return the protocol's groups of words as patterns; where it has none, those of its query.

    Examples
    --------
    >>> from evidence.protocol_parts import Search
    >>> search = Search(database="PubMed", query='walk*[tiab] AND ("Knee"[Mesh] OR knee[tiab])')
    >>> [(pattern.name, sorted(pattern.headings)) for pattern in term_patterns(search)]
    [('walk*', []), ('knee', ['knee'])]
    """
    groups = search.term_groups or query_groups(search.query)
    return tuple(_pattern(name, words) for name, words in groups.items())


def _pattern(name: str, words: Iterable[str]) -> Pattern:
    words = tuple(words)
    headings = [word[: -len(HEADING)].strip().casefold() for word in words if word.casefold().endswith(HEADING)]
    terms = [word for word in words if not word.casefold().endswith(HEADING)]
    # longer terms first, lest "knee" hides "knee pain"
    bodies = [compile_term(term) for term in sorted(terms, key=lambda term: (-len(term), term))]
    text = re.compile("|".join(bodies), re.IGNORECASE) if bodies else None
    pieces = tuple(dict.fromkeys(piece_of(term) for term in terms))
    return Pattern(name=name, text=text, headings=frozenset(headings), pieces=pieces)


def found_words(pattern: re.Pattern[str] | None, text: str, *, most: int = 3) -> str:
    """Return the different words that a pattern finds, as they stand, the first few; empty if there are none.

    Examples
    --------
    >>> import re
    >>> found_words(re.compile(compile_term("walk*")), "walking, walked, walking")
    'walking, walked'
    """
    if pattern is None:
        return ""
    by_form: dict[str, str] = {}
    for match in pattern.finditer(text):
        word = " ".join(match.group().split())
        by_form.setdefault(word.casefold(), word)
    words = list(by_form.values())
    return ", ".join(words[:most]) + (" …" if len(words) > most else "")
