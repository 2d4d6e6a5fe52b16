"""Pieces that articles and chapters of books have in common: texts, abstracts, dates, headings, keywords, grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..record import AbstractPart, Heading
from .dates import calendar_date
from .markup import plain_text, squeezed, text_and_markup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

__all__ = [
    "abstract_words",
    "added_on",
    "children_of",
    "day_of",
    "grant_text",
    "keywords_of",
    "page_range",
    "read_abstract",
    "read_databases",
    "read_grants",
    "read_headings",
    "read_keywords",
    "read_pages",
    "read_texts",
    "texts_of",
    "year_of",
]


def children_of(element: Element | None) -> dict[str, Element]:
    """Return an element's children by their names; of several with the same name the last."""
    return {child.tag: child for child in element} if element is not None else {}


def texts_of(element: Element | None) -> dict[str, str]:
    """Return the plain text of an element's children by their names."""
    return {child.tag: plain_text(child) for child in element} if element is not None else {}


def day_of(element: Element | None) -> str:
    """Return the date of an element with ``Year``, ``Month`` and ``Day``, as far as they are given."""
    if element is None:
        return ""
    parts = {child.tag: squeezed(child.text) for child in element}
    return calendar_date(parts.get("Year", ""), parts.get("Month", ""), parts.get("Day", ""))


def added_on(history: Element | None) -> str:
    """Return the day on which a record was added to PubMed (``PubStatus="entrez"``, which MEDLINE calls CRDT)."""
    for entry in history if history is not None else ():
        if entry.get("PubStatus") == "entrez":
            return day_of(entry)
    return ""


def year_of(*dates: str) -> int | None:
    """Return the year of the first date that is known.

    Examples
    --------
    >>> year_of("", "2013-01"), year_of("", "")
    (2013, None)
    """
    return next((int(date[:4]) for date in dates if date), None)


def read_texts(parent: Element | None, tag: str) -> tuple[str, ...]:
    """Return the plain text of an element's children of one name, in their order, without empty ones."""
    texts = [plain_text(child) for child in parent.findall(tag)] if parent is not None else []
    return tuple(text for text in texts if text)


def read_abstract(abstract: Element | None, *, kind: str = "", language: str = "") -> tuple[AbstractPart, ...]:
    """Return the sections of an abstract in their order, without those that have neither label nor text.

    Parameters
    ----------
    abstract : Element, optional
        An ``Abstract`` or ``OtherAbstract``.
    kind, language : str
        Of another abstract.
    """
    parts = []
    for section in abstract if abstract is not None else ():
        if section.tag != "AbstractText":
            continue
        text, markup = text_and_markup(section)
        label = squeezed(section.get("Label"))
        if text or label or markup:
            category = section.get("NlmCategory", "")
            part = AbstractPart(label=label, category=category, text=text, markup=markup, kind=kind, language=language)
            parts.append(part)
    return tuple(parts)


def abstract_words(parts: Iterable[AbstractPart]) -> list[str]:
    """Return all words of abstracts in which a registration may stand: each label with its text."""
    return [f"{part.label}: {part.text}" if part.label else part.text for part in parts]


def read_databases(databases: Element | None) -> list[tuple[str, str]]:
    """Return each number of a ``DataBankList`` with its database."""
    found = []
    for bank in databases if databases is not None else ():
        parts = children_of(bank)
        name = plain_text(parts.get("DataBankName"))
        numbers = parts.get("AccessionNumberList")
        found += [(name, plain_text(number)) for number in (numbers if numbers is not None else ())]
    return found


def read_headings(headings: Element | None) -> tuple[Heading, ...]:
    """Return MeSH headings with their qualifiers, in their order."""
    return tuple(_read_heading(entry) for entry in headings) if headings is not None else ()


def _read_heading(entry: Element) -> Heading:
    descriptor, ui, major, qualifiers = "", "", False, []
    for child in entry:
        if child.tag == "DescriptorName":
            descriptor, ui, major = plain_text(child), child.get("UI", ""), child.get("MajorTopicYN") == "Y"
        elif child.tag == "QualifierName":
            qualifiers.append((plain_text(child), child.get("MajorTopicYN") == "Y"))
    return Heading(descriptor=descriptor, ui=ui, major=major, qualifiers=tuple(qualifiers))


def read_keywords(lists: Iterable[Element]) -> tuple[str, ...]:
    """Return the keywords of all owners, list after list, each once."""
    return keywords_of(plain_text(keyword) for owned in lists for keyword in owned if keyword.tag == "Keyword")


def keywords_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return keywords in their order, each once, without empty ones."""
    return tuple(dict.fromkeys(word for word in words if word))


def read_grants(grants: Element | None) -> tuple[str, ...]:
    """Return grants in their order, each as its number and agency."""
    if grants is None:
        return ()
    texts = (grant_text(parts.get("GrantID", ""), parts.get("Agency", "")) for parts in map(texts_of, grants))
    return tuple(text for text in texts if text)


def grant_text(number: str, agency: str) -> str:
    """Return a grant in a line.

    Examples
    --------
    >>> grant_text("R01 AR000001", "NIAMS NIH HHS"), grant_text("", "Example Trust")
    ('R01 AR000001 (NIAMS NIH HHS)', 'Example Trust')
    """
    return f"{number} ({agency})" if number and agency else number or agency


def read_pages(pagination: Element | None) -> str:
    """Return the pages of a ``Pagination``."""
    return page_range(texts_of(pagination))


def page_range(parts: dict[str, str]) -> str:
    """Return pages as MEDLINE writes them, else from first to last.

    Examples
    --------
    >>> page_range({"MedlinePgn": "187-94"}), page_range({"StartPage": "e12", "EndPage": "e19"})
    ('187-94', 'e12-e19')
    """
    if parts.get("MedlinePgn"):
        return parts["MedlinePgn"]
    first, last = parts.get("StartPage", ""), parts.get("EndPage", "")
    return f"{first}-{last}" if first and last and first != last else first or last
