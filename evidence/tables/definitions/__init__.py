"""Every table of the evidence base, declared once, in the order in which a reader needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .appraisal import CERTAINTY, CONFLICTS, RISK_OF_BIAS
from .baselines import BASELINES
from .bias_answers import BIAS_ANSWERS
from .changes import CHANGES
from .findings import FINDINGS
from .literature import CLAIMS, REVIEW_APPRAISALS, REVIEW_INPUTS, REVIEW_REPORTS, REVIEWS, SOURCES
from .results import CONTRASTS, HARMS, OUTCOMES
from .screening import DUPLICATES, EXTRACTIONS, SCREENING
from .search import RECORD_EVENTS, RECORDS, SEARCHES
from .trials import ARMS, REPORTS, STUDIES

if TYPE_CHECKING:
    from ..schema import Table

__all__ = ["TABLES"]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SEARCHES,
        RECORDS,
        RECORD_EVENTS,
        SCREENING,
        DUPLICATES,
        EXTRACTIONS,
        STUDIES,
        REPORTS,
        ARMS,
        BASELINES,
        OUTCOMES,
        CONTRASTS,
        HARMS,
        BIAS_ANSWERS,
        RISK_OF_BIAS,
        CERTAINTY,
        CONFLICTS,
        FINDINGS,
        REVIEWS,
        REVIEW_REPORTS,
        REVIEW_INPUTS,
        REVIEW_APPRAISALS,
        CLAIMS,
        SOURCES,
        CHANGES,
    )
}
