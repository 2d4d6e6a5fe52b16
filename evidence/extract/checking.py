"""What is wrong with a draft, as the base would then stand; what it would change; what integrity checks then find."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Problem, TableError
from ..protocol import load_protocol
from ..screen.rows import read_rows
from ..tables.files import read_file
from ..tables.io import csv_bytes, read_raw
from ..tables.validate import check_tables
from .files import DraftRow, read_draft
from .prefill import DRAFT_TABLES, NO_NOTICE, notice_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..curate.integrity import Finding
    from ..project import Project
    from ..protocol import Protocol
    from ..tables import Table
    from .draft import Draft

__all__ = ["Difference", "DraftCheck", "check_draft"]

Row = dict[str, str]
_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell of the base that the draft has otherwise: its place, what stands there (`old`), what would (`new`)."""

    table: str
    row: str
    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCheck:
    """What a draft is worth.

    Attributes
    ----------
    study_id : str
        The trial that the draft is about, as its reports say.
    problems : tuple of Problem
        Every fault of the draft; rows are named with their lines in its files.
    differences : tuple of Difference
        Cells of rows that the base has already with other values.
    added, same : mapping of str to int
        By table: rows that are new, and rows that stand in the base as they are here.
    findings : tuple of Finding
        What the integrity checks would find of the trial that is not on record yet; empty while there are faults.
    notes : tuple of str
        What else to know.
    rows : mapping of str to rows
        The draft's rows by table.
    """

    study_id: str
    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...]
    added: Mapping[str, int]
    same: Mapping[str, int]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    rows: Mapping[str, Sequence[DraftRow]]

    @property
    def changed(self) -> bool:
        """Whether saving it would change any table of facts."""
        return bool(self.differences or any(self.added.values()))


def check_draft(project: Project, draft: Draft) -> DraftCheck:
    """Check a draft as the base would stand with it; nothing is written.

    Raises
    ------
    TableError
        If the base itself has faults: nothing can be said of the draft before they are mended.
    ProtocolError
        If the protocol has.
    """
    protocol = load_protocol(project.protocol)
    declared = protocol.tables
    _refuse_faults([fault for name in DRAFT_TABLES for fault in _file_faults(project, declared[name])])
    rows, problems = read_draft(draft.folder, declared)
    base = {name: _rows(project.processed / f"{name}.csv", declared[name]) for name in DRAFT_TABLES}
    study = _study_of(draft, rows, base)
    record = next((row for row in read_rows(project, "records") if row["pmid"] == draft.opening.pmid), None)
    problems += [*_scope(draft, study, rows, base, declared), *_outdated(record, rows)]
    differences = tuple(_differences(rows, base, declared))
    added, same = _counts(rows, base, declared)
    findings: tuple[Finding, ...] = ()
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / "data" / "processed"
        lines = _write_trial(project, trial, rows, base, declared)
        found = check_tables(trial, vocabularies=protocol.vocabularies)
        if found:
            _refuse_faults(check_tables(project.processed, vocabularies=protocol.vocabularies))
        problems += [_at_home(problem, lines) for problem in found]
        if not problems:
            findings = _findings(project, trial, protocol, study)
    return DraftCheck(
        study_id=study,
        problems=tuple(dict.fromkeys(problems)),
        differences=differences,
        added=added,
        same=same,
        findings=findings,
        notes=tuple(_notes(draft, record, rows, base, declared)),
        rows=rows,
    )


def _refuse_faults(faults: Sequence[Problem]) -> None:
    if faults:
        raise TableError("the base itself has faults; mend them first (`evidence check`):", faults)


def _file_faults(project: Project, table: Table) -> list[Problem]:
    """Return what is wrong with a file of the base, its header or the width of its rows."""
    return read_file(project.processed / f"{table.name}.csv", table)[1]


