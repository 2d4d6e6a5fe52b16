"""The record of a book or chapter from what `Bio.Entrez.read` returns for it."""

from __future__ import annotations

from typing import Any

from ...errors import AnswerError
from ..record import Record
from .article import checked_pmid, checked_version
from .biopython_article import (
    abstract_of,
    day,
    entered_on,
    grants_of,
    ids_of,
    locations_of,
    people_of,
    texts,
    title_of,
)
from .biopython_values import attribute, plain, repeated, strings
from .dates import issue_date
from .links import first_doi, first_pmcid
from .pieces import abstract_words, keywords_of, page_range, year_of
from .registrations import registrations_of

__all__ = ["book_of"]


def book_of(found: Any) -> Record:
    """Return the record of a ``PubmedBookArticle``."""
    document, data = found.get("BookDocument"), found.get("PubmedBookData") or {}
    if document is None:
        raise AnswerError("a book of the set has no BookDocument, and so no PMID")
    book = document.get("Book") or {}
    date, printed = issue_date(strings(book.get("PubDate")))
    online = issue_date(strings(document.get("ContributionDate")))[0]
    book_title, book_markup = title_of(book.get("BookTitle"))
    title, title_markup = title_of(document.get("ArticleTitle"))
    abstract = abstract_of(document.get("Abstract"))
    ids = ids_of(data.get("ArticleIdList")) + ids_of(document.get("ArticleIdList"))
    people = _authors(document) or _authors(book)
    pmid = checked_pmid(plain(document.get("PMID")))
    return Record(
        pmid=pmid,
        version=checked_version(attribute(document["PMID"], "Version"), pmid),
        doi=first_doi(ids, locations_of(book)),
        pmcid=first_pmcid(ids),
        registrations=registrations_of((), [title or book_title, *abstract_words(abstract)]),
        title=title or book_title,
        title_markup=title_markup or book_markup,
        vernacular_title=plain(document.get("VernacularTitle")),
        abstract=abstract,
        copyright=plain((document.get("Abstract") or {}).get("CopyrightInformation")),
        authors=tuple(person for some in people for person in people_of(some)),
        authors_complete=all(attribute(some, "CompleteYN", "Y") != "N" for some in people),
        investigators=tuple(
            person for some in repeated(document.get("InvestigatorList")) for person in people_of(some)
        ),
        journal_title=book_title,
        volume=plain(book.get("Volume")),
        pages=page_range(strings(document.get("Pagination"))),
        date=date,
        date_as_printed=printed,
        date_online=online,
        year=year_of(date, online),
        added=entered_on(data.get("History")),
        revised=day(document.get("DateRevised")),
        publication_status=plain(data.get("PublicationStatus")),
        publication_types=texts(repeated(document.get("PublicationType"))),
        languages=texts(repeated(document.get("Language"))),
        keywords=keywords_of(plain(word) for some in repeated(document.get("KeywordList")) for word in some),
        grants=grants_of(document.get("GrantList")),
    )


def _authors(parent: Any) -> list[Any]:
    return [some for some in repeated(parent.get("AuthorList")) if attribute(some, "Type") != "editors"]
