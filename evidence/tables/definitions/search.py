"""The search: runs, the records that they found, and what happened to each of them."""

from __future__ import annotations

from ..schema import Column, Reference, Table
from .shared import NOTES, category, identifier, integer, text

__all__ = ["RECORDS", "RECORD_EVENTS", "SEARCHES"]

SEARCHES = Table(
    name="searches",
    row="search run",
    meaning="Every search that was run to its end: what was asked, when, and what came back. The last one of a "
    "database is where the next refresh begins.",
    key=("search_id",),
    columns=(
        identifier("search_id", "The run.", example="pubmed-20261122T101500Z", required=True),
        text("database", "The database.", example="PubMed", required=True),
        text("platform", "Through which service it was asked.", example="NCBI E-utilities"),
        text("query", "The query as sent.", example="exercise*[tiab] AND osteoarthritis[tiab]", required=True),
        text("query_translated", "The query as the database understood it.", example=""),
        category(
            "scope",
            "What was fetched: everything that the query finds, or what is new or changed in the window and every "
            "record of an included report.",
            ("full", "update"),
            example="update",
        ),
        Column(
            name="window_from",
            type="date",
            meaning="First day of the window of an update: additions and changes since then. Empty for a full run.",
            example="2026-11-15",
        ),
        Column(name="run_at", type="datetime", meaning="Begin, in UTC.", example="2026-11-22T10:15:00Z", required=True),
        Column(name="ended_at", type="datetime", meaning="End, in UTC.", example="2026-11-22T10:15:40Z"),
        text("database_updated", "When the database says that it was last updated.", example="2026/11/22 04:15"),
        integer("count", "Records that the query finds.", unit="records", example="212", required=True),
        text("ids_hash", "SHA-256 of their PMIDs, sorted as numbers, one a line.", example=""),
        integer("n_fetched", "Records fetched in this run.", unit="records", example="14"),
        integer("n_new", "Records that no earlier run had found.", unit="records", example="3"),
        text("raw_hash", "SHA-256 of the raw answer to the query in data/raw.", example="", required=True),
        text("warnings", "What the database remarked on the query.", example="phrase not found: dermapen[tiab]"),
        text("software", "What ran the search.", example="evidence 0.1.0, Biopython 1.88, Python 3.11"),
        NOTES,
    ),
)

_LISTED = "Each as its kind, and the PMID or the citation of the other record."

RECORDS = Table(
    name="records",
    row="PubMed record",
    meaning="Bibliographic records that searches found, and those of included reports. No row is ever dropped. Abstracts "
    "are fetched by the user and never stored here.",
    key=("pmid",),
    columns=(
        identifier("pmid", "PubMed identifier.", example="12345678", required=True),
        integer("version", "PubMed's version of the record.", minimum=1, example="1"),
        identifier("doi", "DOI without the resolver.", example="10.1000/xyz123"),
        identifier("pmcid", "PubMed Central identifier.", example="PMC1234567"),
        Column(
            name="registrations",
            type="list",
            meaning="Trial registrations named by the record: in its list of databases, title or abstract.",
            example="NCT01234567",
        ),
        text("title", "Title, without markup.", example=""),
        text("authors", "Authors in their order, and groups as authors.", example="Smith AB; Example Study Group"),
        text("journal", "Journal, abbreviated.", example="BMJ"),
        text("volume_pages", "Volume, issue and pages.", example="5(1):6-11"),
        integer("year", "Year of publication of the issue, else online.", minimum=1800, maximum=2100, example="2013"),
        text("date", "Date of the issue as far as given.", example="2013-01"),
        text("date_online", "Date of publication online, where it differs.", example="2012-11-30"),
        Column(name="added", type="date", meaning="When PubMed added the record (CRDT).", example="2013-02-01"),
        Column(
            name="publication_types",
            type="list",
            meaning="Publication types.",
            example="Journal Article;Randomized Controlled Trial",
        ),
        Column(name="languages", type="list", meaning="Languages, as MEDLINE abbreviates them.", example="eng"),
        text("indexing", "Status of PubMed's indexing.", example="MEDLINE"),
        Column(
            name="retraction_links",
            type="list",
            meaning=f"Links to retractions, concerns, corrections and republications. {_LISTED}",
            example="RetractionIn 23456789",
        ),
        Column(name="other_links", type="list", meaning=f"All other links. {_LISTED}", example="CommentIn 34567890"),
        category(
            "notice",
            "The gravest of what was said of the article afterwards.",
            ("retracted", "concern", "republished", "corrected"),
            example="retracted",
        ),
        category(
            "presence",
            "Whether the query finds it: yes; no longer; never, and it is here as the record of an included report; "
            "or PubMed itself did not answer with it, once or at least twice, or answered with another record instead.",
            ("in-query", "left-query", "not-in-query", "absent-once", "gone"),
            example="in-query",
        ),
        identifier("merged_into", "The record with which PubMed answers when asked for this one.", example="23456789"),
        identifier("search_id", "The search that found it first.", example="", reference=Reference(table="searches")),
        identifier(
            "changed_search_id",
            "The search that last found it changed.",
            example="",
            reference=Reference(table="searches"),
        ),
        text("record_hash", "SHA-256 of the record, without regard to indentation.", example=""),
        text("raw_hash", "SHA-256 of the raw answer in data/raw that has it as it is here.", example=""),
    ),
)

RECORD_EVENTS = Table(
    name="record_events",
    row="search run × PubMed record that was not as before",
    meaning="What each search found of a record that was not so before. Rows are only added.",
    key=("search_id", "pmid", "event"),
    columns=(
        identifier("search_id", "The run.", example="", required=True, reference=Reference(table="searches")),
        identifier("pmid", "The record.", example="12345678", required=True, reference=Reference(table="records")),
        category(
            "event",
            "What happened to it.",
            (
                "new",
                "changed",
                "retracted",
                "concern",
                "corrected",
                "republished",
                "notice-withdrawn",
                "left-query",
                "back-in-query",
                "absent",
                "gone",
                "merged",
                "returned",
            ),
            example="changed",
            required=True,
        ),
        Column(name="fields", type="list", meaning="Which fields differ.", example="abstract;publication_types"),
        text("detail", "What a reader should know: the notice, the record merged into, the words before.", example=""),
        Column(
            name="studies",
            type="list",
            meaning="Trials of the evidence base that the record reports.",
            example="Smith2013",
        ),
    ),
)
