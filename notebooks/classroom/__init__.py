"""What the notebooks share: exercises that say why an answer is wrong, a terminal inside a cell, tables, sentences and pictures."""

from __future__ import annotations

from .exercise import Exercise, Mistake, Verdict, check
from .picture import picture
from .quote import Quote, quote
from .table import Table, table
from .terminal import terminal

__all__ = ["Exercise", "Mistake", "Quote", "Table", "Verdict", "check", "picture", "quote", "table", "terminal"]
