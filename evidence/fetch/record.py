"""A PubMed record as data: everything that a curator, a ranking or a comparison of two fetches needs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

__all__ = ["AbstractPart", "Author", "Heading", "Link", "Record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractPart:
    """A section of an abstract; an unstructured abstract is one without a label.

    Attributes
    ----------
    label : str
        As printed (``METHODS``); empty where there is none.
    category : str
        NLM's category of it (``BACKGROUND``, ``METHODS``, ``RESULTS``, …).
    text : str
        Plain text: markup taken away, entities read, nothing else changed but runs of blanks.
    markup : str
        The same as XML: inline tags and MathML kept, ``<``, ``>`` and ``&`` of the text escaped.
    kind, language : str
        Of another abstract than the article's own: ``plain-language-summary``, ``Publisher``, …; ``spa``, ….
    """

    label: str = ""
    category: str = ""
    text: str
    markup: str = ""
    kind: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person (`last`, `fore`, `initials`, `suffix`) or a group (`collective`), with affiliations in order."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name as PubMed lists it: ``Smith AB Jr``, or the group's name.

        Examples
        --------
        >>> Author(last="Smith", fore="Ann B", initials="AB").short
        'Smith AB'
        """
        return self.collective or " ".join(part for part in (self.last, self.initials, self.suffix) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A MeSH heading: descriptor and qualifiers, each with whether it is a major topic."""

    descriptor: str
    ui: str = ""
    major: bool = False
    qualifiers: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to another record (PubMed's CommentsCorrections): its kind, citation, and PMID where it has one."""

    kind: str
    source: str = ""
    pmid: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One PubMed record. Text is plain; what carries markup stands beside it as XML. Unknown is empty.

    Attributes
    ----------
    pmid : str
        PubMed identifier.
    version : int
        PubMed's version of the record.
    doi, pmcid : str
        Of the article itself, never of its references.
    registrations : tuple of str
        Trial registrations, from the list of databases first, then title and abstract; normalised, each once.
    title, title_markup, vernacular_title : str
        The title as plain text, as XML, and in the original language.
    abstract, other_abstracts : tuple of AbstractPart
        The abstract's sections; those of other languages and kinds.
    copyright : str
        What the publisher claims of the abstract.
    authors, investigators : tuple of Author
        In their order.
    authors_complete : bool
        Whether PubMed says that the list of authors is complete.
    journal, journal_title, issn, volume, issue, pages : str
        `journal` is the ISO abbreviation.
    date : str
        Date of the issue as far as given: ``2013``, ``2013-01``, ``2013-01-09``; of a MedlineDate or season its first
        year and month.
    date_as_printed : str
        MedlineDate or season as they stand (``2020 Dec-2021 Jan``); empty for an ordinary date.
    date_online : str
        Date of the electronic article.
    year : int or None
        Of `date`, else of `date_online`.
    added, revised, completed : str
        When PubMed added the record (CRDT), last revised it, completed its indexing; as ``2013-02-01``.
    publication_status : str
        ``ppublish``, ``epublish``, ``aheadofprint``, …
    publication_types, languages, keywords : tuple of str
        In PubMed's order.
    mesh : tuple of Heading
        In PubMed's order.
    indexing : str
        Status: MEDLINE, PubMed-not-MEDLINE, Publisher, In-Data-Review, ….
    indexing_method : str
        ``Automated`` or ``Curated`` where a person did not index it alone; empty otherwise.
    links : tuple of Link
        All links to other records, in PubMed's order.
    grants : tuple of str
        Grant numbers with their agencies.
    """

    pmid: str
    version: int = 1
    doi: str = ""
    pmcid: str = ""
    registrations: tuple[str, ...] = ()
    title: str = ""
    title_markup: str = ""
    vernacular_title: str = ""
    abstract: tuple[AbstractPart, ...] = ()
    other_abstracts: tuple[AbstractPart, ...] = ()
    copyright: str = ""
    authors: tuple[Author, ...] = ()
    investigators: tuple[Author, ...] = ()
    authors_complete: bool = True
    journal: str = ""
    journal_title: str = ""
    issn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    date: str = ""
    date_as_printed: str = ""
    date_online: str = ""
    year: int | None = None
    added: str = ""
    revised: str = ""
    completed: str = ""
    publication_status: str = ""
    publication_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[Heading, ...] = ()
    indexing: str = ""
    indexing_method: str = ""
    links: tuple[Link, ...] = ()
    grants: tuple[str, ...] = ()

    @property
    def abstract_text(self) -> str:
        """The abstract as plain text, one section a line, each behind its label."""
        return "\n".join(f"{part.label}: {part.text}" if part.label else part.text for part in self.abstract)

    @property
    def sha256(self) -> str:
        """SHA-256 of the content: the same for the same facts, whatever indentation they came in."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()
