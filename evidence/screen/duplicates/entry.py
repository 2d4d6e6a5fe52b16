"""What is compared: records of searches and reports of the base, each reduced to what identifies a publication."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...tables.io import split_list
from .normal import is_notice_title, plain_doi, plain_registration, plain_text, plain_title, surname
from .reading import table_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reading import Tables

__all__ = ["Entry", "entries_of"]

# What PubMed calls texts that speak of another article and are no report of their own.
_NOTICE_TYPES = frozenset(
    {
        "Comment",
        "Expression of Concern",
        "Published Erratum",
        "Retraction Notice",
        "Retraction of Publication",
    }
)
_MEETING_TYPES = frozenset({"Congress", "Meeting Abstract"})
_ALL_AT_ONCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record, or a report of the base, as far as it identifies a publication.

    Attributes
    ----------
    name : str
        ``PMID:…`` of a record, the id of a report.
    pmid, doi, title, author, journal, pages : str
        Normalised; `title` is words in lower case, `author` the first one's family name, `journal` without blanks,
        `pages` volume and pages in digits and letters alone. Empty where not known.
    shown : str
        The title as it stands.
    year : int or None
        Of publication.
    registrations : tuple of str
        Of the trial; none if the text names so many that it must be a review.
    study : str
        The trial that it reports, where the base says so.
    is_record, is_notice, is_meeting : bool
        Whether it is a record; a notice, comment or reply; an abstract of a meeting.
    links : mapping of str to str
        PMID to the kind of link, as PubMed has them.
    merged_into : str
        The PMID with which PubMed answers when asked for this one.
    """

    name: str
    pmid: str = ""
    doi: str = ""
    title: str = ""
    shown: str = ""
    author: str = ""
    journal: str = ""
    pages: str = ""
    year: int | None = None
    registrations: tuple[str, ...] = ()
    study: str = ""
    is_record: bool = True
    is_notice: bool = False
    is_meeting: bool = False
    links: Mapping[str, str] | None = None
    merged_into: str = ""


def entries_of(tables: Tables) -> list[Entry]:
    """Return every record, by PMID, then every report of the base, by id.

    A report that is the very record (the same PMID) gives the record its trial, and is not compared again.
    """
    reports = table_rows(tables, "reports")
    registered = {row["study_id"]: row.get("registration", "") for row in table_rows(tables, "studies")}
    study_of = {row["pmid"]: row.get("study_id", "") for row in reports if row.get("pmid")}
    found = [_record(row, study_of.get(row["pmid"], "")) for row in table_rows(tables, "records")]
    found.sort(key=lambda entry: int(entry.pmid))
    known = {entry.pmid for entry in found}
    others = [
        _report(row, registered.get(row.get("study_id", ""), "")) for row in reports if row.get("pmid") not in known
    ]
    return [*found, *sorted(others, key=lambda entry: entry.name)]


def _record(row: Mapping[str, str], study: str) -> Entry:
    types = set(split_list(row.get("publication_types", "")))
    title = row.get("title", "")
    registrations = tuple(
        dict.fromkeys(name for part in split_list(row.get("registrations", "")) for name in _registrations(part))
    )
    return Entry(
        name=f"PMID:{row['pmid']}",
        pmid=row["pmid"],
        doi=plain_doi(row.get("doi", "")),
        title=plain_title(title),
        shown=title,
        author=surname(row.get("authors", "")),
        journal=_compact(row.get("journal", "")),
        pages=_compact(row.get("volume_pages", "")),
        year=_year(row.get("year", "")),
        registrations=registrations if len(registrations) < _ALL_AT_ONCE else (),
        study=study,
        is_notice=bool(types & _NOTICE_TYPES) or is_notice_title(title),
        is_meeting=bool(types & _MEETING_TYPES),
        links=_links(f"{row.get('retraction_links', '')};{row.get('other_links', '')}"),
        merged_into=row.get("merged_into", ""),
    )


def _report(row: Mapping[str, str], registered: str) -> Entry:
    title = row.get("title", "")
    named = f"{row.get('registration', '')} {registered}"
    return Entry(
        name=row["report_id"],
        pmid=row.get("pmid", ""),
        doi=plain_doi(row.get("doi", "")),
        title=plain_title(title),
        shown=title,
        author=surname(row.get("authors", "")),
        journal=_compact(row.get("journal", "")),
        pages=_compact(row.get("volume_pages", "")),
        year=_year(row.get("year", "")),
        registrations=plain_registration(named),
        study=row.get("study_id", ""),
        is_record=False,
        is_notice=is_notice_title(title),
        is_meeting=row.get("role") == "conference-abstract",
    )


def _registrations(text: str) -> tuple[str, ...]:
    """Return the registrations in a member of a list, or the member itself if its form is not known."""
    return plain_registration(text) or ((plain_text(text).replace(" ", "").upper(),) if text.strip() else ())


def _compact(text: str) -> str:
    return plain_text(text).replace(" ", "")


def _year(text: str) -> int | None:
    found = re.search(r"(?:1[89]|20|21)\d\d", text)
    return int(found.group()) if found else None


def _links(text: str) -> dict[str, str]:
    links = {}
    for member in split_list(text):
        kind, _, other = member.partition(" ")
        if re.fullmatch(r"[1-9]\d{0,8}", other):
            links[other] = kind
    return links
