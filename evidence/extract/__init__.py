"""Extraction: from a screened record to rows in the tables, typed by people, checked before anything is saved."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .candidates import Candidate, find_candidates
from .sentences import Sentence, split_sentences

if TYPE_CHECKING:
    from .checking import Difference, DraftCheck, check_draft
    from .comparing import Comparison, Disagreement, compare_drafts
    from .discarding import discard_draft
    from .draft import Draft, find_draft
    from .opening import Opened, open_extraction
    from .save import Saved, Verified, save_draft, verify_extraction
    from .status import Standing, extraction_status

__all__ = [
    "Candidate",
    "Comparison",
    "Difference",
    "Disagreement",
    "Draft",
    "DraftCheck",
    "Opened",
    "Saved",
    "Sentence",
    "Standing",
    "Verified",
    "check_draft",
    "compare_drafts",
    "discard_draft",
    "extraction_status",
    "find_candidates",
    "find_draft",
    "open_extraction",
    "save_draft",
    "split_sentences",
    "verify_extraction",
]

_HOMES = {
    "Comparison": "comparing",
    "Difference": "checking",
    "Disagreement": "comparing",
    "Draft": "draft",
    "DraftCheck": "checking",
    "Opened": "opening",
    "Saved": "save",
    "Standing": "status",
    "Verified": "save",
    "check_draft": "checking",
    "compare_drafts": "comparing",
    "discard_draft": "discarding",
    "extraction_status": "status",
    "find_draft": "draft",
    "open_extraction": "opening",
    "save_draft": "save",
    "verify_extraction": "save",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f".{_HOMES[name]}", __name__), name))


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
