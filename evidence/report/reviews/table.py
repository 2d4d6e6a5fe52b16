"""Published pooled results in one table: what was printed, what was found in it, and where reviews disagree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...errors import UnknownIdError
from ...tables.io import records, split_list
from .nearest import own_results, syntheses_of
from .overlap import Overlap, overlap_of
from .printed import effect_as_printed, p_as_printed
from .rows import TOLD_APART, Disagreement, PublishedResult, ReviewFinding

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ...answers import Answer
    from ...base import EvidenceBase
    from ...plot import ForestData

__all__ = ["DISAGREEING", "PublishedReview", "ReviewTable", "review_table"]

# The relations of two results on one question that are disagreements.
DISAGREEING = ("exclude each other", "opposite signs", "one excludes no effect, the other does not")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReview:
    """A published review.

    Attributes
    ----------
    review_id, citation, link : str
        The review, its citation, and its PubMed number or DOI.
    access : str
        How much of it could be read.
    search_end, trials, people : str
        End of its search, trials and people, as printed.
    bias_tool, grade : str
        As far as seen.
    appraisals : tuple of str
        What the review itself says of risk of bias and certainty, a line for each row of ``review_appraisals``.
    """

    review_id: str
    citation: str
    link: str = ""
    access: str = ""
    search_end: str = ""
    trials: str = ""
    people: str = ""
    bias_tool: str = ""
    grade: str = ""
    appraisals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTable:
    """Published pooled results, as printed.

    Attributes
    ----------
    rows : tuple of PublishedResult
        The results, by review.
    reviews : mapping of str to PublishedReview
        The reviews that print them.
    overlap : Overlap
        Which trials stand behind the reviews, as far as it is known.
    tables : mapping of str to DataFrame
        The evidence base that they are from.
    """

    rows: tuple[PublishedResult, ...]
    reviews: Mapping[str, PublishedReview]
    overlap: Overlap
    tables: Mapping[str, pd.DataFrame]

    def select(self, *, outcome: str = "", review: str = "") -> ReviewTable:
        """Return the rows of an outcome (words that are part of the printed one), of a review, or of both.

        Raises
        ------
        UnknownIdError
            If there is no such review, or no row has such an outcome.
        """
        if review and review not in self.reviews:
            raise UnknownIdError("review", review, self.reviews)
        wanted = outcome.casefold().strip()
        rows = tuple(row for row in self.rows if wanted in row.outcome.casefold() and review in ("", row.review_id))
        if wanted and not any(wanted in row.outcome.casefold() for row in self.rows):
            raise UnknownIdError("outcome", outcome, {row.outcome: None for row in self.rows})
        kept = dict.fromkeys(row.review_id for row in rows)
        return replace(
            self,
            rows=rows,
            reviews={name: self.reviews[name] for name in kept},
            overlap=overlap_of(rows, self.tables),
        )

    def forest_data(self, *, outcome: str, measure: str = "", comparison: str = "") -> ForestData:
        """Return a forest plot of the results on one outcome, none of them pooled; see `reviews_forest`."""
        from .forest import reviews_forest

        return reviews_forest(self, outcome=outcome, measure=measure, comparison=comparison)

    def to_text(self, width: int = 100) -> str:
        """Return everything as text, `width` columns wide."""
        from .text import reviews_text

        return reviews_text(self, width)

    def to_markdown(self) -> str:
        """Return the table in Markdown."""
        from .forms import reviews_markdown

        return reviews_markdown(self)

    def to_html(self) -> str:
        """Return the table as a part of an HTML page; whatever the tables hold is escaped."""
        from .forms import reviews_html

        return reviews_html(self)

    def to_csv(self) -> str:
        """Return one row for each result, as CSV."""
        from .forms import reviews_csv

        return reviews_csv(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        from ...card import json_ready

        return {
            "reviews": [json_ready(review) for review in self.reviews.values()],
            "results": [json_ready(row) for row in self.rows],
            "overlap": {
                "corrected_covered_area": json_ready(self.overlap.cca),
                "known": list(self.overlap.trials),
                "unknown": list(self.overlap.unknown),
            },
        }


def review_table(base: EvidenceBase, *, answers: Mapping[str, Answer] | None = None) -> ReviewTable:
    """Return every published pooled result of an evidence base with what stands beside it.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer, optional
        Syntheses that were answered already; those that are needed and are not among them are answered now.

    Examples
    --------
    >>> import evidence as ev
    >>> base = ev.load()
    >>> len(review_table(base).rows) == len(base["reviews"])
    True
    """
    known = answers or {}

    def answer(name: str) -> Answer:
        return known[name] if name in known else base.answer(name)

    tables = base.tables
    reviews = _reviews(tables)
    findings = _findings(tables)
    disagreeing = _disagreeing(base, findings)
    rows = []
    for row in _plain(tables["reviews"]):
        review, name = reviews[row["review_id"]], str(row["result_id"])
        own = syntheses_of(row["outcome"] or "", row["comparison"] or "", base.protocol)
        rows.append(
            replace(
                _printed(row),
                citation=review.citation,
                link=review.link,
                findings=findings.get(name, ()),
                disagrees=disagreeing.get(name, ()),
                own=tuple(own_results(own, answer)),
            )
        )
    used = dict.fromkeys(row.review_id for row in rows)
    return ReviewTable(
        rows=tuple(rows),
        reviews={name: reviews[name] for name in used},
        overlap=overlap_of(rows, tables),
        tables=tables,
    )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with None wherever a cell is missing."""
    return [
        {name: None if value is None or value != value or value == "" else value for name, value in row.items()}
        for row in records(table)
    ]


