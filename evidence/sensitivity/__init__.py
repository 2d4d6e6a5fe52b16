"""What a conclusion depends on: sensitivity analyses that run by themselves, verdicts, and the multiverse."""

from __future__ import annotations

from .automatic import Automatic, automatic_analyses
from .conclusion import Conclusion, conclude, moved
from .judge import judge
from .result import Sensitivity
from .variation import Numbers, Variation

__all__ = [
    "Automatic",
    "Conclusion",
    "Numbers",
    "Sensitivity",
    "Variation",
    "automatic_analyses",
    "conclude",
    "judge",
    "moved",
]
