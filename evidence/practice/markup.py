"""Writing XML by hand: escaping, elements, dates and names in the forms that PubMed uses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from .pieces import Book, OtherAbstract, Person, Section
    from .synthetic import Synthetic

__all__ = [
    "MONTHS",
    "abstract",
    "day",
    "element",
    "identifiers",
    "issue_date",
    "other_abstract",
    "people",
    "section",
    "wrapped",
]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def element(name: str, text: object, **attributes: str) -> str:
    """Return an element around plain text, or nothing where the text is empty.

    Examples
    --------
    >>> element("ISSN", "9999-0001", IssnType="Print")
    '<ISSN IssnType="Print">9999-0001</ISSN>'
    >>> element("Volume", "")
    ''
    """
    return wrapped(name, escape(str(text)), **attributes)


def wrapped(name: str, content: str | Iterable[str], **attributes: str) -> str:
    """Return an element around XML, or nothing where there is none."""
    inner = content if isinstance(content, str) else "".join(content)
    named = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    return f"<{name}{named}>{inner}</{name}>" if inner else ""


def day(name: str, value: dt.date | None, *, padded: bool = True, time: str = "", **attributes: str) -> str:
    """Return a date as Year, Month and Day; with leading zeros or, as in the history of a record, without."""
    if value is None:
        return ""
    width = 2 if padded else 1
    parts = [
        element("Year", value.year),
        element("Month", f"{value.month:0{width}d}"),
        element("Day", f"{value.day:0{width}d}"),
        time,
    ]
    return wrapped(name, parts, **attributes)


def issue_date(record: Synthetic) -> str:
    """Return the PubDate of an issue: a date as far as it is known, a season, or a MedlineDate."""
    if record.medline_date:
        return wrapped("PubDate", element("MedlineDate", record.medline_date))
    year, *rest = record.date.split("-")
    parts = [element("Year", year)]
    if record.season:
        parts.append(element("Season", record.season))
    elif rest:
        parts.append(element("Month", rest[0] if record.month_as_number else MONTHS[int(rest[0]) - 1]))
        parts += [element("Day", value) for value in rest[1:]]
    return wrapped("PubDate", parts)


def people(persons: Iterable[Person], each: str = "Author") -> str:
    """Return authors or investigators."""
    return "".join(_person(person, each) for person in persons)


def _person(person: Person, each: str) -> str:
    parts = [
        wrapped("CollectiveName", person.collective),
        element("LastName", person.last),
        element("ForeName", person.fore),
        element("Initials", person.initials),
        element("Suffix", person.suffix),
        element("Identifier", person.orcid, Source="ORCID"),
        *(wrapped("AffiliationInfo", element("Affiliation", text)) for text in person.affiliations),
    ]
    return wrapped(each, parts, ValidYN="Y" if person.valid else "N")


def section(part: Section) -> str:
    """Return one AbstractText."""
    return wrapped("AbstractText", part.markup or escape(part.text), Label=part.label, NlmCategory=part.category)


def abstract(record: Synthetic) -> str:
    """Return the Abstract, or nothing where the record has none."""
    if isinstance(record.abstract, str):
        inner = element("AbstractText", record.abstract)
    else:
        inner = "".join(section(part) for part in record.abstract)
    return wrapped("Abstract", inner + element("CopyrightInformation", record.copyright)) if inner else ""


def other_abstract(other: OtherAbstract) -> str:
    """Return an OtherAbstract."""
    inner = "".join(section(part) for part in other.sections) + element("CopyrightInformation", other.copyright)
    return wrapped("OtherAbstract", inner, Type=other.kind, Language=other.language)


def identifiers(record: Synthetic) -> str:
    """Return the ArticleIdList of a record: its PMID first, as PubMed writes it."""
    book: Book | None = record.book
    return wrapped(
        "ArticleIdList",
        [
            element("ArticleId", record.pmid, IdType="pubmed"),
            element("ArticleId", book.accession if book else "", IdType="bookaccession"),
            element("ArticleId", record.pmcid, IdType="pmc"),
            element("ArticleId", record.doi if record.doi_in_ids else "", IdType="doi"),
            element("ArticleId", record.pii, IdType="pii"),
        ],
    )
