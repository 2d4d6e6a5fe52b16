"""What writers meet in print: published reviews, their pooled results, and what is claimed; and the pages seen."""

from __future__ import annotations

from ..schema import Column, Reference, Table
from .shared import LOCATOR, NOTES, category, identifier, integer, number, text

__all__ = ["CLAIMS", "REVIEWS", "REVIEW_APPRAISALS", "REVIEW_INPUTS", "REVIEW_REPORTS", "SOURCES"]

_REVIEW = identifier(
    "review_id",
    "The published review.",
    example="Jones2020",
    required=True,
    reference=Reference(table="review_reports"),
)
_URL = text("url", "The page on which it was seen.", example="")

REVIEWS = Table(
    name="reviews",
    row="published pooled result",
    meaning="Pooled results as published, with what their own numbers say about them.",
    key=("result_id",),
    columns=(
        identifier("result_id", "The result.", example="Jones2020-A1", required=True),
        _REVIEW,
        text("plot", "The plot or analysis within the review.", example="A1"),
        text("outcome", "Outcome as published.", example="pain"),
        text("comparison", "Comparison as published.", example="exercise + drug vs drug"),
        text("subgroup", "Subgroup as published.", example="overall"),
        integer("k", "Number of studies.", example="6"),
        text("k_as_printed", "The number of studies where it is not one number.", example="at most 11 (not stated)"),
        integer("n", "Number of participants.", unit="people", example="343"),
        text("measure", "The measure as the review labels it, right or wrong.", example="SMD"),
        number("estimate", "Pooled estimate as printed.", example="1.32"),
        number("ci_low", "Lower limit as printed.", example="0.73"),
        number("ci_high", "Upper limit as printed.", example="1.92"),
        number("ci_level", "Level of the interval.", above=0, maximum=1, example="0.95"),
        text("p_as_printed", "p-value as printed.", example="<0.01"),
        number("z", "z as printed.", example="5.45"),
        number("i2", "I² as printed.", unit="percent", minimum=0, maximum=100, example="88"),
        number("tau2", "τ² as printed.", minimum=0, example=""),
        text("model", "Model as printed.", example="Bayesian NMA"),
        _URL,
        LOCATOR,
        NOTES,
    ),
)

REVIEW_REPORTS = Table(
    name="review_reports",
    row="published review",
    meaning="The reviews themselves: what they searched, what they included, what could be read of them.",
    key=("review_id",),
    columns=(
        identifier("review_id", "The review.", example="Jones2020", required=True),
        text(
            "citation",
            "Citation.",
            example="Jones BC et al. J Example Med 2020;1(2):3-9",
            required=True,
        ),
        identifier("doi", "DOI without the resolver.", example="10.1000/xyz456"),
        identifier("pmid", "PubMed identifier.", example="23456789"),
        text("kind", "Kind of review.", example="SR + pairwise MA of RCTs"),
        text("condition", "Condition.", example="osteoarthritis of the knee"),
        text("comparison", "Comparison.", example="exercise + drug vs drug"),
        text("search_end", "End of the search.", example="2024-09-08"),
        text("databases", "Databases searched.", example=""),
        text("registration", "Registration.", example="PROSPERO CRD42020123456"),
        text("identified", "Records identified, as printed.", example="2747"),
        text("n_studies", "Studies in the review, as printed.", example="12"),
        text("n_studies_pooled", "Studies pooled, as printed.", example="11"),
        text("n_participants", "Participants, as printed.", example="631"),
        text("measure", "Effect measure.", example="SMD"),
        text("model", "Model.", example=""),
        text("software", "Software.", example=""),
        text("rob_tool", "Risk-of-bias tool.", example=""),
        text("grade", "GRADE, as far as seen.", example=""),
        _URL,
        LOCATOR,
        text("access", "What could be read.", example="abstract"),
        NOTES,
    ),
)

