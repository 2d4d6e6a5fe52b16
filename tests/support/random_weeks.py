"""Random weeks in the invented PubMed, and what must stand in the tables after each: read from the store alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence import practice

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

__all__ = ["Expected", "RandomWeeks"]

_NOTICES = {"RetractionIn": "retracted", "ExpressionOfConcernIn": "concern", "ErratumIn": "corrected"}
_GRAVEST = ("retracted", "concern", "corrected")


def _notices(record: practice.Synthetic) -> Counter[str]:
    return Counter(_NOTICES[link.kind] for link in record.links if link.kind in _NOTICES)


@dataclass(slots=True)
class Expected:
    """A record as the table must have it: as a run read it last, and where it stands to the query."""

    record: practice.Synthetic | None = None
    presence: str = ""
    merged_into: str = ""

    @property
    def notice(self) -> str:
        """The gravest notice on it."""
        found = _notices(self.record) if self.record else Counter()
        return next((name for name in _GRAVEST if found[name]), "")


@dataclass(slots=True)
class RandomWeeks:
    """What happens in the invented PubMed, and what the tables must say of it.

    Attributes
    ----------
    store : Store
        The invented PubMed.
    watched : collection of str
        Records that every run looks at.
    rng : Random
        Decides what happens.
    rows : mapping of str to Expected
        What the table of records must hold.
    """

    store: practice.Store
    watched: frozenset[str]
    rng: random.Random
    rows: dict[str, Expected] = field(default_factory=dict)
    deleted: dict[str, practice.Synthetic] = field(default_factory=dict)
    count: int = 0

    def happen(self, today: dt.date) -> None:
        """Let one to five things happen on the days before `today`."""
        self.store.today = today
        for _ in range(self.rng.randint(1, 5)):
            what = self.rng.choice(
                (
                    self._add, self._add_late, self._change, self._change, self._retract, self._take_back,
                    self._concern, self._correct, self._merge, self._delete, self._bring_back, self._move,
                )
            )  # fmt: skip
            what(today - dt.timedelta(days=self.rng.randint(0, 6)))

    def after_a_run(self) -> set[tuple[str, str]]:
        """Bring `rows` to what a complete run must make of them; return the events that it must write."""
        events: set[tuple[str, str]] = set()
        found = {pmid for pmid in self.store.pmids if self._is_found(pmid)}
        watched = {*self.watched, *(self.rows[pmid].merged_into for pmid in self.watched if pmid in self.rows)} - {""}
        for pmid in sorted({*found, *self.rows, *watched}, key=int):
            before = self.rows.get(pmid)
            stood = before.presence if before else ""
            asked = pmid in found or pmid in watched or stood in ("in-query", "absent-once")
            if asked:
                self.rows[pmid], happened = self._looked_at(pmid, before or Expected(), found)
                events |= {(pmid, event) for event in happened}
        return events

    def _looked_at(self, pmid: str, before: Expected, found: Iterable[str]) -> tuple[Expected, set[str]]:
        if pmid not in self.store:
            answer = self.store.answer(pmid)
            if answer is not None:
                now = Expected(before.record, "gone", answer.pmid)
                return now, set() if before.merged_into == answer.pmid else {"merged"}
            following = {"absent-once": ("gone", {"gone"}), "gone": ("gone", set())}
            presence, events = following.get(before.presence, ("absent-once", {"absent"}))
            return dataclasses.replace(before, presence=presence), set(events)
        record = self.store[pmid]
        presence = "in-query" if pmid in found else "left-query"
        events = set()
        if before.record is None:
            events |= {"new"} | set(_notices(record))
        else:
            if before.presence in ("absent-once", "gone"):
                events.add("returned")
            if record != before.record:
                events |= {"changed"} | self._said(before.record, record)
        if before.presence == "in-query" and presence == "left-query":
            events.add("left-query")
        if before.presence == "left-query" and presence == "in-query":
            events.add("back-in-query")
        return Expected(record, presence), events

    @staticmethod
    def _said(before: practice.Synthetic, now: practice.Synthetic) -> set[str]:
        old, new = _notices(before), _notices(now)
        more = {name for name in new if new[name] > old[name]}
        return more | ({"notice-withdrawn"} if any(not new[name] for name in old) else set())

    def _is_found(self, pmid: str) -> bool:
        return any(name in self.store[pmid].title.lower() for name in practice.TREATMENTS)

    def _any(self, pmids: Iterable[str] | None = None) -> str | None:
        choice = sorted(self.store.pmids if pmids is None else pmids)
        return self.rng.choice(choice) if choice else None

    def _new(self, day: dt.date, **fields: Any) -> None:
        self.count += 1
        (made,) = practice.make_records(1, seed=self.count, first=91000000 + self.count, since=day, until=day)
        self.store.add(made.but(**({"added": day, "revised": day} | fields)))

    def _add(self, day: dt.date) -> None:
        self._new(day)

    def _add_late(self, day: dt.date) -> None:
        """A record whose date of entry is that of its publication, years ago."""
        self._new(day, entered=dt.date(2012, 3, 4), date="2012")

    def _change(self, day: dt.date) -> None:
        if pmid := self._any():
            self.count += 1
            kept = self.store[pmid]
            fields: dict[str, Any] = self.rng.choice(
                (
                    {"title": f"{kept.title.split(' (again')[0]} (again {self.count})"},
                    {"abstract": f"Other words, for the {self.count}th time."},
                    {"pages": str(self.count)},
                    {"doi": f"10.99999/other.{self.count}"},
                )
            )
            self.store.change(pmid, revised=day, **fields)

    def _notice(self, day: dt.date, how: str) -> None:
        alive = [pmid for pmid in self.store.pmids if not self.store[pmid].title.startswith(("Retr", "Expr", "Errat"))]
        if pmid := self._any(alive):
            self.count += 1
            getattr(self.store, how)(pmid, str(92000000 + self.count), on=day)

    def _retract(self, day: dt.date) -> None:
        self._notice(day, "retract")

    def _concern(self, day: dt.date) -> None:
        self._notice(day, "concern")

    def _correct(self, day: dt.date) -> None:
        self._notice(day, "erratum")

    def _take_back(self, day: dt.date) -> None:
        """Every notice on a record is withdrawn."""
        if pmid := self._any(pmid for pmid in self.store.pmids if _notices(self.store[pmid])):
            types = tuple(kind for kind in self.store[pmid].publication_types if kind != "Retracted Publication")
            self.store.change(pmid, revised=day, links=(), publication_types=types)

    def _merge(self, day: dt.date) -> None:
        pmid, into = self._any(), self._any(pmid for pmid in self.store.pmids if self._is_found(pmid))
        if pmid and into and pmid != into:
            self.deleted[pmid] = self.store[pmid]
            self.store.merge(pmid, into)

    def _delete(self, day: dt.date) -> None:
        if pmid := self._any():
            self.deleted[pmid] = self.store[pmid]
            self.store.remove(pmid)

    def _bring_back(self, day: dt.date) -> None:
        if pmid := self._any(self.deleted):
            record = self.deleted.pop(pmid)
            self.store.add(record.but(revised=day) if self.rng.random() < 0.5 else record)

    def _move(self, day: dt.date) -> None:
        """A record leaves the query, or one that left it enters it again."""
        if pmid := self._any():
            title = self.store[pmid].title
            without = title
            for name in practice.TREATMENTS:
                without = without.replace(name.capitalize(), "Nothing of the kind").replace(name, "nothing of the kind")
            title = f"Salt lantern: {title}" if without == title else without
            self.store.change(pmid, revised=day, title=title, abstract="", keywords=(), mesh=())
