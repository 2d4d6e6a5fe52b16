"""Which entries are worth comparing: those that share an identifier, a rare word of the title, or a citation.

Comparing each with each would take 200 million comparisons for 20,000 records; blocks make it a few for each.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from .normal import telling_words

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from .entry import Entry

    Keys = Callable[[Entry], Iterator[Hashable]]

__all__ = ["SHARED_WORDS", "candidates"]

# Two titles are compared by letters if they share at least this part of their words.
SHARED_WORDS = 0.6
_LARGEST_BLOCK = 60
_LETTERS = 14
# A title of two words or fewer says too little by itself.
_FEWEST_WORDS = 3


def candidates(entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """Yield the positions of entries worth comparing, each pair once, the smaller position first.

    Titles are blocked by prefixes of their words, rarest first: two sets of words whose intersection is at least the
    part `SHARED_WORDS` of their union always share one of the first n − ⌈SHARED_WORDS·n⌉ + 1 words of each (prefix
    filtering: Chaudhuri, Ganti and Kaushik 2006, doi 10.1109/ICDE.2006.9). Blocks of a word that stands in very many
    titles are skipped; such titles meet by their other words.
    """
    seen: set[int] = set()
    count = len(entries)
    for block in _blocks(entries):
        for first, second in combinations(sorted(set(block)), 2):
            if not (entries[first].is_record or entries[second].is_record):
                continue
            code = first * count + second
            if code not in seen:
                seen.add(code)
                yield first, second


def _blocks(entries: Sequence[Entry]) -> Iterator[list[int]]:
    for keys in (_identifiers, _citations, _ends):
        yield from _sharing(entries, keys)
    yield from _linked(entries)
    yield from _sharing(entries, _prefixes(entries), largest=_LARGEST_BLOCK)


def _sharing(entries: Sequence[Entry], keys: Keys, *, largest: int | None = None) -> Iterator[list[int]]:
    """Yield the positions that share a key, but for blocks above `largest`."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for position, entry in enumerate(entries):
        for key in keys(entry):
            blocks[key].append(position)
    for block in blocks.values():
        if len(block) > 1 and (largest is None or len(block) <= largest):
            yield block


def _identifiers(entry: Entry) -> Iterator[Hashable]:
    if entry.pmid:
        yield "pmid", entry.pmid
    if entry.merged_into:
        yield "pmid", entry.merged_into
    if entry.doi:
        yield "doi", entry.doi
    for registration in entry.registrations:
        yield "registration", registration
    if telling_words(entry.title) >= _FEWEST_WORDS:
        yield "title", entry.title
    elif entry.title:
        yield "title", entry.title, entry.author, entry.year


def _citations(entry: Entry) -> Iterator[Hashable]:
    if entry.author and entry.year and entry.pages:
        yield entry.author, entry.year, entry.pages


def _ends(entry: Entry) -> Iterator[Hashable]:
    """Yield the first and the last letters without blanks: titles that differ in hyphens, or in a word elsewhere."""
    compact = entry.title.replace(" ", "")
    if len(compact) > _LETTERS and entry.author:
        yield "start", entry.author, compact[:_LETTERS]
        yield "end", entry.author, compact[-_LETTERS:]


def _linked(entries: Sequence[Entry]) -> Iterator[list[int]]:
    position_of = {entry.pmid: position for position, entry in enumerate(entries) if entry.is_record}
    for position, entry in enumerate(entries):
        for other in entry.links or ():
            if other in position_of:
                yield [position, position_of[other]]


def _prefixes(entries: Sequence[Entry]) -> Keys:
    frequency = Counter(word for entry in entries for word in set(entry.title.split()))

    def keys(entry: Entry) -> Iterator[Hashable]:
        words = sorted(set(entry.title.split()), key=lambda word: (frequency[word], word))
        yield from words[: len(words) - math.ceil(SHARED_WORDS * len(words)) + 1]

    return keys
