"""Links to other records (comments, corrections, retractions, …) and to other places: DOI, PMC."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..record import Link
from .markup import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

__all__ = ["bare_doi", "bare_pmcid", "first_doi", "first_pmcid", "read_ids", "read_links", "read_locations"]

_RESOLVER = re.compile(r"^(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)
_PMCID = re.compile(r"PMC\s?(\d+)", re.IGNORECASE)


def bare_doi(text: str) -> str:
    """Return a DOI without resolver and prefix; letters stay as they are.

    Examples
    --------
    >>> bare_doi("https://doi.org/10.1000/AbC"), bare_doi("doi:10.1000/AbC")
    ('10.1000/AbC', '10.1000/AbC')
    """
    return _RESOLVER.sub("", text)


def bare_pmcid(text: str) -> str:
    """Return the identifier of PubMed Central in a text; empty if there is none.

    Examples
    --------
    >>> bare_pmcid("pmc-id: PMC3746236; manuscript-id: 5"), bare_pmcid("NIHMS5")
    ('PMC3746236', '')
    """
    found = _PMCID.search(text)
    return f"PMC{found.group(1)}" if found else ""


def first_doi(ids: Iterable[tuple[str, str]], locations: Iterable[tuple[str, str]]) -> str:
    """Return the DOI among an article's ids, else among its places on the web; the first one that is not empty.

    Parameters
    ----------
    ids, locations : iterable of (str, str)
        Kind and text of each ``ArticleId``, and of each ``ELocationID`` that PubMed does not call invalid.
    """
    dois = (bare_doi(text) for some in (ids, locations) for kind, text in some if kind == "doi")
    return next((doi for doi in dois if doi), "")


def first_pmcid(ids: Iterable[tuple[str, str]]) -> str:
    """Return the identifier of PubMed Central among an article's ids: of kind ``pmc``, else of kind ``pmcid``."""
    found = [(kind, bare_pmcid(text)) for kind, text in ids if kind in ("pmc", "pmcid")]
    return next((text for wanted in ("pmc", "pmcid") for kind, text in found if kind == wanted and text), "")


def read_ids(ids: Element | None) -> list[tuple[str, str]]:
    """Return kind and text of each ``ArticleId`` of one ``ArticleIdList``.

    References have such lists as well, deeper in the record: only direct children of the list given are read.
    """
    return [(entry.get("IdType", "pubmed"), plain_text(entry)) for entry in ids] if ids is not None else []


def read_locations(parent: Element) -> list[tuple[str, str]]:
    """Return kind and text of each ``ELocationID`` that is not marked as invalid."""
    found = parent.findall("ELocationID")
    return [(entry.get("EIdType", ""), plain_text(entry)) for entry in found if entry.get("ValidYN") != "N"]


def read_links(corrections: Element | None) -> tuple[Link, ...]:
    """Return all links of a ``CommentsCorrectionsList``, of whatever kind, in its order."""
    if corrections is None:
        return ()
    return tuple(_read_link(entry) for entry in corrections if entry.tag == "CommentsCorrections")


def _read_link(entry: Element) -> Link:
    parts = {child.tag: plain_text(child) for child in entry}
    return Link(
        kind=entry.get("RefType", ""),
        source=parts.get("RefSource", ""),
        pmid=parts.get("PMID", ""),
        note=parts.get("Note", ""),
    )
