"""The order of reading: every record with its score, the highest first, and none left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ranked import Ranked
from .rules import RULES, sight_of, term_parts
from .similarity import similarity_parts
from .words import term_patterns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ...fetch.record import Record
    from ...protocol import Protocol

__all__ = ["rank"]


def rank(
    records: Iterable[Record],
    protocol: Protocol,
    *,
    known: Collection[Record] = (),
    without_abstract: Collection[str] = (),
) -> tuple[Ranked, ...]:
    """Return records in the order in which they should be read.

    A score is the sum of named parts, each with the words in the record that made it. Nothing is excluded: every
    record given comes back once, and ties stand in the order of their PMIDs.

    Parameters
    ----------
    records : iterable of Record
        What is to be read.
    protocol : Protocol
        For the words of its search.
    known : collection of Record
        Records of included reports and known items, to which the others are compared.
    without_abstract : collection of str
        PMIDs whose abstract is not at hand, so that its absence says nothing.

    Examples
    --------
    >>> from evidence.fetch.record import Record
    >>> from evidence.protocol import Protocol, Review, Search
    >>> protocol = Protocol(
    ...     review=Review(id="r", title="R", question="?"), search=Search(database="PubMed", query="walking[tiab]")
    ... )
    >>> trial = Record(pmid="8", title="Walking against rest: a randomised trial")
    >>> review = Record(pmid="7", title="Walking: a review", publication_types=("Review",))
    >>> [(entry.pmid, entry.score) for entry in rank([review, trial], protocol)]
    [('8', 12.0), ('7', -4.0)]
    """
    patterns = term_patterns(protocol.search)
    blind = frozenset(without_abstract)
    sights = [sight_of(record, abstract_at_hand=record.pmid not in blind) for record in records]
    likeness = similarity_parts(sights, known)
    ranked = []
    for sight, alike in zip(sights, likeness, strict=True):
        told = [part for rule in RULES for part in rule(sight)]
        scored = [part for part in told if part.points]
        parts = (*scored, *term_parts(sight, patterns), alike, *(part for part in told if not part.points))
        score = round(sum(part.points for part in parts), 1)
        ranked.append(Ranked(pmid=sight.record.pmid, score=score, parts=parts))
    return tuple(sorted(ranked, key=lambda entry: (-entry.score, int(entry.pmid))))
