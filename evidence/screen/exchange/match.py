"""Which record a row of another tool's file is: by PMID, then DOI, then title with year and first author."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..duplicates.normal import plain_doi, plain_title, surname

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .foreign import Row

__all__ = ["Match", "Records"]

_SHARED = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The record that a row is, or why that cannot be told."""

    pmid: str = ""
    by: str = ""
    fault: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Records by everything that can identify them.

    A trial registration is not among it: it names a trial, of which there may be several reports.
    """

    rows: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, str] = field(default_factory=dict)
    by_doi: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_title: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> Records:
        """Return an index of rows of the table of records."""
        known = {row["pmid"]: row for row in rows}
        titles = {pmid: plain_title(row.get("title", "")) for pmid, row in known.items()}
        by_doi: dict[str, list[str]] = defaultdict(list)
        by_title: dict[str, list[str]] = defaultdict(list)
        for pmid, row in known.items():
            if doi := plain_doi(row.get("doi", "")):
                by_doi[doi].append(pmid)
            if titles[pmid]:
                by_title[titles[pmid]].append(pmid)
        return cls(
            rows=known,
            titles=titles,
            by_doi={key: tuple(found) for key, found in by_doi.items()},
            by_title={key: tuple(found) for key, found in by_title.items()},
        )

    def match(self, row: Row) -> Match:
        """Return the record that a row is; where it is none or may be several, the fault. Nothing is guessed."""
        carried = row.carried
        named = row.pmids
        if carried is not None and carried.pmid:
            # cells that were sorted without their row
            others = [pmid for pmid in row.own_pmids if pmid != carried.pmid and pmid in self.rows]
            named = (carried.pmid, *others)
        if named:
            return self._by_pmid(row, named)
        likely = tuple(number for number in row.numbers if number in self.rows and self._agrees(row, number))
        if len(likely) == 1:
            return self._checked(row, likely[0], "PMID")
        if row.doi and (found := self.by_doi.get(row.doi, ())):
            return self._one(row, found, f"the DOI {row.doi}")
        return self._by_title(row)

    def _by_pmid(self, row: Row, named: tuple[str, ...]) -> Match:
        known = [pmid for pmid in named if pmid in self.rows]
        if len(known) > 1:
            return Match(fault=f"the row names several records, PMID {', '.join(known)}", allowed="one PMID")
        if not known:
            return Match(fault=f"PMID {', '.join(named)} is not among the records", allowed="a PMID of records.csv")
        return self._checked(row, known[0], "PMID")

    def _one(self, row: Row, found: tuple[str, ...], what: str) -> Match:
        agreeing = tuple(pmid for pmid in found if self._agrees(row, pmid)) if len(found) > 1 else found
        if len(agreeing) == 1:
            return self._checked(row, agreeing[0], "DOI")
        return Match(fault=f"{what} is that of several records, PMID {', '.join(found)}", allowed="a PMID")

    def _checked(self, row: Row, pmid: str, by: str) -> Match:
        """Return the match, unless title or DOI say that the row is another record."""
        if not self._agrees(row, pmid):
            return Match(
                fault=f"by its {by} the row is PMID {pmid}, which has another title; one of them is wrong",
                allowed="identifier and title of one record",
            )
        elsewhere = self.by_title.get(row.title, ()) if row.title else ()
        if elsewhere and pmid not in elsewhere and row.title != self.titles[pmid]:
            return Match(
                fault=f"by its {by} the row is PMID {pmid}, by its title PMID {', '.join(elsewhere)}",
                allowed="identifier and title of one record",
            )
        others = self.by_doi.get(row.doi, ()) if row.doi else ()
        if others and pmid not in others:
            return Match(
                fault=f"by its {by} the row is PMID {pmid}, by its DOI PMID {', '.join(others)}",
                allowed="identifiers of one record",
            )
        return Match(pmid=pmid, by=by)

    def _agrees(self, row: Row, pmid: str) -> bool:
        """Return whether a row's title can be that of a record: nothing is known against it."""
        first, second = set(row.title.split()), set(self.titles[pmid].split())
        return not first or not second or len(first & second) >= _SHARED * min(len(first), len(second))

    def _by_title(self, row: Row) -> Match:
        found = [pmid for pmid in self.by_title.get(row.title, ()) if self._same_source(row, pmid)] if row.title else []
        if len(found) == 1:
            return Match(pmid=found[0], by="title")
        if found:
            return Match(
                fault=f"title, year and first author are those of several records, PMID {', '.join(found)}",
                allowed="a PMID or a DOI",
            )
        wanted = "a PMID, a DOI, or the title, year and first author of a record"
        return Match(fault="the row is none of the records", allowed=wanted)

    def _same_source(self, row: Row, pmid: str) -> bool:
        """Return whether year and first author agree with a record's, as far as both tell them; one of them must."""
        record = self.rows[pmid]
        author, year = surname(record.get("authors", "")), record.get("year", "")
        years = bool(row.year and year)
        people = bool(row.author and author)
        if not years and not people:
            return False
        first, second = set(author.split()), set(row.author.split())
        return (not years or row.year == year) and (not people or first <= second or second <= first)