REVIEW_INPUTS = Table(
    name="review_inputs",
    row="trial as a published review or summary prints it",
    meaning="What reviews print for single trials, kept apart from what the trials print. Nothing here is pooled.",
    key=("input_id",),
    columns=(
        identifier("input_id", "The row.", example="I001", required=True),
        category(
            "level",
            "Where the row was seen: in a forest plot (none could be), in a review's table, in the trial's abstract.",
            ("forest-plot-not-reachable", "review-table", "trial-abstract"),
            example="review-table",
            required=True,
        ),
        identifier(
            "review_id",
            "The published review, if any.",
            example="Jones2020",
            reference=Reference(table="review_reports"),
        ),
        text("plot", "The plot or table.", example="Table5"),
        text("study", "The trial as it is called there.", example="Smith 2013"),
        identifier(
            "study_id",
            "The trial here, where it was recognised.",
            example="Smith2013",
            reference=Reference(table="studies"),
        ),
        text("design", "Design as printed.", example=""),
        text("condition", "Condition as printed.", example="osteoarthritis"),
        text("arm_1", "Intervention as printed.", example=""),
        text("arm_2", "Control as printed.", example=""),
        text("n_1", "n as printed.", example="total 100"),
        text("n_2", "n as printed.", example=""),
        text("outcome", "Outcome as printed.", example="change of the pain score"),
        text("unit", "Unit as printed.", example="none in table"),
        text("mean_1", "Mean as printed.", example="91.4"),
        text("sd_1", "SD as printed.", example="not given"),
        text("mean_2", "Mean as printed.", example="22.2"),
        text("sd_2", "SD as printed.", example="not given"),
        text("events_1", "Events as printed.", example=""),
        text("events_2", "Events as printed.", example=""),
        text("p_as_printed", "p-value as printed.", example="0.039"),
        _URL,
        LOCATOR,
        NOTES,
    ),
)

REVIEW_APPRAISALS = Table(
    name="review_appraisals",
    row="appraisal printed in a published review",
    meaning="Risk of bias and certainty as published reviews rate them.",
    key=("appraisal_id",),
    columns=(
        identifier("appraisal_id", "The row.", example="Q01", required=True),
        _REVIEW,
        text("study", "The study, or the body of evidence, rated.", example="Smith 2013"),
        text("tool", "Tool.", example="Jadad"),
        text("domain", "Domain.", example="total"),
        text("rating", "Rating as printed.", example="3"),
        _URL,
        LOCATOR,
        NOTES,
    ),
)

CLAIMS = Table(
    name="claims",
    row="popular claim",
    meaning="What was seen in print for and against each popular claim. The claims and the syntheses that test them are in the protocol.",
    key=("claim_id",),
    columns=(
        identifier("claim_id", "The row.", example="C01", required=True),
        identifier(
            "claim",
            "The claim, as an id of the protocol.",
            example="works-at-once",
            required=True,
            vocabulary="claims",
        ),
        text(
            "claim_as_met",
            "The claim as it is met, in our words.",
            example="works at once",
            required=True,
        ),
        text(
            "hypothesis",
            "What would have to be true.",
            example="pain falls more than with sham within a day",
        ),
        text("tested_by", "The outcome that would test it.", example=""),
        text("evidence_seen", "What was seen.", example="no trial measured pain within a day"),
        text("numbers", "Numbers seen.", example=""),
        text("directness", "How direct that is.", example="none"),
        text("gap", "What is missing.", example=""),
        text("popular_source", "Where the claim is met.", example=""),
        text("evidence_url", "Pages on which the evidence was seen.", example=""),
        LOCATOR,
    ),
)

SOURCES = Table(
    name="sources",
    row="page that was read",
    meaning="Every page on which a value was seen, what it is, how much of it could be read and how far it can be trusted.",
    key=("source_id",),
    columns=(
        identifier("source_id", "The page.", example="S01", required=True),
        text("url", "Its address, or what it is where it has none.", example="", required=True),
        text("kind", "What the page is.", example="primary_abstract (PMC page)"),
        Column(
            name="studies",
            type="list",
            meaning="The trials (or reviews) that it tells of.",
            example="Smith2013",
        ),
        text("extent_seen", "How much of it could be read.", example="title, ids, abstract"),
        text("trust", "How far it can be trusted, and why.", example="high"),
    ),
)
