"""The ledger of decisions on disk: read as it stands, added to under a lock, never rewritten."""

from __future__ import annotations

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
    "Outcome",
    "Standing",
    "check_reviewer",
    "current",
    "decision_problems",
    "load_decisions",
    "record_decisions",
]

_TABLE = TABLES["screening"]
_WAIT = 10.0
_KEY = tuple(_TABLE.names.index(name) for name in _TABLE.key)


def load_decisions(project: Project) -> tuple[Decision, ...]:
    """Return every decision in the project's ledger, in the order of the file.

    Raises
    ------
    TableError
        If the table is damaged.
    """
    return tuple(Decision(**row) for row in read_rows(project, "screening"))


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
    from filelock import FileLock, Timeout

    lock = project.raw / ".screening.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=timeout):
            return _add(project, tuple(decisions), dry_run=dry_run)
    except Timeout:
        raise ProjectError(
            f"another process has been writing to screening.csv for {timeout:g} s; nothing was recorded; try again"
        ) from None


def _add(project: Project, decisions: tuple[Decision, ...], *, dry_run: bool) -> tuple[Decision, ...]:
    before = load_decisions(project)
    there = set(before)
    fresh = tuple(decision for decision in dict.fromkeys(decisions) if decision not in there)
    if not fresh:
        return ()
    known = set(read_column(project, "records", "pmid"))
    problems = decision_problems(fresh, before=before, known=known)
    if problems:
        raise TableError("nothing was recorded; these decisions have faults:", problems)
    if dry_run:
        return fresh
    rows = [[getattr(decision, name) for name in _TABLE.names] for decision in (*before, *fresh)]
    rows.sort(key=lambda row: tuple(natural_key(row[position]) for position in _KEY))
    write_bytes(project.processed / "screening.csv", csv_bytes(_TABLE.names, rows))
    return fresh


def check_reviewer(name: str, decisions: Iterable[Decision]) -> None:
    """Raise InputError if a name is almost that of somebody else in the ledger, who would then count as another person.

    Parameters
    ----------
    name : str
        Who is about to decide.
    decisions : iterable of Decision
        The ledger.
    """
    near = {one.reviewer for one in decisions if _plain(one.reviewer) == _plain(name)} - {name}
    if near:
        raise InputError(
            f"the ledger has a reviewer {sorted(near)[0]!r}; is that you? Then write the name the same way"
        )


def _plain(name: str) -> str:
    """Return a name without letter case, points and blanks."""
    return "".join(mark for mark in name.casefold() if mark.isalnum())


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
    keys = {decision.key for decision in before}
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
    for one in sorted((*before, *decisions), key=lambda one: one.decided_at):
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
    for one in (*before, *decisions):
        name = first.setdefault(_plain(one.reviewer), one.reviewer)
        if _plain(name) and name != one.reviewer and one in decisions:
            yield _problem(one, "reviewer", "the name is almost that of another reviewer", one.reviewer, name)
