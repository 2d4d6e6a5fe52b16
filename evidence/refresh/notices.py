"""What was said of an article afterwards: retraction, concern, republication, correction."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..fetch.record import Link, Record

__all__ = ["NOTICES", "gravest", "is_about_notices", "link_text", "notices_of", "notices_of_row"]

NOTICES = ("retracted", "concern", "republished", "corrected")
"""The gravest first."""

_BY_LINK = {
    "RetractionIn": ("retracted",),
    "RetractedandRepublishedIn": ("retracted", "republished"),
    "ExpressionOfConcernIn": ("concern",),
    "RepublishedIn": ("republished",),
    "CorrectedandRepublishedIn": ("republished",),
    "ErratumIn": ("corrected",),
}
_OF_THE_NOTICE = (
    "RetractionOf",
    "RetractedandRepublishedFrom",
    "ExpressionOfConcernFor",
    "RepublishedFrom",
    "CorrectedandRepublishedFrom",
    "ErratumFor",
)
_RETRACTED_TYPE = "Retracted Publication"
_RETRACTED_STATUS = "retracted"


def is_about_notices(link: Link) -> bool:
    """Return whether a link leads to a notice on the article, or from a notice to its article."""
    return link.kind in _BY_LINK or link.kind in _OF_THE_NOTICE


def link_text(link: Link) -> str:
    """Return a link as its kind, and the PMID or the citation of the other record.

    Examples
    --------
    >>> from evidence.fetch.record import Link
    >>> link_text(Link(kind="RetractionIn", pmid="23456789", source="J Ex. 2020;1:2"))
    'RetractionIn 23456789'
    >>> link_text(Link(kind="ErratumIn", source="J Ex. 2020;1:2"))
    'ErratumIn J Ex. 2020,1:2'
    """
    return f"{link.kind} {link.pmid or link.source.replace(';', ',')}".strip()


def notices_of(record: Record) -> Counter[str]:
    """Return the notices that stand on an article: how many links say so, at least 1 for what its type says."""
    said = Counter(notice for link in record.links for notice in _BY_LINK.get(link.kind, ()))
    if _RETRACTED_TYPE in record.publication_types or record.publication_status.lower() == _RETRACTED_STATUS:
        said["retracted"] = max(said["retracted"], 1)
    return said


def notices_of_row(row: Mapping[str, str]) -> Counter[str]:
    """Return the same of a row of the table of records."""
    kinds = (member.split(" ", 1)[0] for member in row["retraction_links"].split(";"))
    said = Counter(notice for kind in kinds for notice in _BY_LINK.get(kind, ()))
    if _RETRACTED_TYPE in row["publication_types"].split(";"):
        said["retracted"] = max(said["retracted"], 1)
    if row["notice"]:
        said[row["notice"]] = max(said[row["notice"]], 1)
    return said


def gravest(said: Iterable[str]) -> str:
    """Return the gravest of some notices; empty where there is none.

    Examples
    --------
    >>> gravest(["corrected", "retracted"]), gravest([])
    ('retracted', '')
    """
    kinds = set(said)
    return next((notice for notice in NOTICES if notice in kinds), "")
