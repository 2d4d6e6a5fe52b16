"""Opening an extraction: from a record to a draft that a curator fills."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import InputError
from ..protocol import load_protocol
from ..screen.rows import read_rows
from ..tables.cells import cell_fault
from ..tables.definitions import TABLES
from ..tables.io import csv_bytes, write_bytes
from .draft import Draft, Opening, check_pmid, drafts_of, extraction_lock, make_draft, same_person, write_opening
from .guide import guide_text
from .linking import Linked, linked_studies, propose_study_id
from .prefill import DRAFT_TABLES, prefilled_rows
from .reading import Reading, read_text
from .screened import screening_outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..fetch.record import Record
    from ..project import Project
    from ..protocol import Protocol

__all__ = ["Clock", "Opened", "check_name", "open_extraction", "utc"]

Clock = Callable[[], dt.datetime]
Row = dict[str, str]
_READ = ("records", "studies", "reports", "duplicates", "extractions", "sources")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An extraction that is open.

    Attributes
    ----------
    draft : Draft
        Where it lies.
    fresh : bool
        Whether it was made now; a draft that was there already is left as it is.
    reading : Reading or None
        What was read of the record; None for a draft that was there already, if the record is the same.
    """

    draft: Draft
    fresh: bool
    reading: Reading | None = None


def utc(moment: dt.datetime) -> str:
    """Return a time as tables hold it.

    Examples
    --------
    >>> utc(dt.datetime(2026, 11, 22, 10, 15, tzinfo=dt.UTC))
    '2026-11-22T10:15:00Z'
    """
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_name(name: str, option: str = "--by") -> str:
    """Return a person's name as tables hold it; raises InputError if it is empty or cannot stand in a cell."""
    plain = " ".join(name.split())
    fault = cell_fault(plain, TABLES["extractions"].column("extractor"))
    if not fault and not plain.isprintable():
        fault = "it holds a character that cannot be seen"
    if fault or not any(mark.isalnum() for mark in plain):
        raise InputError(f'{option} {name!r} is not a name: {fault or "it is empty"}; write {option} "A. Reader"')
    return plain


def open_extraction(project: Project, pmid: str, *, by: str, study: str = "", clock: Clock) -> Opened:
    """Open an extraction: a folder with one file for each table, and a guide; and a row in extractions.

    Parameters
    ----------
    project : Project
        Its tables, protocol and raw archive are read; its tables must be without fault.
    pmid : str
        The record; it must be in records.
    by : str
        Who extracts it.
    study : str
        The trial that it belongs to, where a curator knows better than identifiers do; or a name for a new one.
    clock : callable
        The time.

    Raises
    ------
    InputError
        If there is no such record, nobody is named, or the record belongs to several trials.
    ProjectError
        If the draft cannot be written.
    TableError
        If the tables have faults; then there is no draft.
    """
    pmid, by = check_pmid(pmid), check_name(by)
    protocol = load_protocol(project.protocol)
    tables: dict[str, Sequence[Row]] = {name: read_rows(project, name) for name in _READ}
    row = _record_row(pmid, tables["records"])
    if (draft := _own_draft(project, pmid, by)) is not None:
        return _again(project, draft, row, tables, protocol)
    record = _raw_record(project, pmid)
    linked, study_id = _trial(pmid, row, tables, study)
    cautions = tuple(_cautions(project, row, record, by, tables["extractions"], protocol.search.reviewers))
    reading = read_text(row, record, protocol, extractor=by, study_id=study_id, linked=linked, cautions=cautions)
    contents = _contents(project, reading, tables, protocol)
    began = utc(clock())
    opening = Opening(pmid=pmid, extractor=by, study_id=study_id, begun_at=began, record_hash=row["record_hash"])
    with extraction_lock(project):
        if (begun := _own_draft(project, pmid, by)) is not None:
            return Opened(draft=begun, fresh=False)
        draft = make_draft(project, opening, contents)
        try:
            _note_begun(project, opening, protocol, in_base=linked is not None, there=tables["extractions"])
        except BaseException:
            shutil.rmtree(draft.folder, ignore_errors=True)
            raise
    return Opened(draft=draft, fresh=True, reading=reading)


