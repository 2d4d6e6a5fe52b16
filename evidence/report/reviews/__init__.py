"""Published pooled results: as printed, with what does not add up in them and where reviews disagree.

Nothing here is pooled or enters a synthesis. ``docs/reviews.md`` explains the columns.
"""

from __future__ import annotations

from .forest import reviews_forest
from .overlap import Overlap, corrected_covered_area, overlap_of
from .rows import Disagreement, OwnResult, PublishedResult, ReviewFinding
from .table import PublishedReview, ReviewTable, review_table

__all__ = [
    "Disagreement",
    "Overlap",
    "OwnResult",
    "PublishedResult",
    "PublishedReview",
    "ReviewFinding",
    "ReviewTable",
    "corrected_covered_area",
    "overlap_of",
    "review_table",
    "reviews_forest",
]
