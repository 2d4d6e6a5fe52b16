"""An article's record from its XML element."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...errors import AnswerError
from ..record import Record
from .dates import issue_date
from .links import first_doi, first_pmcid, read_ids, read_links, read_locations
from .markup import plain_text, text_and_markup
from .people import read_people, with_address
from .pieces import (
    abstract_words,
    added_on,
    children_of,
    day_of,
    read_abstract,
    read_databases,
    read_grants,
    read_headings,
    read_keywords,
    read_pages,
    read_texts,
    texts_of,
    year_of,
)
from .registrations import registrations_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["checked_pmid", "checked_version", "read_article"]

_PMID = re.compile(r"[1-9]\d{0,8}", re.ASCII)


def read_article(element: Element) -> Record:
    """Return the record of a ``PubmedArticle``.

    Raises
    ------
    AnswerError
        If it has no PMID: without one it would be lost.
    """
    citation_element = element.find("MedlineCitation")
    if citation_element is None:
        raise AnswerError("a record of the set has no MedlineCitation, and so no PMID")
    citation = children_of(citation_element)
    article_element = citation.get("Article")
    article = children_of(article_element)
    data = children_of(element.find("PubmedData"))
    locations = read_locations(article_element) if article_element is not None else []
    ids = read_ids(data.get("ArticleIdList"))
    pmid = checked_pmid(plain_text(citation.get("PMID")))
    return Record(
        pmid=pmid,
        version=checked_version(citation["PMID"].get("Version", ""), pmid),
        doi=first_doi(ids, locations),
        pmcid=first_pmcid(ids),
        indexing=citation_element.get("Status", ""),
        indexing_method=citation_element.get("IndexingMethod", ""),
        added=added_on(data.get("History")),
        revised=day_of(citation.get("DateRevised")),
        completed=day_of(citation.get("DateCompleted")),
        publication_status=plain_text(data.get("PublicationStatus")),
        links=read_links(citation.get("CommentsCorrectionsList")),
        mesh=read_headings(citation.get("MeshHeadingList")),
        keywords=read_keywords(citation_element.findall("KeywordList")) if "KeywordList" in citation else (),
        **_words(citation_element, article),
        **_people(citation_element, article),
        **_journal(citation, article),
        publication_types=read_texts(article.get("PublicationTypeList"), "PublicationType"),
        languages=read_texts(article_element, "Language"),
        grants=read_grants(article.get("GrantList")),
    )


def checked_pmid(text: str) -> str:
    """Return a PMID as it is, or raise AnswerError."""
    if not _PMID.fullmatch(text):
        raise AnswerError(f"a record of the set has no valid PMID: {text[:20]!r}")
    return text


def checked_version(text: str, pmid: str) -> int:
    """Return the version of a record: 1 where none is given."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 9999):
        raise AnswerError(f"record {pmid} has no valid version: {text[:20]!r}")
    return int(text)


def _words(citation: Element, article: dict[str, Element]) -> dict[str, Any]:
    title, title_markup = text_and_markup(article.get("ArticleTitle"))
    abstract = read_abstract(article.get("Abstract"))
    others = tuple(
        part
        for other in citation.findall("OtherAbstract")
        for part in read_abstract(other, kind=other.get("Type", ""), language=other.get("Language", "eng"))
    )
    listed = read_databases(article.get("DataBankList"))
    return {
        "title": title,
        "title_markup": title_markup,
        "vernacular_title": plain_text(article.get("VernacularTitle")),
        "abstract": abstract,
        "other_abstracts": others,
        "copyright": plain_text(children_of(article.get("Abstract")).get("CopyrightInformation")),
        "registrations": registrations_of(listed, [title, *abstract_words(abstract), *abstract_words(others)]),
    }


def _people(citation: Element, article: dict[str, Element]) -> dict[str, Any]:
    authors = article.get("AuthorList")
    return {
        "authors": with_address(read_people(authors), plain_text(article.get("Affiliation"))),
        "authors_complete": authors is None or authors.get("CompleteYN") != "N",
        "investigators": tuple(person for some in citation.findall("InvestigatorList") for person in read_people(some)),
    }


def _journal(citation: dict[str, Element], article: dict[str, Element]) -> dict[str, Any]:
    journal = children_of(article.get("Journal"))
    issue = children_of(journal.get("JournalIssue"))
    medline = texts_of(citation.get("MedlineJournalInfo"))
    date, printed = issue_date(texts_of(issue.get("PubDate")))
    online = day_of(article.get("ArticleDate"))
    return {
        "journal": plain_text(journal.get("ISOAbbreviation")) or medline.get("MedlineTA", ""),
        "journal_title": plain_text(journal.get("Title")),
        "issn": plain_text(journal.get("ISSN")) or medline.get("ISSNLinking", ""),
        "volume": plain_text(issue.get("Volume")),
        "issue": plain_text(issue.get("Issue")),
        "pages": read_pages(article.get("Pagination")),
        "date": date,
        "date_as_printed": printed,
        "date_online": online,
        "year": year_of(date, online),
    }
