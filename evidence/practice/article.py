"""A record as the ``<PubmedArticle>`` that efetch sends, in the order of the DTD."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .markup import abstract, day, element, identifiers, issue_date, other_abstract, people, wrapped

if TYPE_CHECKING:
    from .pieces import DataBank, Heading, Link, Reference
    from .synthetic import Synthetic

__all__ = ["article_xml", "ui"]

_KNOWN = {
    "Animals": "D000818",
    "Humans": "D006801",
    "Journal Article": "D016428",
    "Randomized Controlled Trial": "D016449",
    "Controlled Clinical Trial": "D018848",
    "Clinical Trial": "D016430",
    "Review": "D016454",
    "Systematic Review": "D000078182",
    "Meta-Analysis": "D017418",
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Expression of Concern": "D000075742",
    "Published Erratum": "D016425",
    "Corrected and Republished Article": "D016439",
    "Preprint": "D000076942",
    "English Abstract": "D004740",
    "Letter": "D016422",
    "Comment": "D016420",
}


def ui(prefix: str, name: str) -> str:
    """Return the unique identifier of a term: NLM's own where it matters, else one made from the name.

    Examples
    --------
    >>> ui("D", "Randomized Controlled Trial")
    'D016449'
    """
    return _KNOWN.get(name) or f"{prefix}{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**6:06d}"


def article_xml(record: Synthetic) -> str:
    """Return the record as XML."""
    citation = wrapped(
        "MedlineCitation",
        [
            element("PMID", record.pmid, Version=str(record.version)),
            day("DateCompleted", record.completed),
            day("DateRevised", record.revised),
            _article(record),
            _journal_info(record),
            _chemicals(record),
            element("CitationSubset", "IM" if record.status == "MEDLINE" else ""),
            _links(record.links),
            wrapped("MeshHeadingList", [_heading(heading) for heading in record.mesh]),
            *(other_abstract(other) for other in record.other_abstracts),
            _keywords(record.nlm_keywords, "NLM"),
            _keywords(record.keywords, "NOTNLM"),
            element("CoiStatement", record.coi),
            wrapped("InvestigatorList", people(record.investigators, "Investigator")),
        ],
        Status=record.status,
        Owner="NLM",
        VersionID=str(record.version) if record.version > 1 else "",
        IndexingMethod=record.indexing_method,
    )
    return wrapped("PubmedArticle", citation + _pubmed_data(record))


def _article(record: Synthetic) -> str:
    title = record.title_markup or escape(record.title)
    parts = [
        _journal(record),
        f"<ArticleTitle>{title}</ArticleTitle>",
        wrapped("Pagination", element("MedlinePgn", record.pages)),
        element("ELocationID", record.pii, EIdType="pii", ValidYN="Y"),
        element("ELocationID", record.doi, EIdType="doi", ValidYN="Y" if record.doi_valid else "N"),
        "" if record.pages or record.pii or record.doi else "<Pagination><MedlinePgn/></Pagination>",
        abstract(record),
        wrapped("AuthorList", people(record.authors), CompleteYN="Y" if record.authors_complete else "N"),
        *(element("Language", language) for language in record.languages),
        wrapped("DataBankList", [_databank(bank) for bank in record.databanks], CompleteYN="Y"),
        wrapped("GrantList", [_grant(grant) for grant in record.grants], CompleteYN="Y"),
        wrapped(
            "PublicationTypeList",
            [element("PublicationType", kind, UI=ui("D", kind)) for kind in record.publication_types],
        ),
        element("VernacularTitle", record.vernacular_title),
        day("ArticleDate", record.date_online, DateType="Electronic"),
    ]
    return wrapped("Article", parts, PubModel="Print-Electronic" if record.date_online else "Print")


def _journal(record: Synthetic) -> str:
    issue = [element("Volume", record.volume), element("Issue", record.issue), issue_date(record)]
    parts = [
        element("ISSN", record.issn, IssnType="Electronic"),
        wrapped("JournalIssue", issue, CitedMedium="Internet"),
        element("Title", record.journal_title),
        element("ISOAbbreviation", record.journal),
    ]
    return wrapped("Journal", parts)


def _journal_info(record: Synthetic) -> str:
    parts = [
        element("Country", "England"),
        element("MedlineTA", record.journal),
        element("NlmUniqueID", record.nlm_id),
        element("ISSNLinking", record.issn),
    ]
    return wrapped("MedlineJournalInfo", parts)


def _databank(bank: DataBank) -> str:
    numbers = wrapped("AccessionNumberList", [element("AccessionNumber", number) for number in bank.numbers])
    return wrapped("DataBank", element("DataBankName", bank.name) + numbers)


def _grant(grant: str) -> str:
    number, agency, country = (*grant.split("|"), "", "")[:3]
    parts = [element("GrantID", number), element("Agency", agency or "Invented Agency"), element("Country", country)]
    return wrapped("Grant", parts)


def _chemicals(record: Synthetic) -> str:
    each = [
        wrapped("Chemical", element("RegistryNumber", "0") + element("NameOfSubstance", name, UI=ui("D", name)))
        for name in record.chemicals
    ]
    return wrapped("ChemicalList", each)


def _links(links: tuple[Link, ...]) -> str:
    each = [
        wrapped(
            "CommentsCorrections",
            [element("RefSource", link.source), element("PMID", link.pmid, Version="1"), element("Note", link.note)],
            RefType=link.kind,
        )
        for link in links
    ]
    return wrapped("CommentsCorrectionsList", each)


def _heading(heading: Heading) -> str:
    descriptor = element(
        "DescriptorName",
        heading.descriptor,
        UI=ui("D", heading.descriptor),
        MajorTopicYN="Y" if heading.major else "N",
    )
    qualifiers = [
        element("QualifierName", name, UI=ui("Q", name), MajorTopicYN="Y" if major else "N")
        for name, major in heading.qualifiers
    ]
    return wrapped("MeshHeading", [descriptor, *qualifiers])


def _keywords(words: tuple[str, ...], owner: str) -> str:
    return wrapped("KeywordList", [element("Keyword", word, MajorTopicYN="N") for word in words], Owner=owner)


def _pubmed_data(record: Synthetic) -> str:
    clock = "<Hour>6</Hour><Minute>0</Minute>"
    history = [
        day("PubMedPubDate", record.edat, padded=False, time=clock, PubStatus="pubmed"),
        day("PubMedPubDate", record.completed, padded=False, time=clock, PubStatus="medline"),
        day("PubMedPubDate", record.added, padded=False, time=clock, PubStatus="entrez"),
    ]
    parts = [
        wrapped("History", history),
        element("PublicationStatus", record.publication_status),
        identifiers(record),
        wrapped("ReferenceList", [_reference(reference) for reference in record.references]),
    ]
    return wrapped("PubmedData", parts)


def _reference(reference: Reference) -> str:
    ids = [
        element("ArticleId", reference.doi, IdType="doi"),
        element("ArticleId", reference.pmcid, IdType="pmc"),
        element("ArticleId", reference.pmid, IdType="pubmed"),
    ]
    return wrapped("Reference", element("Citation", reference.citation) + wrapped("ArticleIdList", ids))
