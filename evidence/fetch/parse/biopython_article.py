"""An article's record from what `Bio.Entrez.read` returns for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import AnswerError
from ..record import AbstractPart, Author, Heading, Link, Record
from .article import checked_pmid, checked_version
from .biopython_values import attribute, each, markup, plain, repeated, strings
from .dates import calendar_date, issue_date
from .links import first_doi, first_pmcid
from .markup import squeezed
from .people import bare_orcid, with_address
from .pieces import abstract_words, grant_text, keywords_of, page_range, year_of
from .registrations import registrations_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "abstract_of",
    "article_of",
    "day",
    "entered_on",
    "grants_of",
    "ids_of",
    "locations_of",
    "people_of",
    "texts",
    "title_of",
]


def article_of(found: Any) -> Record:
    """Return the record of a ``PubmedArticle``."""
    citation, data = found.get("MedlineCitation"), found.get("PubmedData") or {}
    if citation is None:
        raise AnswerError("a record of the set has no MedlineCitation, and so no PMID")
    article = citation.get("Article") or {}
    journal = article.get("Journal") or {}
    issue = journal.get("JournalIssue") or {}
    medline = strings(citation.get("MedlineJournalInfo"))
    date, printed = issue_date(strings(issue.get("PubDate")))
    online = day(next(iter(repeated(article.get("ArticleDate"))), None))
    title, title_markup = title_of(article.get("ArticleTitle"))
    abstract = abstract_of(article.get("Abstract"))
    others = tuple(part for other in repeated(citation.get("OtherAbstract")) for part in _other_abstract(other))
    ids = ids_of(data.get("ArticleIdList"))
    pmid = checked_pmid(plain(citation.get("PMID")))
    return Record(
        pmid=pmid,
        version=checked_version(attribute(citation["PMID"], "Version"), pmid),
        doi=first_doi(ids, locations_of(article)),
        pmcid=first_pmcid(ids),
        registrations=registrations_of(
            _databases(article.get("DataBankList")), [title, *abstract_words(abstract), *abstract_words(others)]
        ),
        title=title,
        title_markup=title_markup,
        vernacular_title=plain(article.get("VernacularTitle")),
        abstract=abstract,
        other_abstracts=others,
        copyright=plain((article.get("Abstract") or {}).get("CopyrightInformation")),
        authors=with_address(people_of(article.get("AuthorList")), plain(article.get("Affiliation"))),
        authors_complete=attribute(article.get("AuthorList"), "CompleteYN", "Y") != "N",
        investigators=tuple(
            person for some in repeated(citation.get("InvestigatorList")) for person in people_of(some)
        ),
        journal=plain(journal.get("ISOAbbreviation")) or medline.get("MedlineTA", ""),
        journal_title=plain(journal.get("Title")),
        issn=plain(journal.get("ISSN")) or medline.get("ISSNLinking", ""),
        volume=plain(issue.get("Volume")),
        issue=plain(issue.get("Issue")),
        pages=page_range(strings(article.get("Pagination"))),
        date=date,
        date_as_printed=printed,
        date_online=online,
        year=year_of(date, online),
        added=entered_on(data.get("History")),
        revised=day(citation.get("DateRevised")),
        completed=day(citation.get("DateCompleted")),
        publication_status=plain(data.get("PublicationStatus")),
        publication_types=texts(article.get("PublicationTypeList")),
        languages=texts(repeated(article.get("Language"))),
        keywords=keywords_of(plain(word) for some in repeated(citation.get("KeywordList")) for word in some),
        mesh=tuple(_heading(entry) for entry in each(citation.get("MeshHeadingList"))),
        indexing=attribute(citation, "Status"),
        indexing_method=attribute(citation, "IndexingMethod"),
        links=tuple(_link(entry) for entry in each(citation.get("CommentsCorrectionsList"))),
        grants=grants_of(article.get("GrantList")),
    )


def texts(value: Any) -> tuple[str, ...]:
    """Return the members of a list as plain text, without empty ones."""
    return tuple(text for text in map(plain, each(value)) if text)


def title_of(value: Any) -> tuple[str, str]:
    """Return a title as plain text and as XML."""
    return plain(value), markup(value)


def abstract_of(abstract: Any, *, kind: str = "", language: str = "") -> tuple[AbstractPart, ...]:
    """Return the sections of an abstract."""
    parts = (
        AbstractPart(
            label=squeezed(attribute(section, "Label")),
            category=attribute(section, "NlmCategory"),
            text=plain(section),
            markup=markup(section),
            kind=kind,
            language=language,
        )
        for section in repeated((abstract or {}).get("AbstractText"))
    )
    return tuple(part for part in parts if part.text or part.label or part.markup)


def day(parts: Any) -> str:
    """Return a date with year, month and day."""
    found = strings(parts)
    return calendar_date(found.get("Year", ""), found.get("Month", ""), found.get("Day", ""))


def entered_on(history: Any) -> str:
    """Return the day on which PubMed added a record."""
    return next((day(entry) for entry in each(history) if attribute(entry, "PubStatus") == "entrez"), "")


def ids_of(ids: Any) -> list[tuple[str, str]]:
    """Return kind and text of each ``ArticleId``."""
    return [(attribute(entry, "IdType", "pubmed"), plain(entry)) for entry in each(ids)]


def locations_of(parent: Any) -> list[tuple[str, str]]:
    """Return kind and text of each valid ``ELocationID``."""
    found = repeated(parent.get("ELocationID"))
    return [(attribute(entry, "EIdType"), plain(entry)) for entry in found if attribute(entry, "ValidYN") != "N"]


def people_of(people: Any) -> tuple[Author, ...]:
    """Return the persons and groups of a list, without names that PubMed marks as wrong."""
    read = (_person(person) for person in each(people) if attribute(person, "ValidYN") != "N")
    return tuple(person for person in read if person.last or person.fore or person.collective)


def grants_of(grants: Any) -> tuple[str, ...]:
    """Return grants, each as its number and agency."""
    lines = (grant_text(parts.get("GrantID", ""), parts.get("Agency", "")) for parts in map(strings, each(grants)))
    return tuple(line for line in lines if line)


def _person(person: Any) -> Author:
    names = strings(person)
    orcids: Iterable[str] = (
        bare_orcid(plain(entry))
        for entry in repeated(person.get("Identifier"))
        if attribute(entry, "Source").upper() == "ORCID"
    )
    places = [names.get("Affiliation", "")]
    places += [plain(info.get("Affiliation")) for info in repeated(person.get("AffiliationInfo"))]
    return Author(
        last=names.get("LastName", ""),
        fore=names.get("ForeName", ""),
        initials=names.get("Initials", ""),
        suffix=names.get("Suffix", ""),
        collective=names.get("CollectiveName", ""),
        orcid=next((orcid for orcid in orcids if orcid), ""),
        affiliations=tuple(place for place in places if place),
    )


def _other_abstract(other: Any) -> tuple[AbstractPart, ...]:
    return abstract_of(other, kind=attribute(other, "Type"), language=attribute(other, "Language", "eng"))


def _databases(banks: Any) -> list[tuple[str, str]]:
    return [
        (plain(bank.get("DataBankName")), plain(number))
        for bank in each(banks)
        for number in each(bank.get("AccessionNumberList"))
    ]


def _heading(entry: Any) -> Heading:
    name = entry.get("DescriptorName")
    return Heading(
        descriptor=plain(name),
        ui=attribute(name, "UI"),
        major=attribute(name, "MajorTopicYN") == "Y",
        qualifiers=tuple(
            (plain(qualifier), attribute(qualifier, "MajorTopicYN") == "Y")
            for qualifier in repeated(entry.get("QualifierName"))
        ),
    )


def _link(entry: Any) -> Link:
    parts = strings(entry)
    return Link(
        kind=attribute(entry, "RefType"),
        source=parts.get("RefSource", ""),
        pmid=parts.get("PMID", ""),
        note=parts.get("Note", ""),
    )
