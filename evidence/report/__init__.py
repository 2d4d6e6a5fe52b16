"""What people read: sentences to cite, verdicts on claims, result tables, the terminal's summary, the HTML report."""

from __future__ import annotations

from .claims import ClaimVerdict, judge_claims
from .console import SummaryRow, summary_rows, summary_table
from .html import report_html
from .sentences import cite, cite_synthesis
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
    "SummaryRow",
    "cite",
    "cite_synthesis",
    "effects_frame",
    "exclusions_frame",
    "format_frame",
    "judge_claims",
    "not_pooled_frame",
    "pooled_frame",
    "report_html",
    "sensitivity_frame",
    "summary_rows",
    "summary_table",
]
