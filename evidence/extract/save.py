"""From a draft into the tables, all rows or none; and the word of a second person on what was saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import InputError, Problem, TableError
from ..protocol import load_protocol
from ..refresh.commit import commit, roll_forward
from ..refresh.lock import refresh_lock
from ..screen.rows import read_rows
from ..tables.definitions import TABLES
from ..tables.io import format_table, read_raw
from ..tables.record import faults_with, record_rows
from .checking import check_draft
from .draft import check_pmid, extraction_lock, find_draft, same_person, write_opening
from .opening import check_name, utc

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ..project import Project
    from ..tables import Table
    from .checking import DraftCheck
    from .draft import Draft
    from .files import DraftRow
    from .opening import Clock

__all__ = ["Saved", "Verified", "save_draft", "verify_extraction"]

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving a draft did.

    Attributes
    ----------
    draft : Draft
        What was saved.
    check : DraftCheck
        As it was found before.
    row : dict
        The row of extractions.
    written : tuple of str
        The tables that changed.
    """

    draft: Draft
    check: DraftCheck
    row: Row
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying an extraction did.

    Attributes
    ----------
    row : dict
        The row of extractions.
    cautions : tuple of str
        What the person who verified should know: that the record is another one than the one extracted, that there is
        a notice on the article.
    """

    row: Row
    cautions: tuple[str, ...]


def save_draft(project: Project, pmid: str, *, by: str, replace_rows: bool = False, clock: Clock) -> Saved:
    """Bring the rows of a draft into the tables, all of them or none.

    Cells are kept as typed (``121.90``). Rows that stand in the base just so are passed over.

    Parameters
    ----------
    project : Project
        Whose tables.
    pmid : str
        The record.
    by : str
        Whose draft.
    replace_rows : bool
        Whether rows of the trial that the base has with other values may be replaced.
    clock : callable
        The time.

    Raises
    ------
    InputError
        If there is no such draft.
    TableError
        With every fault that the base would then have, or every cell that would be replaced without leave.
    ProjectError, RefreshError
        If another process keeps at the tables, or a refresh is running.
    """
    pmid, by = check_pmid(pmid), check_name(by)
    with extraction_lock(project), refresh_lock(project):
        roll_forward(project)  # what an earlier process that was killed had ready
        draft = find_draft(project, pmid, by)
        check = check_draft(project, draft)
        if check.problems:
            raise TableError("nothing was saved; the draft has faults:", check.problems)
        if check.differences and not replace_rows:
            raise TableError("nothing was saved; the base has other values:", list(_refusals(check)))
        protocol = load_protocol(project.protocol)
        declared = protocol.tables
        contents = {
            name: _content(project.processed / f"{name}.csv", found, declared[name])
            for name, found in check.rows.items()
            if found
        }
        row = _extraction(project, draft, check, utc(clock()))
        own = {key: row[key] for key in TABLES["extractions"].key}
        contents["extractions"] = _with_row(project.processed / "extractions.csv", row, own)
        written = _write(project, f"extraction-{pmid}", contents, protocol.vocabularies)
        keys = {
            f"{name}:{'/'.join(line[key] for key in declared[name].key)}"
            for name, found in check.rows.items()
            for line in found
        }
        saved = tuple(sorted(keys | set(draft.opening.saved)))
        opening = replace(draft.opening, saved=saved, study_id=check.study_id)
        write_opening(draft, opening)
    return Saved(draft=replace(draft, opening=opening), check=check, row=row, written=written)


def verify_extraction(project: Project, pmid: str, *, by: str, of: str = "", clock: Clock) -> Verified:
    """Record that somebody else compared a saved extraction with the source.

    Where PubMed's record changed since it was extracted, that is told, and stands in the note of the row.

    Parameters
    ----------
    project : Project
        Whose table.
    pmid : str
        The record.
    by : str
        Who compared; not the person who extracted.
    of : str
        Who extracted it, where several people did.
    clock : callable
        The time, for the note.

    Raises
    ------
    InputError
        If there is nothing saved, or the same person would verify.
    """
    pmid, by = check_pmid(pmid), check_name(by)
    with extraction_lock(project):
        rows = [row for row in read_rows(project, "extractions") if row["pmid"] == pmid]
        saved = [row for row in rows if row["status"] in ("saved", "verified")]
        own = [row for row in saved if not of or same_person(row["extractor"], of)]
        if not own:
            hint = "it was begun, not saved" if rows and not of else "`evidence extract --status` lists what there is"
            raise InputError(f"no extraction of PMID {pmid} {f'by {of} ' if of else ''}was saved; {hint}")
        others = [row for row in own if not same_person(row["extractor"], by)]
        if not others:
            raise InputError(f"{by} extracted PMID {pmid}; somebody else has to compare it with the source")
        if len(others) > 1:
            names = ", ".join(repr(row["extractor"]) for row in others)
            raise InputError(f"PMID {pmid} was extracted by {names}; say whose with --of")
        (row,) = others
        cautions = _cautions(project, row)
        note = f"verified {utc(clock())}"
        notes = "; ".join(part for part in (row["notes"], note, *cautions) if part)
        row = {**row, "status": "verified", "verified_by": by, "notes": notes}
        protocol = load_protocol(project.protocol)
        _record(project.processed, row, protocol.vocabularies)
    return Verified(row=row, cautions=cautions)


def _cautions(project: Project, extraction: Row) -> tuple[str, ...]:
    """Return what happened to a record since it was extracted."""
    record = next((row for row in read_rows(project, "records") if row["pmid"] == extraction["pmid"]), None)
    if record is None:
        return ("the record is no longer in records.csv",)
    told = []
    if record["record_hash"] != extraction["record_hash"]:
        told.append("PubMed's record has changed since it was extracted")
    if record["notice"]:
        told.append(f"PubMed marks the article as {record['notice']}")
    return tuple(told)


def _write(
    project: Project, run: str, contents: Mapping[str, bytes], vocabularies: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Write tables if the base is then without fault: all of them or none, also if the process is killed."""
    if faults := faults_with(project.processed, contents, vocabularies):
        raise TableError("nothing was saved; the base would have faults:", faults)
    new = {
        name: content
        for name, content in contents.items()
        if content != (project.processed / f"{name}.csv").read_bytes()
    }
    if new:
        folder = project.processed.relative_to(project.root).as_posix()
        commit(project, run, {f"{folder}/{name}.csv": content for name, content in new.items()})
    return tuple(new)


