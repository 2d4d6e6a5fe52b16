"""A transparent ranking of records: a sum of named parts, each with its reason. It orders, and excludes nothing."""

from __future__ import annotations

from .ranked import Part, Ranked
from .score import rank
from .words import Pattern, compile_term, term_patterns

__all__ = ["Part", "Pattern", "Ranked", "compile_term", "rank", "term_patterns"]
