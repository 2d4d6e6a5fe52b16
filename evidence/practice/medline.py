"""A record as MEDLINE text, the form that reference managers read."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from .fields import plain_sections, plain_title
from .markup import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .pieces import Person
    from .synthetic import Synthetic

__all__ = ["medline", "printed_date"]

_LINK_TAGS = {
    "RetractionIn": "RIN",
    "RetractionOf": "ROF",
    "ErratumIn": "EIN",
    "ErratumFor": "EFR",
    "ExpressionOfConcernIn": "ECI",
    "ExpressionOfConcernFor": "ECF",
    "CommentIn": "CIN",
    "CommentOn": "CON",
    "UpdateIn": "UIN",
    "UpdateOf": "UOF",
    "CorrectedandRepublishedIn": "CRI",
    "CorrectedandRepublishedFrom": "CRF",
}


def medline(record: Synthetic) -> str:
    """Return a record as tagged lines.

    Examples
    --------
    >>> from .synthetic import Synthetic
    >>> print(medline(Synthetic(pmid="90000001", title="The copper lamp.")).splitlines()[0])
    PMID- 90000001
    """
    return "".join(_line(tag, text) for tag, text in _tagged(record) if text)


def printed_date(record: Synthetic) -> str:
    """Return the date of the issue as MEDLINE prints it: ``2024 Mar 5``."""
    if record.medline_date:
        return record.medline_date
    year, *rest = record.date.split("-")
    if record.season:
        return f"{year} {record.season}"
    return " ".join([year, *(MONTHS[int(part) - 1] for part in rest[:1]), *(str(int(part)) for part in rest[1:])])


def _line(tag: str, text: str) -> str:
    wrapped = textwrap.wrap(" ".join(text.split()), 80, break_long_words=False, break_on_hyphens=False)
    return f"{tag:<4}- " + "\n      ".join(wrapped) + "\n"


def _tagged(record: Synthetic) -> Iterator[tuple[str, str]]:
    yield "PMID", record.pmid
    yield "OWN", "NLM"
    yield "STAT", record.status
    yield "DCOM", f"{record.completed:%Y%m%d}" if record.completed else ""
    yield "LR", f"{record.revised:%Y%m%d}" if record.revised else ""
    yield "IS", f"{record.issn} (Electronic)"
    yield "VI", record.volume
    yield "IP", record.issue
    yield "DP", printed_date(record)
    yield "TI", plain_title(record)
    yield "PG", record.pages
    yield "LID", f"{record.doi} [doi]" if record.doi else ""
    yield "AB", " ".join(f"{label}: {text}" if label else text for label, text in plain_sections(record))
    yield "CI", record.copyright
    for person in record.authors:
        yield from _author(person)
    for language in record.languages:
        yield "LA", language
    for bank in record.databanks:
        for number in bank.numbers:
            yield "SI", f"{bank.name}/{number}"
    for kind in record.publication_types:
        yield "PT", kind
    yield "DEP", f"{record.date_online:%Y%m%d}" if record.date_online else ""
    yield "TA", record.journal
    yield "JT", record.journal_title
    yield "JID", record.nlm_id
    for link in record.links:
        yield _LINK_TAGS.get(link.kind, ""), f"{link.source} PMID: {link.pmid}" if link.pmid else link.source
    for heading in record.mesh:
        names = [("*" if major else "") + name for name, major in heading.qualifiers]
        yield "MH", "/".join([("*" if heading.major else "") + heading.descriptor, *names])
    for word in record.keywords:
        yield "OT", word
    yield "EDAT", f"{record.edat:%Y/%m/%d} 06:00"
    yield "CRDT", f"{record.added:%Y/%m/%d} 06:00"
    yield "AID", f"{record.doi} [doi]" if record.doi else ""
    yield "PMC", record.pmcid
    yield "PST", record.publication_status
    yield "SO", f"{record.journal}. {printed_date(record)}."


def _author(person: Person) -> Iterator[tuple[str, str]]:
    if person.collective:
        yield "CN", person.collective
        return
    yield "FAU", f"{person.last}, {person.fore or person.initials}"
    yield "AU", " ".join(filter(None, (person.last, person.initials, person.suffix)))
    for affiliation in person.affiliations:
        yield "AD", affiliation
