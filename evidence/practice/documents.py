"""The frames of XML answers: declarations, document types, and the set of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markup import element, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .synthetic import Synthetic

__all__ = ["DTD_NAME", "RECORD_SET", "document", "error_document", "record_set"]

_EUTILS = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"
DTD_NAME = "pubmed_250101"
"""The record DTD that is in use."""

RECORD_SET = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    f'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/{DTD_NAME}.dtd">'
)
"""The document type of efetch's record set."""

_DOCTYPES = {
    "eSearchResult": f'"-//NLM//DTD esearch 20060628//EN" "{_EUTILS}/20060628/esearch.dtd"',
    "ePostResult": f'"-//NLM//DTD epost 20090526//EN" "{_EUTILS}/20090526/epost.dtd"',
    "eSummaryResult": f'"-//NLM//DTD esummary v1 20041029//EN" "{_EUTILS}/20041029/esummary-v1.dtd"',
    "eLinkResult": f'"-//NLM//DTD elink 20101123//EN" "{_EUTILS}/20101123/elink.dtd"',
    "eInfoResult": f'"-//NLM//DTD einfo 20190110//EN" "{_EUTILS}/20190110/einfo.dtd"',
    "eFetchResult": f'"-//NLM//DTD efetch 20131226//EN" "{_EUTILS}/20131226/efetch.dtd"',
}
_ROOT_OF = {
    "esearch": "eSearchResult",
    "epost": "ePostResult",
    "esummary": "eSummaryResult",
    "elink": "eLinkResult",
    "einfo": "eInfoResult",
    "efetch": "eFetchResult",
}


def document(root: str, content: str) -> bytes:
    """Return the answer of a utility other than efetch, by the name of its root element."""
    kind = "eEfetchResult" if root == "eFetchResult" else root  # as it stands in PubMed's own answers
    head = f'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {kind} PUBLIC {_DOCTYPES[root]}>\n'
    return f"{head}<{root}>{content}</{root}>\n".encode()


def error_document(tool: str, message: str) -> bytes:
    """Return the answer by which a utility says that it failed."""
    return document(_ROOT_OF[tool], f"\n\t{element('ERROR', message)}\n")


def record_set(records: Iterable[Synthetic], deleted: Iterable[str] = ()) -> bytes:
    """Return the document that efetch sends for records; `deleted` are named at its end, as in update files.

    Examples
    --------
    >>> record_set(()).decode().splitlines()[-1]
    '<PubmedArticleSet></PubmedArticleSet>'
    """
    head = f'<?xml version="1.0" ?>\n{RECORD_SET}\n<PubmedArticleSet>'.encode()
    gone = wrapped("DeleteCitation", [element("PMID", pmid, Version="1") for pmid in deleted])
    return head + b"\n".join(record.xml() for record in records) + gone.encode() + b"</PubmedArticleSet>\n"
