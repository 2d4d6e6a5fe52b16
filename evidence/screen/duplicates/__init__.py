"""Duplicates and several reports of one trial: found, shown to the curator, decided, never merged silently."""

from __future__ import annotations

from .decisions import decide_pair, decided_pairs, stands_for
from .find import find_duplicates
from .pair import RELATIONS, STRENGTHS, Pair, groups_of

__all__ = [
    "RELATIONS",
    "STRENGTHS",
    "Pair",
    "decide_pair",
    "decided_pairs",
    "find_duplicates",
    "groups_of",
    "stands_for",
]
