"""Exchange with ASReview, Rayyan, Covidence and Zotero: records and decisions out, decisions back."""

from __future__ import annotations

from .reading import TOOLS, read_decisions, recognise
from .writing import FORMATS, ONLY, export_screening, screening_citations

__all__ = [
    "FORMATS",
    "ONLY",
    "TOOLS",
    "export_screening",
    "read_decisions",
    "recognise",
    "screening_citations",
]