def _own_draft(project: Project, pmid: str, by: str) -> Draft | None:
    return next((draft for draft in drafts_of(project, pmid) if same_person(draft.opening.extractor, by)), None)


def _again(project: Project, draft: Draft, row: Row, tables: Mapping[str, Sequence[Row]], protocol: Protocol) -> Opened:
    """Return a draft that is there already; where PubMed's record changed, with a new guide. Its tables stay."""
    opening = draft.opening
    if opening.record_hash == row["record_hash"]:
        return Opened(draft=draft, fresh=False)
    record = _raw_record(project, opening.pmid)
    found = linked_studies(opening.pmid, row, tables)
    linked = next((entry for entry in found if entry.study_id == opening.study_id), None)
    cautions = (
        "PubMed's record changed since the draft was opened; the guide of then is guide-before.md",
        *_cautions(project, row, record, opening.extractor, tables["extractions"], protocol.search.reviewers),
    )
    reading = read_text(
        row,
        record,
        protocol,
        extractor=opening.extractor,
        study_id=opening.study_id,
        linked=linked,
        cautions=cautions,
    )
    guide = draft.folder / "guide.md"
    if guide.exists():
        write_bytes(draft.folder / "guide-before.md", guide.read_bytes())
    for name, content in _contents(project, reading, tables, protocol).items():
        if name.removesuffix(".csv") not in DRAFT_TABLES:
            write_bytes(draft.folder / name, content)
    seen = replace(opening, record_hash=row["record_hash"])
    write_opening(draft, seen)
    return Opened(draft=replace(draft, opening=seen), fresh=False, reading=reading)


def _record_row(pmid: str, records: Sequence[Row]) -> Row:
    for row in records:
        if row["pmid"] == pmid:
            return row
    count = len(records)
    raise InputError(
        f"PMID {pmid} is not among the {count} record{'s' * (count != 1)} of records.csv; `evidence refresh` brings in "
        "what the search finds and the records of included reports"
    )


def _raw_record(project: Project, pmid: str) -> Record | None:
    """Return the record from the raw archive; None if there is no archive, or it does not have it."""
    from ..fetch.archive import Archive

    archive = Archive(project.raw)
    return archive.record(pmid) if archive.manifest.is_file() else None


def _trial(pmid: str, row: Row, tables: Mapping[str, Sequence[Row]], study: str) -> tuple[Linked | None, str]:
    """Return the trial that a record belongs to, and how it is known; raises InputError where that is not clear."""
    found = linked_studies(pmid, row, tables)
    known = {entry["study_id"] for entry in tables["studies"]}
    if study:
        if fault := cell_fault(study, TABLES["studies"].column("study_id")):
            raise InputError(f"--study {study!r} is not a name for a trial: {fault}")
        own = next((entry for entry in found if entry.study_id == study), None)
        elsewhere = [entry.study_id for entry in found if entry.report_id and entry.study_id != study]
        if elsewhere:
            raise InputError(f"PMID {pmid} is in the base as a report of {', '.join(elsewhere)}, not of {study}")
        if own is None and study in known:
            own = Linked(study_id=study, reasons=("the curator says so",))
        return own, study
    found = tuple(entry for entry in found if entry.study_id in known)
    if len(found) > 1:
        told = "; ".join(f"{entry.study_id} ({', '.join(entry.reasons)})" for entry in found)
        raise InputError(f"PMID {pmid} seems to belong to several trials: {told}. Say which with --study")
    if found:
        return found[0], found[0].study_id
    return None, propose_study_id(row["authors"], row["year"], pmid, known)


