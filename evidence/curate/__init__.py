"""From rows as reported to contrasts that can be pooled: who is compared, which rows enter, what was done to them."""

from __future__ import annotations

from .arms import ArmData, Step
from .contrasts import select
from .index import Index, make_index
from .selection import Contrast, Exclusion, Selection

__all__ = ["ArmData", "Contrast", "Exclusion", "Index", "Selection", "Step", "make_index", "select"]
