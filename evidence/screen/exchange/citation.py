"""A record as other tools know it: the citation, the abstract, and the decisions on it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...tables.io import split_list
from ..standing import TITLE_ABSTRACT, Standing, current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...fetch.record import Author, Record
    from ..standing import Decision

__all__ = ["Citation", "make_citation", "one_line"]

_VOLUME = re.compile(r"(?P<volume>[^():]*)(?:\((?P<issue>[^)]*)\))?(?::(?P<pages>.*))?")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,4}")


def one_line(text: str) -> str:
    r"""Return a text without line breaks, control characters and runs of blanks.

    Examples
    --------
    >>> one_line("two\r\nlines\x00 and\u2028a  gap")
    'two lines and a gap'
    """
    seen = (mark for mark in text if unicodedata.category(mark) != "Cf")
    bare = "".join(" " if mark.isspace() or unicodedata.category(mark) == "Cc" else mark for mark in seen)
    return " ".join(bare.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A record on its way to another tool. All text is in one line; unknown is empty.

    Attributes
    ----------
    pmid, doi, pmcid : str
        Its identifiers.
    registrations, authors, keywords : tuple of str
        Authors as ``Last, First``, groups as they are called.
    title, abstract, journal, year, volume, issue, pages, language : str
        The citation; the abstract with its sections' labels.
    stage : str
        The stage that the file is about.
    standing : Standing
        Where the record stands at that stage.
    decisions : tuple of Decision
        Every decision on it, also those of another stage; none if the file is blind.
    """

    pmid: str
    doi: str = ""
    pmcid: str = ""
    registrations: tuple[str, ...] = ()
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    journal: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    stage: str = TITLE_ABSTRACT
    standing: Standing
    decisions: tuple[Decision, ...] = ()

    @property
    def url(self) -> str:
        """The record's page at PubMed."""
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"

    @property
    def label(self) -> str:
        """``include``, ``exclude`` or ``maybe`` where that is the outcome; empty while it waits or is in conflict."""
        return {"included": "include", "excluded": "exclude", "maybe": "maybe"}.get(self.standing.outcome, "")

    @property
    def reason(self) -> str:
        """The reason of the exclusion, where all who excluded gave the same."""
        return self.standing.reason


def make_citation(
    row: Mapping[str, str],
    record: Record | None,
    decisions: Sequence[Decision],
    *,
    stage: str,
    reviewers: int,
) -> Citation:
    """Return a row of the table of records as a citation, with the abstract where its raw answer is archived.

    Parameters
    ----------
    row : mapping of str to str
        The row.
    record : Record or None
        The record as archived.
    decisions : sequence of Decision
        Those on it, under its own PMID or that of another record of the same publication.
    stage : str
        The stage that the file is about.
    reviewers : int
        How many people decide on each record.
    """
    volume, issue, pages = _parts(row.get("volume_pages", ""))
    if record is not None:
        volume, issue, pages = record.volume, record.issue, record.pages
    ledger = current(decisions, reviewers=reviewers)
    return Citation(
        pmid=row["pmid"],
        doi=row.get("doi", ""),
        pmcid=row.get("pmcid", ""),
        registrations=split_list(row.get("registrations", "")),
        title=one_line(record.title if record is not None and record.title else row.get("title", "")),
        abstract=one_line(record.abstract_text) if record is not None else "",
        authors=tuple(map(_person, record.authors)) if record is not None else _people(row.get("authors", "")),
        journal=one_line(row.get("journal", "")),
        year=row.get("year", ""),
        volume=one_line(volume),
        issue=one_line(issue),
        pages=one_line(pages),
        language=", ".join(split_list(row.get("languages", ""))),
        keywords=_keywords(record),
        stage=stage,
        standing=ledger.standing(row["pmid"], stage),
        decisions=tuple(decisions),
    )


def _parts(text: str) -> tuple[str, str, str]:
    found = _VOLUME.fullmatch(text.strip())
    if found is None:
        return "", "", text.strip()
    return (found["volume"] or "").strip(), (found["issue"] or "").strip(), (found["pages"] or "").strip()


def _person(author: Author) -> str:
    if author.collective:
        return one_line(author.collective)
    first = " ".join(part for part in (author.fore or author.initials, author.suffix) if part)
    return one_line(f"{author.last}, {first}" if first else author.last)


def _people(text: str) -> tuple[str, ...]:
    people = []
    for name in (one_line(part) for part in text.split(";")):
        last, blank, initials = name.rpartition(" ")
        people.append(f"{last}, {initials}" if blank and _INITIALS.fullmatch(initials) else name)
    return tuple(name for name in people if name)


def _keywords(record: Record | None) -> tuple[str, ...]:
    if record is None:
        return ()
    words = (*record.keywords, *(heading.descriptor for heading in record.mesh))
    return tuple(dict.fromkeys(one_line(word.replace(";", ",")) for word in words if word.strip()))
