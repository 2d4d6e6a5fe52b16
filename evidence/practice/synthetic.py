"""One invented PubMed record: plain fields in, real PubMed XML out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pieces import Book, DataBank, Heading, Link, OtherAbstract, Person, Reference, Section

__all__ = ["Synthetic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """An invented record. Only `pmid` is needed; what is empty is left out of the XML.

    Attributes
    ----------
    pmid : str
        From 90000001 on, so that it is never that of a real record.
    version : int
        PubMed's version of the record.
    title : str
        Plain text; escaped into the XML.
    title_markup : str
        The title as XML content (inline tags, MathML); used in place of `title` where it is given.
    vernacular_title : str
        The title in the original language.
    abstract : str or tuple of Section
        Plain text of one unlabelled section, or the sections.
    other_abstracts : tuple of OtherAbstract
        Of other kinds and languages.
    copyright : str
        The publisher's claim on the abstract.
    authors, investigators : tuple of Person
        In their order.
    authors_complete : bool
        ``CompleteYN`` of the list of authors.
    journal, journal_title, issn, nlm_id, volume, issue, pages : str
        `journal` is the abbreviation.
    date : str
        Of the issue: ``2024-03-05``, ``2024-03`` or ``2024``.
    season, medline_date : str
        ``Spring`` beside a year; or, in place of any date, ``2020 Dec-2021 Jan``.
    month_as_number : bool
        Writes the month of the issue as ``03`` and not as ``Mar``: PubMed has both.
    date_online : date, optional
        Of the electronic article.
    added : date
        CRDT, ``PubMedPubDate PubStatus="entrez"``: when PubMed added the record.
    entered : date, optional
        EDAT, ``PubStatus="pubmed"``; the same as `added`, but for records that were added long after publication.
    revised : date, optional
        DateRevised, the field ``[lr]``.
    modified : date, optional
        The field ``[mdat]``, which the XML does not carry; the same as `revised` unless given.
    completed : date, optional
        DateCompleted, and ``PubStatus="medline"``.
    publication_types, languages, keywords : tuple of str
        In their order.
    nlm_keywords : tuple of str
        A second list of keywords, by NLM.
    mesh : tuple of Heading
        In their order.
    chemicals : tuple of str
        Names of substances.
    status : str
        ``MEDLINE``, ``PubMed-not-MEDLINE``, ``Publisher``, ``In-Process``, ….
    indexing_method : str
        ``Automated``, ``Curated``, or empty.
    publication_status : str
        ``ppublish``, ``epublish``, ``aheadofprint``.
    doi, pii, pmcid : str
        Identifiers of the article itself.
    doi_valid : bool
        ``ValidYN`` of the DOI in the article's ELocationID.
    doi_in_ids : bool
        Whether the list of identifiers repeats the DOI; where it does not, only the ELocationID has it.
    links : tuple of Link
        Comments and corrections.
    databanks : tuple of DataBank
        Registrations.
    grants : tuple of str
        ``number`` or ``number|agency|country``.
    references : tuple of Reference
        Cited works.
    coi : str
        Statement of interests.
    book : Book, optional
        Makes the record a book article.

    Examples
    --------
    >>> record = Synthetic(pmid="90000001", title="Combs & lamps", added=dt.date(2024, 1, 5))
    >>> b"<ArticleTitle>Combs &amp; lamps</ArticleTitle>" in record.xml()
    True
    """

    pmid: str
    version: int = 1
    title: str = ""
    title_markup: str = ""
    vernacular_title: str = ""
    abstract: str | tuple[Section, ...] = ""
    other_abstracts: tuple[OtherAbstract, ...] = ()
    copyright: str = ""
    authors: tuple[Person, ...] = ()
    investigators: tuple[Person, ...] = ()
    authors_complete: bool = True
    journal: str = "J Invent Treat"
    journal_title: str = "Journal of invented treatments"
    issn: str = "9999-0001"
    nlm_id: str = "999000001"
    volume: str = ""
    issue: str = ""
    pages: str = ""
    date: str = "2024"
    season: str = ""
    medline_date: str = ""
    month_as_number: bool = False
    date_online: dt.date | None = None
    added: dt.date = dt.date(2024, 1, 1)
    entered: dt.date | None = None
    revised: dt.date | None = None
    modified: dt.date | None = None
    completed: dt.date | None = None
    publication_types: tuple[str, ...] = ("Journal Article",)
    languages: tuple[str, ...] = ("eng",)
    keywords: tuple[str, ...] = ()
    nlm_keywords: tuple[str, ...] = ()
    mesh: tuple[Heading, ...] = ()
    chemicals: tuple[str, ...] = ()
    status: str = "PubMed-not-MEDLINE"
    indexing_method: str = ""
    publication_status: str = "ppublish"
    doi: str = ""
    pii: str = ""
    pmcid: str = ""
    doi_valid: bool = True
    doi_in_ids: bool = True
    links: tuple[Link, ...] = ()
    databanks: tuple[DataBank, ...] = ()
    grants: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    coi: str = ""
    book: Book | None = None

    def xml(self) -> bytes:
        """Return one ``<PubmedArticle>`` or ``<PubmedBookArticle>`` element, in UTF-8, without a declaration."""
        from .article import article_xml
        from .chapter import chapter_xml

        return (chapter_xml(self) if self.book else article_xml(self)).encode()

    def but(self, **fields: Any) -> Synthetic:
        """Return a copy with some fields changed."""
        return replace(self, **fields)

    @property
    def edat(self) -> dt.date:
        """The field ``[edat]``."""
        return self.entered or self.added

    @property
    def lr(self) -> dt.date | None:
        """The field ``[lr]``: DateRevised."""
        return self.revised

    @property
    def mdat(self) -> dt.date:
        """The field ``[mdat]``: when PubMed last changed the record, at the earliest when it was added."""
        return max(filter(None, (self.modified or self.revised, self.added)))
