"""Reading the stored raw answers again, without the network: for when the way of reading has become better."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..errors import TableError
from ..fetch.archive import Archive
from ..protocol import load_protocol
from ..tables.record import faults_with
from .commit import commit, pending, roll_forward
from .contents import table_bytes
from .earlier import records_before
from .lock import refresh_lock
from .rows import record_cells
from .standing import read_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..project import Project

__all__ = ["RebuildResult", "rebuild"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildResult:
    """What reading the raw answers again has changed.

    Attributes
    ----------
    n_records, n_read, n_changed : int
        Records in the table, those whose raw answer is stored here, and rows that are not as before.
    columns : mapping of str to int
        Column → in how many rows it differs.
    notices : mapping of str to str
        PMID → the notice that a row has now and had not before.
    completed : str
        An earlier run that was cut off while it was written, and has been completed now; empty if there was none.
    """

    n_records: int
    n_read: int
    n_changed: int
    columns: Mapping[str, int]
    notices: Mapping[str, str]
    completed: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return asdict(self)

    def lines(self) -> tuple[str, ...]:
        """Return the result in lines of text."""
        missing = self.n_records - self.n_read
        lines = [f"{self.n_read} of {self.n_records} records read again; {self.n_changed} rows differ."]
        if self.completed:
            lines.insert(0, f"First, the run {self.completed}, cut off while it was written, was completed.")
        if missing:
            lines.append(f"{missing} have no raw answer stored here; `evidence refresh --full` fetches them.")
        lines += [f"  {count:>6}  {name}" for name, count in self.columns.items()]
        lines += [f"  PMID {pmid} is now known as {notice}" for pmid, notice in self.notices.items()]
        return tuple(lines)


def rebuild(
    project: Project,
    *,
    archive: Archive | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> RebuildResult:
    """Read the raw answers again, and write what comes of it into the table of records.

    Only columns that a record alone decides change; where a record stands to the query, and in which run it was found,
    stay. No search is noted and no event is written, since nothing has happened to any record.

    Parameters
    ----------
    project : Project
        The project.
    archive : Archive, optional
        Where raw answers are stored; ``data/raw`` of the project by default.
    progress : callable, optional
        Called with what is done, how much of it, and of how much.

    Raises
    ------
    RefreshError
        If a refresh is running.
    TableError, ProtocolError, ProjectError
        If tables, protocol or raw answers are damaged.
    """
    store = Archive(project.raw) if archive is None else archive
    with refresh_lock(project):
        completed = pending(project) or ""
        roll_forward(project)
        protocol = load_protocol(project.protocol)
        standing = read_standing(project, protocol)
        old = {pmid: row for pmid, row in standing.records.items() if row["record_hash"]}
        rows, columns, notices = dict(standing.records), Counter[str](), {}
        read = 0
        for record, sha256 in records_before(store, old.values(), runs=standing.runs):
            before, now = old[record.pmid], {**old[record.pmid], **record_cells(record)}
            read += 1
            if progress is not None:
                progress("records", read, len(old))
            columns.update(name for name in now if now[name] != before[name])
            if now["notice"] and now["notice"] != before["notice"]:
                notices[record.pmid] = now["notice"]
            rows[record.pmid] = now if now == before else {**now, "raw_hash": sha256}
        changed = sum(rows[pmid] != row for pmid, row in old.items())
        if changed:
            content = table_bytes("records", list(rows.values()))
            if faults := faults_with(project.processed, {"records": content}, protocol.vocabularies):
                raise TableError("nothing was changed; the table of records would have faults:", faults)
            place = (project.processed / "records.csv").relative_to(project.root).as_posix()
            commit(project, "rebuild", {place: content})
    return RebuildResult(
        n_records=len(old),
        n_read=read,
        n_changed=changed,
        columns=dict(sorted(columns.items())),
        notices=notices,
        completed=completed,
    )
