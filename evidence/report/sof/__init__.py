"""Summary-of-findings tables by the grammar of GRADE: effects for a thousand people, certainty, a plain sentence."""

from __future__ import annotations

from .absolute import Absolute, absolute_risk, risk_with
from .layout import Footnote
from .row import SofRow
from .table import FORMATS, SummaryOfFindings, summary_of_findings

__all__ = [
    "FORMATS",
    "Absolute",
    "Footnote",
    "SofRow",
    "SummaryOfFindings",
    "absolute_risk",
    "risk_with",
    "summary_of_findings",
]
