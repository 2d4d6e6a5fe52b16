"""Cochrane's highly sensitive search strategy for randomised trials, read as rules on one record.

The PubMed form that maximises sensitivity, 2008 revision: eight terms joined by OR, and NOT (animals NOT humans). It is
used as it stands, with no word added. It was made for records that have been indexed; most fresh ones have not.

Source: Lefebvre C, Manheimer E, Glanville J. Searching for studies. In: Higgins JPT, Green S (editors). Cochrane
Handbook for Systematic Reviews of Interventions 5.1.0, 2011, box 6.4.a; the later handbook has it in the technical
supplement to chapter 4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .words import compile_term, fold

if TYPE_CHECKING:
    from ...fetch.record import Record

__all__ = ["FILTER", "animals_only", "filter_hits"]

FILTER = (
    "(randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR placebo[tiab] "
    "OR drug therapy[sh] OR randomly[tiab] OR trial[tiab] OR groups[tiab]) NOT (animals[mh] NOT humans[mh])"
)
_TYPES = ("randomized controlled trial", "controlled clinical trial")
_WORDS = {
    word: re.compile(compile_term(word), re.IGNORECASE)
    for word in ("randomized", "placebo", "randomly", "trial", "groups")
}
_SUBHEADING = "drug therapy"


def filter_hits(record: Record, text: str) -> tuple[str, ...]:
    """Return the terms of the filter that a record has, as the filter writes them.

    Parameters
    ----------
    record : Record
        For its publication types (compared by name) and the qualifiers of its headings.
    text : str
        Title, abstracts and keywords, which are what [tiab] reads.
    """
    types = {name.casefold() for name in record.publication_types}
    hits = [f"{name}[pt]" for name in _TYPES if name in types]
    folded = fold(text)
    hits += [f"{word}[tiab]" for word, pattern in _WORDS.items() if word in folded and pattern.search(text)]
    if any(name.casefold() == _SUBHEADING for heading in record.mesh for name, _ in heading.qualifiers):
        hits.append(f"{_SUBHEADING}[sh]")
    return tuple(hits)


def animals_only(record: Record) -> bool:
    """Whether a record is indexed with Animals and not with Humans; one that is not indexed is neither."""
    headings = {heading.descriptor.casefold() for heading in record.mesh}
    return "animals" in headings and "humans" not in headings
