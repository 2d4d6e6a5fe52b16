"""A PubMed record as a row of the table of records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..tables.cells import cell_fault
from ..tables.definitions import TABLES
from .clean import clean_list, clean_text
from .notices import gravest, is_about_notices, link_text, notices_of

if TYPE_CHECKING:
    from ..fetch.record import Record

__all__ = ["FROM_RECORD", "MOST_AUTHORS", "RowOf", "blank_row", "left_out", "record_cells"]

RowOf = dict[str, str]
"""A row: each column of the table with its cell as text."""

MOST_AUTHORS = 200
"""How many authors a row names; there are articles with fifteen thousand."""

_TABLE = TABLES["records"]
_OF_THE_RUN = ("pmid", "presence", "merged_into", "search_id", "changed_search_id", "raw_hash")
FROM_RECORD = tuple(name for name in _TABLE.names if name not in _OF_THE_RUN)
"""The columns that a record alone decides."""

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMCID = re.compile(r"PMC\d+")
_NCT = re.compile(r"NCT\d+", re.IGNORECASE)
_NCT_WHOLE = re.compile(r"NCT\d{8}")
_YEARS = range(1800, 2101)


def blank_row(pmid: str, search_id: str) -> RowOf:
    """Return the row of a record of which nothing but its PMID is known."""
    return {**dict.fromkeys(_TABLE.names, ""), "pmid": pmid, "search_id": search_id}


def record_cells(record: Record, record_hash: str = "") -> RowOf:
    """Return the cells that come from a record, clean and in the form that the table asks for.

    An identifier or date that is not in its form stays out (`left_out` names it); the raw answer has it.

    Parameters
    ----------
    record : Record
        As PubMed sent it.
    record_hash : str
        Its SHA-256, where that is at hand; else it is computed.

    Returns
    -------
    dict of str to str
        The columns of `FROM_RECORD`.

    Examples
    --------
    >>> from evidence.fetch.record import Author, Record
    >>> cells = record_cells(Record(pmid="1", title="A trial.", authors=(Author(last="Doe", initials="J"),), year=2020))
    >>> cells["title"], cells["authors"], cells["year"], cells["doi"]
    ('A trial.', 'Doe J', '2020', '')
    """
    texts = {
        "title": record.title or record.vernacular_title,
        "authors": _authors(record),
        "journal": record.journal or record.journal_title,
        "volume_pages": _volume_pages(record),
        "date": record.date,
        "date_online": record.date_online if record.date_online != record.date else "",
        "indexing": record.indexing,
    }
    lists = {
        "registrations": tuple(number for number in record.registrations if _is_registration(number)),
        "publication_types": record.publication_types,
        "languages": record.languages,
        "retraction_links": tuple(link_text(link) for link in record.links if is_about_notices(link)),
        "other_links": tuple(link_text(link) for link in record.links if not is_about_notices(link)),
    }
    cells = {
        "version": str(max(record.version, 1)),
        "doi": record.doi if _is_doi(record.doi) else "",
        "pmcid": record.pmcid if _PMCID.fullmatch(record.pmcid) else "",
        "year": str(record.year) if record.year in _YEARS else "",
        "added": record.added if _is_day(record.added) else "",
        "notice": gravest(notices_of(record).elements()),
        "record_hash": record_hash or record.sha256,
        **{name: clean_text(text, _TABLE.column(name)) for name, text in texts.items()},
        **{name: clean_list(members, _TABLE.column(name)) for name, members in lists.items()},
    }
    return {name: cells[name] for name in FROM_RECORD}


def left_out(record: Record) -> tuple[str, ...]:
    """Return what a record says that its row cannot hold: identifiers that are not in their form.

    Examples
    --------
    >>> from evidence.fetch.record import Record
    >>> left_out(Record(pmid="1", doi="not a doi", registrations=("NCT123", "NCT01234567")))
    ('doi not a doi', 'registration NCT123')
    """
    found = [f"doi {record.doi}"] if record.doi and not _is_doi(record.doi) else []
    found += [f"pmcid {record.pmcid}"] if record.pmcid and not _PMCID.fullmatch(record.pmcid) else []
    found += [f"registration {number}" for number in record.registrations if not _is_registration(number)]
    return tuple(clean_text(text, _TABLE.column("title")) for text in found)


def _authors(record: Record) -> str:
    names = [author.short.replace(";", ",") for author in record.authors]
    if len(names) > MOST_AUTHORS:
        names[MOST_AUTHORS:] = [f"and {len(names) - MOST_AUTHORS} more"]
    return "; ".join(name for name in names if name)


def _volume_pages(record: Record) -> str:
    issue = f"({record.issue})" if record.issue else ""
    place = f"{record.volume}{issue}"
    return f"{place}:{record.pages}" if place and record.pages else place or record.pages


def _is_doi(text: str) -> bool:
    return bool(_DOI.fullmatch(text)) and not cell_fault(text, _TABLE.column("doi"))


def _is_registration(text: str) -> bool:
    return all(_NCT_WHOLE.fullmatch(found) for found in _NCT.findall(text))


def _is_day(text: str) -> bool:
    return not cell_fault(text, _TABLE.column("added"))