def _refusals(check: DraftCheck) -> list[Problem]:
    return [
        Problem(
            message=f"--replace would put {entry.new!r} here",
            table=entry.table,
            row=entry.row,
            column=entry.column,
            study=check.study_id,
            value=entry.old,
        )
        for entry in check.differences
    ]


def _content(path: Path, rows: Sequence[DraftRow], table: Table) -> bytes:
    """Return a table with the rows of a draft in it, every cell as it was typed."""
    import pandas as pd

    raw = read_raw(path)
    names = list(table.key)
    given = {tuple(row[name] for name in names) for row in rows}
    stays = [key not in given for key in raw[names].itertuples(index=False, name=None)]
    brought = pd.DataFrame([dict(row) for row in rows], columns=list(table.names), dtype=object)
    return format_table(_truths(pd.concat([raw[stays], brought], ignore_index=True), table), table)


def _truths(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a frame of text with its booleans as such: all other cells stay as typed."""
    known = {"true": True, "false": False}
    for column in table.columns:
        if column.type == "boolean":
            frame[column.name] = [known.get(cell.strip()) for cell in frame[column.name]]
    return frame


def _with_row(path: Path, row: Row, own: Mapping[str, str]) -> bytes:
    import pandas as pd

    table = TABLES["extractions"]
    raw = read_raw(path)
    stays = [any(old[name] != value for name, value in own.items()) for _, old in raw.iterrows()]
    brought = pd.DataFrame([row], columns=list(table.names), dtype=object)
    return format_table(pd.concat([raw[stays], brought], ignore_index=True), table)


def _extraction(project: Project, draft: Draft, check: DraftCheck, now: str) -> Row:
    """Return the row of extractions after saving; what was verified stays so only if nothing changed."""
    opening = draft.opening
    rows = read_rows(project, "extractions")
    old = next((row for row in rows if (row["pmid"], row["extractor"]) == (opening.pmid, opening.extractor)), None)
    if old is not None and old["status"] in ("saved", "verified") and not check.changed:
        return {**old, "record_hash": opening.record_hash}
    fresh = {
        "pmid": opening.pmid,
        "extractor": opening.extractor,
        "study_id": check.study_id,
        "status": "saved",
        "begun_at": old["begun_at"] if old else opening.begun_at,
        "saved_at": now,
        "record_hash": opening.record_hash,
        "notes": old["notes"] if old else "",
    }
    return {name: fresh.get(name, "") for name in TABLES["extractions"].names}


def _record(folder: Path, row: Row, vocabularies: Mapping[str, object]) -> None:
    import pandas as pd

    table = TABLES["extractions"]
    frame = pd.DataFrame([row], columns=list(table.names), dtype=object)
    record_rows(folder, "extractions", frame, instead_of=table.key, vocabularies=vocabularies)  # type: ignore[arg-type]
