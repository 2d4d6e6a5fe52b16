"""Answers to the signalling questions of the tools for risk of bias, by assessor."""

from __future__ import annotations

from dataclasses import replace

from ...instruments import ANSWERS, FORMS, TOOLS
from ..schema import Column, Table
from .shared import NOTES, SEEN_AT, STUDY, category, identifier, text

__all__ = ["ASSESSOR", "BIAS_ANSWERS", "JUDGED_OUTCOME", "TOOL", "VARIANT"]

JUDGED_OUTCOME = identifier(
    "outcome",
    "The outcome judged, as an id of the protocol. `all` stands for every outcome that has no row of its own.",
    example="all",
    required=True,
    vocabulary="judged",
)
TOOL = category("tool", "The tool.", tuple(TOOLS), example="RoB2", required=True)
VARIANT = category(
    "variant",
    "The form of the tool. RoB 2: `parallel`, `crossover` (and other matched designs, such as two sides of one body), "
    "`cluster`; ROBINS-I: `2016`, `v2`. Without `-adherence` a form is about the effect of assignment.",
    tuple(dict.fromkeys(variant for _, variant in FORMS)),
    example="parallel",
    required=True,
)
ASSESSOR: Column = identifier(
    "assessor",
    "Who judged: a short name. `consensus` is what several agreed on, and goes before the others.",
    example="AB",
    required=True,
)

BIAS_ANSWERS = Table(
    name="bias_answers",
    row="study × outcome × form × signalling question × assessor",
    meaning="Answers to signalling questions. A question without a row was not answered, which is not `NI`.",
    key=("study_id", "outcome", "tool", "variant", "question", "assessor"),
    columns=(
        STUDY,
        JUDGED_OUTCOME,
        TOOL,
        VARIANT,
        category(
            "domain",
            "The domain of the question; `B` are the questions before all others in ROBINS-I V2.",
            ("D1", "D1b", "D2", "D3", "D4", "D5", "D6", "D7", "DS", "B"),
            example="D4",
            required=True,
        ),
        identifier(
            "question",
            "The question's number in the tool; `evidence bias questions` prints them.",
            example="4.3",
            required=True,
        ),
        ASSESSOR,
        category(
            "answer",
            f"The answer: {', '.join(f'`{name}` {meaning}' for name, meaning in ANSWERS.items())}.",
            tuple(ANSWERS),
            example="PY",
            required=True,
        ),
        text(
            "support", "The facts seen that the answer rests on.", example="rated by the patients, who were not blinded"
        ),
        replace(SEEN_AT, meaning="The pages on which those facts were seen.", example="S01", required=False),
        NOTES,
    ),
)
