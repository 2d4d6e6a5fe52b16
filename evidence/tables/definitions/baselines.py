"""Who took part: characteristics of the people before treatment, by arm or for the whole trial."""

from __future__ import annotations

from ..schema import Column, Table
from .shared import (
    ARM,
    LOCATION,
    LOCATOR,
    NOTES,
    P_OPERATORS,
    P_SCOPES,
    SEEN_AT,
    SOURCE,
    STATUS,
    STATUSES,
    STUDY,
    category,
    identifier,
    integer,
    number,
    text,
)

__all__ = ["BASELINES", "BASELINE_KINDS"]

BASELINE_KINDS = ("mean", "count", "percent", "p-value-only")

BASELINES = Table(
    name="baselines",
    row="study × arm × characteristic before treatment",
    meaning="Who took part, exactly as reported: age, sex, severity and the like, with the p-values printed beside them.",
    key=("baseline_id",),
    columns=(
        identifier("baseline_id", "The row; it never changes.", example="B001", required=True),
        STUDY,
        Column(
            name="arm_id",
            type=ARM.type,
            meaning="The arm of the trial; empty for the whole trial, or where the report does not say which arm.",
            example="A1",
            reference=ARM.reference,
        ),
        identifier(
            "characteristic",
            "What was described, as a short name; a share names the people counted (`male`).",
            example="age",
            required=True,
        ),
        text("characteristic_as_reported", "The characteristic in the report's sense, in our words.", example="years"),
        category(
            "kind",
            "`mean`; `count` (people with the characteristic); `percent` (their share, without a count); `p-value-only`.",
            BASELINE_KINDS,
            example="mean",
            required=True,
        ),
        text("unit", "Unit as printed; empty for people.", example="years"),
        integer("n", "People described.", unit="people", example="20"),
        category("n_status", "How sure `n` is; read like `status`.", STATUSES, example="implied"),
        number("mean", "Mean as printed.", example="32.6"),
        number("sd", "Standard deviation, where the report calls it so.", minimum=0, example="7.7"),
        number(
            "plus_minus",
            "The figure after ±, where the report does not say what it is.",
            minimum=0,
            example="9.7",
        ),
        number("minimum", "Smallest value.", example="18"),
        number("maximum", "Largest value.", example="50"),
        integer("events", "People with the characteristic, as a printed count.", example="6"),
        integer("total", "The printed denominator.", example="11"),
        number("percent", "The share as printed.", unit="percent", minimum=0, maximum=100, example="28.57"),
        integer(
            "decimals",
            "With how many decimals mean, ± and share were printed, where a zero at the end would be lost.",
            maximum=10,
            example="1",
        ),
        category(
            "p_operator", "The sign before the printed p-value. All but `=` are bounds.", P_OPERATORS, example="="
        ),
        number(
            "p_value",
            "The printed p-value of the comparison of the arms; with `<` it is a bound, not a value.",
            minimum=0,
            maximum=1,
            example="0.09",
        ),
        category("p_scope", "What the p-value compares.", P_SCOPES, example="between-arms"),
        text("test", "The test as printed.", example="t-test"),
        SOURCE,
        SEEN_AT,
        LOCATION,
        LOCATOR,
        STATUS,
        NOTES,
    ),
)
