"""What the integrity checks found in the reports, and what people answered to it."""

from __future__ import annotations

from ..schema import Column, Table
from .shared import category, identifier, text

__all__ = ["FINDINGS", "FINDING_SEVERITIES", "FINDING_STATES", "RESPONSES"]

FINDING_SEVERITIES = ("impossible", "inconsistent", "unusual", "note")
FINDING_STATES = ("open", "answered", "gone")
RESPONSES = (
    "author-confirmed",
    "author-corrected",
    "explained",
    "kept-out-of-primary",
    "used-as-printed",
    "corrected",
    "false-alarm",
)

FINDINGS = Table(
    name="findings",
    row="finding of an integrity check",
    meaning="What does not follow from what, with the arithmetic, and the answer to it. A build writes what is found and "
    "never touches an answer.",
    key=("finding_id",),
    columns=(
        identifier(
            "finding_id",
            "The finding: the same as long as check, study, rows and printed value are.",
            example="0af81c22d9",
            required=True,
        ),
        identifier("check", "The check that found it.", example="arms-sum", required=True),
        category(
            "severity",
            "`impossible`: no data could give these numbers; `inconsistent`: two printed numbers do not follow from one "
            "another; `unusual`: possible, but rare enough to be looked at; `note`: worth knowing, nothing is wrong.",
            FINDING_SEVERITIES,
            example="inconsistent",
            required=True,
        ),
        identifier("study", "The trial, or the published review, that it concerns.", example="JCCP2025", required=True),
        Column(
            name="rows",
            type="list",
            meaning="The rows that it rests on, as table:key.",
            example="arms:JCCP2025/A1;studies:JCCP2025",
            required=True,
        ),
        text("value", "What is printed.", example="60", required=True),
        text("recomputed", "What the other numbers give.", example="100"),
        text("arithmetic", "The computation with its numbers.", example="40 + 30 + 30 = 100"),
        text(
            "text",
            "What does not follow from what, in a sentence.",
            example="The total of 60 does not follow from arms of 40, 30 and 30.",
            required=True,
        ),
        category(
            "state",
            "`open`: nobody has answered; `answered`; `gone`: answered, and no longer found.",
            FINDING_STATES,
            example="open",
            required=True,
        ),
        category(
            "response",
            "`author-confirmed`: the authors stand by the printed number; `author-corrected`: the authors gave another one; "
            "`explained`: the report or the design explains it; `kept-out-of-primary`: real, and the number enters no primary "
            "analysis; `used-as-printed`: real, and the number is used nevertheless, for the reason given; `corrected`: the "
            "table was wrong and is mended; `false-alarm`: the check does not fit this report.",
            RESPONSES,
            example="kept-out-of-primary",
        ),
        text("response_note", "Why, and what is done about it.", example="the trial is sensitivity-only"),
        text("responded_by", "Who answered.", example="curators"),
        Column(name="responded_on", type="date", meaning="When.", example="2026-11-22"),
    ),
)