def _cautions(
    project: Project, row: Row, record: Record | None, by: str, extractions: Sequence[Row], reviewers: int
) -> list[str]:
    told = []
    if row["notice"]:
        told.append(f"PubMed marks the article as {row['notice']}: {row['retraction_links'].replace(';', '; ')}")
    if row["presence"] in ("absent-once", "gone") or row["merged_into"]:
        merged = f"; PubMed answers with PMID {row['merged_into']}" if row["merged_into"] else ""
        told.append(f"PubMed no longer has the record ({row['presence']}){merged}")
    screened = screening_outcomes(project, reviewers=reviewers)
    if (other := screened.standing(row["pmid"])) != row["pmid"]:
        told.append(f"The record is the same publication as PMID {other}, under which it was screened")
    stage, outcome = screened.of(row["pmid"])
    if outcome == "waiting":
        told.append(f"Screening: too few people have decided at {stage}; the review asks for {reviewers}")
    elif outcome != "included":
        told.append(f"Screening: {outcome} at {stage}" if outcome else "Nobody has screened the record")
    if record is None:
        told.append("The raw answer is not in data/raw: no abstract, no candidates. `evidence refresh` fetches it")
    elif row["record_hash"] and record.sha256 != row["record_hash"]:
        told.append(
            "The raw archive holds another version of the record than records.csv; `evidence refresh` settles it"
        )
    others = [
        entry["extractor"]
        for entry in extractions
        if entry["pmid"] == row["pmid"] and not same_person(entry["extractor"], by)
    ]
    if others:
        told.append(f"Also extracted by {', '.join(others)}: do not look at that draft before yours is done")
    return told


def _contents(
    project: Project, reading: Reading, tables: Mapping[str, Sequence[Row]], protocol: Protocol
) -> dict[str, bytes]:
    """Return the files of a draft."""
    declared = protocol.tables
    rows = prefilled_rows(
        reading.pmid,
        reading.record,
        reading.study_id,
        linked=reading.linked,
        plain=reading.plain,
        abstract=bool(reading.abstract),
        tables=tables,
        declared=declared,
    )
    files = {
        f"{name}.csv": csv_bytes(declared[name].names, [list(row.values()) for row in rows[name]])
        for name in DRAFT_TABLES
    }
    files["guide.md"] = guide_text(reading, rows, declared, _in_base(project, reading), protocol.vocabularies).encode()
    if reading.abstract:
        files["abstract.txt"] = reading.abstract.encode()
        files["candidates.csv"] = _candidates_bytes(reading)
    return files


def _in_base(project: Project, reading: Reading) -> dict[str, list[str]]:
    """Return the names of the rows that the base has of the trial."""
    if reading.linked is None:
        return {}
    found = {}
    for name in DRAFT_TABLES:
        if "study_id" in TABLES[name].names:
            rows = [row for row in read_rows(project, name) if row["study_id"] == reading.study_id]
            found[name] = [row[TABLES[name].key[-1]] for row in rows]
    return found


def _candidates_bytes(reading: Reading) -> bytes:
    names = ("sentence", "start", "end", "kind", "text", "parts", "fills", "note", "before", "after")

    def cell(words: str) -> str:
        # A spreadsheet would compute words that begin so.
        return f"'{words}" if words.startswith(_FORMULA) else words

    rows = []
    for found in reading.candidates:
        parts = "; ".join(f"{name} {value}" for name, value in found.values)
        place = (str(found.sentence), str(found.start), str(found.end))
        told = (found.kind, found.text, parts, "; ".join(found.fills), found.note)
        rows.append([*place, *told, cell(found.before), cell(found.after)])
    return csv_bytes(names, rows)


def _note_begun(project: Project, opening: Opening, protocol: Protocol, *, in_base: bool, there: Sequence[Row]) -> None:
    """Enter the beginning into extractions; a row that says more already stays."""
    import pandas as pd

    from ..tables.record import record_rows

    if any(row["pmid"] == opening.pmid and row["extractor"] == opening.extractor for row in there):
        return
    table = TABLES["extractions"]
    row = {
        "pmid": opening.pmid,
        "extractor": opening.extractor,
        "study_id": opening.study_id if in_base else "",
        "status": "begun",
        "begun_at": opening.begun_at,
        "record_hash": opening.record_hash,
    }
    frame = pd.DataFrame([[row.get(name, "") for name in table.names]], columns=list(table.names), dtype=object)
    record_rows(project.processed, "extractions", frame, instead_of=table.key, vocabularies=protocol.vocabularies)