def _rows(path: Path, table: Table) -> dict[tuple[str, ...], Row]:
    """Return the rows of a table of the base by key, their cells as text."""
    raw = read_raw(path)
    cells = raw[list(table.names)].itertuples(index=False, name=None)
    rows = [dict(zip(table.names, (cell.strip() for cell in row), strict=True)) for row in cells]
    return {_key(row, table): row for row in rows}


def _key(row: Mapping[str, str], table: Table) -> tuple[str, ...]:
    return tuple(row[name] for name in table.key)


def _study_of(
    draft: Draft, rows: Mapping[str, Sequence[DraftRow]], base: Mapping[str, Mapping[tuple[str, ...], Row]]
) -> str:
    """Return the trial of a draft: that of its report of the record, else of the base's, else the one proposed."""
    pmid = draft.opening.pmid
    reports = [*rows["reports"], *base["reports"].values()]
    own = [row["study_id"] for row in reports if row["pmid"] == pmid and row["study_id"]]
    return own[0] if own else draft.opening.study_id


def _scope(
    draft: Draft,
    study: str,
    rows: Mapping[str, Sequence[DraftRow]],
    base: Mapping[str, Mapping[tuple[str, ...], Row]],
    declared: Mapping[str, Table],
) -> Iterator[Problem]:
    """Yield rows that are not about the draft's trial, or would take the place of another trial's."""
    pmid = draft.opening.pmid
    if not any(row["pmid"] == pmid for row in (*rows["reports"], *base["reports"].values())):
        message = f"no report has the PMID {pmid} that is extracted here"
        yield Problem(message=message, table="reports", column="pmid", study=study, allowed=pmid)
    own = {study, *(row["study_id"] for row in rows["studies"])}
    for name, found in rows.items():
        if "study_id" not in declared[name].names:
            continue
        for row in found:
            label = f"{'/'.join(_key(row, declared[name]))} (line {row.line})"
            place = {"table": name, "row": label, "column": "study_id", "study": row["study_id"]}
            if row["study_id"] and row["study_id"] not in own:
                message = "the row is about another trial than the draft"
                yield Problem(message=message, value=row["study_id"], allowed=", ".join(sorted(own)), **place)
            old = base[name].get(_key(row, declared[name]))
            if old is not None and old["study_id"] != row["study_id"]:
                message = f"a row of {old['study_id']} has this name already; it is never replaced from here"
                place["column"] = declared[name].key[-1]
                yield Problem(message=message, value=row[declared[name].key[-1]], allowed="a free name", **place)
    for row in rows["studies"]:
        if row["study_id"] and row["study_id"] != study and (row["study_id"],) in base["studies"]:
            message = f"another trial of the base; this record reports {study}"
            place = {"table": "studies", "row": f"{row['study_id']} (line {row.line})", "column": "study_id"}
            yield Problem(message=message, value=row["study_id"], allowed=study, **place)


def _outdated(record: Row | None, rows: Mapping[str, Sequence[DraftRow]]) -> Iterator[Problem]:
    """Yield what was filled in when the draft was opened, and is no longer true: that PubMed knows of no notice."""
    if record is None or not (record["notice"] or record["retraction_links"]):
        return
    for row in rows["studies"]:
        if row["retraction"].endswith(NO_NOTICE):
            yield Problem(
                message="since the draft was opened, PubMed links a notice to the article",
                table="studies",
                row=f"{row['study_id']} (line {row.line})",
                column="retraction",
                study=row["study_id"],
                value=row["retraction"],
                allowed=notice_text(record),
            )


def _differences(
    rows: Mapping[str, Sequence[DraftRow]],
    base: Mapping[str, Mapping[tuple[str, ...], Row]],
    declared: Mapping[str, Table],
) -> Iterator[Difference]:
    for name, found in rows.items():
        for row in found:
            key = _key(row, declared[name])
            old = base[name].get(key)
            for column in declared[name].names if old is not None else ():
                if old is not None and old[column] != row[column]:
                    place = {"table": name, "row": "/".join(key), "column": column}
                    yield Difference(old=old[column], new=row[column], **place)


