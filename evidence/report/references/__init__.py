"""References of trials, reviews and the base itself: for LaTeX, for reference managers, and as journals print them.

What tables do not hold is not invented: a field is empty, and `missing_words` lists what is missing.
"""

from __future__ import annotations

from .bibtex import as_bibtex
from .collect import references, results_of
from .csl_json import as_csl_json, csl_items
from .formatted import REFERENCE_STYLES, formatted, in_order
from .missing import missing_parts, missing_words
from .model import Author, Kind, Reference
from .own import base_reference, own_references, review_references, software_reference
from .ris import as_ris

__all__ = [
    "REFERENCE_STYLES",
    "Author",
    "Kind",
    "Reference",
    "as_bibtex",
    "as_csl_json",
    "as_ris",
    "base_reference",
    "csl_items",
    "formatted",
    "in_order",
    "missing_parts",
    "missing_words",
    "own_references",
    "references",
    "results_of",
    "review_references",
    "software_reference",
]
