"""How far every extraction is, and which included records wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..protocol import load_protocol
from ..screen.rows import read_rows
from .draft import drafts_of, same_person
from .screened import screening_outcomes

if TYPE_CHECKING:
    from ..project import Project

__all__ = ["Standing", "extraction_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one extraction is.

    Attributes
    ----------
    pmid, title : str
        The record.
    extractor : str
        Who extracts; empty while nobody does.
    state : str
        ``verified``, ``saved``, ``begun``, ``draft without an entry``, or ``waiting`` for somebody to begin.
    study_id : str
        The trial, where it is in the base.
    folder : str
        The draft, relative to the project; empty where there is none.
    remarks : tuple of str
        What to look at: another record since then, a retraction, a missing draft.
    """

    pmid: str
    title: str
    extractor: str
    state: str
    study_id: str
    folder: str
    remarks: tuple[str, ...]


def extraction_status(project: Project) -> tuple[Standing, ...]:
    """Return every extraction by record and person, then the included records that nobody extracts.

    Raises
    ------
    TableError
        If a table that is needed is damaged.
    ProjectError
        If the note of a draft is damaged.
    ProtocolError
        If the protocol cannot be read.
    """
    records = {row["pmid"]: row for row in read_rows(project, "records")}
    reports = {row["pmid"]: row["study_id"] for row in read_rows(project, "reports") if row["pmid"]}
    screened = screening_outcomes(project, reviewers=load_protocol(project.protocol).search.reviewers)
    drafts = list(drafts_of(project))
    found = []
    for row in read_rows(project, "extractions"):
        own = [
            draft
            for draft in drafts
            if draft.opening.pmid == row["pmid"] and same_person(draft.opening.extractor, row["extractor"])
        ]
        drafts = [draft for draft in drafts if draft not in own]
        record = records.get(row["pmid"], {})
        remarks = _remarks(record, row["record_hash"], screened.of(row["pmid"]))
        if row["status"] == "begun" and not own:
            remarks.append("the draft is not here")
        folder = own[0].folder.relative_to(project.root).as_posix() if own else ""
        study = row["study_id"] or reports.get(row["pmid"], "")
        found.append(_standing(row["pmid"], record, row["extractor"], row["status"], study, folder, remarks))
    for draft in drafts:
        opening = draft.opening
        record = records.get(opening.pmid, {})
        remarks = _remarks(record, opening.record_hash, screened.of(opening.pmid))
        folder = draft.folder.relative_to(project.root).as_posix()
        state = "draft without an entry"
        found.append(_standing(opening.pmid, record, opening.extractor, state, "", folder, remarks))
    begun = {screened.standing(entry.pmid) for entry in found}
    for pmid, (stage, outcome) in screened.outcomes.items():
        if outcome == "included" and pmid not in begun:
            study = reports.get(pmid, "")
            remarks = [f"included at {stage}", *([f"in the base, as {study}"] if study else [])]
            record = records.get(pmid, {})
            remarks += [f"PubMed: {record['notice']}"] if record.get("notice") else []
            found.append(_standing(pmid, record, "", "waiting", study, "", remarks))
    return tuple(sorted(found, key=lambda entry: (entry.state == "waiting", int(entry.pmid), entry.extractor)))


def _standing(
    pmid: str, record: dict[str, str], extractor: str, state: str, study: str, folder: str, remarks: list[str]
) -> Standing:
    return Standing(
        pmid=pmid,
        title=record.get("title", ""),
        extractor=extractor,
        state=state,
        study_id=study,
        folder=folder,
        remarks=tuple(remarks),
    )


def _remarks(record: dict[str, str], extracted_hash: str, screened: tuple[str, str]) -> list[str]:
    if not record:
        return ["not in records.csv"]
    remarks = []
    if extracted_hash != record["record_hash"]:
        remarks.append("record changed since extraction")
    if record["notice"]:
        remarks.append(f"PubMed: {record['notice']}")
    stage, outcome = screened
    if outcome in ("excluded", "conflict"):
        remarks.append(f"screening: {outcome} at {stage}")
    elif outcome == "waiting":
        remarks.append(f"screening: too few have decided at {stage}")
    return remarks
