"""Judgements: risk of bias, certainty, and conflicts between sources."""

from __future__ import annotations

from dataclasses import replace

from ..schema import Table
from .shared import NOTES, SEEN_AT, STUDY, category, identifier, text

__all__ = ["CERTAINTY", "CONFLICTS", "RISK_OF_BIAS"]

RISK_OF_BIAS = Table(
    name="risk_of_bias",
    row="study × outcome × domain",
    meaning="Risk-of-bias judgements by people, and the facts behind them. `no-information` is not `low`.",
    key=("study_id", "outcome", "tool", "domain"),
    columns=(
        STUDY,
        identifier(
            "outcome",
            "The outcome judged, as an id of the protocol, or `all`.",
            example="all",
            required=True,
            vocabulary="judged",
        ),
        category("tool", "The tool.", ("RoB2", "ROBINS-I"), example="RoB2", required=True),
        category(
            "domain",
            "RoB 2: `D1` randomisation, `D2` deviations, `D3` missing data, `D4` measurement, `D5` selection of the result, "
            "`DS` carry-over (split-scalp). ROBINS-I: `D1` to `D7`. `overall`.",
            ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "DS", "overall"),
            example="D4",
            required=True,
        ),
        category(
            "judgement",
            "The judgement.",
            ("low", "some-concerns", "moderate", "high", "serious", "critical", "no-information"),
            example="no-information",
            required=True,
        ),
        text("support", "The facts seen that bear on it.", example="evaluator of photographs blinded"),
        text("judged_by", "Who judged.", example="extractor"),
        replace(SEEN_AT, meaning="The pages on which those facts were seen.", example="S01", required=False),
        NOTES,
    ),
)

CERTAINTY = Table(
    name="certainty",
    row="synthesis × GRADE domain",
    meaning="Certainty of evidence, judged by people and never by the program. An absent row means not assessed.",
    key=("synthesis", "domain"),
    columns=(
        identifier(
            "synthesis",
            "The synthesis, as an id of the protocol.",
            example="addon-minoxidil-response-women",
            required=True,
            vocabulary="syntheses",
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
        text("what", "What is in conflict.", example="mean increase in hair count, needling arm", required=True),
        text("version_1", "One version, as printed.", example="12.52 per square inch", required=True),
        text("seen_at_1", "Where it was seen.", example="S05;S06"),
        text("version_2", "The other version, as printed.", example="12.82, unit not printed", required=True),
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
