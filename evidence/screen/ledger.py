"""The ledger of decisions on disk: read as it stands, added to under a lock, never rewritten."""

from __future__ import annotations

import unicodedata
from bisect import insort
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from ..errors import InputError, Problem, ProjectError, TableError
from ..tables.cells import allowed_values, cell_fault
from ..tables.definitions import TABLES
from ..tables.io import csv_bytes, natural_key, write_bytes
from .rows import read_column, read_rows
from .standing import FULL_TEXT, Decision, Ledger, Outcome, Standing, current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ..project import Project

__all__ = [
    "Decision",
    "Ledger",
    "LedgerFile",
    "Outcome",
    "Standing",
    "check_reviewer",
    "current",
    "decision_problems",
    "extend_ledger",
    "load_decisions",
    "read_ledger",
    "record_decisions",
]

_TABLE = TABLES["screening"]
_WAIT = 10.0
_CELLS = attrgetter(*_TABLE.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFile:
    """The ledger as one reading of its file found it.

    Attributes
    ----------
    content : bytes
        The file.
    decisions : tuple of Decision
        Its rows, in their order.
    sorted : bool
        Whether the rows are known to stand in the order of their key.
    """

    content: bytes
    decisions: tuple[Decision, ...]
    sorted: bool = False


def read_ledger(project: Project, before: LedgerFile | None = None) -> LedgerFile:
    """Return the ledger as its file stands; an earlier reading is returned as it is if the file has not changed.

    Raises
    ------
    TableError
        If the table is damaged.
    """
    path = project.processed / "screening.csv"
    content = path.read_bytes() if path.is_file() else b""  # what is missing or torn is said in `read_rows`
    if before is not None and content == before.content:
        return before
    return LedgerFile(content=content, decisions=tuple(Decision(**row) for row in read_rows(project, "screening")))


def load_decisions(project: Project) -> tuple[Decision, ...]:
    """Return every decision in the project's ledger, in the order of the file.

    Raises
    ------
    TableError
        If the table is damaged.
    """
    return read_ledger(project).decisions


def record_decisions(
    project: Project, decisions: Iterable[Decision], *, dry_run: bool = False, timeout: float = _WAIT
) -> tuple[Decision, ...]:
    """Add decisions to the ledger, all of them or none.

    The table is locked, read again, added to and written whole, so that two terminals never lose each other's
    decisions. What stands there already, word for word, is not added again.

    Parameters
    ----------
    project : Project
        Whose ledger.
    decisions : iterable of Decision
        What was decided.
    dry_run : bool
        Whether only to check, and to write nothing.
    timeout : float
        For how many seconds to wait for another terminal that writes.

    Returns
    -------
    tuple of Decision
        What was added, or would be.

    Raises
    ------
    TableError
        With every fault of every decision, or of the table as it stands; nothing is written.
    ProjectError
        If another process keeps the ledger locked.
    """
    return extend_ledger(project, decisions, dry_run=dry_run, timeout=timeout)[1]


def extend_ledger(
    project: Project,
    decisions: Iterable[Decision],
    *,
    before: LedgerFile | None = None,
    known: Collection[str] | None = None,
    dry_run: bool = False,
    timeout: float = _WAIT,
) -> tuple[LedgerFile, tuple[Decision, ...]]:
    """Add decisions to the ledger as `record_decisions` does; return the ledger after it, and what was added.

    Parameters
    ----------
    project, decisions, dry_run, timeout
        As there.
    before : LedgerFile, optional
        An earlier reading, which spares reading rows that have not changed.
    known : collection of str, optional
        PMIDs of the table of records, from which none is ever dropped; by default it is read.
    """
    from filelock import FileLock, Timeout

    lock = project.raw / ".screening.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=timeout):
            return _add(project, tuple(decisions), before=before, known=known, dry_run=dry_run)
    except Timeout:
        raise ProjectError(
            f"another process has been writing to screening.csv for {timeout:g} s; nothing was recorded; try again"
        ) from None


def _add(
    project: Project,
    decisions: tuple[Decision, ...],
    *,
    before: LedgerFile | None,
    known: Collection[str] | None,
    dry_run: bool,
) -> tuple[LedgerFile, tuple[Decision, ...]]:
    ledger = read_ledger(project, before)
    pmids = {decision.pmid for decision in decisions}
    there = {decision for decision in ledger.decisions if decision.pmid in pmids}
    fresh = tuple(decision for decision in dict.fromkeys(decisions) if decision not in there)
    if not fresh:
        return ledger, ()
    if known is None or not pmids <= set(known):
        known = set(read_column(project, "records", "pmid"))
    problems = decision_problems(fresh, before=ledger.decisions, known=known)
    if problems:
        raise TableError("nothing was recorded; these decisions have faults:", problems)
    if dry_run:
        return ledger, fresh
    rows = list(ledger.decisions)
    if ledger.sorted:
        for decision in fresh:
            insort(rows, decision, key=_row_key)
    else:
        rows = sorted((*rows, *fresh), key=_row_key)
    content = csv_bytes(_TABLE.names, map(_CELLS, rows))
    write_bytes(project.processed / "screening.csv", content)
    return LedgerFile(content=content, decisions=tuple(rows), sorted=True), fresh


def _row_key(decision: Decision) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Return the sort key of a row, as every table has it."""
    return tuple(natural_key(cell) for cell in decision.key)


def check_reviewer(name: str, decisions: Iterable[Decision]) -> None:
    """Raise InputError if a name cannot stand in the ledger, or is almost that of somebody else, who would count twice.

    Parameters
    ----------
    name : str
        Who is about to decide.
    decisions : iterable of Decision
        The ledger.
    """
    if fault := cell_fault(name, _TABLE.column("reviewer")):
        raise InputError(f"the reviewer's name {name!r} cannot stand in the ledger: {fault}")
    near = {one.reviewer for one in decisions if _plain(one.reviewer) == _plain(name)} - {name}
    if near:
        raise InputError(
            f"the ledger has a reviewer {sorted(near)[0]!r}; is that you? Then write the name the same way"
        )


def _plain(name: str) -> str:
    """Return a name without letter case, points and blanks; letters written in two ways are the same."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", name).casefold() if mark.isalnum())


