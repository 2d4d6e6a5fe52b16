"""The parts of an invented record: people, sections, headings, links, references, and what makes a book chapter."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Book", "DataBank", "Heading", "Link", "OtherAbstract", "Person", "Reference", "Section"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author or investigator: a person by `last`, or a group by `collective`.

    Attributes
    ----------
    last, fore, initials, suffix, collective : str
        The parts of the name. `collective` may hold inline tags.
    orcid : str
        As it stands in the record: bare, or as an address.
    affiliations : tuple of str
        In their order.
    valid : bool
        False where PubMed marks the name as superseded (``ValidYN="N"``).
    """

    last: str = ""
    fore: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: tuple[str, ...] = ()
    valid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of an abstract. `markup` is its XML content; where it is empty, `text` is escaped into it."""

    text: str = ""
    label: str = ""
    category: str = ""
    markup: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAbstract:
    """An abstract of another kind or language (``plain-language-summary``, ``Publisher`` in Spanish, …)."""

    sections: tuple[Section, ...]
    kind: str = "Publisher"
    language: str = "spa"
    copyright: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A MeSH heading; each qualifier with whether it is a major topic."""

    descriptor: str
    major: bool = False
    qualifiers: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to another record by RefType (``RetractionIn``, ``ErratumFor``, …)."""

    kind: str
    source: str
    pmid: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A cited work, with identifiers of its own that must not be taken for those of the record."""

    citation: str
    pmid: str = ""
    doi: str = ""
    pmcid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataBank:
    """A database and the accession numbers in it (``ClinicalTrials.gov``, ``NCT09000001``)."""

    name: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What makes a record a book article: it is then written as ``PubmedBookArticle``."""

    title: str
    publisher: str = "Lantern House"
    place: str = "Harrowdale (UK)"
    year: int = 2024
    accession: str = "NBK900001"
    sections: tuple[str, ...] = ()
    editors: tuple[Person, ...] = ()
