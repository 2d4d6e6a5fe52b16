"""Records as earlier runs stored them, read again from the raw answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import EvidenceError
from .batches import read_take

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..fetch.archive import Archive
    from ..fetch.manifest import Entry
    from ..fetch.record import Record

__all__ = ["records_before", "without_raw"]


def without_raw(archive: Archive, rows: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Return the PMIDs of records that the table knows, but of which no raw answer is stored here."""
    entries = [entry for entry in archive.entries() if entry.tool == "efetch"]
    asked = {pmid for entry in entries for pmid in entry.ids}
    here = {entry.sha256 for entry in entries}
    return frozenset(
        row["pmid"] for row in rows if row["record_hash"] and row["raw_hash"] not in here and row["pmid"] not in asked
    )


def records_before(
    archive: Archive, rows: Iterable[Mapping[str, str]], *, runs: Mapping[str, str]
) -> Iterator[tuple[Record, str]]:
    """Yield records as the rows of the table have them, with the hash of the raw answer, where it is stored here.

    The raw answer that a row names comes first. Where it is not here, as in a fresh copy of the project, the newest
    answer of a complete run counts, if that run is not older than the one that found the record new or changed.

    Parameters
    ----------
    archive : Archive
        The raw answers.
    rows : iterable of mapping
        Rows of the table of records.
    runs : mapping of str to str
        The runs that came to their end, with their begin; what others stored is in no table yet.
    """
    entries = [entry for entry in archive.entries() if entry.tool == "efetch"]
    here = {entry.sha256 for entry in entries}
    newest: dict[str, Entry] = {}
    for stored in entries:
        if stored.run in runs:
            newest |= dict.fromkeys(stored.ids, stored)
    wanted: dict[str, list[str]] = {}
    for row in rows:
        pmid, sha256 = row["pmid"], row["raw_hash"]
        if sha256 not in here:
            last = runs.get(row["changed_search_id"] or row["search_id"], "")
            entry = newest.get(pmid)
            sha256 = entry.sha256 if entry and runs[entry.run] >= last else ""
        if sha256:
            wanted.setdefault(sha256, []).append(pmid)
    for sha256, pmids in wanted.items():
        records = _records(archive, sha256)
        yield from ((records[pmid], sha256) for pmid in pmids if pmid in records)


def _records(archive: Archive, sha256: str) -> dict[str, Record]:
    """Return the records of a stored answer; none if it is damaged: `Archive.verify` tells of that."""
    try:
        take = read_take(archive.read(sha256), sha256)
    except EvidenceError:
        return {}
    return {fetched.record.pmid: fetched.record for fetched in take.records}
