"""The search: runs, records and screening decisions."""

from __future__ import annotations

from ..schema import Column, Reference, Table
from .shared import NOTES, category, identifier, integer, text

__all__ = ["RECORDS", "SCREENING", "SEARCHES"]

SEARCHES = Table(
    name="searches",
    row="search run",
    meaning="Every search that was run: what was asked, when, and what came back.",
    key=("search_id",),
    columns=(
        identifier("search_id", "The run.", example="pubmed-20261122T101500Z", required=True),
        text("database", "The database.", example="PubMed", required=True),
        text("query", "The query as sent.", example="exercise*[tiab] AND osteoarthritis[tiab]", required=True),
        text("query_translated", "The query as the database understood it.", example=""),
        Column(
            name="run_at",
            type="datetime",
            meaning="When, in UTC.",
            example="2026-11-22T10:15:00Z",
            required=True,
        ),
        integer("count", "Records found.", unit="records", example="212", required=True),
        text("raw_hash", "SHA-256 of the raw answer in data/raw.", example="", required=True),
        NOTES,
    ),
)

RECORDS = Table(
    name="records",
    row="PubMed record",
    meaning="Bibliographic records that searches found. Abstracts are fetched by the user and never stored here.",
    key=("pmid",),
    columns=(
        identifier("pmid", "PubMed identifier.", example="12345678", required=True),
        identifier("doi", "DOI without the resolver.", example="10.1000/xyz123"),
        identifier("pmcid", "PubMed Central identifier.", example="PMC1234567"),
        Column(
            name="registrations",
            type="list",
            meaning="Trial registrations named by the record.",
            example="NCT01234567",
        ),
        text("title", "Title.", example="", required=True),
        text("journal", "Journal, abbreviated.", example="BMJ"),
        integer("year", "Year of publication.", minimum=1800, maximum=2100, example="2013"),
        text("date", "Date as far as given.", example="2013-01"),
        Column(
            name="publication_types",
            type="list",
            meaning="Publication types.",
            example="Journal Article;Randomized Controlled Trial",
        ),
        Column(
            name="retraction_links",
            type="list",
            meaning="Links to retractions, corrections and concerns.",
            example="",
        ),
        identifier("search_id", "The search that found it first.", example="", reference=Reference(table="searches")),
    ),
)

SCREENING = Table(
    name="screening",
    row="record × stage × reviewer",
    meaning="Who decided what on which record, and why.",
    key=("pmid", "stage", "reviewer"),
    columns=(
        identifier("pmid", "The record.", example="12345678", required=True, reference=Reference(table="records")),
        category(
            "stage",
            "Title and abstract, or full text.",
            ("title-abstract", "full-text"),
            example="title-abstract",
            required=True,
        ),
        text("reviewer", "Who decided.", example="", required=True),
        category("decision", "The decision.", ("include", "exclude", "unclear"), example="include", required=True),
        text("reason", "Why; never empty for an exclusion at full text.", example=""),
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
