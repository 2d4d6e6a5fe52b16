"""Studies, their reports and their arms."""

from __future__ import annotations

from ..schema import Column, Reference, Table
from .shared import NOTES, SEEN_AT, STATUS, STUDY, category, identifier, integer, number, text

__all__ = ["ARMS", "ELIGIBILITY", "RANDOMISED", "REPORTS", "SEXES", "STUDIES"]

RANDOMISED = ("yes", "no", "not-stated")
SEXES = ("men", "women", "both", "not-stated")
ELIGIBILITY = (
    "included",
    "sensitivity-only",
    "numbers-missing",
    "excluded-not-controlled",
    "excluded-confounded",
    "excluded-not-a-trial",
    "suspected-overlap",
    "not-identified",
    "not-assessable",
    "registered-no-results",
)

STUDIES = Table(
    name="studies",
    row="trial (not report)",
    meaning="Every trial found, included or not, with its design and the reason for what was decided.",
    key=("study_id",),
    columns=(
        identifier("study_id", "The trial.", example="Smith2013", required=True),
        text("label", "How the trial is called in figures and sentences.", example="Smith 2013", required=True),
        category(
            "eligibility",
            "What was decided: `included`; `sensitivity-only` (integrity concern); `numbers-missing` (eligible, nothing "
            "usable seen); the rest stay out, each for its own reason.",
            ELIGIBILITY,
            example="included",
            required=True,
        ),
        text("eligibility_reason", "Why it was decided so; never empty unless included.", example="single arm"),
        category("design", "The design.", example="parallel", required=True, vocabulary="designs"),
        text("design_as_reported", "The design in the report's words.", example="parallel, 3 arms"),
        category("randomised", "Whether allocation was at random.", RANDOMISED, example="yes", required=True),
        text("randomised_as_reported", "What the report says of it.", example="yes (method not seen)"),
        text("allocation_concealment", "What the report says of it.", example=""),
        text("blinding", "Who was blinded, as reported.", example="assessors blinded"),
        category(
            "condition",
            "The condition that people had, or might get.",
            example="not-stated",
            required=True,
            vocabulary="conditions",
        ),
        text(
            "condition_as_reported", "The condition in the report's words.", example="knee osteoarthritis, grade 2 or 3"
        ),
        text("severity", "Severity as reported.", example="grade 2 or 3"),
        category("sex", "Who took part.", SEXES, example="men", required=True),
        text("sex_as_reported", "Sex as reported.", example="6 M, 5 F"),
        text("age", "Age as reported.", example="mean 28.6 y"),
        integer("n_randomised", "People allocated, all arms together.", unit="people", example="100"),
        text("n_randomised_as_reported", "The number as reported, with its conflicts.", example="40 (20/20)"),
        text("n_analysed_as_reported", "People analysed, as reported.", example=""),
        text("dropouts_as_reported", "Dropouts, as reported.", example=""),
        number("followup_weeks", "Last read-out after the start.", unit="weeks", minimum=0, example="12"),
        text("followup_as_reported", "Follow-up as reported.", example="12"),
        text("registration", "Trial registration.", example="NCT01234567"),
        text("country", "Where it was done.", example="India"),
        text("setting", "The clinic or hospital.", example=""),
        text("funding", "Funding and interests, as far as seen.", example=""),
        text("retraction", "Whether a retraction, correction or concern was looked for and found.", example=""),
        text("comparison_as_reported", "The comparison in short.", example="exercise + drug vs drug"),
        text("evidence_level", "The best text of the trial that was seen.", example="primary abstract"),
        SEEN_AT,
        NOTES,
    ),
)

REPORTS = Table(
    name="reports",
    row="report of a study",
    meaning="Which publications, theses and registrations report which trial; known duplicates and suspected overlaps.",
    key=("report_id",),
    columns=(
        identifier("report_id", "The report.", example="Smith2013-1", required=True),
        STUDY,
        category(
            "role",
            "What the report is to the trial: `duplicate` is the same report or trial under another name and never counts "
            "again; `suspected-overlap` may share participants with `related_study`.",
            (
                "primary",
                "secondary",
                "duplicate",
                "suspected-overlap",
                "thesis",
                "registration",
                "preprint",
                "conference-abstract",
            ),
            example="primary",
            required=True,
        ),
        identifier(
            "related_study",
            "The other trial, where two may be one.",
            example="Smith2014",
            reference=Reference(table="studies"),
        ),
        text("title", "Title; empty where it was not seen.", example=""),
        text("authors", "Authors, parted by semicolons.", example="Smith A; Jones BC"),
        text("journal", "Journal or other place of publication.", example="BMJ"),
        integer("year", "Year of publication.", minimum=1800, maximum=2100, example="2013"),
        text("year_as_reported", "The year where it is not one number.", example="2022 (Epub 27 Jul 2020)"),
        text("volume_pages", "Volume, issue and pages.", example="5(1):6-11"),
        identifier("pmid", "PubMed identifier.", example="12345678"),
        identifier("pmcid", "PubMed Central identifier.", example="PMC1234567"),
        identifier("doi", "DOI without the resolver.", example="10.1000/xyz123"),
        text("registration", "Trial registration.", example=""),
        SEEN_AT,
        NOTES,
    ),
)

ARMS = Table(
    name="arms",
    row="arm",
    meaning="What each arm received, as a set of components, so that a comparison is a difference of sets.",
    key=("study_id", "arm_id"),
    columns=(
        STUDY,
        identifier("arm_id", "The arm within its trial.", example="A1", required=True),
        text("label", "The arm's short name.", example="exercise + drug", required=True),
        Column(
            name="components",
            type="list",
            meaning="Everything that the arm received that may matter, as ids of the protocol; empty for an untreated arm.",
            example="drug-50mg;exercise",
            vocabulary="components",
        ),
        text(
            "intervention_as_reported",
            "The intervention in the report's words.",
            example="supervised exercise beside the drug",
        ),
        text("device", "The device or product used.", example="treadmill"),
        integer("sessions", "Number of sessions.", example="12"),
        text("sessions_as_reported", "Sessions where they are not one number.", example=""),
        number("interval_weeks", "Time between sessions.", unit="weeks", above=0, example="1"),
        text("interval_as_reported", "The schedule as reported.", example="weekly"),
        text("co_treatments", "Everything given beside.", example="paracetamol as needed"),
        integer("n_randomised", "People (or sides, or sites within people) allocated to the arm.", example="50"),
        integer("n_analysed", "People analysed in the arm.", example="44"),
        text("n_as_reported", "What the report says of the arm's size.", example="20 implied"),
        STATUS,
        SEEN_AT,
        NOTES,
    ),
)
