"""What people read: sentences to cite, verdicts on claims, result tables, the terminal's summary, the HTML report."""

from __future__ import annotations

from .claims import ClaimVerdict, judge_claims


from .sentences import cite, cite_synthesis


__all__ = [
    "ClaimVerdict",
    "cite",
    "cite_synthesis",
    "console_summary",
    "effects_frame",
    "exclusions_frame",
    "judge_claims",
    "not_pooled_frame",
    "pooled_frame",
    "write_frame",
    "write_report",
]
