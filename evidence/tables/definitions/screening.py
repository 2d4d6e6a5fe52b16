"""Screening: decisions on records, reports of one trial told apart, and extractions."""

from __future__ import annotations

from ..schema import Column, Reference, Table
from .shared import NOTES, category, identifier, text

__all__ = ["DUPLICATES", "EXTRACTIONS", "SCREENING"]

_RECORD = identifier("pmid", "The record.", example="12345678", required=True, reference=Reference(table="records"))

SCREENING = Table(
    name="screening",
    row="record × stage × reviewer × time",
    meaning="Who decided what on which record, when and why. Rows are only added: the latest of a reviewer holds, and a "
    "consensus holds over all decisions before it.",
    key=("pmid", "stage", "reviewer", "decided_at"),
    columns=(
        _RECORD,
        category(
            "stage",
            "Title and abstract, or full text.",
            ("title-abstract", "full-text"),
            example="title-abstract",
            required=True,
        ),
        text("reviewer", "Who decided.", example="A. Reader", required=True),
        category(
            "decision",
            "The decision; `undone` takes the reviewer's latest one back.",
            ("include", "exclude", "maybe", "undone"),
            example="include",
            required=True,
        ),
        text("reason", "Why; never empty for an exclusion at full text.", example="not a trial"),
        Column(
            name="decided_at",
            type="datetime",
            meaning="When, in UTC.",
            example="2026-11-22T10:15:00Z",
            required=True,
        ),
        category(
            "role",
            "One reviewer's own decision, or the decision that settles a conflict.",
            ("reviewer", "consensus"),
            example="reviewer",
            required=True,
        ),
        text("tool", "With what: the terminal, or the file and the tool that it came from.", example="ASReview"),
        NOTES,
    ),
)

DUPLICATES = Table(
    name="duplicates",
    row="pair of records, or of a record and a report",
    meaning="What a curator decided on two entries that look like one publication, or like reports of one trial. Rows "
    "are only added: the latest of a pair holds.",
    key=("pmid", "other", "decided_at"),
    columns=(
        _RECORD,
        text("other", "The other record, as PMID:…, or the report, as its id.", example="PMID:23456789", required=True),
        category(
            "relation",
            "What they are to each other.",
            ("same-publication", "same-trial", "different"),
            example="same-trial",
            required=True,
        ),
        Column(
            name="found_by",
            type="list",
            meaning="What made them look alike.",
            example="registration;title",
        ),
        text("decided_by", "Who decided.", example="A. Reader", required=True),
        Column(
            name="decided_at",
            type="datetime",
            meaning="When, in UTC.",
            example="2026-11-22T10:15:00Z",
            required=True,
        ),
        NOTES,
    ),
)

EXTRACTIONS = Table(
    name="extractions",
    row="record × extractor",
    meaning="Who extracted which record into which trial, and how far it is.",
    key=("pmid", "extractor"),
    columns=(
        _RECORD,
        text("extractor", "Who extracts.", example="A. Reader", required=True),
        identifier("study_id", "The trial.", example="Smith2013", reference=Reference(table="studies")),
        category(
            "status",
            "Begun; saved into the tables; saved, and checked against the source by somebody else.",
            ("begun", "saved", "verified"),
            example="begun",
            required=True,
        ),
        Column(
            name="begun_at", type="datetime", meaning="When, in UTC.", example="2026-11-22T10:15:00Z", required=True
        ),
        Column(name="saved_at", type="datetime", meaning="When, in UTC.", example="2026-11-22T11:00:00Z"),
        text("verified_by", "Who checked it against the source.", example="B. Reader"),
        text("record_hash", "Hash of the record that was extracted: another one later means another look.", example=""),
        NOTES,
    ),
)
