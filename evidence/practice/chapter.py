"""A book article as the ``<PubmedBookArticle>`` that efetch sends."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .article import ui
from .markup import abstract, day, element, identifiers, people, wrapped

if TYPE_CHECKING:
    from .synthetic import Synthetic

__all__ = ["chapter_xml"]


def chapter_xml(record: Synthetic) -> str:
    """Return a record that has a `book` as XML."""
    book = record.book
    if book is None:
        raise ValueError(f"record {record.pmid} has no book")
    publisher = wrapped(
        "Publisher", element("PublisherName", book.publisher) + element("PublisherLocation", book.place)
    )
    volume = [
        publisher,
        element("BookTitle", book.title, book="inventions"),
        wrapped("PubDate", element("Year", book.year)),
        wrapped("AuthorList", people(book.editors), Type="editors", CompleteYN="Y"),
        element("Medium", "Internet"),
    ]
    sections = [wrapped("Section", element("SectionTitle", title, book="inventions")) for title in book.sections]
    document = [
        element("PMID", record.pmid, Version=str(record.version)),
        identifiers(record),
        wrapped("Book", volume),
        wrapped("ArticleTitle", record.title_markup or escape(record.title), book="inventions", part="one"),
        *(element("Language", language) for language in record.languages),
        wrapped("AuthorList", people(record.authors), Type="authors", CompleteYN="Y"),
        *(element("PublicationType", kind, UI=ui("D", kind)) for kind in record.publication_types),
        abstract(record),
        wrapped("Sections", sections),
        wrapped("KeywordList", [element("Keyword", word, MajorTopicYN="N") for word in record.keywords], Owner="NLM"),
        day("ContributionDate", record.date_online, padded=False),
        day("DateRevised", record.revised, padded=False),
    ]
    clock = "<Hour>6</Hour><Minute>0</Minute>"
    history = [
        day("PubMedPubDate", record.edat, padded=False, time=clock, PubStatus="pubmed"),
        day("PubMedPubDate", record.added, padded=False, time=clock, PubStatus="entrez"),
    ]
    data = [
        wrapped("History", history),
        element("PublicationStatus", record.publication_status),
        wrapped("ArticleIdList", element("ArticleId", record.pmid, IdType="pubmed")),
    ]
    return wrapped("PubmedBookArticle", wrapped("BookDocument", document) + wrapped("PubmedBookData", data))
