"""The change log of a living review: what each version searched, took in, corrected and concluded otherwise."""

from __future__ import annotations

from ..schema import Column, Table
from .shared import category, identifier, text

__all__ = ["CHANGES", "CHANGE_KINDS"]

CHANGE_KINDS = (
    "version",
    "trigger",
    "search",
    "screening",
    "study",
    "notice",
    "conclusion",
    "result",
    "method",
    "correction",
    "finding",
    "other",
)

CHANGES = Table(
    name="changes",
    row="change in a version",
    meaning="The change log of the evidence, version by version. Entries are appended by `evidence diff --log` and never rewritten.",
    key=("change_id",),
    columns=(
        identifier("change_id", "Version and position.", example="1.1.0-02", required=True),
        text("version", "The version that brought it.", example="1.1.0", required=True),
        Column(
            name="released_on",
            type="date",
            meaning="The day of the version.",
            example="2026-12-01",
            required=True,
        ),
        category(
            "kind",
            "`version` (what was compared, and why the version is called so; the first row of each version); `trigger` (what "
            "occasioned it); `search`; `screening`; `study` (in, out, judged otherwise); `notice` (retraction, concern, "
            "correction of a record); `conclusion`; `result` (other numbers, the same conclusion); `method`; `correction` "
            "(of a cell); `finding` (of an integrity check); `other`.",
            CHANGE_KINDS,
            example="study",
            required=True,
        ),
        text("subject", "What it is about: a trial, a synthesis, a row.", example="Lee2013"),
        text("what", "What changed, in a sentence.", example="Lee 2013 is new (included)", required=True),
        text("before", "What stood there before.", example="12.5"),
        text("after", "What stands there since.", example="12.8"),
        text("reason", "Why.", example="the authors confirmed 12.8"),
    ),
)
