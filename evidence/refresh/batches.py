"""Fetching records in batches: each answer stored at once, what an interrupted run stored used again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import AnswerError, ProjectError
from ..fetch.parse import parse_set

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from ..fetch.answer import Answer
    from ..fetch.archive import Archive
    from ..fetch.client import Client
    from ..fetch.manifest import Entry
    from ..fetch.record import Record

__all__ = ["ALONE", "BATCH", "Fetched", "Fetcher", "Take", "in_batches", "read_take", "stored_before"]

BATCH = "records"
"""The purpose of an answer to a list of PMIDs, in the archive."""

ALONE = "record"
"""The purpose of an answer to one PMID that was missing from its batch."""

FRESH = dt.timedelta(hours=24)
"""How old a stored answer of an interrupted run may be to be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A record, its own SHA-256, and that of the raw answer that has it."""

    record: Record
    record_hash: str
    raw_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What one answer brought.

    Attributes
    ----------
    records : tuple of Fetched
        Each PMID once, in its highest version.
    repeated : tuple of str
        PMIDs that the answer had more than once.
    """

    records: tuple[Fetched, ...]
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Asks for records, and stores every answer before anything else is done with it.

    Attributes
    ----------
    client : Client
        Asks.
    archive : Archive
        Stores.
    run : str
        The run for which it is asked.
    progress : callable
        Called with what is done, how much of it, and of how much.
    """

    client: Client
    archive: Archive
    run: str
    progress: Callable[[str, int, int], object] = field(default=lambda what, done, total: None)

    def fetch(self, ids: Sequence[str], purpose: str) -> Take:
        """Ask for some PMIDs in one request.

        Raises
        ------
        FetchError
            If no whole answer came.
        """
        answer = self.client.fetch(list(ids))
        self.keep(answer, purpose, ids)
        return read_take(answer.body, answer.sha256)

    def keep(self, answer: Answer, purpose: str, ids: Sequence[str] = ()) -> None:
        """Store an answer, with the PMIDs that were asked for."""
        self.archive.store(answer, run=self.run, purpose=purpose, ids=ids)


def in_batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield a list in pieces.

    Examples
    --------
    >>> list(in_batches(["1", "2", "3"], 2))
    [['1', '2'], ['3']]
    """
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def stored_before(
    archive: Archive, wanted: Collection[str], *, complete: Collection[str], since: str, now: dt.datetime
) -> tuple[Take, ...]:
    """Return what an interrupted run already fetched of some PMIDs.

    An answer is used again if its run did not come to its end, it is of after the last run that did and less than 24
    hours old, and its bytes have the hash that was noted when they came.

    Parameters
    ----------
    archive : Archive
        What is stored.
    wanted : collection of str
        The PMIDs that this run asks for.
    complete : collection of str
        The runs that came to their end.
    since : str
        End of the last of them, as ``2026-11-22T10:15:40Z``; empty if there was none.
    now : datetime
        Begin of this run.

    Returns
    -------
    tuple of Take
        The newest answers last.
    """
    oldest = max((now - FRESH).strftime("%Y-%m-%dT%H:%M:%SZ"), since)
    latest = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = set(wanted)
    takes = []
    for entry in archive.entries():
        usable = entry.tool == "efetch" and entry.run not in complete and oldest <= entry.answered_at <= latest
        if usable and asked.intersection(entry.ids) and (take := _again(archive, entry)):
            takes.append(take)
    return tuple(takes)


def _again(archive: Archive, entry: Entry) -> Take | None:
    """Return what a stored answer has; None if it is damaged, so that it is asked for again."""
    try:
        return read_take(archive.read(entry.sha256), entry.sha256)
    except (AnswerError, ProjectError):
        return None


def read_take(body: bytes, sha256: str) -> Take:
    """Return the records of a raw answer, each PMID once, in its highest version.

    Raises
    ------
    AnswerError
        If it is no whole set of records.
    """
    highest: dict[str, Record] = {}
    repeated: dict[str, None] = {}
    for record in parse_set(body).records:
        before = highest.get(record.pmid)
        if before is not None:
            repeated[record.pmid] = None
        if before is None or (record.version, record.revised) >= (before.version, before.revised):
            highest[record.pmid] = record
    records = tuple(Fetched(record=record, record_hash=record.sha256, raw_hash=sha256) for record in highest.values())
    return Take(records=records, repeated=tuple(repeated))
