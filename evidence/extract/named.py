"""Which of the protocol's words a text names: components, outcomes, conditions, designs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Mention", "component_words", "find_mentions"]

_WORD = re.compile(r"\d+(?:[.,·]\d+)?|[^\W\d_]+\d*")
_EMPTY = frozenset({"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_SPARE = 3
_TELLING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An id of the protocol that a text names.

    Attributes
    ----------
    id, label : str
        As in the protocol.
    sentences : tuple of int
        The numbers of the sentences that name it.
    whole : bool
        Whether all words of its label or id are there, close together; else only its most telling word is.
    """

    id: str
    label: str
    sentences: tuple[int, ...]
    whole: bool


def find_mentions(
    sentences: Mapping[int, str], entries: Iterable[tuple[str, str]], *, common: Iterable[str] = ()
) -> tuple[Mention, ...]:
    """Return the entries that a text names, those in whole first.

    Letter case, hyphens, the order of the words and a final ``s`` do not matter; numbers do, so that a strength of 2 is
    not taken for one of 5. What a label has in brackets need not be there. An entry of which only the most telling word
    is there counts as named in part, unless that word belongs to an entry that is named in whole.

    Parameters
    ----------
    sentences : mapping of int to str
        Text by number.
    entries : iterable of (str, str)
        Id and label.
    common : iterable of str
        Texts whose words tell nothing: they stand in nearly every text of the review.

    Examples
    --------
    >>> text = {1: "Patients used 5% drug lotion.", 2: "Drug alone was given to others."}
    >>> found = find_mentions(text, [("drug-5", "drug 5%"), ("gel", "gel")])
    >>> [(mention.id, mention.sentences, mention.whole) for mention in found]
    [('drug-5', (1,), True)]
    """
    words = {number: _words(text) for number, text in sentences.items()}
    dull = {word for text in common for word in _words(text)}
    found = []
    in_part: list[tuple[str, Mention]] = []
    for name, label in entries:
        forms = [form for form in (_label_words(label), _label_words(name)) if form]
        whole = tuple(number for number, said in words.items() if any(_close(said, form) for form in forms))
        if whole:
            found.append(Mention(id=name, label=label, sentences=whole, whole=True))
            dull |= {word for form in forms for word in form}
            continue
        telling = {word for form in forms for word in form if len(word) >= _TELLING}
        longest = max(sorted(telling), key=len, default="")
        if part := tuple(number for number, said in words.items() if longest and longest in said):
            in_part.append((longest, Mention(id=name, label=label, sentences=part, whole=False)))
    found += [mention for word, mention in in_part if word not in dull]
    return tuple(sorted(found, key=lambda mention: (not mention.whole, mention.sentences, mention.id)))


def component_words(labels: Iterable[str]) -> frozenset[str]:
    """Return the words by which treatments are called, in small letters, for telling a strength from a share.

    Examples
    --------
    >>> sorted(component_words(["topical drug 5%", "usual care"]))
    ['care', 'drug', 'topical', 'usual']
    """
    return frozenset(word for label in labels for word in _label_words(label) if word.isalpha() and len(word) > 2)


def _label_words(label: str) -> tuple[str, ...]:
    plain = re.sub(r"\([^)]*\)", " ", label)
    return tuple(word for word in _words(plain) if word not in _EMPTY)


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text, singular and in small letters; hyphenated ones apart and, before them, as one."""
    words: list[str] = []
    for chunk in text.casefold().replace("·", ".").split():
        parts = [_singular(part.replace(",", ".")) for part in _WORD.findall(chunk)]
        joined = "".join(parts)
        if "-" in chunk and len(parts) > 1 and all(part.isalpha() for part in parts):
            words.append(joined)
        words += parts
    return tuple(words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _close(said: Sequence[str], form: Sequence[str]) -> bool:
    """Whether all words of a form stand in some stretch of a text that has few more words than the form."""
    needed = set(form)
    if not needed <= set(said):
        return False
    width = len(form) + _SPARE
    return any(needed <= set(said[start : start + width]) for start in range(max(1, len(said) - len(needed) + 1)))