def _counts(
    rows: Mapping[str, Sequence[DraftRow]],
    base: Mapping[str, Mapping[tuple[str, ...], Row]],
    declared: Mapping[str, Table],
) -> tuple[dict[str, int], dict[str, int]]:
    """Return by table how many rows are new, and how many stand in the base just so."""
    added = dict.fromkeys(rows, 0)
    same = dict(added)
    for name, found in rows.items():
        for row in found:
            old = base[name].get(_key(row, declared[name]))
            added[name] += old is None
            same[name] += old == dict(row)
    return added, same


def _write_trial(
    project: Project,
    folder: Path,
    rows: Mapping[str, Sequence[DraftRow]],
    base: Mapping[str, Mapping[tuple[str, ...], Row]],
    declared: Mapping[str, Table],
) -> dict[str, dict[int, tuple[bool, int]]]:
    """Write the tables as they would stand; return for each line whether it is of the draft, and its line there."""
    folder.mkdir(parents=True)
    for file in project.processed.glob("*.csv"):
        shutil.copy(file, folder / file.name)
    origin: dict[str, dict[int, tuple[bool, int]]] = {}
    for name, found in rows.items():
        if not found:
            continue
        given = {_key(row, declared[name]) for row in found}
        stay = [(row, (False, line)) for line, (key, row) in enumerate(base[name].items(), start=2) if key not in given]
        fresh: list[tuple[Row, tuple[bool, int]]] = [(row, (True, row.line)) for row in found]
        content = csv_bytes(declared[name].names, ())
        origin[name] = {}
        for row, place in (*stay, *fresh):
            origin[name][content.count(b"\n") + 1] = place
            content += csv_bytes([row[column] for column in declared[name].names], ())
        (folder / f"{name}.csv").write_bytes(content)
    return origin


def _at_home(problem: Problem, origin: Mapping[str, Mapping[int, tuple[bool, int]]]) -> Problem:
    """Return a problem with the lines of the draft's file, or of the base's, in place of those of the trial."""
    lines = origin.get(problem.table)
    if lines is None:
        return problem

    def there(match: re.Match[str]) -> str:
        of_draft, line = lines.get(int(match.group(1)), (False, 0))
        return f"line {line}" if of_draft else "in the base"

    return replace(problem, row=_LINE.sub(there, problem.row), message=_LINE.sub(there, problem.message))


def _findings(project: Project, trial: Path, protocol: Protocol, study: str) -> tuple[Finding, ...]:
    """Return what the integrity checks would find of the trial that is not on record."""
    from ..base import EvidenceBase
    from ..curate import make_index
    from ..curate.integrity import new_findings
    from ..tables import load_tables

    tables = load_tables(trial, vocabularies=protocol.vocabularies)
    base = EvidenceBase(project=project, protocol=protocol, tables=tables, index=make_index(tables))
    fresh = new_findings(tables["findings"], base.integrity())
    return tuple(finding for finding in fresh if finding.study == study)


def _notes(
    draft: Draft,
    record: Row | None,
    rows: Mapping[str, Sequence[DraftRow]],
    base: Mapping[str, Mapping[tuple[str, ...], Row]],
    declared: Mapping[str, Table],
) -> Iterator[str]:
    here = {f"{name}:{'/'.join(_key(row, declared[name]))}" for name, found in rows.items() for row in found}
    there = {f"{name}:{'/'.join(key)}" for name, found in base.items() for key in found}
    for name in sorted((set(draft.opening.saved) & there) - here):
        yield f"{name} was saved from this draft and is no longer in it; it stays in the table"
    if record is None:
        yield "the record is no longer in records.csv"
        return
    if record["record_hash"] != draft.opening.record_hash:
        yield "PubMed's record changed since the draft was opened: look at it again"
    if record["notice"]:
        yield f"PubMed marks the article as {record['notice']}"
    if not any(rows[name] for name in ("outcomes", "contrasts", "harms")):
        yield "the draft has no result: no row of outcomes, contrasts or harms"
