"""Everything that lies on the desk when records are screened: tables, ledger, texts, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import EvidenceError, TableError
from ..fetch.record import Author, Link, Record
from ..protocol import load_protocol
from ..tables.io import split_list
from ..tables.validate import check_tables
from .duplicates.decisions import stands_for
from .ledger import extend_ledger, read_ledger
from .queue import build_queue, requeue, screened_records
from .rank import rank
from .reopen import reopened
from .rows import read_rows
from .standing import TITLE_ABSTRACT, as_one, current, extended

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..project import Project
    from ..protocol import Protocol
    from .ledger import LedgerFile
    from .queue import Queue
    from .rank import Ranked
    from .reopen import Reopened
    from .standing import Decision, Ledger

__all__ = ["Desk", "open_desk", "record_of_row"]

_TABLES = ("records", "record_events", "searches", "duplicates", "reports", "studies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What screening works with; a new one is made after each decision.

    Attributes
    ----------
    project : Project
        Whose records.
    protocol : Protocol
        Its protocol.
    tables : mapping of str to rows
        The tables that matter here, as text.
    records : mapping of str to row
        The rows of the table of records, by PMID.
    stands_for : mapping of str to str
        PMID → the PMID that is read in its place: of the same publication, or because PubMed merged them.
    file : LedgerFile
        The whole ledger, as it was read last.
    ledger : Ledger
        Where records stand; a decision on one of several records of one publication counts for it.
    again : mapping of str to Reopened
        The decided records that something happened to afterwards.
    reports : mapping of str to tuple of str
        PMID → the reports of the evidence base that have it, each with its trial.
    texts : mapping of str to Record
        The records whose raw answer is archived, by PMID.
    notes : tuple of str
        What the user should be told: that texts are missing, or the archive is damaged.
    ranking : tuple of Ranked
        Every record that is screened, in the order of its score.
    touched : frozenset of str or None
        The records decided since the desk from which this one was made; None if that may be all.
    """

    project: Project
    protocol: Protocol
    tables: Mapping[str, tuple[dict[str, str], ...]]
    records: Mapping[str, dict[str, str]]
    stands_for: Mapping[str, str]
    file: LedgerFile
    ledger: Ledger
    again: Mapping[str, Reopened]
    reports: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, Record]
    notes: tuple[str, ...] = ()
    ranking: tuple[Ranked, ...] = ()
    touched: frozenset[str] | None = None

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions of the ledger, in the order of the file."""
        return self.file.decisions

    def queue(
        self, *, stage: str = TITLE_ABSTRACT, reviewer: str = "", order: str = "score", maybes: bool = False
    ) -> Queue:
        """Return what a reviewer is to read; parameters as in `build_queue`."""
        return build_queue(
            self.records,
            self.ledger,
            stage=stage,
            reviewer=reviewer,
            order=order,
            ranked=self.ranking,
            again=self.again,
            stands_for=self.stands_for,
            maybes=maybes,
        )

    def requeue(self, queue: Queue, earlier: Desk, *, order: str = "score", maybes: bool = False) -> Queue:
        """Return a queue that an earlier desk made, as it is now; only records decided since are looked at.

        Parameters
        ----------
        queue : Queue
            As `queue` of the earlier desk returned it.
        earlier : Desk
            That desk, from which `decide` or `reread` made this one.
        order, maybes
            As they were asked of it.
        """
        asked: dict[str, Any] = {"stage": queue.stage, "reviewer": queue.reviewer, "order": order, "maybes": maybes}
        if self.touched is None:
            return self.queue(**asked)
        asked |= {"only": self.touched, "stands_for": self.stands_for}
        before = build_queue(self.records, earlier.ledger, ranked=self.ranking, again=earlier.again, **asked)
        after = build_queue(self.records, self.ledger, ranked=self.ranking, again=self.again, **asked)
        return requeue(queue, before, after, self.touched)

    def text_of(self, pmid: str) -> Record:
        """Return a record with its abstract if that is archived, else what its row tells."""
        return self.texts.get(pmid) or record_of_row(self.records[pmid])

    def reread(self) -> Desk:
        """Return the desk with the ledger as it is now; the other tables as they were."""
        return self._after(read_ledger(self.project, self.file))

    def decide(self, decision: Decision) -> Desk:
        """Return the desk after a decision, which is then in the ledger; raises what `record_decisions` raises."""
        file, _ = extend_ledger(self.project, [decision], before=self.file, known=self.records.keys())
        return self._after(file)

    def _after(self, file: LedgerFile) -> Desk:
        held = set(self.file.decisions)
        fresh = tuple(one for one in file.decisions if one not in held)
        if len(held) + len(fresh) != len(file.decisions):  # something was taken out by hand
            ledger, again = _standing(self.protocol, self.tables, file.decisions, self.stands_for)
            return replace(self, file=file, ledger=ledger, again=again, touched=None)
        added = as_one(fresh, self.stands_for)
        touched = frozenset(one.pmid for one in added)
        ledger = extended(self.ledger, added)
        kept = {pmid: entry for pmid, entry in self.again.items() if pmid not in touched}
        again = kept | _again(self.tables, ledger, self.stands_for, only=touched)
        return replace(self, file=file, ledger=ledger, again=again, touched=touched)


def open_desk(project: Project, *, archive: Any = None, ranked: bool = True) -> Desk:
    """Return everything that is needed to screen a project's records.

    Parameters
    ----------
    project : Project
        Whose records.
    archive : Archive, optional
        Where raw answers are; by default the project's own.
    ranked : bool
        Whether to read the archive and rank; where only the ledger is asked for, that can be spared.

    Raises
    ------
    ProjectError, ProtocolError
        If the project is not whole.
    TableError
        With every fault of its tables.
    """
    protocol = load_protocol(project.protocol)
    problems = check_tables(project.processed, vocabularies=protocol.vocabularies)
    if problems:
        raise TableError("the tables have faults; mend them, then screen:", problems)
    tables = {name: read_rows(project, name) for name in _TABLES}
    alike, file = stands_for(tables), read_ledger(project)
    ledger, again = _standing(protocol, tables, file.decisions, alike)
    desk = Desk(
        project=project,
        protocol=protocol,
        tables=tables,
        records={row["pmid"]: row for row in tables["records"]},
        stands_for=alike,
        file=file,
        ledger=ledger,
        again=again,
        reports=_reports(tables["reports"]),
        texts={},
    )
    if not ranked:
        return desk
    texts, notes = _texts(desk, archive)
    desk = replace(desk, texts=texts, notes=notes)
    return replace(desk, ranking=_ranking(desk))


def _standing(
    protocol: Protocol,
    tables: Mapping[str, tuple[dict[str, str], ...]],
    decisions: tuple[Decision, ...],
    alike: Mapping[str, str],
) -> tuple[Ledger, dict[str, Reopened]]:
    """Return where records stand, and what is to be looked at again."""
    ledger = current(as_one(decisions, alike), reviewers=protocol.search.reviewers)
    return ledger, _again(tables, ledger, alike)


def _again(
    tables: Mapping[str, tuple[dict[str, str], ...]],
    ledger: Ledger,
    alike: Mapping[str, str],
    *,
    only: Collection[str] | None = None,
) -> dict[str, Reopened]:
    """Return what is to be looked at again, of all records or of some."""
    events = [row for row in tables["record_events"] if only is None or alike.get(row["pmid"], row["pmid"]) in only]
    there = {row["pmid"] for row in events}
    types = {row["pmid"]: split_list(row["publication_types"]) for row in tables["records"] if row["pmid"] in there}
    return reopened(ledger, events, tables["searches"], types=types, stands_for=alike)


def _reports(rows: tuple[dict[str, str], ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row["pmid"]:
            found[row["pmid"]] = (*found.get(row["pmid"], ()), f"{row['report_id']} of {row['study_id']}")
    return found


def _texts(desk: Desk, archive: Any) -> tuple[dict[str, Record], tuple[str, ...]]:
    """Return the archived records, and what has to be said of those that are not there."""
    there = screened_records(desk.records, desk.stands_for, ledger=desk.ledger)
    wanted = {*there, *_known(desk)}
    notes: list[str] = []
    texts: dict[str, Record] = {}
    if wanted:
        try:
            for record in _archive(desk, archive).records(sorted(wanted, key=int)):
                texts[record.pmid] = record
        except EvidenceError as error:
            notes.append(f"the archive of raw answers cannot be read, so abstracts are missing: {error}")
    missing = sum(pmid not in texts for pmid in there)
    if missing and not notes:
        of = "of 1 record is" if missing == 1 else f"of {missing} records are"
        noun = "abstract" if missing == 1 else "abstracts"
        notes.append(f"the {noun} {of} not in data/raw here; `evidence refresh --full` fetches what is missing")
    return texts, tuple(notes)


def _archive(desk: Desk, archive: Any) -> Any:
    if archive is not None:
        return archive
    from ..fetch.archive import Archive

    return Archive(desk.project.raw)


def _known(desk: Desk) -> tuple[str, ...]:
    """Return the PMIDs of known items and of reports of trials that are not excluded."""
    kept = {row["study_id"] for row in desk.tables["studies"] if not row["eligibility"].startswith("excluded")}
    of_reports = (row["pmid"] for row in desk.tables["reports"] if row["pmid"] and row["study_id"] in kept)
    items: Iterable[str] = (pmid for pmid in desk.protocol.search.known_items if pmid.isascii() and pmid.isdigit())
    return tuple(dict.fromkeys((*items, *of_reports)))


def _ranking(desk: Desk) -> tuple[Ranked, ...]:
    there = screened_records(desk.records, desk.stands_for, ledger=desk.ledger)
    known = [desk.texts[pmid] for pmid in _known(desk) if pmid in desk.texts]
    without = {pmid for pmid in there if pmid not in desk.texts}
    return rank((desk.text_of(pmid) for pmid in there), desk.protocol, known=known, without_abstract=without)


def record_of_row(row: Mapping[str, str]) -> Record:
    """Return what the table of records tells of a record; it has no abstract.

    Parameters
    ----------
    row : mapping of str to str
        The row's cells.
    """
    links = []
    for name in ("retraction_links", "other_links"):
        for link in split_list(row[name]):
            kind, _, rest = link.partition(" ")
            links.append(Link(kind=kind, pmid=rest if rest.isdigit() else "", source="" if rest.isdigit() else rest))
    return Record(
        pmid=row["pmid"],
        doi=row["doi"],
        pmcid=row["pmcid"],
        registrations=split_list(row["registrations"]),
        title=row["title"],
        authors=tuple(Author(collective=name) for name in split_list(row["authors"])),
        journal=row["journal"],
        date=row["date"],
        year=int(row["year"]) if row["year"] else None,
        added=row["added"],
        publication_types=split_list(row["publication_types"]),
        languages=split_list(row["languages"]),
        indexing=row["indexing"],
        links=tuple(links),
    )