def _printed(row: Mapping[str, Any]) -> PublishedResult:
    from ...curate.integrity.ranges import decimals_among

    k, n = row["k"], row["n"]
    texts = ("plot", "outcome", "comparison", "subgroup", "measure", "model", "url", "locator", "notes")
    numbers = ("estimate", "ci_low", "ci_high", "i2", "tau2", "z")
    cells: dict[str, Any] = {name: str(row[name] or "") for name in texts}
    cells |= {name: row[name] for name in numbers}
    return PublishedResult(
        result_id=str(row["result_id"]),
        review_id=str(row["review_id"]),
        k=f"{k:.0f}" if k is not None else str(row["k_as_printed"] or ""),
        k_number=None if k is None else int(k),
        n="" if n is None else f"{n:.0f}",
        effect=effect_as_printed(row),
        decimals=decimals_among([row["estimate"], row["ci_low"], row["ci_high"]]),
        level=row["ci_level"],
        p=p_as_printed(str(row["p_as_printed"] or "")),
        p_untouched=str(row["p_as_printed"] or ""),
        **cells,
    )


def _reviews(tables: Mapping[str, pd.DataFrame]) -> dict[str, PublishedReview]:
    appraised: dict[str, list[str]] = {}
    for row in _plain(tables["review_appraisals"]):
        told = ", ".join(str(row[name]) for name in ("study", "tool", "domain") if row[name])
        appraised.setdefault(str(row["review_id"]), []).append(f"{told}: {row['rating'] or 'not seen'}")
    found = {}
    for row in _plain(tables["review_reports"]):
        name, pmid, doi = str(row["review_id"]), row["pmid"], row["doi"]
        found[name] = PublishedReview(
            review_id=name,
            citation=str(row["citation"]),
            link=f"PMID:{pmid}" if pmid else f"DOI:{doi}" if doi else "",
            access=str(row["access"] or ""),
            search_end=str(row["search_end"] or ""),
            trials=str(row["n_studies"] or ""),
            people=str(row["n_participants"] or ""),
            bias_tool=str(row["rob_tool"] or ""),
            grade=str(row["grade"] or ""),
            appraisals=tuple(appraised.get(name, ())),
        )
    return found


def _findings(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[ReviewFinding, ...]]:
    """Return the findings on each result; what is no longer found is left out."""
    found: dict[str, tuple[ReviewFinding, ...]] = {}
    for row in _plain(tables["findings"]):
        if row["state"] == "gone":
            continue
        finding = ReviewFinding(
            id=str(row["finding_id"]),
            note=str(row["response_note"] or ""),
            **{name: str(row[name] or "") for name in ("check", "severity", "state", "response", "text", "arithmetic")},
        )
        for key in split_list(row["rows"]) if isinstance(row["rows"], str) else row["rows"]:
            table, _, name = str(key).partition(":")
            if table == "reviews":
                found[name] = (*found.get(name, ()), finding)
    return found


def _disagreeing(
    base: EvidenceBase, findings: Mapping[str, tuple[ReviewFinding, ...]]
) -> dict[str, tuple[Disagreement, ...]]:
    from ...curate.integrity import EvidenceTables
    from ...curate.integrity.disagreements import disagreements

    found: dict[str, tuple[Disagreement, ...]] = {}
    pairs = disagreements(EvidenceTables(dict(base.tables), paired_designs=base.protocol.paired_designs))
    for row in records(pairs):
        if row["relation"] not in DISAGREEING:
            continue
        for one, other in ((1, 2), (2, 1)):
            name = str(row[f"result_{one}"])
            entry = Disagreement(
                result_id=str(row[f"result_{other}"]),
                review_id=str(row[f"review_{other}"]),
                relation=str(row["relation"]),
                z=float(row["z"]),
                pvalue=float(row["pvalue"]),
                answer=_answer(findings, name, str(row[f"result_{other}"])),
            )
            found[name] = (*found.get(name, ()), entry)
    return found


def _answer(findings: Mapping[str, tuple[ReviewFinding, ...]], one: str, other: str) -> str:
    """Return what people answered to the finding that two results exclude each other."""
    shared = {entry.id for entry in findings.get(other, ())}
    pairs = (entry for entry in findings.get(one, ()) if entry.check == TOLD_APART and entry.id in shared)
    return next((entry.note for entry in pairs if entry.response), "")
