"""The record of a book, or of a chapter of one, from its XML element.

What an article has of its journal, a chapter has of its book: `journal_title` is the book's title and `date` the book's
date. A whole book has its own title. The date of a contribution stands as `date_online`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import AnswerError
from ..record import Record
from .article import checked_pmid, checked_version
from .dates import issue_date
from .links import first_doi, first_pmcid, read_ids, read_locations
from .markup import plain_text, text_and_markup
from .people import read_people
from .pieces import (
    abstract_words,
    added_on,
    children_of,
    day_of,
    read_abstract,
    read_grants,
    read_keywords,
    read_pages,
    read_texts,
    texts_of,
    year_of,
)
from .registrations import registrations_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["read_book"]


def read_book(element: Element) -> Record:
    """Return the record of a ``PubmedBookArticle``.

    Raises
    ------
    AnswerError
        If it has no PMID: without one it would be lost.
    """
    document_element = element.find("BookDocument")
    if document_element is None:
        raise AnswerError("a book of the set has no BookDocument, and so no PMID")
    document = children_of(document_element)
    book_element = document.get("Book")
    book = children_of(book_element)
    data = children_of(element.find("PubmedBookData"))
    pmid = checked_pmid(plain_text(document.get("PMID")))
    ids = read_ids(data.get("ArticleIdList")) + read_ids(document.get("ArticleIdList"))
    locations = read_locations(book_element) if book_element is not None else []
    book_title, book_markup = text_and_markup(book.get("BookTitle"))
    title, title_markup = text_and_markup(document.get("ArticleTitle"))
    abstract = read_abstract(document.get("Abstract"))
    people = _authors(document_element) or _authors(book_element)
    date, printed = issue_date(texts_of(book.get("PubDate")))
    online = issue_date(texts_of(document.get("ContributionDate")))[0]
    return Record(
        pmid=pmid,
        version=checked_version(document["PMID"].get("Version", ""), pmid),
        doi=first_doi(ids, locations),
        pmcid=first_pmcid(ids),
        registrations=registrations_of((), [title or book_title, *abstract_words(abstract)]),
        title=title or book_title,
        title_markup=title_markup or book_markup,
        vernacular_title=plain_text(document.get("VernacularTitle")),
        abstract=abstract,
        copyright=plain_text(children_of(document.get("Abstract")).get("CopyrightInformation")),
        authors=tuple(person for some in people for person in read_people(some)),
        authors_complete=all(some.get("CompleteYN") != "N" for some in people),
        investigators=tuple(
            person for some in document_element.findall("InvestigatorList") for person in read_people(some)
        ),
        journal_title=book_title,
        volume=plain_text(book.get("Volume")),
        pages=read_pages(document.get("Pagination")),
        date=date,
        date_as_printed=printed,
        date_online=online,
        year=year_of(date, online),
        added=added_on(data.get("History")),
        revised=day_of(document.get("DateRevised")),
        publication_status=plain_text(data.get("PublicationStatus")),
        publication_types=read_texts(document_element, "PublicationType"),
        languages=read_texts(document_element, "Language"),
        keywords=read_keywords(document_element.findall("KeywordList")),
        grants=read_grants(document.get("GrantList")),
    )


def _authors(parent: Element | None) -> list[Element]:
    """Return the lists of authors, not those of editors."""
    lists = parent.findall("AuthorList") if parent is not None else []
    return [some for some in lists if some.get("Type") != "editors"]
