"""Judgements: risk of bias, certainty, and conflicts between sources."""

from __future__ import annotations

from dataclasses import replace

from ..schema import Table
from .bias_answers import ASSESSOR, JUDGED_OUTCOME, TOOL, VARIANT
from .shared import NOTES, SEEN_AT, STUDY, category, identifier, text

__all__ = ["CERTAINTY", "CONFLICTS", "RISK_OF_BIAS"]

_JUDGEMENTS = ("low", "some-concerns", "moderate", "high", "serious", "critical", "no-information")
RISK_OF_BIAS = Table(
    name="risk_of_bias",
    row="study × outcome × form × domain × assessor",
    meaning="Risk-of-bias judgements by people, what their answers propose, and the facts behind them. `no-information` is "
    "not `low`, and an absent row means not assessed.",
    key=("study_id", "outcome", "tool", "variant", "domain", "assessor"),
    columns=(
        STUDY,
        JUDGED_OUTCOME,
        TOOL,
        VARIANT,
        category(
            "domain",
            "RoB 2: `D1` randomisation, `D1b` recruitment into clusters, `DS` period and carry-over (also to the other side "
            "of one body), `D2` deviations, `D3` missing data, `D4` measurement, `D5` selection of the result. ROBINS-I: `D1` "
            "to `D7`, in V2 to `D6`. `overall`.",
            ("D1", "D1b", "D2", "D3", "D4", "D5", "D6", "D7", "DS", "overall"),
            example="D4",
            required=True,
        ),
        ASSESSOR,
        category("judgement", "The judgement, by a person.", _JUDGEMENTS, example="no-information", required=True),
        category(
            "proposed",
            "What the tool proposes after this assessor's answers; empty where an answer is missing.",
            _JUDGEMENTS,
            example="high",
        ),
        text("override_reason", "Why the judgement is another than the proposed one.", example=""),
        text("support", "The facts seen that bear on it.", example="those who rated the photographs were blinded"),
        replace(SEEN_AT, meaning="The pages on which those facts were seen.", example="S01", required=False),
        NOTES,
    ),
)

CERTAINTY = Table(
    name="certainty",
    row="synthesis × GRADE domain",
    meaning="Certainty of evidence, judged by people and never by the program. An absent row means not assessed.",
    key=("synthesis", "analysis", "domain"),
    columns=(
        identifier(
            "synthesis",
            "The synthesis, as an id of the protocol.",
            example="exercise-pain",
            required=True,
            vocabulary="syntheses",
        ),
        identifier(
            "analysis",
            "The analysis whose number was judged, as an id of the protocol; numbers from other rules are not assessed.",
            example="primary",
            required=True,
            vocabulary="analyses",
        ),
        category(
            "domain",
            "The GRADE domain.",
            (
                "risk-of-bias",
                "inconsistency",
                "indirectness",
                "imprecision",
                "publication-bias",
                "upgrade",
                "overall",
            ),
            example="imprecision",
            required=True,
        ),
        category(
            "start",
            "Where certainty starts, in the row of `overall`: `high` for randomised trials and for others judged by ROBINS-I, "
            "else `low`.",
            ("high", "low"),
            example="high",
        ),
        category("levels", "Levels up or down.", ("-3", "-2", "-1", "0", "+1", "+2"), example="-2"),
        category(
            "certainty",
            "The certainty, in the row of `overall`.",
            ("high", "moderate", "low", "very-low"),
            example="low",
        ),
        text("reason", "Why.", example="40 people, wide interval", required=True),
        text("judged_by", "Who judged.", example="", required=True),
        text("judged_on", "When, as a date.", example="2026-11-22", required=True),
        text(
            "fingerprint",
            "What was judged: a hash of the question, the rows that entered and what bears on them, as the form of "
            "`evidence grade` brings it. Where the evidence has another one, or the cell is empty, the judgement no longer "
            "counts.",
            example="g1-6569e2c21771d349",
        ),
    ),
)

CONFLICTS = Table(
    name="conflicts",
    row="disagreement between sources, or inside one",
    meaning="What sources print differently. Both versions stay; what the syntheses do about it is said here.",
    key=("conflict_id",),
    columns=(
        identifier("conflict_id", "The conflict.", example="X01", required=True),
        STUDY,
        text("what", "What is in conflict.", example="mean change of the pain score, exercise arm", required=True),
        text("version_1", "One version, as printed.", example="12.52", required=True),
        text("seen_at_1", "Where it was seen.", example="S05;S06"),
        text("version_2", "The other version, as printed.", example="12.82", required=True),
        text("seen_at_2", "Where it was seen.", example="S03"),
        text("rows", "The rows of other tables that it touches, parted by semicolons.", example="R009;R011"),
        text(
            "handling",
            "What the syntheses do about it.",
            example="the abstract's value is kept, as a conflict; never pooled",
            required=True,
        ),
        NOTES,
    ),
)
