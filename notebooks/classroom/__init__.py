"""What the notebooks share: exercises that say why an answer is wrong, a terminal inside a cell, tables and sentences."""

from __future__ import annotations

from .exercise import Exercise, Mistake, Verdict, check
from .quote import Quote, quote
from .table import Table, table
from .terminal import terminal

__all__ = ["Exercise", "Mistake", "Quote", "Table", "Verdict", "check", "quote", "table", "terminal"]
