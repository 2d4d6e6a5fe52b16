"""The invented PubMed: its records, what happens to them, and which day it is."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

from .pieces import Link
from .synthetic import Synthetic

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Store"]


class Store:
    """Records by PMID. Every method that changes one also moves its date of revision, as PubMed does.

    Safe to change while a server answers from it.

    Parameters
    ----------
    records : iterable of Synthetic
        What it holds at first.
    today : date, optional
        The day of the database, by which changes are dated and ``reldate`` counts; None is the real day in UTC.

    Attributes
    ----------
    today : date or None
        As given; may be set.
    revision : int
        Counts the changes.

    Examples
    --------
    >>> store = Store([Synthetic(pmid="90000001", title="Combs.")], today=dt.date(2026, 11, 22))
    >>> store.retract("90000001", "90000002").publication_types
    ('Journal Article', 'Retracted Publication')
    >>> store["90000002"].links[0].kind
    'RetractionOf'
    """

    def __init__(self, records: Iterable[Synthetic] = (), today: dt.date | None = None) -> None:
        self._lock = threading.RLock()
        self._records: dict[str, Synthetic] = {}
        self._merged: dict[str, str] = {}
        self.today = today
        self.revision = 0
        for record in records:
            self.add(record)

    def __contains__(self, pmid: object) -> bool:
        return pmid in self._records

    def __getitem__(self, pmid: str) -> Synthetic:
        return self._records[pmid]

    def __len__(self) -> int:
        return len(self._records)

    @property
    def day(self) -> dt.date:
        """The day of the database."""
        return self.today or dt.datetime.now(dt.UTC).date()

    @property
    def now(self) -> dt.datetime:
        """The time in UTC: ten in the morning of `today`, or the real one."""
        if self.today is None:
            return dt.datetime.now(dt.UTC)
        return dt.datetime.combine(self.today, dt.time(10), dt.UTC)

    @property
    def pmids(self) -> tuple[str, ...]:
        """All PMIDs, sorted as numbers."""
        with self._lock:
            return tuple(sorted(self._records, key=int))

    def snapshot(self) -> tuple[int, tuple[Synthetic, ...]]:
        """Return the number of changes so far, and all records as they stand then."""
        with self._lock:
            return self.revision, tuple(self._records.values())

    def answer(self, pmid: str) -> Synthetic | None:
        """Return the record that PubMed would send for a PMID: that of a merged one, or None."""
        with self._lock:
            seen = set()
            while pmid in self._merged and pmid not in seen:
                seen.add(pmid)
                pmid = self._merged[pmid]
            return self._records.get(pmid)

    def add(self, record: Synthetic) -> Synthetic:
        """Add a record, or put it in the place of that with its PMID."""
        with self._lock:
            self._merged.pop(record.pmid, None)
            self._records[record.pmid] = record
            self.revision += 1
            return record

    def remove(self, pmid: str) -> None:
        """Delete a record: from now on no utility knows it."""
        with self._lock:
            del self._records[pmid]
            self.revision += 1

    def merge(self, pmid: str, into: str) -> None:
        """Merge a record into another one: asked for the first, efetch answers with the second."""
        with self._lock:
            if into not in self._records:
                raise KeyError(into)
            self.remove(pmid)
            self._merged[pmid] = into

    def change(self, pmid: str, *, revised: dt.date | None = None, **fields: Any) -> Synthetic:
        """Change fields of a record and date it `revised`, by default today."""
        with self._lock:
            return self.add(self._records[pmid].but(revised=revised or self.day, modified=None, **fields))

    def retract(self, pmid: str, notice_pmid: str, *, on: dt.date | None = None) -> Synthetic:
        """Retract a record: its type and link change, and a notice appears under `notice_pmid`."""
        types = (*self._records[pmid].publication_types, "Retracted Publication")
        return self._notice(pmid, notice_pmid, "Retraction", ("RetractionIn", "RetractionOf"), on, types)

    def concern(self, pmid: str, notice_pmid: str, *, on: dt.date | None = None) -> Synthetic:
        """Have the journal express its concern about a record, in a notice of its own."""
        kinds = ("ExpressionOfConcernIn", "ExpressionOfConcernFor")
        return self._notice(pmid, notice_pmid, "Expression of concern", kinds, on)

    def erratum(self, pmid: str, notice_pmid: str, *, on: dt.date | None = None) -> Synthetic:
        """Publish an erratum for a record."""
        return self._notice(pmid, notice_pmid, "Erratum", ("ErratumIn", "ErratumFor"), on)

    def republish(self, pmid: str, new_pmid: str, *, on: dt.date | None = None) -> Synthetic:
        """Publish a corrected version of a record under a PMID of its own."""
        kinds = ("CorrectedandRepublishedIn", "CorrectedandRepublishedFrom")
        return self._notice(pmid, new_pmid, "Corrected", kinds, on)

    def _notice(
        self,
        pmid: str,
        notice_pmid: str,
        word: str,
        kinds: tuple[str, str],
        on: dt.date | None,
        types: tuple[str, ...] | None = None,
    ) -> Synthetic:
        with self._lock:
            day, record = on or self.day, self._records[pmid]
            if notice_pmid not in self._records:
                self.add(_notice_of(record, notice_pmid, word, kinds[1], day))
            link = Link(kind=kinds[0], source=_source(record.journal, day), pmid=notice_pmid)
            changes: dict[str, Any] = {"links": (*record.links, link)}
            if types:
                changes["publication_types"] = types
            return self.change(pmid, revised=day, **changes)


_TYPE_OF = {
    "Retraction": "Retraction of Publication",
    "Expression of concern": "Expression of Concern",
    "Erratum": "Published Erratum",
    "Corrected": "Corrected and Republished Article",
}


def _source(journal: str, day: dt.date) -> str:
    return f"{journal}. {day:%Y %b} {day.day};:"


def _notice_of(record: Synthetic, pmid: str, word: str, kind: str, day: dt.date) -> Synthetic:
    """Return the notice about a record, which names it by link and title."""
    return Synthetic(
        pmid=pmid,
        title=f"{word}: {record.title}",
        journal=record.journal,
        journal_title=record.journal_title,
        issn=record.issn,
        nlm_id=record.nlm_id,
        date=day.isoformat(),
        added=day,
        revised=day,
        publication_types=("Journal Article", _TYPE_OF[word]),
        doi=f"10.99999/inv.{pmid}",
        links=(Link(kind=kind, source=_source(record.journal, day), pmid=record.pmid),),
    )
