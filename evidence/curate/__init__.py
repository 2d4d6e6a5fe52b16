"""From rows as reported to contrasts that can be pooled: who is compared, which rows enter, what was done to them."""

from __future__ import annotations

from .arms import ArmData, Step
from .contrasts import select
from .index import Index, make_index
from .notices import Notice, all_notices, open_notices
from .selection import Contrast, Exclusion, Selection

__all__ = [
    "ArmData",
    "Contrast",
    "Exclusion",
    "Index",
    "Notice",
    "Selection",
    "Step",
    "all_notices",
    "make_index",
    "open_notices",
    "select",
]
