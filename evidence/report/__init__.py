"""What people read: sentences to cite, verdicts on claims, result tables, the terminal's summary, the HTML report."""

from __future__ import annotations

from .claims import ClaimsView, ClaimVerdict, claims_data, claims_view, judge_claims
from .console import SummaryRow, summary_rows, summary_table
from .methods import MethodsParagraph, methods_paragraph
from .reviews import ReviewTable, review_table, reviews_forest
from .sentences import cite, cite_synthesis
from .site import write_site
from .sof import SummaryOfFindings, summary_of_findings
from .tables import (
    effects_frame,
    exclusions_frame,
    format_frame,
    not_pooled_frame,
    pooled_frame,
    sensitivity_frame,
)

__all__ = [
    "ClaimVerdict",
    "ClaimsView",
    "MethodsParagraph",
    "ReviewTable",
    "SummaryOfFindings",
    "SummaryRow",
    "cite",
    "cite_synthesis",
    "claims_data",
    "claims_view",
    "effects_frame",
    "exclusions_frame",
    "format_frame",
    "judge_claims",
    "methods_paragraph",
    "not_pooled_frame",
    "pooled_frame",
    "review_table",
    "reviews_forest",
    "sensitivity_frame",
    "summary_of_findings",
    "summary_rows",
    "summary_table",
    "write_site",
]
