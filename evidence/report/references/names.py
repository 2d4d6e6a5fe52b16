"""Authors as tables print them, parted into people and groups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .model import Author

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_et_al", "parse_author", "parse_authors"]

_ET_AL = re.compile(r",?\s*\b(?:et\s+al\b\.?|and\s+others|others)\s*$", re.IGNORECASE)
_INITIALS = re.compile(r"[^\W\d_](?:[.\-‐ ]*[^\W\d_]){0,3}\.?")
_SUFFIX = re.compile(r"(?:Jr|Sr|[IV]{2,3}|2nd|3rd|4th)\.?")
_GROUP = re.compile(
    r"\b(?:groups?|trial(?:s|ists)?|study|studies|collaborat\w+|consortium|investigators|committee|network|"
    r"association|institut\w+|ministry|universit\w+|team|society|organi[sz]ation|cent(?:er|re)|council|college|"
    r"department|foundation|programme|program|agency|hospital|clinic|contributors)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_MOST_INITIALS = 4


def is_et_al(name: str) -> bool:
    """Whether a name stands for the authors who are not named.

    Examples
    --------
    >>> is_et_al("et al."), is_et_al("Smith A et al"), is_et_al("Smith A")
    (True, False, False)
    """
    return bool(name.strip()) and not _ET_AL.sub("", name.strip()).strip()


def parse_authors(text: str) -> tuple[tuple[Author, ...], bool]:
    """Return the authors of a cell, and whether it says that there are others.

    Names are parted by semicolons. ``et al`` may stand behind the last one. Two family names alone may be joined by
    ``&``; any other ``&`` belongs to the name of a group.

    Examples
    --------
    >>> [author.name for author in parse_authors("Smith AB; van den Berg C-D; Example Study Group")[0]]
    ['Smith AB', 'van den Berg C-D', 'Example Study Group']
    >>> parse_authors("Comstock et al")
    ((Author(family='Comstock', given='', suffix='', group=''),), True)
    """
    names = [name.strip() for name in text.split(";") if name.strip()]
    others = any(is_et_al(name) or _ET_AL.search(name) for name in names)
    kept = [_ET_AL.sub("", name).strip(" ,") for name in names]
    return tuple(author for name in _joined(kept) if (author := parse_author(name)) is not None), bool(others)


def _joined(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        parts = re.split(r"\s*&\s*|\s+and\s+", name)
        yield from parts if len(parts) == 2 and all(part and " " not in part for part in parts) else [name]


def parse_author(name: str) -> Author | None:
    """Return one author; None where the name is empty.

    A name that ends in initials is a person's; so is one without blanks. A name with a word for a group is a group's,
    and so is any other name: it is kept as it is printed, since nobody can say which part is the family name.

    Examples
    --------
    >>> parse_author("Fatemi Naeini F").family, parse_author("Smith AB Jr").suffix, parse_author("Trial Team").group
    ('Fatemi Naeini', 'Jr', 'Trial Team')
    """
    name = " ".join(name.split())
    if not name:
        return None
    alone = _ASIDE.sub("", name)
    if alone and " " not in alone:
        return Author(family=alone)
    if _GROUP.search(name):
        return Author(group=name)
    comma = _with_comma(name)
    if comma is not None:
        return comma
    words = name.split(" ")
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    family, last = " ".join(words[:-1]), words[-1]
    letters = _letters(last)
    if family and letters and last.upper() == last and last.lower() != last:
        return Author(family=family, given=letters, suffix=suffix.rstrip("."))
    return Author(group=name)


def _with_comma(name: str) -> Author | None:
    """Return a person printed as ``Smith, A. B.``."""
    family, found, given = (part.strip() for part in name.partition(","))
    letters = _letters(given)
    return Author(family=family, given=letters) if found and family and letters else None


def _letters(text: str) -> str:
    """Return initials with points, as ``A. B.`` and ``C.-D.``; empty where the text is none."""
    if not _INITIALS.fullmatch(text) or text.upper() != text:
        return ""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > _MOST_INITIALS or (len(letters) == _MOST_INITIALS and "." not in text and "-" not in text):
        return ""
    spaced = re.sub(r"([^\W\d_])(?=[^\W\d_])", r"\1. ", re.sub(r"[. ]+", "", text))
    return re.sub(r"([^\W\d_])$", r"\1.", re.sub(r"([^\W\d_])[-‐]", r"\1.-", spaced))