def decision_problems(
    decisions: Sequence[Decision], *, before: Iterable[Decision], known: Collection[str]
) -> list[Problem]:
    """Return every fault of decisions that are to be added.

    Parameters
    ----------
    decisions : sequence of Decision
        What is to be added.
    before : iterable of Decision
        What the ledger holds.
    known : collection of str
        The PMIDs of the table of records.
    """
    before = tuple(before)
    problems = [problem for decision in decisions for problem in _faults(decision, known)]
    pmids = {decision.pmid for decision in decisions}
    keys = {decision.key for decision in before if decision.pmid in pmids}
    for decision in decisions:
        if decision.key in keys:
            message = "this reviewer has another decision on the record in the same second"
            problems.append(_problem(decision, "decided_at", message, decision.decided_at, "another time"))
        keys.add(decision.key)
    return [*problems, *_nothing_to_undo(decisions, before), *_alike_names(decisions, before)]


def _problem(decision: Decision, column: str, message: str, value: str = "", allowed: str = "") -> Problem:
    row = " ".join(part for part in (f"PMID {decision.pmid}", decision.stage, decision.reviewer) if part)
    return Problem(message=message, table="screening", row=row, column=column, value=value, allowed=allowed)


def _faults(decision: Decision, known: Collection[str]) -> Iterator[Problem]:
    for column in _TABLE.columns:
        value = getattr(decision, column.name)
        if fault := cell_fault(value, column):
            yield _problem(decision, column.name, fault, value, allowed_values(column))
    if decision.pmid not in known:
        yield _problem(decision, "pmid", "no such record", decision.pmid, "a PMID of the table of records")
    if (decision.stage, decision.decision, decision.reason) == (FULL_TEXT, "exclude", ""):
        yield _problem(decision, "reason", "an exclusion at full text without a reason", "", "a reason")


def _nothing_to_undo(decisions: Sequence[Decision], before: Iterable[Decision]) -> Iterator[Problem]:
    """Yield every ``undone`` at whose time the reviewer had no decision to take back."""
    taken_back = [decision for decision in decisions if decision.decision == "undone"]
    if not taken_back:
        return
    held: dict[tuple[str, str, str, str], int] = {}
    pmids = {decision.pmid for decision in taken_back}
    rows = (one for one in (*before, *decisions) if one.pmid in pmids)
    for one in sorted(rows, key=lambda one: one.decided_at):
        place = (one.pmid, one.stage, one.reviewer, one.role)
        if one.decision != "undone":
            held[place] = held.get(place, 0) + 1
        elif held.get(place):
            held[place] -= 1
        elif one in taken_back:
            yield _problem(one, "decision", "there is nothing to take back", "undone")


def _alike_names(decisions: Sequence[Decision], before: Iterable[Decision]) -> Iterator[Problem]:
    """Yield reviewers whose names differ from another's in letter case, points or blanks alone."""
    first: dict[str, str] = {}
    for name in dict.fromkeys(one.reviewer for one in before):
        first.setdefault(_plain(name), name)
    for one in decisions:
        name = first.setdefault(_plain(one.reviewer), one.reviewer)
        if _plain(name) and name != one.reviewer:
            yield _problem(one, "reviewer", "the name is almost that of another reviewer", one.reviewer, name)
