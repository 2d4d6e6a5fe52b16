"""Record sets: one record after the other in constant memory, or a whole set at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import AnswerError
from .article import checked_pmid, read_article
from .books import read_book
from .markup import plain_text
from .stream import read_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO
    from xml.etree.ElementTree import Element

    from ..record import Record

__all__ = ["RecordSet", "newest", "parse_records", "parse_set"]

_READERS = {"PubmedArticle": read_article, "PubmedBookArticle": read_book}
_DELETED = frozenset({"DeleteCitation", "DeleteDocument"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """A whole set of records, as PubMed sent it.

    Attributes
    ----------
    records : tuple of Record
        In PubMed's order. A PMID may stand in it more than once, with several versions or in several states; `latest`
        has the one that counts.
    deleted : tuple of str
        PMIDs that the set says are deleted, in its order.
    """

    records: tuple[Record, ...]
    deleted: tuple[str, ...] = ()

    @property
    def latest(self) -> dict[str, Record]:
        """The records by PMID, in PubMed's order; of several with one PMID the `newest`."""
        return newest(self.records)

    @property
    def repeated(self) -> tuple[str, ...]:
        """PMIDs that stand in the set more than once."""
        counts = Counter(record.pmid for record in self.records)
        return tuple(pmid for pmid, count in counts.items() if count > 1)


def newest(records: tuple[Record, ...]) -> dict[str, Record]:
    """Return records by PMID: of several with one PMID the highest version, then the latest revision, then the last.

    Examples
    --------
    >>> from evidence.fetch.record import Record
    >>> newest((Record(pmid="1", version=2, title="B"), Record(pmid="1", title="A")))["1"].title
    'B'
    """
    found: dict[str, Record] = {}
    for record in records:
        before = found.get(record.pmid)
        if before is None or (record.version, record.revised) >= (before.version, before.revised):
            found[record.pmid] = record
    return found


def parse_records(source: bytes | Path | BinaryIO) -> Iterator[Record]:
    """Yield the records of a set one after the other, articles and books, in constant memory.

    Whatever document type is named, or none, nothing is read from disk or network for it. Elements that are not known
    are left out.

    Parameters
    ----------
    source : bytes, Path or binary stream
        A set of PubMed records in XML, plain or compressed by gzip: an answer of efetch, or a file of the baseline.

    Yields
    ------
    Record
        In PubMed's order; a PMID may come more than once.

    Raises
    ------
    AnswerError
        If it is no set of records or not a whole one, or if a record has no PMID. Records before the fault have been
        yielded by then: where it must be all or nothing, use `parse_set`.

    Examples
    --------
    >>> body = b'''<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">90000001</PMID>
    ... <Article><ArticleTitle>CO<sub>2</sub> laser: p &lt; 0.05.</ArticleTitle></Article>
    ... </MedlineCitation></PubmedArticle></PubmedArticleSet>'''
    >>> record = next(parse_records(body))
    >>> record.pmid, record.title, record.title_markup
    ('90000001', 'CO2 laser: p < 0.05.', 'CO<sub>2</sub> laser: p &lt; 0.05.')
    """
    for part in read_parts(source):
        if part.tag in _READERS:
            yield _read(part)


def parse_set(body: bytes) -> RecordSet:
    """Return a whole set of records; nothing if it is not whole.

    Parameters
    ----------
    body : bytes
        An answer of efetch in XML.

    Raises
    ------
    AnswerError
        If it is no set of records, if it breaks off or is damaged (the message says where), or if a record or deletion
        has no PMID.

    Examples
    --------
    >>> parse_set(b"<PubmedArticleSet><DeleteCitation><PMID>12</PMID></DeleteCitation></PubmedArticleSet>")
    RecordSet(records=(), deleted=('12',))
    >>> parse_set(b"<PubmedArticleSet><PubmedArticle>")
    Traceback (most recent call last):
        ...
    evidence.errors.AnswerError: the record set is damaged or ends early, after 0 whole records: ...
    """
    records: list[Record] = []
    deleted: list[str] = []
    for part in read_parts(body):
        if part.tag in _DELETED:
            deleted += [checked_pmid(plain_text(entry)) for entry in part if entry.tag == "PMID"]
        elif part.tag in _READERS:
            records.append(_read(part))
    return RecordSet(records=tuple(records), deleted=tuple(deleted))


def _read(part: Element) -> Record:
    try:
        return _READERS[part.tag](part)
    except RecursionError:
        raise AnswerError("a record of the set nests its tags too deeply; it was not read") from None
